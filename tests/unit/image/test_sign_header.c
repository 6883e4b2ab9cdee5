/* ota_public_key_config.h: what we write reads back, what people have reads too, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/sign.h"

static struct image_public_key key;
static struct problem problem;
static char modulus[4000]; /* the bytes of `key`, as text */
static struct buffer text;

static int setup(void **state)
{
    size_t used = 0;
    (void)state;
    for (unsigned i = 0; i < IMAGE_SIGN_MODULUS; i++) {
        key.modulus[i] = (uint8_t)(i * 37 + 0xC1);
        used += (size_t)snprintf(modulus + used, sizeof modulus - used, "%s%u", i ? "," : "",
                                 key.modulus[i]);
    }
    key.modulus[0] = 193;
    memcpy(key.exponent, "\x01\x00\x01", 3);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    buffer_free(&text);
    return 0;
}

/* Read from memory that ends where the text does. */
static enum problem_code read_text(const char *words, size_t n, struct image_public_key *out)
{
    char *copy = malloc(n ? n : 1);
    memcpy(copy, words, n);
    problem = (struct problem)PROBLEM_INIT;
    enum problem_code code = sign_header_read("key.h", copy, n, out, &problem);
    free(copy);
    assert_int_equal(code, problem.code);
    return code;
}

static enum problem_code read_buffer(struct image_public_key *out)
{
    return read_text(buffer_text(&text), text.length, out);
}

static void good(void)
{
    struct image_public_key back;
    if (read_buffer(&back) != PROBLEM_NONE)
        fail_msg("%s: %s", problem.where, problem.what);
    assert_memory_equal(&back, &key, sizeof key);
    buffer_clear(&text);
}

static void bad(const char *where, const char *words)
{
    struct image_public_key back;
    assert_int_equal(read_buffer(&back), PROBLEM_CONFIG);
    assert_string_equal(problem.where, where);
    if (!strstr(problem.what, words))
        fail_msg("\"%s\" is not in: %s", words, problem.what);
    assert_true(problem.hint[0] != '\0');
    buffer_clear(&text);
}

#define EXPONENT "const unsigned char ota_pube_buf[3] = {0x01, 0x00, 0x01};\n"

static void what_is_written_reads_back(void **state)
{
    (void)state;
    sign_header_write(&key, &text);
    assert_false(text.failed);
    good();
}

static void any_shape_people_give_it_reads(void **state)
{
    (void)state;
    buffer_format(&text, "unsigned char ota_pubn_buf[256]={%s};" EXPONENT, modulus);
    good();
    buffer_format(&text, EXPONENT "\r\nuint8_t\tota_pubn_buf\r\n[ ] =\v{ %s , } ;\r\n", modulus);
    good();
    buffer_format(&text,
                  "const __attribute__((section(\".rodata\"))) unsigned char "
                  "ota_pubn_buf[LENGTH] __attribute__((aligned(4))) = {%s};" EXPONENT,
                  modulus);
    good();
    buffer_format(&text, "char ota_pubn_buf[] = {%s};char ota_pube_buf[] = {1u, 00, 0X01UL}",
                  modulus);
    good();
    /* A splice in the middle of a number, a comment between numbers. */
    buffer_format(&text, "char ota_pubn_buf[] = {1\\\n9\\\r\n3/*,1,*/%s};//\\\n}\n" EXPONENT,
                  modulus + 3);
    good();
}

static void placeholders_beside_the_key_do_not_count(void **state)
{
    (void)state;
    buffer_format(
        &text,
        "/* const unsigned char ota_pubn_buf[256] = {0x00, }; */\n"
        "// char ota_pubn_buf[256] = {0}; \\\n char ota_pubn_buf[256] = {2};\n"
        "extern const unsigned char ota_pubn_buf[256];\n"
        "const char *s = \"char ota_pubn_buf[1] = {0}; \\\"/*\", c = '\"', d = '\\'';\n"
        "#if 0\nchar ota_pubn_buf[256] = {0}; /* don't\n#endif */ it's\n"
        "#if 1\nchar ota_pube_buf[3] = {9};\n#endif\n#endif\n"
        "char ota_pubn_buf[256] = {%s};\n" EXPONENT
        "int f(void) { ota_pubn_buf[0] = 1; return g(ota_pubn_buf, sizeof(ota_pube_buf)); }",
        modulus);
    good();
}

static void conditions_that_are_known_choose(void **state)
{
    (void)state;
    buffer_format(
        &text,
        "#if 1 // here\nchar ota_pubn_buf[256] = {%s};\n#else\nchar ota_pubn_buf[256] = {0};\n"
        "#endif\n" EXPONENT,
        modulus);
    good();
    buffer_format(&text,
                  "# if 0\nchar ota_pubn_buf[256] = {0};\n#elif 0\nchar ota_pubn_buf[2] = {1};\n"
                  "#elif 1\nchar ota_pubn_buf[256] = {\n#if 0\n9,\n#endif\n%s};\n#elif X\n"
                  "char ota_pubn_buf[256] = {0};\n#else\nchar ota_pubn_buf[256] = {0};\n"
                  "#endif\n" EXPONENT,
                  modulus);
    good();
    buffer_format(&text,
                  "#ifndef KEY_H\n#define KEY_H \\\n char ota_pubn_buf[256] = {0};\n#ifdef A\n"
                  "char ota_pubn_buf[256] = {%s};\n#endif\n" EXPONENT "#endif\n",
                  modulus);
    good();
    /* The same key twice is no question. */
    buffer_format(
        &text,
        "#ifdef A\nchar ota_pubn_buf[256] = {%s};\n#else\nchar ota_pubn_buf[256] = {%s};\n"
        "#endif\n" EXPONENT,
        modulus, modulus);
    good();
}

