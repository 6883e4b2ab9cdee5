#include "ui/workflow_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/format.h"
#include "ui/locale.h"

/* Events come five times a second; closer ones say little about a rate. */
#define SAMPLE_EVERY (100 * TIME_MS)

/* --- the list ----------------------------------------------------------------------------- */

static void clear_steps(struct workflow_pane *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->steps[i].name);
    free(w->steps);
    w->steps = NULL;
    w->count = w->chosen = w->first = w->offset = 0;
}

void workflow_pane_free(struct workflow_pane *w)
{
    clear_steps(w);
    memset(w, 0, sizeof *w);
}

static char *safe_copy(const char *text)
{
    size_t n = strlen(text);
    char *copy = malloc(n * TEXT_SAFE_FACTOR + 1);
    if (copy)
        text_make_safe(copy, n * TEXT_SAFE_FACTOR + 1, (const uint8_t *)text, n);
    return copy;
}

/* The list grows to hold `count` steps; false when out of memory. */
static bool grow(struct workflow_pane *w, size_t count)
{
    if (count <= w->count)
        return true;
    struct workflow_step *steps = realloc(w->steps, count * sizeof *steps);
    if (!steps)
        return false;
    memset(steps + w->count, 0, (count - w->count) * sizeof *steps);
    for (size_t i = w->count; i < count; i++)
        steps[i].kind = "";
    w->steps = steps;
    w->count = count;
    return true;
}

static const char *name_of(const struct workflow_step *step)
{
    return step->name ? step->name : "";
}

static bool set_name(struct workflow_step *step, const char *name)
{
    char *copy = safe_copy(name);
    if (!copy)
        return false;
    free(step->name);
    step->name = copy;
    return true;
}

static void reset_step(struct workflow_step *step)
{
    step->state = STEP_WAITING;
    step->started_us = step->elapsed_us = 0;
    step->attempts = 0;
    step->problem[0] = '\0';
}

static void end_request(struct workflow_pane *w)
{
    w->asked[0] = w->asked_for[0] = '\0';
}

bool workflow_pane_set_profile(struct workflow_pane *w, const struct profile *profile)
{
    workflow_pane_free(w);
    if (!profile)
        return true;
    if (!grow(w, profile->step_count))
        return false;
    for (size_t i = 0; i < profile->step_count; i++) {
        w->steps[i].kind = profile_step_kind_name(profile->steps[i].kind);
        if (!set_name(&w->steps[i], profile->steps[i].name ? profile->steps[i].name : "")) {
            workflow_pane_free(w);
            return false;
        }
    }
    format_copy(w->title, sizeof w->title, profile->name);
    return true;
}

/* --- steps -------------------------------------------------------------------------------- */

static bool is_named(const struct workflow_pane *w, size_t i, const char *name)
{
    return i < w->count && strcmp(name_of(&w->steps[i]), name) == 0;
}

/* The first step told tells which of ours the run has: all, the last ones, or none. */
static void match_run(struct workflow_pane *w, const struct event *e, const char *name)
{
    w->fresh = false;
    w->offset = 0;
    if (e->steps <= w->count && is_named(w, w->count - e->steps + e->step - 1, name))
        w->offset = w->count - e->steps;
    else
        clear_steps(w);
    for (size_t i = w->offset; i < w->count; i++)
        reset_step(&w->steps[i]);
}

static struct workflow_step *step_of(struct workflow_pane *w, const struct event *e)
{
    char *name;
    if (e->step == 0 || e->step > PROFILE_STEPS_MAX || e->steps < e->step)
        return NULL;
    name = safe_copy(e->name ? e->name : "");
    if (!name)
        return NULL;
    if (w->fresh)
        match_run(w, e, name);
    size_t i = w->offset + e->step - 1;
    if (i >= 2 * (size_t)PROFILE_STEPS_MAX || !grow(w, i + 1)) {
        free(name);
        return NULL;
    }
    free(w->steps[i].name);
    w->steps[i].name = name;
    return &w->steps[i];
}

