#include <stdlib.h>
#include <string.h>

#include <lzma.h>

#include "image/pack.h"
#include "image/pack_internal.h"

/* A dictionary is allocated as large as the header says. 8 MiB (what `xz` takes unasked) must do:
 * firmware has 32 KiB, and no board has the memory for more. */
#define MEMORY_LIMIT ((uint64_t)10 * 1024 * 1024)

static void filters_free(lzma_filter *filters)
{
    for (size_t i = 0; i < LZMA_FILTERS_MAX && filters[i].id != LZMA_VLI_UNKNOWN; i++)
        free(filters[i].options);
}

static bool examine_block(struct bytes block_header, lzma_check check, struct xz_facts *facts)
{
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    lzma_block block = {.check = check, .filters = filters};
    block.header_size = lzma_block_header_size_decode(block_header.data[0]);
    if (block.header_size > block_header.size ||
        lzma_block_header_decode(&block, NULL, block_header.data) != LZMA_OK)
        return false;
    facts->other_filters = filters[0].id != LZMA_FILTER_LZMA2 || filters[1].id != LZMA_VLI_UNKNOWN;
    for (size_t i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++) {
        if (filters[i].id == LZMA_FILTER_LZMA2)
            facts->dictionary = ((const lzma_options_lzma *)filters[i].options)->dict_size;
    }
    filters_free(filters);
    return true;
}

bool xz_examine(struct bytes in, struct xz_facts *facts)
{
    lzma_stream_flags flags;
    *facts = (struct xz_facts){0};
    if (in.size < LZMA_STREAM_HEADER_SIZE || lzma_stream_header_decode(&flags, in.data) != LZMA_OK)
        return false;
    facts->check = (unsigned)flags.check;
    struct bytes rest = {in.data + LZMA_STREAM_HEADER_SIZE, in.size - LZMA_STREAM_HEADER_SIZE};
    if (rest.size == 0)
        return false;
    /* 00 begins the index: nothing is packed in it. */
    return rest.data[0] == 0 || examine_block(rest, flags.check, facts);
}

static enum problem_code refuse(lzma_ret ret, uint64_t offset, struct problem *problem)
{
    static const char again[] = "Take another copy of the file.";
    unsigned long long at = offset;
    switch (ret) {
    case LZMA_MEM_ERROR:
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    case LZMA_FORMAT_ERROR:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Is it the right file?",
                           "this is no .xz file");
    case LZMA_OPTIONS_ERROR:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Pack it again: xz --lzma2=dict=32KiB --check=crc32.",
                           "it is packed with options that are not known here");
    case LZMA_MEMLIMIT_ERROR:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Pack it again: xz --lzma2=dict=32KiB --check=crc32.",
                           "its dictionary is larger than 8 MiB; no board has the memory for it");
    case LZMA_BUF_ERROR:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, again,
                           "it is cut short: the packed data goes on behind its end at offset "
                           "0x%llx",
                           at);
    default:
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, again,
                           "the packed data is damaged at or before offset 0x%llx", at);
    }
}

/* Decodes into `out` until the stream ends or more than `limit` bytes have come out. */
static lzma_ret decode(lzma_stream *stream, size_t limit, struct buffer *out)
{
    uint8_t chunk[16384];
    lzma_ret ret = LZMA_OK;
    while (ret == LZMA_OK && stream->total_out <= limit && !out->failed) {
        stream->next_out = chunk;
        stream->avail_out = sizeof chunk;
        ret = lzma_code(stream, LZMA_FINISH);
        if (stream->total_out <= limit)
            buffer_append(out, chunk, sizeof chunk - stream->avail_out);
    }
    return ret;
}

static enum problem_code judge(const lzma_stream *stream, lzma_ret ret, size_t limit,
                               const struct buffer *out, struct problem *problem)
{
    if (stream->total_out > limit)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Is it the right file?",
                           "it unpacks to more than %zu bytes", limit);
    if (out->failed)
        return pack_finish(out, problem);
    if (ret != LZMA_STREAM_END)
        return refuse(ret, stream->total_in, problem);
    if (stream->avail_in)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Take off what follows it, a trailer for example.",
                           "%zu bytes are left over behind the packed data, at offset 0x%llx",
                           stream->avail_in, (unsigned long long)stream->total_in);
    return PROBLEM_NONE;
}

enum problem_code unpack_xz(struct bytes in, size_t limit, struct buffer *out,
                            struct problem *problem)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    size_t start = out->length;
    lzma_ret ret = lzma_stream_decoder(&stream, MEMORY_LIMIT, 0);
    if (ret != LZMA_OK)
        return refuse(ret, 0, problem);
    stream.next_in = in.data;
    stream.avail_in = in.size;
    ret = decode(&stream, limit, out);
    enum problem_code code = judge(&stream, ret, limit, out, problem);
    if (code != PROBLEM_NONE)
        out->length = start;
    lzma_end(&stream);
    return code;
}
