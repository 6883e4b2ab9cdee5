#include "diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/line.h"
#include "diagnose/prefix.h"
#include "diagnose/story.h"

/* A prompt is let go quickly; anything else gets time to be finished by another write. */
#define PROMPT_QUIET (80 * TIME_MS)
#define LINE_QUIET (1 * TIME_S)
#define MATCHES_MAX 16 /* messages in one line; more is no log */
#define PHASE_TEXT_MAX 160

struct queued {
    enum diagnose_event_kind kind;
    char level;
    uint32_t length;
    size_t offset; /* LINE: in the assembler's bytes; PHASE: in phase_texts */
    bool unfinished;
    size_t raw_offset, module_offset;
    uint32_t raw_length, module_length;
    uint64_t line, time_us, received, announced;
    const struct rule *rule;
    const char *name, *state;
};

struct diagnose {
    const struct rule_set *rules;
    struct match_scratch scratch;
    struct line_assembler lines;
    struct story story;
    struct diagnose_verdict verdict;
    struct queued *queue;
    size_t queue_count, queue_capacity, queue_next;
    char *phase_texts; /* details of queued phases, end to end */
    size_t phase_used, phase_capacity;
    uint64_t last_input_us;
};

/* --- the queue --------------------------------------------------------------------------- */

/* Grows with the largest chunk and is used again. Out of memory costs events, not the verdict. */
static struct queued *enqueue(struct diagnose *d)
{
    if (d->queue_count == d->queue_capacity) {
        size_t capacity = d->queue_capacity ? d->queue_capacity * 2 : 1024;
        struct queued *grown = realloc(d->queue, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        d->queue = grown;
        d->queue_capacity = capacity;
    }
    return &d->queue[d->queue_count++];
}

static size_t keep_phase_text(struct diagnose *d, const char *text)
{
    size_t n = strnlen(text, PHASE_TEXT_MAX - 1);
    if (d->phase_used + n + 1 > d->phase_capacity) {
        size_t capacity = d->phase_capacity ? d->phase_capacity * 2 : 4096;
        char *grown = realloc(d->phase_texts, capacity);
        if (!grown)
            return SIZE_MAX;
        d->phase_texts = grown;
        d->phase_capacity = capacity;
    }
    size_t at = d->phase_used;
    memcpy(d->phase_texts + at, text, n);
    d->phase_texts[at + n] = '\0';
    d->phase_used += n + 1;
    return at;
}

static void phase_changed(void *user, const struct story_fact *fact, const char *name,
                          const char *state, const char *detail)
{
    struct diagnose *d = user;
    size_t at = keep_phase_text(d, detail);
    struct queued *q = at == SIZE_MAX ? NULL : enqueue(d);
    if (!q)
        return;
    *q = (struct queued){.kind = DIAGNOSE_PHASE,
                         .time_us = fact->time_us,
                         .line = fact->line,
                         .offset = at,
                         .length = (uint32_t)strlen(d->phase_texts + at),
                         .name = name,
                         .state = state};
}

bool diagnose_next_event(struct diagnose *d, struct diagnose_event *event)
{
    if (d->queue_next == d->queue_count) {
        d->queue_next = d->queue_count = 0;
        d->phase_used = 0;
        return false;
    }
    const struct queued *q = &d->queue[d->queue_next++];
    bool is_line = q->kind == DIAGNOSE_LINE;
    *event = (struct diagnose_event){
        .kind = q->kind,
        .time_us = q->time_us,
        .line = q->line,
        .text = is_line ? (const char *)d->lines.bytes + q->offset : d->phase_texts + q->offset,
        .length = q->length,
        .level = q->level,
        .rule = q->rule ? q->rule->id : NULL,
        .meaning = q->rule ? q->rule->meaning : NULL,
        .outcome = q->rule ? rule_outcome_name(q->rule->outcome) : NULL,
        .module = q->module_length ? (const char *)d->lines.bytes + q->module_offset : NULL,
        .module_length = q->module_length,
        .raw = q->raw_length ? d->lines.raw + q->raw_offset : NULL,
        .raw_length = q->raw_length,
        .unfinished = q->unfinished,
        .received = q->received,
        .announced = q->announced,
        .name = q->name,
        .state = q->state};
    return true;
}

/* --- one line ---------------------------------------------------------------------------- */

struct reading {
    const struct rule *rule; /* the weightiest that matched */
    char level;
    const char *module;
    size_t module_length;
    unsigned matches;
};

static void take_match(struct diagnose *d, struct reading *r, const struct line *line,
                       const char *text, size_t n, const struct match *match)
{
    if (!r->rule || match->rule->outcome > r->rule->outcome)
        r->rule = match->rule;
    r->matches++;
    if (match->rule->fact == FACT_NONE)
        return;
    struct story_fact fact = {
        .match = match, .text = text, .length = n, .line = line->number, .time_us = line->time_us};
    story_take(&d->story, &fact);
}

/* All messages of one segment, in order: usually one, more when tasks wrote at the same time. */
static void read_segment(struct diagnose *d, struct reading *r, const struct line *line,
                         const struct prefix_segment *s)
{
    struct match match;
    size_t at = s->body, n = s->length;
    while (n > at && (s->text[n - 1] == ' ' || s->text[n - 1] == '\t'))
        n--;
    if (at >= n)
        at = 0; /* a prompt alone is a message of its own */
    while (at < n && r->matches < MATCHES_MAX) {
        while (at < n && (s->text[at] == ' ' || s->text[at] == '\t'))
            at++;
        bool found = matcher_at(d->rules, s->text, n, at, &match);
        /* Some messages look as if they began with a prefix: "D: 12 f() | ...", "[prt] log level".
         */
        if (!found && at == s->body && s->body > 0)
            found = matcher_at(d->rules, s->text, n, 0, &match);
        if (!found &&
            !matcher_find(d->rules, &d->scratch, s->text, n, at == s->body ? 0 : at, &match))
            return;
        take_match(d, r, line, s->text, n, &match);
        at = match.end > at ? match.end : at + 1;
    }
}

static void take_line(struct diagnose *d, const struct line *line)
{
    const char *bytes = (const char *)d->lines.bytes, *text = bytes + line->offset;
    size_t at = prefix_host_stamp(text, line->length), n = line->length;
    struct reading r = {.rule = NULL};
    struct prefix_segment s;
    size_t slot = d->queue_count;
    struct queued *q = enqueue(d); /* the line comes before the phases it causes */
    size_t begin = at;
    while (at < n) {
        prefix_segment(text + at, n - at, &s);
        r.level = r.level ? r.level : s.level;
        if (!r.module && s.module) {
            r.module = s.module;
            r.module_length = s.module_length;
        }
        read_segment(d, &r, line, &s);
        at += s.length;
    }
    if (!q)
        return;
    bool progress = r.rule && r.rule->fact == FACT_DOWNLOAD_PROGRESS;
    const struct story_attempt *a = &d->story.attempt;
    d->queue[slot] = (struct queued){.kind = DIAGNOSE_LINE,
                                     .level = r.level  ? r.level
                                              : r.rule ? r.rule->level
                                                       : '\0',
                                     .time_us = line->time_us,
                                     .line = line->number,
                                     .received = progress ? a->received : 0,
                                     .announced = progress ? a->announced : 0,
                                     .unfinished = line->unfinished,
                                     .raw_offset = line->raw_offset,
                                     .raw_length = (uint32_t)line->raw_length,
                                     .module_offset = r.module ? (size_t)(r.module - bytes) : 0,
                                     .module_length = (uint32_t)r.module_length,
                                     .offset = line->offset + begin,
                                     .length = (uint32_t)(n - begin),
                                     .rule = r.rule};
}

/* --- input ------------------------------------------------------------------------------- */

static void take_lines(struct diagnose *d)
{
    struct line line;
    while (line_assembler_next(&d->lines, &line))
        take_line(d, &line);
}

void diagnose_input(struct diagnose *d, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (d->queue_next == d->queue_count) {
        d->queue_next = d->queue_count = 0;
        d->phase_used = 0;
        line_assembler_compact(&d->lines);
    }
    d->last_input_us = now;
    if (line_assembler_add(&d->lines, now, bytes, n))
        take_lines(d);
}

static void flush(struct diagnose *d)
{
    struct line line;
    if (line_assembler_flush(&d->lines, &line))
        take_line(d, &line);
}

static bool has_partial(const struct diagnose *d)
{
    return d->lines.start < d->lines.length;
}

uint64_t diagnose_deadline(const struct diagnose *d)
{
    if (!has_partial(d))
        return TIME_NEVER;
    size_t n = d->lines.length - d->lines.start;
    const uint8_t *p = d->lines.bytes + d->lines.start;
    bool prompt = n <= 16 && p[n - 1] == ' ' && n >= 2 && memchr("#$>", p[n - 2], 3);
    return time_after(d->last_input_us, prompt ? PROMPT_QUIET : LINE_QUIET);
}

void diagnose_tick(struct diagnose *d, uint64_t now)
{
    if (now >= diagnose_deadline(d))
        flush(d);
}

void diagnose_finish(struct diagnose *d, uint64_t now)
{
    (void)now;
    flush(d);
}

/* --- the rest ---------------------------------------------------------------------------- */

struct diagnose *diagnose_create(const struct rule_set *rules)
{
    struct diagnose *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->rules = rules;
    if (!match_scratch_init(&d->scratch) || !line_assembler_init(&d->lines)) {
        diagnose_free(d);
        return NULL;
    }
    story_init(&d->story);
    d->story.phase = phase_changed;
    d->story.user = d;
    return d;
}

void diagnose_keep_raw(struct diagnose *d)
{
    d->lines.keep_raw = true;
}

void diagnose_free(struct diagnose *d)
{
    if (!d)
        return;
    match_scratch_free(&d->scratch);
    line_assembler_free(&d->lines);
    free(d->queue);
    free(d->phase_texts);
    free(d);
}

const struct diagnose_verdict *diagnose_verdict(struct diagnose *d)
{
    story_judge(&d->story, &d->verdict);
    return &d->verdict;
}

void diagnose_begin_update(struct diagnose *d)
{
    story_begin_update(&d->story);
}

const char *diagnose_verdict_name(enum diagnose_verdict_kind kind)
{
    static const char *const names[] = {
        [VERDICT_UNKNOWN] = "no-ota",  [VERDICT_INCOMPLETE] = "incomplete",
        [VERDICT_SUCCESS] = "success", [VERDICT_SUCCESS_UNSIGNED] = "success-unsigned",
        [VERDICT_REFUSED] = "refused", [VERDICT_FAILED] = "failed",
    };
    return names[kind];
}

void diagnose_verdict_event(const struct diagnose_verdict *v, struct event_verdict *event)
{
    *event = (struct event_verdict){
        .kind = diagnose_verdict_name(v->kind),
        .cause = problem_name(v->cause),
        .what = v->what,
        .why = v->why,
        .guide_step = v->guide_step,
        .running_version = v->running_version,
        .target_version = v->target_version,
        .advice_count = v->advice_count,
    };
    for (unsigned i = 0; i < v->advice_count; i++)
        event->advice[i] = v->advice[i];
}

enum diagnose_stage diagnose_stage(const struct diagnose *d)
{
    if (d->story.in_loader)
        return STAGE_LOADER;
    switch (d->story.boot) {
    case BOOT_STAGE_EARLY:
        return STAGE_STARTING;
    case BOOT_STAGE_APP:
    case BOOT_RUNNING:
        return STAGE_APPLICATION;
    case BOOT_UNKNOWN:
        break;
    }
    return STAGE_UNKNOWN;
}
