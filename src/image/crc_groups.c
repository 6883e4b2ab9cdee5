#include "image/crc_groups.h"

#include "device/code_crc.h"

void crc_groups_insert(const uint8_t *bytes, size_t n, struct buffer *out)
{
    enum { GROUPS = 64 };
    uint8_t groups[GROUPS * CODE_CRC_GROUP];
    for (size_t at = 0; at < n && !out->failed;) {
        size_t part = n - at < GROUPS * CODE_CRC_DATA ? n - at : GROUPS * CODE_CRC_DATA;
        buffer_append(out, groups, code_crc_insert(bytes + at, (uint32_t)part, groups));
        at += part;
    }
}

void crc_groups_examine(const uint8_t *bytes, size_t n, size_t start, struct crc_groups *result)
{
    if (start > n)
        start = n;
    *result = (struct crc_groups){.start = start,
                                  .groups = (n - start) / CODE_CRC_GROUP,
                                  .tail = (n - start) % CODE_CRC_GROUP};
    result->first_bad = result->groups;
    for (size_t i = 0; i < result->groups; i++) {
        if (code_crc_group_ok(bytes + start + i * CODE_CRC_GROUP))
            continue;
        if (result->bad++ == 0)
            result->first_bad = i;
    }
    result->last_good_from_front = result->first_bad;
}

static enum problem_code refuse(const struct crc_groups *groups, struct problem *problem)
{
    static const char hint[] = "Is it a file with CRCs, whole and without its trailer? --force "
                               "takes them out all the same.";
    if (groups->bad)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, hint,
                           "%zu of %zu groups have a wrong CRC, the first at offset 0x%zx",
                           groups->bad, groups->groups, groups->first_bad * CODE_CRC_GROUP);
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL, hint,
                       "%zu bytes are left over behind the last whole group, at offset 0x%zx",
                       groups->tail, groups->groups * CODE_CRC_GROUP);
}

enum problem_code crc_groups_remove(const uint8_t *bytes, size_t n, bool force, struct buffer *out,
                                    struct problem *problem)
{
    struct crc_groups groups;
    crc_groups_examine(bytes, n, 0, &groups);
    if (!force && (groups.bad || groups.tail))
        return refuse(&groups, problem);
    for (size_t i = 0; i < groups.groups; i++)
        buffer_append(out, bytes + i * CODE_CRC_GROUP, CODE_CRC_DATA);
    if (groups.tail)
        buffer_append(out, bytes + groups.groups * CODE_CRC_GROUP,
                      groups.tail < CODE_CRC_DATA ? groups.tail : CODE_CRC_DATA);
    if (out->failed)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    return PROBLEM_NONE;
}

bool crc_groups_physical(uint64_t logical, uint64_t *physical)
{
    return logical % CODE_CRC_DATA == 0 &&
           !__builtin_mul_overflow(logical / CODE_CRC_DATA, (uint64_t)CODE_CRC_GROUP, physical);
}

bool crc_groups_logical(uint64_t physical, uint64_t *logical)
{
    if (physical % CODE_CRC_GROUP)
        return false;
    *logical = physical / CODE_CRC_GROUP * CODE_CRC_DATA;
    return true;
}
