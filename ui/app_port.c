/* The port: opening, the doctor's round, choosing port, board and rate. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "link/adapters.h"
#include "ui/app_internal.h"
#include "ui/locale.h"

#define RETRY_TIME TIME_S
#define BAUD_MIN 300
#define BAUD_MAX 8000000

/* --- the session's side ------------------------------------------------------------------ */

static void heard(void *user, const uint8_t *bytes, size_t n, bool transfer)
{
    struct app *a = user;
    doctor_transfer(&a->doctor, transfer);
    if (!transfer)
        doctor_input(&a->doctor, app_axis(a), bytes, n);
}

static void take_event(void *user, const struct event *event)
{
    struct app *a = user;
    a->dirty = true;
    if (event->kind == EVENT_STATE)
        doctor_board_state(&a->doctor, event->time_us, event->name, event->text ? event->text : "",
                           event->state && strncmp(event->state, "second-boot", 11) == 0);
    ui_model_event(&a->model, event);
}

/* Bytes of a file sent by hand belong to the transfer; its end is a moment to tell. */
static void tend_hand_transfer(struct app *a)
{
    if (!a->file || !a->session || session_transferring(a->session))
        return;
    free(a->file);
    a->file = NULL;
    doctor_transfer(&a->doctor, false);
    ui_model_say(&a->model, STYLE_STATUS, true, "%s", _("the file transfer is over"));
}

/* --- opening and closing ----------------------------------------------------------------- */

void app_close_port(struct app *a)
{
    if (a->session) {
        a->axis_us = app_axis(a);
        a->started_us = app_monotonic() - a->axis_us;
    }
    session_free(a->session);
    link_close(a->link);
    a->session = NULL;
    a->link = NULL;
    memset(&a->rated, 0, sizeof a->rated);
    runner_free(a->runner);
    a->runner = NULL;
    a->model.status.open = false;
}

/* --port, $OTACONSOLE_PORT, the configuration, or the only adapter there is. */
static bool find_port(struct app *a)
{
    const char *port = a->options->port ? a->options->port : getenv("OTACONSOLE_PORT");
    if (a->port[0])
        return true;
    if (!port || !port[0])
        port = a->config.port;
    if (port && port[0]) {
        snprintf(a->port, sizeof a->port, "%s", port);
        return true;
    }
    return adapters_only_one(a->port, sizeof a->port) == 1;
}

static void failed(struct app *a, const struct problem *problem)
{
    bool news = strcmp(a->doctor.problem.what, problem->what) != 0;
    doctor_port_failed(&a->doctor, app_axis(a), problem);
    if (news)
        ui_model_say_problem(&a->model, problem);
    a->retry_us = app_monotonic() + RETRY_TIME;
}

static bool make_session(struct app *a, struct problem *problem)
{
    uint64_t axis = app_axis(a);
    struct session_options options = {
        .link = a->link,
        .board = a->board,
        .generation = a->options->generation,
        .rules = a->options->rules,
        .name = "ui",
        .baud = link_baud(a->link),
        /* One axis for the whole UI, also in a recording that outlives a session. */
        .wall_start_us = a->wall_us,
        .elapsed_us = axis,
        .sinks = {{take_event, a}},
        .sink_count = 1,
        .heard = heard,
        .heard_user = a,
        .recorder = a->recorder,
        .interactive = true,
        .chinese = strncmp(ui_language(), "zh", 2) == 0,
        .live = true,
        .show_secrets = a->options->show_secrets,
        .operator_fd = -1,
    };
    a->session = session_create(&options, problem);
    if (!a->session)
        return false;
    a->axis_us = axis;
    a->session_zero_us = session_now(a->session);
    return true;
}

