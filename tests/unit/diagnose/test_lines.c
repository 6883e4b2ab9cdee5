/* Lines out of bytes: line ends, colours, erased characters, stamps, prefixes, encodings. */
#include "help.h"

#include "diagnose/encoding.h"
#include "diagnose/line.h"
#include "diagnose/prefix.h"

static void collect(struct line_assembler *a, struct buffer *out)
{
    struct line line;
    while (line_assembler_next(a, &line))
        buffer_format(out, "%llu:%.*s|", (unsigned long long)line.number, (int)line.length,
                      (const char *)a->bytes + line.offset);
}

static void expect_lines(const char *in, size_t n, const char *expected)
{
    struct random_source random;
    random_seed(&random, n);
    for (uint32_t most = 0; most < 6; most++) {
        struct line_assembler a;
        struct buffer out = {.limit = 0};
        struct line line;
        assert_true(line_assembler_init(&a));
        for (size_t at = 0; at < n;) {
            size_t piece = most ? 1 + random_below(&random, most) : n;
            piece = piece < n - at ? piece : n - at;
            assert_true(line_assembler_add(&a, 0, (const uint8_t *)in + at, piece));
            collect(&a, &out);
            line_assembler_compact(&a);
            at += piece;
        }
        if (line_assembler_flush(&a, &line))
            buffer_format(&out, "%llu:%.*s|", (unsigned long long)line.number, (int)line.length,
                          (const char *)a.bytes + line.offset);
        assert_string_equal(buffer_text(&out), expected);
        buffer_free(&out);
        line_assembler_free(&a);
    }
}

static void lines_end_in_all_the_ways_there_are(void **state)
{
    (void)state;
#define LINES(in, expected) expect_lines(in, sizeof(in) - 1, expected)
    LINES("a\r\nb\nc", "1:a|2:b|3:c|");
    LINES("a\r\r\nb\r\n\r\n\r\nc\r\n", "1:a|2:b|5:c|");
    LINES("a\n\rb\n\rc", "1:a|2:b|3:c|");
    LINES("10%\r20%\r30%\r\nend\r\n", "1:10%|2:20%|3:30%|4:end|");
    LINES("\r\n\r\n# x", "3:# x|");
    LINES("", "");
    LINES("\r\r\r\n", "");
    LINES("\x1b[32m[000001]<I> hi\x1b[0m\r\n\x1b[0mnext\r\n", "1:[000001]<I> hi|2:next|");
    LINES("a\\x1b[1;36mb\\x1b[0m\r\nc^[[31md\n", "1:ab|2:cd|");
    LINES("ab\0c\7\r\nnetmx\b \bgr\n", "1:abc|2:netmgr|");
    LINES("C:\\echo ^_^\n", "1:C:\\echo ^_^|");
    LINES("cut \x1b[3", "1:cut |");
    LINES("\x1b]0;title\7x\n\x1b]endless", "1:x|");
}

static void an_endless_line_is_cut(void **state)
{
    (void)state;
    struct line_assembler a;
    struct line line;
    size_t cut = 0;
    char *much = malloc(100000);
    assert_non_null(much);
    memset(much, 'x', 100000);
    assert_true(line_assembler_init(&a));
    assert_true(line_assembler_add(&a, 0, (const uint8_t *)much, 100000));
    while (line_assembler_next(&a, &line)) {
        assert_int_equal(line.length, LINE_MAX_BYTES);
        assert_int_equal(line.number, 1);
        cut++;
    }
    assert_int_equal(cut, 100000 / LINE_MAX_BYTES);
    assert_true(line_assembler_flush(&a, &line));
    assert_int_equal(line.length, 100000 % LINE_MAX_BYTES);
    line_assembler_free(&a);
    free(much);
}

static void stamps_of_terminals_are_taken_off(void **state)
{
    (void)state;
    static const char *const stamped[] = {
        "[2019-01-30_15:55:26]x",      "[12:34:56.789] x",
        "[2019-01-30 15:55:26.123] x", "12:34:56.789 > x",
        "12:34:56.789 -> x",           "2019-01-30T15:55:26.123Z x",
        "2019-01-30T15:55:26+08:00 x", "[20190130 15:55:26]x",
        "2019/01/30 15:55:26,5 x",     "(12:34:56) x",
        "[12:34:56.789] [12:34:57] x", "[15:55:26:123]x",
    };
    for (size_t i = 0; i < sizeof stamped / sizeof stamped[0]; i++) {
        size_t n = prefix_host_stamp(stamped[i], strlen(stamped[i]));
        assert_string_equal(stamped[i] + n, "x");
    }
    static const char *const bare[] = {
        "[091050]<I> x", "20:f4:1b:88:5b:58", "[inf] f(1): x", "25:61:00 x", "# x", "", "[",
        "2019-01-30"};
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
        assert_int_equal(prefix_host_stamp(bare[i], strlen(bare[i])), 0);
}

