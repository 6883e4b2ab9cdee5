/*
 * The one event model. Whatever happens in a conversation with a board is told
 * once, as an event; the command line, --json, JUnit, recordings and the
 * terminal UI are views of the same stream, so none can know more than another.
 *
 * Events are borrowed: every pointer is valid only during the call that
 * delivers the event. Text is already safe UTF-8 and already redacted.
 */
#ifndef OTACONSOLE_EVENT_EVENT_H
#define OTACONSOLE_EVENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

/* Raised when a field of the JSON form changes its meaning or goes away. */
#define EVENT_SCHEMA_VERSION 1

enum event_kind {
    EVENT_RUN_STARTED,   /* name = profile or command, text = board and port */
    EVENT_RUN_FINISHED,  /* problem (code "ok" on success), elapsed */
    EVENT_STEP_STARTED,  /* name, step, steps, attempt */
    EVENT_STEP_FINISHED, /* name, state "passed" | "failed" | "skipped", elapsed, problem */
    EVENT_STEP_RETRIED,  /* name, attempt, problem: what failed before this attempt */
    EVENT_STATE,         /* name: what the board is now: "application", "loader", ...; text;
                            state: id of the loader in the board file */
    EVENT_LINE,          /* one log line of the device: text, level, meaning when a rule knows it */
    EVENT_SENT,          /* what was typed to the board: text (secrets masked) */
    EVENT_PROGRESS,      /* name: activity; done, total, rate, eta */
    EVENT_TRANSFER,      /* name: what happened in a transfer (retry, assumed, repair ...); text */
    EVENT_OPERATOR,      /* a person is asked for something: name = request, text */
    EVENT_PHASE,         /* a phase of the update: name, state, text */
    EVENT_VERDICT,       /* the update's result: verdict */
    EVENT_NOTE,          /* a remark: level 'I' or 'W', text */
    EVENT_LINK,          /* name "lost" | "back", text */
    EVENT_KIND_COUNT
};

#define EVENT_ADVICE_MAX 6

struct event_verdict {
    const char *kind;            /* "success", "success-unsigned", "refused", "failed", ... */
    const char *cause;           /* problem name, "ok" when there is none */
    const char *what;            /* one sentence */
    const char *why;             /* evidence in words, may be "" */
    const char *guide_step;      /* where in the trouble-shooting order it belongs, may be "" */
    const char *running_version; /* may be "" */
    const char *target_version;  /* may be "" */
    const char *advice[EVENT_ADVICE_MAX];
    unsigned advice_count;
};

struct event {
    enum event_kind kind;
    uint64_t time_us; /* since the run began */
    uint64_t wall_us; /* microseconds since 1970-01-01 UTC; 0 = not known */
    const char *name;
    const char *state;
    const char *text;
    const char *meaning;
    const char *module; /* LINE: the part of the firmware that speaks, NULL = not told */
    const uint8_t *raw; /* LINE: as it came, secrets masked; unsafe to show; NULL = same as text */
    size_t raw_length;
    bool unfinished;  /* LINE: no line end came yet; the next line goes on with this one */
    char level;       /* E W I D V F, or 0 */
    unsigned step;    /* 1-based; 0 outside steps */
    unsigned steps;   /* how many steps the plan has */
    unsigned attempt; /* 1-based */
    uint64_t elapsed_us;
    uint64_t done, total; /* bytes */
    uint64_t rate;        /* bytes a second, 0 = not known yet */
    uint64_t eta_us;      /* 0 = not known yet */
    const struct problem *problem;
    const struct event_verdict *verdict;
};

/* A consumer. `emit` must not call back into whatever produced the event. */
struct event_sink {
    void (*emit)(void *user, const struct event *event);
    void *user;
};

/* Stable name as used in the JSON form: "run-started", "line", ... Never NULL. */
const char *event_kind_name(enum event_kind kind);

#endif
