/* Device bytes made fit to be shown: colours stay, everything else that acts becomes text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "ui/line_markup.h"

static char text[512];
static struct markup markup;

static void mark(const char *raw, size_t n)
{
    memset(&markup, 0xA5, sizeof markup);
    markup.text = text;
    markup.capacity = sizeof text;
    line_markup((const uint8_t *)raw, n, &markup);
    assert_int_equal(strlen(text), markup.length);
}

static void check(const char *raw, const char *shown)
{
    mark(raw, strlen(raw));
    assert_string_equal(text, shown);
}

static void span(unsigned i, const char *what, unsigned style)
{
    assert_true(i < markup.span_count);
    const struct markup_span *s = &markup.spans[i];
    assert_int_equal(s->style, style);
    assert_int_equal(s->end - s->begin, strlen(what));
    assert_memory_equal(text + s->begin, what, strlen(what));
}

static void colours_become_spans(void **state)
{
    (void)state;
    check("\x1b[31mred\x1b[0m plain \x1b[1;32mgreen\x1b[m", "red plain green");
    assert_int_equal(markup.span_count, 2);
    span(0, "red", STYLE_DEVICE + 1);
    span(1, "green", STYLE_DEVICE + 2 + 8);
    check("\x1b[94mblue\x1b[39mnone", "bluenone");
    assert_int_equal(markup.span_count, 1);
    span(0, "blue", STYLE_DEVICE + 4 + 8);
    check("\x1b[1mbold\x1b[22mnot\x1b[1;33mb\x1b[22my", "boldnotby");
    span(0, "bold", STYLE_DEVICE + 15);
    span(1, "b", STYLE_DEVICE + 3 + 8);
    span(2, "y", STYLE_DEVICE + 3);
    check("\x1b[91mbright\x1b[31mnot", "brightnot");
    span(1, "not", STYLE_DEVICE + 1);
    /* The same colour again is the same span. */
    check("\x1b[31ma\x1b[31mb\x1b[4mc", "abc");
    assert_int_equal(markup.span_count, 1);
}

static void spelled_out_sequences_count_too(void **state)
{
    (void)state;
    check("\\x1b[33mW\\x1b[0m x", "W x");
    span(0, "W", STYLE_DEVICE + 3);
    check("\\033[31ma^[[0mb\\e[1;32mc", "abc");
    span(1, "c", STYLE_DEVICE + 2 + 8);
    check("C:\\esp\\x1b and ^[ alone", "C:\\esp\\x1b and ^[ alone");
    assert_int_equal(markup.span_count, 0);
    check("\\x1b[2Jx", "\\x1b[2Jx");
    span(0, "\\x1b[2J", STYLE_ESCAPED);
}

static void numbers_of_256_colours_are_not_taken_for_others(void **state)
{
    (void)state;
    check("\x1b[38;5;31mx\x1b[48;2;31;32;33my", "xy");
    assert_int_equal(markup.span_count, 0);
    check("\x1b[38;5;200;31mx", "x");
    span(0, "x", STYLE_DEVICE + 1);
    check("\x1b[38mx\x1b[38;7;31my", "xy");
    assert_int_equal(markup.span_count, 0);
    check("\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;31mx\x1b[99999999999999mz", "xz");
    assert_int_equal(markup.span_count, 0);
}

static void everything_that_acts_becomes_visible(void **state)
{
    (void)state;
    check("a\x1b[2Jb", "a\\x1b[2Jb");
    span(0, "\\x1b[2J", STYLE_ESCAPED);
    check("\x1b]0;title\x07x", "\\x1b]0;title\\x07x");
    check("\x1b]52;c;aGk=\x1b\\x", "\\x1b]52;c;aGk=\\x1b\\x");
    check("\x1b[>4;2mx", "\\x1b[>4;2mx");
    check("\x1b[6n\x1b[?1049h", "\\x1b[6n\\x1b[?1049h");
    assert_int_equal(markup.span_count, 1);
    check("\x1b", "\\x1b");
    check("\x1b[", "\\x1b[");
    check("\x1b[31", "\\x1b[31");
    check("\x1b(Bx", "\\x1b(Bx");
    check("\x1b\x1b[31mx", "\\x1bx");
    span(1, "x", STYLE_DEVICE + 1);
    check("\x1b固", "\\x1b固");
    check("\x1b[固", "\\x1b[固");
    check("bell\x07 \x9b"
          "31m \xc2\x9b",
          "bell\\x07 \\x9b31m \\x9b");
    check("\xe2\x80\xae"
          "abc",
          "\\u{202e}abc");
    mark("a\0b", 3);
    assert_string_equal(text, "a\\x00b");
    check("tab\there", "tab\there");
}

