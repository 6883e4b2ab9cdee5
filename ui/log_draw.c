#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/format.h"
#include "ui/locale.h"
#include "ui/log_view_internal.h"
#include "ui/screen_text.h"

#define MATCHES_MARKED 200 /* in one line */
#define MODULE_WITHIN 160u /* bytes from the front where a module's name is looked for */
#define BOOKMARK_MARK "●"
#define MEANING_MARK "↳ "
#define BESIDE_GAP 2u    /* columns between a line and its meaning */
#define BESIDE_LEAST 24u /* less room is not worth it */
#define NO_STYLE 0xFFFFu

/* One line on its way to the screen. */
struct drawing {
    struct log_view *v;
    struct screen *screen;
    struct rect area;
    struct log_columns columns;
    struct log_line line;
    const char *text; /* n bytes as drawn; v->styles has a style for each */
    size_t n;
    uint16_t base, row_style; /* row_style: cursor line or selection, NO_STYLE = neither */
    bool cursor;
    unsigned row;  /* next row of the area */
    unsigned skip; /* rows of this line above the window */
};

/* --- styles of the bytes --- */

static uint16_t level_style(const struct log_line *line)
{
    switch (line->level) {
    case 'F':
        return STYLE_FATAL;
    case 'E':
        return STYLE_BAD;
    case 'W':
        return line->failure ? STYLE_BAD : STYLE_WARN;
    case 'I':
        return line->failure ? STYLE_BAD : STYLE_INFO;
    case 'D':
    case 'V':
        return line->failure ? STYLE_BAD : STYLE_DEBUG;
    default:
        return line->failure ? STYLE_BAD : STYLE_NORMAL;
    }
}

static uint16_t base_style(const struct log_line *line)
{
    return line->kind == LOG_SENT   ? STYLE_SENT
           : line->kind == LOG_TOOL ? STYLE_TOOL
                                    : level_style(line);
}

static void paint(struct drawing *d, size_t begin, size_t end, uint16_t style)
{
    for (size_t i = begin; i < end && i < d->n; i++)
        d->v->styles[i] = style;
}

static void paint_matches(struct drawing *d, struct log_matcher *m, uint16_t style)
{
    size_t from = 0, begin, end;
    for (unsigned i = 0;
         i < MATCHES_MARKED && log_matcher_find(m, d->text, d->n, from, &begin, &end); i++) {
        paint(d, begin, end, style);
        from = end > begin ? end : end + 1; /* an empty match marks nothing */
    }
}

static bool is_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* The module's name where it stands as a word near the front. */
static void paint_module(struct drawing *d)
{
    size_t length = d->line.module ? strlen(d->line.module) : 0;
    size_t within = d->n < MODULE_WITHIN ? d->n : MODULE_WITHIN;
    for (size_t at = 0; length && at + length <= within; at++) {
        if (memcmp(d->text + at, d->line.module, length) != 0)
            continue;
        if ((at == 0 || !is_word(d->text[at - 1])) &&
            (at + length == d->n || !is_word(d->text[at + length]))) {
            paint(d, at, at + length, STYLE_MODULE);
            return;
        }
    }
}

/* Later ones stand on top: base, device colours, module, words, cursor or selection, matches. */
static void paint_line(struct drawing *d)
{
    struct log_view *v = d->v;
    d->text = log_view_text(v, &d->line, &d->n);
    if (d->row_style != NO_STYLE) {
        paint(d, 0, d->n, d->row_style);
    } else {
        paint(d, 0, d->n, d->base);
        paint_module(d);
        for (unsigned i = 0; i < v->markup.span_count; i++)
            paint(d, v->markup.spans[i].begin, v->markup.spans[i].end, v->markup.spans[i].style);
        for (size_t i = 0; i < v->highlight_count; i++)
            paint_matches(d, v->highlights[i], STYLE_HIGHLIGHT);
    }
    if (v->search.matcher)
        paint_matches(d, v->search.matcher, d->cursor ? STYLE_MATCH_CURRENT : STYLE_MATCH);
}

