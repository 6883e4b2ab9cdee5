#include "session/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/secrets.h"
#include "session/session_internal.h"

void session_learn_secrets(struct session *s, const struct variables *variables)
{
    struct secrets secrets;
    if (secrets_collect(variables, &secrets)) {
        for (size_t i = 0; i < secrets.count; i++) {
            redactor_add_secret(s->redactor, secrets.texts[i]);
            if (s->options.recorder)
                recorder_add_secret(s->options.recorder, secrets.texts[i]);
        }
    }
    secrets_free(&secrets);
}

/*
 * The kernel asserts RTS when a port is opened. Where RTS is wired to reset (mk3060 kits)
 * that would hold the board down for as long as the port is open.
 */
static void let_board_run(const struct session_options *o)
{
    for (size_t i = 0; o->board && i < o->board->entry_count; i++) {
        if (o->board->entries[i].kind == BOARD_ENTRY_RTS_PULSE_SPACES)
            link_set_reset(o->link, false);
    }
}

struct session *session_create(const struct session_options *options, struct problem *problem)
{
    struct session *s = calloc(1, sizeof *s);
    if (s) {
        s->options = *options;
        s->redactor = redactor_new();
        s->diagnose = diagnose_create(options->rules);
        s->texts = malloc(sizeof *s->texts);
    }
    if (!s || !s->redactor || !s->diagnose || !s->texts) {
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
        session_free(s);
        return NULL;
    }
    redactor_set_enabled(s->redactor, !options->show_secrets);
    session_learn_secrets(s, options->variables);
    if (options->live)
        diagnose_keep_raw(s->diagnose);
    transcript_init(&s->conversation.heard);
    s->conversation.services = &session_services;
    s->conversation.user = s;
    s->conversation.board = options->board;
    s->conversation.generation = options->generation;
    s->conversation.variables = options->variables;
    s->conversation.diagnose = s->diagnose;
    s->conversation.baud = options->baud;
    const struct sim_config *sim = link_simulation(options->link);
    s->conversation.interactive = sim ? sim->operator_present : options->interactive;
    s->conversation.chinese = options->chinese;
    let_board_run(options);
    s->now = link_now(options->link);
    /* May wrap below zero; differences of unsigned times do not mind. */
    s->started_us = s->now - options->elapsed_us;
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    diagnose_free(s->diagnose);
    redactor_free(s->redactor);
    free(s->texts);
    buffer_free(&s->out);
    buffer_free(&s->trace_in.held);
    buffer_free(&s->trace_out.held);
    free(s);
}

/* --- a prepared plan --------------------------------------------------------------------- */

void session_tell_started(struct session *s)
{
    char text[300];
    snprintf(text, sizeof text, "%s: %s on %s", s->options.name,
             s->options.board ? s->options.board->title : "board", link_name(s->options.link));
    struct event event = {.kind = EVENT_RUN_STARTED, .name = s->options.name, .text = text};
    session_emit(s, &event);
}

void session_tell_finished(struct session *s, uint64_t started_us, const struct problem *problem)
{
    struct event event = {
        .kind = EVENT_RUN_FINISHED, .problem = problem, .elapsed_us = s->now - started_us};
    session_trace_tick(s, true);
    session_emit(s, &event);
}

/* A line from the person at the terminal confirms; end of input means nobody is there. */
static void hear_operator(struct session *s)
{
    char bytes[256];
    ssize_t n = read(s->options.operator_fd, bytes, sizeof bytes);
    if (n <= 0)
        s->conversation.operator_answer = OPERATOR_NOBODY;
    else if (memchr(bytes, '\n', (size_t)n) || memchr(bytes, '\r', (size_t)n))
        s->conversation.operator_answer = OPERATOR_CONFIRMED;
    if (s->conversation.operator_answer != OPERATOR_WAITING)
        s->waiting_for_operator = false;
}

enum progress session_poll_runner(struct session *s, struct runner *runner, struct problem *problem)
{
    enum progress progress;
    /* A step that is over hands on at once; the next one may be over at once, too. */
    do {
        progress = runner_poll(runner, &s->conversation, s->now, problem);
    } while (progress == PROGRESS_RUNNING && runner_deadline(runner) <= s->now &&
             s->out.length == 0 && !s->transfer.running);
    return progress;
}

static enum progress pump(struct session *s, struct runner *runner, struct problem *problem)
{
    if (!session_exchange(s)) {
        if (session_await_adapter(s, problem) != PROBLEM_NONE)
            return PROGRESS_FAILED;
        return PROGRESS_RUNNING;
    }
    if (session_stop_requested(s) && !s->stop_seen) {
        s->stop_seen = true;
        runner_abort(runner, &s->conversation, s->now);
    }
    enum progress progress = session_poll_runner(s, runner, problem);
    if (progress != PROGRESS_RUNNING)
        return progress;
    if (!session_exchange(s))
        return PROGRESS_RUNNING;
    int fd = s->waiting_for_operator ? s->options.operator_fd : -1;
    if (session_wait(s, runner_deadline(runner), fd) & LINK_FD)
        hear_operator(s);
    return PROGRESS_RUNNING;
}

enum problem_code session_run(struct session *s, struct runner *runner, struct problem *problem)
{
    enum progress progress;
    session_tell_started(s);
    runner_start(runner, &s->conversation, s->now);
    do {
        progress = pump(s, runner, problem);
    } while (progress == PROGRESS_RUNNING);
    session_tell_finished(s, s->started_us, problem);
    return problem->code;
}

/* --- a plain terminal -------------------------------------------------------------------- */

/* The board's line end is CR; a pipe's is LF. */
static bool forward_input(struct session *s, int fd)
{
    char bytes[256];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n <= 0)
        return false;
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            bytes[i] = '\r';
    }
    buffer_append(&s->out, bytes, (size_t)n);
    return true;
}

enum problem_code session_monitor(struct session *s, const struct session_monitor *options,
                                  struct problem *problem)
{
    int fd = options->input_fd;
    uint64_t end = options->for_us ? time_after(s->now, options->for_us) : TIME_NEVER;
    bool found = false;
    while (!session_stop_requested(s)) {
        if (!session_exchange(s)) {
            if (session_await_adapter(s, problem) != PROBLEM_NONE)
                return problem->code;
            continue;
        }
        found = options->until && transcript_find(&s->conversation.heard, 0, options->until, NULL);
        if (found || s->now >= end)
            break;
        if ((session_wait(s, end, fd) & LINK_FD) && !forward_input(s, fd)) {
            fd = -1;
            end = time_min(end, time_after(s->now, options->grace_us));
        }
    }
    diagnose_finish(s->diagnose, s->now);
    session_pull_diagnosis(s);
    session_trace_tick(s, true);
    if (options->until && !found)
        return problem_set(problem, PROBLEM_STEP_TIMEOUT, link_name(s->options.link),
                           "Give it more time with --for, or check the words.",
                           "the board did not say \"%s\"", options->until);
    return PROBLEM_NONE;
}
