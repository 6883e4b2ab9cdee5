/*
 * What stands in front of a message: the stamp of the program that recorded the
 * log, the shell's prompt, the firmware's own time and level.
 *
 * Firmware writes prefix, text and line end separately, so two tasks may mix
 * them: a line can hold two prefixes, or a text without one. A line is therefore
 * cut into segments at every prefix of the default shape.
 */
#ifndef OTACONSOLE_DIAGNOSE_PREFIX_H
#define OTACONSOLE_DIAGNOSE_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of host-side stamps at the front: tio, minicom, SecureCRT, pio, ISO-8601 ... */
size_t prefix_host_stamp(const char *text, size_t n);

/* What such a stamp says; without a date only the time of day counts. */
struct prefix_time {
    bool has_date, has_zone;
    unsigned year, month, day; /* 0..9999, 0..12, 0..31: unchecked against each other */
    uint64_t day_us;           /* since midnight */
    int zone_minutes;          /* east of UTC */
};

/* The first stamp of the line; false when there is none. */
bool prefix_host_time(const char *text, size_t n, struct prefix_time *time);

struct prefix_segment {
    const char *text;   /* from the device's prefix on */
    size_t length;      /* up to the next prefix */
    size_t body;        /* where the message begins in it */
    char level;         /* E W I D V F or 0 */
    const char *module; /* in text: the part of the firmware that speaks; NULL = not told */
    size_t module_length;
};

/*
 * The segment at the front of text[0..n); n > 0. The caller goes on behind it
 * until nothing is left.
 */
void prefix_segment(const char *text, size_t n, struct prefix_segment *segment);

#endif
