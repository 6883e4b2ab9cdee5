/* The byte vectors of facts/alios-build-boards.md A.1, A.2 and alios-device.md, bit for bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "device/code_crc.h"
#include "device/image_check.h"
#include "device/image_trailer.h"
#include "device/ota_version.h"
#include "ymodem/crc16.h"

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    unsigned byte;
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[n++] = (uint8_t)byte;
    return n;
}

static void crc16_xmodem(void **state)
{
    (void)state;
    const uint8_t *check = (const uint8_t *)"123456789";
    assert_int_equal(ymodem_crc16(0, check, 9), 0x31C3);
    assert_int_equal(ymodem_crc16(ymodem_crc16(0, check, 4), check + 4, 5), 0x31C3);
    assert_int_equal(ymodem_crc16(0, check, 0), 0);
    /* Bit by bit, for every byte in every place of a short run: the table has no slip. */
    for (unsigned value = 0; value < 65536; value++) {
        uint8_t two[2] = {(uint8_t)(value >> 8), (uint8_t)value};
        uint16_t crc = 0;
        for (int i = 0; i < 16; i++) {
            unsigned top = (unsigned)(crc >> 15) ^ (value >> (15 - i) & 1);
            crc = (uint16_t)((crc << 1) ^ (top ? 0x1021 : 0));
        }
        assert_int_equal(ymodem_crc16(0, two, 2), crc);
    }
    /* A.2, version 4: image, four FF, trailer with a real CRC over image and FF. */
    uint8_t image[104];
    for (size_t i = 0; i < 100; i++)
        image[i] = (uint8_t)(7 * i + 3);
    memset(image + 100, 0xFF, 4);
    assert_int_equal(ymodem_crc16(0, image, sizeof image), 0x625B);
}

static void crc16_cms(void **state)
{
    (void)state;
    assert_int_equal(code_crc16((const uint8_t *)"123456789", 9), 0xAEE7);
    assert_int_equal(code_crc16(NULL, 0), 0xFFFF);
}

/* A.1's last vector: 100 bytes of (7i+3)&255. */
static const char inserted_hex[] =
    "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dcb77d"
    "e3eaf1f8ff060d141b222930373e454c535a61686f767d848b9299a0a7aeb5bcd195"
    "c3cad1d8dfe6edf4fb020910171e252c333a41484f565d646b727980878e959c0b57"
    "a3aab1b8ffffffffffffffffffffffffffffffffffffffffffffffffffffffff1638";

static void code_crc_insertion(void **state)
{
    (void)state;
    uint8_t in[128], out[256], wanted[256];
    static const struct {
        unsigned n;
        const char *crcs;
    } counting[] = {{31, "a7de"}, {32, "259d"}, {33, "259dce27"}};
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)i;
    for (size_t k = 0; k < 3; k++) {
        uint8_t crcs[4];
        uint32_t groups = (counting[k].n + 31) / 32;
        assert_int_equal(from_hex(counting[k].crcs, crcs), groups * 2);
        assert_int_equal(code_crc_insert(in, counting[k].n, out), groups * 34);
        assert_int_equal(code_crc_inserted_size(counting[k].n), groups * 34);
        for (uint32_t g = 0; g < groups; g++)
            assert_memory_equal(out + g * 34 + 32, crcs + g * 2, 2);
        for (uint32_t i = counting[k].n; i < groups * 32; i++)
            assert_int_equal(out[i / 32 * 34 + i % 32], 0xFF);
    }
    in[0] = 0x41;
    assert_int_equal(code_crc_insert(in, 1, out), 34);
    memset(wanted, 0xFF, 34);
    wanted[0] = 0x41, wanted[32] = 0x9C, wanted[33] = 0x30;
    assert_memory_equal(out, wanted, 34);
    memset(in, 0xFF, 64);
    assert_int_equal(code_crc_insert(in, 64, out), 68);
    assert_true(out[32] == 0x00 && out[33] == 0x0C && out[66] == 0x00 && out[67] == 0x0C);
    memset(in, 0, 64);
    assert_int_equal(code_crc_insert(in, 64, out), 68);
    assert_true(out[32] == 0x80 && out[33] == 0x29 && out[66] == 0x80 && out[67] == 0x29);
    for (size_t i = 0; i < 100; i++)
        in[i] = (uint8_t)(7 * i + 3);
    assert_int_equal(from_hex(inserted_hex, wanted), 136);
    assert_int_equal(code_crc_insert(in, 100, out), 136);
    assert_memory_equal(out, wanted, 136);
    assert_int_equal(code_crc_insert(in, 0, out), 0);
    assert_int_equal(code_crc_inserted_size(0), 0);
    /* Where code lies: 0x12000 of it end at 0x13200; 0x1C000 + 28 is a whole number of groups. */
    assert_int_equal(code_crc_inserted_size(0x12000), 0x13200);
    assert_int_equal((0x1C000 + 28) % CODE_CRC_GROUP, 0);
}

