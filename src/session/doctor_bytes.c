#include "session/doctor_internal.h"

#include <string.h>

#include "base/text.h"

/*
 * Text or noise? A wrong baud rate gives runs of equal bits (0x00, 0x80, 0xE0, 0xF8, 0xFF)
 * or anything at all; a log gives ASCII, the few controls a terminal knows, and Chinese in
 * UTF-8 or GBK.
 */

static bool is_text_byte(uint8_t b)
{
    return (b >= 0x20 && b <= 0x7E) || b == '\r' || b == '\n' || b == '\t' || b == '\b' ||
           b == '\a' || b == 0x1B;
}

/*
 * Almost any two bytes are GBK. Only what Chinese text is made of counts for it: signs
 * (rows A1..A9) and the 3755 usual characters (rows B0..D7). The rarer ones count
 * neither way, so that a name in a log does no harm and noise does not gain by them.
 */
static enum doctor_byte judge_pair(uint8_t lead, uint8_t trail)
{
    if (trail < 0xA1 || trail == 0xFF)
        return DOCTOR_BYTE_NOISE;
    if (lead == trail)
        return DOCTOR_BYTE_DOUBTFUL; /* a character now and then, noise most of the time */
    if ((lead >= 0xA1 && lead <= 0xA9) || (lead >= 0xB0 && lead <= 0xD7))
        return DOCTOR_BYTE_TEXT;
    return lead >= 0xD8 && lead <= 0xF7 ? DOCTOR_BYTE_DOUBTFUL : DOCTOR_BYTE_NOISE;
}

/* How many bytes a UTF-8 character of this first byte has; 1 = it is none. */
static unsigned promised(uint8_t b)
{
    if (b >= 0xC2 && b <= 0xDF)
        return 2;
    if (b >= 0xE0 && b <= 0xEF)
        return 3;
    return b >= 0xF0 && b <= 0xF4 ? 4 : 1;
}

static bool may_go_on(const uint8_t *p, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return false;
    }
    return n < promised(p[0]);
}

/* The character in front of p[0..n); 0 = more bytes are needed to tell. */
static unsigned judge(const uint8_t *p, size_t n, enum doctor_byte *what)
{
    uint32_t c = 0;
    if (p[0] < 0x80) {
        *what = is_text_byte(p[0]) ? DOCTOR_BYTE_TEXT : DOCTOR_BYTE_NOISE;
        return 1;
    }
    size_t length = text_utf8_length(p, n, &c);
    if (length) {
        /* C1 controls are valid and nothing a log holds. */
        *what = c < 0xA0 ? DOCTOR_BYTE_NOISE : DOCTOR_BYTE_TEXT;
        return (unsigned)length;
    }
    if (may_go_on(p, n) || (n == 1 && p[0] >= 0xA1 && p[0] <= 0xF7))
        return 0;
    *what = n > 1 ? judge_pair(p[0], p[1]) : DOCTOR_BYTE_NOISE;
    return *what == DOCTOR_BYTE_NOISE ? 1 : 2;
}

void doctor_judge_bytes(struct doctor *d, const uint8_t *bytes, size_t n,
                        void (*take)(struct doctor *d, enum doctor_byte what, unsigned n))
{
    enum doctor_byte what = DOCTOR_BYTE_NOISE;
    size_t i = 0;
    while (i < n || d->partial_count) {
        uint8_t front[sizeof d->partial];
        size_t kept = d->partial_count, count = kept;
        memcpy(front, d->partial, kept);
        for (size_t k = i; count < sizeof front && k < n; k++)
            front[count++] = bytes[k];
        unsigned used = judge(front, count, &what);
        if (used == 0) {
            memcpy(d->partial, front, count);
            d->partial_count = (unsigned)count;
            return;
        }
        take(d, what, used);
        if (used >= kept) {
            i += used - kept;
            d->partial_count = 0;
        } else {
            d->partial_count = (unsigned)(kept - used);
            memmove(d->partial, d->partial + used, d->partial_count);
        }
    }
}
