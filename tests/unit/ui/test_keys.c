/* The key table has no clash, every name of a key can be written back, bindings do what files say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "ui/keys.h"

struct row {
    const char *name, *keys[3], *group, *title;
};
static const struct row rows[] = {
#define ACTION(symbol, name, prefix, pane, function, group, title)                                 \
    {name, {prefix, pane, function}, group, title},
    ACTIONS(ACTION)
#undef ACTION
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static void all_names_are_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct key key;
            char name[32];
            const char *text = rows[i].keys[k];
            if (!text[0])
                continue;
            if (!key_parse(text, &key))
                fail_msg("%s: \"%s\" is no key", rows[i].name, text);
            key_describe(key, name, sizeof name);
            if (strcmp(name, text) != 0)
                fail_msg("%s: write \"%s\" as \"%s\"", rows[i].name, text, name);
            if (k == 2 && (key.code < KEY_SPECIAL_F1 || key.code > KEY_SPECIAL_F12))
                fail_msg("%s: \"%s\" is no function key", rows[i].name, text);
        }
    }
}

static void no_key_means_two_things(void **state)
{
    (void)state;
    static const char *const ways[] = {"behind the prefix", "in panes", "as function key"};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < ROW_COUNT; i++) {
            for (size_t j = i + 1; j < ROW_COUNT; j++) {
                if (rows[i].keys[k][0] && strcmp(rows[i].keys[k], rows[j].keys[k]) == 0)
                    fail_msg("\"%s\" means %s and %s %s", rows[i].keys[k], rows[i].name,
                             rows[j].name, ways[k]);
            }
        }
    }
}

static void nothing_needs_a_function_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (!rows[i].keys[0][0] && !rows[i].keys[1][0])
            fail_msg("%s can not be reached without a function key", rows[i].name);
    }
}

static void names_are_unique_and_the_prefix_is_free(void **state)
{
    (void)state;
    struct bindings b;
    bindings_default(&b);
    assert_int_equal(b.prefix.code, KEY_CONTROL('T'));
    for (size_t i = 0; i < ROW_COUNT; i++) {
        enum action action = action_named(rows[i].name);
        assert_int_equal(action, i + 1);
        assert_string_equal(action_info(action)->title, rows[i].title);
        assert_string_equal(action_info(action)->group, rows[i].group);
        assert_false(key_same(b.after_prefix[action], b.prefix));
        assert_false(key_same(b.in_pane[action], b.prefix));
        assert_true(bindings_reach(&b, action));
    }
    assert_int_equal(action_named("no-such-thing"), ACTION_NONE);
    assert_int_equal(action_named(""), ACTION_NONE);
    assert_string_equal(action_info(ACTION_COUNT)->name, "");
}

/* What people know from tio and other serial terminals. */
static void habits_are_kept(void **state)
{
    (void)state;
    struct bindings b;
    bindings_default(&b);
    static const struct {
        char key;
        enum action action;
    } habits[] = {{'q', ACTION_QUIT},    {'?', ACTION_HELP},        {'b', ACTION_SEND_BREAK},
                  {'t', ACTION_STAMPS},  {'/', ACTION_SEARCH},      {' ', ACTION_PAUSE},
                  {':', ACTION_PALETTE}, {'n', ACTION_SEARCH_NEXT}, {'N', ACTION_SEARCH_PREVIOUS}};
    for (size_t i = 0; i < sizeof habits / sizeof habits[0]; i++) {
        struct key key = {(uint32_t)habits[i].key, false};
        assert_int_equal(bindings_after_prefix(&b, key), habits[i].action);
    }
}

static void every_key_survives_being_written(void **state)
{
    (void)state;
    for (uint32_t code = 1; code < KEYS_SPECIAL_END; code++) {
        char name[32];
        struct key key, back = {0, false};
        if (code == KEYS_SPECIAL || (code >= 0xD800 && code <= 0xDFFF))
            continue;
        for (int alt = 0; alt < 2; alt++) {
            key = (struct key){code, alt};
            key_describe(key, name, sizeof name);
            if (!key_parse(name, &back) || !key_same(key, back))
                fail_msg("%x is written \"%s\", which reads as %x", code, name, back.code);
            for (const char *p = name; *p; p++)
                assert_true((unsigned char)*p >= 0x20 && *p != 0x7F);
        }
    }
}

