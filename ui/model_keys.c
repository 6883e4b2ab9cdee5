/* Which key goes where: overlay, field, prefix, pane, command line, board. */
#include <stdio.h>
#include <string.h>

#include "ui/locale.h"
#include "ui/model_internal.h"

#define WHEEL_LINES 3

void model_set_focus(struct ui_model *m, enum pane pane)
{
    if (m->replay && pane == PANE_COMMAND)
        pane = PANE_LOG;
    m->focus = pane;
    if (pane == PANE_WORKFLOW || pane == PANE_VERDICT) {
        m->wish.side = pane;
        m->wish.side_hidden = false;
    }
    if (pane == PANE_COMMAND)
        m->wish.zoomed = false;
}

/* --- search and filter, typed under the log -------------------------------------------------- */

void model_enter_field(struct ui_model *m, enum ui_field field)
{
    m->field = field;
    line_edit_clear(&m->edit);
    if (field == FIELD_SEARCH) {
        log_view_search_from_here(m->log);
    } else if (field == FIELD_FILTER) {
        char text[LINE_EDIT_MAX];
        log_filter_describe(log_view_filter(m->log), text, sizeof text);
        line_edit_set(&m->edit, text);
    }
}

void model_leave_field(struct ui_model *m)
{
    m->field = FIELD_COMMAND;
    line_edit_clear(&m->edit);
}

static void search_typed(struct ui_model *m)
{
    struct problem problem = PROBLEM_INIT;
    const char *text = m->edit.text;
    /* "re:" in front makes it a pattern; a plain text is the usual case. */
    bool regex = strncmp(text, "re:", 3) == 0;
    log_view_search(m->log, text + (regex ? 3 : 0), regex, m->search_backwards, &problem);
    if (problem.code != PROBLEM_NONE)
        ui_model_say(m, STYLE_STATUS_WARN, false, "%s", problem.what);
    else if (m->search_complained)
        m->status.message[0] = '\0';
    m->search_complained = problem.code != PROBLEM_NONE;
}

static void filter_typed(struct ui_model *m)
{
    struct problem problem = PROBLEM_INIT;
    struct log_filter filter;
    if (!log_filter_parse(m->edit.text, &filter, &problem) ||
        log_view_set_filter(m->log, &filter, &problem) != PROBLEM_NONE)
        ui_model_say_problem(m, &problem);
}

static void field_key(struct ui_model *m, struct key key)
{
    if (key.code == KEY_CODE_ESCAPE && !key.alt) {
        if (m->field == FIELD_SEARCH)
            log_view_search_cancel(m->log);
        model_leave_field(m);
    } else if (key.code == KEY_CODE_ENTER) {
        enum ui_field field = m->field;
        if (field == FIELD_FILTER)
            filter_typed(m);
        if (field == FIELD_SEARCH && !m->edit.text[0])
            search_typed(m); /* an empty search ends the one before */
        model_leave_field(m);
        if (field == FIELD_SEARCH)
            model_set_focus(m, PANE_LOG);
    } else if (line_edit_key(&m->edit, key) && m->field == FIELD_SEARCH) {
        search_typed(m);
    }
}

/* --- panes --------------------------------------------------------------------------------------
 */

static bool log_key(struct ui_model *m, struct key key)
{
    switch (key.code) {
    case KEY_SPECIAL_UP:
        log_view_move(m->log, -1);
        return true;
    case KEY_SPECIAL_DOWN:
        log_view_move(m->log, 1);
        return true;
    case KEY_SPECIAL_LEFT:
        log_view_sideways(m->log, -8);
        return true;
    case KEY_SPECIAL_RIGHT:
        log_view_sideways(m->log, 8);
        return true;
    case KEY_SPECIAL_HOME:
        log_view_home(m->log);
        return true;
    case KEY_SPECIAL_END:
        log_view_end(m->log);
        return true;
    case KEY_CODE_ENTER:
        model_show_line(m);
        return true;
    default:
        return false;
    }
}

static bool workflow_key(struct ui_model *m, struct key key)
{
    if (key.code == KEY_SPECIAL_UP || key.code == KEY_SPECIAL_DOWN)
        workflow_pane_move(&m->workflow, key.code == KEY_SPECIAL_UP ? -1 : 1);
    else if (key.code == KEY_CODE_ENTER)
        ui_model_do(m, ACTION_RETRY, "");
    else
        return false;
    return true;
}

