#include <stdio.h>
#include <string.h>

#include "workflow/flash_job.h"
#include "workflow/loader_text.h"

#define COMMAND_PATIENCE (2500 * TIME_MS)
#define RESULT_PATIENCE (2 * TIME_S)
/* A piece that broke is asked for again; what arrived before stays. */
#define PIECE 65536u
#define ATTEMPTS 6

void flash_read_start(struct flash_read *r, uint32_t address, uint32_t size, uint8_t *into)
{
    memset(r, 0, sizeof *r);
    r->address = address;
    r->size = size;
    r->into = into;
    r->state = READ_NEXT;
}

static uint32_t piece_length(const struct flash_read *r)
{
    uint32_t left = r->size - r->done;
    return left < PIECE ? left : PIECE;
}

static void begin_piece(struct flash_read *r, struct conversation *c)
{
    char line[TYPIST_LINE_MAX];
    const char *answers[LOADER_ANSWERS_MAX];
    unsigned n = loader_text_answers(c->dialect, c->dialect->ready_to_send, answers);
    loader_text_command(c->dialect->commands.read, r->address + r->done, piece_length(r), line,
                        sizeof line);
    loader_command_start(&r->command, line, answers, n, COMMAND_PATIENCE, 6);
    r->state = READ_COMMAND;
}

static void begin_transfer(struct flash_read *r, struct conversation *c)
{
    struct transfer_request request = {
        .preset = ymodem_preset_find(c->dialect->receiver_preset),
        .receive = true,
        .activity = "read",
        .into = r->into + r->done,
        .size = piece_length(r),
        .done_before = r->done,
        .total = r->size,
    };
    r->mark = transcript_end(&c->heard);
    r->state = READ_TRANSFER;
    c->services->begin_transfer(c, &request);
}

static enum progress piece_over(struct flash_read *r, const struct conversation *c,
                                struct problem *problem)
{
    if (c->transfer.state == TRANSFER_DONE) {
        r->done += piece_length(r);
        r->attempt = 0;
    } else if (++r->attempt >= ATTEMPTS) {
        problem_set(problem, PROBLEM_TRANSFER_FAILED, NULL,
                    "Check the cable and run the command again; --trace FILE shows every byte.",
                    "reading 0x%x failed: %s", r->address + r->done, c->transfer.words);
        return PROGRESS_FAILED;
    }
    r->state = READ_NEXT;
    return PROGRESS_RUNNING;
}

enum progress flash_read_poll(struct flash_read *r, struct conversation *c, uint64_t now,
                              struct problem *problem)
{
    enum progress progress;
    switch (r->state) {
    case READ_NEXT:
        if (r->done == r->size)
            return PROGRESS_DONE;
        begin_piece(r, c);
        r->deadline = now;
        return PROGRESS_RUNNING;
    case READ_COMMAND:
        progress = loader_command_poll(&r->command, c, now, problem);
        r->deadline = r->command.deadline;
        if (progress != PROGRESS_DONE)
            return progress;
        if (r->command.answer != 0)
            return loader_text_refused(c->dialect, &r->command, problem);
        begin_transfer(r, c);
        return PROGRESS_RUNNING;
    case READ_TRANSFER:
        r->deadline = TIME_NEVER;
        if (c->transfer.state == TRANSFER_RUNNING)
            return PROGRESS_RUNNING;
        r->deadline = now + RESULT_PATIENCE;
        r->state = READ_RESULT;
        return PROGRESS_RUNNING;
    case READ_RESULT:
        /* The next command needs the prompt anyway; here it only saves its patience. */
        if (!loader_at_prompt(c, r->mark) && now < r->deadline)
            return PROGRESS_RUNNING;
        r->deadline = now;
        return piece_over(r, c, problem);
    }
    return PROGRESS_RUNNING;
}
