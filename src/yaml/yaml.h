/*
 * A YAML file as a tree that remembers where everything stood.
 *
 * Built on libyaml. What board files, profiles and rules need and no more: one
 * document of maps, lists and scalars in UTF-8. Anchors, aliases, tags and
 * several documents are refused with words, as are duplicate keys; sizes and
 * depth are bounded, so a hostile file costs neither time nor memory. Every
 * problem names file:line:column.
 */
#ifndef OTACONSOLE_YAML_YAML_H
#define OTACONSOLE_YAML_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

#define YAML_FILE_MAX ((size_t)1024 * 1024)
#define YAML_DEPTH_MAX 32
#define YAML_NODES_MAX 100000
#define YAML_MAP_MAX 4096

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    const char *key;       /* inside a map: its key; else NULL */
    const char *text;      /* scalar: its text, never NULL; else NULL */
    bool quoted;           /* scalar was quoted or a block: never a number or bool by accident */
    unsigned line, column; /* 1-based, of the value */
    unsigned key_line, key_column;
    size_t count;                   /* list or map: children */
    struct yaml_node *first, *last; /* children in file order */
    struct yaml_node *next;
};

struct yaml_doc;

/* On success *doc is the caller's to release with yaml_close (libyaml exports a yaml_free). */
enum problem_code yaml_load_file(const char *path, struct yaml_doc **doc, struct problem *problem);
/* `name` is what errors call it. */
enum problem_code yaml_load_memory(const char *name, const char *text, size_t n,
                                   struct yaml_doc **doc, struct problem *problem);
void yaml_close(struct yaml_doc *doc);

const struct yaml_node *yaml_root(const struct yaml_doc *doc);
const char *yaml_name(const struct yaml_doc *doc);
/* The value of a key, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* Text of a scalar under a key, or `missing`. */
const char *yaml_get_text(const struct yaml_node *map, const char *key, const char *missing);
/* Values that a schema has checked already; `missing` when the key is not there. */
bool yaml_get_bool(const struct yaml_node *map, const char *key, bool missing);
uint64_t yaml_get_duration(const struct yaml_node *map, const char *key, uint64_t missing);

/* Fills `problem` with code config at the node's place. Returns PROBLEM_CONFIG. */
enum problem_code yaml_problem(const struct yaml_doc *doc, const struct yaml_node *node,
                               struct problem *problem, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
