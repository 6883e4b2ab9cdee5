#include "workflow/enter_download.h"

#include <stdio.h>
#include <string.h>

#include "workflow/prompts.h"

/* A shell answers Enter within milliseconds; the rest is for slow adapters. */
#define PROBE_PATIENCE (600 * TIME_MS)
/* A receiver left waiting asks with 'C' once a second (facts/alios-device.md §6.4). */
#define RECEIVER_PATIENCE (1300 * TIME_MS)
#define LOADER_START (1500 * TIME_MS)
#define SPACE_EVERY (30 * TIME_MS)
#define OPERATOR_POKE (2 * TIME_S)
#define IDENTIFY_ATTEMPTS 3

void enter_download_start(struct enter_download *e, uint32_t allowed, uint64_t operator_patience)
{
    memset(e, 0, sizeof *e);
    e->allowed = allowed;
    e->operator_patience = operator_patience;
}

static void listen(struct enter_download *e, uint64_t until)
{
    e->until = e->deadline = until;
    e->state = ENTER_LISTEN;
}

/* --- what is heard ---------------------------------------------------------------- */

static const struct board_dialect *dialect_by_banner(const struct conversation *c, uint64_t mark)
{
    for (size_t i = 0; i < c->board->dialect_count; i++) {
        const struct board_dialect *d = &c->board->dialects[i];
        for (size_t k = 0; k < d->banner_count; k++) {
            if (transcript_find(&c->heard, mark, d->banners[k], NULL))
                return d;
        }
    }
    return NULL;
}

static bool receiver_waits(const struct conversation *c, uint64_t mark)
{
    size_t n;
    const char *text = transcript_from(&c->heard, mark, &n);
    return n >= 1 && text[n - 1] == 'C' && (n == 1 || text[n - 2] == 'C' || text[n - 2] == '\n');
}

/* --- strategies ---------------------------------------------------------------------- */

static bool is_allowed(const struct enter_download *e, enum board_entry_kind kind)
{
    return e->allowed == 0 || (e->allowed & (1u << kind)) != 0;
}

static void remember(struct enter_download *e, const char *name)
{
    size_t used = strlen(e->tried);
    snprintf(e->tried + used, sizeof e->tried - used, "%s%s", used ? ", " : "", name);
}

static void probe(struct enter_download *e, struct conversation *c, uint64_t now)
{
    /* Backspaces first: a half-typed command of somebody else must not be entered. */
    static const char poke[] = "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\r";
    c->services->send(c, poke, sizeof poke - 1, NULL);
    listen(e, now + PROBE_PATIENCE);
}

static bool begin_strategy(struct enter_download *e, struct conversation *c,
                           const struct board_entry *entry, uint64_t now)
{
    e->mark = transcript_end(&c->heard);
    e->aborted = e->lingered = false;
    switch (entry->kind) {
    case BOARD_ENTRY_PROBE:
        probe(e, c, now);
        return true;
    case BOARD_ENTRY_REBOOT_SPACES:
        if (!e->application_answers)
            return false;
        typist_start(&e->typist, ECHO_SPLICED, c->board->shell.reboot_command, NULL);
        e->deadline = now;
        e->state = ENTER_REBOOT;
        return true;
    case BOARD_ENTRY_RTS_PULSE_SPACES:
        if (!c->services->hold_reset(c, true)) {
            conversation_note(c, 'I',
                              "this port has no RTS line, so the board cannot be reset "
                              "from here");
            return false;
        }
        e->until = e->deadline = now + entry->hold_us;
        e->state = ENTER_HOLD;
        return true;
    case BOARD_ENTRY_OPERATOR:
        if (!c->interactive) {
            conversation_note(c, 'I', "nobody can be asked to press buttons in this run");
            return false;
        }
        c->services->ask_operator(c, OPERATOR_ENTER_DOWNLOAD,
                                  c->chinese ? entry->text_zh : entry->text);
        e->until = time_after(now, e->operator_patience);
        e->next_space = e->deadline = now + OPERATOR_POKE;
        e->state = ENTER_OPERATOR;
        return true;
    }
    return false;
}

