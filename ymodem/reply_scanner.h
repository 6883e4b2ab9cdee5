/*
 * Finds a receiver's answers in whatever else comes down the line.
 *
 * ACK, NAK and CAN never occur in log text, 'C' does: it counts only when it
 * stands alone, with no other text within 20 ms (facts/peers-host.md §4.3). A
 * run of 'C's is one question, however long it goes on: receivers exist that ask
 * without a pause. Bytes that repeat what was just sent are an echo,
 * not an answer. Everything else is text for the log.
 */
#ifndef OTACONSOLE_YMODEM_REPLY_SCANNER_H
#define OTACONSOLE_YMODEM_REPLY_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Callers hand over at most this many bytes at a time, and fetch the text after each. */
#define YMODEM_INPUT_MAX 512

enum ymodem_reply {
    YMODEM_REPLY_NONE,
    YMODEM_REPLY_ACK,
    YMODEM_REPLY_NAK,
    YMODEM_REPLY_C,
    YMODEM_REPLY_CANCEL, /* two CANs in a row */
};

struct ymodem_reply_scanner {
    uint64_t last_text_us; /* when the last byte of text came, 0 = none yet */
    uint64_t c_since_us;   /* when the pending run of 'C's began */
    uint64_t c_last_us;    /* when the last 'C' that stood alone came; outlives its run */
    unsigned c_pending;    /* length of the run */
    unsigned cancels;      /* CANs in a row */
    const uint8_t *echo;   /* what was sent last */
    size_t echo_length, echo_at;
    bool echoing;
    uint8_t text[YMODEM_INPUT_MAX * 2];
    size_t text_length;
};

void ymodem_reply_scanner_init(struct ymodem_reply_scanner *r);
/* What was just sent, to know its echo; must stay valid until the next call. */
void ymodem_reply_scanner_sent(struct ymodem_reply_scanner *r, const uint8_t *frame, size_t n);
/* One byte in; the reply it completes, if any. */
enum ymodem_reply ymodem_reply_scanner_byte(struct ymodem_reply_scanner *r, uint64_t now,
                                            uint8_t byte);
/* A 'C' that has stood alone long enough. */
enum ymodem_reply ymodem_reply_scanner_tick(struct ymodem_reply_scanner *r, uint64_t now);
uint64_t ymodem_reply_scanner_deadline(const struct ymodem_reply_scanner *r);
/* Text found since the last call; valid until the next byte. */
size_t ymodem_reply_scanner_text(struct ymodem_reply_scanner *r, const uint8_t **text);

#endif
