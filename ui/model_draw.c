#include <stdio.h>
#include <string.h>

#include "ui/locale.h"
#include "ui/model_internal.h"

#define DOCTOR_ROWS 5u

/* The state of the connection, when something is the matter with it: on top of the log. */
static struct rect draw_doctor(const struct ui_model *m, struct screen *s, struct rect area)
{
    char next[sizeof m->doctor_next + 64], key[64];
    if (!m->doctor_what[0] || area.rows < DOCTOR_ROWS + 2)
        return area;
    bindings_describe(&m->bindings, ACTION_OFFER, key, sizeof key);
    if (m->offer != OFFER_NOTHING && key[0])
        snprintf(next, sizeof next, _("%s [%s does it]"), m->doctor_next, key);
    else
        snprintf(next, sizeof next, "%s", m->doctor_next);
    struct paragraph what = {"", STYLE_WARN, m->doctor_what, STYLE_WARN};
    struct paragraph then = {"", STYLE_OVERLAY, next, STYLE_OVERLAY};
    struct rect banner = {area.row, area.column, DOCTOR_ROWS, area.columns};
    unsigned rows = paragraph_rows(&what, area.columns) + paragraph_rows(&then, area.columns);
    banner.rows = rows < DOCTOR_ROWS ? rows : DOCTOR_ROWS;
    screen_fill(s, banner, STYLE_OVERLAY);
    unsigned used = paragraph_draw(&what, s, banner);
    struct rect rest = {banner.row + used, banner.column, banner.rows - used, banner.columns};
    paragraph_draw(&then, s, rest);
    area.row += banner.rows;
    area.rows -= banner.rows;
    return area;
}

static void draw_log(struct ui_model *m, struct screen *s)
{
    struct rect area = m->layout.log;
    char state[160];
    if (area.rows == 0)
        return;
    log_view_describe(m->log, state, sizeof state);
    if (area.rows > 1) {
        screen_title(s, area, m->focus == PANE_LOG, _("Log"), state);
        area.row++;
        area.rows--;
    }
    area = draw_doctor(m, s, area);
    log_view_draw(m->log, s, area, m->focus == PANE_LOG);
}

static void draw_sides(struct ui_model *m, struct screen *s)
{
    const struct layout *l = &m->layout;
    if (l->border) {
        for (unsigned row = l->log.row; row < l->command.row; row++)
            screen_put_text(s, row, l->border_column, 1, STYLE_BORDER, "│");
    }
    if (l->workflow.rows)
        workflow_pane_draw(&m->workflow, s, l->workflow, m->focus == PANE_WORKFLOW);
    if (l->verdict.rows)
        verdict_pane_draw(&m->verdict, s, l->verdict, m->focus == PANE_VERDICT);
}

static void draw_field(struct ui_model *m, struct screen *s)
{
    struct rect r = m->layout.command;
    if (r.rows == 0)
        return;
    if (m->field == FIELD_SEARCH) {
        line_edit_draw(&m->edit, s, r.row, r.column, r.columns, STYLE_INPUT,
                       m->search_backwards ? _("search back: ") : _("search: "));
    } else if (m->field == FIELD_FILTER) {
        line_edit_draw(&m->edit, s, r.row, r.column, r.columns, STYLE_INPUT, _("filter: "));
    } else if (m->replay) {
        screen_put_text(s, r.row, r.column, r.columns, STYLE_DIM, m->status.run);
    } else if (m->raw_keys) {
        screen_put_text(s, r.row, r.column, r.columns, STYLE_WARN,
                        _("-- every key goes to the board --"));
    } else {
        command_line_draw(m->command, s, r.row, r.column, r.columns, "> ", m->layout.log,
                          m->focus == PANE_COMMAND);
    }
}

/* The keys that matter where one is. */
static void hint_keys(struct ui_model *m)
{
    char p[24], *out = m->status.keys;
    size_t n = sizeof m->status.keys;
    key_describe(m->bindings.prefix, p, sizeof p);
    if (m->bindings.prefix.code == KEY_NONE)
        snprintf(out, n, _("F1 help  F2 all actions"));
    else if (m->field != FIELD_COMMAND)
        snprintf(out, n, _("Enter takes it  Esc back"));
    else if (m->focus == PANE_COMMAND)
        snprintf(out, n, _("%s ? help  %s : all actions  %s r run  PgUp back in the log"), p, p, p);
    else if (m->focus == PANE_LOG)
        snprintf(out, n, _("/ search  f filter  e error  Space follow  Enter meaning  Esc back"));
    else if (m->focus == PANE_WORKFLOW)
        snprintf(out, n, _("r run  %s k stop  Enter run from here  Esc back"), p);
    else
        snprintf(out, n, _("Enter shows the evidence  Esc back"));
}

static void lay_out(struct ui_model *m, const struct screen *s)
{
    m->wish.rows = s->rows;
    m->wish.columns = s->columns;
    m->wish.focus = m->focus;
    m->wish.workflow_rows = workflow_pane_rows(&m->workflow);
    m->wish.verdict_rows = verdict_pane_rows(&m->verdict, s->columns);
    layout_make(&m->wish, &m->layout);
}

void ui_model_draw(struct ui_model *m, struct screen *s)
{
    screen_clear(s);
    lay_out(m, s);
    hint_keys(m);
    m->status.prefix_pending = m->prefix_pending;
    key_describe(m->bindings.prefix, m->status.prefix_name, sizeof m->status.prefix_name);
    if (m->layout.status.rows)
        status_line_draw(&m->status, s, m->layout.status.row);
    draw_sides(m, s);
    draw_log(m, s);
    draw_field(m, s);
    if (m->layout.bottom.rows)
        status_line_draw_bottom(&m->status, s, m->layout.bottom.row);
    if (m->overlay.kind != OVERLAY_NONE)
        overlay_draw(&m->overlay, s);
}
