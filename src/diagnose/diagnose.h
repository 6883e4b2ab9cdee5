/*
 * From bytes of a device's console to what happened, why, and what to do.
 *
 * Pure: bytes and time in, events out, no clock, no files, bounded memory. The
 * path is line assembler -> rules -> facts -> story -> verdict. The same code
 * judges a live run (`watch-ota`), a stored capture (`otaconsole diagnose`) and
 * what the UI shows.
 */
#ifndef OTACONSOLE_DIAGNOSE_DIAGNOSE_H
#define OTACONSOLE_DIAGNOSE_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/problem.h"
#include "diagnose/rules.h"
#include "event/event.h"

struct diagnose;

/* `rules` must outlive it. NULL = out of memory. */
struct diagnose *diagnose_create(const struct rule_set *rules);
void diagnose_free(struct diagnose *d);

/* Lines come with their bytes as they were, for those who show them. */
void diagnose_keep_raw(struct diagnose *d);
/* Any chunking of the same bytes gives the same lines and the same verdict. */
void diagnose_input(struct diagnose *d, uint64_t now, const uint8_t *bytes, size_t n);
/* Live only: lets go of an unfinished line after a quiet moment (a prompt has no line end). */
void diagnose_tick(struct diagnose *d, uint64_t now);
uint64_t diagnose_deadline(const struct diagnose *d);
/* The log is over: flush, decide. */
void diagnose_finish(struct diagnose *d, uint64_t now);

enum diagnose_event_kind {
    DIAGNOSE_LINE,  /* one line of the device */
    DIAGNOSE_PHASE, /* the update moved on: name, state, text */
};

/* Borrowed: valid until the next input, tick or finish. Text is raw: callers make it safe and
 * redact it. */
struct diagnose_event {
    enum diagnose_event_kind kind;
    uint64_t time_us;   /* of the line's first byte */
    uint64_t line;      /* 1-based */
    const char *text;   /* LINE: the line; PHASE: detail or "" */
    size_t length;      /* of text */
    char level;         /* LINE: E W I D V F or 0 */
    const char *module; /* LINE: the part of the firmware that speaks, not terminated; or NULL */
    size_t module_length;
    const uint8_t *raw; /* LINE: as it came; NULL = same as text, or not kept */
    size_t raw_length;
    bool unfinished;     /* LINE: no line end came; the next line goes on with this one */
    uint64_t announced;  /* LINE: size of the update the cloud announced, 0 = not known */
    const char *rule;    /* LINE: id of the rule that knows it, or NULL */
    const char *meaning; /* LINE: what it means, or NULL */
    const char *outcome; /* LINE: ok, progress, info, warn, fail, fatal, ambiguous, or NULL */
    uint64_t received;   /* LINE: bytes of the update so far, on lines that tell; else 0 */
    const char *name;    /* PHASE: boot, wifi, mqtt, ota-notify, version, download, verify-hash,
                            verify-sign, verify-image-md5, write, reboot, diff-restore, report */
    const char *state;   /* PHASE: "begun", "passed", "failed", "skipped" */
};

/* Must be drained after each input, tick or finish. */
bool diagnose_next_event(struct diagnose *d, struct diagnose_event *event);

/* --- the verdict ------------------------------------------------------------------------ */

enum diagnose_verdict_kind {
    VERDICT_UNKNOWN,          /* nothing about an update was seen ("no OTA") */
    VERDICT_INCOMPLETE,       /* an update was under way and the log ends (yet) without a result */
    VERDICT_SUCCESS,          /* new version up and reported, signature checked */
    VERDICT_SUCCESS_UNSIGNED, /* the same, but the signature was not checked */
    VERDICT_REFUSED,          /* the device refused the pushed version */
    VERDICT_FAILED,
};

#define DIAGNOSE_EVIDENCE_MAX 16
#define DIAGNOSE_ADVICE_MAX EVENT_ADVICE_MAX

struct diagnose_evidence {
    uint64_t line;
    uint64_t time_us;
    char text[240]; /* safe, cut; NOT redacted: callers redact */
};

struct diagnose_verdict {
    enum diagnose_verdict_kind kind;
    enum problem_code cause;  /* ok, wifi-failed, cloud-failed, ota-refused, ota-download-failed,
                                 ota-error-page, ota-hash-mismatch, ota-signature,
                                 ota-image-invalid, ota-failed, ota-incomplete */
    unsigned confidence;      /* percent */
    char what[400];           /* one sentence */
    char why[600];            /* the evidence in words */
    const char *guide_step;   /* "cloud", "connection channel", "download channel",
                                 "device check and write", or "" */
    char running_version[72]; /* as reported or shown last; "" */
    char target_version[72];  /* as pushed; "" */
    bool is_diff;
    bool signature_checked;
    bool installed; /* boot record written: the next boot takes the new image */
    bool rebooted;  /* booted after the installation */
    bool reported;  /* the new version was reported after that */
    bool online;    /* MQTT session up at the end */
    bool got_ip;
    char ip[48];
    bool settled; /* nothing more is to be expected: success, refused or failed */
    struct diagnose_evidence evidence[DIAGNOSE_EVIDENCE_MAX];
    size_t evidence_count;
    const char *advice[DIAGNOSE_ADVICE_MAX];
    unsigned advice_count;
};

/* As things stand now. Borrowed, valid until the next call that takes a non-const d. */
const struct diagnose_verdict *diagnose_verdict(struct diagnose *d);
/* How far the board has come since its last reset, as its lines tell. */
enum diagnose_stage { STAGE_UNKNOWN, STAGE_STARTING, STAGE_LOADER, STAGE_APPLICATION };
enum diagnose_stage diagnose_stage(const struct diagnose *d);
/* The verdict as an event carries it; its texts are borrowed from `verdict`. */
void diagnose_verdict_event(const struct diagnose_verdict *verdict, struct event_verdict *event);
/*
 * From here on a new update is watched: what earlier ones came to is forgotten,
 * what is known about the device (version, network, session) stays.
 */
void diagnose_begin_update(struct diagnose *d);
/* Name for people and JSON: "success", "success-unsigned", "refused", "failed", "incomplete",
 * "no-ota". */
const char *diagnose_verdict_name(enum diagnose_verdict_kind kind);

#endif
