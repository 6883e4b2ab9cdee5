#include "image/partition_lint.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "image/partition_order.h"

#define SECTOR_DEFAULT 4096
/* 32 bytes of code take 34 of flash, and the loaders' images are linked to a kibibyte of code
 * unless a second boot of 3.x comes before them (facts/alios-device.md §6.1). */
#define GROUP 34
#define GROUP_CODE 32
#define CODE_STEP 1024

#define SPAN "0x%" PRIx64 "..0x%" PRIx64
#define SPAN_OF(p) (p)->start, partition_end(p)

/* --- findings ---------------------------------------------------------------------------- */

const char *partition_weight_name(enum lint_weight weight)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[weight];
}

unsigned partition_count_findings(const struct lint_table *table, enum lint_weight weight)
{
    unsigned n = 0;
    for (unsigned i = 0; i < table->finding_count; i++)
        n += table->findings[i].weight == weight;
    return n;
}

void partition_add_finding(struct lint_table *table, enum lint_weight weight, const char *code,
                           unsigned line, const char *format, ...)
{
    va_list args;
    struct lint_finding *last = &table->findings[LINT_FINDINGS_MAX - 1];
    if (table->finding_count == LINT_FINDINGS_MAX) {
        snprintf(last->code, sizeof last->code, "more");
        snprintf(last->what, sizeof last->what, "and more findings than there is room for");
        last->weight = weight > last->weight ? weight : last->weight;
        return;
    }
    struct lint_finding *f = &table->findings[table->finding_count++];
    f->weight = weight;
    f->line = line;
    snprintf(f->code, sizeof f->code, "%s", code);
    va_start(args, format);
    vsnprintf(f->what, sizeof f->what, format, args);
    va_end(args);
}

static bool comes_first(const struct lint_finding *a, const struct lint_finding *b)
{
    return a->weight > b->weight || (a->weight == b->weight && a->line < b->line);
}

static void sort_findings(struct lint_table *table)
{
    for (unsigned i = 1; i < table->finding_count; i++) {
        struct lint_finding f = table->findings[i];
        unsigned k = i;
        for (; k && comes_first(&f, &table->findings[k - 1]); k--)
            table->findings[k] = table->findings[k - 1];
        table->findings[k] = f;
    }
}

/* --- two partitions ---------------------------------------------------------------------- */

static bool is(const struct lint_partition *p, const char *name)
{
    return strcmp(p->name, name) == 0;
}

static bool pair(const struct lint_partition *a, const struct lint_partition *b, const char *x,
                 const char *y)
{
    return (is(a, x) && is(b, y)) || (is(a, y) && is(b, x));
}

static unsigned later_line(const struct lint_partition *a, const struct lint_partition *b)
{
    return a->line > b->line ? a->line : b->line;
}

/* The update's place runs over what must outlive the update: the guide's FAQ 3. */
static bool lint_settings(struct lint_table *t, const struct lint_partition *a,
                          const struct lint_partition *b, uint64_t shared)
{
    const struct lint_partition *ota = is(a, "OTA_TEMP") ? a : b, *other = ota == a ? b : a;
    bool kv = is(other, "PARAMETER_2") || is(other, "PARAMETER_4");
    char remedy[64] = "";
    if (!is(ota, "OTA_TEMP") || (!kv && !is(other, "PARAMETER_1")))
        return false;
    if (other->start > ota->start)
        snprintf(remedy, sizeof remedy, "; 0x%" PRIx64 " is the most it may have",
                 other->start - ota->start);
    partition_add_finding(
        t, LINT_ERROR, kv ? "kv-inside-ota" : "boot-record-inside-ota", later_line(a, b),
        "OTA_TEMP (" SPAN ") takes 0x%" PRIx64 " bytes of %s (" SPAN "): an update erases %s%s",
        SPAN_OF(ota), shared, other->name, SPAN_OF(other),
        kv ? "the network settings kept there" : "the boot record, and settings with it", remedy);
    return true;
}

static void lint_pair(struct lint_table *t, const struct lint_partition *a,
                      const struct lint_partition *b)
{
    uint64_t shared = partition_shared(a, b);
    enum lint_weight weight = LINT_ERROR;
    const char *consequence = "what is written to one destroys the other";
    if (!shared || lint_settings(t, a, b, shared))
        return;
    if (pair(a, b, "APPLICATION", "OTA_TEMP")) {
        consequence = "a large update destroys the application while it runs";
    } else if (pair(a, b, "BOOTLOADER", "PARAMETER_4") && !partition_named(t, "2ND_BOOT")) {
        /* Every mk3060 table before 3.1 has it: the loader is smaller than its partition. */
        weight = LINT_NOTE;
        consequence = "tables before 3.1 were shipped so";
    } else if (pair(a, b, "BOOTLOADER", "APPLICATION") && a->start == b->start) {
        weight = LINT_WARNING;
        consequence = "some boards count the application's addresses without the loader; if this "
                      "is one, its place in the flash is not checked here";
    }
    partition_add_finding(t, weight, "overlap", later_line(a, b),
                          "%s (" SPAN ") and %s (" SPAN ") share 0x%" PRIx64 " (%" PRIu64
                          ") bytes: %s",
                          a->name, SPAN_OF(a), b->name, SPAN_OF(b), shared, shared, consequence);
}

