/* What the model asks for. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ui/app_internal.h"
#include "ui/locale.h"

static void say(struct app *a, const char *text)
{
    ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s", text);
}

/* --- the board's lines ------------------------------------------------------------------------ */

static void send_line(struct app *a, const char *line)
{
    char bytes[LINE_EDIT_MAX + 1];
    size_t n = (size_t)snprintf(bytes, sizeof bytes, "%s\r", line);
    if (!a->session)
        say(a, _("the port is not open"));
    else if (!session_type(a->session, bytes, n, line[0] ? line : NULL))
        say(a, _("not sent: a file transfer runs, or the adapter is gone"));
    explicit_bzero(bytes, sizeof bytes);
}

static void send_bytes(struct app *a, const char *bytes, size_t n)
{
    if (!a->session || !session_type(a->session, bytes, n, NULL))
        say(a, _("not sent: a file transfer runs, or the port is not open"));
}

static void send_break(struct app *a)
{
    bool sent = a->session && session_send_break(a->session);
    say(a, sent ? _("break sent") : _("this port cannot send a break"));
}

static void toggle(struct app *a, enum link_line line, const char *name)
{
    bool on;
    if (a->session && session_toggle_line(a->session, line, &on))
        ui_model_say(&a->model, STYLE_STATUS, true, _("%s is %s now"), name,
                     on ? _("on") : _("off"));
    else
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, _("this port has no %s"), name);
}

static void reset(struct app *a)
{
    if (a->session && session_pulse_reset(a->session)) {
        doctor_forget(&a->doctor, app_axis(a));
        ui_model_say(&a->model, STYLE_STATUS, true, "%s", _("reset pulse on RTS"));
    } else {
        say(a, _("this port has no RTS line: press the board's reset button"));
    }
}

/* --- figures ---------------------------------------------------------------------------------- */

static void statistics(struct app *a)
{
    struct overlay *o = &a->model.overlay;
    struct log_store_state log = log_store_state(a->model.store);
    char text[200], size[32], spilled[32];
    overlay_open_page(o, PURPOSE_READ, _("Figures of this session"));
    format_elapsed(app_axis(a), size, sizeof size);
    snprintf(text, sizeof text, _("running for %s"), size);
    overlay_add(o, text, NULL, 0);
    snprintf(text, sizeof text, _("received %llu bytes, sent %llu"),
             (unsigned long long)a->model.status.received,
             (unsigned long long)a->model.status.sent);
    overlay_add(o, text, NULL, 0);
    format_size(log.memory, size, sizeof size);
    format_size(log.spilled, spilled, sizeof spilled);
    snprintf(text, sizeof text, _("log: %llu lines, %s in memory, %s on disk, %llu let go%s"),
             (unsigned long long)log_store_end(a->model.store), size, spilled,
             (unsigned long long)log.dropped, log.spill_failed ? _(" (the disk is full)") : "");
    overlay_add(o, text, NULL, 0);
    snprintf(text, sizeof text,
             _("%llu frames drawn; at most %llu ms between two looks at the keyboard"),
             (unsigned long long)a->frames, (unsigned long long)(a->longest_us / 1000));
    overlay_add(o, text, NULL, 0);
    snprintf(text, sizeof text, _("settings: %s%s%s"),
             a->config.user_path[0] ? a->config.user_path : _("none of the user's"),
             a->config.project_path[0] ? ", " : "", a->config.project_path);
    overlay_add(o, text, NULL, 0);
}

/* --- leaving --------------------------------------------------------------------------------- */

static void quit(struct app *a)
{
    bool busy = a->session && (session_running(a->session) || session_transferring(a->session));
    if (!busy) {
        a->quit = true;
        return;
    }
    overlay_open_confirm(&a->model.overlay, PURPOSE_QUIT_SURE, _("Quit in the middle of a run?"),
                         _("The run is stopped politely. If an image is being written, flash it "
                           "again before you boot the board."));
}

static void stop(struct app *a)
{
    if (a->session && session_running(a->session))
        session_stop(a->session);
    else if (a->session && session_transferring(a->session))
        session_cancel_transfer(a->session);
    else
        say(a, _("nothing is running"));
    command_line_drop_queue(a->model.command);
}

/* --- asking for a text -------------------------------------------------------------------------
 */

