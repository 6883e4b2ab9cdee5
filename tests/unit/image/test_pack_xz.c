/* xz: the cloud's own streams (facts A.10), the xz program's bytes, and unpacking anything. */
#include "rig.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/trailer.h"

extern char **environ;

/* --- streams that ota_nbdiff made, with a dictionary of 16 KiB --- */

static void put_number(uint8_t *at, int64_t value)
{
    uint64_t magnitude = (uint64_t)(value < 0 ? -value : value);
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(magnitude >> (8 * i));
    if (value < 0)
        at[7] |= 0x80;
}

static struct bytes control(uint8_t store[24], int64_t add, int64_t copy, int64_t seek)
{
    put_number(store, add);
    put_number(store + 8, copy);
    put_number(store + 16, seek);
    return (struct bytes){store, 24};
}

static void packed_as(struct bytes in, uint32_t dictionary, const char *hex)
{
    struct buffer packed = {0}, back = {0};
    struct problem problem = PROBLEM_INIT;
    struct xz_facts facts;
    assert_int_equal(pack_xz(in, dictionary, &packed, &problem), PROBLEM_NONE);
    assert_hex(&packed, hex);
    assert_true(xz_examine(of_buffer(&packed), &facts));
    assert_true(facts.check == 1 && !facts.other_filters);
    assert_int_equal(facts.dictionary, in.size ? dictionary : 0);
    assert_int_equal(unpack_xz(of_buffer(&packed), in.size, &back, &problem), PROBLEM_NONE);
    assert_int_equal(back.length, in.size);
    if (in.size)
        assert_memory_equal(back.data, in.data, in.size);
    buffer_free(&packed);
    buffer_free(&back);
}

static void the_clouds_streams(void **state)
{
    uint8_t store[24];
    (void)state;
    packed_as(control(store, 65536, 0, -3728), 16384,
              "fd377a585a0000016922de36020021010400000060b0f559e00017000d5d00006002821b6a1d059ef658"
              "0000000000006ce2ee26000125189afd19db9042990d010000000001595a");
    packed_as(control(store, 464, 17, 65050), 16384,
              "fd377a585a0000016922de36020021010400000060b0f559e00017000f5d0068003c198e0787f968a74e"
              "e20d000000007e93c9bd00012718189f2fe99042990d010000000001595a");
    packed_as((struct bytes){(const uint8_t *)"tail-of-new-image", 17}, 16384,
              "fd377a585a0000016922de36020021010400000060b0f5590100107461696c2d6f662d6e65772d696d61"
              "67650000000090bb00ea000125113e45c5a29042990d010000000001595a");
    packed_as((struct bytes){NULL, 0}, 32768,
              "fd377a585a0000016922de3600000000 1cdf44219042990d010000000001595a");
}

/* --- against the xz program --- */

struct folder {
    char path[64], in[96], out[96];
};

static void folder_make(struct folder *f, const char *suffix)
{
    strcpy(f->path, "/tmp/otaconsole-xz-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    snprintf(f->in, sizeof f->in, "%s/file", f->path);
    snprintf(f->out, sizeof f->out, "%s/file.%s", f->path, suffix);
}

static void folder_remove(const struct folder *f)
{
    unlink(f->in);
    unlink(f->out);
    rmdir(f->path);
}

static bool run(const char *const *words)
{
    pid_t pid;
    int status;
    if (posix_spawnp(&pid, words[0], NULL, NULL, (char *const *)(uintptr_t)words, environ) != 0)
        return false;
    while (waitpid(pid, &status, 0) < 0)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool have_xz(void)
{
    const char *path = getenv("PATH");
    char *copy = strdup(path ? path : ""), *rest = copy, *one;
    bool have = false;
    while (!have && (one = strsep(&rest, ":"))) {
        char file[4200];
        snprintf(file, sizeof file, "%s/xz", one);
        have = access(file, X_OK) == 0;
    }
    free(copy);
    return have;
}

static void write_file(const char *path, struct bytes b)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b.data, 1, b.size, f), b.size);
    assert_int_equal(fclose(f), 0);
}

static void assert_file(uint64_t seed, const char *path, const struct buffer *wanted)
{
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = malloc(wanted->length + 1);
    holds(seed, f && bytes);
    holds(seed, fread(bytes, 1, wanted->length + 1, f) == wanted->length);
    holds(seed, memcmp(bytes, wanted->data, wanted->length) == 0);
    free(bytes);
    fclose(f);
}

