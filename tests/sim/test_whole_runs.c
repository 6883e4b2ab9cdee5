/*
 * Thousands of whole runs, each from a seed: flashing over a bad line, with lost
 * power, pulled adapters and worn out flash. What must hold for every one: success
 * is never reported over a wrong flash, and what can be survived is survived.
 *
 * SEEDS=n runs n of them, SEED=k only that one. A failure prints both the seed and
 * the command that replays it with the tool itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "rehearsal.h"
#include "sim/firmware.h"

static struct rehearsal_world world;

struct scenario {
    char settings[512];
    uint32_t logical;  /* size of the image */
    bool must_succeed; /* nothing in it that could justify a failure */
    bool cannot_succeed;
};

static void add(struct scenario *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct scenario *s, const char *format, ...)
{
    size_t used = strlen(s->settings);
    va_list args;
    va_start(args, format);
    vsnprintf(s->settings + used, sizeof s->settings - used, format, args);
    va_end(args);
}

static uint32_t pick(struct random_source *r, const uint32_t *values, uint32_t n)
{
    return values[random_below(r, n)];
}

static void make(uint64_t seed, struct scenario *s)
{
    static const uint32_t noises[] = {0, 0, 2000, 2000, 4000}, logs[] = {0, 50, 50, 7},
                          latencies[] = {0, 0, 300, 1000, 4000, 16000},
                          losses[] = {0, 0, 0, 0, 20000, 5000};
    static const char *const starts[] = {"app", "blank", "loader"};
    struct random_source r;
    random_seed(&r, seed);
    memset(s, 0, sizeof *s);
    s->logical = 4096 + random_below(&r, 20000);
    s->must_succeed = true;
    add(s, "seed=%llu,loader=%s,start=%s,size=8k", (unsigned long long)seed,
        random_one_in(&r, 2) ? "b0" : "b1", starts[random_below(&r, 3)]);
    add(s, ",noise=%u,log-every=%u,latency=%uus,flash-time=%s", pick(&r, noises, 5),
        pick(&r, logs, 4), pick(&r, latencies, 6), random_one_in(&r, 2) ? "no" : "yes");
    uint32_t lose = pick(&r, losses, 6);
    if (lose)
        add(s, ",lose=%u", lose);
    switch (random_below(&r, 16)) {
    case 0:
        add(s, ",unplug=%ums,replug=%ums", 200 + random_below(&r, 15000),
            100 + random_below(&r, 4000));
        s->must_succeed = false;
        break;
    case 1:
        add(s, ",unplug=%ums", 200 + random_below(&r, 8000));
        s->must_succeed = false;
        break;
    case 2:
        add(s, ",power-cut=%ums", 200 + random_below(&r, 15000));
        s->must_succeed = false;
        break;
    case 3:
        add(s, ",fault=stuck-bit");
        s->must_succeed = false;
        break;
    case 4:
        add(s, ",fault=silent");
        s->must_succeed = false;
        s->cannot_succeed = true;
        break;
    case 5:
        add(s, ",operator=absent");
        s->must_succeed = false;
        break;
    default:
        break;
    }
}

static bool judge(const struct scenario *s, const struct rehearsal_result *r)
{
    bool success = r->problem.code == PROBLEM_NONE;
    if (success && !r->flash_equal)
        printf("SUCCESS OVER A WRONG FLASH\n");
    else if (!success && s->must_succeed)
        printf("failed without a reason: %s: %s\n", problem_name(r->problem.code), r->problem.what);
    else if (success && s->cannot_succeed)
        printf("a success that cannot be\n");
    else if (!success && (!r->problem.what[0] || !r->problem.hint[0]))
        printf("a failure without words: %s\n", problem_name(r->problem.code));
    else if (r->secrets_seen[0])
        printf("a secret in an event: %s\n", r->secrets_seen);
    else
        return true;
    return false;
}

static bool run_seed(uint64_t seed, unsigned *successes, bool loud)
{
    struct scenario s;
    struct rehearsal_result result;
    make(seed, &s);
    uint32_t length = sim_firmware_size(s.logical);
    uint8_t *work = malloc(s.logical), *image = malloc(length);
    sim_firmware_make("app-3.1.4-20260101.0000", s.logical, seed, work, image);
    rehearsal_run(&world, s.settings, image, length, &result);
    free(work);
    free(image);
    *successes += result.problem.code == PROBLEM_NONE;
    bool good = judge(&s, &result);
    if (!good || loud) {
        printf("  seed %llu: sim:%s\n  %s %s, %.1f s of board time, %u repairs, %u retries\n",
               (unsigned long long)seed, s.settings, problem_name(result.problem.code),
               result.problem.what, (double)result.took_us / 1e6, result.repairs, result.retries);
        printf("  replay: SEED=%llu build/release/tests/sim/test_whole_runs\n",
               (unsigned long long)seed);
        printf("  or: build/otaconsole flash --non-interactive -p 'sim:%s' IMAGE\n", s.settings);
    }
    return good;
}

static uint64_t number_from(const char *name, uint64_t missing)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoull(text, NULL, 10) : missing;
}

static void flashing_never_lies(void **state)
{
    (void)state;
    uint64_t only = number_from("SEED", 0), seeds = number_from("SEEDS", 1000);
    unsigned successes = 0, bad = 0;
    if (only) {
        assert_true(run_seed(only, &successes, true));
        return;
    }
    for (uint64_t seed = 1; seed <= seeds && bad < 5; seed++)
        bad += !run_seed(seed, &successes, false);
    printf("  %llu runs, %u ended verified\n", (unsigned long long)seeds, successes);
    assert_int_equal(bad, 0);
    assert_true(successes > seeds / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flashing_never_lies)};
    if (!rehearsal_open(&world))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rehearsal_close(&world);
    return failed;
}
