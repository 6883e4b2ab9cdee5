/*
 * How the vendors' build scripts put files together, byte for byte
 * (facts/alios-build-boards.md A.3 to A.9). All append to or fill `out`;
 * after a failure what it holds is of no use.
 */
#ifndef OTACONSOLE_IMAGE_PACK_H
#define OTACONSOLE_IMAGE_PACK_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/problem.h"

struct bytes {
    const uint8_t *data;
    size_t size;
};

/* A.3: pads `out` with FF up to `offset`, then appends. Moves nothing when `out` is longer already:
 * *displaced (may be NULL) tells. */
void pack_merge(struct buffer *out, uint32_t offset, struct bytes part, bool *displaced);

/* A.4, release 3.0: what goes to 0x13200, and what is uploaded (without its trailer). Inputs are
 * linker output without CRCs. */
#define MK3060_APP_OFFSET 0x8E00u
enum problem_code pack_mk3060_flash(struct bytes second_boot, struct bytes app, struct buffer *out,
                                    struct problem *problem);
void pack_mk3060_update(struct bytes app, struct buffer *out);

/* --- A.5 RTL8710BN (mk3080) --- */
enum pick_mode { PICK_IMAGE, PICK_BOOT, PICK_RAW };
/* The tool's ways: `end` 0 = all of the input (from the 64 KiB block that `start` lies in); end ==
 * start - 1 writes nothing. More than the input has is refused. */
enum problem_code pack_rtl_pick(uint32_t start, uint32_t end, struct bytes in, enum pick_mode mode,
                                struct buffer *out, struct problem *problem);
void pack_rtl_checksum(struct buffer *file); /* appends */
/* ota_all.bin: both halves with their flash addresses. */
enum problem_code pack_rtl_ota(struct bytes ota1, uint32_t address1, struct bytes ota2,
                               uint32_t address2, uint32_t version, struct buffer *out,
                               struct problem *problem);

struct rtl_segment {
    size_t offset;    /* of its header */
    uint32_t length;  /* as the header says */
    uint32_t address; /* as the header says */
    bool boot;        /* the boot signature */
    bool empty;       /* the header of the next segment follows at once: the Linux build's bug */
};
#define RTL_SEGMENTS_MAX 8
struct rtl_image {
    struct rtl_segment segments[RTL_SEGMENTS_MAX];
    unsigned count;
    bool has_sum, sum_ok;
    uint32_t sum, computed;
    bool linux_bug; /* image2 without its XIP payload: does not run */
    bool cut;       /* the last segment claims more than the file has */
    size_t rest;    /* bytes behind the sum, or behind the last segment when there is none */
};
/* False when it does not begin like one. The update trailer is taken off by the caller. */
bool rtl_image_walk(struct bytes image, struct rtl_image *result);

struct rtl_ota_entry {
    char signature[5];
    uint32_t sum, length, offset, address;
    bool inside, sum_ok;
};
struct rtl_ota {
    uint32_t version, count;
    struct rtl_ota_entry entries[2];
};
bool rtl_ota_walk(struct bytes file, struct rtl_ota *result);

/* --- A.6 to A.9 --- */
/* `lzma` is the packed application, made by pack_lzma_alone. */
void pack_rda5981(struct bytes app, struct bytes lzma, struct buffer *out);
enum problem_code pack_stm32_dual(uint32_t bank, uint32_t app_offset, struct bytes boot,
                                  struct bytes app, bool app_once, struct buffer *out,
                                  struct problem *problem);

struct esp8266_parts {
    struct bytes irom, text, data, rodata;
    uint32_t entry, data_address, rodata_address;
    uint8_t flash_mode, clock_divider, size_map; /* as gen_appbin.py takes them: 1, 15, 5 */
};
enum problem_code pack_esp8266(const struct esp8266_parts *parts, struct buffer *out,
                               struct problem *problem);
struct esp8266_app {
    uint32_t entry, irom_length;
    unsigned segments;
    bool checksum_ok, crc_ok;
    uint8_t checksum, computed_checksum;
    uint32_t crc, computed_crc; /* as stored: with the script's sign quirk */
};
/* False when it does not begin like one; without its update trailer, like rtl_image_walk. */
bool esp8266_app_walk(struct bytes file, struct esp8266_app *result);

void pack_atsam(struct bytes in, struct buffer *out);

/* --- compression: the exact options of the scripts --- */
/* .xz, one LZMA2 filter, CRC32, byte for byte what the xz program writes. `dictionary` 32 KiB for
 * firmware, 16 KiB in diffs. */
enum problem_code pack_xz(struct bytes in, uint32_t dictionary, struct buffer *out,
                          struct problem *problem);
enum problem_code pack_lzma_alone(struct bytes in, struct buffer *out, struct problem *problem);
struct xz_facts {
    uint32_t dictionary; /* of the first block */
    unsigned check;      /* 0 none, 1 CRC32, 4 CRC64, 10 SHA-256 */
    bool other_filters;  /* anything but one LZMA2 */
};
/* False when the stream's or its first block's header is not whole. */
bool xz_examine(struct bytes in, struct xz_facts *facts);
/* At most `limit` bytes come out; image-refused with the reason otherwise: damaged, cut short,
 * bytes left over behind it, a dictionary of more than 8 MiB. `out` is as before then. */
enum problem_code unpack_xz(struct bytes in, size_t limit, struct buffer *out,
                            struct problem *problem);

#endif
