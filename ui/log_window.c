#include <stdio.h>
#include <string.h>

#include "ui/locale.h"
#include "ui/log_view_internal.h"
#include "ui/screen_text.h"

#define TEXT_LEAST 16u /* columns; the stamp gives way to a text that would have fewer */

/* --- columns and rows of a line --- */

struct log_columns log_view_columns(const struct log_view *v)
{
    struct log_columns c = {0};
    unsigned stamp = log_stamp_width(v);
    c.stamp = 1; /* behind the bookmark's mark */
    c.level = c.stamp + (stamp ? stamp + 1 : 0);
    c.text = c.level + 2;
    if (c.text + TEXT_LEAST > v->columns) {
        c.level = c.stamp;
        c.text = c.level + 2;
    }
    if (c.text + 1 > v->columns)
        c.text = 0;
    c.text_width = v->columns > c.text ? v->columns - c.text : 1;
    /* "0000  48 65 ...  |He...|": 6 + 3 a byte + 1 + 2 + 1 a byte. */
    c.hex_bytes = c.text_width >= 73 ? 16 : c.text_width >= 41 ? 8 : 4;
    return c;
}

void log_view_read(struct log_view *v, uint64_t number, struct log_line *line)
{
    if (log_store_get(v->store, number, line))
        return;
    const char *words = _("(this line cannot be read back from the disk)");
    *line = (struct log_line){
        .number = number, .kind = LOG_TOOL, .text = words, .length = strlen(words)};
}

const char *log_view_text(struct log_view *v, const struct log_line *line, size_t *n)
{
    v->markup.span_count = 0;
    if (!line->raw) {
        *n = line->length;
        return line->text;
    }
    line_markup(line->raw, line->raw_length, &v->markup);
    *n = v->markup.length;
    return v->markup.text;
}

size_t log_row_end(const char *text, size_t n, size_t begin, unsigned width)
{
    struct text_walk walk = {text + begin, n - begin, 0, 0};
    struct text_cell cell;
    size_t end = begin;
    while (text_walk_next(&walk, &cell)) {
        if (walk.column > width && !cell.tab && end > begin)
            return end;
        end = begin + walk.at;
        if (walk.column >= width && cell.tab)
            return end;
    }
    return n;
}

static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7F)
            return false;
    return true;
}

static unsigned wrapped_rows(const char *text, size_t n, unsigned width)
{
    if (n == 0)
        return 1;
    if (is_plain(text, n))
        return (unsigned)((n + width - 1) / width);
    unsigned rows = 0;
    for (size_t at = 0; at < n; rows++)
        at = log_row_end(text, n, at, width);
    return rows;
}

static unsigned line_rows(struct log_view *v, uint64_t number)
{
    struct log_line line;
    if (!v->hex && !v->wrap && !v->meanings)
        return 1;
    log_view_read(v, number, &line);
    struct log_columns c = log_view_columns(v);
    unsigned rows = 1;
    if (v->hex) {
        size_t n = line.raw ? line.raw_length : line.length;
        rows = n ? (unsigned)((n + c.hex_bytes - 1) / c.hex_bytes) : 1;
    } else if (v->wrap) {
        size_t n;
        const char *text = log_view_text(v, &line, &n);
        rows = wrapped_rows(text, n, c.text_width);
    }
    return rows + (v->meanings && line.meaning ? 1 : 0);
}

/* --- places --- */

bool log_place_before(struct log_place a, struct log_place b)
{
    return a.number != b.number ? a.number < b.number : a.row < b.row;
}

struct log_place log_view_forward(struct log_view *v, struct log_place p, unsigned long rows)
{
    while (rows) {
        uint64_t next;
        unsigned left = line_rows(v, p.number) - 1 - p.row;
        if (rows <= left) {
            p.row += (unsigned)rows;
            break;
        }
        if (!log_view_at_or_after(v, p.number + 1, &next)) {
            p.row += left;
            break;
        }
        rows -= left + 1;
        p = (struct log_place){next, 0};
    }
    return p;
}

