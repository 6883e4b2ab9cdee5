#include "cli/commands.h"

enum problem_code command_board(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "`board lint` is not in this build yet");
}
