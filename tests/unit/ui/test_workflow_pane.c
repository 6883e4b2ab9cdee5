/* The workflow pane as text: what events make of it, at which size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>

#include "base/clock.h"
#include "base/random.h"
#include "help.h"
#include "ui/workflow_pane.h"

static struct screen screen;
static struct workflow_pane pane;

static int set_up(void **state)
{
    (void)state;
    memset(&pane, 0, sizeof pane);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    workflow_pane_free(&pane);
    screen_free(&screen);
    return 0;
}

static void profile_of(const char *name, const char *const *steps, size_t count)
{
    struct profile *p = profile_new(name);
    assert_non_null(p);
    for (size_t i = 0; i < count; i++)
        assert_non_null(profile_add_step(p, i ? STEP_WRITE : STEP_ENTER_DOWNLOAD, steps[i]));
    assert_true(workflow_pane_set_profile(&pane, p));
    profile_free(p); /* the pane has its own copies */
}

static const char *const flash_steps[] = {"enter download mode", "write and prove",
                                          "start the application"};

static void take(struct event e)
{
    workflow_pane_take(&pane, &e);
}

static void start(const char *name)
{
    take((struct event){.kind = EVENT_RUN_STARTED, .name = name, .time_us = 100 * TIME_S});
}

static void began(unsigned step, unsigned steps, const char *name, uint64_t at)
{
    take((struct event){.kind = EVENT_STEP_STARTED,
                        .name = name,
                        .step = step,
                        .steps = steps,
                        .attempt = 1,
                        .time_us = at});
}

static void ended(unsigned step, unsigned steps, const char *name, const char *how,
                  enum problem_code code, uint64_t elapsed)
{
    struct problem p = PROBLEM_INIT;
    p.code = code;
    take((struct event){.kind = EVENT_STEP_FINISHED,
                        .name = name,
                        .step = step,
                        .steps = steps,
                        .attempt = 1,
                        .state = how,
                        .elapsed_us = elapsed,
                        .problem = code ? &p : NULL});
}

static const char *drawn(unsigned rows, unsigned columns, bool focus)
{
    screen_of(&screen, rows, columns);
    workflow_pane_draw(&pane, &screen, (struct rect){0, 0, rows, columns}, focus);
    return shown(&screen);
}

/* --- the list ----------------------------------------------------------------------------- */

static void empty(void **state)
{
    (void)state;
    assert_string_equal(drawn(3, 30, false), "── Workflow ──────────────────\n"
                                             "No profile is open.\n\n");
    assert_int_equal(workflow_pane_rows(&pane), 2);
    assert_int_equal(workflow_pane_chosen(&pane), 0);
    workflow_pane_move(&pane, 3);
    workflow_pane_move(&pane, -3);
    assert_string_equal(drawn(1, 20, true), "── Workflow ────────\n");
}

static void a_profile_before_its_run(void **state)
{
    (void)state;
    profile_of("mk3060-flash", flash_steps, 3);
    assert_int_equal(workflow_pane_rows(&pane), 4);
    assert_string_equal(drawn(5, 40, true), "── Workflow: mk3060-flash ──────────────\n"
                                            "· 1 enter download mode\n"
                                            "· 2 write and prove\n"
                                            "· 3 start the application\n\n");
    assert_string_equal(style_at(&screen, "enter"), "chosen");
    assert_string_equal(style_at(&screen, "write"), "normal");
    assert_string_equal(pane.steps[0].kind, "enter-download");
    workflow_pane_move(&pane, 99);
    assert_int_equal(workflow_pane_chosen(&pane), 2);
    workflow_pane_move(&pane, -1);
    assert_int_equal(workflow_pane_chosen(&pane), 1);
    drawn(5, 40, false);
    assert_string_equal(style_at(&screen, "write"), "normal");
    assert_true(workflow_pane_set_profile(&pane, NULL));
    assert_non_null(strstr(drawn(5, 40, true), "No profile is open."));
}

