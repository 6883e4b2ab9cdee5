/*
 * The exact texts that must never be seen: the values of secret variables, and
 * how they look when typed to a board (quoted).
 */
#ifndef OTACONSOLE_SESSION_SECRETS_H
#define OTACONSOLE_SESSION_SECRETS_H

#include <stddef.h>

#include "workflow/variables.h"

struct secrets {
    char **texts;
    size_t count;
};

/* False when out of memory. `variables` may be NULL. */
bool secrets_collect(const struct variables *variables, struct secrets *secrets);
/* Wipes and frees. */
void secrets_free(struct secrets *secrets);

#endif
