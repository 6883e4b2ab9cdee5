#include "diagnose/story.h"

#include <stdio.h>
#include <string.h>

/* Boots, network and cloud: the ground an update stands on. */

/* --- boots ------------------------------------------------------------------------------------ */

static void new_boot(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    s->boots++;
    s->got_ip = s->online = s->wifi_trying = s->wifi_none = s->informed = s->cloud_begun = false;
    s->file_server = s->other_slot = false;
    s->wifi_failure.reason = s->cloud_failure.reason = REASON_NONE;
    memset(s->phase_state, 0, 3);
    s->phase_state[10] = 0;
    if (a->started) {
        /* The record is sometimes written without a word: an attempt that ended well counts. */
        if (a->installed || (a->over && !story_is_resolved(s))) {
            a->rebooted = true;
            story_set_phase(s, fact, "reboot", "passed", "");
        } else if (!story_is_resolved(s) && (a->downloading || a->downloaded)) {
            story_fail(s, fact, REASON_RESET, RANK_HINT);
        }
    }
    story_set_phase(s, fact, "boot", "begun", "");
}

static void boot_early(struct story *s, const struct story_fact *fact)
{
    s->in_loader = false;
    if (s->boot == BOOT_STAGE_EARLY)
        return;
    new_boot(s, fact);
    s->boot = BOOT_STAGE_EARLY;
}

static void boot_app(struct story *s, const struct story_fact *fact)
{
    s->in_loader = false;
    if (s->boot == BOOT_STAGE_APP)
        return;
    if (s->boot != BOOT_STAGE_EARLY)
        new_boot(s, fact);
    s->boot = BOOT_STAGE_APP;
    story_set_phase(s, fact, "boot", "passed", "");
}

static void build_stamp(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    fact_text(fact, CAPTURE_VERSION, s->build, sizeof s->build);
    boot_app(s, fact);
    if (a->installed && a->rebooted && a->foreign) {
        a->reported = true;
        snprintf(s->running, sizeof s->running, "%s", s->build);
        story_set_phase(s, fact, "report", "passed", s->build);
        story_note_evidence(s, fact);
    }
}

static void running_version(struct story *s, const struct story_fact *fact)
{
    char version[72];
    if (!fact_text(fact, CAPTURE_VERSION, version, sizeof version))
        return;
    snprintf(s->running, sizeof s->running, "%s", version);
    if (!s->attempt.rebooted && s->attempt.started && !s->attempt.before[0])
        snprintf(s->attempt.before, sizeof s->attempt.before, "%s", version);
}

static void loader(struct story *s)
{
    s->boot = BOOT_STAGE_EARLY;
    s->in_loader = true;
    s->got_ip = s->online = false;
    /* The flash is about to be written over the wire: an unfinished update is moot. */
    if (s->attempt.started && !s->attempt.installed && !story_is_resolved(s))
        story_begin_update(s);
}

static bool take_boot(struct story *s, const struct story_fact *fact)
{
    uint64_t offset;
    switch (fact_kind(fact)) {
    case FACT_BOOT_EARLY:
        boot_early(s, fact);
        return true;
    case FACT_BOOT_APP:
        boot_app(s, fact);
        return true;
    case FACT_BOOT_SLOT:
        boot_early(s, fact);
        /* The first slot begins within the first 128 KiB on every board seen. */
        s->other_slot = fact_hex(fact, CAPTURE_OFFSET, &offset) && offset >= 0x20000;
        story_note_evidence(s, fact);
        return true;
    case FACT_BUILD:
        build_stamp(s, fact);
        return true;
    case FACT_VERSION:
        running_version(s, fact);
        return true;
    case FACT_LOADER:
        loader(s);
        return true;
    case FACT_CRASH:
        s->crashed = true;
        story_note_evidence(s, fact);
        if (s->attempt.started && !story_is_resolved(s))
            story_fail(s, fact, REASON_CRASH, RANK_GENERAL);
        return true;
    default:
        return false;
    }
}

/* --- network ----------------------------------------------------------------------------- */

static void wifi_failed(struct story *s, const struct story_fact *fact, enum story_reason reason)
{
    story_note_evidence(s, fact);
    s->got_ip = s->online = false;
    s->wifi_trying = false;
    if (s->wifi_failure.reason == REASON_NONE || reason == REASON_WIFI_PASSWORD)
        s->wifi_failure.reason = reason;
    story_set_phase(s, fact, "wifi", "failed", fact->match->rule->meaning);
}

