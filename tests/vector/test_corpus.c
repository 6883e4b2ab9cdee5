/* Real logs from public issue reports, and runs of the simulated board: each gets its verdict. */
#include "../unit/diagnose/help.h"

#define LOGS "tests/vector/logs/"

struct entry {
    char file[120], verdict[32], cause[40], step[40];
};

static size_t read_index(struct entry *entries, size_t most)
{
    struct buffer b = {.limit = 0};
    size_t count = 0;
    assert_true(read_text_file(LOGS "INDEX.tsv", &b));
    char *text = (char *)buffer_text(&b), *line = strchr(text, '\n');
    while (line && line[1] && count < most) {
        struct entry *e = &entries[count++];
        memset(e, 0, sizeof *e);
        assert_true(sscanf(line + 1, "%119[^\t]\t%31[^\t]\t%39[^\t]\t%39[^\t\n]", e->file,
                           e->verdict, e->cause, e->step) == 4);
        if (strcmp(e->step, "-") == 0)
            e->step[0] = '\0';
        line = strchr(line + 1, '\n');
    }
    buffer_free(&b);
    assert_true(count >= 14);
    return count;
}

static void check(const struct entry *e, const struct diagnose_verdict *v, const char *how)
{
    if (strcmp(diagnose_verdict_name(v->kind), e->verdict) != 0 ||
        strcmp(problem_name(v->cause), e->cause) != 0 || strcmp(v->guide_step, e->step) != 0)
        fail_msg("%s (%s): %s, %s, step \"%s\": %s", e->file, how, diagnose_verdict_name(v->kind),
                 problem_name(v->cause), v->guide_step, v->what);
}

/* The same log as other programs would have stored it. */
static void stamp(const struct buffer *in, int form, struct buffer *out)
{
    static const char *const stamps[] = {"[12:34:56.789] ",
                                         "[2019-01-30 15:55:26.123] ",
                                         "12:34:56.789 > ",
                                         "2019-01-30T15:55:26.123+08:00 ",
                                         "\x1b[32m",
                                         "\\x1b[1;36m",
                                         "[20190130 15:55:26] "};
    const char *p = (const char *)in->data, *end = p + in->length;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t n = stop ? (size_t)(stop + 1 - p) : (size_t)(end - p);
        buffer_append_text(out, stamps[form]);
        buffer_append(out, p, n);
        p += n;
    }
}

static void every_log_gets_its_verdict(void **state)
{
    static struct entry entries[64];
    size_t count = read_index(entries, 64);
    struct random_source random;
    (void)state;
    random_seed(&random, 20181001);
    for (size_t i = 0; i < count; i++) {
        char path[200];
        struct buffer b = {.limit = 0};
        snprintf(path, sizeof path, LOGS "%s", entries[i].file);
        assert_true(read_text_file(path, &b));
        static const uint32_t pieces[] = {0, 1, 3, 17, 200, 4096};
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
            struct diagnose_verdict v =
                judge_text((const char *)b.data, b.length, pieces[k], &random);
            check(&entries[i], &v, "in pieces");
        }
        for (int form = 0; form < 7; form++) {
            struct buffer stamped = {.limit = 0};
            stamp(&b, form, &stamped);
            struct diagnose_verdict v =
                judge_text((const char *)stamped.data, stamped.length, 0, &random);
            check(&entries[i], &v, "stamped");
            buffer_free(&stamped);
        }
        buffer_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_log_gets_its_verdict),
    };
    return cmocka_run_group_tests_name("corpus", tests, load_rules, free_rules);
}
