#include "ui/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/locale.h"
#include "ui/model_internal.h"

#define MESSAGE_TIME (6 * TIME_S)
/* Some 4 ms of filtering or counting between two looks at the keyboard. */
#define ECHO_PATIENCE (500 * TIME_MS)
#define WORK_LINES 20000
/* A board that does not show its prompt again gets the next pasted line after this long. */
#define QUEUE_PATIENCE (2 * TIME_S)

bool ui_model_init(struct ui_model *m, const struct ui_model_options *options)
{
    memset(m, 0, sizeof *m);
    m->config = options->config;
    m->bindings = options->config->bindings;
    m->replay = options->replay;
    m->store = log_store_new(options->config->log_memory, options->spill_directory);
    m->log = m->store ? log_view_new(m->store) : NULL;
    m->command = command_line_new();
    if (!m->log || !m->command)
        return false;
    log_view_set_stamps(m->log, options->config->stamps);
    log_view_set_wrap(m->log, options->config->wrap);
    log_view_set_meanings(m->log, options->config->meanings);
    log_view_set_highlights(m->log, (const char *const *)options->config->highlights,
                            options->config->highlight_count);
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_info *info = action_info((enum action)a);
        char word[64];
        snprintf(word, sizeof word, ":%s", info->name);
        command_line_learn(m->command, WORD_OURS, word, info->title);
    }
    m->focus = options->replay ? PANE_LOG : PANE_COMMAND;
    m->wish.side = PANE_WORKFLOW;
    snprintf(m->prompt, sizeof m->prompt, "# ");
    return true;
}

void ui_model_free(struct ui_model *m)
{
    overlay_close(&m->overlay);
    workflow_pane_free(&m->workflow);
    log_view_free(m->log);
    log_store_free(m->store);
    command_line_free(m->command);
    explicit_bzero(m->requests, sizeof m->requests);
}

/* --- requests ------------------------------------------------------------------------- */

struct ui_request *model_ask(struct ui_model *m, enum ui_request_kind kind)
{
    if (m->request_count == UI_REQUESTS_MAX)
        ui_model_request_done(m);
    unsigned at = (m->request_first + m->request_count++) % UI_REQUESTS_MAX;
    struct ui_request *r = &m->requests[at];
    memset(r, 0, sizeof *r);
    r->kind = kind;
    return r;
}

const struct ui_request *ui_model_request(struct ui_model *m)
{
    return m->request_count ? &m->requests[m->request_first] : NULL;
}

void ui_model_request_done(struct ui_model *m)
{
    if (!m->request_count)
        return;
    explicit_bzero(&m->requests[m->request_first], sizeof m->requests[0]);
    m->request_first = (m->request_first + 1) % UI_REQUESTS_MAX;
    m->request_count--;
}

/* --- remarks -------------------------------------------------------------------------- */

static uint64_t real_time(const struct ui_model *m)
{
    return m->real_clock ? m->real_us : m->now_us;
}

static uint64_t model_wall(const struct ui_model *m)
{
    return m->wall_zero_us ? m->wall_zero_us + m->now_us : 0;
}

