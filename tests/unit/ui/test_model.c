/* The whole UI without a terminal: events and keys in, the screen compared as text. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "ui/model.h"

struct desk {
    struct ui_config config;
    struct ui_model model;
    struct screen screen;
    struct buffer text;
};

static struct desk *open_desk(unsigned columns, unsigned rows, bool replay)
{
    struct desk *d = calloc(1, sizeof *d);
    ui_config_default(&d->config);
    struct ui_model_options options = {.config = &d->config, .replay = replay};
    assert_true(ui_model_init(&d->model, &options));
    assert_true(screen_resize(&d->screen, rows, columns));
    return d;
}

static void close_desk(struct desk *d)
{
    ui_model_free(&d->model);
    ui_config_free(&d->config);
    screen_free(&d->screen);
    buffer_free(&d->text);
    free(d);
}

static void press(struct desk *d, uint32_t code)
{
    struct input in = {.kind = INPUT_KEY, .key = {.code = code}};
    ui_model_input(&d->model, &in);
}

static void type(struct desk *d, const char *text)
{
    for (; *text; text++)
        press(d, (unsigned char)*text);
}

static void command(struct desk *d, char key)
{
    press(d, KEY_CONTROL('T'));
    press(d, (unsigned char)key);
}

static const char *look(struct desk *d)
{
    while (ui_model_work(&d->model))
        ;
    ui_model_draw(&d->model, &d->screen);
    buffer_clear(&d->text);
    screen_to_text(&d->screen, &d->text);
    return buffer_text(&d->text);
}

static void expect_seen(struct desk *d, const char *words)
{
    const char *screen = look(d);
    if (!strstr(screen, words))
        print_error("not on the screen: \"%s\"\n%s\n", words, screen);
    assert_non_null(strstr(screen, words));
}

static void expect_unseen(struct desk *d, const char *words)
{
    assert_null(strstr(look(d), words));
}

static void say(struct desk *d, uint64_t ms, char level, const char *text)
{
    struct event e = {.kind = EVENT_LINE, .time_us = ms * TIME_MS, .level = level, .text = text};
    ui_model_event(&d->model, &e);
}

/* The request made by the last keys; its text is kept until the next call. */
static struct ui_request taken;
static enum ui_request_kind take(struct desk *d)
{
    const struct ui_request *r = ui_model_request(&d->model);
    taken = r ? *r : (struct ui_request){.kind = REQUEST_NOTHING};
    ui_model_request_done(&d->model);
    return taken.kind;
}

/* --- typing -------------------------------------------------------------------------------- */

static void what_is_shown_is_what_is_sent(void **state)
{
    (void)state;
    struct desk *d = open_desk(80, 24, false);
    type(d, "versoin");
    press(d, KEY_SPECIAL_LEFT);
    press(d, KEY_SPECIAL_LEFT);
    press(d, KEY_SPECIAL_BACKSPACE);
    type(d, "i");
    press(d, KEY_SPECIAL_DELETE);
    type(d, "o");
    expect_seen(d, "> versi");
    const char *line = strstr(look(d), "> versi") + 2;
    char shown[32];
    snprintf(shown, sizeof shown, "%.*s", (int)strcspn(line, " \n"), line);
    press(d, KEY_CODE_ENTER);
    assert_int_equal(take(d), REQUEST_LINE);
    assert_string_equal(taken.text, shown);
    assert_int_equal(take(d), REQUEST_NOTHING);
    close_desk(d);
}

static void control_keys_go_to_the_board_and_the_prefix_twice_too(void **state)
{
    (void)state;
    struct desk *d = open_desk(80, 24, false);
    press(d, KEY_CONTROL('C'));
    assert_int_equal(take(d), REQUEST_BYTES);
    assert_int_equal(taken.n, 1);
    assert_int_equal(taken.text[0], 3);
    press(d, KEY_CONTROL('T'));
    expect_seen(d, "Ctrl-T");
    press(d, KEY_CONTROL('T'));
    assert_int_equal(take(d), REQUEST_BYTES);
    assert_int_equal(taken.text[0], KEY_CONTROL('T'));
    command(d, 'i');
    type(d, "q");
    press(d, KEY_SPECIAL_UP);
    assert_int_equal(take(d), REQUEST_BYTES);
    assert_string_equal(taken.text, "q");
    assert_int_equal(take(d), REQUEST_BYTES);
    assert_memory_equal(taken.text, "\x1b[A", 3);
    command(d, 'i');
    type(d, "q");
    assert_int_equal(take(d), REQUEST_NOTHING);
    close_desk(d);
}

