/*
 * Ymodem sender: a pure state machine that survives the receivers of the field.
 *
 * Feed it the bytes that arrive and the time; write what it puts out, one frame
 * per write. Its rules are those of facts/peers-host.md §4.3: answers are found
 * amid log text, block 0 gets patience in proportion to what the receiver
 * erases, nothing is sent again into a line that is not quiet (within reason), a
 * NAK that answers a repeated block means "had it already" on receivers that NAK
 * duplicates, an answer that comes before its frame can have arrived belongs to
 * an earlier copy, EOT may be answered with NAK, ACK or two ACKs, and the closing
 * block's answer is optional.
 *
 * No clock, no memory of its own beyond the struct; several may run side by side.
 */
#ifndef OTACONSOLE_YMODEM_SENDER_H
#define OTACONSOLE_YMODEM_SENDER_H

#include "ymodem/frame.h"
#include "ymodem/preset.h"
#include "ymodem/reply_scanner.h"

struct ymodem_source {
    /* Copies n bytes at `offset`; non-zero = failed. Offsets may repeat. */
    int (*read)(void *user, uint32_t offset, uint8_t *into, size_t n);
    void *user;
};

struct ymodem_sender_config {
    const struct ymodem_preset *preset;
    const char *name; /* announced; only the base name is used */
    uint32_t size;    /* of the file */
    uint32_t baud;    /* for the time frames need on the wire; 0 = none */
    struct ymodem_source source;
};

enum ymodem_sender_event_kind {
    YMODEM_SENDER_HEADER_ACCEPTED,
    YMODEM_SENDER_PROGRESS,         /* bytes: accepted so far */
    YMODEM_SENDER_RETRY,            /* block, reason */
    YMODEM_SENDER_ASSUMED_ACCEPTED, /* block: its ACK was lost */
    YMODEM_SENDER_DONE,
    YMODEM_SENDER_FAILED, /* reason */
};

struct ymodem_sender_event {
    enum ymodem_sender_event_kind kind;
    uint32_t block; /* 0 = header, 1 = first data block ... (not wrapped) */
    uint32_t bytes;
    enum ymodem_reason reason;
};

#define YMODEM_SENDER_EVENTS 8
/* CANs, backspaces that take back what a shell shows of them, and a carriage return. */
#define YMODEM_CANCEL_SIZE 17

struct ymodem_sender {
    struct ymodem_sender_config config;
    enum ymodem_sender_state {
        YMODEM_SEND_IDLE,
        YMODEM_SEND_WAIT_START, /* for the receiver's first 'C' */
        YMODEM_SEND_HEADER,     /* block 0 is out */
        YMODEM_SEND_WAIT_DATA,  /* block 0 accepted; a 'C' may follow */
        YMODEM_SEND_DATA,       /* a data block is out */
        YMODEM_SEND_QUIET,      /* waiting for silence before sending again */
        YMODEM_SEND_EOT,
        YMODEM_SEND_WAIT_NULL, /* EOT accepted; a 'C' may follow */
        YMODEM_SEND_NULL,      /* closing block is out */
        YMODEM_SEND_CANCEL,    /* the cancel sequence is going out */
        YMODEM_SEND_DONE,
        YMODEM_SEND_FAILED
    } state,
        resume; /* resume: where QUIET goes on */
    struct ymodem_reply_scanner scanner;
    uint8_t frame[YMODEM_FRAME_MAX + YMODEM_CANCEL_SIZE];
    size_t frame_length, frame_sent;
    uint64_t frame_began_us;    /* when its first byte was handed over */
    uint64_t frame_earliest_us; /* its last bit cannot have left before */
    uint64_t frame_done_us;     /* by then it has left, as far as we know */
    uint64_t deadline;          /* of the state */
    uint64_t quiet_limit_us;    /* QUIET ends here, quiet or not */
    uint64_t heard_us;
    uint32_t block;       /* 1-based number of the block under way */
    uint32_t certain;     /* blocks from the first on that were acknowledged */
    uint32_t offset;      /* file offset of the block under way */
    uint32_t block_bytes; /* file bytes in it */
    unsigned tries;       /* repeats of the frame under way */
    unsigned refusals;    /* NAKs since the last ACK of a data block */
    unsigned owed;        /* copies of the block under way that nothing has answered */
    unsigned surplus;     /* answers to copies of the block before that may still come */
    bool unanswered;      /* the frame was repeated for want of an answer, not for a NAK */
    bool stepping_back;   /* QUIET goes on with the first block that is not certain */
    bool eot_answered;
    bool untimed; /* the link is faster than its baud rate says (a pty): no timing rules */
    bool in_doubt;
    enum ymodem_reason failure;
    struct ymodem_sender_event events[YMODEM_SENDER_EVENTS];
    unsigned event_head, event_count;
    uint32_t frames_sent, frames_repeated;
};

void ymodem_sender_init(struct ymodem_sender *s, const struct ymodem_sender_config *config);
void ymodem_sender_start(struct ymodem_sender *s, uint64_t now);
/* At most YMODEM_INPUT_MAX bytes a call; fetch text and events afterwards. */
void ymodem_sender_input(struct ymodem_sender *s, uint64_t now, const uint8_t *bytes, size_t n);
void ymodem_sender_tick(struct ymodem_sender *s, uint64_t now);
uint64_t ymodem_sender_deadline(const struct ymodem_sender *s);
/* What is to be written next; 0 = nothing. */
size_t ymodem_sender_output(const struct ymodem_sender *s, const uint8_t **bytes);
/* That many of those bytes were handed over. */
void ymodem_sender_sent(struct ymodem_sender *s, uint64_t now, size_t n);
/* Stop politely: the frame under way is finished, then the receiver is told. */
void ymodem_sender_abort(struct ymodem_sender *s, uint64_t now);
bool ymodem_sender_next_event(struct ymodem_sender *s, struct ymodem_sender_event *event);
size_t ymodem_sender_text(struct ymodem_sender *s, const uint8_t **text);
/* Bytes from the file's start that were acknowledged for certain. */
uint32_t ymodem_sender_accepted(const struct ymodem_sender *s);
/* The receiver may hold something else than the file: verify. */
bool ymodem_sender_in_doubt(const struct ymodem_sender *s);
const char *ymodem_sender_state_name(const struct ymodem_sender *s);

#endif
