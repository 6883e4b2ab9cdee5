/* What the build scripts put together (facts A.3, A.4, A.6 to A.9), byte for byte. */
#include "rig.h"

#include "image/crc_groups.h"

static struct bytes text(const char *s)
{
    return (struct bytes){(const uint8_t *)s, strlen(s)};
}

/* --- A.3 --- */

static void merge_moves_nothing(void **state)
{
    struct buffer out = {0};
    bool displaced = true;
    (void)state;
    pack_merge(&out, 0, text("AB"), &displaced);
    assert_false(displaced);
    pack_merge(&out, 0x10, text("CD"), NULL);
    pack_merge(&out, 8, text("AB"), &displaced);
    assert_true(displaced);
    assert_hex(&out, "4142 ffffffffffffffffffffffffffff 4344 4142");
    pack_merge(&out, 20, text("E"), &displaced);
    assert_false(displaced);
    assert_int_equal(out.length, 21);
    buffer_free(&out);
}

static void an_offset_past_the_limit_allocates_nothing(void **state)
{
    struct buffer out = {0};
    (void)state;
    pack_merge(&out, 0x80000000u, text("AB"), NULL);
    assert_true(out.failed);
    assert_int_equal(out.capacity, 0);
    buffer_free(&out);
}

/* --- A.4 --- */

static void an_mk3060_file_has_the_application_in_its_place(void **state)
{
    struct buffer flash = {0}, update = {0}, boot = {0}, app = {0};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    assert_int_equal(pack_mk3060_flash(counting(100, 7, 3), counting(50, 5, 1), &flash, &problem),
                     PROBLEM_NONE);
    pack_mk3060_update(counting(50, 5, 1), &update);
    crc_groups_insert(counting(100, 7, 3).data, 100, &boot);
    crc_groups_insert(counting(50, 5, 1).data, 50, &app);
    assert_int_equal(update.length, 28 + 68);
    assert_memory_equal(update.data, counting(28, 0, 0).data, 28);
    assert_memory_equal(update.data + 28, app.data, 68);
    assert_int_equal(flash.length, 0x8E00 + update.length);
    assert_memory_equal(flash.data, boot.data, 136);
    for (size_t i = 136; i < 0x8E00; i++)
        assert_int_equal(flash.data[i], 0xFF);
    assert_memory_equal(flash.data + 0x8E00, update.data, update.length);
    /* Where it lies in flash the groups are on multiples of 34. */
    assert_int_equal((0x13200 + 0x8E00 + 28) % 34, 0);
    buffer_free(&flash);
    buffer_free(&update);
    buffer_free(&boot);
    buffer_free(&app);
}

static void a_second_boot_may_fill_its_place_and_no_more(void **state)
{
    struct random_source r = {1};
    struct bytes boot = random_bytes(&r, 1069 * 32 + 1);
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    assert_int_equal(
        pack_mk3060_flash((struct bytes){boot.data, boot.size - 1}, text("app"), &out, &problem),
        PROBLEM_NONE);
    assert_int_equal(out.length, 0x8E00 + 28 + 34);
    assert_int_equal(pack_mk3060_flash(boot, text("app"), &out, &problem), PROBLEM_IMAGE_REFUSED);
    exact_free(boot);
    buffer_free(&out);
}

/* --- A.6 --- */

static void rda5981_has_a_header(void **state)
{
    struct buffer out = {0};
    (void)state;
    pack_rda5981(counting(100, 7, 3), counting(60, 5, 1), &out);
    assert_int_equal(out.length, 36 + 60);
    assert_memory_equal(out.data + 36, counting(60, 5, 1).data, 60);
    out.length = 36;
    /* Version: "1439601910" in 24 bytes. Sums from zlib.crc32(...) ^ 0xFFFFFFFF. */
    assert_hex(&out, "aeae0000 31343339363031393130 0000000000000000000000000000"
                     "c65e368a 3c000000");
    buffer_free(&out);
}

