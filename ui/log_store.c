#include "ui/log_store.h"

#include <stdlib.h>
#include <string.h>

#include "ui/line_set.h"
#include "ui/log_block.h"
#include "ui/log_spill.h"

#define BLOCK_LEAST ((size_t)1024)
#define BLOCK_MOST ((size_t)128 * 1024)
#define BLOCKS_PER_LIMIT 32 /* memory is let go in steps of that part of the limit */
#define CACHED_BLOCKS 8     /* of the spill file; a view reads at several places at once */

struct block {
    uint64_t first;  /* number of its first line */
    uint64_t offset; /* in the spill file, when data is NULL */
    uint8_t *data;
    uint32_t size; /* of data, slots included */
    uint32_t lines;
};

struct cached {
    uint64_t first, used_at;
    uint8_t *data; /* NULL = free */
    uint32_t size;
};

struct log_store {
    size_t limit, block_size;
    struct log_spill spill;
    /* blocks[head .. head + count): spilled ones, then those in memory; the last one is open. */
    struct block *blocks;
    size_t head, count, capacity;
    size_t spilled_blocks;
    uint32_t open_used; /* bytes of the open block, without slots */
    size_t memory;
    size_t last_found; /* index of the block found last: most reads are near the one before */
    struct cached cache[CACHED_BLOCKS];
    uint64_t cache_clock;
    uint8_t *scratch;
    size_t scratch_size;
    uint64_t end;
    struct line_set errors;
};

/* --- life --- */

struct log_store *log_store_new(size_t memory_limit, const char *spill_directory)
{
    struct log_store *s = calloc(1, sizeof *s);
    if (!s || !log_spill_init(&s->spill, spill_directory)) {
        free(s);
        return NULL;
    }
    s->limit = memory_limit;
    s->block_size = memory_limit / BLOCKS_PER_LIMIT;
    if (s->block_size < BLOCK_LEAST)
        s->block_size = BLOCK_LEAST;
    if (s->block_size > BLOCK_MOST)
        s->block_size = BLOCK_MOST;
    return s;
}

void log_store_free(struct log_store *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        free(s->blocks[s->head + i].data);
    for (size_t i = 0; i < CACHED_BLOCKS; i++)
        free(s->cache[i].data);
    log_spill_free(&s->spill);
    line_set_clear(&s->errors);
    free(s->blocks);
    free(s->scratch);
    free(s);
}

static struct block *block_at(const struct log_store *s, size_t i)
{
    return &s->blocks[s->head + i];
}

uint64_t log_store_first(const struct log_store *s)
{
    return s->count ? block_at(s, 0)->first : s->end;
}

uint64_t log_store_end(const struct log_store *s)
{
    return s->end;
}

struct log_store_state log_store_state(const struct log_store *s)
{
    return (struct log_store_state){.memory = s->memory + s->capacity * sizeof *s->blocks,
                                    .spilled = s->spill.end,
                                    .dropped = log_store_first(s),
                                    .spill_failed = s->spill.failed};
}

/* --- letting go --- */

static void forget_cached(struct log_store *s, struct cached *c)
{
    if (c->data)
        s->memory -= c->size;
    free(c->data);
    *c = (struct cached){0};
}

static void drop_oldest(struct log_store *s)
{
    struct block *oldest = block_at(s, 0);
    if (oldest->data) {
        s->memory -= oldest->size;
        free(oldest->data);
    } else {
        s->spilled_blocks--;
        for (size_t i = 0; i < CACHED_BLOCKS; i++)
            if (s->cache[i].data && s->cache[i].first == oldest->first)
                forget_cached(s, &s->cache[i]);
    }
    s->head++;
    s->count--;
    s->last_found -= s->last_found > 0;
    line_set_drop_below(&s->errors, log_store_first(s));
}

/* Takes the place of the oldest blocks in a spill file that cannot grow. */
static bool spill_in_circle(struct log_store *s, const struct block *block, uint64_t *offset)
{
    uint64_t skipped;
    if (!log_spill_place(&s->spill, block->size, offset, &skipped))
        return false;
    while (s->spilled_blocks && block_at(s, 0)->offset >= skipped)
        drop_oldest(s);
    while (s->spilled_blocks && block_at(s, 0)->offset < *offset + block->size &&
           block_at(s, 0)->offset + block_at(s, 0)->size > *offset)
        drop_oldest(s);
    return log_spill_write(&s->spill, block->data, block->size, *offset);
}

