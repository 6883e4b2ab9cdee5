#include "ui/line_set.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BITS 65536u
#define CHUNK_WORDS (CHUNK_BITS / 64)
#define CHUNKS_MAX (1u << 26) /* lines of a lifetime */

struct line_set_chunk {
    uint64_t *bits; /* NULL = no member */
    uint32_t members;
};

void line_set_clear(struct line_set *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->chunks[i].bits);
    free(s->chunks);
    *s = (struct line_set){0};
}

/* Makes room so that the chunk of that number exists; NULL when out of memory. */
static struct line_set_chunk *make_chunk(struct line_set *s, uint64_t number)
{
    if (s->members == 0)
        s->count = 0;
    if (s->count == 0)
        s->base = number;
    uint64_t before = number < s->base ? s->base - number : 0;
    uint64_t needed = before ? s->count + before : number - s->base + 1;
    if (needed <= s->count)
        return &s->chunks[number - s->base];
    if (needed > CHUNKS_MAX)
        return NULL;
    if (needed > s->capacity) {
        size_t capacity = needed < 8 ? 8 : (size_t)needed * 2;
        struct line_set_chunk *chunks = realloc(s->chunks, capacity * sizeof *chunks);
        if (!chunks)
            return NULL;
        s->chunks = chunks;
        s->capacity = capacity;
    }
    if (before)
        memmove(s->chunks + before, s->chunks, s->count * sizeof *s->chunks);
    memset(s->chunks + (before ? 0 : s->count), 0, (size_t)(needed - s->count) * sizeof *s->chunks);
    s->count = (size_t)needed;
    s->base -= before;
    return &s->chunks[number - s->base];
}

void line_set_add(struct line_set *s, uint64_t number)
{
    struct line_set_chunk *chunk = make_chunk(s, number / CHUNK_BITS);
    if (chunk && !chunk->bits)
        chunk->bits = calloc(CHUNK_WORDS, sizeof *chunk->bits);
    if (!chunk || !chunk->bits) {
        s->failed = true;
        return;
    }
    uint64_t *word = &chunk->bits[number % CHUNK_BITS / 64], bit = 1ull << number % 64;
    if (*word & bit)
        return;
    *word |= bit;
    chunk->members++;
    s->members++;
}

static struct line_set_chunk *chunk_of(const struct line_set *s, uint64_t number)
{
    uint64_t chunk = number / CHUNK_BITS;
    if (chunk < s->base || chunk - s->base >= s->count)
        return NULL;
    struct line_set_chunk *c = &s->chunks[chunk - s->base];
    return c->bits ? c : NULL;
}

void line_set_remove(struct line_set *s, uint64_t number)
{
    struct line_set_chunk *chunk = chunk_of(s, number);
    if (!chunk)
        return;
    uint64_t *word = &chunk->bits[number % CHUNK_BITS / 64], bit = 1ull << number % 64;
    if (!(*word & bit))
        return;
    *word &= ~bit;
    s->members--;
    if (--chunk->members == 0) {
        free(chunk->bits);
        chunk->bits = NULL;
    }
}

bool line_set_has(const struct line_set *s, uint64_t number)
{
    const struct line_set_chunk *chunk = chunk_of(s, number);
    return chunk && chunk->bits[number % CHUNK_BITS / 64] >> number % 64 & 1;
}

void line_set_drop_below(struct line_set *s, uint64_t first)
{
    size_t gone = 0;
    while (gone < s->count && s->base + gone < first / CHUNK_BITS) {
        s->members -= s->chunks[gone].members;
        free(s->chunks[gone++].bits);
    }
    if (gone) {
        s->count -= gone;
        s->base += gone;
        memmove(s->chunks, s->chunks + gone, s->count * sizeof *s->chunks);
    }
    uint64_t found = 0;
    while (line_set_at_or_after(s, found, &found) && found < first)
        line_set_remove(s, found);
}

/* --- nearest --- */

bool line_set_at_or_after(const struct line_set *s, uint64_t number, uint64_t *found)
{
    uint64_t start = number / CHUNK_BITS;
    if (start < s->base)
        start = s->base;
    for (uint64_t c = start; c - s->base < s->count; c++) {
        const struct line_set_chunk *chunk = &s->chunks[c - s->base];
        if (!chunk->bits)
            continue;
        size_t w = c == number / CHUNK_BITS ? number % CHUNK_BITS / 64 : 0;
        uint64_t word = chunk->bits[w];
        if (c == number / CHUNK_BITS)
            word &= ~0ull << number % 64;
        while (word == 0 && ++w < CHUNK_WORDS)
            word = chunk->bits[w];
        if (word) {
            *found = c * CHUNK_BITS + w * 64 + (unsigned)__builtin_ctzll(word);
            return true;
        }
    }
    return false;
}

bool line_set_at_or_before(const struct line_set *s, uint64_t number, uint64_t *found)
{
    if (s->count == 0 || number / CHUNK_BITS < s->base)
        return false;
    uint64_t start = number / CHUNK_BITS;
    if (start - s->base >= s->count)
        start = s->base + s->count - 1;
    for (uint64_t c = start + 1; c-- > s->base;) {
        const struct line_set_chunk *chunk = &s->chunks[c - s->base];
        if (!chunk->bits)
            continue;
        bool here = c == number / CHUNK_BITS;
        size_t w = here ? number % CHUNK_BITS / 64 : CHUNK_WORDS - 1;
        uint64_t word = chunk->bits[w];
        if (here)
            word &= ~0ull >> (63 - number % 64);
        while (word == 0 && w > 0)
            word = chunk->bits[--w];
        if (word) {
            *found = c * CHUNK_BITS + w * 64 + 63 - (unsigned)__builtin_clzll(word);
            return true;
        }
    }
    return false;
}

/* --- counting --- */

uint64_t line_set_rank(const struct line_set *s, uint64_t number)
{
    uint64_t rank = 0, here = number / CHUNK_BITS;
    for (size_t i = 0; i < s->count && s->base + i < here; i++)
        rank += s->chunks[i].members;
    const struct line_set_chunk *chunk = chunk_of(s, number);
    if (!chunk)
        return rank;
    size_t w = number % CHUNK_BITS / 64;
    for (size_t i = 0; i < w; i++)
        rank += (unsigned)__builtin_popcountll(chunk->bits[i]);
    return rank + (unsigned)__builtin_popcountll(chunk->bits[w] & ~(~0ull << number % 64));
}

bool line_set_select(const struct line_set *s, uint64_t rank, uint64_t *found)
{
    if (rank >= s->members)
        return false;
    size_t i = 0;
    for (; rank >= s->chunks[i].members; i++)
        rank -= s->chunks[i].members;
    const uint64_t *bits = s->chunks[i].bits;
    size_t w = 0;
    for (unsigned in; rank >= (in = (unsigned)__builtin_popcountll(bits[w])); w++)
        rank -= in;
    uint64_t word = bits[w];
    while (rank--)
        word &= word - 1;
    *found = (s->base + i) * CHUNK_BITS + w * 64 + (unsigned)__builtin_ctzll(word);
    return true;
}
