/* Any text as a profile: it loads and expands, or it is refused in words with a place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "workflow/profile.h"

static void expand(const struct variables *v, const char *text)
{
    struct problem problem = PROBLEM_INIT;
    char *out = NULL, *shown = NULL;
    bool secret;
    if (text &&
        variables_expand(v, text, "fuzz", &out, &shown, &secret, &problem) == PROBLEM_NONE &&
        !secret && strcmp(out, shown) != 0)
        abort();
    free(out);
    free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct variables *variables = variables_new();
    struct profile *profile = NULL;
    struct problem problem = PROBLEM_INIT;
    static struct schema_report report;
    report.count = 0;
    /* Only what the text itself says: includes would read this machine's files. */
    if (!variables || memmem(data, size, "include", 7)) {
        variables_free(variables);
        return 0;
    }
    if (profile_load_memory("fuzz", (const char *)data, size, variables, &profile, &report,
                            &problem) != PROBLEM_NONE) {
        if (profile || !problem.what[0] || !problem.hint[0] || !problem.where[0])
            abort();
    } else {
        for (size_t i = 0; i < profile->step_count; i++) {
            const struct profile_step *s = &profile->steps[i];
            expand(variables, s->file);
            expand(variables, s->value);
            expand(variables, s->duration);
            for (size_t k = 0; k < s->argument_count; k++)
                expand(variables, s->arguments[k]);
        }
    }
    profile_free(profile);
    variables_free(variables);
    return 0;
}
