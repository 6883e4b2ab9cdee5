#include <stdlib.h>
#include <string.h>

#include "ui/log_view_internal.h"

#define FIRST_SLICE 4096 /* lines read at once for a new filter, to have something to show */
#define LEFT_MOST 65536u
#define PAGES_MOST 1000

/* --- life --- */

struct log_view *log_view_new(struct log_store *store)
{
    struct log_view *v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    v->store = store;
    v->following = true;
    v->rows = 24;
    v->columns = 80;
    v->markup.capacity = LOG_TEXT_MAX + 1;
    v->markup.text = malloc(v->markup.capacity);
    v->styles = malloc(v->markup.capacity * sizeof *v->styles);
    if (!v->markup.text || !v->styles) {
        log_view_free(v);
        return NULL;
    }
    log_view_sync(v);
    return v;
}

static void free_highlights(struct log_matcher **highlights, size_t count)
{
    for (size_t i = 0; i < count; i++)
        log_matcher_free(highlights[i]);
    free(highlights);
}

void log_view_free(struct log_view *v)
{
    if (!v)
        return;
    free_highlights(v->highlights, v->highlight_count);
    log_matcher_free(v->filter_text);
    log_matcher_free(v->search.matcher);
    free(v->search.pattern);
    line_set_clear(&v->shown.found);
    line_set_clear(&v->search.scan.found);
    line_set_clear(&v->bookmarks);
    free(v->row_lines);
    free(v->markup.text);
    free(v->styles);
    free(v);
}

/* --- look --- */

void log_view_set_stamps(struct log_view *v, enum log_stamps stamps)
{
    v->stamps = stamps < STAMPS_COUNT ? stamps : STAMPS_OFF;
}

enum log_stamps log_view_stamps(const struct log_view *v)
{
    return v->stamps;
}

void log_view_set_wrap(struct log_view *v, bool wrap)
{
    v->wrap = wrap;
    v->left = 0;
}

bool log_view_wrap(const struct log_view *v)
{
    return v->wrap;
}

void log_view_set_hex(struct log_view *v, bool hex)
{
    v->hex = hex;
}

bool log_view_hex(const struct log_view *v)
{
    return v->hex;
}

void log_view_set_meanings(struct log_view *v, bool shown)
{
    v->meanings = shown;
}

bool log_view_meanings(const struct log_view *v)
{
    return v->meanings;
}

bool log_view_set_highlights(struct log_view *v, const char *const *words, size_t count)
{
    struct log_matcher **highlights = calloc(count ? count : 1, sizeof(struct log_matcher *));
    size_t made = 0;
    if (!highlights)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!words[i][0])
            continue;
        highlights[made] = log_matcher_new_word(words[i]);
        if (!highlights[made]) {
            free_highlights(highlights, made);
            return false;
        }
        made++;
    }
    free_highlights(v->highlights, v->highlight_count);
    v->highlights = highlights;
    v->highlight_count = made;
    return true;
}

/* --- moving --- */

/* What a person does by hand ends the looking for a match. */
static void begin_move(struct log_view *v)
{
    log_view_sync(v);
    v->search.pending = PENDING_NONE;
    log_view_settle(v);
}

static void follow(struct log_view *v)
{
    v->following = true;
    log_view_settle(v);
}

void log_view_move(struct log_view *v, long lines)
{
    begin_move(v);
    uint64_t cursor, count = log_view_count(v);
    if (lines == 0 || (v->following && lines > 0) || !log_view_cursor(v, &cursor))
        return;
    uint64_t rank = log_view_rank(v, cursor);
    uint64_t distance = lines < 0 ? 0 - (uint64_t)lines : (uint64_t)lines;
    if (lines < 0)
        rank -= distance < rank ? distance : rank;
    else
        rank = distance < count - 1 - rank ? rank + distance : count - 1;
    log_view_stop_following(v);
    log_view_nth(v, rank, &v->cursor);
    if (lines > 0 && rank == count - 1 && log_view_knows_end(v))
        follow(v);
    log_view_settle(v);
}

