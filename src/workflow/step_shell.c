#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "workflow/prompts.h"
#include "workflow/runner_internal.h"

/* --- send ------------------------------------------------------------------------------------- */

static void forget_command(struct runner *r)
{
    if (r->command)
        explicit_bzero(r->command, strlen(r->command));
    free(r->command);
    free(r->command_shown);
    r->command = r->command_shown = NULL;
}

enum progress step_send_begin(struct runner *r, struct conversation *c, struct problem *problem)
{
    forget_command(r);
    if (c->condition == BOARD_LOADER) {
        problem_set(problem, PROBLEM_COMMAND_REFUSED, runner_current(r)->step->where,
                    "Put a boot step before it.",
                    "the board is in its loader, where application commands mean nothing");
        return PROGRESS_FAILED;
    }
    if (step_send_command(r, runner_current(r)->step, &r->command, &r->command_shown, problem) !=
        PROBLEM_NONE)
        return PROGRESS_FAILED;
    typist_start(&r->typist, ECHO_SPLICED, r->command, r->command_shown);
    r->deadline = 0;
    return PROGRESS_RUNNING;
}

enum progress step_send_poll(struct runner *r, struct conversation *c, uint64_t now,
                             struct problem *problem)
{
    enum progress progress = typist_poll(&r->typist, c, now, problem);
    r->deadline = r->typist.deadline;
    if (progress == PROGRESS_DONE)
        c->since = r->typist.mark;
    if (progress == PROGRESS_FAILED && problem->code == PROBLEM_LOADER_NOT_REACHED)
        problem->code = PROBLEM_BOARD_SILENT;
    if (progress != PROGRESS_RUNNING)
        forget_command(r);
    return progress;
}

/* --- expect ------------------------------------------------------------------------------ */

void step_expect_begin(struct runner *r, struct conversation *c)
{
    r->expect.searched = c->since;
    r->deadline = 0;
}

static void capture(const struct runner *r, const struct conversation *c, const char *text,
                    const struct pattern_match *m)
{
    const struct profile_step *s = runner_current(r)->step;
    char value[256];
    if (!s->capture || m->group_begin < 0)
        return;
    text_make_safe(value, sizeof value, (const uint8_t *)text + m->group_begin,
                   (size_t)(m->group_end - m->group_begin));
    variables_set_run(c->variables, s->capture, value);
}

static enum progress expectation_failed(const struct profile_pattern *f, struct problem *problem)
{
    problem_set(problem, f->code, f->where,
                f->hint && f->hint[0] ? f->hint : "See the device's lines above.", "%s",
                f->why && f->why[0] ? f->why : "the device said what this step calls a failure");
    return PROGRESS_FAILED;
}

/* Lines that are complete and were searched need not be searched again. */
static void advance(struct runner *r, const struct conversation *c, const char *text, size_t n)
{
    const char *end = memrchr(text, '\n', n);
    if (end)
        r->expect.searched = transcript_end(&c->heard) - n + (uint64_t)(end - text) + 1;
}

enum progress step_expect_poll(struct runner *r, struct conversation *c, uint64_t now,
                               struct problem *problem)
{
    const struct plan_step *p = runner_current(r);
    const struct profile_step *s = p->step;
    struct pattern_match m, best = {.begin = SIZE_MAX};
    size_t n;
    int failure = -1;
    const char *text = transcript_from(&c->heard, r->expect.searched, &n);
    bool found = p->wanted && pattern_find(p->wanted, text, n, &best);
    r->deadline = TIME_NEVER;
    if (!found)
        best.begin = SIZE_MAX;
    for (size_t i = 0; i < s->failure_count; i++) {
        /* Whichever was said first counts: what follows may be the consequence. */
        if (pattern_find(p->failures[i], text, n, &m) && m.begin < best.begin) {
            best = m;
            failure = (int)i;
        }
    }
    if (failure >= 0)
        return expectation_failed(&s->failures[failure], problem);
    if (found) {
        capture(r, c, text, &best);
        c->since = transcript_end(&c->heard) - n + best.end;
        return PROGRESS_DONE;
    }
    if (s->prompt && (strcmp(s->prompt, "loader") == 0 ? prompts_loader(c, c->since) != NULL
                                                       : prompts_application(c, c->since)))
        return PROGRESS_DONE;
    advance(r, c, text, n);
    return s->judge ? step_judge(r, c, now, problem) : PROGRESS_RUNNING;
}
