/*
 * Ymodem receiver: a pure state machine, for read-back and for fetching files.
 *
 * CRC mode only, one file. A damaged block is refused after the line is quiet, a repeated
 * one is acknowledged and not stored, text before the first block is handed out
 * as text, and the sender's habits come from the preset (the mk3060 loader puts
 * garbage behind the size and one EOT too many at the end,
 * facts/alios-device.md §6.4). DONE and FAILED come when the last reply has been
 * handed over, so that a caller who stops there leaves no sender waiting. Names and sizes from the
 * wire are never trusted.
 */
#ifndef OTACONSOLE_YMODEM_RECEIVER_H
#define OTACONSOLE_YMODEM_RECEIVER_H

#include "ymodem/frame.h"
#include "ymodem/preset.h"
#include "ymodem/reply_scanner.h"

struct ymodem_sink {
    /* Stores n bytes at `offset`; non-zero = failed. Never beyond max_size. */
    int (*write)(void *user, uint32_t offset, const uint8_t *bytes, size_t n);
    void *user;
};

struct ymodem_receiver_config {
    const struct ymodem_preset *preset;
    uint32_t max_size; /* more than this is refused */
    uint32_t baud;
    struct ymodem_sink sink;
};

enum ymodem_receiver_event_kind {
    YMODEM_RECEIVER_HEADER,   /* name and size are known */
    YMODEM_RECEIVER_PROGRESS, /* bytes: stored so far */
    YMODEM_RECEIVER_RETRY,    /* reason */
    YMODEM_RECEIVER_DONE,     /* bytes: stored in all */
    YMODEM_RECEIVER_FAILED,   /* reason */
};

struct ymodem_receiver_event {
    enum ymodem_receiver_event_kind kind;
    uint32_t bytes;
    enum ymodem_reason reason;
};

#define YMODEM_RECEIVER_EVENTS 8

struct ymodem_receiver {
    struct ymodem_receiver_config config;
    enum ymodem_receiver_state {
        YMODEM_RECEIVE_IDLE,
        YMODEM_RECEIVE_HEADER, /* asking for block 0 */
        YMODEM_RECEIVE_DATA,
        YMODEM_RECEIVE_CLOSING, /* EOT seen; the closing block may come */
        YMODEM_RECEIVE_LINGER,  /* one more EOT may come */
        YMODEM_RECEIVE_DONE,
        YMODEM_RECEIVE_FAILED
    } state;
    bool purging;            /* dropping bytes until the line is quiet */
    unsigned purged_cancels; /* CANs at the end of what was dropped */
    uint8_t frame[YMODEM_FRAME_MAX];
    size_t have, want; /* bytes of the frame collected, and its length; want 0 = none begun */
    uint8_t out[20];
    size_t out_length, out_sent;
    uint64_t deadline;
    uint64_t heard_us;
    char name[YMODEM_NAME_MAX + 1]; /* printable ASCII, no path */
    uint32_t size;                  /* as announced */
    bool has_size;
    uint32_t stored;
    uint8_t block; /* expected next */
    unsigned errors, asked, eots, cancels;
    uint8_t text[YMODEM_INPUT_MAX * 2];
    size_t text_length;
    struct ymodem_receiver_event last; /* DONE or FAILED, told when the last reply has left */
    bool last_held;
    struct ymodem_receiver_event events[YMODEM_RECEIVER_EVENTS];
    unsigned event_head, event_count;
};

void ymodem_receiver_init(struct ymodem_receiver *r, const struct ymodem_receiver_config *config);
void ymodem_receiver_start(struct ymodem_receiver *r, uint64_t now);
/* At most YMODEM_INPUT_MAX bytes a call; fetch text and events afterwards. */
void ymodem_receiver_input(struct ymodem_receiver *r, uint64_t now, const uint8_t *bytes, size_t n);
void ymodem_receiver_tick(struct ymodem_receiver *r, uint64_t now);
uint64_t ymodem_receiver_deadline(const struct ymodem_receiver *r);
size_t ymodem_receiver_output(const struct ymodem_receiver *r, const uint8_t **bytes);
void ymodem_receiver_sent(struct ymodem_receiver *r, uint64_t now, size_t n);
void ymodem_receiver_abort(struct ymodem_receiver *r, uint64_t now);
bool ymodem_receiver_next_event(struct ymodem_receiver *r, struct ymodem_receiver_event *event);
size_t ymodem_receiver_text(struct ymodem_receiver *r, const uint8_t **text);
const char *ymodem_receiver_state_name(const struct ymodem_receiver *r);

#endif
