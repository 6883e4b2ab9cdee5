/* Partition tables read from C: both styles, expressions, #if alternatives, and hostile files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "image/partition_lint.h"
#include "partition_texts.h"

static struct lint_table *tables;
static unsigned count;
static struct problem problem;

static enum problem_code parse_with(const char *text, const char *const *defines, size_t n)
{
    free(tables);
    problem = (struct problem)PROBLEM_INIT;
    return partition_parse_c("board.c", text, strlen(text), defines, n, &tables, &count, &problem);
}

static enum problem_code parse(const char *text)
{
    return parse_with(text, NULL, 0);
}

static int forget(void **state)
{
    (void)state;
    free(tables);
    tables = NULL;
    return 0;
}

static const struct lint_partition *named(unsigned table, const char *name)
{
    for (unsigned i = 0; i < tables[table].count; i++) {
        if (strcmp(tables[table].partitions[i].name, name) == 0)
            return &tables[table].partitions[i];
    }
    return NULL;
}

static void expect_at(unsigned table, const char *name, uint64_t start, uint64_t size)
{
    const struct lint_partition *p = named(table, name);
    if (!p)
        fail_msg("no %s", name);
    assert_int_equal(p->start, start);
    assert_int_equal(p->size, size);
}

static const struct lint_finding *found(unsigned table, const char *code)
{
    for (unsigned i = 0; i < tables[table].finding_count; i++) {
        if (strcmp(tables[table].findings[i].code, code) == 0)
            return &tables[table].findings[i];
    }
    return NULL;
}

static void designated_style(void **state)
{
    (void)state;
    assert_int_equal(parse(MK3060_132), PROBLEM_NONE);
    assert_int_equal(count, 1);
    assert_string_equal(tables[0].title, "hal_partitions");
    assert_int_equal(tables[0].count, 8);
    assert_int_equal(tables[0].finding_count, 0);
    expect_at(0, "OTA_TEMP", 0xB7200, 0xCE000);
    expect_at(0, "PARAMETER_4", 0xD000, 0x1000);
    assert_string_equal(named(0, "APPLICATION")->owner, "EMBEDDED");
    assert_int_equal(named(0, "BOOTLOADER")->line, 3);
    assert_int_equal(named(0, "PARAMETER_1")->line, 11);
}

static void assignment_style(void **state)
{
    (void)state;
    assert_int_equal(parse(MK3239), PROBLEM_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(tables[0].count, 5);
    expect_at(0, "APPLICATION", 0x08008000, 0xF8000);
    expect_at(0, "OTA_TEMP", 0x70000, 0xF8000);
    assert_string_equal(named(0, "PARAMETER_2")->owner, "QSPI");
    assert_non_null(found(0, "comma"));
    assert_int_equal(found(0, "comma")->weight, LINT_NOTE);
    assert_null(found(0, "defined-twice"));
}

static void other_shapes(void **state)
{
    (void)state;
    /* Positional values, attributes, several arrays, other arrays in between. */
    assert_int_equal(
        parse("static const int pins[] = { [PIN_A] = { 1, 2 }, };\n"
              "const hal_logic_partition_t part_a[HAL_PARTITION_MAX] __attribute__((used)) = {\n"
              " [HAL_PARTITION_APPLICATION] = { HAL_FLASH_SPI, \"app\", 0x1000, 0x2000, 3 },\n"
              "};\nhal_logic_partition_t part_b[] = {\n"
              " [PARTITION_OTA_TEMP] = { .partition_length = 4096, .partition_start_addr = 0x10 }\n"
              "};\n"
              "if (part_a[HAL_PARTITION_APPLICATION].partition_start_addr == 7) x[1] = 2;\n"),
        PROBLEM_NONE);
    assert_int_equal(count, 2);
    assert_string_equal(tables[0].title, "part_a");
    expect_at(0, "APPLICATION", 0x1000, 0x2000);
    assert_string_equal(named(0, "APPLICATION")->owner, "SPI");
    assert_string_equal(tables[1].title, "part_b");
    expect_at(1, "OTA_TEMP", 0x10, 4096);
}

static void expressions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        {"0x9E000 + 0x40000", 0xDE000},
        {"CAPACITY - 4 * 0x1000", 0x1FC000},
        {"(CAPACITY/2) - 0x8000 - 4 * 0x1000", 0xF4000},
        {"(uint32_t)(0x1000UL << 4)", 0x10000},
        {"(unsigned long)0x10u | 010", 0x18},
        {"KB(4) + KB(1 + 1)", 6144},
        {"BAD_KB(1 + 1)", 1025}, /* as the compiler reads it: 1 + 1 * 1024 */
        {"A_PLUS * 2", 0x1000 + 0x2000 * 2},
        {"0b1010 % 4", 2},
        {"SIZE ? SIZE : 1", 0x300},
        {"~0xFFF & 0x12345", 0x12000},
        {"1 == 1 && 2 > 1 || 0", 1},
        {"(uint8_t)0x1ff + -(-1)", 0x100},
        {"'A'", 65},
        {"0x1000 /* many\nlines */ \\\n + 1", 0x1001},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "#define CAPACITY 0x200000UL // total\n#define SIZE (0x100 * 3)\n"
                 "#define KB(x) ((x) * 1024)\n#define BAD_KB(x) x * 1024\n"
                 "#define A_PLUS 0x1000 + 0x2000\n" BEGIN
                 "[HAL_PARTITION_APPLICATION] = { .partition_start_addr = %s, "
                 ".partition_length = 1 }" END,
                 rows[i].text);
        if (parse(text) != PROBLEM_NONE || !named(0, "APPLICATION") ||
            named(0, "APPLICATION")->start != rows[i].value)
            fail_msg("%s", rows[i].text);
    }
}

