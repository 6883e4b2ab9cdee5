#include "diagnose/story.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The checks of a downloaded package, writing it down, and what the boot loader makes of it. */

/* --- package hash, or the image's own: the same words, told apart by position ------------ */

static void hash_failed(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    story_ensure_attempt(s);
    if (a->image_phase) {
        story_fail(s, fact, REASON_IMAGE_MD5, RANK_EXACT);
        story_set_phase(s, fact, "verify-image-md5", "failed", fact->match->rule->meaning);
        return;
    }
    story_fail(s, fact, REASON_HASH, RANK_EXACT);
    story_set_phase(s, fact, "verify-hash", "failed", fact->match->rule->meaning);
}

static void hash_passed(struct story *s, const struct story_fact *fact)
{
    story_ensure_attempt(s);
    if (s->attempt.image_phase)
        return; /* the verdict on the image has a line of its own */
    s->attempt.hash_ok = s->attempt.downloaded = true;
    story_set_phase(s, fact, "download", "passed", "");
    story_set_phase(s, fact, "verify-hash", "passed", "");
}

/* Text of another task may begin with hex letters right behind a hash: its length is known. */
static void take_digest(const struct story_fact *fact, enum capture name, char out[72])
{
    fact_text(fact, name, out, 72);
    size_t n = strlen(out);
    if (n > 64)
        out[64] = '\0';
    else if (n > 32 && n < 64)
        out[32] = '\0';
}

static void compare(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    if (!a->expected[0] || !a->actual[0])
        return;
    a->differs = strcasecmp(a->expected, a->actual) != 0;
    if (a->differs)
        hash_failed(s, fact);
    else
        hash_passed(s, fact);
}

static bool take_hash(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    switch (fact_kind(fact)) {
    case FACT_HASH_EXPECTED:
        story_ensure_attempt(s);
        take_digest(fact, CAPTURE_HASH, a->expected);
        a->actual[0] = '\0';
        story_note_evidence(s, fact);
        return true;
    case FACT_HASH_ACTUAL:
        story_ensure_attempt(s);
        take_digest(fact, CAPTURE_HASH, a->actual);
        story_note_evidence(s, fact);
        compare(s, fact);
        return true;
    case FACT_HASH_PAIR:
        story_ensure_attempt(s);
        take_digest(fact, CAPTURE_EXPECTED, a->expected);
        take_digest(fact, CAPTURE_ACTUAL, a->actual);
        story_note_evidence(s, fact);
        compare(s, fact);
        return true;
    case FACT_HASH_OK:
        story_note_evidence(s, fact);
        hash_passed(s, fact);
        return true;
    case FACT_HASH_FAIL:
        hash_failed(s, fact);
        return true;
    default:
        return false;
    }
}

/* --- signature --------------------------------------------------------------------------- */

static void signature(struct story *s, const struct story_fact *fact, bool good)
{
    story_ensure_attempt(s);
    story_note_evidence(s, fact);
    if (good) {
        s->attempt.sign_ok = true;
        s->attempt.sign_off = false;
        story_set_phase(s, fact, "verify-sign", "passed", "");
        return;
    }
    story_fail(s, fact, REASON_SIGNATURE, RANK_EXACT);
    story_set_phase(s, fact, "verify-sign", "failed", fact->match->rule->meaning);
}

static bool take_sign(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    int64_t code = -1, result = 1;
    switch (fact_kind(fact)) {
    case FACT_SIGN_PRESENT:
        a->sign_present = true;
        return true;
    case FACT_SIGN_FLAG:
        if (fact_number(fact, CAPTURE_CODE, &code)) {
            a->sign_present = code != 0;
            a->sign_off = code == 0;
        }
        return true;
    case FACT_SIGN_OFF:
        a->sign_off = true;
        story_note_evidence(s, fact);
        story_set_phase(s, fact, "verify-sign", "skipped", "");
        return true;
    case FACT_SIGN_OK:
        signature(s, fact, true);
        return true;
    case FACT_SIGN_FAIL:
        signature(s, fact, false);
        return true;
    case FACT_SIGN_RESULT:
        /* "OK:" is the library's return code: 0 is good (facts §3.4). */
        fact_number(fact, CAPTURE_CODE, &code);
        fact_number(fact, CAPTURE_RESULT, &result);
        signature(s, fact, code == 0 && result == 1);
        return true;
    default:
        return false;
    }
}

