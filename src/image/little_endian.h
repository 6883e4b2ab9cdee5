/* Little-endian words, as every format of the workshop stores them. Private to this module. */
#ifndef OTACONSOLE_IMAGE_LITTLE_ENDIAN_H
#define OTACONSOLE_IMAGE_LITTLE_ENDIAN_H

#include <stdint.h>

#include "base/buffer.h"

static inline uint32_t le32_read(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline void le32_append(struct buffer *out, uint32_t value)
{
    const uint8_t b[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                          (uint8_t)(value >> 24)};
    buffer_append(out, b, sizeof b);
}

#endif
