#include "device/image_check.h"

#include <bearssl/bearssl_hash.h>
#include <string.h>

/* One flash page: small enough for a device task's stack. */
#define PIECE 256u

int image_check_hash(const struct image_storage *storage, uint32_t n, enum image_hash kind,
                     uint8_t out[32])
{
    br_md5_context md5;
    br_sha256_context sha256;
    uint8_t piece[PIECE];
    br_md5_init(&md5);
    br_sha256_init(&sha256);
    for (uint32_t at = 0; at < n; at += PIECE) {
        uint32_t part = n - at < PIECE ? n - at : PIECE;
        if (storage->read(storage->user, at, piece, part) != 0)
            return -1;
        if (kind == IMAGE_HASH_MD5)
            br_md5_update(&md5, piece, part);
        else
            br_sha256_update(&sha256, piece, part);
    }
    if (kind == IMAGE_HASH_MD5)
        br_md5_out(&md5, out);
    else
        br_sha256_out(&sha256, out);
    return 0;
}

enum image_check_result image_check_file(const struct image_storage *storage, uint32_t size,
                                         struct image_trailer *trailer, uint8_t computed[16])
{
    uint8_t bytes[IMAGE_TRAILER_SIZE], hash[32];
    if (size <= IMAGE_TRAILER_SIZE)
        return IMAGE_CHECK_TOO_SMALL;
    if (storage->read(storage->user, size - IMAGE_TRAILER_SIZE, bytes, sizeof bytes) != 0)
        return IMAGE_CHECK_READ;
    image_trailer_read(bytes, trailer);
    if (!image_trailer_magic_known(trailer->magic))
        return IMAGE_CHECK_MAGIC;
    if (trailer->size != size - IMAGE_TRAILER_SIZE)
        return IMAGE_CHECK_SIZE;
    if (image_check_hash(storage, trailer->size, IMAGE_HASH_MD5, hash) != 0)
        return IMAGE_CHECK_READ;
    memcpy(computed, hash, 16);
    return memcmp(hash, trailer->md5, 16) == 0 ? IMAGE_CHECK_OK : IMAGE_CHECK_MD5;
}
