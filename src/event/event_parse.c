#include "event/event_parse.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cJSON.h>

#include "base/clock.h"
#include "base/text.h"

/* Longer than what sessions write (2 KiB of text), so that nothing of ours is cut. */
#define NAME_MAX_BYTES 256
#define TEXT_MAX_BYTES 4096
#define MEANING_MAX_BYTES 1024
#define ADVICE_MAX_BYTES 512
/* A run of ten years is none; it keeps sums of times far from the end of their type. */
#define SECONDS_MAX (10.0 * 366 * 86400)
/* Whole numbers above this are not exact in JSON. */
#define NUMBER_MAX 9007199254740992.0

struct parsed_verdict {
    struct event_verdict verdict;
    char kind[64], cause[64], what[MEANING_MAX_BYTES], why[MEANING_MAX_BYTES];
    char guide_step[64], running[96], target[96];
    char advice[EVENT_ADVICE_MAX][ADVICE_MAX_BYTES];
};

struct event_parsed {
    struct event event;
    struct problem problem;
    struct parsed_verdict verdict;
    char name[NAME_MAX_BYTES], state[NAME_MAX_BYTES], module[NAME_MAX_BYTES];
    char text[TEXT_MAX_BYTES], meaning[MEANING_MAX_BYTES];
};

struct event_parsed *event_parsed_new(void)
{
    return calloc(1, sizeof(struct event_parsed));
}

void event_parsed_free(struct event_parsed *p)
{
    free(p);
}

/* --- members -------------------------------------------------------------------------------- */

/* The text made safe in `out`, or NULL (and "" in `out`) when it is missing or empty. */
static const char *take_text(const cJSON *object, const char *key, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    out[0] = '\0';
    if (!text || !text[0])
        return NULL;
    text_make_safe(out, size, (const uint8_t *)text, strlen(text));
    return out;
}

static double take_number(const cJSON *object, const char *key, double max)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    double value = cJSON_IsNumber(item) ? item->valuedouble : 0;
    return value >= 0 && value <= max ? value : 0;
}

static uint64_t take_count(const cJSON *object, const char *key)
{
    return (uint64_t)take_number(object, key, NUMBER_MAX);
}

static unsigned take_unsigned(const cJSON *object, const char *key)
{
    return (unsigned)take_number(object, key, 1e6);
}

/* Written in milliseconds; the half rounds what binary fractions lose. */
static uint64_t take_seconds(const cJSON *object, const char *key)
{
    return (uint64_t)(take_number(object, key, SECONDS_MAX) * (double)TIME_S + 0.5);
}

static unsigned digits(const char **at, unsigned count)
{
    unsigned value = 0;
    for (; count; count--, ++*at) {
        if (**at < '0' || **at > '9')
            return UINT32_MAX;
        value = value * 10 + (unsigned)(**at - '0');
    }
    return value;
}

static bool sign(const char **at, char c)
{
    if (**at != c)
        return false;
    ++*at;
    return true;
}

/* "2026-01-31T12:34:56.789Z", the form that is written; 0 for anything else. */
static uint64_t take_time(const cJSON *object)
{
    const char *at = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "time"));
    unsigned year, month, day, hour, minute, second, milliseconds;
    if (!at || (year = digits(&at, 4)) > 9999 || year < 1970 || !sign(&at, '-') ||
        (month = digits(&at, 2)) > 12 || month < 1 || !sign(&at, '-') ||
        (day = digits(&at, 2)) > 31 || day < 1 || !sign(&at, 'T') || (hour = digits(&at, 2)) > 23 ||
        !sign(&at, ':') || (minute = digits(&at, 2)) > 59 || !sign(&at, ':') ||
        (second = digits(&at, 2)) > 60 || !sign(&at, '.') ||
        (milliseconds = digits(&at, 3)) > 999 || !sign(&at, 'Z') || *at)
        return 0;
    struct tm parts = {.tm_year = (int)year - 1900,
                       .tm_mon = (int)month - 1,
                       .tm_mday = (int)day,
                       .tm_hour = (int)hour,
                       .tm_min = (int)minute,
                       .tm_sec = (int)second};
    return (uint64_t)timegm(&parts) * TIME_S + milliseconds * TIME_MS;
}

static char take_level(const cJSON *object)
{
    const char *level = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "level"));
    if (!level || !level[0] || level[1] || !strchr("EWIDVF", level[0]))
        return '\0';
    return level[0];
}

static const struct problem *take_problem(struct event_parsed *p, const cJSON *object)
{
    char code[64];
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(object, "problem");
    if (!cJSON_IsObject(o) || !take_text(o, "code", code, sizeof code))
        return NULL;
    /* A code of a later version still is a failure. */
    p->problem.code = problem_named(code, PROBLEM_INTERNAL);
    take_text(o, "where", p->problem.where, sizeof p->problem.where);
    take_text(o, "what", p->problem.what, sizeof p->problem.what);
    take_text(o, "hint", p->problem.hint, sizeof p->problem.hint);
    return &p->problem;
}

static void take_advice(struct parsed_verdict *v, const cJSON *list)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_GetStringValue(item);
        unsigned count = v->verdict.advice_count;
        if (!text || count == EVENT_ADVICE_MAX)
            continue;
        text_make_safe(v->advice[count], ADVICE_MAX_BYTES, (const uint8_t *)text, strlen(text));
        v->verdict.advice[count] = v->advice[count];
        v->verdict.advice_count++;
    }
}

