/*
 * What log lines mean, as data: the rule base.
 *
 * A rule has an id, a pattern (the firmware's own printf format with typed
 * captures, or a PCRE2 expression where a format will not do), generations,
 * phase, outcome, meaning, advice and source. The files are profiles/rules/ (YAML files);
 * users add their own. Loading compiles all patterns into one matcher.
 */
#ifndef OTACONSOLE_DIAGNOSE_RULES_H
#define OTACONSOLE_DIAGNOSE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "yaml/schema.h"

struct rule_set;

/* `paths` are files or directories (all .yaml in them, sorted). *out is the caller's. */
enum problem_code rules_load(const char *const *paths, size_t count, struct rule_set **out,
                             struct schema_report *report, struct problem *problem);
enum problem_code rules_load_memory(const char *name, const char *text, size_t n,
                                    struct rule_set **out, struct schema_report *report,
                                    struct problem *problem);
void rules_free(struct rule_set *rules);
size_t rules_count(const struct rule_set *rules);
const struct schema *rules_schema(void);

/* One rule in words, for lists; every pointer lives as long as the set, none is NULL. */
struct rule_description {
    const char *id, *pattern;
    bool is_regex;
    const char *generations, *phase, *outcome, *fact;
    char level; /* E W I D V F or 0 */
    const char *meaning, *advice, *source, *where;
};
/* False when `index` is not below rules_count. */
bool rules_describe(const struct rule_set *rules, size_t index, struct rule_description *out);
/* A format known but deliberately without a rule, and why. False when there is no such index. */
bool rules_declined(const struct rule_set *rules, size_t index, const char **format,
                    const char **reason);

#endif
