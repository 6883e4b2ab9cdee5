#include "ui/typed_text.h"

#include <string.h>
#include <wchar.h>

#include "base/text.h"

/* The longest escape sequence taken out as a whole; of a longer one only the ESC goes. */
#define SEQUENCE_MAX 32u

/* Length of ESC [ parameters intermediates final (ECMA-48 §5.4), 0 when there is none. */
static size_t escape_sequence(const char *t, size_t n)
{
    size_t i = 2;
    if (n < 3 || t[0] != 0x1B || t[1] != '[')
        return 0;
    n = n < SEQUENCE_MAX ? n : SEQUENCE_MAX;
    while (i < n && t[i] >= 0x30 && t[i] <= 0x3F)
        i++;
    while (i < n && t[i] >= 0x20 && t[i] <= 0x2F)
        i++;
    return i < n && t[i] >= 0x40 && t[i] <= 0x7E ? i + 1 : 0;
}

static bool is_odd_space(uint32_t c)
{
    return c == '\t' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F;
}

static bool is_control_or_unseen(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x034F || c == 0x061C ||
           c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 ||
           (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0x3164 ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
           (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

bool typed_text_next(const char *text, size_t n, size_t *at, struct typed_piece *piece)
{
    uint32_t c = 0;
    if (*at >= n)
        return false;
    const char *here = text + *at;
    size_t left = n - *at, length = text_utf8_length((const uint8_t *)here, left, &c);
    *piece = (struct typed_piece){here, 0};
    if (length == 0) {
        length = 1;
    } else if (c == 0x1B && escape_sequence(here, left)) {
        length = escape_sequence(here, left);
    } else if (is_odd_space(c)) {
        *piece = (struct typed_piece){" ", 1};
    } else if (!is_control_or_unseen(c)) {
        piece->n = length;
    }
    *at += length;
    return true;
}

bool typed_text_is_clean(const char *text, size_t n)
{
    size_t at = 0;
    struct typed_piece piece;
    while (typed_text_next(text, n, &at, &piece)) {
        if (piece.n == 0 || piece.bytes < text || piece.bytes >= text + n)
            return false;
    }
    return true;
}

size_t typed_text_encode(uint32_t c, char out[4])
{
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* --- steps over whole characters ------------------------------------------------------------ */

static bool is_inside(char c)
{
    return ((uint8_t)c & 0xC0) == 0x80;
}

static bool is_mark(const char *text, size_t n)
{
    uint32_t c = 0;
    return text_utf8_length((const uint8_t *)text, n, &c) && c >= 0x300 && wcwidth((wchar_t)c) == 0;
}

size_t typed_text_before(const char *text, size_t at)
{
    size_t end = at;
    while (at > 0) {
        at--;
        if (!is_inside(text[at]) && !is_mark(text + at, end - at))
            break;
    }
    return at;
}

size_t typed_text_behind(const char *text, size_t n, size_t at)
{
    while (at < n) {
        at++;
        if (at == n || (!is_inside(text[at]) && !is_mark(text + at, n - at)))
            break;
    }
    return at;
}
