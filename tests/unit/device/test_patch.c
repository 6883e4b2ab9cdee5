/* The patch code of the device with packages that were damaged or made to hurt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "device/patch.h"
#include "device/patch_section.h"
#include "image/diff_decoder.h"
#include "tests/unit/device/diff_vector.h"
#include "ymodem/crc16.h"

static uint8_t old_image[VECTOR_OLD], new_image[VECTOR_NEW];

/* A board: the image, a package, and everything that was asked of the flash. */
struct rig {
    const uint8_t *package;
    uint32_t package_size;
    uint32_t old_size, image_size;
    unsigned written; /* slices */
    int fail_at;      /* the call that fails; 0 = none */
    int calls;
    struct patch_port port;
    struct diff_decoder decoders[3];
    const struct patch_decoder *pointers[3];
    struct patch patch;
    uint8_t slice[VECTOR_SLICE + 16]; /* the last bytes must stay as they are */
    uint8_t image[3 * VECTOR_SLICE];
};

static int call(struct rig *r)
{
    return ++r->calls == r->fail_at ? -1 : 0;
}

static int read_package(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    struct rig *r = user;
    assert_true(offset <= r->package_size && n <= r->package_size - offset);
    memcpy(into, r->package + offset, n);
    return call(r);
}

static int read_old(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    struct rig *r = user;
    assert_true(offset <= r->image_size && n <= r->image_size - offset);
    memcpy(into, r->image + offset, n);
    return call(r);
}

static int write_slice(void *user, uint32_t index, uint32_t offset, const uint8_t *bytes,
                       uint32_t n)
{
    struct rig *r = user;
    assert_int_equal(index, r->written);
    assert_true(offset <= r->image_size && n <= sizeof r->image - offset);
    assert_int_equal(ymodem_crc16(0, bytes, n), r->patch.crc_meant);
    memcpy(r->image + offset, bytes, n);
    if (r->image_size < offset + n)
        r->image_size = offset + n;
    r->written++;
    return call(r);
}

static void rig_open(struct rig *r, const uint8_t *package, size_t n)
{
    memset(r, 0, offsetof(struct rig, slice));
    memset(r->slice + VECTOR_SLICE, 0xA5, sizeof r->slice - VECTOR_SLICE);
    r->package = package;
    r->package_size = (uint32_t)n;
    r->old_size = r->image_size = VECTOR_OLD;
    memcpy(r->image, old_image, VECTOR_OLD);
    r->port = (struct patch_port){read_package, read_old, write_slice, r};
    for (unsigned i = 0; i < 3; i++) {
        diff_decoder_open(&r->decoders[i], (struct bytes){package, n});
        r->pointers[i] = &r->decoders[i].decoder;
    }
}

static enum patch_result rig_init(struct rig *r, uint32_t slice_size)
{
    return patch_init(&r->patch, &r->port, r->pointers, r->package_size, r->old_size, slice_size,
                      r->slice, VECTOR_SLICE);
}

static void rig_close(struct rig *r)
{
    for (unsigned i = 0; i < 3; i++)
        diff_decoder_close(&r->decoders[i]);
    for (size_t i = VECTOR_SLICE; i < sizeof r->slice; i++)
        assert_int_equal(r->slice[i], 0xA5);
}

static enum patch_result rig_run(struct rig *r, uint32_t slice_size)
{
    bool done = false, still;
    enum patch_result result = rig_init(r, slice_size);
    while (result == PATCH_OK && !done)
        result = patch_next(&r->patch, &done);
    /* Whatever it was, it stays so. */
    assert_int_equal(patch_next(&r->patch, &still), result);
    assert_int_equal(still, done);
    rig_close(r);
    return result;
}

static struct rig rig;

static enum patch_result apply(const uint8_t *package, size_t n)
{
    /* An own allocation, so that a byte behind the package is found out. */
    uint8_t *copy = malloc(n ? n : 1);
    memcpy(copy, package, n);
    rig_open(&rig, copy, n);
    enum patch_result result = rig_run(&rig, VECTOR_SLICE);
    free(copy);
    return result;
}

/* --- packages made here --- */

struct package {
    uint8_t bytes[100000];
    size_t length;
};

static void put_number(uint8_t *to, int64_t value)
{
    uint64_t magnitude = value < 0 ? (uint64_t)-value : (uint64_t)value;
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(magnitude >> (8 * i));
    to[7] |= value < 0 ? 0x80 : 0;
}

struct xz {
    uint32_t dictionary;
    lzma_check check;
    bool filter;
};
static const struct xz usual = {PATCH_DICTIONARY, LZMA_CHECK_CRC32, false};

