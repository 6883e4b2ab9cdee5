/*
 * Partition tables: of our board files and of AliOS C sources (board.c,
 * flash_partitions.c: both styles, #ifdef alternatives, expressions), looked over for what
 * costs people their network settings (facts/alios-build-boards.md B.3, guide FAQ 3).
 */
#ifndef OTACONSOLE_IMAGE_PARTITION_LINT_H
#define OTACONSOLE_IMAGE_PARTITION_LINT_H

#include "base/buffer.h"
#include "base/problem.h"
#include "board/board.h"

#define LINT_PARTITIONS_MAX 64
#define LINT_FINDINGS_MAX 64

struct lint_partition {
    char name[48];
    char owner[24]; /* "EMBEDDED", "SPI" ...: addresses of different flashes do not overlap */
    uint64_t start, size;
    unsigned line; /* of the file, 0 = of a board */
};

enum lint_weight { LINT_NOTE, LINT_WARNING, LINT_ERROR };

struct lint_finding {
    enum lint_weight weight;
    char code[32]; /* stable: "overlap", "ota-smaller", "kv-inside-ota", "misaligned" ... */
    char what[240];
    unsigned line;
};

struct lint_table {
    char title[120]; /* which table of the file: the #if branch taken */
    struct lint_partition partitions[LINT_PARTITIONS_MAX];
    unsigned count;
    struct lint_finding findings[LINT_FINDINGS_MAX];
    unsigned finding_count;
};

/*
 * All tables of a C source: one per combination of the #if branches that hold partitions (at most
 * 8). `defines` are NAME or NAME=VALUE as -D takes them. *tables is malloc'ed.
 */
enum problem_code partition_parse_c(const char *name, const char *text, size_t n,
                                    const char *const *defines, size_t define_count,
                                    struct lint_table **tables, unsigned *count,
                                    struct problem *problem);
void partition_from_board(const struct board *board, const struct board_generation *generation,
                          struct lint_table *table);
/* `sector` 0 = 4 KiB; `crc_groups`: addresses also count in 34-byte groups. Fills findings. */
void partition_lint(struct lint_table *table, uint32_t sector, bool crc_groups);
void partition_draw_text(const struct lint_table *table, unsigned columns, struct buffer *out);
void partition_draw_svg(const struct lint_table *table, struct buffer *out);

#endif
