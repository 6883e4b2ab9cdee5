/* mk3080 (RTL8710BN) files (facts/alios-build-boards.md A.0, A.5). */
#include <stdio.h>
#include <string.h>

#include "image/little_endian.h"
#include "image/recognise_internal.h"
#include "image/rtl_format.h"

/* Places of a whole flash: release 1.x/2.0, and 3.x behind its second boot. */
#define FLASH_IMAGE2 0xB000u
#define FLASH_APP_3 0x19000u

#define LINUX_BUG                                                                                  \
    "the XIP payload is missing: builds on Linux call `pick` with the start twice. Build it on "   \
    "Windows, or make it again with `image pack`"

static bool image_at(struct bytes b, size_t at)
{
    return at <= b.size && b.size - at >= RTL_HEADER &&
           memcmp(b.data + at, rtl_image_signature, RTL_SIGNATURE) == 0;
}

static void describe_segment(struct look *look, size_t base, const char *what,
                             const struct rtl_segment *s, unsigned i, bool cut)
{
    char name[40];
    snprintf(name, sizeof name, "%ssegment %u", what, i + 1);
    if (s->empty)
        look_field(look, base + s->offset, RTL_HEADER, name, true, LINUX_BUG,
                   "claims %u bytes, but the next header follows at once", s->length);
    else if (cut)
        look_field(look, base + s->offset, RTL_HEADER, name, true, "the file is cut",
                   "claims %u bytes, more than the file has", s->length);
    else
        look_field(look, base + s->offset, RTL_HEADER + s->length, name, false,
                   s->address ? ""
                              : "code that runs from flash; the Windows build stores no address",
                   "%s, %u bytes for address 0x%08x", s->boot ? "boot" : "81958711", s->length,
                   s->address);
}

static void describe_image(struct look *look, size_t base, const char *what,
                           const struct rtl_image *image, bool wants_sum, size_t size)
{
    char name[40];
    for (unsigned i = 0; i < image->count; i++)
        describe_segment(look, base, what, &image->segments[i], i,
                         image->cut && i + 1 == image->count);
    snprintf(name, sizeof name, "%ssum", what);
    size_t end = size - image->rest;
    if (image->has_sum)
        look_field(look, base + end - RTL_SUM, RTL_SUM, name, !image->sum_ok,
                   "the sum of all bytes in front",
                   image->sum_ok ? "0x%08x" : "0x%08x stored, 0x%08x computed", image->sum,
                   image->computed);
    else if (wants_sum && !image->cut)
        look_field(look, base + end, 0, name, true,
                   "`otaconsole image pack rtl-checksum` appends it", "missing");
    if (image->rest && wants_sum)
        look_field(look, base + end, image->rest, "left over", true,
                   "nothing should follow the sum", "%zu bytes", image->rest);
}

static bool recognise_image2(struct look *look)
{
    struct rtl_image image;
    if (!rtl_image_walk(look->bytes, &image))
        return false;
    describe_image(look, 0, "", &image, !image.segments[0].boot, look->bytes.size);
    if (image.segments[0].boot) {
        look_is(look, "rtl8710bn-boot", "RTL8710BN bootloader (boot_all.bin)");
        look_use(look, USE_NEITHER,
                 "mk3080: a programmer (J-Link, ImageTool) writes it at 0; it is "
                 "part of X@mk3080.all.bin.");
        return true;
    }
    look_is(look, "rtl8710bn-image2", "RTL8710BN image2%s%s",
            look->trailer ? " with an update trailer" : "",
            image.linux_bug ? ": it will not run" : "");
    if (look->trailer) {
        look_use(look, USE_UPLOAD,
                 "mk3080 of AliOS 3.0 or later (X@mk3080_ota.bin). Releases before "
                 "that take ota_all.bin.");
    } else {
        look_use(look, USE_NEITHER,
                 "Part of mk3080's files: at 0xB000 of X@mk3080.all.bin, and one of the two halves "
                 "of ota_all.bin.");
        look_warn(look, "Not for the cloud: mk3080 of AliOS 1.x and 2.x takes ota_all.bin, which "
                        "holds both halves.");
    }
    look_version(look, 0, look->bytes.size, false);
    return true;
}

