/* What the files of this module share; nobody else includes it. */
#ifndef OTACONSOLE_SESSION_SESSION_INTERNAL_H
#define OTACONSOLE_SESSION_SESSION_INTERNAL_H

#include "base/buffer.h"
#include "base/text.h"
#include "diagnose/diagnose.h"
#include "diagnose/line.h"
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
    uint64_t first_data_us; /* when the first block was accepted: the erase is over */
    uint32_t first_data_bytes;
    uint64_t last_told_us;
    uint32_t received;
};

/* One direction of the byte trace: text is held until it is certain that no secret begins in it. */
struct trace_stream {
    struct buffer held;
    uint64_t since_us; /* when the first held byte came */
};

/* Room to make an event's texts fit to be seen; one event at a time. */
struct event_texts {
    char masked[LINE_MAX_BYTES * 2];
    char raw[LINE_MAX_BYTES * 2];
    char text[LINE_MAX_BYTES * TEXT_SAFE_FACTOR];
};

struct session {
    struct session_options options;
    struct event_texts *texts;
    struct conversation conversation;
    struct diagnose *diagnose;
    struct redactor *redactor;
    struct transfer transfer;
    struct trace_stream trace_in, trace_out;
    struct buffer out; /* typed bytes on their way to the link */
    uint64_t started_us;
    uint64_t now;
    bool lost;        /* the adapter is gone */
    uint64_t lost_us; /* since when */
    bool stop_seen;   /* the stop flag was acted upon */
    bool waiting_for_operator;

    bool judge_again; /* something was said that may change the verdict */
    enum diagnose_verdict_kind told_kind;
    enum problem_code told_cause;
    char told_what[sizeof((struct diagnose_verdict *)0)->what];

    /* session_live.c */
    struct runner *runner; /* the plan under way, or NULL; the caller's */
    uint64_t run_started_us;
    uint64_t next_reconnect_us;
    uint64_t break_until_us, pulse_until_us; /* a line to be let go of then; 0 = none */
    uint64_t received, sent;
    uint64_t recognised; /* the transcript was looked at up to here */
    enum diagnose_stage stage;
};

/* session_events.c: stamps, redacts and hands an event to every view and the recording. */
void session_emit(struct session *s, struct event *event);
void session_pull_diagnosis(struct session *s);

/* session_recognise.c */
void session_recognise(struct session *s);

void session_tell_verdict(struct session *s);

/* session_trace.c: --trace FILE */
void session_trace(struct session *s, char direction, const uint8_t *bytes, size_t n);
void session_trace_tick(struct session *s, bool all);

/* session_services.c: what workflow steps may ask for. */
extern const struct conversation_services session_services;

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
/* Name of the protocol's state, for the trace; "text" when no transfer runs. */
const char *transfer_state_name(const struct session *s);

/* session_pump.c: bytes between link and cores. */

/* Device text outside transfer frames. */
void session_hear(struct session *s, const uint8_t *bytes, size_t n);
/* Reads what has arrived, lets cores act, writes what is due. False when the adapter is gone. */
bool session_exchange(struct session *s);
/* Waits until something happens or `deadline`; LINK_* bits. `fd` is watched too (-1 = none). */
unsigned session_wait(struct session *s, uint64_t deadline, int fd);
/*
 * The adapter is gone: waits for it to come back. PROBLEM_NONE when it is there
 * again, PROBLEM_PORT_LOST when patience ran out or the run is to end.
 */
enum problem_code session_await_adapter(struct session *s, struct problem *problem);
/* Forgets what was under way and tells that the adapter is gone. */
void session_adapter_lost(struct session *s, const char *words);
void session_tell_link(struct session *s, const char *name, const char *text);
/* Polls the plan, also further steps that are over at once. */
enum progress session_poll_runner(struct session *s, struct runner *runner,
                                  struct problem *problem);
void session_tell_started(struct session *s);
void session_tell_finished(struct session *s, uint64_t started_us, const struct problem *problem);
/* Values of variables that must not be seen. */
void session_learn_secrets(struct session *s, const struct variables *variables);

bool session_stop_requested(const struct session *s);

#endif
