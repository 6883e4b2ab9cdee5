/*
 * Ymodem frames: SOH/STX, block number, its complement, 128 or 1024 bytes, and
 * a big-endian CRC-16/XMODEM of them.
 */
#ifndef OTACONSOLE_YMODEM_FRAME_H
#define OTACONSOLE_YMODEM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    YMODEM_SOH = 0x01,
    YMODEM_STX = 0x02,
    YMODEM_EOT = 0x04,
    YMODEM_ACK = 0x06,
    YMODEM_BS = 0x08,
    YMODEM_NAK = 0x15,
    YMODEM_CAN = 0x18,
    YMODEM_C = 0x43,
};

#define YMODEM_FRAME_MAX (3 + 1024 + 2)
#define YMODEM_NAME_MAX 100

/* Why something was repeated or given up. */
enum ymodem_reason {
    YMODEM_REASON_NONE,
    YMODEM_REASON_TIMEOUT,
    YMODEM_REASON_NAK,
    YMODEM_REASON_ASKED_AGAIN, /* the receiver sent 'C' in the middle of the data */
    YMODEM_REASON_BAD_BLOCK,   /* CRC or block number did not fit */
    YMODEM_REASON_NO_ANSWER,
    YMODEM_REASON_TOO_MANY_ERRORS,
    YMODEM_REASON_CANCELLED,
    YMODEM_REASON_ABORTED,
    YMODEM_REASON_SOURCE,
    YMODEM_REASON_SINK,
    YMODEM_REASON_TOO_BIG,
    YMODEM_REASON_SHORT,
    YMODEM_REASON_OUT_OF_STEP,
    YMODEM_REASON_COUNT
};

/* As part of a sentence; never NULL. */
const char *ymodem_reason_text(enum ymodem_reason reason);

/* Completes frame[0..2] and the CRC around `size` bytes already at frame + 3; returns its length.
 */
size_t ymodem_frame_seal(uint8_t *frame, uint8_t block, size_t size);
/*
 * Block 0: base name of `name`, NUL, decimal size, space (receivers that parse up to a
 * space need it). `closing` makes the empty one that ends the batch.
 */
size_t ymodem_frame_header(uint8_t *frame, const char *name, uint32_t size, bool closing);
/* Whether a complete frame's number and CRC fit. */
bool ymodem_frame_valid(const uint8_t *frame, size_t length);

#endif
