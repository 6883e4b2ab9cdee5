/*
 * A set of line numbers as bits: which lines match, are errors, are bookmarked.
 *
 * Numbers may come in any order; a chunk of bits exists only where a member is, so that
 * 10 million lines cost about 1 MiB however many of them are in. Counting, and finding
 * the n-th or the nearest member, never looks at more than one chunk's bits.
 */
#ifndef OTACONSOLE_UI_LINE_SET_H
#define OTACONSOLE_UI_LINE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_set_chunk;

/* Zero-initialise to start empty. */
struct line_set {
    struct line_set_chunk *chunks; /* by number, without gaps */
    size_t count, capacity;
    uint64_t base; /* number of the first chunk */
    uint64_t members;
    bool failed; /* out of memory: members are missing */
};

void line_set_clear(struct line_set *s); /* also frees */
void line_set_add(struct line_set *s, uint64_t number);
void line_set_remove(struct line_set *s, uint64_t number);
bool line_set_has(const struct line_set *s, uint64_t number);
/* Lines below `first` are gone. */
void line_set_drop_below(struct line_set *s, uint64_t first);
/* The nearest member at or after, at or before. */
bool line_set_at_or_after(const struct line_set *s, uint64_t number, uint64_t *found);
bool line_set_at_or_before(const struct line_set *s, uint64_t number, uint64_t *found);
/* How many members are below `number`. */
uint64_t line_set_rank(const struct line_set *s, uint64_t number);
/* The member of that rank (0 = the lowest); false when there are fewer. */
bool line_set_select(const struct line_set *s, uint64_t rank, uint64_t *found);

#endif
