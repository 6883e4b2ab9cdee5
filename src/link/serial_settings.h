/*
 * How a serial line is set: 8N1, raw, no flow control, at a baud rate that is
 * read back; and the adapter's latency timer.
 */
#ifndef OTACONSOLE_LINK_SERIAL_SETTINGS_H
#define OTACONSOLE_LINK_SERIAL_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"

enum problem_code serial_settings_apply(int fd, const char *path, uint32_t baud,
                                        struct problem *problem);

/* What the driver was told before; zero-initialise. */
struct serial_latency {
    bool changed;
};
/* Best effort: ports without the setting (ptys, some drivers) are left alone. */
void serial_latency_low(int fd, struct serial_latency *latency);
void serial_latency_restore(int fd, struct serial_latency *latency);

#endif
