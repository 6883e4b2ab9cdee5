/* The YAML tree: what is read, what is refused, and where the refusal points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "yaml/yaml.h"

static struct yaml_doc *good(const char *text)
{
    struct yaml_doc *doc = NULL;
    struct problem p = PROBLEM_INIT;
    if (yaml_load_memory("t.yaml", text, strlen(text), &doc, &p) != PROBLEM_NONE)
        fail_msg("%s: %s", p.where, p.what);
    return doc;
}

/* The text is refused at `where`, in words that hold `what`, with a way out. */
static void bad_bytes(const char *text, size_t n, const char *where, const char *what)
{
    struct yaml_doc *doc = NULL;
    struct problem p = PROBLEM_INIT;
    assert_int_equal(yaml_load_memory("t.yaml", text, n, &doc, &p), PROBLEM_CONFIG);
    assert_null(doc);
    assert_string_equal(p.where, where);
    if (!strstr(p.what, what))
        fail_msg("\"%s\" does not say \"%s\"", p.what, what);
    assert_true(p.hint[0] != '\0');
}

static void bad(const char *text, const char *where, const char *what)
{
    bad_bytes(text, strlen(text), where, what);
}

static void a_tree_remembers_where_everything_stood(void **state)
{
    (void)state;
    struct yaml_doc *doc = good("# comment\n"
                                "board: mk3060\n"
                                "list:\n"
                                "  - one\n"
                                "  - {a: 1, b: \"x y\"}\n"
                                "text: >-\n"
                                "  folded\n"
                                "  lines\n"
                                "zh: 请\n"
                                "none:\n");
    const struct yaml_node *root = yaml_root(doc), *list = yaml_get(root, "list");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 5);
    assert_string_equal(yaml_get_text(root, "board", ""), "mk3060");
    assert_int_equal(yaml_get(root, "board")->line, 2);
    assert_int_equal(yaml_get(root, "board")->column, 8);
    assert_int_equal(yaml_get(root, "board")->key_column, 1);
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->count, 2);
    const struct yaml_node *b = yaml_get(list->first->next, "b");
    assert_int_equal(b->line, 5);
    assert_int_equal(b->column, 15);
    assert_int_equal(b->key_column, 12);
    assert_true(b->quoted);
    assert_string_equal(yaml_get_text(root, "text", ""), "folded lines");
    assert_string_equal(yaml_get_text(root, "zh", ""), "请");
    assert_string_equal(yaml_get_text(root, "none", "x"), "");
    assert_false(yaml_get(root, "none")->quoted);
    assert_string_equal(yaml_get_text(root, "missing", "x"), "x");
    assert_null(yaml_get_text(root, "list", NULL));
    assert_null(yaml_get(list, "board"));
    assert_null(yaml_get(NULL, "board"));
    assert_string_equal(yaml_name(doc), "t.yaml");
    yaml_close(doc);
    yaml_close(NULL);
    doc = good("\xef\xbb\xbf"
               "a: b\r\n"); /* as Windows editors save it */
    assert_string_equal(yaml_get_text(yaml_root(doc), "a", ""), "b");
    yaml_close(doc);
}

static void what_is_not_supported_is_refused_where_it_stands(void **state)
{
    (void)state;
    bad("a: 1\nb: &x 2\n", "t.yaml:2:4", "anchors");
    bad("a: 1\nb: *x\n", "t.yaml:2:4", "anchors");
    bad("a: !!str 2\n", "t.yaml:1:4", "tags");
    bad("- &x [1]\n", "t.yaml:1:3", "anchors");
    bad("a: 1\n---\nb: 2\n", "t.yaml:2:1", "second document");
    bad("a: 1\n? [1, 2]\n: 2\n", "t.yaml:2:3", "key");
    bad("a: 1\nb: 2\na: 3\n", "t.yaml:3:1", "\"a\" stands twice; it was first given in line 1");
    bad("\"\": 1\n", "t.yaml:1:1", "empty");
    bad("a: \"x\\0y\"\n", "t.yaml:1:4", "NUL");
    bad("\"x\\0y\": 1\n", "t.yaml:1:1", "NUL");
}

