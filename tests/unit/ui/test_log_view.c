/* The log pane: what is in sight, after whatever keys, sizes and lines that come and go. */
#include "log_rig.h"

/* --- following and moving --- */

static void new_lines_move_in(void **state)
{
    (void)state;
    uint64_t n;
    assert_false(log_view_cursor(view, &n));
    expect("\n\n\n\n\n");
    add("one");
    add("two");
    expect("   one\n   two\n\n\n\n");
    add_many(5);
    expect("   line 2\n   line 3\n   line 4\n   line 5\n   line 6\n");
    assert_true(log_view_following(view));
    assert_int_equal(cursor(), 6);
    describe("");
}

static void moving_up_stops_and_the_end_starts_following(void **state)
{
    (void)state;
    add_many(10);
    draw();
    log_view_move(view, -1);
    assert_false(log_view_following(view));
    assert_int_equal(cursor(), 8);
    add_many(3);
    expect("   line 5\n   line 6\n   line 7\n   line 8\n   line 9\n");
    describe("paused +3");
    log_view_move(view, -4);
    expect("   line 4\n   line 5\n   line 6\n   line 7\n   line 8\n");
    assert_int_equal(cursor(), 4);
    log_view_move(view, -100);
    assert_int_equal(cursor(), 0);
    log_view_move(view, 5);
    expect("   line 1\n   line 2\n   line 3\n   line 4\n   line 5\n");
    log_view_move(view, 1000);
    assert_int_equal(cursor(), 12);
    assert_true(log_view_following(view));
    log_view_move(view, LONG_MIN);
    assert_int_equal(cursor(), 0);
    log_view_move(view, LONG_MAX);
    assert_true(log_view_following(view));
    describe("");
}

static void pages_keep_one_row_in_sight(void **state)
{
    (void)state;
    add_many(20);
    draw();
    log_view_page(view, -1);
    expect("   line 11\n   line 12\n   line 13\n   line 14\n   line 15\n");
    assert_int_equal(cursor(), 15);
    log_view_page(view, -2);
    expect("   line 3\n   line 4\n   line 5\n   line 6\n   line 7\n");
    log_view_page(view, -1);
    expect("   line 0\n   line 1\n   line 2\n   line 3\n   line 4\n");
    assert_int_equal(cursor(), 0);
    log_view_page(view, 1);
    expect("   line 4\n   line 5\n   line 6\n   line 7\n   line 8\n");
    assert_int_equal(cursor(), 4);
    log_view_page(view, 100);
    assert_true(log_view_following(view));
    assert_int_equal(cursor(), 19);
    log_view_page(view, INT_MIN);
    assert_int_equal(cursor(), 0);
}

static void home_end_pause_and_going_to_a_line(void **state)
{
    (void)state;
    add_many(20);
    log_view_home(view);
    expect("   line 0\n   line 1\n   line 2\n   line 3\n   line 4\n");
    assert_false(log_view_following(view));
    log_view_end(view);
    assert_true(log_view_following(view));
    log_view_pause(view);
    assert_false(log_view_following(view));
    add_many(2);
    expect("   line 15\n   line 16\n   line 17\n   line 18\n   line 19\n");
    assert_int_equal(cursor(), 19);
    log_view_go_to(view, 7);
    expect("   line 5\n   line 6\n   line 7\n   line 8\n   line 9\n");
    log_view_go_to(view, 8); /* in sight: the window stays */
    expect("   line 5\n   line 6\n   line 7\n   line 8\n   line 9\n");
    assert_int_equal(cursor(), 8);
    log_view_go_to(view, UINT64_MAX);
    assert_int_equal(cursor(), 21);
    assert_false(log_view_following(view));
    expect("   line 17\n   line 18\n   line 19\n   line 20\n   line 21\n");
}

static void the_mouse_finds_lines(void **state)
{
    (void)state;
    uint64_t n;
    add_many(3);
    draw();
    assert_true(log_view_at_row(view, 2, &n));
    assert_int_equal(n, 2);
    assert_false(log_view_at_row(view, 3, &n));
    assert_false(log_view_at_row(view, 300, &n));
}