void app_open_port(struct app *a)
{
    struct problem problem = PROBLEM_INIT;
    app_close_port(a);
    if (!find_port(a)) {
        problem_set(&problem, PROBLEM_PORT_NOT_FOUND, NULL,
                    "Plug the board in, or choose a port; sim: is a simulated board.",
                    "no port was chosen, and there is not exactly one adapter");
        failed(a, &problem);
        a->port[0] = '\0';
        return;
    }
    uint32_t baud = a->options->baud ? a->options->baud : a->config.baud;
    a->baud = a->baud ? a->baud : baud ? baud : a->board->console_baud;
    struct link_options options = {.port = a->port, .baud = a->baud, .interactive = true};
    if (link_open(&options, &a->link, &problem) != PROBLEM_NONE) {
        /* Not the name as typed: sim: settings may hold a password. */
        snprintf(a->model.status.port, sizeof a->model.status.port, "%.*s",
                 (int)strcspn(a->port, ":") + (strncmp(a->port, "sim:", 4) == 0), a->port);
        failed(a, &problem);
        return;
    }
    snprintf(a->model.status.port, sizeof a->model.status.port, "%.*s",
             (int)sizeof a->model.status.port - 1, link_name(a->link));
    if (!make_session(a, &problem)) {
        link_close(a->link);
        a->link = NULL;
        failed(a, &problem);
        return;
    }
    a->model.status.open = true;
    a->was_lost = false;
    doctor_port_opened(&a->doctor, app_axis(a));
    ui_model_say(&a->model, STYLE_STATUS_GOOD, true, _("%s is open at %u baud"), link_name(a->link),
                 (unsigned)a->baud);
}

/* --- the doctor's round ------------------------------------------------------------------------
 */

static void search_baud(struct app *a)
{
    struct problem problem = PROBLEM_INIT;
    uint32_t rate = doctor_search_wants_rate(&a->doctor), found;
    if (rate && session_set_baud(a->session, rate, &problem) != PROBLEM_NONE)
        ui_model_say_problem(&a->model, &problem);
    else if (rate)
        a->baud = rate;
    if (!doctor_search_result(&a->doctor, &found))
        return;
    if (found)
        ui_model_say(&a->model, STYLE_STATUS_GOOD, true, _("readable at %u baud"), (unsigned)found);
    else
        ui_model_say(&a->model, STYLE_STATUS_WARN, true, "%s", _("readable at none of the rates"));
}

static void watch_adapter(struct app *a)
{
    bool lost = session_figures(a->session).lost;
    if (lost == a->was_lost)
        return;
    a->was_lost = lost;
    a->dirty = true;
    a->model.status.open = !lost;
    if (lost)
        doctor_port_lost(&a->doctor, app_axis(a));
    else
        doctor_port_opened(&a->doctor, app_axis(a));
}

void app_tend_port(struct app *a)
{
    if (a->options->replay)
        return;
    if (!a->session && app_monotonic() >= a->retry_us)
        app_open_port(a);
    if (a->session) {
        watch_adapter(a);
        doctor_tick(&a->doctor, app_axis(a));
        if (doctor_wants_probe(&a->doctor))
            session_type(a->session, "\r", 1, NULL);
        search_baud(a);
        tend_hand_transfer(a);
    }
    enum style before = a->model.status.condition_style;
    ui_model_set_doctor(&a->model, &a->doctor);
    a->dirty |= before != a->model.status.condition_style;
    snprintf(a->model.status.board, sizeof a->model.status.board, "%s", a->board->name);
}

uint64_t app_port_deadline(const struct app *a)
{
    if (a->options->replay)
        return TIME_NEVER;
    if (a->session)
        return doctor_deadline(&a->doctor);
    uint64_t now = app_monotonic();
    return app_axis(a) + (a->retry_us > now ? a->retry_us - now : 0);
}

/* --- choosing ------------------------------------------------------------------------------------
 */

