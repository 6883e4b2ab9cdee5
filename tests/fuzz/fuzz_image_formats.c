/*
 * Any bytes as every file format of the workshop: walked, examined and unpacked, and what the
 * packers make of them is recognised again. The first byte chooses the unpacking limit.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/crc_groups.h"
#include "image/pack.h"
#include "image/trailer.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void groups(struct bytes in)
{
    struct crc_groups g;
    struct buffer out = {0}, back = {0};
    struct problem problem = PROBLEM_INIT;
    crc_groups_examine(in.data, in.size, 28, &g);
    must(g.start + g.groups * 34 + g.tail == in.size && g.first_bad <= g.groups);
    crc_groups_examine(in.data, in.size, 0, &g);
    enum problem_code code = crc_groups_remove(in.data, in.size, false, &out, &problem);
    must((code == PROBLEM_NONE) == (g.bad == 0 && g.tail == 0));
    must(crc_groups_remove(in.data, in.size, true, &out, &problem) == PROBLEM_NONE);
    buffer_clear(&out);
    crc_groups_insert(in.data, in.size, &out);
    must(crc_groups_remove(out.data, out.length, false, &back, &problem) == PROBLEM_NONE);
    must(in.size == 0 || memcmp(back.data, in.data, in.size) == 0);
    buffer_free(&out);
    buffer_free(&back);
}

static void trailers(struct bytes in)
{
    struct trailer_found f;
    struct buffer out = {0};
    trailer_find(in.data, in.size, &f);
    must(f.offset <= in.size && (f.fault != TRAILER_NONE || f.offset == in.size));
    must(trailer_magic_name(f.trailer.magic)[0]);
    trailer_append(in.data, in.size, TRAILER_V4, 0, &out);
    trailer_find(out.data, out.length, &f);
    /* It is fine, unless the input ended in a trailer already. */
    must(f.version == TRAILER_V4 && (f.fault == TRAILER_FINE || f.fault == TRAILER_DOUBLED));
    buffer_free(&out);
}

static void rtl(struct bytes in)
{
    struct rtl_image image;
    struct rtl_ota ota;
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    must(rtl_image_walk(in, &image) == (image.count > 0));
    must(image.rest <= in.size);
    for (unsigned i = 0; i < image.count; i++)
        must(image.segments[i].offset <= in.size - 32);
    if (rtl_ota_walk(in, &ota)) {
        for (unsigned i = 0; i < ota.count; i++)
            must(!ota.entries[i].inside ||
                 (uint64_t)ota.entries[i].offset + ota.entries[i].length <= in.size);
    }
    must(pack_rtl_pick(0, 0, in, PICK_IMAGE, &out, &problem) == PROBLEM_NONE);
    pack_rtl_checksum(&out);
    must(rtl_image_walk((struct bytes){out.data, out.length}, &image));
    must(image.count == 1 && image.has_sum && image.sum_ok && !image.cut && !image.linux_bug);
    buffer_free(&out);
}

static void esp8266(struct bytes in)
{
    struct esp8266_app app;
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    struct esp8266_parts parts = {.irom = {in.data, in.size / 2},
                                  .text = in,
                                  .data = {in.data, in.size / 3},
                                  .data_address = 0x3FFE8000};
    esp8266_app_walk(in, &app);
    must(pack_esp8266(&parts, &out, &problem) == PROBLEM_NONE);
    must(esp8266_app_walk((struct bytes){out.data, out.length}, &app));
    must(app.checksum_ok && app.crc_ok);
    buffer_free(&out);
}

static void xz(struct bytes in, size_t limit)
{
    struct xz_facts facts;
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    bool is = xz_examine(in, &facts);
    enum problem_code code = unpack_xz(in, limit, &out, &problem);
    must(out.length <= limit && (code == PROBLEM_NONE || out.length == 0));
    must(code == PROBLEM_NONE ? is : problem.what[0] && problem.hint[0]);
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    /* The file stands alone in its memory: a read in front of it would hit the limit's byte. */
    struct bytes in = {malloc(size - 1), size - 1};
    must(in.data != NULL);
    memcpy((uint8_t *)(uintptr_t)in.data, data + 1, in.size);
    groups(in);
    trailers(in);
    rtl(in);
    esp8266(in);
    xz(in, (size_t)data[0] * 256);
    free((uint8_t *)(uintptr_t)in.data);
    return 0;
}