static void choose(struct workflow_pane *w, const struct workflow_step *step)
{
    w->chosen = (size_t)(step - w->steps);
}

static void step_begins(struct workflow_pane *w, const struct event *e)
{
    struct workflow_step *step = step_of(w, e);
    end_request(w);
    w->progress.active = false;
    if (!step)
        return;
    step->state = STEP_RUNNING;
    step->attempts = e->attempt ? e->attempt : 1;
    step->problem[0] = '\0';
    if (e->kind == EVENT_STEP_STARTED)
        step->started_us = e->time_us;
    else if (e->problem)
        format_copy(step->problem, sizeof step->problem, problem_name(e->problem->code));
    if (w->follow)
        choose(w, step);
}

static enum step_state state_named(const char *name)
{
    if (name && strcmp(name, "passed") == 0)
        return STEP_PASSED;
    return name && strcmp(name, "skipped") == 0 ? STEP_SKIPPED : STEP_FAILED;
}

static void step_ends(struct workflow_pane *w, const struct event *e)
{
    struct workflow_step *step = step_of(w, e);
    end_request(w);
    w->progress.active = false;
    if (!step)
        return;
    step->state = state_named(e->state);
    step->elapsed_us = e->elapsed_us;
    step->problem[0] = '\0';
    if (e->attempt)
        step->attempts = e->attempt;
    if (step->state != STEP_FAILED)
        return;
    if (e->problem)
        format_copy(step->problem, sizeof step->problem, problem_name(e->problem->code));
    choose(w, step);
}

/* --- runs --------------------------------------------------------------------------------- */

static void run_begins(struct workflow_pane *w, const struct event *e)
{
    w->running = w->fresh = w->follow = true;
    /* Each session counts its time from its own start. */
    w->run_started_us = w->now_us = e->time_us;
    w->run_elapsed_us = 0;
    w->result[0] = '\0';
    w->passed = false;
    w->progress.active = false;
    end_request(w);
    if (!e->name || strcmp(e->name, w->title) == 0)
        return;
    clear_steps(w);
    format_copy(w->title, sizeof w->title, e->name);
}

static void run_ends(struct workflow_pane *w, const struct event *e)
{
    enum problem_code code = e->problem ? e->problem->code : PROBLEM_NONE;
    w->running = w->fresh = false;
    w->run_elapsed_us = e->elapsed_us;
    w->passed = code == PROBLEM_NONE;
    format_copy(w->result, sizeof w->result, problem_name(code));
    w->progress.active = false;
    end_request(w);
    /* A lost adapter ends a run without a word about its step. */
    for (size_t i = 0; i < w->count; i++) {
        struct workflow_step *step = &w->steps[i];
        if (step->state != STEP_RUNNING)
            continue;
        step->state = w->passed ? STEP_PASSED : STEP_FAILED;
        step->elapsed_us = e->time_us > step->started_us ? e->time_us - step->started_us : 0;
        if (!w->passed) {
            format_copy(step->problem, sizeof step->problem, w->result);
            choose(w, step);
        }
    }
    if (w->passed && w->follow)
        w->chosen = 0;
}

/* --- progress ----------------------------------------------------------------------------- */

static void add_sample(struct workflow_pane *w, uint64_t rate)
{
    uint32_t *samples = w->progress.samples;
    if (w->progress.sample_count == WORKFLOW_SAMPLES) {
        memmove(samples, samples + 1, (WORKFLOW_SAMPLES - 1) * sizeof *samples);
        w->progress.sample_count--;
    }
    samples[w->progress.sample_count++] = rate < UINT32_MAX ? (uint32_t)rate : UINT32_MAX;
}

static void sample(struct workflow_pane *w, const struct event *e)
{
    uint64_t since = e->time_us - w->progress.sampled_us;
    uint64_t bytes = e->done - w->progress.sampled_done;
    if (e->time_us < w->progress.sampled_us || since < SAMPLE_EVERY)
        return;
    if (bytes > UINT64_MAX / TIME_S)
        bytes = UINT64_MAX / TIME_S;
    add_sample(w, bytes * TIME_S / since);
    w->progress.sampled_us = e->time_us;
    w->progress.sampled_done = e->done;
}