/* --- image ------------------------------------------------------------------------------- */

static const uint64_t known_magics[] = {0xEFEFEFEF, 0xCDCDCDCD, 0xABABABAB, 0xEFCDEFCD, 0xABCDABCD};

static void image_bad(struct story *s, const struct story_fact *fact, enum story_reason reason,
                      enum story_rank rank)
{
    story_ensure_attempt(s);
    story_fail(s, fact, reason, rank);
    bool telling = fact->match->rule->outcome >= OUTCOME_FAIL;
    story_set_phase(s, fact, "verify-image-md5", "failed",
                    telling ? fact->match->rule->meaning : "");
}

static void image_begins(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    int64_t size;
    story_ensure_attempt(s);
    if (fact_number(fact, CAPTURE_SIZE, &size) && size > 0)
        a->image_size = (uint64_t)size;
    a->image_phase = true;
    /* The hash pair from here on is the image's own. */
    a->expected[0] = a->actual[0] = '\0';
    story_set_phase(s, fact, "verify-image-md5", "begun", "");
}

static void image_magic(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    bool known = false;
    if (!a->image_phase)
        image_begins(s, fact);
    if (!fact_hex(fact, CAPTURE_MAGIC, &a->magic))
        return;
    for (size_t i = 0; i < sizeof known_magics / sizeof known_magics[0]; i++)
        known |= known_magics[i] == a->magic;
    story_note_evidence(s, fact);
    if (!known)
        image_bad(s, fact, REASON_NO_TRAILER, RANK_GENERAL);
}

static void image_good(struct story *s, const struct story_fact *fact)
{
    story_ensure_attempt(s);
    s->attempt.image_ok = true;
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "verify-image-md5", "passed", "");
}

static bool take_image(struct story *s, const struct story_fact *fact)
{
    int64_t code = -1;
    switch (fact_kind(fact)) {
    case FACT_IMAGE_BEGIN:
        image_begins(s, fact);
        return true;
    case FACT_IMAGE_MAGIC:
        image_magic(s, fact);
        return true;
    case FACT_IMAGE_NO_TRAILER:
        image_bad(s, fact, REASON_NO_TRAILER, RANK_EXACT);
        return true;
    case FACT_IMAGE_BAD_SIZE:
        image_bad(s, fact, REASON_IMAGE_SIZE, RANK_EXACT);
        return true;
    case FACT_IMAGE_BAD_MD5:
        image_bad(s, fact, REASON_IMAGE_MD5, RANK_EXACT);
        return true;
    case FACT_IMAGE_BAD:
        image_bad(s, fact, REASON_IMAGE, RANK_GENERAL);
        return true;
    case FACT_IMAGE_RESULT:
        if (fact_number(fact, CAPTURE_CODE, &code) && code < 0)
            image_bad(s, fact, REASON_IMAGE, RANK_GENERAL);
        else
            image_good(s, fact);
        return true;
    case FACT_IMAGE_OK:
        image_good(s, fact);
        return true;
    default:
        return false;
    }
}

/* --- writing, rebooting, restoring ------------------------------------------------------- */

static bool is_foreign(const struct story_fact *fact)
{
    return strcmp(fact->match->rule->generations, "other") == 0;
}

static void installed(struct story *s, const struct story_fact *fact)
{
    story_ensure_attempt(s);
    s->attempt.installed = true;
    s->attempt.foreign |= is_foreign(fact);
    story_note_evidence(s, fact);
    story_set_phase(s, fact, "write", "passed", "");
}

