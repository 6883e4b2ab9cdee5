/* Profiles: choosing, the values they need, running from a step, what stays behind. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app_internal.h"
#include "ui/locale.h"

/* --- profiles ------------------------------------------------------------------------------ */

static int is_yaml(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 5 && strcmp(entry->d_name + n - 5, ".yaml") == 0 && entry->d_name[0] != '.';
}

static void add_profiles_of(struct overlay *o, const char *directory, bool with_path)
{
    struct dirent **found;
    int count = scandir(directory, &found, is_yaml, alphasort);
    for (int i = 0; i < count; i++) {
        char text[APP_PATH_MAX];
        if (with_path)
            snprintf(text, sizeof text, "%.400s/%.255s", directory, found[i]->d_name);
        else
            snprintf(text, sizeof text, "%.*s", (int)strlen(found[i]->d_name) - 5,
                     found[i]->d_name);
        overlay_add(o, text, NULL, i);
        free(found[i]);
    }
    if (count >= 0)
        free(found);
}

void app_choose_profile(struct app *a)
{
    struct overlay *o = &a->model.overlay;
    overlay_open_list(o, PURPOSE_PROFILE, _("Profile (or type the path of one)"), true);
    /* As for the command line, the first place that has profiles is the one. */
    if (a->options->dir_count)
        add_profiles_of(o, a->options->profile_dirs[0], false);
    add_profiles_of(o, "profiles", true);
}

void app_close_profile(struct app *a)
{
    runner_free(a->runner);
    a->runner = NULL;
    profile_free(a->profile);
    profile_free(a->hand);
    variables_free(a->variables);
    variables_free(a->hand_variables);
    a->profile = a->hand = NULL;
    a->variables = a->hand_variables = NULL;
    workflow_pane_set_profile(&a->model.workflow, NULL);
}

static bool busy(struct app *a)
{
    if (!a->session || !session_running(a->session))
        return false;
    ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s", _("a run is under way; stop it first"));
    return true;
}

static bool give_values(struct app *a, struct variables *variables, struct problem *problem)
{
    const struct ui_options *o = a->options;
    for (size_t i = 0; i < o->set_count; i++) {
        if (variables_set_assignment(variables, o->sets[i], problem) != PROBLEM_NONE)
            return false;
    }
    return !o->secret_file ||
           variables_load_secret_file(variables, o->secret_file, problem) == PROBLEM_NONE;
}

void app_open_profile(struct app *a, const char *name)
{
    struct problem problem = PROBLEM_INIT;
    struct profile *profile = NULL;
    if (busy(a))
        return;
    struct variables *variables = variables_new();
    if (!variables ||
        profile_load(name, a->options->profile_dirs, a->options->dir_count, variables, &profile,
                     NULL, &problem) != PROBLEM_NONE ||
        !give_values(a, variables, &problem)) {
        ui_model_say_problem(&a->model, &problem);
        profile_free(profile);
        variables_free(variables);
        return;
    }
    app_close_profile(a);
    a->hand_shown = false;
    a->profile = profile;
    a->variables = variables;
    snprintf(a->profile_name, sizeof a->profile_name, "%s", name);
    workflow_pane_set_profile(&a->model.workflow, profile);
    for (size_t i = 0; i < profile->step_count; i++) {
        if (profile->steps[i].kind == STEP_SEND && profile->steps[i].argument_count)
            command_line_learn(a->model.command, WORD_BOARD, profile->steps[i].arguments[0], NULL);
    }
    if (profile->warnings[0])
        ui_model_say(&a->model, STYLE_STATUS_WARN, true, "%s", profile->warnings);
    if (profile->board && strcmp(profile->board, a->board->name) != 0)
        ui_model_say(&a->model, STYLE_STATUS_WARN, true,
                     _("this profile is for the board %s, the one chosen here is %s"),
                     profile->board, a->board->name);
}

/* --- values ------------------------------------------------------------------------------------
 */

static const char *simulation_value(void *user, const char *name)
{
    const struct app *a = user;
    const struct sim_config *sim = a->link ? link_simulation(a->link) : NULL;
    return sim ? sim_config_rehearsal_value(sim, name) : NULL;
}

