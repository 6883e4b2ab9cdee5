#include "cli/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/json_line.h"
#include "diagnose/encoding.h"

#define CLEAN_MAX 2048
/* Registers and stack words follow the line that says what happened. */
#define CRASH_LINES 80

bool report_begin(struct report *r, const char *log, const struct redactor *redactor)
{
    memset(r, 0, sizeof *r);
    r->log = log;
    r->redactor = redactor;
    r->milliseconds = -1;
    r->sample_every = 1;
    r->phases = calloc(REPORT_PHASES_MAX, sizeof *r->phases);
    return r->phases != NULL;
}

void report_free(struct report *r)
{
    free(r->phases);
}

void report_clean(const struct report *r, const char *text, size_t n, char *out, size_t size)
{
    char masked[CLEAN_MAX], readable[CLEAN_MAX];
    if (n >= CLEAN_MAX)
        n = CLEAN_MAX - 1;
    if (r->redactor) {
        n = redact_text(r->redactor, text, n, masked, sizeof masked);
        text = masked;
    }
    n = encoding_to_utf8(text, n, readable, sizeof readable);
    text_make_safe(out, size, (const uint8_t *)readable, n);
}

/* The device's own stamp, `[012345]<I> ...`, anywhere near the beginning of a line. */
static long long stamp_of(const char *text, size_t n)
{
    size_t limit = n < 40 ? n : 40;
    const char *open = memchr(text, '[', limit);
    for (; open; open = memchr(open + 1, '[', limit - (size_t)(open + 1 - text))) {
        size_t i = (size_t)(open - text), digits = 0;
        long long value = 0;
        while (i + 1 + digits < n && isdigit((unsigned char)text[i + 1 + digits]) && digits < 12)
            value = value * 10 + (text[i + 1 + digits++] - '0');
        if (digits >= 6 && i + 2 + digits < n && text[i + 1 + digits] == ']' &&
            text[i + 2 + digits] == '<')
            return value;
    }
    return -1;
}

