/*
 * Text cut into what a cell of the grid holds: a character and its combining marks.
 *
 * The one place that decides what may reach a terminal and how wide it is. Characters
 * that take no column and are no marks (zero-width joiners, variation selectors ...)
 * belong to the cell before them but are not shown: terminals disagree on what they do
 * to the width of their neighbours.
 */
#ifndef OTACONSOLE_UI_SCREEN_TEXT_H
#define OTACONSOLE_UI_SCREEN_TEXT_H

#include "ui/screen.h"

#define SCREEN_TAB 8u

/* A position in a text; start with {text, n, 0, 0}. */
struct text_walk {
    const char *text;
    size_t n, at;
    unsigned column; /* where the next cell begins; TAB stops count from 0 */
};

struct text_cell {
    size_t begin, end; /* bytes of the text */
    unsigned column, width;
    bool tab;                          /* `width` spaces */
    uint32_t chars[SCREEN_CELL_CHARS]; /* zero-padded */
};

/* The next cell, whole; false at the end. */
bool text_walk_next(struct text_walk *walk, struct text_cell *cell);

/* Puts a cell's characters there if they fit left of `limit`; returns the columns used. */
unsigned screen_put_cell(struct screen *s, unsigned row, unsigned column, unsigned limit,
                         uint16_t style, const struct text_cell *cell);

#endif
