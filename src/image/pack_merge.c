#include <string.h>

#include "image/pack.h"
#include "image/pack_internal.h"

void pack_fill(struct buffer *out, size_t length, uint8_t with)
{
    size_t limit = out->limit ? out->limit : BUFFER_DEFAULT_LIMIT;
    uint8_t chunk[1024];
    if (length <= out->length)
        return;
    if (length >= limit) {
        out->failed = true;
        return;
    }
    memset(chunk, with, sizeof chunk);
    while (out->length < length && !out->failed) {
        size_t missing = length - out->length;
        buffer_append(out, chunk, missing < sizeof chunk ? missing : sizeof chunk);
    }
}

enum problem_code pack_finish(const struct buffer *out, struct problem *problem)
{
    size_t limit = out->limit ? out->limit : BUFFER_DEFAULT_LIMIT;
    if (!out->failed)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_INTERNAL, NULL,
                       "Check the offsets and sizes; else free some memory.",
                       "the result is larger than %zu bytes, or memory ran out", limit);
}

void pack_merge(struct buffer *out, uint32_t offset, struct bytes part, bool *displaced)
{
    if (displaced)
        *displaced = out->length > offset;
    pack_fill(out, offset, 0xFF);
    buffer_append(out, part.data, part.size);
}
