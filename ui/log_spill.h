/*
 * The file older blocks go to: without a name, so that nothing stays behind.
 *
 * It grows until the disk (or a limit) says no. From then on what was written so far is
 * used in a circle: a new block takes the place of the oldest ones, which the store has
 * to let go first.
 */
#ifndef OTACONSOLE_UI_LOG_SPILL_H
#define OTACONSOLE_UI_LOG_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_spill {
    char *directory; /* NULL = no spilling */
    int file;        /* -1 = not opened yet */
    uint64_t end;    /* bytes written, all of them whole blocks or let go */
    uint64_t at;     /* in a circle: where the next block goes */
    bool circle;     /* it cannot grow any more */
    bool unusable;   /* cannot be written at all */
    bool failed;     /* a write failed at least once */
};

bool log_spill_init(struct log_spill *s, const char *directory);
void log_spill_free(struct log_spill *s);
/* Appends at the end; false when it cannot grow (then the circle begins). */
bool log_spill_append(struct log_spill *s, const uint8_t *bytes, size_t n, uint64_t *offset);
/*
 * In the circle: where n bytes will go. Blocks there must be let go, and those at or
 * behind *skipped (UINT64_MAX = none), which come before them. False when n never fits.
 */
bool log_spill_place(const struct log_spill *s, size_t n, uint64_t *offset, uint64_t *skipped);
bool log_spill_write(struct log_spill *s, const uint8_t *bytes, size_t n, uint64_t offset);
bool log_spill_read(const struct log_spill *s, uint8_t *bytes, size_t n, uint64_t offset);

#endif
