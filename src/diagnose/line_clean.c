#include "diagnose/line.h"

#include <string.h>

#define ESC 0x1B

/* 1: needs care; 0: an ordinary byte. Most lines are all ordinary and cost one pass. */
static const uint8_t special[256] = {
    [0] = 1,  [1] = 1,  [2] = 1,  [3] = 1,  [4] = 1,  [5] = 1,   [6] = 1,    [7] = 1,
    [8] = 1,  [11] = 1, [12] = 1, [14] = 1, [15] = 1, [16] = 1,  [17] = 1,   [18] = 1,
    [19] = 1, [20] = 1, [21] = 1, [22] = 1, [23] = 1, [24] = 1,  [25] = 1,   [26] = 1,
    [27] = 1, [28] = 1, [29] = 1, [30] = 1, [31] = 1, [127] = 1, ['\\'] = 1, ['^'] = 1,
};

/* Length of an escape character at p: the byte itself, or one stored as text; 0 = none. */
static size_t escape_length(const uint8_t *p, size_t n)
{
    static const char *const spelled[] = {"\\x1b",   "\\x1B", "\\033", "\\u001b",
                                          "\\u001B", "\\e",   "^["};
    if (p[0] == ESC)
        return 1;
    if (p[0] != '\\' && p[0] != '^')
        return 0;
    for (size_t i = 0; i < sizeof spelled / sizeof spelled[0]; i++) {
        size_t length = strlen(spelled[i]);
        /* As text it counts only in front of a bracket: "\e" alone may be a Windows path. */
        if (n > length && memcmp(p, spelled[i], length) == 0 &&
            (p[length] == '[' || p[length] == ']'))
            return length;
    }
    return 0;
}

/* Length of the whole sequence that begins with an escape of `head` bytes. */
static size_t sequence_length(const uint8_t *p, size_t n, size_t head)
{
    size_t i = head;
    if (i >= n)
        return n;
    if (p[i] == '[') {
        for (i++; i < n && p[i] >= 0x20 && p[i] <= 0x3F;)
            i++;
        return i < n && p[i] >= 0x40 && p[i] <= 0x7E ? i + 1 : i;
    }
    if (p[i] == ']') { /* window title and the like, up to BEL or ESC \ */
        for (i++; i < n && p[i] != 0x07 && p[i] != ESC;)
            i++;
        if (i < n && p[i] == ESC)
            i += i + 1 < n && p[i + 1] == '\\' ? 1 : 0;
        return i < n ? i + 1 : n;
    }
    return i + 1;
}

size_t line_escape_length(const uint8_t *bytes, size_t n)
{
    size_t head = n ? escape_length(bytes, n) : 0;
    return head ? sequence_length(bytes, n, head) : 0;
}

#define EACH(byte) (0x0101010101010101ull * (byte))

/* True when none of the 8 bytes can be special (TAB and bytes above 0x7F may raise a false alarm).
 */
static bool eight_are_ordinary(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    uint64_t control = (v - EACH(0x20)) & ~v;
    uint64_t del = ((v ^ EACH(0x7F)) - EACH(1)) & ~(v ^ EACH(0x7F));
    uint64_t backslash = ((v ^ EACH('\\')) - EACH(1)) & ~(v ^ EACH('\\'));
    uint64_t caret = ((v ^ EACH('^')) - EACH(1)) & ~(v ^ EACH('^'));
    return ((control | del | backslash | caret) & EACH(0x80)) == 0;
}

/* How many bytes at the front are ordinary. */
static size_t ordinary(const uint8_t *bytes, size_t n)
{
    size_t i = 0;
    while (n - i >= 8 && eight_are_ordinary(bytes + i))
        i += 8;
    while (i < n && !special[bytes[i]])
        i++;
    return i;
}

bool line_is_clean(const uint8_t *bytes, size_t n)
{
    return ordinary(bytes, n) == n;
}

size_t line_clean(uint8_t *bytes, size_t n)
{
    size_t i = ordinary(bytes, n);
    if (i == n)
        return n;
    size_t out = i;
    while (i < n) {
        uint8_t b = bytes[i];
        size_t escape = special[b] ? escape_length(bytes + i, n - i) : 0;
        if (escape) {
            i += sequence_length(bytes + i, n - i, escape);
        } else if (b == '\b' || b == 0x7F) {
            out -= out > 0; /* the shell's "\b \b" takes back what was typed */
            i++;
        } else if (special[b] && b != '\\' && b != '^') {
            i++;
        } else {
            bytes[out++] = b;
            i++;
        }
    }
    return out;
}
