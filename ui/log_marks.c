#include <string.h>

#include "ui/log_view_internal.h"

#define ERRORS_LOOKED_AT 50000 /* that the filter may hide, before the key gives up */
#define EXPORT_PIECE ((size_t)64 * 1024)

/* --- errors --- */

/* The nearest error the filter shows. */
static bool go_to_error(struct log_view *v, uint64_t from, bool backwards)
{
    uint64_t number;
    for (unsigned i = 0; i < ERRORS_LOOKED_AT; i++) {
        if (!log_store_find_error(v->store, from, backwards, &number) || number < v->first)
            return false;
        if (log_view_shows(v, number)) {
            log_scan_reach(v, &v->shown, number);
            log_view_jump(v, number);
            return true;
        }
        if (backwards && number == 0)
            return false;
        from = backwards ? number - 1 : number + 1;
    }
    return false;
}

bool log_view_first_error(struct log_view *v)
{
    log_view_sync(v);
    v->search.pending = PENDING_NONE;
    return go_to_error(v, v->first, false);
}

bool log_view_next_error(struct log_view *v, bool backwards)
{
    uint64_t cursor;
    log_view_sync(v);
    v->search.pending = PENDING_NONE;
    if (!log_view_cursor(v, &cursor) || (backwards && cursor == 0))
        return false;
    return go_to_error(v, backwards ? cursor - 1 : cursor + 1, backwards);
}

/* --- bookmarks --- */

void log_view_toggle_bookmark(struct log_view *v)
{
    uint64_t cursor;
    log_view_sync(v);
    if (!log_view_cursor(v, &cursor))
        return;
    if (line_set_has(&v->bookmarks, cursor))
        line_set_remove(&v->bookmarks, cursor);
    else
        line_set_add(&v->bookmarks, cursor);
}

/* Bookmarks are few: all of them are looked at, and the search goes around once. */
bool log_view_next_bookmark(struct log_view *v, bool backwards)
{
    uint64_t from, number;
    log_view_sync(v);
    v->search.pending = PENDING_NONE;
    if (!log_view_cursor(v, &from))
        return false;
    for (uint64_t i = 0; i < v->bookmarks.members; i++) {
        bool found = backwards ? from > 0 && line_set_at_or_before(&v->bookmarks, from - 1, &number)
                               : line_set_at_or_after(&v->bookmarks, from + 1, &number);
        if (!found)
            found = backwards ? line_set_at_or_before(&v->bookmarks, UINT64_MAX, &number)
                              : line_set_at_or_after(&v->bookmarks, 0, &number);
        if (found && log_view_shows(v, number)) {
            log_scan_reach(v, &v->shown, number);
            log_view_jump(v, number);
            return true;
        }
        from = number;
    }
    return false;
}

size_t log_view_bookmark_count(const struct log_view *v)
{
    return (size_t)v->bookmarks.members;
}

/* --- selection --- */

void log_view_toggle_selection(struct log_view *v)
{
    uint64_t cursor;
    log_view_sync(v);
    if (!log_view_cursor(v, &cursor))
        return;
    if (v->select == SELECT_GROWING) {
        v->select_to = cursor;
        v->select = SELECT_ENDED;
        return;
    }
    /* New lines must not get into a selection by themselves. */
    log_view_stop_following(v);
    v->select = SELECT_GROWING;
    v->select_from = cursor;
}

void log_view_clear_selection(struct log_view *v)
{
    v->select = SELECT_NONE;
}

bool log_view_selection(const struct log_view *v, uint64_t *first, uint64_t *last)
{
    uint64_t to = v->select_to;
    if (v->select == SELECT_NONE || (v->select == SELECT_GROWING && !log_view_cursor(v, &to)))
        return false;
    *first = v->select_from < to ? v->select_from : to;
    *last = v->select_from < to ? to : v->select_from;
    if (*first < v->first)
        *first = v->first;
    return *first <= *last;
}

/* --- export --- */

static void export_line(struct log_view *v, const struct log_line *line, uint64_t before,
                        struct buffer *out)
{
    char stamp[LOG_STAMP_MAX];
    if (v->stamps != STAMPS_OFF) {
        log_stamp_text(v, line, before, stamp);
        buffer_append_text(out, stamp);
        buffer_append(out, " ", 1);
    }
    if (line->kind != LOG_DEVICE)
        buffer_append(out, line->kind == LOG_SENT ? "> " : "* ", 2);
    buffer_append(out, line->text, line->length);
    buffer_append(out, "\n", 1);
}

bool log_view_export(struct log_view *v, bool (*write)(void *user, const char *text, size_t n),
                     void *user)
{
    struct buffer piece = {0};
    struct log_line line;
    uint64_t first, last, before = UINT64_MAX;
    log_view_sync(v);
    if (!log_view_selection(v, &first, &last)) {
        first = v->first;
        last = UINT64_MAX;
    }
    bool ok = true;
    for (uint64_t n = first; ok && n < v->end && n <= last; n++) {
        if (!log_view_shows(v, n))
            continue;
        log_view_read(v, n, &line);
        export_line(v, &line, before, &piece);
        before = line.time_us;
        if (piece.length >= EXPORT_PIECE) {
            ok = !piece.failed && write(user, (const char *)piece.data, piece.length);
            buffer_clear(&piece);
        }
    }
    if (ok && piece.length)
        ok = !piece.failed && write(user, (const char *)piece.data, piece.length);
    buffer_free(&piece);
    return ok;
}
