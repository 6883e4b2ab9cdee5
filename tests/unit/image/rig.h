/*
 * For tests of file formats: bytes in allocations of exactly their size, so that ASan sees a read
 * behind them, cut at every length and damaged at random.
 */
#ifndef OTACONSOLE_TESTS_IMAGE_RIG_H
#define OTACONSOLE_TESTS_IMAGE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/problem.h"
#include "base/random.h"
#include "image/pack.h"

/* An assertion that names the seed it failed for. */
#define holds(seed, condition)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("seed %llu: %s", (unsigned long long)(seed), #condition);                     \
    } while (0)

static inline struct bytes exact_copy(const void *bytes, size_t n)
{
    uint8_t *copy = malloc(n);
    assert_non_null(copy);
    if (n)
        memcpy(copy, bytes, n);
    return (struct bytes){copy, n};
}

static inline void exact_free(struct bytes b)
{
    free((void *)(uintptr_t)b.data);
}

static inline struct bytes random_bytes(struct random_source *r, size_t n)
{
    uint8_t *bytes = malloc(n);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)random_next(r);
    return (struct bytes){bytes, n};
}

/* bytes[i] = step * i + start */
static inline struct bytes counting(size_t n, unsigned step, unsigned start)
{
    static uint8_t store[8][4096];
    static unsigned turn;
    uint8_t *bytes = store[turn++ % 8];
    assert_true(n <= sizeof store[0]);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(step * i + start);
    return (struct bytes){bytes, n};
}

static inline size_t from_hex(const char *hex, uint8_t *out, size_t room)
{
    size_t n = 0;
    unsigned byte;
    while (*hex) {
        int length = 0;
        assert_int_equal(sscanf(hex, " %2x%n", &byte, &length), 1);
        assert_true(n < room);
        out[n++] = (uint8_t)byte;
        hex += length;
    }
    return n;
}

static inline void assert_hex(const struct buffer *b, const char *hex)
{
    uint8_t wanted[4096];
    size_t n = from_hex(hex, wanted, sizeof wanted);
    assert_false(b->failed);
    assert_int_equal(b->length, n);
    if (n)
        assert_memory_equal(b->data, wanted, n);
}

static inline struct bytes of_buffer(const struct buffer *b)
{
    return (struct bytes){b->data, b->length};
}

typedef void look_function(struct bytes file, uint64_t seed);

static inline void cut_at_every_length(struct bytes file, look_function *look)
{
    for (size_t n = 0; n <= file.size; n++) {
        struct bytes cut = exact_copy(file.data, n);
        look(cut, n);
        exact_free(cut);
    }
}

static inline void put_word(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

/* The sizes that arithmetic breaks on stand in a random place, or in each place of the file. */
static inline void damage_words(struct bytes file, look_function *look)
{
    const uint32_t words[] = {0,
                              1,
                              31,
                              0x7FFFFFFFu,
                              0x80000000u,
                              0xFFFFFFDFu,
                              0xFFFFFFE0u,
                              0xFFFFFFF0u,
                              0xFFFFFFFFu,
                              (uint32_t)file.size,
                              (uint32_t)file.size - 32};
    for (size_t at = 0; at + 4 <= file.size && at < 200; at++) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            struct bytes copy = exact_copy(file.data, file.size);
            put_word((uint8_t *)(uintptr_t)copy.data + at, words[i]);
            look(copy, at << 8 | i);
            exact_free(copy);
        }
    }
}

static inline void damage_at_random(struct bytes file, unsigned rounds, look_function *look)
{
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        struct random_source r;
        random_seed(&r, seed);
        size_t n = random_one_in(&r, 3) ? random_below(&r, (uint32_t)file.size + 1) : file.size;
        struct bytes copy = exact_copy(file.data, n);
        uint8_t *bytes = (uint8_t *)(uintptr_t)copy.data;
        for (uint32_t i = random_below(&r, 9); n && i; i--)
            bytes[random_below(&r, (uint32_t)n)] = (uint8_t)random_next(&r);
        look(copy, seed);
        exact_free(copy);
    }
}

static inline void damage_every_way(struct bytes file, look_function *look)
{
    cut_at_every_length(file, look);
    damage_words(file, look);
    damage_at_random(file, 2000, look);
}

#endif
