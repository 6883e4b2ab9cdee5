#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/context.h"
#include "ui/ui.h"

static enum problem_code run(const struct options *o, const char *replay, double speed,
                             struct problem *problem)
{
    struct context c;
    context_init(&c, o);
    if (context_load_rules(&c, problem) != PROBLEM_NONE)
        return context_close(&c, problem->code, problem);
    struct ui_options options = {
        .board = o->board,
        .port = o->port,
        .generation = o->generation,
        .profile = o->profile,
        .secret_file = o->secret_file,
        .record = o->record,
        .baud = o->baud,
        .sets = o->sets,
        .set_count = o->set_count,
        .show_secrets = o->show_secrets,
        .rules = c.rules,
        .board_dirs = c.paths.board_dirs,
        .profile_dirs = c.paths.profile_dirs,
        .catalogue_dirs = c.paths.catalogue_dirs,
        .dir_count = c.paths.count,
        .catalogue_count = c.paths.catalogue_count,
        .load_file = context_load_file,
        .replay = replay,
        .speed = speed,
    };
    ui_run(&options, problem);
    return context_close(&c, problem->code, problem);
}

enum problem_code command_ui(const struct options *options, struct problem *problem)
{
    return run(options, NULL, 1, problem);
}

/* "max", or a factor. */
static bool parse_speed(const char *text, double *speed)
{
    char *end;
    *speed = text ? 0 : 1;
    if (!text || strcmp(text, "max") == 0)
        return true;
    /* The digits are checked first: strtod would take "inf", "nan" and hexadecimal too. */
    if (strspn(text, "0123456789.") != strlen(text))
        return false;
    *speed = strtod(text, &end);
    return end != text && !*end && *speed >= 0.01 && *speed <= 1000;
}

enum problem_code command_replay(const struct options *options, struct problem *problem)
{
    double speed;
    if (options->word_count != 1)
        return problem_set(problem, PROBLEM_USAGE, NULL, "For example: otaconsole replay run-42/",
                           "replay takes one recording or log, not %zu", options->word_count);
    if (!parse_speed(options->speed, &speed))
        return problem_set(problem, PROBLEM_USAGE, "--speed",
                           "Write a factor from 0.01 to 1000, or max.", "\"%.40s\" is no speed",
                           options->speed);
    return run(options, options->words[0], speed, problem);
}