static void page_down(struct log_view *v, unsigned long rows, unsigned offset)
{
    struct log_place bottom = log_view_bottom(v), place = log_view_forward(v, v->top, rows);
    bool moved = log_place_before(v->top, bottom);
    if (!moved || log_place_before(bottom, place)) { /* there is no whole page left */
        v->top = bottom;
        log_view_at_or_before(v, UINT64_MAX, &v->cursor);
        if (log_view_knows_end(v))
            follow(v);
        return;
    }
    v->top = place;
    v->cursor = log_view_forward(v, place, offset).number;
}

static void page_up(struct log_view *v, unsigned long rows, unsigned offset)
{
    struct log_place start = {0, 0};
    log_view_at_or_after(v, 0, &start.number);
    struct log_place whole = log_view_forward(v, start, rows);
    if (log_place_before(v->top, whole)) {
        v->top = start;
        v->cursor = start.number;
        return;
    }
    v->top = log_view_back(v, v->top, rows);
    v->cursor = log_view_forward(v, v->top, offset).number;
}

void log_view_page(struct log_view *v, int pages)
{
    begin_move(v);
    if (pages == 0 || (v->following && pages > 0) || log_view_count(v) == 0)
        return;
    if (pages > PAGES_MOST)
        pages = PAGES_MOST;
    if (pages < -PAGES_MOST)
        pages = -PAGES_MOST;
    log_view_stop_following(v);
    /* One row stays in sight, so that the reader finds the place again. */
    unsigned long step = v->rows > 1 ? v->rows - 1 : 1;
    unsigned offset = log_view_cursor_offset(v);
    if (pages > 0)
        page_down(v, step * (unsigned long)pages, offset);
    else
        page_up(v, step * (unsigned long)-pages, offset);
    /* A line begun above the window is not where the cursor goes, if there is another. */
    if (!v->following && v->cursor == v->top.number && v->top.row &&
        log_view_forward(v, v->top, v->rows - 1).number != v->cursor)
        log_view_at_or_after(v, v->cursor + 1, &v->cursor);
    log_view_settle(v);
}

void log_view_sideways(struct log_view *v, int columns)
{
    long left = (long)v->left + columns;
    v->left = v->wrap || left < 0 ? 0 : left > LEFT_MOST ? LEFT_MOST : (unsigned)left;
}

void log_view_home(struct log_view *v)
{
    begin_move(v);
    log_view_stop_following(v);
    log_scan_reach(v, &v->shown, v->first);
    v->left = 0;
    v->cursor = v->first;
    v->top = (struct log_place){v->first, 0};
    log_view_settle(v);
}

void log_view_end(struct log_view *v)
{
    begin_move(v);
    log_scan_reach(v, &v->shown, v->end);
    follow(v);
}

void log_view_pause(struct log_view *v)
{
    log_view_sync(v);
    log_view_stop_following(v);
}

bool log_view_following(const struct log_view *v)
{
    return v->following;
}

void log_view_go_to(struct log_view *v, uint64_t number)
{
    begin_move(v);
    log_view_stop_following(v);
    if (number >= v->end)
        number = v->end ? v->end - 1 : 0;
    log_scan_reach(v, &v->shown, number);
    log_view_jump(v, number);
}

void log_view_clear(struct log_view *v, bool hide)
{
    begin_move(v);
    v->hidden_below = hide ? v->end : 0;
    log_view_sync(v);
    v->select = SELECT_NONE;
    if (hide)
        follow(v);
    else
        log_view_settle(v);
}

/* --- filter --- */

enum problem_code log_view_set_filter(struct log_view *v, const struct log_filter *filter,
                                      struct problem *problem)
{
    struct log_matcher *text = NULL;
    if (filter->text[0]) {
        text = log_matcher_new(filter->text, filter->regex, "filter", problem);
        if (!text)
            return problem->code;
    }
    log_view_sync(v);
    log_view_settle(v);
    log_matcher_free(v->filter_text);
    v->filter_text = text;
    v->filter = *filter;
    v->filtered = log_filter_any(filter);
    log_scan_restart(v, &v->shown, v->following ? v->end : v->cursor);
    if (v->filtered)
        log_scan_work(v, &v->shown, FIRST_SLICE);
    log_search_restart(v);
    log_view_settle(v);
    return PROBLEM_NONE;
}

const struct log_filter *log_view_filter(const struct log_view *v)
{
    return &v->filter;
}

bool log_view_filtered(const struct log_view *v)
{
    return v->filtered;
}
