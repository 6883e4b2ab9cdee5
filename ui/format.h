/*
 * Figures as people read them, and texts cut and wrapped for panes.
 *
 * Wrapping is by words; Chinese has none, so a row may end at any wide character, but
 * no row begins with a closing sign or ends with an opening one.
 */
#ifndef OTACONSOLE_UI_FORMAT_H
#define OTACONSOLE_UI_FORMAT_H

#include "ui/screen.h"

/* "92.0 kB/s", "1.2 MB" as people read them. */
void format_rate(uint64_t bytes_a_second, char *out, size_t n);
void format_size(uint64_t bytes, char *out, size_t n);
/* "188 of 300 kB"; total 0 = not known: "188 kB". Translated. */
void format_share(uint64_t done, uint64_t total, char *out, size_t n);
/* "1:02", "12.3 s", "350 ms". */
void format_elapsed(uint64_t us, char *out, size_t n);
/* Whole per cents, never above 100 and never 100 before the end; total 0 gives 0. */
unsigned format_percent(uint64_t done, uint64_t total);
/* Cut between characters, never inside one. Texts may be NULL for "". */
void format_copy(char *out, size_t n, const char *text);

/* screen_put_text that ends in "…" where it is cut. Returns the columns used. */
unsigned draw_cut(struct screen *s, unsigned row, unsigned column, unsigned columns,
                  enum style style, const char *text, size_t n);
/* "███████░░" of so many columns. */
void draw_bar(struct screen *s, unsigned row, unsigned column, unsigned columns, uint64_t done,
              uint64_t total);

/* --- wrapping --- */

struct wrap {
    const char *text;
    size_t n, at;
    unsigned columns;
};

/* The next row: text + *begin, *length bytes. False at the end; "" has no row. */
bool wrap_next(struct wrap *w, size_t *begin, size_t *length);
unsigned wrap_rows(const char *text, unsigned columns);

struct paragraph {
    const char *label; /* in front of the first row, may be "" */
    enum style label_style;
    const char *text;
    enum style style;
};
/* Rows below the label are indented by its width, in a narrow area by less. */
unsigned paragraph_rows(const struct paragraph *p, unsigned columns);
/* Draws what fits; a text that is cut ends in "…". Returns the rows used. */
unsigned paragraph_draw(const struct paragraph *p, struct screen *s, struct rect area);

#endif