void ui_model_say(struct ui_model *m, enum style style, bool log, const char *format, ...)
{
    char raw[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    text_make_safe(m->status.message, sizeof m->status.message, (const uint8_t *)raw, strlen(raw));
    m->status.message_style = style;
    m->message_until_us = real_time(m) + MESSAGE_TIME;
    if (log)
        model_log(m, LOG_TOOL, style == STYLE_STATUS_BAD ? 'E' : 0, m->now_us, model_wall(m),
                  m->status.message);
}

void ui_model_say_problem(struct ui_model *m, const struct problem *problem)
{
    char words[sizeof problem->what];
    ui_phrase(problem->what, words, sizeof words);
    ui_model_say(m, STYLE_STATUS_BAD, true, "%s%s%s [%s]", problem->where,
                 problem->where[0] ? ": " : "", words, problem_name(problem->code));
    if (problem->hint[0])
        model_log(m, LOG_TOOL, 0, m->now_us, model_wall(m),
                  ui_phrase(problem->hint, words, sizeof words));
}

static void describe(struct ui_model *m, const struct doctor *d)
{
    char what[sizeof m->doctor_what], next[sizeof m->doctor_next];
    doctor_describe(d, what, sizeof what, next, sizeof next);
    /* "/dev/ttyUSB0: this user may not open the port" */
    size_t where = strlen(d->problem.where);
    bool placed = where && strncmp(what, d->problem.where, where) == 0 && what[where] == ':';
    size_t front = placed ? where + 2 : 0;
    snprintf(m->doctor_what, sizeof m->doctor_what, "%.*s", (int)front, what);
    ui_phrase(what + front, m->doctor_what + front, sizeof m->doctor_what - front);
    ui_phrase(next, m->doctor_next, sizeof m->doctor_next);
}

void ui_model_set_doctor(struct ui_model *m, const struct doctor *d)
{
    static const struct {
        const char *words;
        enum style style;
    } conditions[] = {
        [DOCTOR_CLOSED] = {N_("no port"), STYLE_STATUS_WARN},
        [DOCTOR_NOT_FOUND] = {N_("port not found"), STYLE_STATUS_BAD},
        [DOCTOR_BUSY] = {N_("port busy"), STYLE_STATUS_BAD},
        [DOCTOR_PERMISSION] = {N_("no permission"), STYLE_STATUS_BAD},
        [DOCTOR_PORT_ERROR] = {N_("port error"), STYLE_STATUS_BAD},
        [DOCTOR_LOST] = {N_("adapter gone"), STYLE_STATUS_BAD},
        [DOCTOR_LISTENING] = {N_("listening"), STYLE_STATUS},
        [DOCTOR_SILENT] = {N_("silent"), STYLE_STATUS_WARN},
        [DOCTOR_GARBAGE] = {N_("garbage"), STYLE_STATUS_WARN},
        [DOCTOR_TALKING] = {N_("talking"), STYLE_STATUS},
        [DOCTOR_APPLICATION] = {N_("application"), STYLE_STATUS_GOOD},
        [DOCTOR_LOADER] = {N_("loader"), STYLE_STATUS_GOOD},
        [DOCTOR_SECOND_BOOT] = {N_("second boot"), STYLE_STATUS_GOOD},
        [DOCTOR_SEARCHING] = {N_("trying baud rates"), STYLE_STATUS_WARN},
    };
    bool named = d->loader[0] && (d->state == DOCTOR_LOADER || d->state == DOCTOR_SECOND_BOOT);
    /* "MOC108 loader B1/B2 (with boot and reboot)": the line has no room for the brackets. */
    const char *words = named ? d->loader : _(conditions[d->state].words);
    const char *bracket = named ? strstr(words, " (") : NULL;
    snprintf(m->status.condition, sizeof m->status.condition, "%.*s",
             bracket ? (int)(bracket - words) : (int)strlen(words), words);
    m->status.condition_style = conditions[d->state].style;
    m->offer = doctor_offer(d);
    m->doctor_what[0] = m->doctor_next[0] = '\0';
    /* What works needs no banner: the status line says it. */
    if (d->state != DOCTOR_LISTENING && d->state != DOCTOR_TALKING &&
        d->state != DOCTOR_APPLICATION && d->state != DOCTOR_LOADER &&
        d->state != DOCTOR_SECOND_BOOT)
        describe(m, d);
}

/* --- time ------------------------------------------------------------------------------- */

void model_send_queued(struct ui_model *m)
{
    const char *line = command_line_queued(m->command);
    if (!line || (!m->prompt_seen && m->now_us < m->line_sent_us + QUEUE_PATIENCE))
        return;
    struct ui_request *r = model_ask(m, REQUEST_LINE);
    snprintf(r->text, sizeof r->text, "%s", line);
    command_line_sent(m->command);
    m->prompt_seen = false;
    m->line_sent_us = m->now_us;
}

void ui_model_tick(struct ui_model *m, uint64_t now_us)
{
    if (now_us > m->now_us)
        m->now_us = now_us;
    if (m->status.message[0] && real_time(m) >= m->message_until_us)
        m->status.message[0] = '\0';
    workflow_pane_tick(&m->workflow, m->now_us);
    if (m->sent[0] && m->now_us >= m->sent_us + ECHO_PATIENCE)
        model_flush_sent(m);
    model_send_queued(m);
}

uint64_t ui_model_deadline(const struct ui_model *m)
{
    uint64_t deadline = m->status.message[0] && !m->real_clock ? m->message_until_us : TIME_NEVER;
    if (m->sent[0])
        deadline = time_min(deadline, m->sent_us + ECHO_PATIENCE);
    if (command_line_queued(m->command))
        deadline = time_min(deadline, m->line_sent_us + QUEUE_PATIENCE);
    return deadline;
}

bool ui_model_work(struct ui_model *m)
{
    return log_view_work(m->log, WORK_LINES);
}

void ui_model_do(struct ui_model *m, enum action action, const char *argument)
{
    if (model_act(m, action, argument))
        return;
    struct ui_request *r = model_ask(m, REQUEST_ACTION);
    r->action = action;
    snprintf(r->text, sizeof r->text, "%s", argument);
}
