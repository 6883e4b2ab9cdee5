/*
 * What the simulated cloud offers: the file given as `push`, or a rehearsal image
 * of the next version, damaged in the way the configured fault asks for.
 */
#ifndef OTACONSOLE_SIM_CLOUD_PACKAGE_H
#define OTACONSOLE_SIM_CLOUD_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/config.h"

struct sim_cloud_package {
    uint8_t *bytes;
    uint32_t length;
    char version[65]; /* announced with the push */
};

/* False when out of memory. */
bool sim_cloud_package_make(const struct sim_config *config, struct sim_cloud_package *package);
void sim_cloud_package_free(struct sim_cloud_package *package);

#endif
