#include "ui/command_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/locale.h"

struct command_line *command_line_new(void)
{
    struct command_line *c = calloc(1, sizeof *c);
    if (c)
        c->history.redactor = redactor_new();
    if (c && !c->history.redactor) {
        free(c);
        return NULL;
    }
    return c;
}

void command_line_free(struct command_line *c)
{
    if (!c)
        return;
    command_history_free(&c->history);
    command_completion_free(&c->completion);
    command_lines_wipe(&c->waiting);
    command_lines_wipe(&c->queue);
    explicit_bzero(c, sizeof *c);
    free(c);
}

/* --- typing -------------------------------------------------------------------------------------
 */

static enum command_result enter(struct command_line *c)
{
    memcpy(c->entered, c->edit.text, sizeof c->entered);
    command_history_add(&c->history, c->entered);
    line_edit_clear(&c->edit);
    return COMMAND_ENTERED;
}

static bool changes_text(struct key key)
{
    return !key.alt &&
           (key.code == KEY_SPECIAL_BACKSPACE || key.code == 0x7F || key.code == KEY_CONTROL('H') ||
            (key.code > ' ' && key.code < KEYS_SPECIAL));
}

/* The keys of the line itself; nothing is open above it. */
static enum command_result plain_key(struct command_line *c, struct key key)
{
    switch (key.alt ? KEY_NONE : key.code) {
    case KEY_CODE_ENTER:
        return enter(c);
    case KEY_CODE_TAB:
        command_completion_tab(&c->completion, &c->edit);
        return COMMAND_EDITING;
    case KEY_SPECIAL_UP:
    case KEY_CONTROL('P'):
    case KEY_SPECIAL_DOWN:
    case KEY_CONTROL('N'):
        command_history_walk(&c->history, &c->edit,
                             key.code == KEY_SPECIAL_UP || key.code == KEY_CONTROL('P'));
        return COMMAND_EDITING;
    case KEY_CONTROL('R'):
        command_history_search_begin(&c->history, &c->edit);
        return COMMAND_EDITING;
    default:
        return line_edit_key(&c->edit, key) ? COMMAND_EDITING : COMMAND_IGNORED;
    }
}

static bool is_walk(struct key key)
{
    return !key.alt && (key.code == KEY_SPECIAL_UP || key.code == KEY_CONTROL('P') ||
                        key.code == KEY_SPECIAL_DOWN || key.code == KEY_CONTROL('N'));
}

enum command_result command_line_key(struct command_line *c, struct key key)
{
    struct command_completion *k = &c->completion;
    if (c->entered_forgotten) {
        explicit_bzero(c->entered, sizeof c->entered);
        c->entered_forgotten = false;
    }
    if (c->waiting.count) {
        command_paste_key(c, key);
        return COMMAND_EDITING;
    }
    if (c->history.searching && command_history_search_key(&c->history, &c->edit, key))
        return COMMAND_EDITING;
    if (k->open) {
        if (command_completion_key(k, &c->edit, key))
            return COMMAND_EDITING;
        if (changes_text(key)) {
            line_edit_key(&c->edit, key);
            command_completion_refresh(k, &c->edit);
            return COMMAND_EDITING;
        }
    }
    if (key.alt || key.code != KEY_CODE_TAB)
        command_completion_close(k);
    if (!is_walk(key))
        command_history_stop_walking(&c->history);
    return plain_key(c, key);
}

const char *command_line_entered(const struct command_line *c)
{
    return c->entered;
}

void command_line_forget_entered(struct command_line *c)
{
    command_history_remove(&c->history, c->entered);
    c->entered_forgotten = true;
}

const struct line_edit *command_line_edit(const struct command_line *c)
{
    return &c->edit;
}

void command_line_set(struct command_line *c, const char *text)
{
    command_history_stop_walking(&c->history);
    command_history_search_end(&c->history);
    command_completion_close(&c->completion);
    line_edit_set(&c->edit, text);
}

/* --- drawing -------------------------------------------------------------------------------------
 */

static void draw_guard(const struct command_line *c, struct screen *s, unsigned row,
                       unsigned column, unsigned columns)
{
    screen_fill(s, (struct rect){row, column, 1, columns}, STYLE_WARN);
    unsigned used = screen_print(s, row, column, columns, STYLE_WARN,
                                 _("Send these %zu lines one by one? y/n"), c->waiting.count);
    if (c->dropped)
        screen_print(s, row, column + used, columns - used, STYLE_WARN,
                     _(" (%zu control characters left out)"), c->dropped);
    screen_set_cursor(s, row, column + (used < columns ? used : columns - 1));
}

void command_line_draw(const struct command_line *c, struct screen *s, unsigned row,
                       unsigned column, unsigned columns, const char *prompt, struct rect list,
                       bool focus)
{
    char search[LINE_EDIT_MAX + 64];
    const struct command_history *h = &c->history;
    if (columns == 0)
        return;
    if (c->waiting.count) {
        draw_guard(c, s, row, column, columns);
        command_paste_draw(c, s, list);
        return;
    }
    if (h->searching) {
        snprintf(search, sizeof search, h->not_found ? _("not found '%s': ") : _("search '%s': "),
                 h->pattern.text);
        prompt = search;
    }
    bool shown = s->cursor_shown;
    unsigned cursor_row = s->cursor_row, cursor_column = s->cursor_column;
    line_edit_draw(&c->edit, s, row, column, columns, STYLE_INPUT, prompt);
    command_completion_draw(&c->completion, s, list);
    if (!focus) { /* the cursor stays where it was */
        s->cursor_shown = shown;
        s->cursor_row = cursor_row;
        s->cursor_column = cursor_column;
    }
}
