#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/app_internal.h"
#include "ui/locale.h"

/* So many frames a second are enough for the eye; keys are answered at once. */
#define FRAME_TIME (33 * TIME_MS)
#define LOOK_TIME (250 * TIME_MS)  /* elapsed times and rates move on */
#define BEHIND_TIME (50 * TIME_MS) /* a slow terminal is given what is left */
#define INPUTS_A_TURN 64

static volatile sig_atomic_t stop_requested;

static void on_stop(int number)
{
    (void)number;
    stop_requested = 1;
}

uint64_t app_monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

/* The session's clock leads while there is one: a simulated board may have a faster one. */
uint64_t app_axis(const struct app *a)
{
    if (a->session)
        return a->axis_us + (session_now(a->session) - a->session_zero_us);
    return time_min(app_monotonic() - a->started_us, TIME_NEVER - 1);
}

/* --- looking ------------------------------------------------------------------------------ */

static void look_at_figures(struct app *a, uint64_t wall)
{
    struct status_line *s = &a->model.status;
    uint64_t passed = wall - a->rated_us;
    if (passed < LOOK_TIME)
        return;
    a->dirty = true;
    struct session_figures f = {.baud = a->baud};
    if (a->session) {
        f = session_figures(a->session);
        s->rts_known = link_get_line(a->link, LINK_LINE_RTS, &s->rts) &&
                       link_get_line(a->link, LINK_LINE_DTR, &s->dtr);
    }
    if (f.received >= a->rated.received && f.sent >= a->rated.sent) {
        s->receive_rate = (f.received - a->rated.received) * TIME_S / passed;
        s->send_rate = (f.sent - a->rated.sent) * TIME_S / passed;
    }
    s->received = f.received;
    s->sent = f.sent;
    s->baud = f.baud;
    a->rated = f;
    a->rated_us = wall;
}

static void draw(struct app *a, uint64_t wall)
{
    if (!a->dirty || wall - a->drawn_us < FRAME_TIME)
        return;
    if (!terminal_fit(a->terminal, &a->screen))
        return;
    ui_model_draw(&a->model, &a->screen);
    terminal_show(a->terminal, &a->screen);
    a->drawn_us = app_monotonic();
    a->frames++;
    a->dirty = false;
}

static void take_inputs(struct app *a)
{
    struct input input;
    bool some = false;
    a->more_input = true;
    for (int i = 0; i < INPUTS_A_TURN; i++) {
        if (!terminal_input(a->terminal, &input)) {
            a->more_input = false;
            break;
        }
        ui_model_tick(&a->model, app_axis(a));
        ui_model_input(&a->model, &input);
        app_requests(a);
        some = true;
    }
    if (some) {
        a->dirty = true;
        a->drawn_us = 0; /* a key is answered at once */
    }
    if (terminal_gone(a->terminal))
        a->quit = true;
}

/* --- waiting ------------------------------------------------------------------------------- */

/* Until when nothing has to be done, on the UI's axis. */
static uint64_t next_deadline(struct app *a, bool more_work)
{
    uint64_t now = app_axis(a), deadline = now + LOOK_TIME;
    if (more_work || a->more_input)
        return now;
    if (a->terminal && terminal_is_behind(a->terminal))
        deadline = now + BEHIND_TIME;
    if (a->dirty)
        deadline = time_min(deadline, now + FRAME_TIME);
    deadline = time_min(deadline, ui_model_deadline(&a->model));
    deadline = time_min(deadline, app_port_deadline(a));
    return time_min(deadline, app_player_deadline(a));
}

static void wait_without_port(uint64_t wait_us, int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct timespec t = {.tv_sec = (time_t)(wait_us / TIME_S),
                         .tv_nsec = (long)(wait_us % TIME_S) * 1000};
    (void)ppoll(&p, 1, &t, NULL);
}

void app_turn(struct app *a, int fd)
{
    bool more = ui_model_work(&a->model);
    uint64_t now = app_axis(a), deadline = next_deadline(a, more);
    uint64_t wait = deadline > now ? deadline - now : 0;
    if (a->session)
        session_turn(a->session, session_now(a->session) + wait, fd);
    else
        wait_without_port(wait, fd);
    app_play(a);
    app_tend_port(a);
    app_free_run(a);
    app_tend_recording(a);
    a->model.real_us = app_monotonic();
    ui_model_tick(&a->model, app_axis(a));
    app_requests(a);
}

static void loop(struct app *a)
{
    while (!a->quit && !stop_requested) {
        app_turn(a, terminal_fd(a->terminal));
        uint64_t back = app_monotonic();
        take_inputs(a);
        look_at_figures(a, app_monotonic());
        draw(a, app_monotonic());
        uint64_t busy = app_monotonic() - back;
        if (busy > a->longest_us)
            a->longest_us = busy;
    }
}

