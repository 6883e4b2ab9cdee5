/* Diff packages made here: always applied again by the device's code, on data of many kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "device/patch.h"
#include "image/diff.h"
#include "image/diff_search.h"
#include "tests/unit/device/diff_vector.h"

#define MOST 300000u

static uint8_t old_image[2 * MOST], new_image[2 * MOST];

static struct bytes bytes(const void *data, size_t n)
{
    return (struct bytes){data, n};
}

static void the_vendors_package_and_ours_restore_the_same(void **state)
{
    struct buffer restored = {0}, ours = {0};
    struct problem problem = PROBLEM_INIT;
    struct bytes old = bytes(old_image, VECTOR_OLD), new = bytes(new_image, VECTOR_NEW);
    (void)state;
    vector_images(old_image, new_image);
    assert_int_equal(
        diff_apply(old, bytes(vector_diff, sizeof vector_diff), VECTOR_SLICE, &restored, &problem),
        PROBLEM_NONE);
    assert_int_equal(restored.length, VECTOR_NEW);
    assert_memory_equal(restored.data, new_image, VECTOR_NEW);

    assert_int_equal(diff_make(old, new, VECTOR_SLICE, &ours, &problem), PROBLEM_NONE);
    print_message("# ours %zu bytes, the vendor's %zu\n", ours.length, sizeof vector_diff);
    assert_true(ours.length <= sizeof vector_diff);
    buffer_clear(&restored);
    assert_int_equal(
        diff_apply(old, bytes(ours.data, ours.length), VECTOR_SLICE, &restored, &problem),
        PROBLEM_NONE);
    assert_memory_equal(restored.data, new_image, VECTOR_NEW);
    buffer_free(&restored);
    buffer_free(&ours);
}

static void the_sections_of_the_vendors_package(void **state)
{
    struct diff_slice *slices;
    struct diff_facts facts;
    struct problem problem = PROBLEM_INIT;
    (void)state;
    assert_int_equal(diff_walk(bytes(vector_diff, sizeof vector_diff), &slices, &facts, &problem),
                     PROBLEM_NONE);
    static const struct diff_slice wanted[2] = {{72, 144, 0, 65536, 0x079E},
                                                {72, 76, 72, 481, 0x2FD7}};
    assert_int_equal(facts.count, 2);
    assert_int_equal(facts.total, VECTOR_NEW);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(slices[i].control, wanted[i].control);
        assert_int_equal(slices[i].difference, wanted[i].difference);
        assert_int_equal(slices[i].extra, wanted[i].extra);
        assert_int_equal(slices[i].size, wanted[i].size);
        assert_int_equal(slices[i].crc, wanted[i].crc);
    }
    free(slices);
    for (size_t n = 0; n < sizeof vector_diff; n++) {
        problem = (struct problem)PROBLEM_INIT;
        if (n == 264)
            continue;
        assert_int_equal(diff_walk(bytes(vector_diff, n), &slices, &facts, &problem),
                         PROBLEM_IMAGE_REFUSED);
        assert_null(slices);
        assert_string_equal(problem.where, n < 264 ? "byte 0" : "byte 264");
    }
}

static void refused(enum problem_code code, const struct problem *problem, const char *what,
                    const char *hint)
{
    assert_int_equal(code, PROBLEM_IMAGE_REFUSED);
    if (!strstr(problem->what, what) || !strstr(problem->hint, hint))
        fail_msg("\"%s\" and \"%s\" instead of \"%s\" and \"%s\"", problem->what, problem->hint,
                 what, hint);
}

static void what_does_not_fit_is_named(void **state)
{
    struct bytes old = bytes(old_image, VECTOR_OLD);
    struct buffer out = {0};
    uint8_t copy[sizeof vector_diff];
    (void)state;
    vector_images(old_image, new_image);
    struct problem p = PROBLEM_INIT;
    refused(diff_apply(bytes(new_image, VECTOR_NEW), bytes(vector_diff, sizeof vector_diff),
                       VECTOR_SLICE, &out, &p),
            &p, "wrong base: slice 0 comes out with CRC ", " != crc 79e` and `sec err:6`");
    p = (struct problem)PROBLEM_INIT;
    refused(diff_apply(bytes(old_image, 300), bytes(vector_diff, sizeof vector_diff), VECTOR_SLICE,
                       &out, &p),
            &p, "slice 0 at byte 48: a step leads out of the old image: wrong base",
            "pos over: ...");
    p = (struct problem)PROBLEM_INIT;
    refused(diff_apply(old, bytes(vector_diff, sizeof vector_diff), 16384, &out, &p), &p,
            "wrong slice size: slice 0 is not cut to 16384 bytes", "`sec err:5`");
    memcpy(copy, vector_diff, sizeof copy);
    copy[200] ^= 1;
    p = (struct problem)PROBLEM_INIT;
    refused(diff_apply(old, bytes(copy, sizeof copy), VECTOR_SLICE, &out, &p), &p,
            "slice 0 at byte 120: an xz stream is damaged", "`sec err:4`");
    p = (struct problem)PROBLEM_INIT;
    refused(diff_apply(old, bytes(old_image, 1000), VECTOR_SLICE, &out, &p), &p,
            "slice 0 at byte 0: this is no section", "`sec err:4`");
    p = (struct problem)PROBLEM_INIT;
    refused(diff_make(old, old, VECTOR_SLICE, &out, &p), &p, "are the same", "Name");
    p = (struct problem)PROBLEM_INIT;
    refused(diff_make(old, bytes(new_image, 0), VECTOR_SLICE, &out, &p), &p, "new image is empty",
            "Name");
    p = (struct problem)PROBLEM_INIT;
    refused(diff_make(bytes(old_image, DIFF_FILE_MAX + 1), old, VECTOR_SLICE, &out, &p), &p,
            "old image is larger than 8 MiB", "flash");
    p = (struct problem)PROBLEM_INIT;
    assert_int_equal(diff_make(old, bytes(new_image, 10), 0, &out, &p), PROBLEM_USAGE);
    assert_int_equal(out.length, 0);
    buffer_free(&out);
}

/* --- any data --- */