static void a_run_that_passes(void **state)
{
    (void)state;
    profile_of("mk3060-flash", flash_steps, 3);
    start("mk3060-flash");
    began(1, 3, flash_steps[0], 100 * TIME_S);
    ended(1, 3, flash_steps[0], "passed", PROBLEM_NONE, 1200 * TIME_MS);
    began(2, 3, flash_steps[1], 101200 * TIME_MS);
    workflow_pane_tick(&pane, 162300 * TIME_MS);
    assert_string_equal(drawn(5, 40, false), "── Workflow: mk3060-flash ─────── 1:02 ─\n"
                                             "✔ 1 enter download mode            1.2 s\n"
                                             "▶ 2 write and prove                 1:01\n"
                                             "· 3 start the application\n\n");
    assert_string_equal(style_at(&screen, "write"), "bold");
    assert_int_equal(workflow_pane_chosen(&pane), 1);
    /* A time before the start, as after a change of clocks, is no endless one. */
    workflow_pane_tick(&pane, 1);
    assert_non_null(strstr(drawn(5, 40, false), "0 ms"));
    ended(2, 3, flash_steps[1], "passed", PROBLEM_NONE, 62 * TIME_S);
    began(3, 3, flash_steps[2], 163 * TIME_S);
    ended(3, 3, flash_steps[2], "passed", PROBLEM_NONE, 350 * TIME_MS);
    take((struct event){.kind = EVENT_RUN_FINISHED, .elapsed_us = 64 * TIME_S});
    assert_string_equal(drawn(4, 40, false), "── Workflow: mk3060-flash ───── ✔ 1:04 ─\n"
                                             "✔ 1 enter download mode            1.2 s\n"
                                             "✔ 2 write and prove                 1:02\n"
                                             "✔ 3 start the application         350 ms\n");
    assert_int_equal(workflow_pane_chosen(&pane), 0);
    /* Run again: all is open again. */
    start("mk3060-flash");
    began(1, 3, flash_steps[0], 200 * TIME_S);
    assert_non_null(strstr(drawn(4, 40, false), "· 3 start the application\n"));
}

static void fail_the_write(void)
{
    struct problem p = PROBLEM_INIT;
    profile_of("mk3060-flash", flash_steps, 3);
    start("mk3060-flash");
    began(1, 3, flash_steps[0], 100 * TIME_S);
    ended(1, 3, flash_steps[0], "passed", PROBLEM_NONE, 1200 * TIME_MS);
    began(2, 3, flash_steps[1], 101200 * TIME_MS);
    p.code = PROBLEM_VERIFY_MISMATCH;
    take((struct event){.kind = EVENT_STEP_RETRIED,
                        .name = flash_steps[1],
                        .step = 2,
                        .steps = 3,
                        .attempt = 2,
                        .problem = &p,
                        .time_us = 110 * TIME_S});
}

static void retries_and_failures(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    fail_the_write();
    assert_string_equal(drawn(4, 60, false),
                        "── Workflow: mk3060-flash ───────────────────────── 10.0 s ─\n"
                        "✔ 1 enter download mode                                1.2 s\n"
                        "▶ 2 write and prove                 verify-mismatch ×2 8.8 s\n"
                        "· 3 start the application\n");
    assert_string_equal(style_at(&screen, "verify-mismatch"), "warn");
    p.code = PROBLEM_TRANSFER_FAILED;
    take((struct event){.kind = EVENT_STEP_FINISHED,
                        .name = flash_steps[1],
                        .step = 2,
                        .steps = 3,
                        .attempt = 2,
                        .state = "failed",
                        .problem = &p,
                        .elapsed_us = 20 * TIME_S});
    ended(3, 3, flash_steps[2], "skipped", PROBLEM_NONE, 0);
    take((struct event){.kind = EVENT_RUN_FINISHED, .problem = &p, .elapsed_us = 21 * TIME_S});
    assert_string_equal(drawn(4, 60, true),
                        "── Workflow: mk3060-flash ────── ✘ transfer-failed  21.0 s ─\n"
                        "✔ 1 enter download mode                                1.2 s\n"
                        "✘ 2 write and prove                transfer-failed ×2 20.0 s\n"
                        "– 3 start the application\n");
    assert_int_equal(workflow_pane_chosen(&pane), 1);
    assert_string_equal(style_at(&screen, "write"), "chosen");
    drawn(4, 60, false);
    assert_string_equal(style_at(&screen, "transfer-failed ×2"), "");
    assert_string_equal(style_at(&screen, "write"), "bad");
    /* Narrow: the name keeps a part, the code comes before the time. */
    assert_string_equal(drawn(4, 30, false), "── Workflow: mk3060-flash ────\n"
                                             "✔ 1 enter download mode  1.2 s\n"
                                             "✘ 2 write and… transfer-failed\n"
                                             "– 3 start the application\n");
    assert_string_equal(drawn(4, 20, false), "── Workflow: mk3060\n"
                                             "✔ 1 enter dow… 1.2 s\n"
                                             "✘ 2 write an… 20.0 s\n"
                                             "– 3 start the appli…\n");
}

