/*
 * The checks a device makes on a downloaded package, in its order: the hash of
 * the downloaded bytes against the announced one, then the trailer, then the
 * image's own MD5 (facts/alios-device.md §3.2). Hashes by BearSSL. Freestanding:
 * flash is read through a callback in pieces of the caller's buffer.
 */
#ifndef OTACONSOLE_DEVICE_IMAGE_CHECK_H
#define OTACONSOLE_DEVICE_IMAGE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "device/image_trailer.h"

enum image_check_result {
    IMAGE_CHECK_OK,
    IMAGE_CHECK_TOO_SMALL, /* 28 bytes or fewer */
    IMAGE_CHECK_MAGIC,     /* no trailer */
    IMAGE_CHECK_SIZE,      /* the trailer's size is not the file's without it */
    IMAGE_CHECK_MD5,       /* the image is not the one its trailer was made for */
    IMAGE_CHECK_READ,      /* the storage failed */
};

enum image_hash { IMAGE_HASH_MD5, IMAGE_HASH_SHA256 };

struct image_storage {
    /* Copies n bytes at `offset`; non-zero = failed. */
    int (*read)(void *user, uint32_t offset, uint8_t *into, uint32_t n);
    void *user;
};

/* Hash of the first n bytes; `out` gets 16 or 32 bytes. Non-zero = the storage failed. */
int image_check_hash(const struct image_storage *storage, uint32_t n, enum image_hash kind,
                     uint8_t out[32]);
/*
 * The trailer at the end of a file of `size` bytes and the image's MD5. *trailer
 * is filled as soon as it was read; `computed` gets the MD5 that was computed.
 */
enum image_check_result image_check_file(const struct image_storage *storage, uint32_t size,
                                         struct image_trailer *trailer, uint8_t computed[16]);

#endif
