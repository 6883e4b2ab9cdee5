#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diagnose/matcher.h"
#include "diagnose/rules_internal.h"

#define CONTAINS_MIN 6u

struct loading {
    struct rule_set *set;
    const struct yaml_doc *doc;
    struct schema_report *report;
};

/* --- one rule ------------------------------------------------------------------------------ */

static const char *keep(struct loading *l, const char *text)
{
    const char *copy = arena_copy(l->set->arena, text);
    return copy ? copy : "";
}

static const char *keep_place(struct loading *l, const struct yaml_node *node)
{
    char place[256];
    snprintf(place, sizeof place, "%s:%u", yaml_name(l->doc), node->line);
    return keep(l, place);
}

static const char *keep_list(struct loading *l, const struct yaml_node *list)
{
    char text[128];
    size_t used = 0;
    text[0] = '\0';
    for (const struct yaml_node *n = list ? list->first : NULL; n && used < sizeof text;
         n = n->next) {
        int more = snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "", n->text);
        used += more > 0 ? (size_t)more : 0;
    }
    return keep(l, text);
}

static void check_generations(struct loading *l, const struct yaml_node *list)
{
    static const char known[] = "A|B|C|C-verbose|C-terse|D|E|other";
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        bool found = false;
        for (const char *w = known; *w;) {
            size_t length = strcspn(w, "|");
            found |= strlen(n->text) == length && memcmp(n->text, w, length) == 0;
            w += length + (w[length] == '|');
        }
        if (!found)
            schema_report_add(
                l->report, l->doc, n, "Leave generations out when all print it.",
                "generations must be of A, B, C, C-verbose, C-terse, D, E, other, not "
                "\"%.60s\"",
                n->text);
    }
}

static enum fact fact_named(const char *name)
{
    for (int i = 0; i < FACT_COUNT; i++) {
        if (strcmp(fact_name((enum fact)i), name) == 0)
            return (enum fact)i;
    }
    return FACT_NONE;
}

static enum rule_outcome outcome_named(const char *name)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (strcmp(rule_outcome_name((enum rule_outcome)i), name) == 0)
            return (enum rule_outcome)i;
    }
    return OUTCOME_INFO;
}

static void load_captures(struct loading *l, const struct yaml_node *node, struct rule *r)
{
    const struct yaml_node *list = yaml_get(node, "captures");
    unsigned values = r->format.values;
    if (r->regex) {
        uint32_t groups = 0;
        pcre2_pattern_info(r->regex, PCRE2_INFO_CAPTURECOUNT, &groups);
        values = groups;
    }
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        int found = -1;
        for (int i = 0; i < CAPTURE_COUNT; i++)
            found = strcmp(capture_name((enum capture)i), n->text) == 0 ? i : found;
        if (found < 0 || r->capture_count >= values || r->capture_count >= FORMAT_VALUES_MAX) {
            schema_report_add(
                l->report, l->doc, n,
                "Name the values in their order; _ skips one. See the reference page.",
                found < 0 ? "captures: no value is called \"%.60s\""
                          : "captures: \"%.60s\" has no value to name in the pattern",
                n->text);
            return;
        }
        unsigned k = r->capture_count++;
        r->captures[k] = (enum capture)found;
        if (!r->regex && r->format.value[k] == FORMAT_TEXT)
            r->format.value[k] = capture_type((enum capture)found);
    }
}

static void load_regex(struct loading *l, const struct yaml_node *node, struct rule *r)
{
    const struct yaml_node *pattern = yaml_get(node, "regex");
    const struct yaml_node *contains = yaml_get(node, "contains");
    int error;
    PCRE2_SIZE at;
    r->pattern = keep(l, pattern->text);
    r->regex = pcre2_compile((PCRE2_SPTR)pattern->text, PCRE2_ZERO_TERMINATED, PCRE2_NO_UTF_CHECK,
                             &error, &at, NULL);
    if (!r->regex) {
        char why[120];
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof why);
        schema_report_add(l->report, l->doc, pattern, "Correct the pattern (PCRE2 syntax).",
                          "regex must be a PCRE2 pattern; at character %zu: %s", (size_t)at + 1,
                          why);
        return;
    }
    pcre2_jit_compile(r->regex, PCRE2_JIT_COMPLETE);
    if (!contains || strlen(contains->text) < CONTAINS_MIN || strlen(contains->text) > 200) {
        schema_report_add(l->report, l->doc, contains ? contains : pattern,
                          "Add contains: with words that every such line holds.",
                          "contains must be given with regex and have 6 to 200 characters");
        return;
    }
    r->format.literals[0].text = keep(l, contains->text);
    r->format.literals[0].length = (uint16_t)strlen(contains->text);
    r->format.weight = r->format.literals[0].length;
}