/* Runs of repeats and noise, as code and tables have them. */
static struct bytes firmware(uint64_t seed, size_t n)
{
    struct random_source r;
    random_seed(&r, seed);
    struct bytes b = random_bytes(&r, n);
    uint8_t *bytes = (uint8_t *)(uintptr_t)b.data;
    for (size_t at = 0; at < n;) {
        size_t run = 1 + random_below(&r, 400);
        run = run < n - at ? run : n - at;
        if (at > run && !random_one_in(&r, 4))
            memcpy(bytes + at, bytes + random_below(&r, (uint32_t)(at - run + 1)), run);
        at += run;
    }
    return b;
}

static const size_t file_sizes[] = {0, 1, 17, 4096, 65535, 65536, 300000};

static void the_same_bytes_as_the_xz_program(void **state)
{
    static const struct {
        uint32_t size;
        const char *word;
    } dictionaries[] = {{32768, "--lzma2=dict=32KiB"},
                        {16384, "--lzma2=dict=16KiB"},
                        {1048576, "--lzma2=dict=1MiB"}};
    (void)state;
    if (!have_xz())
        skip();
    for (uint64_t i = 0; i < sizeof file_sizes / sizeof file_sizes[0]; i++) {
        for (uint64_t k = 0; k < 3; k++) {
            struct folder f;
            struct buffer packed = {0};
            struct problem problem = PROBLEM_INIT;
            struct bytes in = firmware(i, file_sizes[i]);
            folder_make(&f, "xz");
            write_file(f.in, in);
            /* -T1: from 5.6 on the program would write sizes into the block header. */
            const char *words[] = {"xz", "-f", dictionaries[k].word, "--check=crc32", "-T1", "-k",
                                   f.in, NULL};
            holds(i, run(words));
            holds(i, pack_xz(in, dictionaries[k].size, &packed, &problem) == PROBLEM_NONE);
            assert_file(i << 8 | k, f.out, &packed);
            folder_remove(&f);
            exact_free(in);
            buffer_free(&packed);
        }
    }
}

static void the_same_lzma_as_the_xz_program(void **state)
{
    (void)state;
    if (!have_xz())
        skip();
    for (uint64_t i = 0; i < sizeof file_sizes / sizeof file_sizes[0]; i += 2) {
        struct folder f;
        struct buffer packed = {0};
        struct problem problem = PROBLEM_INIT;
        struct bytes in = firmware(i, file_sizes[i]);
        folder_make(&f, "lzma");
        write_file(f.in, in);
        const char *words[] = {"xz", "--format=lzma", "-z", "-k", f.in, NULL};
        holds(i, run(words));
        holds(i, pack_lzma_alone(in, &packed, &problem) == PROBLEM_NONE);
        assert_file(i, f.out, &packed);
        folder_remove(&f);
        exact_free(in);
        buffer_free(&packed);
    }
}

/* What others pack: seen for what it is, and unpacked as far as a board could. */
static void other_options_are_seen(void **state)
{
    static const struct {
        const char *words[3];
        unsigned check;
        uint32_t dictionary;
        bool other;
        enum problem_code code;
    } cases[] = {
        {{"-6", "-T1", "-k"}, 4, 8u << 20, false, PROBLEM_NONE},
        {{"-9", "-T1", "-k"}, 4, 64u << 20, false, PROBLEM_IMAGE_REFUSED},
        {{"--check=sha256", "-T1", "-k"}, 10, 8u << 20, false, PROBLEM_NONE},
        {{"--check=none", "-T1", "-k"}, 0, 8u << 20, false, PROBLEM_NONE},
        {{"--armthumb", "--lzma2=dict=32KiB", "-k"}, 4, 32768, true, PROBLEM_NONE},
        {{"-T2", "--block-size=20000", "-k"}, 4, 8u << 20, false, PROBLEM_NONE},
    };
    (void)state;
    if (!have_xz())
        skip();
    for (uint64_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct folder f;
        struct buffer out = {0};
        struct problem problem = PROBLEM_INIT;
        struct xz_facts facts;
        uint8_t packed[80000];
        struct bytes in = firmware(i, 50000);
        folder_make(&f, "xz");
        write_file(f.in, in);
        const char *words[] = {"xz", cases[i].words[0], cases[i].words[1], cases[i].words[2], f.in,
                               NULL};
        holds(i, run(words));
        FILE *file = fopen(f.out, "rb");
        holds(i, file != NULL);
        struct bytes xz = {packed, fread(packed, 1, sizeof packed, file)};
        fclose(file);
        folder_remove(&f);
        holds(i, xz_examine(xz, &facts));
        holds(i, facts.check == cases[i].check && facts.dictionary == cases[i].dictionary &&
                     facts.other_filters == cases[i].other);
        holds(i, unpack_xz(xz, 50000, &out, &problem) == cases[i].code);
        holds(i, out.length == (cases[i].code == PROBLEM_NONE ? 50000 : 0));
        holds(i, cases[i].code == PROBLEM_NONE || strstr(problem.what, "dictionary"));
        exact_free(in);
        buffer_free(&out);
    }
}

