/* A session turned by hand against the simulated board, in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "board/board.h"
#include "session/session_live.h"
#include "sim/board.h"
#include "workflow/profile.h"

#define TEXTS 200

struct bench {
    struct board *board;
    struct rule_set *rules;
    struct link *link;
    struct session *session;
    struct variables *variables;
    struct profile *profile;
    struct runner *runner;
    char lines[TEXTS][200];
    unsigned line_count, unfinished;
    char steps[TEXTS][64]; /* "name state" */
    unsigned step_count;
    char result[40], board_state[40], loader[40], link_state[16];
    unsigned verdicts, downloads;
    char verdict[32];
    uint64_t heard;
};

static const char *const board_dirs[] = {"boards"}, *const profile_dirs[] = {"profiles"},
                         *const rule_dirs[] = {"profiles/rules"};

static void watch(void *user, const struct event *e)
{
    struct bench *b = user;
    if (e->kind == EVENT_LINE && b->line_count < TEXTS) {
        snprintf(b->lines[b->line_count++], sizeof b->lines[0], "%s", e->text);
        b->unfinished += e->unfinished;
    }
    if (e->kind == EVENT_STEP_FINISHED && b->step_count < TEXTS)
        snprintf(b->steps[b->step_count++], sizeof b->steps[0], "%.40s %s", e->name, e->state);
    if (e->kind == EVENT_RUN_FINISHED)
        snprintf(b->result, sizeof b->result, "%s", problem_name(e->problem->code));
    if (e->kind == EVENT_STATE) {
        snprintf(b->board_state, sizeof b->board_state, "%s", e->name);
        snprintf(b->loader, sizeof b->loader, "%s", e->state ? e->state : "");
    }
    if (e->kind == EVENT_LINK)
        snprintf(b->link_state, sizeof b->link_state, "%s", e->name);
    if (e->kind == EVENT_VERDICT) {
        b->verdicts++;
        snprintf(b->verdict, sizeof b->verdict, "%s", e->verdict->kind);
    }
    if (e->kind == EVENT_PROGRESS && strcmp(e->name, "download") == 0)
        b->downloads++;
}

static void heard(void *user, const uint8_t *bytes, size_t n, bool transfer)
{
    struct bench *b = user;
    (void)bytes;
    (void)transfer;
    b->heard += n;
}

static struct bench *open_bench(const char *port, uint32_t baud)
{
    struct problem p = PROBLEM_INIT;
    struct bench *b = calloc(1, sizeof *b);
    struct link_options how = {.port = port, .baud = baud};
    assert_int_equal(board_load("mk3060", board_dirs, 1, &b->board, NULL, &p), PROBLEM_NONE);
    assert_int_equal(rules_load(rule_dirs, 1, &b->rules, NULL, &p), PROBLEM_NONE);
    assert_int_equal(link_open(&how, &b->link, &p), PROBLEM_NONE);
    struct session_options options = {.link = b->link,
                                      .board = b->board,
                                      .rules = b->rules,
                                      .name = "test",
                                      .baud = baud,
                                      .sinks = {{watch, b}},
                                      .sink_count = 1,
                                      .heard = heard,
                                      .heard_user = b,
                                      .interactive = true,
                                      .live = true,
                                      .operator_fd = -1};
    b->session = session_create(&options, &p);
    assert_non_null(b->session);
    return b;
}

static void close_bench(struct bench *b)
{
    session_free(b->session);
    runner_free(b->runner);
    profile_free(b->profile);
    variables_free(b->variables);
    link_close(b->link);
    rules_free(b->rules);
    board_free(b->board);
    free(b);
}

/* Turns for so long of the board's time, or until no plan runs. */
static void turn_for(struct bench *b, uint64_t us, bool until_over)
{
    uint64_t end = session_now(b->session) + us;
    while (session_now(b->session) < end && !(until_over && !session_running(b->session)))
        session_turn(b->session, end, -1);
}

static const char *simulation_value(void *user, const char *name)
{
    return sim_config_rehearsal_value(user, name);
}

static void prepare(struct bench *b, const char *profile)
{
    struct problem p = PROBLEM_INIT;
    struct variables_sources sources = {simulation_value, NULL, (void *)link_simulation(b->link)};
    b->variables = variables_new();
    assert_int_equal(profile_load(profile, profile_dirs, 1, b->variables, &b->profile, NULL, &p),
                     PROBLEM_NONE);
    assert_int_equal(variables_resolve(b->variables, &sources, &p), PROBLEM_NONE);
    struct runner_options options = {
        .profile = b->profile, .variables = b->variables, .board = b->board};
    b->runner = runner_prepare(&options, &p);
    assert_non_null(b->runner);
}

static bool said(const struct bench *b, const char *words)
{
    for (unsigned i = 0; i < b->line_count; i++) {
        if (strstr(b->lines[i], words))
            return true;
    }
    return false;
}

/* --- by hand ------------------------------------------------------------------------- */

static void typed_line_is_answered_and_the_application_known(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:", 921600);
    turn_for(b, 2 * TIME_S, false);
    assert_true(session_type(b->session, "version\r", 8, "version"));
    turn_for(b, 1 * TIME_S, false);
    assert_true(said(b, "app-1.0.0"));
    assert_string_equal(b->board_state, "application");
    assert_true(b->unfinished > 0); /* its prompt has no line end */
    struct session_figures f = session_figures(b->session);
    assert_true(f.received > 20 && f.received == b->heard);
    assert_int_equal(f.sent, 8);
    close_bench(b);
}

