#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

size_t text_utf8_length(const uint8_t *b, size_t n, uint32_t *code_point)
{
    if (n == 0)
        return 0;
    if (b[0] < 0x80) {
        *code_point = b[0];
        return 1;
    }
    size_t length;
    uint32_t value, least;
    if (b[0] >= 0xC2 && b[0] <= 0xDF) {
        length = 2, value = b[0] & 0x1F, least = 0x80;
    } else if ((b[0] & 0xF0) == 0xE0) {
        length = 3, value = b[0] & 0x0F, least = 0x800;
    } else if (b[0] >= 0xF0 && b[0] <= 0xF4) {
        length = 4, value = b[0] & 0x07, least = 0x10000;
    } else {
        return 0;
    }
    if (n < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (b[i] & 0x3F);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code_point = value;
    return length;
}

/* Characters that are valid but could disguise or reorder what the reader sees. */
static bool is_unsafe(uint32_t c)
{
    return (c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x2028 ||
           c == 0x2029 || c == 0xFEFF;
}

size_t text_make_safe(char *out, size_t out_size, const uint8_t *bytes, size_t length)
{
    size_t used = 0, i = 0;
    if (out_size == 0)
        return 0;
    while (i < length) {
        uint32_t c = 0;
        char piece[16];
        size_t taken = text_utf8_length(bytes + i, length - i, &c), piece_length;
        if (taken == 0) {
            taken = 1;
            piece_length = (size_t)snprintf(piece, sizeof piece, "\\x%02x", bytes[i]);
        } else if (is_unsafe(c)) {
            piece_length = (size_t)snprintf(piece, sizeof piece, c < 0x100 ? "\\x%02x" : "\\u{%x}",
                                            (unsigned)c);
        } else {
            memcpy(piece, bytes + i, taken);
            piece_length = taken;
        }
        if (used + piece_length >= out_size)
            break;
        memcpy(out + used, piece, piece_length);
        used += piece_length;
        i += taken;
    }
    out[used] = '\0';
    return used;
}