static void several_pasted_lines_are_asked_about(void **state)
{
    (void)state;
    static const char text[] = "help\nversion\nreboot\n";
    struct desk *d = open_desk(80, 24, false);
    struct input paste = {.kind = INPUT_PASTE, .text = text, .n = sizeof text - 1};
    ui_model_input(&d->model, &paste);
    expect_seen(d, "reboot");
    ui_model_tick(&d->model, TIME_S);
    assert_int_equal(take(d), REQUEST_NOTHING);
    type(d, "y");
    ui_model_tick(&d->model, 2 * TIME_S);
    assert_int_equal(take(d), REQUEST_LINE);
    assert_string_equal(taken.text, "help");
    /* The next goes when the board shows its prompt, or after a while without one. */
    ui_model_tick(&d->model, 2 * TIME_S + 100 * TIME_MS);
    assert_int_equal(take(d), REQUEST_NOTHING);
    struct event prompt = {
        .kind = EVENT_LINE, .time_us = 2200 * TIME_MS, .text = "# ", .unfinished = true};
    ui_model_event(&d->model, &prompt);
    ui_model_tick(&d->model, 2300 * TIME_MS);
    assert_int_equal(take(d), REQUEST_LINE);
    assert_string_equal(taken.text, "version");
    ui_model_tick(&d->model, 6 * TIME_S);
    assert_int_equal(take(d), REQUEST_LINE);
    ui_model_input(&d->model, &paste);
    type(d, "n");
    ui_model_tick(&d->model, 20 * TIME_S);
    assert_int_equal(take(d), REQUEST_NOTHING);
    close_desk(d);
}

/* --- the log -------------------------------------------------------------------------------- */

static void a_prompt_and_what_follows_are_one_line(void **state)
{
    (void)state;
    struct desk *d = open_desk(80, 24, false);
    struct event prompt = {.kind = EVENT_LINE, .text = "# ", .unfinished = true};
    ui_model_event(&d->model, &prompt);
    say(d, 1, 0, "version");
    say(d, 2, 0, "app version :1");
    expect_seen(d, "# version\n");
    assert_int_equal(log_store_end(d->model.store), 2);
    close_desk(d);
}

static void what_was_typed_stands_once(void **state)
{
    (void)state;
    struct desk *d = open_desk(80, 24, false);
    struct event prompt = {.kind = EVENT_LINE, .text = "# ", .unfinished = true};
    struct event sent = {.kind = EVENT_SENT, .text = "version"};
    ui_model_event(&d->model, &prompt);
    ui_model_event(&d->model, &sent);
    say(d, 1, 0, "version");
    expect_seen(d, "# version\n");
    expect_unseen(d, "> version");
    /* A board that does not echo: the line is told after a moment. */
    ui_model_event(&d->model, &prompt);
    ui_model_event(&d->model, &sent);
    ui_model_tick(&d->model, 2 * TIME_S);
    expect_seen(d, "> version");
    /* Nor does one that answers with something else first. */
    ui_model_event(&d->model, &prompt);
    sent.text = "reboot";
    ui_model_event(&d->model, &sent);
    say(d, 3, 0, "busy");
    expect_seen(d, "> reboot");
    assert_int_equal(log_store_end(d->model.store), 6);
    close_desk(d);
}