static void loader_is_known_by_its_banner(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:start=loader,loader=b1", 921600);
    turn_for(b, 1 * TIME_S, false);
    session_type(b->session, "\r", 1, NULL);
    turn_for(b, 1 * TIME_S, false);
    assert_string_equal(b->board_state, "loader");
    close_bench(b);
}

static void wrong_rate_is_garbage_until_it_is_set_right(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    struct bench *b = open_bench("sim:", 115200);
    session_type(b->session, "version\r", 8, NULL);
    turn_for(b, 3 * TIME_S, false);
    assert_false(said(b, "app-1.0.0"));
    assert_int_equal(session_set_baud(b->session, 921600, &p), PROBLEM_NONE);
    session_type(b->session, "\rversion\r", 9, NULL);
    turn_for(b, 2 * TIME_S, false);
    assert_true(said(b, "app-1.0.0"));
    assert_int_equal(session_figures(b->session).baud, 921600);
    close_bench(b);
}

static void reset_pulse_lets_go_by_itself(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:rts=true", 921600);
    turn_for(b, 3 * TIME_S, false);
    b->line_count = 0;
    assert_true(session_pulse_reset(b->session));
    turn_for(b, 50 * TIME_MS, false);
    assert_int_equal(b->line_count, 0);
    turn_for(b, 3 * TIME_S, false);
    assert_true(b->line_count > 2); /* it boots again */
    close_bench(b);
    b = open_bench("sim:rts=false", 921600);
    assert_false(session_pulse_reset(b->session));
    close_bench(b);
}

/* --- plans ----------------------------------------------------------------------------- */

static void plan_runs_and_the_verdict_is_told_as_it_changes(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:", 921600);
    prepare(b, "mk3060-ota");
    assert_true(session_start(b->session, b->runner, b->variables, "mk3060-ota", 0));
    assert_false(session_start(b->session, b->runner, b->variables, "again", 0));
    turn_for(b, 600 * TIME_S, true);
    assert_string_equal(b->result, "ok");
    assert_true(b->verdicts >= 2); /* incomplete on the way, then success */
    assert_true(strncmp(b->verdict, "success", 7) == 0);
    assert_true(b->downloads >= 5);
    assert_false(session_running(b->session));
    close_bench(b);
}

static void plan_from_a_later_step_tells_the_others_as_skipped(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:", 921600);
    prepare(b, "mk3060-ota");
    assert_true(session_start(b->session, b->runner, b->variables, "mk3060-ota",
                              b->profile->step_count - 1));
    for (size_t i = 0; i + 1 < b->profile->step_count; i++)
        assert_non_null(strstr(b->steps[i], " skipped"));
    assert_int_equal(b->step_count, b->profile->step_count - 1);
    session_stop(b->session);
    turn_for(b, 10 * TIME_S, true);
    assert_string_equal(b->result, "operator-abort");
    close_bench(b);
}

static void skipped_step_hands_on(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:fault=silent", 921600);
    prepare(b, "mk3060-ota");
    session_start(b->session, b->runner, b->variables, "mk3060-ota", 0);
    turn_for(b, 200 * TIME_MS, false);
    assert_int_equal(b->step_count, 0);
    session_skip(b->session);
    turn_for(b, 50 * TIME_MS, false);
    assert_int_equal(b->step_count, 1);
    assert_non_null(strstr(b->steps[0], " skipped"));
    assert_true(session_running(b->session));
    session_stop(b->session);
    turn_for(b, 10 * TIME_S, true);
    assert_string_equal(b->result, "operator-abort");
    close_bench(b);
}

static void lost_adapter_is_waited_for_and_a_run_can_still_be_stopped(void **state)
{
    (void)state;
    struct bench *b = open_bench("sim:unplug=1s,replug=4s", 921600);
    prepare(b, "mk3060-ota");
    session_start(b->session, b->runner, b->variables, "mk3060-ota", 0);
    turn_for(b, 2 * TIME_S, false);
    assert_string_equal(b->link_state, "lost");
    assert_true(session_figures(b->session).lost);
    assert_false(session_type(b->session, "x", 1, NULL));
    session_stop(b->session);
    assert_false(session_running(b->session));
    assert_string_equal(b->result, "operator-abort");
    turn_for(b, 6 * TIME_S, false);
    assert_string_equal(b->link_state, "back");
    assert_true(session_type(b->session, "\r", 1, NULL));
    close_bench(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_line_is_answered_and_the_application_known),
        cmocka_unit_test(loader_is_known_by_its_banner),
        cmocka_unit_test(wrong_rate_is_garbage_until_it_is_set_right),
        cmocka_unit_test(reset_pulse_lets_go_by_itself),
        cmocka_unit_test(plan_runs_and_the_verdict_is_told_as_it_changes),
        cmocka_unit_test(plan_from_a_later_step_tells_the_others_as_skipped),
        cmocka_unit_test(skipped_step_hands_on),
        cmocka_unit_test(lost_adapter_is_waited_for_and_a_run_can_still_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
