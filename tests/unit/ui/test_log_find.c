/* The log pane: filter, search, errors, bookmarks, selection, export. */
#include "log_rig.h"

/* --- filter --- */

static void filters(void **state)
{
    (void)state;
    add_level("a info", 'I', "wifi");
    add_level("b warn", 'W', "mqtt");
    add_level("c error", 'E', "MQTT");
    add("d plain");
    add_line((struct log_line){.text = "e sent", .kind = LOG_SENT});
    add_line((struct log_line){.text = "f fails", .level = 'D', .failure = true});
    filter("level:W");
    expect(" W b warn\n E c error\n D f fails\n\n\n");
    describe("filter level:W");
    filter("module:mqtt");
    expect(" W b warn\n E c error\n\n\n\n");
    filter("no:sent level:I");
    expect(" I a info\n W b warn\n E c error\n   d plain\n D f fails\n");
    filter("!N");
    filter("/^[ce]/");
    expect(" E c error\n > e sent\n\n\n\n");
    filter("!/[a-e] /");
    expect(" D f fails\n\n\n\n\n");
    filter("nothing like it");
    expect("No line passes the filter.\n\n\n\n\n");
    uint64_t n;
    assert_false(log_view_cursor(view, &n));
    log_view_move(view, -1);
    log_view_page(view, 1);
    log_view_toggle_bookmark(view);
    log_view_toggle_selection(view);
    filter("");
    assert_false(log_view_filtered(view));
    expect(" W b warn\n E c error\n   d plain\n > e sent\n D f fails\n");
}

static void a_hidden_cursor_comes_back(void **state)
{
    (void)state;
    char s[32];
    for (unsigned i = 0; i < 100; i++) {
        snprintf(s, sizeof s, "%s %u", i % 10 == 0 ? "ten" : "one", i);
        add(s);
    }
    log_view_go_to(view, 54);
    filter("ten");
    work();
    assert_int_equal(cursor(), 60);
    log_view_move(view, 0);
    filter("");
    assert_int_equal(cursor(), 54);
    filter("ten");
    work();
    log_view_move(view, -1);
    assert_int_equal(cursor(), 50);
    log_view_go_to(view, 33);
    assert_int_equal(cursor(), 40);
    log_view_go_to(view, 95); /* nothing behind it: the one before */
    assert_int_equal(cursor(), 90);
}

static void a_wrong_pattern_leaves_the_filter(void **state)
{
    (void)state;
    add("a");
    add("b");
    filter("a");
    struct problem p = PROBLEM_INIT;
    struct log_filter f = {.text = "(", .regex = true};
    assert_int_equal(log_view_set_filter(view, &f, &p), PROBLEM_USAGE);
    assert_non_null(strstr(p.what, "at character"));
    expect("   a\n\n\n\n\n");
    assert_string_equal(log_view_filter(view)->text, "a");
}

/* --- search --- */

static void typing_goes_to_the_nearest_match(void **state)
{
    (void)state;
    add_many(30);
    draw();
    log_view_search_from_here(view);
    search("line 1", true);
    assert_int_equal(cursor(), 19);
    assert_false(log_view_following(view));
    search("line 12", true);
    assert_int_equal(cursor(), 12);
    search("LINE 12", true); /* a capital: none; back where it began */
    work();
    assert_true(log_view_search_state(view).not_found);
    assert_int_equal(cursor(), 29);
    assert_true(log_view_following(view));
    describe("not found 'LINE 12'");
    search("line 1", true);
    work();
    assert_int_equal(log_view_search_state(view).matches, 11);
    assert_int_equal(log_view_search_state(view).index, 11);
    describe("paused, 11/11 'line 1'");
    log_view_search_cancel(view);
    assert_true(log_view_following(view));
    assert_false(log_view_search_state(view).active);
    /* Forwards with nothing ahead: the nearest behind. */
    log_view_search_from_here(view);
    search("line 12", false);
    assert_int_equal(cursor(), 12);
    log_view_search_cancel(view);
    log_view_go_to(view, 15);
    log_view_search_from_here(view);
    search("line 1", false);
    assert_int_equal(cursor(), 15);
    log_view_search_cancel(view);
    assert_int_equal(cursor(), 15);
    assert_false(log_view_following(view));
}

static void next_goes_around(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        add(i % 7 == 3 ? "hit" : "miss");
    log_view_home(view);
    log_view_search_from_here(view);
    search("hit", false);
    assert_int_equal(cursor(), 3);
    log_view_search_next(view, false);
    assert_int_equal(cursor(), 10);
    log_view_search_next(view, false);
    assert_int_equal(cursor(), 17);
    log_view_search_next(view, false);
    assert_int_equal(cursor(), 3);
    log_view_search_next(view, true);
    assert_int_equal(cursor(), 17);
    log_view_search_next(view, true);
    assert_int_equal(cursor(), 10);
    struct log_search_state s = log_view_search_state(view);
    assert_true(s.active && s.matches == 3 && s.index == 2 && !s.counting && !s.not_found);
    assert_string_equal(s.pattern, "hit");
    /* A match that comes later counts. */
    add("hit");
    assert_int_equal(log_view_search_state(view).matches, 4);
    log_view_move(view, -1);
    assert_int_equal(log_view_search_state(view).index, 0);
    search("", false);
    assert_false(log_view_search_state(view).active);
    log_view_search_next(view, false);
}

