#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/context.h"
#include "diagnose/diagnose.h"

static enum problem_code list(const struct rule_set *rules)
{
    struct rule_description d;
    for (size_t i = 0; rules_describe(rules, i, &d); i++)
        printf("%-34s %-17s %-9s %s\n", d.id, d.phase, d.outcome, d.pattern);
    return PROBLEM_NONE;
}

static enum problem_code lint(const struct options *o, struct problem *problem)
{
    static struct schema_report report;
    struct rule_set *rules = NULL;
    report.count = 0;
    if (o->word_count < 2)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole rules lint my-rules.yaml",
                           "rules lint wants at least one file");
    rules_load(o->words + 1, o->word_count - 1, &rules, &report, problem);
    /* Every mistake, not only the first, which is what an editor's user wants. */
    for (size_t i = 1; i < report.count && i < SCHEMA_PROBLEMS_MAX; i++)
        fprintf(stderr, "otaconsole: %s: %s\n  %s\n", report.problems[i].where,
                report.problems[i].what, report.problems[i].hint);
    if (problem->code == PROBLEM_NONE)
        printf("%zu rules, no mistake\n", rules_count(rules));
    rules_free(rules);
    return problem->code;
}

static const char *advice_of(const struct rule_set *rules, const char *id)
{
    struct rule_description d;
    for (size_t i = 0; rules_describe(rules, i, &d); i++) {
        if (strcmp(d.id, id) == 0)
            return d.advice;
    }
    return "";
}

static enum problem_code test(const struct options *o, const struct rule_set *rules,
                              struct problem *problem)
{
    struct diagnose *d = diagnose_create(rules);
    struct diagnose_event e;
    bool known = false;
    if (!d)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    for (size_t i = 1; i < o->word_count; i++) {
        diagnose_input(d, 0, (const uint8_t *)o->words[i], strlen(o->words[i]));
        diagnose_input(d, 0, (const uint8_t *)"\r\n", 2);
    }
    diagnose_finish(d, 0);
    while (diagnose_next_event(d, &e)) {
        if (e.kind != DIAGNOSE_LINE || e.length == 0)
            continue;
        printf("%s: %s\n", e.rule ? e.rule : "no rule knows this line",
               e.rule && e.outcome ? e.outcome : "-");
        if (e.rule) {
            known = true;
            printf("  %s\n", e.meaning ? e.meaning : "");
            if (advice_of(rules, e.rule)[0])
                printf("  %s\n", advice_of(rules, e.rule));
        }
    }
    diagnose_free(d);
    if (known)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_ASSERT_FAILED, NULL,
                       "docs/rule-reference.md tells how to write one.",
                       "no rule knows what was given");
}

enum problem_code command_rules(const struct options *options, struct problem *problem)
{
    struct context c;
    const char *what = options->word_count ? options->words[0] : "";
    if (strcmp(what, "lint") == 0)
        return lint(options, problem);
    context_init(&c, options);
    if (strcmp(what, "list") != 0 && strcmp(what, "test") != 0)
        problem_set(problem, PROBLEM_USAGE, NULL,
                    "For example: otaconsole rules test 'image magic error'",
                    "rules takes list, lint FILE... or test LINE...");
    else if (context_load_rules(&c, problem) == PROBLEM_NONE)
        strcmp(what, "list") == 0 ? list(c.rules) : test(options, c.rules, problem);
    return context_close(&c, problem->code, problem);
}
