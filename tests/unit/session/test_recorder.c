/* Recordings: what is written, when, by whom it can be read, and what is never in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cJSON.h>

#include "base/clock.h"
#include "base/random.h"
#include "session/recorder.h"
#include "session/recorder_stream.h"

#define SECRET "Xq7-hidden-value"

struct bench {
    char root[128];
    char directory[160];
};

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *f)
{
    (void)s;
    (void)kind;
    (void)f;
    return remove(path);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    const char *base = getenv("TMPDIR");
    snprintf(b->root, sizeof b->root, "%.80s/otaconsole-recorder-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(b->root));
    snprintf(b->directory, sizeof b->directory, "%s/recording", b->root);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    nftw(b->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(b);
    return 0;
}

static struct recorder *begin(const struct bench *b)
{
    static const char *const secrets[] = {SECRET, "abc", ""};
    struct recorder_info info = {"mk3060", "/dev/ttyUSB0", "run --set ds=" SECRET, 921600};
    struct problem p = PROBLEM_INIT;
    struct recorder *r = NULL;
    recorder_open(b->directory, &info, secrets, 3, &r, &p);
    assert_string_equal(p.what, "");
    assert_non_null(r);
    return r;
}

static void end(struct recorder *r)
{
    struct problem p = PROBLEM_INIT;
    assert_int_equal(recorder_close(r, &p), PROBLEM_NONE);
    assert_string_equal(p.what, "");
}

/* The whole file; to be freed. */
static char *content(const struct bench *b, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", b->directory, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *text = calloc(1, 400000);
    assert_non_null(text);
    assert_true(fread(text, 1, 399999, f) < 399999);
    fclose(f);
    return text;
}

static void put(struct recorder *r, uint64_t now, char direction, const char *text)
{
    recorder_bytes(r, now, direction, (const uint8_t *)text, strlen(text));
}

static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);
    return c && at ? (int)(at - digits) : -1;
}

static size_t from_base64(const char *text, uint8_t *out)
{
    size_t n = 0;
    assert_int_equal(strlen(text) % 4, 0);
    for (; *text; text += 4) {
        uint32_t v = (uint32_t)digit(text[0]) << 18 | (uint32_t)digit(text[1]) << 12 |
                     (text[2] == '=' ? 0 : (uint32_t)digit(text[2]) << 6) |
                     (text[3] == '=' ? 0 : (uint32_t)digit(text[3]));
        out[n++] = (uint8_t)(v >> 16);
        if (text[2] != '=')
            out[n++] = (uint8_t)(v >> 8);
        if (text[3] != '=')
            out[n++] = (uint8_t)v;
    }
    return n;
}

/* What a player would get out of a direction, checked to be in order of time. */
static size_t play(const struct bench *b, const char *direction, uint8_t *out)
{
    char *text = content(b, "stream.jsonl"), *rest = text, *line;
    size_t n = 0;
    double last = 0;
    while ((line = strsep(&rest, "\n")) && *line) {
        cJSON *o = cJSON_Parse(line);
        assert_non_null(o);
        const cJSON *plain = cJSON_GetObjectItem(o, "text");
        const cJSON *base64 = cJSON_GetObjectItem(o, "base64");
        assert_true(!plain != !base64);
        if (strcmp(cJSON_GetObjectItem(o, "dir")->valuestring, direction) == 0) {
            double t = cJSON_GetObjectItem(o, "t")->valuedouble;
            assert_true(t >= last);
            last = t;
            if (plain) {
                memcpy(out + n, plain->valuestring, strlen(plain->valuestring));
                n += strlen(plain->valuestring);
            } else {
                n += from_base64(base64->valuestring, out + n);
            }
        }
        cJSON_Delete(o);
    }
    free(text);
    return n;
}