static void load_format(struct loading *l, const struct yaml_node *node, struct rule *r)
{
    const struct yaml_node *text = yaml_get(node, "format");
    const char *why;
    r->pattern = keep(l, text->text);
    if (!format_compile(text->text, l->set->arena, &r->format, &why))
        schema_report_add(l->report, l->doc, text, "Write the firmware's printf format.",
                          "format cannot be used: %s", why);
    r->weak = r->format.literals[r->format.longest].length < CONTAINS_MIN;
    if (yaml_get(node, "contains"))
        schema_report_add(l->report, l->doc, yaml_get(node, "contains"), "Take it out.",
                          "contains belongs to regex; a format knows its own words");
}

static void check_id(struct loading *l, const struct yaml_node *node, const struct rule *r)
{
    const struct yaml_node *id = yaml_get(node, "id");
    for (size_t i = 0; i < l->set->count; i++) {
        if (strcmp(l->set->rules[i].id, r->id) == 0)
            schema_report_add(l->report, l->doc, id, "Give it another id.",
                              "id \"%.60s\" is used by the rule at %s already", r->id,
                              l->set->rules[i].where);
    }
}

static bool grow(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    size_t more = *capacity ? *capacity * 2 : 256;
    void *grown = realloc(*items, more * size);
    if (!grown)
        return false;
    *items = grown;
    *capacity = more;
    return true;
}

static void load_rule(struct loading *l, const struct yaml_node *node)
{
    struct rule_set *s = l->set;
    bool has_format = yaml_get(node, "format") != NULL, has_regex = yaml_get(node, "regex") != NULL;
    if (has_format == has_regex) {
        schema_report_add(l->report, l->doc, node, "A format is preferred: it is read by value.",
                          "a rule needs exactly one of format and regex");
        return;
    }
    if (s->count >= RULES_MAX ||
        !grow((void **)&s->rules, s->count, &s->capacity, sizeof *s->rules)) {
        schema_report_add(l->report, l->doc, node, "Split the rule base.", "more than %d rules",
                          RULES_MAX);
        return;
    }
    struct rule *r = &s->rules[s->count];
    memset(r, 0, sizeof *r);
    r->id = keep(l, yaml_get_text(node, "id", ""));
    r->phase = keep(l, yaml_get_text(node, "phase", ""));
    r->meaning = keep(l, yaml_get_text(node, "meaning", ""));
    r->advice = keep(l, yaml_get_text(node, "advice", ""));
    r->source = keep(l, yaml_get_text(node, "source", ""));
    r->where = keep_place(l, node);
    r->generations = keep_list(l, yaml_get(node, "generations"));
    r->outcome = outcome_named(yaml_get_text(node, "outcome", "info"));
    r->fact = fact_named(yaml_get_text(node, "fact", "none"));
    r->level = yaml_get_text(node, "level", "-")[0];
    r->level = r->level == '-' ? '\0' : r->level;
    check_generations(l, yaml_get(node, "generations"));
    check_id(l, node, r);
    s->count++; /* from here on rules_free knows its regex */
    if (has_regex)
        load_regex(l, node, r);
    else
        load_format(l, node, r);
    load_captures(l, node, r);
}

static void load_declined(struct loading *l, const struct yaml_node *node)
{
    struct rule_set *s = l->set;
    if (!grow((void **)&s->declined, s->declined_count, &s->declined_capacity, sizeof *s->declined))
        return;
    s->declined[s->declined_count].format = keep(l, yaml_get_text(node, "format", ""));
    s->declined[s->declined_count++].reason = keep(l, yaml_get_text(node, "reason", ""));
}

static void load_doc(struct loading *l)
{
    size_t before = l->report->count;
    if (!schema_check(rules_schema(), l->doc, yaml_root(l->doc), l->report) &&
        l->report->count > before)
        return; /* what does not obey the schema is not worth a second opinion */
    const struct yaml_node *rules = yaml_get(yaml_root(l->doc), "rules");
    const struct yaml_node *declined = yaml_get(yaml_root(l->doc), "declined");
    for (const struct yaml_node *n = rules ? rules->first : NULL; n; n = n->next)
        load_rule(l, n);
    for (const struct yaml_node *n = declined ? declined->first : NULL; n; n = n->next)
        load_declined(l, n);
}

