/* Schemas: every mistake of a file at once, with its place, its key and what was expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "yaml/schema.h"

static const struct schema_field inner_fields[] = {
    {"id", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Its name."},
    {"speed", SCHEMA_NUMBER, false, 300, 921600, NULL, NULL, "9600", "Bits a second."},
};
static const struct schema inner = SCHEMA("inner", inner_fields);
static const struct schema_field fields[] = {
    {"title", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "What people read."},
    {"flag", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "false", "Yes or no."},
    {"size", SCHEMA_SIZE, false, 1, 4096, NULL, NULL, "0", "How large."},
    {"wait", SCHEMA_DURATION, false, 0, 10000000, NULL, NULL, "1s", "How long."},
    {"kind", SCHEMA_WORD, false, 0, 0, "apple|pear", NULL, "apple", "Which fruit."},
    {"one", SCHEMA_MAP, false, 0, 0, NULL, &inner, "none", "One of them."},
    {"many", SCHEMA_LIST, false, 0, 0, NULL, &inner, "none", "Several."},
    {"words", SCHEMA_LIST, false, 0, 0, NULL, NULL, "none", "Words."},
    {"named", SCHEMA_NAMED, false, 0, 0, NULL, &inner, "none", "By name."},
};
static const struct schema outer = SCHEMA("outer", fields);

static struct schema_report report;

static void check(const char *text)
{
    struct yaml_doc *doc = NULL;
    struct problem p = PROBLEM_INIT;
    memset(&report, 0, sizeof report);
    assert_int_equal(yaml_load_memory("f.yaml", text, strlen(text), &doc, &p), PROBLEM_NONE);
    bool ok = schema_check(&outer, doc, yaml_root(doc), &report);
    assert_int_equal(ok, report.count == 0);
    yaml_close(doc);
}

static void expect(size_t i, const char *where, const char *what, const char *hint)
{
    const struct problem *p = &report.problems[i];
    assert_true(i < report.count);
    assert_int_equal(p->code, PROBLEM_CONFIG);
    assert_string_equal(p->where, where);
    assert_string_equal(p->what, what);
    if (!strstr(p->hint, hint))
        fail_msg("the hint \"%s\" does not say \"%s\"", p->hint, hint);
}

static void one(const char *text, const char *where, const char *what, const char *hint)
{
    check(text);
    assert_int_equal(report.count, 1);
    expect(0, where, what, hint);
}

static void good_files_pass(void **state)
{
    (void)state;
    check("title: x\nflag: yes\nsize: 4k\nwait: 10s\nkind: pear\none: {id: a, speed: 0x2580}\n"
          "many: [{id: a}, {id: b}]\nwords: [a, \"b c\"]\nnamed: {x: {id: q}}\n");
    assert_int_equal(report.count, 0);
    /* Nothing behind the colon is an empty list or map. */
    check("title: x\nmany:\nwords:\nnamed:\n");
    assert_int_equal(report.count, 0);
    check("title: \"\"\n"); /* empty on purpose */
    assert_int_equal(report.count, 0);
}

static void every_type_says_what_it_wants(void **state)
{
    (void)state;
    one("title: x\nflag: maybe\n", "f.yaml:2:7", "flag must be true or false, not \"maybe\"",
        "true or false");
    one("title: x\nsize: 5k\n", "f.yaml:2:7", "size must be a size from 0x1 to 0x1000, not \"5k\"",
        "0x1000");
    one("title: x\nsize: -1\n", "f.yaml:2:7", "size must be a size from 0x1 to 0x1000, not \"-1\"",
        "4k");
    one("title: x\nwait: 10\n", "f.yaml:2:7", "wait must be a duration with a unit, not \"10\"",
        "500ms");
    one("title: x\nwait: 11s\n", "f.yaml:2:7", "wait must be at most 10000ms, not \"11s\"",
        "shorter");
    one("title: x\nkind: plum\n", "f.yaml:2:7", "kind must be one of apple, pear, not \"plum\"",
        "one of");
    one("title: x\none: {id: a, speed: 100}\n", "f.yaml:2:21",
        "speed must be a whole number from 300 to 921600, not \"100\"", "decimal");
    one("title: [x]\n", "f.yaml:1:8", "title must be a single value, not a list", "reference");
    one("title: x\none: 5\n", "f.yaml:2:6", "one must be a map, not a single value", "reference");
    one("title: x\nmany: {id: a}\n", "f.yaml:2:7", "many must be a list, not a map", "reference");
    one("title: x\nmany: [a]\n", "f.yaml:2:8",
        "an entry of the list must be a map, not a single value", "reference");
    one("title: x\nnamed:\n  y: 3\n", "f.yaml:3:6", "y must be a map, not a single value",
        "reference");
    one("title:\n", "f.yaml:1:7", "title must not be empty", "What people read.");
    one("- a\n", "f.yaml:1:1", "outer must be a map, not a list", "reference");
}