static void run_from_a_step(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    fail_the_write();
    ended(2, 3, flash_steps[1], "failed", PROBLEM_TRANSFER_FAILED, TIME_S);
    ended(3, 3, flash_steps[2], "skipped", PROBLEM_NONE, 0);
    p.code = PROBLEM_TRANSFER_FAILED;
    take((struct event){.kind = EVENT_RUN_FINISHED, .problem = &p});
    start("mk3060-flash");
    began(1, 2, flash_steps[1], 300 * TIME_S);
    assert_string_equal(drawn(4, 40, false), "── Workflow: mk3060-flash ─────── 3:20 ─\n"
                                             "✔ 1 enter download mode            1.2 s\n"
                                             "▶ 2 write and prove                 0 ms\n"
                                             "· 3 start the application\n");
    ended(1, 2, flash_steps[1], "passed", PROBLEM_NONE, TIME_S);
    began(2, 2, flash_steps[2], 301 * TIME_S);
    assert_int_equal(pane.steps[2].state, STEP_RUNNING);
    assert_int_equal(pane.count, 3);
}

static void a_run_of_something_else(void **state)
{
    (void)state;
    profile_of("mk3060-flash", flash_steps, 3);
    workflow_pane_tick(&pane, 5000 * TIME_S); /* of a session before */
    start("flash");
    assert_string_equal(drawn(3, 40, false), "── Workflow: flash ────────────── 0 ms ─\n"
                                             "Nothing done yet.\n\n");
    began(1, 2, "enter download mode", 100 * TIME_S);
    ended(1, 2, "enter download mode", "passed", PROBLEM_NONE, TIME_S);
    began(2, 2, "write", 101 * TIME_S);
    assert_string_equal(drawn(3, 40, false), "── Workflow: flash ───────────── 1.0 s ─\n"
                                             "✔ 1 enter download mode            1.0 s\n"
                                             "▶ 2 write                           0 ms\n");
    /* The same name, but other steps. */
    profile_of("flash", flash_steps, 3);
    start("flash");
    began(1, 3, "look", 100 * TIME_S);
    assert_int_equal(pane.count, 1);
    assert_string_equal(pane.steps[0].name, "look");
}

static void a_lost_adapter_ends_the_step_too(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    profile_of("mk3060-flash", flash_steps, 3);
    start("mk3060-flash");
    began(1, 3, flash_steps[0], 100 * TIME_S);
    p.code = PROBLEM_PORT_LOST;
    take((struct event){.kind = EVENT_RUN_FINISHED,
                        .problem = &p,
                        .time_us = 103 * TIME_S,
                        .elapsed_us = 3 * TIME_S});
    assert_string_equal(drawn(4, 50, false), "── Workflow: mk3060-flash ─── ✘ port-lost  3.0 s ─\n"
                                             "✘ 1 enter download mode            port-lost 3.0 s\n"
                                             "· 2 write and prove\n"
                                             "· 3 start the application\n");
}

/* --- scrolling ---------------------------------------------------------------------------- */