static void names_people_write(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t code;
        bool alt;
    } good[] = {{"Ctrl-T", 0x14, false},
                {"ctrl-t", 0x14, false},
                {"C-t", 0x14, false},
                {"^T", 0x14, false},
                {"^", '^', false},
                {"C", 'C', false},
                {"M", 'M', false},
                {"F", 'F', false},
                {"M-x", 'x', true},
                {"Alt-X", 'X', true},
                {"Alt--", '-', true},
                {"C-M-x", 0x18, true},
                {"Alt-Ctrl-X", 0x18, true},
                {"f12", KEY_SPECIAL_F12, false},
                {"F1", KEY_SPECIAL_F1, false},
                {"PageUp", KEY_SPECIAL_PAGE_UP, false},
                {"Alt-PgUp", KEY_SPECIAL_PAGE_UP, true},
                {"space", ' ', false},
                {" ", ' ', false},
                {"Ctrl-]", 0x1D, false},
                {"Ctrl-\\", 0x1C, false},
                {"Ctrl-[", 0x1B, false},
                {"Ctrl-M", 0x0D, false},
                {"Ctrl-?", 0x7F, false},
                {"Shift-Tab", KEY_SPECIAL_BACKTAB, false},
                {"\xE4\xB8\xAD", 0x4E2D, false}};
    static const char *const bad[] = {
        "",       "Ctrl-",    "Ctrl-1", "Ctrl-@",   "Ctrl-Up", "F0",           "F13",      "F1x",
        "xy",     "Alt-",     "C-C-t",  "\x01",     "\x7F",    "\xFF",         "\xC2\x85", "U+",
        "U+D800", "U+110000", "U+000A", "prefix x", "^^^",     "\xE2\x80\xAE", "F+1",      "F 1"};
    struct key key;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!key_parse(good[i].name, &key) || key.code != good[i].code || key.alt != good[i].alt)
            fail_msg("\"%s\" is not read right", good[i].name);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (key_parse(bad[i], &key))
            fail_msg("\"%s\" is taken for a key", bad[i]);
    }
}

static void small_buffers_are_kept(void **state)
{
    (void)state;
    char out[8];
    struct bindings b;
    bindings_default(&b);
    for (size_t n = 0; n < sizeof out; n++) {
        memset(out, 'x', sizeof out);
        key_describe((struct key){KEY_SPECIAL_BACKSPACE, true}, out, n);
        assert_int_equal(out[n], 'x');
        bindings_describe(&b, ACTION_SEARCH_NEXT, out, n);
        assert_int_equal(out[n], 'x');
    }
    key_describe((struct key){KEY_NONE, true}, out, sizeof out);
    assert_string_equal(out, "");
}

/* --- bindings -------------------------------------------------------------------------------- */

static struct key key_of(const char *name)
{
    struct key key = {0, false};
    if (!key_parse(name, &key))
        fail_msg("\"%s\" is no key", name);
    return key;
}

static void describe_is(const struct bindings *b, enum action action, const char *expected)
{
    char text[128];
    bindings_describe(b, action, text, sizeof text);
    assert_string_equal(text, expected);
}

static void lookup_by_way(void **state)
{
    (void)state;
    struct bindings b;
    bindings_default(&b);
    assert_int_equal(bindings_direct(&b, key_of("n"), true), ACTION_SEARCH_NEXT);
    assert_int_equal(bindings_direct(&b, key_of("n"), false), ACTION_NONE);
    assert_int_equal(bindings_direct(&b, key_of("F3"), false), ACTION_SEARCH_NEXT);
    assert_int_equal(bindings_direct(&b, key_of("F3"), true), ACTION_SEARCH_NEXT);
    assert_int_equal(bindings_direct(&b, key_of("Alt-n"), true), ACTION_NONE);
    assert_int_equal(bindings_after_prefix(&b, key_of("F3")), ACTION_NONE);
    assert_int_equal(bindings_after_prefix(&b, (struct key){KEY_NONE, false}), ACTION_NONE);
    assert_int_equal(bindings_direct(&b, (struct key){KEY_NONE, false}, true), ACTION_NONE);
    describe_is(&b, ACTION_SEARCH_NEXT, "Ctrl-T n, n, F3");
    describe_is(&b, ACTION_SEND_BREAK, "Ctrl-T b");
}

