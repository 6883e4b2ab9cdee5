#include "diagnose/story.h"

#include <stdio.h>
#include <string.h>

/* From the story as it stands to a verdict with its words. */

#define MISSING_SIGN_ADVICE                                                                        \
    "If secure upgrade was wanted, switch it on for the product in the console and build with "    \
    "its "                                                                                         \
    "public key."

static void add_advice(struct diagnose_verdict *v, const char *text)
{
    for (unsigned i = 0; i < v->advice_count; i++) {
        if (strcmp(v->advice[i], text) == 0)
            return;
    }
    if (text[0] && v->advice_count < DIAGNOSE_ADVICE_MAX)
        v->advice[v->advice_count++] = text;
}

static void append(char *out, size_t out_size, const char *sentence)
{
    size_t used = strlen(out);
    if (sentence[0] && used + 2 < out_size)
        snprintf(out + used, out_size - used, "%s%s", used ? " " : "", sentence);
}

static const char *target_of(const struct story *s)
{
    return s->attempt.target[0] ? s->attempt.target : "the update";
}

/*
 * A hash mismatch has three faces, told apart by size: a page of some hundred bytes
 * instead of a firmware, a part of it, or all of it but not the same (facts §4.4).
 */
static enum story_reason refine_hash(const struct story_attempt *a)
{
    uint64_t got = a->received_known ? a->received : 0;
    if (a->http_status >= 400)
        return REASON_ERROR_PAGE;
    if (!a->received_known) {
        /* The first read is not printed: a download without any progress was one page. */
        return a->began_seen && a->announced_known && a->announced > 8192 ? REASON_ERROR_PAGE
                                                                          : REASON_HASH;
    }
    if (!a->announced_known)
        return got < 2048 ? REASON_ERROR_PAGE : REASON_HASH;
    if (got < 4096 && got < a->announced / 4)
        return REASON_ERROR_PAGE;
    /* The read that holds the HTTP header is not counted, so a little may be missing. */
    return got + 2048 < a->announced ? REASON_TRUNCATED : REASON_HASH;
}

static void explain_sizes(const struct story_attempt *a, char *out, size_t out_size)
{
    out[0] = '\0';
    if (a->received_known && a->announced_known)
        snprintf(out, out_size, "%llu of %llu bytes had arrived%s.",
                 (unsigned long long)a->received, (unsigned long long)a->announced,
                 a->retries ? ", after retries" : "");
    else if (a->received_known)
        snprintf(out, out_size, "%llu bytes had arrived.", (unsigned long long)a->received);
    else if (a->announced_known && a->began_seen)
        snprintf(out, out_size, "%llu bytes were announced and no progress was printed.",
                 (unsigned long long)a->announced);
}

static void explain_hashes(const struct story_attempt *a, const char *which, char *out,
                           size_t out_size)
{
    out[0] = '\0';
    if (a->expected[0] && a->actual[0])
        snprintf(out, out_size, "The %s should be %.16s... and is %.16s...", which, a->expected,
                 a->actual);
}

static void explain_failure(const struct story *s, enum story_reason reason,
                            struct diagnose_verdict *v)
{
    const struct story_attempt *a = &s->attempt;
    char text[300] = "";
    switch (reason) {
    case REASON_DOWNLOAD:
    case REASON_STALL:
    case REASON_TLS:
    case REASON_ERROR_PAGE:
    case REASON_TRUNCATED:
        explain_sizes(a, text, sizeof text);
        append(v->why, sizeof v->why, text);
        if (reason == REASON_ERROR_PAGE)
            append(v->why, sizeof v->why,
                   "The device never looks at the HTTP status: what the server sent instead of the "
                   "package was hashed like one.");
        break;
    case REASON_HASH:
        explain_sizes(a, text, sizeof text);
        append(v->why, sizeof v->why, text);
        explain_hashes(a, "hash of the package", text, sizeof text);
        append(v->why, sizeof v->why, text);
        if (strcmp(a->failure.rule, "b-hash-failed-general") == 0)
            append(v->why, sizeof v->why, "(The word \"signature\" in the log means this hash.)");
        break;
    case REASON_NO_TRAILER:
        if (a->magic)
            snprintf(text, sizeof text, "Its last 28 bytes begin with magic 0x%llx.",
                     (unsigned long long)a->magic);
        append(v->why, sizeof v->why, text);
        break;
    case REASON_IMAGE_MD5:
        explain_hashes(a, "MD5 of the image", text, sizeof text);
        append(v->why, sizeof v->why, text);
        append(v->why, sizeof v->why,
               "The package as a whole arrived as announced; the words about malloc, if any, mean "
               "this mismatch.");
        break;
    case REASON_STEP:
        snprintf(text, sizeof text, "It gave the code %lld.", (long long)a->failure.code);
        append(v->why, sizeof v->why, text);
        break;
    case REASON_CLOUD_REFUSED:
        snprintf(text, sizeof text, "The result was %lld.", (long long)s->cloud_failure.code);
        append(v->why, sizeof v->why, text);
        break;
    case REASON_NOT_TAKEN:
        snprintf(text, sizeof text, "It reported %s.", s->running[0] ? s->running : "another one");
        append(v->why, sizeof v->why, text);
        break;
    default:
        break;
    }
}

