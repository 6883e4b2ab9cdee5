#include "device/patch_section.h"

#include <string.h>

#define TRIPLE 24u
/* How much of the old image is added at a time: small enough for a device task's stack. */
#define PIECE 256u

enum stream { CONTROL, DIFFERENCE, EXTRA };

bool patch_number(const uint8_t bytes[8], int64_t *value)
{
    int64_t magnitude = bytes[7] & 0x7F;
    for (int i = 6; i >= 0; i--)
        magnitude = magnitude * 256 + bytes[i];
    bool negative = (bytes[7] & 0x80) != 0;
    *value = negative ? -magnitude : magnitude;
    return !negative || magnitude != 0;
}

enum patch_result patch_section_read(const uint8_t header[PATCH_HEADER],
                                     struct patch_section *section)
{
    int64_t number[5];
    if (memcmp(header, "BSDIFF40", 8) != 0)
        return PATCH_FORMAT;
    for (unsigned i = 0; i < 5; i++) {
        int64_t most = i < 4 ? UINT32_MAX : UINT16_MAX;
        if (!patch_number(header + 8 + i * 8, &number[i]) || number[i] < 0 || number[i] > most)
            return PATCH_FORMAT;
    }
    *section = (struct patch_section){
        .control = (uint32_t)number[0],
        .difference = (uint32_t)number[1],
        .extra = (uint32_t)number[2],
        .size = (uint32_t)number[3],
        .crc = (uint16_t)number[4],
    };
    return section->control && section->size ? PATCH_OK : PATCH_FORMAT;
}

uint64_t patch_section_length(const struct patch_section *section)
{
    return (uint64_t)PATCH_HEADER + section->control + section->difference + section->extra;
}

struct rebuild {
    struct patch *p;
    uint32_t length[3], offset[3]; /* of the streams in the package */
    uint32_t size, made;           /* of the slice */
    int64_t old_at, old_end;
};

static enum patch_result refuse(const struct rebuild *r, enum stream stream)
{
    r->p->bad_offset = r->offset[stream];
    return PATCH_FORMAT;
}

static enum patch_result take(const struct rebuild *r, enum stream stream, uint8_t *into,
                              uint32_t n)
{
    const struct patch_decoder *d = r->p->decoder[stream];
    if (n == 0)
        return PATCH_OK;
    if (r->length[stream] == 0 || d->read(d->user, into, n) != 0)
        return refuse(r, stream);
    return PATCH_OK;
}

static enum patch_result add_old(struct rebuild *r, uint32_t n)
{
    const struct patch_port *port = r->p->port;
    uint8_t piece[PIECE], *to = r->p->slice + r->made;
    for (uint32_t done = 0, part; done < n; done += part) {
        part = n - done < PIECE ? n - done : PIECE;
        if (port->read_old(port->user, (uint32_t)r->old_at + done, piece, part) != 0)
            return PATCH_FLASH;
        for (uint32_t i = 0; i < part; i++)
            to[done + i] = (uint8_t)(to[done + i] + piece[i]);
    }
    return PATCH_OK;
}

static enum patch_result step(struct rebuild *r)
{
    uint8_t triple[TRIPLE];
    int64_t add, copy, seek;
    enum patch_result result = take(r, CONTROL, triple, TRIPLE);
    if (result != PATCH_OK)
        return result;
    uint32_t left = r->size - r->made;
    if (!patch_number(triple, &add) || !patch_number(triple + 8, &copy) ||
        !patch_number(triple + 16, &seek) || add < 0 || add > left || copy < 0 ||
        copy > left - add || seek < -(int64_t)UINT32_MAX || seek > UINT32_MAX)
        return refuse(r, CONTROL);
    /* bspatch takes bytes outside the old image for zero; the boards refuse them, or worse, read
     * what lies beside it. Where the last step of a slice leads to does not matter. */
    if (r->old_at < 0 || r->old_at > r->old_end || add > r->old_end - r->old_at) {
        r->p->outside_old = true;
        return refuse(r, CONTROL);
    }
    result = take(r, DIFFERENCE, r->p->slice + r->made, (uint32_t)add);
    if (result == PATCH_OK)
        result = add_old(r, (uint32_t)add);
    r->made += (uint32_t)add;
    if (result == PATCH_OK)
        result = take(r, EXTRA, r->p->slice + r->made, (uint32_t)copy);
    r->made += (uint32_t)copy;
    r->old_at += add + seek;
    return result;
}

enum patch_result patch_section_rebuild(struct patch *p, const struct patch_section *section)
{
    uint32_t at = p->package_at + PATCH_HEADER;
    struct rebuild r = {
        .p = p,
        .length = {section->control, section->difference, section->extra},
        .offset = {at, at + section->control, at + section->control + section->difference},
        .size = section->size,
        .old_end = p->new_at > p->old_size ? p->new_at : p->old_size,
    };
    for (enum stream s = CONTROL; s <= EXTRA; s++) {
        const struct patch_decoder *d = p->decoder[s];
        if (r.length[s] && d->begin(d->user, r.offset[s], r.length[s]) != 0)
            return refuse(&r, s);
    }
    /* bsdiff has searched on by a byte at least before each step but the first. More steps than
     * that are an attack: a few bytes of control stream would keep the board busy for hours. */
    for (uint64_t steps = 0; r.made < r.size; steps++) {
        enum patch_result result = steps <= r.size ? step(&r) : refuse(&r, CONTROL);
        if (result != PATCH_OK)
            return result;
    }
    for (enum stream s = CONTROL; s <= EXTRA; s++) {
        const struct patch_decoder *d = p->decoder[s];
        if (r.length[s] && d->end(d->user) != 0)
            return refuse(&r, s);
    }
    return PATCH_OK;
}
