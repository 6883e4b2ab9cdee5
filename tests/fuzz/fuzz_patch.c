/*
 * Any bytes as a diff package, on a small old image: refused, or a slice whose CRC is right. The
 * first byte says whether the streams are xz or lie there as they are; the checksums of xz keep
 * most inputs from getting as far as the steps.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/diff.h"
#include "image/diff_decoder.h"
#include "ymodem/crc16.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OLD 600u
#define SLICE 4096u

struct rig {
    const uint8_t *package;
    size_t package_size, image_size;
    uint8_t image[1 << 18];
    struct patch patch;
};

static int read_package(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    const struct rig *r = user;
    if (offset > r->package_size || n > r->package_size - offset)
        abort();
    memcpy(into, r->package + offset, n);
    return 0;
}

static int read_old(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    const struct rig *r = user;
    if (offset > r->image_size || n > r->image_size - offset || n == 0)
        abort();
    memcpy(into, r->image + offset, n);
    return 0;
}

static int write_slice(void *user, uint32_t index, uint32_t offset, const uint8_t *bytes,
                       uint32_t n)
{
    struct rig *r = user;
    if (index != offset / SLICE || offset % SLICE || n == 0 || n > SLICE ||
        offset > r->image_size || ymodem_crc16(0, bytes, n) != r->patch.crc_meant)
        abort();
    if (n > sizeof r->image - offset)
        return -1;
    memcpy(r->image + offset, bytes, n);
    r->image_size = r->image_size > offset + n ? r->image_size : offset + n;
    return 0;
}

struct stored {
    struct patch_decoder decoder;
    const struct rig *rig;
    size_t at, end;
};

static int stored_begin(void *user, uint32_t offset, uint32_t length)
{
    struct stored *s = user;
    if (length == 0 || offset > s->rig->package_size || length > s->rig->package_size - offset)
        abort();
    s->at = offset;
    s->end = (size_t)offset + length;
    return 0;
}

static int stored_read(void *user, uint8_t *into, uint32_t n)
{
    struct stored *s = user;
    if (n > s->end - s->at)
        return -1;
    memcpy(into, s->rig->package + s->at, n);
    s->at += n;
    return 0;
}

static int stored_end(void *user)
{
    const struct stored *s = user;
    return s->at == s->end ? 0 : -1;
}

static void apply(const uint8_t *data, size_t size, bool xz)
{
    static struct rig r;
    struct stored stored[3];
    struct diff_decoder decoders[3];
    const struct patch_decoder *pointers[3];
    const struct patch_port port = {read_package, read_old, write_slice, &r};
    uint8_t *slice = malloc(SLICE);
    bool done = false;
    r.package = data;
    r.package_size = size;
    r.image_size = OLD;
    for (unsigned i = 0; i < OLD; i++)
        r.image[i] = (uint8_t)(7 * i + (i >> 5));
    for (unsigned i = 0; i < 3; i++) {
        diff_decoder_open(&decoders[i], (struct bytes){data, size});
        stored[i] = (struct stored){{stored_begin, stored_read, stored_end, &stored[i]}, &r, 0, 0};
        pointers[i] = xz ? &decoders[i].decoder : &stored[i].decoder;
    }
    patch_init(&r.patch, &port, pointers, (uint32_t)size, OLD, SLICE, slice, SLICE);
    while (!done && patch_next(&r.patch, &done) == PATCH_OK)
        ;
    if (done && (r.patch.package_at != size || r.patch.new_at > r.image_size))
        abort();
    for (unsigned i = 0; i < 3; i++)
        diff_decoder_close(&decoders[i]);
    free(slice);
}

static void walk(const uint8_t *data, size_t size)
{
    struct diff_slice *slices;
    struct diff_facts facts;
    struct problem problem = PROBLEM_INIT;
    if (diff_walk((struct bytes){data, size}, &slices, &facts, &problem) != PROBLEM_NONE &&
        (!problem.where[0] || !problem.what[0] || !problem.hint[0]))
        abort();
    free(slices);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    /* An own allocation, so that a byte beside the package is found out. */
    uint8_t *package = malloc(size > 1 ? size - 1 : 1);
    memcpy(package, data + 1, size - 1);
    apply(package, size - 1, data[0] % 2 == 0);
    walk(package, size - 1);
    free(package);
    return 0;
}