static size_t pack(struct package *p, const void *raw, size_t n, struct xz xz)
{
    lzma_options_lzma options;
    lzma_filter filters[3] = {
        {LZMA_FILTER_X86, NULL}, {LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    size_t before = p->length;
    lzma_lzma_preset(&options, 6);
    options.dict_size = xz.dictionary;
    assert_int_equal(lzma_stream_buffer_encode(filters + (xz.filter ? 0 : 1), xz.check, NULL, raw,
                                               n, p->bytes, &p->length, sizeof p->bytes),
                     LZMA_OK);
    return p->length - before;
}

/* A section of one slice. Only what a test wants to be wrong is wrong. */
static void put_section(struct package *p, const int64_t *steps, size_t count, const void *add,
                        size_t add_size, const void *extra, size_t extra_size, const uint8_t *slice,
                        uint32_t size, struct xz xz)
{
    uint8_t *control = malloc(count * 8 + 1), *header = p->bytes + p->length;
    for (size_t i = 0; i < count; i++)
        put_number(control + i * 8, steps[i]);
    memcpy(header, "BSDIFF40", 8);
    p->length += PATCH_HEADER;
    put_number(header + 8, (int64_t)pack(p, control, count * 8, xz));
    put_number(header + 16, add_size ? (int64_t)pack(p, add, add_size, xz) : 0);
    put_number(header + 24, extra_size ? (int64_t)pack(p, extra, extra_size, xz) : 0);
    put_number(header + 32, size);
    put_number(header + 40, ymodem_crc16(0, slice, size));
    free(control);
}

static struct package made;

static enum patch_result one_section(const int64_t *steps, size_t count, size_t add_size,
                                     const char *extra, const uint8_t *slice, uint32_t size)
{
    static const uint8_t zeros[1000];
    made.length = 0;
    put_section(&made, steps, count, zeros, add_size, extra, strlen(extra), slice, size, usual);
    return apply(made.bytes, made.length);
}

/* --- tests --- */

static void the_vendors_package_restores_the_new_image(void **state)
{
    (void)state;
    assert_int_equal(apply(vector_diff, sizeof vector_diff), PATCH_OK);
    assert_int_equal(rig.written, 2);
    assert_int_equal(rig.patch.new_at, VECTOR_NEW);
    assert_memory_equal(rig.image, new_image, VECTOR_NEW);
}

static void no_truncation_passes(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof vector_diff; n++) {
        enum patch_result result = apply(vector_diff, n);
        /* Cut exactly between its sections it is a package, of a shorter image. */
        assert_int_equal(result, n == 264 ? PATCH_OK : PATCH_FORMAT);
        assert_int_equal(rig.written, n < 264 ? 0 : 1);
    }
}

static void bytes_left_over_do_not_pass(void **state)
{
    uint8_t longer[sizeof vector_diff + 60] = {0};
    (void)state;
    memcpy(longer, vector_diff, sizeof vector_diff);
    for (size_t n = 1; n <= 60; n++) {
        /* The second section is no longer the last, and it is short. */
        assert_int_equal(apply(longer, sizeof vector_diff + n), PATCH_BOUNDS);
        assert_int_equal(rig.written, 1);
    }
    /* After whole slices, it is a section that is none. */
    for (size_t n = 1; n <= 60; n++) {
        memset(longer + 264, 0, n);
        assert_int_equal(apply(longer, 264 + n), PATCH_FORMAT);
        assert_int_equal(rig.written, 1);
    }
}

static void no_changed_byte_of_a_header_passes(void **state)
{
    static const size_t headers[2] = {0, 264};
    uint8_t copy[sizeof vector_diff];
    (void)state;
    memcpy(copy, vector_diff, sizeof copy);
    for (unsigned h = 0; h < 2; h++) {
        for (size_t at = headers[h]; at < headers[h] + PATCH_HEADER; at++) {
            for (unsigned change = 1; change < 256; change++) {
                bool done;
                copy[at] ^= (uint8_t)change;
                rig_open(&rig, copy, sizeof copy);
                assert_int_equal(rig_init(&rig, VECTOR_SLICE), PATCH_OK);
                /* To the second section at once, as after a restart. */
                rig.patch.package_at = (uint32_t)headers[h];
                rig.patch.index = h;
                rig.patch.new_at = h * VECTOR_SLICE;
                memcpy(rig.image, new_image, h * VECTOR_SLICE);
                assert_int_not_equal(patch_next(&rig.patch, &done), PATCH_OK);
                assert_int_equal(rig.written, 0);
                rig_close(&rig);
                copy[at] ^= (uint8_t)change;
            }
        }
    }
}

static void no_slice_is_written_that_is_not_the_one_meant(void **state)
{
    uint8_t copy[sizeof vector_diff];
    struct random_source random;
    unsigned passed = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        random_seed(&random, seed);
        memcpy(copy, vector_diff, sizeof copy);
        for (uint32_t n = 1 + random_below(&random, 4); n; n--)
            copy[random_below(&random, sizeof copy)] ^= (uint8_t)(1 + random_below(&random, 255));
        enum patch_result result = apply(copy, sizeof copy);
        /* write_slice has checked the CRC; a changed CRC cannot pass for the vendor's slices. */
        if (result == PATCH_OK)
            passed += memcmp(rig.image, new_image, VECTOR_NEW) == 0 ? 0 : 1;
    }
    assert_int_equal(passed, 0);
}

