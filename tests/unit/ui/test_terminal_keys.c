/* Keys out of bytes: every terminal's spelling, any chunking, and floods of nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/random.h"
#include "ui/terminal_keys.h"

static struct key_stream stream;

static int set_up(void **state)
{
    (void)state;
    return key_stream_init(&stream) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    key_stream_free(&stream);
    return 0;
}

static void describe(struct buffer *out, const struct input *input)
{
    static const char *const buttons[] = {"left", "up", "down"};
    if (input->kind == INPUT_KEY)
        buffer_format(out, "%s%x ", input->key.alt ? "alt-" : "", input->key.code);
    else if (input->kind == INPUT_MOUSE)
        buffer_format(out, "%s@%u,%u ", buttons[input->button], input->row, input->column);
    else
        buffer_format(out, "paste(%.*s) ", (int)input->n, input->text);
}

static void collect(uint64_t now, struct buffer *out)
{
    struct input input;
    while (key_stream_next(&stream, now, &input))
        describe(out, &input);
}

/* What the bytes mean when they come in pieces of that size without a pause, and then a pause. */
static char *meaning(const char *bytes, size_t n, size_t piece)
{
    struct buffer out = {0};
    uint64_t now = 1000;
    for (size_t at = 0; at < n;) {
        size_t length = piece < n - at ? piece : n - at;
        uint8_t *copy = malloc(length);
        assert_non_null(copy);
        memcpy(copy, bytes + at, length);
        at += key_stream_add(&stream, now, copy, length);
        free(copy);
        collect(now, &out);
    }
    for (int i = 0; i < 3; i++) {
        uint64_t deadline = key_stream_deadline(&stream);
        now = deadline == TIME_NEVER ? now : deadline;
        collect(now, &out);
    }
    assert_int_equal(key_stream_deadline(&stream), TIME_NEVER);
    char *text = strdup(buffer_text(&out));
    buffer_free(&out);
    return text;
}

