/*
 * Longest matches in an old image that turns into the new one slice by slice.
 *
 * Sorting the suffixes of what the old image is at the moment, before every slice, would cost a
 * sort a slice. Both images are sorted once instead: the suffixes of the old one that still
 * stand, and those of the new one that stand already, each are in order with the others left
 * out. A match that crosses the border is measured in the image as it is.
 */
#ifndef OTACONSOLE_IMAGE_DIFF_SEARCH_H
#define OTACONSOLE_IMAGE_DIFF_SEARCH_H

#include <stdbool.h>

#include "image/pack.h"

struct diff_search {
    struct bytes fresh;  /* the new image */
    uint8_t *image;      /* the old one as it is now, with room for the new one */
    size_t image_size;   /* of what stands there now */
    size_t rebuilt;      /* so much of it is the new one */
    int32_t *old_order;  /* suffixes of the old image from `rebuilt` on */
    int32_t *new_order;  /* suffixes of the whole new image */
    int32_t *head_order; /* those that begin well before `rebuilt` */
    size_t old_count, head_count;
};

/* Takes 13 bytes of memory for each byte of the larger image; false = there is not as much. */
bool diff_search_open(struct diff_search *s, struct bytes old_image, struct bytes new_image);
void diff_search_close(struct diff_search *s);
/* A run in the image that begins like the n bytes at `key` of the new image: the longest, but for
 * those about the border. */
size_t diff_search_longest(const struct diff_search *s, size_t key, size_t n, size_t *position);
/* The slice up to `end` of the new image takes its place. */
void diff_search_advance(struct diff_search *s, size_t end);

#endif
