/* Packed firmware: xz, and rda5981's header in front of lzma (facts/alios-build-boards.md A.0,
 * A.6). */
#include <string.h>

#include <lzma.h>

#include "image/little_endian.h"
#include "image/recognise_internal.h"

#define FIRMWARE_DICTIONARY (32u * 1024)
#define RDA_HEADER 36u
#define RDA_VERSION 24u

static const char *check_name(unsigned check)
{
    return check == 0    ? "none"
           : check == 1  ? "CRC32"
           : check == 4  ? "CRC64"
           : check == 10 ? "SHA-256"
                         : "unknown";
}

static void describe_options(struct look *look, const struct xz_facts *facts)
{
    bool large = facts->dictionary > FIRMWARE_DICTIONARY;
    look_field(look, 7, 1, "check", facts->check != 1,
               facts->check != 1 ? "devices know CRC32 only: xz --check=crc32"
                                 : "the one that devices know",
               "%s", check_name(facts->check));
    look_field(look, 12, 0, "dictionary", large,
               large ? "a device's decoder has 32 KiB: xz --lzma2=dict=32KiB" : "fits a device",
               "%u KiB", facts->dictionary / 1024);
    if (facts->other_filters)
        look_field(look, 12, 0, "filters", true, "devices know one LZMA2 filter and nothing else",
                   "others than LZMA2");
}

/* asr5501mk: the raw size as a word behind the archive. The archive ends in "YZ". */
static bool has_raw_size(struct bytes b)
{
    return b.size >= 36 && memcmp(b.data + b.size - 2, "YZ", 2) != 0 &&
           memcmp(b.data + b.size - 6, "YZ", 2) == 0;
}

struct inside {
    char title[120], use_text[240];
    enum image_use use;
};

static void use_xz(struct look *look, const struct inside *inside, bool raw_size)
{
    look_is(look, "xz", "xz archive%s%s%.70s", look->trailer ? " with an update trailer" : "",
            inside->title[0] ? ": " : "", inside->title);
    if (look->mico)
        look_use(look, USE_UPLOAD, "An update for MXCHIP's own MiCO firmware; not for AliOS.");
    else if (inside->use == USE_NEITHER)
        look_use(look, USE_NEITHER, "Not even unpacked: %.200s", inside->use_text);
    else if (raw_size)
        look_use(look, USE_UPLOAD, "asr5501mk.");
    else if (look->trailer)
        look_use(look, USE_UPLOAD,
                 "Devices whose second boot unpacks xz (X@BOARD_ota.bin.xz of AliOS 3.1 or later, "
                 "bk7231s, haas1000). Never over serial.");
    else
        look_use(look, USE_UPLOAD,
                 "Only mk3060 of AliOS 1.x (X@mk3060.ota.bin.xz, X@mk3060.bin.xz); later releases "
                 "want a trailer behind it. Never over serial.");
    if (!look->trailer && !look->mico)
        look_warn_no_trailer(look);
}

/* What came out, looked at like a file of its own; its fields go on below. */
static void look_inside(struct look *look, struct bytes content, struct inside *inside)
{
    struct image_report *r = look->report;
    unsigned warnings = r->warning_count;
    struct look in = {.report = r, .bytes = content, .name = "", .inside = true};
    recognise_content(&in);
    memcpy(inside->title, r->title, sizeof inside->title);
    memcpy(inside->use_text, r->use_text, sizeof inside->use_text);
    inside->use = r->use;
    /* They are about a file that is uploaded or flashed as it is. */
    r->warning_count = warnings;
}

bool recognise_xz(struct look *look)
{
    struct inside inside = {.use = USE_UNKNOWN};
    struct xz_facts facts;
    struct problem problem = PROBLEM_INIT;
    struct buffer content = {.limit = RECOGNISE_UNPACK_MAX + 1};
    struct bytes b = look->bytes;
    if (b.size < 6 || memcmp(b.data,
                             "\xfd"
                             "7zXZ",
                             6) != 0)
        return false;
    if (look->inside) {
        look_is(look, "xz", "xz archive");
        look_use(look, USE_NEITHER, "It is packed twice; no device unpacks twice.");
        return true;
    }
    bool raw_size = has_raw_size(b);
    if (xz_examine(b, &facts))
        describe_options(look, &facts);
    if (raw_size)
        b.size -= 4;
    if (unpack_xz(b, RECOGNISE_UNPACK_MAX, &content, &problem) != PROBLEM_NONE) {
        look_field(look, 0, b.size, "archive", true, "it cannot be unpacked", "%s", problem.what);
    } else {
        look_field(look, 0, b.size, "archive", false, "", "%zu bytes, unpacked %zu", b.size,
                   content.length);
        if (raw_size)
            look_field(look, b.size, 4, "raw size", le32_read(b.data + b.size) != content.length,
                       "of the content, as asr5501mk wants it", "%u", le32_read(b.data + b.size));
        look_inside(look, (struct bytes){content.data, content.length}, &inside);
    }
    use_xz(look, &inside, raw_size);
    buffer_free(&content);
    return true;
}

bool recognise_rda5981(struct look *look)
{
    struct bytes b = look->bytes;
    if (b.size < RDA_HEADER || b.data[0] != 0xAE || b.data[1] != 0xAE)
        return false;
    uint32_t crc = le32_read(b.data + 28), length = le32_read(b.data + 32);
    size_t rest = b.size - RDA_HEADER;
    uint32_t computed = ~lzma_crc32(b.data + RDA_HEADER, rest, 0);
    size_t version = strnlen((const char *)b.data + 4, RDA_VERSION);
    look_is(look, "rda5981", "rda5981 update image%s", look->trailer ? " with its trailer" : "");
    look_field(look, 0, 2, "magic", false, "", "AE AE");
    look_field(look, 2, 1, "encryption", b.data[2] != 0, "0 = none", "%u", b.data[2]);
    look_field_text(look, 4, version, "version", "the application's CRC-32, in decimal digits");
    look_field(look, 28, 4, "CRC-32", crc != computed, "of the packed application, not inverted",
               crc == computed ? "0x%08x" : "0x%08x stored, 0x%08x computed", crc, computed);
    look_field(look, 32, 4, "length", length != rest, "of the packed application",
               length == rest ? "%u" : "%u, but %zu bytes follow", length, rest);
    look_use(look, USE_UPLOAD, "rda5981 boards of AliOS; their builds put the trailer behind it.");
    if (!look->trailer)
        look_warn_no_trailer(look);
    return true;
}
