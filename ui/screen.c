#include "ui/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen_text.h"

static const char *const names[STYLE_COUNT] = {
#define STYLE(symbol, name) [STYLE_##symbol] = (name),
    STYLES(STYLE)
#undef STYLE
};

const char *style_name(enum style style)
{
    return (unsigned)style < STYLE_COUNT ? names[style] : "";
}

enum style style_named(const char *name)
{
    for (unsigned i = 0; i < STYLE_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (enum style)i;
    return STYLE_COUNT;
}

/* --- the grid --- */

/* No terminal is that large; a size from outside is not believed without limit. */
#define CELLS_MAX ((size_t)1 << 24)

static const struct screen_cell blank = {.style = STYLE_NORMAL, .width = 1};

bool screen_resize(struct screen *s, unsigned rows, unsigned columns)
{
    size_t count = (size_t)rows * columns;
    if (count > CELLS_MAX)
        return false;
    struct screen next = {.rows = rows, .columns = columns};
    next.cells = calloc(count ? count : 1, sizeof *next.cells);
    if (!next.cells)
        return false;
    screen_clear(&next);
    screen_free(s);
    *s = next;
    return true;
}

void screen_free(struct screen *s)
{
    free(s->cells);
    *s = (struct screen){0};
}

void screen_clear(struct screen *s)
{
    size_t count = (size_t)s->rows * s->columns;
    for (size_t i = 0; i < count; i++)
        s->cells[i] = blank;
    s->cursor_shown = false;
    s->cursor_row = s->cursor_column = 0;
}

static struct screen_cell *cell_at(const struct screen *s, unsigned row, unsigned column)
{
    return &s->cells[(size_t)row * s->columns + column];
}

/* A wide character of which `column` is the right half becomes spaces: none is ever half there. */
static void split_before(struct screen *s, unsigned row, unsigned column)
{
    if (column == 0 || column >= s->columns)
        return;
    struct screen_cell *cell = cell_at(s, row, column);
    if (cell->width != 0)
        return;
    for (int half = -1; half <= 0; half++) {
        memset(cell[half].text, 0, sizeof cell[half].text);
        cell[half].width = 1;
    }
}

/* The part of the area that is on the screen; false when there is none. */
static bool clip(const struct screen *s, struct rect *area)
{
    if (area->row >= s->rows || area->column >= s->columns)
        return false;
    if (area->rows > s->rows - area->row)
        area->rows = s->rows - area->row;
    if (area->columns > s->columns - area->column)
        area->columns = s->columns - area->column;
    return area->rows && area->columns;
}

void screen_fill(struct screen *s, struct rect area, enum style style)
{
    if (!clip(s, &area))
        return;
    for (unsigned r = area.row; r < area.row + area.rows; r++) {
        split_before(s, r, area.column);
        split_before(s, r, area.column + area.columns);
        for (unsigned c = area.column; c < area.column + area.columns; c++)
            *cell_at(s, r, c) = (struct screen_cell){.style = (uint16_t)style, .width = 1};
    }
}

void screen_restyle(struct screen *s, struct rect area, enum style style)
{
    if (!clip(s, &area))
        return;
    for (unsigned r = area.row; r < area.row + area.rows; r++)
        for (unsigned c = area.column; c < area.column + area.columns; c++)
            cell_at(s, r, c)->style = (uint16_t)style;
}

unsigned screen_put_cell(struct screen *s, unsigned row, unsigned column, unsigned limit,
                         uint16_t style, const struct text_cell *cell)
{
    if (limit > s->columns)
        limit = s->columns;
    if (row >= s->rows || column >= limit)
        return 0;
    unsigned width = cell->width;
    if (width > limit - column) {
        if (!cell->tab)
            return 0;
        width = limit - column;
    }
    split_before(s, row, column);
    split_before(s, row, column + width);
    struct screen_cell *at = cell_at(s, row, column);
    for (unsigned i = 0; i < width; i++)
        at[i] = (struct screen_cell){.style = style, .width = 1};
    if (cell->tab)
        return width;
    memcpy(at->text, cell->chars, sizeof at->text);
    at->width = (uint8_t)width;
    if (width == 2)
        at[1].width = 0;
    return width;
}

unsigned screen_print(struct screen *s, unsigned row, unsigned column, unsigned columns,
                      enum style style, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0)
        return 0;
    size_t length = strlen(text);
    if ((size_t)n > length) { /* cut: not inside a character */
        while (length && ((uint8_t)text[length - 1] & 0xC0) == 0x80)
            length--;
        if (length && (uint8_t)text[length - 1] >= 0xC0)
            length--;
    }
    return screen_put(s, row, column, columns, style, text, length);
}

void screen_set_cursor(struct screen *s, unsigned row, unsigned column)
{
    s->cursor_shown = row < s->rows && column < s->columns;
    s->cursor_row = s->cursor_shown ? row : 0;
    s->cursor_column = s->cursor_shown ? column : 0;
}

void screen_title(struct screen *s, struct rect area, bool focus, const char *title,
                  const char *right)
{
    area.rows = 1;
    if (!clip(s, &area))
        return;
    enum style style = focus ? STYLE_TITLE_FOCUS : STYLE_TITLE;
    unsigned end = area.column + area.columns, at = area.column;
    for (unsigned c = area.column; c < end; c++)
        screen_put_text(s, area.row, c, 1, focus ? STYLE_TITLE_FOCUS : STYLE_BORDER, "─");
    if (title && *title && area.columns > 4) {
        at += 2;
        at += screen_put_text(s, area.row, at, 1, style, " ");
        at += screen_put_text(s, area.row, at, end - at - 1, style, title);
        at += screen_put_text(s, area.row, at, end - at, style, " ");
    }
    /* What stands at the right gives way to the title. */
    unsigned width = right ? screen_text_width(right, strlen(right)) : 0;
    if (width && at < end && width + 3 <= end - at) {
        unsigned place = end - width - 3;
        place += screen_put_text(s, area.row, place, 1, style, " ");
        place += screen_put_text(s, area.row, place, width, style, right);
        screen_put_text(s, area.row, place, 1, style, " ");
    }
}

/* --- as text --- */

static void append_char(struct buffer *out, uint32_t c)
{
    uint8_t b[4];
    size_t n = 0;
    if (c < 0x80) {
        b[n++] = (uint8_t)c;
    } else if (c < 0x800) {
        b[n++] = (uint8_t)(0xC0 | c >> 6);
    } else if (c < 0x10000) {
        b[n++] = (uint8_t)(0xE0 | c >> 12);
        b[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    } else {
        b[n++] = (uint8_t)(0xF0 | c >> 18);
        b[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
        b[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    }
    if (c >= 0x80)
        b[n++] = (uint8_t)(0x80 | (c & 0x3F));
    buffer_append(out, b, n);
}

static bool is_space(const struct screen_cell *cell)
{
    return cell->width == 1 && (cell->text[0] == 0 || (cell->text[0] == ' ' && cell->text[1] == 0));
}

void screen_to_text(const struct screen *s, struct buffer *out)
{
    for (unsigned r = 0; r < s->rows; r++) {
        unsigned columns = s->columns;
        while (columns && is_space(cell_at(s, r, columns - 1)))
            columns--;
        for (unsigned c = 0; c < columns; c++) {
            const struct screen_cell *cell = cell_at(s, r, c);
            if (cell->width == 0)
                continue;
            append_char(out, cell->text[0] ? cell->text[0] : ' ');
            for (unsigned i = 1; i < SCREEN_CELL_CHARS && cell->text[i]; i++)
                append_char(out, cell->text[i]);
        }
        buffer_append(out, "\n", 1);
    }
}
