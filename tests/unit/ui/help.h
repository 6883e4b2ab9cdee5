/* Screens as text, for comparing; included by the tests of panes. */
#ifndef OTACONSOLE_TESTS_UI_HELP_H
#define OTACONSOLE_TESTS_UI_HELP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen.h"

/* The screen's text; valid until the next call. */
static inline const char *shown(const struct screen *s)
{
    static char text[200000];
    struct buffer b = {0};
    screen_to_text(s, &b);
    snprintf(text, sizeof text, "%s", buffer_text(&b));
    buffer_free(&b);
    return text;
}

static inline void screen_of(struct screen *s, unsigned rows, unsigned columns)
{
    assert_true(screen_resize(s, rows, columns));
}

/* Name of the style of the first place where `text` stands; "" = nowhere. ASCII only. */
static inline const char *style_at(const struct screen *s, const char *text)
{
    size_t n = strlen(text), cells = (size_t)s->rows * s->columns;
    for (size_t i = 0; i + n <= cells; i++) {
        size_t k = 0;
        while (k < n && (s->cells[i + k].text[0] ? s->cells[i + k].text[0] : ' ') ==
                            (uint32_t)(unsigned char)text[k])
            k++;
        if (k == n)
            return style_name((enum style)s->cells[i].style);
    }
    return "";
}

/* Draws into a frame of '#', which must be whole afterwards. */
static inline struct rect framed(struct screen *s, unsigned rows, unsigned columns)
{
    screen_of(s, rows + 2, columns + 2);
    for (unsigned r = 0; r < s->rows; r++)
        for (unsigned c = 0; c < s->columns; c++)
            if (r == 0 || c == 0 || r + 1 == s->rows || c + 1 == s->columns)
                screen_put_text(s, r, c, 1, STYLE_NORMAL, "#");
    return (struct rect){1, 1, rows, columns};
}

static inline bool frame_is_whole(const struct screen *s)
{
    for (unsigned r = 0; r < s->rows; r++)
        for (unsigned c = 0; c < s->columns; c++)
            if ((r == 0 || c == 0 || r + 1 == s->rows || c + 1 == s->columns) &&
                (s->cells[(size_t)r * s->columns + c].text[0] != '#' ||
                 s->cells[(size_t)r * s->columns + c].style != STYLE_NORMAL))
                return false;
    return true;
}

#endif
