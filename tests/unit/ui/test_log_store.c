/* Every line comes back as it was given, from memory or from the spill file, whatever the disk
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/random.h"
#include "ui/line_set.h"
#include "ui/log_store.h"

static char directory[64];
static struct random_source source;

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/otaconsole-test-XXXXXX");
    random_seed(&source, 3);
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory); /* fails when something was left behind */
}

/* --- the model: a plain array of copies --- */

struct copy {
    struct log_line line;
    char *text, *raw, *module, *meaning, *rule;
};

static struct copy *copies;
static size_t copy_count, copy_capacity;

static void free_copy(struct copy *c)
{
    free(c->text);
    free(c->raw);
    free(c->module);
    free(c->meaning);
    free(c->rule);
}

static void free_copies(void)
{
    for (size_t i = 0; i < copy_count; i++)
        free_copy(&copies[i]);
    free(copies);
    copies = NULL;
    copy_count = copy_capacity = 0;
}

static char *random_text(size_t n)
{
    char *text = malloc(n + 1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + random_below(&source, 26));
    text[n] = '\0';
    return text;
}

static size_t random_length(void)
{
    switch (random_below(&source, 40)) {
    case 0:
        return random_below(&source, 3000);
    case 1:
        return 0;
    default:
        return random_below(&source, 100);
    }
}

static char *sometimes(unsigned one_in)
{
    return random_one_in(&source, one_in) ? random_text(random_below(&source, 20)) : NULL;
}

static struct copy random_copy(uint64_t number)
{
    static const char levels[] = "\0FEWIDV";
    struct copy c = {0};
    size_t n = random_length();
    c.text = random_text(n);
    if (random_one_in(&source, 4))
        c.raw = random_text(random_length());
    c.module = sometimes(3);
    c.meaning = sometimes(5);
    c.rule = sometimes(5);
    c.line = (struct log_line){
        .number = number,
        .time_us = random_one_in(&source, 50) ? random_next(&source) : number * 1234567,
        .wall_us = random_one_in(&source, 3) ? 0 : 1700000000000000u + number * 1000,
        .kind = (enum log_kind)random_below(&source, 3),
        .level = levels[random_below(&source, 7)],
        .failure = random_one_in(&source, 9),
        .text = c.text,
        .length = n,
        .raw = (uint8_t *)c.raw,
        .raw_length = c.raw ? strlen(c.raw) : 0,
        .module = c.module,
        .meaning = c.meaning,
        .rule = c.rule,
    };
    if (c.raw && strcmp(c.raw, c.text) == 0) { /* kept as NULL: the same as the text */
        free(c.raw);
        c.raw = NULL;
        c.line.raw = NULL;
        c.line.raw_length = 0;
    }
    return c;
}

static void same_string(const char *a, const char *b)
{
    assert_int_equal(!a, !b);
    if (a)
        assert_string_equal(a, b);
}

static void same_line(const struct log_line *a, const struct log_line *b)
{
    assert_true(a->number == b->number && a->time_us == b->time_us && a->wall_us == b->wall_us);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->level, b->level);
    assert_int_equal(a->failure, b->failure);
    assert_int_equal(a->length, b->length);
    assert_memory_equal(a->text, b->text, a->length);
    assert_int_equal(!a->raw, !b->raw);
    assert_int_equal(a->raw_length, b->raw_length);
    if (a->raw)
        assert_memory_equal(a->raw, b->raw, a->raw_length);
    same_string(a->module, b->module);
    same_string(a->meaning, b->meaning);
    same_string(a->rule, b->rule);
}

static void check_line(struct log_store *s, uint64_t number)
{
    struct log_line line;
    bool there = number >= log_store_first(s) && number < log_store_end(s);
    assert_int_equal(log_store_get(s, number, &line), there);
    if (there)
        same_line(&line, &copies[number].line);
}

static bool is_error(const struct copy *c)
{
    return c->line.level == 'E' || c->line.level == 'F' || c->line.failure;
}

