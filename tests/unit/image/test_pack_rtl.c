/* RTL8710BN images: the bytes of pick, checksum and ota (facts A.5), and walking any bytes. */
#include "rig.h"

static void pick(struct buffer *out, uint32_t start, uint32_t end, struct bytes in,
                 enum pick_mode mode)
{
    struct problem problem = PROBLEM_INIT;
    struct bytes copy = exact_copy(in.data, in.size);
    assert_int_equal(pack_rtl_pick(start, end, copy, mode, out, &problem), PROBLEM_NONE);
    exact_free(copy);
}

#define FF16 "ffffffffffffffffffffffffffffffff"

static void the_tools_vectors(void **state)
{
    struct bytes x = counting(100, 5, 1);
    struct buffer out = {0}, payload = {0}, sum = {0};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    pick(&out, 0x10005000, 0x10005064, x, PICK_IMAGE);
    assert_int_equal(out.length, 132);
    assert_memory_equal(out.data + 32, x.data, 100);
    out.length = 32;
    assert_hex(&out, "3831393538373131 64000000 00500010" FF16);
    buffer_clear(&out);

    pick(&out, 0x800B000, 0x800B000, counting(60, 3, 7), PICK_IMAGE);
    pick(&out, 0x10005000, 0x10005064, x, PICK_IMAGE);
    assert_int_equal(out.length, 164);
    pack_rtl_checksum(&out);
    buffer_append(&sum, out.data + 164, out.length - 164);
    assert_hex(&sum, "fa540000");
    buffer_clear(&out);

    assert_int_equal(pack_rtl_ota(counting(70, 5, 1), 0x0800B000, counting(50, 7, 9), 0x08100000,
                                  0x20170111, &out, &problem),
                     PROBLEM_NONE);
    assert_int_equal(out.length, 56 + 120);
    buffer_append(&payload, out.data + 56, 120);
    assert_memory_equal(payload.data, counting(70, 5, 1).data, 70);
    assert_memory_equal(payload.data + 70, counting(50, 7, 9).data, 50);
    out.length = 56;
    assert_hex(&out, "11011720 02000000 4f544131 18000000 711c0000 46000000 38000000 00b00008"
                     "4f544132 18000000 41150000 32000000 7e000000 00001008");
    buffer_free(&out);
    buffer_free(&payload);
    buffer_free(&sum);
}

static void pick_has_its_ways(void **state)
{
    struct bytes in = counting(20, 1, 0);
    struct buffer out = {0};
    (void)state;
    pick(&out, 0, 0, in, PICK_BOOT); /* all of it, at address 0 */
    assert_int_equal(out.length, 52);
    assert_memory_equal(out.data + 32, in.data, 20);
    out.length = 32;
    assert_hex(&out, "99999696 3fcc66fc 14000000 00000000" FF16);
    buffer_clear(&out);
    pick(&out, 0x10000008, 0, in, PICK_RAW); /* up to 0x10000000 + 20 */
    assert_hex(&out, "000102030405060708090a0b");
    buffer_clear(&out);
    pick(&out, 100, 105, in, PICK_RAW); /* always the first bytes */
    assert_hex(&out, "0001020304");
    buffer_clear(&out);
    pick(&out, 0x5000, 0x5005, in, PICK_IMAGE); /* the length is the input's */
    assert_hex(&out, "3831393538373131 14000000 00500000" FF16 "0001020304");
    buffer_clear(&out);
    pick(&out, 101, 100, in, PICK_IMAGE); /* -1 */
    assert_int_equal(out.length, 0);
    pick(&out, 0, 0, (struct bytes){NULL, 0}, PICK_IMAGE);
    assert_hex(&out, "3831393538373131 00000000 00000000" FF16);
    buffer_free(&out);
}

