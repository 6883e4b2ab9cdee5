#include <string.h>

#include "ui/format.h"
#include "ui/screen_text.h"

/* --- where a row may end ------------------------------------------------------------------ */

/* Signs that do not begin a row. */
static bool is_closing(uint32_t c)
{
    static const char ascii[] = ",.;:!?)]}%";
    static const uint32_t wide[] = {0x2019, 0x201D, 0x2026, 0x3001, 0x3002, 0x3009,
                                    0x300B, 0x300D, 0x300F, 0x3011, 0xFF01, 0xFF05,
                                    0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F};
    if (c < 0x80)
        return c && strchr(ascii, (int)c);
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (wide[i] == c)
            return true;
    return false;
}

/* Signs that do not end a row. */
static bool is_opening(uint32_t c)
{
    return c == '(' || c == '[' || c == 0x2018 || c == 0x201C || c == 0x3008 || c == 0x300A ||
           c == 0x300C || c == 0x300E || c == 0x3010 || c == 0xFF08;
}

static bool may_break(const struct text_cell *before, const struct text_cell *after)
{
    return (before->width == 2 || after->width == 2) && !is_closing(after->chars[0]) &&
           !is_opening(before->chars[0]);
}

static bool is_space(const struct text_cell *cell)
{
    return cell->tab || (cell->chars[0] == ' ' && cell->chars[1] == 0);
}

/* --- rows --------------------------------------------------------------------------------- */

/* Where the newest row could end, and the next one begin. */
struct gap {
    size_t end, next;
};

static struct gap find_gap(const struct wrap *w, size_t start, size_t limit)
{
    struct text_walk walk = {w->text, limit, start, 0};
    struct text_cell cell, before = {0};
    struct gap gap = {start, start};
    size_t end = start; /* without spaces at the end */
    while (text_walk_next(&walk, &cell)) {
        if (is_space(&cell)) {
            if (!is_space(&before) && end > start)
                gap.end = end;
            gap.next = end > start ? cell.end : gap.next;
            before = cell;
            continue;
        }
        if (before.width && !is_space(&before) && may_break(&before, &cell))
            gap = (struct gap){cell.begin, cell.begin};
        if (walk.column > w->columns) {
            if (gap.end > start)
                return gap;
            /* A word longer than the row, or a character wider than it. */
            size_t cut = cell.begin > start ? cell.begin : cell.end;
            return (struct gap){cut, cut};
        }
        end = cell.end;
        before = cell;
    }
    return (struct gap){end, limit};
}

bool wrap_next(struct wrap *w, size_t *begin, size_t *length)
{
    if (w->at >= w->n)
        return false;
    const char *line_end = memchr(w->text + w->at, '\n', w->n - w->at);
    size_t limit = line_end ? (size_t)(line_end - w->text) : w->n;
    struct gap gap = find_gap(w, w->at, limit);
    *begin = w->at;
    *length = gap.end - w->at;
    w->at = gap.next;
    while (w->at < limit && w->text[w->at] == ' ')
        w->at++;
    if (line_end && w->at == limit)
        w->at++;
    return true;
}

unsigned wrap_rows(const char *text, unsigned columns)
{
    struct wrap w = {text, strlen(text), 0, columns};
    size_t begin, length;
    unsigned rows = 0;
    while (wrap_next(&w, &begin, &length))
        rows++;
    return rows;
}

/* --- paragraphs --------------------------------------------------------------------------- */

static unsigned label_width(const struct paragraph *p)
{
    return screen_text_width(p->label, strlen(p->label));
}

/* How far rows are indented; 0 where half the area would be lost by it. */
static unsigned indent_of(const struct paragraph *p, unsigned columns)
{
    unsigned width = label_width(p);
    return width * 2 <= columns ? width : 0;
}

/* The label stands on the first row, or on one of its own. */
static bool label_apart(const struct paragraph *p, unsigned columns)
{
    return p->label[0] && indent_of(p, columns) == 0;
}

unsigned paragraph_rows(const struct paragraph *p, unsigned columns)
{
    return wrap_rows(p->text, columns - indent_of(p, columns)) + label_apart(p, columns);
}

/* The last row there is room for, with more to come. */
static void draw_last(const struct paragraph *p, struct screen *s, struct rect row, size_t begin,
                      size_t length)
{
    unsigned used;
    length = screen_text_fit(p->text + begin, length, row.columns - 1, &used);
    used = screen_put(s, row.row, row.column, row.columns, p->style, p->text + begin, length);
    screen_put_text(s, row.row, row.column + used, row.columns - used, p->style, "…");
}

unsigned paragraph_draw(const struct paragraph *p, struct screen *s, struct rect area)
{
    unsigned row = 0, indent = indent_of(p, area.columns), columns = area.columns - indent;
    struct wrap w = {p->text, strlen(p->text), 0, columns};
    size_t begin, length;
    if (area.rows == 0 || area.columns == 0 || !p->text[0])
        return 0;
    screen_put_text(s, area.row, area.column, area.columns, p->label_style, p->label);
    row += label_apart(p, area.columns);
    while (row < area.rows && wrap_next(&w, &begin, &length)) {
        struct rect place = {area.row + row, area.column + indent, 1, columns};
        if (row + 1 == area.rows && w.at < w.n)
            draw_last(p, s, place, begin, length);
        else
            screen_put(s, place.row, place.column, columns, p->style, p->text + begin, length);
        row++;
    }
    return row;
}
