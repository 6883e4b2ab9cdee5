/*
 * Code addresses of a firmware turned into functions and lines, with the ELF file of
 * the build. By libdw (elfutils): it reads the DWARF of every machine in this process,
 * so that no toolchain has to be installed where a log is read.
 */
#ifndef OTACONSOLE_CLI_SYMBOLS_H
#define OTACONSOLE_CLI_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

struct symbols;

enum problem_code symbols_open(const char *path, struct symbols **out, struct problem *problem);
void symbols_close(struct symbols *s);
/*
 * "function+0x12 at file.c:34" for an address inside a function; false for any other
 * number. A Thumb address may have its lowest bit set.
 */
bool symbols_find(struct symbols *s, uint64_t address, char *out, size_t size);

#endif
