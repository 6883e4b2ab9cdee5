/*
 * Numbers from text, once and strictly: the whole text must be the number,
 * within the range; anything else is refused rather than guessed.
 */
#ifndef OTACONSOLE_BASE_PARSE_H
#define OTACONSOLE_BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal, or hexadecimal with 0x. No sign, no spaces. */
bool parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out);
bool parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *out);
/* As parse_u32, with an optional suffix k, K (1024) or m, M (1024*1024). */
bool parse_size(const char *text, uint32_t min, uint32_t max, uint32_t *out);
/* "250us", "500ms", "30s", "5m", "1h"; decimals allowed ("1.5s"). Result in microseconds. */
bool parse_duration(const char *text, uint64_t max_us, uint64_t *out_us);
/* true/false, yes/no, on/off. */
bool parse_bool(const char *text, bool *out);

#endif
