/*
 * A conversation that stays open while a person works with it: the same session as
 * for a scripted run, turned step by step, in which plans come and go.
 *
 * The caller's loop is: session_turn, look at its own input, draw, again. A turn
 * never takes long; a lost adapter is waited for without blocking.
 */
#ifndef OTACONSOLE_SESSION_SESSION_LIVE_H
#define OTACONSOLE_SESSION_SESSION_LIVE_H

#include "session/session.h"

/*
 * Bytes in, cores, bytes out, then waits until something happens, `deadline`
 * (session_now's clock) or `fd` (-1 = none) is readable. LINK_* bits. The end of a
 * plan is told by RUN_FINISHED and by session_running.
 */
unsigned session_turn(struct session *s, uint64_t deadline, int fd);
uint64_t session_now(const struct session *s);

/* --- plans ----------------------------------------------------------------------- */

/*
 * Begins a prepared plan at step `index` (0 = all). `variables` are those it was
 * prepared with, `name` what it is called; all must outlive it. False while another
 * is under way or the adapter is gone.
 */
bool session_start(struct session *s, struct runner *runner, struct variables *variables,
                   const char *name, size_t index);
bool session_running(const struct session *s);
/* Ends politely; a second time, or with the adapter gone, at once. */
void session_stop(struct session *s);
void session_skip(struct session *s);
/* The person did what a `pause` step asked for. False when nothing was asked. */
bool session_confirm(struct session *s);

/* --- by hand --------------------------------------------------------------------- */

/*
 * Typed bytes. `shown` (may be NULL) is told as SENT. False, and nothing is sent,
 * while a file transfer runs or the adapter is gone.
 */
bool session_type(struct session *s, const char *bytes, size_t n, const char *shown);
/* A file by Ymodem to whatever waits for one; the bytes must outlive the transfer. */
bool session_send_file(struct session *s, const struct ymodem_preset *preset, const char *name,
                       const uint8_t *bytes, uint32_t n);
bool session_transferring(const struct session *s);
/* Cancels a transfer that was begun by session_send_file. */
void session_cancel_transfer(struct session *s);
/* Each false when the port has no such line. A break lasts 250 ms, a reset pulse 100 ms. */
bool session_send_break(struct session *s);
bool session_pulse_reset(struct session *s);
bool session_toggle_line(struct session *s, enum link_line line, bool *now_on);
enum problem_code session_set_baud(struct session *s, uint32_t baud, struct problem *problem);

/* --- the rest ----------------------------------------------------------------------- */

/* NULL = stop recording; the recorder stays the caller's. */
void session_set_recorder(struct session *s, struct recorder *recorder);

struct session_figures {
    uint64_t received, sent; /* bytes */
    bool lost;
    uint32_t baud;
};
struct session_figures session_figures(const struct session *s);

#endif