/* --- A.7 --- */

static void two_banks(void **state)
{
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    assert_int_equal(pack_stm32_dual(12, 4, text("ab"), text("APP"), false, &out, &problem),
                     PROBLEM_NONE);
    assert_hex(&out, "6162ffff 415050 ffffffffff 6162ffff 415050");
    buffer_clear(&out);
    assert_int_equal(pack_stm32_dual(12, 4, text("ab"), text("APP"), true, &out, &problem),
                     PROBLEM_NONE);
    assert_hex(&out, "6162ffff 415050 ffffffffff 6162");
    buffer_clear(&out);
    /* Each part may fill its place. */
    assert_int_equal(pack_stm32_dual(12, 4, text("abcd"), text("APPAPPAP"), false, &out, &problem),
                     PROBLEM_NONE);
    assert_int_equal(out.length, 24);
    buffer_free(&out);
}

static void a_part_that_runs_over_is_refused(void **state)
{
    static const struct {
        uint32_t bank, offset;
        const char *boot, *app;
    } cases[] = {{12, 4, "abcde", "APP"},
                 {12, 4, "ab", "APPAPPAPP"},
                 {3, 4, "ab", "APP"},
                 {0, 4, "ab", "APP"},
                 {12, 0, "", "APP"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out = {0};
        struct problem problem = PROBLEM_INIT;
        assert_int_equal(pack_stm32_dual(cases[i].bank, cases[i].offset, text(cases[i].boot),
                                         text(cases[i].app), false, &out, &problem),
                         PROBLEM_IMAGE_REFUSED);
        assert_true(problem.what[0] && problem.hint[0]);
        buffer_free(&out);
    }
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    assert_int_equal(
        pack_stm32_dual(0xFFFFFFFFu, 0xFFFFFFFFu, text("ab"), text("APP"), false, &out, &problem),
        PROBLEM_INTERNAL);
    assert_true(out.capacity < 4096);
    buffer_free(&out);
}

/* --- A.8 --- */

static void esp8266(struct bytes irom, struct buffer *out)
{
    struct problem problem = PROBLEM_INIT;
    uint8_t rodata[9];
    for (unsigned i = 0; i < 9; i++)
        rodata[i] = (uint8_t)(200 - i);
    struct esp8266_parts parts = {.irom = irom,
                                  .text = counting(10, 5, 1),
                                  .data = counting(6, 1, 0),
                                  .rodata = {rodata, 9},
                                  .entry = 0x40100004,
                                  .data_address = 0x3FFE8000,
                                  .rodata_address = 0x3FFE8010,
                                  .flash_mode = 1,
                                  .clock_divider = 15,
                                  .size_map = 5};
    assert_int_equal(pack_esp8266(&parts, out, &problem), PROBLEM_NONE);
}

static void the_esp8266_vectors(void **state)
{
    struct buffer out = {0}, irom = {0}, crc = {0};
    struct esp8266_app app;
    (void)state;
    esp8266(counting(37, 3, 0), &out);
    assert_hex(&out, "ea04015f040010400000000030000000000306090c0f1215181b1e2124272a2d30333639"
                     "3c3f4245484b4e5154575a5d606366696c0000000000000000000000e903015f04001040"
                     "000010400c00000001060b10151a1f24292e00000080fe3f080000000001020304050000"
                     "1080fe3f0c000000c8c7c6c5c4c3c2c1c000000000000000000000000000000000000009"
                     "d6873878");
    struct bytes copy = exact_copy(out.data, out.length);
    assert_true(esp8266_app_walk(copy, &app));
    exact_free(copy);
    assert_int_equal(app.segments, 3);
    assert_int_equal(app.irom_length, 48);
    assert_int_equal(app.entry, 0x40100004);
    assert_true(app.checksum_ok && app.checksum == 9);
    assert_true(app.crc_ok && app.crc == 0x783887D6);
    /* One more byte and the CRC's sign is the other one. */
    buffer_append(&irom, counting(37, 3, 0).data, 37);
    buffer_append(&irom, "\x01", 1);
    buffer_clear(&out);
    esp8266(of_buffer(&irom), &out);
    buffer_append(&crc, out.data + out.length - 4, 4);
    assert_hex(&crc, "b4139e47");
    assert_true(esp8266_app_walk(of_buffer(&out), &app));
    assert_true(app.checksum_ok && app.crc_ok);
    buffer_free(&out);
    buffer_free(&irom);
    buffer_free(&crc);
}

static void esp8266_files_of_all_sizes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct random_source r;
        struct buffer out = {0};
        struct problem problem = PROBLEM_INIT;
        struct esp8266_app app;
        struct bytes part[4];
        unsigned filled = 0;
        random_seed(&r, seed);
        for (unsigned i = 0; i < 4; i++) {
            part[i] = random_bytes(&r, random_one_in(&r, 4) ? 0 : random_below(&r, 40));
            filled += i && part[i].size;
        }
        struct esp8266_parts parts = {.irom = part[0],
                                      .text = part[1],
                                      .data = part[2],
                                      .rodata = part[3],
                                      .data_address = 0x3FFE8000,
                                      .rodata_address = 0x3FFE8010};
        holds(seed, pack_esp8266(&parts, &out, &problem) == PROBLEM_NONE);
        holds(seed, out.length % 16 == 4);
        struct bytes copy = exact_copy(out.data, out.length);
        holds(seed, esp8266_app_walk(copy, &app));
        holds(seed, app.segments == filled && app.checksum_ok && app.crc_ok);
        holds(seed, app.irom_length == (part[0].size + 15) / 16 * 16);
        exact_free(copy);
        for (unsigned i = 0; i < 4; i++)
            exact_free(part[i]);
        buffer_free(&out);
    }
}

