/*
 * Variables of a profile: typed, with a known origin, some of them secret.
 *
 * A value comes from the first of: --set, --secret-file, the environment
 * (OTACONSOLE_VAR_<NAME>), the profile's default, what the simulated world
 * offers, a question to the person. What is still missing is reported all at
 * once. Secrets taint every text they are expanded into, and are listed for the
 * redactor. Run-time values ("ota.version") are set by steps.
 */
#ifndef OTACONSOLE_WORKFLOW_VARIABLES_H
#define OTACONSOLE_WORKFLOW_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

enum variable_type {
    VARIABLE_STRING,
    VARIABLE_SECRET,
    VARIABLE_INT,
    VARIABLE_BOOL,
    VARIABLE_SIZE,
    VARIABLE_DURATION,
    VARIABLE_FILE, /* a path that must exist and not be empty */
};

enum variable_origin {
    ORIGIN_NONE,
    ORIGIN_SET,
    ORIGIN_SECRET_FILE,
    ORIGIN_ENVIRONMENT,
    ORIGIN_DEFAULT,
    ORIGIN_SIMULATION,
    ORIGIN_PROMPT,
    ORIGIN_RUN,
};

struct variable {
    char *name;
    char *description;
    char *value; /* NULL = none yet */
    enum variable_type type;
    enum variable_origin origin;
    bool required;
    bool declared; /* false: only set from outside so far */
};

struct variables;

struct variables *variables_new(void);
void variables_free(struct variables *v);

const char *variable_type_name(enum variable_type type);
const char *variable_origin_name(enum variable_origin origin);

/* Declare from a profile; `value` may be NULL. A value given from outside stays. */
enum problem_code variables_declare(struct variables *v, const char *name, enum variable_type type,
                                    const char *description, const char *value, bool required,
                                    const char *where, struct problem *problem);
/* "name=value" from --set; a later one wins. */
enum problem_code variables_set_assignment(struct variables *v, const char *assignment,
                                           struct problem *problem);
/* A run-time value. NULL removes it. */
void variables_set_run(struct variables *v, const char *name, const char *value);
/* YAML map of names to values, not readable by group or others. */
enum problem_code variables_load_secret_file(struct variables *v, const char *path,
                                             struct problem *problem);

/* What `otaconsole new` puts in the places of values: refused when it is still there. */
#define VARIABLES_PLACEHOLDER "<fill in>"

struct variables_sources {
    /* The simulated world's own ssid, password ...; NULL = nothing for that name. */
    const char *(*simulation)(void *user, const char *name);
    /* Ask a person, without echo for secrets; a malloc'ed answer or NULL. */
    char *(*prompt)(void *user, const char *name, const char *description, bool secret);
    void *user;
};

/* Fill in what is missing, check types; every missing name in one problem. */
enum problem_code variables_resolve(struct variables *v, const struct variables_sources *sources,
                                    struct problem *problem);

const struct variable *variables_find(const struct variables *v, const char *name);
size_t variables_count(const struct variables *v);
const struct variable *variables_at(const struct variables *v, size_t i);

/*
 * Expands ${name} in text ($$ is one $). *out is malloc'ed. *secret tells whether
 * a secret went in; *shown (when not NULL) is the same text with secrets as "***".
 * Names starting with "ota.", "device." or "loader." are run-time values and
 * expand to "" while unset. Unknown names are config problems at `where`.
 */
enum problem_code variables_expand(const struct variables *v, const char *text, const char *where,
                                   char **out, char **shown, bool *secret, struct problem *problem);

#endif
