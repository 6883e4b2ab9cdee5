/* One line being typed: against a naive model, with wide characters, secrets and small windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "ui/line_edit.h"
#include "ui/typed_text.h"

static struct line_edit e;

static void key(const char *name)
{
    struct key k;
    if (!key_parse(name, &k))
        fail_msg("\"%s\" is no key", name);
    assert_true(line_edit_key(&e, k));
}

static void start(const char *text)
{
    memset(&e, 0, sizeof e);
    line_edit_set(&e, text);
}

static void is(const char *text, size_t cursor)
{
    assert_string_equal(e.text, text);
    assert_int_equal(e.length, strlen(text));
    assert_int_equal(e.cursor, cursor);
}

static void typing_and_moving(void **state)
{
    (void)state;
    start("");
    key("a"), key("c"), key("Left"), key("b");
    is("abc", 2);
    key("Home"), key("x"), key("End"), key("y");
    is("xabcy", 5);
    key("Ctrl-A"), key("Ctrl-F"), key("Ctrl-F"), key("Ctrl-B"), key("Delete");
    is("xbcy", 1);
    key("Ctrl-D"), key("Ctrl-E"), key("Backspace"), key("Ctrl-H");
    is("x", 1);
    key("Right"), key("Ctrl-?"), key("Left"), key("Backspace"), key("Delete");
    is("", 0);
}

static void words(void **state)
{
    (void)state;
    start("netmgr connect my-ap  pass");
    key("Ctrl-W");
    is("netmgr connect my-ap  ", 22);
    key("Ctrl-W");
    is("netmgr connect ", 15);
    key("Alt-b"), key("Alt-b");
    is("netmgr connect ", 0);
    key("Alt-f");
    is("netmgr connect ", 6);
    key("Ctrl-K");
    is("netmgr", 6);
    key("Left"), key("Ctrl-U");
    is("r", 0);
    start("one two-three");
    key("Alt-Backspace");
    is("one two-", 8);
    key("Home"), key("Alt-d");
    is(" two-", 0);
}

static void other_keys_are_not_ours(void **state)
{
    (void)state;
    static const char *const names[] = {"Enter", "Tab",    "Esc",  "Up",     "F1",      "Ctrl-C",
                                        "Alt-x", "Ctrl-R", "PgUp", "Insert", "Alt-Left"};
    start("abc");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key k;
        assert_true(key_parse(names[i], &k));
        assert_false(line_edit_key(&e, k));
    }
    assert_false(line_edit_key(&e, (struct key){KEY_NONE, false}));
    is("abc", 3);
    /* No text may come of keys that are no characters. */
    line_edit_key(&e, (struct key){0xD800, false});
    line_edit_key(&e, (struct key){0x10FFFF + 5, false});
    line_edit_key(&e, (struct key){0x9B, false});
    line_edit_key(&e, (struct key){0x202E, false});
    is("abc", 3);
}

static void whole_characters(void **state)
{
    (void)state;
    start("\xE4\xB8\xAD"
          "e\xCC\x81"
          "x"); /* a wide one, one with a combining accent */
    key("Left"), key("Backspace");
    is("\xE4\xB8\xADx", 3);
    key("Backspace");
    is("x", 0);
    start("a\xF0\x9F\x98\x80"
          "b");
    key("Left"), key("Left");
    is("a\xF0\x9F\x98\x80"
       "b",
       1);
    key("Delete");
    is("ab", 1);
    start("");
    assert_true(line_edit_key(&e, (struct key){0x4E2D, false}));
    is("\xE4\xB8\xAD", 3);
}

static void what_is_inserted_is_clean(void **state)
{
    (void)state;
    static const char dirty[] = "a\x01"
                                "b\x1B[31mc\x1B[201~\x7F\xFF\xC2\x9B"
                                "d\te\xC2\xA0"
                                "f\r\ng"
                                "\xE2\x80\xAE\xE2\x80\x8B\xEF\xBB\xBF"
                                "h\x00i";
    start("[]");
    e.cursor = 1;
    assert_true(line_edit_insert(&e, dirty, sizeof dirty - 1));
    is("[abcd e fghi]", 12);
    /* Only ESC is taken from what is no whole sequence. */
    start("");
    assert_true(line_edit_insert(&e, "\x1B[31", 4));
    is("[31", 3);
    start("");
    assert_true(line_edit_insert(&e, "\x1B[\x01m\x1B", 5));
    is("[m", 2);
    assert_true(line_edit_insert(&e, NULL, 0));
}

