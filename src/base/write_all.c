#include "base/write_all.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

bool write_all(int fd, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    while (n) {
        ssize_t taken = write(fd, at, n);
        if (taken < 0 && errno == EINTR)
            continue;
        if (taken <= 0)
            return false;
        at += taken;
        n -= (size_t)taken;
    }
    return true;
}
