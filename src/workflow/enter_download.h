/*
 * Brings a board to its loader's prompt, whatever it is doing now.
 *
 * The board file lists strategies; they are tried in turn: look whether the
 * loader is there already, ask the application to reboot and catch the loader
 * with spaces, pulse the reset line, and at last ask the person at the bench
 * for the buttons while listening for the very moment the prompt appears. What
 * answers is then asked for `help`, because only the list of commands tells a
 * B0 from a B1 for certain (facts/alios-device.md §6.2).
 */
#ifndef OTACONSOLE_WORKFLOW_ENTER_DOWNLOAD_H
#define OTACONSOLE_WORKFLOW_ENTER_DOWNLOAD_H

#include "workflow/conversation.h"
#include "workflow/loader_shell.h"

struct enter_download {
    enum {
        ENTER_NEXT,     /* choose the next strategy */
        ENTER_LISTEN,   /* something was done; does a loader answer? */
        ENTER_REBOOT,   /* typing the application's reboot command */
        ENTER_HOLD,     /* the reset line is held */
        ENTER_SPACES,   /* spaces while the loader starts */
        ENTER_OPERATOR, /* waiting for a person */
        ENTER_IDENTIFY  /* asking for help */
    } state;
    uint32_t allowed; /* bit per enum board_entry_kind; 0 = all */
    uint64_t operator_patience;
    unsigned strategy; /* index into the board's list, of the one under way */
    bool started;
    uint64_t mark; /* what the board said since the action began */
    uint64_t until, next_space, deadline;
    bool application_answers; /* its shell prompt was seen */
    bool anything_heard;
    bool aborted;  /* an 'a' was sent in this strategy */
    bool lingered; /* listened a second time in this strategy */
    unsigned identify_attempt;
    struct typist typist;
    struct loader_command help;
    char tried[160]; /* names of the strategies tried, for the report */
};

/*
 * `allowed` limits the strategies (bits 1u << enum board_entry_kind), 0 = all of
 * the board's. `operator_patience` bounds the wait for a person.
 */
void enter_download_start(struct enter_download *e, uint32_t allowed, uint64_t operator_patience);
enum progress enter_download_poll(struct enter_download *e, struct conversation *c, uint64_t now,
                                  struct problem *problem);

#endif
