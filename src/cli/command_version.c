#include <stdio.h>

#include "cli/commands.h"

enum problem_code command_version(const struct options *options, struct problem *problem)
{
    if (options->word_count)
        return problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL, "It is being built.",
                           "`version %.20s` is not in this build yet", options->words[0]);
    printf("otaconsole " OTACONSOLE_VERSION "\n");
    return PROBLEM_NONE;
}
