/* What the model can do by itself; the rest is asked of the rim. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/parse.h"
#include "ui/locale.h"
#include "ui/model_internal.h"

#define SIDE_STEP 2

/* --- log ---------------------------------------------------------------------------------- */

static void search(struct ui_model *m, bool backwards, const char *argument)
{
    struct problem problem = PROBLEM_INIT;
    m->search_backwards = backwards;
    if (!argument[0]) {
        model_enter_field(m, FIELD_SEARCH);
        return;
    }
    bool regex = strncmp(argument, "re:", 3) == 0;
    log_view_search_from_here(m->log);
    if (log_view_search(m->log, argument + (regex ? 3 : 0), regex, backwards, &problem) !=
        PROBLEM_NONE)
        ui_model_say_problem(m, &problem);
    model_set_focus(m, PANE_LOG);
}

static void set_filter(struct ui_model *m, const struct log_filter *filter)
{
    struct problem problem = PROBLEM_INIT;
    if (log_view_set_filter(m->log, filter, &problem) != PROBLEM_NONE)
        ui_model_say_problem(m, &problem);
}

static void filter(struct ui_model *m, const char *argument)
{
    struct problem problem = PROBLEM_INIT;
    struct log_filter filter;
    if (!argument[0])
        model_enter_field(m, FIELD_FILTER);
    else if (log_filter_parse(argument, &filter, &problem))
        set_filter(m, &filter);
    else
        ui_model_say_problem(m, &problem);
}

/* all, then warnings and worse, then errors. */
static void filter_level(struct ui_model *m)
{
    struct log_filter f = *log_view_filter(m->log);
    f.least_level = f.least_level == 0 ? 'W' : f.least_level == 'W' ? 'E' : 0;
    set_filter(m, &f);
    ui_model_say(m, STYLE_STATUS, false, "%s",
                 f.least_level == 0     ? _("all levels")
                 : f.least_level == 'W' ? _("warnings and errors only")
                                        : _("errors only"));
}

static void pause_or_follow(struct ui_model *m)
{
    if (log_view_following(m->log))
        log_view_pause(m->log);
    else
        log_view_end(m->log);
}

static void next_stamps(struct ui_model *m)
{
    log_view_set_stamps(m->log, (enum log_stamps)((log_view_stamps(m->log) + 1) % STAMPS_COUNT));
}

static void highlight(struct ui_model *m, const char *argument)
{
    const char *words[1] = {argument};
    if (!argument[0]) {
        overlay_open_ask(&m->overlay, PURPOSE_HIGHLIGHT, _("Highlight a word"),
                         _("Words of the configuration file come back when this is empty."), "",
                         false);
    } else {
        log_view_set_highlights(m->log, words, 1);
    }
}

/* A long log cannot be cleared of what was said; the window begins at its end. */
static void clear(struct ui_model *m)
{
    log_view_clear(m->log, true);
}

void model_show_line(struct ui_model *m)
{
    char text[2048], stamp[64] = "";
    uint64_t number;
    struct log_line line;
    struct tm local;
    if (!log_view_cursor(m->log, &number) || !log_store_get(m->store, number, &line))
        return;
    time_t seconds = (time_t)(line.wall_us / TIME_S);
    if (line.wall_us && localtime_r(&seconds, &local))
        strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &local);
    overlay_open_page(&m->overlay, PURPOSE_READ, _("This line"));
    snprintf(text, sizeof text, _("line %llu, %s, %.3f s after the start"),
             (unsigned long long)number + 1, stamp, (double)line.time_us / TIME_S);
    overlay_add(&m->overlay, text, NULL, 0);
    snprintf(text, sizeof text, _("level %c, module %s, rule %s"), line.level ? line.level : '-',
             line.module ? line.module : "-", line.rule ? line.rule : "-");
    overlay_add(&m->overlay, text, NULL, 0);
    if (line.meaning)
        overlay_add(&m->overlay, line.meaning, NULL, 0);
    overlay_add(&m->overlay, "", NULL, 0);
    snprintf(text, sizeof text, "%.*s", (int)line.length, line.text);
    overlay_add(&m->overlay, text, NULL, 0);
}

