/*
 * A profile: a workflow as data.
 *
 * Loading checks shape only (schema, known step kinds, includes); values of
 * variables come later (variables.h), and the runner then checks the plan against
 * the board before anything is sent. Steps of included profiles are spliced in
 * where the include stands; their variables join the including profile's, and
 * `with` gives them values (which may be ${...} of the including one).
 */
#ifndef OTACONSOLE_WORKFLOW_PROFILE_H
#define OTACONSOLE_WORKFLOW_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "workflow/variables.h"
#include "yaml/schema.h"

#define PROFILE_INCLUDE_DEPTH 8
#define PROFILE_STEPS_MAX 200

enum profile_step_kind {
    STEP_ENTER_DOWNLOAD,
    STEP_WRITE,
    STEP_VERIFY,
    STEP_READ,
    STEP_BOOT,
    STEP_SEND,
    STEP_EXPECT,
    STEP_WATCH_OTA,
    STEP_ASSERT,
    STEP_PAUSE,
    STEP_SLEEP,
    STEP_KIND_COUNT
};

/* A text to wait for, or one that ends the wait in failure. */
struct profile_pattern {
    const char *text;  /* literal; or */
    const char *regex; /* PCRE2 */
    const char *why;   /* failure only: what it means */
    const char *hint;  /* failure only: what to do */
    enum problem_code code;
    const char *where; /* file:line */
};

struct profile_step {
    enum profile_step_kind kind;
    const char *name;
    const char *where;   /* file:line:column */
    uint64_t timeout_us; /* 0 = the kind's own */
    unsigned retries;
    uint64_t retry_delay_us;
    bool continue_on_failure;

    uint32_t strategies;    /* enter-download: bits 1u << enum board_entry_kind, 0 = all */
    const char *file;       /* write, verify, read: template */
    const char *address;    /* write, verify, read: template, NULL = the board's */
    const char *size;       /* read: template */
    bool verify;            /* write */
    const char **arguments; /* send: templates */
    size_t argument_count;
    struct profile_pattern wanted;    /* expect */
    const char *prompt;               /* expect: "shell" or "loader" instead of a pattern */
    const char *capture;              /* expect: run-time variable for the regex's first group */
    bool judge;                       /* expect: a failure the log rules know ends the wait */
    struct profile_pattern *failures; /* expect */
    size_t failure_count;
    const char *message;        /* pause, watch-ota */
    const char *expect_version; /* watch-ota: template */
    const char *until;          /* watch-ota: "installed" or "reported" */
    const char *value;          /* assert: template */
    const char *op;             /* assert: "equals", "not-equals", "contains", "matches" */
    const char *operand;        /* assert: template */
    const char *duration;       /* sleep: template */
};

struct profile {
    const char *name;
    const char *description;
    const char *board; /* may be NULL */
    const char *path;
    struct profile_step *steps;
    size_t step_count;
    char warnings[512]; /* such as a secret written in clear; "" = none */
    void *arena;
};

/*
 * `name` is a path, or the name of a profile in `dirs` (with or without .yaml).
 * Declares the profile's variables in `variables`. *out is the caller's.
 */
enum problem_code profile_load(const char *name, const char *const *dirs, size_t dir_count,
                               struct variables *variables, struct profile **out,
                               struct schema_report *report, struct problem *problem);
enum problem_code profile_load_memory(const char *name, const char *text, size_t n,
                                      struct variables *variables, struct profile **out,
                                      struct schema_report *report, struct problem *problem);
void profile_free(struct profile *profile);

/* A profile built in code (the flash and read commands): starts empty, owns its arena. */
struct profile *profile_new(const char *name);
/* Zeroed with defaults; NULL when out of memory or full. Valid until the next call. */
struct profile_step *profile_add_step(struct profile *profile, enum profile_step_kind kind,
                                      const char *name);
const char *profile_copy(struct profile *profile, const char *text);

const char *profile_step_kind_name(enum profile_step_kind kind);
const struct schema *profile_schema(void);

#endif