static void describe_half(struct look *look, const struct rtl_ota_entry *e, bool *linux_bug)
{
    struct rtl_image image;
    char what[16];
    unsigned half = (unsigned)(e->signature[3] - '0');
    size_t header = RTL_OTA_HEADER + (half - 1) * RTL_OTA_ENTRY;
    look_field(look, header, RTL_OTA_ENTRY, e->signature, !e->inside,
               e->inside ? "one half of the firmware and its flash address"
                         : "the entry points out of the file: it is cut or damaged",
               "%u bytes at offset 0x%x for flash 0x%08x", e->length, e->offset, e->address);
    if (!e->inside)
        return;
    snprintf(what, sizeof what, "OTA%u ", half);
    char name[24];
    snprintf(name, sizeof name, "%sbyte sum", what);
    look_field(look, header + 8, 4, name, !e->sum_ok, "of this half",
               e->sum_ok ? "0x%08x" : "0x%08x stored, not that of its bytes", e->sum);
    struct bytes bytes = {look->bytes.data + e->offset, e->length};
    if (!rtl_image_walk(bytes, &image)) {
        look_field(look, e->offset, 0, what, true, "image2_all_ota1.bin and 2 go in here",
                   "is no image2 (81958711)");
        return;
    }
    *linux_bug |= image.linux_bug;
    describe_image(look, e->offset, what, &image, true, bytes.size);
}

static bool recognise_ota(struct look *look)
{
    struct rtl_ota ota;
    bool linux_bug = false;
    if (!rtl_ota_walk(look->bytes, &ota))
        return false;
    look_field(look, 0, 4, "version", false,
               ota.version == 0x20170111 ? "what builds on Linux always write" : "a build date",
               "0x%08x", ota.version);
    look_field(look, 4, 4, "headers", false, "one for each half", "%u", ota.count);
    for (uint32_t i = 0; i < ota.count; i++)
        describe_half(look, &ota.entries[i], &linux_bug);
    look_is(look, "rtl8710bn-ota",
            linux_bug ? "RTL8710BN ota_all.bin that will not run: built on Linux, XIP code missing"
                      : "RTL8710BN ota_all.bin%s",
            look->trailer ? " with an update trailer" : "");
    if (ota.count == 1)
        look_use(look, USE_UPLOAD, "RTL872xD boards: the variant of ota_all.bin with one half.");
    else
        look_use(look, USE_UPLOAD,
                 "mk3080 of AliOS 1.x and 2.x (ota_all.bin); the device takes the half it is not "
                 "running.");
    if (linux_bug)
        look_warn(look, "Built on Linux: " LINUX_BUG ".");
    look_version(look, 0, look->bytes.size, false);
    return true;
}

/* Boot and image2 with their places: what a programmer writes at 0. */
static bool recognise_flash(struct look *look)
{
    struct rtl_image image;
    struct bytes b = look->bytes;
    if (b.size <= FLASH_IMAGE2 || memcmp(b.data, rtl_boot_signature, RTL_SIGNATURE) != 0 ||
        !image_at(b, FLASH_IMAGE2))
        return false;
    bool release3 = image_at(b, FLASH_APP_3);
    look_field(look, 0, RTL_HEADER, "bootloader", false, "boot_all.bin", "%u bytes",
               le32_read(b.data + 8));
    size_t at = FLASH_IMAGE2;
    size_t end = release3 ? FLASH_APP_3 : b.size;
    rtl_image_walk((struct bytes){b.data + at, end - at}, &image);
    describe_image(look, at, release3 ? "2nd boot " : "image2 ", &image, false, end - at);
    if (release3) {
        rtl_image_walk((struct bytes){b.data + FLASH_APP_3, b.size - FLASH_APP_3}, &image);
        describe_image(look, FLASH_APP_3, "app ", &image, false, b.size - FLASH_APP_3);
    }
    look_is(look, "rtl8710bn-flash", "RTL8710BN whole flash (%s)%s",
            release3 ? "X@mk3080.bin of AliOS 3.x" : "X@mk3080.all.bin",
            image.linux_bug ? ": it will not run" : "");
    look_use(look, USE_FLASH,
             "mk3080 of AliOS %s: J-Link or the Realtek ImageTool write it at 0; "
             "not over serial, and never uploaded (%s is).",
             release3 ? "3.0 or later" : "1.x and 2.x",
             release3 ? "X@mk3080_ota.bin" : "ota_all.bin");
    look_version(look, 0, b.size, false);
    return true;
}

bool recognise_rtl(struct look *look)
{
    return recognise_flash(look) || recognise_image2(look) || recognise_ota(look);
}
