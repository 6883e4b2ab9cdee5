/*
 * Types one command line the way a careful person would: the words first, then
 * a look at the echo, and Enter only when the board shows what was meant.
 *
 * Why: one flipped bit in `write 0x13200` erases the wrong part of the flash,
 * and the loader would carry it out without a word. Both the loaders and the
 * AliOS shell echo every character (facts/alios-device.md §5.1, §6.3), so a
 * wrong line is seen before it is executed and is wiped instead.
 */
#ifndef OTACONSOLE_WORKFLOW_TYPIST_H
#define OTACONSOLE_WORKFLOW_TYPIST_H

#include "workflow/conversation.h"

/* The AliOS input buffer holds 256 (facts/alios-device.md §5.1); the loaders as many. */
#define TYPIST_LINE_MAX 256

enum typist_echo {
    ECHO_EXACT,   /* loader: nothing else speaks, the echo must be the line itself */
    ECHO_SPLICED, /* application: log lines may be printed between the characters */
};

struct typist {
    enum { TYPIST_WIPE, TYPIST_WIPE_WAIT, TYPIST_TYPE, TYPIST_ECHO_WAIT, TYPIST_ENTERED } state;
    enum typist_echo echo;
    char line[TYPIST_LINE_MAX + 1];
    char shown[TYPIST_LINE_MAX + 1];
    size_t length;
    unsigned attempt;
    uint64_t mark; /* transcript position where the echo must begin */
    uint64_t deadline;
};

/* `shown` is the line with secrets masked, for people; NULL = the line itself. */
void typist_start(struct typist *t, enum typist_echo echo, const char *line, const char *shown);
/*
 * RUNNING until the Enter has been sent (DONE); t->mark is then where the answer
 * begins. FAILED when the board does not echo (board-silent) or keeps echoing
 * something else (loader-not-reached). A secret line that is echoed wrongly is
 * wiped like any other.
 */
enum progress typist_poll(struct typist *t, struct conversation *c, uint64_t now,
                          struct problem *problem);

/*
 * Erases whatever half-typed line the board may hold and makes sure that what is
 * left cannot be a valid command: backspaces, then a lone argument no command
 * accepts, then Enter.
 */
void typist_wipe_line(struct conversation *c);

#endif
