#include <inttypes.h>
#include <stdio.h>

#include <lzma.h>

#include "image/little_endian.h"
#include "image/pack.h"

#define VERSION_SIZE 24u

/* CRC-32 without its final inversion ("JAMCRC"): the script undoes it by hand. */
static uint32_t jamcrc(struct bytes in)
{
    return ~lzma_crc32(in.data, in.size, 0);
}

void pack_rda5981(struct bytes app, struct bytes lzma, struct buffer *out)
{
    static const uint8_t magic_and_algorithm[4] = {0xAE, 0xAE, 0, 0};
    char version[VERSION_SIZE] = {0};
    if (lzma.size > UINT32_MAX) {
        out->failed = true;
        return;
    }
    snprintf(version, sizeof version, "%" PRIu32, jamcrc(app));
    buffer_append(out, magic_and_algorithm, sizeof magic_and_algorithm);
    buffer_append(out, version, sizeof version);
    le32_append(out, jamcrc(lzma));
    le32_append(out, (uint32_t)lzma.size);
    buffer_append(out, lzma.data, lzma.size);
}
