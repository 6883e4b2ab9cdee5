/* Filters as people write them, and back. */
#include "log_rig.h"

static void filter_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *again;
        struct log_filter filter;
    } good[] = {
        {"", "", {0}},
        {"   ", "", {0}},
        {"level:w", "level:W", {.least_level = 'W'}},
        {"level:error", "level:E", {.least_level = 'E'}},
        {"module:mqtt level:I", "level:I module:mqtt", {.least_level = 'I', .module = "mqtt"}},
        {"level:W lost  link", "level:W lost link", {.least_level = 'W', .text = "lost link"}},
        {"lost link level:W", "level:W lost link", {.least_level = 'W', .text = "lost link"}},
        {"!dup", "!dup", {.text = "dup", .invert = true}},
        {"/a|b/", "/a|b/", {.text = "a|b", .regex = true}},
        {"/a b/ level:D", "level:D /a b/", {.least_level = 'D', .text = "a b", .regex = true}},
        {"!/x\\/ y/", "!/x\\/ y/", {.text = "x\\/ y", .regex = true, .invert = true}},
        {"/etc/passwd", "\"/etc/passwd\"", {.text = "/etc/passwd"}},
        {"/", "\"/\"", {.text = "/"}},
        {"//", "\"//\"", {.text = "//"}},
        {"\"level:W\"", "\"level:W\"", {.text = "level:W"}},
        {"\"a \\\"b\\\" \\\\\"", "\"a \\\"b\\\" \\\\\"", {.text = "a \"b\" \\"}},
        {"\"  two\"", "\"  two\"", {.text = "  two"}},
        {"no:tool no:sent no:device x",
         "no:device no:sent no:tool x",
         {.no_device = true, .no_sent = true, .no_tool = true, .text = "x"}},
        {"a:b c\"d\"", "a:b c\"d\"", {.text = "a:b c\"d\""}},
        {"固件", "固件", {.text = "固件"}},
    };
    static const char *const bad[] = {"level:X", "level:", "module:", "no:thing",    "no:",
                                      "!",       "\"open", "/a/ b",   "a level:W b", "\"\""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct problem p = PROBLEM_INIT;
        struct log_filter f, g;
        char words[1024];
        if (!log_filter_parse(good[i].text, &f, &p))
            fail_msg("%s: %s", good[i].text, p.what);
        const struct log_filter *want = &good[i].filter;
        assert_int_equal(f.least_level, want->least_level);
        assert_string_equal(f.module, want->module);
        assert_string_equal(f.text, want->text);
        assert_true(f.regex == want->regex && f.invert == want->invert);
        assert_true(f.no_device == want->no_device && f.no_sent == want->no_sent &&
                    f.no_tool == want->no_tool);
        log_filter_describe(&f, words, sizeof words);
        if (i != 15) /* quoted only when it must be */
            assert_string_equal(words, good[i].again);
        assert_true(log_filter_parse(words, &g, &p));
        assert_string_equal(g.text, f.text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct problem p = PROBLEM_INIT;
        struct log_filter f = {.text = "kept"};
        if (log_filter_parse(bad[i], &f, &p))
            fail_msg("%s is no filter", bad[i]);
        assert_int_equal(p.code, PROBLEM_USAGE);
        assert_string_equal(f.text, "kept");
    }
    char big[400];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    struct problem p = PROBLEM_INIT;
    struct log_filter f;
    assert_false(log_filter_parse(big, &f, &p));
    memcpy(big, "module:", 7);
    assert_false(log_filter_parse(big, &f, &p));
    memcpy(big, "\"xxxxxx", 7);
    assert_false(log_filter_parse(big, &f, &p));
}

/* Whatever a filter holds, its description means the same. */
static void descriptions_mean_the_same(void **state)
{
    (void)state;
    static const char letters[] = "a b!\"/\\:levl:Wno: m";
    struct random_source random;
    random_seed(&random, 5);
    for (unsigned i = 0; i < 20000; i++) {
        struct log_filter f = {0}, g;
        struct problem p = PROBLEM_INIT;
        char words[1024];
        f.invert = random_one_in(&random, 3);
        f.no_sent = random_one_in(&random, 3);
        if (random_one_in(&random, 3))
            f.least_level = "FEWIDV"[random_below(&random, 6)];
        if (random_one_in(&random, 3))
            strcpy(f.module, "mqtt");
        unsigned n = 1 + random_below(&random, 12);
        for (unsigned k = 0; k < n; k++)
            f.text[k] = letters[random_below(&random, sizeof letters - 1)];
        log_filter_describe(&f, words, sizeof words);
        if (!log_filter_parse(words, &g, &p))
            fail_msg("<%s> was described as <%s>: %s", f.text, words, p.what);
        if (strcmp(f.text, g.text) != 0)
            fail_msg("<%s> was described as <%s>", f.text, words);
        assert_true(f.invert == g.invert && !g.regex && f.no_sent == g.no_sent);
        assert_int_equal(f.least_level, g.least_level);
        assert_string_equal(f.module, g.module);
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)
    const struct CMUnitTest tests[] = {
        T(filter_texts),
        T(descriptions_mean_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
