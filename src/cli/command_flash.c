#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "cli/commands.h"
#include "cli/context.h"

/* A transfer that breaks for good (power, cable) is begun once more from download mode. */
#define RETRIES 1

static enum problem_code out_of_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

/*
 * FILE or FILE@ADDR. Build output has an '@' in its name (otaapp@mk3060.bin), so only
 * a number behind the last one is an address, and an existing file of that name wins.
 */
static enum problem_code split_address(struct profile *profile, const char *word,
                                       struct profile_step *step, struct problem *problem)
{
    const char *at = strrchr(word, '@');
    uint32_t address;
    step->file = profile_copy(profile, word);
    if (!at || access(word, F_OK) == 0)
        return PROBLEM_NONE;
    if (parse_size(at + 1, 0, UINT32_MAX, &address)) {
        char *name = strndup(word, (size_t)(at - word));
        step->file = profile_copy(profile, name);
        step->address = profile_copy(profile, at + 1);
        free(name);
    } else if (at[1] >= '0' && at[1] <= '9' && !strchr(at, '.')) {
        return problem_set(problem, PROBLEM_USAGE, word, "For example FILE@0x13200.",
                           "\"%.40s\" is no flash address", at + 1);
    }
    return PROBLEM_NONE;
}

static struct profile *new_plan(struct context *c, const char *name, struct problem *problem)
{
    c->variables = variables_new();
    struct profile *p = profile_new(name);
    if (!c->variables || !p || !profile_add_step(p, STEP_ENTER_DOWNLOAD, "enter download mode")) {
        out_of_memory(problem);
        profile_free(p);
        return NULL;
    }
    return p;
}

/* Names on a command line are not templates: a "$" in them is a "$". */
static const char *literal(struct profile *profile, const char *text)
{
    char out[4096];
    size_t used = 0;
    for (; *text && used + 3 < sizeof out; text++) {
        if (*text == '$')
            out[used++] = '$';
        out[used++] = *text;
    }
    out[used] = '\0';
    return profile_copy(profile, out);
}

static enum problem_code add_file(struct profile *profile, const char *word,
                                  struct problem *problem)
{
    char name[160];
    const char *slash = strrchr(word, '/');
    snprintf(name, sizeof name, "write %.140s", slash ? slash + 1 : word);
    struct profile_step *s = profile_add_step(profile, STEP_WRITE, name);
    if (!s)
        return out_of_memory(problem);
    s->where = profile_copy(profile, word);
    s->retries = RETRIES;
    if (split_address(profile, word, s, problem) != PROBLEM_NONE)
        return problem->code;
    s->file = literal(profile, s->file);
    return PROBLEM_NONE;
}

enum problem_code command_flash(const struct options *options, struct problem *problem)
{
    struct context c;
    context_init(&c, options);
    struct profile *plan = NULL;
    if (options->word_count == 0)
        problem_set(problem, PROBLEM_USAGE, NULL,
                    "For example: otaconsole flash -p /dev/ttyUSB0 otaapp@mk3060.bin",
                    "flash wants at least one file");
    else
        plan = new_plan(&c, "flash", problem);
    for (size_t i = 0; plan && problem->code == PROBLEM_NONE && i < options->word_count; i++)
        add_file(plan, options->words[i], problem);
    if (plan && problem->code == PROBLEM_NONE && options->boot &&
        !profile_add_step(plan, STEP_BOOT, "start the application"))
        out_of_memory(problem);
    if (problem->code == PROBLEM_NONE && context_load_board(&c, NULL, problem) == PROBLEM_NONE &&
        context_load_rules(&c, problem) == PROBLEM_NONE)
        context_run(&c, plan, problem);
    profile_free(plan);
    return context_close(&c, problem->code, problem);
}

static struct profile *read_plan(struct context *c, struct problem *problem)
{
    const struct options *o = c->options;
    struct profile *plan = new_plan(c, "read", problem);
    struct profile_step *s = plan ? profile_add_step(plan, STEP_READ, "read flash") : NULL;
    if (!s)
        return plan;
    s->where = "read";
    s->file = literal(plan, o->output);
    s->address = literal(plan, o->words[0]);
    s->size = literal(plan, o->words[1]);
    s->retries = RETRIES;
    return plan;
}

enum problem_code command_read(const struct options *options, struct problem *problem)
{
    struct context c;
    context_init(&c, options);
    struct profile *plan = NULL;
    if (options->word_count != 2 || !options->output)
        problem_set(problem, PROBLEM_USAGE, NULL,
                    "For example: otaconsole read 0x13200 64k -o app.bin",
                    "read wants an address, a size and -o FILE");
    else
        plan = read_plan(&c, problem);
    if (problem->code == PROBLEM_NONE && context_load_board(&c, NULL, problem) == PROBLEM_NONE &&
        context_load_rules(&c, problem) == PROBLEM_NONE)
        context_run(&c, plan, problem);
    profile_free(plan);
    return context_close(&c, problem->code, problem);
}
