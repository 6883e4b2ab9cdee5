/*
 * Every line of the conversation, however many: a ring in memory, older lines in a
 * spill file, each reachable by its number in constant time.
 *
 * Lines are kept in blocks. The newest blocks stay in memory up to a limit; the
 * others are written to a file without a name (O_TMPFILE, or unlinked at once), so
 * that nothing stays behind however the program ends. When the disk is full the
 * oldest lines are let go instead, and that is told (log_store_state). Texts are
 * masked already when they come here, so the spill file holds no secret.
 */
#ifndef OTACONSOLE_UI_LOG_STORE_H
#define OTACONSOLE_UI_LOG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_kind {
    LOG_DEVICE, /* what the board said */
    LOG_SENT,   /* what was sent to it */
    LOG_TOOL,   /* what otaconsole has to say: steps, notes, problems */
};

struct log_line {
    uint64_t number;  /* 0, 1, 2 ... in order of coming; set by the store */
    uint64_t time_us; /* the UI's own axis, never goes back */
    uint64_t wall_us; /* microseconds since 1970 UTC; 0 = not known */
    enum log_kind kind;
    char level;       /* F E W I D V, or 0 */
    bool failure;     /* a rule says: fail or fatal */
    const char *text; /* valid, safe UTF-8, secrets masked; no line end */
    size_t length;
    const uint8_t
        *raw; /* as it came (secrets masked), NULL = same as text; never to be shown raw */
    size_t raw_length;
    const char *module;  /* NULL = none recognised; terminated */
    const char *meaning; /* what a rule says about it, NULL = none; terminated */
    const char *rule;    /* id of that rule, or NULL; terminated */
};

#define LOG_TEXT_MAX ((size_t)65536) /* longer texts are cut, never split into a character */

struct log_store;

/* `memory_limit` in bytes; `spill_directory` NULL = no spilling. NULL when out of memory. */
struct log_store *log_store_new(size_t memory_limit, const char *spill_directory);
void log_store_free(struct log_store *s);
/* Takes a copy. False when it could not be kept (out of memory): the number is not used up. */
bool log_store_append(struct log_store *s, const struct log_line *line);
/* The newest line came in pieces: takes its place, keeping its number and its times. */
bool log_store_replace_last(struct log_store *s, const struct log_line *line);
/* Numbers of the lines that can be had: first .. end - 1. */
uint64_t log_store_first(const struct log_store *s);
uint64_t log_store_end(const struct log_store *s);
/*
 * Borrowed: valid until the next call on this store. Reading backwards, forwards
 * and around one place is cheap; so is a walk over millions of lines.
 * False when the line is gone or the spill file cannot be read.
 */
bool log_store_get(struct log_store *s, uint64_t number, struct log_line *line);
/* The nearest line with level E or F or a rule's failure at or after (or before) `from`. */
bool log_store_find_error(const struct log_store *s, uint64_t from, bool backwards,
                          uint64_t *number);

struct log_store_state {
    size_t memory;     /* bytes in memory now */
    uint64_t spilled;  /* bytes in the spill file */
    uint64_t dropped;  /* lines let go for ever */
    bool spill_failed; /* the disk is full or cannot be written */
};
struct log_store_state log_store_state(const struct log_store *s);

#endif
