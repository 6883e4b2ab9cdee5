/* What a live run relies on: when a verdict is settled, what is remembered, what is told meanwhile.
 */
#include "help.h"

#include "base/clock.h"
#include "diagnose/story.h"

static struct diagnose *fresh(void)
{
    struct diagnose *d = diagnose_create(rules);
    assert_non_null(d);
    return d;
}

static void say(struct diagnose *d, const char *line)
{
    diagnose_input(d, 0, (const uint8_t *)line, strlen(line));
    diagnose_input(d, 0, (const uint8_t *)"\r\n", 2);
    drain(d);
}

static void refusals_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *running, *offered, *words;
    } cases[] = {
        {"app-1.0.0", "APP-2.0.0", "upper-case"},
        {"app-1.9.0", "app-1.10.0", "not by number"},
        {"app-1.0.0-2018", "app-1.0.0", "beginning"},
        {"app-1.0.0", "app-1.0.0", "already"},
        {"app-2.0.0", "app-1.5.0", "smaller"},
        {"app-9", "app-10", "not by number"},
        {"", "app-1", "both versions"},
        {"app-1", "app-2", "another way"},
    };
    char why[400];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        story_explain_refusal(cases[i].running, cases[i].offered, why, sizeof why);
        if (!strstr(why, cases[i].words))
            fail_msg("%s -> %s: %s", cases[i].running, cases[i].offered, why);
    }
}

static void a_verdict_settles_when_nothing_better_can_come(void **state)
{
    (void)state;
    struct diagnose *d = fresh();
    say(d, "[1]<I> mqtt connect success!");
    assert_true(diagnose_verdict(d)->online);
    assert_false(diagnose_verdict(d)->settled);
    diagnose_begin_update(d);
    say(d, "[2]<I> req:app-1 res:app-2 need:1");
    say(d, "[3]<I> s:512 512");
    say(d, "[3]<I> retry cn:1");
    assert_false(diagnose_verdict(d)->settled);
    say(d, "[4]<I> url SHA256=AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00");
    say(d, "[5]<I> digestSHA256=BB00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00AA00");
    assert_true(diagnose_verdict(d)->settled);
    assert_int_equal(diagnose_verdict(d)->kind, VERDICT_FAILED);
    say(d, "[6]<E> update_packet SHA256 check FAIL!");
    say(d, "[7]<E> ota check signature error");
    const struct diagnose_verdict *v = diagnose_verdict(d);
    assert_false(v->signature_checked);
    assert_true(v->evidence_count >= 3);
    assert_true(v->advice_count > 0 && v->advice_count <= DIAGNOSE_ADVICE_MAX);
    assert_true(v->evidence[v->evidence_count - 1].line == 8);
    /* The next watch starts clean, but knows the device. */
    diagnose_begin_update(d);
    v = diagnose_verdict(d);
    assert_int_not_equal(v->kind, VERDICT_FAILED);
    assert_string_equal(v->running_version, "app-1");
    assert_true(v->online);
    diagnose_free(d);
}

static void an_update_under_way_survives_a_late_watcher(void **state)
{
    (void)state;
    struct diagnose *d = fresh();
    say(d, "[2]<I> req:app-1 res:app-2 need:1");
    diagnose_begin_update(d);
    assert_string_equal(diagnose_verdict(d)->target_version, "app-2");
    assert_int_equal(diagnose_verdict(d)->kind, VERDICT_INCOMPLETE);
    diagnose_free(d);
}

static void installed_rebooted_reported_come_in_turn(void **state)
{
    (void)state;
    struct diagnose *d = fresh();
    diagnose_begin_update(d);
    say(d, "[2]<I> req:app-1 res:app-2 need:1");
    say(d, "[3]<V> moc108 set boot");
    assert_true(diagnose_verdict(d)->installed);
    assert_false(diagnose_verdict(d)->rebooted);
    say(d, "[4]<I> reboot system after 3 second!");
    say(d, "start-----------hal");
    assert_true(diagnose_verdict(d)->rebooted);
    assert_false(diagnose_verdict(d)->settled);
    say(d, "[1]<I> ota_post_version_msg  [app-2][app-2]");
    const struct diagnose_verdict *v = diagnose_verdict(d);
    assert_true(v->reported && v->settled);
    assert_int_equal(v->kind, VERDICT_SUCCESS_UNSIGNED);
    assert_string_equal(v->running_version, "app-2");
    diagnose_free(d);
}

static void an_old_failure_does_not_settle_a_new_run(void **state)
{
    (void)state;
    struct diagnose *d = fresh();
    diagnose_begin_update(d);
    say(d, "[1]<I> ota_post_version_msg  [app-1][app-2]");
    assert_false(diagnose_verdict(d)->settled);
    say(d, "[2]<I> req:app-1 res:app-3 need:1");
    assert_int_equal(diagnose_verdict(d)->kind, VERDICT_INCOMPLETE);
    assert_string_equal(diagnose_verdict(d)->target_version, "app-3");
    diagnose_free(d);
}