enum texture { NOISE, CODE, ZEROS, PERIOD, TEXTURES };

static void fill(struct random_source *r, uint8_t *to, size_t n, enum texture texture)
{
    static const uint8_t words[6][4] = {{0x70, 0x47, 0xB5, 0x10}, {0},    {0x4B, 0x0F, 0x68, 0x1A},
                                        {0xFF, 0xFF, 0xFF, 0xFF}, "prin", {0xF0}};
    size_t period = 1 + random_below(r, 3000);
    for (size_t i = 0; i < n; i++) {
        if (texture == NOISE || (texture == PERIOD && i < period)) {
            to[i] = (uint8_t)random_next(r);
        } else if (texture == ZEROS) {
            to[i] = random_one_in(r, 500);
        } else if (texture == PERIOD) {
            to[i] = to[i - period];
        } else {
            const uint8_t *word = words[random_below(r, 6)];
            for (size_t k = 0; k < 4 && i < n; k++, i++)
                to[i] = word[k];
            i--;
            if (random_one_in(r, 3))
                to[i] = (uint8_t)random_next(r);
        }
    }
}

/* One edit as firmware changes: a hole, a gap, a patch, a piece that moves. Returns the size. */
static size_t edit(struct random_source *r, uint8_t *to, size_t n)
{
    static uint8_t piece[2 * MOST];
    size_t at = random_below(r, (uint32_t)n + 1), left = n - at;
    size_t k = random_below(r, random_one_in(r, 4) ? 20000 : 40);
    switch (random_below(r, 5)) {
    case 0: /* insert */
        if (n + k > MOST)
            return n;
        memmove(to + at + k, to + at, left);
        fill(r, to + at, k, NOISE);
        return n + k;
    case 1: /* delete */
        k = k < left ? k : left;
        if (k >= n)
            return n;
        memmove(to + at, to + at + k, left - k);
        return n - k;
    case 2: /* replace */
        fill(r, to + at, k < left ? k : left, (enum texture)random_below(r, TEXTURES));
        return n;
    case 3: /* move */
        k = k < left ? k : left;
        memcpy(piece, to + at, k);
        memmove(to + at, to + at + k, left - k);
        at = random_below(r, (uint32_t)(n - k) + 1);
        memmove(to + at + k, to + at, n - k - at);
        memcpy(to + at, piece, k);
        return n;
    default: /* addresses shift by a constant: every n-th byte changes a little */
        for (size_t step = 8 + random_below(r, 100); at < n; at += step)
            to[at] = (uint8_t)(to[at] + 1);
        return n;
    }
}

