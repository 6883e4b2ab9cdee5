#include "yaml/yaml.h"

#include "base/parse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct yaml_doc {
    char *name;
    struct yaml_node *root;
};

/* One pass over libyaml's events, with an explicit stack so that depth is bounded. */
struct builder {
    struct yaml_doc *doc;
    struct yaml_node *stack[YAML_DEPTH_MAX];
    char *pending_key;
    unsigned key_line, key_column;
    size_t depth, nodes;
    struct problem *problem;
};

static enum problem_code fail_at(struct builder *b, size_t line, size_t column, const char *hint,
                                 const char *what)
{
    problem_set(b->problem, PROBLEM_CONFIG, NULL, hint, "%s", what);
    problem_where(b->problem, "%s:%zu:%zu", b->doc->name, line, column);
    return PROBLEM_CONFIG;
}

static void free_node(struct yaml_node *node)
{
    while (node) {
        struct yaml_node *next = node->next;
        free_node(node->first); /* depth is bounded by YAML_DEPTH_MAX */
        free((char *)node->key);
        free((char *)node->text);
        free(node);
        node = next;
    }
}

static bool in_map(const struct builder *b)
{
    return b->depth && b->stack[b->depth - 1]->kind == YAML_MAP;
}

static struct yaml_node *add_node(struct builder *b, enum yaml_kind kind, const yaml_event_t *e)
{
    struct yaml_node *node = b->nodes < YAML_NODES_MAX ? calloc(1, sizeof *node) : NULL;
    if (!node)
        return NULL;
    b->nodes++;
    node->kind = kind;
    node->line = (unsigned)e->start_mark.line + 1;
    node->column = (unsigned)e->start_mark.column + 1;
    node->key = b->pending_key;
    node->key_line = b->key_line;
    node->key_column = b->key_column;
    b->pending_key = NULL;
    if (b->depth == 0) {
        b->doc->root = node;
        return node;
    }
    struct yaml_node *parent = b->stack[b->depth - 1];
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
    return node;
}

static enum problem_code take_key(struct builder *b, const yaml_event_t *e)
{
    const char *key = (const char *)e->data.scalar.value;
    size_t line = e->start_mark.line + 1, column = e->start_mark.column + 1;
    if (strlen(key) != e->data.scalar.length || key[0] == '\0')
        return fail_at(b, line, column, "Give the key a name.", "a key is empty or holds a NUL");
    /* Looking for duplicates costs time in proportion to the map; hostile files must not. */
    if (b->stack[b->depth - 1]->count >= YAML_MAP_MAX)
        return fail_at(b, line, column, "Split the map.", "the map has too many keys");
    const struct yaml_node *other = yaml_get(b->stack[b->depth - 1], key);
    if (other) {
        char what[256];
        snprintf(what, sizeof what,
                 "the key \"%.100s\" stands twice; it was first given in line %u", key,
                 other->key_line);
        return fail_at(b, line, column, "Remove one of the two.", what);
    }
    b->pending_key = strdup(key);
    b->key_line = (unsigned)line;
    b->key_column = (unsigned)column;
    return b->pending_key ? PROBLEM_NONE : fail_at(b, line, column, "", "out of memory");
}

static enum problem_code take_scalar(struct builder *b, const yaml_event_t *e)
{
    size_t line = e->start_mark.line + 1, column = e->start_mark.column + 1;
    if (in_map(b) && !b->pending_key)
        return take_key(b, e);
    if (strlen((const char *)e->data.scalar.value) != e->data.scalar.length)
        return fail_at(b, line, column, "Remove it; text cannot hold a NUL.",
                       "the value holds a NUL character");
    struct yaml_node *node = add_node(b, YAML_SCALAR, e);
    if (node)
        node->text = strdup((const char *)e->data.scalar.value);
    if (!node || !node->text)
        return fail_at(b, line, column, "Split the file.", "the file has too many entries");
    node->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return PROBLEM_NONE;
}

static enum problem_code open_collection(struct builder *b, enum yaml_kind kind,
                                         const yaml_event_t *e)
{
    size_t line = e->start_mark.line + 1, column = e->start_mark.column + 1;
    if (in_map(b) && !b->pending_key)
        return fail_at(b, line, column, "Use a plain word as the key.",
                       "a key must be plain text, not a list or a map");
    if (b->depth == YAML_DEPTH_MAX)
        return fail_at(b, line, column, "Nest less deeply.", "the file is nested too deeply");
    struct yaml_node *node = add_node(b, kind, e);
    if (!node)
        return fail_at(b, line, column, "Split the file.", "the file has too many entries");
    b->stack[b->depth++] = node;
    return PROBLEM_NONE;
}

static enum problem_code take_event(struct builder *b, const yaml_event_t *e, unsigned *documents)
{
    size_t line = e->start_mark.line + 1, column = e->start_mark.column + 1;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        anchor = e->data.scalar.anchor, tag = e->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = e->data.sequence_start.anchor, tag = e->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = e->data.mapping_start.anchor, tag = e->data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor || tag || e->type == YAML_ALIAS_EVENT)
        return fail_at(b, line, column, "Write the value out where it is used.",
                       "anchors, aliases and tags are not supported");
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++*documents > 1)
            return fail_at(b, line, column, "Put it into a file of its own.",
                           "a second document begins here");
        return PROBLEM_NONE;
    case YAML_SCALAR_EVENT:
        return take_scalar(b, e);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(b, YAML_LIST, e);
    case YAML_MAPPING_START_EVENT:
        return open_collection(b, YAML_MAP, e);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return PROBLEM_NONE;
    default:
        return PROBLEM_NONE;
    }
}