static void ask_send_file(struct app *a, const char *argument)
{
    if (argument[0])
        app_send_file(a, argument);
    else
        overlay_open_ask(&a->model.overlay, PURPOSE_SEND_FILE, _("Send a file by Ymodem"),
                         _("The board must be waiting for it. What is in the flash afterwards is "
                           "not checked: the flash steps of a profile do that."),
                         "", false);
}

static void ask_export(struct app *a, const char *argument)
{
    char name[64] = "";
    time_t now = time(NULL);
    struct tm local;
    if (argument[0]) {
        app_export(a, argument);
        return;
    }
    if (localtime_r(&now, &local))
        strftime(name, sizeof name, "otaconsole_%Y-%m-%dT%H-%M-%S.log", &local);
    overlay_open_ask(&a->model.overlay, PURPOSE_EXPORT, _("Write to which file?"),
                     _("The selection, or with none the whole view as filtered."), name, false);
}

static void confirm_external(struct app *a, const char *command)
{
    char text[LINE_EDIT_MAX + 80];
    if (!command[0])
        return;
    snprintf(a->external, sizeof a->external, "%s", command);
    snprintf(text, sizeof text, _("%s\nThe port stays open and is heard meanwhile."), command);
    overlay_open_confirm(&a->model.overlay, PURPOSE_EXTERNAL_SURE, _("Run this command?"), text);
}

static void ask_external(struct app *a, const char *argument)
{
    if (argument[0])
        confirm_external(a, argument);
    else
        overlay_open_ask(&a->model.overlay, PURPOSE_EXTERNAL, _("Command of the shell"),
                         _("OTACONSOLE_PORT holds the port's name."), "", false);
}

/* --- the doctor's suggestion
 * ---------------------------------------------------------------------- */

static void take_offer(struct app *a)
{
    switch (a->model.offer) {
    case OFFER_PICK_PORT:
        app_choose_port(a);
        break;
    case OFFER_RETRY:
        app_open_port(a);
        break;
    case OFFER_FIND_BAUD:
        ui_model_do(&a->model, ACTION_FIND_BAUD, "");
        break;
    case OFFER_PROBE:
        send_bytes(a, "\r", 1);
        break;
    case OFFER_DOWNLOAD:
        app_run_hand(a, STEP_ENTER_DOWNLOAD, _("enter download mode"));
        break;
    case OFFER_PROFILE:
        app_run(a, 0);
        break;
    case OFFER_BOOT:
        app_run_hand(a, STEP_BOOT, _("boot the application"));
        break;
    case OFFER_NOTHING:
        say(a, _("nothing is suggested now"));
        break;
    }
}

/* --- dispatch
 * --------------------------------------------------------------------------------------- */

static bool port_in_use(struct app *a);
static void with_argument(struct app *a, const struct ui_request *r, void (*choose)(struct app *),
                          enum ui_purpose purpose);

static void find_baud(struct app *a)
{
    if (a->session && !session_running(a->session) && !session_transferring(a->session))
        doctor_search_begin(&a->doctor, app_axis(a), a->baud);
    else
        say(a, _("the port is closed, or busy with a run"));
}