/* --- rows --- */

static enum style style_or_row(const struct drawing *d, enum style style)
{
    return d->row_style == NO_STYLE ? style : (enum style)d->row_style;
}

/* Begins the next row of this line; false when it is above or below the window. */
static bool begin_row(struct drawing *d)
{
    if (d->skip) {
        d->skip--;
        return false;
    }
    if (d->row >= d->area.rows)
        return false;
    unsigned row = d->area.row + d->row;
    if (d->row < d->v->row_count)
        d->v->row_lines[d->row] = d->line.number;
    d->row++;
    screen_fill(d->screen, (struct rect){row, d->area.column, 1, d->area.columns},
                style_or_row(d, STYLE_NORMAL));
    return true;
}

static void draw_front(struct drawing *d, uint64_t before)
{
    unsigned row = d->area.row + d->row - 1, left = d->area.column;
    const struct log_columns *c = &d->columns;
    char stamp[LOG_STAMP_MAX], letter[2] = {d->line.level ? d->line.level : ' ', '\0'};
    if (c->text == 0)
        return;
    if (line_set_has(&d->v->bookmarks, d->line.number))
        screen_put_text(d->screen, row, left, 1, STYLE_BOOKMARK, BOOKMARK_MARK);
    if (c->level > c->stamp) {
        log_stamp_text(d->v, &d->line, before, stamp);
        screen_put_text(d->screen, row, left + c->stamp, c->level - c->stamp,
                        style_or_row(d, STYLE_TIME), stamp);
    }
    if (d->line.kind != LOG_DEVICE)
        letter[0] = d->line.kind == LOG_SENT ? '>' : '*';
    enum style style = d->line.level || d->line.failure ? level_style(&d->line) : d->base;
    if (letter[0] != ' ')
        screen_put_text(d->screen, row, left + c->level, 1, style, letter);
}

/* The cells of text[begin .. end) that are within the row, `left` columns scrolled away. */
static void draw_cells(struct drawing *d, size_t begin, size_t end, unsigned left)
{
    struct text_walk walk = {d->text + begin, end - begin, 0, 0};
    struct text_cell cell;
    unsigned row = d->area.row + d->row - 1, start = d->area.column + d->columns.text;
    unsigned limit = start + d->columns.text_width;
    while (text_walk_next(&walk, &cell) && cell.column < left + d->columns.text_width) {
        if (walk.column <= left)
            continue;
        if (cell.column < left) { /* begins outside: what is inside are spaces */
            cell.tab = true;
            cell.chars[0] = ' ';
            cell.width = walk.column - left;
            cell.column = left;
        }
        screen_put_cell(d->screen, row, start + cell.column - left, limit,
                        d->v->styles[begin + cell.begin], &cell);
    }
}

/* What the line means, behind it where there is room and meanings have no row of their own. */
static void draw_beside(struct drawing *d, size_t begin)
{
    unsigned used = screen_text_width(d->text + begin, d->n - begin) + BESIDE_GAP;
    unsigned row = d->area.row + d->row - 1, left = d->area.column + d->columns.text + used;
    if (d->v->meanings || !d->line.meaning || used + BESIDE_LEAST > d->columns.text_width)
        return;
    enum style style = style_or_row(d, STYLE_MEANING);
    unsigned mark = screen_put_text(d->screen, row, left, BESIDE_LEAST, style, MEANING_MARK);
    draw_cut(d->screen, row, left + mark, d->columns.text_width - used - mark, style,
             d->line.meaning, strlen(d->line.meaning));
}

static void draw_text(struct drawing *d, uint64_t before)
{
    paint_line(d);
    if (!d->v->wrap) {
        if (begin_row(d)) {
            draw_front(d, before);
            draw_cells(d, 0, d->n, d->v->left);
            if (d->v->left == 0)
                draw_beside(d, 0);
        }
        return;
    }
    size_t at = 0;
    bool first = true;
    do {
        size_t end = log_row_end(d->text, d->n, at, d->columns.text_width);
        if (begin_row(d)) {
            if (first)
                draw_front(d, before);
            draw_cells(d, at, end, 0);
            if (end >= d->n)
                draw_beside(d, at);
        }
        first = false;
        at = end;
    } while (at < d->n && d->row < d->area.rows);
}

