#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/context.h"
#include "cli/image_commands.h"

enum problem_code image_load(const char *path, struct bytes *file, struct problem *problem)
{
    uint8_t *data = NULL;
    *file = (struct bytes){NULL, 0};
    if (context_load_file(NULL, path, &data, &file->size, problem) == PROBLEM_NONE)
        file->data = data;
    return problem->code;
}

static enum problem_code cannot(struct problem *problem, const char *path, int error)
{
    return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                       error == EEXIST   ? "Name another with -o, or say --force."
                       : error == ENOSPC ? "Make room on the disk, or write to another one."
                                         : "Choose a path that can be written.",
                       error == EEXIST ? "is there already" : "cannot be written: %s",
                       strerror(error));
}

static bool write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n) {
        ssize_t k = write(fd, bytes, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        bytes += k;
        n -= (size_t)k;
    }
    return true;
}

enum problem_code image_save(const struct options *options, const char *path, const void *bytes,
                             size_t n, struct problem *problem)
{
    char part[1100];
    int length = snprintf(part, sizeof part, "%s.part", path);
    if (!options->force && access(path, F_OK) == 0)
        return cannot(problem, path, EEXIST);
    if (length < 0 || (size_t)length >= sizeof part)
        return cannot(problem, path, ENAMETOOLONG);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return cannot(problem, path, errno);
    bool ok = write_all(fd, bytes, n);
    int error = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        error = errno;
    }
    if (ok && rename(part, path) != 0) {
        ok = false;
        error = errno;
    }
    if (!ok)
        unlink(part);
    return ok ? PROBLEM_NONE : cannot(problem, path, error);
}