static void the_last_line_may_still_change(void **state)
{
    (void)state;
    filter("ready");
    add("boot");
    add("rea");
    expect("No line passes the filter.\n\n\n\n\n");
    struct log_line line = {.text = "ready", .length = 5};
    assert_true(log_store_replace_last(store, &line));
    log_view_changed(view);
    expect("   ready\n\n\n\n\n");
    line = (struct log_line){.text = "not", .length = 3};
    assert_true(log_store_replace_last(store, &line));
    add("ready again");
    expect("   ready again\n\n\n\n\n");
}

static void lines_that_went_are_gone(void **state)
{
    (void)state;
    log_view_free(view);
    log_store_free(store);
    store = log_store_new(8192, NULL);
    view = log_view_new(store);
    log_view_set_stamps(view, STAMPS_OFF);
    add_many(100);
    log_view_home(view);
    log_view_toggle_bookmark(view);
    filter("line");
    search("line", false);
    work();
    add_many(5000);
    work();
    uint64_t first = log_store_first(store);
    assert_true(first > 3000);
    assert_int_equal(cursor(), first);
    assert_int_equal(log_view_bookmark_count(view), 0);
    assert_int_equal(log_view_search_state(view).matches, 5100 - first);
    assert_int_equal(log_view_search_state(view).index, 1);
    draw();
    uint64_t n;
    assert_true(log_view_at_row(view, 0, &n));
    assert_int_equal(n, first);
}

/* --- look --- */

static void levels_kinds_and_marks(void **state)
{
    (void)state;
    add_level("mqtt: lost", 'E', "mqtt");
    add_line((struct log_line){.text = "AT+RST", .kind = LOG_SENT});
    add_line((struct log_line){.text = "flash: done", .kind = LOG_TOOL});
    add_level("mqtt: up", 'I', "mqtt");
    add_line((struct log_line){.text = "boom", .failure = true});
    log_view_toggle_bookmark(view);
    expect(" E mqtt: lost\n > AT+RST\n * flash: done\n I mqtt: up\n●  boom\n");
    assert_int_equal(style(0, 1), STYLE_BAD);
    assert_int_equal(style(0, 3), STYLE_MODULE);
    assert_int_equal(style(0, 7), STYLE_BAD);
    assert_int_equal(style(1, 1), STYLE_SENT);
    assert_int_equal(style(1, 5), STYLE_SENT);
    assert_int_equal(style(2, 3), STYLE_TOOL);
    assert_int_equal(style(3, 8), STYLE_INFO);
    assert_int_equal(style(4, 3), STYLE_BAD);
    assert_int_equal(style(4, 0), STYLE_BOOKMARK);
    /* Following without focus: no cursor line. With focus: the whole row. */
    assert_int_equal(style(4, 30), STYLE_NORMAL);
    log_view_draw(view, &screen, (struct rect){0, 0, rows, columns}, true);
    assert_int_equal(style(4, 30), STYLE_CURSOR_LINE);
    assert_int_equal(style(4, 4), STYLE_CURSOR_LINE);
    assert_int_equal(style(3, 30), STYLE_NORMAL);
    log_view_move(view, -1);
    draw();
    assert_int_equal(style(3, 30), STYLE_CURSOR_LINE);
}

static void device_colours_and_escapes(void **state)
{
    (void)state;
    const char *raw = "\x1b[31mred\x1b[0m\x1b[2J";
    add_line(
        (struct log_line){.text = "red", .raw = (const uint8_t *)raw, .raw_length = strlen(raw)});
    expect("   red\\x1b[2J\n\n\n\n\n");
    assert_int_equal(style(0, 3), STYLE_DEVICE + 1);
    assert_int_equal(style(0, 6), STYLE_ESCAPED);
}

