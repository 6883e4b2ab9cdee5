#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "session/session_internal.h"

/* Makes a text fit to be seen: secrets masked, control characters escaped. */
static const char *clean(const struct session *s, const char *text, size_t n, char *out,
                         size_t size)
{
    char *masked = s->texts->masked;
    if (!text)
        return NULL;
    size_t length = redact_text(s->redactor, text, n, masked, sizeof s->texts->masked);
    text_make_safe(out, size, (const uint8_t *)masked, length);
    return out;
}

static const char *clean_text(const struct session *s, const char *text, char *out, size_t size)
{
    return text ? clean(s, text, strlen(text), out, size) : NULL;
}

static void clean_problem(const struct session *s, const struct problem *from, struct problem *to)
{
    to->code = from->code;
    clean_text(s, from->where, to->where, sizeof to->where);
    clean_text(s, from->what, to->what, sizeof to->what);
    clean_text(s, from->hint, to->hint, sizeof to->hint);
}

struct clean_verdict {
    struct event_verdict verdict;
    char what[400], why[600], running[96], target[96];
};

static void clean_verdict(const struct session *s, const struct event_verdict *from,
                          struct clean_verdict *to)
{
    to->verdict = *from;
    to->verdict.what = clean_text(s, from->what, to->what, sizeof to->what);
    to->verdict.why = clean_text(s, from->why, to->why, sizeof to->why);
    to->verdict.running_version =
        clean_text(s, from->running_version, to->running, sizeof to->running);
    to->verdict.target_version = clean_text(s, from->target_version, to->target, sizeof to->target);
}

static void deliver(struct session *s, const struct event *event)
{
    for (unsigned i = 0; i < s->options.sink_count; i++)
        s->options.sinks[i].emit(s->options.sinks[i].user, event);
    if (s->options.recorder)
        recorder_event(s->options.recorder, event);
}

static void emit_text(struct session *s, const struct event *event, const char *text, size_t n)
{
    char name[256];
    struct problem problem;
    struct clean_verdict verdict;
    struct event told = *event;
    told.time_us = s->now - s->started_us;
    if (s->options.wall_start_us)
        told.wall_us = s->options.wall_start_us + told.time_us;
    told.text = clean(s, text, n, s->texts->text, sizeof s->texts->text);
    if (event->raw) {
        told.raw = (const uint8_t *)s->texts->raw;
        told.raw_length = redact_text(s->redactor, (const char *)event->raw, event->raw_length,
                                      s->texts->raw, sizeof s->texts->raw);
    }
    told.name = clean_text(s, event->name, name, sizeof name);
    if (event->problem) {
        clean_problem(s, event->problem, &problem);
        told.problem = &problem;
    }
    if (event->verdict) {
        clean_verdict(s, event->verdict, &verdict);
        told.verdict = &verdict.verdict;
    }
    deliver(s, &told);
}

void session_emit(struct session *s, struct event *event)
{
    emit_text(s, event, event->text, event->text ? strlen(event->text) : 0);
}

static void tell_line(struct session *s, const struct diagnose_event *d)
{
    char module[64];
    struct event e = {.kind = EVENT_LINE,
                      .name = d->rule,
                      .state = d->outcome,
                      .meaning = d->meaning,
                      .level = d->level,
                      .raw = d->raw,
                      .raw_length = d->raw_length,
                      .unfinished = d->unfinished};
    if (d->length == 0 && d->raw_length == 0)
        return;
    if (d->module) {
        snprintf(module, sizeof module, "%.*s", (int)d->module_length, d->module);
        e.module = module;
    }
    emit_text(s, &e, d->text, d->length);
}

/* How far the device's own download has come, as its lines tell. */
static void tell_download(struct session *s, const struct diagnose_event *d)
{
    struct event e = {.kind = EVENT_PROGRESS,
                      .name = "download",
                      .done = d->received,
                      .total = d->announced > d->received ? d->announced : d->received};
    if (d->received && d->announced)
        session_emit(s, &e);
}

static void tell_phase(struct session *s, const struct diagnose_event *d)
{
    struct event e = {.kind = EVENT_PHASE, .name = d->name, .state = d->state};
    emit_text(s, &e, d->text ? d->text : "", d->text ? d->length : 0);
}

void session_pull_diagnosis(struct session *s)
{
    struct diagnose_event d;
    while (diagnose_next_event(s->diagnose, &d)) {
        if (d.kind == DIAGNOSE_LINE) {
            tell_line(s, &d);
            tell_download(s, &d);
        } else {
            tell_phase(s, &d);
        }
        s->judge_again |= d.kind == DIAGNOSE_PHASE || d.rule != NULL;
    }
}

/* What the log comes to so far, whenever that changes: for who watches without a plan. */
void session_tell_verdict(struct session *s)
{
    if (!s->judge_again || !s->options.live)
        return;
    s->judge_again = false;
    const struct diagnose_verdict *v = diagnose_verdict(s->diagnose);
    if (v->kind == VERDICT_UNKNOWN || (v->kind == s->told_kind && v->cause == s->told_cause &&
                                       strcmp(v->what, s->told_what) == 0))
        return;
    s->told_kind = v->kind;
    s->told_cause = v->cause;
    snprintf(s->told_what, sizeof s->told_what, "%s", v->what);
    struct event_verdict told;
    diagnose_verdict_event(v, &told);
    struct event e = {.kind = EVENT_VERDICT, .verdict = &told};
    session_emit(s, &e);
}