static bool take_wifi(struct story *s, const struct story_fact *fact)
{
    switch (fact_kind(fact)) {
    case FACT_WIFI_BEGIN:
        if (!s->got_ip)
            s->wifi_trying = true;
        s->wifi_failure.reason = REASON_NONE;
        story_set_phase(s, fact, "wifi", "begun", "");
        return true;
    case FACT_WIFI_OK:
        return true;
    case FACT_WIFI_IP:
        fact_text(fact, CAPTURE_IP, s->ip, sizeof s->ip);
        s->got_ip = true;
        s->wifi_trying = s->wifi_none = false;
        s->wifi_failure.reason = REASON_NONE;
        story_set_phase(s, fact, "wifi", "passed", s->ip);
        return true;
    case FACT_WIFI_PASSWORD:
        wifi_failed(s, fact, REASON_WIFI_PASSWORD);
        return true;
    case FACT_WIFI_FAIL:
        wifi_failed(s, fact, REASON_WIFI);
        return true;
    case FACT_WIFI_NONE:
        s->wifi_none = true;
        return true;
    case FACT_WIFI_LOST:
        s->got_ip = s->online = false;
        return true;
    default:
        return false;
    }
}

/* --- cloud ------------------------------------------------------------------------------- */

static void cloud_failed(struct story *s, const struct story_fact *fact, enum story_reason reason)
{
    struct story_failure *f = &s->cloud_failure;
    story_note_evidence(s, fact);
    s->online = false;
    if (f->reason != REASON_CLOUD_REFUSED) {
        f->reason = reason;
        fact_number(fact, CAPTURE_CODE, &f->code);
    }
    story_set_phase(s, fact, "mqtt", "failed", fact->match->rule->meaning);
}

/* -34 to -39 are answers of the server; anything else is a failure to reach it (facts §5.5). */
static void login_result(struct story *s, const struct story_fact *fact)
{
    int64_t code = -34;
    fact_number(fact, CAPTURE_CODE, &code);
    bool refused = (code <= -34 && code >= -39 && code != -36) || (code >= 1 && code <= 5);
    cloud_failed(s, fact, refused ? REASON_CLOUD_REFUSED : REASON_CLOUD);
}

/* The package comes from object storage: "iotx-ota.oss-cn-shanghai.aliyuncs.com" and the like. */
static void host(struct story *s, const struct story_fact *fact)
{
    char name[160];
    if (!fact_text(fact, CAPTURE_HOST, name, sizeof name))
        return;
    s->file_server = strstr(name, "oss") || strstr(name, "ota.") || strstr(name, "iotx-ota");
    if (s->file_server) {
        story_start_attempt(s);
        s->attempt.downloading = true;
        story_set_phase(s, fact, "download", "begun", "");
    } else {
        s->cloud_begun = true;
        story_set_phase(s, fact, "mqtt", "begun", "");
    }
}

static bool take_cloud(struct story *s, const struct story_fact *fact)
{
    switch (fact_kind(fact)) {
    case FACT_CLOUD_BEGIN:
        s->cloud_begun = true;
        story_set_phase(s, fact, "mqtt", "begun", "");
        return true;
    case FACT_CLOUD_HOST:
        host(s, fact);
        return true;
    case FACT_CLOUD_ONLINE:
        s->online = s->cloud_begun = true;
        s->cloud_failure.reason = REASON_NONE;
        story_set_phase(s, fact, "mqtt", "passed", "");
        return true;
    case FACT_CLOUD_REFUSED:
        login_result(s, fact);
        return true;
    case FACT_CLOUD_FAIL:
        cloud_failed(s, fact, REASON_CLOUD);
        return true;
    case FACT_CLOUD_LOST:
        s->online = false;
        return true;
    case FACT_TLS_FAIL:
        if (s->file_server || s->attempt.downloading)
            story_fail(s, fact, REASON_TLS, RANK_EXACT);
        else
            cloud_failed(s, fact, REASON_CLOUD);
        return true;
    default:
        return false;
    }
}

bool story_take_device(struct story *s, const struct story_fact *fact)
{
    if (take_boot(s, fact))
        return true;
    bool known = take_wifi(s, fact) || take_cloud(s, fact);
    if (known)
        s->boot = BOOT_RUNNING;
    return known;
}
