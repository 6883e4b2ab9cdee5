#include "cli/image_commands.h"

enum problem_code image_diff(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}

enum problem_code image_patch(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}