static void what_has_no_value_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"1 / 0", "divides by zero"},
        {"0x7fffffffffffffff + 1", "too large"},
        {"0xffffffffffffffff", "too large"},
        {"0 - 0x1000", "negative"},
        {"1 << 99", "impossible"},
        {"size_of_it()", "before the firmware runs"},
        {"other[PARTITION_X].partition_start_addr", "before the firmware runs"},
        {"(up = 0x0)", "no constant"},
        {"\"0x1000\"", "no constant"},
        {"1.5", "no whole number"},
        {"1 +", "not complete"},
        {"LOOP_A", "LOOP_A, in the start of"},
        {"UNKNOWN + 1", "-D UNKNOWN=VALUE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "#define LOOP_A LOOP_B\n#define LOOP_B LOOP_A\n" BEGIN
                 "[HAL_PARTITION_APPLICATION] = { .partition_start_addr = %s, "
                 ".partition_length = 1 }" END,
                 rows[i].text);
        assert_int_equal(parse(text), PROBLEM_NONE);
        assert_true(tables[0].incomplete);
        assert_int_equal(tables[0].finding_count, 1);
        assert_int_equal(tables[0].findings[0].weight, LINT_ERROR);
        assert_true(tables[0].findings[0].line != 0);
        if (!strstr(tables[0].findings[0].what, rows[i].words))
            fail_msg("%s: %s", rows[i].text, tables[0].findings[0].what);
    }
}

static void defines_of_the_command_line(void **state)
{
    (void)state;
    static const char *const defines[] = {"BASE=0x100000", "MORE"};
    const char *text = BEGIN ENTRY("APPLICATION", "BASE + MORE", "0x1000") END;
    assert_int_equal(parse(text), PROBLEM_NONE);
    assert_int_equal(tables[0].count, 0);
    assert_int_equal(tables[0].finding_count, 1);
    assert_int_equal(tables[0].findings[0].line, 7);
    assert_int_equal(parse_with(text, defines, 2), PROBLEM_NONE);
    expect_at(0, "APPLICATION", 0x100001, 0x1000);
    static const char *const bad[] = {"=1"};
    assert_int_equal(parse_with(text, bad, 1), PROBLEM_USAGE);
}

static void alternatives(void **state)
{
    (void)state;
    const char *text =
        "#ifndef BOARD_H\n#define BOARD_H\n#ifdef SIM\nint x;\n#endif\n"
        "#if defined(BIG) && !defined(SMALL)\n#define LENGTH 0x2000\n"
        "#else\n#define LENGTH 0x1000\n#endif\n"
        "#ifndef START\n#define START 0x400\n#endif\n" BEGIN ENTRY(
            "APPLICATION", "START",
            "LENGTH") "#if 0\n" ENTRY("OTA_TEMP", "0",
                                      "1") "#endif\n#ifdef BIG\n" ENTRY("SPIFFS", "0x8000",
                                                                        "0x1000") "#endif\n" END
                                                                                  "#endif\n";
    assert_int_equal(parse(text), PROBLEM_NONE);
    /* BIG not defined; BIG alone; BIG and SMALL. SIM has no say in the table. */
    assert_int_equal(count, 3);
    expect_at(0, "APPLICATION", 0x400, 0x1000);
    assert_null(named(0, "SPIFFS"));
    assert_non_null(strstr(tables[0].title, "BIG not defined"));
    expect_at(1, "APPLICATION", 0x400, 0x2000);
    assert_non_null(named(1, "SPIFFS"));
    expect_at(2, "APPLICATION", 0x400, 0x1000);
    assert_non_null(strstr(tables[2].title, "BIG defined, SMALL defined"));
    static const char *const defines[] = {"BIG", "SMALL=0"};
    assert_int_equal(parse_with(text, defines, 2), PROBLEM_NONE);
    assert_int_equal(count, 1);
    assert_string_equal(tables[0].title, "hal_partitions");
    expect_at(0, "APPLICATION", 0x400, 0x1000);
}

static void values_in_conditions(void **state)
{
    (void)state;
    const char *text =
        BEGIN "#if KIND == 2\n" ENTRY("APPLICATION", "2", "1") "#elif KIND == 3\n" ENTRY(
            "APPLICATION", "3", "1") "#else\n" ENTRY("APPLICATION", "4", "1") "#endif\n" END;
    assert_int_equal(parse(text), PROBLEM_NONE);
    assert_int_equal(count, 3);
    expect_at(0, "APPLICATION", 4, 1);
    assert_non_null(strstr(tables[0].title, "KIND == 2 does not hold"));
    expect_at(1, "APPLICATION", 3, 1);
    expect_at(2, "APPLICATION", 2, 1);
    static const char *const three[] = {"KIND=3"};
    assert_int_equal(parse_with(text, three, 1), PROBLEM_NONE);
    assert_int_equal(count, 1);
    expect_at(0, "APPLICATION", 3, 1);
}

