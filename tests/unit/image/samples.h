/* One small file of every format, with what the recogniser must say about it. */
#ifndef OTACONSOLE_TESTS_IMAGE_SAMPLES_H
#define OTACONSOLE_TESTS_IMAGE_SAMPLES_H

#include "image/crc_groups.h"
#include "image/recognise.h"
#include "image/trailer.h"

#include "rig.h"

struct sample {
    const char *name;
    struct buffer file;
    const char *format;
    enum image_use use;
    bool broken;
};

#define SAMPLES_MAX 64
static struct sample samples[SAMPLES_MAX];
static size_t sample_count;

static inline void take(const char *name, struct buffer *file, const char *format,
                        enum image_use use, bool broken)
{
    assert_true(sample_count < SAMPLES_MAX && !file->failed);
    samples[sample_count++] = (struct sample){name, *file, format, use, broken};
    *file = (struct buffer){0};
}

static inline struct buffer with_trailer(const struct buffer *b, enum trailer_version version)
{
    struct buffer out = {0};
    trailer_append(b->data, b->length, version, 0, &out);
    return out;
}

static inline void take_trailers(const char *name, struct buffer *file, const char *format,
                                 enum image_use plain, bool plain_broken)
{
    struct buffer v1 = with_trailer(file, TRAILER_V1), v4 = with_trailer(file, TRAILER_V4);
    take(name, &v1, format, USE_UPLOAD, false);
    take(name, &v4, format, USE_UPLOAD, false);
    take(name, file, format, plain, plain_broken);
}

/* Code of any kind: no groups, no vectors, no text. */
static inline struct bytes code(size_t n)
{
    return counting(n, 7, 3);
}

static inline void take_moc108(void)
{
    struct buffer b = {0}, all = {0};
    struct problem problem = PROBLEM_INIT;
    crc_groups_insert(code(1000).data, 1000, &b);
    struct buffer doubled = with_trailer(&b, TRAILER_V1),
                  twice = with_trailer(&doubled, TRAILER_V1);
    take("otaapp@mk3060.ota.md5.bin", &twice, "moc108-crc", USE_UPLOAD, true);
    buffer_free(&doubled);
    struct buffer mico = with_trailer(&b, TRAILER_MICO);
    take("mico.ota.bin", &mico, "moc108-crc", USE_UPLOAD, false);
    struct buffer cut = {0}, padded = {0};
    buffer_append(&cut, b.data, b.length - 5);
    take("cut.bin", &cut, "moc108-crc", USE_FLASH, true);
    buffer_append(&padded, b.data, b.length);
    pack_merge(&padded, 4096, (struct bytes){NULL, 0}, NULL);
    take("read-back.bin", &padded, "moc108-crc", USE_FLASH, false);
    struct buffer damaged = {0};
    buffer_append(&damaged, b.data, b.length);
    damaged.data[3] ^= 1;
    take("damaged.bin", &damaged, "moc108-crc", USE_FLASH, true);
    pack_merge(&all, 0, of_buffer(&b), NULL);
    pack_merge(&all, 0x13200, of_buffer(&b), NULL);
    take("otaapp@mk3060.all.bin", &all, "moc108-all", USE_NEITHER, false);
    take_trailers("otaapp@mk3060.bin", &b, "moc108-crc", USE_FLASH, false);
    pack_mk3060_update(code(1000), &b);
    take_trailers("otaapp@mk3060_ota.bin", &b, "moc108-update", USE_UPLOAD, true);
    assert_int_equal(pack_mk3060_flash(code(500), code(1000), &b, &problem), PROBLEM_NONE);
    take("otaapp@mk3060.bin", &b, "moc108-flash", USE_FLASH, false);
}

static inline struct buffer rtl_image2(bool linux_bug)
{
    struct buffer b = {0};
    struct problem problem = PROBLEM_INIT;
    uint32_t start = linux_bug ? 0x0800B020 : 0, end = start;
    assert_int_equal(pack_rtl_pick(start, end, code(300), PICK_IMAGE, &b, &problem), PROBLEM_NONE);
    assert_int_equal(pack_rtl_pick(0x10005000, 0x10005064, code(100), PICK_IMAGE, &b, &problem),
                     PROBLEM_NONE);
    pack_rtl_checksum(&b);
    return b;
}

static inline void take_rtl_ota(bool linux_bug)
{
    struct buffer half = rtl_image2(linux_bug), b = {0};
    struct problem problem = PROBLEM_INIT;
    assert_int_equal(pack_rtl_ota(of_buffer(&half), 0x0800B000, of_buffer(&half), 0x08100000,
                                  0x20170111, &b, &problem),
                     PROBLEM_NONE);
    take("ota_all.bin", &b, "rtl8710bn-ota", USE_UPLOAD, linux_bug);
    buffer_free(&half);
}

