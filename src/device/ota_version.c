#include "device/ota_version.h"

/* strncmp(offered, running, n) > 0, written out for want of a libc. */
static bool is_larger(const char *running, const char *offered, size_t n)
{
    for (; n; offered++, running++, n--) {
        unsigned char a = (unsigned char)*offered, b = (unsigned char)*running;
        if (a != b)
            return a > b;
        if (!a)
            return false;
    }
    return false;
}

bool ota_version_accepts(const char *running, const char *offered)
{
    size_t n = 0;
    while (offered[n])
        n++;
    return is_larger(running, offered, n);
}

const char *ota_version_part(const char *offered, size_t *length)
{
    size_t n = 0;
    while (*offered == '_')
        offered++;
    while (offered[n] && offered[n] != '_')
        n++;
    *length = n;
    return offered;
}

bool ota_version_accepts_part(const char *running, const char *offered)
{
    size_t n;
    const char *part = ota_version_part(offered, &n);
    return is_larger(running, part, n);
}

size_t ota_version_common(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}
