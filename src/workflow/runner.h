/*
 * Runs the steps of a profile in one conversation: order, timeouts, retries,
 * on-failure; each step is a small state machine polled with the time.
 *
 * Before the first byte is sent everything that can be known is checked
 * (runner_prepare): variables resolved, files read, images checked against the
 * board's partitions and addresses, shell commands expressible. A mistake is
 * found while nothing has been touched yet.
 */
#ifndef OTACONSOLE_WORKFLOW_RUNNER_H
#define OTACONSOLE_WORKFLOW_RUNNER_H

#include "workflow/conversation.h"
#include "workflow/profile.h"

struct runner;

/* Reads a whole file for a step; the session supplies it (steps know no files). */
typedef enum problem_code (*runner_load_file)(void *user, const char *path, uint8_t **bytes,
                                              size_t *n, struct problem *problem);

struct runner_options {
    const struct profile *profile;
    struct variables *variables; /* resolved */
    const struct board *board;
    const char *generation; /* partition table in force, NULL = the board's default */
    runner_load_file load_file;
    void *load_user;
    bool no_verify;     /* --no-verify: write steps do not read back */
    bool force_address; /* --force-address: the operator answers for the address */
    bool force_image;   /* --force-image: and for the file */
};

/* NULL on failure with *problem filled (config, input-file, image-refused, command-refused ...). */
struct runner *runner_prepare(const struct runner_options *options, struct problem *problem);
void runner_free(struct runner *r);

void runner_start(struct runner *r, struct conversation *c, uint64_t now);
/* From a later step on (0-based); those before are told as skipped. */
void runner_start_at(struct runner *r, struct conversation *c, uint64_t now, size_t index);
/* The step under way is given up and told as skipped; the next one begins. */
void runner_skip(struct runner *r, struct conversation *c, uint64_t now);
/* Polled after every input and at runner_deadline. *problem is the run's result. */
enum progress runner_poll(struct runner *r, struct conversation *c, uint64_t now,
                          struct problem *problem);
uint64_t runner_deadline(const struct runner *r);
/* The operator stops the run: transfers are aborted politely, the run fails with operator-abort. */
void runner_abort(struct runner *r, struct conversation *c, uint64_t now);

/* One line per step saying what would be done, into a caller-supplied sink (--dry-run, explain). */
void runner_explain(const struct runner *r, void (*line)(void *user, const char *text), void *user);

#endif
