/*
 * Between profile.c (files, includes, variables) and profile_steps.c (what a step says).
 */
#ifndef OTACONSOLE_WORKFLOW_PROFILE_INTERNAL_H
#define OTACONSOLE_WORKFLOW_PROFILE_INTERNAL_H

#include "workflow/profile.h"

/* One entry of an include's `with`. */
struct profile_binding {
    const char *name, *value;
    const struct yaml_node *node; /* where it stands */
    const struct yaml_doc *doc;
    struct profile_binding *next;
};

struct profile_loading {
    struct profile *profile;
    struct variables *variables;
    struct schema_report *report;
    struct problem *problem;
    const struct yaml_doc *doc;
    struct profile_binding *bindings; /* `with` of the include being loaded */
    const char *paths[PROFILE_INCLUDE_DEPTH];
    unsigned depth;
    unsigned hidden; /* variables declared for secrets that stand in a `with` */
    bool failed;     /* *problem is filled */
};

/* file:line:column of a node, owned by the profile. */
const char *profile_place(struct profile_loading *l, const struct yaml_node *n);
/*
 * Templates of an included profile see its `with` bindings first. They are put in
 * at load, so that the rest of the tool knows one flat list of steps. NULL stays NULL.
 */
const char *profile_substitute(struct profile_loading *l, const char *text);
/* Fills a step from the map that describes it. */
void profile_load_step(struct profile_loading *l, const struct yaml_node *n,
                       const struct yaml_node *body, struct profile_step *s);

#endif
