/*
 * The name a firmware file must have to be taken by the cloud console: every '@' and every '.'
 * but the last becomes '_' (facts/guide.md, step 6).
 */
#ifndef OTACONSOLE_IMAGE_UPLOAD_NAME_H
#define OTACONSOLE_IMAGE_UPLOAD_NAME_H

#include <stddef.h>

struct upload_name {
    char name[256];
    unsigned ats, dots; /* how many of each became '_' */
    unsigned others;    /* characters the rule does not speak of: no letter, digit, '-' or '_' */
    char other[16];     /* the first of them, safe to show */
};

/* Of a path only its last part counts. */
void upload_name_make(const char *path, struct upload_name *result);

#endif
