#include "workflow/flash_job.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "workflow/loader_text.h"

#define COMMAND_PATIENCE (2500 * TIME_MS)
/* "Programming Completed" follows 0.5 s after the null block, or only after a poke (peers-host
 * §4.2). */
#define RESULT_NUDGE (700 * TIME_MS)
#define RESULT_PATIENCE (6 * TIME_S)
/*
 * At one flipped byte in 2,000 a 4 KiB sector arrives whole about one time in
 * eight, so many rounds without a success are still luck; a dead cell is told
 * apart by its value, not by counting.
 */
#define ROUNDS_WITHOUT_PROGRESS 120
#define TRANSFERS_WITHOUT_PROGRESS 12
#define STUCK_ROUNDS 12
#define REFUSALS_IN_ROW 4

void flash_job_start(struct flash_job *j, const struct flash_job_config *config)
{
    memset(j, 0, sizeof *j);
    j->config = *config;
    j->state = FLASH_NEXT;
    j->best_bad = UINT32_MAX;
    j->deadline = 0;
}

static bool prepare(struct flash_job *j, const struct conversation *c, struct problem *problem)
{
    if (j->to_write.count)
        return true;
    const struct flash_job_config *f = &j->config;
    uint32_t sector = c->board->flash.sector;
    if (!sector_map_init(&j->to_write, f->address, f->size, sector) ||
        !sector_map_init(&j->to_check, f->address, f->size, sector)) {
        problem_set(problem, PROBLEM_IMAGE_REFUSED, f->name,
                    "Check the file and the address; see `otaconsole boards`.",
                    "%u bytes at 0x%x cannot be an area of this board's flash", f->size,
                    f->address);
        return false;
    }
    sector_map_mark_all(&j->to_write, f->write);
    sector_map_mark_all(&j->to_check, f->verify);
    return true;
}

