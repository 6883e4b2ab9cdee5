/* The grid of cells: widths, cutting, and that nothing unsafe gets into a cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/random.h"
#include "ui/screen.h"

static struct screen screen;
static struct buffer text;

static int fresh(void **state)
{
    (void)state;
    assert_true(screen_resize(&screen, 3, 10));
    return 0;
}

static int done(void **state)
{
    (void)state;
    screen_free(&screen);
    buffer_free(&text);
    return 0;
}

static void expect(const char *grid)
{
    buffer_clear(&text);
    screen_to_text(&screen, &text);
    assert_string_equal(buffer_text(&text), grid);
}

static unsigned put(unsigned row, unsigned column, unsigned columns, const char *s)
{
    return screen_put_text(&screen, row, column, columns, STYLE_NORMAL, s);
}

static const struct screen_cell *cell(unsigned row, unsigned column)
{
    return &screen.cells[row * screen.columns + column];
}

/* What the rim relies on: no half character, no control character, marks behind a letter. */
static void check_grid(void)
{
    for (unsigned r = 0; r < screen.rows; r++)
        for (unsigned c = 0; c < screen.columns; c++) {
            const struct screen_cell *at = cell(r, c);
            assert_true(at->width <= 2);
            if (at->width == 2) {
                assert_true(c + 1 < screen.columns);
                assert_int_equal(at[1].width, 0);
            }
            if (at->width == 0) {
                assert_true(c > 0);
                assert_int_equal(at[-1].width, 2);
                assert_int_equal(at->text[0], 0);
                continue;
            }
            if (at->text[0] && at->text[0] != 0xFFFD)
                assert_int_equal(wcwidth((wchar_t)at->text[0]), at->width);
            for (unsigned i = 1; i < SCREEN_CELL_CHARS; i++)
                if (at->text[i]) {
                    assert_true(at->text[i - 1] != 0);
                    assert_int_equal(wcwidth((wchar_t)at->text[i]), 0);
                }
        }
}

static void text_stands_where_it_was_put(void **state)
{
    (void)state;
    assert_int_equal(put(0, 0, 10, "hello"), 5);
    assert_int_equal(put(1, 8, 10, "cut off"), 2);
    assert_int_equal(put(2, 2, 3, "cut off"), 3);
    assert_int_equal(put(3, 0, 10, "below"), 0);
    assert_int_equal(put(0, 10, 10, "right"), 0);
    assert_int_equal(put(0, 0, 0, "none"), 0);
    expect("hello\n        cu\n  cut\n");
    check_grid();
}

static void wide_characters_are_whole_or_not_there(void **state)
{
    (void)state;
    assert_int_equal(put(0, 0, 10, "固件升级成功了"), 10);
    assert_int_equal(put(1, 0, 5, "固件升"), 4);
    assert_int_equal(put(1, 9, 1, "固"), 0);
    assert_int_equal(put(2, 0, 10, "a🚀b"), 4);
    expect("固件升级成\n固件\na🚀b\n");
    check_grid();
    /* Written over: the other half becomes a space. */
    put(0, 1, 1, "x");
    put(0, 4, 1, "y");
    expect(" x件y 级成\n固件\na🚀b\n");
    put(0, 7, 2, "是");
    expect(" x件y  是\n固件\na🚀b\n");
    check_grid();
    screen_fill(&screen, (struct rect){1, 1, 1, 2}, STYLE_BAR);
    expect(" x件y  是\n\na🚀b\n");
    assert_int_equal(cell(1, 1)->style, STYLE_BAR);
    assert_int_equal(cell(1, 0)->style, STYLE_NORMAL);
    check_grid();
}

static void marks_share_the_cell_of_their_letter(void **state)
{
    (void)state;
    assert_int_equal(put(0, 0, 10, "e\xCC\x81t\xC3\xA9"), 3);
    assert_int_equal(cell(0, 0)->text[1], 0x301);
    expect("e\xCC\x81t\xC3\xA9\n\n\n");
    /* More marks than a cell holds are left out; one alone stands on a space. */
    assert_int_equal(put(1, 0, 10, "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85z"), 2);
    assert_int_equal(put(2, 0, 10, "\xCC\x81z"), 2);
    expect("e\xCC\x81t\xC3\xA9\na\xCC\x81\xCC\x82\xCC\x83z\n \xCC\x81z\n");
    check_grid();
}

static void what_has_no_width_takes_no_cell(void **state)
{
    (void)state;
    /* Zero-width joiner, zero-width space, variation selector: neither shown nor counted. */
    assert_int_equal(put(0, 0, 10,
                         "a\xE2\x80\x8D"
                         "b\xE2\x80\x8B"
                         "c\xEF\xB8\x8F"),
                     3);
    assert_int_equal(put(1, 0, 10, "\xE2\x80\x8B\xE2\x80\x8Bx"), 1);
    assert_int_equal(put(2, 0, 10, "\xE2\x80\x8B"), 0);
    expect("abc\nx\n\n");
    assert_int_equal(screen_text_width("\xE2\x80\x8Bx", 4), 1);
    check_grid();
}

