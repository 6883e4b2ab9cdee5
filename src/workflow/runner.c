#include "workflow/runner.h"

#include <string.h>

#include "workflow/runner_internal.h"

/* A transfer that is being cancelled gets this long to bring the loader back to its prompt. */
#define STOP_PATIENCE (3 * TIME_S)

const struct plan_step *runner_current(const struct runner *r)
{
    return &r->plan[r->index];
}

/* --- telling ----------------------------------------------------------------------------- */

static struct event step_event(const struct runner *r, enum event_kind kind)
{
    struct event e = {.kind = kind,
                      .name = r->index < r->count ? runner_current(r)->step->name : "",
                      .step = (unsigned)r->index + 1,
                      .steps = (unsigned)r->count,
                      .attempt = r->attempt};
    return e;
}

static void tell_finished(const struct runner *r, struct conversation *c, uint64_t now,
                          const struct problem *problem)
{
    struct event e = step_event(r, EVENT_STEP_FINISHED);
    e.state = problem ? "failed" : "passed";
    e.problem = problem;
    e.elapsed_us = now - r->began_us;
    c->services->emit(c, &e);
}

static void tell_skipped(const struct runner *r, struct conversation *c, uint64_t elapsed)
{
    struct event e = step_event(r, EVENT_STEP_FINISHED);
    e.state = "skipped";
    e.attempt = 0;
    e.elapsed_us = elapsed;
    c->services->emit(c, &e);
}

/* Steps that will not be done any more are told too, so that a report is complete. */
static void tell_rest_skipped(struct runner *r, struct conversation *c)
{
    for (r->index++; r->index < r->count; r->index++)
        tell_skipped(r, c, 0);
}

/* --- one step after the other ------------------------------------------------------------ */

static uint64_t timeout_of(const struct profile_step *s)
{
    return s->timeout_us ? s->timeout_us : step_default_timeout(s->kind);
}

static enum progress run_over(struct runner *r, struct problem *problem)
{
    r->state = RUNNER_FINISHED;
    r->deadline = TIME_NEVER;
    if (r->first_failure.code == PROBLEM_NONE)
        return PROGRESS_DONE;
    *problem = r->first_failure;
    return PROGRESS_FAILED;
}

static enum progress next_step(struct runner *r, uint64_t now, struct problem *problem)
{
    r->index++;
    r->attempt = 0;
    r->state = RUNNER_BEGIN;
    r->deadline = now;
    return r->index < r->count ? PROGRESS_RUNNING : run_over(r, problem);
}

static bool is_final(const struct problem *problem)
{
    /* Trying again cannot help: the operator said stop, or the fault is in the input or in us. */
    return problem->code == PROBLEM_OPERATOR_ABORT || problem->code == PROBLEM_INTERNAL ||
           problem->code == PROBLEM_IMAGE_REFUSED || problem->code == PROBLEM_COMMAND_REFUSED ||
           problem->code == PROBLEM_CONFIG || problem->code == PROBLEM_NOT_AVAILABLE ||
           problem->code == PROBLEM_OUTPUT_FILE;
}

static enum progress step_failed(struct runner *r, struct conversation *c, uint64_t now,
                                 struct problem *problem)
{
    const struct profile_step *s = runner_current(r)->step;
    if (r->attempt <= s->retries && !is_final(problem)) {
        r->retry_problem = *problem;
        *problem = (struct problem)PROBLEM_INIT;
        r->state = RUNNER_RETRY_WAIT;
        r->deadline = time_after(now, s->retry_delay_us);
        return PROGRESS_RUNNING;
    }
    tell_finished(r, c, now, problem);
    if (r->first_failure.code == PROBLEM_NONE)
        r->first_failure = *problem;
    *problem = (struct problem)PROBLEM_INIT;
    if (s->continue_on_failure && r->first_failure.code != PROBLEM_OPERATOR_ABORT)
        return next_step(r, now, problem);
    tell_rest_skipped(r, c);
    return run_over(r, problem);
}

static enum progress step_answered(struct runner *r, struct conversation *c, uint64_t now,
                                   enum progress progress, struct problem *problem)
{
    if (progress == PROGRESS_RUNNING)
        return progress;
    if (progress == PROGRESS_FAILED)
        return step_failed(r, c, now, problem);
    tell_finished(r, c, now, NULL);
    return next_step(r, now, problem);
}

/*
 * Only now, not when the verdict is told: what the device goes on to say about that update
 * belongs to it still.
 */
static void forget_judged(struct runner *r, struct conversation *c)
{
    if (r->judged && c->diagnose)
        diagnose_begin_update(c->diagnose);
    r->judged = false;
}

