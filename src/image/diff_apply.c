#include "image/diff.h"

#include <stdlib.h>
#include <string.h>

#include "device/patch.h"
#include "image/diff_decoder.h"

/* A board's flash, as far as the patch code sees it. */
struct flash {
    struct bytes package;
    struct buffer image; /* the old one, turning into the new one */
};

static int read_package(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    const struct flash *f = user;
    if (offset > f->package.size || n > f->package.size - offset)
        return -1;
    memcpy(into, f->package.data + offset, n);
    return 0;
}

static int read_old(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    const struct flash *f = user;
    if (offset > f->image.length || n > f->image.length - offset)
        return -1;
    memcpy(into, f->image.data + offset, n);
    return 0;
}

static int write_slice(void *user, uint32_t index, uint32_t offset, const uint8_t *bytes,
                       uint32_t n)
{
    struct flash *f = user;
    (void)index;
    size_t over = f->image.length - offset < n ? f->image.length - offset : n;
    memcpy(f->image.data + offset, bytes, over);
    buffer_append(&f->image, bytes + over, n - over);
    return f->image.failed ? -1 : 0;
}

static enum problem_code explain(const struct patch *p, const struct diff_decoder decoders[3],
                                 struct problem *problem)
{
    const char *reason = NULL;
    for (unsigned i = 0; i < 3 && !reason; i++)
        reason = decoders[i].reason;
    switch (p->result) {
    case PATCH_CRC:
        problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, NULL,
                    "wrong base: slice %u comes out with CRC %04x, not %04x", (unsigned)p->index,
                    p->crc_found, p->crc_meant);
        problem_hint(problem,
                     "The diff was made from another old image. A device would print "
                     "`cal %0x != crc %0x` and `sec err:%d`.",
                     (unsigned)p->crc_found, (unsigned)p->crc_meant, (int)p->result);
        return problem->code;
    case PATCH_BOUNDS:
        problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, NULL,
                    "wrong slice size: slice %u is not cut to %u bytes", (unsigned)p->index,
                    (unsigned)p->slice_size);
        problem_hint(problem,
                     "Say with -s what the diff was made with (64k for mk3060, 16k for esp8266). A "
                     "device would print `sec err:%d`.",
                     (int)p->result);
        return problem->code;
    case PATCH_FORMAT:
        if (p->outside_old)
            reason = "a step leads out of the old image: wrong base, or damaged";
        problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, NULL, "slice %u at byte %u: %s",
                    (unsigned)p->index, (unsigned)p->bad_offset,
                    reason ? reason : "this is no section of a diff package, or a damaged one");
        problem_hint(
            problem, "Make or download the diff again. A device would print `%ssec err:%d`.",
            p->outside_old ? "pos over: ...` or `cal ... != crc ...` and `" : "", (int)p->result);
        return problem->code;
    default:
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Please report this.",
                           "the diff could not be applied: %s", patch_result_text(p->result));
    }
}

enum problem_code diff_apply(struct bytes old_image, struct bytes package, uint32_t slice_size,
                             struct buffer *out, struct problem *problem)
{
    if (old_image.size == 0 || old_image.size > DIFF_FILE_MAX || package.size == 0 ||
        package.size > DIFF_FILE_MAX || slice_size == 0 || slice_size > DIFF_FILE_MAX)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Use files of 1 byte to 8 MiB.",
                           "an old image, a diff or a slice of this size cannot be applied");
    struct flash flash = {.package = package, .image = {.limit = 4 * DIFF_FILE_MAX}};
    static const struct patch_port calls = {read_package, read_old, write_slice, NULL};
    struct patch_port port = calls;
    struct diff_decoder decoders[3];
    const struct patch_decoder *pointers[3];
    struct patch patch;
    bool done = false;
    uint8_t *slice = malloc(slice_size);

    port.user = &flash;
    buffer_append(&flash.image, old_image.data, old_image.size);
    for (unsigned i = 0; i < 3; i++) {
        diff_decoder_open(&decoders[i], package);
        pointers[i] = &decoders[i].decoder;
    }
    if (slice && !flash.image.failed) {
        patch_init(&patch, &port, pointers, (uint32_t)package.size, (uint32_t)old_image.size,
                   slice_size, slice, slice_size);
        while (!done && patch_next(&patch, &done) == PATCH_OK)
            ;
        if (done)
            buffer_append(out, flash.image.data, patch.new_at);
        else
            explain(&patch, decoders, problem);
    }
    if (!slice || flash.image.failed || out->failed)
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory and try again.",
                    "there is not enough memory to apply the diff");
    for (unsigned i = 0; i < 3; i++)
        diff_decoder_close(&decoders[i]);
    buffer_free(&flash.image);
    free(slice);
    return problem->code;
}