static bool verdict_key(struct ui_model *m, struct key key)
{
    uint64_t number;
    if (key.code == KEY_SPECIAL_UP || key.code == KEY_SPECIAL_DOWN) {
        verdict_pane_move(&m->verdict, key.code == KEY_SPECIAL_UP ? -1 : 1);
    } else if (key.code == KEY_CODE_ENTER) {
        if (verdict_pane_evidence(&m->verdict, &number))
            log_view_go_to(m->log, number);
        else
            ui_model_say(m, STYLE_STATUS, false, "%s", _("no line of the log stands for this"));
    } else {
        return false;
    }
    return true;
}

/* Keys that mean the same wherever the focus is. */
static bool common_key(struct ui_model *m, struct key key)
{
    switch (key.code) {
    case KEY_SPECIAL_PAGE_UP:
        log_view_page(m->log, -1);
        return true;
    case KEY_SPECIAL_PAGE_DOWN:
        log_view_page(m->log, 1);
        return true;
    default:
        return false;
    }
}

/* Esc goes back one thing at a time: selection, search, pane. */
static void leave_log(struct ui_model *m)
{
    struct problem ignored = PROBLEM_INIT;
    uint64_t first, last;
    if (log_view_selection(m->log, &first, &last))
        log_view_clear_selection(m->log);
    else if (log_view_search_state(m->log).active)
        log_view_search(m->log, "", false, false, &ignored);
    else if (!m->replay)
        model_set_focus(m, PANE_COMMAND);
}

static void pane_key(struct ui_model *m, struct key key)
{
    enum action action = bindings_direct(&m->bindings, key, true);
    bool taken = m->focus == PANE_WORKFLOW  ? workflow_key(m, key)
                 : m->focus == PANE_VERDICT ? verdict_key(m, key)
                                            : log_key(m, key);
    if (taken || common_key(m, key))
        return;
    if (action != ACTION_NONE) {
        ui_model_do(m, action, "");
    } else if (key.code == KEY_CODE_ESCAPE && !key.alt) {
        leave_log(m);
    }
}

/* --- the board's side ----------------------------------------------------------------------------
 */

/* A key as a terminal would send it down the line. */
static size_t key_bytes(struct key key, char out[8])
{
    static const struct {
        uint32_t code;
        const char *bytes;
    } special[] = {
        {KEY_SPECIAL_UP, "\x1b[A"},      {KEY_SPECIAL_DOWN, "\x1b[B"},
        {KEY_SPECIAL_RIGHT, "\x1b[C"},   {KEY_SPECIAL_LEFT, "\x1b[D"},
        {KEY_SPECIAL_HOME, "\x1b[H"},    {KEY_SPECIAL_END, "\x1b[F"},
        {KEY_SPECIAL_DELETE, "\x1b[3~"}, {KEY_SPECIAL_BACKSPACE, "\b"},
    };
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        if (key.code == special[i].code)
            return (size_t)snprintf(out, 8, "%s", special[i].bytes);
    }
    size_t n = 0;
    if (key.code >= KEYS_SPECIAL)
        return 0;
    if (key.alt)
        out[n++] = 0x1B;
    uint32_t c = key.code;
    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xC0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out[n++] = (char)(0xE0 | c >> 12);
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        out[n++] = (char)(0xF0 | c >> 18);
        out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    }
    return n;
}

static void send_key(struct ui_model *m, struct key key)
{
    char bytes[8];
    size_t n = key_bytes(key, bytes);
    if (n == 0)
        return;
    struct ui_request *r = model_ask(m, REQUEST_BYTES);
    memcpy(r->text, bytes, n);
    r->n = n;
}

static void entered(struct ui_model *m)
{
    const char *line = command_line_entered(m->command);
    if (line[0] == ':' && line[1] != ':') {
        model_command(m, line + 1);
        return;
    }
    /* Whoever asks wants to see the answer. */
    if (!log_view_following(m->log))
        log_view_end(m->log);
    struct ui_request *r = model_ask(m, REQUEST_LINE);
    snprintf(r->text, sizeof r->text, "%s", line + (line[0] == ':'));
    if (strncmp(line, "netmgr", 6) == 0 || strncmp(line, "OTA_APP", 7) == 0)
        command_line_forget_entered(m->command);
    m->prompt_seen = false;
    m->line_sent_us = m->now_us;
}

/* Ctrl-C, Ctrl-D, Ctrl-Z ... belong to the board, as in any terminal program. */
static bool is_for_the_board(struct key key)
{
    return !key.alt && (key.code == KEY_CONTROL('C') || key.code == KEY_CONTROL('Z') ||
                        key.code == KEY_CONTROL('X'));
}