static enum progress begin(struct runner *r, struct conversation *c, uint64_t now,
                           struct problem *problem)
{
    struct event e;
    r->attempt++;
    r->step_began_us = now;
    if (r->attempt == 1)
        r->began_us = now;
    r->step_deadline = time_after(now, timeout_of(runner_current(r)->step));
    forget_judged(r, c);
    e = step_event(r, r->attempt == 1 ? EVENT_STEP_STARTED : EVENT_STEP_RETRIED);
    e.problem = r->attempt == 1 ? NULL : &r->retry_problem;
    c->operator_answer = OPERATOR_WAITING;
    r->state = RUNNER_STEP;
    c->services->emit(c, &e);
    return step_answered(r, c, now, step_begin(r, c, now, problem), problem);
}

static enum progress timed_out(struct runner *r, struct conversation *c, uint64_t now,
                               struct problem *problem)
{
    const struct profile_step *s = runner_current(r)->step;
    if (c->transfer.state == TRANSFER_RUNNING)
        c->services->abort_transfer(c);
    if (s->kind == STEP_WATCH_OTA)
        step_watch_timeout(r, c, problem);
    else
        problem_set(problem, PROBLEM_STEP_TIMEOUT, s->where,
                    s->kind == STEP_EXPECT
                        ? "Look at the device's lines above: what did it say instead?"
                        : "Give the step more time with timeout:, or look at what the board did.",
                    "\"%s\" was not done within %llu s", s->name,
                    (unsigned long long)(timeout_of(s) / TIME_S));
    return step_failed(r, c, now, problem);
}

static enum progress poll_step(struct runner *r, struct conversation *c, uint64_t now,
                               struct problem *problem)
{
    enum progress progress = step_poll(r, c, now, problem);
    if (progress == PROGRESS_RUNNING && now >= r->step_deadline)
        return timed_out(r, c, now, problem);
    return step_answered(r, c, now, progress, problem);
}

static enum progress poll_stopping(struct runner *r, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (c->transfer.state == TRANSFER_RUNNING && now < r->step_deadline) {
        r->deadline = r->step_deadline;
        return PROGRESS_RUNNING;
    }
    problem_set(problem, PROBLEM_OPERATOR_ABORT, NULL,
                "If an image was being written, flash it again before you boot the board.",
                "stopped by the operator");
    return step_failed(r, c, now, problem);
}

static enum progress poll_skipping(struct runner *r, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (c->transfer.state == TRANSFER_RUNNING && now < r->step_deadline) {
        r->deadline = r->step_deadline;
        return PROGRESS_RUNNING;
    }
    tell_skipped(r, c, now - r->began_us);
    return next_step(r, now, problem);
}

enum progress runner_poll(struct runner *r, struct conversation *c, uint64_t now,
                          struct problem *problem)
{
    switch (r->state) {
    case RUNNER_BEGIN:
        return begin(r, c, now, problem);
    case RUNNER_STEP:
        return poll_step(r, c, now, problem);
    case RUNNER_RETRY_WAIT:
        return now >= r->deadline ? begin(r, c, now, problem) : PROGRESS_RUNNING;
    case RUNNER_STOPPING:
        return poll_stopping(r, c, now, problem);
    case RUNNER_SKIPPING:
        return poll_skipping(r, c, now, problem);
    case RUNNER_FINISHED:
        break;
    }
    return run_over(r, problem);
}

uint64_t runner_deadline(const struct runner *r)
{
    if (r->state == RUNNER_STEP)
        return time_min(r->deadline, r->step_deadline);
    return r->deadline;
}

void runner_start(struct runner *r, struct conversation *c, uint64_t now)
{
    runner_start_at(r, c, now, 0);
}

void runner_start_at(struct runner *r, struct conversation *c, uint64_t now, size_t index)
{
    r->attempt = 0;
    r->judged = true; /* whatever an earlier plan came to */
    for (r->index = 0; r->index < index && r->index < r->count; r->index++)
        tell_skipped(r, c, 0);
    r->state = r->index < r->count ? RUNNER_BEGIN : RUNNER_FINISHED;
    r->deadline = now;
}

void runner_skip(struct runner *r, struct conversation *c, uint64_t now)
{
    if (r->state != RUNNER_BEGIN && r->state != RUNNER_STEP && r->state != RUNNER_RETRY_WAIT)
        return;
    if (r->state == RUNNER_BEGIN)
        r->began_us = now;
    if (c->transfer.state == TRANSFER_RUNNING)
        c->services->abort_transfer(c);
    r->state = RUNNER_SKIPPING;
    r->step_deadline = now + STOP_PATIENCE;
    r->deadline = now;
}

void runner_abort(struct runner *r, struct conversation *c, uint64_t now)
{
    if (r->state == RUNNER_STOPPING || r->state == RUNNER_FINISHED)
        return;
    if (r->state == RUNNER_BEGIN)
        r->began_us = now;
    if (c->transfer.state == TRANSFER_RUNNING)
        c->services->abort_transfer(c);
    r->state = RUNNER_STOPPING;
    r->step_deadline = now + STOP_PATIENCE;
    r->deadline = now;
}