static void broken_text_is_refused_with_its_place(void **state)
{
    (void)state;
    bad("", "t.yaml:1:1", "empty");
    bad("# only a comment\n", "t.yaml:1:1", "empty");
    bad("a: [1, 2\nb: 3\n", "t.yaml:2:2", "not valid YAML");
    bad("a: 1\n\tb: 2\n", "t.yaml:2:1", "not valid YAML");
    bad("a: \"open\n", "t.yaml:2:1", "not valid YAML");
    bad("a: 1\n  b: 2\n", "t.yaml:2:4", "not valid YAML");
    bad("a: 1\nb: x\xff\xfe\n", "t.yaml:2:5", "UTF-8");
    bad("a: 1\nb: \xc0\x80\n", "t.yaml:2:4", "UTF-8");
    bad("a: 1\n\nbc: \x01\n", "t.yaml:3:5", "UTF-8");
    bad_bytes("a\0: 1", 5, "t.yaml:1:2", "UTF-8");
}

static void size_and_depth_are_bounded(void **state)
{
    (void)state;
    char text[200];
    memset(text, '[', 100);
    memset(text + 100, ']', 100);
    bad_bytes(text, 200, "t.yaml:1:33", "nested too deeply");
    text[32] = '1';
    memset(text + 33, ']', 32);
    struct yaml_doc *doc = NULL;
    struct problem p = PROBLEM_INIT;
    assert_int_equal(yaml_load_memory("t", text, 65, &doc, &p), PROBLEM_NONE);
    yaml_close(doc);
    size_t n = YAML_FILE_MAX + 1;
    char *big = malloc(n);
    assert_non_null(big);
    memset(big, '#', n);
    bad_bytes(big, n, "t.yaml", "bytes, more than");
    /* A million commas: too many entries, told where they begin to be too many. */
    memset(big, '\n', n);
    for (size_t i = 0; i + 4 < n; i += 4)
        memcpy(big + i, "- a\n", 4);
    bad_bytes(big, n - 5, "t.yaml:100000:3", "too many entries");
    size_t used = 0;
    for (int i = 0; i < 5000; i++)
        used += (size_t)sprintf(big + used, "k%d: 1\n", i);
    bad_bytes(big, used, "t.yaml:4097:1", "too many keys");
    free(big);
}

static void files_that_cannot_be_read_say_why(void **state)
{
    (void)state;
    struct yaml_doc *doc = NULL;
    struct problem p = PROBLEM_INIT;
    assert_int_equal(yaml_load_file("/nowhere/at/all.yaml", &doc, &p), PROBLEM_CONFIG);
    assert_string_equal(p.where, "/nowhere/at/all.yaml");
    assert_non_null(strstr(p.what, "No such file"));
    assert_int_equal(yaml_load_file("/", &doc, &p), PROBLEM_CONFIG);
    assert_non_null(strstr(p.what, "directory"));
    char path[] = "/tmp/otaconsole-yaml-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(yaml_load_file(path, &doc, &p), PROBLEM_CONFIG);
    assert_non_null(strstr(p.what, "empty"));
    assert_int_equal(write(fd, "a: b\n", 5), 5);
    close(fd);
    assert_int_equal(yaml_load_file(path, &doc, &p), PROBLEM_NONE);
    yaml_close(doc);
    if (geteuid() != 0) {
        chmod(path, 0);
        assert_int_equal(yaml_load_file(path, &doc, &p), PROBLEM_CONFIG);
        assert_non_null(strstr(p.what, "ermission"));
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_remembers_where_everything_stood),
        cmocka_unit_test(what_is_not_supported_is_refused_where_it_stands),
        cmocka_unit_test(broken_text_is_refused_with_its_place),
        cmocka_unit_test(size_and_depth_are_bounded),
        cmocka_unit_test(files_that_cannot_be_read_say_why),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
