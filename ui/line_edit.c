#include "ui/line_edit.h"

#include <string.h>

#include "base/text.h"
#include "ui/typed_text.h"

/* Shown for each character of a secret. */
#define DOT "\xE2\x80\xA2"

void line_edit_clear(struct line_edit *e)
{
    explicit_bzero(e->text, sizeof e->text);
    e->length = e->cursor = 0;
}

void line_edit_set(struct line_edit *e, const char *text)
{
    size_t n = strlen(text), at = 0;
    struct typed_piece piece;
    char held[LINE_EDIT_MAX];
    size_t used = 0;
    /* `text` may be part of the line itself; what does not fit is cut between characters. */
    while (typed_text_next(text, n, &at, &piece) && used + piece.n < sizeof held) {
        memcpy(held + used, piece.bytes, piece.n);
        used += piece.n;
    }
    line_edit_clear(e);
    memcpy(e->text, held, used);
    explicit_bzero(held, sizeof held);
    e->length = e->cursor = used;
}

static void remove_bytes(struct line_edit *e, size_t begin, size_t end)
{
    if (end <= begin)
        return;
    memmove(e->text + begin, e->text + end, e->length - end);
    e->length -= end - begin;
    /* What was removed is not to be found behind the end. */
    explicit_bzero(e->text + e->length, end - begin);
    e->cursor = begin;
}

bool line_edit_insert(struct line_edit *e, const char *text, size_t n)
{
    size_t at = 0, needed = 0;
    struct typed_piece piece;
    while (typed_text_next(text, n, &at, &piece)) {
        needed += piece.n;
        if (needed >= sizeof e->text - e->length)
            return false;
    }
    memmove(e->text + e->cursor + needed, e->text + e->cursor, e->length - e->cursor);
    e->length += needed;
    for (at = 0; typed_text_next(text, n, &at, &piece);) {
        memcpy(e->text + e->cursor, piece.bytes, piece.n);
        e->cursor += piece.n;
    }
    e->text[e->length] = '\0';
    return true;
}

bool line_edit_replace(struct line_edit *e, size_t begin, size_t end, const char *text)
{
    size_t n = strlen(text);
    if (begin > end || end > e->length || n >= sizeof e->text - (e->length - (end - begin)) ||
        !typed_text_is_clean(text, n))
        return false;
    remove_bytes(e, begin, end);
    e->cursor = begin;
    return line_edit_insert(e, text, n);
}

/* --- keys ---------------------------------------------------------------------------------- */

static size_t left(const struct line_edit *e, size_t at)
{
    return typed_text_before(e->text, at);
}

static size_t right(const struct line_edit *e, size_t at)
{
    return typed_text_behind(e->text, e->length, at);
}

/* Letters and digits, and everything beyond ASCII. */
static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (uint8_t)c >= 0x80;
}

static size_t word_left(const struct line_edit *e)
{
    size_t at = e->cursor;
    while (at > 0 && !is_word(e->text[at - 1]))
        at--;
    while (at > 0 && is_word(e->text[at - 1]))
        at--;
    return at;
}

static size_t word_right(const struct line_edit *e)
{
    size_t at = e->cursor;
    while (at < e->length && !is_word(e->text[at]))
        at++;
    while (at < e->length && is_word(e->text[at]))
        at++;
    return at;
}

/* Ctrl-W goes back to a space, as shells do. */
static size_t argument_left(const struct line_edit *e)
{
    size_t at = e->cursor;
    while (at > 0 && e->text[at - 1] == ' ')
        at--;
    while (at > 0 && e->text[at - 1] != ' ')
        at--;
    return at;
}

static bool alt_key(struct line_edit *e, uint32_t code)
{
    switch (code) {
    case 'b':
    case 'B':
        e->cursor = word_left(e);
        return true;
    case 'f':
    case 'F':
        e->cursor = word_right(e);
        return true;
    case 'd':
    case 'D': {
        size_t at = e->cursor;
        remove_bytes(e, at, word_right(e));
        return true;
    }
    case 0x7F:
    case KEY_CONTROL('H'):
    case KEY_SPECIAL_BACKSPACE:
        remove_bytes(e, word_left(e), e->cursor);
        return true;
    default:
        return false;
    }
}

static bool type_character(struct line_edit *e, uint32_t code)
{
    char utf8[4];
    if (code < 0x20 || code >= KEYS_SPECIAL)
        return false;
    /* A full line takes no more; the key is still ours. */
    line_edit_insert(e, utf8, typed_text_encode(code, utf8));
    return true;
}