static void what_is_unsafe_becomes_the_replacement_character(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x1b",         "\x07",         "\x7f",
        "\r",           "\n",           "\x80",
        "\xff",         "\xc2\x9b",     "\xe2\x80\xae" /* right-to-left override */,
        "\xed\xa0\x80", "\xc0\xaf",     "\xe4\xb8",
        "\xe2\x80\xa8", "\xef\xbb\xbf", "\xf4\x90\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        screen_clear(&screen);
        unsigned used = put(0, 0, 10, bad[i]);
        assert_true(used >= 1);
        for (unsigned c = 0; c < used; c++)
            assert_int_equal(cell(0, c)->text[0], 0xFFFD);
        check_grid();
    }
    assert_int_equal(screen_put(&screen, 0, 0, 10, STYLE_NORMAL, "a\0b", 3), 3);
    assert_int_equal(cell(0, 1)->text[0], 0xFFFD);
    /* A code point this system knows nothing about. */
    assert_int_equal(put(0, 0, 10, "\xF3\xBF\xBF\xBE"), 1);
    assert_int_equal(cell(0, 0)->text[0], 0xFFFD);
}

static void tabs_go_to_the_next_stop(void **state)
{
    (void)state;
    assert_int_equal(put(0, 0, 10, "a\tb"), 9);
    assert_int_equal(put(1, 2, 8, "\tb"), 8);
    assert_int_equal(put(2, 0, 4, "ab\tc"), 4);
    expect("a       b\n\nab\n");
    assert_int_equal(screen_text_width("\t\tx", 3), 17);
    /* What stood there is gone. */
    put(0, 0, 10, "0123456789");
    put(0, 1, 9, "\tx");
    expect("0        x\n\nab\n");
}

static void how_much_of_a_text_fits(void **state)
{
    (void)state;
    unsigned used;
    assert_int_equal(screen_text_fit("hello", 5, 3, &used), 3);
    assert_int_equal(used, 3);
    assert_int_equal(screen_text_fit("固件", 6, 3, &used), 3);
    assert_int_equal(used, 2);
    assert_int_equal(screen_text_fit("固件", 6, 4, &used), 6);
    assert_int_equal(screen_text_fit("e\xCC\x81x", 4, 1, &used), 3);
    assert_int_equal(screen_text_fit("x", 1, 0, &used), 0);
    assert_int_equal(screen_text_fit("", 0, 5, &used), 0);
    assert_int_equal(used, 0);
    assert_int_equal(screen_text_width("固件x", 7), 5);
}

static void styles_and_rectangles_are_cut_at_the_edges(void **state)
{
    (void)state;
    put(1, 0, 10, "0123456789");
    screen_restyle(&screen, (struct rect){1, 8, 9, 9}, STYLE_BAD);
    screen_fill(&screen, (struct rect){5, 5, 5, 5}, STYLE_BAD);
    screen_fill(&screen, (struct rect){0, 3, UINT32_MAX, UINT32_MAX}, STYLE_GOOD);
    expect("\n012\n\n");
    assert_int_equal(cell(2, 9)->style, STYLE_GOOD);
    assert_int_equal(cell(0, 2)->style, STYLE_NORMAL);
    screen_set_cursor(&screen, 2, 9);
    assert_true(screen.cursor_shown);
    screen_set_cursor(&screen, 3, 0);
    assert_false(screen.cursor_shown);
}

static void a_title_line_has_room_for_both_or_for_the_title(void **state)
{
    (void)state;
    screen_resize(&screen, 1, 24);
    screen_title(&screen, (struct rect){0, 0, 5, 24}, true, "Log", "paused");
    expect("── Log ──────── paused ─\n");
    assert_int_equal(cell(0, 3)->style, STYLE_TITLE_FOCUS);
    screen_title(&screen, (struct rect){0, 0, 5, 16}, false, "日志视图", "paused");
    expect("── 日志视图 ────paused ─\n");
    check_grid();
    screen_resize(&screen, 1, 8);
    screen_title(&screen, (struct rect){0, 0, 1, 8}, false, "A long title", NULL);
    expect("── A lo\n");
    screen_title(&screen, (struct rect){0, 0, 1, 3}, false, "A", "b");
    screen_title(&screen, (struct rect){0, 9, 1, 3}, false, "A", "b");
    check_grid();
}

static void names_of_styles(void **state)
{
    (void)state;
    assert_string_equal(style_name(STYLE_CURSOR_LINE), "cursor-line");
    assert_int_equal(style_named("match-current"), STYLE_MATCH_CURRENT);
    assert_int_equal(style_named("no-such"), STYLE_COUNT);
    for (unsigned i = 0; i < STYLE_COUNT; i++)
        assert_int_equal(style_named(style_name((enum style)i)), i);
    assert_string_equal(style_name((enum style)200), "");
}

