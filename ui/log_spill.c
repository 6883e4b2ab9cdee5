#include "ui/log_spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool log_spill_init(struct log_spill *s, const char *directory)
{
    *s = (struct log_spill){.file = -1};
    if (directory)
        s->directory = strdup(directory);
    return !directory || s->directory;
}

void log_spill_free(struct log_spill *s)
{
    if (s->file >= 0)
        close(s->file);
    free(s->directory);
    *s = (struct log_spill){.file = -1};
}

/* Opened when it is needed: most sessions never are that long. */
static bool open_file(struct log_spill *s)
{
    if (s->file >= 0)
        return true;
    s->file = open(s->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->file >= 0)
        return true;
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/otaconsole-log-XXXXXX", s->directory);
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    s->file = mkostemp(path, O_CLOEXEC); /* a file system without O_TMPFILE */
    if (s->file >= 0)
        unlink(path);
    return s->file >= 0;
}

static bool write_all(int file, const uint8_t *bytes, size_t n, uint64_t offset)
{
    while (n) {
        ssize_t done = pwrite(file, bytes, n, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
        offset += (uint64_t)done;
    }
    return true;
}

bool log_spill_append(struct log_spill *s, const uint8_t *bytes, size_t n, uint64_t *offset)
{
    if (s->circle || s->unusable)
        return false;
    if (!open_file(s)) {
        s->failed = s->unusable = true;
        return false;
    }
    if (!write_all(s->file, bytes, n, s->end)) {
        s->failed = s->circle = true;
        s->at = 0;
        return false;
    }
    *offset = s->end;
    s->end += n;
    return true;
}

bool log_spill_place(const struct log_spill *s, size_t n, uint64_t *offset, uint64_t *skipped)
{
    if (!s->circle || s->unusable || n > s->end)
        return false;
    bool wraps = n > s->end - s->at;
    *offset = wraps ? 0 : s->at;
    *skipped = wraps ? s->at : UINT64_MAX;
    return true;
}

bool log_spill_write(struct log_spill *s, const uint8_t *bytes, size_t n, uint64_t offset)
{
    if (!write_all(s->file, bytes, n, offset)) {
        s->unusable = true;
        return false;
    }
    s->at = offset + n;
    return true;
}

bool log_spill_read(const struct log_spill *s, uint8_t *bytes, size_t n, uint64_t offset)
{
    while (n) {
        ssize_t done = pread(s->file, bytes, n, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
        offset += (uint64_t)done;
    }
    return true;
}