static void a_search_keeps_to_the_filter(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        add_level(i % 2 ? "hit" : "miss hit", i % 3 ? 'I' : 'W', NULL);
    filter("level:W");
    search("hit", true);
    work();
    assert_int_equal(log_view_search_state(view).matches, 7);
    filter("level:W !miss");
    work();
    assert_int_equal(log_view_search_state(view).matches, 3);
    log_view_search_next(view, false);
    assert_true(cursor() % 6 == 3);
    filter("");
    work();
    assert_int_equal(log_view_search_state(view).matches, 20);
}

static void wrong_and_hostile_patterns(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    add("x");
    assert_int_equal(log_view_search(view, "a(b", true, false, &p), PROBLEM_USAGE);
    assert_non_null(strstr(p.what, "at character 4"));
    assert_false(log_view_search_state(view).active);
    p = (struct problem)PROBLEM_INIT;
    assert_int_equal(log_view_search(view, "\xff", true, false, &p), PROBLEM_USAGE);
    p = (struct problem)PROBLEM_INIT;
    assert_int_equal(log_view_search(view, "x\\C", true, false, &p), PROBLEM_USAGE);
    /* Backtracks without end: must come to an end all the same. */
    p = (struct problem)PROBLEM_INIT;
    for (unsigned i = 0; i < 1500; i++)
        add("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    clock_t before = clock();
    assert_int_equal(log_view_search(view, "^(a+)+$", true, true, &p), PROBLEM_NONE);
    work();
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 8);
    assert_int_equal(log_view_search_state(view).matches, 0);
    /* Empty matches, and ends in front of beginnings. */
    static const char *const odd[] = {"x*", "$", "^", "(?=ab\\K)", "\\b", "(?<=a)"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        p = (struct problem)PROBLEM_INIT;
        log_view_search(view, odd[i], true, true, &p);
        work();
        draw();
    }
}

static void bytes_that_are_no_utf8_do_no_harm(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    add("ok \xff\xfe \xe5\x9b end");
    assert_int_equal(log_view_search(view, "E.d", true, true, &p), PROBLEM_NONE);
    assert_int_equal(log_view_search(view, "e.d", true, true, &p), PROBLEM_NONE);
    work();
    assert_int_equal(log_view_search_state(view).matches, 1);
    draw();
}

/* Millions of lines: no call reads all of them, and the answer comes all the same. */
static void long_work_is_done_in_slices(void **state)
{
    (void)state;
    char s[32];
    log_view_free(view);
    log_store_free(store);
    store = log_store_new(64 << 20, NULL);
    for (unsigned i = 0; i < 300000; i++) {
        struct log_line line = {.text = s, .time_us = i};
        line.length = (size_t)snprintf(s, sizeof s, "line %u%s", i,
                                       i == 17                      ? " needle"
                                       : i == 150000 || i == 200000 ? " pin"
                                                                    : "");
        log_store_append(store, &line);
    }
    view = log_view_new(store);
    log_view_search_from_here(view);
    search("needle", true);
    assert_true(log_view_search_state(view).counting);
    assert_int_equal(cursor(), 299999);
    assert_true(log_view_following(view));
    work();
    assert_int_equal(cursor(), 17);
    assert_int_equal(log_view_search_state(view).index, 1);
    /* Typed away before it was found: no jump later. */
    log_view_end(view);
    log_view_search_from_here(view);
    search("needle", true);
    log_view_move(view, -1);
    work();
    assert_int_equal(cursor(), 299998);
    log_view_search_next(view, false);
    work();
    assert_int_equal(cursor(), 17);
    /* "Next" goes around to the first of all, not to one that happens to be known. */
    log_view_search_cancel(view);
    log_view_go_to(view, 205000);
    log_view_search_from_here(view);
    search("n", false);
    search("pin", false);
    work();
    assert_int_equal(cursor(), 200000);
    search("pin", false);
    log_view_go_to(view, 200000);
    log_view_search_next(view, false);
    log_view_work(view, 1);
    work();
    assert_int_equal(cursor(), 150000);
    log_view_search_cancel(view);
    log_view_end(view);
    filter("/0$/");
    draw(); /* there is something to see at once */
    assert_int_equal(cursor(), 299990);
    log_view_home(view);
    work();
    assert_int_equal(cursor(), 0);
    draw();
    uint64_t n;
    assert_true(log_view_at_row(view, 4, &n));
    assert_int_equal(n, 40);
}

/* --- errors, bookmarks, selection, export --- */

