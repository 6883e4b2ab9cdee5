#include "ui/player_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "diagnose/redact.h"

/* As long as the texts of a session. */
#define TEXT_MAX 2048
#define VERSION_MAX 96

struct told_verdict {
    struct event_verdict verdict;
    char what[TEXT_MAX], why[TEXT_MAX], running[VERSION_MAX], target[VERSION_MAX];
};

struct player_judge {
    struct diagnose *diagnose;
    struct redactor *redactor;
    struct event event;
    char text[TEXT_MAX];
    uint64_t now;
    bool moved;    /* since the verdict was looked at, something was said that may change it */
    bool finished; /* the last verdict is still to be told */
    enum diagnose_verdict_kind kind;
    enum problem_code cause;
    struct told_verdict told;
};

struct player_judge *player_judge_new(const struct rule_set *rules)
{
    struct player_judge *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    j->diagnose = diagnose_create(rules);
    j->redactor = redactor_new();
    if (j->diagnose && j->redactor)
        return j;
    player_judge_free(j);
    return NULL;
}

void player_judge_free(struct player_judge *j)
{
    if (!j)
        return;
    diagnose_free(j->diagnose);
    redactor_free(j->redactor);
    free(j);
}

void player_judge_input(struct player_judge *j, uint64_t now, const uint8_t *bytes, size_t n)
{
    j->now = now;
    diagnose_input(j->diagnose, now, bytes, n);
}

void player_judge_tick(struct player_judge *j, uint64_t now)
{
    j->now = now;
    diagnose_tick(j->diagnose, now);
}

uint64_t player_judge_deadline(const struct player_judge *j)
{
    return diagnose_deadline(j->diagnose);
}

void player_judge_finish(struct player_judge *j, uint64_t now)
{
    j->now = now;
    j->finished = true;
    diagnose_finish(j->diagnose, now);
}

static const char *clean(const struct player_judge *j, const char *text, size_t n, char *out,
                         size_t size)
{
    char masked[TEXT_MAX];
    size_t length = redact_text(j->redactor, text, n, masked, sizeof masked);
    text_make_safe(out, size, (const uint8_t *)masked, length);
    return out;
}

static const char *clean_text(const struct player_judge *j, const char *text, char *out,
                              size_t size)
{
    return clean(j, text, strlen(text), out, size);
}

static const struct event *tell(struct player_judge *j, const struct diagnose_event *d)
{
    bool line = d->kind == DIAGNOSE_LINE;
    j->event = (struct event){
        .kind = line ? EVENT_LINE : EVENT_PHASE,
        .time_us = d->time_us,
        .name = line ? d->rule : d->name,
        .state = line ? d->outcome : d->state,
        .meaning = d->meaning,
        .level = d->level,
        .text = clean(j, d->text ? d->text : "", d->text ? d->length : 0, j->text, sizeof j->text),
    };
    return &j->event;
}

static const struct event *tell_verdict(struct player_judge *j, const struct diagnose_verdict *v)
{
    struct told_verdict *t = &j->told;
    t->verdict = (struct event_verdict){
        .kind = diagnose_verdict_name(v->kind),
        .cause = problem_name(v->cause),
        .what = clean_text(j, v->what, t->what, sizeof t->what),
        .why = clean_text(j, v->why, t->why, sizeof t->why),
        .guide_step = v->guide_step,
        .running_version = clean_text(j, v->running_version, t->running, sizeof t->running),
        .target_version = clean_text(j, v->target_version, t->target, sizeof t->target),
        .advice_count = v->advice_count,
    };
    for (unsigned i = 0; i < v->advice_count; i++)
        t->verdict.advice[i] = v->advice[i];
    j->kind = v->kind;
    j->cause = v->cause;
    j->event = (struct event){.kind = EVENT_VERDICT, .time_us = j->now, .verdict = &t->verdict};
    return &j->event;
}

const struct event *player_judge_next(struct player_judge *j)
{
    struct diagnose_event d;
    while (diagnose_next_event(j->diagnose, &d)) {
        j->moved = j->moved || d.kind == DIAGNOSE_PHASE || d.rule;
        if (d.kind == DIAGNOSE_PHASE || d.length)
            return tell(j, &d);
    }
    if (!j->moved && !j->finished)
        return NULL;
    const struct diagnose_verdict *v = diagnose_verdict(j->diagnose);
    bool changed = v->kind != j->kind || v->cause != j->cause;
    bool last = j->finished;
    j->moved = j->finished = false;
    return changed || last ? tell_verdict(j, v) : NULL;
}
