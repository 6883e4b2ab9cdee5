#include "image/moc108.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "device/code_crc.h"

#define PROBES 32u

static bool group_at(struct bytes image, size_t at)
{
    return at <= image.size && image.size - at >= CODE_CRC_GROUP &&
           code_crc_group_ok(image.data + at);
}

static bool zeros_at(struct bytes image, size_t at)
{
    static const uint8_t zeros[MOC108_ZEROS];
    return at <= image.size && image.size - at >= MOC108_ZEROS &&
           memcmp(image.data + at, zeros, MOC108_ZEROS) == 0;
}

bool moc108_padded(struct bytes image)
{
    return zeros_at(image, 0) && group_at(image, MOC108_ZEROS);
}

/* Most of some groups all over the file: also true when the first one is damaged. */
static bool looks_like_groups(struct bytes image, size_t start)
{
    if (image.size < start + CODE_CRC_GROUP)
        return false;
    if (group_at(image, start))
        return true;
    size_t groups = (image.size - start) / CODE_CRC_GROUP;
    size_t probes = groups < PROBES ? groups : PROBES, good = 0;
    for (size_t i = 0; i < probes; i++)
        good += group_at(image, start + groups * i / probes * CODE_CRC_GROUP);
    return good * 2 > probes;
}

static size_t skip_ff(struct bytes image, size_t at)
{
    while (at < image.size && image.data[at] == 0xFF)
        at++;
    return at;
}

/* Where a build puts the next file; FF that ends elsewhere is a hole in this one. */
static bool part_begins(struct bytes image, size_t at)
{
    if (at == image.size)
        return true;
    if (zeros_at(image, at))
        return group_at(image, at + MOC108_ZEROS);
    /* MXCHIP's .all.bin: application, factory test (two ages of it). */
    return (at == MOC108_WRITE_ADDRESS || at == 0x100100 || at == 0xA1090) && group_at(image, at);
}

/* The end of the groups that begin at `at`; *next is where the FF behind them ends. */
static size_t part_end(struct bytes image, size_t at, size_t *next)
{
    while (at < image.size) {
        size_t behind = skip_ff(image, at), group = image.size - at;
        if (group > CODE_CRC_GROUP)
            group = CODE_CRC_GROUP;
        if (behind - at < group) {
            at += group;
            continue;
        }
        if (part_begins(image, behind)) {
            *next = behind;
            return at;
        }
        at += (behind - at + CODE_CRC_GROUP - 1) / CODE_CRC_GROUP * CODE_CRC_GROUP;
    }
    *next = image.size;
    return image.size;
}

static void divide(struct bytes image, struct moc108_layout *layout)
{
    size_t at = 0;
    while (at < image.size && layout->count < MOC108_PARTS_MAX) {
        struct moc108_part *part = &layout->parts[layout->count++];
        part->zeros = zeros_at(image, at);
        part->offset = part->zeros ? at + MOC108_ZEROS : at;
        size_t end = part_end(image, part->offset, &at);
        part->size = end - part->offset;
        layout->padding = at - end;
        crc_groups_examine(image.data + part->offset, part->size, 0, &part->groups);
    }
}

bool moc108_layout(struct bytes image, struct moc108_layout *layout)
{
    size_t start = zeros_at(image, 0) ? MOC108_ZEROS : 0;
    *layout = (struct moc108_layout){0};
    if (!looks_like_groups(image, start))
        return false;
    divide(image, layout);
    const struct crc_groups *first = &layout->parts[0].groups;
    if (!group_at(image, start) && first->bad * 2 >= first->groups)
        return false;
    if (start)
        layout->kind = MOC108_UPDATE;
    else if (layout->count == 1)
        layout->kind = MOC108_CRC;
    else
        layout->kind = layout->parts[1].zeros ? MOC108_FLASH : MOC108_ALL;
    return true;
}

const char *moc108_part_name(const struct moc108_layout *layout, unsigned part)
{
    static const char *const whole[MOC108_PARTS_MAX] = {"bootloader", "application", "factory test",
                                                        "part 4"};
    static const char *const flash[MOC108_PARTS_MAX] = {"second boot", "application", "part 3",
                                                        "part 4"};
    if (layout->kind == MOC108_ALL)
        return whole[part];
    if (layout->kind == MOC108_FLASH)
        return flash[part];
    return part == 0 ? "code" : flash[part];
}

bool moc108_first_bad(struct bytes image, const struct moc108_layout *layout, unsigned part,
                      struct moc108_bad_group *bad)
{
    const struct moc108_part *p = &layout->parts[part];
    if (p->groups.bad == 0)
        return false;
    bad->part = part;
    bad->index = p->groups.first_bad;
    bad->offset = p->offset + bad->index * CODE_CRC_GROUP;
    const uint8_t *group = image.data + bad->offset;
    bad->stored = (uint16_t)(group[CODE_CRC_DATA] << 8 | group[CODE_CRC_DATA + 1]);
    bad->computed = code_crc16(group, CODE_CRC_DATA);
    return true;
}

void moc108_describe_bad(const struct moc108_layout *layout, const struct moc108_bad_group *bad,
                         char *out, size_t size)
{
    char flash[48] = "";
    uint64_t address = (uint64_t)bad->offset + MOC108_WRITE_ADDRESS;
    if (layout->kind == MOC108_ALL)
        snprintf(flash, sizeof flash, " (flash 0x%zx)", bad->offset);
    else if (layout->kind != MOC108_UPDATE)
        snprintf(flash, sizeof flash, " (flash 0x%" PRIx64 " if at 0x13200)", address);
    snprintf(out, size,
             "damaged group %zu of %s at offset 0x%zx%s: CRC 0x%04x stored, 0x%04x computed",
             bad->index, moc108_part_name(layout, bad->part), bad->offset, flash, bad->stored,
             bad->computed);
}
