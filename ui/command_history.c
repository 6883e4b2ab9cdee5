#include "ui/command_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/write_all.h"
#include "ui/typed_text.h"

/* Of a larger file the end is read: the newest lines. */
#define FILE_MAX ((size_t)COMMAND_HISTORY_MAX * LINE_EDIT_MAX)

void command_wipe_free(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

/* A line that would be shown masked is not stored. */
static bool has_secret(const struct command_history *h, const char *line, size_t n)
{
    char masked[LINE_EDIT_MAX + 64];
    size_t length = redact_text(h->redactor, line, n, masked, sizeof masked);
    bool same = length == n && memcmp(masked, line, n) == 0;
    explicit_bzero(masked, sizeof masked);
    return !same;
}

static void remove_at(struct command_history *h, size_t i)
{
    command_wipe_free(h->entries[i]);
    h->count--;
    memmove(h->entries + i, h->entries + i + 1, (h->count - i) * sizeof h->entries[0]);
}

static bool is_blank(const char *line, size_t n)
{
    while (n > 0 && line[n - 1] == ' ')
        n--;
    return n == 0;
}

static void add(struct command_history *h, const char *line, size_t n)
{
    if (n >= LINE_EDIT_MAX || is_blank(line, n) || !typed_text_is_clean(line, n) ||
        has_secret(h, line, n))
        return;
    if (h->count) {
        const char *last = h->entries[h->count - 1];
        if (strlen(last) == n && memcmp(last, line, n) == 0)
            return;
    }
    char *copy = strndup(line, n);
    if (!copy)
        return;
    if (h->count == COMMAND_HISTORY_MAX)
        remove_at(h, 0);
    h->entries[h->count++] = copy;
}

void command_history_add(struct command_history *h, const char *line)
{
    add(h, line, strlen(line));
}

void command_history_remove(struct command_history *h, const char *line)
{
    /* Both hold places in the list. */
    command_history_stop_walking(h);
    command_history_search_end(h);
    for (size_t i = h->count; i-- > 0;) {
        if (strcmp(h->entries[i], line) == 0)
            remove_at(h, i);
    }
}

void command_history_free(struct command_history *h)
{
    for (size_t i = 0; i < h->count; i++)
        command_wipe_free(h->entries[i]);
    redactor_free(h->redactor);
}

/* --- file ------------------------------------------------------------------------------------ */

static size_t read_end(int fd, off_t size, char *bytes)
{
    size_t used = 0;
    off_t from = size > (off_t)FILE_MAX ? size - (off_t)FILE_MAX : 0;
    while (used < FILE_MAX) {
        ssize_t n = pread(fd, bytes + used, FILE_MAX - used, from + (off_t)used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    if (from == 0)
        return used;
    /* The first line is only the end of one. */
    char *first = memchr(bytes, '\n', used);
    size_t skip = first ? (size_t)(first - bytes) + 1 : used;
    memmove(bytes, bytes + skip, used - skip);
    return used - skip;
}

void command_line_load_history(struct command_line *c, const char *path)
{
    struct stat st;
    /* O_NONBLOCK: a pipe of that name must not stop the program. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char *bytes = fd >= 0 ? malloc(FILE_MAX) : NULL;
    if (bytes && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        size_t n = read_end(fd, st.st_size, bytes), at = 0;
        while (at < n) {
            const char *line = bytes + at, *end = memchr(line, '\n', n - at);
            size_t length = end ? (size_t)(end - line) : n - at;
            at += length + 1;
            if (length && line[length - 1] == '\r')
                length--;
            add(&c->history, line, length);
        }
        explicit_bzero(bytes, n); /* a file of an older version may hold secrets */
    }
    free(bytes);
    if (fd >= 0)
        close(fd);
}

static enum problem_code not_saved(struct problem *problem, const char *path, int error)
{
    return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                       "Check its folder's permissions and the space on the disk.",
                       "the history cannot be saved: %s", strerror(error));
}

enum problem_code command_line_save_history(const struct command_line *c, const char *path,
                                            struct problem *problem)
{
    struct buffer text = {.limit = 2 * FILE_MAX};
    char *aside = NULL;
    for (size_t i = 0; i < c->history.count; i++)
        buffer_format(&text, "%s\n", c->history.entries[i]);
    if (text.failed || asprintf(&aside, "%s.XXXXXX", path) < 0) {
        buffer_free(&text);
        return not_saved(problem, path, ENOMEM);
    }
    /* mkostemp makes a new file, mode 0600; rename puts it in the place of whatever stood there,
     * so a link that somebody planted is replaced and not followed. */
    int fd = mkostemp(aside, O_CLOEXEC), error = fd < 0 ? errno : 0;
    if (fd >= 0) {
        if (!write_all(fd, text.data, text.length) || fsync(fd) != 0)
            error = errno;
        if (close(fd) != 0 && !error)
            error = errno;
        if (!error && rename(aside, path) != 0)
            error = errno;
        if (error)
            unlink(aside);
    }
    free(aside);
    buffer_free(&text);
    return error ? not_saved(problem, path, error) : PROBLEM_NONE;
}

/* --- Up and Down -------------------------------------------------------------------------------
 */

void command_history_stop_walking(struct command_history *h)
{
    h->walking = false;
    explicit_bzero(h->typed, sizeof h->typed);
}

void command_history_walk(struct command_history *h, struct line_edit *edit, bool back)
{
    if (!h->walking) {
        if (!back)
            return;
        memcpy(h->typed, edit->text, sizeof h->typed);
        h->at = h->count;
        h->walking = true;
    }
    size_t n = strlen(h->typed), at = h->at;
    while (back ? at > 0 : at < h->count) {
        at += back ? (size_t)-1 : 1;
        if (at == h->count) {
            line_edit_set(edit, h->typed);
            command_history_stop_walking(h);
            return;
        }
        /* What begins as typed, and is not what stands there already. */
        if (strncmp(h->entries[at], h->typed, n) == 0 && strcmp(h->entries[at], edit->text) != 0) {
            h->at = at;
            line_edit_set(edit, h->entries[at]);
            return;
        }
    }
    if (back && h->at == h->count)
        command_history_stop_walking(h);
}

/* --- Ctrl-R --------------------------------------------------------------------------------------
 */

void command_history_search_begin(struct command_history *h, const struct line_edit *edit)
{
    command_history_stop_walking(h);
    memcpy(h->typed, edit->text, sizeof h->typed);
    line_edit_clear(&h->pattern);
    h->found = h->count;
    h->searching = true;
    h->not_found = false;
}

void command_history_search_end(struct command_history *h)
{
    h->searching = h->not_found = false;
    line_edit_clear(&h->pattern);
    explicit_bzero(h->typed, sizeof h->typed);
}

/* The newest entry before `from` that holds the pattern. */
static void find_older(struct command_history *h, struct line_edit *edit, size_t from,
                       bool skip_same)
{
    h->not_found = true;
    while (h->not_found && from-- > 0) {
        const char *entry = h->entries[from], *at = strstr(entry, h->pattern.text);
        if (!at || (skip_same && strcmp(entry, edit->text) == 0))
            continue;
        line_edit_set(edit, entry);
        edit->cursor = (size_t)(at - entry);
        h->found = from;
        h->not_found = false;
    }
}

static bool edits_pattern(struct key key)
{
    if (key.alt)
        return false;
    return key.code == KEY_SPECIAL_BACKSPACE || key.code == 0x7F || key.code == KEY_CONTROL('H') ||
           key.code == KEY_CONTROL('U') || key.code == KEY_CONTROL('W') ||
           (key.code >= 0x20 && key.code < KEYS_SPECIAL);
}

bool command_history_search_key(struct command_history *h, struct line_edit *edit, struct key key)
{
    if (!key.alt && (key.code == KEY_CODE_ESCAPE || key.code == KEY_CONTROL('G'))) {
        line_edit_set(edit, h->typed);
        command_history_search_end(h);
        return true;
    }
    if (!key.alt && key.code == KEY_CONTROL('R')) {
        if (h->pattern.length)
            find_older(h, edit, h->found, true);
        return true;
    }
    if (!edits_pattern(key)) {
        /* A line that was not found is not to be sent in its place. */
        bool stay = h->not_found && key.code == KEY_CODE_ENTER;
        command_history_search_end(h);
        return stay;
    }
    size_t before = h->pattern.length;
    line_edit_key(&h->pattern, key);
    if (h->pattern.length == 0)
        h->not_found = false;
    else if (h->pattern.length > before && h->found < h->count)
        find_older(h, edit, h->found + 1, false); /* what is shown may fit still */
    else
        find_older(h, edit, h->count, false);
    return true;
}
