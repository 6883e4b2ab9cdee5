/* Type to find: without regard to case, the most telling match first, else in the list's order. */
#include "ui/overlay_internal.h"

#include <string.h>
#include <wctype.h>

#include "base/text.h"

/* Characters of an item that are looked at. */
#define LOOK_MAX 512u

enum rank { RANK_PREFIX, RANK_WORD, RANK_WITHIN, RANK_BESIDE, RANK_SCATTERED, RANK_NONE };

struct letters {
    uint32_t c[LOOK_MAX];
    size_t n;
};

static void fold(const char *text, struct letters *out)
{
    size_t length = strlen(text), at = 0;
    out->n = 0;
    while (at < length && out->n < LOOK_MAX) {
        uint32_t c = 0xFFFD;
        size_t step = text_utf8_length((const uint8_t *)text + at, length - at, &c);
        out->c[out->n++] = (uint32_t)towlower((wint_t)c);
        at += step ? step : 1;
    }
}

static bool stands_at(const struct letters *text, const struct letters *typed, size_t at)
{
    return at + typed->n <= text->n &&
           memcmp(text->c + at, typed->c, typed->n * sizeof typed->c[0]) == 0;
}

static enum rank rank_within(const struct letters *text, const struct letters *typed)
{
    enum rank best = RANK_NONE;
    if (stands_at(text, typed, 0))
        return RANK_PREFIX;
    for (size_t at = 1; at + typed->n <= text->n; at++) {
        if (!stands_at(text, typed, at))
            continue;
        if (!iswalnum((wint_t)text->c[at - 1]))
            return RANK_WORD;
        best = RANK_WITHIN;
    }
    return best;
}

static bool is_scattered(const struct letters *text, const struct letters *typed)
{
    size_t found = 0;
    for (size_t i = 0; i < text->n && found < typed->n; i++)
        found += text->c[i] == typed->c[found];
    return found == typed->n;
}

static bool is_beside(const char *text, const struct letters *typed, struct letters *room)
{
    if (!text)
        return false;
    fold(text, room);
    return rank_within(room, typed) != RANK_NONE;
}

static enum rank rank_item(const struct overlay *o, const struct overlay_item *item,
                           const struct letters *typed)
{
    struct letters text, other;
    fold(item->text, &text);
    enum rank rank = rank_within(&text, typed);
    if (rank != RANK_NONE)
        return rank;
    if (is_beside(item->also, typed, &other) || is_beside(item->detail, typed, &other))
        return RANK_BESIDE;
    /* Where free text is an answer too, it must not be taken for some far-fetched item. */
    return !o->free_text && is_scattered(&text, typed) ? RANK_SCATTERED : RANK_NONE;
}

void overlay_find(struct overlay *o)
{
    uint8_t ranks[OVERLAY_ITEMS_MAX] = {0};
    struct letters typed;
    fold(o->edit.text, &typed);
    for (size_t i = 0; i < o->count; i++)
        ranks[i] = (uint8_t)rank_item(o, &o->items[i], &typed);
    o->shown_count = o->chosen = o->first = 0;
    for (unsigned rank = RANK_PREFIX; rank < RANK_NONE; rank++) {
        for (size_t i = 0; i < o->count; i++) {
            if (ranks[i] == rank)
                o->shown[o->shown_count++] = i;
        }
    }
    explicit_bzero(&typed, sizeof typed);
}