static inline void take_rtl_flash(bool release3)
{
    struct buffer b = {0}, image2 = rtl_image2(false);
    struct problem problem = PROBLEM_INIT;
    pack_rtl_pick(0x10002000, 0x10002064, code(100), PICK_BOOT, &b, &problem);
    pack_merge(&b, 0xB000, of_buffer(&image2), NULL);
    if (release3)
        pack_merge(&b, 0x19000, of_buffer(&image2), NULL);
    take(release3 ? "X@mk3080.bin" : "X@mk3080.all.bin", &b, "rtl8710bn-flash", USE_FLASH, false);
    buffer_free(&image2);
}

static inline void take_rtl(void)
{
    struct buffer b = rtl_image2(false);
    struct problem problem = PROBLEM_INIT;
    take_trailers("image2_all_ota1.bin", &b, "rtl8710bn-image2", USE_NEITHER, false);
    b = rtl_image2(true);
    take("image2_all_ota1.bin", &b, "rtl8710bn-image2", USE_NEITHER, true);
    take_rtl_ota(false);
    take_rtl_ota(true);
    pack_rtl_pick(0x10002000, 0x10002064, code(100), PICK_BOOT, &b, &problem);
    take("boot_all.bin", &b, "rtl8710bn-boot", USE_NEITHER, false);
    take_rtl_flash(false);
    take_rtl_flash(true);
}

static inline void take_esp(void)
{
    struct problem problem = PROBLEM_INIT;
    struct buffer b = {0};
    const struct esp8266_parts parts = {.irom = counting(37, 3, 0),
                                        .text = counting(10, 5, 1),
                                        .data = counting(6, 1, 0),
                                        .rodata = counting(9, 255, 200),
                                        .entry = 0x40100004,
                                        .data_address = 0x3FFE8000,
                                        .rodata_address = 0x3FFE8010,
                                        .flash_mode = 1,
                                        .clock_divider = 15,
                                        .size_map = 5};
    assert_int_equal(pack_esp8266(&parts, &b, &problem), PROBLEM_NONE);
    take_trailers("otaapp@esp8266.bin", &b, "esp8266", USE_FLASH, false);
    const uint8_t esp32[] = {0xE9, 1,   2, 0x20, 0x80, 0x10, 0x08, 0x40, 0xEE, 0, 0, 0,
                             0,    0,   0, 0,    0,    0,    0,    0,    0,    0, 0, 1,
                             0x20, 0x0, 0, 0x3F, 4,    0,    0,    0,    1,    2, 3, 4};
    buffer_append(&b, esp32, sizeof esp32);
    take("otaapp@esp32devkitc.bin", &b, "esp32", USE_FLASH, false);
    pack_rda5981(code(500), code(100), &b);
    take_trailers("rda5981.bin", &b, "rda5981", USE_UPLOAD, false);
}

static inline struct buffer vectors(uint32_t stack, uint32_t flash)
{
    struct buffer b = {0};
    uint8_t table[64] = {0};
    put_word(table, stack);
    for (size_t i = 1; i < 7; i++)
        put_word(table + i * 4, flash + 0x101 + (uint32_t)i * 4);
    buffer_append(&b, table, sizeof table);
    buffer_append(&b, code(400).data, 400);
    return b;
}

static inline void take_cortex_m(void)
{
    struct problem problem = PROBLEM_INIT;
    struct buffer boot = vectors(0x20018000, 0x08000000), app = vectors(0x20018000, 0x08004000);
    struct buffer b = {0}, sam = vectors(0x20008000, 0);
    assert_int_equal(
        pack_stm32_dual(0x20000, 0x4000, of_buffer(&boot), of_buffer(&app), false, &b, &problem),
        PROBLEM_NONE);
    take("otaapp@developerkit_all.bin", &b, "stm32-dual", USE_FLASH, false);
    take_trailers("otaapp@developerkit.bin", &app, "stm32", USE_FLASH, false);
    buffer_free(&boot);
    pack_atsam(of_buffer(&sam), &b);
    take("otaapp@saml21_crc.bin", &b, "atsam", USE_FLASH, false);
    take_trailers("otaapp@saml21.bin", &sam, "cortex-m", USE_FLASH, false);
}