static void a_wrong_base_is_found_before_anything_is_written(void **state)
{
    (void)state;
    rig_open(&rig, vector_diff, sizeof vector_diff);
    rig.image[1000] ^= 1;
    assert_int_equal(rig_run(&rig, VECTOR_SLICE), PATCH_CRC);
    assert_int_equal(rig.written, 0);
    assert_int_equal(rig.patch.crc_meant, 0x079E);
    assert_int_not_equal(rig.patch.crc_found, 0x079E);
}

static void a_wrong_slice_size_is_found(void **state)
{
    (void)state;
    rig_open(&rig, vector_diff, sizeof vector_diff);
    assert_int_equal(rig_run(&rig, VECTOR_SLICE / 4), PATCH_BOUNDS);
    assert_int_equal(rig.written, 0);
    /* Smaller slices than agreed would fit, and lead to other places in flash. */
    static const int64_t steps[] = {16384, 0, 0};
    static const uint8_t zeros[16384];
    made.length = 0;
    put_section(&made, steps, 3, zeros, 16384, "", 0, old_image, 16384, usual);
    put_section(&made, steps, 3, zeros, 16384, "", 0, old_image, 16384, usual);
    assert_int_equal(apply(made.bytes, made.length), PATCH_BOUNDS);
    assert_int_equal(rig.written, 0);
}

static void steps_lead_only_through_the_old_image(void **state)
{
    uint8_t slice[200];
    (void)state;
    memcpy(slice, old_image + VECTOR_OLD - 100, 100);
    memcpy(slice + 100, old_image, 100);
    static const int64_t good[] = {0, 0, VECTOR_OLD - 100, 100, 0, -(int64_t)VECTOR_OLD, 100,
                                   0, -7};
    assert_int_equal(one_section(good, 9, 200, "", slice, 200), PATCH_OK);
    /* One byte over the end, though nothing but zeros is behind it. */
    static const int64_t over[] = {0, 0, VECTOR_OLD - 99, 100, 0, -(int64_t)VECTOR_OLD, 100, 0, 0};
    assert_int_equal(one_section(over, 9, 200, "", slice, 200), PATCH_FORMAT);
    assert_true(rig.patch.outside_old);
    static const int64_t before[] = {0, 0, -1, 200, 0, 0};
    assert_int_equal(one_section(before, 6, 200, "", slice, 200), PATCH_FORMAT);
    assert_true(rig.patch.outside_old);
    /* The vendor's applier looks even where nothing is added. */
    static const int64_t beyond[] = {0, 0, VECTOR_OLD + 1, 0, 3, 0};
    assert_int_equal(one_section(beyond, 6, 0, "abc", (const uint8_t *)"abc", 3), PATCH_FORMAT);
    static const int64_t at_end[] = {0, 0, VECTOR_OLD, 0, 3, 0};
    assert_int_equal(one_section(at_end, 6, 0, "abc", (const uint8_t *)"abc", 3), PATCH_OK);
    assert_int_equal(rig.written, 1);
}

static void numbers_of_any_size_are_refused_in_order(void **state)
{
    static const int64_t bad[] = {-1,        4,          101,
                                  INT32_MAX, UINT32_MAX, (int64_t)UINT32_MAX + 1,
                                  INT64_MAX, -INT64_MAX, INT64_MAX - 100};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        for (unsigned field = 0; field < 2; field++) {
            int64_t steps[3] = {0, 0, 0};
            steps[field] = bad[i];
            assert_int_equal(one_section(steps, 3, 0, "abc", (const uint8_t *)"abc", 3),
                             PATCH_FORMAT);
            assert_int_equal(rig.written, 0);
        }
        if (bad[i] == 4 || bad[i] == 101)
            continue;
        int64_t steps[6] = {0, 1, bad[i], 0, 2, 0};
        assert_int_equal(one_section(steps, 6, 0, "abc", (const uint8_t *)"abc", 3), PATCH_FORMAT);
    }
    int64_t value;
    static const uint8_t minus_zero[8] = {0, 0, 0, 0, 0, 0, 0, 0x80};
    assert_false(patch_number(minus_zero, &value));
}