/* The oldest block in memory goes to the file, or for ever. */
static void evict_one(struct log_store *s)
{
    struct block *block = block_at(s, s->spilled_blocks);
    uint64_t offset;
    bool written =
        s->spill.directory && (log_spill_append(&s->spill, block->data, block->size, &offset) ||
                               spill_in_circle(s, block, &offset));
    block = block_at(s, s->spilled_blocks); /* older ones may be gone now */
    if (!written) {
        for (size_t n = s->spilled_blocks + 1; n > 0; n--)
            drop_oldest(s);
        return;
    }
    s->memory -= block->size;
    free(block->data);
    block->data = NULL;
    block->offset = offset;
    s->spilled_blocks++;
}

static void keep_to_limit(struct log_store *s)
{
    while (s->memory > s->limit && s->count - s->spilled_blocks > 1)
        evict_one(s);
}

/* --- taking in --- */

static bool reserve_scratch(struct log_store *s, size_t n)
{
    if (n <= s->scratch_size)
        return true;
    uint8_t *scratch = realloc(s->scratch, n);
    if (!scratch)
        return false;
    s->scratch = scratch;
    s->scratch_size = n;
    return true;
}

static bool reserve_block(struct log_store *s)
{
    if (s->blocks && s->head && s->head >= s->count) {
        memmove(s->blocks, s->blocks + s->head, s->count * sizeof *s->blocks);
        s->head = 0;
    }
    if (s->head + s->count < s->capacity)
        return true;
    size_t capacity = s->capacity ? s->capacity * 2 : 64;
    struct block *blocks = realloc(s->blocks, capacity * sizeof *blocks);
    if (!blocks)
        return false;
    s->blocks = blocks;
    s->capacity = capacity;
    return true;
}

/* The slots move up to the records; what is left over goes back. */
static void seal(struct log_store *s, struct block *block)
{
    size_t slots = (size_t)block->lines * LOG_BLOCK_SLOT, size = s->open_used + slots;
    memmove(block->data + s->open_used, block->data + block->size - slots, slots);
    uint8_t *data = realloc(block->data, size);
    if (data)
        block->data = data;
    s->memory -= block->size - size;
    block->size = (uint32_t)size;
}

/* The first line of a new open block: the n bytes of scratch. False: nothing changed. */
static bool begin_block(struct log_store *s, uint64_t number, struct log_block_base base, size_t n,
                        bool replaces)
{
    size_t size = LOG_BLOCK_HEAD + n + LOG_BLOCK_SLOT;
    if (size < s->block_size)
        size = s->block_size;
    uint8_t *data = reserve_block(s) ? malloc(size) : NULL;
    if (!data)
        return false;
    if (s->count) {
        struct block *full = block_at(s, s->count - 1);
        if (replaces) {
            full->lines--;
            s->open_used = log_block_slot(full->data, full->size, full->lines);
        }
        seal(s, full);
    }
    *block_at(s, s->count++) =
        (struct block){.first = number, .data = data, .size = (uint32_t)size, .lines = 1};
    s->memory += size;
    log_block_set_base(data, base);
    memcpy(data + LOG_BLOCK_HEAD, s->scratch, n);
    log_block_set_slot(data, size, 0, LOG_BLOCK_HEAD);
    s->open_used = LOG_BLOCK_HEAD + (uint32_t)n;
    return true;
}

static void note_error(struct log_store *s, const struct log_line *line, uint64_t number)
{
    if (line->level == 'E' || line->level == 'F' || line->failure)
        line_set_add(&s->errors, number);
}

static bool fits_open(const struct log_store *s, size_t n)
{
    if (s->count == 0)
        return false;
    const struct block *open = block_at(s, s->count - 1);
    return n + ((size_t)open->lines + 1) * LOG_BLOCK_SLOT <= open->size - s->open_used;
}

bool log_store_append(struct log_store *s, const struct log_line *given)
{
    struct log_line line = *given;
    log_record_trim(&line);
    size_t bound = log_record_bound(&line);
    if (fits_open(s, bound)) {
        struct block *open = block_at(s, s->count - 1);
        struct log_block_base base = log_block_get_base(open->data);
        size_t n = log_record_pack(open->data + s->open_used, &line, base);
        log_block_set_slot(open->data, open->size, open->lines++, s->open_used);
        s->open_used += (uint32_t)n;
    } else {
        /* Packed before any block moves: the line's texts may be borrowed from one. */
        if (!reserve_scratch(s, bound))
            return false;
        struct log_block_base base = log_block_base_of(&line);
        size_t n = log_record_pack(s->scratch, &line, base);
        if (!begin_block(s, s->end, base, n, false))
            return false;
        keep_to_limit(s);
    }
    note_error(s, &line, s->end);
    s->end++;
    return true;
}

