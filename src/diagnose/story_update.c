#include "diagnose/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/ota_version.h"

/* The push, the decision about its version, and the download. */

/* --- JSON that may be cut ---------------------------------------------------------------- */

bool json_member(const char *json, size_t n, const char *key, char *out, size_t out_size)
{
    char quoted[40];
    int length = snprintf(quoted, sizeof quoted, "\"%s\"", key);
    const char *end = json + n, *p = json;
    while (p < end && (p = memmem(p, (size_t)(end - p), quoted, (size_t)length)) != NULL) {
        p += length;
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        if (p == end || *p != ':')
            continue; /* a value of the same spelling */
        for (p++; p < end && (*p == ' ' || *p == '\t');)
            p++;
        bool text = p < end && *p == '"';
        p += text;
        size_t used = 0;
        for (; p < end && (text ? *p != '"' : !strchr(",} \t\r\n", *p)); p++) {
            if (used + 1 < out_size)
                out[used++] = *p;
        }
        out[used] = '\0';
        return used > 0;
    }
    out[0] = '\0';
    return false;
}

/* --- push -------------------------------------------------------------------------------- */

static void announce(struct story_attempt *a, const char *digits)
{
    char *end;
    unsigned long long size = strtoull(digits, &end, 10);
    if (end != digits && *end == '\0') {
        a->announced = size;
        a->announced_known = true;
    }
}

void story_message(struct story *s, const struct story_fact *fact, const char *json, size_t n)
{
    struct story_attempt *a = &s->attempt;
    char text[72];
    (void)fact;
    if (json_member(json, n, "version", text, sizeof text))
        snprintf(a->target, sizeof a->target, "%s", text);
    if (json_member(json, n, "size", text, sizeof text))
        announce(a, text);
    if (json_member(json, n, "isDiff", text, sizeof text))
        a->is_diff = text[0] == '1' || text[0] == 't';
    if (json_member(json, n, "splictSize", text, sizeof text))
        a->splice = strtoull(text, NULL, 10);
    if (json_member(json, n, "digestsign", text, sizeof text))
        a->sign_present = true;
    if (json_member(json, n, "sign", text, sizeof text) ||
        json_member(json, n, "md5", text, sizeof text))
        snprintf(a->expected, sizeof a->expected, "%s", text);
}

/* Some wordings print every message alike: a push is one that names a package. */
static bool names_package(const struct story_fact *fact)
{
    char text[16];
    for (unsigned k = 0; k < fact->match->rule->capture_count; k++) {
        const struct span *v = &fact->match->values[k];
        if (fact->match->rule->captures[k] == CAPTURE_JSON)
            return json_member(fact->text + v->offset, v->length, "url", text, sizeof text) ||
                   json_member(fact->text + v->offset, v->length, "size", text, sizeof text);
    }
    return true;
}

static void push(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    char text[72];
    if (!names_package(fact))
        return;
    story_start_attempt(s);
    a->pushed = true;
    s->boot = BOOT_RUNNING;
    for (unsigned k = 0; k < fact->match->rule->capture_count; k++) {
        const struct span *v = &fact->match->values[k];
        if (fact->match->rule->captures[k] == CAPTURE_JSON && v->length)
            story_message(s, fact, fact->text + v->offset, v->length);
    }
    if (fact_text(fact, CAPTURE_VERSION, text, sizeof text) ||
        fact_text(fact, CAPTURE_PUSHED, text, sizeof text))
        snprintf(a->target, sizeof a->target, "%s", text);
    if (fact_text(fact, CAPTURE_RUNNING, text, sizeof text)) {
        snprintf(s->running, sizeof s->running, "%s", text);
        snprintf(a->before, sizeof a->before, "%s", text);
    }
    if (fact_text(fact, CAPTURE_SIZE, text, sizeof text))
        announce(a, text);
    int64_t code = 0;
    if (fact_number(fact, CAPTURE_CODE, &code) && code < 0)
        story_fail(s, fact, REASON_PUSH_BAD, RANK_EXACT);
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "ota-notify", a->failure.reason ? "failed" : "passed", a->target);
}

/* --- version ----------------------------------------------------------------------------- */

static void refused(struct story *s, const struct story_fact *fact)
{
    story_ensure_attempt(s);
    s->attempt.refused = true;
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "version", "failed", s->attempt.target);
}

static void accepted(struct story *s, const struct story_fact *fact)
{
    story_ensure_attempt(s);
    s->attempt.accepted = true;
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "version", "passed", s->attempt.target);
}

