#include "workflow/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Enough for any sane expression on a log line; a hostile one ends here. */
#define MATCH_LIMIT 100000u

struct pattern {
    char *text;
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    free(p->text);
    pcre2_code_free(p->code);
    pcre2_match_data_free(p->data);
    pcre2_match_context_free(p->context);
    free(p);
}

static bool compile_regex(struct pattern *p, const char *regex, const char *where,
                          struct problem *problem)
{
    int error;
    PCRE2_SIZE at;
    /* No UTF mode: logs may hold anything, and bytes are matched as they come. */
    p->code =
        pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, PCRE2_MULTILINE, &error, &at, NULL);
    if (!p->code) {
        PCRE2_UCHAR words[160] = "";
        pcre2_get_error_message(error, words, sizeof words);
        problem_set(problem, PROBLEM_CONFIG, where, "Patterns are PCRE2; see `man pcre2pattern`.",
                    "the pattern is wrong at character %zu: %s", (size_t)at + 1, (char *)words);
        return false;
    }
    p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
    p->context = pcre2_match_context_create(NULL);
    if (!p->data || !p->context)
        return false;
    pcre2_set_match_limit(p->context, MATCH_LIMIT);
    pcre2_set_depth_limit(p->context, MATCH_LIMIT);
    return true;
}

struct pattern *pattern_compile(const char *text, const char *regex, const char *where,
                                struct problem *problem)
{
    struct pattern *p = calloc(1, sizeof *p);
    if (p && regex ? compile_regex(p, regex, where, problem)
                   : p && (p->text = strdup(text ? text : "")) != NULL)
        return p;
    if (problem->code == PROBLEM_NONE)
        problem_set(problem, PROBLEM_INTERNAL, where, "Free some memory.", "out of memory");
    pattern_free(p);
    return NULL;
}

bool pattern_find(const struct pattern *p, const char *subject, size_t n,
                  struct pattern_match *match)
{
    match->group_begin = match->group_end = -1;
    if (!p->code) {
        size_t length = strlen(p->text);
        const char *found = length ? memmem(subject, n, p->text, length) : NULL;
        if (!found)
            return false;
        match->begin = (size_t)(found - subject);
        match->end = match->begin + length;
        return true;
    }
    int groups = pcre2_match(p->code, (PCRE2_SPTR)subject, n, 0, 0, p->data, p->context);
    if (groups <= 0)
        return false;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->data);
    match->begin = at[0];
    match->end = at[1];
    if (groups > 1 && at[2] != PCRE2_UNSET) {
        match->group_begin = (long)at[2];
        match->group_end = (long)at[3];
    }
    return true;
}