static void fill_words(const struct story *s, enum story_reason reason, struct diagnose_verdict *v)
{
    const struct story_words *w = story_words_of(reason);
    const char *mark = strstr(w->what, "%s");
    v->cause = w->code;
    v->guide_step = w->guide_step;
    /* The sentence is a constant of ours with at most one place for the version. */
    if (mark)
        snprintf(v->what, sizeof v->what, "%.*s%s%s", (int)(mark - w->what), w->what, target_of(s),
                 mark + 2);
    else
        snprintf(v->what, sizeof v->what, "%s", w->what);
    if (v->what[0] >= 'a' && v->what[0] <= 'z' && mark == w->what && !s->attempt.target[0])
        v->what[0] = (char)(v->what[0] - 'a' + 'A');
    for (unsigned i = 0; i < sizeof w->advice / sizeof w->advice[0] && w->advice[i]; i++)
        add_advice(v, w->advice[i]);
}

static void judge_failure(const struct story *s, const struct story_failure *f,
                          struct diagnose_verdict *v)
{
    enum story_reason reason = f->reason == REASON_HASH ? refine_hash(&s->attempt) : f->reason;
    static const unsigned confidence[] = {50, 60, 85, 97};
    v->kind = VERDICT_FAILED;
    v->confidence = confidence[f->rank];
    fill_words(s, reason, v);
    explain_failure(s, reason, v);
    if (f->advice && f->rank == RANK_EXACT)
        add_advice(v, f->advice);
}

static void judge_refusal(const struct story *s, struct diagnose_verdict *v)
{
    char why[400];
    const struct story_attempt *a = &s->attempt;
    v->kind = VERDICT_REFUSED;
    v->confidence = 98;
    fill_words(s, REASON_REFUSED, v);
    story_explain_refusal(a->before[0] ? a->before : s->running, a->target, why, sizeof why);
    append(v->why, sizeof v->why, why);
    v->settled = true;
}

static void judge_success(const struct story *s, struct diagnose_verdict *v)
{
    const struct story_attempt *a = &s->attempt;
    const char *version = s->running[0] ? s->running : target_of(s);
    v->kind = a->sign_ok || a->foreign ? VERDICT_SUCCESS : VERDICT_SUCCESS_UNSIGNED;
    v->cause = PROBLEM_NONE;
    v->confidence = a->foreign ? 75 : a->pushed || a->downloading ? 98 : 80;
    if (a->foreign)
        snprintf(v->what, sizeof v->what, "The device was updated and started %s.", version);
    else
        snprintf(v->what, sizeof v->what, "The device runs %s and has reported it%s.", version,
                 v->kind == VERDICT_SUCCESS_UNSIGNED ? "; the signature was not checked" : "");
    if (a->foreign)
        append(v->why, sizeof v->why,
               "Another firmware's update: it finished and the new image started.");
    else if (a->sign_ok)
        append(v->why, sizeof v->why, "Package hash and RSA signature were good.");
    else if (a->sign_off || a->pushed)
        append(v->why, sizeof v->why, "The push carried no signature, so none could be checked.");
    else
        append(v->why, sizeof v->why, "This log does not show a signature check.");
    if (v->kind == VERDICT_SUCCESS_UNSIGNED)
        add_advice(v, MISSING_SIGN_ADVICE);
    v->settled = true;
}

static const char *stage_of(const struct story *s)
{
    const struct story_attempt *a = &s->attempt;
    if (a->rebooted)
        return "The new image was installed and the board restarted; the version report is "
               "missing.";
    if (a->installed)
        return "The new image is installed; the restart is not in the log.";
    if (a->image_ok)
        return "The image was found good; what followed is not in the log.";
    if (a->hash_ok)
        return "The package was found good; what followed is not in the log.";
    if (a->downloaded)
        return "The package was downloaded; its check is not in the log.";
    if (a->downloading)
        return "The download was under way.";
    if (a->accepted)
        return "The version was accepted; the download had not begun.";
    return "The push had arrived; what the device made of it is not in the log.";
}