/* --- one partition ----------------------------------------------------------------------- */

/* Who else uses [from, to) without an overlap that is reported anyway. */
static const struct lint_partition *neighbour(const struct partition_order *order,
                                              const struct lint_partition *p, uint64_t from,
                                              uint64_t to)
{
    struct lint_partition strip = {.start = from, .size = to - from};
    snprintf(strip.owner, sizeof strip.owner, "%s", p->owner);
    for (unsigned i = 0; i < order->count; i++) {
        const struct lint_partition *q = order->list[i];
        if (q != p && partition_shared(q, &strip) && !partition_shared(q, p))
            return q;
    }
    return NULL;
}

static void lint_alignment(struct lint_table *t, const struct partition_order *order,
                           const struct lint_partition *p, uint64_t sector)
{
    uint64_t head = p->start % sector, tail = partition_end(p) % sector;
    const struct lint_partition *q = head ? neighbour(order, p, p->start - head, p->start) : NULL;
    if (!head && !tail)
        return;
    if (q) {
        partition_add_finding(t, LINT_ERROR, "misaligned", later_line(p, q),
                              "%s begins at 0x%" PRIx64 ", in a sector (0x%" PRIx64
                              ") that %s uses too: erasing one erases a part of the other",
                              p->name, p->start, p->start - head, q->name);
        return;
    }
    /* That of the next one's beginning is said there. */
    if (tail && !head && neighbour(order, p, partition_end(p), partition_end(p) + sector - tail))
        return;
    partition_add_finding(t, LINT_WARNING, "misaligned", p->line,
                          "%s (" SPAN ") %s inside a sector of 0x%" PRIx64
                          " bytes: the whole sector is erased with it",
                          p->name, SPAN_OF(p),
                          head && tail ? "begins and ends"
                          : head       ? "begins"
                                       : "ends",
                          sector);
}

/* Code lies in whole groups of 34 bytes: APPLICATION's first ones may belong to no image. */
static void lint_groups(struct lint_table *t, const struct lint_partition *p)
{
    bool second_boot = partition_named(t, "2ND_BOOT") || partition_named(t, "RECOVERY_BACK_PARA");
    uint64_t step = second_boot ? GROUP_CODE : CODE_STEP;
    uint64_t stored = step / GROUP_CODE * GROUP;
    uint64_t first = (p->start + stored - 1) / stored * stored;
    if (p->start % GROUP == 0)
        return;
    partition_add_finding(t, LINT_NOTE, "crc-group", p->line,
                          "%s begins at 0x%" PRIx64
                          ", inside a group of 34 bytes: the first usable address is 0x%" PRIx64
                          " (0x%" PRIx64 " as the code counts)",
                          p->name, p->start, first, first / GROUP * GROUP_CODE);
}

static void lint_end(struct lint_table *t, const struct lint_partition *p, uint64_t flash_size)
{
    if (flash_size && partition_end(p) > flash_size)
        partition_add_finding(t, LINT_ERROR, "past-end", p->line,
                              "%s (" SPAN ") ends 0x%" PRIx64
                              " bytes behind the flash of 0x%" PRIx64,
                              p->name, SPAN_OF(p), partition_end(p) - flash_size, flash_size);
}

static void lint_owner(struct lint_table *t, const struct lint_partition *p)
{
    const struct lint_partition *app = partition_named(t, "APPLICATION");
    const char *owners[LINT_PARTITIONS_MAX];
    if (!app || strcmp(app->owner, p->owner) != 0 || partition_owners(t, owners) < 2)
        return;
    uint64_t apart = app->start > p->start ? app->start - p->start : p->start - app->start;
    if (apart > PARTITION_GAP_MAX)
        partition_add_finding(t, LINT_WARNING, "owner", p->line,
                              "%s at 0x%" PRIx64 " cannot be in the same flash as APPLICATION at "
                              "0x%" PRIx64 ", but its owner is %s too: another flash seems meant",
                              p->name, p->start, app->start, p->owner);
}

/* --- all of them ------------------------------------------------------------------------- */

