#include "diagnose/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the device tells the cloud: its version after a boot, and how the update goes. */

static enum story_topic topic_of(const char *topic)
{
    if (strstr(topic, "/ota/device/upgrade"))
        return TOPIC_UPGRADE;
    if (strstr(topic, "/ota/device/inform"))
        return TOPIC_INFORM;
    return strstr(topic, "/ota/device/progress") ? TOPIC_PROGRESS : TOPIC_OTHER;
}

static void succeeded(struct story *s, const struct story_fact *fact, const char *version)
{
    s->attempt.started = true;
    s->attempt.reported = true;
    s->attempt.rebooted = s->attempt.installed = true;
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "report", "passed", version);
}

/* A version report: after the reboot it decides. */
static void informed(struct story *s, const struct story_fact *fact, const char *version)
{
    struct story_attempt *a = &s->attempt;
    snprintf(s->running, sizeof s->running, "%s", version);
    s->informed = true;
    s->boot = BOOT_RUNNING;
    s->cloud_begun = true;
    if (!a->started || a->reported || !a->rebooted)
        return;
    if (a->target[0] ? strcmp(version, a->target) == 0
                     : !a->before[0] || strcmp(version, a->before) != 0) {
        succeeded(s, fact, version);
        return;
    }
    story_fail(s, fact, REASON_NOT_TAKEN, RANK_GENERAL);
    story_set_phase(s, fact, "report", "failed", version);
}

/* A negative step is the failure as the device tells it (facts §4.1). */
static void progressed(struct story *s, const struct story_fact *fact, const char *json, size_t n)
{
    struct story_attempt *a = &s->attempt;
    char step[16], description[72];
    if (!a->started || !json_member(json, n, "step", step, sizeof step))
        return;
    long value = strtol(step, NULL, 10);
    if (value >= 0 || a->refused)
        return;
    json_member(json, n, "desc", description, sizeof description);
    if (strstr(description, "version not match"))
        a->refused = true;
    else
        story_fail(s, fact, REASON_STEP, RANK_HINT);
    if (a->failure.rank == RANK_HINT)
        a->failure.code = value;
}

static void payload(struct story *s, const struct story_fact *fact, const char *json, size_t n)
{
    char version[72];
    if (s->topic == TOPIC_UPGRADE)
        story_message(s, fact, json, n);
    else if (s->topic == TOPIC_INFORM && json_member(json, n, "version", version, sizeof version))
        informed(s, fact, version);
    else if (s->topic == TOPIC_PROGRESS)
        progressed(s, fact, json, n);
}

static void with_json(struct story *s, const struct story_fact *fact)
{
    for (unsigned k = 0; k < fact->match->rule->capture_count; k++) {
        const struct span *v = &fact->match->values[k];
        if (fact->match->rule->captures[k] == CAPTURE_JSON && v->length)
            payload(s, fact, fact->text + v->offset, v->length);
    }
}

static void message(struct story *s, const struct story_fact *fact)
{
    char topic[200];
    fact_text(fact, CAPTURE_TOPIC, topic, sizeof topic);
    s->topic = topic_of(topic);
    if (s->topic == TOPIC_UPGRADE) {
        story_start_attempt(s);
        s->attempt.pushed = true;
        s->cloud_begun = s->online = true;
        story_note_evidence(s, fact);
        story_set_phase(s, fact, "ota-notify", "passed", "");
    }
    with_json(s, fact);
}

/* [running][pushed]: what the device itself compares after a boot (facts §4.3). */
static void post_version(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    char running[72], pushed[72];
    if (!fact_text(fact, CAPTURE_RUNNING, running, sizeof running))
        return;
    fact_text(fact, CAPTURE_PUSHED, pushed, sizeof pushed);
    snprintf(s->running, sizeof s->running, "%s", running);
    s->boot = BOOT_RUNNING;
    s->informed = true;
    if (!pushed[0])
        return;
    /* The device compares over the length of the running version. */
    bool equal = strncmp(pushed, running, strlen(running)) == 0;
    if (equal && !a->reported && (a->rebooted || !a->started)) {
        snprintf(a->target, sizeof a->target, "%s", pushed);
        succeeded(s, fact, running);
    } else if (!equal && a->rebooted && !a->reported) {
        story_fail(s, fact, REASON_NOT_TAKEN, RANK_GENERAL);
        story_set_phase(s, fact, "report", "failed", running);
    } else if (!equal && !a->started && s->attempts == 0) {
        /* An update from before this log did not come about; a new push makes this moot. */
        snprintf(a->target, sizeof a->target, "%s", pushed);
        s->attempt.failure = (struct story_failure){.reason = REASON_NOT_TAKEN, .rank = RANK_HINT};
        story_note_evidence(s, fact);
    }
}

bool story_take_report(struct story *s, const struct story_fact *fact)
{
    switch (fact_kind(fact)) {
    case FACT_MESSAGE:
    case FACT_REPORT:
        message(s, fact);
        return true;
    case FACT_PAYLOAD:
        with_json(s, fact);
        return true;
    case FACT_POST_VERSION:
        post_version(s, fact);
        return true;
    case FACT_FINISHED:
    case FACT_REPORT_FAIL:
        story_note_evidence(s, fact);
        return true;
    default:
        return false;
    }
}
