/*
 * Firmware for rehearsals: images that are no program, but have everything the
 * tool, the loader and the update look at: valid 34-byte groups from the vectors
 * on, a version string, and the trailer on the file for the cloud. Every copy
 * says in clear text that it is a rehearsal image.
 */
#ifndef OTACONSOLE_SIM_FIRMWARE_H
#define OTACONSOLE_SIM_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "device/image_trailer.h"

#define SIM_FIRMWARE_LOGICAL_MAX (900u * 1024)

/* Physical size of an image of `logical` bytes. */
uint32_t sim_firmware_size(uint32_t logical);
/*
 * Writes the image to flash: sim_firmware_size(logical) bytes into out; `work`
 * holds `logical` bytes, at least 1024. The same arguments give the same bytes.
 */
void sim_firmware_make(const char *version, uint32_t logical, uint64_t seed, uint8_t *work,
                       uint8_t *out);
/* Appends the trailer: out[size] .. out[size + 27]. */
void sim_firmware_add_trailer(uint8_t *out, uint32_t size);
/*
 * The version an image in flash claims: the first text of the form
 * letters-digits.digits in its logical bytes. False when there is none.
 */
bool sim_firmware_find_version(const uint8_t *physical, uint32_t n, char out[65]);

#endif