static void decision(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    int64_t need = -1;
    char text[72];
    story_start_attempt(s);
    if (fact_text(fact, CAPTURE_RUNNING, text, sizeof text)) {
        snprintf(s->running, sizeof s->running, "%s", text);
        snprintf(a->before, sizeof a->before, "%s", text);
    }
    if (fact_text(fact, CAPTURE_PUSHED, text, sizeof text))
        snprintf(a->target, sizeof a->target, "%s", text);
    fact_number(fact, CAPTURE_NEED, &need);
    /*
     * The number may have run together with the text of another task: the rule the
     * device follows is known, so it is asked again instead.
     */
    if (need != 0 && need != 1)
        need = ota_version_accepts(a->before, a->target);
    if (need)
        accepted(s, fact);
    else
        refused(s, fact);
}

/* --- download ---------------------------------------------------------------------------- */

static void begin_download(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    story_start_attempt(s);
    if (!a->downloading) {
        a->downloading = a->began_seen = true;
        a->image_phase = false;
        story_note_evidence(s, fact);
    }
    story_set_phase(s, fact, "download", "begun", "");
}

static void progress(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    int64_t value;
    if (!a->downloading) {
        story_ensure_attempt(s);
        a->downloading = true;
        story_set_phase(s, fact, "download", "begun", "");
    }
    if (fact_number(fact, CAPTURE_RECEIVED, &value) && value >= 0) {
        a->received = (uint64_t)value;
        a->received_known = true;
    }
    if (fact_number(fact, CAPTURE_TOTAL, &value) && value > 0 && !a->announced_known) {
        a->announced = (uint64_t)value;
        a->announced_known = true;
    }
}

static void download_failed(struct story *s, const struct story_fact *fact,
                            enum story_reason reason, enum story_rank rank)
{
    story_ensure_attempt(s);
    s->attempt.downloading = true;
    story_fail(s, fact, reason, rank);
    story_set_phase(s, fact, "download", "failed", fact->match->rule->meaning);
}

static void download_done(struct story *s, const struct story_fact *fact)
{
    int64_t code = 0;
    fact_number(fact, CAPTURE_CODE, &code);
    story_ensure_attempt(s);
    if (code < 0) {
        download_failed(s, fact, REASON_DOWNLOAD, RANK_GENERAL);
        return;
    }
    s->attempt.downloading = s->attempt.downloaded = true;
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "download", "passed", "");
}

static bool take_download(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    int64_t code;
    switch (fact_kind(fact)) {
    case FACT_DOWNLOAD_PROGRESS:
        progress(s, fact);
        return true;
    case FACT_DOWNLOAD_BEGIN:
        begin_download(s, fact);
        return true;
    case FACT_DOWNLOAD_RETRY:
        a->retries++;
        return true;
    case FACT_DOWNLOAD_STALL:
        story_ensure_attempt(s);
        a->downloading = true;
        a->stalls++;
        if (a->stalls <= 2)
            story_note_evidence(s, fact);
        return true;
    case FACT_DOWNLOAD_RESUME:
        begin_download(s, fact);
        progress(s, fact);
        return true;
    case FACT_DOWNLOAD_FAIL:
        download_failed(s, fact, a->stalls > 2 ? REASON_STALL : REASON_DOWNLOAD, RANK_GENERAL);
        return true;
    case FACT_DOWNLOAD_CANCEL:
        download_failed(s, fact, REASON_CANCELLED, RANK_GENERAL);
        return true;
    case FACT_DOWNLOAD_DONE:
        download_done(s, fact);
        return true;
    case FACT_HTTP_STATUS:
        if (fact_number(fact, CAPTURE_CODE, &code) && (s->attempt.downloading || s->file_server)) {
            a->http_status = (unsigned)code;
            if (code >= 400)
                download_failed(s, fact, REASON_ERROR_PAGE, RANK_EXACT);
        }
        return true;
    default:
        return false;
    }
}

bool story_take_update(struct story *s, const struct story_fact *fact)
{
    char text[72];
    switch (fact_kind(fact)) {
    case FACT_PUSH:
        push(s, fact);
        return true;
    case FACT_PUSH_BAD:
        story_ensure_attempt(s);
        story_fail(s, fact, REASON_PUSH_BAD, RANK_EXACT);
        story_set_phase(s, fact, "ota-notify", "failed", fact->match->rule->meaning);
        return true;
    case FACT_PUSH_SIZE:
        story_ensure_attempt(s);
        if (fact_text(fact, CAPTURE_SIZE, text, sizeof text))
            announce(&s->attempt, text);
        return true;
    case FACT_DECISION:
        decision(s, fact);
        return true;
    case FACT_ACCEPTED:
        accepted(s, fact);
        return true;
    case FACT_REFUSED:
        refused(s, fact);
        return true;
    default:
        return take_download(s, fact);
    }
}
