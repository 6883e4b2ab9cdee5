/*
 * Which version a device accepts: byte order over the length of the new string,
 * nothing cleverer (facts/alios-device.md §4.3). Upper case sorts before lower,
 * 1.10 before 1.9, and a new version that is a prefix of the running one counts
 * as equal. Freestanding.
 */
#ifndef OTACONSOLE_DEVICE_OTA_VERSION_H
#define OTACONSOLE_DEVICE_OTA_VERSION_H

#include <stdbool.h>
#include <stddef.h>

#define OTA_VERSION_MAX 64

bool ota_version_accepts(const char *running, const char *offered);
/*
 * The same for a build of several images (kernel_app): only what stands before the
 * first '_' of the new version is compared. Without a '_' the two rules agree.
 */
bool ota_version_accepts_part(const char *running, const char *offered);
/* The length of that part; a '_' at the very beginning is passed over, as strtok does. */
const char *ota_version_part(const char *offered, size_t *length);
/* How many bytes are the same from the beginning: the next one decides. */
size_t ota_version_common(const char *a, const char *b);

#endif
