#include "rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/event_json.h"
#include "link/link.h"
#include "session/session.h"
#include "sim/board.h"
#include "sim/flash.h"
#include "workflow/profile.h"
#include "workflow/runner.h"

static const char *const board_dirs[] = {"boards"}, *const profile_dirs[] = {"profiles"},
                         *const rule_dirs[] = {"profiles/rules"};

bool rehearsal_open(struct rehearsal_world *w)
{
    struct problem p = PROBLEM_INIT;
    memset(w, 0, sizeof *w);
    if (board_load("mk3060", board_dirs, 1, &w->board, NULL, &p) == PROBLEM_NONE &&
        rules_load(rule_dirs, 1, &w->rules, NULL, &p) == PROBLEM_NONE)
        return true;
    fprintf(stderr, "%s: %s\n", p.where, p.what);
    return false;
}

void rehearsal_close(struct rehearsal_world *w)
{
    board_free(w->board);
    rules_free(w->rules);
}

/* --- what is looked at in the stream of events ------------------------------------------- */

struct watcher {
    struct rehearsal_result *result;
    const struct sim_config *sim;
};

static void look_for_secret(struct watcher *w, const char *text)
{
    const char *secrets[] = {w->sim->password, w->sim->ds};
    for (int i = 0; i < 2; i++) {
        if (text && strlen(secrets[i]) >= 4 && strstr(text, secrets[i]))
            snprintf(w->result->secrets_seen, sizeof w->result->secrets_seen, "%.60s", text);
    }
}

static void watch(void *user, const struct event *e)
{
    struct watcher *w = user;
    struct rehearsal_result *r = w->result;
    if (getenv("REHEARSAL_LOG")) {
        char *json = event_to_json(e);
        printf("%s\n", json);
        free(json);
    }
    look_for_secret(w, e->text);
    look_for_secret(w, e->problem ? e->problem->what : NULL);
    if (e->kind == EVENT_OPERATOR)
        r->operator_requests++;
    if (e->kind == EVENT_TRANSFER && strcmp(e->name, "repair") == 0)
        r->repairs++;
    if (e->kind == EVENT_TRANSFER && strcmp(e->name, "retry") == 0)
        r->retries++;
    if (e->kind == EVENT_VERDICT) {
        snprintf(r->verdict, sizeof r->verdict, "%s", e->verdict->kind);
        snprintf(r->cause, sizeof r->cause, "%s", e->verdict->cause);
        look_for_secret(w, e->verdict->what);
        look_for_secret(w, e->verdict->why);
    }
    if (e->kind == EVENT_PHASE && r->phase_count < REHEARSAL_PHASES &&
        (r->phase_count == 0 || strcmp(r->phases[r->phase_count - 1], e->name) != 0))
        snprintf(r->phases[r->phase_count++], sizeof r->phases[0], "%s", e->name);
}

/* --- the run ----------------------------------------------------------------------------- */

struct given {
    const uint8_t *image;
    uint32_t length;
};

static enum problem_code load_image(void *user, const char *path, uint8_t **bytes, size_t *n,
                                    struct problem *problem)
{
    const struct given *g = user;
    (void)path;
    (void)problem;
    *n = g->length;
    *bytes = malloc(g->length);
    memcpy(*bytes, g->image, g->length);
    return PROBLEM_NONE;
}

static const char *simulation_value(void *user, const char *name)
{
    return sim_config_rehearsal_value(user, name);
}

static void run_plan(const struct rehearsal_world *w, struct link *link, struct variables *v,
                     const struct profile *profile, struct given *given,
                     struct rehearsal_result *result)
{
    struct watcher watcher = {result, link_simulation(link)};
    struct runner_options plan = {.profile = profile,
                                  .variables = v,
                                  .board = w->board,
                                  .load_file = load_image,
                                  .load_user = given};
    struct session_options options = {.link = link,
                                      .board = w->board,
                                      .variables = v,
                                      .rules = w->rules,
                                      .name = profile->name,
                                      .baud = w->board->console_baud,
                                      .sinks = {{watch, &watcher}},
                                      .sink_count = 1,
                                      .operator_fd = -1,
                                      .reconnect_patience = 10 * TIME_S};
    struct runner *runner = runner_prepare(&plan, &result->problem);
    struct session *s = runner ? session_create(&options, &result->problem) : NULL;
    uint64_t began = link_now(link);
    if (s)
        session_run(s, runner, &result->problem);
    result->took_us = link_now(link) - began;
    session_free(s);
    runner_free(runner);
}

static struct profile *load_profile(struct variables *v, bool flash, const struct sim_config *sim,
                                    struct problem *problem)
{
    struct profile *p = NULL;
    struct variables_sources sources = {simulation_value, NULL, (void *)sim};
    /* Its file must exist; what is read is the image in memory. */
    if (flash)
        variables_set_assignment(v, "image=README.md", problem);
    if (profile_load(flash ? "mk3060-flash" : "mk3060-ota", profile_dirs, 1, v, &p, NULL,
                     problem) == PROBLEM_NONE &&
        variables_resolve(v, &sources, problem) != PROBLEM_NONE) {
        profile_free(p);
        p = NULL;
    }
    return p;
}

void rehearsal_run(const struct rehearsal_world *w, const char *settings, const uint8_t *image,
                   uint32_t length, struct rehearsal_result *result)
{
    char port[1024];
    struct link *link = NULL;
    struct given given = {image, length};
    struct variables *v = variables_new();
    struct profile *profile = NULL;
    memset(result, 0, sizeof *result);
    snprintf(port, sizeof port, "sim:%s", settings);
    struct link_options options = {.port = port, .baud = w->board->console_baud};
    if (link_open(&options, &link, &result->problem) == PROBLEM_NONE)
        profile = load_profile(v, image != NULL, link_simulation(link), &result->problem);
    if (profile)
        run_plan(w, link, v, profile, &given, result);
    if (link && image)
        result->flash_equal =
            memcmp(sim_board_flash(link_simulated_board(link)) + 0x13200, image, length) == 0;
    profile_free(profile);
    variables_free(v);
    link_close(link);
}
