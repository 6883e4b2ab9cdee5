/* Events of the session become lines of the log and news for the panes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ui/format.h"
#include "ui/line_markup.h"
#include "ui/locale.h"
#include "ui/model_internal.h"

/* An unfinished line grows no further than this; what comes then is a line of its own. */
#define GROWN_LINE_MAX 8192

static void count_error(struct ui_model *m, const struct log_line *line)
{
    if (line->kind == LOG_DEVICE && (line->level == 'E' || line->level == 'F' || line->failure))
        m->status.errors++;
}

static void append(struct ui_model *m, const struct log_line *line)
{
    if (m->sent[0])
        model_flush_sent(m);
    if (log_store_append(m->store, line))
        count_error(m, line);
    log_view_changed(m->log);
    m->last_unfinished = false;
    m->last_length = line->length;
}

void model_log(struct ui_model *m, enum log_kind kind, char level, uint64_t time_us,
               uint64_t wall_us, const char *text)
{
    struct log_line line = {.time_us = time_us,
                            .wall_us = wall_us,
                            .kind = kind,
                            .level = level,
                            .text = text,
                            .length = strlen(text)};
    append(m, &line);
}

/* --- what the board says ------------------------------------------------------------------ */

/* A prompt, or half a line that the board went on with after a pause. */
static bool grow_last(struct ui_model *m, const struct log_line *more)
{
    static char text[2 * GROWN_LINE_MAX + 1], raw[2 * GROWN_LINE_MAX];
    char module[64], meaning[256], rule[64];
    struct log_line last;
    uint64_t end = log_store_end(m->store);
    if (!m->last_unfinished || end == log_store_first(m->store) ||
        m->last_length + more->length > GROWN_LINE_MAX || more->raw_length > GROWN_LINE_MAX ||
        !log_store_get(m->store, end - 1, &last) || last.raw_length > GROWN_LINE_MAX)
        return false;
    struct log_line grown = *more;
    memcpy(text, last.text, last.length);
    memcpy(text + last.length, more->text, more->length);
    grown.text = text;
    grown.length = last.length + more->length;
    if (last.raw || more->raw) {
        size_t n = last.raw ? last.raw_length : last.length;
        memcpy(raw, last.raw ? (const char *)last.raw : last.text, n);
        size_t k = more->raw ? more->raw_length : more->length;
        memcpy(raw + n, more->raw ? (const char *)more->raw : more->text, k);
        grown.raw = (const uint8_t *)raw;
        grown.raw_length = n + k;
    }
    /* Borrowed texts of `last` do not outlive the call that takes its place. */
    if (last.level && !more->level)
        grown.level = last.level;
    if (last.module && !more->module) {
        snprintf(module, sizeof module, "%s", last.module);
        grown.module = module;
    }
    if (last.meaning && !more->meaning) {
        snprintf(meaning, sizeof meaning, "%s", last.meaning);
        grown.meaning = meaning;
    }
    if (last.rule && !more->rule) {
        snprintf(rule, sizeof rule, "%s", last.rule);
        grown.rule = rule;
    }
    grown.failure |= last.failure;
    if (!log_store_replace_last(m->store, &grown))
        return false;
    m->last_length = grown.length;
    log_view_changed(m->log);
    if (more->level || more->failure)
        count_error(m, more);
    return true;
}

void model_flush_sent(struct ui_model *m)
{
    char text[sizeof m->sent];
    if (!m->sent[0])
        return;
    snprintf(text, sizeof text, "%s", m->sent);
    m->sent[0] = '\0';
    model_log(m, LOG_SENT, 0, m->sent_us, m->sent_wall_us, text);
}

/* Behind a prompt the board's echo says what was typed; it need not stand there twice. */
static void take_sent(struct ui_model *m, const struct event *e)
{
    const char *text = e->text ? e->text : "";
    model_flush_sent(m);
    m->prompt_seen = false;
    m->line_sent_us = m->now_us;
    if (strlen(text) >= sizeof m->sent) {
        model_log(m, LOG_SENT, 0, e->time_us, e->wall_us, text);
        return;
    }
    snprintf(m->sent, sizeof m->sent, "%s", text);
    m->sent_us = e->time_us;
    m->sent_wall_us = e->wall_us;
}

