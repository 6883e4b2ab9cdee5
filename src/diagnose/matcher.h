/*
 * All patterns at once. A message's first bytes select the few formats that can
 * begin so; where that finds nothing, one pass with a shift table over the whole
 * text looks for six characters of every format, because a message may stand in
 * the middle of a line (Wu and Manber's set matching). Only what is left is
 * compared in full.
 */
#ifndef OTACONSOLE_DIAGNOSE_MATCHER_H
#define OTACONSOLE_DIAGNOSE_MATCHER_H

#include "diagnose/rules_internal.h"

struct match {
    const struct rule *rule;
    size_t start, end;
    struct span values[FORMAT_VALUES_MAX];
};

/* Built once from the loaded rules, in their arena. False when memory ran out. */
bool matcher_build(struct rule_set *rules);

/* What one user of the rules needs to match: PCRE2's work space. */
struct match_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
};
bool match_scratch_init(struct match_scratch *scratch);
void match_scratch_free(struct match_scratch *scratch);

/* The rule whose message begins at text[from], the most specific one first. */
bool matcher_at(const struct rule_set *rules, const char *text, size_t n, size_t from,
                struct match *match);
/* The first rule that matches anywhere behind `from`. */
bool matcher_find(const struct rule_set *rules, struct match_scratch *scratch, const char *text,
                  size_t n, size_t from, struct match *match);

#endif