static void errors(void **state)
{
    (void)state;
    assert_false(log_view_first_error(view));
    add_many(10);
    assert_false(log_view_first_error(view));
    add_level("bad", 'E', "wifi");
    add_many(10);
    add_line((struct log_line){.text = "rule", .failure = true});
    add_level("dead", 'F', "mqtt");
    add_many(10);
    assert_true(log_view_first_error(view));
    assert_int_equal(cursor(), 10);
    assert_true(log_view_next_error(view, false));
    assert_int_equal(cursor(), 21);
    assert_true(log_view_next_error(view, false));
    assert_false(log_view_next_error(view, false));
    assert_int_equal(cursor(), 22);
    assert_true(log_view_next_error(view, true));
    assert_int_equal(cursor(), 21);
    filter("module:mqtt");
    assert_true(log_view_first_error(view));
    assert_int_equal(cursor(), 22);
    assert_false(log_view_next_error(view, true));
}

static void bookmarks(void **state)
{
    (void)state;
    add_many(30);
    assert_false(log_view_next_bookmark(view, false));
    static const uint64_t places[] = {3, 20, 11};
    for (unsigned i = 0; i < 3; i++) {
        log_view_go_to(view, places[i]);
        log_view_toggle_bookmark(view);
    }
    assert_int_equal(log_view_bookmark_count(view), 3);
    assert_true(log_view_next_bookmark(view, false));
    assert_int_equal(cursor(), 20);
    assert_true(log_view_next_bookmark(view, false));
    assert_int_equal(cursor(), 3);
    assert_true(log_view_next_bookmark(view, true));
    assert_int_equal(cursor(), 20);
    log_view_toggle_bookmark(view);
    assert_int_equal(log_view_bookmark_count(view), 2);
    filter("line 3");
    assert_true(log_view_next_bookmark(view, false));
    assert_int_equal(cursor(), 3);
    filter("line 7");
    assert_false(log_view_next_bookmark(view, false));
}

static bool collect(void *user, const char *s, size_t n)
{
    buffer_append(user, s, n);
    return true;
}

static bool refuse(void *user, const char *s, size_t n)
{
    (void)s;
    (void)n;
    (*(unsigned *)user)++;
    return false;
}

static void exported(const char *expected)
{
    struct buffer out = {0};
    assert_true(log_view_export(view, collect, &out));
    assert_string_equal(buffer_text(&out), expected);
    buffer_free(&out);
}

static void selection_and_export(void **state)
{
    (void)state;
    uint64_t first, last;
    exported("");
    add_many(10);
    add_line((struct log_line){.text = "AT", .kind = LOG_SENT});
    draw();
    assert_false(log_view_selection(view, &first, &last));
    log_view_go_to(view, 5);
    log_view_toggle_selection(view);
    log_view_move(view, -2);
    assert_true(log_view_selection(view, &first, &last));
    assert_true(first == 3 && last == 5);
    draw();
    assert_int_equal(style(2, 4), STYLE_SELECTED);
    assert_int_equal(style(0, 4), STYLE_CURSOR_LINE);
    exported("line 3\nline 4\nline 5\n");
    describe("paused, 3 selected");
    log_view_toggle_selection(view);
    log_view_move(view, 4);
    exported("line 3\nline 4\nline 5\n");
    filter("/[35]/");
    exported("line 3\nline 5\n");
    log_view_set_stamps(view, STAMPS_DELTA);
    exported("          line 3\n   +0.002 line 5\n");
    log_view_clear_selection(view);
    filter("no:device");
    log_view_set_stamps(view, STAMPS_START);
    exported("   0.010 > AT\n");
    filter("");
    unsigned calls = 0;
    assert_false(log_view_export(view, refuse, &calls));
    assert_int_equal(calls, 1);
    /* New lines do not get into a selection by themselves. */
    log_view_end(view);
    log_view_toggle_selection(view);
    add_many(3);
    assert_true(log_view_selection(view, &first, &last));
    assert_true(first == 10 && last == 10);
}

static void a_cleared_view_loses_nothing(void **state)
{
    (void)state;
    add_many(10);
    log_view_clear(view, true);
    expect("\n\n\n\n\n");
    add_many(2);
    expect("   line 10\n   line 11\n\n\n\n");
    filter("line");
    work();
    log_view_home(view);
    assert_int_equal(cursor(), 10);
    log_view_clear(view, false);
    work();
    log_view_home(view);
    assert_int_equal(cursor(), 0);
    exported("line 0\nline 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9\n"
             "line 10\nline 11\n");
}

/* Lines hidden before the filter had read them stay hidden. */
static void clearing_while_a_filter_reads(void **state)
{
    (void)state;
    add_many(20000);
    log_view_home(view);
    filter("line");
    log_view_clear(view, true);
    work();
    expect("\n\n\n\n\n");
    add_many(1);
    expect("   line 20000\n\n\n\n\n");
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)
    const struct CMUnitTest tests[] = {
        T(filters),
        T(a_hidden_cursor_comes_back),
        T(a_wrong_pattern_leaves_the_filter),
        T(typing_goes_to_the_nearest_match),
        T(next_goes_around),
        T(a_search_keeps_to_the_filter),
        T(wrong_and_hostile_patterns),
        T(bytes_that_are_no_utf8_do_no_harm),
        T(long_work_is_done_in_slices),
        T(errors),
        T(bookmarks),
        T(selection_and_export),
        T(a_cleared_view_loses_nothing),
        T(clearing_while_a_filter_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