static void a_recording_is_private_and_says_what_it_is(void **state)
{
    struct bench *b = *state;
    static const char *const names[] = {"recording.json", "stream.jsonl", "events.jsonl"};
    struct stat s;
    char path[256];
    end(begin(b));
    assert_int_equal(stat(b->directory, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", b->directory, names[i]);
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_mode & 0777, 0600);
    }
    char *text = content(b, "recording.json");
    assert_null(strstr(text, SECRET));
    cJSON *o = cJSON_Parse(text);
    assert_non_null(o);
    assert_int_equal(cJSON_GetObjectItem(o, "schema")->valueint, 1);
    assert_string_equal(cJSON_GetObjectItem(o, "board")->valuestring, "mk3060");
    assert_string_equal(cJSON_GetObjectItem(o, "port")->valuestring, "/dev/ttyUSB0");
    assert_int_equal(cJSON_GetObjectItem(o, "baud")->valueint, 921600);
    assert_int_equal(strlen(cJSON_GetObjectItem(o, "started")->valuestring), 20);
    assert_non_null(strstr(cJSON_GetObjectItem(o, "tool")->valuestring, "otaconsole "));
    cJSON_Delete(o);
    free(text);
}

static void bytes_are_written_with_time_and_direction(void **state)
{
    struct bench *b = *state;
    struct recorder *r = begin(b);
    put(r, 1500000, '<', "# help\r\n\t\"quoted\\\"\r\n");
    recorder_bytes(r, 61000007, '>', (const uint8_t *)"\x01\x00\xff\xfe", 4);
    put(r, 61000008, '<', "");
    end(r);
    char *text = content(b, "stream.jsonl");
    assert_string_equal(
        text, "{\"t\":1.500000,\"dir\":\"rx\",\"text\":\"# help\\r\\n\\t\\\"quoted\\\\\\\""
              "\\r\\n\"}\n"
              "{\"t\":61.000007,\"dir\":\"tx\",\"base64\":\"AQD//g==\"}\n");
    free(text);
}

static void lines_are_on_disk_as_they_come(void **state)
{
    struct bench *b = *state;
    struct recorder *r = begin(b);
    put(r, 1, '<', "first\r\n");
    char *text = content(b, "stream.jsonl");
    assert_non_null(strstr(text, "first"));
    free(text);
    struct event event = {.kind = EVENT_NOTE, .text = "a remark", .level = 'I'};
    recorder_event(r, &event);
    text = content(b, "events.jsonl");
    assert_non_null(strstr(text, "\"text\":\"a remark\""));
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
    end(r);
}

