/*
 * What a firmware file is: every format of the workshop told from its bytes, each field
 * explained, and what the file is for: to be flashed or uploaded, for which boards and
 * generations (facts/alios-build-boards.md A.0).
 */
#ifndef OTACONSOLE_IMAGE_RECOGNISE_H
#define OTACONSOLE_IMAGE_RECOGNISE_H

#include "base/problem.h"
#include "board/board.h"
#include "image/pack.h"

#define IMAGE_FIELDS_MAX 64

struct image_field {
    size_t offset, size; /* where it stands; size 0 = concluded, not stored */
    char name[40];
    char value[120];
    char meaning[160]; /* one sentence, may be "" */
    bool wrong;        /* does not hold what it should */
};

enum image_use { USE_UNKNOWN, USE_FLASH, USE_UPLOAD, USE_FLASH_OR_UPLOAD, USE_NEITHER };

struct image_report {
    const char *format; /* stable: "moc108-crc", "moc108-update", "rtl8710bn-image2", "xz" ... */
    char title[120];
    struct image_field fields[IMAGE_FIELDS_MAX];
    unsigned field_count;
    enum image_use use;
    char use_text[240];  /* for which board and generation, where it goes */
    size_t content_size; /* bytes in front of the trailer(s); the file's size when there is none */
    bool broken;         /* some check failed: it will not run or not be accepted */
    char warnings[4][240];
    unsigned warning_count;
};

/* Any bytes. `name` is the file's name (only its shape counts as a hint), may be NULL. */
void image_recognise(struct bytes file, const char *name, struct image_report *report);

#endif
