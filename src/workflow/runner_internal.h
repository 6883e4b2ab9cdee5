/* What the files of the runner and its steps share; nobody else includes it. */
#ifndef OTACONSOLE_WORKFLOW_RUNNER_INTERNAL_H
#define OTACONSOLE_WORKFLOW_RUNNER_INTERNAL_H

#include "diagnose/diagnose.h"
#include "workflow/enter_download.h"
#include "workflow/flash_job.h"
#include "workflow/pattern.h"
#include "workflow/runner.h"
#include "workflow/typist.h"

/* A step with everything about it that is known before the run. */
struct plan_step {
    const struct profile_step *step;
    char *file;        /* expanded path, or NULL */
    uint8_t *image;    /* write, verify: the file's content */
    uint8_t *readback; /* write, verify: as many bytes; read: where the flash goes */
    uint32_t size, address;
    uint64_t duration;         /* sleep */
    struct pattern *wanted;    /* expect, assert matches */
    struct pattern **failures; /* expect */
};

enum runner_state {
    RUNNER_BEGIN, /* the next step has to be begun */
    RUNNER_STEP,
    RUNNER_RETRY_WAIT,
    RUNNER_STOPPING, /* the operator said stop; a transfer is being ended politely */
    RUNNER_SKIPPING, /* the same, to go on with the next step */
    RUNNER_FINISHED
};

struct step_boot {
    enum { BOOT_CHOOSE, BOOT_COMMAND, BOOT_PULSE, BOOT_OPERATOR, BOOT_LISTEN } state;
    struct loader_command command;
    uint64_t mark, until, poke;
    bool pulsed, asked;
};

struct step_watch {
    bool asked;
};

struct step_expect {
    uint64_t searched; /* transcript position up to which complete lines were looked at */
};

struct runner {
    struct runner_options options;
    struct plan_step *plan;
    size_t count;
    size_t index; /* of the step under way */
    enum runner_state state;
    unsigned attempt;
    uint64_t began_us, step_began_us;
    uint64_t deadline;      /* when to be polled next */
    uint64_t step_deadline; /* when the step's time is over */
    struct problem retry_problem;
    struct problem first_failure; /* of a step that was allowed to fail */
    bool entering;                /* a flash step first brings the board to its loader */
    struct enter_download enter;
    struct flash_job flash;
    struct flash_read read;
    struct step_boot boot;
    struct typist typist;
    char *command, *command_shown; /* of the send step under way */
    struct step_expect expect;
    struct step_watch watch;
    bool judged; /* the verdict was told: the next step that judges looks for a new update */
    uint64_t failing_since; /* the log shows a failure that the device may still overcome */
};

/* --- steps: begin once per attempt, then poll ----------------------------------------------- */

enum progress step_begin(struct runner *r, struct conversation *c, uint64_t now,
                         struct problem *problem);
enum progress step_poll(struct runner *r, struct conversation *c, uint64_t now,
                        struct problem *problem);
/* Time one attempt may take when the profile does not say. */
uint64_t step_default_timeout(enum profile_step_kind kind);

enum progress step_flash_poll(struct runner *r, struct conversation *c, uint64_t now,
                              struct problem *problem);
void step_flash_begin(struct runner *r, struct conversation *c, uint64_t now);
void step_boot_begin(struct runner *r);
enum progress step_boot_poll(struct runner *r, struct conversation *c, uint64_t now,
                             struct problem *problem);
enum progress step_send_begin(struct runner *r, struct conversation *c, struct problem *problem);
enum progress step_send_poll(struct runner *r, struct conversation *c, uint64_t now,
                             struct problem *problem);
void step_expect_begin(struct runner *r, struct conversation *c);
enum progress step_expect_poll(struct runner *r, struct conversation *c, uint64_t now,
                               struct problem *problem);
enum progress step_watch_poll(struct runner *r, struct conversation *c, uint64_t now,
                              struct problem *problem);
/* Whether the log has shown a failure by now: RUNNING, or FAILED with the verdict told. */
enum progress step_judge(struct runner *r, struct conversation *c, uint64_t now,
                         struct problem *problem);
/* The step's time is over: what the update came to so far. */
void step_watch_timeout(struct runner *r, struct conversation *c, struct problem *problem);
enum progress step_assert_poll(struct runner *r, struct problem *problem);

/* The shell command of a send step, quoted; *shown has secrets masked. Both malloc'ed. */
enum problem_code step_send_command(const struct runner *r, const struct profile_step *step,
                                    char **command, char **shown, struct problem *problem);

const struct plan_step *runner_current(const struct runner *r);

#endif