/* True when the log's own part of the table has the action. */
static bool act_log(struct ui_model *m, enum action action, const char *argument)
{
    switch (action) {
    case ACTION_SEARCH:
        search(m, false, argument);
        return true;
    case ACTION_SEARCH_BACK:
        search(m, true, argument);
        return true;
    case ACTION_SEARCH_NEXT:
    case ACTION_SEARCH_PREVIOUS:
        log_view_search_next(m->log, (action == ACTION_SEARCH_PREVIOUS) != m->search_backwards);
        return true;
    case ACTION_FILTER:
        filter(m, argument);
        return true;
    case ACTION_FILTER_LEVEL:
        filter_level(m);
        return true;
    case ACTION_FILTER_CLEAR:
        log_view_clear(m->log, false);
        set_filter(m, &(struct log_filter){0});
        return true;
    case ACTION_FIRST_ERROR:
        if (!log_view_first_error(m->log))
            ui_model_say(m, STYLE_STATUS_GOOD, false, "%s", _("no errors so far"));
        return true;
    case ACTION_NEXT_ERROR:
        if (!log_view_next_error(m->log, false))
            ui_model_say(m, STYLE_STATUS, false, "%s", _("no further errors"));
        return true;
    case ACTION_PAUSE:
        pause_or_follow(m);
        return true;
    case ACTION_LOG_HOME:
        log_view_home(m->log);
        return true;
    case ACTION_LOG_END:
        log_view_end(m->log);
        return true;
    case ACTION_STAMPS:
        next_stamps(m);
        return true;
    case ACTION_WRAP:
        log_view_set_wrap(m->log, !log_view_wrap(m->log));
        return true;
    case ACTION_HEX:
        log_view_set_hex(m->log, !log_view_hex(m->log));
        return true;
    case ACTION_MEANINGS:
        log_view_set_meanings(m->log, !log_view_meanings(m->log));
        return true;
    case ACTION_BOOKMARK:
        log_view_toggle_bookmark(m->log);
        return true;
    case ACTION_BOOKMARK_NEXT:
        if (!log_view_next_bookmark(m->log, false))
            ui_model_say(m, STYLE_STATUS, false, "%s", _("there are no bookmarks"));
        return true;
    case ACTION_SELECT:
        model_set_focus(m, PANE_LOG);
        log_view_toggle_selection(m->log);
        return true;
    case ACTION_HIGHLIGHT:
        highlight(m, argument);
        return true;
    case ACTION_CLEAR:
        clear(m);
        return true;
    default:
        return false;
    }
}

/* --- panes ------------------------------------------------------------------------------------ */

static void next_pane(struct ui_model *m)
{
    static const enum pane order[] = {PANE_COMMAND, PANE_LOG, PANE_WORKFLOW, PANE_VERDICT};
    unsigned at = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (order[i] == m->focus)
            at = i;
    }
    model_set_focus(m, order[(at + 1) % 4]);
}

static bool act_panes(struct ui_model *m, enum action action)
{
    switch (action) {
    case ACTION_FOCUS_NEXT:
        next_pane(m);
        return true;
    case ACTION_FOCUS_COMMAND:
        model_set_focus(m, PANE_COMMAND);
        return true;
    case ACTION_FOCUS_LOG:
        model_set_focus(m, PANE_LOG);
        return true;
    case ACTION_FOCUS_WORKFLOW:
        model_set_focus(m, PANE_WORKFLOW);
        return true;
    case ACTION_FOCUS_VERDICT:
        model_set_focus(m, PANE_VERDICT);
        return true;
    case ACTION_ZOOM:
        if (m->focus == PANE_COMMAND)
            m->focus = PANE_LOG;
        m->wish.zoomed = !m->wish.zoomed;
        return true;
    case ACTION_TOGGLE_SIDE:
        m->wish.side_hidden = !m->wish.side_hidden;
        if (m->wish.side_hidden && (m->focus == PANE_WORKFLOW || m->focus == PANE_VERDICT))
            m->focus = PANE_LOG;
        return true;
    case ACTION_GROW:
        m->wish.side_change += SIDE_STEP;
        return true;
    case ACTION_SHRINK:
        m->wish.side_change -= SIDE_STEP;
        return true;
    default:
        return false;
    }
}