static void means(const char *bytes, const char *expected)
{
    size_t n = strlen(bytes);
    for (size_t piece = 1; piece <= n; piece++) {
        char *text = meaning(bytes, n, piece);
        if (strcmp(text, expected) != 0)
            print_error("in pieces of %zu: \"%s\" is \"%s\", not \"%s\"\n", piece, bytes + 1, text,
                        expected);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void key_means(const char *bytes, uint32_t code, bool alt)
{
    char expected[32];
    snprintf(expected, sizeof expected, "%s%x ", alt ? "alt-" : "", code);
    means(bytes, expected);
}

static void characters_and_controls(void **state)
{
    (void)state;
    means("aZ ~", "61 5a 20 7e ");
    means("\x01\x03\x11\x13\x1a", "1 3 11 13 1a ");
    key_means("\r", KEY_CODE_ENTER, false);
    key_means("\n", 0x0A, false);
    key_means("\t", KEY_CODE_TAB, false);
    key_means("\x7f", KEY_SPECIAL_BACKSPACE, false);
    key_means("\b", 0x08, false);
    stream.erase_is_ctrl_h = true;
    key_means("\b", KEY_SPECIAL_BACKSPACE, false);
    stream.erase_is_ctrl_h = false;
    means("é中😀", "e9 4e2d 1f600 ");
}

static void escape_and_alt(void **state)
{
    (void)state;
    key_means("\x1b", KEY_CODE_ESCAPE, false);
    means("\x1b\x1b", "1b 1b ");
    key_means("\x1bx", 'x', true);
    key_means("\x1b[", '[', true);
    key_means("\x1bO", 'O', true);
    key_means("\x1b\r", KEY_CODE_ENTER, true);
    key_means("\x1b\x7f", KEY_SPECIAL_BACKSPACE, true);
    key_means("\x1b中", 0x4E2D, true);
    means("\x1b\x1bx", "1b alt-78 ");
}

static void an_escape_waits_for_more_only_so_long(void **state)
{
    (void)state;
    struct input input;
    key_stream_add(&stream, 1000, (const uint8_t *)"\x1b", 1);
    assert_false(key_stream_next(&stream, 1000, &input));
    uint64_t deadline = key_stream_deadline(&stream);
    assert_true(deadline > 1000 && deadline <= 1000 + 50 * TIME_MS);
    assert_false(key_stream_next(&stream, deadline - 1, &input));
    assert_true(key_stream_next(&stream, deadline, &input));
    assert_int_equal(input.key.code, KEY_CODE_ESCAPE);
    /* A late rest is what it looks like. */
    means("[A", "5b 41 ");
}

static void cursor_and_function_keys_of_all_terminals(void **state)
{
    (void)state;
    static const uint32_t arrows[] = {KEY_SPECIAL_UP,   KEY_SPECIAL_DOWN, KEY_SPECIAL_RIGHT,
                                      KEY_SPECIAL_LEFT, KEY_SPECIAL_HOME, KEY_SPECIAL_END};
    static const char *const forms[] = {"\x1b[", "\x1bO", "\x1b[1;2"};
    static const char *const alt_forms[] = {"\x1b[1;3", "\x1b[1;5", "\x1b\x1b[", "\x1b\x1bO",
                                            "\x1bO5"};
    char text[16];
    for (size_t i = 0; i < 6; i++) {
        for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
            snprintf(text, sizeof text, "%s%c", forms[k], "ABCDHF"[i]);
            key_means(text, arrows[i], false);
        }
        for (size_t k = 0; k < sizeof alt_forms / sizeof alt_forms[0]; k++) {
            snprintf(text, sizeof text, "%s%c", alt_forms[k], "ABCDHF"[i]);
            key_means(text, arrows[i], true);
        }
    }
    static const unsigned numbers[] = {11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24};
    for (uint32_t i = 0; i < 12; i++) {
        snprintf(text, sizeof text, "\x1b[%u~", numbers[i]);
        key_means(text, KEY_SPECIAL_F1 + i, false);
    }
    for (uint32_t i = 0; i < 5; i++) {
        snprintf(text, sizeof text, "\x1b[[%c", (int)('A' + i));
        key_means(text, KEY_SPECIAL_F1 + i, false);
    }
    key_means("\x1bOP", KEY_SPECIAL_F1, false);
    key_means("\x1bOS", KEY_SPECIAL_F1 + 3, false);
    key_means("\x1b[1;3Q", KEY_SPECIAL_F1 + 1, true);
    key_means("\x1b[1~", KEY_SPECIAL_HOME, false);
    key_means("\x1b[7~", KEY_SPECIAL_HOME, false);
    key_means("\x1b[2~", KEY_SPECIAL_INSERT, false);
    key_means("\x1b[3~", KEY_SPECIAL_DELETE, false);
    key_means("\x1b[3;3~", KEY_SPECIAL_DELETE, true);
    key_means("\x1b[8~", KEY_SPECIAL_END, false);
    key_means("\x1b[5~", KEY_SPECIAL_PAGE_UP, false);
    key_means("\x1b[6~", KEY_SPECIAL_PAGE_DOWN, false);
    key_means("\x1b[Z", KEY_SPECIAL_BACKTAB, false);
    key_means("\x1bOM", KEY_CODE_ENTER, false);
    key_means("\x1bOp", '0', false);
    key_means("\x1bOk", '+', false);
}

static void keys_told_by_their_code(void **state)
{
    (void)state;
    key_means("\x1b[97;5u", 1, false);
    key_means("\x1b[97;3u", 'a', true);
    key_means("\x1b[27u", KEY_CODE_ESCAPE, false);
    key_means("\x1b[27;5;105~", 9, false);
    key_means("\x1b[127;1u", KEY_SPECIAL_BACKSPACE, false);
    means("\x1b[57399u\x1b[1114112u\x1b[55296u\x1b[155u", "");
}

static void terminfo_adds_what_is_missing(void **state)
{
    (void)state;
    key_stream_learn(&stream, "\x1bQ1", KEY_SPECIAL_F1 + 7);
    key_stream_learn(&stream, "\x1b[192z", KEY_SPECIAL_F1 + 8);
    key_stream_learn(&stream, "x", KEY_SPECIAL_F1);
    key_stream_learn(&stream, "", KEY_SPECIAL_F1);
    key_stream_learn(&stream, "\x1b[this is far too long to be one", KEY_SPECIAL_F1);
    key_means("\x1bQ1", KEY_SPECIAL_F1 + 7, false);
    key_means("\x1b[192z", KEY_SPECIAL_F1 + 8, false);
    key_means("\x1b[A", KEY_SPECIAL_UP, false);
    key_means("\x1bQ", 'Q', true);
    key_means("x", 'x', false);
    means("\x1bQ2", "alt-51 32 ");
    stream.sequence_count = 0;
}

static void mouse_events(void **state)
{
    (void)state;
    means("\x1b[<0;5;3M", "left@2,4 ");
    means("\x1b[<0;5;3m\x1b[<35;1;1M\x1b[<2;1;1M", "");
    means("\x1b[<64;200;100M\x1b[<65;1;1M", "up@99,199 down@0,0 ");
    means("\x1b[M !!", "left@0,0 ");
    means("\x1b[M`#\"", "up@1,2 ");
    means("\x1b[M#!!", "");
    means("\x1b[<0;0;0M\x1b[<0M", "");
}

static void answers_and_broken_sequences_are_skipped(void **state)
{
    (void)state;
    means("\x1b[?62;22c"
          "a",
          "61 ");
    means("\x1b[>0;1;2c"
          "a",
          "61 ");
    means("\x1b[I\x1b[O"
          "a",
          "61 ");
    means("\x1b[99~a", "61 ");
    means("\x1b[99999999999999999999999999999~a", "61 ");
    means("\x1b[1;2\x1b[A", "110001 ");
    means("\xff\xfe\xc0"
          "a\xe4\xb8"
          "b\x9b",
          "61 62 ");
    means("\xc2\x9b"
          "31m",
          "33 31 6d ");
    char text[256] = "\x1b[";
    memset(text + 2, '1', 200);
    char *got = meaning(text, strlen(text), 7);
    assert_true(strlen(got) < 3 * 200);
    free(got);
}

static void pastes_come_whole(void **state)
{
    (void)state;
    means("a\x1b[200~one\rtwo\x1b[Athree\x1b[201~b", "61 paste(one\rtwo\x1b[Athree) 62 ");
    means("\x1b[200~\x1b[201~a", "61 ");
    means("\x1b[200~\x1b[20\x1b[201\x1b[201~", "paste(\x1b[20\x1b[201) ");
    means("\x1b[201~a", "61 ");
    means("\x1b[200~x\x1b[201~\x1b[200~y\x1b[201~", "paste(x) paste(y) ");
}

static void a_paste_without_an_end_does_not_swallow_the_keyboard(void **state)
{
    (void)state;
    struct input input;
    static const char text[] = "\x1b[200~begun";
    key_stream_add(&stream, 0, (const uint8_t *)text, sizeof text - 1);
    assert_false(key_stream_next(&stream, TIME_S, &input));
    assert_true(key_stream_deadline(&stream) < 10 * TIME_S);
    assert_true(key_stream_next(&stream, 10 * TIME_S, &input));
    assert_int_equal(input.kind, INPUT_PASTE);
    assert_int_equal(input.n, 5);
    assert_memory_equal(input.text, "begun", 5);
    means("q", "71 ");
}

/* Megabytes: in pieces, in order, nothing lost, and the end mark found wherever the cut falls. */
static void a_huge_paste_comes_in_pieces(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 8; extra++) {
        size_t n = KEY_PASTE_MAX * 2 - 8 + extra, given = 0, taken = 0;
        uint8_t *bytes = malloc(n + 16);
        struct input input;
        assert_non_null(bytes);
        memcpy(bytes, "\x1b[200~", 6);
        for (size_t i = 0; i < n; i++)
            bytes[6 + i] = (uint8_t)('a' + i % 23);
        memcpy(bytes + 6 + n, "\x1b[201~!", 7);
        unsigned pieces = 0;
        bool key = false;
        while (!key) {
            given += key_stream_add(&stream, 5, bytes + given, n + 13 - given);
            while (key_stream_next(&stream, 5, &input)) {
                if (input.kind == INPUT_KEY) {
                    assert_int_equal(input.key.code, '!');
                    key = true;
                    break;
                }
                assert_true(input.n <= KEY_PASTE_MAX);
                assert_memory_equal(input.text, bytes + 6 + taken, input.n);
                taken += input.n;
                pieces++;
            }
        }
        assert_int_equal(taken, n);
        assert_in_range(pieces, 2, 3);
        free(bytes);
    }
}