static void look_at_esp8266(struct bytes file, uint64_t seed)
{
    struct esp8266_app app;
    bool is = esp8266_app_walk(file, &app);
    holds(seed, !is || (file.size >= 16 && file.data[0] == 0xEA));
    holds(seed, is || (!app.checksum_ok && !app.crc_ok && app.segments == 0));
    holds(seed, app.segments <= 255);
}

static void any_bytes_as_esp8266(void **state)
{
    struct buffer out = {0};
    (void)state;
    look_at_esp8266((struct bytes){NULL, 0}, 0);
    esp8266(counting(37, 3, 0), &out);
    damage_every_way(of_buffer(&out), look_at_esp8266);
    buffer_clear(&out);
    esp8266((struct bytes){NULL, 0}, &out);
    damage_every_way(of_buffer(&out), look_at_esp8266);
    buffer_free(&out);
}

/* --- A.9 --- */

static void atsam_pads_to_four(void **state)
{
    static const char *const files[] = {"00000000", "01ffffff 6b9e4699", "0106ffff 34d65323",
                                        "01060bff 8df28353", "01060b10 640d3663"};
    (void)state;
    for (size_t n = 0; n < 5; n++) {
        struct buffer out = {0};
        pack_atsam(counting(n, 5, 1), &out);
        assert_hex(&out, files[n]);
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge_moves_nothing),
        cmocka_unit_test(an_offset_past_the_limit_allocates_nothing),
        cmocka_unit_test(an_mk3060_file_has_the_application_in_its_place),
        cmocka_unit_test(a_second_boot_may_fill_its_place_and_no_more),
        cmocka_unit_test(rda5981_has_a_header),
        cmocka_unit_test(two_banks),
        cmocka_unit_test(a_part_that_runs_over_is_refused),
        cmocka_unit_test(the_esp8266_vectors),
        cmocka_unit_test(esp8266_files_of_all_sizes),
        cmocka_unit_test(any_bytes_as_esp8266),
        cmocka_unit_test(atsam_pads_to_four),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
