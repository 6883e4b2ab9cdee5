#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/context.h"

#define GRACE_DEFAULT (2 * TIME_S)

enum problem_code command_monitor(const struct options *options, struct problem *problem)
{
    struct context c;
    context_init(&c, options);
    c.variables = variables_new();
    struct session_monitor how = {
        .input_fd = STDIN_FILENO,
        .for_us = options->for_us,
        .grace_us = options->grace_us ? options->grace_us : GRACE_DEFAULT,
        .until = options->until,
    };
    if (options->word_count)
        problem_set(problem, PROBLEM_USAGE, NULL, "Name the port with --port.",
                    "monitor takes no words, but got \"%.40s\"", options->words[0]);
    struct session *s = NULL;
    if (problem->code == PROBLEM_NONE && context_load_board(&c, NULL, problem) == PROBLEM_NONE &&
        context_load_rules(&c, problem) == PROBLEM_NONE)
        s = context_session(&c, "monitor", problem);
    if (s) {
        /* Here the lines are the result, so nothing is put in front of them. */
        c.plain.monitor = true;
        session_monitor(s, &how, problem);
    }
    session_free(s);
    return context_close(&c, problem->code, problem);
}