static void nonsense_of_any_kind_ends(void **state)
{
    (void)state;
    static const char bait[] = "\x1b[O~;<M?0129uARP\x1b\x1b\xff\xe4\xb8\xad\x7f";
    struct random_source random;
    random_seed(&random, 11);
    uint64_t now = 0;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[64];
        struct input input;
        size_t n = 1 + random_below(&random, sizeof bytes);
        for (size_t i = 0; i < n; i++)
            bytes[i] = random_one_in(&random, 4) ? (uint8_t)random_below(&random, 256)
                                                 : (uint8_t)bait[random_below(&random, 24)];
        assert_int_equal(key_stream_add(&stream, now, bytes, n), n);
        now += random_below(&random, 60) * TIME_MS;
        while (key_stream_next(&stream, now, &input)) {
            if (input.kind != INPUT_KEY)
                continue;
            uint32_t c = input.key.code;
            assert_true(c > 0 && c < KEYS_SPECIAL_END && c != KEYS_SPECIAL);
            assert_false(c >= 0x80 && c < 0xA0);
            assert_false(c >= 0xD800 && c < 0xE000);
        }
        assert_true(stream.end - stream.start <= 64);
    }
    free(meaning("", 0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_and_controls),
        cmocka_unit_test(escape_and_alt),
        cmocka_unit_test(an_escape_waits_for_more_only_so_long),
        cmocka_unit_test(cursor_and_function_keys_of_all_terminals),
        cmocka_unit_test(keys_told_by_their_code),
        cmocka_unit_test(terminfo_adds_what_is_missing),
        cmocka_unit_test(mouse_events),
        cmocka_unit_test(answers_and_broken_sequences_are_skipped),
        cmocka_unit_test(pastes_come_whole),
        cmocka_unit_test(a_paste_without_an_end_does_not_swallow_the_keyboard),
        cmocka_unit_test(a_huge_paste_comes_in_pieces),
        cmocka_unit_test(nonsense_of_any_kind_ends),
    };
    return cmocka_run_group_tests_name("terminal_keys", tests, set_up, tear_down);
}
