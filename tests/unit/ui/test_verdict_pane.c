/* The verdict pane as text: phases, evidence, the verdict, at which size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <locale.h>

#include "base/random.h"
#include "help.h"
#include "ui/verdict_pane.h"

static struct screen screen;
static struct verdict_pane pane;
static uint64_t line;

static int set_up(void **state)
{
    (void)state;
    verdict_pane_clear(&pane);
    line = 100;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    screen_free(&screen);
    return 0;
}

/* Each phase is told one log line after the other. */
static void phase(const char *name, const char *how, const char *text)
{
    struct event e = {.kind = EVENT_PHASE, .name = name, .state = how, .text = text};
    verdict_pane_take(&pane, &e, line++);
}

static void downloaded(uint64_t done, uint64_t total)
{
    struct event e = {.kind = EVENT_PROGRESS, .name = "download", .done = done, .total = total};
    verdict_pane_take(&pane, &e, line);
}

static void judged(const struct event_verdict *d)
{
    struct event e = {.kind = EVENT_VERDICT, .verdict = d};
    verdict_pane_take(&pane, &e, line);
}

static const struct event_verdict refused = {
    .kind = "refused",
    .cause = "ota-refused",
    .what = "The device refused app-1.0.1: it is not newer.",
    .why = "The third number of app-1.0.1 is not above that of app-1.0.2.",
    .guide_step = "step 7",
    .running_version = "app-1.0.2",
    .target_version = "app-1.0.1",
    .advice = {"Build with a higher APP_VERSION and push that.", "Or flash the older one by wire."},
    .advice_count = 2,
};

static const char *drawn(unsigned rows, unsigned columns, bool focus)
{
    screen_of(&screen, rows, columns);
    verdict_pane_draw(&pane, &screen, (struct rect){0, 0, rows, columns}, focus);
    return shown(&screen);
}

static void whole_update(void)
{
    phase("boot", "begun", "");
    phase("wifi", "passed", "192.168.1.7");
    phase("mqtt", "passed", "");
    phase("ota-notify", "passed", "app-1.0.1");
    phase("version", "passed", "app-1.0.1");
    phase("download", "begun", "");
}

/* --- the checklist ------------------------------------------------------------------------ */

static void checklist(void **state)
{
    (void)state;
    whole_update();
    phase("verify-sign", "skipped", "");
    downloaded(188000, 300000);
    assert_int_equal(verdict_pane_rows(&pane, 60), 13);
    assert_string_equal(drawn(13, 60, false),
                        "── Verdict ─────────────────────────────────────────────────\n"
                        "✔ On the wireless network  192.168.1.7\n"
                        "✔ Online (MQTT)\n"
                        "✔ Push received            app-1.0.1\n"
                        "✔ Version accepted         app-1.0.1\n"
                        "▶ Download                 62 %  188 of 300 kB ████████░░░░░\n"
                        "· Package hash\n"
                        "– Signature\n"
                        "· Image MD5\n"
                        "· Boot flag\n"
                        "· Reboot\n"
                        "· Restore\n"
                        "· Version reported\n");
    assert_string_equal(style_at(&screen, "Download"), "bold");
    assert_string_equal(style_at(&screen, "Signature"), "dim");
    phase("download", "passed", "");
    phase("verify-hash", "failed", "the download is not what was announced");
    downloaded(300000, 300000);
    assert_non_null(strstr(drawn(13, 60, false), "✔ Download                 100 %  300 of 300"));
    assert_non_null(strstr(shown(&screen),
                           "✘ Package hash             the download is not what was "
                           "ann…\n"));
    assert_string_equal(style_at(&screen, "Package"), "bad");
    /* The words of a failed download say more than its figures. */
    phase("download", "failed", "the connection broke");
    assert_non_null(
        strstr(drawn(13, 60, false), "✘ Download                 the connection broke"));
    /* Without an announced size: the bytes. */
    verdict_pane_clear(&pane);
    downloaded(12345, 0);
    assert_non_null(strstr(drawn(13, 60, false), "▶ Download                 12.3 kB\n"));
    verdict_pane_clear(&pane);
    assert_non_null(strstr(drawn(13, 60, false), "· Download\n"));
}