static void pick_refuses_more_than_there_is(void **state)
{
    static const uint32_t ranges[][2] = {{0, 21},         {0x10000010, 0x10000025},
                                         {102, 100},      {0, 0xFFFFFFFE},
                                         {0x800B000, 1},  {0x1015, 0}, /* begins behind its end */
                                         {1, 0x80000001}, {0x7FFFFFFF, 0xFFFFFFFE}};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct buffer out = {0};
        struct problem problem = PROBLEM_INIT;
        struct bytes in = exact_copy(counting(20, 1, 0).data, 20);
        holds(i, pack_rtl_pick(ranges[i][0], ranges[i][1], in, PICK_RAW, &out, &problem) ==
                     PROBLEM_IMAGE_REFUSED);
        holds(i, out.length == 0 && problem.what[0] && problem.hint[0]);
        exact_free(in);
        buffer_free(&out);
    }
}

static void a_whole_image_is_walked(void **state)
{
    struct buffer file = {0};
    struct rtl_image image;
    (void)state;
    pick(&file, 0, 0, counting(70, 3, 1), PICK_IMAGE);
    pick(&file, 0x10005000, 0x10005064, counting(100, 5, 1), PICK_IMAGE);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(!image.has_sum && image.rest == 0 && image.count == 2);
    pack_rtl_checksum(&file);
    struct bytes copy = exact_copy(file.data, file.length);
    assert_true(rtl_image_walk(copy, &image));
    assert_int_equal(image.count, 2);
    assert_true(image.has_sum && image.sum_ok && image.sum == image.computed);
    assert_true(!image.linux_bug && !image.cut && image.rest == 0);
    assert_int_equal(image.segments[0].length, 70);
    assert_int_equal(image.segments[1].offset, 102);
    assert_int_equal(image.segments[1].address, 0x10005000);
    assert_false(image.segments[1].boot || image.segments[1].empty);
    exact_free(copy);
    /* A wrong sum is one; bytes behind a right one are told. */
    file.data[40] ^= 1;
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(image.has_sum && !image.sum_ok);
    file.data[40] ^= 1;
    buffer_append(&file, "trailer", 7);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(image.has_sum && image.sum_ok && image.rest == 7);
    buffer_free(&file);
}

static void the_linux_build_is_seen(void **state)
{
    struct buffer file = {0};
    struct rtl_image image;
    (void)state;
    pick(&file, 0x800B000, 0x800B000, counting(60, 3, 7), PICK_IMAGE);
    pick(&file, 0x10005000, 0x10005064, counting(100, 5, 1), PICK_IMAGE);
    pack_rtl_checksum(&file);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(image.linux_bug && image.count == 2 && image.segments[0].empty);
    assert_int_equal(image.segments[1].offset, 32);
    assert_true(image.has_sum && image.sum_ok && !image.cut);
    buffer_clear(&file);
    /* A claim past the end of the file is the usual case. */
    pick(&file, 0x800B000, 0x800B000, counting(4000, 3, 7), PICK_IMAGE);
    pick(&file, 0x10005000, 0x10005064, counting(100, 5, 1), PICK_IMAGE);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(image.linux_bug && !image.cut && image.count == 2);
    buffer_clear(&file);
    /* A payload that begins like a header is no bug when its length leads to the end. */
    struct buffer inner = {0};
    pick(&inner, 0, 0, counting(30, 1, 1), PICK_IMAGE);
    pick(&file, 0, 0, of_buffer(&inner), PICK_IMAGE);
    pack_rtl_checksum(&file);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(!image.linux_bug && image.count == 1 && image.sum_ok);
    buffer_free(&inner);
    buffer_free(&file);
}

static void a_boot_file_has_no_sum_and_a_cut_one_is_cut(void **state)
{
    struct buffer file = {0};
    struct rtl_image image;
    (void)state;
    pick(&file, 0, 0, counting(100, 5, 1), PICK_BOOT);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(image.segments[0].boot && !image.has_sum && !image.cut && image.rest == 0);
    file.length--;
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_true(image.cut && image.count == 1 && image.rest == 0 && !image.has_sum);
    file.length = 31;
    assert_false(rtl_image_walk(of_buffer(&file), &image));
    buffer_free(&file);
}

static void more_segments_than_there_is_room_for(void **state)
{
    struct buffer file = {0};
    struct rtl_image image;
    (void)state;
    for (unsigned i = 0; i < RTL_SEGMENTS_MAX + 3; i++)
        pick(&file, 0, 0, counting(10, 5, 1), PICK_IMAGE);
    assert_true(rtl_image_walk(of_buffer(&file), &image));
    assert_int_equal(image.count, RTL_SEGMENTS_MAX);
    assert_int_equal(image.rest, 3 * 42);
    buffer_free(&file);
}