static void a_full_line_takes_no_more(void **state)
{
    (void)state;
    static char big[LINE_EDIT_MAX + 8];
    memset(big, 'a', sizeof big - 1);
    start("x");
    assert_false(line_edit_insert(&e, big, LINE_EDIT_MAX - 1));
    is("x", 1);
    assert_true(line_edit_insert(&e, big, LINE_EDIT_MAX - 2));
    assert_int_equal(e.length, LINE_EDIT_MAX - 1);
    key("b"); /* taken, and has no effect */
    assert_int_equal(e.length, LINE_EDIT_MAX - 1);
    assert_int_equal(e.text[LINE_EDIT_MAX - 1], 0);
    assert_false(line_edit_insert(&e, "b", 1));
    /* Set cuts between characters. */
    memcpy(big + LINE_EDIT_MAX - 2, "\xE4\xB8\xAD", 3);
    line_edit_set(&e, big);
    assert_int_equal(e.length, LINE_EDIT_MAX - 2);
    line_edit_set(&e, e.text + LINE_EDIT_MAX - 5);
    is("aaa", 3);
}

static void replacing(void **state)
{
    (void)state;
    start("netm x");
    assert_true(line_edit_replace(&e, 0, 4, "netmgr"));
    is("netmgr x", 6);
    assert_false(line_edit_replace(&e, 3, 2, "a"));
    assert_false(line_edit_replace(&e, 0, 99, "a"));
    assert_false(line_edit_replace(&e, 0, 1, "a\x1B"));
    is("netmgr x", 6);
    assert_true(line_edit_replace(&e, 6, 8, ""));
    is("netmgr", 6);
    static char big[LINE_EDIT_MAX + 1];
    memset(big, 'b', LINE_EDIT_MAX);
    assert_false(line_edit_replace(&e, 0, 6, big));
    big[LINE_EDIT_MAX - 1] = '\0';
    assert_true(line_edit_replace(&e, 0, 6, big));
    assert_int_equal(e.length, LINE_EDIT_MAX - 1);
}

static void secrets_leave_nothing(void **state)
{
    (void)state;
    start("");
    e.hidden = true;
    line_edit_insert(&e, "hunter2-hunter2", 15);
    key("Ctrl-W");
    for (size_t i = 0; i < sizeof e.text; i++)
        assert_int_equal(e.text[i], 0);
    line_edit_insert(&e, "hunter2", 7);
    key("Backspace"), key("Home"), key("Delete");
    assert_null(memmem(e.text, sizeof e.text, "r2", 2));
    line_edit_set(&e, "short");
    line_edit_clear(&e);
    assert_true(e.hidden);
    for (size_t i = 0; i < sizeof e.text; i++)
        assert_int_equal(e.text[i], 0);
}

/* --- drawing ---------------------------------------------------------------------------------- */

static struct screen screen;
static struct buffer shown;

static const char *draw(unsigned rows, unsigned columns, unsigned column, unsigned width,
                        const char *prompt)
{
    assert_true(screen_resize(&screen, rows, columns));
    line_edit_draw(&e, &screen, 0, column, width, STYLE_INPUT, prompt);
    buffer_clear(&shown);
    screen_to_text(&screen, &shown);
    const char *text = buffer_text(&shown);
    return text;
}

static void shown_as_it_is(void **state)
{
    (void)state;
    start("help");
    assert_string_equal(draw(1, 20, 0, 20, "# "), "# help\n");
    assert_int_equal(screen.cursor_column, 6);
    key("Home");
    draw(1, 20, 3, 17, "# ");
    assert_int_equal(screen.cursor_column, 5);
    assert_true(screen.cursor_shown);
}

static void the_cursor_is_always_in_sight(void **state)
{
    (void)state;
    struct random_source r;
    random_seed(&r, 5);
    for (unsigned round = 0; round < 400; round++) {
        start("");
        unsigned length = random_below(&r, 120);
        for (unsigned i = 0; i < length; i++) {
            static const char *const some[] = {"a", "\xE4\xB8\xAD", "e\xCC\x81", " ", "\xC3\xA9"};
            const char *piece = some[random_below(&r, 5)];
            line_edit_insert(&e, piece, strlen(piece));
        }
        e.hidden = random_below(&r, 4) == 0;
        for (unsigned width = 1; width < 40; width += 1 + random_below(&r, 4)) {
            draw(2, 50, 3, width, random_below(&r, 2) ? "# " : "a long prompt: ");
            assert_true(screen.cursor_shown);
            assert_int_equal(screen.cursor_row, 0);
            assert_true(screen.cursor_column >= 3);
            /* A wide character may need one column more than a window of one has. */
            if (screen.cursor_column >= 3 + width)
                fail_msg("cursor at %u in a window of %u", screen.cursor_column - 3, width);
            /* Nothing is drawn outside the window. */
            for (unsigned c = 0; c < 50; c++) {
                if (c < 3 || c >= 3 + width)
                    assert_int_equal(screen.cells[c].text[0], 0);
                assert_int_equal(screen.cells[50 + c].text[0], 0);
            }
            for (unsigned k = random_below(&r, 9); k > 0; k--)
                key(random_below(&r, 3) ? "Left" : "Right");
        }
    }
}

