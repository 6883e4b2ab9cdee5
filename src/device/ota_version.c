#include "device/ota_version.h"

bool ota_version_accepts(const char *running, const char *offered)
{
    /* strncmp(offered, running, strlen(offered)) > 0, written out for want of a libc. */
    for (; *offered; offered++, running++) {
        unsigned char a = (unsigned char)*offered, b = (unsigned char)*running;
        if (a != b)
            return a > b;
    }
    return false;
}
