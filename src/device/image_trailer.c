#include "device/image_trailer.h"

#include <string.h>

static uint32_t read_u32(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void write_u32(uint8_t *b, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(value >> (8 * i));
}

void image_trailer_read(const uint8_t bytes[IMAGE_TRAILER_SIZE], struct image_trailer *trailer)
{
    trailer->magic = read_u32(bytes);
    trailer->size = read_u32(bytes + 4);
    memcpy(trailer->md5, bytes + 8, sizeof trailer->md5);
    trailer->crc16 = (uint16_t)(bytes[26] | bytes[27] << 8);
}

void image_trailer_write(uint8_t bytes[IMAGE_TRAILER_SIZE], uint32_t size, const uint8_t md5[16])
{
    write_u32(bytes, IMAGE_MAGIC_ALL);
    write_u32(bytes + 4, size);
    memcpy(bytes + 8, md5, 16);
    memset(bytes + 24, 0xFF, 4);
}

bool image_trailer_magic_known(uint32_t magic)
{
    return magic == IMAGE_MAGIC_ALL || magic == IMAGE_MAGIC_APP || magic == IMAGE_MAGIC_KERNEL;
}
