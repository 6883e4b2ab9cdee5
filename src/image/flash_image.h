/*
 * Whether a file is what a board wants over the serial port, told from its bytes.
 *
 * The classic evening lost with an mk3060 is the wrong file of the right build
 * (facts/alios-device.md §6.1): the loader takes anything and says success, and
 * the board is silent afterwards. What can be known is said before the first byte.
 */
#ifndef OTACONSOLE_IMAGE_FLASH_IMAGE_H
#define OTACONSOLE_IMAGE_FLASH_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "board/board.h"

enum flash_image_kind {
    FLASH_IMAGE_GROUPS, /* 34-byte groups from the first byte on: right for a MOC108 board */
    FLASH_IMAGE_PADDED, /* 28 zero bytes before the groups: the update file of release 2.1 and on */
    FLASH_IMAGE_WHOLE,  /* bootloader and application: for a programmer, at 0 */
    FLASH_IMAGE_RAW,    /* no CRC groups: the linker's output before the CRC tool */
    FLASH_IMAGE_ELF,
    FLASH_IMAGE_XZ,   /* a loader B1 would unpack it, so that it could not be verified */
    FLASH_IMAGE_OTHER /* the board has no such format; nothing is known */
};

struct flash_image {
    enum flash_image_kind kind;
    uint32_t groups;       /* intact groups from the start */
    uint32_t broken_group; /* index of the first broken one when some are intact */
    int has_trailer;       /* ends in the 28-byte update trailer */
};

void flash_image_examine(const struct board *board, const uint8_t *bytes, size_t n,
                         struct flash_image *image);
/*
 * Refuses (image-refused) what cannot start at the board's write address. `name`
 * is the file's, for the message.
 */
enum problem_code flash_image_check(const struct board *board, const char *name,
                                    const uint8_t *bytes, size_t n, struct problem *problem);

#endif
