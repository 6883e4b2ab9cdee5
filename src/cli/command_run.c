#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/prompt.h"

struct sources {
    struct context *context;
    struct sim_config sim;
    bool simulated;
};

static const char *simulation_value(void *user, const char *name)
{
    const struct sources *s = user;
    return s->simulated ? sim_config_rehearsal_value(&s->sim, name) : NULL;
}

static char *ask(void *user, const char *name, const char *description, bool secret)
{
    const struct sources *s = user;
    return s->context->interactive ? prompt_ask(name, description, secret) : NULL;
}

/* A rehearsal knows its own world; so the settings are wanted before the port is opened. */
static enum problem_code look_at_port(struct sources *s, struct problem *problem)
{
    char port[1024];
    struct problem ignored = PROBLEM_INIT;
    if (context_port(s->context, port, sizeof port, &ignored) != PROBLEM_NONE)
        return PROBLEM_NONE; /* a dry run needs none; a real one will say so */
    s->simulated = strncmp(port, "sim:", 4) == 0;
    return s->simulated ? sim_config_parse(port + 4, &s->sim, problem) : PROBLEM_NONE;
}

static enum problem_code gather_values(struct context *c, struct problem *problem)
{
    struct sources sources = {.context = c};
    const struct options *o = c->options;
    for (size_t i = 0; i < o->set_count; i++) {
        if (variables_set_assignment(c->variables, o->sets[i], problem) != PROBLEM_NONE)
            return problem->code;
    }
    if (o->secret_file &&
        variables_load_secret_file(c->variables, o->secret_file, problem) != PROBLEM_NONE)
        return problem->code;
    if (look_at_port(&sources, problem) != PROBLEM_NONE)
        return problem->code;
    struct variables_sources from = {simulation_value, ask, &sources};
    return variables_resolve(c->variables, &from, problem);
}

static enum problem_code load(struct context *c, struct profile **profile, struct problem *problem)
{
    if (c->options->word_count != 1)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole run mk3060-ota --port sim:",
                           "run takes one profile, not %zu", c->options->word_count);
    c->variables = variables_new();
    if (!c->variables)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    return profile_load(c->options->words[0], c->paths.profile_dirs, c->paths.count, c->variables,
                        profile, NULL, problem);
}

enum problem_code command_run(const struct options *options, struct problem *problem)
{
    struct context c;
    struct profile *profile = NULL;
    context_init(&c, options);
    if (load(&c, &profile, problem) == PROBLEM_NONE && profile && profile->warnings[0])
        fprintf(stderr, "otaconsole: warning: %s\n", profile->warnings);
    if (profile && problem->code == PROBLEM_NONE &&
        context_load_board(&c, profile->board, problem) == PROBLEM_NONE &&
        context_load_rules(&c, problem) == PROBLEM_NONE &&
        gather_values(&c, problem) == PROBLEM_NONE)
        context_run(&c, profile, problem);
    profile_free(profile);
    return context_close(&c, problem->code, problem);
}
