#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write_all.h"
#include "cli/context.h"
#include "cli/image_commands.h"
#include "cli/json_line.h"

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

static bool same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* A word may be FILE or FILE@NUMBER. */
static bool is_input(const struct options *options, const char *path)
{
    for (size_t i = 1; i < options->word_count; i++) {
        char name[1024];
        const char *at = strrchr(options->words[i], '@');
        if (same_file(options->words[i], path))
            return true;
        if (at &&
            snprintf(name, sizeof name, "%.*s", (int)(at - options->words[i]), options->words[i]) <
                (int)sizeof name &&
            same_file(name, path))
            return true;
    }
    return false;
}

enum problem_code image_save(const struct options *options, const char *path, const void *bytes,
                             size_t n, struct problem *problem)
{
    char part[1100];
    if (is_input(options, path))
        return problem_set(problem, PROBLEM_OUTPUT_FILE, path, "Name another file with -o.",
                           "is the input; it is never written over");
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

enum problem_code image_write(const struct options *options, const char *path,
                              const struct buffer *bytes, struct problem *problem)
{
    if (bytes->failed)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    if (image_save(options, path, bytes->data, bytes->length, problem) != PROBLEM_NONE)
        return problem->code;
    if (options->json) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "written", path);
        cJSON_AddNumberToObject(o, "size", (double)bytes->length);
        json_line_print(o, stdout);
    } else {
        printf("%s: %zu bytes written\n", path, bytes->length);
    }
    return PROBLEM_NONE;
}

enum problem_code image_output(const struct options *options, struct problem *problem)
{
    if (options->output)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_USAGE, NULL, "Say where the result goes with -o FILE.",
                       "`image %s` writes a file, and there is no -o", options->words[0]);
}
