/*
 * Gets an image into the flash and proves that it is there.
 *
 * The loader checks no packet CRC and prints success whatever it wrote
 * (facts/alios-device.md §6.4), so its word counts for nothing here. The job is
 * a set of sectors: write the marked ones, read the flash back with the
 * loader's own `read`, mark those that differ, and go round until none does. A
 * transfer that breaks resumes at the last whole sector. Success is reported
 * only if the last thing that happened to the flash was followed by a read-back
 * of the whole image that was equal byte for byte.
 */
#ifndef OTACONSOLE_WORKFLOW_FLASH_JOB_H
#define OTACONSOLE_WORKFLOW_FLASH_JOB_H

#include "workflow/conversation.h"
#include "workflow/loader_shell.h"
#include "workflow/sector_map.h"

struct flash_job_config {
    const char *name;     /* announced to the loader; base name of the file */
    const uint8_t *image; /* size bytes, outlive the job */
    uint8_t *readback;    /* size bytes of workspace, outlive the job */
    uint32_t size;
    uint32_t address; /* physical flash address of the first byte */
    bool write;       /* false: only compare what is there */
    bool verify;      /* false: the caller accepts that nothing is known afterwards */
};

struct flash_job {
    struct flash_job_config config;
    enum {
        FLASH_NEXT,
        FLASH_COMMAND,
        FLASH_TRANSFER,
        FLASH_RESULT,
        FLASH_JUDGE,
        FLASH_FINISHED
    } state;
    bool reading; /* the run under way is a read-back */
    struct sector_map to_write, to_check;
    uint32_t run_first, run_count, run_offset, run_length;
    struct loader_command command;
    uint64_t deadline;
    uint64_t mark;
    bool nudged;
    unsigned failures_in_row; /* transfers that made no progress at all */
    unsigned rounds;          /* repair rounds without any sector becoming good */
    uint32_t best_bad;        /* fewest bad sectors seen so far */
    bool repaired;            /* something was rewritten after a read-back */
    /* A cell that reads the same wrong value again and again will not heal. */
    uint32_t stuck_offset;
    uint8_t stuck_value;
    unsigned stuck_count;
    uint32_t sectors_rewritten;
};

void flash_job_start(struct flash_job *j, const struct flash_job_config *config);
enum progress flash_job_poll(struct flash_job *j, struct conversation *c, uint64_t now,
                             struct problem *problem);

/*
 * Reads `size` bytes at `address` into `into`: the plain `read` step. It goes piece
 * by piece, so that a broken transfer costs one piece and not the whole flash.
 */
struct flash_read {
    uint32_t address, size, done;
    uint8_t *into;
    enum { READ_NEXT, READ_COMMAND, READ_TRANSFER, READ_RESULT } state;
    struct loader_command command;
    uint64_t deadline, mark;
    unsigned attempt;
};

void flash_read_start(struct flash_read *r, uint32_t address, uint32_t size, uint8_t *into);
enum progress flash_read_poll(struct flash_read *r, struct conversation *c, uint64_t now,
                              struct problem *problem);

#endif