static void round_trip(uint64_t seed, uint32_t slice_size)
{
    struct random_source r;
    struct buffer package = {0}, restored = {0};
    struct problem problem = PROBLEM_INIT;
    random_seed(&r, seed);
    size_t n = 1 + random_below(&r, random_one_in(&r, 3) ? MOST : 70000), m = n;
    fill(&r, old_image, n, (enum texture)random_below(&r, TEXTURES));
    memcpy(new_image, old_image, n);
    for (uint32_t edits = 1 + random_below(&r, 12); edits; edits--)
        m = edit(&r, new_image, m);
    if (random_one_in(&r, 8))
        m = 1 + random_below(&r, (uint32_t)m);
    if (random_one_in(&r, 8)) { /* grows by more than a slice */
        size_t more = random_below(&r, MOST - (uint32_t)m + 1);
        fill(&r, new_image + m, more, (enum texture)random_below(&r, TEXTURES));
        m += more;
    }
    if (n == m && memcmp(old_image, new_image, n) == 0)
        new_image[0] ^= 1;
    struct bytes old = bytes(old_image, n), new = bytes(new_image, m);
    if (diff_make(old, new, slice_size, &package, &problem) != PROBLEM_NONE ||
        diff_apply(old, bytes(package.data, package.length), slice_size, &restored, &problem) !=
            PROBLEM_NONE ||
        restored.length != m || memcmp(restored.data, new_image, m) != 0)
        fail_msg("seed %llu, slice %u: %s", (unsigned long long)seed, slice_size, problem.what);
    buffer_free(&package);
    buffer_free(&restored);
}

static void any_two_images_with_slices_of_64k(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++)
        round_trip(seed, 65536);
}

static void any_two_images_with_slices_of_16k(void **state)
{
    (void)state;
    for (uint64_t seed = 1001; seed <= 1060; seed++)
        round_trip(seed, 16384);
}

/* The image as it is at the moment, searched by looking everywhere. */
static void the_longest_match_is_found(void **state)
{
    static uint8_t now[5000];
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct random_source r;
        struct diff_search s;
        random_seed(&r, seed);
        size_t n = 1000 + random_below(&r, 3000), m = 1000 + random_below(&r, 3000);
        for (size_t i = 0; i < n; i++)
            old_image[i] = (uint8_t)random_below(&r, 3);
        for (size_t i = 0; i < m; i++)
            new_image[i] = i % 700 < 350 && i < n ? old_image[i] : (uint8_t)random_below(&r, 3);
        assert_true(diff_search_open(&s, bytes(old_image, n), bytes(new_image, m)));
        memcpy(now, old_image, n);
        size_t size = n;
        for (size_t from = 0; from < m; from += 500) {
            size_t end = from + 500 < m ? from + 500 : m;
            for (size_t key = from; key < end; key += 13) {
                size_t best = 0, position, found = 0;
                for (size_t at = 0; at < size; at++) {
                    size_t k = 0;
                    if (at < from && at + 1024 >= from) /* about the border */
                        continue;
                    while (key + k < end && at + k < size && now[at + k] == new_image[key + k])
                        k++;
                    best = k > best ? k : best;
                }
                found = diff_search_longest(&s, key, end - key, &position);
                assert_memory_equal(now + position, new_image + key, found);
                assert_int_equal(found, best);
            }
            memcpy(now + from, new_image + from, end - from);
            size = size > end ? size : end;
            diff_search_advance(&s, end);
        }
        diff_search_close(&s);
    }
}

