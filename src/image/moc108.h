/*
 * The files of CRC groups that a MOC108 build makes, taken apart
 * (facts/alios-build-boards.md A.0, A.4): one run of groups, the same behind 28 zero bytes,
 * second boot and application with FF between them, or a whole flash.
 */
#ifndef OTACONSOLE_IMAGE_MOC108_H
#define OTACONSOLE_IMAGE_MOC108_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/crc_groups.h"
#include "image/pack.h"

/* That many zero bytes bring the groups of a 2.1+ application to a multiple of 34 in flash. */
#define MOC108_ZEROS 28u
#define MOC108_WRITE_ADDRESS 0x13200u
#define MOC108_PARTS_MAX 4

enum moc108_kind {
    MOC108_CRC,    /* groups from the first byte on */
    MOC108_UPDATE, /* 28 zero bytes, then groups */
    MOC108_FLASH,  /* second boot, FF, 28 zero bytes, application */
    MOC108_ALL,    /* bootloader at 0, application at 0x13200: a whole flash */
};

struct moc108_part {
    size_t offset, size; /* of the groups, behind the zero bytes */
    bool zeros;          /* 28 zero bytes stand in front */
    struct crc_groups groups;
};

struct moc108_layout {
    enum moc108_kind kind;
    unsigned count; /* at least 1 */
    struct moc108_part parts[MOC108_PARTS_MAX];
    size_t padding; /* FF bytes behind the last part */
};

/* Whether 28 zero bytes and an intact group begin here. */
bool moc108_padded(struct bytes image);
/* `image` without its trailer. False when it is no file of groups; damaged groups, also the
 * first, are no reason for that as long as most are intact. */
bool moc108_layout(struct bytes image, struct moc108_layout *layout);

/* "second boot", "application", "code" ... */
const char *moc108_part_name(const struct moc108_layout *layout, unsigned part);

struct moc108_bad_group {
    unsigned part;
    size_t index, offset; /* of the group: in its part, in the image */
    uint16_t stored, computed;
};
/* The first one of the part; false when all are intact. */
bool moc108_first_bad(struct bytes image, const struct moc108_layout *layout, unsigned part,
                      struct moc108_bad_group *bad);
/* "damaged group 3 of code at offset 0x66 (flash 0x13266 if at 0x13200): CRC ..." */
void moc108_describe_bad(const struct moc108_layout *layout, const struct moc108_bad_group *bad,
                         char *out, size_t size);

#endif