bool line_edit_key(struct line_edit *e, struct key key)
{
    if (key.alt)
        return alt_key(e, key.code);
    switch (key.code) {
    case KEY_CONTROL('A'):
    case KEY_SPECIAL_HOME:
        e->cursor = 0;
        return true;
    case KEY_CONTROL('E'):
    case KEY_SPECIAL_END:
        e->cursor = e->length;
        return true;
    case KEY_CONTROL('B'):
    case KEY_SPECIAL_LEFT:
        e->cursor = left(e, e->cursor);
        return true;
    case KEY_CONTROL('F'):
    case KEY_SPECIAL_RIGHT:
        e->cursor = right(e, e->cursor);
        return true;
    case 0x7F:
    case KEY_CONTROL('H'):
    case KEY_SPECIAL_BACKSPACE:
        remove_bytes(e, left(e, e->cursor), e->cursor);
        return true;
    case KEY_CONTROL('D'):
    case KEY_SPECIAL_DELETE:
        remove_bytes(e, e->cursor, right(e, e->cursor));
        return true;
    case KEY_CONTROL('W'):
        remove_bytes(e, argument_left(e), e->cursor);
        return true;
    case KEY_CONTROL('U'):
        remove_bytes(e, 0, e->cursor);
        return true;
    case KEY_CONTROL('K'):
        remove_bytes(e, e->cursor, e->length);
        return true;
    default:
        return type_character(e, key.code);
    }
}

/* --- drawing --------------------------------------------------------------------------------- */

/* The columns of a prompt when at least this much is left for the text. */
#define TEXT_COLUMNS_LEAST 8u

static size_t hide(const struct line_edit *e, char *out, size_t out_size, size_t *cursor)
{
    size_t used = 0;
    for (size_t at = 0; at < e->length && used + sizeof DOT <= out_size; at = right(e, at)) {
        if (at == e->cursor)
            *cursor = used;
        memcpy(out + used, DOT, sizeof DOT - 1);
        used += sizeof DOT - 1;
    }
    if (e->cursor == e->length)
        *cursor = used;
    return used;
}

static unsigned text_width(const char *text, size_t n)
{
    return screen_text_width(text, n);
}

/*
 * How much of the text's front is out of sight. It moves by half a window, so that the
 * text stands still while one types or walks in it.
 */
static size_t first_shown(const char *text, size_t cursor, unsigned columns)
{
    unsigned at = text_width(text, cursor), half = columns / 2 ? columns / 2 : 1;
    if (at < columns)
        return 0;
    unsigned skip = ((at - columns) / half + 1) * half, used = 0;
    size_t first = screen_text_fit(text, cursor, skip, &used);
    /* Half a wide character can not stay. */
    return used < skip ? typed_text_behind(text, cursor, first) : first;
}

static void draw_text(const char *text, size_t n, size_t cursor, struct screen *s, unsigned row,
                      unsigned column, unsigned columns, enum style style)
{
    if (columns < 4) { /* no room for marks at the edges */
        size_t from = first_shown(text, cursor, columns);
        screen_put(s, row, column, columns, style, text + from, n - from);
        screen_set_cursor(s, row, column + text_width(text + from, cursor - from));
        return;
    }
    unsigned room = columns - 1; /* the last column is for the cursor at the end, or ">" */
    size_t from = first_shown(text, cursor, room);
    if (from) { /* "<" takes a column */
        from = first_shown(text, cursor, room - 1);
        screen_put_text(s, row, column++, 1, STYLE_DIM, "<");
        room--;
    }
    unsigned used = 0;
    size_t fits = screen_text_fit(text + from, n - from, room, &used);
    screen_put(s, row, column, room, style, text + from, fits);
    if (from + fits < n)
        screen_put_text(s, row, column + room, 1, STYLE_DIM, ">");
    screen_set_cursor(s, row, column + text_width(text + from, cursor - from));
}

void line_edit_draw(const struct line_edit *e, struct screen *s, unsigned row, unsigned column,
                    unsigned columns, enum style style, const char *prompt)
{
    char dots[LINE_EDIT_MAX * sizeof DOT];
    const char *text = e->text;
    size_t n = e->length, cursor = e->cursor;
    if (columns == 0)
        return;
    screen_fill(s, (struct rect){row, column, 1, columns}, style);
    unsigned most = columns > TEXT_COLUMNS_LEAST ? columns - TEXT_COLUMNS_LEAST : 0;
    unsigned used = screen_put_text(s, row, column, most, STYLE_KEY, prompt);
    if (e->hidden) {
        cursor = 0;
        n = hide(e, dots, sizeof dots, &cursor);
        text = dots;
    }
    draw_text(text, n, cursor, s, row, column + used, columns - used, style);
}
