/* Message catalogues for tests; included by the tests of languages. */
#ifndef OTACONSOLE_TESTS_UI_MO_H
#define OTACONSOLE_TESTS_UI_MO_H

#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MO_MAX 8192

static char root[128]; /* the folder of this test */

static inline int make_root(const char *name)
{
    const char *base = getenv("TMPDIR");
    snprintf(root, sizeof root, "%.80s/otaconsole-%.16s-XXXXXX", base ? base : "/tmp", name);
    return mkdtemp(root) ? 0 : -1;
}

static inline int remove_one(const char *path, const struct stat *s, int kind, struct FTW *f)
{
    (void)s;
    (void)kind;
    (void)f;
    return remove(path);
}

static inline int tear_down(void **state)
{
    (void)state;
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

static inline void put_word(uint8_t *at, uint32_t value, bool swapped)
{
    value = swapped ? __builtin_bswap32(value) : value;
    memcpy(at, &value, sizeof value);
}

/* A catalogue as msgfmt writes it; `texts` = original, translation, ... sorted by original. */
static inline size_t make_mo(uint8_t out[MO_MAX], const char *const *texts, uint32_t count,
                             bool swapped)
{
    uint32_t header[] = {0x950412DE, 0, count, 28, 28 + count * 8, 0, 0};
    size_t used = 28 + (size_t)count * 16;
    for (size_t i = 0; i < 7; i++)
        put_word(out + i * 4, header[i], swapped);
    for (uint32_t i = 0; i < 2 * count; i++) {
        const char *text = texts[i / count + 2 * (i % count)];
        size_t n = strlen(text);
        assert_true(used + n < MO_MAX);
        put_word(out + 28 + (size_t)i * 8, (uint32_t)n, swapped);
        put_word(out + 32 + (size_t)i * 8, (uint32_t)used, swapped);
        memcpy(out + used, text, n + 1);
        used += n + 1;
    }
    return used;
}

static inline void write_file(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

#endif