static int read_memory(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    memcpy(into, (const uint8_t *)user + offset, n);
    return 0;
}

static void trailers(void **state)
{
    (void)state;
    uint8_t file[136 + 28], wanted[32], hash[32], trailer[28];
    struct image_storage storage = {read_memory, file};
    assert_int_equal(from_hex(inserted_hex, file), 136);
    assert_int_equal(from_hex("efefefef88000000163e44523a9d5d6ff9681da8bcdcd02dffffffff", wanted),
                     28);
    assert_int_equal(image_check_hash(&storage, 136, IMAGE_HASH_MD5, hash), 0);
    image_trailer_write(trailer, 136, hash);
    assert_memory_equal(trailer, wanted, 28);
    memcpy(file + 136, trailer, 28);
    struct image_trailer read;
    uint8_t computed[16];
    assert_int_equal(image_check_file(&storage, sizeof file, &read, computed), IMAGE_CHECK_OK);
    assert_int_equal(read.magic, 0xEFEFEFEF);
    assert_int_equal(read.size, 0x88);
    assert_int_equal(read.crc16, 0xFFFF);
    from_hex("efefefef00000000d41d8cd98f00b204e9800998ecf8427effffffff", wanted);
    assert_int_equal(image_check_hash(&storage, 0, IMAGE_HASH_MD5, hash), 0);
    image_trailer_write(trailer, 0, hash);
    assert_memory_equal(trailer, wanted, 28);
    /* Version 4's trailer is read as well: same places, another CRC. */
    from_hex("efefefef6800000047dd90c8a32542f708c0201e8114f72001005b62", wanted);
    image_trailer_read(wanted, &read);
    assert_int_equal(read.size, 104);
    assert_int_equal(read.crc16, 0x625B);
    /* SHA-256 of "abc", as the cloud announces it. */
    struct image_storage abc = {read_memory, (void *)"abc"};
    from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", wanted);
    assert_int_equal(image_check_hash(&abc, 3, IMAGE_HASH_SHA256, hash), 0);
    assert_memory_equal(hash, wanted, 32);
}

static void version_rule(void **state)
{
    (void)state;
    static const struct {
        const char *running, *offered;
        bool accepted;
    } rows[] = {
        {"app-1.0.0-20180601.1234", "app-1.0.1-20180601.1234", true},
        {"app-1.9.0", "app-1.10.0", false},
        {"app-2.0.0", "app-10.0.0", false},
        {"app-1.0.0", "APP-2.0.0", false},
        {"APP-1.0.0", "app-1.0.0", true},
        {"app-9", "v2", true},
        {"app-1.0.0-20180601.1234", "app-1.0.0", false}, /* a prefix counts as equal */
        {"app-1.0.0", "app-1.0.0", false},
        {"app-1.0.0", "app-1.0.0-2", true},
        {"app-1.0.0", "", false},
        {"", "a", true},
        {"app-\x7f", "app-\xe4", true}, /* bytes are unsigned */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ota_version_accepts(rows[i].running, rows[i].offered), rows[i].accepted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc16_xmodem),       cmocka_unit_test(crc16_cms),
        cmocka_unit_test(code_crc_insertion), cmocka_unit_test(trailers),
        cmocka_unit_test(version_rule),
    };
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
