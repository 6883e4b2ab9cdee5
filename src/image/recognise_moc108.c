/* mk3060 and other MOC108/BK7231 boards (facts/alios-build-boards.md A.0, A.1, A.4). */
#include <inttypes.h>
#include <stdio.h>

#include "device/code_crc.h"
#include "image/moc108.h"
#include "image/recognise_internal.h"

static void describe_groups(struct look *look, const struct moc108_layout *layout, unsigned i)
{
    const struct moc108_part *part = &layout->parts[i];
    const struct crc_groups *g = &part->groups;
    if (g->bad == 0)
        look_field(look, part->offset, g->groups * CODE_CRC_GROUP, moc108_part_name(layout, i),
                   false, "32 bytes of code and their CRC-16 each, as the chip reads them",
                   "%zu groups of 34 bytes, all intact; %zu bytes of code", g->groups,
                   g->groups * CODE_CRC_DATA);
    else
        look_field(look, part->offset, g->groups * CODE_CRC_GROUP, moc108_part_name(layout, i),
                   true, "the chip stops at the first damaged group",
                   "%zu of %zu groups are damaged", g->bad, g->groups);
    if (g->tail)
        look_field(look, part->offset + g->groups * CODE_CRC_GROUP, g->tail, "left over", true,
                   "groups have 34 bytes: the file is cut, or something was appended",
                   "%zu bytes behind the last whole group", g->tail);
}

static void describe_bad(struct look *look, const struct moc108_layout *layout, unsigned i)
{
    struct moc108_bad_group bad;
    char text[120];
    if (!moc108_first_bad(look->bytes, layout, i, &bad))
        return;
    moc108_describe_bad(layout, &bad, text, sizeof text);
    look_field(look, bad.offset, CODE_CRC_GROUP, "first damaged group", true,
               "the file was changed or damaged after its CRCs were made", "%s", text);
}

static void describe_part(struct look *look, const struct moc108_layout *layout, unsigned i)
{
    const struct moc108_part *part = &layout->parts[i];
    if (part->zeros)
        look_field(look, part->offset - MOC108_ZEROS, MOC108_ZEROS, "zero bytes", false,
                   "bring the groups behind them to a multiple of 34 in flash (0x1C01C)",
                   "28 x 00");
    describe_bad(look, layout, i);
    describe_groups(look, layout, i);
    if (part->size)
        look_version(look, part->offset, part->size, true);
}

static void use_crc(struct look *look)
{
    look_is(look, "moc108-crc", "MOC108 code with its CRCs%s",
            look->trailer ? " and an update trailer" : "");
    if (look->mico)
        look_use(look, USE_UPLOAD, "An update for MXCHIP's own MiCO firmware; not for AliOS.");
    else if (look->trailer)
        look_use(look, USE_UPLOAD,
                 "mk3060 of AliOS 1.3 to 2.0 (X@mk3060.ota.md5.bin). For the serial port take "
                 "X@mk3060.bin of the same build.");
    else
        look_use(
            look, USE_FLASH,
            "mk3060 without a second boot (AliOS 1.0 to 2.0), over serial at 0x13200. Uploaded "
            "only for 1.0 and 1.3.2; since 2.0 the upload is X@mk3060.ota.md5.bin.");
    if (!look->trailer && !look->mico && !look->inside)
        look_warn_no_trailer(look);
}

static void use_update(struct look *look)
{
    look_is(look, "moc108-update", "MOC108 update image of AliOS 2.1 or later%s",
            look->trailer ? " with its trailer" : "");
    if (!look->trailer && !look->inside) {
        look_field(look, look->bytes.size, 0, "trailer", true,
                   "the device says \"image magic error\"", "missing");
        look_warn_no_trailer(look);
    }
    look_use(
        look, USE_UPLOAD,
        "mk3060 of AliOS 2.1 or later (X@mk3060.ota.bin, X@mk3060_ota.bin). Never over serial: "
        "at 0x13200 it leaves a silent board; X@mk3060.bin goes there.");
}

static void use_flash(struct look *look, const struct moc108_layout *layout)
{
    size_t app = layout->parts[1].offset - MOC108_ZEROS;
    look_is(look, "moc108-flash", "MOC108 flash image: second boot and application%s",
            look->trailer ? ", with a trailer" : "");
    look_use(look, USE_FLASH, "mk3060 of AliOS %s, over serial at 0x13200 (X@mk3060.bin).",
             app == MK3060_APP_OFFSET ? "3.0 and 3.1" : "2.1 or later");
    look_field(look, app, 0, "application's place", false,
               "its flash address when the file is written at 0x13200", "0x%zx",
               app + MOC108_WRITE_ADDRESS);
    if (look->trailer)
        look_warn(look, "This is the file for the serial port, in spite of its trailer: the upload "
                        "is X@mk3060_ota.bin.");
}

static void use_all(struct look *look)
{
    look_is(look, "moc108-all", "MOC108 whole flash (.all.bin)");
    look_use(look, USE_NEITHER,
             "A programmer writes it at 0. Over serial X@mk3060.bin goes to 0x13200; the upload is "
             "the .ota file of the same build.");
    look_warn(look, "Uploaded, a whole flash (.all.bin) is refused or destroys the application.");
}

bool recognise_moc108(struct look *look)
{
    struct moc108_layout layout;
    if (!moc108_layout(look->bytes, &layout))
        return false;
    for (unsigned i = 0; i < layout.count; i++)
        describe_part(look, &layout, i);
    if (layout.padding)
        look_field(look, look->bytes.size - layout.padding, layout.padding, "padding", false,
                   "erased flash looks like this; a file read back from a board has it", "%zu x FF",
                   layout.padding);
    switch (layout.kind) {
    case MOC108_CRC:
        use_crc(look);
        break;
    case MOC108_UPDATE:
        use_update(look);
        break;
    case MOC108_FLASH:
        use_flash(look, &layout);
        break;
    case MOC108_ALL:
        use_all(look);
        break;
    }
    return true;
}
