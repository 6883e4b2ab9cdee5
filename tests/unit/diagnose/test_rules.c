/* The rule base: everything known is covered, mistakes are told with their place, formats match. */
#include "help.h"

#include "base/arena.h"
#include "diagnose/format.h"

/* --- coverage --------------------------------------------------------------------------------- */

/* A line the format could have printed. */
static void render(const char *format, struct buffer *out)
{
    for (const char *p = format; *p;) {
        if (*p != '%') {
            buffer_append(out, p++, 1);
            continue;
        }
        p += 1 + strspn(p + 1, "-+ #0123456789.*");
        p += strspn(p, "hlz");
        buffer_append_text(out, *p == 'd' || *p == 'u' ? "17"
                                : *p == 'x'            ? "1f"
                                : *p == 'c'            ? "7"
                                : *p == '%'            ? "%"
                                                       : "word");
        p++;
    }
}

static bool is_declined(const char *format)
{
    const char *declined, *reason;
    for (size_t i = 0; rules_declined(rules, i, &declined, &reason); i++) {
        assert_true(strlen(reason) > 10);
        if (strcmp(declined, format) == 0)
            return true;
    }
    return false;
}

static bool is_known_line(const char *text)
{
    struct diagnose *d = diagnose_create(rules);
    struct diagnose_event event;
    bool known = false;
    diagnose_input(d, 0, (const uint8_t *)text, strlen(text));
    diagnose_finish(d, 0);
    while (diagnose_next_event(d, &event)) {
        if (event.kind == DIAGNOSE_LINE && event.rule) {
            assert_true(event.meaning && event.meaning[0] && event.outcome);
            known = true;
        }
    }
    diagnose_free(d);
    return known;
}

static size_t check_formats(const char *path, char stop)
{
    struct buffer b = {.limit = 0};
    size_t count = 0;
    if (!read_text_file(path, &b)) {
        buffer_free(&b);
        return 0;
    }
    bool header = stop == '\t';
    for (char *p = (char *)buffer_text(&b); *p;) {
        char *end = strchr(p, '\n');
        char *next = end ? end + 1 : p + strlen(p);
        char format[400];
        char delimiters[] = {stop, '\n', '\0'};
        size_t n = strcspn(p, delimiters);
        assert_true(n < sizeof format);
        memcpy(format, p, n);
        format[n] = '\0';
        p = next;
        if (header) {
            header = false;
            continue;
        }
        struct buffer line = {.limit = 0};
        render(format, &line);
        if (!is_declined(format) && !is_known_line(buffer_text(&line)))
            fail_msg("no rule knows \"%s\" (as \"%s\")", format, buffer_text(&line));
        buffer_free(&line);
        count++;
    }
    buffer_free(&b);
    return count;
}

static void every_known_line_has_a_rule_or_a_reason(void **state)
{
    (void)state;
    assert_int_equal(check_formats("tests/vector/logs/known-formats.txt", '\n'), 481);
    /* The table the list was taken from, where it is at hand: it may have grown. */
    check_formats("../shared/facts/alios-log-lines.tsv", '\t');
}

static void rules_are_complete_and_say_what_to_do(void **state)
{
    struct rule_description r;
    (void)state;
    for (size_t i = 0; rules_describe(rules, i, &r); i++) {
        assert_true(strlen(r.meaning) > 10);
        assert_true(r.meaning[strlen(r.meaning) - 1] == '.');
        bool bad = strcmp(r.outcome, "fatal") == 0;
        if (bad && strcmp(r.phase, "boot") != 0 && r.advice[0] == '\0')
            fail_msg("%s: %s without advice", r.where, r.id);
    }
    assert_false(rules_describe(rules, rules_count(rules), &r));
    assert_true(rules_count(rules) > 500);
}

/* --- load errors ------------------------------------------------------------------------- */

static void expect_error(const char *text, const char *where, const char *what)
{
    struct rule_set *set = NULL;
    static struct schema_report report;
    struct problem problem = PROBLEM_INIT;
    memset(&report, 0, sizeof report);
    enum problem_code code =
        rules_load_memory("mine.yaml", text, strlen(text), &set, &report, &problem);
    assert_int_equal(code, PROBLEM_CONFIG);
    assert_null(set);
    assert_string_equal(problem.where, where);
    if (!strstr(problem.what, what))
        fail_msg("\"%s\" does not speak of \"%s\"", problem.what, what);
    assert_true(problem.hint[0]);
}

#define RULE "rules:\n  - id: a\n    phase: boot\n    outcome: ok\n    meaning: Something.\n"