static void check_errors(struct log_store *s, uint64_t from)
{
    uint64_t first = log_store_first(s), found, n;
    for (n = from < first ? first : from; n < copy_count && !is_error(&copies[n]); n++)
        ;
    assert_int_equal(log_store_find_error(s, from, false, &found), n < copy_count);
    if (n < copy_count)
        assert_true(found == n);
    if (from >= copy_count)
        return;
    for (n = from; n >= first && n < copy_count && !is_error(&copies[n]); n--)
        ;
    bool there = n >= first && n < copy_count;
    assert_int_equal(log_store_find_error(s, from, true, &found), there);
    if (there)
        assert_true(found == n);
}

static void append(struct log_store *s)
{
    if (copy_count == copy_capacity) {
        copy_capacity = copy_capacity ? copy_capacity * 2 : 1024;
        copies = realloc(copies, copy_capacity * sizeof *copies);
    }
    struct copy c = random_copy(copy_count);
    assert_true(log_store_append(s, &c.line));
    copies[copy_count++] = c;
    assert_true(log_store_end(s) == copy_count);
}

static void replace(struct log_store *s)
{
    struct copy c = random_copy(copy_count ? copy_count - 1 : 0);
    bool replaced = log_store_replace_last(s, &c.line);
    assert_int_equal(replaced, copy_count > 0);
    if (!replaced) {
        free_copy(&c);
        return;
    }
    struct copy *old = &copies[copy_count - 1];
    c.line.time_us = old->line.time_us;
    c.line.wall_us = old->line.wall_us;
    free_copy(old);
    *old = c;
}

static void walk(struct log_store *s)
{
    uint64_t n = random_below(&source, (uint32_t)copy_count + 2);
    int step = random_one_in(&source, 2) ? 1 : -1;
    for (unsigned k = 0; k < 60; k++, n += (uint64_t)step)
        check_line(s, n);
}

static void against_the_model(size_t limit, const char *spill, unsigned rounds)
{
    struct log_store *s = log_store_new(limit, spill);
    assert_non_null(s);
    for (unsigned i = 0; i < rounds; i++) {
        unsigned what = random_below(&source, 10);
        if (what < 6)
            append(s);
        else if (what < 7)
            replace(s);
        else if (what < 9)
            check_line(s, random_below(&source, (uint32_t)copy_count + 2));
        else
            walk(s);
        if (i % 16 == 0 && copy_count)
            check_errors(s, random_below(&source, (uint32_t)copy_count + 2));
        if (copy_count)
            check_line(s, copy_count - 1);
    }
    for (uint64_t n = 0; n <= copy_count; n++)
        check_line(s, n);
    for (uint64_t n = copy_count; n-- > 0;)
        check_line(s, n);
    struct log_store_state state = log_store_state(s);
    assert_true(state.dropped == log_store_first(s));
    /* One block, and one line longer than a block, may be above the limit. */
    assert_true(state.memory <= limit + limit / 16 + 40000);
    log_store_free(s);
}

static void lines_come_back_as_they_were(void **state)
{
    (void)state;
    static const size_t limits[] = {0, 4096, 40000, 1 << 20};
    for (unsigned i = 0; i < 4; i++) {
        against_the_model(limits[i], directory, 4000);
        free_copies();
    }
}

static void nothing_is_lost_while_the_disk_has_room(void **state)
{
    (void)state;
    struct log_store *s = log_store_new(5000, directory);
    for (unsigned i = 0; i < 3000; i++)
        append(s);
    struct log_store_state now = log_store_state(s);
    assert_true(log_store_first(s) == 0);
    assert_true(now.spilled > 100000);
    assert_false(now.spill_failed);
    assert_true(now.dropped == 0);
    log_store_free(s);
    free_copies();
}

static void without_a_spill_file_the_oldest_go(void **state)
{
    (void)state;
    against_the_model(30000, NULL, 5000);
    free_copies();
    struct log_store *s = log_store_new(30000, NULL);
    for (unsigned i = 0; i < 2000; i++)
        append(s);
    struct log_store_state now = log_store_state(s);
    assert_true(now.dropped > 1000 && now.dropped < 2000);
    assert_false(now.spill_failed);
    assert_true(now.spilled == 0);
    check_line(s, log_store_first(s));
    log_store_free(s);
    free_copies();
}

