#include "ui/log_view_internal.h"

#define FAR_LINES 100000u
#define SLICE_LINES 512 /* at one end of a scan, before the other end has its turn */
#define FRESH_LINES 64  /* new lines looked at on the spot, so that they appear at once */

/* --- what is in view --- */

bool log_view_at_or_after(const struct log_view *v, uint64_t number, uint64_t *found)
{
    if (v->filtered)
        return line_set_at_or_after(&v->shown.found, number, found);
    *found = number < v->first ? v->first : number;
    return *found < v->end;
}

bool log_view_at_or_before(const struct log_view *v, uint64_t number, uint64_t *found)
{
    if (v->filtered)
        return line_set_at_or_before(&v->shown.found, number, found);
    if (v->end == v->first || number < v->first)
        return false;
    *found = number < v->end ? number : v->end - 1;
    return true;
}

uint64_t log_view_count(const struct log_view *v)
{
    return v->filtered ? v->shown.found.members : v->end - v->first;
}

uint64_t log_view_rank(const struct log_view *v, uint64_t number)
{
    if (v->filtered)
        return line_set_rank(&v->shown.found, number);
    if (number < v->first)
        return 0;
    return (number < v->end ? number : v->end) - v->first;
}

bool log_view_nth(const struct log_view *v, uint64_t rank, uint64_t *found)
{
    if (v->filtered)
        return line_set_select(&v->shown.found, rank, found);
    *found = v->first + rank;
    return rank < v->end - v->first;
}

bool log_view_knows_end(const struct log_view *v)
{
    return !v->filtered || v->shown.high == v->end;
}

static bool was_read(const struct log_scan *scan, uint64_t number)
{
    return number >= scan->low && number < scan->high;
}

static bool line_shows(struct log_view *v, const struct log_line *line)
{
    if (!v->filtered)
        return true;
    if (was_read(&v->shown, line->number))
        return line_set_has(&v->shown.found, line->number);
    return log_filter_passes(&v->filter, v->filter_text, line);
}

bool log_view_shows(struct log_view *v, uint64_t number)
{
    struct log_line line;
    if (number < v->first || number >= v->end)
        return false;
    if (!v->filtered)
        return true;
    if (was_read(&v->shown, number))
        return line_set_has(&v->shown.found, number);
    return log_store_get(v->store, number, &line) && line_shows(v, &line);
}

/* --- scans --- */

void log_scan_restart(const struct log_view *v, struct log_scan *scan, uint64_t at)
{
    at = at < v->first ? v->first : at > v->end ? v->end : at;
    line_set_clear(&scan->found);
    scan->low = scan->high = at;
    scan->backwards = false;
}

void log_scan_reach(const struct log_view *v, struct log_scan *scan, uint64_t at)
{
    if ((at < scan->low && scan->low - at > FAR_LINES) ||
        (at > scan->high && at - scan->high > FAR_LINES))
        log_scan_restart(v, scan, at);
}

bool log_scan_complete(const struct log_view *v, const struct log_scan *scan)
{
    return scan->low <= v->first && scan->high == v->end;
}

/* Reads one line and notes whether it belongs in; returns what that cost. */
static long scan_line(struct log_view *v, struct log_scan *scan, uint64_t number)
{
    struct log_line line;
    if (!log_store_get(v->store, number, &line))
        return 1;
    bool found;
    size_t begin, end, cost = 1;
    if (scan == &v->shown) {
        found = log_filter_passes(&v->filter, v->filter_text, &line);
    } else {
        found = line_shows(v, &line) &&
                log_matcher_find(v->search.matcher, line.text, line.length, 0, &begin, &end);
        cost += log_matcher_take_effort(v->search.matcher);
    }
    if (v->filter_text)
        cost += log_matcher_take_effort(v->filter_text);
    if (found)
        line_set_add(&scan->found, number);
    return (long)(cost > 1 ? cost - 1 : cost);
}

long log_scan_extend(struct log_view *v, struct log_scan *scan, bool backwards, long budget)
{
    if (backwards) {
        while (budget > 0 && scan->low > v->first)
            budget -= scan_line(v, scan, --scan->low);
    } else {
        while (budget > 0 && scan->high < v->end)
            budget -= scan_line(v, scan, scan->high++);
    }
    return budget;
}

long log_scan_work(struct log_view *v, struct log_scan *scan, long budget)
{
    while (budget > 0 && !log_scan_complete(v, scan)) {
        long slice = budget < SLICE_LINES ? budget : SLICE_LINES;
        budget -= slice - log_scan_extend(v, scan, scan->backwards, slice);
        scan->backwards = !scan->backwards;
    }
    return budget;
}

/* Lines below `first` are gone or hidden. */
static void scan_drop(struct log_scan *scan, uint64_t first)
{
    if (scan->low >= first)
        return;
    line_set_drop_below(&scan->found, first);
    scan->low = first;
    if (scan->high < first)
        scan->high = first;
}

/* The line that was the newest one may have changed since. */
static void scan_again(struct log_view *v, struct log_scan *scan, uint64_t number)
{
    if (!was_read(scan, number))
        return;
    line_set_remove(&scan->found, number);
    if (scan->high == number + 1) {
        scan->high = number;
        log_scan_extend(v, scan, false, 1);
    } else {
        scan_line(v, scan, number);
    }
}

void log_view_sync(struct log_view *v)
{
    uint64_t store_first = log_store_first(v->store), known_end = v->end;
    v->first = store_first > v->hidden_below ? store_first : v->hidden_below;
    v->end = log_store_end(v->store);
    struct log_line newest;
    if (v->end != known_end && log_store_get(v->store, v->end - 1, &newest))
        v->newest_us = newest.time_us;
    line_set_drop_below(&v->bookmarks, store_first);
    struct log_scan *scans[] = {v->filtered ? &v->shown : NULL,
                                v->search.matcher ? &v->search.scan : NULL};
    for (unsigned i = 0; i < 2; i++) {
        if (!scans[i])
            continue;
        scan_drop(scans[i], v->first);
        if (known_end > v->first)
            scan_again(v, scans[i], known_end - 1);
    }
}

void log_view_changed(struct log_view *v)
{
    log_view_sync(v);
    if (v->filtered)
        log_scan_extend(v, &v->shown, false, FRESH_LINES);
    if (v->search.matcher)
        log_scan_extend(v, &v->search.scan, false, FRESH_LINES);
}

bool log_view_work(struct log_view *v, size_t lines)
{
    log_view_sync(v);
    long budget = lines > 1000000 ? 1000000 : (long)lines;
    bool searching = v->search.matcher;
    if (v->filtered) {
        long share = searching ? budget / 2 : budget;
        budget -= share - log_scan_work(v, &v->shown, share);
    }
    if (searching) {
        log_search_settle(v);
        if (v->search.pending)
            budget =
                log_scan_extend(v, &v->search.scan, log_search_wants_older(&v->search), budget);
        log_scan_work(v, &v->search.scan, budget);
        log_search_settle(v);
    }
    return (v->filtered && !log_scan_complete(v, &v->shown)) ||
           (searching && !log_scan_complete(v, &v->search.scan));
}