static void two_keys_are_a_question(void **state)
{
    (void)state;
    buffer_format(
        &text,
        "#ifdef A\nchar ota_pubn_buf[256] = {%s};\n#else\n\nchar ota_pubn_buf[256] = {0};\n"
        "#endif\n" EXPONENT,
        modulus);
    bad("key.h:5", "another one than in line 2");
    buffer_format(&text,
                  "char ota_pubn_buf[256] = {\n#ifdef A\n%s\n#else\n,%s\n#endif\n};\n" EXPONENT,
                  modulus, modulus);
    bad("key.h:1", "512 bytes instead of 256");
}

static void the_zero_placeholder_reads_as_zero(void **state)
{
    struct image_public_key back;
    (void)state;
    buffer_append_text(&text, "static unsigned char ota_pubn_buf[256] = {0x00};\n" EXPONENT);
    assert_int_equal(read_buffer(&back), PROBLEM_NONE);
    assert_int_equal(sign_key_examine(&back), SIGN_KEY_ZERO);
    buffer_clear(&text);
    buffer_append_text(&text, "char ota_pubn_buf[256] = {};\n" EXPONENT);
    assert_int_equal(read_buffer(&back), PROBLEM_NONE);
    assert_int_equal(sign_key_examine(&back), SIGN_KEY_ZERO);
}

static void mistakes_are_named_with_their_place(void **state)
{
    (void)state;
    buffer_append_text(&text, "\n\nchar ota_pubn_buf[256] = {1, 2};\n" EXPONENT);
    bad("key.h:3", "ota_pubn_buf has 2 bytes instead of 256");
    buffer_format(&text, "char ota_pubn_buf[257] = {%s, 1};\n" EXPONENT, modulus);
    bad("key.h:1", "257 bytes");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {1,\n2,\n256};");
    bad("key.h:3", "\"256\" is no byte");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {1,\n0x};");
    bad("key.h:2", "\"0x\" is no byte");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {09};");
    bad("key.h:1", "\"09\" is no byte");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {0xA9 0x82};");
    bad("key.h:1", "than a comma");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {KEY};");
    bad("key.h:1", "\"KEY\" is no byte");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {-1};");
    bad("key.h:1", "sign of another kind");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {\"\\xA9\"};");
    bad("key.h:1", "not a text");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {1, 2,\n");
    bad("key.h:2", "does not end");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {1, 2");
    bad("key.h:1", "does not end");
    buffer_append_text(&text, "char ota_pubn_buf[256] = {1, /* 2};");
    bad("key.h:1", "does not end");
    buffer_append_text(&text, "int x;\n#endif\n");
    bad("key.h:2", "no #if");
    buffer_append_text(
        &text, "char ota_pubn_buf[256] = {0x00000000000000000000000000000000000000000001};");
    bad("key.h:1", "\"...\" is no byte");
}

static void a_missing_array_is_named(void **state)
{
    (void)state;
    bad("key.h", "ota_pubn_buf[256]");
    buffer_append_text(&text, EXPONENT);
    bad("key.h", "ota_pubn_buf[256]");
    buffer_format(&text, "char ota_pubn_buf[256] = {%s};", modulus);
    bad("key.h", "ota_pube_buf[3]");
    buffer_format(&text, "char my_ota_pubn_buf[256] = {%s};" EXPONENT, modulus);
    bad("key.h", "ota_pubn_buf[256]");
    buffer_append_text(&text, "char ota_pubn_buf");
    bad("key.h", "ota_pubn_buf[256]");
    buffer_append_text(&text, "char ota_pubn_buf[256] = ");
    bad("key.h", "ota_pubn_buf[256]");
}

static void hostile_text_ends_soon(void **state)
{
    struct image_public_key back;
    (void)state;
    for (unsigned i = 0; i < 65; i++)
        buffer_append_text(&text, "#if 1\n");
    bad("key.h:65", "nested");
    static const char *const hostile[] = {"'\\",    "ota_pubn_buf(",     "\\\n", "/*", "#if 0\n",
                                          "\"\\\n", "ota_pubn_buf[]={1,"};
    for (unsigned k = 0; k < sizeof hostile / sizeof hostile[0]; k++) {
        while (text.length < 256u * 1024)
            buffer_append_text(&text, hostile[k]);
        assert_int_equal(read_buffer(&back), PROBLEM_CONFIG);
        buffer_clear(&text);
    }
    buffer_append(&text, "ota_pubn_buf\0[256] = {\0}", 24);
    assert_int_equal(read_buffer(&back), PROBLEM_CONFIG);
}

/* However it is cut, it is either refused or, when only the end was cut, the same key. */
static void a_cut_file_is_never_another_key(void **state)
{
    struct image_public_key back;
    (void)state;
    sign_header_write(&key, &text);
    for (size_t n = 0; n < text.length; n++) {
        if (read_text(buffer_text(&text), n, &back) == PROBLEM_NONE)
            assert_memory_equal(&back, &key, sizeof key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_is_written_reads_back, clear),
        cmocka_unit_test_teardown(any_shape_people_give_it_reads, clear),
        cmocka_unit_test_teardown(placeholders_beside_the_key_do_not_count, clear),
        cmocka_unit_test_teardown(conditions_that_are_known_choose, clear),
        cmocka_unit_test_teardown(two_keys_are_a_question, clear),
        cmocka_unit_test_teardown(the_zero_placeholder_reads_as_zero, clear),
        cmocka_unit_test_teardown(mistakes_are_named_with_their_place, clear),
        cmocka_unit_test_teardown(a_missing_array_is_named, clear),
        cmocka_unit_test_teardown(hostile_text_ends_soon, clear),
        cmocka_unit_test_teardown(a_cut_file_is_never_another_key, clear),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
