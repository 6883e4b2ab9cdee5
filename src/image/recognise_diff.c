/* Diff packages: sections of bsdiff, one for each slice (facts/alios-build-boards.md A.10). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "image/little_endian.h"
#include "image/recognise_internal.h"

#define HEADER 48u
#define SLICES_SHOWN 40u
#define DICTIONARY (16u * 1024)
#define STREAMS 3

struct section {
    uint64_t length[STREAMS]; /* control, difference, extra */
    uint64_t size;            /* new bytes */
    uint32_t crc;
};

struct package {
    unsigned slices;
    uint64_t first_size, total;
    bool ragged; /* a slice other than the last has another size */
};

/* The sign bit is the top one; a negative length is as impossible as a huge one. */
static uint64_t read_u64(const uint8_t *b)
{
    return le32_read(b) | (uint64_t)le32_read(b + 4) << 32;
}

static bool magic_at(struct bytes b, size_t at)
{
    return b.size - at >= HEADER && memcmp(b.data + at, "BSDIFF40", 8) == 0;
}

static bool read_section(struct bytes b, size_t at, struct section *s, size_t *next)
{
    size_t room = b.size - at - HEADER;
    for (int i = 0; i < STREAMS; i++) {
        s->length[i] = read_u64(b.data + at + 8 + (size_t)i * 8);
        if (s->length[i] > room)
            return false;
        room -= (size_t)s->length[i];
    }
    s->size = read_u64(b.data + at + 32);
    s->crc = le32_read(b.data + at + 40);
    *next = b.size - room;
    return s->size <= UINT32_MAX;
}

static void check_streams(struct look *look, size_t at, const struct section *s, unsigned slice)
{
    static const char *const names[STREAMS] = {"control", "difference", "extra"};
    for (int i = 0; i < STREAMS; at += (size_t)s->length[i], i++) {
        struct xz_facts facts;
        char name[40];
        if (s->length[i] == 0)
            continue;
        snprintf(name, sizeof name, "slice %u %s", slice, names[i]);
        if (!xz_examine((struct bytes){look->bytes.data + at, (size_t)s->length[i]}, &facts))
            look_field(look, at, (size_t)s->length[i], name, true, "streams are xz", "is no xz");
        else if (facts.check != 1 || facts.dictionary > DICTIONARY || facts.other_filters)
            look_field(look, at, (size_t)s->length[i], name, true,
                       "devices unpack CRC32, one LZMA2 filter and 16 KiB only",
                       "check %u, dictionary %u KiB", facts.check, facts.dictionary / 1024);
    }
}

static bool take_section(struct look *look, struct package *p, size_t at, size_t *next)
{
    struct section s;
    char name[40];
    snprintf(name, sizeof name, "slice %u", p->slices);
    if (!read_section(look->bytes, at, &s, next)) {
        look_field(look, at, HEADER, name, true, "the package is cut or damaged",
                   "claims more bytes than the file has");
        return false;
    }
    if (p->slices < SLICES_SHOWN)
        look_field(look, at, *next - at, name, false, "",
                   "%" PRIu64 " + %" PRIu64 " + %" PRIu64 " bytes restore %" PRIu64
                   ", CRC-16 0x%04x",
                   s.length[0], s.length[1], s.length[2], s.size, s.crc & 0xFFFF);
    check_streams(look, at + HEADER, &s, p->slices);
    if (p->slices == 0)
        p->first_size = s.size;
    else if (*next < look->bytes.size && s.size != p->first_size)
        p->ragged = true;
    p->slices++;
    p->total += s.size;
    return true;
}

static void use_diff(struct look *look, const struct package *p)
{
    look_is(look, "diff", "diff package of %u slice%s", p->slices, p->slices == 1 ? "" : "s");
    look_field(look, 0, 0, "new image", false, "what a device has restored at the end",
               "%" PRIu64 " bytes", p->total);
    if (p->slices > 1)
        look_field(look, 0, 0, "slice size", p->ragged,
                   p->ragged ? "all slices but the last must have the same size" : "",
                   "%" PRIu64 " KiB", p->first_size / 1024);
    const char *boards = p->slices < 2 ? "the board it was made for (mk3060 64 KiB, esp8266 16 KiB)"
                         : p->first_size == 0x10000 ? "mk3060 (slices of 64 KiB)"
                         : p->first_size == 0x4000  ? "esp8266 (slices of 16 KiB)"
                                                    : "no board known here";
    look_use(look, USE_UPLOAD,
             "Restores only from the exact image it was made from, on %s. The cloud makes these "
             "itself; a local server can offer this one.",
             boards);
}

bool recognise_diff(struct look *look)
{
    struct package p = {0};
    size_t at = 0;
    struct bytes b = look->bytes;
    if (b.size < 8 || memcmp(b.data, "BSDIFF40", 8) != 0)
        return false;
    while (at < b.size) {
        if (!magic_at(b, at)) {
            look_field(look, at, b.size - at, "left over", true, "a slice begins with BSDIFF40",
                       "%zu bytes that are no whole slice", b.size - at);
            break;
        }
        if (!take_section(look, &p, at, &at))
            break;
    }
    use_diff(look, &p);
    return true;
}