static const struct event_verdict *take_verdict(struct event_parsed *p, const cJSON *object)
{
    struct parsed_verdict *v = &p->verdict;
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(object, "verdict");
    if (!cJSON_IsObject(o) || !take_text(o, "kind", v->kind, sizeof v->kind) ||
        !take_text(o, "cause", v->cause, sizeof v->cause))
        return NULL;
    take_text(o, "what", v->what, sizeof v->what);
    take_text(o, "why", v->why, sizeof v->why);
    take_text(o, "guideStep", v->guide_step, sizeof v->guide_step);
    take_text(o, "runningVersion", v->running, sizeof v->running);
    take_text(o, "targetVersion", v->target, sizeof v->target);
    v->verdict = (struct event_verdict){.kind = v->kind,
                                        .cause = v->cause,
                                        .what = v->what,
                                        .why = v->why,
                                        .guide_step = v->guide_step,
                                        .running_version = v->running,
                                        .target_version = v->target};
    take_advice(v, cJSON_GetObjectItemCaseSensitive(o, "advice"));
    return &v->verdict;
}

/* --- the event ------------------------------------------------------------------------------ */

static enum event_kind kind_named(const char *name)
{
    unsigned kind = 0;
    while (kind < EVENT_KIND_COUNT && strcmp(name, event_kind_name((enum event_kind)kind)) != 0)
        kind++;
    return (enum event_kind)kind;
}

static bool is_step(enum event_kind kind)
{
    return kind == EVENT_STEP_STARTED || kind == EVENT_STEP_FINISHED || kind == EVENT_STEP_RETRIED;
}

static bool has_name(enum event_kind kind)
{
    return is_step(kind) || kind == EVENT_RUN_STARTED || kind == EVENT_STATE ||
           kind == EVENT_PROGRESS || kind == EVENT_TRANSFER || kind == EVENT_OPERATOR ||
           kind == EVENT_PHASE || kind == EVENT_LINK;
}

static bool has_state(enum event_kind kind)
{
    return kind == EVENT_STEP_FINISHED || kind == EVENT_PHASE || kind == EVENT_OPERATOR;
}

static bool has_text(enum event_kind kind)
{
    return kind != EVENT_RUN_FINISHED && kind != EVENT_VERDICT && kind != EVENT_PROGRESS &&
           !is_step(kind);
}

/*
 * Empty texts are left out when an event is written. A view may count on those that every
 * event of its kind has from a session, so they come back as "".
 */
static void take_texts(struct event_parsed *p, const cJSON *o)
{
    struct event *e = &p->event;
    e->name = take_text(o, "name", p->name, sizeof p->name);
    e->state = take_text(o, "state", p->state, sizeof p->state);
    e->text = take_text(o, "text", p->text, sizeof p->text);
    e->meaning = take_text(o, "meaning", p->meaning, sizeof p->meaning);
    e->module = take_text(o, "module", p->module, sizeof p->module);
    if (!e->name && has_name(e->kind))
        e->name = p->name;
    if (!e->state && has_state(e->kind))
        e->state = p->state;
    if (!e->text && has_text(e->kind))
        e->text = p->text;
}

static void take_event(struct event_parsed *p, const cJSON *o)
{
    struct event *e = &p->event;
    e->time_us = take_seconds(o, "t");
    e->wall_us = take_time(o);
    take_texts(p, o);
    e->unfinished = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "unfinished"));
    e->level = take_level(o);
    e->step = take_unsigned(o, "step");
    e->steps = take_unsigned(o, "steps");
    e->attempt = take_unsigned(o, "attempt");
    if (e->attempt == 0 && is_step(e->kind))
        e->attempt = 1;
    e->elapsed_us = take_seconds(o, "elapsed");
    e->done = take_count(o, "done");
    e->total = take_count(o, "total");
    e->rate = take_count(o, "rate");
    e->eta_us = take_seconds(o, "eta");
    e->problem = take_problem(p, o);
    e->verdict = take_verdict(p, o);
}

static const char *read_object(struct event_parsed *p, const cJSON *o)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "event"));
    if (!kind)
        return "it is no event";
    p->event.kind = kind_named(kind);
    if (p->event.kind == EVENT_KIND_COUNT)
        return "the kind of event is not known";
    if (take_number(o, "schema", NUMBER_MAX) > EVENT_SCHEMA_VERSION)
        return "a later version of otaconsole wrote it";
    if (!cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(o, "t")))
        return "it has no time";
    take_event(p, o);
    if ((p->event.kind == EVENT_RUN_FINISHED || p->event.kind == EVENT_STEP_RETRIED) &&
        !p->event.problem)
        return "it has no problem";
    if (p->event.kind == EVENT_VERDICT && !p->event.verdict)
        return "it has no verdict";
    return NULL;
}

const struct event *event_from_json(struct event_parsed *p, const char *line, size_t n,
                                    const char **why)
{
    cJSON *o = cJSON_ParseWithLength(line, n);
    *why = "it is no JSON object";
    memset(&p->event, 0, sizeof p->event);
    memset(&p->problem, 0, sizeof p->problem);
    if (cJSON_IsObject(o))
        *why = read_object(p, o);
    cJSON_Delete(o);
    return *why ? NULL : &p->event;
}
