/*
 * Whole updates of every generation, under any chunking and with the splices that a
 * firmware produces when several tasks write at once.
 */
#include "../unit/diagnose/help.h"
#include "corpus_runs.h"

/* What one task writes, piece by piece: prefix, text and line end are separate writes. */
struct writes {
    char text[1024][3][400];
    size_t count, next, part;
};

static void add_line(struct writes *w, const char *line, size_t n, unsigned stamp)
{
    assert_true(w->count < 1024 && n < 400);
    char(*parts)[400] = w->text[w->count++];
    char level = line[0];
    parts[0][0] = '\0';
    if (level != '=')
        snprintf(parts[0], 400, "[%06u]<%c> ", stamp, level);
    size_t skip = level == '=' ? 1 : 2;
    snprintf(parts[1], 400, "%.*s", (int)(n - skip), line + skip);
    snprintf(parts[2], 400, "\r\n");
}

static void read_run(const char *text, struct writes *w)
{
    unsigned stamp = 1000;
    w->count = w->next = w->part = 0;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        add_line(w, p, n, stamp += 7);
        p += n + (p[n] == '\n');
    }
}

static bool write_part(struct writes *w, struct buffer *out)
{
    if (w->next >= w->count)
        return false;
    buffer_append_text(out, w->text[w->next][w->part]);
    if (++w->part == 3) {
        w->part = 0;
        w->next++;
    }
    return true;
}

static void check(const struct run *r, const struct diagnose_verdict *v, const char *how,
                  uint64_t seed)
{
    if (strcmp(diagnose_verdict_name(v->kind), r->verdict) != 0 ||
        strcmp(problem_name(v->cause), r->cause) != 0)
        fail_msg("%s (%s, seed %llu): %s, %s: %s %s", r->name, how, (unsigned long long)seed,
                 diagnose_verdict_name(v->kind), problem_name(v->cause), v->what, v->why);
}

static struct writes run_writes, noise_writes;

static void plain_runs_are_judged(void **state)
{
    struct random_source random;
    (void)state;
    random_seed(&random, 7);
    for (size_t i = 0; i < RUN_COUNT; i++) {
        struct buffer b = {.limit = 0};
        read_run(runs[i].text, &run_writes);
        while (write_part(&run_writes, &b))
            continue;
        static const uint32_t pieces[] = {0, 1, 5, 64};
        for (size_t k = 0; k < 4; k++) {
            struct diagnose_verdict v =
                judge_text((const char *)b.data, b.length, pieces[k], &random);
            check(&runs[i], &v, "plain", pieces[k]);
            assert_true(strstr(v.what, "%s") == NULL);
        }
        buffer_free(&b);
    }
}

/* Harmless talk of other tasks; raw prints of the Wi-Fi library come in one write. */
static const char noise[] = "I send MQTT ping...\n"
                            "I receive ping response!\n"
                            "=chan six\n"
                            "D Send List Max-Count:      16\n"
                            "=mac fc:ee:e6: 5:72:b5\n"
                            "V sensor:  read done\n"
                            "=---------SM_CONNECT_IND_ok\n"
                            "W low memory\n";

static void splices_change_nothing(void **state)
{
    struct random_source random;
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        for (size_t i = 0; i < RUN_COUNT; i++) {
            struct buffer b = {.limit = 0};
            random_seed(&random, seed * 1000 + i);
            read_run(runs[i].text, &run_writes);
            read_run(noise, &noise_writes);
            bool more = true;
            while (more) {
                if (random_below(&random, 6) == 0 && !write_part(&noise_writes, &b))
                    noise_writes.next = 0;
                more = write_part(&run_writes, &b);
            }
            struct diagnose_verdict v = judge_text((const char *)b.data, b.length, 40, &random);
            check(&runs[i], &v, "spliced", seed);
            buffer_free(&b);
        }
    }
}

static void a_log_may_begin_anywhere_without_a_crash(void **state)
{
    struct random_source random;
    (void)state;
    random_seed(&random, 99);
    for (size_t i = 0; i < RUN_COUNT; i++) {
        struct buffer b = {.limit = 0};
        read_run(runs[i].text, &run_writes);
        while (write_part(&run_writes, &b))
            continue;
        for (int k = 0; k < 8; k++) {
            size_t from = random_below(&random, (uint32_t)b.length);
            size_t n = random_below(&random, (uint32_t)(b.length - from)) + 1;
            judge_text((const char *)b.data + from, n, 100, &random);
        }
        buffer_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_runs_are_judged),
        cmocka_unit_test(splices_change_nothing),
        cmocka_unit_test(a_log_may_begin_anywhere_without_a_crash),
    };
    return cmocka_run_group_tests_name("corpus runs", tests, load_rules, free_rules);
}