static void draw_hex_row(struct drawing *d, const uint8_t *bytes, size_t n, size_t offset)
{
    unsigned row = d->area.row + d->row - 1, width = d->columns.text_width;
    unsigned left = d->area.column + d->columns.text, count = d->columns.hex_bytes, at = 0;
    char hex[64], shown[32];
    unsigned used = 0, letters = 0;
    for (size_t i = 0; i < count; i++) {
        if (i < n)
            used += (unsigned)snprintf(hex + used, sizeof hex - used, "%02x ", bytes[i]);
        else
            used += (unsigned)snprintf(hex + used, sizeof hex - used, "   ");
    }
    shown[letters++] = '|';
    for (size_t i = 0; i < n; i++)
        shown[letters++] = (char)(bytes[i] >= 0x20 && bytes[i] < 0x7F ? bytes[i] : '.');
    shown[letters++] = '|';
    at += screen_print(d->screen, row, left, width, style_or_row(d, STYLE_DIM), "%04zx  ", offset);
    at += screen_put(d->screen, row, left + at, width > at ? width - at : 0,
                     (enum style)(d->row_style == NO_STYLE ? d->base : d->row_style), hex, used);
    at++;
    screen_put(d->screen, row, left + at, width > at ? width - at : 0,
               style_or_row(d, STYLE_NORMAL), shown, letters);
}

static void draw_hex(struct drawing *d, uint64_t before)
{
    const uint8_t *bytes = d->line.raw ? d->line.raw : (const uint8_t *)d->line.text;
    size_t n = d->line.raw ? d->line.raw_length : d->line.length, at = 0;
    do {
        size_t piece = n - at < d->columns.hex_bytes ? n - at : d->columns.hex_bytes;
        if (begin_row(d)) {
            if (at == 0)
                draw_front(d, before);
            draw_hex_row(d, bytes + at, piece, at);
        }
        at += piece;
    } while (at < n && d->row < d->area.rows);
}

static void draw_meaning(struct drawing *d)
{
    if (!begin_row(d))
        return;
    unsigned row = d->area.row + d->row - 1, left = d->area.column + d->columns.text;
    enum style style = style_or_row(d, STYLE_MEANING);
    unsigned at = screen_put_text(d->screen, row, left, d->columns.text_width, style, MEANING_MARK);
    screen_put_text(d->screen, row, left + at, d->columns.text_width - at, style, d->line.meaning);
}

/* --- the window --- */

static bool reserve_rows(struct log_view *v, unsigned rows)
{
    if (rows > v->row_capacity) {
        uint64_t *lines = realloc(v->row_lines, rows * sizeof *lines);
        if (!lines)
            return false;
        v->row_lines = lines;
        v->row_capacity = rows;
    }
    for (unsigned i = 0; i < rows; i++)
        v->row_lines[i] = UINT64_MAX;
    v->row_count = rows;
    return true;
}

static void draw_nothing(const struct log_view *v, struct screen *screen, struct rect area)
{
    if (!v->filtered || v->first == v->end)
        return;
    const char *words = log_scan_complete(v, &v->shown) ? _("No line passes the filter.")
                                                        : _("Looking for lines ...");
    screen_put_text(screen, area.row, area.column, area.columns, STYLE_DIM, words);
}

static uint64_t time_before(struct log_view *v, uint64_t number)
{
    struct log_line line;
    uint64_t previous;
    if (v->stamps != STAMPS_DELTA || number == 0 ||
        !log_view_at_or_before(v, number - 1, &previous))
        return UINT64_MAX;
    log_view_read(v, previous, &line);
    return line.time_us;
}

