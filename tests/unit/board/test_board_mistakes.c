/* Board files with mistakes: each is told with file, line, column, key and a way out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "board/board.h"

/* Line 1 to 16; tests put more behind it or change a line. */
static const char base[] = "board: b\n"                                                 /* 1 */
                           "title: a board\n"                                           /* 2 */
                           "console-baud: 921600\n"                                     /* 3 */
                           "flash: {size: 2m, sector: 4k}\n"                            /* 4 */
                           "default-generation: one\n"                                  /* 5 */
                           "generations:\n"                                             /* 6 */
                           "  - id: one\n"                                              /* 7 */
                           "    title: first\n"                                         /* 8 */
                           "    partitions:\n"                                          /* 9 */
                           "      - {name: APPLICATION, start: 0x1000, size: 0x1000}\n" /* 10 */
                           "shell: {prompt: \"# \"}\n"                                  /* 11 */
                           "loaders:\n"                                                 /* 12 */
                           "  - id: l\n"                                                /* 13 */
                           "    title: a loader\n"                                      /* 14 */
                           "    prompt: \"$ \"\n"                                       /* 15 */
                           "    flashable: false\n";                                    /* 16 */

static struct schema_report report;

static enum problem_code load(const char *text, struct problem *p)
{
    struct board *b = NULL;
    memset(&report, 0, sizeof report);
    *p = (struct problem)PROBLEM_INIT;
    enum problem_code code = board_load_memory("b.yaml", text, strlen(text), &b, &report, p);
    board_free(b);
    return code;
}

static void expect(const char *text, const char *where, const char *what, const char *hint)
{
    struct problem p;
    assert_int_equal(load(text, &p), PROBLEM_CONFIG);
    assert_string_equal(p.where, where);
    assert_string_equal(p.what, what);
    if (!strstr(p.hint, hint))
        fail_msg("the hint \"%s\" does not say \"%s\"", p.hint, hint);
}

/* The base text with its first `from` replaced. */
static const char *with(const char *from, const char *to)
{
    static char text[4000];
    const char *at = strstr(base, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - base), base, to, at + strlen(from));
    return text;
}

static const char *plus(const char *more)
{
    static char text[4000];
    snprintf(text, sizeof text, "%s%s", base, more);
    return text;
}

static void the_base_is_good(void **state)
{
    struct problem p;
    (void)state;
    assert_int_equal(load(base, &p), PROBLEM_NONE);
}

static void mistakes_of_the_board(void **state)
{
    (void)state;
    expect(with("console-baud: 921600", "console-baud: fast"), "b.yaml:3:15",
           "console-baud must be a whole number from 300 to 4000000, not \"fast\"", "decimal");
    expect(with("console-baud", "consol-baud"), "b.yaml:3:1",
           "unknown key \"consol-baud\" in board", "Did you mean \"console-baud\"?");
    expect(with("sector: 4k", "sector: 5k"), "b.yaml:4:8",
           "flash.sector 0x1400 is not a power of two", "4k");
    expect(with("default-generation: one", "default-generation: two"), "b.yaml:5:21",
           "default-generation \"two\" is not among the generations", "id");
    expect(with("size: 2m", "size: 32m"), "b.yaml:4:15",
           "size must be a size from 0x1000 to 0x1000000, not \"32m\"", "4096");
    expect(with("shell: {prompt: \"# \"}", "shell: {}"), "b.yaml:11:8",
           "shell lacks the key \"prompt\"", "prompt");
    expect("board: b\n", "b.yaml:1:1", "board lacks the key \"title\"", "(and 5 more");
}

static void mistakes_of_a_table(void **state)
{
    (void)state;
    expect(with("size: 0x1000}", "size: 0x1FFFFF}"), "b.yaml:10:9",
           "partition APPLICATION (0x1000 + 0x1fffff) ends behind the flash of 0x200000 bytes",
           "flash.size");
    expect(with("start: 0x1000", "start: 0xFFFFFFFF"), "b.yaml:10:9",
           "partition APPLICATION (0xffffffff + 0x1000) ends behind the flash of 0x200000 bytes",
           "flash.size");
    expect(with("size: 0x1000}", "size: 0}"), "b.yaml:10:50",
           "size must be a size from 0x1 to 0xffffffff, not \"0\"", "4096");
    expect(with("shell:", "      - {name: APPLICATION, start: 0x3000, size: 1}\nshell:"),
           "b.yaml:11:16", "partition \"APPLICATION\" stands twice; first in line 10", "its own");
    expect(with("shell:", "  - {id: one, title: t, partitions: []}\nshell:"), "b.yaml:11:10",
           "generation \"one\" stands twice; first in line 7", "its own");
    expect(with("    partitions:", "    write-address: 2m\n    partitions:"), "b.yaml:9:20",
           "write-address 0x200000 lies behind the flash of 0x200000 bytes", "flash.size");
}

