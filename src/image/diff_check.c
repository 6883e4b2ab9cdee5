#include "image/diff.h"

#include <stdlib.h>
#include <string.h>

#include "device/patch.h"

enum slot { SLOT_FREE, SLOT_PACKAGE, SLOT_REBUILT };

/*
 * The second boot keeps package and rebuilt slices in OTA_TEMP together, in slots of a slice's
 * size: a rebuilt slice belongs into the slot of its number, and what part of the package lies
 * there moves to the last free slot (facts/alios-device.md §2). It ends with `find space err`
 * when none is free. A slot of the package is free only when all of it was read.
 */
static bool slots_suffice(const struct diff_slice *slices, unsigned count, size_t package_size,
                          uint32_t slice_size, unsigned slots)
{
    size_t package_slots = (package_size + slice_size - 1) / slice_size, read = 0;
    if (count > slots || package_slots > slots)
        return false;
    enum slot *state = calloc(slots, sizeof *state);
    unsigned *place = calloc(slots, sizeof *place); /* of each part of the package */
    bool ok = state && place;
    size_t freed = 0;
    for (unsigned i = 0; ok && i < package_slots; i++) {
        state[i] = SLOT_PACKAGE;
        place[i] = i;
    }
    for (unsigned k = 0; ok && k < count; k++) {
        if (state[k] != SLOT_FREE) {
            unsigned to = slots;
            while (to > 0 && state[to - 1] != SLOT_FREE)
                to--;
            ok = to > 0;
            for (size_t i = 0; ok && i < package_slots; i++) {
                if (place[i] == k) {
                    place[i] = to - 1;
                    state[to - 1] = SLOT_PACKAGE;
                }
            }
        }
        state[k] = SLOT_REBUILT;
        read += PATCH_HEADER + slices[k].control + slices[k].difference + slices[k].extra;
        for (; ok && freed < read / slice_size; freed++)
            state[place[freed]] = SLOT_FREE;
    }
    free(state);
    free(place);
    return ok;
}

static enum problem_code check_size(const struct board_generation *generation,
                                    const char *partition, const char *what, size_t size,
                                    const char *hint, struct problem *problem)
{
    const struct board_partition *p = board_partition(generation, partition);
    if (p && size <= p->size)
        return PROBLEM_NONE;
    if (!p)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Choose another with --generation, or say --force.",
                           "generation %s has no partition %s", generation->id, partition);
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, hint,
                       "%s is larger than the partition %s: %zu bytes of %u", what, partition, size,
                       (unsigned)p->size);
}

static enum problem_code check_slots(const struct board_generation *generation, uint32_t slice_size,
                                     struct bytes package, const struct diff_slice *slices,
                                     const struct diff_facts *facts, struct problem *problem)
{
    const struct board_partition *temp = board_partition(generation, "OTA_TEMP");
    bool second_boot =
        board_partition(generation, "RECOVERY") || board_partition(generation, "2ND_BOOT");
    if (!second_boot || !temp ||
        slots_suffice(slices, facts->count, package.size, slice_size, temp->size / slice_size))
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                       "Send the whole image instead. A device would print `find space err`.",
                       "%u slices and the diff do not fit into the %u slots of OTA_TEMP together",
                       facts->count, (unsigned)(temp->size / slice_size));
}

enum problem_code diff_check_board(const struct board *board,
                                   const struct board_generation *generation, uint32_t slice_size,
                                   struct bytes package, struct problem *problem)
{
    struct diff_slice *slices;
    struct diff_facts facts;
    if (board->diff_slice == 0)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Send the whole image instead.",
                           "%s does not take diff packages", board->name);
    if (slice_size != board->diff_slice) {
        problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, NULL,
                    "wrong slice size: %s takes slices of %uk, not of %u bytes", board->name,
                    (unsigned)(board->diff_slice / 1024), (unsigned)slice_size);
        problem_hint(problem, "Say -s %uk.", (unsigned)(board->diff_slice / 1024));
        return problem->code;
    }
    if (diff_walk(package, &slices, &facts, problem) != PROBLEM_NONE)
        return problem->code;
    if (check_size(generation, "OTA_TEMP", "the diff", package.size,
                   "Send the whole image, or take an older version as the base.",
                   problem) == PROBLEM_NONE &&
        check_size(generation, "APPLICATION", "the new image", facts.total,
                   "Make the firmware smaller.", problem) == PROBLEM_NONE)
        check_slots(generation, slice_size, package, slices, &facts, problem);
    free(slices);
    return problem->code;
}