/* Codes that mean the same in every generation that prints one (facts §4.1). */
static enum story_reason reason_of_code(int64_t code)
{
    switch (code) {
    case -7:
    case -8:
        return REASON_DOWNLOAD;
    case -10:
    case -11:
        return REASON_HASH;
    case -12:
        return REASON_SIGNATURE;
    default:
        return REASON_STEP;
    }
}

static void over(struct story *s, const struct story_fact *fact)
{
    struct story_attempt *a = &s->attempt;
    int64_t code = 0;
    fact_number(fact, CAPTURE_CODE, &code);
    if (code < 0)
        story_ensure_attempt(s);
    if (!a->started)
        return;
    a->over = true;
    story_note_evidence(s, fact);
    if (code < 0) {
        story_fail(s, fact, reason_of_code(code), RANK_GENERAL);
    } else if (!story_is_resolved(s) && (a->image_ok || a->hash_ok || a->sign_ok)) {
        /* Every check passed and nothing was said against it: the record is written, if silently.
         */
        a->installed = true;
        story_set_phase(s, fact, "write", "passed", "");
    }
    story_set_phase(s, fact, "reboot", "begun", "");
}

static void restore(struct story *s, const struct story_fact *fact, bool good,
                    enum story_reason reason, enum story_rank rank)
{
    story_note_evidence(s, fact);
    if (good) {
        s->attempt.restored = true;
        story_set_phase(s, fact, "diff-restore", "passed", "");
        return;
    }
    /* The record that asked for it may stem from before this log. */
    if (!s->attempt.started)
        story_ensure_attempt(s);
    s->attempt.installed = true;
    story_fail(s, fact, reason, rank);
    story_set_phase(s, fact, "diff-restore", "failed", fact->match->rule->meaning);
}

static bool take_restore(struct story *s, const struct story_fact *fact)
{
    int64_t code = 0;
    uint64_t hex = 0;
    switch (fact_kind(fact)) {
    case FACT_RESTORE_BEGIN:
        story_set_phase(s, fact, "diff-restore", "begun", "");
        return true;
    case FACT_RESTORE_RESULT:
        fact_number(fact, CAPTURE_CODE, &code);
        restore(s, fact, code == 0, REASON_RESTORE, RANK_GENERAL);
        return true;
    case FACT_RESTORE_VERIFY:
        fact_hex(fact, CAPTURE_CODE, &hex);
        restore(s, fact, hex == 0, REASON_IMAGE_MD5, RANK_EXACT);
        return true;
    case FACT_RESTORE_OK:
        if (s->attempt.failure.reason == REASON_NONE)
            restore(s, fact, true, REASON_NONE, RANK_HINT);
        return true;
    case FACT_RESTORE_FAIL:
        restore(s, fact, false, REASON_RESTORE, RANK_GENERAL);
        return true;
    case FACT_RESTORE_BASE:
        restore(s, fact, false, REASON_WRONG_BASE, RANK_EXACT);
        return true;
    case FACT_ROLLBACK:
        restore(s, fact, false, REASON_ROLLBACK, RANK_EXACT);
        return true;
    default:
        return false;
    }
}

bool story_take_check(struct story *s, const struct story_fact *fact)
{
    switch (fact_kind(fact)) {
    case FACT_INSTALLED:
        installed(s, fact);
        return true;
    case FACT_WRITE_FAIL:
        story_ensure_attempt(s);
        story_fail(s, fact, REASON_WRITE, RANK_EXACT);
        story_set_phase(s, fact, "write", "failed", fact->match->rule->meaning);
        return true;
    case FACT_OVER:
        over(s, fact);
        return true;
    case FACT_REBOOT:
        story_set_phase(s, fact, "reboot", "begun", "");
        return true;
    default:
        return take_hash(s, fact) || take_sign(s, fact) || take_image(s, fact) ||
               take_restore(s, fact);
    }
}
