#include <stdio.h>
#include <string.h>

#include "workflow/runner_internal.h"

/* A person may be away from the bench; the step's own timeout is the limit. */
#define OPERATOR_PATIENCE (10 * 60 * TIME_S)

static void begin_work(struct runner *r)
{
    const struct plan_step *p = runner_current(r);
    const char *slash = p->file ? strrchr(p->file, '/') : NULL;
    struct flash_job_config config = {
        .name = slash ? slash + 1 : p->file,
        .image = p->image,
        .readback = p->readback,
        .size = p->size,
        .address = p->address,
        .write = p->step->kind == STEP_WRITE,
        .verify = p->step->kind == STEP_VERIFY || (p->step->verify && !r->options.no_verify),
    };
    if (p->step->kind == STEP_READ)
        flash_read_start(&r->read, p->address, p->size, p->readback);
    else
        flash_job_start(&r->flash, &config);
    r->entering = false;
}

void step_flash_begin(struct runner *r, struct conversation *c, uint64_t now)
{
    const struct profile_step *s = runner_current(r)->step;
    bool enter = s->kind == STEP_ENTER_DOWNLOAD;
    /* Also after a broken attempt: the board may have lost power and be anywhere by now. */
    if (enter || c->condition != BOARD_LOADER || r->attempt > 1) {
        enter_download_start(&r->enter, enter ? s->strategies : 0,
                             s->timeout_us ? s->timeout_us : OPERATOR_PATIENCE);
        r->entering = true;
    } else {
        begin_work(r);
    }
    r->deadline = now;
}

static enum progress refuse_dialect(const struct conversation *c, struct problem *problem)
{
    problem_set(problem, PROBLEM_NOT_AVAILABLE, c->dialect->title,
                c->dialect->note ? c->dialect->note
                                 : "Bring the board into its first-stage loader instead.",
                "otaconsole recognises this loader but does not flash through it");
    return PROGRESS_FAILED;
}

static enum progress poll_enter(struct runner *r, struct conversation *c, uint64_t now,
                                struct problem *problem)
{
    enum progress progress = enter_download_poll(&r->enter, c, now, problem);
    r->deadline = r->enter.deadline;
    if (progress != PROGRESS_DONE)
        return progress;
    if (!c->dialect->flashable)
        return refuse_dialect(c, problem);
    if (runner_current(r)->step->kind == STEP_ENTER_DOWNLOAD)
        return PROGRESS_DONE;
    begin_work(r);
    r->deadline = now;
    return PROGRESS_RUNNING;
}

static enum progress save(struct runner *r, struct conversation *c, struct problem *problem)
{
    const struct plan_step *p = runner_current(r);
    if (c->services->save_file(c, p->file, p->readback, p->size, problem) != PROBLEM_NONE)
        return PROGRESS_FAILED;
    conversation_note(c, 'I', "%u bytes from 0x%x saved in %s", p->size, p->address, p->file);
    return PROGRESS_DONE;
}

static void tell_result(const struct runner *r, struct conversation *c)
{
    const struct plan_step *p = runner_current(r);
    if (!r->flash.config.verify)
        conversation_note(c, 'W',
                          "%u bytes sent to 0x%x, but not verified: this loader checks no CRC and "
                          "reports success over a broken image, so what the flash holds is unknown",
                          p->size, p->address);
    else if (r->flash.sectors_rewritten)
        conversation_note(c, 'I',
                          "%u bytes at 0x%x read back and equal, after %u sectors were "
                          "written again",
                          p->size, p->address, r->flash.sectors_rewritten);
    else
        conversation_note(c, 'I', "%u bytes at 0x%x read back and equal", p->size, p->address);
}

enum progress step_flash_poll(struct runner *r, struct conversation *c, uint64_t now,
                              struct problem *problem)
{
    enum progress progress;
    if (r->entering)
        return poll_enter(r, c, now, problem);
    if (runner_current(r)->step->kind == STEP_READ) {
        progress = flash_read_poll(&r->read, c, now, problem);
        r->deadline = r->read.deadline;
        return progress == PROGRESS_DONE ? save(r, c, problem) : progress;
    }
    progress = flash_job_poll(&r->flash, c, now, problem);
    r->deadline = r->flash.deadline;
    if (progress == PROGRESS_DONE)
        tell_result(r, c);
    return progress;
}
