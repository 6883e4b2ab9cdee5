#include "ui/catalogue.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The layout is that of gettext's manual, "The Format of GNU MO Files": magic, revision,
 * number of texts, where the two tables of (length, offset) are; originals are sorted.
 */
#define MAGIC 0x950412DEu
#define HEADER_SIZE 28u
#define ENTRY_SIZE 8u
#define SIZE_MAX_MO ((size_t)4 * 1024 * 1024)

static uint32_t word(const struct catalogue *c, size_t at)
{
    uint32_t value;
    memcpy(&value, c->bytes + at, sizeof value);
    return c->swapped ? __builtin_bswap32(value) : value;
}

/* Only for entries that sound() has seen. */
static const char *text_at(const struct catalogue *c, uint32_t table, uint32_t i)
{
    return (const char *)c->bytes + word(c, table + (size_t)i * ENTRY_SIZE + 4);
}

static bool table_fits(const struct catalogue *c, uint32_t table)
{
    return table >= HEADER_SIZE && table <= c->size && c->count <= (c->size - table) / ENTRY_SIZE;
}

static bool entry_fits(const struct catalogue *c, uint32_t table, uint32_t i)
{
    size_t length = word(c, table + (size_t)i * ENTRY_SIZE);
    size_t at = word(c, table + (size_t)i * ENTRY_SIZE + 4);
    return at < c->size && length < c->size - at && c->bytes[at + length] == '\0';
}

static bool sound(struct catalogue *c)
{
    if (c->size < HEADER_SIZE)
        return false;
    c->swapped = false;
    c->swapped = word(c, 0) != MAGIC;
    /* The minor revision, in the lower half, does not change what is read here. */
    if (word(c, 0) != MAGIC || word(c, 4) >> 16 > 1)
        return false;
    c->count = word(c, 8);
    c->originals = word(c, 12);
    c->translations = word(c, 16);
    if (!table_fits(c, c->originals) || !table_fits(c, c->translations))
        return false;
    for (uint32_t i = 0; i < c->count; i++) {
        if (!entry_fits(c, c->originals, i) || !entry_fits(c, c->translations, i))
            return false;
    }
    return true;
}

static bool read_whole(int fd, struct catalogue *c)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 ||
        (size_t)st.st_size > SIZE_MAX_MO)
        return false;
    c->size = (size_t)st.st_size;
    c->bytes = malloc(c->size);
    for (size_t used = 0; c->bytes && used < c->size;) {
        ssize_t n = read(fd, c->bytes + used, c->size - used);
        if (n <= 0)
            return false;
        used += (size_t)n;
    }
    return c->bytes != NULL;
}

bool catalogue_open(const char *path, struct catalogue *c)
{
    memset(c, 0, sizeof *c);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool fine = read_whole(fd, c) && sound(c);
    close(fd);
    if (!fine)
        catalogue_free(c);
    return fine;
}

void catalogue_free(struct catalogue *c)
{
    free(c->bytes);
    memset(c, 0, sizeof *c);
}

const char *catalogue_find(const struct catalogue *c, const char *english)
{
    uint32_t from = 0, to = c->count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = strcmp(english, text_at(c, c->originals, middle));
        if (order == 0)
            return text_at(c, c->translations, middle);
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

uint32_t catalogue_count(const struct catalogue *c)
{
    return c->count;
}

void catalogue_entry(const struct catalogue *c, uint32_t i, const char **english,
                     const char **translation)
{
    *english = text_at(c, c->originals, i);
    *translation = text_at(c, c->translations, i);
}
