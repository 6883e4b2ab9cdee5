/*
 * Memory that lives and dies together: what a loaded file becomes. Allocate at
 * open, free at close. Host code only.
 */
#ifndef OTACONSOLE_BASE_ARENA_H
#define OTACONSOLE_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
/* Zeroed; NULL when out of memory or count * size overflows. A count of 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
/* A copy of the text; NULL stays NULL. */
char *arena_copy(struct arena *arena, const char *text);

#endif