static enum progress give_up(const struct enter_download *e, const struct conversation *c,
                             struct problem *problem)
{
    const char *tried = e->tried[0] ? e->tried : "nothing";
    if (!e->anything_heard) {
        problem_set(problem, PROBLEM_LOADER_NOT_REACHED, NULL,
                    "Nothing at all was received: check power, that TX and RX are not swapped, "
                    "ground, and the port. `otaconsole ports` shows what is plugged in.",
                    "the board did not enter download mode and stays silent (tried: %s)", tried);
    } else {
        problem_set(problem, PROBLEM_LOADER_NOT_REACHED, NULL,
                    "Hold the board's boot button, tap reset, then release boot (on the mk3060 "
                    "kit: press 1 and 3, release 1 first, then 3) and run the command again.",
                    "the board talks, but its loader did not come up (tried: %s)%s", tried,
                    e->application_answers ? "; the application is running" : "");
    }
    (void)c;
    return PROGRESS_FAILED;
}

static enum progress next_strategy(struct enter_download *e, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (c->transfer.state == TRANSFER_RUNNING)
        return PROGRESS_RUNNING;
    if (e->started)
        e->strategy++;
    e->started = true;
    for (; e->strategy < c->board->entry_count; e->strategy++) {
        const struct board_entry *entry = &c->board->entries[e->strategy];
        if (is_allowed(e, entry->kind) && begin_strategy(e, c, entry, now)) {
            remember(e, board_entry_name(entry->kind));
            return PROGRESS_RUNNING;
        }
    }
    return give_up(e, c, problem);
}

/* --- identification -------------------------------------------------------------------- */

static void identify(struct enter_download *e, struct conversation *c,
                     const struct board_dialect *guess)
{
    /* The answer to wait for is any help line of any dialect; they are compared afterwards. */
    const char *answers[LOADER_ANSWERS_MAX];
    unsigned n = 0;
    c->dialect = guess; /* only for its prompt; told to nobody yet */
    const struct board_dialect *end = c->board->dialects + c->board->dialect_count;
    for (const struct board_dialect *d = c->board->dialects; d < end; d++) {
        if (n < LOADER_ANSWERS_MAX && strcmp(d->prompt, guess->prompt) == 0 && d->help_text_count)
            answers[n++] = d->help_texts[0];
    }
    loader_command_start(&e->help, guess->commands.help ? guess->commands.help : "help", answers, n,
                         800 * TIME_MS, IDENTIFY_ATTEMPTS);
    e->state = ENTER_IDENTIFY;
    e->deadline = 0;
}

/* How many of a dialect's help texts were printed; 0 unless all of them were. */
static size_t help_score(const struct conversation *c, const struct board_dialect *d, uint64_t mark)
{
    for (size_t i = 0; i < d->help_text_count; i++) {
        if (!transcript_find(&c->heard, mark, d->help_texts[i], NULL))
            return 0;
    }
    return d->help_text_count;
}

static enum progress identified(struct enter_download *e, struct conversation *c, uint64_t now,
                                struct problem *problem)
{
    const struct board_dialect *best = NULL;
    size_t best_score = 0;
    for (size_t i = 0; i < c->board->dialect_count; i++) {
        size_t score = help_score(c, &c->board->dialects[i], e->help.mark);
        if (score > best_score) {
            best = &c->board->dialects[i];
            best_score = score;
        }
    }
    if (!best) {
        /* One flipped bit in the list is enough to miss it: ask once more. */
        if (++e->identify_attempt < IDENTIFY_ATTEMPTS) {
            identify(e, c, c->dialect);
            return PROGRESS_RUNNING;
        }
        c->dialect = NULL;
        return next_strategy(e, c, now, problem);
    }
    c->dialect = NULL;
    conversation_set_condition(c, BOARD_LOADER, best);
    return PROGRESS_DONE;
}

static enum progress poll_identify(struct enter_download *e, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    struct problem ignored = PROBLEM_INIT;
    enum progress progress = loader_command_poll(&e->help, c, now, &ignored);
    e->deadline = e->help.deadline;
    if (progress == PROGRESS_RUNNING)
        return progress;
    if (progress == PROGRESS_FAILED) {
        c->dialect = NULL;
        return next_strategy(e, c, now, problem);
    }
    /* The list goes on for a few lines; let it end. */
    if (!loader_at_prompt(c, e->help.answer_end) && now < c->heard.heard_us + 150 * TIME_MS) {
        e->deadline = c->heard.heard_us + 150 * TIME_MS;
        return PROGRESS_RUNNING;
    }
    return identified(e, c, now, problem);
}

/* --- the states -------------------------------------------------------------------------- */

static bool loader_answers(struct enter_download *e, struct conversation *c, uint64_t now)
{
    const struct board_dialect *d = prompts_loader(c, e->mark);
    /* A prompt in the middle of a chunk is not yet an invitation; see that nothing follows. */
    if (!d || now < c->heard.heard_us + 20 * TIME_MS) {
        if (d)
            e->deadline = time_min(e->deadline, c->heard.heard_us + 20 * TIME_MS);
        return false;
    }
    identify(e, c, d);
    return true;
}

