#include <stdlib.h>
#include <string.h>

#include "workflow/runner_internal.h"

/* Where a step of each kind begins and is polled; what it does stands in step_*.c. */

uint64_t step_default_timeout(enum profile_step_kind kind)
{
    static const uint64_t seconds[STEP_KIND_COUNT] = {
        [STEP_ENTER_DOWNLOAD] = 600, [STEP_WRITE] = 3600,      [STEP_VERIFY] = 1800,
        [STEP_READ] = 3600,          [STEP_BOOT] = 400,        [STEP_SEND] = 20,
        [STEP_EXPECT] = 30,          [STEP_WATCH_OTA] = 900,   [STEP_ASSERT] = 10,
        [STEP_PAUSE] = 24 * 3600,    [STEP_SLEEP] = 25 * 3600,
    };
    return seconds[kind] * TIME_S;
}

static void ask_to_confirm(struct runner *r, struct conversation *c)
{
    const struct profile_step *s = runner_current(r)->step;
    struct problem ignored = PROBLEM_INIT;
    char *text = NULL, *shown = NULL;
    variables_expand(r->options.variables, s->message ? s->message : "", s->where, &text, &shown,
                     NULL, &ignored);
    c->services->ask_operator(c, OPERATOR_CONFIRM, shown ? shown : "Confirm to go on.");
    free(text);
    free(shown);
}

static enum progress poll_pause(struct conversation *c, struct problem *problem)
{
    if (c->operator_answer == OPERATOR_CONFIRMED)
        return PROGRESS_DONE;
    if (c->operator_answer != OPERATOR_NOBODY)
        return PROGRESS_RUNNING;
    problem_set(problem, PROBLEM_OPERATOR_ABORT, NULL,
                "Run it in a terminal, or leave the pause step out.",
                "the profile pauses for the operator, but nobody can answer");
    return PROGRESS_FAILED;
}

enum progress step_begin(struct runner *r, struct conversation *c, uint64_t now,
                         struct problem *problem)
{
    r->deadline = now;
    r->failing_since = TIME_NEVER;
    switch (runner_current(r)->step->kind) {
    case STEP_ENTER_DOWNLOAD:
    case STEP_WRITE:
    case STEP_VERIFY:
    case STEP_READ:
        step_flash_begin(r, c, now);
        break;
    case STEP_BOOT:
        step_boot_begin(r);
        break;
    case STEP_SEND:
        return step_send_begin(r, c, problem);
    case STEP_EXPECT:
        step_expect_begin(r, c);
        break;
    case STEP_WATCH_OTA:
        memset(&r->watch, 0, sizeof r->watch);
        break;
    case STEP_PAUSE:
        ask_to_confirm(r, c);
        break;
    default:
        break;
    }
    return PROGRESS_RUNNING;
}

enum progress step_poll(struct runner *r, struct conversation *c, uint64_t now,
                        struct problem *problem)
{
    switch (runner_current(r)->step->kind) {
    case STEP_ENTER_DOWNLOAD:
    case STEP_WRITE:
    case STEP_VERIFY:
    case STEP_READ:
        return step_flash_poll(r, c, now, problem);
    case STEP_BOOT:
        return step_boot_poll(r, c, now, problem);
    case STEP_SEND:
        return step_send_poll(r, c, now, problem);
    case STEP_EXPECT:
        return step_expect_poll(r, c, now, problem);
    case STEP_WATCH_OTA:
        return step_watch_poll(r, c, now, problem);
    case STEP_ASSERT:
        return step_assert_poll(r, problem);
    case STEP_PAUSE:
        r->deadline = TIME_NEVER;
        return poll_pause(c, problem);
    case STEP_SLEEP:
        r->deadline = time_after(r->step_began_us, runner_current(r)->duration);
        return now >= r->deadline ? PROGRESS_DONE : PROGRESS_RUNNING;
    case STEP_KIND_COUNT:
        break;
    }
    return PROGRESS_DONE;
}