static void draw_line(struct drawing *d, uint64_t number, bool show_cursor)
{
    struct log_view *v = d->v;
    uint64_t before = time_before(v, number), first, last;
    log_view_read(v, number, &d->line);
    d->cursor = number == v->cursor;
    d->base = base_style(&d->line);
    d->row_style = NO_STYLE;
    if (log_view_selection(v, &first, &last) && number >= first && number <= last)
        d->row_style = STYLE_SELECTED;
    if (d->cursor && show_cursor)
        d->row_style = STYLE_CURSOR_LINE;
    if (v->hex)
        draw_hex(d, before);
    else
        draw_text(d, before);
    if (v->meanings && d->line.meaning)
        draw_meaning(d);
}

void log_view_draw(struct log_view *v, struct screen *screen, struct rect area, bool focus)
{
    screen_fill(screen, area, STYLE_NORMAL);
    if (area.row >= screen->rows || area.column >= screen->columns || !area.rows || !area.columns)
        return;
    if (area.rows > screen->rows - area.row)
        area.rows = screen->rows - area.row;
    if (area.columns > screen->columns - area.column)
        area.columns = screen->columns - area.column;
    log_view_sync(v);
    v->rows = area.rows;
    v->columns = area.columns;
    if (!reserve_rows(v, area.rows))
        v->row_count = 0;
    log_view_settle(v);
    uint64_t number = v->top.number;
    if (log_view_count(v) == 0 || !log_view_at_or_after(v, number, &number)) {
        draw_nothing(v, screen, area);
        return;
    }
    struct drawing d = {
        .v = v, .screen = screen, .area = area, .columns = log_view_columns(v), .skip = v->top.row};
    uint64_t wish = v->cursor;
    log_view_cursor(v, &v->cursor);
    do
        draw_line(&d, number, focus || !v->following);
    while (d.row < area.rows && log_view_at_or_after(v, number + 1, &number));
    v->cursor = wish;
}

bool log_view_at_row(const struct log_view *v, unsigned row, uint64_t *number)
{
    if (row >= v->row_count || v->row_lines[row] == UINT64_MAX)
        return false;
    *number = v->row_lines[row];
    return true;
}

/* --- the title --- */

static void describe_search(const struct log_view *v, struct buffer *out)
{
    struct log_search_state s = log_view_search_state(v);
    if (s.not_found)
        buffer_append_text(out, _("not found"));
    else if (s.index)
        buffer_format(out, "%" PRIu64 "/%" PRIu64 "%s", s.index, s.matches, s.counting ? "+" : "");
    else
        buffer_format(out, "%" PRIu64 "%s", s.matches, s.counting ? "+" : "");
    buffer_format(out, " '%s'", s.pattern);
}

static void begin_part(struct buffer *out)
{
    if (out->length)
        buffer_append_text(out, ", ");
}

void log_view_describe(const struct log_view *v, char *out, size_t n)
{
    struct buffer text = {0};
    uint64_t first, last;
    if (!v->following) {
        uint64_t more = log_view_count(v) - log_view_rank(v, v->paused_end);
        buffer_append_text(&text, _("paused"));
        if (more)
            buffer_format(&text, " +%" PRIu64, more);
    }
    if (v->search.matcher) {
        begin_part(&text);
        describe_search(v, &text);
    }
    if (v->filtered) {
        char words[1024];
        log_filter_describe(&v->filter, words, sizeof words);
        begin_part(&text);
        buffer_format(&text, "%s %s", _("filter"), words);
    }
    if (log_view_selection(v, &first, &last)) {
        uint64_t lines = log_view_rank(v, last + 1) - log_view_rank(v, first);
        begin_part(&text);
        buffer_format(&text, "%" PRIu64 " %s", lines, _("selected"));
    }
    if (v->hex) {
        begin_part(&text);
        buffer_append_text(&text, _("hex"));
    }
    text_make_safe(out, n, text.data, text.length);
    buffer_free(&text);
}