static void take_action(struct app *a, const struct ui_request *r)
{
    switch (r->action) {
    case ACTION_QUIT:
        quit(a);
        break;
    case ACTION_SUSPEND:
        terminal_suspend(a->terminal);
        break;
    case ACTION_REDRAW:
        terminal_redraw(a->terminal);
        break;
    case ACTION_COPY:
        app_copy(a);
        break;
    case ACTION_EXPORT:
        ask_export(a, r->text);
        break;
    case ACTION_PROFILE:
        with_argument(a, r, app_choose_profile, PURPOSE_PROFILE);
        break;
    case ACTION_RUN:
        app_run(a, 0);
        break;
    case ACTION_RETRY:
        app_run_shown(a, workflow_pane_chosen(&a->model.workflow));
        break;
    case ACTION_STOP:
        stop(a);
        break;
    case ACTION_SKIP:
        if (a->session)
            session_skip(a->session);
        break;
    case ACTION_CONFIRM:
        if (!a->session || !session_confirm(a->session))
            say(a, _("nothing waits for a confirmation"));
        break;
    case ACTION_OFFER:
        take_offer(a);
        break;
    case ACTION_SEND_BREAK:
        send_break(a);
        break;
    case ACTION_TOGGLE_RTS:
        toggle(a, LINK_LINE_RTS, "RTS");
        break;
    case ACTION_TOGGLE_DTR:
        toggle(a, LINK_LINE_DTR, "DTR");
        break;
    case ACTION_RESET:
        reset(a);
        break;
    case ACTION_DOWNLOAD:
        app_run_hand(a, STEP_ENTER_DOWNLOAD, _("enter download mode"));
        break;
    case ACTION_SEND_FILE:
        ask_send_file(a, r->text);
        break;
    case ACTION_BAUD:
        with_argument(a, r, app_choose_baud, PURPOSE_BAUD);
        break;
    case ACTION_FIND_BAUD:
        find_baud(a);
        break;
    case ACTION_BOARD:
        with_argument(a, r, app_choose_board, PURPOSE_BOARD);
        break;
    case ACTION_PORT:
        with_argument(a, r, app_choose_port, PURPOSE_PORT);
        break;
    case ACTION_RECONNECT:
        if (!port_in_use(a))
            app_open_port(a);
        break;
    case ACTION_RECORD:
        app_toggle_recording(a, r->text);
        break;
    case ACTION_EXTERNAL:
        ask_external(a, r->text);
        break;
    case ACTION_STATISTICS:
        statistics(a);
        break;
    case ACTION_PLAY_PAUSE:
    case ACTION_PLAY_FASTER:
    case ACTION_PLAY_SLOWER:
        app_player_action(a, r->action);
        break;
    default:
        break;
    }
}

/* The port is not taken away from a run or a transfer: that would leave a loader half way. */
static bool port_in_use(struct app *a)
{
    if (!a->session || (!session_running(a->session) && !session_transferring(a->session)))
        return false;
    say(a, _("a run or a transfer is under way; stop it first"));
    return true;
}

static void change_port(struct app *a, const char *name)
{
    if (port_in_use(a))
        return;
    snprintf(a->port, sizeof a->port, "%s", name);
    app_open_port(a);
}

static void change_board(struct app *a, const char *name)
{
    struct problem problem = PROBLEM_INIT;
    if (port_in_use(a))
        return;
    /* Session and runner hold the old board: they go before it does. */
    app_close_port(a);
    if (app_load_board(a, name, &problem) != PROBLEM_NONE)
        ui_model_say_problem(&a->model, &problem);
    a->baud = 0;
    app_open_port(a);
}

static void take_answer(struct app *a, enum ui_purpose purpose, const char *text)
{
    switch (purpose) {
    case PURPOSE_PORT:
        change_port(a, text);
        break;
    case PURPOSE_BOARD:
        change_board(a, text);
        break;
    case PURPOSE_PROFILE:
        app_open_profile(a, text);
        break;
    case PURPOSE_BAUD:
        if (!port_in_use(a))
            app_set_baud(a, text);
        break;
    case PURPOSE_VARIABLE:
        app_variable_answered(a, text);
        break;
    case PURPOSE_SEND_FILE:
        app_send_file(a, text);
        break;
    case PURPOSE_EXPORT:
        app_export(a, text);
        break;
    case PURPOSE_EXTERNAL:
        confirm_external(a, text);
        break;
    case PURPOSE_EXTERNAL_SURE:
        app_external(a);
        break;
    case PURPOSE_QUIT_SURE:
        a->quit = true;
        break;
    default:
        break;
    }
}

/* ":port /dev/ttyUSB1" needs no list. */
static void with_argument(struct app *a, const struct ui_request *r, void (*choose)(struct app *),
                          enum ui_purpose purpose)
{
    if (r->text[0])
        take_answer(a, purpose, r->text);
    else
        choose(a);
}

void app_requests(struct app *a)
{
    const struct ui_request *r;
    while ((r = ui_model_request(&a->model)) != NULL) {
        struct ui_request taken = *r;
        ui_model_request_done(&a->model);
        a->dirty = true;
        if (taken.kind == REQUEST_LINE)
            send_line(a, taken.text);
        else if (taken.kind == REQUEST_BYTES)
            send_bytes(a, taken.text, taken.n);
        else if (taken.kind == REQUEST_ACTION)
            take_action(a, &taken);
        else if (taken.kind == REQUEST_ANSWER)
            take_answer(a, taken.purpose, taken.text);
        explicit_bzero(&taken, sizeof taken);
    }
}
