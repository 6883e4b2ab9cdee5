#include "image/trailer.h"

#include <string.h>

#include <openssl/evp.h>

#include "image/little_endian.h"
#include "ymodem/crc16.h"

#define MD5_SIZE 16u
#define ALIGNMENT 4u /* of FF that version 4 puts between image and trailer */

#define MAGIC_MCU 0xEFCDEFCDu
#define MAGIC_FS 0xABCDABCDu

static const uint8_t ff[ALIGNMENT] = {0xFF, 0xFF, 0xFF, 0xFF};

const char *trailer_magic_name(uint32_t magic)
{
    switch (magic) {
    case IMAGE_MAGIC_ALL:
        return "0xEFEFEFEF (all)";
    case IMAGE_MAGIC_APP:
        return "0xABABABAB (app)";
    case IMAGE_MAGIC_KERNEL:
        return "0xCDCDCDCD (kernel)";
    case MAGIC_MCU:
        return "0xEFCDEFCD (MCU)";
    case MAGIC_FS:
        return "0xABCDABCD (FS)";
    default:
        return "unknown";
    }
}

static bool magic_known(uint32_t magic)
{
    return image_trailer_magic_known(magic) || magic == MAGIC_MCU || magic == MAGIC_FS;
}

static bool is_version_4(const uint8_t trailer[IMAGE_TRAILER_SIZE])
{
    return trailer[24] == 1 && trailer[25] == 0;
}

struct sums {
    uint8_t md5[MD5_SIZE];
    uint16_t crc16;
    bool ok;
};

/* Over the image and the FF bytes behind it, in two pieces so that the image is not copied. */
static void sums_compute(const uint8_t *bytes, size_t n, size_t padding, struct sums *sums)
{
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    sums->ok = md5 && EVP_DigestInit_ex(md5, EVP_md5(), NULL) && EVP_DigestUpdate(md5, bytes, n) &&
               EVP_DigestUpdate(md5, ff, padding) && EVP_DigestFinal_ex(md5, sums->md5, NULL);
    EVP_MD_CTX_free(md5);
    sums->crc16 = ymodem_crc16(ymodem_crc16(0, bytes, n), ff, padding);
}

void trailer_append(const uint8_t *bytes, size_t n, enum trailer_version version, uint32_t magic,
                    struct buffer *out)
{
    size_t padding = version == TRAILER_V4 ? ALIGNMENT : 0;
    struct sums sums;
    if (n > UINT32_MAX - padding) {
        out->failed = true;
        return;
    }
    sums_compute(bytes, n, padding, &sums);
    if (!sums.ok) {
        out->failed = true;
        return;
    }
    buffer_append(out, bytes, n);
    buffer_append(out, ff, padding);
    if (version == TRAILER_MICO) {
        buffer_append(out, sums.md5, sizeof sums.md5);
        return;
    }
    const uint8_t end_v4[4] = {1, 0, (uint8_t)sums.crc16, (uint8_t)(sums.crc16 >> 8)};
    le32_append(out, magic ? magic : IMAGE_MAGIC_ALL);
    le32_append(out, (uint32_t)(n + padding));
    buffer_append(out, sums.md5, sizeof sums.md5);
    buffer_append(out, version == TRAILER_V4 ? end_v4 : ff, 4);
}

/* A trailer that ends at `end` and names the size of what is in front of it. */
static bool stands_at_end(const uint8_t *bytes, size_t end)
{
    struct image_trailer t;
    if (end < IMAGE_TRAILER_SIZE)
        return false;
    image_trailer_read(bytes + end - IMAGE_TRAILER_SIZE, &t);
    return magic_known(t.magic) && t.size == end - IMAGE_TRAILER_SIZE;
}

/* The script run twice leaves a whole trailer, or that and version 4's FFs, before the last one. */
static bool is_doubled(const uint8_t *bytes, size_t offset)
{
    return stands_at_end(bytes, offset) ||
           (offset >= ALIGNMENT && memcmp(bytes + offset - ALIGNMENT, ff, ALIGNMENT) == 0 &&
            stands_at_end(bytes, offset - ALIGNMENT));
}

static bool find_mico(const uint8_t *bytes, size_t n, struct trailer_found *found)
{
    struct sums sums;
    if (n < MD5_SIZE)
        return false;
    size_t offset = n - MD5_SIZE;
    sums_compute(bytes, offset, 0, &sums);
    if (!sums.ok || memcmp(sums.md5, bytes + offset, MD5_SIZE) != 0)
        return false;
    *found = (struct trailer_found){
        .fault = TRAILER_FINE, .version = TRAILER_MICO, .offset = offset, .crc16 = sums.crc16};
    found->trailer.size = (uint32_t)(offset < UINT32_MAX ? offset : UINT32_MAX);
    memcpy(found->md5, sums.md5, MD5_SIZE);
    memcpy(found->trailer.md5, sums.md5, MD5_SIZE);
    return true;
}

static void examine(const uint8_t *bytes, struct trailer_found *found)
{
    struct sums sums;
    sums_compute(bytes, found->offset, 0, &sums);
    memcpy(found->md5, sums.md5, MD5_SIZE);
    found->crc16 = sums.crc16;
    if (found->trailer.size != found->offset)
        found->fault = TRAILER_SIZE;
    else if (!sums.ok || memcmp(found->md5, found->trailer.md5, MD5_SIZE) != 0)
        found->fault = TRAILER_MD5;
    else if (found->version == TRAILER_V4 && found->crc16 != found->trailer.crc16)
        found->fault = TRAILER_CRC16;
    else if (is_doubled(bytes, found->offset))
        found->fault = TRAILER_DOUBLED;
    else
        found->fault = TRAILER_FINE;
}

void trailer_find(const uint8_t *bytes, size_t n, struct trailer_found *found)
{
    *found = (struct trailer_found){.fault = TRAILER_NONE, .offset = n};
    if (n >= IMAGE_TRAILER_SIZE) {
        const uint8_t *trailer = bytes + n - IMAGE_TRAILER_SIZE;
        if (magic_known(le32_read(trailer))) {
            image_trailer_read(trailer, &found->trailer);
            found->offset = n - IMAGE_TRAILER_SIZE;
            found->version = is_version_4(trailer) ? TRAILER_V4 : TRAILER_V1;
            examine(bytes, found);
        }
    }
    /* Only a size that does not fit leaves room for a magic that stands there by chance. */
    if (found->fault == TRAILER_NONE || found->fault == TRAILER_SIZE)
        (void)find_mico(bytes, n, found);
}