/* Numbers of a dump: 0x and hex digits, or eight hex digits that stand alone. */
static size_t address_at(const char *text, size_t n, uint64_t *address)
{
    size_t start = n > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0, i = start;
    *address = 0;
    for (; i < n && isxdigit((unsigned char)text[i]) && i - start < 17; i++) {
        int c = tolower((unsigned char)text[i]);
        *address = *address << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return i - start >= (start ? 4u : 8u) && i - start <= 16 ? i : 0;
}

static void take_frames(struct report *r, const struct diagnose_event *e)
{
    uint64_t address;
    char where[160];
    for (size_t i = 0; i < e->length && r->frame_count < REPORT_FRAMES_MAX; i++) {
        if (i && isalnum((unsigned char)e->text[i - 1]))
            continue;
        size_t length = address_at(e->text + i, e->length - i, &address);
        if (length == 0)
            continue;
        i += length - 1;
        if (!symbols_find(r->symbols, address, where, sizeof where))
            continue;
        snprintf(r->frames[r->frame_count], sizeof r->frames[0], "0x%08" PRIx64 "  %s", address,
                 where);
        r->frame_lines[r->frame_count++] = e->line;
    }
}

/* The stamp is only looked for where it is wanted: a log has millions of lines. */
static void look_at_clock(struct report *r)
{
    long long stamp = r->line ? stamp_of(r->line, r->line_length) : -1;
    if (stamp >= 0)
        r->milliseconds = stamp;
    r->line = NULL;
}

static void take_sample(struct report *r, const struct diagnose_event *e)
{
    if (++r->sample_skipped < r->sample_every)
        return;
    r->sample_skipped = 0;
    if (r->sample_count == REPORT_SAMPLES_MAX) {
        for (size_t i = 0; i < REPORT_SAMPLES_MAX / 2; i++)
            r->samples[i] = r->samples[2 * i];
        r->sample_count = REPORT_SAMPLES_MAX / 2;
        r->sample_every *= 2;
    }
    look_at_clock(r);
    r->samples[r->sample_count++] = (struct report_sample){
        .line = e->line, .received = e->received, .milliseconds = r->milliseconds};
}

static void take_line(struct report *r, const struct diagnose_event *e)
{
    r->lines = e->line;
    r->line = e->text;
    r->line_length = e->length;
    r->known += e->rule != NULL;
    r->errors += e->level == 'E' || e->level == 'F';
    if (e->received)
        take_sample(r, e);
    if (e->outcome && e->outcome[0] == 'f' && strcmp(e->outcome, "fatal") == 0 &&
        r->crash_count < REPORT_CRASHES_MAX) {
        report_clean(r, e->text, e->length, r->crashes[r->crash_count],
                     sizeof r->crashes[r->crash_count]);
        r->crash_lines[r->crash_count++] = e->line;
        r->crash_until = e->line + CRASH_LINES;
    }
    if (r->symbols && e->line <= r->crash_until)
        take_frames(r, e);
}

static void take_phase(struct report *r, const struct diagnose_event *e)
{
    if (strcmp(e->name, "boot") == 0 && strcmp(e->state, "begun") == 0)
        r->boots++;
    if (r->phase_count == REPORT_PHASES_MAX) {
        r->phases_dropped++;
        return;
    }
    look_at_clock(r);
    struct report_phase *p = &r->phases[r->phase_count++];
    snprintf(p->name, sizeof p->name, "%s", e->name);
    snprintf(p->state, sizeof p->state, "%s", e->state);
    report_clean(r, e->text ? e->text : "", e->text ? e->length : 0, p->text, sizeof p->text);
    p->line = e->line;
    p->milliseconds = r->milliseconds;
    p->boot = r->boots;
}

void report_take(struct report *r, const struct diagnose_event *e)
{
    if (e->kind == DIAGNOSE_LINE)
        take_line(r, e);
    else
        take_phase(r, e);
}

/* --- for people -------------------------------------------------------------------------- */

static void print_evidence(const struct report *r, const struct diagnose_verdict *v, FILE *out)
{
    char text[512];
    if (v->evidence_count)
        fprintf(out, "\nevidence\n");
    for (size_t i = 0; i < v->evidence_count; i++) {
        report_clean(r, v->evidence[i].text, strlen(v->evidence[i].text), text, sizeof text);
        fprintf(out, "  line %-6" PRIu64 " %s\n", v->evidence[i].line, text);
    }
}

static void print_phases(const struct report *r, FILE *out)
{
    if (r->phase_count)
        fprintf(out, "\nwhat happened\n");
    for (size_t i = 0; i < r->phase_count; i++) {
        const struct report_phase *p = &r->phases[i];
        fprintf(out, "  line %-6" PRIu64 " ", p->line);
        if (p->milliseconds >= 0)
            fprintf(out, "%8lld.%03lld s  ", p->milliseconds / 1000, p->milliseconds % 1000);
        else
            fprintf(out, "%15s", "");
        fprintf(out, "%-17s %-8s %s\n", p->name, p->state, p->text);
    }
    if (r->phases_dropped)
        fprintf(out, "  ... and %zu more\n", r->phases_dropped);
}

void report_print(const struct report *r, const struct diagnose_verdict *v, bool colour, FILE *out)
{
    char text[CLEAN_MAX];
    bool good = v->kind == VERDICT_SUCCESS || v->kind == VERDICT_SUCCESS_UNSIGNED;
    bool bad = v->kind == VERDICT_FAILED || v->kind == VERDICT_REFUSED;
    fprintf(out, "%s: %s%s%s", r->log,
            colour && good  ? "\x1b[32m"
            : colour && bad ? "\x1b[31m"
                            : "",
            diagnose_verdict_name(v->kind), colour ? "\x1b[0m" : "");
    if (v->cause != PROBLEM_NONE)
        fprintf(out, " (%s)", problem_name(v->cause));
    fprintf(out, ", %u %% sure\n", v->confidence);
    report_clean(r, v->what, strlen(v->what), text, sizeof text);
    fprintf(out, "  %s\n", text);
    report_clean(r, v->why, strlen(v->why), text, sizeof text);
    if (text[0])
        fprintf(out, "  why    %s\n", text);
    if (v->guide_step && v->guide_step[0])
        fprintf(out, "  where  %s\n", v->guide_step);
    for (unsigned i = 0; i < v->advice_count; i++)
        fprintf(out, "  next   %s\n", v->advice[i]);
    print_evidence(r, v, out);
    print_phases(r, out);
    for (size_t i = 0; i < r->crash_count; i++)
        fprintf(out, "%s  line %-6" PRIu64 " %s\n", i ? "" : "\ncrash\n", r->crash_lines[i],
                r->crashes[i]);
    for (size_t i = 0; i < r->frame_count; i++)
        fprintf(out, "%s  line %-6" PRIu64 " %s\n", i ? "" : "\ncode addresses in the dump\n",
                r->frame_lines[i], r->frames[i]);
    fprintf(out, "\n%" PRIu64 " lines, %" PRIu64 " of them known to a rule, %u boots\n", r->lines,
            r->known, r->boots);
}

/* --- for programs ------------------------------------------------------------------------ */

static void add_clean(const struct report *r, cJSON *o, const char *key, const char *text)
{
    char clean[CLEAN_MAX];
    report_clean(r, text, strlen(text), clean, sizeof clean);
    if (clean[0])
        cJSON_AddStringToObject(o, key, clean);
}

static cJSON *phases_json(const struct report *r)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < r->phase_count; i++) {
        const struct report_phase *p = &r->phases[i];
        cJSON *o = cJSON_CreateObject();
        cJSON_AddNumberToObject(o, "line", (double)p->line);
        cJSON_AddStringToObject(o, "name", p->name);
        cJSON_AddStringToObject(o, "state", p->state);
        if (p->text[0])
            cJSON_AddStringToObject(o, "text", p->text);
        if (p->milliseconds >= 0)
            cJSON_AddNumberToObject(o, "deviceMilliseconds", (double)p->milliseconds);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static cJSON *evidence_json(const struct report *r, const struct diagnose_verdict *v)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < v->evidence_count; i++) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddNumberToObject(o, "line", (double)v->evidence[i].line);
        add_clean(r, o, "text", v->evidence[i].text);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

