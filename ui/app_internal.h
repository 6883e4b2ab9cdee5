/*
 * The rim of the UI: the loop that feeds the model, and everything it asks for that
 * touches the world: ports, profiles, files, the terminal. Nobody else includes it.
 */
#ifndef OTACONSOLE_UI_APP_INTERNAL_H
#define OTACONSOLE_UI_APP_INTERNAL_H

#include "link/link.h"
#include "session/session_live.h"
#include "ui/model.h"
#include "ui/player.h"
#include "ui/terminal.h"
#include "ui/ui.h"
#include "workflow/profile.h"

#define APP_PATH_MAX 1024

struct app {
    const struct ui_options *options;
    struct ui_config config;
    struct ui_model model;
    struct terminal *terminal;
    struct screen screen;
    uint64_t started_us; /* CLOCK_MONOTONIC when the UI began */
    uint64_t wall_us;    /* and the time of day then */
    bool quit, dirty;
    bool more_input;             /* keys were left for the next turn */
    uint64_t drawn_us, rated_us; /* wall clock: last frame, last look at the rates */
    struct session_figures rated;
    uint64_t frames, longest_us; /* for the figures: longest time away from the keyboard */

    struct board *board;
    char port[APP_PATH_MAX]; /* "" = none chosen */
    uint32_t baud;
    struct link *link;
    struct session *session; /* NULL while the port is not open */
    uint64_t axis_us;        /* the UI's time at the session's zero */
    uint64_t session_zero_us;
    uint64_t retry_us; /* when to try to open the port again */
    struct doctor doctor;
    bool was_lost;

    struct profile *profile;
    char profile_name[APP_PATH_MAX];
    struct variables *variables;
    struct runner *runner;
    struct profile *hand; /* a plan made by hand: enter download mode */
    struct variables *hand_variables;
    bool hand_shown; /* the workflow pane shows the plan made by hand */
    size_t run_from;
    char asking[64]; /* the variable a value is asked for */

    struct recorder *recorder;
    char record_directory[APP_PATH_MAX];
    uint8_t *file; /* being sent by hand */
    char external[LINE_EDIT_MAX];
    bool history_loaded;
    char state_directory[APP_PATH_MAX]; /* history, recordings */

    struct player *player;
};

/* app.c */
uint64_t app_monotonic(void);
uint64_t app_axis(const struct app *a);
/* All that has to be done between two waits, also while a command of the shell has the terminal. */
void app_turn(struct app *a, int fd);

/* app_port.c */
void app_open_port(struct app *a);
void app_close_port(struct app *a);
void app_tend_port(struct app *a); /* retries, doctor, baud search */
uint64_t app_port_deadline(const struct app *a);
void app_choose_port(struct app *a);
void app_choose_board(struct app *a);
void app_choose_baud(struct app *a);
enum problem_code app_load_board(struct app *a, const char *name, struct problem *problem);
void app_set_baud(struct app *a, const char *text);

/* app_run.c */
void app_choose_profile(struct app *a);
void app_open_profile(struct app *a, const char *name);
/* Asks for what is missing first; goes on when that was answered. */
void app_run(struct app *a, size_t from);
void app_variable_answered(struct app *a, const char *value);
/* What the workflow pane shows, from a step on. */
void app_run_shown(struct app *a, size_t from);
void app_run_hand(struct app *a, enum profile_step_kind kind, const char *name);
void app_free_run(struct app *a); /* what a finished run leaves behind */
void app_close_profile(struct app *a);

/* app_files.c */
void app_toggle_recording(struct app *a, const char *directory);
/* `problem` gets the first write error of the recording, unless it holds one already. */
void app_stop_recording(struct app *a, struct problem *problem);
void app_tend_recording(struct app *a);
void app_export(struct app *a, const char *path);
void app_copy(struct app *a);
void app_send_file(struct app *a, const char *path);
void app_external(struct app *a);
void app_load_history(struct app *a);
void app_save_history(struct app *a);

/* app_actions.c */
void app_requests(struct app *a);

/* app_replay.c */
enum problem_code app_open_player(struct app *a, struct problem *problem);
void app_play(struct app *a);
uint64_t app_player_deadline(const struct app *a);
void app_player_action(struct app *a, enum action action);

#endif