void app_choose_port(struct app *a)
{
    struct overlay *o = &a->model.overlay;
    struct adapter *list = NULL;
    size_t count = adapters_list(&list);
    overlay_open_list(o, PURPOSE_PORT, _("Port (or type a name: /dev/..., vid:pid, sim:)"), true);
    for (size_t i = 0; i < count; i++) {
        char detail[256];
        if (list[i].holder_pid)
            snprintf(detail, sizeof detail, _("%.100s, held by %.40s (%d)"), list[i].product,
                     list[i].holder_name, list[i].holder_pid);
        else
            snprintf(detail, sizeof detail, "%.100s %s%s", list[i].product, list[i].vid_pid,
                     list[i].readable ? "" : _(", no permission"));
        overlay_add(o, list[i].path, detail, (long)i);
    }
    overlay_add(o, "sim:", _("a simulated board"), (long)count);
    free(list);
}

void app_choose_board(struct app *a)
{
    char **names = NULL;
    size_t count = board_list(a->options->board_dirs, a->options->dir_count, &names);
    overlay_open_list(&a->model.overlay, PURPOSE_BOARD, _("Board"), false);
    for (size_t i = 0; i < count; i++) {
        overlay_add(&a->model.overlay, names[i], NULL, (long)i);
        free(names[i]);
    }
    free(names);
}

void app_choose_baud(struct app *a)
{
    static const char *const rates[] = {"921600", "115200", "1500000", "460800", "230400",
                                        "57600",  "38400",  "19200",   "9600",   "2000000"};
    overlay_open_list(&a->model.overlay, PURPOSE_BAUD, _("Baud rate (or type one)"), true);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        overlay_add(&a->model.overlay, rates[i], NULL, (long)i);
}

static void learn_word(struct app *a, const char *command)
{
    char word[64];
    if (!command)
        return;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(command, " "), command);
    command_line_learn(a->model.command, WORD_BOARD, word, NULL);
}

/* Completion knows the board file's commands before the board was asked for its `help`. */
static void learn_commands(struct app *a)
{
    command_line_forget(a->model.command, WORD_BOARD);
    learn_word(a, "help");
    learn_word(a, a->board->shell.reboot_command);
    for (size_t i = 0; i < a->board->dialect_count; i++) {
        const struct board_commands *c = &a->board->dialects[i].commands;
        learn_word(a, c->write);
        learn_word(a, c->read);
        learn_word(a, c->erase);
        learn_word(a, c->boot);
        learn_word(a, c->reboot);
    }
}

enum problem_code app_load_board(struct app *a, const char *name, struct problem *problem)
{
    struct board *board = NULL;
    if (board_load(name, a->options->board_dirs, a->options->dir_count, &board, NULL, problem) !=
        PROBLEM_NONE)
        return problem->code;
    if (!board_generation(board, a->options->generation)) {
        board_free(board);
        return problem_set(problem, PROBLEM_CONFIG, "--generation",
                           "`otaconsole boards NAME` lists the generations of a board.",
                           "%s has no generation \"%.40s\"", name, a->options->generation);
    }
    board_free(a->board);
    a->board = board;
    learn_commands(a);
    snprintf(a->model.prompt, sizeof a->model.prompt, "%s", board->shell.prompt);
    return PROBLEM_NONE;
}

void app_set_baud(struct app *a, const char *text)
{
    struct problem problem = PROBLEM_INIT;
    uint32_t baud;
    if (!parse_u32(text, BAUD_MIN, BAUD_MAX, &baud)) {
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, _("\"%.20s\" is no baud rate"), text);
        return;
    }
    a->baud = baud;
    if (a->session && session_set_baud(a->session, baud, &problem) != PROBLEM_NONE) {
        a->baud = link_baud(a->link);
        ui_model_say_problem(&a->model, &problem);
        return;
    }
    if (a->session)
        doctor_port_opened(&a->doctor, app_axis(a));
    ui_model_say(&a->model, STYLE_STATUS_GOOD, true, _("the port runs at %u baud now"),
                 (unsigned)baud);
}