static void a_directory_that_cannot_be_written(void **state)
{
    (void)state;
    against_the_model(30000, "/nonexistent/directory", 5000);
    free_copies();
    struct log_store *s = log_store_new(30000, "/proc");
    for (unsigned i = 0; i < 2000; i++)
        append(s);
    struct log_store_state now = log_store_state(s);
    assert_true(now.spill_failed);
    assert_true(now.dropped > 1000 && now.dropped < 2000);
    log_store_free(s);
    free_copies();
}

static void a_full_disk_drops_the_oldest_and_goes_on(void **state)
{
    (void)state;
    struct rlimit old, small;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    static const rlim_t sizes[] = {0, 700, 5000, 100000};
    for (unsigned i = 0; i < 4; i++) {
        small = (struct rlimit){sizes[i], old.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        against_the_model(20000, directory, 6000);
        free_copies();
        struct log_store *s = log_store_new(20000, directory);
        for (unsigned k = 0; k < 3000; k++)
            append(s);
        struct log_store_state now = log_store_state(s);
        assert_true(now.spill_failed);
        assert_true(now.spilled <= sizes[i]);
        assert_true(now.dropped > 0 && now.dropped < 3000);
        if (sizes[i] == 100000) /* the file is still used, in a circle: most of it holds lines */
            assert_true(3000 - now.dropped > 500);
        for (uint64_t n = 0; n < copy_count; n++)
            check_line(s, n);
        log_store_free(s);
        free_copies();
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    }
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    struct log_store *s = log_store_new(1 << 20, NULL);
    size_t n = LOG_TEXT_MAX + 3000;
    char *text = malloc(n);
    for (size_t i = 0; i + 3 <= n; i += 3)
        memcpy(text + i, "固", 3);
    struct log_line line = {
        .text = text, .length = n / 3 * 3, .raw = (uint8_t *)text, .raw_length = n - 7};
    assert_true(log_store_append(s, &line));
    struct log_line got;
    assert_true(log_store_get(s, 0, &got));
    assert_int_equal(got.length, LOG_TEXT_MAX / 3 * 3);
    assert_memory_equal(got.text, text, got.length);
    assert_int_equal(got.raw_length, LOG_TEXT_MAX);
    /* In front of, behind and instead of short ones. */
    struct log_line brief = {.text = "x", .length = 1};
    assert_true(log_store_append(s, &brief));
    assert_true(log_store_replace_last(s, &line));
    assert_true(log_store_get(s, 1, &got));
    assert_int_equal(got.length, LOG_TEXT_MAX / 3 * 3);
    assert_true(log_store_replace_last(s, &brief));
    assert_true(log_store_get(s, 1, &got));
    assert_int_equal(got.length, 1);
    assert_true(log_store_get(s, 0, &got));
    assert_memory_equal(got.text, text, got.length);
    log_store_free(s);
    free(text);
}

static void borrowed_texts_may_be_given_back(void **state)
{
    (void)state;
    struct log_store *s = log_store_new(4096, NULL);
    struct log_line line = {.text = "the text", .length = 8, .module = "mod", .rule = "rule"}, got;
    log_store_append(s, &line);
    for (unsigned i = 0; i < 2000; i++) {
        assert_true(log_store_get(s, log_store_end(s) - 1, &got));
        got.meaning = "now it means something";
        assert_true(i % 3 ? log_store_append(s, &got) : log_store_replace_last(s, &got));
        assert_true(log_store_get(s, log_store_end(s) - 1, &got));
        assert_int_equal(got.length, 8);
        assert_memory_equal(got.text, "the text", 8);
        assert_string_equal(got.module, "mod");
        assert_string_equal(got.rule, "rule");
    }
    log_store_free(s);
}

static void an_empty_store(void **state)
{
    (void)state;
    struct log_store *s = log_store_new(1 << 20, directory);
    struct log_line line = {.text = "", .length = 0};
    uint64_t number;
    assert_false(log_store_replace_last(s, &line));
    assert_false(log_store_get(s, 0, &line));
    assert_false(log_store_get(s, UINT64_MAX, &line));
    assert_false(log_store_find_error(s, 0, false, &number));
    assert_false(log_store_find_error(s, UINT64_MAX, true, &number));
    assert_true(log_store_first(s) == 0 && log_store_end(s) == 0);
    log_store_free(s);
    log_store_free(NULL);
}

/* --- sets of numbers --- */

#define SET_RANGE 300000u

static void check_set(const struct line_set *s, const bool *model, uint64_t n)
{
    uint64_t found, expected = n;
    assert_int_equal(line_set_has(s, n), model[n]);
    while (expected < SET_RANGE && !model[expected])
        expected++;
    assert_int_equal(line_set_at_or_after(s, n, &found), expected < SET_RANGE);
    if (expected < SET_RANGE)
        assert_true(found == expected);
    expected = n + 1;
    while (expected > 0 && !model[expected - 1])
        expected--;
    assert_int_equal(line_set_at_or_before(s, n, &found), expected > 0);
    if (expected > 0)
        assert_true(found == expected - 1);
    uint64_t rank = 0;
    for (uint64_t i = 0; i < n; i++)
        rank += model[i];
    assert_true(line_set_rank(s, n) == rank);
    assert_int_equal(line_set_select(s, rank, &found), line_set_at_or_after(s, n, &expected));
    if (line_set_at_or_after(s, n, &expected))
        assert_true(found == expected);
}

static void sets_are_sets(void **state)
{
    (void)state;
    bool *model = calloc(SET_RANGE, 1);
    struct line_set s = {0};
    uint64_t members = 0, first = 0, found;
    check_set(&s, model, 100);
    for (unsigned i = 0; i < 30000; i++) {
        /* From the middle outwards: chunks come in front, too. */
        uint32_t reach = 1 + i * 5, n = SET_RANGE / 2 - reach + random_below(&source, 2 * reach);
        if (random_one_in(&source, 3)) {
            line_set_remove(&s, n);
            members -= model[n];
            model[n] = false;
        } else if (n >= first) {
            line_set_add(&s, n);
            members += !model[n];
            model[n] = true;
        }
        assert_true(s.members == members);
        if (i % 100 == 0)
            check_set(&s, model, random_below(&source, SET_RANGE));
        if (i > 20000 && i % 500 == 0) {
            first = SET_RANGE / 2 - 100000 + (i - 20000) * 20;
            line_set_drop_below(&s, first);
            for (uint64_t k = 0; k < first; k++) {
                members -= model[k];
                model[k] = false;
            }
        }
    }
    assert_false(line_set_select(&s, s.members, &found));
    line_set_drop_below(&s, SET_RANGE);
    assert_true(s.members == 0);
    assert_false(line_set_at_or_after(&s, 0, &found));
    line_set_add(&s, UINT64_MAX);
    assert_true(line_set_at_or_before(&s, UINT64_MAX, &found) && found == UINT64_MAX);
    assert_false(line_set_at_or_before(&s, UINT64_MAX - 1, &found));
    assert_false(s.failed);
    line_set_add(&s, 0); /* absurdly far apart: refused, not allocated */
    assert_true(s.failed && s.members == 1);
    line_set_clear(&s);
    free(model);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define T(name) cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)
    const struct CMUnitTest tests[] = {
        T(lines_come_back_as_they_were),
        T(nothing_is_lost_while_the_disk_has_room),
        T(without_a_spill_file_the_oldest_go),
        T(a_directory_that_cannot_be_written),
        T(a_full_disk_drops_the_oldest_and_goes_on),
        T(long_texts_are_cut_between_characters),
        T(borrowed_texts_may_be_given_back),
        T(an_empty_store),
        T(sets_are_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