static void streams_end_where_their_slice_ends(void **state)
{
    static const int64_t steps[] = {2, 3, 0, 0, 0, 0};
    uint8_t slice[5];
    (void)state;
    memcpy(slice, old_image, 2);
    memcpy(slice + 2, "abc", 3);
    assert_int_equal(one_section(steps, 3, 2, "abc", slice, 5), PATCH_OK);
    assert_int_equal(one_section(steps, 2, 2, "abc", slice, 5), PATCH_FORMAT); /* half a triple */
    assert_int_equal(one_section(steps, 4, 2, "abc", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 6, 2, "abc", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 0, 2, "abc", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 0, "abc", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 1, "abc", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 3, "abc", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 2, "", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 2, "ab", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 2, "abcd", slice, 5), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 2, "abc", slice, 4), PATCH_FORMAT);
    assert_int_equal(one_section(steps, 3, 2, "abc", slice, 0), PATCH_FORMAT);
    assert_int_equal(rig.written, 0);
}

static void steps_that_go_nowhere_end(void **state)
{
    (void)state;
    /* Two megabytes of steps in a few hundred bytes of xz. */
    static int64_t steps[250000];
    assert_int_equal(one_section(steps, 249999, 0, "abc", (const uint8_t *)"abc", 3), PATCH_FORMAT);
    assert_true(made.length < 2000);
    assert_int_equal(rig.decoders[0].stream.total_out, 4 * 24);
}

