#include <string.h>

#include "workflow/loader_text.h"
#include "workflow/prompts.h"
#include "workflow/runner_internal.h"

/* Starting takes a second or two; the prompt may come later than the first words. */
#define START_PATIENCE (8 * TIME_S)
#define PULSE (100 * TIME_MS)
/* After a pulse on an adapter whose RTS leads nowhere the board simply says nothing. */
#define PULSE_PATIENCE (2500 * TIME_MS)
#define POKE_EVERY (1 * TIME_S)
#define PROMPT_QUIET (50 * TIME_MS)
#define OPERATOR_PATIENCE (5 * 60 * TIME_S)

void step_boot_begin(struct runner *r)
{
    memset(&r->boot, 0, sizeof r->boot);
    r->boot.state = BOOT_CHOOSE;
    r->deadline = 0;
}

static void listen(struct runner *r, struct conversation *c, uint64_t now, uint64_t patience)
{
    r->boot.state = BOOT_LISTEN;
    r->boot.until = now + patience;
    r->boot.poke = now + POKE_EVERY;
    r->deadline = r->boot.poke;
    conversation_set_condition(c, BOARD_UNKNOWN, NULL);
}

static enum progress ask_for_reset(struct runner *r, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (!c->interactive) {
        problem_set(problem, PROBLEM_BOARD_SILENT, NULL,
                    "Run it at the bench, or wire the adapter's RTS to the board's reset.",
                    "this loader has no boot command, resetting by RTS had no effect, and nobody "
                    "can be asked to press reset");
        return PROGRESS_FAILED;
    }
    r->boot.asked = true;
    r->boot.mark = transcript_end(&c->heard);
    r->boot.until = now + OPERATOR_PATIENCE;
    r->boot.state = BOOT_OPERATOR;
    r->deadline = r->boot.until;
    c->services->ask_operator(c, OPERATOR_RESET,
                              "Press the reset button (on the mk3060 kit: button 1) and let go.");
    return PROGRESS_RUNNING;
}

static enum progress pulse_reset(struct runner *r, struct conversation *c, uint64_t now,
                                 struct problem *problem)
{
    r->boot.pulsed = true;
    if (!c->services->hold_reset(c, true))
        return ask_for_reset(r, c, now, problem);
    r->boot.until = r->deadline = now + PULSE;
    r->boot.state = BOOT_PULSE;
    return PROGRESS_RUNNING;
}

static enum progress choose(struct runner *r, struct conversation *c, uint64_t now,
                            struct problem *problem)
{
    const char *answers[LOADER_ANSWERS_MAX];
    r->boot.mark = transcript_end(&c->heard);
    if (c->condition != BOARD_LOADER || !c->dialect->commands.boot)
        return pulse_reset(r, c, now, problem);
    answers[0] = c->dialect->booting ? c->dialect->booting : "oot";
    loader_command_start(&r->boot.command, c->dialect->commands.boot, answers, 1, 1500 * TIME_MS,
                         1);
    r->boot.state = BOOT_COMMAND;
    r->deadline = now;
    return PROGRESS_RUNNING;
}

static enum progress poll_command(struct runner *r, struct conversation *c, uint64_t now,
                                  struct problem *problem)
{
    enum progress progress = loader_command_poll(&r->boot.command, c, now, problem);
    r->deadline = r->boot.command.deadline;
    if (progress == PROGRESS_RUNNING)
        return progress;
    /* Its answer may have been garbled: what the board does now decides. */
    *problem = (struct problem)PROBLEM_INIT;
    r->boot.mark = r->boot.command.mark ? r->boot.command.mark : transcript_end(&c->heard);
    listen(r, c, now, START_PATIENCE);
    return PROGRESS_RUNNING;
}

static enum progress came_back_in_loader(struct conversation *c, const struct board_dialect *d,
                                         struct problem *problem)
{
    conversation_set_condition(c, BOARD_LOADER, d);
    problem_set(problem, PROBLEM_BOARD_SILENT, d->title,
                "Let go of the boot button (on the mk3060 kit: button 3), or lift whatever pulls "
                "the boot pin low; an unpowered adapter can do that too.",
                "the board came back in its loader instead of starting the application");
    return PROGRESS_FAILED;
}

static enum progress nothing_heard(struct runner *r, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (r->boot.pulsed && !r->boot.asked && c->interactive)
        return ask_for_reset(r, c, now, problem);
    problem_set(problem, PROBLEM_BOARD_SILENT, NULL,
                "Is it the right file? From release 2.1 on only X@BOARD.bin is for the serial "
                "port, X.ota.bin leaves a silent board. Check the console's baud rate too.",
                "the board says nothing after it was started");
    return PROGRESS_FAILED;
}

static enum progress poll_listen(struct runner *r, struct conversation *c, uint64_t now,
                                 struct problem *problem)
{
    struct step_boot *b = &r->boot;
    const struct board_dialect *loader = prompts_loader(c, b->mark);
    bool quiet = now >= c->heard.heard_us + PROMPT_QUIET;
    bool heard = transcript_end(&c->heard) > b->mark;
    if (loader && quiet)
        return came_back_in_loader(c, loader, problem);
    if (prompts_application(c, b->mark) && quiet) {
        conversation_set_condition(c, BOARD_APPLICATION, NULL);
        return PROGRESS_DONE;
    }
    uint64_t until =
        b->pulsed && !b->asked && !heard ? b->until - START_PATIENCE + PULSE_PATIENCE : b->until;
    if (now >= until) {
        if (!heard)
            return nothing_heard(r, c, now, problem);
        conversation_note(c, 'W', "the board talks but shows no prompt; going on");
        return PROGRESS_DONE;
    }
    if (now >= b->poke) {
        c->services->send(c, "\r", 1, NULL);
        b->poke = now + POKE_EVERY;
    }
    r->deadline = time_min(until, b->poke);
    if (!quiet)
        r->deadline = time_min(r->deadline, c->heard.heard_us + PROMPT_QUIET);
    return PROGRESS_RUNNING;
}

static enum progress poll_operator(struct runner *r, struct conversation *c, uint64_t now,
                                   struct problem *problem)
{
    if (transcript_end(&c->heard) > r->boot.mark) {
        listen(r, c, now, START_PATIENCE);
        return PROGRESS_RUNNING;
    }
    if (c->operator_answer == OPERATOR_NOBODY || now >= r->boot.until)
        return nothing_heard(r, c, now, problem);
    r->deadline = r->boot.until;
    return PROGRESS_RUNNING;
}

enum progress step_boot_poll(struct runner *r, struct conversation *c, uint64_t now,
                             struct problem *problem)
{
    switch (r->boot.state) {
    case BOOT_CHOOSE:
        return choose(r, c, now, problem);
    case BOOT_COMMAND:
        return poll_command(r, c, now, problem);
    case BOOT_PULSE:
        if (now < r->boot.until)
            return PROGRESS_RUNNING;
        c->services->hold_reset(c, false);
        r->boot.mark = transcript_end(&c->heard);
        listen(r, c, now, START_PATIENCE);
        return PROGRESS_RUNNING;
    case BOOT_OPERATOR:
        return poll_operator(r, c, now, problem);
    case BOOT_LISTEN:
        return poll_listen(r, c, now, problem);
    }
    return PROGRESS_RUNNING;
}