static void mistakes_of_a_loader(void **state)
{
    (void)state;
    expect(with("    flashable: false\n", ""), "b.yaml:13:5",
           "loader l is flashable but lacks the words to write and read back", "flashable: false");
    expect(with("    prompt: \"$ \"\n", ""), "b.yaml:13:5", "loader l has no prompt", "quotes");
    expect(with("prompt: \"$ \"", "prompt: \"\""), "b.yaml:13:5", "loader l has no prompt",
           "quotes");
    expect(plus("    receiver: mk3061\n"), "b.yaml:17:15", "receiver \"mk3061\" is no preset",
           "Did you mean \"mk3060\"?");
    expect(plus("    receiver: something\n"), "b.yaml:17:15", "receiver \"something\" is no preset",
           "alios-2nd-boot");
    expect(plus("    failures:\n      - {text: a, meaning: b, code: nonsense}\n"), "b.yaml:18:37",
           "code must be one of transfer-failed, image-refused, verify-mismatch, "
           "loader-not-reached, operator-abort, not \"nonsense\"",
           "one of");
    expect(plus("  - {id: l, title: t, like: l}\n"), "b.yaml:17:10",
           "loader \"l\" stands twice; first in line 13", "its own");
    expect(plus("  - {id: m, title: t, prompt: x, flashable: false, like: n}\n"
                "  - {id: n, title: t, like: l}\n"),
           "b.yaml:17:58", "like \"n\" is no loader above this one", "further up");
    expect(with("    flashable: false\n", "    flashable: false\n    like: l\n"), "b.yaml:17:11",
           "like \"l\" is no loader above this one", "further up");
    expect(plus("enter-download:\n  - {kind: magic}\n"), "b.yaml:18:12",
           "kind must be one of probe, reboot-spaces, rts-pulse-spaces, operator, not \"magic\"",
           "one of");
    expect(plus("enter-download:\n  - {kind: probe, spaces: 1m}\n"), "b.yaml:18:27",
           "spaces must be at most 10000ms, not \"1m\"", "shorter");
}

static void a_chain_of_likes_is_followed_to_its_end(void **state)
{
    struct problem p;
    struct board *b = NULL;
    (void)state;
    const char *text = plus("    banners: [hello]\n"
                            "  - {id: m, title: t, like: l, prompt: \"> \"}\n"
                            "  - {id: n, title: t, like: m, banners: []}\n"
                            "  - {id: o, title: t, like: n}\n");
    assert_int_equal(board_load_memory("b", text, strlen(text), &b, NULL, &p), PROBLEM_NONE);
    assert_string_equal(b->dialects[1].banners[0], "hello");
    assert_string_equal(b->dialects[3].prompt, "> ");
    assert_int_equal(b->dialects[3].banner_count, 0);
    assert_false(b->dialects[3].flashable);
    board_free(b);
}

static void boards_that_are_not_there(void **state)
{
    static const char *const dirs[] = {"/nowhere", "boards"};
    struct problem p = PROBLEM_INIT;
    struct board *b = NULL;
    (void)state;
    assert_int_equal(board_load("mk306", dirs, 2, &b, NULL, &p), PROBLEM_CONFIG);
    assert_string_equal(p.where, "mk306");
    assert_non_null(strstr(p.hint, "Did you mean mk3060?"));
    assert_int_equal(board_load("zzz", dirs, 2, &b, NULL, &p), PROBLEM_CONFIG);
    assert_non_null(strstr(p.hint, "otaconsole boards"));
    assert_int_equal(board_load("./none.yaml", dirs, 2, &b, NULL, &p), PROBLEM_CONFIG);
    assert_non_null(strstr(p.what, "No such file"));
    assert_int_equal(board_load("boards/mk3060/board.yaml", dirs, 0, &b, NULL, &p), PROBLEM_NONE);
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_is_good),
        cmocka_unit_test(mistakes_of_the_board),
        cmocka_unit_test(mistakes_of_a_table),
        cmocka_unit_test(mistakes_of_a_loader),
        cmocka_unit_test(a_chain_of_likes_is_followed_to_its_end),
        cmocka_unit_test(boards_that_are_not_there),
    };
    return cmocka_run_group_tests_name("board mistakes", tests, NULL, NULL);
}
