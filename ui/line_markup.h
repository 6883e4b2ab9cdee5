/*
 * A line as a device sent it, made fit to be shown: colours it asked for become
 * styles, every other escape sequence and control character becomes visible text.
 *
 * Understood: SGR ("ESC [ ... m", also written out as "\x1b[31m" by a terminal that
 * stored it): reset, bold, 30-37, 90-97, 39, 22. Everything else (cursor movement,
 * titles, clipboard, queries, unfinished sequences) is shown as \x1b..., in
 * STYLE_ESCAPED. Valid UTF-8 stays; C1 controls, bidirectional overrides and invalid
 * bytes are shown as by base/text.h. The shell's backspaces ("\b \b") take back.
 */
#ifndef OTACONSOLE_UI_LINE_MARKUP_H
#define OTACONSOLE_UI_LINE_MARKUP_H

#include "ui/screen.h"

struct markup_span {
    uint32_t begin, end; /* bytes of the text */
    uint16_t style;      /* STYLE_DEVICE + colour, or STYLE_ESCAPED */
};

#define MARKUP_SPANS_MAX 64 /* further colour changes of a line are ignored */

struct markup {
    char *text; /* the caller's buffer */
    size_t capacity, length;
    struct markup_span spans[MARKUP_SPANS_MAX];
    unsigned span_count;
};

/* `out->text` and `out->capacity` are given; the text is terminated and cut between characters. */
void line_markup(const uint8_t *raw, size_t n, struct markup *out);

#endif
