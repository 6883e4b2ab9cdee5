/*
 * What went wrong, for people and for scripts.
 *
 * Every failure carries a stable code, the place it happened (file:line, a
 * port, a flash address), one sentence that says what happened and one that
 * says what to do. Functions that can fail take a `struct problem *` (never
 * NULL), fill it and return its code; success leaves it untouched and returns
 * PROBLEM_NONE. errno never travels upward: it is turned into words here.
 */
#ifndef OTACONSOLE_BASE_PROBLEM_H
#define OTACONSOLE_BASE_PROBLEM_H

#include <stddef.h>

enum problem_code {
#define PROBLEM(symbol, name, exit_status, meaning) PROBLEM_##symbol,
#include "base/problem_codes.h"
#undef PROBLEM
    PROBLEM_CODE_COUNT
};

struct problem {
    enum problem_code code;
    char where[192]; /* "" when there is no place to name */
    char what[448];  /* one sentence */
    char hint[448];  /* what to do next; "" only for PROBLEM_NONE */
};

#define PROBLEM_INIT                                                                               \
    {                                                                                              \
        PROBLEM_NONE, "", "", ""                                                                   \
    }

/* Stable name of a code, such as "port-busy". Never NULL. */
const char *problem_name(enum problem_code code);
/* The code of that name, or `missing`. */
enum problem_code problem_named(const char *name, enum problem_code missing);
/* Process exit status of a code, 0..127. */
int problem_exit_status(enum problem_code code);
/* One sentence on what the code means in general. Never NULL. */
const char *problem_meaning(enum problem_code code);

/*
 * Fill *p. `where` and `hint` may be NULL for "". Text that does not fit is
 * cut at a UTF-8 boundary. Returns `code`, so callers can write
 * `return problem_set(...)`.
 */
enum problem_code problem_set(struct problem *p, enum problem_code code, const char *where,
                              const char *hint, const char *what_format, ...)
    __attribute__((format(printf, 5, 6)));

/* Replace only the place, printf style (for callers that know it better). */
void problem_where(struct problem *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Replace only the hint, printf style. */
void problem_hint(struct problem *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