void report_print_json(const struct report *r, const struct diagnose_verdict *v, FILE *out)
{
    cJSON *o = cJSON_CreateObject(), *advice = cJSON_CreateArray();
    cJSON_AddNumberToObject(o, "schema", EVENT_SCHEMA_VERSION);
    cJSON_AddStringToObject(o, "log", r->log);
    cJSON_AddStringToObject(o, "verdict", diagnose_verdict_name(v->kind));
    cJSON_AddStringToObject(o, "cause", problem_name(v->cause));
    cJSON_AddNumberToObject(o, "confidence", v->confidence);
    add_clean(r, o, "what", v->what);
    add_clean(r, o, "why", v->why);
    if (v->guide_step && v->guide_step[0])
        cJSON_AddStringToObject(o, "guideStep", v->guide_step);
    add_clean(r, o, "runningVersion", v->running_version);
    add_clean(r, o, "targetVersion", v->target_version);
    cJSON_AddBoolToObject(o, "signatureChecked", v->signature_checked);
    cJSON_AddBoolToObject(o, "diff", v->is_diff);
    cJSON_AddNumberToObject(o, "lines", (double)r->lines);
    cJSON_AddNumberToObject(o, "boots", r->boots);
    for (unsigned i = 0; i < v->advice_count; i++)
        cJSON_AddItemToArray(advice, cJSON_CreateString(v->advice[i]));
    cJSON_AddItemToObject(o, "advice", advice);
    cJSON_AddItemToObject(o, "evidence", evidence_json(r, v));
    cJSON_AddItemToObject(o, "phases", phases_json(r));
    cJSON *frames = cJSON_AddArrayToObject(o, "frames");
    for (size_t i = 0; i < r->frame_count; i++)
        cJSON_AddItemToArray(frames, cJSON_CreateString(r->frames[i]));
    json_line_print(o, out);
}