static void look_at_image(struct bytes file, uint64_t seed)
{
    struct rtl_image image;
    bool is = rtl_image_walk(file, &image);
    holds(seed, is == (image.count > 0) && image.count <= RTL_SEGMENTS_MAX);
    holds(seed, image.rest <= file.size && (!image.cut || image.rest == 0));
    for (unsigned i = 0; i < image.count; i++) {
        holds(seed, image.segments[i].offset + 32 <= file.size);
        holds(seed, i == 0 || image.segments[i].offset >= image.segments[i - 1].offset + 32);
    }
}

static void look_at_ota(struct bytes file, uint64_t seed)
{
    struct rtl_ota ota;
    bool is = rtl_ota_walk(file, &ota);
    holds(seed, is == (ota.count > 0) && ota.count <= 2);
    for (uint32_t i = 0; i < ota.count; i++) {
        const struct rtl_ota_entry *e = &ota.entries[i];
        holds(seed, e->inside == (e->offset >= 8 + 24 * ota.count &&
                                  (uint64_t)e->offset + e->length <= file.size));
        holds(seed, strlen(e->signature) == 4 && (e->inside || !e->sum_ok));
    }
}

static void an_ota_file_is_walked(void **state)
{
    struct buffer file = {0};
    struct problem problem = PROBLEM_INIT;
    struct rtl_ota ota;
    (void)state;
    assert_int_equal(pack_rtl_ota(counting(70, 5, 1), 0x0800B000, counting(50, 7, 9), 0x08100000,
                                  0x20170111, &file, &problem),
                     PROBLEM_NONE);
    assert_true(rtl_ota_walk(of_buffer(&file), &ota));
    assert_true(ota.version == 0x20170111 && ota.count == 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(ota.entries[i].inside && ota.entries[i].sum_ok);
        assert_int_equal(ota.entries[i].address, i ? 0x08100000 : 0x0800B000);
        assert_string_equal(ota.entries[i].signature, i ? "OTA2" : "OTA1");
    }
    file.data[file.length - 1] ^= 1;
    assert_true(rtl_ota_walk(of_buffer(&file), &ota));
    assert_true(ota.entries[0].sum_ok && ota.entries[1].inside && !ota.entries[1].sum_ok);
    damage_every_way(of_buffer(&file), look_at_ota);
    buffer_clear(&file);
    /* The one-image kind of rtl872xd. */
    uint8_t one[64];
    size_t n = from_hex("00000000 01000000 4f544131 18000000 06000000 03000000 20000000 00000000"
                        "010203",
                        one, sizeof one);
    assert_true(rtl_ota_walk((struct bytes){one, n}, &ota));
    assert_true(ota.count == 1 && ota.entries[0].inside && ota.entries[0].sum_ok);
    buffer_free(&file);
}

static void any_bytes(void **state)
{
    struct buffer file = {0};
    (void)state;
    rtl_image_walk((struct bytes){NULL, 0}, &(struct rtl_image){0});
    rtl_ota_walk((struct bytes){NULL, 0}, &(struct rtl_ota){0});
    pick(&file, 0, 0, counting(40, 3, 1), PICK_BOOT);
    pick(&file, 0x800B000, 0x800B000, counting(60, 3, 7), PICK_IMAGE);
    pick(&file, 0x10005000, 0x10005064, counting(100, 5, 1), PICK_IMAGE);
    pack_rtl_checksum(&file);
    damage_every_way(of_buffer(&file), look_at_image);
    buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tools_vectors),
        cmocka_unit_test(pick_has_its_ways),
        cmocka_unit_test(pick_refuses_more_than_there_is),
        cmocka_unit_test(a_whole_image_is_walked),
        cmocka_unit_test(the_linux_build_is_seen),
        cmocka_unit_test(a_boot_file_has_no_sum_and_a_cut_one_is_cut),
        cmocka_unit_test(more_segments_than_there_is_room_for),
        cmocka_unit_test(an_ota_file_is_walked),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests_name("pack_rtl", tests, NULL, NULL);
}