static void unknown_and_missing_keys_are_named(void **state)
{
    (void)state;
    one("titel: x\ntitle: y\n", "f.yaml:1:1", "unknown key \"titel\" in outer",
        "Did you mean \"title\"?");
    one("title: y\nzzzzzzzz: 1\n", "f.yaml:2:1", "unknown key \"zzzzzzzz\" in outer",
        "Keys known here: title, flag, size");
    one("title: y\nflg:\n  a: 1\n", "f.yaml:2:1", "unknown key \"flg\" in outer", "\"flag\"");
    one("flag: true\n", "f.yaml:1:1", "outer lacks the key \"title\"", "What people read.");
    one("title: x\nmany:\n  - {speed: 300}\n", "f.yaml:3:5", "inner lacks the key \"id\"",
        "Its name.");
    one("title: x\none:\n", "f.yaml:2:5", "inner lacks the key \"id\"", "Its name.");
}

static void all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    check("flag: maybe\nsize: x\nkind: y\nfoo: 1\n");
    assert_int_equal(report.count, 5);
    expect(1, "f.yaml:2:7", "size must be a size from 0x1 to 0x1000, not \"x\"", "4k");
    expect(4, "f.yaml:1:1", "outer lacks the key \"title\"", "What people read.");
    assert_int_equal(schema_report_problem(&report, &p), PROBLEM_CONFIG);
    assert_string_equal(p.where, "f.yaml:1:7");
    assert_non_null(strstr(p.hint, "(and 4 more mistakes in this file)"));
    /* More than can be kept are counted. */
    char text[2000] = "title: x\n";
    for (char c = 'a'; c <= 'z'; c++)
        sprintf(text + strlen(text), "q%c: 1\n", c);
    check(text);
    assert_int_equal(report.count, 26);
    assert_int_equal(schema_report_problem(&report, &p), PROBLEM_CONFIG);
    assert_non_null(strstr(p.hint, "25 more"));
}

static void suggestions_are_near_or_none(void **state)
{
    (void)state;
    char near[16];
    schema_nearest("adress", "file|address|size", near, sizeof near);
    assert_string_equal(near, "address");
    schema_nearest("address", "file|address|size", near, sizeof near);
    assert_string_equal(near, "address");
    schema_nearest("banana", "file|address|size", near, sizeof near);
    assert_string_equal(near, "");
    schema_nearest("", "file", near, sizeof near);
    assert_string_equal(near, "");
    schema_nearest("x", "", near, sizeof near);
    assert_string_equal(near, "");
    char longest[500];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    schema_nearest(longest, longest, near, sizeof near); /* no room: none, not a cut one */
    assert_string_equal(near, "");
}

static void the_reference_comes_from_the_same_table(void **state)
{
    (void)state;
    struct buffer out = {0};
    schema_write_reference(&outer, &out);
    const char *text = buffer_text(&out);
    assert_non_null(strstr(text, "## outer"));
    assert_non_null(strstr(text, "| `title` | text | required | What people read. |"));
    assert_non_null(strstr(text, "| `kind` | apple, pear | apple | Which fruit. |"));
    assert_non_null(strstr(text, "| `speed` | number | 9600 | Bits a second. |"));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_pass),
        cmocka_unit_test(every_type_says_what_it_wants),
        cmocka_unit_test(unknown_and_missing_keys_are_named),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(suggestions_are_near_or_none),
        cmocka_unit_test(the_reference_comes_from_the_same_table),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