static void tell(struct conversation *c, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tell(struct conversation *c, const char *name, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct event event = {.kind = EVENT_TRANSFER, .name = name, .text = text};
    c->services->emit(c, &event);
}

/* --- choosing what to do next -------------------------------------------------- */

static void begin_run(struct flash_job *j, struct conversation *c)
{
    char line[TYPIST_LINE_MAX];
    const char *answers[LOADER_ANSWERS_MAX];
    unsigned n;
    uint32_t address = j->config.address + j->run_offset;
    if (j->reading) {
        loader_text_command(c->dialect->commands.read, address, j->run_length, line, sizeof line);
        n = loader_text_answers(c->dialect, c->dialect->ready_to_send, answers);
    } else {
        loader_text_command(c->dialect->commands.write, address, j->run_length, line, sizeof line);
        n = loader_text_answers(c->dialect, c->dialect->ready_to_receive, answers);
    }
    loader_command_start(&j->command, line, answers, n, COMMAND_PATIENCE, 6);
    j->command.receiver_start_answers = !j->reading;
    j->state = FLASH_COMMAND;
}

static bool next_run(struct flash_job *j)
{
    uint32_t *first = &j->run_first, *count = &j->run_count;
    if (sector_map_first_run(&j->to_write, first, count, &j->run_offset, &j->run_length)) {
        j->reading = false;
        return true;
    }
    j->reading = true;
    return sector_map_first_run(&j->to_check, first, count, &j->run_offset, &j->run_length);
}

/* --- the transfer --------------------------------------------------------------- */

static void begin_transfer(struct flash_job *j, struct conversation *c)
{
    const struct flash_job_config *f = &j->config;
    uint32_t remaining = sector_map_marked_bytes(j->reading ? &j->to_check : &j->to_write);
    struct transfer_request request = {
        .preset = ymodem_preset_find(c->dialect->receiver_preset),
        .receive = j->reading,
        .activity = j->reading    ? "verify"
                    : j->repaired ? "repair"
                                  : "write",
        .name = f->name,
        .data = f->image + j->run_offset,
        .into = f->readback ? f->readback + j->run_offset : NULL,
        .size = j->run_length,
        .done_before = f->size - remaining,
        .total = f->size,
    };
    j->mark = transcript_end(&c->heard);
    j->state = FLASH_TRANSFER;
    c->services->begin_transfer(c, &request);
}

static void wait_for_result(struct flash_job *j, uint64_t now)
{
    j->nudged = false;
    j->deadline = now + RESULT_NUDGE;
    j->state = FLASH_RESULT;
}

/*
 * What the loader says after a transfer. Only a failure is believed at once; a
 * success, a prompt or silence all mean "go and look".
 */
static enum progress poll_result(struct flash_job *j, struct conversation *c, uint64_t now)
{
    const struct board_dialect *d = c->dialect;
    const struct board_failure *failure = loader_text_failure(d, &c->heard, j->mark);
    const char *success = j->reading ? d->read_success : d->write_success;
    bool over = (success && transcript_find(&c->heard, j->mark, success, NULL)) ||
                loader_at_prompt(c, j->mark);
    if (failure && c->transfer.state == TRANSFER_DONE) {
        tell(c, "doubt", "the loader says \"%s\" after a complete transfer; reading back to see",
             failure->text);
        over = true;
    }
    if (over || failure) {
        j->state = FLASH_JUDGE;
        j->deadline = now;
        return PROGRESS_RUNNING;
    }
    if (now < j->deadline)
        return PROGRESS_RUNNING;
    if (!j->nudged) {
        c->services->send(c, "\r", 1, NULL);
        j->nudged = true;
        j->deadline = now + RESULT_PATIENCE;
        return PROGRESS_RUNNING;
    }
    j->state = FLASH_JUDGE;
    j->deadline = now;
    return PROGRESS_RUNNING;
}

/* --- after a run ---------------------------------------------------------------- */

static enum progress transfer_broke(struct flash_job *j, struct conversation *c,
                                    struct problem *problem)
{
    uint32_t sectors = 0, offset, length;
    const struct board_failure *failure = loader_text_failure(c->dialect, &c->heard, j->mark);
    if (!j->reading) {
        /* Sectors that were acknowledged whole need not be sent again; the check decides anyway. */
        for (; sectors < j->run_count; sectors++) {
            sector_map_extent(&j->to_write, j->run_first + sectors, &offset, &length);
            if (offset + length - j->run_offset > c->transfer.bytes)
                break;
        }
        sector_map_mark(&j->to_write, j->run_first, sectors, false);
    }
    j->failures_in_row = sectors ? 0 : j->failures_in_row + 1;
    tell(c, "resume", "%s broke off after %u of %u bytes (%s); trying again from 0x%x",
         j->reading ? "read-back" : "transfer", c->transfer.bytes, j->run_length,
         failure ? failure->meaning : c->transfer.words,
         j->config.address + j->run_offset + (sectors ? offset - j->run_offset : 0));
    /* Such as "too large": that it fits was checked before, so once may be a damaged header. */
    bool hopeless = failure && failure->code != PROBLEM_TRANSFER_FAILED &&
                    j->failures_in_row >= REFUSALS_IN_ROW;
    if (j->failures_in_row < TRANSFERS_WITHOUT_PROGRESS && !hopeless) {
        j->state = FLASH_NEXT;
        return PROGRESS_RUNNING;
    }
    problem_set(problem, failure ? failure->code : PROBLEM_TRANSFER_FAILED, j->config.name,
                j->reading ? "The image was written but could not be proven. Check the cable and "
                             "run the same command again."
                           : "The flash is only partly written: run the same command again before "
                             "you boot the board. --trace FILE shows every byte.",
                "%s: %s", j->reading ? "reading back failed" : "sending failed",
                failure ? failure->meaning : c->transfer.words);
    return PROGRESS_FAILED;
}

/* The first byte that differs, to tell a dead cell from line noise. */
static void watch_for_stuck(struct flash_job *j)
{
    const struct flash_job_config *f = &j->config;
    for (uint32_t i = 0; i < f->size; i++) {
        if (f->image[i] == f->readback[i])
            continue;
        if (j->stuck_count && j->stuck_offset == i && j->stuck_value == f->readback[i]) {
            j->stuck_count++;
        } else {
            j->stuck_offset = i;
            j->stuck_value = f->readback[i];
            j->stuck_count = 1;
        }
        return;
    }
}

static enum progress mismatch(struct flash_job *j, struct conversation *c, uint32_t bad,
                              struct problem *problem)
{
    const struct flash_job_config *f = &j->config;
    uint32_t at = 0;
    while (at < f->size && f->image[at] == f->readback[at])
        at++;
    uint32_t address = f->address + at;
    char where[96];
    snprintf(where, sizeof where, "0x%x (image offset 0x%x, 34-byte group %u)", address, at,
             at / 34);
    watch_for_stuck(j);
    j->rounds = bad < j->best_bad ? 0 : j->rounds + 1;
    j->best_bad = bad < j->best_bad ? bad : j->best_bad;
    bool stuck = j->stuck_count >= STUCK_ROUNDS;
    if (f->write && !stuck && j->rounds < ROUNDS_WITHOUT_PROGRESS) {
        tell(c, "repair", "%u of %u sectors differ, the first at %s; writing those again", bad,
             j->to_check.count, where);
        for (uint32_t i = 0; i < j->to_check.count; i++)
            j->to_write.marked[i] |= j->to_check.marked[i];
        j->sectors_rewritten += bad;
        j->repaired = true;
        j->state = FLASH_NEXT;
        return PROGRESS_RUNNING;
    }
    problem_set(problem, PROBLEM_VERIFY_MISMATCH, where,
                !f->write ? "The board holds another image; flash it with `otaconsole flash`."
                : stuck   ? "The same byte reads wrong every time: the flash is locked (`lock` on "
                            "the loader) or worn out."
                          : "The line is too noisy: shorten the cable, change the adapter or its "
                            "supply, then flash again.",
                "the flash holds 0x%02x where the image has 0x%02x; %u of %u sectors differ",
                f->readback[at], f->image[at], bad, j->to_check.count);
    return PROGRESS_FAILED;
}

static enum progress judge(struct flash_job *j, struct conversation *c, struct problem *problem)
{
    if (c->transfer.state != TRANSFER_DONE)
        return transfer_broke(j, c, problem);
    j->failures_in_row = 0;
    j->state = FLASH_NEXT;
    if (!j->reading) {
        sector_map_mark(&j->to_write, j->run_first, j->run_count, false);
        return PROGRESS_RUNNING;
    }
    sector_map_compare(&j->to_check, j->run_first, j->run_count, j->config.image,
                       j->config.readback);
    /* Runs still to be read are marked too, so only judge when the last run has been read. */
    uint32_t next_first, next_count, offset, length;
    struct sector_map rest = j->to_check;
    sector_map_mark(&rest, 0, j->run_first + j->run_count, false);
    if (sector_map_first_run(&rest, &next_first, &next_count, &offset, &length)) {
        j->run_first = next_first;
        j->run_count = next_count;
        j->run_offset = offset;
        j->run_length = length;
        begin_run(j, c);
        return PROGRESS_RUNNING;
    }
    uint32_t bad = sector_map_marked_count(&j->to_check);
    if (bad)
        return mismatch(j, c, bad, problem);
    return PROGRESS_RUNNING;
}

static enum progress next(struct flash_job *j, struct conversation *c, struct problem *problem)
{
    if (!prepare(j, c, problem))
        return PROGRESS_FAILED;
    if (next_run(j)) {
        begin_run(j, c);
        return PROGRESS_RUNNING;
    }
    if (j->repaired && j->config.verify) {
        /* Repairs were checked one by one; the last word is one look at the whole. */
        j->repaired = false;
        sector_map_mark_all(&j->to_check, true);
        return next(j, c, problem);
    }
    j->state = FLASH_FINISHED;
    return PROGRESS_DONE;
}

enum progress flash_job_poll(struct flash_job *j, struct conversation *c, uint64_t now,
                             struct problem *problem)
{
    enum progress progress = PROGRESS_RUNNING;
    switch (j->state) {
    case FLASH_NEXT:
        progress = next(j, c, problem);
        j->deadline = now;
        return progress;
    case FLASH_COMMAND:
        progress = loader_command_poll(&j->command, c, now, problem);
        j->deadline = j->command.deadline;
        if (progress != PROGRESS_DONE)
            return progress;
        if (j->command.answer != 0) {
            return loader_text_refused(c->dialect, &j->command, problem);
        }
        begin_transfer(j, c);
        return PROGRESS_RUNNING;
    case FLASH_TRANSFER:
        j->deadline = TIME_NEVER;
        if (c->transfer.state == TRANSFER_RUNNING)
            return PROGRESS_RUNNING;
        wait_for_result(j, now);
        return PROGRESS_RUNNING;
    case FLASH_RESULT:
        return poll_result(j, c, now);
    case FLASH_JUDGE:
        j->deadline = now;
        return judge(j, c, problem);
    case FLASH_FINISHED:
        return PROGRESS_DONE;
    }
    return progress;
}