static void binding_moves_keys(void **state)
{
    (void)state;
    struct bindings b;
    enum action taken;
    bindings_default(&b);
    assert_true(bindings_set(&b, ACTION_SEARCH, "F3", &taken));
    assert_int_equal(taken, ACTION_SEARCH_NEXT);
    assert_int_equal(bindings_direct(&b, key_of("F3"), false), ACTION_SEARCH);
    describe_is(&b, ACTION_SEARCH_NEXT, "Ctrl-T n, n");
    assert_true(bindings_set(&b, ACTION_SEARCH, "prefix s", &taken));
    assert_int_equal(taken, ACTION_TOGGLE_SIDE);
    assert_int_equal(bindings_after_prefix(&b, key_of("/")), ACTION_NONE);
    assert_true(bindings_set(&b, ACTION_SEARCH, "pane  Ctrl-F", &taken));
    assert_int_equal(taken, ACTION_NONE);
    describe_is(&b, ACTION_SEARCH, "Ctrl-T s, Ctrl-F, F3");
    assert_true(bindings_set(&b, ACTION_SEARCH, "none", &taken));
    describe_is(&b, ACTION_SEARCH, "");
    assert_false(bindings_reach(&b, ACTION_SEARCH));
    /* Again the same key for the same action takes nothing. */
    assert_true(bindings_set(&b, ACTION_RUN, "F5", &taken));
    assert_int_equal(taken, ACTION_NONE);
}

static void keys_for_typing_stay(void **state)
{
    (void)state;
    struct bindings b, before;
    enum action taken;
    static const char *const refused[] = {
        "x",      "Enter",  "Tab",     "Esc",  "Space",   "Backspace", "Ctrl-H", "Ctrl-M",
        "Ctrl-J", "prefix", "prefix ", "pane", "pane xy", "",          "F13",    "\xE4\xB8\xAD"};
    bindings_default(&b);
    before = b;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (bindings_set(&b, ACTION_RUN, refused[i], &taken))
            fail_msg("\"%s\" is taken as a binding", refused[i]);
        if (refused[i][0] != 'p')
            assert_false(bindings_set_prefix(&b, refused[i]));
    }
    assert_memory_equal(&b, &before, sizeof b);
    assert_false(bindings_set(&b, ACTION_NONE, "F5", &taken));
    assert_false(bindings_set(&b, ACTION_COUNT, "F5", &taken));
    assert_true(bindings_set(&b, ACTION_RUN, "Alt-Enter", &taken));
    assert_true(bindings_set(&b, ACTION_RUN, "Insert", &taken));
}

static void the_prefix_goes_first(void **state)
{
    (void)state;
    struct bindings b;
    bindings_default(&b);
    assert_true(bindings_set_prefix(&b, "Ctrl-L"));
    /* Twice the prefix is for the board, so the action on that key is out of reach there. */
    assert_int_equal(bindings_after_prefix(&b, key_of("Ctrl-L")), ACTION_NONE);
    assert_int_equal(bindings_direct(&b, key_of("Ctrl-L"), true), ACTION_NONE);
    describe_is(&b, ACTION_REDRAW, "");
    describe_is(&b, ACTION_QUIT, "Ctrl-L q, q, F10");
}

static void without_a_prefix(void **state)
{
    (void)state;
    struct bindings b;
    enum action taken;
    bindings_default(&b);
    assert_true(bindings_set_prefix(&b, "NONE"));
    assert_int_equal(bindings_after_prefix(&b, key_of("q")), ACTION_NONE);
    describe_is(&b, ACTION_QUIT, "q, F10");
    assert_true(bindings_reach(&b, ACTION_PALETTE));
    assert_false(bindings_reach(&b, ACTION_SEND_BREAK));
    assert_true(bindings_reach(&b, ACTION_HEX)); /* F6, then x */
    assert_true(bindings_set(&b, ACTION_FOCUS_NEXT, "none", &taken));
    assert_false(bindings_reach(&b, ACTION_HEX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_names_are_keys),
        cmocka_unit_test(no_key_means_two_things),
        cmocka_unit_test(nothing_needs_a_function_key),
        cmocka_unit_test(names_are_unique_and_the_prefix_is_free),
        cmocka_unit_test(habits_are_kept),
        cmocka_unit_test(every_key_survives_being_written),
        cmocka_unit_test(names_people_write),
        cmocka_unit_test(small_buffers_are_kept),
        cmocka_unit_test(lookup_by_way),
        cmocka_unit_test(binding_moves_keys),
        cmocka_unit_test(keys_for_typing_stay),
        cmocka_unit_test(the_prefix_goes_first),
        cmocka_unit_test(without_a_prefix),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("ui keys", tests, NULL, NULL);
}
