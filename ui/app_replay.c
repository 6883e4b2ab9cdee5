/* A recording in place of a board. */
#include <stdio.h>
#include <string.h>

#include "ui/app_internal.h"
#include "ui/locale.h"

/* So many events between two looks at the keyboard when all is played at once. */
#define EVENTS_A_TURN 2000

static void take(void *user, const struct event *event)
{
    struct app *a = user;
    a->dirty = true;
    ui_model_event(&a->model, event);
}

enum problem_code app_open_player(struct app *a, struct problem *problem)
{
    struct player_options options = {
        .path = a->options->replay, .rules = a->options->rules, .speed = a->options->speed};
    if (player_open(&options, &a->player, problem) != PROBLEM_NONE)
        return problem->code;
    const struct player_about *about = player_about(a->player);
    const char *slash = strrchr(a->options->replay, '/');
    snprintf(a->model.status.port, sizeof a->model.status.port, "%.100s",
             slash && slash[1] ? slash + 1 : a->options->replay);
    snprintf(a->model.status.board, sizeof a->model.status.board, "%s", about->board);
    snprintf(a->model.status.condition, sizeof a->model.status.condition, "%s", _("replay"));
    a->model.status.condition_style = STYLE_STATUS_GOOD;
    a->model.status.open = true;
    a->model.status.baud = about->baud;
    if (about->from_stream)
        ui_model_say(&a->model, STYLE_STATUS_WARN, true, "%s",
                     _("the events are missing: judged anew from the bytes"));
    return PROBLEM_NONE;
}

static void describe(struct app *a)
{
    char at[32], speed[24];
    double s = player_speed(a->player);
    format_elapsed(player_position_us(a->player), at, sizeof at);
    if (s > 0)
        snprintf(speed, sizeof speed, "x%g", s);
    else
        snprintf(speed, sizeof speed, "%s", _("at once"));
    snprintf(a->model.status.run, sizeof a->model.status.run, "%s  %s  %s", at, speed,
             player_at_end(a->player)   ? _("end")
             : player_paused(a->player) ? _("held")
                                        : "");
}

void app_play(struct app *a)
{
    struct event_sink sink = {take, a};
    if (!a->player)
        return;
    bool was_at_end = player_at_end(a->player);
    player_step(a->player, app_monotonic() - a->started_us, &sink, EVENTS_A_TURN);
    describe(a);
    if (!was_at_end && player_at_end(a->player)) {
        const struct player_about *about = player_about(a->player);
        if (about->skipped)
            ui_model_say(&a->model, STYLE_STATUS_WARN, true,
                         _("%lu lines of the recording could not be read"), about->skipped);
        else
            ui_model_say(&a->model, STYLE_STATUS_GOOD, false, "%s", _("end of the recording"));
        a->dirty = true;
    }
}

uint64_t app_player_deadline(const struct app *a)
{
    return a->player ? player_deadline(a->player) : TIME_NEVER;
}

void app_player_action(struct app *a, enum action action)
{
    static const double speeds[] = {0.1, 1, 10, 0}; /* 0 = at once, the fastest */
    uint64_t now = app_monotonic() - a->started_us;
    if (!a->player) {
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s", _("this is no replay"));
        return;
    }
    if (action == ACTION_PLAY_PAUSE) {
        player_pause(a->player, !player_paused(a->player), now);
        return;
    }
    double s = player_speed(a->player);
    int at = s <= 0 ? 3 : s < 1 ? 0 : s < 10 ? 1 : 2;
    at += action == ACTION_PLAY_FASTER ? 1 : -1;
    if (at >= 0 && at <= 3)
        player_set_speed(a->player, speeds[at], now);
}
