/* Looks as words, and that no theme loses what must be told apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "ui/theme.h"

static bool same(struct theme_look a, struct theme_look b)
{
    return a.foreground == b.foreground && a.background == b.background &&
           a.attributes == b.attributes;
}

static void look_is(const char *text, int foreground, int background, unsigned attributes)
{
    struct theme_look look = {9, 9, 99};
    if (!theme_parse_look(text, &look))
        fail_msg("\"%s\" is no look", text);
    assert_int_equal(look.foreground, foreground);
    assert_int_equal(look.background, background);
    assert_int_equal(look.attributes, attributes);
}

static void looks_as_words(void **state)
{
    (void)state;
    look_is("bold red on blue", 1, 4, THEME_BOLD);
    look_is("bright-green", 10, -1, 0);
    look_is("reverse", -1, -1, THEME_REVERSE);
    look_is("default", -1, -1, 0);
    look_is("  Bold   UNDERLINE italic dim ", -1, -1,
            THEME_BOLD | THEME_UNDERLINE | THEME_ITALIC | THEME_DIM);
    look_is("on bright-white", -1, 15, 0);
    look_is("grey on default", 8, -1, 0);
    look_is("red on black bold", 1, 0, THEME_BOLD);
    static const char *const bad[] = {"",
                                      " ",
                                      "red blue",
                                      "on",
                                      "red on",
                                      "purple",
                                      "bright-",
                                      "bright-on",
                                      "on on red",
                                      "red on bold",
                                      "boldred",
                                      "on red on blue",
                                      "bold red on blue green on",
                                      "on red blue blue"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct theme_look look = {3, 4, 5};
        if (theme_parse_look(bad[i], &look))
            fail_msg("\"%s\" is taken for a look", bad[i]);
        assert_true(look.foreground == 3 && look.background == 4 && look.attributes == 5);
    }
}

static void themes_by_name(void **state)
{
    (void)state;
    struct theme theme;
    assert_true(theme_named("dark", &theme) && theme.colour && !theme.light);
    assert_true(theme_named("light", &theme) && theme.colour && theme.light);
    assert_true(theme_named("mono", &theme) && !theme.colour);
    assert_false(theme_named("Dark", &theme));
    assert_false(theme_named("", &theme));
}

/* With or without colour, none of these pairs may look the same. */
static void told_apart(void **state)
{
    (void)state;
    static const enum style pairs[][2] = {
        {STYLE_OVERLAY, STYLE_CHOSEN},     {STYLE_NORMAL, STYLE_SELECTED},
        {STYLE_NORMAL, STYLE_MATCH},       {STYLE_MATCH, STYLE_MATCH_CURRENT},
        {STYLE_NORMAL, STYLE_BAD},         {STYLE_NORMAL, STYLE_WARN},
        {STYLE_BAD, STYLE_FATAL},          {STYLE_BAD, STYLE_WARN},
        {STYLE_TITLE, STYLE_TITLE_FOCUS},  {STYLE_STATUS, STYLE_STATUS_BAD},
        {STYLE_STATUS, STYLE_STATUS_WARN}, {STYLE_NORMAL, STYLE_HIGHLIGHT},
        {STYLE_NORMAL, STYLE_CURSOR_LINE}, {STYLE_NORMAL, STYLE_SENT},
        {STYLE_NORMAL, STYLE_STATUS}};
    static const char *const names[] = {"dark", "light", "mono"};
    for (size_t n = 0; n < 3; n++) {
        for (int colour = 0; colour < 2; colour++) {
            struct theme theme;
            assert_true(theme_named(names[n], &theme));
            theme.colour = theme.colour && colour;
            for (unsigned style = 0; style < STYLE_COUNT; style++) {
                struct theme_look look = theme_look(&theme, (uint16_t)style);
                if (look.foreground >= 0 && look.foreground == look.background)
                    fail_msg("%s: %s can not be read", names[n], style_name((enum style)style));
            }
            for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
                if (same(theme_look(&theme, pairs[i][0]), theme_look(&theme, pairs[i][1])))
                    fail_msg("%s%s: %s looks as %s", names[n], colour ? "" : " without colour",
                             style_name(pairs[i][0]), style_name(pairs[i][1]));
            }
        }
    }
}

static void no_colour_means_none(void **state)
{
    (void)state;
    static const char *const names[] = {"dark", "light", "mono"};
    for (size_t n = 0; n < 3; n++) {
        struct theme theme;
        assert_true(theme_named(names[n], &theme));
        assert_true(theme_parse_look("bold red", &theme.looks[STYLE_GOOD]));
        assert_true(theme_parse_look("italic", &theme.looks[STYLE_BAR]));
        theme.colour = false;
        for (unsigned style = 0; style < STYLE_DEVICE_END + 5; style++) {
            struct theme_look look = theme_look(&theme, (uint16_t)style);
            assert_int_equal(look.foreground, -1);
            assert_int_equal(look.background, -1);
        }
        /* What the user said in attributes alone stays. */
        assert_int_equal(theme_look(&theme, STYLE_BAR).attributes, THEME_ITALIC);
        assert_int_equal(theme_look(&theme, STYLE_DEVICE + 1).attributes, 0);
        assert_int_equal(theme_look(&theme, STYLE_DEVICE + 9).attributes, THEME_BOLD);
    }
}

static void colours_of_the_device(void **state)
{
    (void)state;
    struct theme dark, light;
    theme_named("dark", &dark);
    theme_named("light", &light);
    for (unsigned c = 0; c < 16; c++) {
        struct theme_look on_dark = theme_look(&dark, (uint16_t)(STYLE_DEVICE + c));
        struct theme_look on_light = theme_look(&light, (uint16_t)(STYLE_DEVICE + c));
        assert_int_not_equal(on_dark.foreground, 0);  /* black on black */
        assert_int_not_equal(on_light.foreground, 7); /* white on white */
        assert_int_not_equal(on_light.foreground, 15);
        assert_int_equal(on_dark.attributes & THEME_BOLD, c >= 8 ? THEME_BOLD : 0);
    }
    assert_int_equal(theme_look(&dark, STYLE_DEVICE + 1).foreground, 1);
    assert_int_equal(theme_look(&dark, STYLE_DEVICE + 9).foreground, 9);
    assert_int_equal(theme_look(&light, STYLE_DEVICE + 11).foreground, 3);
    /* What is no style looks normal. */
    assert_true(same(theme_look(&dark, STYLE_COUNT), theme_look(&dark, STYLE_NORMAL)));
    assert_true(same(theme_look(&dark, 60000), theme_look(&dark, STYLE_NORMAL)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_as_words),
        cmocka_unit_test(themes_by_name),
        cmocka_unit_test(told_apart),
        cmocka_unit_test(no_colour_means_none),
        cmocka_unit_test(colours_of_the_device),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("ui theme", tests, NULL, NULL);
}