static void search_filter_and_errors_from_the_keyboard(void **state)
{
    (void)state;
    char text[64];
    struct desk *d = open_desk(80, 24, false);
    for (int i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "line %d of %s", i, i % 50 == 7 ? "needle" : "hay");
        say(d, (uint64_t)i, i == 120 ? 'E' : 'I', text);
    }
    expect_seen(d, "line 299");
    command(d, '\\');
    type(d, "needle");
    expect_seen(d, "line 257 of needle");
    press(d, KEY_CODE_ENTER);
    type(d, "n");
    expect_seen(d, "line 207 of needle");
    assert_int_equal(log_view_search_state(d->model.log).matches, 6);
    type(d, "e");
    expect_seen(d, "line 120");
    type(d, "f");
    type(d, "needle");
    press(d, KEY_CODE_ENTER);
    expect_seen(d, "line 7 of needle");
    expect_seen(d, "line 257 of needle");
    expect_unseen(d, "of hay");
    type(d, "F");
    press(d, KEY_CODE_ESCAPE); /* ends the search ... */
    assert_false(log_view_search_state(d->model.log).active);
    press(d, KEY_CODE_ESCAPE); /* ... and leaves the log */
    type(d, "x");
    expect_seen(d, "> x"); /* the command line has the keys again */
    close_desk(d);
}

static void paused_window_stays_while_lines_come(void **state)
{
    (void)state;
    char text[64];
    struct desk *d = open_desk(80, 24, false);
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "old %d.", i);
        say(d, (uint64_t)i, 0, text);
    }
    look(d);
    command(d, ' ');
    for (int i = 0; i < 100; i++)
        say(d, 200, 0, "new line");
    expect_seen(d, "old 99.");
    expect_unseen(d, "new line");
    command(d, ' ');
    expect_seen(d, "new line");
    close_desk(d);
}

/* --- panes -------------------------------------------------------------------------------------
 */

static void events_fill_workflow_and_verdict(void **state)
{
    (void)state;
    struct desk *d = open_desk(200, 60, false);
    struct problem problem = PROBLEM_INIT;
    problem_set(&problem, PROBLEM_STEP_TIMEOUT, "", "Look.", "nobody answered");
    struct event step = {.kind = EVENT_STEP_STARTED, .name = "write it", .step = 1, .steps = 2};
    ui_model_event(&d->model, &step);
    step.kind = EVENT_STEP_FINISHED;
    step.state = "failed";
    step.problem = &problem;
    step.elapsed_us = 3 * TIME_S;
    ui_model_event(&d->model, &step);
    expect_seen(d, "write it");
    expect_seen(d, "nobody answered");
    say(d, 5, 'I', "mqtt connect success!");
    struct event phase = {.kind = EVENT_PHASE, .name = "mqtt", .state = "passed", .text = "here"};
    ui_model_event(&d->model, &phase);
    expect_seen(d, "Online");
    struct event_verdict verdict = {.kind = "refused", .cause = "ota-refused", .what = "too old"};
    verdict.why = verdict.guide_step = verdict.running_version = verdict.target_version = "";
    struct event told = {.kind = EVENT_VERDICT, .verdict = &verdict};
    ui_model_event(&d->model, &told);
    expect_seen(d, "too old");
    /* From the checklist to the line that proves it. */
    command(d, 'v');
    press(d, KEY_SPECIAL_DOWN);
    press(d, KEY_CODE_ENTER);
    uint64_t number;
    struct log_line line;
    assert_true(log_view_cursor(d->model.log, &number));
    assert_true(log_store_get(d->model.store, number, &line));
    assert_memory_equal(line.text, "mqtt connect success!", line.length);
    close_desk(d);
}

static void actions_are_reached_by_palette_and_by_name(void **state)
{
    (void)state;
    struct desk *d = open_desk(80, 24, false);
    command(d, ':');
    type(d, "send a break");
    press(d, KEY_CODE_ENTER);
    assert_int_equal(take(d), REQUEST_ACTION);
    assert_int_equal(taken.action, ACTION_SEND_BREAK);
    type(d, ":baud 115200");
    press(d, KEY_CODE_ENTER);
    assert_int_equal(take(d), REQUEST_ACTION);
    assert_int_equal(taken.action, ACTION_BAUD);
    assert_string_equal(taken.text, "115200");
    type(d, "::colon");
    press(d, KEY_CODE_ENTER);
    assert_int_equal(take(d), REQUEST_LINE);
    assert_string_equal(taken.text, ":colon");
    type(d, ":nonsense");
    press(d, KEY_CODE_ENTER);
    assert_int_equal(take(d), REQUEST_NOTHING);
    expect_seen(d, "nonsense");
    close_desk(d);
}

