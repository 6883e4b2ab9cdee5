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

#define LINT_TABLES_MAX 8
#define LINT_PARTITIONS_MAX 64
#define LINT_FINDINGS_MAX 64

struct lint_partition {
    char name[48];
    char owner[24]; /* "EMBEDDED", "SPI" ...: addresses of different flashes do not overlap */
    uint64_t start, size;
    unsigned line; /* of the file, 0 = unknown */
};

enum lint_weight { LINT_NOTE, LINT_WARNING, LINT_ERROR };

struct lint_finding {
    enum lint_weight weight;
    char code[32]; /* stable: "overlap", "ota-smaller", "kv-inside-ota", "misaligned" ... */
    char what[240];
    unsigned line;
};

struct lint_table {
    char title[120]; /* which table of the file: the array, and the #if branch taken */
    struct lint_partition partitions[LINT_PARTITIONS_MAX];
    unsigned count;
    struct lint_finding findings[LINT_FINDINGS_MAX];
    unsigned finding_count;
    bool incomplete; /* some partition has no known place: it is in a finding, not here */
};

/* What the addresses are of. */
struct lint_flash {
    uint64_t size;   /* 0 = unknown; it begins at address 0 otherwise */
    uint32_t sector; /* erase unit, 0 = 4 KiB */
    bool crc_groups; /* code is stored in groups of 34 bytes */
};

/*
 * All tables of a C source: one per array and combination of the #if branches that hold
 * partitions (at most LINT_TABLES_MAX), with findings on how they are written. `defines` are NAME
 * or NAME=VALUE as -D takes them. *tables is malloc'ed.
 */
enum problem_code partition_parse_c(const char *name, const char *text, size_t n,
                                    const char *const *defines, size_t define_count,
                                    struct lint_table **tables, unsigned *count,
                                    struct problem *problem);
void partition_from_board(const struct board *board, const struct board_generation *generation,
                          struct lint_table *table, struct lint_flash *flash);
/* Adds findings and puts all of them in order: the heaviest first, then by line. */
void partition_lint(struct lint_table *table, const struct lint_flash *flash);
unsigned partition_count_findings(const struct lint_table *table, enum lint_weight weight);
const char *partition_weight_name(enum lint_weight weight);
/* One more finding; beyond the last place the heaviest weight is kept and the rest counted out. */
void partition_add_finding(struct lint_table *table, enum lint_weight weight, const char *code,
                           unsigned line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A map for a terminal of that many columns (at least 60). */
void partition_draw_text(const struct lint_table *table, unsigned columns, struct buffer *out);
/* One picture, a map below the other. */
void partition_draw_svg(const struct lint_table *tables, unsigned count, struct buffer *out);

#endif