static void low_panes(void **state)
{
    (void)state;
    whole_update();
    downloaded(188000, 300000);
    assert_string_equal(
        drawn(8, 80, false),
        "── Verdict ─────────────────────────────────────────────────────────────────────\n"
        "✔ On the wireless network  192.168.1.7   · Signature\n"
        "✔ Online (MQTT)                          · Image MD5\n"
        "✔ Push received            app-1.0.1     · Boot flag\n"
        "✔ Version accepted         app-1.0.1     · Reboot\n"
        "▶ Download                 62 % ████░░░  · Restore\n"
        "· Package hash                           · Version reported\n\n");
    assert_string_equal(drawn(4, 40, false), "── Verdict ─────────────────────────────\n"
                                             "✔ Push received            app-1.0.1\n"
                                             "✔ Version accepted         app-1.0.1\n"
                                             "▶ Download                 62 % █████░░░\n");
    assert_string_equal(drawn(1, 20, false), "▶ Download      62 %\n");
    assert_string_equal(drawn(2, 20, true), "── Verdict ─────────\n"
                                            "✔ On the wire…  192…\n");
    assert_string_equal(style_at(&screen, "On the"), "chosen");
}

/* --- attempts ----------------------------------------------------------------------------- */

static enum phase_state state_of(enum phase i)
{
    return pane.phases[i].state;
}

static void boots_mark_the_reboot_only(void **state)
{
    (void)state;
    phase("boot", "begun", "");
    phase("boot", "passed", "");
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        assert_int_equal(pane.phases[i].state, PHASE_OPEN);
    phase("reboot", "begun", "");
    assert_int_equal(state_of(PHASE_REBOOT), PHASE_BEGUN);
    phase("boot", "begun", "");
    assert_int_equal(state_of(PHASE_REBOOT), PHASE_PASSED);
    phase("nonsense", "passed", "");
    phase("write", "nonsense", "");
    phase("wifi", NULL, NULL);
    assert_int_equal(state_of(PHASE_WRITE), PHASE_OPEN);
}

static void a_new_push_begins_anew(void **state)
{
    (void)state;
    whole_update();
    downloaded(300, 300000);
    phase("download", "failed", "broke");
    judged(&refused);
    phase("ota-notify", "begun", "");
    assert_int_equal(state_of(PHASE_WIFI), PHASE_PASSED);
    assert_int_equal(state_of(PHASE_MQTT), PHASE_PASSED);
    assert_int_equal(state_of(PHASE_PUSH), PHASE_BEGUN);
    assert_int_equal(state_of(PHASE_VERSION), PHASE_OPEN);
    assert_int_equal(state_of(PHASE_DOWNLOAD), PHASE_OPEN);
    assert_int_equal(pane.received, 0);
    assert_false(pane.has_verdict);
    /* Passing what has begun is the same push. */
    phase("version", "passed", "");
    phase("ota-notify", "passed", "app-1.0.1");
    assert_int_equal(state_of(PHASE_VERSION), PHASE_PASSED);
    /* The next one is told as passed at once. */
    phase("ota-notify", "passed", "app-1.0.2");
    assert_int_equal(state_of(PHASE_VERSION), PHASE_OPEN);
    assert_int_equal(pane.phases[PHASE_PUSH].evidence_count, 1);
    /* One whose push is told after its version keeps the version. */
    verdict_pane_clear(&pane);
    phase("version", "passed", "app-1.0.1");
    phase("ota-notify", "passed", "app-1.0.1");
    assert_int_equal(state_of(PHASE_VERSION), PHASE_PASSED);
    /* One of which no push is seen begins with its version. */
    phase("download", "passed", "");
    phase("reboot", "passed", "");
    phase("version", "passed", "app-1.0.2");
    assert_int_equal(state_of(PHASE_VERSION), PHASE_PASSED);
    assert_int_equal(state_of(PHASE_DOWNLOAD), PHASE_OPEN);
    assert_int_equal(state_of(PHASE_REBOOT), PHASE_OPEN);
}

/* --- evidence ----------------------------------------------------------------------------- */

static void evidence_goes_round(void **state)
{
    (void)state;
    uint64_t number = 7;
    static const uint64_t expected[] = {100, 103, 104, 105, 100, 103};
    assert_false(verdict_pane_evidence(&pane, &number));
    assert_int_equal(number, 7);
    for (int i = 0; i < 6; i++)
        phase("wifi", i % 2 ? "begun" : "failed", "");
    for (int i = 0; i < 6; i++) {
        assert_true(verdict_pane_evidence(&pane, &number));
        assert_int_equal(number, expected[i]);
    }
    verdict_pane_move(&pane, 1);
    assert_false(verdict_pane_evidence(&pane, &number));
    verdict_pane_move(&pane, -1);
    assert_true(verdict_pane_evidence(&pane, &number));
    assert_int_equal(number, 100);
    verdict_pane_move(&pane, INT_MAX);
    assert_int_equal(pane.chosen, PHASE_REPORT);
    verdict_pane_move(&pane, INT_MIN);
    assert_int_equal(pane.chosen, PHASE_WIFI);
    /* A line that tells two things is one piece of evidence; line 0 is one too. */
    verdict_pane_clear(&pane);
    line = 0;
    phase("wifi", "begun", "");
    line = 0;
    phase("wifi", "passed", "");
    assert_int_equal(pane.phases[PHASE_WIFI].evidence_count, 1);
    assert_true(verdict_pane_evidence(&pane, &number));
    assert_int_equal(number, 0);
}