static void phases_are_told_once_and_after_their_line(void **state)
{
    (void)state;
    struct diagnose *d = fresh();
    static const char log[] =
        "start-----------hal\r\n[1]<I> Got ip : 10.0.0.2, gw : x, mask : y\r\n"
        "[2]<I> Got ip : 10.0.0.2, gw : x, mask : y\r\n"
        "[3]<I> task update start\r\n[3]<I> s:1 1\r\n[3]<I> s:2 1\r\n";
    struct diagnose_event e;
    struct buffer told = {.limit = 0};
    uint64_t last_line = 0;
    diagnose_input(d, 77, (const uint8_t *)log, sizeof log - 1);
    while (diagnose_next_event(d, &e)) {
        assert_int_equal(e.time_us, 77);
        if (e.kind == DIAGNOSE_LINE)
            last_line = e.line;
        else
            assert_int_equal(e.line, last_line);
        if (e.kind == DIAGNOSE_PHASE)
            buffer_format(&told, "%s %s %s;", e.name, e.state, e.text);
    }
    assert_int_equal(last_line, 6);
    assert_string_equal(buffer_text(&told),
                        "boot begun ;boot passed ;wifi passed 10.0.0.2;download begun ;");
    buffer_free(&told);
    diagnose_free(d);
}

static void a_prompt_is_let_go_when_it_is_quiet(void **state)
{
    (void)state;
    struct diagnose *d = fresh();
    struct diagnose_event e;
    assert_true(diagnose_deadline(d) == TIME_NEVER);
    diagnose_input(d, 1000, (const uint8_t *)"x\r\n# ", 5);
    assert_true(diagnose_next_event(d, &e));
    assert_false(diagnose_next_event(d, &e));
    uint64_t deadline = diagnose_deadline(d);
    assert_true(deadline > 1000 && deadline < 1000 + 500 * TIME_MS);
    diagnose_tick(d, deadline - 1);
    assert_false(diagnose_next_event(d, &e));
    diagnose_tick(d, deadline);
    assert_true(diagnose_next_event(d, &e));
    assert_int_equal(e.length, 2);
    assert_int_equal(e.line, 2);
    drain(d);
    assert_true(diagnose_deadline(d) == TIME_NEVER);
    diagnose_free(d);
}

static void cut_json_gives_what_it_has(void **state)
{
    (void)state;
    char out[32];
    static const char json[] = "{\"data\":{\"size\": 12,\"version\" : \"v1\",\"x\":\"size\",\"sig";
    assert_true(json_member(json, sizeof json - 1, "size", out, sizeof out));
    assert_string_equal(out, "12");
    assert_true(json_member(json, sizeof json - 1, "version", out, sizeof out));
    assert_string_equal(out, "v1");
    assert_false(json_member(json, sizeof json - 1, "sign", out, sizeof out));
    assert_false(json_member("\"size\"", 6, "size", out, sizeof out));
    assert_false(json_member("\"size\":", 7, "size", out, sizeof out));
    assert_true(json_member("\"size\":\"12", 10, "size", out, sizeof out));
}

static void hostile_input_is_survived(void **state)
{
    (void)state;
    struct random_source random;
    size_t n = 1 << 20;
    char *much = malloc(n);
    random_seed(&random, 3);
    static const char *const fill[] = {
        "x",          "\r",      "\n",       "\\x1b[", "[1]<I> ",  "[09 ]<I> ", "%s",     "ota ch",
        "req: res: ", "{\"a\":", "\xff\xfe", "[",      "# # # $ ", "s:1 2\n",   "<I>]<I>"};
    for (size_t f = 0; f < sizeof fill / sizeof fill[0]; f++) {
        for (size_t i = 0; i < n; i++)
            much[i] = fill[f][i % strlen(fill[f])];
        judge_text(much, n, 0, &random);
    }
    memset(much, 0, n);
    judge_text(much, n, 0, &random);
    for (size_t i = 0; i < n; i++)
        much[i] = (char)random_next(&random);
    judge_text(much, n, 5000, &random);
    free(much);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_are_explained),
        cmocka_unit_test(a_verdict_settles_when_nothing_better_can_come),
        cmocka_unit_test(an_update_under_way_survives_a_late_watcher),
        cmocka_unit_test(installed_rebooted_reported_come_in_turn),
        cmocka_unit_test(an_old_failure_does_not_settle_a_new_run),
        cmocka_unit_test(phases_are_told_once_and_after_their_line),
        cmocka_unit_test(a_prompt_is_let_go_when_it_is_quiet),
        cmocka_unit_test(cut_json_gives_what_it_has),
        cmocka_unit_test(hostile_input_is_survived),
    };
    (void)read_text_file;
    return cmocka_run_group_tests_name("diagnose story", tests, load_rules, free_rules);
}
