/* Figures for people, and wrapping of English and Chinese. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "ui/format.h"

static void sizes_and_rates(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 B"},
        {999, "999 B"},
        {1000, "1.0 kB"},
        {1049, "1.0 kB"},
        {1050, "1.1 kB"},
        {92000, "92.0 kB"},
        {99949, "99.9 kB"},
        {99950, "100 kB"},
        {300000, "300 kB"},
        {999499, "999 kB"},
        {999500, "1.0 MB"},
        {1234567, "1.2 MB"},
        {999949999, "1.0 GB"},
        {UINT64_MAX, "18.4 EB"},
    };
    char text[40], rate[40];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        format_size(cases[i].bytes, text, sizeof text);
        assert_string_equal(text, cases[i].text);
        format_rate(cases[i].bytes, rate, sizeof rate);
        snprintf(text, sizeof text, "%s/s", cases[i].text);
        assert_string_equal(rate, text);
    }
}

static void shares(void **state)
{
    (void)state;
    char text[80];
    format_share(188000, 300000, text, sizeof text);
    assert_string_equal(text, "188 of 300 kB");
    format_share(12, 300000, text, sizeof text);
    assert_string_equal(text, "12 B of 300 kB");
    format_share(12345, 0, text, sizeof text);
    assert_string_equal(text, "12.3 kB");
    assert_int_equal(format_percent(0, 0), 0);
    assert_int_equal(format_percent(299999, 300000), 99);
    assert_int_equal(format_percent(300001, 300000), 100);
    assert_int_equal(format_percent(UINT64_MAX / 2, UINT64_MAX), 49);
    assert_int_equal(format_percent(UINT64_MAX - 1, UINT64_MAX), 99);
}

static void elapsed(void **state)
{
    (void)state;
    static const struct {
        uint64_t us;
        const char *text;
    } cases[] = {
        {0, "0 ms"},           {350000, "350 ms"},     {999999, "999 ms"}, {1000000, "1.0 s"},
        {12345678, "12.3 s"},  {59999999, "59.9 s"},   {60000000, "1:00"}, {62000000, "1:02"},
        {3599999999, "59:59"}, {3600000000, "1:00:00"}};
    char text[40];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        format_elapsed(cases[i].us, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void copies_are_cut_between_characters(void **state)
{
    (void)state;
    char text[6];
    format_copy(text, sizeof text, NULL);
    assert_string_equal(text, "");
    format_copy(text, sizeof text, "网络连接");
    assert_string_equal(text, "网");
    format_copy(text, sizeof text, "abcdefgh");
    assert_string_equal(text, "abcde");
    format_copy(text, 1, "abc");
    assert_string_equal(text, "");
}

/* --- wrapping ----------------------------------------------------------------------------- */

static const char *wrapped(const char *text, unsigned columns)
{
    static char out[2000];
    struct wrap w = {text, strlen(text), 0, columns};
    size_t begin, length, n = 0;
    out[0] = '\0';
    while (wrap_next(&w, &begin, &length))
        n += (size_t)snprintf(out + n, sizeof out - n, "%.*s|", (int)length, text + begin);
    return out;
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(wrapped("", 10), "");
    assert_string_equal(wrapped("one", 10), "one|");
    assert_string_equal(wrapped("one two three", 7), "one two|three|");
    assert_string_equal(wrapped("one two  three", 8), "one two|three|");
    assert_string_equal(wrapped("one two three ", 3), "one|two|thr|ee|");
    assert_string_equal(wrapped("a\nb c\n\nd", 10), "a|b c||d|");
    assert_string_equal(wrapped("https://example.com/x y", 10), "https://ex|ample.com/|x y|");
    assert_string_equal(wrapped("exactly ten", 11), "exactly ten|");
}

