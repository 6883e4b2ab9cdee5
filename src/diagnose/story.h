/*
 * The story of an update, rebuilt from facts: which boot, which network, which
 * push, how far it came and what stopped it. A state machine across reboots that
 * knows nothing of wording; rules turn lines into facts before they come here.
 */
#ifndef OTACONSOLE_DIAGNOSE_STORY_H
#define OTACONSOLE_DIAGNOSE_STORY_H

#include "diagnose/diagnose.h"
#include "diagnose/matcher.h"

/* One fact with the line it stands in. */
struct story_fact {
    const struct match *match;
    const char *text; /* what the match's spans point into */
    size_t length;
    uint64_t line, time_us;
};

/* Why an update does not go through. The words for each are in story_words.c. */
enum story_reason {
    REASON_NONE,
    REASON_PUSH_BAD,
    REASON_REFUSED,
    REASON_DOWNLOAD,
    REASON_STALL,
    REASON_TLS,
    REASON_CANCELLED,
    REASON_ERROR_PAGE,
    REASON_TRUNCATED,
    REASON_HASH,
    REASON_SIGNATURE,
    REASON_NO_TRAILER,
    REASON_IMAGE_SIZE,
    REASON_IMAGE_MD5,
    REASON_IMAGE,
    REASON_WRITE,
    REASON_RESTORE,
    REASON_WRONG_BASE,
    REASON_ROLLBACK,
    REASON_NOT_TAKEN,
    REASON_CRASH,
    REASON_RESET,
    REASON_STEP,
    REASON_WIFI_PASSWORD,
    REASON_WIFI,
    REASON_CLOUD_REFUSED,
    REASON_CLOUD,
    REASON_COUNT
};

/* How much a failure's line tells: a telling one is not overwritten by a general one. */
enum story_rank { RANK_HINT = 1, RANK_GENERAL, RANK_EXACT };

struct story_failure {
    enum story_reason reason;
    enum story_rank rank;
    int64_t code;
    char rule[64];
    const char *advice; /* of the rule */
};

/* One push and what became of it. */
struct story_attempt {
    bool started, pushed, accepted, refused, downloading, downloaded, hash_ok, image_phase,
        image_ok;
    bool installed, rebooted, restored, reported, over, foreign;
    bool sign_present, sign_off, sign_ok, is_diff, differs;
    char target[72], before[72]; /* pushed version; version that ran when it was pushed */
    uint64_t announced, received, image_size, trailer_size;
    bool announced_known, received_known, began_seen;
    unsigned retries, stalls, http_status;
    char expected[72], actual[72];
    uint64_t magic, splice;
    struct story_failure failure;
};

/* A line kept as it came; it is made safe when somebody asks. */
struct story_evidence {
    uint64_t line, time_us;
    size_t length;
    char text[200];
};

enum story_boot { BOOT_UNKNOWN, BOOT_STAGE_EARLY, BOOT_STAGE_APP, BOOT_RUNNING };

enum story_topic { TOPIC_OTHER, TOPIC_UPGRADE, TOPIC_INFORM, TOPIC_PROGRESS };

#define STORY_PHASES 13

struct story {
    void (*phase)(void *user, const struct story_fact *fact, const char *name, const char *state,
                  const char *detail);
    void *user;

    enum story_boot boot;
    unsigned boots;
    bool other_slot, crashed, in_loader;
    char running[72], build[72];
    bool wifi_trying, got_ip, wifi_none;
    char ip[48];
    struct story_failure wifi_failure;
    bool cloud_begun, online, file_server;
    struct story_failure cloud_failure;
    enum story_topic topic;
    bool informed; /* the version was reported since the last boot */

    struct story_attempt attempt;
    struct story_failure earlier; /* of the attempt before, when it failed */
    unsigned attempts;

    unsigned char phase_state[STORY_PHASES];
    /* The first half stays as it is, the second is a ring of the latest. */
    struct story_evidence evidence[DIAGNOSE_EVIDENCE_MAX];
    size_t evidence_count; /* noted in all; may exceed the array */
    uint64_t evidence_line;
};

void story_init(struct story *s);
void story_take(struct story *s, const struct story_fact *fact);
void story_begin_update(struct story *s);
void story_judge(const struct story *s, struct diagnose_verdict *verdict);

/* --- for the story's own files ----------------------------------------------------------- */

/* The captured value as text; false (and "") when the rule has none. */
bool fact_text(const struct story_fact *fact, enum capture name, char *out, size_t out_size);
/* Decimal, signed; an unsigned print of a negative 32-bit number is turned back. */
bool fact_number(const struct story_fact *fact, enum capture name, int64_t *out);
bool fact_hex(const struct story_fact *fact, enum capture name, uint64_t *out);
enum fact fact_kind(const struct story_fact *fact);

/* story_device.c: boots, network, cloud. True when the fact was of that kind. */
bool story_take_device(struct story *s, const struct story_fact *fact);
/* story_update.c: push, version, download. */
bool story_take_update(struct story *s, const struct story_fact *fact);
/* story_check.c: checks, writing, restoring. */
bool story_take_check(struct story *s, const struct story_fact *fact);
/* story_report.c: what is told to the cloud. */
bool story_take_report(struct story *s, const struct story_fact *fact);
void story_message(struct story *s, const struct story_fact *fact, const char *json, size_t n);

void story_set_phase(struct story *s, const struct story_fact *fact, const char *name,
                     const char *state, const char *detail);
void story_fail(struct story *s, const struct story_fact *fact, enum story_reason reason,
                enum story_rank rank);
void story_note_evidence(struct story *s, const struct story_fact *fact);
void story_copy_evidence(const struct story *s, struct diagnose_verdict *verdict);
/* A push or a download begins: a new attempt unless one is under way. */
void story_start_attempt(struct story *s);
/* Something of an attempt is seen: of the one before, however it ended, or of one begun unseen. */
void story_ensure_attempt(struct story *s);
bool story_is_resolved(const struct story *s);

/* A string or number member of a JSON text that may be cut; false when it is not there. */
bool json_member(const char *json, size_t n, const char *key, char *out, size_t out_size);

/* story_words.c */
struct story_words {
    enum problem_code code;
    const char *guide_step;
    const char *what; /* %s: the pushed version or "the update" */
    const char *advice[4];
};
const struct story_words *story_words_of(enum story_reason reason);
/* In one sentence, why a device that runs `running` does not take `offered`. */
void story_explain_refusal(const char *running, const char *offered, char *out, size_t out_size);

#endif