static void stamps(void **state)
{
    (void)state;
    setenv("TZ", "UTC-8", 1);
    tzset();
    resize(2, 60);
    struct log_line line = {.text = "a", .length = 1, .time_us = 12345678, .wall_us = 0};
    log_store_append(store, &line);
    line.time_us += 12999;
    line.wall_us = 1700000000123456;
    log_store_append(store, &line);
    log_view_changed(view);
    log_view_set_stamps(view, STAMPS_CLOCK);
    expect("       12.345   a\n 06:13:20.123   a\n");
    log_view_set_stamps(view, STAMPS_START);
    expect("   12.345   a\n   12.358   a\n");
    log_view_set_stamps(view, STAMPS_DELTA);
    expect("             a\n    +0.012   a\n");
    log_view_set_stamps(view, STAMPS_OFF);
    expect("   a\n   a\n");
    assert_int_equal(log_view_stamps(view), STAMPS_OFF);
    /* The stamp gives way to the text in a narrow window. */
    log_view_set_stamps(view, STAMPS_CLOCK);
    resize(2, 20);
    expect("   a\n   a\n");
    resize(2, 2);
    expect("a\na\n");
    resize(2, 60);
    line.time_us = 123456000000;
    line.wall_us = 0;
    log_store_append(store, &line);
    log_view_changed(view);
    log_view_set_stamps(view, STAMPS_START);
    expect("       12.358   a\n   123456.000   a\n");
    log_view_set_stamps(view, STAMPS_DELTA);
    expect("    +0.012   a\n  +123443s   a\n");
}

static void long_lines_are_cut_or_wrapped(void **state)
{
    (void)state;
    resize(5, 13);
    add("short");
    add("0123456789abcdefghijXYZ");
    expect("   short\n   0123456789\n\n\n\n");
    log_view_sideways(view, 8);
    expect("\n   89abcdefgh\n\n\n\n");
    log_view_sideways(view, -100);
    log_view_set_wrap(view, true);
    expect("   short\n   0123456789\n   abcdefghij\n   XYZ\n\n");
    add("end");
    add("more");
    expect("   0123456789\n   abcdefghij\n   XYZ\n   end\n   more\n");
    add("2");
    /* Following: the newest line's last row is the last row, a line above may begin outside. */
    expect("   abcdefghij\n   XYZ\n   end\n   more\n   2\n");
    uint64_t n;
    assert_true(log_view_at_row(view, 1, &n));
    assert_int_equal(n, 1);
    log_view_move(view, -3);
    expect("   0123456789\n   abcdefghij\n   XYZ\n   end\n   more\n");
    log_view_home(view);
    expect("   short\n   0123456789\n   abcdefghij\n   XYZ\n   end\n");
}

static void a_line_taller_than_the_window(void **state)
{
    (void)state;
    resize(3, 13);
    log_view_set_wrap(view, true);
    add("before");
    add("0000000000111111111122222222223333333333444444444455555555556666666666");
    add("after");
    expect("   5555555555\n   6666666666\n   after\n");
    log_view_page(view, -1);
    expect("   3333333333\n   4444444444\n   5555555555\n");
    log_view_page(view, -1);
    expect("   1111111111\n   2222222222\n   3333333333\n");
    assert_int_equal(cursor(), 1);
    log_view_page(view, -1);
    expect("   before\n   0000000000\n   1111111111\n");
    log_view_page(view, 1);
    expect("   1111111111\n   2222222222\n   3333333333\n");
    log_view_page(view, 1);
    log_view_page(view, 1);
    log_view_page(view, 1);
    expect("   5555555555\n   6666666666\n   after\n");
    assert_true(log_view_following(view));
    /* Its end is in sight: the window stays. From further down it begins at its first row. */
    log_view_move(view, -1);
    expect("   5555555555\n   6666666666\n   after\n");
    log_view_move(view, -1);
    log_view_move(view, 1);
    expect("   0000000000\n   1111111111\n   2222222222\n");
}

