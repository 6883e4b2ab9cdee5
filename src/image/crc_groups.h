/*
 * Whole files of CRC groups: 32 bytes of code, two of CRC, as MOC108/BK7231 flash holds
 * them (facts/alios-build-boards.md A.1, A.4). The group itself is src/device/code_crc.h.
 */
#ifndef OTACONSOLE_IMAGE_CRC_GROUPS_H
#define OTACONSOLE_IMAGE_CRC_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/problem.h"

struct crc_groups {
    size_t start;     /* bytes in front of the groups: 0, or 28 zero bytes (release 2.1 and on) */
    size_t groups;    /* whole groups */
    size_t tail;      /* bytes behind the last whole group */
    size_t bad;       /* groups whose CRC is wrong */
    size_t first_bad; /* index; == groups when none */
    size_t last_good_from_front; /* intact groups before the first bad one */
};

/* Appends ceil(n/32)*34 bytes to `out`. */
void crc_groups_insert(const uint8_t *bytes, size_t n, struct buffer *out);
/* `start` as in the struct; looks at every group. */
void crc_groups_examine(const uint8_t *bytes, size_t n, size_t start, struct crc_groups *result);
/* Takes the CRCs out of what begins with a group (a caller skips the 28 zero bytes). Refuses
 * (image-refused, with the offset of the first bad group in `bytes`) when one is wrong or bytes are
 * left over; `force` takes them out all the same, and keeps the data of a group cut short. */
enum problem_code crc_groups_remove(const uint8_t *bytes, size_t n, bool force, struct buffer *out,
                                    struct problem *problem);
/* Flash address of a logical one and back; both of block starts. False when it does not fit. */
bool crc_groups_physical(uint64_t logical, uint64_t *physical);
bool crc_groups_logical(uint64_t physical, uint64_t *logical);

#endif
