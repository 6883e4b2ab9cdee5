#include "diagnose/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* --- values --------------------------------------------------------------------------------- */

enum fact fact_kind(const struct story_fact *fact)
{
    return fact->match->rule->fact;
}

static const struct span *find_value(const struct story_fact *fact, enum capture name)
{
    const struct rule *r = fact->match->rule;
    for (unsigned k = 0; k < r->capture_count; k++) {
        if (r->captures[k] == name && fact->match->values[k].length)
            return &fact->match->values[k];
    }
    return NULL;
}

bool fact_text(const struct story_fact *fact, enum capture name, char *out, size_t out_size)
{
    const struct span *v = find_value(fact, name);
    size_t n = v ? v->length : 0;
    if (n >= out_size)
        n = out_size - 1;
    if (v)
        memcpy(out, fact->text + v->offset, n);
    out[n] = '\0';
    return v != NULL;
}

bool fact_number(const struct story_fact *fact, enum capture name, int64_t *out)
{
    const struct span *v = find_value(fact, name);
    if (!v)
        return false;
    const char *p = fact->text + v->offset, *end = p + v->length;
    while (p < end && *p == ' ')
        p++;
    bool minus = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    int64_t value = 0;
    const char *digits = p;
    for (; p < end && *p >= '0' && *p <= '9' && p - digits < 18; p++)
        value = value * 10 + (*p - '0');
    if (p == digits)
        return false;
    /* The loader's printf knows no sign: -1 comes as 4294967295 (facts/alios-device.md §1.1). */
    if (value > INT32_MAX && value <= UINT32_MAX)
        value -= (int64_t)UINT32_MAX + 1;
    *out = minus ? -value : value;
    return true;
}

bool fact_hex(const struct story_fact *fact, enum capture name, uint64_t *out)
{
    char text[24], *end;
    if (!fact_text(fact, name, text, sizeof text))
        return false;
    *out = strtoull(text, &end, 16);
    return end != text;
}

/* --- evidence and phases ----------------------------------------------------------------- */

#define EVIDENCE_HALF ((size_t)DIAGNOSE_EVIDENCE_MAX / 2)

/* How it began and how it ended tell most: the middle gives way. */
static size_t evidence_slot(size_t k)
{
    return k < EVIDENCE_HALF ? k : EVIDENCE_HALF + (k - EVIDENCE_HALF) % EVIDENCE_HALF;
}

void story_note_evidence(struct story *s, const struct story_fact *fact)
{
    if (s->evidence_count && s->evidence_line == fact->line)
        return;
    s->evidence_line = fact->line;
    struct story_evidence *e = &s->evidence[evidence_slot(s->evidence_count++)];
    e->line = fact->line;
    e->time_us = fact->time_us;
    e->length = fact->length < sizeof e->text ? fact->length : sizeof e->text;
    memcpy(e->text, fact->text, e->length);
}

void story_copy_evidence(const struct story *s, struct diagnose_verdict *v)
{
    size_t first_late = s->evidence_count > DIAGNOSE_EVIDENCE_MAX
                            ? s->evidence_count - EVIDENCE_HALF
                            : EVIDENCE_HALF;
    v->evidence_count = 0;
    for (size_t k = 0; k < s->evidence_count; k++) {
        if (k == EVIDENCE_HALF)
            k = first_late;
        const struct story_evidence *from = &s->evidence[evidence_slot(k)];
        struct diagnose_evidence *to = &v->evidence[v->evidence_count++];
        to->line = from->line;
        to->time_us = from->time_us;
        text_make_safe(to->text, sizeof to->text, (const uint8_t *)from->text, from->length);
    }
}

static int phase_index(const char *name)
{
    static const char *const names[STORY_PHASES] = {
        "boot",     "wifi",         "mqtt",        "ota-notify", "version",
        "download", "verify-hash",  "verify-sign", "write",      "verify-image-md5",
        "reboot",   "diff-restore", "report"};
    for (int i = 0; i < STORY_PHASES; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return 0;
}

void story_set_phase(struct story *s, const struct story_fact *fact, const char *name,
                     const char *state, const char *detail)
{
    unsigned char *known = &s->phase_state[phase_index(name)];
    if (*known == (unsigned char)state[0])
        return; /* "begun", "passed", "failed", "skipped": the first letter tells them apart */
    *known = (unsigned char)state[0];
    if (s->phase)
        s->phase(s->user, fact, name, state, detail ? detail : "");
}

void story_fail(struct story *s, const struct story_fact *fact, enum story_reason reason,
                enum story_rank rank)
{
    struct story_failure *f = &s->attempt.failure;
    story_note_evidence(s, fact);
    if (f->reason != REASON_NONE && f->rank >= rank)
        return;
    f->reason = reason;
    f->rank = rank;
    f->code = 0;
    fact_number(fact, CAPTURE_CODE, &f->code);
    f->advice = fact->match->rule->advice;
    snprintf(f->rule, sizeof f->rule, "%.63s", fact->match->rule->id);
}

/* --- attempts ---------------------------------------------------------------------------- */

bool story_is_resolved(const struct story *s)
{
    const struct story_attempt *a = &s->attempt;
    return a->failure.reason != REASON_NONE || a->refused || a->reported;
}

static void clear_attempt(struct story *s)
{
    memset(&s->attempt, 0, sizeof s->attempt);
    s->evidence_count = 0;
    /* Network phases outlive an update; those of the update begin anew. */
    memset(s->phase_state + 3, 0, STORY_PHASES - 3);
}

void story_start_attempt(struct story *s)
{
    if (s->attempt.started && !story_is_resolved(s) && !s->attempt.rebooted)
        return;
    if (s->attempt.started && s->attempt.failure.reason != REASON_NONE)
        s->earlier = s->attempt.failure;
    clear_attempt(s);
    s->attempts++;
    s->attempt.started = true;
    snprintf(s->attempt.before, sizeof s->attempt.before, "%s", s->running);
}

void story_ensure_attempt(struct story *s)
{
    if (!s->attempt.started)
        story_start_attempt(s);
}

void story_begin_update(struct story *s)
{
    /* A push may have come in before the watcher was ready: what is under way is kept. */
    s->earlier = (struct story_failure){.reason = REASON_NONE};
    s->attempts = s->attempt.started && !story_is_resolved(s);
    if (!s->attempts)
        clear_attempt(s);
}

void story_init(struct story *s)
{
    memset(s, 0, sizeof *s);
}

void story_take(struct story *s, const struct story_fact *fact)
{
    if (story_take_update(s, fact) || story_take_check(s, fact) || story_take_device(s, fact))
        return;
    story_take_report(s, fact);
}
