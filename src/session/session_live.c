#include "session/session_live.h"

#include <string.h>

#include "session/session_internal.h"

#define BREAK_TIME (250 * TIME_MS)
#define PULSE_TIME (100 * TIME_MS)
#define LOOK_FOR_ADAPTER (500 * TIME_MS)

uint64_t session_now(const struct session *s)
{
    return s->now;
}

/* --- turning ------------------------------------------------------------------------ */

static void run_over(struct session *s, const struct problem *problem)
{
    s->runner = NULL;
    s->waiting_for_operator = false;
    session_tell_finished(s, s->run_started_us, problem);
}

static void poll_plan(struct session *s)
{
    struct problem problem = PROBLEM_INIT;
    if (s->runner && session_poll_runner(s, s->runner, &problem) != PROGRESS_RUNNING)
        run_over(s, &problem);
}

/* Lines that were pulled for a moment. */
static void release_lines(struct session *s)
{
    if (s->break_until_us && s->now >= s->break_until_us) {
        link_set_line(s->options.link, LINK_LINE_BREAK, false);
        s->break_until_us = 0;
    }
    if (s->pulse_until_us && s->now >= s->pulse_until_us) {
        link_set_reset(s->options.link, false);
        s->pulse_until_us = 0;
    }
}

static void try_reconnect(struct session *s)
{
    s->now = link_now(s->options.link);
    if (s->now < s->next_reconnect_us)
        return;
    s->next_reconnect_us = s->now + LOOK_FOR_ADAPTER;
    if (!link_reconnect(s->options.link))
        return;
    s->lost = false;
    session_tell_link(s, "back", "the serial adapter is back");
}

static void lose(struct session *s)
{
    s->lost = true;
    s->next_reconnect_us = s->now + LOOK_FOR_ADAPTER;
    s->break_until_us = s->pulse_until_us = 0;
    session_adapter_lost(s, "the serial adapter is gone; waiting for it to come back");
}

static uint64_t next_deadline(const struct session *s, uint64_t deadline)
{
    if (s->runner && !s->lost)
        deadline = time_min(deadline, runner_deadline(s->runner));
    if (s->break_until_us)
        deadline = time_min(deadline, s->break_until_us);
    if (s->pulse_until_us)
        deadline = time_min(deadline, s->pulse_until_us);
    return s->lost ? time_min(deadline, s->next_reconnect_us) : deadline;
}

unsigned session_turn(struct session *s, uint64_t deadline, int fd)
{
    if (s->lost)
        try_reconnect(s);
    if (!s->lost && !session_exchange(s))
        lose(s);
    if (!s->lost) {
        release_lines(s);
        session_recognise(s);
        poll_plan(s);
        if (!session_exchange(s))
            lose(s);
    }
    return session_wait(s, next_deadline(s, deadline), fd);
}

/* --- plans -------------------------------------------------------------------------- */

bool session_start(struct session *s, struct runner *runner, struct variables *variables,
                   const char *name, size_t index)
{
    if (s->runner || s->lost || s->transfer.running)
        return false;
    session_learn_secrets(s, variables);
    s->options.variables = s->conversation.variables = variables;
    s->options.name = name;
    s->runner = runner;
    s->run_started_us = s->now;
    session_tell_started(s);
    runner_start_at(runner, &s->conversation, s->now, index);
    return true;
}

bool session_running(const struct session *s)
{
    return s->runner != NULL;
}

void session_stop(struct session *s)
{
    struct problem problem = PROBLEM_INIT;
    if (!s->runner)
        return;
    runner_abort(s->runner, &s->conversation, s->now);
    if (!s->lost)
        return;
    /* Nobody is there to be polite to. */
    while (runner_poll(s->runner, &s->conversation, s->now, &problem) == PROGRESS_RUNNING)
        ;
    run_over(s, &problem);
}

void session_skip(struct session *s)
{
    if (s->runner)
        runner_skip(s->runner, &s->conversation, s->now);
}

bool session_confirm(struct session *s)
{
    if (!s->runner || !s->waiting_for_operator)
        return false;
    s->conversation.operator_answer = OPERATOR_CONFIRMED;
    s->waiting_for_operator = false;
    return true;
}

/* --- by hand --------------------------------------------------------------------------- */

bool session_type(struct session *s, const char *bytes, size_t n, const char *shown)
{
    if (s->lost || s->transfer.running)
        return false;
    s->conversation.services->send(&s->conversation, bytes, n, shown);
    return true;
}

bool session_send_file(struct session *s, const struct ymodem_preset *preset, const char *name,
                       const uint8_t *bytes, uint32_t n)
{
    if (s->lost || s->transfer.running || s->runner)
        return false;
    struct transfer_request request = {
        .preset = preset, .activity = "send", .name = name, .data = bytes, .size = n, .total = n};
    transfer_begin(s, &request);
    return true;
}

bool session_transferring(const struct session *s)
{
    return s->transfer.running;
}

void session_cancel_transfer(struct session *s)
{
    transfer_abort(s);
}

bool session_send_break(struct session *s)
{
    if (s->lost || !link_set_line(s->options.link, LINK_LINE_BREAK, true))
        return false;
    s->break_until_us = s->now + BREAK_TIME;
    return true;
}

bool session_pulse_reset(struct session *s)
{
    if (s->lost || !link_set_reset(s->options.link, true))
        return false;
    s->pulse_until_us = s->now + PULSE_TIME;
    conversation_set_condition(&s->conversation, BOARD_UNKNOWN, NULL);
    return true;
}

bool session_toggle_line(struct session *s, enum link_line line, bool *now_on)
{
    bool on;
    if (s->lost || !link_get_line(s->options.link, line, &on) ||
        !link_set_line(s->options.link, line, !on))
        return false;
    *now_on = !on;
    return true;
}

enum problem_code session_set_baud(struct session *s, uint32_t baud, struct problem *problem)
{
    if (link_set_baud(s->options.link, baud, problem) == PROBLEM_NONE)
        s->conversation.baud = baud;
    return problem->code;
}

/* --- the rest ------------------------------------------------------------------------------ */

void session_set_recorder(struct session *s, struct recorder *recorder)
{
    s->options.recorder = recorder;
    if (recorder)
        session_learn_secrets(s, s->options.variables);
}

struct session_figures session_figures(const struct session *s)
{
    return (struct session_figures){.received = s->received,
                                    .sent = s->sent,
                                    .lost = s->lost,
                                    .baud = link_baud(s->options.link)};
}
