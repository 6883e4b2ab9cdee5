/*
 * Talking to a loader's command line: get to a clean prompt, run one command,
 * wait for one of several answers.
 *
 * The loader's shell is fragile ground (facts/alios-device.md §6.3-6.4): it may
 * sit in an unfinished Ymodem session (only 'a' or silence ends that), hold half
 * a command typed by somebody else, or treat the rest of a broken block as
 * typing. So a command is only typed at a prompt that was just seen.
 */
#ifndef OTACONSOLE_WORKFLOW_LOADER_SHELL_H
#define OTACONSOLE_WORKFLOW_LOADER_SHELL_H

#include "workflow/conversation.h"
#include "workflow/typist.h"

/* --- to a clean prompt ------------------------------------------------------ */

struct loader_sync {
    enum { SYNC_START, SYNC_WAIT_PROMPT } state;
    bool dirty; /* a command may be half typed: wipe, never just press Enter on it */
    unsigned attempt;
    uint64_t mark;
    uint64_t deadline;
};

void loader_sync_start(struct loader_sync *s, bool dirty);
enum progress loader_sync_poll(struct loader_sync *s, struct conversation *c, uint64_t now,
                               struct problem *problem);

/* --- one command ------------------------------------------------------------- */

#define LOADER_ANSWERS_MAX 12

struct loader_command {
    enum { COMMAND_SYNC, COMMAND_TYPE, COMMAND_WAIT } state;
    struct loader_sync sync;
    struct typist typist;
    char line[TYPIST_LINE_MAX + 1];
    const char *answers[LOADER_ANSWERS_MAX]; /* borrowed */
    unsigned answer_count;
    bool receiver_start_answers; /* two lone 'C' count as answer 0, should its words be garbled */
    uint64_t patience;
    uint64_t deadline;
    uint64_t mark; /* transcript position behind the echo */
    unsigned attempt, attempts;
    int answer;          /* when DONE: index into answers */
    uint64_t answer_end; /* transcript position behind the answer */
};

/*
 * answers[0] is the wanted one. A command whose answer does not come within
 * `patience` is tried `attempts` times, from a clean prompt each time.
 */
void loader_command_start(struct loader_command *k, const char *line, const char *const *answers,
                          unsigned answer_count, uint64_t patience, unsigned attempts);
enum progress loader_command_poll(struct loader_command *k, struct conversation *c, uint64_t now,
                                  struct problem *problem);

/* Whether the transcript from `mark` on shows the loader's prompt as the last thing said. */
bool loader_at_prompt(const struct conversation *c, uint64_t mark);

#endif
