#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workflow/runner_internal.h"

#define SECOND_CHANCE (6 * TIME_S)

static void publish(const struct conversation *c, const struct diagnose_verdict *v)
{
    variables_set_run(c->variables, "ota.version", v->target_version);
    variables_set_run(c->variables, "ota.verdict", diagnose_verdict_name(v->kind));
    variables_set_run(c->variables, "ota.cause", problem_name(v->cause));
    variables_set_run(c->variables, "device.version", v->running_version);
    if (v->ip[0])
        variables_set_run(c->variables, "device.ip", v->ip);
}

static void tell(struct conversation *c, const struct diagnose_verdict *v)
{
    struct event_verdict told;
    diagnose_verdict_event(v, &told);
    struct event event = {.kind = EVENT_VERDICT, .verdict = &told};
    publish(c, v);
    c->services->emit(c, &event);
}

static enum progress failed(const struct diagnose_verdict *v, struct problem *problem)
{
    problem_set(problem, v->cause == PROBLEM_NONE ? PROBLEM_OTA_FAILED : v->cause, NULL,
                v->advice_count ? v->advice[0] : "Look at the device's lines above.", "%s",
                v->what);
    return PROGRESS_FAILED;
}

/* The version that must run in the end, or NULL. */
static char *wanted_version(const struct runner *r)
{
    const struct profile_step *s = runner_current(r)->step;
    struct problem ignored = PROBLEM_INIT;
    char *text = NULL;
    if (s->expect_version)
        variables_expand(r->options.variables, s->expect_version, s->where, &text, NULL, NULL,
                         &ignored);
    if (text && text[0] == '\0') {
        free(text);
        text = NULL;
    }
    return text;
}

static enum progress check_version(const struct runner *r, const struct diagnose_verdict *v,
                                   struct problem *problem)
{
    bool reported = strcmp(runner_current(r)->step->until, "reported") == 0;
    const char *got = reported ? v->running_version : v->target_version;
    char *wanted = wanted_version(r);
    bool equal = !wanted || strcmp(wanted, got) == 0;
    if (!equal)
        problem_set(problem, PROBLEM_ASSERT_FAILED, runner_current(r)->step->where,
                    "Was another task still open in the cloud console? The device takes what is "
                    "pushed first.",
                    "the update %s %s, but %s was expected", reported ? "ended in" : "installed",
                    got[0] ? got : "an unknown version", wanted);
    free(wanted);
    return equal ? PROGRESS_DONE : PROGRESS_FAILED;
}

static void ask(struct runner *r, struct conversation *c)
{
    const struct profile_step *s = runner_current(r)->step;
    struct problem ignored = PROBLEM_INIT;
    char *text = NULL, *shown = NULL;
    r->watch.asked = true;
    if (s->message && variables_expand(r->options.variables, s->message, s->where, &text, &shown,
                                       NULL, &ignored) == PROBLEM_NONE)
        c->services->ask_operator(c, OPERATOR_PUSH, shown);
    free(text);
    free(shown);
}

/*
 * A device that was refused by the network or the cloud may try again by itself;
 * when it does not get through for a while, the failure stands.
 */
static bool failure_stands(struct runner *r, const struct diagnose_verdict *v, uint64_t now)
{
    if (v->settled)
        return v->kind == VERDICT_FAILED || v->kind == VERDICT_REFUSED;
    if (v->kind != VERDICT_FAILED) {
        r->failing_since = TIME_NEVER;
        return false;
    }
    if (r->failing_since == TIME_NEVER)
        r->failing_since = now;
    uint64_t until = time_after(r->failing_since, SECOND_CHANCE);
    r->deadline = time_min(r->deadline, until);
    return now >= until;
}

enum progress step_judge(struct runner *r, struct conversation *c, uint64_t now,
                         struct problem *problem)
{
    const struct diagnose_verdict *v = diagnose_verdict(c->diagnose);
    if (!failure_stands(r, v, now))
        return PROGRESS_RUNNING;
    tell(c, v);
    failed(v, problem);
    r->judged = true;
    return PROGRESS_FAILED;
}

enum progress step_watch_poll(struct runner *r, struct conversation *c, uint64_t now,
                              struct problem *problem)
{
    const struct profile_step *s = runner_current(r)->step;
    const struct diagnose_verdict *v = diagnose_verdict(c->diagnose);
    bool installed = v->installed && v->rebooted && strcmp(s->until, "installed") == 0;
    r->deadline = TIME_NEVER;
    if (!r->watch.asked)
        ask(r, c);
    if (installed && !(v->settled && v->kind == VERDICT_FAILED)) {
        conversation_set_condition(c, BOARD_APPLICATION, NULL);
        publish(c, v);
        c->since = transcript_end(&c->heard);
        return check_version(r, v, problem);
    }
    if (!v->settled || (v->kind != VERDICT_SUCCESS && v->kind != VERDICT_SUCCESS_UNSIGNED))
        return step_judge(r, c, now, problem);
    tell(c, v);
    r->judged = true;
    return check_version(r, v, problem);
}

void step_watch_timeout(struct runner *r, struct conversation *c, struct problem *problem)
{
    const struct diagnose_verdict *v = diagnose_verdict(c->diagnose);
    tell(c, v);
    problem_set(problem, PROBLEM_OTA_INCOMPLETE, runner_current(r)->step->where,
                v->advice_count ? v->advice[0]
                                : "Was the update pushed? Is the device online in the console?",
                "the update had no result in time: %s", v->what);
}