static void a_second_boot_has_room_or_the_diff_is_refused(void **state)
{
    static const char text[] =
        "board: b\ntitle: t\nchip: c\nconsole-baud: 921600\nloader-baud: 921600\n"
        "flash: {size: 2m, sector: 4k}\ndiff-slice: 64k\ndefault-generation: g\ngenerations:\n"
        "  - id: g\n    title: t\n    write-address: 0x20000\n    partitions:\n"
        "      - {name: 2ND_BOOT, start: 0x0, size: 0x10000}\n"
        "      - {name: APPLICATION, start: 0x20000, size: 0x50000}\n"
        "      - {name: OTA_TEMP, start: 0x100000, size: 0x40000}\n"
        "shell:\n  prompt: \"# \"\n  reboot: reboot\n";
    struct board *board = NULL;
    struct problem p = PROBLEM_INIT;
    (void)state;
    if (board_load_memory("b", text, sizeof text - 1, &board, NULL, &p) != PROBLEM_NONE)
        fail_msg("%s: %s", p.where, p.what);
    const struct board_generation *g = &board->generations[0];
    static const struct {
        uint32_t old, fresh;
        bool noise, fits;
    } cases[] = {
        {200000, 0x30000, false, true},  /* 3 slices and 1 of the package in 4 slots */
        {200000, 0x30001, false, false}, /* 4 slices: the package has nowhere to go */
        {200000, 0x20000, true, true}, /* 2 of the package: the first is read when slot 0 is due */
        {200000, 0x30000, true, false},  {200000, 0x40001, false, false},
    };
    struct random_source r;
    random_seed(&r, 7);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer package = {0};
        fill(&r, old_image, cases[i].old, NOISE);
        memcpy(new_image, old_image, cases[i].old);
        memset(new_image + cases[i].old, 7, MOST - cases[i].old);
        if (cases[i].noise)
            fill(&r, new_image, cases[i].fresh, NOISE);
        new_image[5] ^= 1;
        p = (struct problem)PROBLEM_INIT;
        assert_int_equal(diff_make(bytes(old_image, cases[i].old), bytes(new_image, cases[i].fresh),
                                   65536, &package, &p),
                         PROBLEM_NONE);
        struct bytes diff = bytes(package.data, package.length);
        enum problem_code code = diff_check_board(board, g, 65536, diff, &p);
        print_message("# %zu bytes for %u: %s\n", package.length, cases[i].fresh, p.what);
        assert_int_equal(code, cases[i].fits ? PROBLEM_NONE : PROBLEM_IMAGE_REFUSED);
        assert_true(cases[i].fits || strstr(p.hint, "find space err"));
        p = (struct problem)PROBLEM_INIT;
        refused(diff_check_board(board, g, 16384, diff, &p), &p, "wrong slice size", "-s 64k");
        buffer_free(&package);
    }
    board_free(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vendors_package_and_ours_restore_the_same),
        cmocka_unit_test(the_sections_of_the_vendors_package),
        cmocka_unit_test(what_does_not_fit_is_named),
        cmocka_unit_test(the_longest_match_is_found),
        cmocka_unit_test(any_two_images_with_slices_of_64k),
        cmocka_unit_test(any_two_images_with_slices_of_16k),
        cmocka_unit_test(a_second_boot_has_room_or_the_diff_is_refused),
    };
    return cmocka_run_group_tests_name("diff packages", tests, NULL, NULL);
}
