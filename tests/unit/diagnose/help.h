/* What the tests of the diagnosis share: the rules, a run over text, reading a file. */
#ifndef TESTS_DIAGNOSE_HELP_H
#define TESTS_DIAGNOSE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/random.h"
#include "diagnose/diagnose.h"

static struct rule_set *rules;

static inline int load_rules(void **state)
{
    static const char *const paths[] = {"profiles/rules"};
    static struct schema_report report;
    struct problem problem = PROBLEM_INIT;
    (void)state;
    enum problem_code code = rules_load(paths, 1, &rules, &report, &problem);
    for (size_t i = 0; i < report.count && i < SCHEMA_PROBLEMS_MAX; i++)
        print_error("%s: %s\n", report.problems[i].where, report.problems[i].what);
    if (code != PROBLEM_NONE)
        print_error("%s: %s\n", problem.where, problem.what);
    return code == PROBLEM_NONE ? 0 : -1;
}

static inline int free_rules(void **state)
{
    (void)state;
    rules_free(rules);
    return 0;
}

static inline void drain(struct diagnose *d)
{
    struct diagnose_event event;
    while (diagnose_next_event(d, &event))
        continue;
}

/* The verdict on a whole text, given in pieces of 1..most bytes (0 = at once). */
static inline struct diagnose_verdict judge_text(const char *text, size_t n, uint32_t most,
                                                 struct random_source *random)
{
    struct diagnose *d = diagnose_create(rules);
    assert_non_null(d);
    for (size_t at = 0; at < n;) {
        size_t piece = most ? 1 + random_below(random, most) : n;
        piece = piece < n - at ? piece : n - at;
        /* A copy of its own, so that a read behind the end is seen. */
        uint8_t *copy = malloc(piece);
        assert_non_null(copy);
        memcpy(copy, text + at, piece);
        diagnose_input(d, at, copy, piece);
        free(copy);
        drain(d);
        at += piece;
    }
    diagnose_finish(d, n);
    drain(d);
    struct diagnose_verdict verdict = *diagnose_verdict(d);
    diagnose_free(d);
    return verdict;
}

static inline bool read_text_file(const char *path, struct buffer *out)
{
    char piece[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buffer_append(out, piece, n);
    fclose(f);
    return !out->failed;
}

#endif
