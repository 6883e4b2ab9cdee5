/*
 * The command line's views of the event stream: people, programs, CI.
 *
 * Each is an event_sink over a stdio stream that the caller opened. Data a
 * script may want goes to standard output, words for people to standard error
 * unless they are the result itself (facts/peers-host.md §3, batch output).
 */
#ifndef OTACONSOLE_CLI_VIEWS_H
#define OTACONSOLE_CLI_VIEWS_H

#include <stdbool.h>
#include <stdio.h>

#include "event/event.h"

/* --- plain: one line per thing that happens; a live progress line on a terminal --- */

struct view_plain {
    FILE *out;
    bool colour;
    bool live;     /* the stream is a terminal: progress is redrawn in place */
    bool show_log; /* device lines too (-v), not only those a rule knows to matter */
    bool quiet;    /* results and problems only */
    bool monitor;  /* the device's lines are the result: nothing stands in front of them */
    bool progress_on_line;
    uint64_t last_done;
    char last_activity[32];
    unsigned columns;
};

void view_plain_init(struct view_plain *v, FILE *out, bool colour, bool show_log, bool quiet);
struct event_sink view_plain_sink(struct view_plain *v);
/* Ends a live progress line, if one is on screen. */
void view_plain_finish(struct view_plain *v);
/* A problem as people read it: "otaconsole: where: what" and the hint below. */
void view_plain_problem(FILE *out, bool colour, const struct problem *problem);

/* --- json: one object a line -------------------------------------------------------- */

struct view_json {
    FILE *out;
    bool failed; /* a write failed: the pipe is closed or the disk is full */
};

struct event_sink view_json_sink(struct view_json *v);

/* --- junit: a test case per step, written at the end ---------------------------------- */

struct view_junit;

struct view_junit *view_junit_new(const char *suite);
struct event_sink view_junit_sink(struct view_junit *v);
enum problem_code view_junit_write(const struct view_junit *v, const char *path,
                                   struct problem *problem);
void view_junit_free(struct view_junit *v);

#endif
