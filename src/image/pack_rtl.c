#include "image/little_endian.h"
#include "image/pack.h"
#include "image/pack_internal.h"
#include "image/rtl_format.h"

static enum problem_code too_large(struct problem *problem)
{
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, "Is it the right file?",
                       "the file does not fit the format's 32-bit sizes");
}

/* The length field is that of the input file, whatever is copied: the tool's way. */
static void header(uint32_t start, uint32_t length, bool boot, struct buffer *out)
{
    buffer_append(out, boot ? rtl_boot_signature : rtl_image_signature, RTL_SIGNATURE);
    le32_append(out, length);
    le32_append(out, start);
    pack_fill(out, out->length + RTL_HEADER - RTL_SIGNATURE - 8, 0xFF);
}

enum problem_code pack_rtl_pick(uint32_t start, uint32_t end, struct bytes in, enum pick_mode mode,
                                struct buffer *out, struct problem *problem)
{
    if (in.size > UINT32_MAX)
        return too_large(problem);
    uint32_t size = (uint32_t)in.size;
    if (end == 0)
        end = (start & 0xFFFF0000u) + size;
    uint32_t copied = end - start;
    if (copied == UINT32_MAX)
        return PROBLEM_NONE;
    if (copied > size)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Compare start and end with the linker's map of this build.",
                           "0x%x to 0x%x are %u bytes, but the file has only %u", (unsigned)start,
                           (unsigned)end, (unsigned)copied, (unsigned)size);
    if (mode != PICK_RAW)
        header(start, size, mode == PICK_BOOT, out);
    buffer_append(out, in.data, copied);
    return pack_finish(out, problem);
}

void pack_rtl_checksum(struct buffer *file)
{
    le32_append(file, rtl_byte_sum(file->data, file->length));
}

static void entry(char digit, struct bytes half, uint32_t offset, uint32_t address,
                  struct buffer *out)
{
    const char signature[4] = {'O', 'T', 'A', digit};
    buffer_append(out, signature, sizeof signature);
    le32_append(out, RTL_OTA_ENTRY);
    le32_append(out, rtl_byte_sum(half.data, half.size));
    le32_append(out, (uint32_t)half.size);
    le32_append(out, offset);
    le32_append(out, address);
}

enum problem_code pack_rtl_ota(struct bytes ota1, uint32_t address1, struct bytes ota2,
                               uint32_t address2, uint32_t version, struct buffer *out,
                               struct problem *problem)
{
    const uint32_t first = RTL_OTA_HEADER + 2 * RTL_OTA_ENTRY;
    if (ota1.size > UINT32_MAX - first || ota2.size > UINT32_MAX)
        return too_large(problem);
    le32_append(out, version);
    le32_append(out, 2);
    entry('1', ota1, first, address1, out);
    entry('2', ota2, first + (uint32_t)ota1.size, address2, out);
    buffer_append(out, ota1.data, ota1.size);
    buffer_append(out, ota2.data, ota2.size);
    return pack_finish(out, problem);
}