static void the_decoder_keeps_to_what_a_board_can_do(void **state)
{
    static const int64_t steps[] = {0, 3, 0};
    static const struct {
        struct xz xz;
        enum patch_result result;
    } cases[] = {
        {{4096, LZMA_CHECK_CRC32, false}, PATCH_OK},
        {{16384, LZMA_CHECK_NONE, false}, PATCH_OK},
        {{24576, LZMA_CHECK_CRC32, false}, PATCH_FORMAT},
        {{32768, LZMA_CHECK_CRC32, false}, PATCH_FORMAT},
        {{1 << 23, LZMA_CHECK_CRC32, false}, PATCH_FORMAT},
        {{16384, LZMA_CHECK_CRC64, false}, PATCH_FORMAT},
        {{16384, LZMA_CHECK_SHA256, false}, PATCH_FORMAT},
        {{16384, LZMA_CHECK_CRC32, true}, PATCH_FORMAT},
        {{4096, LZMA_CHECK_CRC32, true}, PATCH_FORMAT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        made.length = 0;
        put_section(&made, steps, 3, "", 0, "abc", 3, (const uint8_t *)"abc", 3, cases[i].xz);
        assert_int_equal(apply(made.bytes, made.length), cases[i].result);
        assert_int_equal(rig.written, cases[i].result == PATCH_OK);
        assert_true(cases[i].result == PATCH_OK || rig.decoders[0].reason);
    }
}

static void the_image_grows_and_later_slices_see_it(void **state)
{
    static const int64_t first[] = {0, VECTOR_SLICE, 0};
    static const int64_t third[] = {0, 0, 2 * VECTOR_SLICE - 10, 10, 0, 0};
    static uint8_t slice[VECTOR_SLICE];
    static const uint8_t zeros[VECTOR_SLICE];
    (void)state;
    for (size_t i = 0; i < sizeof slice; i++)
        slice[i] = (uint8_t)(i / 300);
    made.length = 0;
    put_section(&made, first, 3, "", 0, slice, sizeof slice, slice, sizeof slice, usual);
    put_section(&made, first, 3, "", 0, slice, sizeof slice, slice, sizeof slice, usual);
    put_section(&made, third, 6, zeros, 10, "", 0, slice + sizeof slice - 10, 10, usual);
    assert_int_equal(apply(made.bytes, made.length), PATCH_OK);
    assert_int_equal(rig.patch.new_at, 2 * VECTOR_SLICE + 10);
    assert_memory_equal(rig.image + 2 * VECTOR_SLICE, slice + sizeof slice - 10, 10);
}

static void flash_that_fails_is_told_as_such(void **state)
{
    enum patch_result result = PATCH_FLASH;
    int calls = 1;
    (void)state;
    for (; result != PATCH_OK; calls++) {
        rig_open(&rig, vector_diff, sizeof vector_diff);
        rig.fail_at = calls;
        result = rig_run(&rig, VECTOR_SLICE);
        assert_true(result == PATCH_FLASH || result == PATCH_OK);
    }
    assert_true(calls > 250);
}

static void impossible_parameters_are_refused(void **state)
{
    bool done = true;
    (void)state;
    rig_open(&rig, vector_diff, sizeof vector_diff);
    assert_int_equal(rig_init(&rig, 0), PATCH_PARAMETERS);
    assert_int_equal(rig_init(&rig, VECTOR_SLICE + 1), PATCH_MEMORY);
    assert_int_equal(patch_next(&rig.patch, &done), PATCH_MEMORY);
    assert_false(done);
    rig.old_size = 0;
    assert_int_equal(rig_init(&rig, VECTOR_SLICE), PATCH_PARAMETERS);
    rig.old_size = VECTOR_OLD;
    rig.pointers[2] = rig.pointers[0];
    assert_int_equal(rig_init(&rig, VECTOR_SLICE), PATCH_PARAMETERS);
    rig.pointers[2] = NULL;
    assert_int_equal(rig_init(&rig, VECTOR_SLICE), PATCH_PARAMETERS);
    rig_close(&rig);
    for (int i = -1; i < 8; i++)
        assert_true(strlen(patch_result_text((enum patch_result)i)) > 5);
}

static void two_boards_at_once_do_not_disturb_each_other(void **state)
{
    static struct rig a, b;
    bool a_done = false, b_done = false;
    (void)state;
    rig_open(&a, vector_diff, sizeof vector_diff);
    rig_open(&b, vector_diff, sizeof vector_diff);
    assert_int_equal(rig_init(&a, VECTOR_SLICE), PATCH_OK);
    assert_int_equal(rig_init(&b, VECTOR_SLICE), PATCH_OK);
    while (!a_done || !b_done) {
        assert_int_equal(patch_next(&a.patch, &a_done), PATCH_OK);
        assert_int_equal(patch_next(&b.patch, &b_done), PATCH_OK);
    }
    rig_close(&a);
    rig_close(&b);
    assert_memory_equal(a.image, new_image, VECTOR_NEW);
    assert_memory_equal(b.image, new_image, VECTOR_NEW);
}

static void a_restart_goes_on_where_the_last_slice_was_written(void **state)
{
    bool done;
    (void)state;
    rig_open(&rig, vector_diff, sizeof vector_diff);
    assert_int_equal(rig_init(&rig, VECTOR_SLICE), PATCH_OK);
    assert_int_equal(patch_next(&rig.patch, &done), PATCH_OK);
    assert_false(done);
    uint32_t package_at = rig.patch.package_at, new_at = rig.patch.new_at, index = rig.patch.index;
    assert_int_equal(rig_init(&rig, VECTOR_SLICE), PATCH_OK);
    rig.patch.package_at = package_at;
    rig.patch.new_at = new_at;
    rig.patch.index = index;
    assert_int_equal(patch_next(&rig.patch, &done), PATCH_OK);
    assert_true(done);
    /* A place that was kept wrongly is refused. */
    rig.patch.package_at = sizeof vector_diff + 1;
    assert_int_equal(patch_next(&rig.patch, &done), PATCH_FORMAT);
    rig_close(&rig);
    assert_memory_equal(rig.image, new_image, VECTOR_NEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vendors_package_restores_the_new_image),
        cmocka_unit_test(no_truncation_passes),
        cmocka_unit_test(bytes_left_over_do_not_pass),
        cmocka_unit_test(no_changed_byte_of_a_header_passes),
        cmocka_unit_test(no_slice_is_written_that_is_not_the_one_meant),
        cmocka_unit_test(a_wrong_base_is_found_before_anything_is_written),
        cmocka_unit_test(a_wrong_slice_size_is_found),
        cmocka_unit_test(steps_lead_only_through_the_old_image),
        cmocka_unit_test(numbers_of_any_size_are_refused_in_order),
        cmocka_unit_test(streams_end_where_their_slice_ends),
        cmocka_unit_test(steps_that_go_nowhere_end),
        cmocka_unit_test(the_decoder_keeps_to_what_a_board_can_do),
        cmocka_unit_test(the_image_grows_and_later_slices_see_it),
        cmocka_unit_test(flash_that_fails_is_told_as_such),
        cmocka_unit_test(impossible_parameters_are_refused),
        cmocka_unit_test(two_boards_at_once_do_not_disturb_each_other),
        cmocka_unit_test(a_restart_goes_on_where_the_last_slice_was_written),
    };
    vector_images(old_image, new_image);
    return cmocka_run_group_tests_name("diff packages on the device", tests, NULL, NULL);
}
