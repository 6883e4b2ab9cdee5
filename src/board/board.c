#include "board/board.h"

#include <stdio.h>
#include <string.h>

const struct board_generation *board_generation(const struct board *board, const char *id)
{
    if (!id)
        id = board->default_generation;
    for (size_t i = 0; i < board->generation_count; i++) {
        if (strcmp(board->generations[i].id, id) == 0)
            return &board->generations[i];
    }
    return NULL;
}

const struct board_partition *board_partition(const struct board_generation *generation,
                                              const char *name)
{
    for (size_t i = 0; i < generation->partition_count; i++) {
        if (strcmp(generation->partitions[i].name, name) == 0)
            return &generation->partitions[i];
    }
    return NULL;
}

const char *board_entry_name(enum board_entry_kind kind)
{
    static const char *const names[] = {
        [BOARD_ENTRY_PROBE] = "probe",
        [BOARD_ENTRY_REBOOT_SPACES] = "reboot-spaces",
        [BOARD_ENTRY_RTS_PULSE_SPACES] = "rts-pulse-spaces",
        [BOARD_ENTRY_OPERATOR] = "operator",
    };
    return names[kind];
}

/* Areas a person may overwrite over serial; the loader, keys and parameters are not among them. */
static bool holds_firmware(const struct board_partition *p)
{
    static const char *const names[] = {"APPLICATION", "OTA_TEMP", "RECOVERY", "2ND_BOOT",
                                        "SPIFFS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(p->name, names[i]) == 0)
            return true;
    }
    return false;
}

static enum problem_code too_long(const struct board *board, const struct board_partition *p,
                                  uint32_t address, uint32_t length, struct problem *problem)
{
    char hint[256];
    snprintf(hint, sizeof hint,
             "Is it the right file? %s holds %u bytes from 0x%x on; an image for another "
             "generation may need --generation.",
             p->name, p->start + p->size - address, address);
    problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, hint,
                "the image of %u bytes is %u bytes larger than the partition %s", length,
                length - (p->start + p->size - address), p->name);
    problem_where(problem, "%s 0x%x", board->name, address);
    return PROBLEM_IMAGE_REFUSED;
}

/*
 * The partition an address belongs to. With tables that overlap (the 1.3.2 table
 * of the mk3060 does) the one that begins last wins: it ends where the danger is.
 */
static const struct board_partition *partition_at(const struct board_generation *g, uint32_t a)
{
    const struct board_partition *best = NULL;
    for (size_t i = 0; i < g->partition_count; i++) {
        const struct board_partition *p = &g->partitions[i];
        if (a >= p->start && a - p->start < p->size && (!best || p->start > best->start))
            best = p;
    }
    return best;
}

/*
 * An image at the write address may span more than one partition when a second
 * boot comes first (RECOVERY + ... + APPLICATION): what bounds it is the end of
 * the application.
 */
static const struct board_partition *bounding_partition(const struct board_generation *g,
                                                        const struct board_partition *p,
                                                        uint32_t address)
{
    const struct board_partition *app = board_partition(g, "APPLICATION");
    return address == g->write_address && app && app->start >= p->start ? app : p;
}

enum problem_code board_check_write(const struct board *board, const struct board_generation *g,
                                    uint32_t address, uint32_t length, bool force,
                                    struct problem *problem)
{
    uint32_t end;
    char hint[256];
    if (length == 0)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Build it again.",
                           "the image is empty");
    if (__builtin_add_overflow(address, length, &end) || end > board->flash.size) {
        snprintf(hint, sizeof hint, "The flash of %s ends at 0x%x.", board->name,
                 board->flash.size);
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, hint,
                           "%u bytes at 0x%x do not fit into the flash", length, address);
    }
    if (force)
        return PROBLEM_NONE;
    const struct board_partition *p = partition_at(g, address);
    if (!p || !holds_firmware(p) ||
        (address != g->write_address && address % board->flash.sector != 0)) {
        snprintf(hint, sizeof hint,
                 "This board (generation %s) is written at 0x%x; other addresses must be the start "
                 "of a sector inside a firmware partition. --force-address overrides.",
                 g->id, g->write_address);
        problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, hint,
                    "0x%x is not an address to flash: it %s%s", address,
                    !p                  ? "lies in no partition"
                    : holds_firmware(p) ? "is not at the start of a flash sector, in "
                                        : "lies in ",
                    p ? p->name : "");
        return PROBLEM_IMAGE_REFUSED;
    }
    p = bounding_partition(g, p, address);
    if (end > p->start + p->size)
        return too_long(board, p, address, length, problem);
    return PROBLEM_NONE;
}

enum problem_code board_check_flashable(const struct board *board, struct problem *problem)
{
    if (strcmp(board->flash_method, "ymodem") == 0)
        return PROBLEM_NONE;
    char hint[320];
    snprintf(hint, sizeof hint, "Flash it with: %s",
             board->flash_method_hint ? board->flash_method_hint : board->flash_method);
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, board->name, hint,
                       "this board is not flashed by Ymodem but with %s", board->flash_method);
}
