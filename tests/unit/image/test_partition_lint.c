/* What is found in tables: the shipped ones of facts/alios-build-boards.md B.3, and made ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "board/board.h"
#include "image/partition_lint.h"
#include "partition_texts.h"

static const struct lint_flash mk3060_flash = {0x200000, 0x1000, true};
static const struct lint_flash unknown_flash = {0};
static struct lint_table table;

static void read_and_lint(const char *text, const struct lint_flash *flash)
{
    struct problem problem = PROBLEM_INIT;
    struct lint_table *tables;
    unsigned count;
    partition_parse_c("board.c", text, strlen(text), NULL, 0, &tables, &count, &problem);
    assert_int_equal(problem.code, PROBLEM_NONE);
    table = tables[0];
    free(tables);
    partition_lint(&table, flash);
}

static void begin(void)
{
    memset(&table, 0, sizeof table);
}

static void add(const char *owner, const char *name, uint64_t start, uint64_t size)
{
    struct lint_partition *p = &table.partitions[table.count++];
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(p->owner, sizeof p->owner, "%s", owner);
    p->start = start;
    p->size = size;
    p->line = table.count;
}

/* The usual four, without anything to find. */
static void add_usual(void)
{
    begin();
    add("EMBEDDED", "PARAMETER_1", 0x0, 0x1000);
    add("EMBEDDED", "PARAMETER_2", 0x1000, 0x1000);
    add("EMBEDDED", "APPLICATION", 0x2000, 0x10000);
    add("EMBEDDED", "OTA_TEMP", 0x12000, 0x10000);
}

static const struct lint_finding *found(const char *code, const char *words)
{
    for (unsigned i = 0; i < table.finding_count; i++) {
        if (strcmp(table.findings[i].code, code) == 0 && strstr(table.findings[i].what, words))
            return &table.findings[i];
    }
    return NULL;
}

static void expect(enum lint_weight weight, const char *code, const char *words)
{
    const struct lint_finding *f = found(code, words);
    if (!f)
        fail_msg("no %s with \"%s\"", code, words);
    assert_int_equal(f->weight, weight);
}

static void shipped_132_overlaps(void **state)
{
    (void)state;
    read_and_lint(MK3060_132, &mk3060_flash);
    expect(LINT_ERROR, "overlap", "0x29e00 (171520) bytes");
    assert_int_equal(found("overlap", "0x29e00")->line, 35);
    expect(LINT_NOTE, "overlap", "shipped so");
    expect(LINT_ERROR, "misaligned", "SPIFFS");
    expect(LINT_NOTE, "crc-group", "0x13200 (0x12000");
    assert_int_equal(partition_count_findings(&table, LINT_ERROR), 2);
    assert_int_equal(table.findings[0].weight, LINT_ERROR);
}

static void shipped_310_is_clean(void **state)
{
    (void)state;
    read_and_lint(MK3060_310("0xE5000"), &mk3060_flash);
    assert_int_equal(partition_count_findings(&table, LINT_ERROR), 0);
    assert_int_equal(partition_count_findings(&table, LINT_WARNING), 0);
    expect(LINT_NOTE, "crc-group", "0x1c01c (0x1a5c0");
    expect(LINT_NOTE, "gap", "0x1000 bytes (0x10000..0x11000)");
}

static void faq_3(void **state)
{
    (void)state;
    read_and_lint(MK3060_310("0xF1000"), &mk3060_flash);
    expect(LINT_ERROR, "boot-record-inside-ota", "0xf0000 is the most");
    assert_int_equal(partition_count_findings(&table, LINT_ERROR), 1);
    add_usual();
    table.partitions[1].start = 0x21000;
    partition_lint(&table, &unknown_flash);
    expect(LINT_ERROR, "kv-inside-ota", "network settings");
    assert_non_null(found("kv-inside-ota", "0xf000 is the most"));
}

static void different_flashes_are_not_compared(void **state)
{
    (void)state;
    add_usual();
    add("SPI", "RF_FIRMWARE", 0x0, 0x10000);
    partition_lint(&table, &unknown_flash);
    assert_int_equal(table.finding_count, 0);
    read_and_lint(MK3239, &unknown_flash);
    expect(LINT_WARNING, "owner", "OTA_TEMP");
    assert_null(found("gap", ""));
}

static void sizes(void **state)
{
    (void)state;
    add_usual();
    table.partitions[3].size = 0xF000;
    partition_lint(&table, &unknown_flash);
    expect(LINT_WARNING, "ota-smaller", "never be updated whole");
    add_usual();
    table.partitions[3].size = 0x7000;
    partition_lint(&table, &unknown_flash);
    expect(LINT_ERROR, "ota-smaller", "not even packed");
    add_usual();
    table.partitions[0].size = 0;
    partition_lint(&table, &unknown_flash);
    expect(LINT_ERROR, "zero-length", "PARAMETER_1");
    add_usual();
    partition_lint(&table, &(struct lint_flash){.size = 0x20000});
    expect(LINT_ERROR, "past-end", "OTA_TEMP (0x12000..0x22000) ends 0x2000 bytes behind");
}

