/*
 * Restores a new image from the old one and a diff package, slice by slice, as a second
 * boot does (nbpatch; facts/alios-device.md §2, alios-build-boards.md A.10).
 *
 * The old image changes under way: a rebuilt slice takes its place before the next one is
 * decoded. Flash is reached through callbacks; the workspace is the caller's; xz streams are
 * unpacked by a decoder the port supplies, under the device's limits (dictionary, check).
 * Freestanding: no malloc, no stdio, no globals.
 *
 * Unlike the vendor's code every length is checked against the package, the slice and the
 * image before it is used, every stream must end where its slice ends, and the CRC of a slice
 * is checked before the slice is handed on.
 *
 * Workspace: `struct patch`, a buffer of one slice, some 350 bytes of stack, and what the three
 * decoders take (a dictionary of PATCH_DICTIONARY bytes each).
 */
#ifndef OTACONSOLE_DEVICE_PATCH_H
#define OTACONSOLE_DEVICE_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATCH_HEADER 48u
#define PATCH_DICTIONARY 16384u /* what the device's decoder has */

/* The vendor's numbers, as its log prints them. */
enum patch_result {
    PATCH_OK = 0,
    PATCH_PARAMETERS = 1,
    PATCH_MEMORY = 2, /* the workspace is too small for this slice size */
    PATCH_FLASH = 3,
    PATCH_FORMAT = 4, /* no sections, streams that cannot be unpacked or do not fit their slice,
                       * a step outside the old image (the vendor's "pos over") */
    PATCH_BOUNDS = 5, /* not cut into the slices that were agreed */
    PATCH_CRC = 6,    /* the rebuilt slice is not the one that was meant: wrong base */
};

/* One xz stream at a time. */
struct patch_decoder {
    /* Begins with compressed bytes of `length` bytes at package offset `offset`. */
    int (*begin)(void *user, uint32_t offset, uint32_t length);
    /* Unpacks exactly n bytes; non-zero = the stream ended, is damaged, or breaks the limits. */
    int (*read)(void *user, uint8_t *into, uint32_t n);
    /* The stream must be over exactly now; non-zero = it is not. */
    int (*end)(void *user);
    void *user;
};

struct patch_port {
    int (*read_package)(void *user, uint32_t offset, uint8_t *into, uint32_t n);
    /* The old image as it is now: rebuilt slices included. */
    int (*read_old)(void *user, uint32_t offset, uint8_t *into, uint32_t n);
    /* A rebuilt slice whose CRC was right; from now on read_old gives it. */
    int (*write_slice)(void *user, uint32_t index, uint32_t offset, const uint8_t *bytes,
                       uint32_t n);
    void *user;
};

struct patch {
    const struct patch_port *port;
    const struct patch_decoder *decoder[3]; /* control, difference, extra: read in turns */
    uint32_t package_size, old_size, slice_size;
    uint8_t *slice; /* the caller's, slice_size bytes */
    /* where it stands */
    uint32_t package_at, new_at, index;
    /* why it stopped; every later call gives the same answer */
    enum patch_result result;
    uint32_t bad_offset;           /* in the package: of the header or stream that was refused */
    bool outside_old;              /* FORMAT: a step would have left the old image */
    uint16_t crc_found, crc_meant; /* CRC */
};

/*
 * Decoders for the three streams must be distinct: they are read in turns. After a restart
 * the caller sets package_at, new_at and index to what it kept after the last write_slice.
 */
enum patch_result patch_init(struct patch *p, const struct patch_port *port,
                             const struct patch_decoder *const decoders[3], uint32_t package_size,
                             uint32_t old_size, uint32_t slice_size, uint8_t *slice,
                             uint32_t slice_capacity);
/* One slice. *done at the end of the package: then new_at is the new image's size. */
enum patch_result patch_next(struct patch *p, bool *done);
/* As part of a sentence; never NULL. */
const char *patch_result_text(enum patch_result result);

#endif
