#include "device/code_crc.h"
#include "image/crc_groups.h"
#include "image/pack.h"
#include "image/pack_internal.h"

/* They bring the application's vectors, at flash address 0x1C01C, to a multiple of 34. */
#define ZEROS 28u

void pack_mk3060_update(struct bytes app, struct buffer *out)
{
    static const uint8_t zeros[ZEROS];
    buffer_append(out, zeros, sizeof zeros);
    crc_groups_insert(app.data, app.size, out);
}

enum problem_code pack_mk3060_flash(struct bytes second_boot, struct bytes app, struct buffer *out,
                                    struct problem *problem)
{
    const size_t room = MK3060_APP_OFFSET / CODE_CRC_GROUP * CODE_CRC_DATA;
    size_t start = out->length;
    if (second_boot.size > room)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Are the two files the wrong way round?",
                           "the second boot has %zu bytes; only %zu fit in front of the "
                           "application",
                           second_boot.size, room);
    crc_groups_insert(second_boot.data, second_boot.size, out);
    pack_fill(out, start + MK3060_APP_OFFSET, 0xFF);
    pack_mk3060_update(app, out);
    return pack_finish(out, problem);
}