/* --- unpacking --- */

static void the_limit_holds(void **state)
{
    struct buffer packed = {0}, out = {0};
    struct problem problem = PROBLEM_INIT;
    struct bytes zeros = {calloc(1, 4u << 20), 4u << 20};
    (void)state;
    assert_non_null(zeros.data);
    assert_int_equal(pack_xz(zeros, 32768, &packed, &problem), PROBLEM_NONE);
    assert_true(packed.length < 4096);
    assert_int_equal(unpack_xz(of_buffer(&packed), 4u << 20, &out, &problem), PROBLEM_NONE);
    assert_int_equal(out.length, 4u << 20);
    buffer_free(&out);
    static const size_t limits[] = {0, 1, 16383, 16384, 16385, 100000, (4u << 20) - 1};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        buffer_append_text(&out, "kept");
        assert_int_equal(unpack_xz(of_buffer(&packed), limits[i], &out, &problem),
                         PROBLEM_IMAGE_REFUSED);
        assert_non_null(strstr(problem.what, "more than"));
        assert_int_equal(out.length, 4);
        assert_true(out.capacity <= 2 * limits[i] + 16384);
        buffer_free(&out);
    }
    exact_free(zeros);
    buffer_free(&packed);
}

static void what_follows_is_refused(void **state)
{
    struct buffer packed = {0}, file = {0}, out = {0};
    struct problem problem = PROBLEM_INIT;
    char offset[100];
    (void)state;
    assert_int_equal(pack_xz(counting(500, 3, 1), 32768, &packed, &problem), PROBLEM_NONE);
    trailer_append(packed.data, packed.length, TRAILER_V1, 0, &file);
    assert_int_equal(unpack_xz(of_buffer(&file), 1000, &out, &problem), PROBLEM_IMAGE_REFUSED);
    snprintf(offset, sizeof offset,
             "28 bytes are left over behind the packed data, at offset 0x%zx", packed.length);
    assert_string_equal(problem.what, offset);
    buffer_free(&packed);
    buffer_free(&file);
    buffer_free(&out);
}

static void an_impossible_dictionary_is_refused(void **state)
{
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    assert_int_equal(pack_xz(counting(10, 1, 0), 4095, &out, &problem), PROBLEM_USAGE);
    assert_int_equal(pack_xz(counting(10, 1, 0), 0, &out, &problem), PROBLEM_USAGE);
    assert_int_equal(pack_xz(counting(10, 1, 0), 0xFFFFFFFFu, &out, &problem), PROBLEM_USAGE);
    assert_int_equal(out.length, 0);
    buffer_free(&out);
}

static void look(struct bytes file, uint64_t seed)
{
    struct buffer out = {0};
    struct problem problem = PROBLEM_INIT;
    struct xz_facts facts;
    bool is = xz_examine(file, &facts);
    enum problem_code code = unpack_xz(file, 600, &out, &problem);
    holds(seed, out.length <= 600 && (code == PROBLEM_NONE || out.length == 0));
    holds(seed, code == PROBLEM_NONE || (code == PROBLEM_IMAGE_REFUSED && problem.what[0]));
    holds(seed, is || code != PROBLEM_NONE);
    buffer_free(&out);
}

static void any_bytes(void **state)
{
    struct buffer packed = {0};
    struct problem problem = PROBLEM_INIT;
    (void)state;
    look((struct bytes){NULL, 0}, 0);
    assert_int_equal(pack_xz(counting(500, 3, 1), 32768, &packed, &problem), PROBLEM_NONE);
    damage_every_way(of_buffer(&packed), look);
    /* Cut anywhere it is refused, and the words say so once the header is whole. */
    for (size_t n = 12; n < packed.length; n++) {
        struct buffer out = {0};
        struct bytes cut = exact_copy(packed.data, n);
        assert_int_equal(unpack_xz(cut, 600, &out, &problem), PROBLEM_IMAGE_REFUSED);
        assert_non_null(strstr(problem.what, "cut short"));
        exact_free(cut);
        buffer_free(&out);
    }
    buffer_free(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clouds_streams),
        cmocka_unit_test(the_same_bytes_as_the_xz_program),
        cmocka_unit_test(the_same_lzma_as_the_xz_program),
        cmocka_unit_test(other_options_are_seen),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(what_follows_is_refused),
        cmocka_unit_test(an_impossible_dictionary_is_refused),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests_name("pack_xz", tests, NULL, NULL);
}
