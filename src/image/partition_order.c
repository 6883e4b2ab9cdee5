#include "image/partition_order.h"

#include <string.h>

unsigned partition_owners(const struct lint_table *table, const char *owners[LINT_PARTITIONS_MAX])
{
    unsigned count = 0;
    for (unsigned i = 0; i < table->count; i++) {
        unsigned k = 0;
        while (k < count && strcmp(owners[k], table->partitions[i].owner) != 0)
            k++;
        if (k == count)
            owners[count++] = table->partitions[i].owner;
    }
    return count;
}

static bool before(const struct lint_partition *a, const struct lint_partition *b)
{
    return a->start < b->start || (a->start == b->start && a->size > b->size);
}

void partition_sort(const struct lint_table *table, const char *owner,
                    struct partition_order *order)
{
    order->count = 0;
    for (unsigned i = 0; i < table->count; i++) {
        const struct lint_partition *p = &table->partitions[i];
        if (strcmp(p->owner, owner) != 0)
            continue;
        unsigned k = order->count++;
        for (; k && before(p, order->list[k - 1]); k--)
            order->list[k] = order->list[k - 1];
        order->list[k] = p;
    }
}

const struct lint_partition *partition_named(const struct lint_table *table, const char *name)
{
    for (unsigned i = 0; i < table->count; i++) {
        if (strcmp(table->partitions[i].name, name) == 0)
            return &table->partitions[i];
    }
    return NULL;
}

uint64_t partition_shared(const struct lint_partition *a, const struct lint_partition *b)
{
    uint64_t from = a->start > b->start ? a->start : b->start;
    uint64_t to = partition_end(a) < partition_end(b) ? partition_end(a) : partition_end(b);
    return strcmp(a->owner, b->owner) == 0 && from < to ? to - from : 0;
}
