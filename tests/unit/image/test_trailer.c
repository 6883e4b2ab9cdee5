/* Update trailers: the script's bytes in all versions (facts A.2), and what each damage is called.
 */
#include "rig.h"

#include "image/crc_groups.h"
#include "image/trailer.h"

static void appended(struct bytes in, enum trailer_version version, const char *trailer)
{
    struct buffer out = {0}, tail = {0};
    trailer_append(in.data, in.size, version, 0, &out);
    assert_false(out.failed);
    assert_true(out.length > in.size);
    if (in.size)
        assert_memory_equal(out.data, in.data, in.size);
    buffer_append(&tail, out.data + in.size, out.length - in.size);
    assert_hex(&tail, trailer);
    buffer_free(&out);
    buffer_free(&tail);
}

static void the_scripts_vectors(void **state)
{
    struct buffer groups = {0};
    (void)state;
    crc_groups_insert(counting(100, 7, 3).data, 100, &groups);
    appended(of_buffer(&groups), TRAILER_V1,
             "efefefef 88000000 163e44523a9d5d6ff9681da8bcdcd02d ffffffff");
    appended((struct bytes){NULL, 0}, TRAILER_V1,
             "efefefef 00000000 d41d8cd98f00b204e9800998ecf8427e ffffffff");
    appended(counting(100, 7, 3), TRAILER_V4,
             "ffffffff efefefef 68000000 47dd90c8a32542f708c0201e8114f720 01 00 5b62");
    appended(of_buffer(&groups), TRAILER_MICO, "163e44523a9d5d6ff9681da8bcdcd02d");
    buffer_free(&groups);
}

static struct trailer_found look_at(struct bytes file)
{
    struct trailer_found found;
    struct bytes copy = exact_copy(file.data, file.size);
    trailer_find(copy.data, copy.size, &found);
    exact_free(copy);
    return found;
}

static void what_is_appended_is_found(void **state)
{
    static const uint32_t magics[] = {0,          0xEFEFEFEF, 0xABABABAB,
                                      0xCDCDCDCD, 0xEFCDEFCD, 0xABCDABCD};
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct random_source r;
        struct buffer file = {0};
        random_seed(&r, seed);
        enum trailer_version version = (enum trailer_version)random_below(&r, 3);
        uint32_t magic = magics[random_below(&r, 6)];
        struct bytes image = random_bytes(&r, random_below(&r, 300));
        trailer_append(image.data, image.size, version, magic, &file);
        struct trailer_found f = look_at(of_buffer(&file));
        size_t front = image.size + (version == TRAILER_V4 ? 4 : 0);
        holds(seed, f.fault == TRAILER_FINE && f.version == version && f.offset == front);
        holds(seed, f.trailer.size == front && memcmp(f.md5, f.trailer.md5, 16) == 0);
        holds(seed, version == TRAILER_MICO || f.trailer.magic == (magic ? magic : 0xEFEFEFEF));
        holds(seed, version != TRAILER_V4 || f.crc16 == f.trailer.crc16);
        exact_free(image);
        buffer_free(&file);
    }
}

/* One bit anywhere gives the fault of the place it is in. */
static enum trailer_fault expected(size_t image, size_t at, enum trailer_version version)
{
    if (version == TRAILER_MICO || (at >= image && at < image + 4))
        return TRAILER_NONE;
    if (at >= image + 4 && at < image + 8)
        return TRAILER_SIZE;
    if (at >= image + 24)
        return version == TRAILER_V4 && at >= image + 26 ? TRAILER_CRC16 : TRAILER_FINE;
    return TRAILER_MD5;
}