static void judge_incomplete(const struct story *s, struct diagnose_verdict *v)
{
    char sizes[200];
    v->kind = VERDICT_INCOMPLETE;
    v->cause = PROBLEM_OTA_INCOMPLETE;
    v->confidence = 90;
    snprintf(v->what, sizeof v->what, "The log ends before %s had a result.", target_of(s));
    append(v->why, sizeof v->why, stage_of(s));
    if (s->attempt.downloading && !s->attempt.downloaded) {
        explain_sizes(&s->attempt, sizes, sizeof sizes);
        append(v->why, sizeof v->why, sizes);
    }
    if (s->attempt.rebooted && s->wifi_none)
        add_advice(v,
                   "The network settings are gone after the update: check the partition table in "
                   "board.c for an area that overlaps the settings.");
    if (s->attempt.rebooted && !s->online)
        add_advice(v, "Connect the board to the network and type OTA_APP again: only then is the "
                      "version reported.");
    else
        add_advice(v, "Record until the board has restarted and reported its version.");
}

static void judge_ground(const struct story *s, struct diagnose_verdict *v)
{
    v->kind = VERDICT_INCOMPLETE;
    v->cause = PROBLEM_OTA_INCOMPLETE;
    v->confidence = 70;
    if (s->other_slot && !s->informed) {
        snprintf(v->what, sizeof v->what,
                 "First boot from the second slot%s; the version report is not in the log.",
                 s->online ? ", online" : "");
        add_advice(v, "Record until the version was reported.");
    } else if (s->wifi_trying) {
        snprintf(v->what, sizeof v->what,
                 "The device was still connecting to the wireless network.");
        v->guide_step = "connection channel";
    } else {
        snprintf(v->what, sizeof v->what, "The device was still connecting to the cloud.");
        v->guide_step = "connection channel";
    }
}

static void judge_nothing(const struct story *s, struct diagnose_verdict *v)
{
    v->kind = VERDICT_UNKNOWN;
    v->cause = PROBLEM_NONE;
    v->confidence = 80;
    snprintf(v->what, sizeof v->what, "No update in this log%s.",
             s->crashed     ? "; the firmware crashed"
             : s->in_loader ? "; the board is in its loader"
             : s->online    ? "; the device is online"
             : s->got_ip    ? "; the network is up"
                            : "");
}

static void judge(const struct story *s, struct diagnose_verdict *v)
{
    const struct story_attempt *a = &s->attempt;
    bool under_way = a->started && !story_is_resolved(s);
    if (a->reported) {
        judge_success(s, v);
    } else if (a->refused) {
        judge_refusal(s, v);
    } else if (a->failure.reason != REASON_NONE) {
        judge_failure(s, &a->failure, v);
        v->settled = a->failure.rank > RANK_HINT || a->over;
    } else if (under_way && s->earlier.reason != REASON_NONE && !a->installed) {
        judge_failure(s, &s->earlier, v);
        append(v->why, sizeof v->why, "It was pushed again and is under way.");
    } else if (s->wifi_failure.reason != REASON_NONE && (!under_way || a->rebooted)) {
        struct story_failure f = {.reason = s->wifi_failure.reason, .rank = RANK_EXACT};
        judge_failure(s, &f, v);
    } else if (s->cloud_failure.reason != REASON_NONE && (!under_way || a->rebooted)) {
        struct story_failure f = {
            .reason = s->cloud_failure.reason,
            .rank = s->cloud_failure.reason == REASON_CLOUD_REFUSED ? RANK_EXACT : RANK_GENERAL};
        judge_failure(s, &f, v);
    } else if (under_way) {
        judge_incomplete(s, v);
    } else if ((s->other_slot && !s->informed) || s->wifi_trying ||
               (s->cloud_begun && !s->online && !s->informed)) {
        judge_ground(s, v);
    } else {
        judge_nothing(s, v);
    }
}

void story_judge(const struct story *s, struct diagnose_verdict *v)
{
    const struct story_attempt *a = &s->attempt;
    memset(v, 0, sizeof *v);
    v->guide_step = "";
    snprintf(v->running_version, sizeof v->running_version, "%s", s->running);
    snprintf(v->target_version, sizeof v->target_version, "%s", a->target);
    v->is_diff = a->is_diff;
    v->signature_checked = a->sign_ok;
    v->installed = a->installed;
    v->rebooted = a->rebooted;
    v->reported = a->reported;
    v->online = s->online;
    v->got_ip = s->got_ip;
    snprintf(v->ip, sizeof v->ip, "%s", s->ip);
    story_copy_evidence(s, v);
    judge(s, v);
}
