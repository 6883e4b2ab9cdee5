#include "ui/overlay_internal.h"

#include <stdio.h>
#include <string.h>

#include "ui/locale.h"
#include "ui/typed_text.h"

/* Below this there is no room for a frame. */
#define FRAME_ROWS 6u
#define FRAME_COLUMNS 24u
#define TEXT_COLUMNS 72u

static unsigned at_least(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned at_most(size_t a, unsigned b)
{
    return a < b ? (unsigned)a : b;
}

static unsigned width(const char *text)
{
    return text ? screen_text_width(text, strlen(text)) : 0;
}

/* --- wrapped text
 * ------------------------------------------------------------------------------------ */

/* How many bytes of text stand on a line of so many columns, and how many lead to the next line. */
static size_t wrap_line(const char *text, unsigned columns, size_t *step)
{
    unsigned used;
    size_t n = strcspn(text, "\n"), fits = screen_text_fit(text, n, columns, &used);
    if (fits == n) {
        *step = n + (text[n] == '\n');
        return n;
    }
    size_t cut = fits;
    while (cut > 0 && text[cut] != ' ')
        cut--;
    if (cut == 0) { /* one long word, or a script without blanks */
        /* A character wider than the line must not stop the walk. */
        *step = fits ? fits : typed_text_behind(text, n, 0);
        return fits;
    }
    *step = cut + strspn(text + cut, " ");
    return cut;
}

static unsigned wrapped_rows(const char *text, unsigned columns)
{
    unsigned rows = 0;
    for (size_t step; *text; text += step, rows++)
        wrap_line(text, columns, &step);
    return rows;
}

static void draw_wrapped(struct overlay *o, struct screen *s, struct rect area)
{
    unsigned all = wrapped_rows(o->text, area.columns), row = 0;
    size_t step, most = all > area.rows ? all - area.rows : 0;
    o->first = o->first < most ? o->first : most;
    o->page = area.rows;
    for (const char *text = o->text; *text && row < o->first + area.rows; text += step, row++) {
        size_t n = wrap_line(text, area.columns, &step);
        if (row >= o->first)
            screen_put(s, area.row + row - (unsigned)o->first, area.column, area.columns,
                       STYLE_OVERLAY, text, n);
    }
}

/* --- the frame
 * ------------------------------------------------------------------------------------------ */

struct wish {
    unsigned rows, columns; /* inside */
    const char *hint;
};

static unsigned item_width(const struct overlay_item *item)
{
    return width(item->text) + (item->detail ? 2 + width(item->detail) : 0);
}

/* PAGE: where the second column begins. */
static unsigned second_column(const struct overlay *o, unsigned columns)
{
    unsigned most = 0;
    for (size_t i = 0; i < o->count; i++) {
        if (o->items[i].detail)
            most = at_least(most, width(o->items[i].text));
    }
    return at_most(most, columns / 2) + 2;
}

static struct wish wish_of(const struct overlay *o, const struct screen *s)
{
    struct wish w = {1, 40, ""};
    unsigned inside = s->columns > 4 ? s->columns - 4 : s->columns;
    switch (o->kind) {
    case OVERLAY_LIST:
        w.rows = 1 + at_least((unsigned)o->count, 1);
        for (size_t i = 0; i < o->count; i++)
            w.columns = at_least(w.columns, item_width(&o->items[i]));
        w.hint = _("Enter: take, Esc: close");
        break;
    case OVERLAY_PAGE: {
        unsigned second = second_column(o, inside);
        w.rows = (unsigned)o->count;
        for (size_t i = 0; i < o->count; i++) {
            const struct overlay_item *item = &o->items[i];
            unsigned before = item->detail ? second : width(item->text);
            w.columns = at_least(w.columns, before + width(item->detail));
        }
        w.hint = _("Esc: close");
        break;
    }
    default:
        w.columns = at_most(inside, TEXT_COLUMNS);
        w.rows = wrapped_rows(o->text, at_least(w.columns, 1)) + 1;
        w.hint = o->kind == OVERLAY_ASK ? _("Enter: take, Esc: close") : "";
        break;
    }
    w.columns = at_least(w.columns, width(o->title) + 2);
    return w;
}

static void line_of(struct screen *s, unsigned row, unsigned column, unsigned columns,
                    const char *left, const char *right)
{
    screen_put_text(s, row, column, 1, STYLE_BORDER, left);
    for (unsigned i = 1; i + 1 < columns; i++)
        screen_put_text(s, row, column + i, 1, STYLE_BORDER, "\xE2\x94\x80");
    screen_put_text(s, row, column + columns - 1, 1, STYLE_BORDER, right);
}

/* Text on the frame's line, with a blank at each side. */
static void on_line(struct screen *s, unsigned row, unsigned column, unsigned columns,
                    enum style style, const char *text)
{
    if (!text[0] || columns < 3)
        return;
    screen_put_text(s, row, column, 1, STYLE_BORDER, " ");
    unsigned used = screen_put_text(s, row, column + 1, columns - 2, style, text);
    screen_put_text(s, row, column + 1 + used, 1, STYLE_BORDER, " ");
}

static struct rect draw_frame(const struct overlay *o, struct screen *s, const struct wish *w)
{
    unsigned rows = at_most((size_t)w->rows + 2, s->rows);
    unsigned columns = at_most((size_t)w->columns + 4, s->columns);
    struct rect box = {(s->rows - rows) / 2, (s->columns - columns) / 2, rows, columns};
    unsigned bottom = box.row + rows - 1;
    screen_fill(s, box, STYLE_OVERLAY);
    line_of(s, box.row, box.column, columns, "\xE2\x94\x8C", "\xE2\x94\x90");
    line_of(s, bottom, box.column, columns, "\xE2\x94\x94", "\xE2\x94\x98");
    for (unsigned row = box.row + 1; row < bottom; row++) {
        screen_put_text(s, row, box.column, 1, STYLE_BORDER, "\xE2\x94\x82");
        screen_put_text(s, row, box.column + columns - 1, 1, STYLE_BORDER, "\xE2\x94\x82");
    }
    on_line(s, box.row, box.column + 1, columns - 2, STYLE_TITLE_FOCUS, o->title);
    on_line(s, bottom, box.column + 1, columns - 2, STYLE_DIM, w->hint);
    return (struct rect){box.row + 1, box.column + 2, rows - 2, columns - 4};
}

/* A very small screen: all of it, with a title where there is a row for it. */
static struct rect draw_bare(const struct overlay *o, struct screen *s)
{
    struct rect all = {0, 0, s->rows, s->columns};
    screen_fill(s, all, STYLE_OVERLAY);
    if (s->rows > 2) {
        screen_put_text(s, 0, 0, s->columns, STYLE_TITLE_FOCUS, o->title);
        all.row++;
        all.rows--;
    }
    return all;
}

/* --- what is inside
 * --------------------------------------------------------------------------------------- */

static void draw_item(const struct overlay_item *item, bool chosen, struct screen *s,
                      struct rect area, unsigned row)
{
    enum style style = chosen ? STYLE_CHOSEN : STYLE_OVERLAY;
    screen_fill(s, (struct rect){row, area.column, 1, area.columns}, style);
    unsigned used = screen_put_text(s, row, area.column, area.columns, style, item->text);
    unsigned wanted = width(item->detail);
    if (!item->detail || used + 8 > area.columns)
        return;
    unsigned room = area.columns - used - 2;
    wanted = at_most(wanted, room);
    screen_put_text(s, row, area.column + area.columns - wanted, wanted,
                    chosen ? STYLE_CHOSEN : STYLE_DIM, item->detail);
}

static void draw_list(struct overlay *o, struct screen *s, struct rect area)
{
    char count[48];
    unsigned rows = area.rows - 1;
    snprintf(count, sizeof count, "%zu/%zu", o->shown_count, o->count);
    unsigned right = width(count) + 2 < area.columns / 2 ? width(count) + 1 : 0;
    line_edit_draw(&o->edit, s, area.row, area.column, area.columns - right, STYLE_INPUT, "> ");
    if (right)
        screen_put_text(s, area.row, area.column + area.columns - right + 1, right - 1, STYLE_DIM,
                        count);
    o->page = rows;
    if (rows == 0)
        return;
    if (o->shown_count == 0) {
        screen_put_text(s, area.row + 1, area.column, area.columns, STYLE_DIM,
                        o->free_text && o->edit.length ? _("Enter takes what is typed")
                                                       : _("nothing fits"));
        return;
    }
    if (o->chosen < o->first)
        o->first = o->chosen;
    if (o->chosen >= o->first + rows)
        o->first = o->chosen - rows + 1;
    size_t most = o->shown_count > rows ? o->shown_count - rows : 0;
    o->first = o->first < most ? o->first : most;
    for (unsigned i = 0; i < rows && o->first + i < o->shown_count; i++) {
        size_t at = o->first + i;
        draw_item(&o->items[o->shown[at]], at == o->chosen, s, area, area.row + 1 + i);
    }
}

static void draw_page(struct overlay *o, struct screen *s, struct rect area)
{
    size_t most = o->count > area.rows ? o->count - area.rows : 0;
    unsigned second = second_column(o, area.columns);
    o->first = o->first < most ? o->first : most;
    o->page = area.rows;
    for (unsigned i = 0; i < area.rows && o->first + i < o->count; i++) {
        const struct overlay_item *item = &o->items[o->first + i];
        unsigned row = area.row + i;
        enum style style = item->value ? STYLE_BOLD : item->detail ? STYLE_KEY : STYLE_OVERLAY;
        unsigned columns = item->detail ? at_most(second - 1, area.columns) : area.columns;
        screen_put_text(s, row, area.column, columns, style, item->text);
        if (item->detail && second < area.columns)
            screen_put_text(s, row, area.column + second, area.columns - second, STYLE_OVERLAY,
                            item->detail);
    }
}

/* ASK and CONFIRM: the text, and below it where one answers, which is always in sight. */
static void draw_question(struct overlay *o, struct screen *s, struct rect area)
{
    unsigned row = area.row + area.rows - 1;
    struct rect text = {area.row, area.column, area.rows - 1, area.columns};
    if (text.rows)
        draw_wrapped(o, s, text);
    if (o->kind == OVERLAY_ASK) {
        line_edit_draw(&o->edit, s, row, area.column, area.columns, STYLE_INPUT, "> ");
        return;
    }
    unsigned used = screen_put_text(s, row, area.column, area.columns, STYLE_KEY,
                                    _("y: yes   n, Enter, Esc: no"));
    screen_set_cursor(s, row, area.column + at_most(used, area.columns - 1));
}

void overlay_draw(struct overlay *o, struct screen *s)
{
    if (o->kind == OVERLAY_NONE || s->rows == 0 || s->columns == 0)
        return;
    struct wish wish = wish_of(o, s);
    bool framed = s->rows >= FRAME_ROWS && s->columns >= FRAME_COLUMNS;
    struct rect area = framed ? draw_frame(o, s, &wish) : draw_bare(o, s);
    s->cursor_shown = false;
    if (area.rows == 0 || area.columns == 0)
        return;
    switch (o->kind) {
    case OVERLAY_LIST:
        draw_list(o, s, area);
        break;
    case OVERLAY_PAGE:
        draw_page(o, s, area);
        break;
    default:
        draw_question(o, s, area);
        break;
    }
}
