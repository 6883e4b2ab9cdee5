/*
 * A text or PCRE2 pattern to look for in lines, fast and with an end to its patience.
 *
 * Smart case: a pattern without a capital letter is compared without regard to case.
 * A pattern that backtracks without end on a line counts as not found there.
 */
#ifndef OTACONSOLE_UI_LOG_MATCHER_H
#define OTACONSOLE_UI_LOG_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

struct log_matcher;

/* `where` goes into the problem (`usage`). NULL on failure. */
struct log_matcher *log_matcher_new(const char *pattern, bool regex, const char *where,
                                    struct problem *problem);
/* A word found in any case. NULL when out of memory. */
struct log_matcher *log_matcher_new_word(const char *word);
void log_matcher_free(struct log_matcher *m);
/* The first match at or after `from`; it may be empty. */
bool log_matcher_find(struct log_matcher *m, const char *text, size_t n, size_t from, size_t *begin,
                      size_t *end);
/* What the searches since the last call cost, in searches of a usual line. */
size_t log_matcher_take_effort(struct log_matcher *m);

#endif
