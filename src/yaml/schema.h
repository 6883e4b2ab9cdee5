/*
 * What a YAML file may say, as data.
 *
 * A schema is a table of keys with type, range and one sentence of meaning. The
 * same table checks files (every mistake at once, each with file:line:column,
 * the key and what was expected) and prints the reference pages, so that
 * documentation cannot drift from what is accepted.
 */
#ifndef OTACONSOLE_YAML_SCHEMA_H
#define OTACONSOLE_YAML_SCHEMA_H

#include "base/buffer.h"
#include "yaml/yaml.h"

enum schema_type {
    SCHEMA_TEXT,
    SCHEMA_BOOL,     /* true or false */
    SCHEMA_NUMBER,   /* whole number, decimal or 0x, min..max */
    SCHEMA_SIZE,     /* number with optional k or m */
    SCHEMA_DURATION, /* 250us, 500ms, 30s, 5m, 1h */
    SCHEMA_WORD,     /* one of `words`, separated by '|' */
    SCHEMA_MAP,      /* keys of `schema` */
    SCHEMA_LIST,     /* of maps of `schema`, or of texts when `schema` is NULL */
    SCHEMA_NAMED,    /* a map with free keys whose values are maps of `schema` or, NULL, texts */
    SCHEMA_ANY       /* checked by the module itself */
};

struct schema_field {
    const char *key;
    enum schema_type type;
    bool required;
    uint64_t min, max;           /* numbers and sizes; max 0 = no limit */
    const char *words;           /* SCHEMA_WORD */
    const struct schema *schema; /* nested */
    const char *missing;         /* what holds when the key is left out, for the reference */
    const char *meaning;         /* one sentence */
};

struct schema {
    const char *title;
    const struct schema_field *fields;
    size_t field_count;
};

#define SCHEMA(title, fields)                                                                      \
    {                                                                                              \
        title, fields, sizeof(fields) / sizeof((fields)[0])                                        \
    }

/* Mistakes of one file, in file order; more than this many are only counted. */
#define SCHEMA_PROBLEMS_MAX 20

struct schema_report {
    struct problem problems[SCHEMA_PROBLEMS_MAX];
    size_t count; /* may exceed SCHEMA_PROBLEMS_MAX */
};

/* True when the node obeys the schema. */
bool schema_check(const struct schema *schema, const struct yaml_doc *doc,
                  const struct yaml_node *node, struct schema_report *report);
/* Add a mistake that a module's own check found. */
void schema_report_add(struct schema_report *report, const struct yaml_doc *doc,
                       const struct yaml_node *node, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The report as one problem: the first mistake, and how many more; returns its code. */
enum problem_code schema_report_problem(const struct schema_report *report,
                                        struct problem *problem);
/* The closest of `words` ('|'-separated) to a misspelt one, or "" when nothing is near. */
void schema_nearest(const char *word, const char *words, char *out, size_t out_size);
/* The schema as Markdown tables, nested ones after their parents. */
void schema_write_reference(const struct schema *schema, struct buffer *out);

#endif
