/* What the files of this module share; nobody else includes it. */
#ifndef OTACONSOLE_SESSION_SESSION_INTERNAL_H
#define OTACONSOLE_SESSION_SESSION_INTERNAL_H

#include "base/buffer.h"
#include "diagnose/diagnose.h"
#include "diagnose/redact.h"
#include "session/session.h"
#include "ymodem/receiver.h"
#include "ymodem/sender.h"

struct transfer {
    bool running;
    struct transfer_request request;
    struct ymodem_sender sender;
    struct ymodem_receiver receiver;
    uint64_t started_us;
    uint64_t last_told_us;
    uint32_t received;
};

struct session {
    struct session_options options;
    struct conversation conversation;
    struct diagnose *diagnose;
    struct redactor *redactor;
    struct transfer transfer;
    struct buffer out; /* typed bytes on their way to the link */
    uint64_t started_us;
    uint64_t now;
    unsigned step, steps, attempt; /* of the running step, stamped on every event */
    bool lost;                     /* the adapter is gone */
};

/* session_events.c: stamps, redacts and hands an event to every view and the recording. */
void session_emit(struct session *s, struct event *event);
void session_pull_diagnosis(struct session *s);
void session_trace(struct session *s, char direction, const char *state, const uint8_t *bytes,
                   size_t n);

/* session_transfer.c */
void transfer_begin(struct session *s, const struct transfer_request *request);
void transfer_abort(struct session *s);
void transfer_fail(struct session *s, const char *words);
/* Feeds bytes to the running transfer; text found between its bytes goes to session_hear. */
void transfer_input(struct session *s, const uint8_t *bytes, size_t n);
void transfer_tick(struct session *s);
uint64_t transfer_deadline(const struct session *s);
/* Bytes of the running transfer to write now; 0 = none. */
size_t transfer_output(struct session *s, const uint8_t **bytes);
void transfer_sent(struct session *s, size_t n);

/* session.c: device text outside transfer frames. */
void session_hear(struct session *s, const uint8_t *bytes, size_t n);

#endif
