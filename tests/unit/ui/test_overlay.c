/* Overlays: finding by typing, answers and refusals, screens of every size, texts of any kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "ui/overlay.h"

static struct overlay o;
static struct screen screen;
static struct buffer shown;

static int end(void **state)
{
    (void)state;
    overlay_close(&o);
    return 0;
}

static enum overlay_result key(const char *name)
{
    struct key k;
    if (!key_parse(name, &k))
        fail_msg("\"%s\" is no key", name);
    return overlay_key(&o, k);
}

static void type(const char *text)
{
    assert_int_equal(overlay_paste(&o, text, strlen(text)), OVERLAY_OPEN);
}

static const char *draw(unsigned rows, unsigned columns)
{
    assert_true(screen_resize(&screen, rows, columns));
    overlay_draw(&o, &screen);
    buffer_clear(&shown);
    screen_to_text(&screen, &shown);
    assert_null(strstr(buffer_text(&shown), "\xEF\xBF\xBD")); /* no character is cut */
    return buffer_text(&shown);
}

static void has(const char *text)
{
    if (!strstr(draw(24, 80), text))
        fail_msg("\"%s\" is not in:\n%s", text, buffer_text(&shown));
}

static void order_is(const char *first, ...)
{
    va_list args;
    size_t i = 0;
    va_start(args, first);
    for (const char *text = first; text; text = va_arg(args, const char *), i++) {
        if (i >= o.shown_count)
            fail_msg("\"%s\" is not among %zu", text, o.shown_count);
        assert_string_equal(o.items[o.shown[i]].text, text);
    }
    va_end(args);
    assert_int_equal(o.shown_count, i);
}

/* --- lists -------------------------------------------------------------------------------------
 */

static void best_match_first(void **state)
{
    (void)state;
    overlay_open_list(&o, 7, "Find", false);
    overlay_add(&o, "s-e-n-d", NULL, 1);     /* scattered */
    overlay_add(&o, "Resend it", NULL, 2);   /* within */
    overlay_add(&o, "To send", NULL, 3);     /* a word */
    overlay_add(&o, "SEND a file", NULL, 4); /* front */
    overlay_add(&o, "other", "Ctrl-T send", 5);
    overlay_add(&o, "Send break", NULL, 6);
    overlay_add(&o, "nothing", NULL, 8);
    order_is("s-e-n-d", "Resend it", "To send", "SEND a file", "other", "Send break", "nothing",
             NULL);
    type("sEnD");
    order_is("SEND a file", "Send break", "To send", "Resend it", "other", "s-e-n-d", NULL);
    assert_int_equal(overlay_value(&o), 4);
    key("Backspace");
    type("x");
    order_is(NULL, NULL);
    assert_int_equal(key("Enter"), OVERLAY_OPEN);
    assert_int_equal(overlay_value(&o), -1);
    key("Ctrl-U");
    assert_int_equal(o.shown_count, 7);
    type("break");
    assert_int_equal(key("Enter"), OVERLAY_ANSWERED);
    assert_int_equal(overlay_value(&o), 6);
    assert_string_equal(overlay_text(&o), "Send break");
    assert_int_equal(o.purpose, 7);
}

static void finding_in_other_scripts(void **state)
{
    (void)state;
    overlay_open_list(&o, 0, "x", false);
    overlay_add(&o, "\xC3\x84NDERN", NULL, 1);
    overlay_add(&o, "\xE5\x8F\x91\xE9\x80\x81\xE6\x96\x87\xE4\xBB\xB6", NULL, 2);
    type("\xC3\xA4nd");
    assert_int_equal(overlay_value(&o), 1);
    key("Ctrl-U");
    type("\xE6\x96\x87");
    assert_int_equal(overlay_value(&o), 2);
}

static void words_come_after_anything_but_letters(void **state)
{
    (void)state;
    overlay_open_list(&o, 0, "x", false);
    overlay_add(&o, "xusb0 ttyUSB0", NULL, 1);
    overlay_add(&o, "a/usb-serial", NULL, 2);
    overlay_add(&o, "two usb: one", NULL, 3);
    type("usb");
    order_is("a/usb-serial", "two usb: one", "xusb0 ttyUSB0", NULL);
}

static void free_text_is_an_answer(void **state)
{
    (void)state;
    overlay_open_list(&o, 0, "Baud", true);
    overlay_add(&o, "115200", NULL, 115200);
    assert_int_equal(key("Enter"), OVERLAY_ANSWERED);
    assert_int_equal(overlay_value(&o), 115200);
    type("1500"); /* letters of 115200 in order; it is not meant */
    assert_int_equal(key("Enter"), OVERLAY_ANSWERED);
    assert_int_equal(overlay_value(&o), -1);
    assert_string_equal(overlay_text(&o), "1500");
    has("Enter takes what is typed");
    overlay_open_list(&o, 0, "Empty", true);
    assert_int_equal(key("Enter"), OVERLAY_OPEN);
}

