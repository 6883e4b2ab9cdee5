/* The files a simulated board can be given: a package to push, and a flash that is kept. */
#ifndef OTACONSOLE_LINK_SIM_FILES_H
#define OTACONSOLE_LINK_SIM_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

/* *bytes is to be freed. An empty or unreadable file is refused. */
enum problem_code sim_files_load_push(const char *path, uint8_t **bytes, size_t *length,
                                      struct problem *problem);
/*
 * Loads a kept flash over `flash`; when the file does not exist yet it is created
 * with what `flash` holds, so that a path that cannot be written is told at the
 * beginning.
 */
enum problem_code sim_files_load_flash(const char *path, uint8_t *flash, uint32_t size,
                                       struct problem *problem);
/* The old content stays until the new one is complete. */
enum problem_code sim_files_save_flash(const char *path, const uint8_t *flash, uint32_t size,
                                       struct problem *problem);

#endif
