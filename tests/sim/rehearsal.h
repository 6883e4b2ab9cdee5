/*
 * One whole run against the simulated board, in virtual time: the session, the
 * workflow, the protocol and the diagnosis of the tool, driven as the command
 * line drives them.
 */
#ifndef OTACONSOLE_TESTS_SIM_REHEARSAL_H
#define OTACONSOLE_TESTS_SIM_REHEARSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"
#include "board/board.h"
#include "diagnose/rules.h"
#include "event/event.h"

struct rehearsal_world {
    struct board *board;
    struct rule_set *rules;
};

bool rehearsal_open(struct rehearsal_world *world);
void rehearsal_close(struct rehearsal_world *world);

#define REHEARSAL_PHASES 32

struct rehearsal_result {
    struct problem problem; /* of the run */
    bool flash_equal;       /* the flash holds the image that was to be written */
    uint64_t took_us;       /* virtual time */
    unsigned operator_requests, repairs, retries;
    char verdict[32], cause[32];
    char phases[REHEARSAL_PHASES][24]; /* "name" of each phase that began, in order */
    unsigned phase_count;
    char secrets_seen[64]; /* a secret that appeared in an event; "" = none */
};

/*
 * `settings` is what stands behind "sim:". With an image, it is flashed (profile
 * mk3060-flash); otherwise the profile mk3060-ota runs.
 */
void rehearsal_run(const struct rehearsal_world *world, const char *settings, const uint8_t *image,
                   uint32_t length, struct rehearsal_result *result);

#endif
