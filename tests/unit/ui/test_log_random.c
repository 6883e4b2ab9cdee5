/* The log pane under any order of anything, against a plain reading of all lines. */
#include "log_rig.h"

/* --- anything at all --- */

#ifndef SEEDS
#define SEEDS 60
#endif

static bool passes(uint64_t n, const struct log_filter *f)
{
    struct log_line line;
    if (!log_store_get(store, n, &line))
        return false;
    if (f->least_level == 'W' && !strchr("WEF", line.level ? line.level : 'I') && !line.failure)
        return false;
    char copy[300];
    memcpy(copy, line.text, line.length);
    copy[line.length] = '\0';
    return !f->text[0] || strstr(copy, f->text);
}

static void check_everything(const struct log_filter *f, const char *pattern, bool complete)
{
    uint64_t first = log_store_first(store), end = log_store_end(store), count = 0, matches = 0, n;
    uint64_t last = UINT64_MAX;
    for (n = first; n < end; n++) {
        struct log_filter text_only = {0};
        if (!passes(n, f))
            continue;
        count++;
        last = n;
        snprintf(text_only.text, sizeof text_only.text, "%s", pattern);
        matches += pattern[0] && passes(n, &text_only);
    }
    draw();
    if (complete && pattern[0])
        assert_int_equal(log_view_search_state(view).matches, matches);
    if (!log_view_cursor(view, &n)) {
        if (complete)
            assert_int_equal(count, 0);
        return;
    }
    assert_true(passes(n, f));
    uint64_t at, previous = 0;
    bool seen = false;
    unsigned filled = 0;
    for (unsigned r = 0; r < rows; r++) {
        if (!log_view_at_row(view, r, &at))
            continue;
        assert_int_equal(r, filled);
        filled++;
        assert_true(passes(at, f) && at >= previous);
        seen = seen || at == n;
        previous = at;
    }
    assert_true(seen);
    if (complete && log_view_following(view))
        assert_int_equal(n, last);
    if (log_view_following(view))
        assert_int_equal(previous, n);
    if (complete) /* no empty rows while there are lines above */
        assert_true(filled == rows || filled >= count);
}

static void random_line(struct random_source *random, struct log_line *line, char *s, char *raw)
{
    static const char *const words[] = {"固件", "wifi", "e\xCC\x81", "\t",
                                        "lost", "🚀",    "0123456789"};
    s[0] = '\0';
    for (unsigned k = random_below(random, 12); k > 0; k--) {
        strcat(s, words[random_below(random, 7)]);
        strcat(s, " ");
    }
    *line = (struct log_line){.text = s,
                              .length = strlen(s),
                              .kind = (enum log_kind)random_below(random, 3),
                              .level = "\0EWIDF"[random_below(random, 6)],
                              .failure = random_one_in(random, 9)};
    if (random_one_in(random, 4))
        line->meaning = "what it means";
    if (random_one_in(random, 3)) {
        snprintf(raw, 400, "\x1b[31m%s\x1b[2J\r\n", s);
        line->raw = (const uint8_t *)raw;
        line->raw_length = strlen(raw);
    }
}

static void random_step(struct random_source *random, struct log_filter *f, const char **pattern)
{
    static const char *const texts[] = {"wifi", "lost", "", "固件", "nowhere"};
    struct problem p = PROBLEM_INIT;
    int k = (int)random_below(random, 11) - 5;
    switch (random_below(random, 24)) {
    case 0:
        log_view_move(view, k);
        break;
    case 1:
        log_view_page(view, k / 3);
        break;
    case 2:
        log_view_home(view);
        break;
    case 3:
        log_view_end(view);
        break;
    case 4:
        log_view_pause(view);
        break;
    case 5:
        log_view_go_to(view, random_below(random, (uint32_t)log_store_end(store) + 3));
        break;
    case 6:
        log_view_set_wrap(view, random_one_in(random, 2));
        break;
    case 7:
        log_view_set_hex(view, random_one_in(random, 4));
        break;
    case 8:
        log_view_set_meanings(view, random_one_in(random, 2));
        break;
    case 9:
        resize(1 + random_below(random, 12), 1 + random_below(random, 60));
        break;
    case 10:
        *f = (struct log_filter){.least_level = random_one_in(random, 2) ? 'W' : 0};
        strcpy(f->text, texts[random_below(random, 5)]);
        assert_int_equal(log_view_set_filter(view, f, &p), PROBLEM_NONE);
        break;
    case 11:
    case 12:
        *pattern = texts[random_below(random, 5)];
        if (random_one_in(random, 2))
            log_view_search_from_here(view);
        assert_int_equal(log_view_search(view, *pattern, false, random_one_in(random, 2), &p),
                         PROBLEM_NONE);
        break;
    case 13:
        log_view_search_next(view, random_one_in(random, 2));
        break;
    case 14:
        log_view_first_error(view);
        break;
    case 15:
        log_view_next_error(view, random_one_in(random, 2));
        break;
    case 16:
        log_view_toggle_bookmark(view);
        break;
    case 17:
        log_view_next_bookmark(view, random_one_in(random, 2));
        break;
    case 18:
        log_view_toggle_selection(view);
        break;
    case 19:
        log_view_sideways(view, k);
        break;
    case 20:
        log_view_set_stamps(view, (enum log_stamps)random_below(random, STAMPS_COUNT));
        break;
    case 21:
        log_view_search_cancel(view);
        *pattern = "";
        break;
    default:
        log_view_work(view, random_below(random, 40));
        break;
    }
}

static void any_order_of_anything(void **state)
{
    (void)state;
    struct random_source random;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        random_seed(&random, seed);
        struct log_filter f = {0};
        const char *pattern = "";
        char s[300], raw[400];
        log_view_free(view);
        log_store_free(store);
        store = log_store_new(seed % 2 ? 6000 : 1 << 20, NULL);
        view = log_view_new(store);
        for (unsigned i = 0; i < 400; i++) {
            struct log_line line;
            for (unsigned k = random_below(&random, 5); k > 0; k--) {
                random_line(&random, &line, s, raw);
                line.time_us = i * 1000;
                if (random_one_in(&random, 4))
                    log_store_replace_last(store, &line);
                else
                    assert_true(log_store_append(store, &line));
                if (random_one_in(&random, 2))
                    log_view_changed(view);
            }
            log_view_changed(view);
            random_step(&random, &f, &pattern);
            bool complete = random_one_in(&random, 2);
            if (complete)
                work();
            check_everything(&f, pattern, complete);
        }
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)
    const struct CMUnitTest tests[] = {
        T(any_order_of_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