static void moving_in_a_list(void **state)
{
    (void)state;
    overlay_open_list(&o, 0, "Many", false);
    for (long i = 0; i < 100; i++) {
        char text[32];
        snprintf(text, sizeof text, "item %02ld", i);
        assert_true(overlay_add(&o, text, NULL, i));
    }
    draw(12, 40); /* 9 rows of items */
    key("Up");
    assert_int_equal(overlay_value(&o), 0);
    key("Down"), key("Tab"), key("Ctrl-N");
    assert_int_equal(overlay_value(&o), 3);
    key("Shift-Tab");
    key("PgDn");
    assert_int_equal(overlay_value(&o), 10);
    assert_non_null(strstr(draw(12, 40), "item 10"));
    key("End");
    assert_int_equal(overlay_value(&o), 99);
    assert_non_null(strstr(draw(12, 40), "item 99"));
    assert_non_null(strstr(draw(12, 40), "item 91"));
    key("PgDn"), key("Down");
    assert_int_equal(overlay_value(&o), 99);
    key("PgUp");
    assert_int_equal(overlay_value(&o), 91);
    key("Home");
    assert_int_equal(overlay_value(&o), 0);
    draw(12, 40);
    assert_int_equal(o.first, 0);
    /* What was typed chooses the best anew. */
    key("End");
    type("5");
    assert_int_equal(overlay_value(&o), 50);
}

static void items_are_bounded_and_safe(void **state)
{
    (void)state;
    static char big[100000];
    memset(big, 'x', sizeof big - 1);
    overlay_open_list(&o, 0, "T\x1B[31m\xE2\x80\xAE", false);
    assert_null(strchr(o.title, 0x1B));
    assert_true(overlay_add(&o, "usb \x1B]0;own\x07\xFF", "\x9B", 0));
    assert_string_equal(o.items[0].text, "usb \\x1b]0;own\\x07\\xff");
    assert_true(overlay_add(&o, big, big, 1));
    for (int i = 2; i < OVERLAY_ITEMS_MAX; i++)
        assert_true(overlay_add(&o, "", NULL, i));
    assert_false(overlay_add(&o, "x", NULL, 0));
    assert_int_equal(o.count, OVERLAY_ITEMS_MAX);
    type("xxx");
    draw(24, 80);
    overlay_open_confirm(&o, 0, "t", "x");
    assert_false(overlay_add(&o, "x", NULL, 0));
}

/* --- questions
 * ------------------------------------------------------------------------------------ */

static void asking(void **state)
{
    (void)state;
    overlay_open_ask(&o, 3, "Search", "What to look for?\nA second line.", "old", false);
    has("What to look for?");
    has("A second line.");
    has("> old");
    assert_true(screen.cursor_shown);
    type("er\nnot this");
    assert_int_equal(key("Left"), OVERLAY_OPEN);
    type("\x1B[201~st\x03");
    assert_int_equal(key("Enter"), OVERLAY_ANSWERED);
    assert_string_equal(overlay_text(&o), "oldestr");
    assert_int_equal(overlay_value(&o), -1);
    assert_int_equal(key("Esc"), OVERLAY_CANCELLED);
    overlay_open_ask(&o, 3, "Search", NULL, NULL, false);
    assert_string_equal(overlay_text(&o), "");
    assert_int_equal(key("Ctrl-C"), OVERLAY_CANCELLED);
}

static void a_secret_is_not_seen_and_not_left(void **state)
{
    (void)state;
    overlay_open_ask(&o, 3, "Password", "For my-ap", NULL, true);
    type("hunter2");
    has("> \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2");
    assert_null(strstr(buffer_text(&shown), "hunter2"));
    assert_string_equal(overlay_text(&o), "hunter2");
    overlay_close(&o);
    const unsigned char *bytes = (const unsigned char *)&o;
    for (size_t i = 0; i < sizeof o; i++)
        assert_int_equal(bytes[i], 0);
    /* Opening the next wipes too. */
    overlay_open_ask(&o, 3, "Password", NULL, "hunter2", true);
    overlay_open_ask(&o, 3, "Next", NULL, NULL, false);
    assert_null(memmem(&o, sizeof o, "hunter", 6));
    assert_false(o.edit.hidden);
}