static void the_step_under_way_stays_in_sight(void **state)
{
    (void)state;
    static const char *const names[] = {"s1", "s2", "s3", "s4",  "s5",  "s6",
                                        "s7", "s8", "s9", "s10", "s11", "s12"};
    profile_of("long", names, 12);
    start("long");
    for (unsigned i = 1; i <= 9; i++) {
        began(i, 12, names[i - 1], 100 * TIME_S);
        assert_non_null(strstr(drawn(4, 20, false), "▶"));
        ended(i, 12, names[i - 1], "passed", PROBLEM_NONE, TIME_S);
    }
    began(10, 12, names[9], 100 * TIME_S);
    assert_string_equal(drawn(4, 20, false), "── Workflow: long ──\n"
                                             "✔  8 s8        1.0 s\n"
                                             "✔  9 s9        1.0 s\n"
                                             "▶ 10 s10        0 ms\n");
    assert_string_equal(drawn(1, 20, false), "▶ 10 s10        0 ms\n");
    /* Looking elsewhere: the window goes with the chosen step, and stays there. */
    workflow_pane_move(&pane, -8);
    assert_non_null(strstr(drawn(4, 20, true), "✔  2 s2"));
    began(11, 12, names[10], 100 * TIME_S);
    assert_non_null(strstr(drawn(4, 20, true), "✔  2 s2"));
    assert_int_equal(workflow_pane_chosen(&pane), 1);
    /* Without the focus nobody looks elsewhere. */
    assert_non_null(strstr(drawn(4, 20, false), "▶ 11 s11"));
    workflow_pane_move(&pane, 100);
    assert_non_null(strstr(drawn(4, 20, true), "· 12 s12"));
    /* Higher again: no empty rows at the end. */
    assert_non_null(strstr(drawn(13, 20, true), "✔  1 s1"));
}

/* --- progress ----------------------------------------------------------------------------- */

static void progressed(const char *name, uint64_t done, uint64_t total, uint64_t at)
{
    take((struct event){.kind = EVENT_PROGRESS,
                        .name = name,
                        .done = done,
                        .total = total,
                        .rate = done ? 91200 : 0,
                        .eta_us = done ? 1200 * TIME_MS : 0,
                        .time_us = at});
}

static void under_way(void)
{
    static const uint32_t speeds[] = {0, 10, 20, 40, 60, 80, 80, 10};
    uint64_t done = 0, at = 101 * TIME_S;
    profile_of("mk3060-flash", flash_steps, 3);
    start("mk3060-flash");
    began(2, 3, flash_steps[1], 100 * TIME_S);
    progressed("write", 0, 300000, at);
    for (size_t i = 0; i < 8; i++) {
        at += 200 * TIME_MS;
        done += speeds[i] * 200;
        progressed("write", done, 300000, at);
    }
    progressed("write", 188000, 300000, at + 50 * TIME_MS); /* too soon for a sample */
}

static void progress_with_figures(void **state)
{
    (void)state;
    under_way();
    assert_int_equal(workflow_pane_rows(&pane), 6);
    drawn(6, 80, false);
    assert_string_equal(
        shown(&screen),
        "── Workflow: mk3060-flash ────────────────────────────────────────────── 2.6 s ─\n"
        "· 1 enter download mode\n"
        "▶ 2 write and prove                                                        2.6 s\n"
        "· 3 start the application\n"
        "write  ███████████████████░░░░░░░░░░░░ 62 %  188 of 300 kB  91.2 kB/s  0:02 left\n"
        "▁▁▂▄▆██▁  peak 80.0 kB/s\n");
    take((struct event){.kind = EVENT_TRANSFER, .name = "retry", .text = "block 3 sent again"});
    assert_non_null(strstr(drawn(6, 100, false), "0:02 left  1 repeat\n"));
    take((struct event){.kind = EVENT_TRANSFER, .name = "retry", .text = "block 4 sent again"});
    assert_non_null(strstr(drawn(6, 100, false), "0:02 left  2 repeats\n"));
    /* Less and less room. */
    assert_non_null(
        strstr(drawn(6, 50, false), "write  ███████░░░░░ 62 %  188 of 300 kB  91.2 kB/s\n"));
    assert_non_null(strstr(drawn(6, 20, false), "\nwrite  █████░░░ 62 %\n"));
    assert_non_null(strstr(drawn(6, 12, false), "\nwrite  62 %\n"));
    /* Rows: first the samples go, then the bar. */
    assert_null(strstr(drawn(5, 80, false), "▁"));
    assert_non_null(strstr(drawn(3, 80, false), "▶ 2 write"));
    assert_non_null(strstr(drawn(3, 80, false), "62 %"));
    assert_null(strstr(drawn(2, 80, false), "62 %"));
    assert_non_null(strstr(drawn(2, 80, false), "▶ 2 write"));
}