static inline void take_packed(void)
{
    struct problem problem = PROBLEM_INIT;
    struct buffer image = {0}, update = {0}, b = {0};
    crc_groups_insert(code(1000).data, 1000, &image);
    pack_mk3060_update(code(1000), &b);
    trailer_append(b.data, b.length, TRAILER_V1, 0, &update);
    buffer_clear(&b);
    assert_int_equal(pack_xz(of_buffer(&update), 32768, &b, &problem), PROBLEM_NONE);
    take_trailers("otaapp@mk3060_ota.bin.xz", &b, "xz", USE_UPLOAD, false);
    assert_int_equal(pack_xz(of_buffer(&image), 65536, &b, &problem), PROBLEM_NONE);
    take("wide.xz", &b, "xz", USE_UPLOAD, true);
    pack_xz(of_buffer(&image), 32768, &b, &problem);
    struct buffer mico = with_trailer(&b, TRAILER_MICO);
    take("mico.ota.bin", &mico, "xz", USE_UPLOAD, false);
    b.data[b.length / 2] ^= 0x10;
    take("damaged.xz", &b, "xz", USE_UPLOAD, true);
    buffer_free(&image);
    buffer_free(&update);
}

/* The vector of facts/alios-build-boards.md A.10. */
static const char diff_vector[] =
    "425344494646343048000000000000009000000000000000000000000000000000000100000000009e0700000000"
    "0000fd377a585a0000016922de36020021010400000060b0f559e00017000d5d00006002821b6a1d059ef6580000"
    "000000006ce2ee26000125189afd19db9042990d010000000001595afd377a585a0000016922de36020021010400"
    "000060b0f559e0ffff00525d0000692d2bad9440ad0d7cd1f92549ee46a551a8f2dd8857f0381cabd878dc210e4f"
    "14265e2dd8971625e5f0b2fa9a09403022f0721d7d7af4ea936986006c793f5a0cea06aa4241b21f4579ab7b8250"
    "ca2c00000000071cce1100016a808004000094568c313e300d8b020000000001595a425344494646343048000000"
    "000000004c000000000000004800000000000000e101000000000000d72f000000000000fd377a585a0000016922"
    "de36020021010400000060b0f559e00017000f5d0068003c198e0787f968a74ee20d000000007e93c9bd00012718"
    "189f2fe99042990d010000000001595afd377a585a0000016922de36020021010400000060b0f559e001cf000f5d"
    "0000690fab61f3bf2f792a0735f160000000ffbe4271000127d003000000e431bc423e300d8b020000000001595a"
    "fd377a585a0000016922de36020021010400000060b0f5590100107461696c2d6f662d6e65772d696d6167650000"
    "000090bb00ea000125113e45c5a29042990d010000000001595a";

static inline void take_text(const char *name, const char *text, const char *format)
{
    struct buffer b = {0};
    buffer_append_text(&b, text);
    take(name, &b, format, USE_NEITHER, true);
}

static inline void take_others(void)
{
    static const uint8_t elf[] = {0x7F, 'E', 'L', 'F', 1, 1, 1, 0, 0,  0,
                                  0,    0,   0,   0,   0, 0, 2, 0, 40, 0};
    struct buffer b = {0};
    uint8_t diff[1024], arm[64];
    take("empty.bin", &b, "empty", USE_NEITHER, true);
    buffer_append(&b, elf, sizeof elf);
    take("otaapp@mk3060.elf", &b, "elf", USE_NEITHER, true);
    buffer_append(&b, diff, from_hex(diff_vector, diff, sizeof diff));
    take("v1-v2.diff", &b, "diff", USE_UPLOAD, false);
    for (size_t i = 0; i < sizeof arm; i += 4)
        put_word(arm + i, 0xE59FF018u);
    buffer_append(&b, arm, sizeof arm);
    take("otaapp@mk3060.bin", &b, "raw-arm", USE_NEITHER, true);
    buffer_append(&b, "PK\x03\x04rest of it", 14);
    take("firmware.zip", &b, "archive", USE_NEITHER, true);
    pack_merge(&b, 100, (struct bytes){NULL, 0}, NULL);
    take("erased.bin", &b, "blank", USE_NEITHER, true);
    buffer_append(&b, code(600).data, 600);
    struct buffer known_end = with_trailer(&b, TRAILER_V1);
    take("unknown.bin", &b, "unknown", USE_UNKNOWN, false);
    take("unknown.md5.bin", &known_end, "unknown", USE_UNKNOWN, false);
    trailer_append(NULL, 0, TRAILER_V1, 0, &b);
    take("only.info.bin", &b, "trailer", USE_NEITHER, true);
    take_text("page.bin", "<!DOCTYPE html><html><head><title>403 Forbidden</title>", "html");
    take_text("oss.bin", "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
              "xml");
    take_text("note.txt", "it is no firmware\n", "text");
    take_text("a.hex", ":020000040800F2\n", "text");
}

static inline void samples_make(void)
{
    take_moc108();
    take_rtl();
    take_esp();
    take_cortex_m();
    take_packed();
    take_others();
}

static inline void samples_free(void)
{
    while (sample_count)
        buffer_free(&samples[--sample_count].file);
}

#endif
