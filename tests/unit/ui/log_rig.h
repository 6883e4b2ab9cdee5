/* A small store with a view on it, drawn on a screen that is compared as text. */
#ifndef LOG_RIG_H
#define LOG_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "ui/log_view.h"

static struct log_store *store;
static struct log_view *view;
static struct screen screen;
static struct buffer text;
static unsigned rows = 5, columns = 40;

static inline int fresh(void **state)
{
    (void)state;
    store = log_store_new(1 << 20, NULL);
    view = log_view_new(store);
    rows = 5;
    columns = 40;
    log_view_set_stamps(view, STAMPS_OFF);
    return store && view && screen_resize(&screen, rows, columns) ? 0 : -1;
}

static inline int done(void **state)
{
    (void)state;
    log_view_free(view);
    log_store_free(store);
    screen_free(&screen);
    buffer_free(&text);
    return 0;
}

/* --- helpers --- */

static inline void add_line(struct log_line line)
{
    line.time_us = log_store_end(store) * 1000;
    line.length = strlen(line.text);
    assert_true(log_store_append(store, &line));
    log_view_changed(view);
}

static inline void add(const char *s)
{
    add_line((struct log_line){.text = s});
}

static inline void add_level(const char *s, char level, const char *module)
{
    add_line((struct log_line){.text = s, .level = level, .module = module});
}

static inline void add_many(unsigned count)
{
    char s[32];
    for (unsigned i = 0; i < count; i++) {
        snprintf(s, sizeof s, "line %" PRIu64, log_store_end(store));
        add(s);
    }
}

static inline void draw(void)
{
    log_view_draw(view, &screen, (struct rect){0, 0, rows, columns}, false);
}

static inline void resize(unsigned r, unsigned c)
{
    rows = r;
    columns = c;
    assert_true(screen_resize(&screen, r, c));
}

static inline void expect(const char *grid)
{
    draw();
    buffer_clear(&text);
    screen_to_text(&screen, &text);
    assert_string_equal(buffer_text(&text), grid);
}

static inline uint64_t cursor(void)
{
    uint64_t n = UINT64_MAX;
    assert_true(log_view_cursor(view, &n));
    return n;
}

static inline unsigned style(unsigned row, unsigned column)
{
    return screen.cells[row * screen.columns + column].style;
}

static inline void work(void)
{
    for (unsigned i = 0; log_view_work(view, 1000); i++)
        assert_true(i < 100000);
}

static inline void filter(const char *words)
{
    struct problem p = PROBLEM_INIT;
    struct log_filter f;
    assert_true(log_filter_parse(words, &f, &p));
    assert_int_equal(log_view_set_filter(view, &f, &p), PROBLEM_NONE);
}

static inline void search(const char *pattern, bool backwards)
{
    struct problem p = PROBLEM_INIT;
    assert_int_equal(log_view_search(view, pattern, false, backwards, &p), PROBLEM_NONE);
}

static inline void describe(const char *expected)
{
    char words[200];
    log_view_describe(view, words, sizeof words);
    assert_string_equal(words, expected);
}

#endif