/* --- the verdict -------------------------------------------------------------------------- */

static void verdict_in_words(void **state)
{
    (void)state;
    whole_update();
    phase("version", "failed", "app-1.0.1");
    judged(&refused);
    assert_int_equal(verdict_pane_rows(&pane, 40), 13 + 1 + 2 + 2 + 1 + 2 + 1);
    assert_string_equal(drawn(22, 40, false), "── Verdict ─────────────────────────────\n"
                                              "✘ Refused  app-1.0.2 → app-1.0.1\n"
                                              "The device refused app-1.0.1: it is not\n"
                                              "newer.\n"
                                              "The third number of app-1.0.1 is not\n"
                                              "above that of app-1.0.2.\n"
                                              "where: step 7\n"
                                              "next: Build with a higher APP_VERSION\n"
                                              "      and push that.\n"
                                              "next: Or flash the older one by wire.\n"
                                              "✔ On the wireless network  192.168.1.7\n"
                                              "✔ Online (MQTT)\n"
                                              "✔ Push received            app-1.0.1\n"
                                              "✘ Version accepted         app-1.0.1\n"
                                              "· Download\n"
                                              "· Package hash\n"
                                              "· Signature\n"
                                              "· Image MD5\n"
                                              "· Boot flag\n"
                                              "· Reboot\n"
                                              "· Restore\n"
                                              "· Version reported\n");
    assert_string_equal(style_at(&screen, "Refused"), "bad");
    assert_string_equal(style_at(&screen, "next: "), "key");
    assert_string_equal(style_at(&screen, "The third"), "dim");
    /* Low: reasons go, advice stays, some of the list too. */
    assert_string_equal(
        drawn(8, 80, false),
        "── Verdict ─────────────────────────────────────────────────────────────────────\n"
        "✘ Refused  app-1.0.2 → app-1.0.1\n"
        "The device refused app-1.0.1: it is not newer.\n"
        "next: Build with a higher APP_VERSION and push that.\n"
        "next: Or flash the older one by wire.\n"
        "✔ Online (MQTT)                          · Image MD5\n"
        "✔ Push received            app-1.0.1     · Boot flag\n"
        "✘ Version accepted         app-1.0.1     · Reboot\n");
    assert_string_equal(drawn(1, 40, false), "✘ Refused  app-1.0.2 → app-1.0.1\n");
    /* With the focus one can still move in the list. */
    verdict_pane_move(&pane, 11);
    assert_non_null(strstr(drawn(4, 40, true), "· Version reported"));
    assert_string_equal(style_at(&screen, "Version reported"), "chosen");
}

static void kinds(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *row, *word, *style;
    } cases[] = {
        {"success", "✔ Success  1.0.1\n", "Success", "good"},
        {"success-unsigned", "✔ Success, signature not checked  1.0.1\n", "Success", "warn"},
        {"failed", "✘ Failed  1.0.1\n", "Failed", "bad"},
        {"incomplete", "… Incomplete  1.0.1\n", "Incomplete", "warn"},
        {"no-ota", "· No update seen  1.0.1\n", "No update", "info"},
        {"odd", "· odd  1.0.1\n", "odd", "warn"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct event_verdict d = {
            .kind = cases[i].kind, .running_version = "1.0.1", .target_version = "1.0.1"};
        judged(&d); /* all that is not told is NULL */
        assert_string_equal(drawn(1, 60, false), cases[i].row);
        assert_string_equal(style_at(&screen, cases[i].word), cases[i].style);
    }
    /* Versions that do not fit behind the kind get a row of their own. */
    struct event_verdict d = {.kind = "failed",
                              .running_version = "app-1.0.0-20180101.1000",
                              .target_version = "app-1.0.1",
                              .advice = {"Go."},
                              .advice_count = 99};
    d.advice[1] = d.advice[2] = d.advice[3] = d.advice[4] = d.advice[5] = "";
    judged(&d);
    assert_non_null(strstr(drawn(20, 36, false), "✘ Failed\n"
                                                 "app-1.0.0-20180101.1000 → app-1.0.1\n"
                                                 "next: Go.\n"));
}

