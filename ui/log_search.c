#include <stdlib.h>
#include <string.h>

#include "ui/log_view_internal.h"

#define FIRST_SLICE 16384 /* lines looked at while the key waits */

static void end_search(struct log_view *v)
{
    struct log_search *s = &v->search;
    log_matcher_free(s->matcher);
    free(s->pattern);
    s->matcher = NULL;
    s->pattern = NULL;
    s->pending = PENDING_NONE;
    log_scan_restart(v, &s->scan, 0);
}

/* Where the cursor stands, or would stand in an empty view. */
static uint64_t here(const struct log_view *v)
{
    uint64_t number;
    return log_view_cursor(v, &number) ? number : v->end;
}

void log_view_search_from_here(struct log_view *v)
{
    log_view_sync(v);
    log_view_settle(v);
    v->search.origin = (struct log_spot){.set = true,
                                         .following = v->following,
                                         .cursor = here(v),
                                         .paused_end = v->paused_end,
                                         .top = v->top};
}

static void back_to_origin(struct log_view *v)
{
    const struct log_spot *o = &v->search.origin;
    v->following = o->following;
    v->cursor = o->cursor;
    v->paused_end = o->paused_end;
    v->top = o->top;
    log_view_settle(v);
}

void log_view_search_cancel(struct log_view *v)
{
    log_view_sync(v);
    end_search(v);
    if (v->search.origin.set)
        back_to_origin(v);
    v->search.origin.set = false;
}

/* --- going to a match --- */

/*
 * The match looked for from `from`, as far as the lines between are known. Ahead of it
 * first; when there is none: typing goes to the nearest one behind, "next" begins anew at
 * the other end of the log.
 */
enum answer { FOUND, NONE, NOT_YET };

static enum answer find_match(const struct log_view *v, uint64_t *match)
{
    const struct log_search *s = &v->search;
    const struct line_set *found = &s->scan.found;
    uint64_t from = s->from < v->first ? v->first : s->from; /* lines may be gone by now */
    if (s->scan.low > from || s->scan.high < from)
        return NOT_YET;
    bool all_before = s->scan.low <= v->first, all_after = s->scan.high == v->end;
    bool before = from > 0 && line_set_at_or_before(found, from - 1, match);
    uint64_t m_before = *match;
    bool after = line_set_at_or_after(found, from, match);
    uint64_t m_after = *match;
    bool ahead = s->backwards ? before : after, behind = s->backwards ? after : before;
    *match = s->backwards ? m_before : m_after;
    if (ahead)
        return FOUND;
    if (!(s->backwards ? all_before : all_after))
        return NOT_YET;
    *match = s->backwards ? m_after : m_before;
    if (s->pending == PENDING_NEXT) {
        if (!(s->backwards ? all_after : all_before))
            return NOT_YET;
        if (behind && s->backwards)
            return line_set_at_or_before(found, UINT64_MAX, match) ? FOUND : NONE;
        if (behind)
            return line_set_at_or_after(found, 0, match) ? FOUND : NONE;
        return NONE;
    }
    if (behind)
        return FOUND;
    return (s->backwards ? all_after : all_before) ? NONE : NOT_YET;
}

void log_search_settle(struct log_view *v)
{
    uint64_t match = 0;
    if (!v->search.pending)
        return;
    enum answer answer = find_match(v, &match);
    if (answer == NOT_YET)
        return;
    v->search.pending = PENDING_NONE;
    if (answer == FOUND)
        log_view_jump(v, match);
}

bool log_search_wants_older(const struct log_search *s)
{
    if (s->scan.low > s->from)
        return true;
    return s->scan.high >= s->from && s->backwards;
}

/* Looks from there on; `from` is between lines: matches at it or after it are ahead. */
static void look(struct log_view *v, enum log_pending how, bool backwards, uint64_t from)
{
    struct log_search *s = &v->search;
    s->pending = how;
    s->backwards = backwards;
    s->from = from < v->first ? v->first : from > v->end ? v->end : from;
    log_scan_reach(v, &s->scan, s->from);
    log_search_settle(v);
    if (!s->pending)
        return;
    long left = log_scan_extend(v, &s->scan, log_search_wants_older(s), FIRST_SLICE);
    log_search_settle(v);
    if (s->pending)
        log_scan_work(v, &s->scan, left);
    log_search_settle(v);
}

enum problem_code log_view_search(struct log_view *v, const char *pattern, bool regex,
                                  bool backwards, struct problem *problem)
{
    struct log_search *s = &v->search;
    log_view_sync(v);
    if (!pattern[0]) {
        end_search(v);
        return PROBLEM_NONE;
    }
    struct log_matcher *matcher = log_matcher_new(pattern, regex, "search", problem);
    char *copy = strdup(pattern);
    if (!matcher || !copy) {
        log_matcher_free(matcher);
        free(copy);
        return matcher ? problem_set(problem, PROBLEM_INTERNAL, "search", "Free some memory.",
                                     "out of memory")
                       : problem->code;
    }
    if (!s->origin.set)
        log_view_search_from_here(v);
    end_search(v);
    s->matcher = matcher;
    s->pattern = copy;
    back_to_origin(v);
    uint64_t from = s->origin.cursor + (backwards ? 1 : 0);
    log_scan_restart(v, &s->scan, from);
    look(v, PENDING_INCREMENTAL, backwards, from);
    return PROBLEM_NONE;
}

void log_view_search_next(struct log_view *v, bool backwards)
{
    log_view_sync(v);
    if (!v->search.matcher)
        return;
    v->search.origin.set = false;
    look(v, PENDING_NEXT, backwards, here(v) + (backwards ? 0 : 1));
}

void log_search_restart(struct log_view *v)
{
    struct log_search *s = &v->search;
    if (!s->matcher)
        return;
    s->pending = PENDING_NONE;
    log_scan_restart(v, &s->scan, here(v));
}

struct log_search_state log_view_search_state(const struct log_view *v)
{
    const struct log_search *s = &v->search;
    struct log_search_state state = {.active = s->matcher, .pattern = s->pattern};
    uint64_t cursor;
    if (!s->matcher) {
        state.pattern = "";
        return state;
    }
    state.matches = s->scan.found.members;
    state.counting = !log_scan_complete(v, &s->scan);
    state.not_found = !state.counting && state.matches == 0;
    /* Its place is known when all before it is. */
    if (s->scan.low <= v->first && log_view_cursor(v, &cursor) &&
        line_set_has(&s->scan.found, cursor))
        state.index = line_set_rank(&s->scan.found, cursor) + 1;
    return state;
}