static void yes_or_no(void **state)
{
    (void)state;
    static const char *const no[] = {"n", "N", "Enter", "Esc", "Ctrl-C"};
    static const char *const neither[] = {"x", "Space", "Tab", "Alt-y", "F1", "Down"};
    overlay_open_confirm(&o, 1, "Quit", "A flash is under way. Quit all the same?");
    has("A flash is under way");
    has("y: yes");
    assert_int_equal(key("y"), OVERLAY_ANSWERED);
    assert_int_equal(key("Y"), OVERLAY_ANSWERED);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_int_equal(key(no[i]), OVERLAY_CANCELLED);
    for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++)
        assert_int_equal(key(neither[i]), OVERLAY_OPEN);
    type("yyy\n"); /* a paste confirms nothing */
    assert_int_equal(overlay_paste(&o, "y", 1), OVERLAY_OPEN);
}

static void the_answer_row_stays_in_sight(void **state)
{
    (void)state;
    char text[1000];
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 7 == 6 ? ' ' : 'a' + (char)(i % 26);
    text[sizeof text - 1] = '\0';
    overlay_open_confirm(&o, 1, "Long", text);
    assert_non_null(strstr(draw(8, 40), "y: yes"));
    char before[2000];
    snprintf(before, sizeof before, "%s", draw(8, 40));
    key("PgDn");
    assert_string_not_equal(draw(8, 40), before);
    for (int i = 0; i < 99; i++)
        key("PgDn");
    draw(8, 40);
    key("PgUp"), key("PgUp");
    for (int i = 0; i < 40; i++)
        key("Up");
    assert_string_equal(draw(8, 40), before);
}

static void texts_wrap_at_blanks(void **state)
{
    (void)state;
    overlay_open_confirm(&o, 1, "T",
                         "one two three\n\nfour\n\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD"
                         "\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD");
    assert_string_equal(draw(12, 10),
                        "T\n"
                        "one two\n"
                        "three\n"
                        "\n"
                        "four\n"
                        "\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\n"
                        "\xE6\x96\x87\xE4\xB8\xAD\n"
                        "\n\n\n\n"
                        "y: yes   n\n");
}

static void framed_in_the_middle(void **state)
{
    (void)state;
    overlay_open_list(&o, 0, "Baud", false);
    overlay_add(&o, "9600", "slow", 0);
    overlay_add(&o, "\xE4\xB8\xAD", "x", 0);
    assert_string_equal(
        draw(7, 50),
        "\n   \xE2\x94\x8C Baud "
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x90\n"
        "   \xE2\x94\x82 >                                    2/2 \xE2\x94\x82\n"
        "   \xE2\x94\x82 9600                                slow \xE2\x94\x82\n"
        "   \xE2\x94\x82 \xE4\xB8\xAD                                     x \xE2\x94\x82\n"
        "   \xE2\x94\x94 Enter: take, Esc: close "
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
        "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x98\n\n");
    assert_int_equal(screen.cursor_row, 2);
    assert_int_equal(screen.cursor_column, 7);
    /* The chosen row is told apart, from edge to edge. */
    for (unsigned column = 5; column < 45; column++)
        assert_int_equal(screen.cells[3 * 50 + column].style, STYLE_CHOSEN);
}

/* --- pages and tables
 * ------------------------------------------------------------------------------------ */

static void pages_scroll(void **state)
{
    (void)state;
    overlay_open_page(&o, 0, "Page");
    for (int i = 0; i < 50; i++) {
        char text[32];
        snprintf(text, sizeof text, "line %02d", i);
        overlay_add(&o, text, NULL, 0);
    }
    assert_non_null(strstr(draw(12, 40), "line 00"));
    key("Down"), key("j");
    draw(12, 40);
    assert_int_equal(o.first, 2);
    key("Space");
    draw(12, 40);
    assert_int_equal(o.first, 11);
    key("b"), key("k"), key("Up");
    assert_non_null(strstr(draw(12, 40), "line 00"));
    key("G");
    assert_non_null(strstr(draw(12, 40), "line 49"));
    assert_int_equal(o.first, 40);
    key("PgDn"), key("End"), key("PgDn");
    draw(12, 40);
    assert_int_equal(o.first, 40);
    key("Up");
    draw(12, 40);
    assert_int_equal(o.first, 39);
    key("g");
    assert_int_equal(o.first, 0);
    assert_int_equal(key("x"), OVERLAY_OPEN);
    assert_int_equal(key("q"), OVERLAY_CANCELLED);
    assert_int_equal(key("Enter"), OVERLAY_CANCELLED);
}

