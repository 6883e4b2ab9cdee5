/* Whole files of CRC groups: the encrypt tool's bytes (facts A.1), there and back, and damage. */
#include "rig.h"

#include "device/code_crc.h"
#include "image/crc_groups.h"

static void inserted(struct bytes in, const char *hex)
{
    struct buffer out = {0};
    crc_groups_insert(in.data, in.size, &out);
    assert_hex(&out, hex);
    buffer_free(&out);
}

#define FF8 "ffffffffffffffff"
#define ZERO8 "0000000000000000"
#define UP_TO_30 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e"

static void the_tools_vectors(void **state)
{
    (void)state;
    inserted((struct bytes){NULL, 0}, "");
    inserted((struct bytes){(const uint8_t *)"\x41", 1}, "41" FF8 FF8 FF8 "ffffffffffffff 9c30");
    inserted(counting(31, 1, 0), UP_TO_30 "ff a7de");
    inserted(counting(32, 1, 0), UP_TO_30 "1f 259d");
    inserted(counting(33, 1, 0), UP_TO_30 "1f 259d 20" FF8 FF8 FF8 "ffffffffffffff ce27");
    inserted(counting(64, 0, 255), FF8 FF8 FF8 FF8 "000c" FF8 FF8 FF8 FF8 "000c");
    inserted(counting(64, 0, 0), ZERO8 ZERO8 ZERO8 ZERO8 "8029" ZERO8 ZERO8 ZERO8 ZERO8 "8029");
    inserted(counting(100, 7, 3),
             "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dcb77d"
             "e3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcd195"
             "c3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959c0b57"
             "a3aab1b8" FF8 FF8 FF8 "ffffffff1638");
}

static void there_and_back(uint64_t seed, size_t size)
{
    struct random_source r;
    struct buffer in = {0}, out = {0};
    struct problem problem = PROBLEM_INIT;
    struct crc_groups groups;
    random_seed(&r, seed);
    struct bytes bytes = random_bytes(&r, size);
    crc_groups_insert(bytes.data, bytes.size, &in);
    holds(seed, in.length == (size + 31) / 32 * 34);
    struct bytes file = exact_copy(in.data, in.length);
    crc_groups_examine(file.data, file.size, 0, &groups);
    holds(seed, groups.bad == 0 && groups.tail == 0 && groups.groups == in.length / 34);
    holds(seed, groups.first_bad == groups.groups && groups.last_good_from_front == groups.groups);
    holds(seed, crc_groups_remove(file.data, file.size, false, &out, &problem) == PROBLEM_NONE);
    holds(seed, out.length == (size + 31) / 32 * 32);
    holds(seed, size == 0 || memcmp(out.data, bytes.data, size) == 0);
    for (size_t i = size; i < out.length; i++)
        holds(seed, out.data[i] == 0xFF);
    exact_free(file);
    exact_free(bytes);
    buffer_free(&in);
    buffer_free(&out);
}

static void what_went_in_comes_out(void **state)
{
    static const size_t sizes[] = {0, 1, 31, 32, 33, 34, 35, 63, 64, 65, 2047, 2048, 2049, 65536};
    struct random_source r;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        there_and_back(i, sizes[i]);
    random_seed(&r, 34);
    for (uint64_t seed = 100; seed < 200; seed++)
        there_and_back(seed, random_below(&r, 5000));
}

