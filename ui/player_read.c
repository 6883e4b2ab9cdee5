#include "ui/player_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int player_reader_open(struct player_reader *r, const char *path)
{
    struct stat st;
    memset(r, 0, sizeof *r);
    /* Not to hang on a pipe or a device by that name. */
    r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (r->fd < 0)
        return errno;
    int error = fstat(r->fd, &st) != 0 ? errno : S_ISREG(st.st_mode) ? 0 : EINVAL;
    if (error == 0 && (r->bytes = malloc(PLAYER_LINE_MAX)) == NULL)
        error = ENOMEM;
    if (error)
        player_reader_close(r);
    return error;
}

void player_reader_close(struct player_reader *r)
{
    if (r->fd >= 0)
        close(r->fd);
    free(r->bytes);
    r->bytes = NULL;
    r->fd = -1;
}

static void fill(struct player_reader *r)
{
    if (r->start) {
        memmove(r->bytes, r->bytes + r->start, r->end - r->start);
        r->end -= r->start;
        r->start = 0;
    }
    ssize_t n;
    do
        n = read(r->fd, r->bytes + r->end, PLAYER_LINE_MAX - r->end);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        r->over = true;
    else
        r->end += (size_t)n;
}

enum player_piece player_read(struct player_reader *r, size_t most, const uint8_t **bytes,
                              size_t *n)
{
    size_t looked = 0;
    for (;;) {
        size_t have = r->end - r->start, limit = have < most ? have : most;
        const uint8_t *from = r->bytes + r->start;
        const uint8_t *found = limit > looked ? memchr(from + looked, '\n', limit - looked) : NULL;
        if (!found && have < most && !r->over) {
            looked = limit;
            fill(r);
            continue;
        }
        *bytes = from;
        *n = found ? (size_t)(found - from) + 1 : limit;
        r->start += *n;
        if (*n == 0)
            return PIECE_END;
        r->inside = !found && have >= most;
        return r->inside ? PIECE_PART : PIECE_LINE;
    }
}

size_t player_read_tail(const struct player_reader *r, uint8_t *out, size_t n)
{
    struct stat st;
    if (fstat(r->fd, &st) != 0 || st.st_size <= 0)
        return 0;
    size_t size = (size_t)st.st_size;
    n = n < size ? n : size;
    ssize_t done = pread(r->fd, out, n, (off_t)(size - n));
    return done > 0 ? (size_t)done : 0;
}

void player_rewind(struct player_reader *r)
{
    r->over = lseek(r->fd, 0, SEEK_SET) != 0;
    r->start = r->end = 0;
    r->inside = false;
}
