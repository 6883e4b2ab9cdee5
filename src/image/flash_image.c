#include "image/flash_image.h"

#include <stdbool.h>
#include <string.h>

#include "device/code_crc.h"
#include "device/image_trailer.h"
#include "image/moc108.h"

static bool begins_with(const uint8_t *bytes, size_t n, const char *magic, size_t length)
{
    return n >= length && memcmp(bytes, magic, length) == 0;
}

/* A whole flash begins with groups too, but they are the bootloader's. */
static bool is_whole_flash(const uint8_t *bytes, size_t n)
{
    struct moc108_layout layout;
    return n > MOC108_WRITE_ADDRESS && moc108_layout((struct bytes){bytes, n}, &layout) &&
           layout.kind == MOC108_ALL;
}

static bool ends_in_trailer(const uint8_t *bytes, size_t n)
{
    struct image_trailer t;
    if (n <= IMAGE_TRAILER_SIZE)
        return false;
    image_trailer_read(bytes + n - IMAGE_TRAILER_SIZE, &t);
    return image_trailer_magic_known(t.magic) && t.size == n - IMAGE_TRAILER_SIZE;
}

void flash_image_examine(const struct board *board, const uint8_t *bytes, size_t n,
                         struct flash_image *image)
{
    memset(image, 0, sizeof *image);
    image->has_trailer = ends_in_trailer(bytes, n);
    uint32_t content = (uint32_t)(image->has_trailer ? n - IMAGE_TRAILER_SIZE : n);
    if (begins_with(bytes, n,
                    "\x7f"
                    "ELF",
                    4))
        image->kind = FLASH_IMAGE_ELF;
    else if (begins_with(bytes, n,
                         "\xfd"
                         "7zXZ\0",
                         6))
        image->kind = FLASH_IMAGE_XZ;
    else if (!board->code_crc_groups)
        image->kind = FLASH_IMAGE_OTHER;
    else if (moc108_padded((struct bytes){bytes, n}))
        image->kind = FLASH_IMAGE_PADDED;
    else {
        image->groups = code_crc_check(bytes, content);
        image->broken_group = image->groups;
        image->kind = image->groups == 0               ? FLASH_IMAGE_RAW
                      : is_whole_flash(bytes, content) ? FLASH_IMAGE_WHOLE
                                                       : FLASH_IMAGE_GROUPS;
    }
}

enum problem_code flash_image_check(const struct board *board, const char *name,
                                    const uint8_t *bytes, size_t n, struct problem *problem)
{
    struct flash_image image;
    flash_image_examine(board, bytes, n, &image);
    switch (image.kind) {
    case FLASH_IMAGE_ELF:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, name,
                           "Take the .bin file beside it: out/APP@BOARD/binary/APP@BOARD.bin.",
                           "this is an ELF file, not a flash image");
    case FLASH_IMAGE_XZ:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, name,
                           "Unpack it (xz -dk FILE.xz) and flash the .bin.",
                           "this is an xz archive; some loaders unpack it while writing, others "
                           "do not, and it cannot be compared with the flash");
    case FLASH_IMAGE_PADDED:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, name,
                           "Flash X@BOARD.bin of the same build; the .ota.bin is for the cloud.",
                           "this is the update file of release 2.1 or later; at the serial "
                           "address it leaves a silent board");
    case FLASH_IMAGE_WHOLE:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, name,
                           "Flash X@BOARD.bin of the same build; an .all.bin is for a programmer.",
                           "this is a whole flash, the bootloader in front; at the serial address "
                           "the board would not start");
    case FLASH_IMAGE_RAW:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, name,
                           "Flash the file with CRCs (X@BOARD.bin of binary/); --force-image "
                           "writes this one all the same.",
                           "the first 34 bytes are no code group with its CRC, so the chip could "
                           "not run it");
    default:
        return PROBLEM_NONE;
    }
}