static enum progress poll_listen(struct enter_download *e, struct conversation *c, uint64_t now,
                                 struct problem *problem)
{
    e->deadline = e->until;
    if (transcript_end(&c->heard) > e->mark)
        e->anything_heard = true;
    if (loader_answers(e, c, now) || e->deadline < e->until)
        return PROGRESS_RUNNING;
    if (now < e->until)
        return PROGRESS_RUNNING;
    if (receiver_waits(c, e->mark) && !e->aborted) {
        c->services->send(c, "a", 1, NULL);
        e->aborted = true;
        listen(e, now + RECEIVER_PATIENCE);
        return PROGRESS_RUNNING;
    }
    if (prompts_application(c, e->mark)) {
        e->application_answers = true;
        conversation_set_condition(c, BOARD_APPLICATION, NULL);
        return next_strategy(e, c, now, problem);
    }
    bool silent = transcript_end(&c->heard) == e->mark;
    if (!e->lingered && (silent || dialect_by_banner(c, e->mark))) {
        /* Silence may be a receiver between two 'C's; a banner without a prompt needs one more
         * Enter. */
        e->lingered = true;
        if (!silent)
            c->services->send(c, "\r", 1, NULL);
        listen(e, now + RECEIVER_PATIENCE);
        return PROGRESS_RUNNING;
    }
    return next_strategy(e, c, now, problem);
}

static enum progress poll_operator(struct enter_download *e, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (transcript_end(&c->heard) > e->mark)
        e->anything_heard = true;
    e->deadline = time_min(e->until, e->next_space);
    if (loader_answers(e, c, now))
        return PROGRESS_RUNNING;
    if (c->operator_answer == OPERATOR_NOBODY || now >= e->until)
        return next_strategy(e, c, now, problem);
    if (now >= e->next_space) {
        /* Harmless to a running application, and it makes a loader that came up quietly answer. */
        c->services->send(c, "\r", 1, NULL);
        e->next_space = now + OPERATOR_POKE;
        e->deadline = time_min(e->until, e->next_space);
    }
    return PROGRESS_RUNNING;
}

static enum progress poll_spaces(struct enter_download *e, struct conversation *c, uint64_t now)
{
    if (now >= e->until) {
        c->services->send(c, "\r", 1, NULL);
        listen(e, now + LOADER_START);
        return PROGRESS_RUNNING;
    }
    if (now >= e->next_space) {
        c->services->send(c, "   ", 3, NULL);
        e->next_space = now + SPACE_EVERY;
    }
    e->deadline = time_min(e->until, e->next_space);
    return PROGRESS_RUNNING;
}

static void begin_spaces(struct enter_download *e, struct conversation *c, uint64_t now)
{
    e->mark = transcript_end(&c->heard);
    e->until = now + c->board->entries[e->strategy].spaces_us;
    e->next_space = e->deadline = now;
    e->state = ENTER_SPACES;
}

enum progress enter_download_poll(struct enter_download *e, struct conversation *c, uint64_t now,
                                  struct problem *problem)
{
    enum progress progress;
    struct problem ignored = PROBLEM_INIT;
    switch (e->state) {
    case ENTER_NEXT:
        return next_strategy(e, c, now, problem);
    case ENTER_LISTEN:
        return poll_listen(e, c, now, problem);
    case ENTER_REBOOT:
        progress = typist_poll(&e->typist, c, now, &ignored);
        e->deadline = e->typist.deadline;
        if (progress == PROGRESS_FAILED)
            return next_strategy(e, c, now, problem);
        if (progress == PROGRESS_DONE) {
            conversation_set_condition(c, BOARD_UNKNOWN, NULL);
            begin_spaces(e, c, now);
        }
        return PROGRESS_RUNNING;
    case ENTER_HOLD:
        if (now < e->until)
            return PROGRESS_RUNNING;
        c->services->hold_reset(c, false);
        conversation_set_condition(c, BOARD_UNKNOWN, NULL);
        begin_spaces(e, c, now);
        return PROGRESS_RUNNING;
    case ENTER_SPACES:
        return poll_spaces(e, c, now);
    case ENTER_OPERATOR:
        return poll_operator(e, c, now, problem);
    case ENTER_IDENTIFY:
        return poll_identify(e, c, now, problem);
    }
    return PROGRESS_RUNNING;
}