static void progress_begins_anew(void **state)
{
    (void)state;
    under_way();
    assert_int_equal(pane.progress.sample_count, 8);
    progressed("verify", 0, 300000, 110 * TIME_S);
    assert_int_equal(pane.progress.sample_count, 0);
    assert_non_null(strstr(drawn(6, 60, false), "verify  ░░"));
    progressed("verify", 100000, 300000, 111 * TIME_S);
    assert_int_equal(pane.progress.samples[0], 100000);
    progressed("verify", 5, 300000, 112 * TIME_S); /* another file of the same kind */
    assert_int_equal(pane.progress.sample_count, 0);
    ended(2, 3, flash_steps[1], "passed", PROBLEM_NONE, TIME_S);
    assert_null(strstr(drawn(6, 60, false), "verify"));
    /* Without a size: what has come. */
    began(3, 3, flash_steps[2], 113 * TIME_S);
    progressed("read", 12345, 0, 114 * TIME_S);
    assert_non_null(strstr(drawn(6, 60, false), "\nread  12.3 kB  91.2 kB/s\n"));
    for (unsigned i = 1; i <= 300; i++)
        progressed("read", 12345 + i * (uint64_t)1000, 0, (114 + i) * TIME_S);
    assert_int_equal(pane.progress.sample_count, WORKFLOW_SAMPLES);
}

static void progress_outside_of_runs(void **state)
{
    (void)state;
    progressed("download", 10, 100, TIME_S); /* the verdict's */
    assert_false(pane.progress.active);
    progressed("write", 10, 100, TIME_S);
    assert_true(pane.progress.active);
    progressed("write", 100, 100, 2 * TIME_S);
    assert_false(pane.progress.active);
}

/* --- requests ----------------------------------------------------------------------------- */

static void asked(const char *name, const char *state, const char *text)
{
    take((struct event){.kind = EVENT_OPERATOR, .name = name, .state = state, .text = text});
}

static void a_request_is_prominent(void **state)
{
    (void)state;
    profile_of("mk3060-flash", flash_steps, 3);
    start("mk3060-flash");
    began(1, 3, flash_steps[0], 100 * TIME_S);
    asked("enter-download", "asked",
          "Press buttons 1 and 3 together, release 1 (reset) first, then 3 (boot).");
    assert_string_equal(drawn(7, 40, false), "── Workflow: mk3060-flash ─────── 0 ms ─\n"
                                             "▶ 1 enter download mode             0 ms\n"
                                             "· 2 write and prove\n"
                                             "· 3 start the application\n"
                                             "► Press buttons 1 and 3 together,\n"
                                             "  release 1 (reset) first, then 3\n"
                                             "  (boot).\n");
    assert_string_equal(style_at(&screen, "Press"), "warn");
    assert_int_equal(workflow_pane_rows(&pane), 6);
    /* Little room: the request before all else. */
    assert_string_equal(drawn(1, 40, false), "► Press buttons 1 and 3 together,…\n");
    assert_string_equal(drawn(2, 40, false), "── Workflow: mk3060-flash ─────── 0 ms ─\n"
                                             "► Press buttons 1 and 3 together,…\n");
    assert_string_equal(drawn(3, 40, false), "── Workflow: mk3060-flash ─────── 0 ms ─\n"
                                             "▶ 1 enter download mode             0 ms\n"
                                             "► Press buttons 1 and 3 together,…\n");
    asked("enter-download", "asked", "请同时按住 1 和 3，先松开 1（复位），再松开 3（启动）。");
    assert_non_null(strstr(drawn(8, 24, false), "► 请同时按住 1 和 3，先\n"
                                                "  松开 1（复位），再松开\n"
                                                "  3（启动）。\n"));
}

static void requests_end(void **state)
{
    (void)state;
    start("x");
    asked("enter-download", "simulated", "done already");
    assert_string_equal(pane.asked, "");
    asked("enter-download", "asked", "press");
    take((struct event){.kind = EVENT_STATE, .name = "application"});
    assert_string_equal(pane.asked, "press");
    take((struct event){.kind = EVENT_STATE, .name = "loader"});
    assert_string_equal(pane.asked, "");
    asked("reset", "asked", "press");
    take((struct event){.kind = EVENT_PHASE, .name = "wifi", .state = "begun"});
    assert_string_equal(pane.asked, "press");
    take((struct event){.kind = EVENT_PHASE, .name = "boot", .state = "begun"});
    assert_string_equal(pane.asked, "");
    asked("push", "asked", "push it");
    take((struct event){.kind = EVENT_STATE, .name = "loader"});
    assert_string_equal(pane.asked, "push it");
    take((struct event){.kind = EVENT_PHASE, .name = "ota-notify", .state = "passed"});
    assert_string_equal(pane.asked, "");
    asked("confirm", "asked", "look at the LED");
    take((struct event){.kind = EVENT_STATE, .name = "loader"});
    assert_string_equal(pane.asked, "look at the LED");
    ended(1, 1, "x", "passed", PROBLEM_NONE, 0);
    assert_string_equal(pane.asked, "");
    asked("confirm", "asked", "look at the LED");
    take((struct event){.kind = EVENT_RUN_FINISHED});
    assert_string_equal(pane.asked, "");
}

