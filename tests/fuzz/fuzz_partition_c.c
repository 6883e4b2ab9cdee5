/* Any text as a board's C source: tables or a refusal in words, and always an end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/partition_lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct lint_table *table)
{
    static const struct lint_flash flash = {0x200000, 0x1000, true};
    struct buffer map = {0};
    partition_lint(table, &flash);
    if (table->count > LINT_PARTITIONS_MAX || table->finding_count > LINT_FINDINGS_MAX)
        abort();
    for (unsigned i = 0; i < table->finding_count; i++) {
        if (!table->findings[i].code[0] || !table->findings[i].what[0])
            abort();
    }
    partition_draw_text(table, 80, &map);
    buffer_free(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const defines[] = {"DEFINED", "SIZE=0x1000"};
    struct lint_table *tables;
    unsigned count;
    struct problem problem = PROBLEM_INIT;
    struct buffer picture = {0};
    if (partition_parse_c("fuzz.c", (const char *)data, size, defines, 2, &tables, &count,
                          &problem) != PROBLEM_NONE) {
        if (tables || !problem.what[0] || !problem.hint[0])
            abort();
        return 0;
    }
    if (!count || count > LINT_TABLES_MAX)
        abort();
    for (unsigned i = 0; i < count; i++)
        check(&tables[i]);
    partition_draw_svg(tables, count, &picture);
    buffer_free(&picture);
    free(tables);
    return 0;
}
