/*
 * The verdict pane: the phases of an update as a checklist, the verdict, its cause and
 * what to do next; every phase with the log lines that prove it, to jump to.
 */
#ifndef OTACONSOLE_UI_VERDICT_PANE_H
#define OTACONSOLE_UI_VERDICT_PANE_H

#include "event/event.h"
#include "ui/screen.h"

enum phase_state { PHASE_OPEN, PHASE_BEGUN, PHASE_PASSED, PHASE_FAILED, PHASE_SKIPPED };

/* In the order of an update; name = what EVENT_PHASE calls it, title = message id. */
#define PHASES(PHASE)                                                                              \
    PHASE(WIFI, "wifi", "On the wireless network")                                                 \
    PHASE(MQTT, "mqtt", "Online (MQTT)")                                                           \
    PHASE(PUSH, "ota-notify", "Push received")                                                     \
    PHASE(VERSION, "version", "Version accepted")                                                  \
    PHASE(DOWNLOAD, "download", "Download")                                                        \
    PHASE(HASH, "verify-hash", "Package hash")                                                     \
    PHASE(SIGNATURE, "verify-sign", "Signature")                                                   \
    PHASE(IMAGE, "verify-image-md5", "Image MD5")                                                  \
    PHASE(WRITE, "write", "Boot flag")                                                             \
    PHASE(REBOOT, "reboot", "Reboot")                                                              \
    PHASE(RESTORE, "diff-restore", "Restore")                                                      \
    PHASE(REPORT, "report", "Version reported")

enum phase {
#define PHASE(symbol, name, title) PHASE_##symbol,
    PHASES(PHASE)
#undef PHASE
        PHASE_COUNT
};

#define PHASE_EVIDENCE_MAX 4 /* the first, then the latest */

struct verdict_phase {
    enum phase_state state;
    char detail[120];
    uint64_t evidence[PHASE_EVIDENCE_MAX]; /* numbers of log lines */
    unsigned evidence_count;
};

struct verdict_pane {
    struct verdict_phase phases[PHASE_COUNT];
    uint64_t received, announced; /* bytes of the download; 0 = not known */
    bool has_verdict;
    /* Sentences are in the user's language already. */
    char kind[32], cause[48], what[400], why[600], guide_step[64], running[96], target[96];
    char advice[EVENT_ADVICE_MAX][256];
    unsigned advice_count;
    unsigned chosen; /* phase of the checklist */
    unsigned first;  /* row of it at the top of the pane */
    unsigned evidence_next;
};

/*
 * Every event; a new push begins the checklist anew from there on. EVENT_PROGRESS named
 * "download" tells how much of the package has come. `log_number` is the number of the newest log
 * line: a phase changes right after the line that caused it, so that line is its evidence.
 */
void verdict_pane_take(struct verdict_pane *v, const struct event *event, uint64_t log_number);
void verdict_pane_clear(struct verdict_pane *v);
void verdict_pane_move(struct verdict_pane *v, int rows);
/* The next evidence of the chosen phase, going round at each call; false = it has none. */
bool verdict_pane_evidence(struct verdict_pane *v, uint64_t *log_number);
/* Rows wanted to show everything, with the title, for the layout. */
unsigned verdict_pane_rows(const struct verdict_pane *v, unsigned columns);
/* "refused" in the user's language; a kind that is not known stays as it is. */
const char *verdict_kind_word(const char *kind);
void verdict_pane_draw(struct verdict_pane *v, struct screen *s, struct rect area, bool focus);

#endif
