/*
 * Keeps secrets out of everything that is shown or stored.
 *
 * Two ways at once: exact values that the tool knows (DeviceSecret, Wi-Fi
 * password), and shapes in which firmware prints them whatever their value
 * (`ssid:%s key:%s`, `ds:`, DeviceSecret, MQTT password, signed-URL parameters).
 * Stateless per line for shapes; the stream form holds back a possible beginning
 * of an exact secret so that chunk boundaries hide nothing.
 */
#ifndef OTACONSOLE_DIAGNOSE_REDACT_H
#define OTACONSOLE_DIAGNOSE_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct redactor;

struct redactor *redactor_new(void);    /* NULL = out of memory */
void redactor_free(struct redactor *r); /* wipes what it knew */
/* Values shorter than 4 bytes are masked only in known shapes: they would hit innocent text. */
void redactor_add_secret(struct redactor *r, const char *secret);
/* Off: nothing is masked any more (--show-secrets). */
void redactor_set_enabled(struct redactor *r, bool enabled);

/*
 * One line (no line end) or other whole text, masked into `out` (terminated, cut
 * at out_size - 1). Masks keep no length: "***". Returns the length written.
 */
size_t redact_text(const struct redactor *r, const char *text, size_t n, char *out,
                   size_t out_size);
/*
 * For raw byte recordings: masks exact secrets AND shapes in place with '*' of the
 * same length, so that offsets and times stay true.
 */
void redact_bytes(const struct redactor *r, uint8_t *bytes, size_t n);
/* How many bytes at the end of these could be the beginning of something to be masked. */
size_t redact_holdback(const struct redactor *r, const uint8_t *bytes, size_t n);

#endif
