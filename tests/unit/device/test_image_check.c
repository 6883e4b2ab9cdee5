/* Images as the device sees them: what each kind of damage is called, and where code breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "device/code_crc.h"
#include "device/image_check.h"

static uint8_t file[5000];
static uint32_t reads_left;

static int read_file(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    uint32_t size = *(const uint32_t *)user;
    assert_true(offset <= size && n <= size - offset);
    if (reads_left == 0)
        return -1;
    reads_left--;
    memcpy(into, file + offset, n);
    return 0;
}

static uint32_t size;
static struct image_storage storage = {read_file, &size};

static void make_file(uint32_t image)
{
    uint8_t md5[32];
    size = image + IMAGE_TRAILER_SIZE;
    reads_left = 1000;
    for (uint32_t i = 0; i < image; i++)
        file[i] = (uint8_t)(i * 11 + i / 256);
    assert_int_equal(image_check_hash(&storage, image, IMAGE_HASH_MD5, md5), 0);
    image_trailer_write(file + image, image, md5);
}

static enum image_check_result check(void)
{
    struct image_trailer trailer;
    uint8_t computed[16];
    return image_check_file(&storage, size, &trailer, computed);
}

static void a_good_image_of_any_size_is_good(void **state)
{
    static const uint32_t sizes[] = {1, 28, 255, 256, 257, 4096, 4900};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        make_file(sizes[i]);
        assert_int_equal(check(), IMAGE_CHECK_OK);
    }
}

static void each_kind_of_damage_has_its_name(void **state)
{
    (void)state;
    make_file(3000);
    for (uint32_t at = 0; at < 3000; at += 171) {
        file[at] ^= 0x10;
        assert_int_equal(check(), IMAGE_CHECK_MD5);
        file[at] ^= 0x10;
    }
    file[3000] ^= 1;
    assert_int_equal(check(), IMAGE_CHECK_MAGIC);
    file[3000] ^= 1;
    file[3004] ^= 1;
    assert_int_equal(check(), IMAGE_CHECK_SIZE);
    file[3004] ^= 1;
    file[3008] ^= 1;
    assert_int_equal(check(), IMAGE_CHECK_MD5);
    file[3008] ^= 1;
    file[3026] ^= 1; /* the CRC nobody computes */
    assert_int_equal(check(), IMAGE_CHECK_OK);
    size = IMAGE_TRAILER_SIZE;
    assert_int_equal(check(), IMAGE_CHECK_TOO_SMALL);
    size = 0;
    assert_int_equal(check(), IMAGE_CHECK_TOO_SMALL);
}

static void a_storage_that_fails_is_not_taken_for_a_bad_image(void **state)
{
    (void)state;
    make_file(3000);
    for (uint32_t n = 0; n < 13; n++) {
        reads_left = n;
        assert_int_equal(check(), IMAGE_CHECK_READ);
    }
    reads_left = 13;
    assert_int_equal(check(), IMAGE_CHECK_OK);
}

static void the_broken_group_is_found(void **state)
{
    (void)state;
    uint8_t code[34 * 20], logical[32 * 20];
    for (size_t i = 0; i < sizeof logical; i++)
        logical[i] = (uint8_t)(i * 3);
    assert_int_equal(code_crc_insert(logical, sizeof logical, code), sizeof code);
    assert_int_equal(code_crc_check(code, sizeof code), 20);
    for (uint32_t byte = 0; byte < sizeof code; byte += 7) {
        code[byte] ^= 0x80;
        assert_int_equal(code_crc_check(code, sizeof code), byte / 34);
        assert_false(code_crc_group_ok(code + byte / 34 * 34));
        code[byte] ^= 0x80;
    }
    assert_int_equal(code_crc_check(code, 33), 0);
    assert_int_equal(code_crc_check(code, 69), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_image_of_any_size_is_good),
        cmocka_unit_test(each_kind_of_damage_has_its_name),
        cmocka_unit_test(a_storage_that_fails_is_not_taken_for_a_bad_image),
        cmocka_unit_test(the_broken_group_is_found),
    };
    return cmocka_run_group_tests_name("images on the device", tests, NULL, NULL);
}