/* libyaml names only the byte where it stopped reading. */
static enum problem_code reader_error(struct builder *b, const yaml_parser_t *p, const char *text)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < p->problem_offset; i++) {
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    return fail_at(b, line, column, "Save the file as UTF-8, without control characters.",
                   "this is not valid UTF-8 text");
}

static enum problem_code parse_error(struct builder *b, const yaml_parser_t *p)
{
    char what[320];
    snprintf(what, sizeof what, "not valid YAML: %s%s%s", p->problem ? p->problem : "unreadable",
             p->context ? ", " : "", p->context ? p->context : "");
    return fail_at(b, p->problem_mark.line + 1, p->problem_mark.column + 1,
                   "Check indentation (spaces, no tabs), colons and quotes around this place.",
                   what);
}

static enum problem_code build(struct builder *b, const char *text, size_t n)
{
    yaml_parser_t parser;
    enum problem_code code = PROBLEM_NONE;
    unsigned documents = 0;
    bool end = false;
    if (!yaml_parser_initialize(&parser))
        return fail_at(b, 1, 1, "", "out of memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
    while (!end && code == PROBLEM_NONE) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            bool reader = parser.error == YAML_READER_ERROR && parser.problem_offset <= n;
            code = reader ? reader_error(b, &parser, text) : parse_error(b, &parser);
            break;
        }
        code = take_event(b, &event, &documents);
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (code == PROBLEM_NONE && !b->doc->root)
        code = fail_at(b, 1, 1, "Fill it; the shipped files are examples.", "the file is empty");
    return code;
}

enum problem_code yaml_load_memory(const char *name, const char *text, size_t n,
                                   struct yaml_doc **doc, struct problem *problem)
{
    struct builder b = {.problem = problem};
    if (n > YAML_FILE_MAX)
        return problem_set(problem, PROBLEM_CONFIG, name, "Split the file.",
                           "the file has %zu bytes, more than %zu", n, YAML_FILE_MAX);
    b.doc = calloc(1, sizeof *b.doc);
    if (!b.doc || !(b.doc->name = strdup(name))) {
        free(b.doc);
        return problem_set(problem, PROBLEM_INTERNAL, name, "Free some memory.", "out of memory");
    }
    enum problem_code code = build(&b, text, n);
    free(b.pending_key);
    if (code != PROBLEM_NONE) {
        yaml_close(b.doc);
        return code;
    }
    *doc = b.doc;
    return PROBLEM_NONE;
}

enum problem_code yaml_load_file(const char *path, struct yaml_doc **doc, struct problem *problem)
{
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(YAML_FILE_MAX + 1) : NULL;
    size_t n = text ? fread(text, 1, YAML_FILE_MAX + 1, f) : 0;
    if (!f || !text || ferror(f)) {
        int error = errno;
        if (f)
            fclose(f);
        free(text);
        return problem_set(problem, PROBLEM_CONFIG, path, "Check the name and its permissions.",
                           "cannot be read: %s", strerror(error));
    }
    fclose(f);
    enum problem_code code = yaml_load_memory(path, text, n, doc, problem);
    explicit_bzero(text, n); /* it may be a file of secrets */
    free(text);
    return code;
}

void yaml_close(struct yaml_doc *doc)
{
    if (!doc)
        return;
    free_node(doc->root);
    free(doc->name);
    free(doc);
}

const struct yaml_node *yaml_root(const struct yaml_doc *doc)
{
    return doc->root;
}

const char *yaml_name(const struct yaml_doc *doc)
{
    return doc->name;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        if (strcmp(n->key, key) == 0)
            return n;
    }
    return NULL;
}

const char *yaml_get_text(const struct yaml_node *map, const char *key, const char *missing)
{
    const struct yaml_node *n = yaml_get(map, key);
    return n && n->kind == YAML_SCALAR ? n->text : missing;
}

enum problem_code yaml_problem(const struct yaml_doc *doc, const struct yaml_node *node,
                               struct problem *problem, const char *hint, const char *format, ...)
{
    char what[sizeof problem->what];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    problem_set(problem, PROBLEM_CONFIG, NULL, hint, "%s", what);
    problem_where(problem, "%s:%u:%u", doc->name, node ? node->line : 1, node ? node->column : 1);
    return PROBLEM_CONFIG;
}

bool yaml_get_bool(const struct yaml_node *map, const char *key, bool missing)
{
    bool value = missing;
    const char *text = yaml_get_text(map, key, NULL);
    if (text)
        parse_bool(text, &value);
    return value;
}

uint64_t yaml_get_duration(const struct yaml_node *map, const char *key, uint64_t missing)
{
    uint64_t value = missing;
    const char *text = yaml_get_text(map, key, NULL);
    if (text)
        parse_duration(text, UINT64_MAX, &value);
    return value;
}