struct log_place log_view_back(struct log_view *v, struct log_place p, unsigned long rows)
{
    while (rows > p.row) {
        uint64_t previous;
        if (p.number == 0 || !log_view_at_or_before(v, p.number - 1, &previous))
            return (struct log_place){p.number, 0};
        rows -= p.row;
        p = (struct log_place){previous, line_rows(v, previous)};
    }
    p.row -= (unsigned)rows;
    return p;
}

struct log_place log_view_bottom(struct log_view *v)
{
    struct log_place last = {0, 0};
    if (!log_view_at_or_before(v, UINT64_MAX, &last.number))
        return last;
    last.row = line_rows(v, last.number) - 1;
    return log_view_back(v, last, v->rows - 1);
}

/* The line in view a wish stands for. */
static bool resolve(const struct log_view *v, uint64_t wish, uint64_t *number)
{
    return log_view_at_or_after(v, wish, number) || log_view_at_or_before(v, wish, number);
}

bool log_view_cursor(const struct log_view *v, uint64_t *number)
{
    if (v->following)
        return log_view_at_or_before(v, UINT64_MAX, number);
    return resolve(v, v->cursor, number);
}

/* Where the window begins, as far as lines are still there and have that many rows. */
static struct log_place resolve_top(struct log_view *v)
{
    struct log_place top = v->top, bottom = log_view_bottom(v);
    if (!resolve(v, v->top.number, &top.number))
        return bottom;
    unsigned rows = line_rows(v, top.number);
    if (top.number != v->top.number)
        top.row = 0;
    else if (top.row >= rows)
        top.row = rows - 1;
    return log_place_before(bottom, top) ? bottom : top;
}

/* Rows from `top` to the first row of a line at or after it; at most the window's. */
static unsigned rows_between(struct log_view *v, struct log_place top, uint64_t number)
{
    unsigned rows = 0;
    uint64_t at = top.number;
    while (at < number && rows < v->rows) {
        rows += line_rows(v, at) - (at == top.number ? top.row : 0);
        if (!log_view_at_or_after(v, at + 1, &at))
            break;
    }
    return rows;
}

/* The window after the smallest move that shows the whole line. */
static struct log_place show_line(struct log_view *v, struct log_place top, uint64_t number)
{
    unsigned rows = line_rows(v, number);
    if (number < top.number || (number == top.number && top.row && rows <= v->rows))
        return (struct log_place){number, 0};
    if (number == top.number || rows_between(v, top, number) + rows <= v->rows)
        return top;
    if (rows >= v->rows)
        return (struct log_place){number, 0};
    return log_view_back(v, (struct log_place){number, rows - 1}, v->rows - 1);
}

void log_view_settle(struct log_view *v)
{
    uint64_t cursor;
    if (!log_view_cursor(v, &cursor))
        return;
    if (v->following) {
        v->cursor = cursor;
        v->top = log_view_bottom(v);
        return;
    }
    v->top = show_line(v, resolve_top(v), cursor);
}

unsigned log_view_cursor_offset(struct log_view *v)
{
    uint64_t cursor;
    if (!log_view_cursor(v, &cursor) || cursor <= v->top.number)
        return 0;
    return rows_between(v, v->top, cursor);
}

void log_view_stop_following(struct log_view *v)
{
    if (!v->following)
        return;
    log_view_settle(v);
    v->following = false;
    v->paused_end = v->end;
}

void log_view_jump(struct log_view *v, uint64_t number)
{
    log_view_stop_following(v);
    v->cursor = number;
    uint64_t cursor;
    if (!log_view_cursor(v, &cursor))
        return;
    struct log_place top = resolve_top(v);
    bool above = cursor < top.number || (cursor == top.number && top.row);
    if (above || rows_between(v, top, cursor) >= v->rows)
        v->top = log_view_back(v, (struct log_place){cursor, 0}, v->rows / 2);
    log_view_settle(v);
}
