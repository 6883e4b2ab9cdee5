#include "image/diff.h"

#include <stdlib.h>

#include "device/patch_section.h"

enum problem_code diff_walk(struct bytes package, struct diff_slice **slices,
                            struct diff_facts *facts, struct problem *problem)
{
    size_t at = 0, capacity = 0;
    *slices = NULL;
    *facts = (struct diff_facts){0};
    do {
        struct patch_section s;
        size_t left = package.size - at;
        if (left < PATCH_HEADER || patch_section_read(package.data + at, &s) != PATCH_OK ||
            patch_section_length(&s) > left) {
            free(*slices);
            *slices = NULL;
            problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Make or download it again.", "%s",
                        at ? "the diff package is damaged or cut off" : "no diff package");
            problem_where(problem, "byte %zu", at);
            return problem->code;
        }
        if (facts->count == capacity) {
            capacity = capacity ? capacity * 2 : 16;
            struct diff_slice *more = realloc(*slices, capacity * sizeof **slices);
            if (!more) {
                free(*slices);
                *slices = NULL;
                return problem_set(problem, PROBLEM_INTERNAL, NULL,
                                   "Free some memory and try again.", "there is no memory left");
            }
            *slices = more;
        }
        (*slices)[facts->count++] =
            (struct diff_slice){s.control, s.difference, s.extra, s.size, s.crc};
        facts->total += s.size;
        at += (size_t)patch_section_length(&s);
    } while (at < package.size);
    return PROBLEM_NONE;
}
