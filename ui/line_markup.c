#include "ui/line_markup.h"

#include <string.h>

#include "base/text.h"
#include "diagnose/line.h"

#define PLAIN 0xFFFFu /* no span */

struct painter {
    struct markup *out;
    int colour; /* 0..7, -1 = the terminal's own */
    bool bright, bold;
    bool full;
};

/* --- text and spans --- */

static uint16_t device_style(const struct painter *p)
{
    if (p->colour < 0 && !p->bold)
        return PLAIN;
    /* Bold without a colour: white, bright. */
    int colour = p->colour < 0 ? 7 : p->colour;
    return (uint16_t)(STYLE_DEVICE + colour + (p->bold || p->bright ? 8 : 0));
}

/* The bytes from `begin` to the end are of that style. */
static void extend_span(struct markup *out, size_t begin, uint16_t style)
{
    if (style == PLAIN || begin == out->length)
        return;
    struct markup_span *last = out->span_count ? &out->spans[out->span_count - 1] : NULL;
    if (last && last->end == begin && last->style == style) {
        last->end = (uint32_t)out->length;
        return;
    }
    if (out->span_count < MARKUP_SPANS_MAX)
        out->spans[out->span_count++] =
            (struct markup_span){(uint32_t)begin, (uint32_t)out->length, style};
}

/* Whole or not at all; nothing comes after what did not fit. */
static void put(struct painter *p, const char *text, size_t n, uint16_t style)
{
    struct markup *out = p->out;
    if (p->full || n >= out->capacity - out->length) {
        p->full = true;
        return;
    }
    size_t begin = out->length;
    memcpy(out->text + begin, text, n);
    out->length += n;
    extend_span(out, begin, style);
}

/* Bytes that must not be shown as they are, made visible. */
static void put_escaped(struct painter *p, const uint8_t *bytes, size_t n)
{
    while (n && !p->full) {
        char piece[4 * TEXT_SAFE_FACTOR + 1];
        uint32_t c;
        size_t length = text_utf8_length(bytes, n, &c);
        length = length ? length : 1;
        size_t shown = text_make_safe(piece, sizeof piece, bytes, length);
        put(p, piece, shown, STYLE_ESCAPED);
        bytes += length;
        n -= length;
    }
}

/* Backspace: the last character goes, and what spans said about it. */
static void take_back(struct painter *p)
{
    struct markup *out = p->out;
    if (p->full || out->length == 0)
        return;
    do
        out->length--;
    while (out->length && ((uint8_t)out->text[out->length] & 0xC0) == 0x80);
    while (out->span_count && out->spans[out->span_count - 1].begin >= out->length)
        out->span_count--;
    if (out->span_count && out->spans[out->span_count - 1].end > out->length)
        out->spans[out->span_count - 1].end = (uint32_t)out->length;
}

/* --- colours --- */

/* 38 and 48 take further numbers: 5;N or 2;R;G;B. They are passed over. */
static unsigned extended_colour(const unsigned *numbers, unsigned count, unsigned i)
{
    if (i + 1 < count && numbers[i + 1] == 5)
        return i + 2;
    if (i + 1 < count && numbers[i + 1] == 2)
        return i + 4;
    return count;
}

static void apply_colours(struct painter *p, const unsigned *numbers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned k = numbers[i];
        if (k == 0) {
            p->colour = -1;
            p->bright = p->bold = false;
        } else if (k == 1) {
            p->bold = true;
        } else if (k == 22) {
            p->bold = false;
        } else if (k >= 30 && k <= 37) {
            p->colour = (int)k - 30;
            p->bright = false;
        } else if (k >= 90 && k <= 97) {
            p->colour = (int)k - 90;
            p->bright = true;
        } else if (k == 39) {
            p->colour = -1;
            p->bright = false;
        } else if (k == 38 || k == 48) {
            i = extended_colour(numbers, count, i);
        }
    }
}

/* "[31;1m" after the escape character: applied. False when it is something else. */
static bool colour_sequence(struct painter *p, const uint8_t *s, size_t n)
{
    unsigned numbers[16] = {0}, count = 1;
    if (n < 2 || s[0] != '[' || s[n - 1] != 'm')
        return false;
    for (size_t i = 1; i + 1 < n; i++) {
        if (s[i] == ';' || s[i] == ':') {
            if (count == sizeof numbers / sizeof numbers[0])
                return true; /* longer than anybody writes: swallowed, not obeyed */
            count++;
        } else if (s[i] >= '0' && s[i] <= '9') {
            unsigned k = numbers[count - 1] * 10 + (unsigned)(s[i] - '0');
            numbers[count - 1] = k > 999 ? 999 : k;
        } else {
            return false;
        }
    }
    apply_colours(p, numbers, count);
    return true;
}

/* --- the line --- */

/* Where the sequence's own text begins: behind the escape character, real or spelled out. */
static size_t escape_head(const uint8_t *s, size_t n)
{
    size_t i = s[0] == '^' ? 2 : 1; /* "^[" */
    if (s[0] == '\\')
        while (i < n && s[i] != '[' && s[i] != ']')
            i++;
    return i;
}

/* Takes the escape sequence at the front, if there is one; returns its length. */
static size_t take_escape(struct painter *p, const uint8_t *s, size_t n)
{
    size_t length = line_escape_length(s, n);
    if (length == 0)
        return 0;
    size_t head = escape_head(s, length);
    if (colour_sequence(p, s + head, length - head))
        return length;
    /* ESC before a byte that is no text: each is shown for itself. */
    if (length == 2 && (s[1] < 0x20 || s[1] >= 0x7F))
        length = 1;
    put_escaped(p, s, length);
    return length;
}

static size_t take_char(struct painter *p, const uint8_t *s, size_t n)
{
    char piece[16];
    uint32_t c;
    size_t length = text_utf8_length(s, n, &c);
    if (length == 0 || text_make_safe(piece, sizeof piece, s, length) != length) {
        length = length ? length : 1;
        put_escaped(p, s, length);
    } else {
        put(p, (const char *)s, length, device_style(p));
    }
    return length;
}

/* How many bytes at the front are nothing but text. */
static size_t plain_run(const uint8_t *s, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] >= 0x20 && s[i] < 0x7F && s[i] != '\\' && s[i] != '^')
        i++;
    return i;
}

void line_markup(const uint8_t *raw, size_t n, struct markup *out)
{
    struct painter p = {.out = out, .colour = -1};
    out->length = 0;
    out->span_count = 0;
    if (out->capacity == 0)
        return;
    while (n && (raw[n - 1] == '\n' || raw[n - 1] == '\r'))
        n--;
    for (size_t i = 0; i < n && !p.full;) {
        size_t run = plain_run(raw + i, n - i), room = out->capacity - 1 - out->length, taken;
        if (run) {
            /* ASCII: what fits can be cut anywhere. */
            put(&p, (const char *)raw + i, run < room ? run : room, device_style(&p));
            p.full = p.full || run > room;
            i += run;
        } else if (raw[i] == '\b' || raw[i] == 0x7F) {
            take_back(&p);
            i++;
        } else if ((taken = take_escape(&p, raw + i, n - i)) != 0) {
            i += taken;
        } else {
            i += take_char(&p, raw + i, n - i);
        }
    }
    out->text[out->length] = '\0';
}
