#include "cli/commands.h"

static enum problem_code not_yet(const char *command, struct problem *problem)
{
    return problem_set(problem, PROBLEM_NOT_AVAILABLE, command,
                       "`otaconsole run` and `monitor` already read the log live.",
                       "this command is not in this build yet");
}

enum problem_code command_diagnose(const struct options *options, struct problem *problem)
{
    (void)options;
    return not_yet("diagnose", problem);
}

enum problem_code command_redact(const struct options *options, struct problem *problem)
{
    (void)options;
    return not_yet("redact", problem);
}

enum problem_code command_rules(const struct options *options, struct problem *problem)
{
    (void)options;
    return not_yet("rules", problem);
}