static void help_names_every_action(void **state)
{
    (void)state;
    struct bindings b;
    enum action taken;
    bindings_default(&b);
    bindings_set(&b, ACTION_EXTERNAL, "none", &taken);
    overlay_open_help(&o, 4, &b);
    assert_int_equal(o.kind, OVERLAY_PAGE);
    for (unsigned a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        size_t i = 0;
        while (i < o.count &&
               (!o.items[i].detail || strcmp(o.items[i].detail, action_info(a)->title) != 0))
            i++;
        if (i == o.count)
            fail_msg("%s is missing", action_info(a)->name);
    }
    has("Ctrl-T ?, ?, F1");
    has("Help: all keys");
    bool twice = false, unbound = false;
    for (size_t i = 0; i < o.count; i++) {
        twice = twice || strcmp(o.items[i].text, "Ctrl-T Ctrl-T") == 0;
        unbound = unbound || strcmp(o.items[i].text, "-") == 0;
    }
    assert_true(twice);
    assert_true(unbound);
    assert_int_equal(o.items[0].value, 1);
    assert_string_equal(o.items[0].text, "General");
}

static void the_palette_finds_actions(void **state)
{
    (void)state;
    struct bindings b;
    bindings_default(&b);
    overlay_open_palette(&o, 5, &b);
    assert_int_equal(o.count, ACTION_COUNT - 1);
    has("Ctrl-T ?, ?, F1");
    type("quit");
    assert_int_equal(overlay_value(&o), ACTION_QUIT);
    key("Ctrl-U");
    type("first-error"); /* as configuration files call it */
    assert_int_equal(overlay_value(&o), ACTION_FIRST_ERROR);
    key("Ctrl-U");
    type("F12");
    assert_int_equal(overlay_value(&o), ACTION_RECORD);
    for (unsigned a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        key("Ctrl-U");
        type(action_info(a)->title);
        assert_int_equal(overlay_value(&o), a);
    }
}

static void nothing_open(void **state)
{
    (void)state;
    overlay_close(&o);
    overlay_close(&o);
    draw(5, 20);
    assert_int_equal(key("x"), OVERLAY_CANCELLED);
    type("x");
    assert_int_equal(overlay_value(&o), -1);
    assert_string_equal(overlay_text(&o), "");
}

/* --- every size, random keys
 * ------------------------------------------------------------------------------- */

static void open_some(unsigned which)
{
    struct bindings b;
    bindings_default(&b);
    switch (which) {
    case 0:
        overlay_open_palette(&o, 0, &b);
        break;
    case 1:
        overlay_open_help(&o, 0, &b);
        break;
    case 2:
        overlay_open_ask(&o, 0, "A title that is longer than the screen",
                         "\xE4\xB8\xAD\xE6\x96\x87 text\n\nthat goes on for more than a line", "in",
                         true);
        break;
    case 3:
        overlay_open_confirm(&o, 0, "\xE4\xB8\xAD\xE6\x96\x87",
                             "\xE4\xB8\xAD\n\xE4\xB8\xAD e\xCC\x81");
        break;
    case 4:
        overlay_open_list(&o, 0, "", true);
        break;
    default:
        overlay_open_page(&o, 0, "");
        break;
    }
}

static void every_size(void **state)
{
    (void)state;
    static const char *const names[] = {"Down", "PgDn", "e",         "\xE4\xB8\xAD", "Up", "PgUp",
                                        "Home", "End",  "Backspace", "Left",         "Tab"};
    struct random_source r;
    random_seed(&r, 21);
    for (unsigned which = 0; which < 6; which++) {
        for (unsigned rows = 1; rows < 14; rows++) {
            for (unsigned columns = 1; columns < 60; columns += 1 + columns / 12) {
                open_some(which);
                for (int i = 0; i < 4; i++) {
                    draw(rows, columns);
                    if (screen.cursor_shown)
                        assert_true(screen.cursor_row < rows && screen.cursor_column < columns);
                    key(names[random_below(&r, sizeof names / sizeof names[0])]);
                }
            }
        }
    }
    open_some(0);
    screen_free(&screen);
    memset(&screen, 0, sizeof screen);
    overlay_draw(&o, &screen); /* no screen at all */
}

static int stop(void **state)
{
    (void)state;
    screen_free(&screen);
    buffer_free(&shown);
    return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(best_match_first),
        TEST(finding_in_other_scripts),
        TEST(words_come_after_anything_but_letters),
        TEST(free_text_is_an_answer),
        TEST(moving_in_a_list),
        TEST(items_are_bounded_and_safe),
        TEST(asking),
        TEST(a_secret_is_not_seen_and_not_left),
        TEST(yes_or_no),
        TEST(the_answer_row_stays_in_sight),
        TEST(texts_wrap_at_blanks),
        TEST(framed_in_the_middle),
        TEST(pages_scroll),
        TEST(help_names_every_action),
        TEST(the_palette_finds_actions),
        TEST(nothing_open),
        TEST(every_size),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("ui overlay", tests, NULL, stop);
}
