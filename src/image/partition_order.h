/* Partitions of one flash in the order of their addresses: for the checks and the maps. */
#ifndef OTACONSOLE_IMAGE_PARTITION_ORDER_H
#define OTACONSOLE_IMAGE_PARTITION_ORDER_H

#include "image/partition_lint.h"

/*
 * Wider holes are no holes: a table that gives an offset in one flash the name of another
 * (mk3166 and mk3239 do) would have them.
 */
#define PARTITION_GAP_MAX ((uint64_t)0x2000000)

struct partition_order {
    const struct lint_partition *list[LINT_PARTITIONS_MAX]; /* by start, the larger one first */
    unsigned count;
};

/* Flashes that the table speaks of, in the table's order. */
unsigned partition_owners(const struct lint_table *table, const char *owners[LINT_PARTITIONS_MAX]);
void partition_sort(const struct lint_table *table, const char *owner,
                    struct partition_order *order);
/* NULL when there is none. */
const struct lint_partition *partition_named(const struct lint_table *table, const char *name);

static inline uint64_t partition_end(const struct lint_partition *p)
{
    return p->start + p->size;
}

/* Bytes that both lay claim to; 0 for different flashes. */
uint64_t partition_shared(const struct lint_partition *a, const struct lint_partition *b);

#endif
