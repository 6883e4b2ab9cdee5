#include "image/diff_search.h"

#include <divsufsort.h>
#include <stdlib.h>
#include <string.h>

/* Not searched in front of the border. In a repeated pattern the best match begins there by the
 * order of the whole new image, and by the image as it is it ends a few bytes on. */
#define BORDER ((size_t)1024)

static int32_t *sorted(struct bytes text)
{
    int32_t *order = malloc((text.size + 1) * sizeof *order);
    if (order && divsufsort(text.data, order, (int32_t)text.size) != 0) {
        free(order);
        order = NULL;
    }
    return order;
}

bool diff_search_open(struct diff_search *s, struct bytes old_image, struct bytes new_image)
{
    size_t room = old_image.size > new_image.size ? old_image.size : new_image.size;
    *s = (struct diff_search){
        .fresh = new_image,
        .image = malloc(room + 1),
        .image_size = old_image.size,
        .old_order = sorted(old_image),
        .new_order = sorted(new_image),
        .head_order = malloc((new_image.size + 1) * sizeof(int32_t)),
        .old_count = old_image.size,
    };
    if (!s->image || !s->old_order || !s->new_order || !s->head_order) {
        diff_search_close(s);
        return false;
    }
    memcpy(s->image, old_image.data, old_image.size);
    return true;
}

void diff_search_close(struct diff_search *s)
{
    free(s->image);
    free(s->old_order);
    free(s->new_order);
    free(s->head_order);
    *s = (struct diff_search){0};
}

void diff_search_advance(struct diff_search *s, size_t end)
{
    size_t kept = 0;
    memcpy(s->image + s->rebuilt, s->fresh.data + s->rebuilt, end - s->rebuilt);
    s->rebuilt = end;
    if (s->image_size < end)
        s->image_size = end;
    for (size_t i = 0; i < s->old_count; i++) {
        if ((size_t)s->old_order[i] >= end)
            s->old_order[kept++] = s->old_order[i];
    }
    s->old_count = kept;
    s->head_count = 0;
    for (size_t i = 0; i < s->fresh.size; i++) {
        if ((size_t)s->new_order[i] + BORDER < end)
            s->head_order[s->head_count++] = s->new_order[i];
    }
}

static size_t common(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    size_t n = a_size < b_size ? a_size : b_size, i = 0;
    for (; n - i >= 8; i += 8) {
        uint64_t x, y;
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            break;
    }
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

struct text {
    const uint8_t *bytes;
    size_t size;
    const int32_t *order;
    size_t count;
};

/* The two neighbours in the order between which the key belongs; one of them begins the longest
 * match. What both ends of the range share with the key is not compared again. */
static void neighbours(const struct text *t, const uint8_t *key, size_t n, size_t found[2])
{
    size_t low = 0, high = t->count - 1;
    size_t p = (size_t)t->order[low], q = (size_t)t->order[high];
    size_t low_common = common(t->bytes + p, t->size - p, key, n);
    size_t high_common = common(t->bytes + q, t->size - q, key, n);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2, at = (size_t)t->order[middle];
        size_t k = low_common < high_common ? low_common : high_common;
        k += common(t->bytes + at + k, t->size - at - k, key + k, n - k);
        if (k < n && (at + k == t->size || t->bytes[at + k] < key[k])) {
            low = middle;
            low_common = k;
        } else {
            high = middle;
            high_common = k;
        }
    }
    found[0] = (size_t)t->order[low];
    found[1] = (size_t)t->order[high];
}

size_t diff_search_longest(const struct diff_search *s, size_t key, size_t n, size_t *position)
{
    struct text texts[2] = {
        {s->image, s->image_size, s->old_order, s->old_count},
        {s->fresh.data, s->fresh.size, s->head_order, s->head_count},
    };
    const uint8_t *bytes = s->fresh.data + key;
    size_t longest = 0;
    *position = 0;
    for (unsigned i = 0; i < 2; i++) {
        size_t found[2];
        if (texts[i].count == 0)
            continue;
        neighbours(&texts[i], bytes, n, found);
        for (unsigned j = 0; j < 2; j++) {
            size_t length = common(s->image + found[j], s->image_size - found[j], bytes, n);
            if (length > longest) {
                longest = length;
                *position = found[j];
            }
        }
    }
    return longest;
}
