#include "diagnose/encoding.h"

#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

static bool is_utf8(const uint8_t *p, size_t n)
{
    uint32_t c;
    for (size_t i = 0; i < n;) {
        size_t length = text_utf8_length(p + i, n - i, &c);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

bool encoding_is_gbk(const char *text, size_t n)
{
    const uint8_t *p = (const uint8_t *)text;
    size_t pairs = 0;
    if (is_utf8(p, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < 0x80)
            continue;
        bool lead = p[i] >= 0x81 && p[i] <= 0xFE;
        if (!lead || i + 1 >= n || p[i + 1] < 0x40 || p[i + 1] == 0x7F || p[i + 1] == 0xFF)
            return false;
        pairs++;
        i++;
    }
    return pairs > 0;
}

static size_t copy(const char *text, size_t n, char *out, size_t out_size)
{
    n = n < out_size ? n : out_size - 1;
    memcpy(out, text, n);
    out[n] = '\0';
    return n;
}

size_t encoding_to_utf8(const char *text, size_t n, char *out, size_t out_size)
{
    if (out_size == 0)
        return 0;
    iconv_t converter = encoding_is_gbk(text, n) ? iconv_open("UTF-8", "GBK") : (iconv_t)-1;
    if (converter == (iconv_t)-1)
        return copy(text, n, out, out_size);
    char *from = (char *)(uintptr_t)text, *to = out;
    size_t left = n, room = out_size - 1;
    /* Pairs that GBK does not assign are stepped over byte by byte. */
    while (left && iconv(converter, &from, &left, &to, &room) == (size_t)-1 && room > 1) {
        if (left == 0)
            break;
        *to++ = '?';
        room--;
        from++;
        left--;
    }
    iconv_close(converter);
    *to = '\0';
    return (size_t)(to - out);
}
