#include "workflow/loader_shell.h"

#include <stdio.h>
#include <string.h>

#define SYNC_ATTEMPTS 8
#define PROMPT_PATIENCE (1500 * TIME_MS)
/* A prompt counts once nothing follows it: it may be the middle of a longer answer. */
#define PROMPT_QUIET (20 * TIME_MS)

bool loader_at_prompt(const struct conversation *c, uint64_t mark)
{
    return c->dialect && transcript_ends_with(&c->heard, mark, c->dialect->prompt);
}

void loader_sync_start(struct loader_sync *s, bool dirty)
{
    memset(s, 0, sizeof *s);
    s->dirty = dirty;
}

/*
 * Every other try is an 'a' alone: a loader that waits for a Ymodem header takes
 * it as "aborted by user", and a shell merely shows it as the start of a line,
 * which the wipe of the next try removes.
 */
static void sync_nudge(struct loader_sync *s, struct conversation *c, uint64_t now)
{
    s->mark = transcript_end(&c->heard);
    if (s->attempt % 2 == 1) {
        c->services->send(c, "a", 1, NULL);
        s->dirty = true;
    } else if (s->dirty) {
        typist_wipe_line(c);
    } else {
        c->services->send(c, "\r", 1, NULL);
    }
    s->attempt++;
    s->deadline = now + PROMPT_PATIENCE;
    s->state = SYNC_WAIT_PROMPT;
}

enum progress loader_sync_poll(struct loader_sync *s, struct conversation *c, uint64_t now,
                               struct problem *problem)
{
    if (s->state == SYNC_START) {
        sync_nudge(s, c, now);
        return PROGRESS_RUNNING;
    }
    if (loader_at_prompt(c, s->mark)) {
        uint64_t settled = c->heard.heard_us + PROMPT_QUIET;
        if (now >= settled)
            return PROGRESS_DONE;
        s->deadline = settled;
        return PROGRESS_RUNNING;
    }
    if (now < s->deadline)
        return PROGRESS_RUNNING;
    if (s->attempt < SYNC_ATTEMPTS) {
        sync_nudge(s, c, now);
        return PROGRESS_RUNNING;
    }
    problem_set(problem, PROBLEM_LOADER_NOT_REACHED, NULL,
                "Put the board into download mode again; if it keeps happening, check the power "
                "supply: a board that browns out during an erase falls silent like this.",
                "the loader's prompt \"%s\" did not come back",
                c->dialect ? c->dialect->prompt : "?");
    return PROGRESS_FAILED;
}

void loader_command_start(struct loader_command *k, const char *line, const char *const *answers,
                          unsigned answer_count, uint64_t patience, unsigned attempts)
{
    memset(k, 0, sizeof *k);
    snprintf(k->line, sizeof k->line, "%s", line);
    if (answer_count > LOADER_ANSWERS_MAX)
        answer_count = LOADER_ANSWERS_MAX;
    for (unsigned i = 0; i < answer_count; i++)
        k->answers[i] = answers[i];
    k->answer_count = answer_count;
    k->patience = patience;
    k->attempts = attempts ? attempts : 1;
    k->answer = -1;
    loader_sync_start(&k->sync, false);
}

/* A receiver that has begun asks with 'C' about once a second, alone on the line. */
static bool receiver_asks(const struct conversation *c, uint64_t mark)
{
    size_t n;
    const char *text = transcript_from(&c->heard, mark, &n);
    return n >= 2 && text[n - 1] == 'C' && text[n - 2] == 'C';
}

static bool find_answer(struct loader_command *k, const struct conversation *c)
{
    for (unsigned i = 0; i < k->answer_count; i++) {
        if (transcript_find(&c->heard, k->mark, k->answers[i], &k->answer_end)) {
            k->answer = (int)i;
            return true;
        }
    }
    if (k->receiver_start_answers && receiver_asks(c, k->mark)) {
        k->answer = 0;
        k->answer_end = transcript_end(&c->heard);
        return true;
    }
    return false;
}

static enum progress no_answer(struct loader_command *k, struct problem *problem)
{
    if (k->attempt < k->attempts) {
        loader_sync_start(&k->sync, true);
        k->state = COMMAND_SYNC;
        return PROGRESS_RUNNING;
    }
    problem_set(problem, PROBLEM_LOADER_NOT_REACHED, NULL,
                "See what the board printed with --trace FILE or --record DIR.",
                "the loader did not answer \"%s\" with \"%s\"", k->line, k->answers[0]);
    return PROGRESS_FAILED;
}

enum progress loader_command_poll(struct loader_command *k, struct conversation *c, uint64_t now,
                                  struct problem *problem)
{
    enum progress progress;
    switch (k->state) {
    case COMMAND_SYNC:
        progress = loader_sync_poll(&k->sync, c, now, problem);
        k->deadline = k->sync.deadline;
        if (progress != PROGRESS_DONE)
            return progress;
        typist_start(&k->typist, ECHO_EXACT, k->line, NULL);
        k->attempt++;
        k->state = COMMAND_TYPE;
        return loader_command_poll(k, c, now, problem);
    case COMMAND_TYPE:
        progress = typist_poll(&k->typist, c, now, problem);
        k->deadline = k->typist.deadline;
        if (progress != PROGRESS_DONE)
            return progress;
        k->mark = k->typist.mark;
        k->deadline = now + k->patience;
        k->state = COMMAND_WAIT;
        return PROGRESS_RUNNING;
    case COMMAND_WAIT:
        if (find_answer(k, c))
            return PROGRESS_DONE;
        if (now < k->deadline)
            return PROGRESS_RUNNING;
        return no_answer(k, problem);
    }
    return PROGRESS_RUNNING;
}
