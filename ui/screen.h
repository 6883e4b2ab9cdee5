/*
 * A screen as plain memory: a grid of cells that panes draw on.
 *
 * Nothing here knows a terminal. The rim (terminal.h) copies the grid to ncurses;
 * tests compare it as text. Every text given here is valid, safe UTF-8 (base/text.h);
 * what is not is shown as U+FFFD, so that no byte of a device can reach a terminal
 * as a control character by way of a cell. Widths are those of wcwidth(3): the
 * process must run in a UTF-8 locale (locale.h).
 */
#ifndef OTACONSOLE_UI_SCREEN_H
#define OTACONSOLE_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/*
 * What a cell means; a theme (theme.h) says how that looks. STYLE(symbol, name):
 * the name is what the `colours:` map of a configuration file takes.
 */
#define STYLES(STYLE)                                                                              \
    STYLE(NORMAL, "normal")                                                                        \
    STYLE(DIM, "dim")                                                                              \
    STYLE(BOLD, "bold")                                                                            \
    STYLE(STATUS, "status")                                                                        \
    STYLE(STATUS_GOOD, "status-good")                                                              \
    STYLE(STATUS_WARN, "status-warn")                                                              \
    STYLE(STATUS_BAD, "status-bad")                                                                \
    STYLE(TITLE, "title")                                                                          \
    STYLE(TITLE_FOCUS, "title-focus")                                                              \
    STYLE(BORDER, "border")                                                                        \
    STYLE(GOOD, "good")                                                                            \
    STYLE(WARN, "warn")                                                                            \
    STYLE(BAD, "bad")                                                                              \
    STYLE(FATAL, "fatal")                                                                          \
    STYLE(INFO, "info")                                                                            \
    STYLE(DEBUG, "debug")                                                                          \
    STYLE(TIME, "time")                                                                            \
    STYLE(MODULE, "module")                                                                        \
    STYLE(MEANING, "meaning")                                                                      \
    STYLE(SENT, "sent")                                                                            \
    STYLE(TOOL, "tool")                                                                            \
    STYLE(ESCAPED, "escaped")                                                                      \
    STYLE(CURSOR_LINE, "cursor-line")                                                              \
    STYLE(SELECTED, "selected")                                                                    \
    STYLE(MATCH, "match")                                                                          \
    STYLE(MATCH_CURRENT, "match-current")                                                          \
    STYLE(HIGHLIGHT, "highlight")                                                                  \
    STYLE(BOOKMARK, "bookmark")                                                                    \
    STYLE(KEY, "key")                                                                              \
    STYLE(INPUT, "input")                                                                          \
    STYLE(BAR, "bar")                                                                              \
    STYLE(OVERLAY, "overlay")                                                                      \
    STYLE(CHOSEN, "chosen")

enum style {
#define STYLE(symbol, name) STYLE_##symbol,
    STYLES(STYLE)
#undef STYLE
        STYLE_COUNT,
    /* Colours a device asked for: STYLE_DEVICE + 0..7, + 8 for bold or bright. */
    STYLE_DEVICE = 64,
    STYLE_DEVICE_END = STYLE_DEVICE + 16
};

/* A character and its combining marks. */
#define SCREEN_CELL_CHARS 4

struct screen_cell {
    uint32_t text[SCREEN_CELL_CHARS]; /* code points, zero-padded; all zero = a space */
    uint16_t style;
    uint8_t width; /* 1 or 2; 0 = the right half of the wide character before it */
};

struct screen {
    unsigned rows, columns;
    struct screen_cell *cells; /* row by row */
    bool cursor_shown;
    unsigned cursor_row, cursor_column;
};

/* Part of a screen. Drawing outside a rectangle's own area is cut. */
struct rect {
    unsigned row, column, rows, columns;
};

/* Zero-initialise; false when out of memory (the old grid stays). All cells become spaces. */
bool screen_resize(struct screen *s, unsigned rows, unsigned columns);
void screen_free(struct screen *s);
/* Spaces everywhere, no cursor. */
void screen_clear(struct screen *s);
void screen_fill(struct screen *s, struct rect area, enum style style);
/* Only the style of what stands there already changes. */
void screen_restyle(struct screen *s, struct rect area, enum style style);

/*
 * Puts text[0..n) at (row, column), at most `columns` wide; a wide character that
 * does not fit whole is left out. TAB goes to the next multiple of 8 counted from
 * `column`. Returns the columns used.
 */
unsigned screen_put(struct screen *s, unsigned row, unsigned column, unsigned columns,
                    enum style style, const char *text, size_t n);
unsigned screen_put_text(struct screen *s, unsigned row, unsigned column, unsigned columns,
                         enum style style, const char *text);
unsigned screen_print(struct screen *s, unsigned row, unsigned column, unsigned columns,
                      enum style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void screen_set_cursor(struct screen *s, unsigned row, unsigned column);

/* Columns a text takes (TAB counted from column 0). */
unsigned screen_text_width(const char *text, size_t n);
/* How many bytes of text fit into so many columns, whole characters only; *used = their width. */
size_t screen_text_fit(const char *text, size_t n, unsigned columns, unsigned *used);

/* A title line with a frame character to the right edge: "── Title ─────". */
void screen_title(struct screen *s, struct rect area, bool focus, const char *title,
                  const char *right);

/* The whole grid as lines of UTF-8 without trailing spaces, for tests and captures. */
void screen_to_text(const struct screen *s, struct buffer *out);

const char *style_name(enum style style);
/* STYLE_COUNT when there is none of that name. */
enum style style_named(const char *name);

#endif
