/*
 * A text or a regular expression (PCRE2) to look for in what the board says.
 *
 * Matching is bounded (no runaway backtracking) and works line by line: an
 * expression cannot span lines, and a line that is still being printed is looked
 * at again when it has grown.
 */
#ifndef OTACONSOLE_WORKFLOW_PATTERN_H
#define OTACONSOLE_WORKFLOW_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

struct pattern;

/* Exactly one of text and regex is not NULL. NULL on failure (config at `where`). */
struct pattern *pattern_compile(const char *text, const char *regex, const char *where,
                                struct problem *problem);
void pattern_free(struct pattern *p);

/* Offsets into the subject; `group` is the first group, -1 when there is none. */
struct pattern_match {
    size_t begin, end;
    long group_begin, group_end;
};

bool pattern_find(const struct pattern *p, const char *subject, size_t n,
                  struct pattern_match *match);

#endif
