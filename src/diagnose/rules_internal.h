/* The compiled rule base, shared by loader, matcher and story. */
#ifndef OTACONSOLE_DIAGNOSE_RULES_INTERNAL_H
#define OTACONSOLE_DIAGNOSE_RULES_INTERNAL_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"
#include "diagnose/facts.h"
#include "diagnose/format.h"
#include "diagnose/rules.h"

#define RULES_MAX 8192

enum rule_outcome {
    OUTCOME_INFO,
    OUTCOME_AMBIGUOUS,
    OUTCOME_PROGRESS,
    OUTCOME_OK,
    OUTCOME_WARN,
    OUTCOME_FAIL,
    OUTCOME_FATAL,
    OUTCOME_COUNT
};

struct rule {
    const char *id, *pattern, *generations, *phase, *meaning, *advice, *source, *where;
    enum rule_outcome outcome;
    char level;
    enum fact fact;
    /*
     * Too short to be looked for inside a line: it counts only where a message
     * begins, and must then be the whole of it.
     */
    bool weak;
    struct format format; /* of a regex rule: its `contains`, one literal */
    pcre2_code *regex;    /* or NULL */
    enum capture captures[FORMAT_VALUES_MAX];
    unsigned capture_count;
};

struct declined {
    const char *format, *reason;
};

struct rule_set {
    struct arena *arena;
    struct rule *rules;
    size_t count, capacity;
    struct declined *declined;
    size_t declined_count, declined_capacity;
    struct matcher *matcher;
};

const char *rule_outcome_name(enum rule_outcome outcome);
const char *fact_name(enum fact fact);
const char *capture_name(enum capture capture);
enum format_value capture_type(enum capture capture);

#endif