static void too_many_alternatives_are_said(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, BEGIN);
    for (unsigned i = 0; i < 12; i++)
        buffer_format(
            &text, "#ifdef M%u\n[HAL_PARTITION_C%u] = { .partition_start_addr = %u }, \n#endif\n",
            i, i, i);
    buffer_append_text(&text, ENTRY("APPLICATION", "0", "1") END);
    assert_int_equal(parse(buffer_text(&text)), PROBLEM_NONE);
    assert_int_equal(count, LINT_TABLES_MAX);
    assert_non_null(found(0, "more-tables"));
    buffer_free(&text);
}

static void twice_defined(void **state)
{
    (void)state;
    assert_int_equal(parse(BEGIN ENTRY("PARAMETER_4", "0x1000", "0x1000")
                               ENTRY("PARAMETER_4", "0x2000", "0x1000") END),
                     PROBLEM_NONE);
    assert_int_equal(tables[0].count, 1);
    expect_at(0, "PARAMETER_4", 0x2000, 0x1000);
    assert_int_equal(found(0, "defined-twice")->line, 11);
    assert_non_null(strstr(found(0, "defined-twice")->what, "line 3"));
    /* An alias is the partition that it stands for. */
    assert_int_equal(parse("#define HAL_PARTITION_META HAL_PARTITION_CUSTOM_1\n" BEGIN ENTRY(
                         "META", "0x1000", "1") ENTRY("CUSTOM_1", "0x2000", "1") END),
                     PROBLEM_NONE);
    assert_non_null(found(0, "defined-twice"));
}

static void no_table(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "int main(void) { return 0; }\n",
                                        "/* never closed",
                                        "\"never closed",
                                        "#if",
                                        "[",
                                        "a[",
                                        "hal_partitions[X].",
                                        "[HAL_PARTITION_A] = {",
                                        "#define",
                                        "\\",
                                        "#if (\n#endif"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(parse(texts[i]), PROBLEM_CONFIG);
        assert_null(tables);
        assert_true(problem.hint[0] != '\0');
    }
}

/* Doubling macros, deep brackets, deep #ifs, many words: refused or bounded, and soon. */
static void hostile(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "#define A0 1\n");
    for (unsigned i = 1; i < 60; i++)
        buffer_format(&text, "#define A%u (A%u + A%u)\n", i, i - 1, i - 1);
    buffer_append_text(&text, BEGIN ENTRY("APPLICATION", "A59", "1") END);
    assert_int_equal(parse(buffer_text(&text)), PROBLEM_NONE);
    assert_non_null(found(0, "no-value"));

    buffer_clear(&text);
    buffer_append_text(&text, BEGIN "[HAL_PARTITION_A] = { .partition_start_addr = ");
    for (unsigned i = 0; i < 200; i++)
        buffer_append_text(&text, i % 2 ? "-" : "(");
    buffer_append_text(&text, "1 }" END);
    assert_int_equal(parse(buffer_text(&text)), PROBLEM_NONE);
    assert_non_null(strstr(tables[0].findings[0].what, "nested too deeply"));

    buffer_clear(&text);
    for (unsigned i = 0; i < 2000; i++)
        buffer_append_text(&text, "#ifdef X\n");
    buffer_append_text(&text, MK3239);
    assert_int_equal(parse(buffer_text(&text)), PROBLEM_CONFIG);

    buffer_clear(&text);
    for (unsigned i = 0; i < 250000; i++)
        buffer_append_text(&text, "x ");
    assert_int_equal(parse(buffer_text(&text)), PROBLEM_CONFIG);

    buffer_clear(&text);
    buffer_append_text(&text, BEGIN);
    for (unsigned i = 0; i < 300; i++)
        buffer_format(&text, "[HAL_PARTITION_P%u] = { .partition_start_addr = Q%u },\n", i, i);
    buffer_append_text(&text, END);
    assert_int_equal(parse(buffer_text(&text)), PROBLEM_NONE);
    assert_int_equal(tables[0].finding_count, LINT_FINDINGS_MAX);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(designated_style),
        cmocka_unit_test(assignment_style),
        cmocka_unit_test(other_shapes),
        cmocka_unit_test(expressions),
        cmocka_unit_test(what_has_no_value_is_named),
        cmocka_unit_test(defines_of_the_command_line),
        cmocka_unit_test(alternatives),
        cmocka_unit_test(values_in_conditions),
        cmocka_unit_test(too_many_alternatives_are_said),
        cmocka_unit_test(twice_defined),
        cmocka_unit_test(no_table),
        cmocka_unit_test(hostile),
    };
    return cmocka_run_group_tests_name("partition C", tests, NULL, forget);
}
