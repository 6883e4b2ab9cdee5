/* Our sender and our receiver on one wire, every preset, every size, and noise by seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "ymodem/receiver.h"
#include "ymodem/sender.h"
#include "ymodem/trace.h"

#define FILE_MAX 300000u
#define QUEUE 8192u

struct flow {
    uint64_t at[QUEUE];
    uint8_t byte[QUEUE];
    size_t head, count;
    uint64_t free_at;
};

struct pair {
    struct ymodem_sender sender;
    struct ymodem_receiver receiver;
    struct flow there, back;
    struct random_source random;
    uint32_t flip_one_in;
    uint64_t now;
    uint8_t file[FILE_MAX], got[FILE_MAX];
    uint32_t size;
    unsigned sent, received, gave_up;
};

static int source(void *user, uint32_t offset, uint8_t *into, size_t n)
{
    struct pair *p = user;
    memcpy(into, p->file + offset, n);
    return 0;
}

static int sink(void *user, uint32_t offset, const uint8_t *bytes, size_t n)
{
    struct pair *p = user;
    assert_true(offset <= p->size && n <= p->size - offset);
    memcpy(p->got + offset, bytes, n);
    return 0;
}

static void put(struct pair *p, struct flow *f, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true(f->count < QUEUE);
        size_t k = (f->head + f->count++) % QUEUE;
        f->free_at = (f->free_at > p->now ? f->free_at : p->now) + 11;
        f->at[k] = f->free_at;
        f->byte[k] = bytes[i];
        if (random_one_in(&p->random, p->flip_one_in))
            f->byte[k] ^= (uint8_t)(1u << random_below(&p->random, 8));
    }
}

static size_t take(struct pair *p, struct flow *f, uint8_t *into, size_t room)
{
    size_t n = 0;
    for (; n < room && f->count && f->at[f->head] <= p->now; n++) {
        into[n] = f->byte[f->head];
        f->head = (f->head + 1) % QUEUE;
        f->count--;
    }
    return n;
}

static void tell(struct pair *p)
{
    struct ymodem_sender_event s;
    struct ymodem_receiver_event r;
    while (ymodem_sender_next_event(&p->sender, &s)) {
        p->sent += s.kind == YMODEM_SENDER_DONE;
        p->gave_up += s.kind == YMODEM_SENDER_FAILED;
    }
    while (ymodem_receiver_next_event(&p->receiver, &r)) {
        p->received += r.kind == YMODEM_RECEIVER_DONE;
        p->gave_up += r.kind == YMODEM_RECEIVER_FAILED;
    }
}

static bool step(struct pair *p)
{
    uint8_t bytes[YMODEM_INPUT_MAX];
    const uint8_t *out;
    size_t n;
    if ((n = ymodem_sender_output(&p->sender, &out)) > 0) {
        put(p, &p->there, out, n);
        ymodem_sender_sent(&p->sender, p->now, n);
    }
    if ((n = ymodem_receiver_output(&p->receiver, &out)) > 0) {
        put(p, &p->back, out, n);
        ymodem_receiver_sent(&p->receiver, p->now, n);
    }
    tell(p);
    uint64_t next =
        time_min(ymodem_sender_deadline(&p->sender), ymodem_receiver_deadline(&p->receiver));
    if (p->there.count)
        next = time_min(next, p->there.at[p->there.head] + 500);
    if (p->back.count)
        next = time_min(next, p->back.at[p->back.head]);
    if (next == TIME_NEVER)
        return false;
    p->now = next > p->now ? next : p->now;
    if ((n = take(p, &p->there, bytes, sizeof bytes)) > 0)
        ymodem_receiver_input(&p->receiver, p->now, bytes, n);
    ymodem_receiver_tick(&p->receiver, p->now);
    if ((n = take(p, &p->back, bytes, sizeof bytes)) > 0)
        ymodem_sender_input(&p->sender, p->now, bytes, n);
    ymodem_sender_tick(&p->sender, p->now);
    tell(p);
    return true;
}

static struct pair *run(const char *sends_to, const char *receives_from, uint32_t size,
                        uint32_t flip_one_in, uint64_t seed)
{
    struct pair *p = calloc(1, sizeof *p);
    assert_non_null(p);
    random_seed(&p->random, seed);
    p->flip_one_in = flip_one_in;
    p->size = size;
    p->now = 5 * TIME_S;
    for (size_t i = 0; i < FILE_MAX; i++)
        p->file[i] = (uint8_t)random_next(&p->random);
    struct ymodem_sender_config s = {.preset = ymodem_preset_find(sends_to),
                                     .name = "file.bin",
                                     .size = size,
                                     .baud = 921600,
                                     .source = {source, p}};
    struct ymodem_receiver_config r = {.preset = ymodem_preset_find(receives_from),
                                       .max_size = size,
                                       .baud = 921600,
                                       .sink = {sink, p}};
    ymodem_sender_init(&p->sender, &s);
    ymodem_receiver_init(&p->receiver, &r);
    ymodem_receiver_start(&p->receiver, p->now);
    ymodem_sender_start(&p->sender, p->now);
    uint64_t start = p->now;
    while (step(p))
        assert_true(p->now - start < 2000 * TIME_S);
    return p;
}

static void every_preset_talks_to_every_other(void **state)
{
    static const uint32_t sizes[] = {1,    127,  128,  129,   1023,  1024,
                                     1025, 2048, 5000, 65536, 65537, 280000};
    (void)state;
    for (size_t a = 0; ymodem_preset_at(a); a++) {
        for (size_t b = 0; ymodem_preset_at(b); b++) {
            for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                if (sizes[i] > 60000 && a != b)
                    continue;
                struct pair *p =
                    run(ymodem_preset_at(a)->name, ymodem_preset_at(b)->name, sizes[i], 0, 1);
                assert_int_equal(p->sent, 1);
                assert_int_equal(p->received, 1);
                assert_int_equal(p->gave_up, 0);
                assert_int_equal(p->receiver.stored, sizes[i]);
                assert_memory_equal(p->got, p->file, sizes[i]);
                assert_int_equal(p->sender.frames_repeated, 0);
                assert_string_equal(p->receiver.name, "file.bin");
                free(p);
            }
        }
    }
}

static void noise_costs_time_but_never_truth(void **state)
{
    (void)state;
    unsigned good = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        struct pair *p = run("lrzsz", "lrzsz", 30000, 4000, seed);
        if (p->received) {
            /* CRC-16 lets one damaged block in 65,536 through; not these. */
            assert_int_equal(p->receiver.stored, 30000);
            assert_memory_equal(p->got, p->file, 30000);
        }
        uint32_t sure = ymodem_sender_accepted(&p->sender);
        assert_true(sure <= p->receiver.stored);
        good += p->received && p->sent;
        free(p);
    }
    assert_true(good >= 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_preset_talks_to_every_other),
        cmocka_unit_test(noise_costs_time_but_never_truth),
    };
    return cmocka_run_group_tests_name("ymodem both ends", tests, NULL, NULL);
}