/* --- everything ---------------------------------------------------------------------------------
 */

/* What talks to a board has no meaning while a recording is played. */
static bool is_refused_in_replay(struct ui_model *m, enum action action)
{
    const char *group = action_info(action)->group;
    if (!m->replay ||
        (strcmp(group, "Board") != 0 && strcmp(group, "Workflow") != 0 && action != ACTION_RECORD))
        return false;
    ui_model_say(m, STYLE_STATUS_WARN, false, "%s",
                 _("this is a recording: there is no board to talk to"));
    return true;
}

static void toggle_raw_keys(struct ui_model *m)
{
    char name[24];
    m->raw_keys = !m->raw_keys;
    m->status.raw_keys = m->raw_keys;
    model_set_focus(m, PANE_COMMAND);
    key_describe(m->bindings.prefix, name, sizeof name);
    m->status.message[0] = '\0';
    if (m->raw_keys)
        ui_model_say(m, STYLE_STATUS_WARN, false, _("every key goes to the board; %s i ends that"),
                     name);
}

bool model_act(struct ui_model *m, enum action action, const char *argument)
{
    if (is_refused_in_replay(m, action) || act_log(m, action, argument) || act_panes(m, action))
        return true;
    switch (action) {
    case ACTION_HELP:
        overlay_open_help(&m->overlay, PURPOSE_READ, &m->bindings);
        return true;
    case ACTION_PALETTE:
        overlay_open_palette(&m->overlay, PURPOSE_PALETTE, &m->bindings);
        return true;
    case ACTION_RAW_KEYS:
        toggle_raw_keys(m);
        return true;
    case ACTION_NONE:
    case ACTION_COUNT:
        return true;
    default:
        return false;
    }
}

void model_command(struct ui_model *m, const char *line)
{
    char name[64];
    size_t n = strcspn(line, " ");
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), line);
    enum action action = action_named(name);
    if (action == ACTION_NONE) {
        ui_model_say(m, STYLE_STATUS_WARN, false,
                     _("there is no \":%s\"; Tab completes, a line for the board that begins with "
                       "a colon takes two"),
                     name);
        return;
    }
    ui_model_do(m, action, line + n + strspn(line + n, " "));
}

/* --- answers
 * ---------------------------------------------------------------------------------------- */

static void answered(struct ui_model *m, bool yes)
{
    int purpose = m->overlay.purpose;
    if (purpose == PURPOSE_PALETTE && yes) {
        enum action action = (enum action)overlay_value(&m->overlay);
        overlay_close(&m->overlay);
        ui_model_do(m, action, "");
        return;
    }
    if (purpose == PURPOSE_HIGHLIGHT && yes) {
        const char *words[1] = {overlay_text(&m->overlay)};
        if (words[0][0])
            log_view_set_highlights(m->log, words, 1);
        else
            log_view_set_highlights(m->log, (const char *const *)m->config->highlights,
                                    m->config->highlight_count);
    } else if (purpose >= PURPOSE_ASKED) {
        struct ui_request *r = model_ask(m, yes ? REQUEST_ANSWER : REQUEST_CANCEL);
        r->purpose = (enum ui_purpose)purpose;
        if (yes) {
            r->value = overlay_value(&m->overlay);
            snprintf(r->text, sizeof r->text, "%s", overlay_text(&m->overlay));
        }
    }
    overlay_close(&m->overlay);
}

void model_answer(struct ui_model *m, enum overlay_result result)
{
    if (result != OVERLAY_OPEN)
        answered(m, result == OVERLAY_ANSWERED);
}