/* The newest line is alone in its block and needs more room. */
static bool grow_block(struct log_store *s, struct block *open, size_t n)
{
    size_t size = LOG_BLOCK_HEAD + n + LOG_BLOCK_SLOT;
    if (size <= open->size)
        return true;
    uint8_t *data = realloc(open->data, size);
    if (!data)
        return false;
    open->data = data;
    s->memory += size - open->size;
    open->size = (uint32_t)size;
    log_block_set_slot(data, size, 0, LOG_BLOCK_HEAD);
    return true;
}

bool log_store_replace_last(struct log_store *s, const struct log_line *given)
{
    if (s->count == 0)
        return false;
    struct block *open = block_at(s, s->count - 1);
    uint32_t index = open->lines - 1, begin = log_block_slot(open->data, open->size, index);
    struct log_block_base base = log_block_get_base(open->data);
    struct log_line line = *given, old;
    log_record_unpack(open->data + begin, base, &old);
    line.time_us = old.time_us;
    line.wall_us = old.wall_us;
    log_record_trim(&line);
    size_t bound = log_record_bound(&line), slots = (size_t)open->lines * LOG_BLOCK_SLOT;
    if (!reserve_scratch(s, bound))
        return false;
    bool fits = bound + slots <= open->size - begin;
    if (!fits && index > 0)
        base = log_block_base_of(&line);
    size_t n = log_record_pack(s->scratch, &line, base);
    if (fits || (index == 0 && grow_block(s, open, n))) {
        memcpy(open->data + begin, s->scratch, n);
        s->open_used = begin + (uint32_t)n;
    } else if (index == 0 || !begin_block(s, s->end - 1, base, n, true)) {
        return false;
    }
    keep_to_limit(s);
    line_set_remove(&s->errors, s->end - 1);
    note_error(s, &line, s->end - 1);
    return true;
}

/* --- finding --- */

static bool holds(const struct block *block, uint64_t number)
{
    return number - block->first < block->lines;
}

static struct block *find_block(struct log_store *s, uint64_t number)
{
    size_t near = s->last_found;
    if (near < s->count && holds(block_at(s, near), number))
        return block_at(s, near);
    if (near + 1 < s->count && holds(block_at(s, near + 1), number))
        return block_at(s, ++s->last_found);
    size_t low = 0, high = s->count - 1;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (block_at(s, middle)->first <= number)
            low = middle;
        else
            high = middle - 1;
    }
    s->last_found = low;
    return block_at(s, low);
}

/* The bytes of a spilled block; NULL when it cannot be read. */
static const uint8_t *load_block(struct log_store *s, const struct block *block)
{
    struct cached *place = &s->cache[0];
    for (size_t i = 0; i < CACHED_BLOCKS; i++) {
        struct cached *c = &s->cache[i];
        if (c->data && c->first == block->first) {
            c->used_at = ++s->cache_clock;
            return c->data;
        }
        if (c->used_at < place->used_at)
            place = c;
    }
    forget_cached(s, place);
    uint8_t *data = malloc(block->size);
    if (!data || !log_spill_read(&s->spill, data, block->size, block->offset)) {
        free(data);
        return NULL;
    }
    *place = (struct cached){block->first, ++s->cache_clock, data, block->size};
    s->memory += block->size;
    return data;
}

bool log_store_get(struct log_store *s, uint64_t number, struct log_line *line)
{
    if (number >= s->end || number < log_store_first(s))
        return false;
    const struct block *block = find_block(s, number);
    const uint8_t *data = block->data ? block->data : load_block(s, block);
    if (!data)
        return false;
    uint32_t offset = log_block_slot(data, block->size, (uint32_t)(number - block->first));
    log_record_unpack(data + offset, log_block_get_base(data), line);
    line->number = number;
    return true;
}

bool log_store_find_error(const struct log_store *s, uint64_t from, bool backwards,
                          uint64_t *number)
{
    return backwards ? line_set_at_or_before(&s->errors, from, number)
                     : line_set_at_or_after(&s->errors, from, number);
}
