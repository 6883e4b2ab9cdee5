/* AliOS quoting, against a splitter written from the facts (alios-device.md §5.1) alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "workflow/quote.h"

static const struct quote_limits full = {256, 16}, mini = {128, 8};

/* --- the board's side ------------------------------------------------------------------------- */

struct words {
    char text[16][300];
    size_t count;
    bool error;
    size_t commands; /* separated by bare semicolons */
};

/*
 * A quote opens only at the start of an argument. A backslash goes only directly
 * before space, quote or semicolon. A bare semicolon ends the command, inside
 * quotes it is an error, as is a quote that does not close.
 */
static void board_splits(const char *line, struct words *w)
{
    memset(w, 0, sizeof *w);
    w->commands = 1;
    size_t i = 0, length = strlen(line);
    while (i < length && !w->error) {
        if (line[i] == ' ') {
            i++;
            continue;
        }
        if (line[i] == ';') {
            w->commands++;
            i++;
            continue;
        }
        assert_true(w->count < 16);
        char *out = w->text[w->count++];
        bool quoted = line[i] == '"', closed = false;
        i += quoted;
        for (; i < length && !closed; i++) {
            char c = line[i], next = line[i + 1];
            if (c == '\\' && (next == ' ' || next == '"' || next == ';')) {
                *out++ = next;
                i++;
            } else if (quoted && c == '"') {
                closed = true;
            } else if (c == ';' && quoted) {
                w->error = true;
            } else if (!quoted && (c == ' ' || c == ';')) {
                break;
            } else {
                *out++ = c;
            }
        }
        w->error |= quoted && !closed;
    }
}

static void splitting_is_as_the_facts_say(void **state)
{
    static const struct {
        const char *line;
        size_t count;
        const char *last;
    } rows[] = {
        {"a b c", 3, "c"},     {"a \"b c\"", 2, "b c"},   {"a b\"c", 2, "b\"c"},
        {"a b\\ c", 2, "b c"}, {"a b\\\\c", 2, "b\\\\c"}, {"a b\\c", 2, "b\\c"},
        {"a \"\"", 2, ""},     {"a b\\;c", 2, "b;c"},     {"a b\\\\ c", 2, "b\\ c"},
        {"a \\\"b", 2, "\"b"}, {"a b\\", 2, "b\\"},       {"a \"b\\\"c\"", 2, "b\"c"},
    };
    struct words w;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        board_splits(rows[i].line, &w);
        assert_false(w.error);
        assert_int_equal(w.count, rows[i].count);
        assert_string_equal(w.text[w.count - 1], rows[i].last);
    }
    board_splits("a \"b;c\"", &w);
    assert_true(w.error);
    board_splits("a \"b", &w);
    assert_true(w.error);
    board_splits("a;b", &w);
    assert_int_equal(w.commands, 2);
}

/* --- ours -------------------------------------------------------------------------------- */

static enum problem_code quote(const char *const *arguments, size_t count, char *out,
                               struct problem *p)
{
    *p = (struct problem)PROBLEM_INIT;
    return quote_alios(arguments, count, &full, out, 300, p);
}

static void the_table_of_the_facts(void **state)
{
    static const char *const rows[][2] = {
        {"plain", "plain"},
        {"two words", "two\\ words"},
        {"say \"hi\"", "say\\ \\\"hi\\\""},
        {"a;b", "a\\;b"},
        {"", "\"\""},
        {"back\\slash", "back\\slash"},
        {"\\\\", "\\\\"},
        {"a\\ b", "a\\\\ b"},
        {"\"", "\\\""},
        {"a\\\"b", "a\\\\\"b"},
        {"a\\;b", "a\\\\;b"},
        {"ends\\", "ends\\"},
        {"$HOME'`*", "$HOME'`*"},
        {" ", "\\ "},
        {"请", "请"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const arguments[] = {"cmd", rows[i][0]};
        char out[300], wanted[300];
        struct problem p;
        struct words w;
        assert_int_equal(quote(arguments, 2, out, &p), PROBLEM_NONE);
        snprintf(wanted, sizeof wanted, "cmd %s", rows[i][1]);
        assert_string_equal(out, wanted);
        board_splits(out, &w);
        assert_int_equal(w.count, 2);
        assert_string_equal(w.text[1], rows[i][0]);
    }
}

static void what_cannot_be_said_is_refused_without_showing_it(void **state)
{
    static const char *const bad[] = {"a\tb", "a\x1b[A", "a\bb", "a\x7f", "a\rb", "a\nb", "\x01"};
    char out[300];
    struct problem p;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *const arguments[] = {"netmgr", "connect", "net", bad[i]};
        assert_int_equal(quote(arguments, 4, out, &p), PROBLEM_COMMAND_REFUSED);
        assert_string_equal(p.where, "argument 4 of the command");
        assert_non_null(strstr(p.what, "control character"));
        assert_null(strstr(p.hint, bad[i]));
    }
    const char *const middle[] = {"netmgr", "connect", "secret\\", "x"};
    assert_int_equal(quote(middle, 4, out, &p), PROBLEM_COMMAND_REFUSED);
    assert_string_equal(p.where, "argument 3 of the command");
    assert_non_null(strstr(p.what, "backslash"));
    assert_null(strstr(p.what, "secret"));
    assert_null(strstr(p.hint, "secret"));
    const char *const nothing[] = {""};
    assert_int_equal(quote(nothing, 1, out, &p), PROBLEM_COMMAND_REFUSED);
    assert_int_equal(quote(nothing, 0, out, &p), PROBLEM_COMMAND_REFUSED);
}

