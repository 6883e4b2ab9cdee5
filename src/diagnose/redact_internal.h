/* Ranges to be masked, found in text without escape sequences. */
#ifndef OTACONSOLE_DIAGNOSE_REDACT_INTERNAL_H
#define OTACONSOLE_DIAGNOSE_REDACT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct redact_range {
    size_t start, end; /* of the value */
    size_t trigger;    /* where the words that give it away begin */
};

/*
 * The first secret value in a known shape whose words give it away at or behind
 * `from`; false when there is none. A shape never goes over a line end.
 */
bool redact_next_shape(const uint8_t *text, size_t n, size_t from, struct redact_range *range);
/* How many bytes at the end of text may be the beginning of words that give a secret away. */
size_t redact_trigger_prefix(const uint8_t *text, size_t n);

#endif