static void prefixes_of_all_shapes_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *line, *body;
        char level;
    } cases[] = {
        {"[091050]<I> body", "body", 'I'},
        {"# [019960]<V> body", "body", 'V'},
        {" [  91.050]<E> MOD [func#12] : body", "body", 'E'},
        {"[inf] func(12): body", "body", 'I'},
        {"[dbg](829085) func(12): body", "body", 'D'},
        {"[err] body", "body", 'E'},
        {"203: body", "body", 0},
        {"I (427) boot: x", "boot: x", 'I'},
        {"[D][ota:143]: body", "body", 'D'},
        {"[1579511737.377][LK-0309] pub: t", "[LK-0309] pub: t", 0},
        {"mqtt_client|280 :: body", "body", 0},
        {"aos boot# body", "body", 0},
        {"[000001]<I> [000002]<E> body", "body", 'E'},
        {"[000002]<A> body", "body", 'V'},
        {"body", "body", 0},
    };
    struct prefix_segment s;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        prefix_segment(cases[i].line, strlen(cases[i].line), &s);
        assert_string_equal(cases[i].line + s.body, cases[i].body);
        assert_int_equal(s.level, cases[i].level);
    }
    static const char two[] = "[1]<I> one[22]<W> two";
    prefix_segment(two, strlen(two), &s);
    assert_int_equal(s.length, strlen("[1]<I> one"));
    prefix_segment(two + s.length, strlen(two) - s.length, &s);
    assert_int_equal(s.level, 'W');
    assert_string_equal(s.text + s.body, "two");
}

static void gbk_is_told_from_utf8(void **state)
{
    (void)state;
    char out[64];
    static const char gbk[] = "ssid:\xd6\xd0\xce\xc4";
    assert_true(encoding_is_gbk(gbk, sizeof gbk - 1));
    assert_false(encoding_is_gbk("\xe4\xb8\xad\xe6\x96\x87", 6));
    assert_false(encoding_is_gbk("plain", 5));
    assert_false(encoding_is_gbk("\xff\xfe\x00", 3));
    encoding_to_utf8(gbk, sizeof gbk - 1, out, sizeof out);
    assert_string_equal(out, "ssid:\xe4\xb8\xad\xe6\x96\x87");
    encoding_to_utf8("plain", 5, out, sizeof out);
    assert_string_equal(out, "plain");
    assert_true(encoding_to_utf8(gbk, sizeof gbk - 1, out, 7) < 7);
}

static void raw_lines_keep_what_cleaning_takes_out(void **state)
{
    static const char in[] = "plain\r\n\x1b[31mred\x1b[0m\r\n\x1b]0;t\7\r\nend";
    struct line_assembler a;
    struct line line;
    (void)state;
    assert_true(line_assembler_init(&a));
    a.keep_raw = true;
    assert_true(line_assembler_add(&a, 0, (const uint8_t *)in, sizeof in - 1));
    assert_true(line_assembler_next(&a, &line));
    assert_int_equal(line.raw_length, 0);
    assert_false(line.unfinished);
    assert_true(line_assembler_next(&a, &line));
    assert_int_equal(line.length, 3);
    assert_int_equal(line.raw_length, 12);
    assert_memory_equal(a.raw + line.raw_offset, "\x1b[31mred\x1b[0m", 12);
    /* A line of escapes alone is told too: who shows lines must not hide it. */
    assert_true(line_assembler_next(&a, &line));
    assert_int_equal(line.length, 0);
    assert_memory_equal(a.raw + line.raw_offset, "\x1b]0;t\7", 6);
    assert_false(line_assembler_next(&a, &line));
    assert_true(line_assembler_flush(&a, &line));
    assert_true(line.unfinished);
    line_assembler_free(&a);
}

static void expect_module(const char *line, const char *module)
{
    struct prefix_segment s;
    prefix_segment(line, strlen(line), &s);
    assert_int_equal(s.module_length, strlen(module));
    assert_true(s.module_length == 0 || memcmp(s.module, module, s.module_length) == 0);
}

static void modules_are_told(void **state)
{
    (void)state;
    expect_module("[  91.050]<I> MESH [umesh_init#12] : up", "MESH");
    expect_module("[inf] iotx_mc_connect(1234): mqtt connect", "iotx_mc_connect");
    expect_module("I (427) boot: ESP-IDF", "boot");
    expect_module("[D][ota:143]: begin", "ota");
    expect_module("[091050]<I> plain", "");
    expect_module("nothing at all", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_all_the_ways_there_are),
        cmocka_unit_test(an_endless_line_is_cut),
        cmocka_unit_test(stamps_of_terminals_are_taken_off),
        cmocka_unit_test(prefixes_of_all_shapes_are_known),
        cmocka_unit_test(gbk_is_told_from_utf8),
        cmocka_unit_test(raw_lines_keep_what_cleaning_takes_out),
        cmocka_unit_test(modules_are_told),
    };
    (void)load_rules;
    (void)free_rules;
    (void)judge_text;
    (void)read_text_file;
    return cmocka_run_group_tests_name("diagnose lines", tests, NULL, NULL);
}
