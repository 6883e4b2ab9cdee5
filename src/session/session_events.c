#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "session/session_internal.h"

#define TEXT_MAX 2048

/* Makes a text fit to be seen: secrets masked, control characters escaped. */
static const char *clean(const struct session *s, const char *text, size_t n, char *out,
                         size_t size)
{
    char masked[TEXT_MAX];
    if (!text)
        return NULL;
    size_t length = redact_text(s->redactor, text, n, masked, sizeof masked);
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
    char buffer[TEXT_MAX], name[256];
    struct problem problem;
    struct clean_verdict verdict;
    struct event told = *event;
    told.time_us = s->now - s->started_us;
    if (s->options.wall_start_us)
        told.wall_us = s->options.wall_start_us + told.time_us;
    told.text = clean(s, text, n, buffer, sizeof buffer);
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

void session_pull_diagnosis(struct session *s)
{
    struct diagnose_event d;
    while (diagnose_next_event(s->diagnose, &d)) {
        struct event e = {.meaning = d.meaning, .level = d.level};
        if (d.kind == DIAGNOSE_LINE) {
            e.kind = EVENT_LINE;
            e.name = d.rule;
            e.state = d.outcome;
            if (d.length == 0)
                continue;
        } else {
            e.kind = EVENT_PHASE;
            e.name = d.name;
            e.state = d.state;
        }
        emit_text(s, &e, d.text ? d.text : "", d.text ? d.length : 0);
    }
}
