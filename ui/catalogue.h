/*
 * A compiled message catalogue (.mo of gettext's msgfmt) in memory. The file may be
 * anything: it is checked as a whole when it is opened, so that a look-up cannot fail.
 */
#ifndef OTACONSOLE_UI_CATALOGUE_H
#define OTACONSOLE_UI_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalogue {
    uint8_t *bytes;
    size_t size;
    bool swapped; /* made on a machine of the other byte order */
    uint32_t count, originals, translations;
};

/* False when there is no such file or it is no sound catalogue. */
bool catalogue_open(const char *path, struct catalogue *c);
void catalogue_free(struct catalogue *c);
/* The translation, or NULL. */
const char *catalogue_find(const struct catalogue *c, const char *english);
uint32_t catalogue_count(const struct catalogue *c);
/* The i-th text and its translation, i < catalogue_count. */
void catalogue_entry(const struct catalogue *c, uint32_t i, const char **english,
                     const char **translation);

#endif
