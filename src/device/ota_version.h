/*
 * Which version a device accepts: byte order over the length of the new string,
 * nothing cleverer (facts/alios-device.md §4.3). Upper case sorts before lower,
 * 1.10 before 1.9, and a new version that is a prefix of the running one counts
 * as equal. Freestanding.
 */
#ifndef OTACONSOLE_DEVICE_OTA_VERSION_H
#define OTACONSOLE_DEVICE_OTA_VERSION_H

#include <stdbool.h>

#define OTA_VERSION_MAX 64

bool ota_version_accepts(const char *running, const char *offered);

#endif
