/* Diff packages: sections of bsdiff, one for each slice (facts/alios-build-boards.md A.10). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "device/patch_section.h"
#include "image/recognise_internal.h"

#define SLICES_SHOWN 40u
#define DICTIONARY (16u * 1024)
#define STREAMS 3

struct package {
    unsigned slices;
    uint64_t first_size, total;
    bool ragged; /* a slice other than the last has another size */
};

static bool magic_at(struct bytes b, size_t at)
{
    return b.size - at >= PATCH_HEADER && memcmp(b.data + at, "BSDIFF40", 8) == 0;
}

static void check_streams(struct look *look, size_t at, const struct patch_section *s,
                          unsigned slice)
{
    static const char *const names[STREAMS] = {"control", "difference", "extra"};
    const uint32_t lengths[STREAMS] = {s->control, s->difference, s->extra};
    for (int i = 0; i < STREAMS; at += lengths[i], i++) {
        struct xz_facts facts;
        char name[40];
        if (lengths[i] == 0)
            continue;
        snprintf(name, sizeof name, "slice %u %s", slice, names[i]);
        if (!xz_examine((struct bytes){look->bytes.data + at, lengths[i]}, &facts))
            look_field(look, at, lengths[i], name, true, "streams are xz", "is no xz");
        else if (facts.check != 1 || facts.dictionary > DICTIONARY || facts.other_filters)
            look_field(look, at, lengths[i], name, true,
                       "devices unpack CRC32, one LZMA2 filter and 16 KiB only",
                       "check %u, dictionary %u KiB", facts.check, facts.dictionary / 1024);
    }
}

static bool take_section(struct look *look, struct package *p, size_t at, size_t *next)
{
    struct patch_section s;
    char name[40];
    snprintf(name, sizeof name, "slice %u", p->slices);
    size_t left = look->bytes.size - at;
    if (patch_section_read(look->bytes.data + at, &s) != PATCH_OK ||
        patch_section_length(&s) > left) {
        look_field(look, at, PATCH_HEADER, name, true, "the package is cut or damaged",
                   "claims more bytes than the file has");
        return false;
    }
    *next = at + (size_t)patch_section_length(&s);
    if (p->slices < SLICES_SHOWN)
        look_field(look, at, *next - at, name, false, "",
                   "%u + %u + %u bytes restore %u, CRC-16 0x%04x", (unsigned)s.control,
                   (unsigned)s.difference, (unsigned)s.extra, (unsigned)s.size, (unsigned)s.crc);
    check_streams(look, at + PATCH_HEADER, &s, p->slices);
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