static void progress(struct workflow_pane *w, const struct event *e)
{
    const char *name = e->name ? e->name : "";
    /* A download the board does by itself belongs to the verdict, unless a run waits for it. */
    if (!w->running && strcmp(name, "download") == 0)
        return;
    if (!w->progress.active || strcmp(name, w->progress.activity) != 0 ||
        e->done < w->progress.sampled_done) {
        memset(&w->progress, 0, sizeof w->progress);
        format_copy(w->progress.activity, sizeof w->progress.activity, name);
        w->progress.sampled_us = e->time_us;
        w->progress.sampled_done = e->done;
    } else {
        sample(w, e);
    }
    w->progress.active = w->running || e->done < e->total;
    w->progress.done = e->done;
    w->progress.total = e->total;
    w->progress.rate = e->rate;
    w->progress.eta_us = e->eta_us;
    w->progress.time_us = e->time_us;
}

static void transfer(struct workflow_pane *w, const struct event *e)
{
    if (w->progress.active && e->name && strcmp(e->name, "retry") == 0)
        w->progress.retries++;
}

/* --- requests ----------------------------------------------------------------------------- */

static void request(struct workflow_pane *w, const struct event *e)
{
    /* In a rehearsal somebody was there already. */
    if (e->state && strcmp(e->state, "simulated") == 0)
        return;
    ui_phrase(e->text, w->asked, sizeof w->asked);
    format_copy(w->asked_for, sizeof w->asked_for, e->name);
}

/* What was asked for has visibly happened, though its step goes on. */
static void fulfilled(struct workflow_pane *w, const struct event *e)
{
    const char *name = e->name ? e->name : "", *state = e->state ? e->state : "";
    bool loader = e->kind == EVENT_STATE && strcmp(name, "loader") == 0;
    bool boot = e->kind == EVENT_PHASE && strcmp(name, "boot") == 0;
    bool push = e->kind == EVENT_PHASE && strcmp(name, "ota-notify") == 0 && state[0] == 'p';
    if ((loader && strcmp(w->asked_for, "enter-download") == 0) ||
        ((boot || e->kind == EVENT_STATE) && strcmp(w->asked_for, "reset") == 0) ||
        (push && strcmp(w->asked_for, "push") == 0))
        end_request(w);
}

void workflow_pane_take(struct workflow_pane *w, const struct event *event)
{
    if (event->time_us > w->now_us)
        w->now_us = event->time_us;
    switch (event->kind) {
    case EVENT_RUN_STARTED:
        run_begins(w, event);
        break;
    case EVENT_RUN_FINISHED:
        run_ends(w, event);
        break;
    case EVENT_STEP_STARTED:
    case EVENT_STEP_RETRIED:
        step_begins(w, event);
        break;
    case EVENT_STEP_FINISHED:
        step_ends(w, event);
        break;
    case EVENT_PROGRESS:
        progress(w, event);
        break;
    case EVENT_TRANSFER:
        transfer(w, event);
        break;
    case EVENT_OPERATOR:
        request(w, event);
        break;
    case EVENT_STATE:
    case EVENT_PHASE:
        fulfilled(w, event);
        break;
    default:
        break;
    }
}

void workflow_pane_tick(struct workflow_pane *w, uint64_t now_us)
{
    w->now_us = now_us;
}

void workflow_pane_move(struct workflow_pane *w, int steps)
{
    size_t by = steps < 0 ? 0 - (size_t)steps : (size_t)steps;
    w->follow = false;
    if (w->count == 0)
        return;
    if (steps < 0)
        w->chosen = by < w->chosen ? w->chosen - by : 0;
    else
        w->chosen = by < w->count - 1 - w->chosen ? w->chosen + by : w->count - 1;
}

size_t workflow_pane_chosen(const struct workflow_pane *w)
{
    return w->chosen;
}
