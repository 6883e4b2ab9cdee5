#include "session/secrets.h"

#include <stdlib.h>
#include <string.h>

#include "workflow/quote.h"

static bool add(struct secrets *s, const char *text)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->texts[i], text) == 0)
            return true;
    }
    char **grown = realloc(s->texts, (s->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    s->texts = grown;
    grown[s->count] = strdup(text);
    s->count += grown[s->count] != NULL;
    return s->count && grown[s->count - 1] != NULL;
}

bool secrets_collect(const struct variables *variables, struct secrets *s)
{
    static const struct quote_limits wide = {.line_max = 1024, .arguments_max = 16};
    *s = (struct secrets){0};
    for (size_t i = 0; variables && i < variables_count(variables); i++) {
        const struct variable *v = variables_at(variables, i);
        if (v->type != VARIABLE_SECRET || !v->value || !v->value[0])
            continue;
        char quoted[1024];
        struct problem ignored = PROBLEM_INIT;
        const char *arguments[] = {v->value};
        if (!add(s, v->value))
            return false;
        bool expressible =
            quote_alios(arguments, 1, &wide, quoted, sizeof quoted, &ignored) == PROBLEM_NONE;
        if (expressible && !add(s, quoted))
            return false;
        explicit_bzero(quoted, sizeof quoted);
    }
    return true;
}

void secrets_free(struct secrets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        explicit_bzero(s->texts[i], strlen(s->texts[i]));
        free(s->texts[i]);
    }
    free(s->texts);
    *s = (struct secrets){0};
}
