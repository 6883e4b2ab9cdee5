#include "ui/screen_text.h"

#include <string.h>
#include <wchar.h>

#include "base/text.h"

#define REPLACEMENT 0xFFFDu

/* Zero columns wide, but no mark that belongs on a letter. */
static bool is_invisible(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x34F, 0x34F},     {0x61C, 0x61C},    {0x180B, 0x180F}, {0x200B, 0x200D},
                  {0x2060, 0x206F},   {0xFE00, 0xFE0F},  {0xFFF9, 0xFFFB}, {0x1BCA0, 0x1BCA3},
                  {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* The character at the front as it may be shown, and how many bytes it took. */
static size_t take(const char *text, size_t n, uint32_t *c, int *width)
{
    const uint8_t *bytes = (const uint8_t *)text;
    char safe[16];
    size_t length = text_utf8_length(bytes, n, c);
    *width = 1;
    if (length == 1 && *c >= 0x20 && *c < 0x7F)
        return 1;
    if (length == 0 || text_make_safe(safe, sizeof safe, bytes, length) != length) {
        *c = REPLACEMENT;
        return length ? length : 1;
    }
    *width = is_invisible(*c) ? 0 : wcwidth((wchar_t)*c);
    if (*width < 0 || *width > 2) { /* not known to this system: nobody knows its width */
        *c = REPLACEMENT;
        *width = 1;
    }
    return length;
}

/* Takes what has no width and follows the cell: marks as far as there is room. */
static void take_marks(struct text_walk *walk, struct text_cell *cell, unsigned count)
{
    while (walk->at < walk->n && (uint8_t)walk->text[walk->at] >= 0x80) {
        uint32_t c;
        int width;
        size_t length = take(walk->text + walk->at, walk->n - walk->at, &c, &width);
        if (width != 0)
            break;
        if (!is_invisible(c) && count < SCREEN_CELL_CHARS)
            cell->chars[count++] = c;
        walk->at += length;
    }
}

bool text_walk_next(struct text_walk *walk, struct text_cell *cell)
{
    if (walk->at >= walk->n)
        return false;
    *cell = (struct text_cell){.begin = walk->at, .column = walk->column, .width = 1};
    unsigned count = 1;
    if (walk->text[walk->at] == '\t') {
        walk->at++;
        cell->tab = true;
        cell->chars[0] = ' ';
        cell->width = SCREEN_TAB - walk->column % SCREEN_TAB;
    } else {
        uint32_t c;
        int width;
        size_t length = take(walk->text + walk->at, walk->n - walk->at, &c, &width);
        cell->width = width ? (unsigned)width : 1;
        if (width) {
            cell->chars[0] = c;
            walk->at += length;
        } else { /* a mark without a letter stands on a space */
            cell->chars[0] = ' ';
        }
        take_marks(walk, cell, count);
        if (width == 0 && cell->chars[1] == 0) { /* only invisible ones: no cell of their own */
            size_t begin = cell->begin;
            bool more = text_walk_next(walk, cell);
            cell->begin = begin;
            return more;
        }
    }
    cell->end = walk->at;
    walk->column += cell->width;
    return true;
}

unsigned screen_text_width(const char *text, size_t n)
{
    struct text_walk walk = {text, n, 0, 0};
    struct text_cell cell;
    while (text_walk_next(&walk, &cell))
        ;
    return walk.column;
}

size_t screen_text_fit(const char *text, size_t n, unsigned columns, unsigned *used)
{
    struct text_walk walk = {text, n, 0, 0};
    struct text_cell cell;
    size_t fits = 0;
    *used = 0;
    while (text_walk_next(&walk, &cell)) {
        if (walk.column > columns)
            return fits;
        fits = walk.at;
        *used = walk.column;
    }
    return n;
}

unsigned screen_put(struct screen *s, unsigned row, unsigned column, unsigned columns,
                    enum style style, const char *text, size_t n)
{
    if (row >= s->rows || column >= s->columns)
        return 0;
    if (columns > s->columns - column)
        columns = s->columns - column;
    struct text_walk walk = {text, n, 0, 0};
    struct text_cell cell;
    unsigned used = 0;
    while (used < columns && text_walk_next(&walk, &cell)) {
        if (cell.width > columns - used && !cell.tab)
            break;
        used += screen_put_cell(s, row, column + used, column + columns, (uint16_t)style, &cell);
    }
    return used;
}

unsigned screen_put_text(struct screen *s, unsigned row, unsigned column, unsigned columns,
                         enum style style, const char *text)
{
    return screen_put(s, row, column, columns, style, text, strlen(text));
}