static void chinese_wraps_anywhere(void **state)
{
    (void)state;
    struct event_verdict d = {.kind = "failed",
                              .what = "设备拒绝了固件：版本不够新。",
                              .advice = {"提高版本号（APP_VERSION），重新编译后再推送。"},
                              .advice_count = 1};
    judged(&d);
    assert_non_null(strstr(drawn(20, 20, false), "✘ Failed\n"
                                                 "设备拒绝了固件：版本\n"
                                                 "不够新。\n"
                                                 "next: 提高版本号\n"
                                                 "      （APP_VERSION\n"
                                                 "      ），重新编译后\n"));
}

/* --- anything ----------------------------------------------------------------------------- */

static void anything_at_any_size(void **state)
{
    (void)state;
    static const char *const names[] = {"wifi",     "mqtt",        "ota-notify", "version",
                                        "download", "verify-hash", "write",      "reboot",
                                        "boot",     "report",      NULL};
    static const char *const states[] = {"begun", "passed", "failed", "skipped", NULL};
    static const char *const texts[] = {"",
                                        "短",
                                        "a detail of some length, with words",
                                        "\xff\x1b[31m",
                                        NULL,
                                        "设备没有从服务器收到固件，请检查网络和地址。"};
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct random_source r;
        random_seed(&r, seed);
        verdict_pane_clear(&pane);
        for (int i = 0; i < 60; i++) {
            struct event_verdict d = {.kind = texts[random_below(&r, 6)],
                                      .what = texts[random_below(&r, 6)],
                                      .why = texts[random_below(&r, 6)],
                                      .running_version = texts[random_below(&r, 6)],
                                      .target_version = texts[random_below(&r, 6)],
                                      .advice_count = random_below(&r, EVENT_ADVICE_MAX + 1)};
            for (unsigned k = 0; k < d.advice_count; k++)
                d.advice[k] = texts[random_below(&r, 6)];
            unsigned pick = random_below(&r, 6);
            if (pick < 4)
                phase(names[random_below(&r, 11)], states[random_below(&r, 5)],
                      texts[random_below(&r, 6)]);
            else if (pick == 4)
                downloaded(random_next(&r), random_below(&r, 2) ? random_next(&r) : 0);
            else
                judged(&d);
            verdict_pane_move(&pane, (int)random_below(&r, 9) - 4);
            unsigned rows = 1 + random_below(&r, 30), columns = 1 + random_below(&r, 100);
            verdict_pane_draw(&pane, &screen, framed(&screen, rows, columns), random_below(&r, 2));
            if (!frame_is_whole(&screen))
                fail_msg("seed %u, %ux%u:\n%s", (unsigned)seed, columns, rows, shown(&screen));
            assert_null(strchr(shown(&screen), 0x1b));
            assert_true(verdict_pane_rows(&pane, columns) >= 13);
        }
    }
    verdict_pane_draw(&pane, &screen, (struct rect){0, 0, 0, 0}, true);
}

/* Whatever the size, with the focus the chosen phase is in sight. */
static void the_chosen_phase_is_in_sight(void **state)
{
    (void)state;
    whole_update();
    judged(&refused);
    for (unsigned columns = 20; columns <= 130; columns += 11) {
        for (unsigned rows = 2; rows <= 30; rows++) {
            for (unsigned i = 0; i < PHASE_COUNT; i++) {
                pane.chosen = i;
                screen_of(&screen, rows, columns);
                verdict_pane_draw(&pane, &screen, (struct rect){0, 0, rows, columns}, true);
                bool seen = false;
                for (unsigned k = 0; k < rows * columns; k++)
                    seen |= screen.cells[k].style == STYLE_CHOSEN;
                assert_true(seen);
            }
        }
    }
}

int main(void)
{
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 1;
#define PANE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PANE_TEST(checklist),
        PANE_TEST(low_panes),
        PANE_TEST(boots_mark_the_reboot_only),
        PANE_TEST(a_new_push_begins_anew),
        PANE_TEST(evidence_goes_round),
        PANE_TEST(verdict_in_words),
        PANE_TEST(kinds),
        PANE_TEST(chinese_wraps_anywhere),
        PANE_TEST(anything_at_any_size),
        PANE_TEST(the_chosen_phase_is_in_sight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
