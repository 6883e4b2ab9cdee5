#include "ymodem/trace.h"

#include <stdbool.h>
#include <string.h>

#include "ymodem/frame.h"

struct line {
    char *out;
    size_t used;
};

static void put_char(struct line *l, char c)
{
    if (l->used + 1 < YMODEM_TRACE_LINE)
        l->out[l->used++] = c;
}

static void put_text(struct line *l, const char *text)
{
    for (; *text; text++)
        put_char(l, *text);
}

static void put_number(struct line *l, uint64_t value, unsigned width)
{
    char digits[20];
    unsigned n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (width > n) {
        put_char(l, '0');
        width--;
    }
    while (n)
        put_char(l, digits[--n]);
}

static void put_hex(struct line *l, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    put_char(l, digits[byte >> 4]);
    put_char(l, digits[byte & 15]);
}

static void put_bytes(struct line *l, const uint8_t *bytes, size_t n, size_t limit)
{
    for (size_t i = 0; i < n && i < limit; i++) {
        if (i)
            put_char(l, ' ');
        put_hex(l, bytes[i]);
    }
    if (n > limit)
        put_text(l, " ...");
}

/* A whole frame, as our side sends and receives them in one piece. */
static bool put_frame(struct line *l, const uint8_t *b, size_t n)
{
    if (!((n == 133 && b[0] == YMODEM_SOH) || (n == 1029 && b[0] == YMODEM_STX)))
        return false;
    put_text(l, b[0] == YMODEM_SOH ? "SOH block " : "STX block ");
    put_number(l, b[1], 1);
    put_text(l, ymodem_frame_valid(b, n) ? " crc ok" : " CRC WRONG");
    if (b[1] == 0 && b[3]) {
        put_text(l, " header \"");
        for (size_t i = 3; i < n - 2 && i < 60 && !(b[i] == 0 && b[i + 1] == 0); i++)
            put_char(l, b[i] > ' ' && b[i] < 0x7F ? (char)b[i] : ' ');
        put_char(l, '"');
    } else {
        put_text(l, b[1] == 0 ? " " : " data ");
        put_bytes(l, b + 3, n - 5, 8);
    }
    return true;
}

static void put_byte(struct line *l, uint8_t byte)
{
    static const struct {
        uint8_t byte;
        const char *name;
    } names[] = {{YMODEM_SOH, "SOH"}, {YMODEM_STX, "STX"}, {YMODEM_EOT, "EOT"},
                 {YMODEM_ACK, "ACK"}, {YMODEM_NAK, "NAK"}, {YMODEM_CAN, "CAN"},
                 {YMODEM_BS, "BS"},   {'\r', "CR"},        {'\n', "LF"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].byte == byte) {
            put_char(l, '<');
            put_text(l, names[i].name);
            put_char(l, '>');
            return;
        }
    }
    if (byte >= 0x20 && byte < 0x7F) {
        put_char(l, (char)byte);
    } else {
        put_char(l, '<');
        put_hex(l, byte);
        put_char(l, '>');
    }
}

size_t ymodem_trace_format(char out[YMODEM_TRACE_LINE], uint64_t now_us, char direction,
                           const char *state, const uint8_t *bytes, size_t n)
{
    struct line l = {out, 0};
    put_number(&l, now_us / 1000000, 4);
    put_char(&l, '.');
    put_number(&l, now_us % 1000000, 6);
    put_char(&l, ' ');
    put_char(&l, direction);
    put_char(&l, ' ');
    put_text(&l, state);
    put_text(&l, ": ");
    if (!put_frame(&l, bytes, n)) {
        for (size_t i = 0; i < n && l.used < 200; i++)
            put_byte(&l, bytes[i]);
        if (l.used >= 200)
            put_text(&l, " ...");
        put_text(&l, " (");
        put_number(&l, n, 1);
        put_text(&l, n == 1 ? " byte)" : " bytes)");
    }
    out[l.used] = '\0';
    return l.used;
}
