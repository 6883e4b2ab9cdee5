#include <lzma.h>

#include "image/pack.h"
#include "image/pack_internal.h"

static enum problem_code failed(lzma_ret ret, struct problem *problem)
{
    if (ret == LZMA_OPTIONS_ERROR)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "Firmware takes 32 KiB; from 4 KiB to 1.5 GiB are possible.",
                           "xz has no such dictionary size");
    if (ret == LZMA_MEM_ERROR)
        return problem_set(problem, PROBLEM_INTERNAL, NULL,
                           "Free some memory, or choose a smaller dictionary.", "out of memory");
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Report this with the file.",
                       "the xz encoder failed with code %d", (int)ret);
}

/* Runs an encoder that was set up well (`ret`), from `in` to `out`, and ends it. */
static enum problem_code encode(lzma_stream *stream, lzma_ret ret, struct bytes in,
                                struct buffer *out, struct problem *problem)
{
    uint8_t chunk[16384];
    stream->next_in = in.data;
    stream->avail_in = in.size;
    while (ret == LZMA_OK && !out->failed) {
        stream->next_out = chunk;
        stream->avail_out = sizeof chunk;
        ret = lzma_code(stream, LZMA_FINISH);
        buffer_append(out, chunk, sizeof chunk - stream->avail_out);
    }
    lzma_end(stream);
    if (ret != LZMA_STREAM_END && ret != LZMA_OK)
        return failed(ret, problem);
    return pack_finish(out, problem);
}

enum problem_code pack_xz(struct bytes in, uint32_t dictionary, struct buffer *out,
                          struct problem *problem)
{
    lzma_options_lzma options;
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_lzma_preset(&options, 6))
        return failed(LZMA_PROG_ERROR, problem);
    options.dict_size = dictionary;
    const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    /* Not lzma_stream_buffer_encode: it writes sizes into the block header, the xz program none. */
    return encode(&stream, lzma_stream_encoder(&stream, filters, LZMA_CHECK_CRC32), in, out,
                  problem);
}

enum problem_code pack_lzma_alone(struct bytes in, struct buffer *out, struct problem *problem)
{
    lzma_options_lzma options;
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_lzma_preset(&options, 6))
        return failed(LZMA_PROG_ERROR, problem);
    return encode(&stream, lzma_alone_encoder(&stream, &options), in, out, problem);
}
