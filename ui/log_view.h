/*
 * The log pane: a window on a log_store, with filter, search, bookmarks, selection.
 *
 * Pure: it draws on a screen and does its long work (filtering and counting over
 * millions of lines) in slices, so that a key is never kept waiting: log_view_work
 * is called until it says that nothing is left.
 *
 * Following: the newest line is in sight and new ones move in. Any movement up stops
 * following ("paused": lines go on arriving, the window stays); moving to the end
 * starts it again.
 */
#ifndef OTACONSOLE_UI_LOG_VIEW_H
#define OTACONSOLE_UI_LOG_VIEW_H

#include "base/buffer.h"
#include "base/problem.h"
#include "ui/log_store.h"
#include "ui/screen.h"

struct log_view;

enum log_stamps { STAMPS_CLOCK, STAMPS_START, STAMPS_DELTA, STAMPS_OFF, STAMPS_COUNT };

/* The store stays the caller's. NULL when out of memory. */
struct log_view *log_view_new(struct log_store *store);
void log_view_free(struct log_view *v);

/* --- look ---------------------------------------------------------------------------- */

void log_view_set_stamps(struct log_view *v, enum log_stamps stamps);
enum log_stamps log_view_stamps(const struct log_view *v);
void log_view_set_wrap(struct log_view *v, bool wrap); /* default: cut, sideways scroll */
bool log_view_wrap(const struct log_view *v);
void log_view_set_hex(struct log_view *v, bool hex); /* bytes as they came */
bool log_view_hex(const struct log_view *v);
void log_view_set_meanings(struct log_view *v, bool shown); /* a rule's words below the line */
bool log_view_meanings(const struct log_view *v);
/* Words always marked; copied. Compared without regard to case. */
bool log_view_set_highlights(struct log_view *v, const char *const *words, size_t count);

/* --- moving -------------------------------------------------------------------------- */

/* Lines (of the filtered view); negative is up. The cursor line stays in the window. */
void log_view_move(struct log_view *v, long lines);
void log_view_page(struct log_view *v, int pages);
void log_view_sideways(struct log_view *v, int columns);
void log_view_home(struct log_view *v);
void log_view_end(struct log_view *v);   /* and follow */
void log_view_pause(struct log_view *v); /* stop following where it is */
bool log_view_following(const struct log_view *v);
/* The line with this number, or the next one the filter shows; stops following. */
void log_view_go_to(struct log_view *v, uint64_t number);
/* Hides the lines that came until now, or shows them again. Nothing is lost. */
void log_view_clear(struct log_view *v, bool hide);
/* Where the cursor is. False when the view is empty. */
bool log_view_cursor(const struct log_view *v, uint64_t *number);
/* The first, next or previous line with level E or F or a rule's failure. False = none. */
bool log_view_first_error(struct log_view *v);
bool log_view_next_error(struct log_view *v, bool backwards);

/* --- filter -------------------------------------------------------------------------- */

struct log_filter {
    /* 'F', 'E', 'W', 'I', 'D', 'V' or 0 = all. A line without a level counts as 'I', a rule's
       failure as 'E'. */
    char least_level;
    bool no_device, no_sent, no_tool; /* kinds left out */
    char module[64];                  /* only this module (without regard to case); "" = all */
    char text[256];                   /* only lines that hold this (smart case); "" = all */
    bool regex;                       /* `text` is a PCRE2 pattern */
    bool invert;                      /* `text`: lines that do not */
};

/* A wrong pattern is a `usage` problem that says where in it; the old filter stays. */
enum problem_code log_view_set_filter(struct log_view *v, const struct log_filter *filter,
                                      struct problem *problem);
const struct log_filter *log_view_filter(const struct log_view *v);
bool log_view_filtered(const struct log_view *v);

/*
 * A filter as people write it: "level:W module:mqtt no:sent timeout", "!text" for lines
 * without it, "/pattern/" or "!/pattern/" for PCRE2, "\"a text\"" to be taken as it stands.
 * "" is no filter. False: a `usage` problem, *out is untouched.
 */
bool log_filter_parse(const char *text, struct log_filter *out, struct problem *problem);
/* The same backwards: what log_filter_parse would read. Cut to n bytes. */
void log_filter_describe(const struct log_filter *filter, char *out, size_t n);

/* --- search -------------------------------------------------------------------------- */

/*
 * Incremental: called at every key; goes to the nearest match at or before
 * (backwards) or after the place where the search began. "" ends the search.
 * Smart case: a pattern with no capital letter is compared without regard to case.
 */
enum problem_code log_view_search(struct log_view *v, const char *pattern, bool regex,
                                  bool backwards, struct problem *problem);
/* The place where an incremental search begins is where the cursor is now. */
void log_view_search_from_here(struct log_view *v);
/* Esc in an incremental search: back to where it began (pattern gone), following as before. */
void log_view_search_cancel(struct log_view *v);
void log_view_search_next(struct log_view *v, bool backwards);
struct log_search_state {
    bool active;
    const char *pattern;
    uint64_t matches; /* lines that match, so far */
    uint64_t index;   /* 1-based place of the cursor among them; 0 = not on one or not known yet */
    bool counting;    /* there are lines that were not looked at yet */
    bool not_found;   /* the whole log was looked at: none */
};
struct log_search_state log_view_search_state(const struct log_view *v);

/* --- bookmarks, selection ------------------------------------------------------------ */

void log_view_toggle_bookmark(struct log_view *v);
bool log_view_next_bookmark(struct log_view *v, bool backwards);
size_t log_view_bookmark_count(const struct log_view *v);
/* Starts at the cursor; moving the cursor extends it; again = ends it. */
void log_view_toggle_selection(struct log_view *v);
void log_view_clear_selection(struct log_view *v);
bool log_view_selection(const struct log_view *v, uint64_t *first, uint64_t *last);
/*
 * The selected lines, or with no selection all that the filter shows, as text with
 * stamps (unless off), handed out in pieces: returns false when `write` does.
 */
bool log_view_export(struct log_view *v, bool (*write)(void *user, const char *text, size_t n),
                     void *user);

/* --- drawing ------------------------------------------------------------------------- */

/* Lines were appended to the store, or the last one changed. Cheap. */
void log_view_changed(struct log_view *v);
/* Does background work for about `lines` lines; true when more is left. */
bool log_view_work(struct log_view *v, size_t lines);
/* Draws lines into the area (no title, no frame) and keeps its size for paging. */
void log_view_draw(struct log_view *v, struct screen *screen, struct rect area, bool focus);
/* "paused +1234", "3/17 'mqtt'", "filter W+", "hex" ... for the pane's title; at most n bytes. */
void log_view_describe(const struct log_view *v, char *out, size_t n);
/* The line shown at a row of the area last drawn, for the mouse. */
bool log_view_at_row(const struct log_view *v, unsigned row, uint64_t *number);

#endif
