#include "image/pack.h"
#include "image/pack_internal.h"

/* Appends `part` at `offset` from `start`; what is in front must not have grown over it. */
static enum problem_code place(struct buffer *out, size_t start, uint64_t offset, const char *what,
                               struct bytes part, struct problem *problem)
{
    if (out->length - start > offset)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Is it the right file, and the board's bank size and offset?",
                           "what stands in front of %s has %zu bytes and runs over its place at "
                           "0x%llx",
                           what, out->length - start, (unsigned long long)offset);
    pack_fill(out, start + (size_t)offset, 0xFF);
    buffer_append(out, part.data, part.size);
    return pack_finish(out, problem);
}

enum problem_code pack_stm32_dual(uint32_t bank, uint32_t app_offset, struct bytes boot,
                                  struct bytes app, bool app_once, struct buffer *out,
                                  struct problem *problem)
{
    const struct {
        uint64_t offset;
        const char *what;
        struct bytes part;
    } parts[] = {{0, "the loader", boot},
                 {app_offset, "the application", app},
                 {bank, "the second bank", boot},
                 {(uint64_t)bank + app_offset, "the second application", app}};
    size_t start = out->length;
    if (bank == 0 || app_offset == 0)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "A developerkit has 0x80000 and 0x4000.",
                           "neither the bank size nor the application's offset may be 0");
    for (size_t i = 0; i < (app_once ? 3u : 4u); i++) {
        enum problem_code code =
            place(out, start, parts[i].offset, parts[i].what, parts[i].part, problem);
        if (code != PROBLEM_NONE)
            return code;
    }
    return PROBLEM_NONE;
}
