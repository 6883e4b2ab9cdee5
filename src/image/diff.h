/*
 * Diff packages: what the cloud makes when "diff" is chosen, made here (facts/
 * alios-build-boards.md A.10). Suffix sorting by libdivsufsort, xz by liblzma. A package is
 * handed out only after the device's own code (device/patch.h) has restored the new image
 * from it, under the device's memory limits.
 */
#ifndef OTACONSOLE_IMAGE_DIFF_H
#define OTACONSOLE_IMAGE_DIFF_H

#include "base/buffer.h"
#include "base/problem.h"
#include "board/board.h"
#include "image/pack.h"

#define DIFF_FILE_MAX ((size_t)8 * 1024 * 1024) /* as the vendor's tool */

struct diff_slice {
    uint32_t control, difference, extra, size; /* bytes in the package; new bytes */
    uint16_t crc;
};
struct diff_facts {
    unsigned count;
    size_t total; /* bytes of the new image */
};

enum problem_code diff_make(struct bytes old_image, struct bytes new_image, uint32_t slice_size,
                            struct buffer *out, struct problem *problem);
/* Restores through the device's code; image-refused names the slice and the reason (wrong base,
 * wrong slice size, damaged), its hint what a device would print. */
enum problem_code diff_apply(struct bytes old_image, struct bytes package, uint32_t slice_size,
                             struct buffer *out, struct problem *problem);
/* Walks the sections. *slices is malloc'ed; image-refused with the offset when it is none. */
enum problem_code diff_walk(struct bytes package, struct diff_slice **slices,
                            struct diff_facts *facts, struct problem *problem);
/* Whether the board takes it: slice size, partitions, and the room a second boot needs in OTA_TEMP
 * while it works. */
enum problem_code diff_check_board(const struct board *board,
                                   const struct board_generation *generation, uint32_t slice_size,
                                   struct bytes package, struct problem *problem);

#endif