static void compare_echo(struct ui_model *m, const struct log_line *line)
{
    size_t n = strlen(m->sent);
    /* At the line's end: a prompt, or a line spliced into it, may stand in front. */
    if (n && line->length >= n &&
        (memcmp(line->text, m->sent, n) == 0 ||
         memcmp(line->text + line->length - n, m->sent, n) == 0))
        m->sent[0] = '\0';
    else
        model_flush_sent(m);
}

static bool ends_with(const char *text, size_t n, const char *end)
{
    size_t k = strlen(end);
    return k && n >= k && memcmp(text + n - k, end, k) == 0;
}

/* Colours alone are nothing to see; other escape sequences are, and must be seen. */
static bool shows_something(const struct event *e)
{
    char text[64];
    struct markup markup = {.text = text, .capacity = sizeof text};
    line_markup(e->raw, e->raw_length, &markup);
    return markup.length > 0;
}

static void take_line(struct ui_model *m, const struct event *e)
{
    struct log_line line = {.time_us = e->time_us,
                            .wall_us = e->wall_us,
                            .kind = LOG_DEVICE,
                            .level = e->level,
                            .text = e->text ? e->text : "",
                            .length = e->text ? strlen(e->text) : 0,
                            .raw = e->raw,
                            .raw_length = e->raw_length,
                            .module = e->module,
                            .meaning = ui_text(e->meaning),
                            .rule = e->name};
    line.failure = e->state && (strcmp(e->state, "fail") == 0 || strcmp(e->state, "fatal") == 0);
    if (line.length > LOG_TEXT_MAX)
        line.length = LOG_TEXT_MAX;
    if (line.length == 0 && !shows_something(e))
        return;
    compare_echo(m, &line);
    if (!grow_last(m, &line))
        append(m, &line);
    m->last_unfinished = e->unfinished;
    if (e->unfinished && ends_with(line.text, line.length, m->prompt))
        m->prompt_seen = true;
    command_line_hear(m->command, line.text);
}

/* --- what otaconsole does ------------------------------------------------------------------- */

static void note(struct ui_model *m, const struct event *e, char level, const char *text)
{
    model_log(m, LOG_TOOL, level, e->time_us, e->wall_us, text);
}

/* Words of the lower layers, not of a board. */
static void note_phrase(struct ui_model *m, const struct event *e, char level, const char *english)
{
    char text[640];
    note(m, e, level, ui_phrase(english, text, sizeof text));
}

static void note_step(struct ui_model *m, const struct event *e)
{
    char text[640], why[sizeof e->problem->what];
    const char *name = e->name && e->name[0] ? _(e->name) : "";
    ui_phrase(e->problem ? e->problem->what : "", why, sizeof why);
    if (e->kind == EVENT_STEP_STARTED)
        snprintf(text, sizeof text, "[%u/%u] %s", e->step, e->steps, name);
    else if (e->kind == EVENT_STEP_RETRIED)
        snprintf(text, sizeof text, _("[%u/%u] %s: once more, because: %s"), e->step, e->steps,
                 name, why);
    else if (e->state && strcmp(e->state, "failed") == 0)
        snprintf(text, sizeof text, _("[%u/%u] %s failed: %s"), e->step, e->steps, name, why);
    else
        return; /* passed and skipped are in the workflow pane */
    note(m, e, e->kind == EVENT_STEP_STARTED ? 0 : e->kind == EVENT_STEP_RETRIED ? 'W' : 'E', text);
    if (e->kind == EVENT_STEP_FINISHED && e->problem && e->problem->hint[0])
        note_phrase(m, e, 0, e->problem->hint);
}

