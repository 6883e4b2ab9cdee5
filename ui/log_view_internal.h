/*
 * The log view's own parts; nobody else includes this.
 *
 * Two things are found by reading lines: those the filter shows and those the search
 * matches. Each is a log_scan: a piece of the log without gaps, low .. high, that was
 * read, and the set of lines found in it. It begins where the reader looks and grows
 * both ways, a slice at a time, so the window is right long before the whole log is read.
 *
 * Cursor and top are wishes: numbers of lines that the filter may hide or the store has
 * let go. They are resolved to lines in view when used, and so settle by themselves
 * while a scan goes on, and come back when a filter goes.
 */
#ifndef OTACONSOLE_UI_LOG_VIEW_INTERNAL_H
#define OTACONSOLE_UI_LOG_VIEW_INTERNAL_H

#include <time.h>

#include "ui/line_markup.h"
#include "ui/line_set.h"
#include "ui/log_filter.h"
#include "ui/log_matcher.h"
#include "ui/log_view.h"

struct log_scan {
    uint64_t low, high; /* lines read: low .. high - 1 */
    bool backwards;     /* which end grows next */
    struct line_set found;
};

/* A row of the window: a line in view, and which of its rows. */
struct log_place {
    uint64_t number;
    unsigned row;
};

struct log_spot { /* all that an incremental search may have to go back to */
    bool set, following;
    uint64_t cursor, paused_end;
    struct log_place top;
};

enum log_pending { PENDING_NONE, PENDING_INCREMENTAL, PENDING_NEXT };

struct log_search {
    struct log_matcher *matcher; /* NULL = no search */
    char *pattern;
    struct log_scan scan;
    enum log_pending pending; /* a place to go to is still being looked for */
    bool backwards;
    uint64_t from;
    struct log_spot origin;
};

enum log_select { SELECT_NONE, SELECT_GROWING, SELECT_ENDED };

struct log_view {
    struct log_store *store;
    uint64_t first, end, hidden_below; /* lines there are to see */
    uint64_t newest_us;                /* time of the newest one */

    enum log_stamps stamps;
    bool wrap, hex, meanings;
    struct log_matcher **highlights;
    size_t highlight_count;

    unsigned rows, columns; /* of the area last drawn */
    unsigned left;          /* columns scrolled sideways */
    bool following;
    uint64_t cursor;
    struct log_place top;
    uint64_t paused_end; /* `end` when following stopped */
    uint64_t *row_lines; /* what each row last drawn shows; UINT64_MAX = nothing */
    unsigned row_count, row_capacity;

    bool filtered;
    struct log_filter filter;
    struct log_matcher *filter_text;
    struct log_scan shown;

    struct log_search search;

    struct line_set bookmarks;
    enum log_select select;
    uint64_t select_from, select_to;

    struct markup markup; /* of one line at a time */
    uint16_t *styles;     /* of its bytes */
    time_t clock_second;
    char clock_text[16];
};

/* --- log_scan.c: what is in view --- */

/* Takes notice of what the store got or let go. */
void log_view_sync(struct log_view *v);
bool log_view_at_or_after(const struct log_view *v, uint64_t number, uint64_t *found);
bool log_view_at_or_before(const struct log_view *v, uint64_t number, uint64_t *found);
uint64_t log_view_count(const struct log_view *v);
uint64_t log_view_rank(const struct log_view *v, uint64_t number);
bool log_view_nth(const struct log_view *v, uint64_t rank, uint64_t *found);
/* Whether the filter lets it through, read or not yet. Costs a read of the line. */
bool log_view_shows(struct log_view *v, uint64_t number);
/* True when everything up to the newest line was read. */
bool log_view_knows_end(const struct log_view *v);
/* Forgets what was found, begins anew there. */
void log_scan_restart(const struct log_view *v, struct log_scan *scan, uint64_t at);
/* The same, if that place is far from what was read: to read all between would take long. */
void log_scan_reach(const struct log_view *v, struct log_scan *scan, uint64_t at);
/* Reads about `budget` lines; returns what is left of it. */
long log_scan_work(struct log_view *v, struct log_scan *scan, long budget);
/* The same at one end only. */
long log_scan_extend(struct log_view *v, struct log_scan *scan, bool backwards, long budget);
bool log_scan_complete(const struct log_view *v, const struct log_scan *scan);

/* --- log_window.c: lines to rows --- */

/* Columns in front of the text, and those left for it. */
struct log_columns {
    unsigned stamp, level, text, text_width;
    unsigned hex_bytes;
};
struct log_columns log_view_columns(const struct log_view *v);
/* The text of a line as it is drawn; valid until the next call. */
const char *log_view_text(struct log_view *v, const struct log_line *line, size_t *n);
/* Where the row of a wrapped text that begins at `begin` ends. */
size_t log_row_end(const char *text, size_t n, size_t begin, unsigned width);
/* Reads a line, or says in its place that it cannot be read. */
void log_view_read(struct log_view *v, uint64_t number, struct log_line *line);
/* Moves a place by rows within what is in view. */
struct log_place log_view_forward(struct log_view *v, struct log_place place, unsigned long rows);
struct log_place log_view_back(struct log_view *v, struct log_place place, unsigned long rows);
/* The window's place when its last row is the last row of all. */
struct log_place log_view_bottom(struct log_view *v);
bool log_place_before(struct log_place a, struct log_place b);
/* Makes cursor and window fit each other and what is in view. */
void log_view_settle(struct log_view *v);
/* Rows from the window's first to the cursor's first row. */
unsigned log_view_cursor_offset(struct log_view *v);
/* To a line; the window moves only if it is not in sight, and then shows it in the middle. */
void log_view_jump(struct log_view *v, uint64_t number);
void log_view_stop_following(struct log_view *v);

/* --- log_stamp.c --- */

#define LOG_STAMP_MAX 32
unsigned log_stamp_width(const struct log_view *v);
/* `before`: the time of the line above, UINT64_MAX = none. */
void log_stamp_text(struct log_view *v, const struct log_line *line, uint64_t before,
                    char out[LOG_STAMP_MAX]);

/* --- log_search.c --- */

/* Goes to the match that is waited for, if it is known by now. */
void log_search_settle(struct log_view *v);
/* Which end of the scan must grow for the match that is waited for. */
bool log_search_wants_older(const struct log_search *s);
/* The filter changed: looks anew. */
void log_search_restart(struct log_view *v);

#endif