static void no_size_breaks_it(void **state)
{
    (void)state;
    assert_true(screen_resize(&screen, 0, 0));
    assert_int_equal(put(0, 0, 10, "x"), 0);
    screen_fill(&screen, (struct rect){0, 0, 1, 1}, STYLE_BAD);
    screen_title(&screen, (struct rect){0, 0, 1, 1}, true, "x", "y");
    expect("");
    assert_true(screen_resize(&screen, 1, 1));
    assert_int_equal(put(0, 0, 10, "固"), 0);
    assert_int_equal(screen_print(&screen, 0, 0, 9, STYLE_NORMAL, "%d", 42), 1);
    expect("4\n");
    assert_false(screen_resize(&screen, UINT32_MAX, UINT32_MAX));
    expect("4\n");
}

static void long_formats_are_cut_between_characters(void **state)
{
    (void)state;
    char wide[4000];
    for (size_t i = 0; i + 3 < sizeof wide; i += 3)
        memcpy(wide + i, "固", 4);
    screen_resize(&screen, 1, 2000);
    unsigned used = screen_print(&screen, 0, 0, 2000, STYLE_NORMAL, "x%s", wide);
    assert_true(used > 600);
    for (unsigned c = 0; c < used; c++)
        assert_true(cell(0, c)->text[0] != 0xFFFD);
    check_grid();
}

/* Anything at all, anywhere: the grid stays whole and reads back as what it shows. */
static void random_drawing_never_breaks_the_grid(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",        "固",           "🚀",  "\xCC\x81",     "\t",
                                         "\x1b[31m", "\xff",         "é",  "\xE2\x80\x8D", "ｱ",
                                         "한",       "\xE4\xB8",     "\r", "\x9b",         "word ",
                                         "क्ष",       "\xEF\xB8\x8F", "─"};
    struct random_source random;
    random_seed(&random, 7);
    for (unsigned round = 0; round < 20000; round++) {
        if (round % 500 == 0)
            assert_true(
                screen_resize(&screen, random_below(&random, 5), random_below(&random, 24)));
        char line[256] = "";
        for (unsigned k = random_below(&random, 12); k > 0; k--)
            strcat(line, pieces[random_below(&random, sizeof pieces / sizeof pieces[0])]);
        unsigned row = random_below(&random, 6), column = random_below(&random, 26);
        unsigned columns = random_below(&random, 26);
        unsigned used = put(row, column, columns, line);
        assert_true(used <= columns);
        if (random_below(&random, 8) == 0)
            screen_fill(
                &screen,
                (struct rect){row, column, random_below(&random, 4), random_below(&random, 9)},
                STYLE_BAR);
        if (random_below(&random, 20) == 0)
            screen_title(&screen, (struct rect){row, column, 1, columns}, true, line, "r固");
        check_grid();
        unsigned fits;
        size_t n = screen_text_fit(line, strlen(line), columns, &fits);
        assert_true(fits <= columns);
        assert_int_equal(screen_text_width(line, n), fits);
    }
}

/* A row drawn from screen_to_text is the same row. */
static void the_text_of_a_screen_draws_the_same_screen(void **state)
{
    (void)state;
    screen_resize(&screen, 1, 40);
    put(0, 0, 40, "a固e\xCC\x81 🚀 ─│ 한글 z");
    buffer_clear(&text);
    screen_to_text(&screen, &text);
    struct screen other = {0};
    screen_resize(&other, 1, 40);
    const char *line = buffer_text(&text);
    screen_put(&other, 0, 0, 40, STYLE_NORMAL, line, strlen(line) - 1);
    for (unsigned c = 0; c < 40; c++) {
        assert_int_equal(other.cells[c].width, screen.cells[c].width);
        assert_true((other.cells[c].text[0] ? other.cells[c].text[0] : ' ') ==
                    (screen.cells[c].text[0] ? screen.cells[c].text[0] : ' '));
        assert_int_equal(other.cells[c].text[1], screen.cells[c].text[1]);
    }
    screen_free(&other);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)
    const struct CMUnitTest tests[] = {
        T(text_stands_where_it_was_put),
        T(wide_characters_are_whole_or_not_there),
        T(marks_share_the_cell_of_their_letter),
        T(what_has_no_width_takes_no_cell),
        T(what_is_unsafe_becomes_the_replacement_character),
        T(tabs_go_to_the_next_stop),
        T(how_much_of_a_text_fits),
        T(styles_and_rectangles_are_cut_at_the_edges),
        T(a_title_line_has_room_for_both_or_for_the_title),
        T(names_of_styles),
        T(no_size_breaks_it),
        T(long_formats_are_cut_between_characters),
        T(random_drawing_never_breaks_the_grid),
        T(the_text_of_a_screen_draws_the_same_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