static void note_run(struct ui_model *m, const struct event *e)
{
    char text[640], why[sizeof e->problem->what];
    bool passed = !e->problem || e->problem->code == PROBLEM_NONE;
    if (e->kind == EVENT_RUN_STARTED) {
        note(m, e, 0, e->text ? e->text : "");
        return;
    }
    if (passed) {
        snprintf(text, sizeof text, _("finished in %.1f s"), (double)e->elapsed_us / TIME_S);
        ui_model_say(m, STYLE_STATUS_GOOD, false, "%s", text);
    } else {
        snprintf(text, sizeof text, _("ended with %s: %s"), problem_name(e->problem->code),
                 ui_phrase(e->problem->what, why, sizeof why));
        ui_model_say(m, STYLE_STATUS_BAD, false, "%s", text);
    }
    note(m, e, passed ? 0 : 'E', text);
}

static void note_verdict(struct ui_model *m, const struct event *e)
{
    char text[640], what[512];
    snprintf(text, sizeof text, _("verdict: %s: %s"), verdict_kind_word(e->verdict->kind),
             ui_phrase(e->verdict->what, what, sizeof what));
    /* The step that watched tells it once more at its end. */
    if (strcmp(text, m->last_verdict) == 0)
        return;
    snprintf(m->last_verdict, sizeof m->last_verdict, "%s", text);
    note(m, e, strncmp(e->verdict->kind, "success", 7) == 0 ? 0 : 'W', text);
}

static void note_state(struct ui_model *m, const struct event *e)
{
    char text[320];
    const char *what = e->text && e->text[0] ? e->text : e->name;
    snprintf(text, sizeof text, _("the board is: %s"), what && what[0] ? _(what) : "");
    note(m, e, 0, text);
}

/* What it is about, in a word; other names are shown as they are. */
static const char *topic(const char *name)
{
    static const char *const topics[] = {
        N_("retry"), N_("assumed"), N_("repair"),  N_("doubt"), N_("resume"), N_("enter-download"),
        N_("reset"), N_("push"),    N_("confirm"), N_("lost"),  N_("back"),
    };
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        if (strcmp(topics[i], name) == 0)
            return _(topics[i]);
    return name;
}

static void note_named(struct ui_model *m, const struct event *e, char level)
{
    char text[640], words[576];
    snprintf(text, sizeof text, "%s%s%s", e->name ? topic(e->name) : "", e->name ? ": " : "",
             ui_phrase(e->text, words, sizeof words));
    note(m, e, level, text);
}

/* The status line names the run and its step. */
static void name_run(struct ui_model *m, const struct event *e)
{
    char text[sizeof m->status.run * 2];
    if (e->kind == EVENT_STEP_STARTED) {
        snprintf(text, sizeof text, "%u/%u %s", e->step, e->steps,
                 e->name && e->name[0] ? _(e->name) : "");
        format_copy(m->status.run, sizeof m->status.run, text);
    } else if (e->kind == EVENT_RUN_FINISHED) {
        m->status.run[0] = '\0';
    }
}

void ui_model_event(void *user, const struct event *e)
{
    struct ui_model *m = user;
    if (e->time_us > m->now_us)
        m->now_us = e->time_us;
    switch (e->kind) {
    case EVENT_LINE:
        take_line(m, e);
        break;
    case EVENT_SENT:
        take_sent(m, e);
        break;
    case EVENT_STEP_STARTED:
    case EVENT_STEP_FINISHED:
    case EVENT_STEP_RETRIED:
        note_step(m, e);
        break;
    case EVENT_RUN_STARTED:
    case EVENT_RUN_FINISHED:
        note_run(m, e);
        break;
    case EVENT_STATE:
        note_state(m, e);
        break;
    case EVENT_VERDICT:
        if (e->verdict)
            note_verdict(m, e);
        break;
    case EVENT_NOTE:
        note_phrase(m, e, e->level == 'W' ? 'W' : 0, e->text);
        break;
    case EVENT_TRANSFER:
    case EVENT_OPERATOR:
    case EVENT_LINK:
        note_named(m, e, 'W');
        break;
    case EVENT_PROGRESS:
    case EVENT_PHASE:
    case EVENT_KIND_COUNT:
        break;
    }
    name_run(m, e);
    workflow_pane_take(&m->workflow, e);
    uint64_t end = log_store_end(m->store);
    verdict_pane_take(&m->verdict, e, end ? end - 1 : 0);
}