static void damaged_groups_are_found_exactly(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct random_source r;
        struct buffer file = {0}, out = {0};
        struct problem problem = PROBLEM_INIT;
        struct crc_groups groups;
        bool bad[70] = {false};
        random_seed(&r, seed);
        size_t start = random_one_in(&r, 2) ? 28 : 0, tail = random_below(&r, 34);
        size_t count = 1 + random_below(&r, 69), damaged = 0, first = count;
        struct bytes bytes = random_bytes(&r, count * 32);
        buffer_append(&file, counting(28, 0, 0).data, start);
        crc_groups_insert(bytes.data, bytes.size, &file);
        buffer_append(&file, counting(33, 1, 1).data, tail);
        for (uint32_t i = random_below(&r, 4); i; i--) {
            size_t group = random_below(&r, (uint32_t)count);
            if (bad[group])
                continue;
            bad[group] = true;
            damaged++;
            first = group < first ? group : first;
            file.data[start + group * 34 + random_below(&r, 34)] ^=
                (uint8_t)(1u << random_below(&r, 8));
        }
        struct bytes copy = exact_copy(file.data, file.length);
        crc_groups_examine(copy.data, copy.size, start, &groups);
        holds(seed, groups.start == start && groups.groups == count && groups.tail == tail);
        holds(seed, groups.bad == damaged && groups.first_bad == first);
        holds(seed, groups.last_good_from_front == first);
        enum problem_code code =
            crc_groups_remove(copy.data + start, copy.size - start, false, &out, &problem);
        holds(seed, code == (damaged || tail ? PROBLEM_IMAGE_REFUSED : PROBLEM_NONE));
        if (damaged || tail) {
            char offset[40];
            snprintf(offset, sizeof offset, "0x%zx", (damaged ? first : count) * 34);
            holds(seed, strstr(problem.what, offset) && problem.hint[0] && out.length == 0);
            code = crc_groups_remove(copy.data + start, copy.size - start, true, &out, &problem);
            holds(seed, code == PROBLEM_NONE);
        }
        holds(seed, out.length == count * 32 + (tail < 32 ? tail : 32));
        exact_free(copy);
        exact_free(bytes);
        buffer_free(&file);
        buffer_free(&out);
    }
}

static void a_start_behind_the_end_is_the_end(void **state)
{
    struct crc_groups groups;
    (void)state;
    crc_groups_examine(NULL, 0, 28, &groups);
    assert_true(groups.start == 0 && groups.groups == 0 && groups.tail == 0 && groups.bad == 0);
    crc_groups_examine((const uint8_t *)"abc", 3, SIZE_MAX, &groups);
    assert_true(groups.start == 3 && groups.groups == 0 && groups.tail == 0);
}

static void addresses(void **state)
{
    uint64_t address = 7;
    (void)state;
    assert_true(crc_groups_physical(0x12000, &address));
    assert_int_equal(address, 0x13200);
    assert_true(crc_groups_logical(0x13200, &address));
    assert_int_equal(address, 0x12000);
    assert_true(crc_groups_logical(0x1C01C, &address));
    assert_int_equal(address, 0x1A5C0);
    assert_true(crc_groups_physical(0, &address));
    assert_int_equal(address, 0);
    assert_false(crc_groups_physical(1, &address));
    assert_false(crc_groups_physical(0xFFFFFFFFFFFFFFE0u, &address));
    assert_false(crc_groups_logical(0x1C000, &address));
    for (uint64_t logical = 0; logical < 0x100000; logical += 32) {
        uint64_t physical = 0, back = 1;
        assert_true(crc_groups_physical(logical, &physical));
        assert_true(crc_groups_logical(physical, &back));
        assert_true(back == logical);
    }
}

static void a_full_buffer_is_said(void **state)
{
    struct buffer in = {0}, out = {.limit = 64};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    crc_groups_insert(counting(100, 1, 0).data, 100, &in);
    assert_int_equal(crc_groups_remove(in.data, in.length, false, &out, &problem),
                     PROBLEM_INTERNAL);
    buffer_free(&in);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tools_vectors),
        cmocka_unit_test(what_went_in_comes_out),
        cmocka_unit_test(damaged_groups_are_found_exactly),
        cmocka_unit_test(a_start_behind_the_end_is_the_end),
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_full_buffer_is_said),
    };
    return cmocka_run_group_tests_name("crc_groups", tests, NULL, NULL);
}
