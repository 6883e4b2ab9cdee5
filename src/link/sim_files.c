#include "link/sim_files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"

/* More than any package for a 2 MiB flash; a mistyped path to a disk image is caught. */
#define PUSH_MAX (16u * 1024 * 1024)

static enum problem_code unreadable(struct problem *problem, const char *path, int error)
{
    return problem_set(problem, PROBLEM_INPUT_FILE, path, "Check the path and its permissions.",
                       "the file cannot be read: %s", strerror(error));
}

/* The whole file, at most `limit` bytes; b->failed when it is longer. */
static bool read_all(const char *path, struct buffer *b, size_t limit)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return false;
    uint8_t chunk[65536];
    size_t n;
    b->limit = limit;
    while (!b->failed && (n = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_append(b, chunk, n);
    bool fine = !ferror(file);
    int error = errno;
    fclose(file);
    errno = error;
    return fine;
}

enum problem_code sim_files_load_push(const char *path, uint8_t **bytes, size_t *length,
                                      struct problem *problem)
{
    struct buffer b = {0};
    enum problem_code code = PROBLEM_NONE;
    if (!read_all(path, &b, PUSH_MAX))
        code = unreadable(problem, path, errno);
    else if (b.failed)
        code = problem_set(problem, PROBLEM_INPUT_FILE, path, "Name the package to be pushed.",
                           "the file is larger than any package");
    else if (b.length == 0)
        code = problem_set(problem, PROBLEM_INPUT_FILE, path,
                           "Build the firmware again, or name another file.", "the file is empty");
    if (code != PROBLEM_NONE) {
        buffer_free(&b);
        return code;
    }
    *bytes = b.data;
    *length = b.length;
    return PROBLEM_NONE;
}

enum problem_code sim_files_load_flash(const char *path, uint8_t *flash, uint32_t size,
                                       struct problem *problem)
{
    struct buffer b = {0};
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return sim_files_save_flash(path, flash, size, problem);
    enum problem_code code = PROBLEM_NONE;
    /* More than wanted, so that a longer file shows. */
    if (!read_all(path, &b, (size_t)size + 65536))
        code = unreadable(problem, path, errno);
    else if (b.failed || !b.data || b.length != size)
        code = problem_set(problem, PROBLEM_INPUT_FILE, path,
                           "Name another file, or delete this one to begin with a fresh flash.",
                           "the file is not a saved flash of %u bytes", (unsigned)size);
    else
        memcpy(flash, b.data, size);
    buffer_free(&b);
    return code;
}

enum problem_code sim_files_save_flash(const char *path, const uint8_t *flash, uint32_t size,
                                       struct problem *problem)
{
    char aside[600];
    int n = snprintf(aside, sizeof aside, "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof aside)
        return problem_set(problem, PROBLEM_OUTPUT_FILE, path, "Use a shorter path.",
                           "the path is too long");
    FILE *file = fopen(aside, "wbe");
    bool fine = file && fwrite(flash, 1, size, file) == size;
    int error = errno;
    if (file && fclose(file) != 0 && fine) {
        fine = false;
        error = errno;
    }
    if (fine && rename(aside, path) != 0) {
        fine = false;
        error = errno;
    }
    if (fine)
        return PROBLEM_NONE;
    if (file)
        unlink(aside);
    return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                       "Check the folder's permissions and the space left on the disk.",
                       "the flash cannot be saved: %s", strerror(error));
}