static void alignment(void **state)
{
    (void)state;
    add_usual();
    table.partitions[3].start += 0x200;
    partition_lint(&table, &unknown_flash);
    expect(LINT_WARNING, "misaligned", "begins and ends inside a sector");
    assert_int_equal(partition_count_findings(&table, LINT_ERROR), 0);
    add_usual();
    table.partitions[2].size += 0x200;
    table.partitions[3].start += 0x200;
    partition_lint(&table, &unknown_flash);
    expect(LINT_ERROR, "misaligned", "OTA_TEMP begins at 0x12200, in a sector (0x12000) that APP");
    assert_int_equal(partition_count_findings(&table, LINT_ERROR), 1);
    /* Sectors of another size. */
    add_usual();
    partition_lint(&table, &(struct lint_flash){.sector = 0x10000});
    assert_non_null(found("misaligned", ""));
}

static void missing_and_logical(void **state)
{
    (void)state;
    begin();
    add("EMBEDDED", "BOOTLOADER", 0, 0x10000);
    add("EMBEDDED", "APPLICATION", 0, 0xAF000);
    partition_lint(&table, &unknown_flash);
    expect(LINT_WARNING, "overlap", "without the loader");
    expect(LINT_WARNING, "missing", "OTA_TEMP");
    expect(LINT_WARNING, "missing", "PARAMETER_1");
    expect(LINT_WARNING, "missing", "PARAMETER_2");
    /* What could not be read may be any of them. */
    begin();
    add("EMBEDDED", "APPLICATION", 0, 0x1000);
    table.incomplete = true;
    partition_lint(&table, &mk3060_flash);
    assert_null(found("missing", ""));
    assert_null(found("gap", ""));
    /* 3.1 left the norm of the tables before behind. */
    add_usual();
    add("EMBEDDED", "2ND_BOOT", 0x30000, 0x1000);
    add("EMBEDDED", "BOOTLOADER", 0x40000, 0x2000);
    add("EMBEDDED", "PARAMETER_4", 0x41000, 0x1000);
    partition_lint(&table, &unknown_flash);
    expect(LINT_ERROR, "overlap", "PARAMETER_4");
}

static void boards_of_ours(void **state)
{
    (void)state;
    static const char *const dirs[] = {"boards"}, *const names[] = {"mk3060", "mk3080", "esp8266"};
    for (size_t i = 0; i < 3; i++) {
        struct problem problem = PROBLEM_INIT;
        struct board *board;
        assert_int_equal(board_load(names[i], dirs, 1, &board, NULL, &problem), PROBLEM_NONE);
        for (size_t g = 0; g < board->generation_count; g++) {
            struct lint_flash flash;
            partition_from_board(board, &board->generations[g], &table, &flash);
            partition_lint(&table, &flash);
            assert_int_equal(table.count, board->generations[g].partition_count);
            assert_true(table.partitions[0].line > 0);
            /* The one release whose fault it is known for (facts, B.3). */
            bool known = strcmp(board->generations[g].id, "1.3.2") == 0;
            assert_int_equal(partition_count_findings(&table, LINT_ERROR), known ? 2 : 0);
        }
        board_free(board);
    }
}

static void findings_are_bounded(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < 2 * LINT_FINDINGS_MAX; i++)
        partition_add_finding(&table, LINT_NOTE, "x", i, "%u", i);
    partition_add_finding(&table, LINT_ERROR, "y", 1, "the last straw");
    assert_int_equal(table.finding_count, LINT_FINDINGS_MAX);
    assert_int_equal(partition_count_findings(&table, LINT_ERROR), 1);
}

/* --- maps -------------------------------------------------------------------------------- */

static void text_map(void **state)
{
    (void)state;
    struct buffer map = {0};
    read_and_lint(MK3060_132, &mk3060_flash);
    partition_draw_text(&table, 80, &map);
    const char *text = buffer_text(&map);
    assert_non_null(strstr(text, "0x013000 .. 0x0e1000    824 KiB |"));
    assert_non_null(strstr(text, "! 0x29e00 bytes also in OTA_TEMP"));
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        const char *bar = memchr(line, '|', n);
        assert_non_null(bar);
        assert_int_equal(bar - line, 34);
        assert_int_equal(bar[23], '|'); /* 80 - 58 cells */
        line += n + (line[n] == '\n');
    }
    buffer_clear(&map);
    partition_draw_text(&table, 0, &map);
    assert_true(map.length > 0);
    buffer_clear(&map);
    begin();
    partition_draw_text(&table, 80, &map);
    assert_int_equal(map.length, 0);
    buffer_free(&map);
}

static void picture(void **state)
{
    (void)state;
    struct buffer svg = {0};
    begin();
    snprintf(table.title, sizeof table.title, "<&\"'\x01\xff>");
    add("A<B", "X&Y", 0, UINT32_MAX);
    add("EMBEDDED", "Z", 0, 0);
    partition_draw_svg(&table, 1, &svg);
    const char *text = buffer_text(&svg);
    assert_null(strstr(text, "X&Y"));
    assert_null(strstr(text, "A<B"));
    assert_non_null(strstr(text, "X&#38;Y"));
    assert_non_null(strstr(text, "&#60;&#38;&#34;&#39;??&#62;"));
    assert_non_null(strstr(text, "</svg>\n"));
    buffer_free(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_132_overlaps),
        cmocka_unit_test(shipped_310_is_clean),
        cmocka_unit_test(faq_3),
        cmocka_unit_test(different_flashes_are_not_compared),
        cmocka_unit_test(sizes),
        cmocka_unit_test(alignment),
        cmocka_unit_test(missing_and_logical),
        cmocka_unit_test(boards_of_ours),
        cmocka_unit_test(findings_are_bounded),
        cmocka_unit_test(text_map),
        cmocka_unit_test(picture),
    };
    return cmocka_run_group_tests_name("partition lint", tests, NULL, NULL);
}