static void wide_characters_wrap_whole(void **state)
{
    (void)state;
    resize(4, 10);
    log_view_set_wrap(view, true);
    add("固件升级成功");
    add("e\xCC\x81\t固");
    expect("   固件升\n   级成功\n   e\xCC\x81\n   固\n");
    log_view_set_wrap(view, false);
    log_view_sideways(view, 1);
    expect("    件升级\n\n\n\n");
}

static void a_sideways_move_may_cut_a_wide_character(void **state)
{
    (void)state;
    resize(2, 10);
    add("固件升级成功");
    add("a\tb");
    log_view_sideways(view, 1);
    expect("    件升级\n\n");
    log_view_sideways(view, 3);
    expect("   升级成\n       b\n");
}

static void bytes_in_hexadecimal(void **state)
{
    (void)state;
    resize(4, 80);
    log_view_set_hex(view, true);
    add("Hello world, hello");
    const char raw[] = "\x1b[0m\0z";
    add_line((struct log_line){.text = "z", .raw = (const uint8_t *)raw, .raw_length = 6});
    expect("   0000  48 65 6c 6c 6f 20 77 6f 72 6c 64 2c 20 68 65 6c  |Hello world, hel|\n"
           "   0010  6c 6f                                            |lo|\n"
           "   0000  1b 5b 30 6d 00 7a                                |.[0m.z|\n\n");
    add("");
    resize(3, 50);
    expect("   0010  6c 6f                    |lo|\n"
           "   0000  1b 5b 30 6d 00 7a        |.[0m.z|\n"
           "   0000                           ||\n");
    describe("hex");
    resize(3, 10);
    draw();
}

static void meanings_stand_below(void **state)
{
    (void)state;
    add_line(
        (struct log_line){.text = "rst cause:4", .meaning = "The watchdog bit.", .rule = "wdt"});
    add("next");
    expect("   rst cause:4  ↳ The watchdog bit.\n   next\n\n\n\n");
    log_view_set_meanings(view, true);
    expect("   rst cause:4\n   ↳ The watchdog bit.\n   next\n\n\n");
    assert_int_equal(style(1, 5), STYLE_MEANING);
    add_many(3);
    expect("   ↳ The watchdog bit.\n   next\n   line 2\n   line 3\n   line 4\n");
}

static void highlights_and_matches_are_marked(void **state)
{
    (void)state;
    static const char *const words[] = {"WIFI", "", "固件"};
    assert_true(log_view_set_highlights(view, words, 3));
    add("wifi up, Wifi 固件 down");
    add("no match");
    add("cause of it");
    draw();
    assert_int_equal(style(0, 3), STYLE_HIGHLIGHT);
    assert_int_equal(style(0, 8), STYLE_NORMAL);
    assert_int_equal(style(0, 12), STYLE_HIGHLIGHT);
    assert_int_equal(style(0, 17), STYLE_HIGHLIGHT);
    search("up", true);
    draw();
    assert_int_equal(cursor(), 0);
    assert_int_equal(style(0, 8), STYLE_MATCH_CURRENT);
    assert_int_equal(style(0, 10), STYLE_CURSOR_LINE);
    log_view_move(view, 1);
    draw();
    assert_int_equal(style(0, 8), STYLE_MATCH);
    assert_true(log_view_set_highlights(view, NULL, 0));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)
    const struct CMUnitTest tests[] = {
        T(new_lines_move_in),
        T(moving_up_stops_and_the_end_starts_following),
        T(pages_keep_one_row_in_sight),
        T(home_end_pause_and_going_to_a_line),
        T(the_mouse_finds_lines),
        T(the_last_line_may_still_change),
        T(lines_that_went_are_gone),
        T(levels_kinds_and_marks),
        T(device_colours_and_escapes),
        T(stamps),
        T(long_lines_are_cut_or_wrapped),
        T(a_line_taller_than_the_window),
        T(wide_characters_wrap_whole),
        T(a_sideways_move_may_cut_a_wide_character),
        T(bytes_in_hexadecimal),
        T(meanings_stand_below),
        T(highlights_and_matches_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
