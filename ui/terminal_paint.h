/*
 * Cells to the bytes that show them, by ncurses.
 *
 * ncurses is given a file in memory to write to, not the terminal: what it wrote is handed
 * out, and whoever owns the terminal sends it when the terminal takes it. So a terminal that
 * does not read can never block the program inside of ncurses. It is the last gate as well:
 * no control character leaves it from a cell, whatever the cell holds.
 */
#ifndef OTACONSOLE_UI_TERMINAL_PAINT_H
#define OTACONSOLE_UI_TERMINAL_PAINT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "ui/screen.h"
#include "ui/theme.h"

struct paint;

/* NULL when TERM is not known or cannot do it: *why says what is missing. One at a time. */
struct paint *paint_open(const char **why);
void paint_close(struct paint *p);
/* A string of terminfo without its delays; "" when this terminal has none. */
void paint_capability(const struct paint *p, const char *name, char *out, size_t n);
/* The size terminfo knows, for a terminal that does not tell. */
void paint_default_size(const struct paint *p, unsigned *rows, unsigned *columns);
/* False when out of memory. */
bool paint_resize(struct paint *p, unsigned rows, unsigned columns);
void paint_row(struct paint *p, const struct theme *theme, unsigned row,
               const struct screen_cell *cells, unsigned count);
/* The terminal may show anything by now: the next frame clears it first. */
void paint_forget(struct paint *p);
/* Appends the bytes that bring the terminal to what was painted. */
void paint_frame(struct paint *p, bool cursor, unsigned row, unsigned column, struct buffer *out);

#endif
