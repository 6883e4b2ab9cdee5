#include "ui/command_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/locale.h"
#include "ui/typed_text.h"

/* More than this many bytes can not be so many lines. */
#define PASTE_BYTES_MAX ((size_t)COMMAND_PASTE_LINES_MAX * LINE_EDIT_MAX)

void command_lines_wipe(struct command_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        command_wipe_free(lines->lines[i]);
    lines->count = 0;
}

/* One line, cleaned; NULL when it is too long or memory is short. Counts what is left out. */
static char *clean(const char *text, size_t n, size_t *dropped)
{
    size_t at = 0, used = 0;
    struct typed_piece piece;
    char *out = malloc(LINE_EDIT_MAX);
    while (out && typed_text_next(text, n, &at, &piece)) {
        if (used + piece.n >= LINE_EDIT_MAX) {
            explicit_bzero(out, used);
            free(out);
            return NULL;
        }
        *dropped += piece.n == 0;
        memcpy(out + used, piece.bytes, piece.n);
        used += piece.n;
    }
    if (out)
        out[used] = '\0';
    return out;
}

static enum problem_code refuse(struct problem *problem, const char *what)
{
    return problem_set(problem, PROBLEM_USAGE, NULL,
                       _("Send it as a file, or make a profile of it."), "%s", what);
}

/* CR, LF and CRLF end a line; lines with nothing on them are left out. */
static enum problem_code split(struct command_lines *lines, size_t most, const char *text, size_t n,
                               size_t *dropped, struct problem *problem)
{
    char what[128];
    for (size_t at = 0, number = 1; at < n; number++) {
        size_t end = at;
        while (end < n && text[end] != '\r' && text[end] != '\n')
            end++;
        char *line = clean(text + at, end - at, dropped);
        if (!line) {
            snprintf(what, sizeof what, _("line %zu of what was pasted is too long"), number);
            return refuse(problem, what);
        }
        if (line[strspn(line, " ")] == '\0') {
            free(line);
        } else if (lines->count == most) {
            command_wipe_free(line);
            snprintf(what, sizeof what, _("more than %d lines were pasted"),
                     COMMAND_PASTE_LINES_MAX);
            return refuse(problem, what);
        } else {
            lines->lines[lines->count++] = line;
        }
        at = end + 1 + (end + 1 < n && text[end] == '\r' && text[end + 1] == '\n');
    }
    return PROBLEM_NONE;
}

/* The only line, at the cursor: it is seen before Enter sends it. */
static void insert(struct command_line *c, const char *text, size_t n, struct problem *problem)
{
    if (!line_edit_insert(&c->edit, text, n))
        refuse(problem, _("what was pasted is too long for the line"));
}

static bool is_one_line(const char *text, size_t n)
{
    return !memchr(text, '\r', n) && !memchr(text, '\n', n);
}

size_t command_line_paste(struct command_line *c, const char *text, size_t n,
                          struct problem *problem)
{
    struct command_lines lines = {.count = 0};
    size_t dropped = 0, taken = c->waiting.count + c->queue.count;
    if (n == 0)
        return c->waiting.count;
    if (n > PASTE_BYTES_MAX) {
        refuse(problem, _("what was pasted is too long"));
        return c->waiting.count;
    }
    enum problem_code code =
        split(&lines, COMMAND_PASTE_LINES_MAX - taken, text, n, &dropped, problem);
    if (code == PROBLEM_NONE) {
        command_history_stop_walking(&c->history);
        command_history_search_end(&c->history);
        command_completion_close(&c->completion);
        if (c->waiting.count || lines.count > 1) {
            memcpy(c->waiting.lines + c->waiting.count, lines.lines,
                   lines.count * sizeof lines.lines[0]);
            c->waiting.count += lines.count;
            lines.count = 0;
            c->dropped += dropped;
        } else {
            c->dropped = dropped;
            if (lines.count == 1)
                insert(c, lines.lines[0], strlen(lines.lines[0]), problem);
            else if (is_one_line(text, n))
                insert(c, text, n, problem); /* blanks */
        }
    }
    command_lines_wipe(&lines);
    return c->waiting.count;
}

size_t command_line_paste_waiting(const struct command_line *c)
{
    return c->waiting.count;
}

size_t command_line_paste_dropped(const struct command_line *c)
{
    return c->dropped;
}

const char *command_line_paste_line(const struct command_line *c, size_t i)
{
    return i < c->waiting.count ? c->waiting.lines[i] : NULL;
}

void command_line_paste_answer(struct command_line *c, bool yes)
{
    if (yes) { /* there is room: pasting counted both */
        memcpy(c->queue.lines + c->queue.count, c->waiting.lines,
               c->waiting.count * sizeof c->waiting.lines[0]);
        c->queue.count += c->waiting.count;
        c->waiting.count = 0;
    }
    command_lines_wipe(&c->waiting);
    c->waiting_first = c->dropped = 0;
}

const char *command_line_queued(const struct command_line *c)
{
    return c->queue.count ? c->queue.lines[0] : NULL;
}

void command_line_sent(struct command_line *c)
{
    if (c->queue.count == 0)
        return;
    command_wipe_free(c->queue.lines[0]);
    c->queue.count--;
    memmove(c->queue.lines, c->queue.lines + 1, c->queue.count * sizeof c->queue.lines[0]);
}

size_t command_line_queue_length(const struct command_line *c)
{
    return c->queue.count;
}

void command_line_drop_queue(struct command_line *c)
{
    command_lines_wipe(&c->queue);
}

/* --- the guard
 * ---------------------------------------------------------------------------------------- */

static void scroll(struct command_line *c, size_t lines, bool down)
{
    size_t last = c->waiting.count ? c->waiting.count - 1 : 0;
    if (down)
        c->waiting_first = lines < last - c->waiting_first ? c->waiting_first + lines : last;
    else
        c->waiting_first -= lines < c->waiting_first ? lines : c->waiting_first;
}

void command_paste_key(struct command_line *c, struct key key)
{
    switch (key.alt ? KEY_NONE : key.code) {
    case 'y':
    case 'Y':
        command_line_paste_answer(c, true);
        break;
    case 'n':
    case 'N':
    case KEY_CODE_ENTER: /* out of habit, so it must be the harmless one */
    case KEY_CODE_ESCAPE:
    case KEY_CONTROL('C'):
    case KEY_CONTROL('G'):
        command_line_paste_answer(c, false);
        break;
    case KEY_SPECIAL_UP:
    case KEY_SPECIAL_DOWN:
        scroll(c, 1, key.code == KEY_SPECIAL_DOWN);
        break;
    case KEY_SPECIAL_PAGE_UP:
    case KEY_SPECIAL_PAGE_DOWN:
        scroll(c, 10, key.code == KEY_SPECIAL_PAGE_DOWN);
        break;
    default:
        break;
    }
}

void command_paste_draw(const struct command_line *c, struct screen *s, struct rect list)
{
    if (list.rows == 0 || list.columns == 0)
        return;
    size_t count = c->waiting.count, rows = count < list.rows ? count : list.rows;
    size_t first = c->waiting_first < count - rows ? c->waiting_first : count - rows;
    for (unsigned i = 0; i < rows; i++) {
        unsigned row = list.row + list.rows - (unsigned)rows + i;
        screen_fill(s, (struct rect){row, list.column, 1, list.columns}, STYLE_OVERLAY);
        unsigned used =
            screen_print(s, row, list.column, list.columns, STYLE_KEY, "%3zu ", first + i + 1);
        screen_put_text(s, row, list.column + used, list.columns - used, STYLE_OVERLAY,
                        c->waiting.lines[first + i]);
    }
}