static void marks_say_that_there_is_more(void **state)
{
    (void)state;
    start("abcdefghijklmnopqrstuvwxyz");
    const char *text = draw(1, 12, 0, 12, "");
    assert_int_equal(text[0], '<');
    assert_true(strstr(text, "xyz\n"));
    key("Home");
    text = draw(1, 12, 0, 12, "");
    assert_string_equal(text, "abcdefghijk>\n");
    start("abcdefghijk");
    key("Home");
    assert_string_equal(draw(1, 12, 0, 12, ""), "abcdefghijk\n");
}

static void a_secret_is_dots(void **state)
{
    (void)state;
    start("");
    e.hidden = true;
    line_edit_insert(&e, "ab\xE4\xB8\xAD", 5);
    assert_string_equal(draw(1, 20, 0, 20, "? "), "? \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\n");
    assert_int_equal(screen.cursor_column, 5);
    key("Left");
    draw(1, 20, 0, 20, "? ");
    assert_int_equal(screen.cursor_column, 4);
    key("Home");
    draw(1, 20, 0, 20, "? ");
    assert_int_equal(screen.cursor_column, 2);
    memset(&e, 0, sizeof e);
    e.hidden = true;
    static char big[LINE_EDIT_MAX];
    memset(big, 'a', LINE_EDIT_MAX - 1);
    line_edit_set(&e, big);
    draw(1, 20, 0, 20, "? ");
    assert_int_equal(screen.cursor_row, 0);
}

static void no_room_at_all(void **state)
{
    (void)state;
    start("abc");
    screen_resize(&screen, 1, 1);
    line_edit_draw(&e, &screen, 0, 0, 0, STYLE_INPUT, "# ");
    line_edit_draw(&e, &screen, 0, 0, 1, STYLE_INPUT, "# ");
    line_edit_draw(&e, &screen, 7, 9, 30, STYLE_INPUT, "# ");
}

/* Random keys and inserts: always valid UTF-8, terminated, the cursor between characters. */
static void random_editing(void **state)
{
    (void)state;
    struct random_source r;
    random_seed(&r, 9);
    start("");
    for (unsigned i = 0; i < 60000; i++) {
        char bytes[12];
        if (random_below(&r, 5) == 0) {
            size_t n = random_below(&r, sizeof bytes);
            for (size_t k = 0; k < n; k++)
                bytes[k] = (char)random_below(&r, 256);
            line_edit_insert(&e, bytes, n);
        } else if (random_below(&r, 20) == 0) {
            size_t a = random_below(&r, (uint32_t)e.length + 1);
            while (a > 0 && ((uint8_t)e.text[a] & 0xC0) == 0x80)
                a--;
            line_edit_replace(&e, a, e.length, "\xE4\xB8\xAD");
        } else {
            line_edit_key(&e,
                          (struct key){random_below(&r, 2) ? random_below(&r, 0x3000)
                                                           : KEYS_SPECIAL + random_below(&r, 30),
                                       random_below(&r, 8) == 0});
        }
        assert_true(e.length < sizeof e.text && e.cursor <= e.length);
        assert_int_equal(e.text[e.length], 0);
        assert_int_equal(strlen(e.text), e.length);
        assert_true(e.cursor == e.length || ((uint8_t)e.text[e.cursor] & 0xC0) != 0x80);
        assert_true(typed_text_is_clean(e.text, e.length));
    }
}

static int stop(void **state)
{
    (void)state;
    screen_free(&screen);
    buffer_free(&shown);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_and_moving),
        cmocka_unit_test(words),
        cmocka_unit_test(other_keys_are_not_ours),
        cmocka_unit_test(whole_characters),
        cmocka_unit_test(what_is_inserted_is_clean),
        cmocka_unit_test(a_full_line_takes_no_more),
        cmocka_unit_test(replacing),
        cmocka_unit_test(secrets_leave_nothing),
        cmocka_unit_test(shown_as_it_is),
        cmocka_unit_test(the_cursor_is_always_in_sight),
        cmocka_unit_test(marks_say_that_there_is_more),
        cmocka_unit_test(a_secret_is_dots),
        cmocka_unit_test(no_room_at_all),
        cmocka_unit_test(random_editing),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("ui line edit", tests, NULL, stop);
}
