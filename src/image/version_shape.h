/* Between version.c and version_next.c: where the numbers and the date of a version stand. */
#ifndef OTACONSOLE_IMAGE_VERSION_SHAPE_H
#define OTACONSOLE_IMAGE_VERSION_SHAPE_H

#include <stddef.h>

#define VERSION_NUMBERS_MAX 8

struct version_number {
    size_t at, digits;
};

struct version_shape {
    size_t letters; /* in front of the first digit */
    /* The last dotted numbers before the date: 1.0.0 */
    struct version_number numbers[VERSION_NUMBERS_MAX];
    unsigned number_count;
    size_t date_at;       /* of YYYYMMDD.HHMM or YYYYMMDD.HHMMSS */
    unsigned date_digits; /* of its time: 4, 6; 0 = there is none */
};

/* Of version[0..n). */
void version_shape_of(const char *version, size_t n, struct version_shape *shape);
/* As version_shape's date_digits, of a date at the text's beginning. */
unsigned version_date_digits(const char *text, size_t n);

#endif
