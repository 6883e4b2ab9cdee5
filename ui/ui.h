/*
 * The terminal UI: `otaconsole` with no command, and `otaconsole replay`.
 *
 * Returns when the person quits, the terminal goes away or a signal says so; the
 * terminal is then as it was before.
 */
#ifndef OTACONSOLE_UI_UI_H
#define OTACONSOLE_UI_UI_H

#include "base/problem.h"
#include "diagnose/rules.h"
#include "workflow/runner.h"

struct ui_options {
    /* What the command line said; NULL or 0 = nothing: the configuration decides. */
    const char *board, *port, *generation, *profile, *secret_file, *record;
    uint32_t baud;
    const char *const *sets; /* NAME=VALUE */
    size_t set_count;
    bool show_secrets;

    const struct rule_set *rules;
    const char *const *board_dirs, *const *profile_dirs, *const *catalogue_dirs;
    size_t dir_count, catalogue_count;
    runner_load_file load_file;
    void *load_user;

    const char *replay; /* a recording or log to play, NULL = live */
    double speed;       /* of the replay; 0 = at once */
};

enum problem_code ui_run(const struct ui_options *options, struct problem *problem);

#endif
