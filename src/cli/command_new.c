#include "cli/commands.h"

enum problem_code command_new(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "`new` is not in this build yet");
}
