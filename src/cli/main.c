#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/views.h"

static const command_function functions[COMMAND_COUNT] = {
    [COMMAND_NONE] = command_ui,         [COMMAND_IMAGE] = command_image,
    [COMMAND_BOARD] = command_board,     [COMMAND_NEW] = command_new,
    [COMMAND_RUN] = command_run,         [COMMAND_EXPLAIN] = command_explain,
    [COMMAND_FLASH] = command_flash,     [COMMAND_READ] = command_read,
    [COMMAND_MONITOR] = command_monitor, [COMMAND_DIAGNOSE] = command_diagnose,
    [COMMAND_REPLAY] = command_replay,   [COMMAND_REDACT] = command_redact,
    [COMMAND_RULES] = command_rules,     [COMMAND_PORTS] = command_ports,
    [COMMAND_BOARDS] = command_boards,   [COMMAND_PROFILES] = command_profiles,
    [COMMAND_SIM] = command_sim,         [COMMAND_HELP] = command_help,
    [COMMAND_VERSION] = command_version,
};

static enum problem_code dispatch(const struct options *o, struct problem *problem)
{
    if (o->version)
        return command_version(o, problem);
    if (o->help)
        return command_help(o, problem);
    return functions[o->command](o, problem);
}

int main(int argc, char **argv)
{
    struct options options;
    struct problem problem = PROBLEM_INIT;
    if (options_parse(argc, argv, &options, &problem) == PROBLEM_NONE)
        dispatch(&options, &problem);
    fflush(stdout);
    /* `diagnose` returns the log's verdict as its status; the words are in its report already. */
    if (problem.code != PROBLEM_NONE && problem.what[0])
        view_plain_problem(stderr, isatty(STDERR_FILENO) != 0, &problem);
    return problem_exit_status(problem.code);
}
