#include "cli/image_commands.h"

enum problem_code image_info(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}

enum problem_code image_verify(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}

enum problem_code image_hash(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}

enum problem_code image_which(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}

enum problem_code image_upload_name(const struct options *options, struct problem *problem)
{
    (void)options;
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                       "this part of `image` is not in this build yet");
}
