#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/paths.h"
#include "workflow/profile.h"

static enum problem_code load(const struct paths *paths, const char *name, struct profile **p,
                              struct variables **v, struct problem *problem)
{
    *v = variables_new();
    if (!*v)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    if (profile_load(name, paths->profile_dirs, paths->count, *v, p, NULL, problem) == PROBLEM_NONE)
        return PROBLEM_NONE;
    variables_free(*v);
    return problem->code;
}

/* --- explain ----------------------------------------------------------------------------- */

static void print_variable(const struct variable *v)
{
    const char *value = v->value;
    if (value && v->type == VARIABLE_SECRET)
        value = "***";
    printf("  %-12s %-9s %s%s%s%s\n", v->name, variable_type_name(v->type),
           v->description ? v->description : "", value && value[0] ? "; otherwise " : "",
           value ? value : "", v->required && !v->value ? "  (required)" : "");
}

static void print_step(size_t i, const struct profile_step *s)
{
    printf("%3zu. %-16s %s", i, profile_step_kind_name(s->kind), s->name);
    if (s->file)
        printf("; file %s", s->file);
    if (s->address)
        printf(" at %s", s->address);
    for (size_t k = 0; k < s->argument_count; k++)
        printf("%s%s", k ? " " : "; types: ", s->arguments[k]);
    if (s->wanted.text || s->wanted.regex)
        printf("; waits for \"%s\"", s->wanted.text ? s->wanted.text : s->wanted.regex);
    if (s->kind == STEP_WATCH_OTA)
        printf("; until the update is %s", s->until);
    if (s->value)
        printf("; %s %s %s", s->value, s->op, s->operand);
    if (s->retries)
        printf("; up to %u more tries", s->retries);
    printf("\n");
}

enum problem_code command_explain(const struct options *options, struct problem *problem)
{
    struct paths paths;
    struct profile *p = NULL;
    struct variables *v = NULL;
    if (options->word_count != 1)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole explain mk3060-ota",
                           "explain takes one profile, not %zu", options->word_count);
    paths_find(&paths);
    if (load(&paths, options->words[0], &p, &v, problem) != PROBLEM_NONE || !p)
        return problem->code;
    printf("%s: %s\n", p->name, p->description);
    if (p->board)
        printf("for the board %s\n", p->board);
    if (variables_count(v))
        printf("\nvalues it takes (--set name=value, or --secret-file for secrets):\n");
    for (size_t i = 0; i < variables_count(v); i++)
        print_variable(variables_at(v, i));
    printf("\nwhat it does:\n");
    for (size_t i = 0; i < p->step_count; i++)
        print_step(i + 1, &p->steps[i]);
    printf("\n`otaconsole run %s --dry-run ...` checks files and values too.\n", options->words[0]);
    if (p->warnings[0])
        fprintf(stderr, "otaconsole: warning: %s\n", p->warnings);
    profile_free(p);
    variables_free(v);
    return PROBLEM_NONE;
}

/* --- profiles ---------------------------------------------------------------------------- */

static int is_profile(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');
    return e->d_name[0] != '.' && dot && strcmp(dot, ".yaml") == 0;
}

static void list_one(const struct paths *paths, const char *dir, const char *file)
{
    char path[1400];
    struct problem problem = PROBLEM_INIT;
    struct profile *p = NULL;
    struct variables *v = NULL;
    snprintf(path, sizeof path, "%s/%s", dir, file);
    if (load(paths, path, &p, &v, &problem) != PROBLEM_NONE || !p) {
        printf("%-26s cannot be used: %s: %s\n", file, problem.where, problem.what);
        return;
    }
    printf("%-26.*s %s\n", (int)(strlen(file) - 5), file, p->description);
    profile_free(p);
    variables_free(v);
}

enum problem_code command_profiles(const struct options *options, struct problem *problem)
{
    struct paths paths;
    (void)options;
    (void)problem;
    paths_find(&paths);
    for (size_t i = 0; i < paths.count; i++) {
        struct dirent **entries = NULL;
        int n = scandir(paths.profile_dirs[i], &entries, is_profile, alphasort);
        if (n <= 0)
            continue;
        printf("in %s:\n", paths.profile_dirs[i]);
        for (int k = 0; k < n; k++) {
            list_one(&paths, paths.profile_dirs[i], entries[k]->d_name);
            free(entries[k]);
        }
        free(entries);
    }
    return PROBLEM_NONE;
}
