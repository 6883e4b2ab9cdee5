/* The small things everything stands on: numbers, safe text, problems, buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/problem.h"
#include "base/random.h"
#include "base/text.h"

static void numbers_are_read_whole_or_refused(void **state)
{
    (void)state;
    uint32_t v = 7;
    assert_true(parse_u32("0x13200", 0, UINT32_MAX, &v));
    assert_int_equal(v, 0x13200);
    assert_true(parse_size("64k", 0, UINT32_MAX, &v));
    assert_int_equal(v, 65536);
    assert_true(parse_size("2M", 0, UINT32_MAX, &v));
    assert_int_equal(v, 2 * 1024 * 1024);
    static const char *const bad[] = {"",    " 1",  "1 ", "-1",     "+1",         "0x",
                                      "12a", "1kk", "k1", "4096m0", "4294967296", "0xg"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        v = 99;
        assert_false(parse_size(bad[i], 0, UINT32_MAX, &v));
        assert_int_equal(v, 99);
    }
    uint64_t w;
    assert_false(parse_u64("18446744073709551616", 0, UINT64_MAX, &w));
    assert_true(parse_u64("18446744073709551615", 0, UINT64_MAX, &w));
    assert_false(parse_size("4096m", 0, UINT32_MAX, &v));
}

static void durations_need_a_unit(void **state)
{
    (void)state;
    uint64_t us;
    assert_true(parse_duration("1.5s", TIME_NEVER, &us));
    assert_int_equal(us, 1500000);
    assert_true(parse_duration("250ms", TIME_NEVER, &us));
    assert_int_equal(us, 250000);
    assert_true(parse_duration("2h", TIME_NEVER, &us));
    assert_int_equal(us, 7200 * TIME_S);
    assert_false(parse_duration("30", TIME_NEVER, &us));
    assert_false(parse_duration("1.s", TIME_NEVER, &us));
    assert_false(parse_duration("0x10s", TIME_NEVER, &us));
    assert_false(parse_duration("2h", TIME_S, &us));
    assert_false(parse_duration("18446744073709551615h", TIME_NEVER, &us));
}

static void device_bytes_become_safe_text(void **state)
{
    (void)state;
    char out[128];
    static const uint8_t hostile[] = "a\x1b]0;t\x07\xff\xc2\x9b"
                                     "31m\xe4\xb8\xad\xe2\x80\xae\tz";
    text_make_safe(out, sizeof out, hostile, sizeof hostile - 1);
    assert_string_equal(out, "a\\x1b]0;t\\x07\\xff\\x9b31m\xe4\xb8\xad\\u{202e}\tz");
    /* A cut never leaves half a character or half an escape. */
    for (size_t size = 1; size < 40; size++) {
        size_t n = text_make_safe(out, size, hostile, sizeof hostile - 1);
        assert_true(n < size);
        assert_int_equal(strlen(out), n);
        for (size_t i = 0; i < n;) {
            uint32_t c;
            size_t l = text_utf8_length((const uint8_t *)out + i, n - i, &c);
            assert_true(l > 0);
            i += l;
        }
    }
    uint32_t c;
    assert_int_equal(text_utf8_length((const uint8_t *)"\xc0\x80", 2, &c), 0);
    assert_int_equal(text_utf8_length((const uint8_t *)"\xed\xa0\x80", 3, &c), 0);
    assert_int_equal(text_utf8_length((const uint8_t *)"\xe4\xb8", 2, &c), 0);
}

static void problems_have_unique_names_and_cut_cleanly(void **state)
{
    (void)state;
    for (int i = 0; i < PROBLEM_CODE_COUNT; i++) {
        for (int j = i + 1; j < PROBLEM_CODE_COUNT; j++)
            assert_string_not_equal(problem_name((enum problem_code)i),
                                    problem_name((enum problem_code)j));
        int status = problem_exit_status((enum problem_code)i);
        assert_true(status >= 0 && status < 128);
    }
    struct problem p = PROBLEM_INIT;
    char longer[2000];
    for (size_t i = 0; i + 3 < sizeof longer; i += 3)
        memcpy(longer + i, "\xe4\xb8\xad", 4);
    assert_int_equal(problem_set(&p, PROBLEM_CONFIG, "x.yaml:3", "Fix it.", "%s", longer),
                     PROBLEM_CONFIG);
    assert_int_equal(strlen(p.what) % 3, 0);
    problem_set(&p, PROBLEM_CONFIG, p.where, p.hint, "again: %s", p.what);
    assert_string_equal(p.where, "x.yaml:3");
    assert_true(strncmp(p.what, "again: ", 7) == 0);
}

static void buffers_grow_to_their_limit_only(void **state)
{
    (void)state;
    struct buffer b = {.limit = 1000};
    for (int i = 0; i < 99; i++)
        buffer_format(&b, "%09d|", i);
    assert_false(b.failed);
    assert_int_equal(b.length, 990);
    buffer_append(&b, "0123456789abcdef", 16);
    assert_true(b.failed);
    assert_int_equal(b.length, 990);
    buffer_clear(&b);
    buffer_append_text(&b, "hello");
    buffer_consume(&b, 2);
    assert_string_equal(buffer_text(&b), "llo");
    buffer_consume(&b, 100);
    assert_string_equal(buffer_text(&b), "");
    buffer_free(&b);
}

static void random_runs_repeat_by_seed(void **state)
{
    (void)state;
    struct random_source a, b;
    random_seed(&a, 42);
    random_seed(&b, 42);
    unsigned hits = 0;
    for (int i = 0; i < 100000; i++) {
        uint32_t x = random_below(&a, 1000);
        assert_int_equal(x, random_below(&b, 1000));
        assert_true(x < 1000);
        hits += x == 7;
    }
    assert_true(hits > 50 && hits < 200);
    assert_int_equal(random_below(&a, 0), 0);
    assert_false(random_one_in(&a, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_whole_or_refused),
        cmocka_unit_test(durations_need_a_unit),
        cmocka_unit_test(device_bytes_become_safe_text),
        cmocka_unit_test(problems_have_unique_names_and_cut_cleanly),
        cmocka_unit_test(buffers_grow_to_their_limit_only),
        cmocka_unit_test(random_runs_repeat_by_seed),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