static void lengths_and_counts_are_those_of_the_board(void **state)
{
    char longest[300], out[300];
    const char *many[20];
    struct problem p = PROBLEM_INIT;
    (void)state;
    memset(longest, 'x', sizeof longest);
    const char *const one[] = {longest};
    longest[255] = '\0'; /* the buffer of 256 holds 255 and the end */
    assert_int_equal(quote(one, 1, out, &p), PROBLEM_NONE);
    longest[255] = 'x', longest[256] = '\0';
    assert_int_equal(quote(one, 1, out, &p), PROBLEM_COMMAND_REFUSED);
    assert_non_null(strstr(p.what, "255 characters"));
    /* Escapes count. */
    memset(longest, ' ', 256);
    longest[128] = '\0';
    assert_int_equal(quote(one, 1, out, &p), PROBLEM_COMMAND_REFUSED);
    longest[127] = '\0';
    assert_int_equal(quote(one, 1, out, &p), PROBLEM_NONE);
    for (size_t i = 0; i < 20; i++)
        many[i] = "w";
    assert_int_equal(quote(many, 15, out, &p), PROBLEM_NONE);
    assert_int_equal(quote(many, 16, out, &p), PROBLEM_COMMAND_REFUSED);
    assert_int_equal(quote_alios(many, 7, &mini, out, sizeof out, &p), PROBLEM_NONE);
    assert_int_equal(quote_alios(many, 8, &mini, out, sizeof out, &p), PROBLEM_COMMAND_REFUSED);
    memset(longest, 'x', 128);
    longest[128] = '\0';
    assert_int_equal(quote_alios(one, 1, &mini, out, sizeof out, &p), PROBLEM_COMMAND_REFUSED);
    /* A small buffer of ours is no overflow. */
    char tiny[4];
    assert_int_equal(quote_alios(one, 1, &full, tiny, sizeof tiny, &p), PROBLEM_COMMAND_REFUSED);
}

/* Whether the facts let it be said at all. */
static bool can_be_said(char arguments[][24], size_t count)
{
    if (count == 0 || arguments[0][0] == '\0')
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(arguments[i]);
        if (n && arguments[i][n - 1] == '\\' && i + 1 < count)
            return false;
        for (size_t k = 0; k < n; k++) {
            if ((unsigned char)arguments[i][k] < 0x20 || arguments[i][k] == 0x7F)
                return false;
        }
    }
    return true;
}

static void what_the_board_reads_is_what_was_meant(void **state)
{
    static const char letters[] = "ab\\\\\\\\  \"\"\"\";;;;'$\t\xe8\x7f";
    struct random_source random;
    unsigned said = 0;
    (void)state;
    random_seed(&random, 2018);
    for (int run = 0; run < 200000; run++) {
        char arguments[6][24];
        const char *pointers[6];
        char out[300];
        struct problem p;
        struct words w;
        size_t count = random_below(&random, 6);
        for (size_t i = 0; i < count; i++) {
            size_t n = random_below(&random, 8);
            for (size_t k = 0; k < n; k++) {
                /* Control characters are rare, or nothing else would be tried. */
                uint32_t c = random_below(&random, sizeof letters - 1);
                arguments[i][k] =
                    c >= sizeof letters - 4 && !random_one_in(&random, 20) ? 'z' : letters[c];
            }
            arguments[i][n] = '\0';
            pointers[i] = arguments[i];
        }
        bool possible = can_be_said(arguments, count);
        assert_int_equal(quote(pointers, count, out, &p) == PROBLEM_NONE, possible);
        if (!possible)
            continue;
        board_splits(out, &w);
        if (w.error || w.commands != 1 || w.count != count)
            fail_msg("\"%s\" is not one command of %zu words", out, count);
        for (size_t i = 0; i < count; i++)
            assert_string_equal(w.text[i], arguments[i]);
        said++;
    }
    assert_true(said > 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitting_is_as_the_facts_say),
        cmocka_unit_test(the_table_of_the_facts),
        cmocka_unit_test(what_cannot_be_said_is_refused_without_showing_it),
        cmocka_unit_test(lengths_and_counts_are_those_of_the_board),
        cmocka_unit_test(what_the_board_reads_is_what_was_meant),
    };
    return cmocka_run_group_tests_name("quoting", tests, NULL, NULL);
}