static void command_key(struct ui_model *m, struct key key)
{
    enum action action = bindings_direct(&m->bindings, key, false);
    if (action != ACTION_NONE) {
        ui_model_do(m, action, "");
        return;
    }
    if (is_for_the_board(key)) {
        send_key(m, key);
        return;
    }
    switch (command_line_key(m->command, key)) {
    case COMMAND_ENTERED:
        entered(m);
        break;
    case COMMAND_IGNORED:
        common_key(m, key);
        break;
    case COMMAND_EDITING:
        break;
    }
}

/* --- all together --------------------------------------------------------------------------------
 */

static void after_prefix(struct ui_model *m, struct key key)
{
    m->prefix_pending = false;
    enum action action = bindings_after_prefix(&m->bindings, key);
    if (key_same(key, m->bindings.prefix)) {
        if (!m->replay)
            send_key(m, key);
    } else if (action != ACTION_NONE) {
        ui_model_do(m, action, "");
    } else if (key.code != KEY_CODE_ESCAPE) {
        char name[24], prefix[24];
        key_describe(key, name, sizeof name);
        key_describe(m->bindings.prefix, prefix, sizeof prefix);
        ui_model_say(m, STYLE_STATUS_WARN, false, _("%s %s does nothing; %s ? lists the keys"),
                     prefix, name, prefix);
    }
}

static void take_key(struct ui_model *m, struct key key)
{
    if (m->overlay.kind != OVERLAY_NONE) {
        model_answer(m, overlay_key(&m->overlay, key));
    } else if (m->prefix_pending) {
        after_prefix(m, key);
    } else if (m->bindings.prefix.code != KEY_NONE && key_same(key, m->bindings.prefix)) {
        m->prefix_pending = true;
    } else if (m->field != FIELD_COMMAND) {
        field_key(m, key);
    } else if (m->focus != PANE_COMMAND) {
        pane_key(m, key);
    } else if (m->raw_keys) {
        send_key(m, key);
    } else {
        command_key(m, key);
    }
}

static void take_paste(struct ui_model *m, const char *text, size_t n)
{
    struct problem problem = PROBLEM_INIT;
    if (m->overlay.kind != OVERLAY_NONE) {
        model_answer(m, overlay_paste(&m->overlay, text, n));
        return;
    }
    if (m->field != FIELD_COMMAND) {
        if (line_edit_insert(&m->edit, text, n) && m->field == FIELD_SEARCH)
            search_typed(m);
        return;
    }
    if (m->replay)
        return;
    model_set_focus(m, PANE_COMMAND);
    command_line_paste(m->command, text, n, &problem);
    if (problem.code != PROBLEM_NONE)
        ui_model_say_problem(m, &problem);
    /* Should the answer be yes, the first line waits for nothing. */
    m->prompt_seen = true;
}

static bool inside(const struct rect *r, unsigned row, unsigned column)
{
    return r->rows && row >= r->row && row < r->row + r->rows && column >= r->column &&
           column < r->column + r->columns;
}

static void take_mouse(struct ui_model *m, const struct input *in)
{
    uint64_t number;
    if (m->overlay.kind != OVERLAY_NONE)
        return;
    if (in->button != MOUSE_LEFT) {
        log_view_move(m->log, in->button == MOUSE_WHEEL_UP ? -WHEEL_LINES : WHEEL_LINES);
    } else if (inside(&m->layout.log, in->row, in->column)) {
        model_set_focus(m, PANE_LOG);
        if (in->row > m->layout.log.row &&
            log_view_at_row(m->log, in->row - m->layout.log.row - 1, &number))
            log_view_go_to(m->log, number);
    } else if (inside(&m->layout.workflow, in->row, in->column)) {
        model_set_focus(m, PANE_WORKFLOW);
    } else if (inside(&m->layout.verdict, in->row, in->column)) {
        model_set_focus(m, PANE_VERDICT);
    } else if (inside(&m->layout.command, in->row, in->column)) {
        model_set_focus(m, PANE_COMMAND);
    }
}

void ui_model_input(struct ui_model *m, const struct input *in)
{
    switch (in->kind) {
    case INPUT_KEY:
        take_key(m, in->key);
        break;
    case INPUT_PASTE:
        take_paste(m, in->text, in->n);
        break;
    case INPUT_MOUSE:
        take_mouse(m, in);
        break;
    case INPUT_RESIZE:
        break; /* the next drawing sees the size */
    }
}