static void text_stays(void **state)
{
    (void)state;
    check("", "");
    check("固件 ok é 🚀", "固件 ok é 🚀");
    check("line\r\n", "line");
    check("\xe5\x9b", "\\xe5\\x9b");
    check("a\rb", "a\\x0db");
}

static void backspaces_take_back(void **state)
{
    (void)state;
    check("hellp\b \bo", "hello");
    check("\b\b\bx", "x");
    check("固\b \bx", "x");
    check("ab\x7f"
          "c",
          "ac");
    check("\x1b[31mab\b\b\x1b[0mcd", "cd");
    assert_int_equal(markup.span_count, 0);
    check("a\x1b[31mbc\b\x1b[0md", "abd");
    span(0, "b", STYLE_DEVICE + 1);
    check("|\b/\b-\b\\\b|", "|");
}

static void it_is_cut_between_characters(void **state)
{
    (void)state;
    char small[8];
    for (size_t capacity = 0; capacity <= sizeof small; capacity++) {
        memset(small, '#', sizeof small);
        struct markup m = {.text = small, .capacity = capacity};
        line_markup((const uint8_t *)"a固件固", 10, &m);
        size_t fits = capacity == 0 ? 0 : capacity - 1;
        assert_int_equal(m.length, fits == 0 ? 0 : 1 + (fits - 1) / 3 * 3);
        for (size_t i = m.length + (capacity > 0); i < sizeof small; i++)
            assert_int_equal(small[i], '#');
    }
    struct markup m = {.text = small, .capacity = 4};
    line_markup((const uint8_t *)"abcdef", 6, &m);
    assert_string_equal(small, "abc");
    /* An escape is whole or not there, and nothing comes after it. */
    line_markup((const uint8_t *)"a\x07"
                                 "b",
                3, &m);
    assert_string_equal(small, "a");
}

static void more_colours_than_spans_are_ignored(void **state)
{
    (void)state;
    char raw[2000] = "";
    for (unsigned i = 0; i < 150; i++)
        strcat(raw, i % 2 ? "\x1b[31ma" : "\x1b[32mb");
    mark(raw, strlen(raw));
    assert_int_equal(markup.span_count, MARKUP_SPANS_MAX);
    assert_int_equal(markup.length, 150);
}

/* Whatever comes: the result is safe, the spans lie in it in order and do not overlap. */
static void random_bytes_stay_harmless(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\x1b", "[",        "31m", "]0;",  "\x07", "\b",
                                         "固",   "\\x1b[",   "0m",  "\xe5", "a",    ";",
                                         "\x9b", "\x1b[1;3", "m",   "^[",   "\t",   "\r\n"};
    struct random_source random;
    random_seed(&random, 11);
    for (unsigned round = 0; round < 20000; round++) {
        char raw[300] = "";
        size_t n = 0;
        for (unsigned k = random_below(&random, 30); k > 0; k--) {
            const char *piece = pieces[random_below(&random, sizeof pieces / sizeof pieces[0])];
            memcpy(raw + n, piece, strlen(piece));
            n += strlen(piece);
            if (random_one_in(&random, 10))
                raw[n++] = (char)random_below(&random, 256);
        }
        char out[400], safe[1700];
        struct markup m = {.text = out, .capacity = 1 + random_below(&random, sizeof out)};
        line_markup((const uint8_t *)raw, n, &m);
        assert_true(m.length < m.capacity);
        assert_int_equal(strlen(out), m.length);
        assert_int_equal(text_make_safe(safe, sizeof safe, (const uint8_t *)out, m.length),
                         m.length);
        uint32_t end = 0;
        for (unsigned i = 0; i < m.span_count; i++) {
            assert_true(m.spans[i].begin >= end && m.spans[i].begin < m.spans[i].end);
            end = m.spans[i].end;
            assert_true(m.spans[i].style == STYLE_ESCAPED ||
                        (m.spans[i].style >= STYLE_DEVICE && m.spans[i].style < STYLE_DEVICE_END));
        }
        assert_true(end <= m.length);
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_become_spans),
        cmocka_unit_test(spelled_out_sequences_count_too),
        cmocka_unit_test(numbers_of_256_colours_are_not_taken_for_others),
        cmocka_unit_test(everything_that_acts_becomes_visible),
        cmocka_unit_test(text_stays),
        cmocka_unit_test(backspaces_take_back),
        cmocka_unit_test(it_is_cut_between_characters),
        cmocka_unit_test(more_colours_than_spans_are_ignored),
        cmocka_unit_test(random_bytes_stay_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