/* --- sets ----------------------------------------------------------------------------------- */

static enum problem_code out_of_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Close other programs.",
                       "out of memory while loading rules");
}

static struct rule_set *new_set(void)
{
    struct rule_set *s = calloc(1, sizeof *s);
    if (s && !(s->arena = arena_new())) {
        free(s);
        s = NULL;
    }
    return s;
}

static enum problem_code finish_set(struct rule_set *s, struct rule_set **out,
                                    const struct schema_report *report, struct problem *problem)
{
    enum problem_code code = schema_report_problem(report, problem);
    if (code == PROBLEM_NONE && s->count == 0)
        code = problem_set(problem, PROBLEM_CONFIG, NULL, "Name rule files that hold rules.",
                           "no rules were found");
    if (code == PROBLEM_NONE && !matcher_build(s))
        code = out_of_memory(problem);
    if (code != PROBLEM_NONE) {
        rules_free(s);
        return code;
    }
    *out = s;
    return PROBLEM_NONE;
}

static enum problem_code load_file(struct loading *l, const char *path, struct problem *problem)
{
    struct yaml_doc *doc;
    enum problem_code code = yaml_load_file(path, &doc, problem);
    if (code != PROBLEM_NONE)
        return code;
    l->doc = doc;
    load_doc(l);
    yaml_close(doc);
    return PROBLEM_NONE;
}

static int is_rule_file(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".yaml") == 0;
}

static enum problem_code load_path(struct loading *l, const char *path, struct problem *problem)
{
    struct stat status;
    struct dirent **entries;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return load_file(l, path, problem);
    int count = scandir(path, &entries, is_rule_file, alphasort);
    if (count < 0)
        return problem_set(problem, PROBLEM_INPUT_FILE, path, "Check the directory.",
                           "cannot list the rule files: %s", strerror(errno));
    enum problem_code code = PROBLEM_NONE;
    for (int i = 0; i < count; i++) {
        char file[4096];
        int n = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (code == PROBLEM_NONE && n > 0 && (size_t)n < sizeof file)
            code = load_file(l, file, problem);
        free(entries[i]);
    }
    free(entries);
    return code;
}

enum problem_code rules_load(const char *const *paths, size_t count, struct rule_set **out,
                             struct schema_report *report, struct problem *problem)
{
    struct schema_report own = {.count = 0};
    struct loading l = {.set = new_set(), .report = report ? report : &own};
    if (!l.set)
        return out_of_memory(problem);
    for (size_t i = 0; i < count; i++) {
        enum problem_code code = load_path(&l, paths[i], problem);
        if (code != PROBLEM_NONE) {
            rules_free(l.set);
            return code;
        }
    }
    return finish_set(l.set, out, l.report, problem);
}

enum problem_code rules_load_memory(const char *name, const char *text, size_t n,
                                    struct rule_set **out, struct schema_report *report,
                                    struct problem *problem)
{
    struct schema_report own = {.count = 0};
    struct loading l = {.set = new_set(), .report = report ? report : &own};
    struct yaml_doc *doc;
    if (!l.set)
        return out_of_memory(problem);
    enum problem_code code = yaml_load_memory(name, text, n, &doc, problem);
    if (code != PROBLEM_NONE) {
        rules_free(l.set);
        return code;
    }
    l.doc = doc;
    load_doc(&l);
    yaml_close(doc);
    return finish_set(l.set, out, l.report, problem);
}

void rules_free(struct rule_set *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        pcre2_code_free(s->rules[i].regex);
    free(s->rules);
    free(s->declined);
    arena_free(s->arena);
    free(s);
}

size_t rules_count(const struct rule_set *s)
{
    return s->count;
}

bool rules_describe(const struct rule_set *s, size_t index, struct rule_description *out)
{
    if (index >= s->count)
        return false;
    const struct rule *r = &s->rules[index];
    *out = (struct rule_description){.id = r->id,
                                     .pattern = r->pattern,
                                     .is_regex = r->regex != NULL,
                                     .generations = r->generations,
                                     .phase = r->phase,
                                     .outcome = rule_outcome_name(r->outcome),
                                     .fact = fact_name(r->fact),
                                     .level = r->level,
                                     .meaning = r->meaning,
                                     .advice = r->advice,
                                     .source = r->source,
                                     .where = r->where};
    return true;
}

bool rules_declined(const struct rule_set *s, size_t index, const char **format,
                    const char **reason)
{
    if (index >= s->declined_count)
        return false;
    *format = s->declined[index].format;
    *reason = s->declined[index].reason;
    return true;
}
