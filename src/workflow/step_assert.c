#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workflow/runner_internal.h"

static bool holds(const struct plan_step *p, const char *value, const char *operand)
{
    struct pattern_match m;
    if (strcmp(p->step->op, "equals") == 0)
        return strcmp(value, operand) == 0;
    if (strcmp(p->step->op, "not-equals") == 0)
        return strcmp(value, operand) != 0;
    if (strcmp(p->step->op, "contains") == 0)
        return strstr(value, operand) != NULL;
    return pattern_find(p->wanted, value, strlen(value), &m);
}

enum progress step_assert_poll(struct runner *r, struct problem *problem)
{
    const struct plan_step *p = runner_current(r);
    const struct variables *v = r->options.variables;
    char *value = NULL, *value_shown = NULL, *operand = NULL, *operand_shown = NULL;
    enum progress result = PROGRESS_FAILED;
    if (variables_expand(v, p->step->value, p->step->where, &value, &value_shown, NULL, problem) ==
            PROBLEM_NONE &&
        variables_expand(v, p->step->operand, p->step->where, &operand, &operand_shown, NULL,
                         problem) == PROBLEM_NONE) {
        if (holds(p, value, operand))
            result = PROGRESS_DONE;
        else
            problem_set(problem, PROBLEM_ASSERT_FAILED, p->step->where,
                        "Compare with the steps before: which one set this value?",
                        "%s is \"%.100s\", which does not hold: %s \"%.100s\"", p->step->value,
                        value_shown, p->step->op, operand_shown);
    }
    free(value);
    free(value_shown);
    free(operand);
    free(operand_shown);
    return result;
}
