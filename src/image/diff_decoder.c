#include "image/diff_decoder.h"

#include <stdlib.h>

/* The decoder itself takes some 64 KiB beside its dictionary. */
#define MEMORY_LIMIT ((uint64_t)256 * 1024)

static int refuse(struct diff_decoder *d, const char *reason)
{
    d->reason = reason;
    return -1;
}

static int refuse_code(struct diff_decoder *d, lzma_ret code)
{
    switch (code) {
    case LZMA_MEMLIMIT_ERROR:
        return refuse(d, "an xz stream needs more memory than a board has");
    case LZMA_FORMAT_ERROR:
        return refuse(d, "what should be an xz stream is none");
    case LZMA_OPTIONS_ERROR:
        return refuse(d, "an xz stream has options no board knows");
    default:
        return refuse(d, "an xz stream is damaged or cut off");
    }
}

static int check_block(struct diff_decoder *d, const uint8_t *at, size_t left, lzma_check check)
{
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    lzma_block block = {.version = 0, .check = check, .filters = filters};
    if (left == 0 || at[0] == 0)
        return refuse_code(d, LZMA_DATA_ERROR);
    block.header_size = lzma_block_header_size_decode(at[0]);
    if (block.header_size > left)
        return refuse_code(d, LZMA_DATA_ERROR);
    lzma_ret code = lzma_block_header_decode(&block, NULL, at);
    if (code != LZMA_OK)
        return refuse_code(d, code);
    const char *reason = NULL;
    if (filters[0].id != LZMA_FILTER_LZMA2 || filters[1].id != LZMA_VLI_UNKNOWN)
        reason = "an xz stream uses another filter than LZMA2";
    else if (((const lzma_options_lzma *)filters[0].options)->dict_size > PATCH_DICTIONARY)
        reason = "an xz stream has a dictionary of more than 16 KiB";
    for (unsigned i = 0; i < LZMA_FILTERS_MAX && filters[i].id != LZMA_VLI_UNKNOWN; i++)
        free(filters[i].options);
    return reason ? refuse(d, reason) : 0;
}

/* liblzma would decode much that a board does not: every block's header is looked at, found by
 * the index at the stream's end. */
static int check_stream(struct diff_decoder *d, const uint8_t *bytes, size_t n)
{
    lzma_stream_flags head, foot;
    if (n < (size_t)2 * LZMA_STREAM_HEADER_SIZE)
        return refuse_code(d, LZMA_DATA_ERROR);
    lzma_ret code = lzma_stream_header_decode(&head, bytes);
    if (code == LZMA_OK)
        code = lzma_stream_footer_decode(&foot, bytes + n - LZMA_STREAM_HEADER_SIZE);
    if (code == LZMA_OK)
        code = lzma_stream_flags_compare(&head, &foot);
    if (code != LZMA_OK)
        return refuse_code(d, code == LZMA_FORMAT_ERROR ? code : LZMA_DATA_ERROR);
    if (head.check != LZMA_CHECK_NONE && head.check != LZMA_CHECK_CRC32)
        return refuse(d, "an xz stream has another check than CRC32");
    if (foot.backward_size > n - (size_t)2 * LZMA_STREAM_HEADER_SIZE)
        return refuse_code(d, LZMA_DATA_ERROR);

    lzma_index *index = NULL;
    uint64_t limit = MEMORY_LIMIT;
    size_t at = n - LZMA_STREAM_HEADER_SIZE - (size_t)foot.backward_size;
    if (lzma_index_buffer_decode(&index, &limit, NULL, bytes, &at, n) != LZMA_OK)
        return refuse_code(d, LZMA_DATA_ERROR);
    lzma_index_iter block;
    int result = 0;
    lzma_index_iter_init(&block, index);
    while (result == 0 && !lzma_index_iter_next(&block, LZMA_INDEX_ITER_BLOCK)) {
        uint64_t offset = block.block.compressed_file_offset;
        result = offset < n ? check_block(d, bytes + offset, n - (size_t)offset, head.check)
                            : refuse_code(d, LZMA_DATA_ERROR);
    }
    lzma_index_end(index, NULL);
    return result;
}

static int begin(void *user, uint32_t offset, uint32_t length)
{
    struct diff_decoder *d = user;
    if (offset > d->package.size || length > d->package.size - offset)
        return refuse_code(d, LZMA_DATA_ERROR);
    const uint8_t *bytes = d->package.data + offset;
    if (check_stream(d, bytes, length) != 0)
        return -1;
    lzma_ret code = lzma_stream_decoder(&d->stream, MEMORY_LIMIT, 0);
    if (code != LZMA_OK)
        return refuse(d, "there is no memory to unpack an xz stream");
    d->stream.next_in = bytes;
    d->stream.avail_in = length;
    d->ended = false;
    return 0;
}

static int read_bytes(void *user, uint8_t *into, uint32_t n)
{
    struct diff_decoder *d = user;
    d->stream.next_out = into;
    d->stream.avail_out = n;
    while (d->stream.avail_out) {
        if (d->ended)
            return refuse(d, "an xz stream is shorter than its slice needs");
        lzma_ret code = lzma_code(&d->stream, LZMA_RUN);
        if (code == LZMA_STREAM_END)
            d->ended = true;
        else if (code != LZMA_OK)
            return refuse_code(d, code);
    }
    return 0;
}

static int end(void *user)
{
    struct diff_decoder *d = user;
    uint8_t surplus;
    d->stream.next_out = &surplus;
    d->stream.avail_out = 1;
    /* The last bytes may be out while index and footer still wait. */
    while (!d->ended && d->stream.avail_out) {
        lzma_ret code = lzma_code(&d->stream, LZMA_FINISH);
        if (code == LZMA_STREAM_END)
            d->ended = true;
        else if (code != LZMA_OK)
            return refuse_code(d, code);
    }
    if (d->stream.avail_out == 0 || d->stream.avail_in)
        return refuse(d, "an xz stream is longer than its slice needs");
    return 0;
}

void diff_decoder_open(struct diff_decoder *d, struct bytes package)
{
    *d = (struct diff_decoder){
        .decoder = {begin, read_bytes, end, d},
        .package = package,
        .stream = LZMA_STREAM_INIT,
        .ended = true,
    };
}

void diff_decoder_close(struct diff_decoder *d)
{
    lzma_end(&d->stream);
}
