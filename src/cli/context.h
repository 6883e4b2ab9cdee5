/*
 * What every command that talks to a board needs: board, rules, port, views,
 * recording, and the way a run ends.
 */
#ifndef OTACONSOLE_CLI_CONTEXT_H
#define OTACONSOLE_CLI_CONTEXT_H

#include <signal.h>
#include <stdio.h>

#include "board/board.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/views.h"
#include "diagnose/rules.h"
#include "link/link.h"
#include "session/session.h"
#include "workflow/profile.h"
#include "workflow/variables.h"

struct context {
    const struct options *options;
    struct paths paths;
    bool colour_out, colour_err;
    bool interactive; /* there is a person at a terminal */
    struct board *board;
    struct rule_set *rules;
    struct variables *variables;
    struct link *link;
    struct recorder *recorder;
    FILE *trace;
    struct view_plain plain;
    struct view_json json;
    struct view_junit *junit;
    volatile sig_atomic_t *stop;
};

void context_init(struct context *c, const struct options *options);
/* Frees and closes everything; returns `code`, or what went wrong in closing. */
enum problem_code context_close(struct context *c, enum problem_code code, struct problem *problem);

/* --board, else `preferred`, else mk3060. */
enum problem_code context_load_board(struct context *c, const char *preferred,
                                     struct problem *problem);
enum problem_code context_load_rules(struct context *c, struct problem *problem);
/* The port that is meant: --port, OTACONSOLE_PORT, or the only adapter there is. */
enum problem_code context_port(const struct context *c, char *out, size_t size,
                               struct problem *problem);
/*
 * Prepares the profile's steps, and runs them unless --dry-run: opens the port,
 * the views, the recording, and tells the result.
 */
enum problem_code context_run(struct context *c, const struct profile *profile,
                              struct problem *problem);
/* Opens port, trace and recording and makes a session; for the monitor. */
struct session *context_session(struct context *c, const char *name, struct problem *problem);

/* For runner_options.load_file: the whole file, bounded; *bytes is malloc'ed. */
enum problem_code context_load_file(void *user, const char *path, uint8_t **bytes, size_t *n,
                                    struct problem *problem);

#endif