/* --- opening and closing ---------------------------------------------------------------------- */

/* $XDG_STATE_HOME/otaconsole, made when it is not there; "" when there is no home. */
static void find_state_directory(struct app *a)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *at = a->state_directory;
    if (state && state[0] == '/')
        snprintf(at, sizeof a->state_directory, "%s/otaconsole", state);
    else if (home && home[0])
        snprintf(at, sizeof a->state_directory, "%s/.local/state/otaconsole", home);
    for (char *slash = at; at[0] && (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        mkdir(at, 0700);
        *slash = '/';
    }
    if (at[0] && mkdir(at, 0700) != 0 && errno != EEXIST)
        at[0] = '\0';
}

static const char *spill_directory(void)
{
    const char *t = getenv("TMPDIR");
    return t && t[0] == '/' ? t : "/var/tmp";
}

static enum problem_code open_model(struct app *a, struct problem *problem)
{
    struct ui_model_options options = {
        .config = &a->config,
        .spill_directory = spill_directory(),
        .replay = a->options->replay != NULL,
    };
    if (!ui_model_init(&a->model, &options))
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    return PROBLEM_NONE;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_stop};
    stop_requested = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* A file that has reached a limit is an error like a full disk, not the end. */
    signal(SIGXFSZ, SIG_IGN);
}

static void first_things(struct app *a)
{
    const char *profile = a->options->profile ? a->options->profile : a->config.profile;
    if (a->options->replay)
        return;
    app_load_history(a);
    app_open_port(a);
    if (profile)
        app_open_profile(a, profile);
    if (a->options->record)
        app_toggle_recording(a, a->options->record);
}

static enum problem_code start(struct app *a, struct problem *problem)
{
    struct timespec t;
    const struct ui_options *o = a->options;
    const char *board = o->board ? o->board : a->config.board ? a->config.board : "mk3060";
    clock_gettime(CLOCK_REALTIME, &t);
    a->wall_us = (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
    a->started_us = app_monotonic();
    find_state_directory(a);
    doctor_init(&a->doctor, a->config.probe);
    if (open_model(a, problem) != PROBLEM_NONE)
        return problem->code;
    a->model.real_clock = true;
    a->model.real_us = app_monotonic();
    a->model.wall_zero_us = o->replay ? 0 : a->wall_us;
    if (app_load_board(a, board, problem) != PROBLEM_NONE)
        return problem->code;
    if (o->replay && app_open_player(a, problem) != PROBLEM_NONE)
        return problem->code;
    struct terminal_options terminal = {.theme = &a->config.theme, .mouse = a->config.mouse};
    if (terminal_open(&terminal, &a->terminal, problem) != PROBLEM_NONE)
        return problem->code;
    catch_signals();
    first_things(a);
    return PROBLEM_NONE;
}

static void finish(struct app *a, struct problem *problem)
{
    /* A run is ended politely: a loader in the middle of a block would stay there. */
    uint64_t until = app_monotonic() + 3 * TIME_S;
    if (a->session) {
        session_stop(a->session);
        session_cancel_transfer(a->session);
        while ((session_running(a->session) || session_transferring(a->session)) &&
               app_monotonic() < until)
            session_turn(a->session, session_now(a->session) + 10 * TIME_MS, -1);
    }
    terminal_close(a->terminal);
    app_save_history(a);
    app_stop_recording(a, problem);
    app_close_port(a);
    app_close_profile(a);
    player_close(a->player);
    board_free(a->board);
    ui_model_free(&a->model);
    screen_free(&a->screen);
    ui_config_free(&a->config);
    free(a->file);
}

enum problem_code ui_run(const struct ui_options *options, struct problem *problem)
{
    struct app a;
    memset(&a, 0, sizeof a);
    a.options = options;
    if (ui_config_load(&a.config, NULL, NULL, problem) != PROBLEM_NONE) {
        ui_config_free(&a.config);
        return problem->code;
    }
    if (!ui_locale_init(a.config.language, options->catalogue_dirs,
                        (unsigned)options->catalogue_count))
        fprintf(stderr, "otaconsole: there is no UTF-8 locale here; set LANG=C.UTF-8\n");
    if (start(&a, problem) == PROBLEM_NONE)
        loop(&a);
    bool unsaved = a.recorder != NULL;
    finish(&a, problem);
    if (unsaved && a.record_directory[0])
        fprintf(stderr, "otaconsole: the recording is in %s\n", a.record_directory);
    return problem->code;
}