/* --- anything ----------------------------------------------------------------------------- */

/* Events in any order with any figures, drawn at any size: inside the area, always. */
static void anything_at_any_size(void **state)
{
    (void)state;
    static const char *const texts[] = {"x",  "写入固件并校验", "a long name of a step \x1b[31m",
                                        NULL, "write",          "enter-download"};
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct random_source r;
        random_seed(&r, seed);
        workflow_pane_free(&pane);
        if (seed % 3)
            profile_of("写入", flash_steps, 3);
        for (int i = 0; i < 60; i++) {
            struct problem p = PROBLEM_INIT;
            p.code = (enum problem_code)random_below(&r, PROBLEM_CODE_COUNT);
            struct event e = {.kind = (enum event_kind)random_below(&r, EVENT_KIND_COUNT),
                              .name = texts[random_below(&r, 6)],
                              .text = texts[random_below(&r, 6)],
                              .state = texts[random_below(&r, 6)],
                              .step = random_below(&r, 8),
                              .steps = random_below(&r, 8),
                              .attempt = random_below(&r, 3),
                              .done = random_below(&r, 2) ? random_next(&r) : random_below(&r, 99),
                              .total = random_below(&r, 2) ? random_next(&r) : random_below(&r, 99),
                              .rate = random_next(&r),
                              .eta_us = random_next(&r),
                              .time_us = random_next(&r),
                              .problem = random_below(&r, 2) ? &p : NULL};
            if (i % 20 == 0)
                e.step = 100000;
            take(e);
            workflow_pane_move(&pane, (int)random_below(&r, 9) - 4);
            unsigned rows = 1 + random_below(&r, 12), columns = 1 + random_below(&r, 60);
            struct rect area = framed(&screen, rows, columns);
            workflow_pane_draw(&pane, &screen, area, random_below(&r, 2));
            if (!frame_is_whole(&screen))
                fail_msg("seed %u, %ux%u:\n%s", (unsigned)seed, columns, rows, shown(&screen));
            assert_null(strchr(shown(&screen), 0x1b));
            (void)workflow_pane_rows(&pane);
        }
    }
}

static void sizes_from_one_row_to_200_columns(void **state)
{
    (void)state;
    under_way();
    asked("confirm", "asked", "Look at the LED: does it blink? 请看指示灯。");
    for (unsigned columns = 1; columns <= 200; columns++) {
        for (unsigned rows = 1; rows <= 12; rows++) {
            workflow_pane_draw(&pane, &screen, framed(&screen, rows, columns), true);
            if (!frame_is_whole(&screen))
                fail_msg("%ux%u:\n%s", columns, rows, shown(&screen));
            if (columns >= 20 && rows >= 3)
                assert_non_null(strstr(shown(&screen), "▶"));
        }
    }
    workflow_pane_draw(&pane, &screen, (struct rect){0, 0, 0, 0}, true);
}

int main(void)
{
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 1;
#define PANE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PANE_TEST(empty),
        PANE_TEST(a_profile_before_its_run),
        PANE_TEST(a_run_that_passes),
        PANE_TEST(retries_and_failures),
        PANE_TEST(run_from_a_step),
        PANE_TEST(a_run_of_something_else),
        PANE_TEST(a_lost_adapter_ends_the_step_too),
        PANE_TEST(the_step_under_way_stays_in_sight),
        PANE_TEST(progress_with_figures),
        PANE_TEST(progress_begins_anew),
        PANE_TEST(progress_outside_of_runs),
        PANE_TEST(a_request_is_prominent),
        PANE_TEST(requests_end),
        PANE_TEST(anything_at_any_size),
        PANE_TEST(sizes_from_one_row_to_200_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