static void secrets_are_masked_however_they_are_cut(void **state)
{
    struct bench *b = *state;
    static const char said[] = "before\r\n" SECRET " after " SECRET "\r\nend\r\n";
    static const char kept[] = "before\r\n**************** after ****************\r\nend\r\n";
    uint8_t played[8192];
    assert_int_equal(strlen(SECRET), 16);
    for (size_t step = 1; step < sizeof said; step++) {
        struct recorder *r = begin(b);
        for (size_t at = 0; at + 1 < sizeof said; at += step) {
            size_t n = sizeof said - 1 - at < step ? sizeof said - 1 - at : step;
            /* Both directions at once: the echo must not confuse what is typed. */
            recorder_bytes(r, at * 1000, '>', (const uint8_t *)said + at, n);
            recorder_bytes(r, at * 1000 + 1, '<', (const uint8_t *)said + at, n);
        }
        end(r);
        for (int i = 0; i < 2; i++) {
            size_t n = play(b, i ? "rx" : "tx", played);
            assert_int_equal(n, sizeof said - 1);
            assert_memory_equal(played, kept, n);
        }
        nftw(b->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

static void held_back_bytes_keep_their_own_time(void **state)
{
    struct bench *b = *state;
    struct recorder *r = begin(b);
    put(r, 1000000, '<', "log Xq7");
    put(r, 1100000, '<', "-hi");
    put(r, 1200000, '<', "gh\r\n");
    end(r);
    char *text = content(b, "stream.jsonl");
    assert_string_equal(text, "{\"t\":1.000000,\"dir\":\"rx\",\"text\":\"log \"}\n"
                              "{\"t\":1.000000,\"dir\":\"rx\",\"text\":\"Xq7\"}\n"
                              "{\"t\":1.100000,\"dir\":\"rx\",\"text\":\"-hi\"}\n"
                              "{\"t\":1.200000,\"dir\":\"rx\",\"text\":\"gh\\r\\n\"}\n");
    free(text);
}

/* A person types one key every half second, and the board echoes it. */
static void a_secret_typed_by_hand_does_not_leak(void **state)
{
    struct bench *b = *state;
    static const char typed[] = "netmgr connect home " SECRET "\r\n";
    uint8_t played[256];
    struct recorder *r = begin(b);
    for (size_t i = 0; i + 1 < sizeof typed; i++) {
        recorder_bytes(r, i * 500000, '>', (const uint8_t *)typed + i, 1);
        recorder_bytes(r, i * 500000 + 900, '<', (const uint8_t *)typed + i, 1);
        recorder_tick(r, i * 500000 + 400000);
    }
    end(r);
    for (int i = 0; i < 2; i++) {
        size_t n = play(b, i ? "rx" : "tx", played);
        assert_int_equal(n, sizeof typed - 1);
        played[n] = '\0';
        assert_null(strstr((char *)played, "Xq7"));
        assert_null(strstr((char *)played, "hidden"));
        assert_non_null(strstr((char *)played, "****************"));
    }
}

static void an_unfinished_secret_is_masked_at_the_end(void **state)
{
    struct bench *b = *state;
    uint8_t played[256];
    struct recorder *r = begin(b);
    put(r, 1, '<', "value Xq7-hidden-val");
    recorder_tick(r, TIME_S);
    end(r);
    size_t n = play(b, "rx", played);
    played[n] = '\0';
    assert_string_equal((char *)played, "value **************");
}

static void what_only_looks_like_a_shape_is_let_go_when_idle(void **state)
{
    struct bench *b = *state;
    struct recorder *r = begin(b);
    put(r, 1, '<', "login: pass");
    recorder_tick(r, 1 + 199 * TIME_MS);
    recorder_tick(r, 1 + 200 * TIME_MS);
    uint8_t played[64];
    size_t n = play(b, "rx", played);
    assert_int_equal(n, 11);
    assert_memory_equal(played, "login: pass", 11);
    end(r);
    assert_int_equal(play(b, "rx", played), 11);
}

static void a_secret_can_be_added_later(void **state)
{
    struct bench *b = *state;
    struct recorder *r = begin(b);
    recorder_add_secret(r, "answered-later");
    put(r, 1, '>', "key answered-later\r\n");
    end(r);
    char *text = content(b, "stream.jsonl");
    assert_null(strstr(text, "answered"));
    free(text);
}

static void any_bytes_in_any_pieces_come_back(void **state)
{
    struct bench *b = *state;
    struct random_source random;
    static uint8_t bytes[40000], played[50000];
    random_seed(&random, 7);
    struct recorder *r = begin(b);
    /* No letters or signs, so that nothing looks like a secret. */
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(random_below(&random, 3) ? 0x80 + random_below(&random, 128)
                                                      : random_below(&random, 0x20));
    uint64_t now = 0;
    for (size_t at = 0; at < sizeof bytes;) {
        size_t n = 1 + random_below(&random, random_one_in(&random, 10) ? 2000 : 20);
        n = n < sizeof bytes - at ? n : sizeof bytes - at;
        recorder_bytes(r, now, '<', bytes + at, n);
        now += random_below(&random, 300000);
        if (random_one_in(&random, 3))
            recorder_tick(r, now);
        at += n;
    }
    end(r);
    assert_int_equal(play(b, "rx", played), sizeof bytes);
    assert_memory_equal(played, bytes, sizeof bytes);
}

static void an_older_recording_is_never_overwritten(void **state)
{
    struct bench *b = *state;
    struct recorder_info info = {"mk3060", "sim:", "run", 921600};
    struct problem p = PROBLEM_INIT;
    struct recorder *r;
    r = begin(b);
    put(r, 1, '<', "precious\r\n");
    end(r);
    assert_int_equal(recorder_open(b->directory, &info, NULL, 0, &r, &p), PROBLEM_OUTPUT_FILE);
    assert_null(r);
    assert_string_equal(p.where, b->directory);
    assert_non_null(strstr(p.what, "a recording in this folder"));
    char *text = content(b, "stream.jsonl");
    assert_non_null(strstr(text, "precious"));
    free(text);
    /* Only a part of one is there: what was there stays, and nothing is added. */
    char path[256];
    snprintf(path, sizeof path, "%s/recording.json", b->directory);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(recorder_open(b->directory, &info, NULL, 0, &r, &p), PROBLEM_OUTPUT_FILE);
    assert_int_equal(access(path, F_OK), -1);
    text = content(b, "stream.jsonl");
    assert_non_null(strstr(text, "precious"));
    free(text);
    snprintf(path, sizeof path, "%s/no/such", b->root);
    assert_int_equal(recorder_open(path, &info, NULL, 0, &r, &p), PROBLEM_OUTPUT_FILE);
    assert_non_null(strstr(p.hint, "Make the folder"));
    assert_int_equal(recorder_open("/dev/null", &info, NULL, 0, &r, &p), PROBLEM_OUTPUT_FILE);
}

/* Values nobody told us, known by what stands before them, even when that was written already. */
static void values_in_known_shapes_are_masked_across_pauses(void **state)
{
    struct bench *b = *state;
    static const char said[] = "ssid:home key:hunter22 ok\r\n";
    uint8_t played[256];
    for (size_t cut = 10; cut + 1 < sizeof said; cut++) {
        struct recorder *r = begin(b);
        recorder_bytes(r, 0, '<', (const uint8_t *)said, cut);
        recorder_tick(r, TIME_S);
        recorder_bytes(r, 2 * TIME_S, '<', (const uint8_t *)said + cut, sizeof said - 1 - cut);
        end(r);
        size_t n = play(b, "rx", played);
        played[n] = '\0';
        assert_int_equal(n, sizeof said - 1);
        assert_null(strstr((char *)played, "hun"));
        assert_null(strstr((char *)played, "er22"));
        nftw(b->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

/* A limit on file size stands in for a full disk. */
static void a_write_error_is_kept_and_told_at_the_end(void **state)
{
    struct bench *b = *state;
    struct rlimit before, small;
    struct problem p = PROBLEM_INIT;
    struct recorder *r = begin(b);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (uint64_t i = 0; i < 100; i++)
        put(r, i, '<', "a line that takes its place\r\n");
    enum problem_code code = recorder_close(r, &p);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(code, PROBLEM_OUTPUT_FILE);
    assert_int_equal(p.code, PROBLEM_OUTPUT_FILE);
    assert_non_null(strstr(p.what, "incomplete"));
    assert_string_equal(p.where, b->directory);
    assert_true(strlen(p.hint) > 0);
}

static void a_folder_that_is_empty_is_used(void **state)
{
    struct bench *b = *state;
    assert_int_equal(mkdir(b->directory, 0755), 0);
    end(begin(b));
    struct stat s;
    assert_int_equal(stat(b->directory, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0755);
    struct problem p = PROBLEM_INIT;
    assert_int_equal(recorder_close(NULL, &p), PROBLEM_NONE);
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(a_recording_is_private_and_says_what_it_is),
        ON_BENCH(bytes_are_written_with_time_and_direction),
        ON_BENCH(lines_are_on_disk_as_they_come),
        ON_BENCH(secrets_are_masked_however_they_are_cut),
        ON_BENCH(held_back_bytes_keep_their_own_time),
        ON_BENCH(a_secret_typed_by_hand_does_not_leak),
        ON_BENCH(an_unfinished_secret_is_masked_at_the_end),
        ON_BENCH(what_only_looks_like_a_shape_is_let_go_when_idle),
        ON_BENCH(a_secret_can_be_added_later),
        ON_BENCH(any_bytes_in_any_pieces_come_back),
        ON_BENCH(an_older_recording_is_never_overwritten),
        ON_BENCH(a_folder_that_is_empty_is_used),
        ON_BENCH(values_in_known_shapes_are_masked_across_pauses),
        ON_BENCH(a_write_error_is_kept_and_told_at_the_end),
    };
    return cmocka_run_group_tests_name("recorder", tests, NULL, NULL);
}
