/* What the packers share. Private to this module. */
#ifndef OTACONSOLE_IMAGE_PACK_INTERNAL_H
#define OTACONSOLE_IMAGE_PACK_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/problem.h"

/* Fills up to `length` bytes; nothing when `out` is longer. A length that `out` may not reach fails
 * before anything is allocated for it. */
void pack_fill(struct buffer *out, size_t length, uint8_t with);
/* PROBLEM_NONE, or what `out->failed` means in words. */
enum problem_code pack_finish(const struct buffer *out, struct problem *problem);

#endif
