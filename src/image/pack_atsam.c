#include <lzma.h>

#include "image/little_endian.h"
#include "image/pack.h"
#include "image/pack_internal.h"

void pack_atsam(struct bytes in, struct buffer *out)
{
    size_t start = out->length;
    buffer_append(out, in.data, in.size);
    pack_fill(out, out->length + (4 - in.size % 4) % 4, 0xFF);
    if (!out->failed)
        le32_append(out, lzma_crc32(in.size ? out->data + start : NULL, out->length - start, 0));
}
