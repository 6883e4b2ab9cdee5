#include "ymodem/frame.h"

#include <string.h>

#include "ymodem/crc16.h"

const char *ymodem_reason_text(enum ymodem_reason reason)
{
    static const char *const texts[YMODEM_REASON_COUNT] = {
        [YMODEM_REASON_NONE] = "nothing",
        [YMODEM_REASON_TIMEOUT] = "no answer in time",
        [YMODEM_REASON_NAK] = "the other side refused it",
        [YMODEM_REASON_ASKED_AGAIN] = "the receiver asked again",
        [YMODEM_REASON_BAD_BLOCK] = "a block arrived damaged",
        [YMODEM_REASON_NO_ANSWER] = "the other side does not answer",
        [YMODEM_REASON_TOO_MANY_ERRORS] = "too many errors in a row",
        [YMODEM_REASON_CANCELLED] = "the other side cancelled",
        [YMODEM_REASON_ABORTED] = "stopped by the operator",
        [YMODEM_REASON_SOURCE] = "the file could not be read",
        [YMODEM_REASON_SINK] = "the data could not be stored",
        [YMODEM_REASON_TOO_BIG] = "more data came than expected",
        [YMODEM_REASON_SHORT] = "the file ended early",
        [YMODEM_REASON_OUT_OF_STEP] = "the two sides disagree about the block number",
    };
    return (unsigned)reason < YMODEM_REASON_COUNT ? texts[reason] : "unknown";
}

size_t ymodem_frame_seal(uint8_t *frame, uint8_t block, size_t size)
{
    uint16_t crc = ymodem_crc16(0, frame + 3, size);
    frame[0] = size == 1024 ? YMODEM_STX : YMODEM_SOH;
    frame[1] = block;
    frame[2] = (uint8_t)~block;
    frame[3 + size] = (uint8_t)(crc >> 8);
    frame[4 + size] = (uint8_t)crc;
    return size + 5;
}

static size_t put_decimal(uint8_t *out, uint32_t value)
{
    uint8_t digits[10];
    size_t n = 0;
    do {
        digits[n++] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

size_t ymodem_frame_header(uint8_t *frame, const char *name, uint32_t size, bool closing)
{
    uint8_t *body = frame + 3;
    memset(body, 0, 128);
    if (!closing) {
        const char *base = name;
        for (const char *p = name; *p; p++) {
            if (*p == '/' || *p == '\\')
                base = p + 1;
        }
        size_t used = 0;
        /* Receivers keep the name in small buffers, so plain short ASCII only. */
        for (; *base && used < YMODEM_NAME_MAX; base++)
            body[used++] = *base > ' ' && *base < 0x7F ? (uint8_t)*base : (uint8_t)'_';
        if (used == 0)
            body[used++] = '_';
        used++;
        used += put_decimal(body + used, size);
        body[used] = ' ';
    }
    return ymodem_frame_seal(frame, 0, 128);
}

bool ymodem_frame_valid(const uint8_t *frame, size_t length)
{
    if (length < 6 || (uint8_t)(frame[1] ^ frame[2]) != 0xFF)
        return false;
    uint16_t crc = ymodem_crc16(0, frame + 3, length - 5);
    return frame[length - 2] == (uint8_t)(crc >> 8) && frame[length - 1] == (uint8_t)crc;
}
