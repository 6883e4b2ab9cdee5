/*
 * Where a log to be read comes from: a file, standard input, or a recording
 * directory (its received bytes with their times).
 */
#ifndef OTACONSOLE_CLI_LOG_SOURCE_H
#define OTACONSOLE_CLI_LOG_SOURCE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

struct log_source;

/* `path` "-" = standard input. `follow`: at the end of a file wait for more. */
enum problem_code log_source_open(const char *path, bool follow, struct log_source **out,
                                  struct problem *problem);
void log_source_close(struct log_source *s);
/*
 * The next bytes (valid until the next call) and their time (0 when the log has
 * none). 0 at the end, and when *stop became non-zero while waiting; -1 on a read error.
 */
long log_source_read(struct log_source *s, const uint8_t **bytes, uint64_t *time_us,
                     const volatile sig_atomic_t *stop);

#endif