static void lint_gaps(struct lint_table *t, const struct partition_order *order,
                      uint64_t flash_size)
{
    const struct lint_partition *before = NULL;
    uint64_t end = flash_size ? 0 : UINT64_MAX;
    for (unsigned i = 0; i < order->count; i++) {
        const struct lint_partition *p = order->list[i];
        if (p->start > end && p->start - end < PARTITION_GAP_MAX)
            partition_add_finding(t, LINT_NOTE, "gap", p->line,
                                  "0x%" PRIx64 " bytes (0x%" PRIx64 "..0x%" PRIx64
                                  ") before %s belong to no partition",
                                  p->start - end, end, p->start, p->name);
        if (!before || partition_end(p) > end) {
            end = partition_end(p);
            before = p;
        }
    }
    if (before && flash_size > end)
        partition_add_finding(t, LINT_NOTE, "gap", before->line,
                              "0x%" PRIx64 " bytes (0x%" PRIx64 "..0x%" PRIx64
                              ") behind %s, up to the flash's end, belong to no partition",
                              flash_size - end, end, flash_size, before->name);
}

static void lint_ota_size(struct lint_table *t)
{
    const struct lint_partition *app = partition_named(t, "APPLICATION"),
                                *ota = partition_named(t, "OTA_TEMP");
    if (!app || !ota || !ota->size || ota->size >= app->size)
        return;
    /* A packed (xz) image has a half and more of its size: below that none of a full one fits. */
    bool hopeless = ota->size < app->size / 2;
    partition_add_finding(t, hopeless ? LINT_ERROR : LINT_WARNING, "ota-smaller", ota->line,
                          "OTA_TEMP (0x%" PRIx64 ") is smaller than APPLICATION (0x%" PRIx64
                          "): %s",
                          ota->size, app->size,
                          hopeless ? "an image that fills APPLICATION cannot be updated, not even "
                                     "packed"
                                   : "an image larger than OTA_TEMP runs, but can never be "
                                     "updated whole");
}

static void lint_missing(struct lint_table *t)
{
    static const struct {
        const char *name, *use;
    } needed[] = {
        {"APPLICATION", "what runs has no place"},
        {"OTA_TEMP", "there is no update over the air without it"},
        {"PARAMETER_1", "the boot record of an update has no place"},
        {"PARAMETER_2", "network settings and versions (key-value store) have no place"},
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!partition_named(t, needed[i].name))
            partition_add_finding(t, LINT_WARNING, "missing", t->count ? t->partitions[0].line : 0,
                                  "there is no %s: %s", needed[i].name, needed[i].use);
    }
}

static void lint_flash(struct lint_table *t, const char *owner, const struct lint_flash *flash)
{
    const struct lint_partition *app = partition_named(t, "APPLICATION");
    bool main_flash = !app || strcmp(app->owner, owner) == 0;
    uint64_t size = main_flash ? flash->size : 0;
    uint64_t sector = flash->sector ? flash->sector : SECTOR_DEFAULT;
    struct partition_order order;
    partition_sort(t, owner, &order);
    for (unsigned i = 0; i < order.count; i++) {
        const struct lint_partition *p = order.list[i];
        for (unsigned k = i + 1; k < order.count; k++)
            lint_pair(t, p, order.list[k]);
        lint_owner(t, p);
        lint_end(t, p, size);
        if (!p->size)
            partition_add_finding(t, LINT_ERROR, "zero-length", p->line, "%s has no length",
                                  p->name);
        else
            lint_alignment(t, &order, p, sector);
    }
    if (main_flash && app && flash->crc_groups)
        lint_groups(t, app);
    if (!t->incomplete)
        lint_gaps(t, &order, size);
}

void partition_lint(struct lint_table *table, const struct lint_flash *flash)
{
    const char *owners[LINT_PARTITIONS_MAX];
    unsigned count = partition_owners(table, owners);
    for (unsigned i = 0; i < count; i++)
        lint_flash(table, owners[i], flash);
    lint_ota_size(table);
    if (!table->incomplete)
        lint_missing(table);
    sort_findings(table);
}

void partition_from_board(const struct board *board, const struct board_generation *g,
                          struct lint_table *table, struct lint_flash *flash)
{
    memset(table, 0, sizeof *table);
    snprintf(table->title, sizeof table->title, "%.40s, generation %.60s", board->name, g->id);
    for (size_t i = 0; i < g->partition_count && i < LINT_PARTITIONS_MAX; i++) {
        struct lint_partition *p = &table->partitions[table->count++];
        snprintf(p->name, sizeof p->name, "%s", g->partitions[i].name);
        snprintf(p->owner, sizeof p->owner, "EMBEDDED");
        p->start = g->partitions[i].start;
        p->size = g->partitions[i].size;
        p->line = g->partitions[i].line;
    }
    if (g->partition_count > LINT_PARTITIONS_MAX)
        partition_add_finding(table, LINT_ERROR, "too-many", 0,
                              "only the first %d partitions are looked at", LINT_PARTITIONS_MAX);
    *flash = (struct lint_flash){.size = board->flash.size,
                                 .sector = board->flash.sector,
                                 .crc_groups = board->code_crc_groups};
}