static void mistakes_name_place_key_and_what_was_expected(void **state)
{
    (void)state;
    expect_error(RULE, "mine.yaml:2:5", "exactly one of format and regex");
    expect_error(RULE "    format: \"%q\"\n", "mine.yaml:6:13", "conversion");
    expect_error(RULE "    format: \"%s\"\n", "mine.yaml:6:13", "match anything");
    expect_error(RULE "    regex: \"(a\"\n    contains: \"abcdef\"\n", "mine.yaml:6:12",
                 "at character");
    expect_error(RULE "    regex: \"abcdef\"\n", "mine.yaml:6:12", "contains");
    expect_error(RULE "    format: \"abc %d\"\n    captures: [size, size]\n", "mine.yaml:7:22",
                 "no value to name");
    expect_error(RULE "    format: \"abc %d\"\n    captures: [sise]\n", "mine.yaml:7:16", "sise");
    expect_error(RULE "    format: \"abc %d\"\n    generations: [Z]\n", "mine.yaml:7:19",
                 "A, B, C");
    expect_error(RULE "    format: \"abc %d\"\n    fact: download-progres\n", "mine.yaml:7:11",
                 "fact must be one of");
    expect_error(RULE "    format: \"abc\"\n  - id: a\n    format: \"abd\"\n    phase: boot\n"
                      "    outcome: ok\n    meaning: Other.\n",
                 "mine.yaml:7:9", "used by the rule at mine.yaml:2");
    expect_error("rules:\n  - id: a\n    fromat: x\n", "mine.yaml:3:5", "fromat");
    expect_error("about: \"nothing\"\n", "", "no rules");
}

static void files_that_are_not_there_are_named(void **state)
{
    (void)state;
    static const char *const paths[] = {"tests/no-such-rules.yaml"};
    struct rule_set *set = NULL;
    struct problem problem = PROBLEM_INIT;
    assert_int_not_equal(rules_load(paths, 1, &set, NULL, &problem), PROBLEM_NONE);
    assert_true(strstr(problem.what, "no-such-rules") || strstr(problem.where, "no-such-rules"));
}

/* --- formats ----------------------------------------------------------------------------- */

static void formats_give_their_values(void **state)
{
    (void)state;
    static const struct {
        const char *format, *text, *values;
    } cases[] = {
        {"s:%d %d", "s:1024 512", "1024,512,"},
        {"req:%s res:%s need:%d", "req:a b res:c need:0", "a b,c,0,"},
        {"[%s: %s:%4d] Update exit with err = %d", "[a: b:  12] Update exit with err = -7",
         "a,b,  12,-7,"},
        {"x %06x!", "x 00ff1a!", "00ff1a,"},
        {"100%% of %s", "100% of it", "it,"},
        {"key %c pressed", "key w pressed", "w,"},
        {"post  [%s][%s]", "post  [v1][]", "v1,,"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct format f;
        struct span values[FORMAT_VALUES_MAX];
        const char *why;
        struct buffer out = {.limit = 0};
        assert_true(format_compile(cases[i].format, arena, &f, &why));
        size_t n = strlen(cases[i].text);
        assert_int_equal(format_match(&f, cases[i].text, n, 0, values), n);
        for (unsigned k = 0; k < f.values; k++)
            buffer_format(&out, "%.*s,", (int)values[k].length, cases[i].text + values[k].offset);
        assert_string_equal(buffer_text(&out), cases[i].values);
        buffer_free(&out);
        /* Cut anywhere it does not match, and reads nothing behind the cut. */
        for (size_t cut = 0; cut < n; cut++) {
            char *copy = malloc(cut + 1);
            memcpy(copy, cases[i].text, cut);
            format_match(&f, copy, cut, 0, values);
            free(copy);
        }
    }
    arena_free(arena);
}

static void a_users_rule_file_drives_the_story(void **state)
{
    (void)state;
    static const char text[] =
        "rules:\n"
        "  - {id: mine-push, format: \"NEW FW %s (%d)\", captures: [version, size], phase: "
        "ota-notify, outcome: progress, fact: push, meaning: A push.}\n"
        "  - {id: mine-bad, regex: \"checksum (bad|wrong)\", contains: checksum, phase: "
        "verify-hash, outcome: fail, fact: hash-fail, meaning: Wrong package.}\n";
    struct rule_set *own = NULL, *shipped = rules;
    struct problem problem = PROBLEM_INIT;
    assert_int_equal(rules_load_memory("mine.yaml", text, sizeof text - 1, &own, NULL, &problem),
                     PROBLEM_NONE);
    rules = own;
    struct random_source random;
    random_seed(&random, 1);
    static const char log[] = "NEW FW 2.0 (1000)\r\nxx checksum wrong\r\n";
    struct diagnose_verdict v = judge_text(log, sizeof log - 1, 3, &random);
    rules = shipped;
    rules_free(own);
    assert_int_equal(v.kind, VERDICT_FAILED);
    assert_int_equal(v.cause, PROBLEM_OTA_HASH_MISMATCH);
    assert_string_equal(v.target_version, "2.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_known_line_has_a_rule_or_a_reason),
        cmocka_unit_test(rules_are_complete_and_say_what_to_do),
        cmocka_unit_test(mistakes_name_place_key_and_what_was_expected),
        cmocka_unit_test(files_that_are_not_there_are_named),
        cmocka_unit_test(formats_give_their_values),
        cmocka_unit_test(a_users_rule_file_drives_the_story),
    };
    return cmocka_run_group_tests_name("diagnose rules", tests, load_rules, free_rules);
}