/* The first value that nobody gave is asked for; the run goes on with its answer. */
static bool ask_missing(struct app *a)
{
    char title[160];
    for (size_t i = 0; i < variables_count(a->variables); i++) {
        const struct variable *v = variables_at(a->variables, i);
        if (v->value || !v->required || !v->declared)
            continue;
        snprintf(a->asking, sizeof a->asking, "%s", v->name);
        snprintf(title, sizeof title, _("Value of %.60s"), v->name);
        overlay_open_ask(&a->model.overlay, PURPOSE_VARIABLE, title,
                         v->description && v->description[0] ? _(v->description) : "", "",
                         v->type == VARIABLE_SECRET);
        return true;
    }
    return false;
}

void app_variable_answered(struct app *a, const char *value)
{
    struct problem problem = PROBLEM_INIT;
    char assignment[sizeof a->asking + LINE_EDIT_MAX + 1];
    if (!a->variables || !a->asking[0])
        return;
    snprintf(assignment, sizeof assignment, "%s=%s", a->asking, value);
    enum problem_code code = variables_set_assignment(a->variables, assignment, &problem);
    explicit_bzero(assignment, sizeof assignment);
    if (code != PROBLEM_NONE)
        ui_model_say_problem(&a->model, &problem);
    else
        app_run(a, a->run_from);
}

/* --- running -------------------------------------------------------------------------------------
 */

static struct runner *prepare(struct app *a, const struct profile *profile,
                              struct variables *variables)
{
    struct problem problem = PROBLEM_INIT;
    struct runner_options options = {
        .profile = profile,
        .variables = variables,
        .board = a->board,
        .generation = a->options->generation,
        .load_file = a->options->load_file,
        .load_user = a->options->load_user,
    };
    struct runner *runner = runner_prepare(&options, &problem);
    if (!runner)
        ui_model_say_problem(&a->model, &problem);
    return runner;
}

static void begin(struct app *a, const struct profile *profile, struct variables *variables,
                  size_t from)
{
    runner_free(a->runner);
    a->runner = prepare(a, profile, variables);
    if (a->runner && !session_start(a->session, a->runner, variables, profile->name, from))
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s",
                     _("the run cannot begin: the port is busy with something else"));
}

static bool can_run(struct app *a)
{
    if (!a->session)
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s", _("the port is not open"));
    return a->session && !busy(a);
}

void app_run(struct app *a, size_t from)
{
    struct problem problem = PROBLEM_INIT;
    struct variables_sources sources = {.simulation = simulation_value, .user = a};
    if (!can_run(a))
        return;
    a->run_from = from;
    if (!a->profile) {
        app_choose_profile(a);
        return;
    }
    if (variables_resolve(a->variables, &sources, &problem) != PROBLEM_NONE) {
        if (!ask_missing(a))
            ui_model_say_problem(&a->model, &problem);
        return;
    }
    verdict_pane_clear(&a->model.verdict);
    a->hand_shown = false;
    workflow_pane_set_profile(&a->model.workflow, a->profile);
    begin(a, a->profile, a->variables, from);
}

void app_run_hand(struct app *a, enum profile_step_kind kind, const char *name)
{
    if (!can_run(a))
        return;
    runner_free(a->runner);
    a->runner = NULL;
    profile_free(a->hand);
    a->hand = profile_new(name);
    if (!a->hand_variables)
        a->hand_variables = variables_new();
    if (!a->hand || !a->hand_variables || !profile_add_step(a->hand, kind, name))
        return;
    a->hand_shown = true;
    begin(a, a->hand, a->hand_variables, 0);
}

void app_run_shown(struct app *a, size_t from)
{
    if (!a->hand_shown)
        app_run(a, from);
    else if (can_run(a))
        begin(a, a->hand, a->hand_variables, from);
}

void app_free_run(struct app *a)
{
    if (!a->runner || (a->session && session_running(a->session)))
        return;
    runner_free(a->runner);
    a->runner = NULL;
    a->dirty = true;
}