static void chinese(void **state)
{
    (void)state;
    assert_string_equal(wrapped("按住按键并松开复位", 8), "按住按键|并松开复|位|");
    /* A sign that closes stays with what it closes, one that opens with what it opens. */
    assert_string_equal(wrapped("按住按键，松开", 8), "按住按|键，松开|");
    assert_string_equal(wrapped("请按（复位）键", 6), "请按|（复|位）键|");
    assert_string_equal(wrapped("打开 otaconsole 再试", 10), "打开|otaconsole|再试|");
    assert_string_equal(wrapped("版本app-1.0.1已写入", 9), "版本|app-1.0.1|已写入|");
    /* Too narrow for any: one a row, never an endless loop. */
    assert_string_equal(wrapped("复位", 1), "复|位|");
}

/* No row is too wide, nothing but spaces and line ends is lost, whatever the text. */
static void nothing_is_lost(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",  "bc",          " ",    "  ",      "中",
                                         "文", "，",          "（",   "e\u0301", "\n",
                                         "\t", "longer-word", "\xff", "。",      "x."};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct random_source r;
        char text[200] = "", kept[200] = "", out[200] = "";
        random_seed(&r, seed);
        for (unsigned i = random_below(&r, 20); i > 0; i--)
            strcat(text, pieces[random_below(&r, sizeof pieces / sizeof pieces[0])]);
        unsigned columns = 2 + random_below(&r, 20);
        struct wrap w = {text, strlen(text), 0, columns};
        size_t begin, length;
        while (wrap_next(&w, &begin, &length)) {
            bool blank = strspn(text + begin, " \t") >= length;
            if (!blank && !memchr(text + begin, '\t', length) && text[begin] != ' ')
                assert_true(screen_text_width(text + begin, length) <= columns);
            strncat(out, text + begin, length);
        }
        char *to = kept;
        for (const char *c = text; *c; c++)
            if (!strchr(" \t\n", *c))
                *to++ = *c;
        to = out;
        for (const char *c = out; *c; c++)
            if (!strchr(" \t\n", *c))
                *to++ = *c;
        *to = '\0';
        assert_string_equal(out, kept);
        assert_true(wrap_rows(text, columns) <= strlen(text) + 1);
    }
}

static const char *drawn(const struct paragraph *p, unsigned rows, unsigned columns, unsigned *used)
{
    static char text[2000];
    struct screen s = {0};
    struct buffer b = {0};
    assert_true(screen_resize(&s, rows + 1, columns + 2));
    for (unsigned r = 0; r < rows + 1; r++)
        screen_put_text(&s, r, columns, 2, STYLE_DIM, "##");
    *used = paragraph_draw(p, &s, (struct rect){0, 0, rows, columns});
    screen_to_text(&s, &b);
    snprintf(text, sizeof text, "%s", buffer_text(&b));
    buffer_free(&b);
    screen_free(&s);
    return text;
}

static void paragraphs(void **state)
{
    (void)state;
    unsigned used;
    struct paragraph p = {"next: ", STYLE_KEY, "press reset, then boot", STYLE_NORMAL};
    assert_string_equal(drawn(&p, 3, 18, &used), "next: press reset,##\n      then boot   ##\n"
                                                 "                  ##\n                  ##\n");
    assert_int_equal(used, 2);
    assert_int_equal(paragraph_rows(&p, 18), 2);
    assert_string_equal(drawn(&p, 1, 18, &used), "next: press reset…##\n                  ##\n");
    assert_int_equal(used, 1);
    /* No room for a hanging indent: the label gets a row of its own. */
    assert_string_equal(drawn(&p, 3, 11, &used),
                        "next:      ##\npress      ##\nreset, the…##\n           ##\n");
    assert_int_equal(paragraph_rows(&p, 11), 4);
    p.label = "";
    assert_int_equal(paragraph_rows(&p, 11), 3);
}

int main(void)
{
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_rates), cmocka_unit_test(shares),
        cmocka_unit_test(elapsed),         cmocka_unit_test(copies_are_cut_between_characters),
        cmocka_unit_test(words),           cmocka_unit_test(chinese),
        cmocka_unit_test(nothing_is_lost), cmocka_unit_test(paragraphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