static void nothing_is_sent_in_a_replay(void **state)
{
    (void)state;
    struct desk *d = open_desk(80, 24, true);
    type(d, "abcdefghijklmnopqrtuvwxyz123456789");
    press(d, KEY_CODE_ESCAPE);
    press(d, KEY_CONTROL('C'));
    command(d, 'b');
    command(d, 'r');
    while (take(d) != REQUEST_NOTHING) {
        assert_int_not_equal(taken.kind, REQUEST_BYTES);
        assert_int_not_equal(taken.kind, REQUEST_LINE);
        if (taken.kind == REQUEST_ACTION)
            assert_string_not_equal(action_info(taken.action)->group, "Board");
    }
    close_desk(d);
}

/* --- anything ------------------------------------------------------------------------------------
 */

static uint32_t any_key(struct random_source *r)
{
    switch (random_below(r, 4)) {
    case 0:
        return 1 + random_below(r, 127);
    case 1:
        return KEYS_SPECIAL + 1 + random_below(r, KEYS_SPECIAL_END - KEYS_SPECIAL - 1);
    case 2:
        return KEY_CONTROL('T');
    default:
        return random_below(r, 0x110000);
    }
}

static void any_event(struct desk *d, struct random_source *r, uint64_t now)
{
    static const char *const words[] = {"",       "# ",     "mqtt",       "wifi",       "download",
                                        "passed", "failed", "中文日志行", "ota-notify", "x"};
    char text[300];
    size_t n = random_below(r, sizeof text - 1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(' ' + random_below(r, 95));
    text[n] = '\0';
    struct problem problem = PROBLEM_INIT;
    problem_set(&problem, PROBLEM_CONFIG, words[random_below(r, 10)], "hint", "%s", text);
    struct event_verdict verdict = {.kind = "failed", .cause = "x", .what = text, .why = text};
    verdict.guide_step = verdict.running_version = verdict.target_version = text;
    struct event e = {.kind = (enum event_kind)random_below(r, EVENT_KIND_COUNT),
                      .time_us = now,
                      .name = words[random_below(r, 10)],
                      .state = words[random_below(r, 10)],
                      .text = random_one_in(r, 5) ? words[7] : text,
                      .level = "EWID\0V"[random_below(r, 6)],
                      .step = random_below(r, 30),
                      .steps = random_below(r, 30),
                      .attempt = random_below(r, 4),
                      .done = random_next(r),
                      .total = random_next(r),
                      .rate = random_next(r),
                      .eta_us = random_next(r),
                      .elapsed_us = random_next(r),
                      .unfinished = random_one_in(r, 4),
                      .problem = &problem,
                      .verdict = &verdict};
    ui_model_event(&d->model, &e);
}

static void any_keys_and_events_at_any_size(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct random_source r;
        struct desk *d = open_desk(80, 24, seed % 5 == 0);
        random_seed(&r, seed);
        for (unsigned i = 0; i < 250; i++) {
            press(d, any_key(&r));
            any_event(d, &r, (uint64_t)i * 10 * TIME_MS);
            if (random_one_in(&r, 10))
                screen_resize(&d->screen, 1 + random_below(&r, 70), 1 + random_below(&r, 220));
            if (random_one_in(&r, 3))
                ui_model_draw(&d->model, &d->screen);
            ui_model_work(&d->model);
            ui_model_tick(&d->model, (uint64_t)i * 10 * TIME_MS);
            while (take(d) != REQUEST_NOTHING)
                ;
        }
        close_desk(d);
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_is_what_is_sent),
        cmocka_unit_test(control_keys_go_to_the_board_and_the_prefix_twice_too),
        cmocka_unit_test(several_pasted_lines_are_asked_about),
        cmocka_unit_test(a_prompt_and_what_follows_are_one_line),
        cmocka_unit_test(what_was_typed_stands_once),
        cmocka_unit_test(search_filter_and_errors_from_the_keyboard),
        cmocka_unit_test(paused_window_stays_while_lines_come),
        cmocka_unit_test(events_fill_workflow_and_verdict),
        cmocka_unit_test(actions_are_reached_by_palette_and_by_name),
        cmocka_unit_test(nothing_is_sent_in_a_replay),
        cmocka_unit_test(any_keys_and_events_at_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