static void each_damage_has_its_name(void **state)
{
    (void)state;
    for (int version = TRAILER_V1; version <= TRAILER_MICO; version++) {
        struct buffer file = {0};
        trailer_append(counting(50, 3, 1).data, 50, (enum trailer_version)version, 0, &file);
        size_t image = version == TRAILER_V4 ? 54 : 50;
        for (size_t bit = 0; bit < file.length * 8; bit++) {
            file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            struct trailer_found f = look_at(of_buffer(&file));
            assert_int_equal(f.fault, expected(image, bit / 8, (enum trailer_version)version));
            file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        buffer_free(&file);
    }
}

static void the_script_run_twice_is_found(void **state)
{
    (void)state;
    for (int version = TRAILER_V1; version <= TRAILER_V4; version++) {
        struct buffer once = {0}, twice = {0};
        trailer_append(counting(70, 3, 1).data, 70, (enum trailer_version)version, 0, &once);
        trailer_append(once.data, once.length, (enum trailer_version)version, 0xCDCDCDCD, &twice);
        struct trailer_found f = look_at(of_buffer(&twice));
        assert_int_equal(f.fault, TRAILER_DOUBLED);
        assert_int_equal(f.offset, twice.length - 28);
        assert_int_equal(f.trailer.magic, 0xCDCDCDCD);
        /* Over an image of nothing as well, and not taken for one where there is only one. */
        buffer_clear(&once);
        buffer_clear(&twice);
        trailer_append(NULL, 0, (enum trailer_version)version, 0, &once);
        assert_int_equal(look_at(of_buffer(&once)).fault, TRAILER_FINE);
        trailer_append(once.data, once.length, (enum trailer_version)version, 0, &twice);
        assert_int_equal(look_at(of_buffer(&twice)).fault, TRAILER_DOUBLED);
        buffer_free(&once);
        buffer_free(&twice);
    }
}

static void a_magic_by_chance_hides_no_mico_md5(void **state)
{
    struct buffer image = {0}, file = {0};
    (void)state;
    buffer_append(&image, counting(40, 5, 2).data, 40);
    buffer_append(&image, "\xef\xef\xef\xef\x01\x02\x03\x04\x05\x06\x07\x08", 12);
    trailer_append(image.data, image.length, TRAILER_MICO, 0, &file);
    struct trailer_found f = look_at(of_buffer(&file));
    assert_int_equal(f.fault, TRAILER_FINE);
    assert_int_equal(f.version, TRAILER_MICO);
    assert_int_equal(f.offset, 52);
    assert_int_equal(f.trailer.size, 52);
    buffer_free(&image);
    buffer_free(&file);
}

static void look(struct bytes file, uint64_t seed)
{
    struct trailer_found f;
    trailer_find(file.data, file.size, &f);
    holds(seed, f.offset <= file.size);
    holds(seed, f.fault != TRAILER_NONE || f.offset == file.size);
    holds(seed, f.fault != TRAILER_FINE || f.trailer.size == f.offset);
    holds(seed, f.fault == TRAILER_NONE || f.version == TRAILER_MICO ||
                    trailer_magic_name(f.trailer.magic)[0] == '0');
}

static void any_bytes(void **state)
{
    struct buffer file = {0}, twice = {0};
    (void)state;
    trailer_append(counting(30, 3, 1).data, 30, TRAILER_V4, 0, &file);
    trailer_append(file.data, file.length, TRAILER_V1, 0xABABABAB, &twice);
    damage_every_way(of_buffer(&file), look);
    damage_every_way(of_buffer(&twice), look);
    trailer_find(NULL, 0, &(struct trailer_found){0});
    buffer_free(&file);
    buffer_free(&twice);
}

static void magics_have_names(void **state)
{
    (void)state;
    assert_string_equal(trailer_magic_name(0xEFEFEFEF), "0xEFEFEFEF (all)");
    assert_string_equal(trailer_magic_name(0xABABABAB), "0xABABABAB (app)");
    assert_string_equal(trailer_magic_name(0xCDCDCDCD), "0xCDCDCDCD (kernel)");
    assert_string_equal(trailer_magic_name(0xEFCDEFCD), "0xEFCDEFCD (MCU)");
    assert_string_equal(trailer_magic_name(0xABCDABCD), "0xABCDABCD (FS)");
    assert_string_equal(trailer_magic_name(0x3FFE8C18), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scripts_vectors),
        cmocka_unit_test(what_is_appended_is_found),
        cmocka_unit_test(each_damage_has_its_name),
        cmocka_unit_test(the_script_run_twice_is_found),
        cmocka_unit_test(a_magic_by_chance_hides_no_mico_md5),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(magics_have_names),
    };
    return cmocka_run_group_tests_name("trailer", tests, NULL, NULL);
}
