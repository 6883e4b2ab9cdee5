/*
 * One running conversation with one board: the link, the workflow and the
 * diagnosis brought together, and everything that happens told as events.
 *
 * A byte's way in: link -> session -> (the Ymodem core while a transfer runs,
 * else) transcript and diagnosis -> events and recording. A byte's way out: a
 * workflow step or a key -> session -> link. The session owns the pump that
 * feeds the cores and obeys their deadlines; it is the only caller of the link.
 */
#ifndef OTACONSOLE_SESSION_SESSION_H
#define OTACONSOLE_SESSION_SESSION_H

#include <signal.h>
#include <stdio.h>

#include "board/board.h"
#include "diagnose/rules.h"
#include "event/event.h"
#include "link/link.h"
#include "session/recorder.h"
#include "workflow/conversation.h"
#include "workflow/runner.h"
#include "workflow/variables.h"

#define SESSION_SINKS_MAX 4

struct session_options {
    struct link *link;           /* open; stays the caller's */
    const struct board *board;   /* may be NULL for a plain monitor */
    const char *generation;      /* NULL = the board's default */
    struct variables *variables; /* may be NULL for a plain monitor */
    const struct rule_set *rules;
    const char *name; /* what is run, for RUN_STARTED */
    uint32_t baud;
    uint64_t wall_start_us; /* the time of day as the run begins (event.wall_us); 0 = leave out */
    uint64_t elapsed_us;    /* where the events' time begins: a later session of one UI goes on */
    struct event_sink sinks[SESSION_SINKS_MAX];
    unsigned sink_count;
    /* Every byte of the board as it comes (`transfer`: protocol bytes among them); may be NULL. */
    void (*heard)(void *user, const uint8_t *bytes, size_t n, bool transfer);
    void *heard_user;
    struct recorder *recorder; /* may be NULL */
    FILE *trace;               /* --trace, may be NULL */
    bool interactive;          /* a person can be asked */
    bool chinese;              /* that person reads Chinese */
    bool live;         /* for a UI: lines with their bytes, the verdict whenever it changes */
    bool show_secrets; /* the user asked to see them */
    int operator_fd;   /* where the person confirms (a line), -1 = nowhere */
    const volatile sig_atomic_t *stop; /* becomes non-zero when the run must end; may be NULL */
    uint64_t reconnect_patience; /* how long to wait for an unplugged adapter, 0 = not at all */
};

struct session;

/* NULL only when out of memory or the rules cannot be used (*problem filled). */
struct session *session_create(const struct session_options *options, struct problem *problem);
void session_free(struct session *s);

/* Runs a prepared plan to its end. Returns PROBLEM_NONE or fills *problem. */
enum problem_code session_run(struct session *s, struct runner *runner, struct problem *problem);

/*
 * A plain terminal: device bytes become LINE events; bytes from `input_fd` (-1 =
 * none) go to the board. Ends at `for_us`, when `until` was said, on stop, or
 * `grace_us` after end of input.
 */
struct session_monitor {
    int input_fd;
    uint64_t for_us;   /* 0 = without end */
    uint64_t grace_us; /* how long to listen on after the input ended */
    const char *until; /* may be NULL */
};
enum problem_code session_monitor(struct session *s, const struct session_monitor *options,
                                  struct problem *problem);

#endif
