#include "ui/verdict_pane.h"

#include <string.h>

#include "ui/format.h"
#include "ui/locale.h"

/* --- phases ------------------------------------------------------------------------------- */

static unsigned phase_named(const char *name)
{
    static const char *const names[PHASE_COUNT] = {
#define PHASE(symbol, name, title) name,
        PHASES(PHASE)
#undef PHASE
    };
    unsigned i = 0;
    while (i < PHASE_COUNT && strcmp(names[i], name) != 0)
        i++;
    return i;
}

static enum phase_state state_named(const char *name)
{
    static const char *const names[] = {"", "begun", "passed", "failed", "skipped"};
    for (unsigned i = PHASE_BEGUN; i <= PHASE_SKIPPED; i++)
        if (strcmp(names[i], name) == 0)
            return (enum phase_state)i;
    return PHASE_OPEN;
}

/* The first stays: it is where the phase began. */
static void add_evidence(struct verdict_phase *phase, uint64_t number)
{
    if (phase->evidence_count && phase->evidence[phase->evidence_count - 1] == number)
        return;
    if (phase->evidence_count == PHASE_EVIDENCE_MAX) {
        memmove(&phase->evidence[1], &phase->evidence[2],
                (PHASE_EVIDENCE_MAX - 2) * sizeof phase->evidence[0]);
        phase->evidence_count--;
    }
    phase->evidence[phase->evidence_count++] = number;
}

static void clear_from(struct verdict_pane *v, unsigned first)
{
    memset(&v->phases[first], 0, (PHASE_COUNT - first) * sizeof v->phases[0]);
    v->received = v->announced = 0;
    v->has_verdict = false;
    v->evidence_next = 0;
}

static bool any_from(const struct verdict_pane *v, unsigned first)
{
    for (unsigned i = first; i < PHASE_COUNT; i++)
        if (v->phases[i].state != PHASE_OPEN)
            return true;
    return false;
}

/*
 * The diagnosis tells a phase once in an attempt; told again, or with the old attempt's
 * end still shown, it is of a new one. A push may be told after its version: then it is
 * the same attempt.
 */
static void begin_attempt(struct verdict_pane *v, unsigned phase)
{
    enum phase_state state = v->phases[phase].state;
    bool again = state == PHASE_PASSED || state == PHASE_FAILED || state == PHASE_SKIPPED;
    if (phase == PHASE_PUSH &&
        (again || v->phases[PHASE_VERSION].state == PHASE_FAILED || any_from(v, PHASE_DOWNLOAD)))
        clear_from(v, PHASE_PUSH);
    else if (phase == PHASE_VERSION && (again || any_from(v, PHASE_DOWNLOAD)))
        clear_from(v, PHASE_VERSION);
}

static void take_phase(struct verdict_pane *v, const struct event *e, uint64_t log_number)
{
    const char *name = e->name ? e->name : "";
    enum phase_state state = state_named(e->state ? e->state : "");
    unsigned i = phase_named(name);
    const char *detail = e->text;
    if (strcmp(name, "boot") == 0 && v->phases[PHASE_REBOOT].state == PHASE_BEGUN) {
        i = PHASE_REBOOT;
        state = PHASE_PASSED;
        detail = NULL;
    }
    if (i == PHASE_COUNT || state == PHASE_OPEN)
        return;
    begin_attempt(v, i);
    struct verdict_phase *phase = &v->phases[i];
    /* Whoever checks the package has got it. */
    if (i > PHASE_DOWNLOAD && i <= PHASE_IMAGE && state != PHASE_SKIPPED &&
        v->phases[PHASE_DOWNLOAD].state == PHASE_BEGUN)
        v->phases[PHASE_DOWNLOAD].state = PHASE_PASSED;
    phase->state = state;
    ui_phrase(detail, phase->detail, sizeof phase->detail);
    add_evidence(phase, log_number);
}

static void take_download(struct verdict_pane *v, const struct event *e)
{
    v->received = e->done;
    if (e->total)
        v->announced = e->total;
    if (v->phases[PHASE_DOWNLOAD].state == PHASE_OPEN)
        v->phases[PHASE_DOWNLOAD].state = PHASE_BEGUN;
}

static void take_verdict(struct verdict_pane *v, const struct event_verdict *d)
{
    v->has_verdict = true;
    format_copy(v->kind, sizeof v->kind, d->kind);
    format_copy(v->cause, sizeof v->cause, d->cause);
    ui_phrase(d->what, v->what, sizeof v->what);
    ui_phrase(d->why, v->why, sizeof v->why);
    ui_phrase(d->guide_step, v->guide_step, sizeof v->guide_step);
    format_copy(v->running, sizeof v->running, d->running_version);
    format_copy(v->target, sizeof v->target, d->target_version);
    v->advice_count = d->advice_count < EVENT_ADVICE_MAX ? d->advice_count : EVENT_ADVICE_MAX;
    for (unsigned i = 0; i < v->advice_count; i++)
        ui_phrase(d->advice[i], v->advice[i], sizeof v->advice[i]);
}

void verdict_pane_take(struct verdict_pane *v, const struct event *event, uint64_t log_number)
{
    if (event->kind == EVENT_PHASE)
        take_phase(v, event, log_number);
    else if (event->kind == EVENT_VERDICT && event->verdict)
        take_verdict(v, event->verdict);
    else if (event->kind == EVENT_PROGRESS && event->name && strcmp(event->name, "download") == 0)
        take_download(v, event);
}

void verdict_pane_clear(struct verdict_pane *v)
{
    memset(v, 0, sizeof *v);
}

/* --- choosing ----------------------------------------------------------------------------- */

void verdict_pane_move(struct verdict_pane *v, int rows)
{
    long to = (long)v->chosen + rows;
    if (to < 0)
        to = 0;
    v->chosen = to < PHASE_COUNT ? (unsigned)to : PHASE_COUNT - 1;
    v->evidence_next = 0;
}

bool verdict_pane_evidence(struct verdict_pane *v, uint64_t *log_number)
{
    const struct verdict_phase *phase = &v->phases[v->chosen];
    if (phase->evidence_count == 0)
        return false;
    if (v->evidence_next >= phase->evidence_count)
        v->evidence_next = 0;
    *log_number = phase->evidence[v->evidence_next++];
    return true;
}
