/*
 * The forms of version strings: app-1.0.0-20180601.1234 and what people make of it by accident,
 * and the next one that every device takes (facts/alios-build-boards.md C; the rule itself is
 * device/ota_version.h).
 */
#ifndef OTACONSOLE_IMAGE_VERSION_H
#define OTACONSOLE_IMAGE_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define VERSION_REMARKS_MAX 10

struct version_remark {
    const char *code; /* stable: "unexpanded", "no-time", "too-long", "several-images" ... */
    char what[320];   /* a sentence with what to do */
};

/* What is odd about a version, alone and beside the running one (NULL = unknown). */
unsigned version_remarks(const char *version, const char *running,
                         struct version_remark remarks[VERSION_REMARKS_MAX]);

struct version_next {
    char version[128];
    char why[400]; /* what was done, in sentences */
};

/*
 * The next version after `version` that a device takes which runs it, and one that runs
 * `running` (NULL = only that). Numbers keep their digits; a date becomes `now`. False when there
 * is none: next->why says why.
 */
bool version_next(const char *version, const char *running, const struct tm *now,
                  struct version_next *next);

#endif
