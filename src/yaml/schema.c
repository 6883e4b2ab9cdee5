#include "yaml/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

void schema_report_add(struct schema_report *report, const struct yaml_doc *doc,
                       const struct yaml_node *node, const char *hint, const char *format, ...)
{
    if (report->count < SCHEMA_PROBLEMS_MAX) {
        char what[sizeof report->problems[0].what];
        va_list args;
        va_start(args, format);
        vsnprintf(what, sizeof what, format, args);
        va_end(args);
        yaml_problem(doc, node, &report->problems[report->count], hint, "%s", what);
    }
    report->count++;
}

enum problem_code schema_report_problem(const struct schema_report *report, struct problem *problem)
{
    if (report->count == 0)
        return PROBLEM_NONE;
    *problem = report->problems[0];
    if (report->count > 1) {
        char hint[sizeof problem->hint];
        snprintf(hint, sizeof hint, "%.300s (and %zu more mistakes in this file)", problem->hint,
                 report->count - 1);
        problem_hint(problem, "%s", hint);
    }
    return problem->code;
}

/* --- did you mean ------------------------------------------------------------------- */

#define WORD_MAX 40

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Levenshtein distance; words longer than WORD_MAX are "far". */
static unsigned distance(const char *a, size_t an, const char *b, size_t bn)
{
    unsigned row[WORD_MAX + 1];
    if (an > WORD_MAX || bn > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= bn; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= an; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= bn; j++) {
            unsigned above = row[j];
            row[j] =
                smaller(smaller(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[bn];
}

void schema_nearest(const char *word, const char *words, char *out, size_t out_size)
{
    size_t length = strlen(word);
    unsigned best = (unsigned)(length / 3 + 1);
    out[0] = '\0';
    while (*words) {
        size_t n = strcspn(words, "|");
        unsigned d = distance(word, length, words, n);
        if (d <= best && n < out_size) {
            best = d ? d - 1 : 0;
            memcpy(out, words, n);
            out[n] = '\0';
        }
        words += n + (words[n] == '|');
    }
}

static bool is_one_of(const char *word, const char *words)
{
    size_t length = strlen(word);
    while (*words) {
        size_t n = strcspn(words, "|");
        if (n == length && memcmp(word, words, n) == 0)
            return true;
        words += n + (words[n] == '|');
    }
    return false;
}

static void spell_out(const char *words, char *out, size_t out_size)
{
    size_t used = 0;
    for (; *words && used + 3 < out_size; words++) {
        if (*words == '|') {
            out[used++] = ',';
            out[used++] = ' ';
        } else {
            out[used++] = *words;
        }
    }
    out[used] = '\0';
}

/* --- checking ------------------------------------------------------------------------- */

struct check {
    const struct yaml_doc *doc;
    struct schema_report *report;
};

static void check_map(const struct check *k, const struct schema *schema,
                      const struct yaml_node *node);

static const char *kind_name(enum yaml_kind kind)
{
    return kind == YAML_SCALAR ? "a single value" : kind == YAML_LIST ? "a list" : "a map";
}

/* "key:" with nothing behind it: an empty map or list where one is due. */
static bool is_nothing(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && !node->quoted && node->text[0] == '\0';
}

static bool expect_kind(const struct check *k, const struct yaml_node *node, enum yaml_kind kind,
                        const char *key)
{
    if (node->kind == kind || (kind != YAML_SCALAR && is_nothing(node)))
        return true;
    schema_report_add(k->report, k->doc, node, "See the reference page for an example.",
                      "%s must be %s, not %s", key, kind_name(kind), kind_name(node->kind));
    return false;
}

static void check_scalar(const struct check *k, const struct schema_field *f,
                         const struct yaml_node *node)
{
    uint64_t number;
    uint32_t size;
    bool flag;
    char words[256];
    uint64_t max = f->max ? f->max : UINT64_MAX;
    switch (f->type) {
    case SCHEMA_BOOL:
        if (!parse_bool(node->text, &flag))
            schema_report_add(k->report, k->doc, node, "Write true or false.",
                              "%s must be true or false, not \"%.60s\"", f->key, node->text);
        break;
    case SCHEMA_NUMBER:
        if (!parse_u64(node->text, f->min, max, &number))
            schema_report_add(k->report, k->doc, node, "Write it in decimal or as 0x...",
                              "%s must be a whole number from %llu to %llu, not \"%.60s\"", f->key,
                              (unsigned long long)f->min, (unsigned long long)max, node->text);
        break;
    case SCHEMA_SIZE:
        max = max > UINT32_MAX ? UINT32_MAX : max;
        if (!parse_size(node->text, (uint32_t)f->min, (uint32_t)max, &size))
            schema_report_add(k->report, k->doc, node, "Write it as 4096, 0x1000, 4k or 2m.",
                              "%s must be a size from 0x%llx to 0x%llx, not \"%.60s\"", f->key,
                              (unsigned long long)f->min, (unsigned long long)max, node->text);
        break;
    case SCHEMA_DURATION:
        if (!parse_duration(node->text, UINT64_MAX, &number))
            schema_report_add(k->report, k->doc, node, "Write it as 500ms, 30s or 5m.",
                              "%s must be a duration with a unit, not \"%.60s\"", f->key,
                              node->text);
        else if (number > max)
            schema_report_add(k->report, k->doc, node, "Choose a shorter one.",
                              "%s must be at most %llums, not \"%.60s\"", f->key,
                              (unsigned long long)max / 1000, node->text);
        break;
    case SCHEMA_TEXT:
        if (f->required && is_nothing(node))
            schema_report_add(k->report, k->doc, node, f->meaning, "%s must not be empty", f->key);
        break;
    case SCHEMA_WORD:
        if (!is_one_of(node->text, f->words)) {
            spell_out(f->words, words, sizeof words);
            schema_report_add(k->report, k->doc, node, "Choose one of the words listed.",
                              "%s must be one of %s, not \"%.60s\"", f->key, words, node->text);
        }
        break;
    default:
        break;
    }
}

static void check_field(const struct check *k, const struct schema_field *f,
                        const struct yaml_node *node)
{
    switch (f->type) {
    case SCHEMA_ANY:
        return;
    case SCHEMA_MAP:
        if (expect_kind(k, node, YAML_MAP, f->key))
            check_map(k, f->schema, node);
        return;
    case SCHEMA_LIST:
        if (!expect_kind(k, node, YAML_LIST, f->key))
            return;
        for (const struct yaml_node *n = node->first; n; n = n->next) {
            if (expect_kind(k, n, f->schema ? YAML_MAP : YAML_SCALAR, "an entry of the list") &&
                f->schema)
                check_map(k, f->schema, n);
        }
        return;
    case SCHEMA_NAMED:
        if (!expect_kind(k, node, YAML_MAP, f->key))
            return;
        for (const struct yaml_node *n = node->first; n; n = n->next) {
            if (expect_kind(k, n, f->schema ? YAML_MAP : YAML_SCALAR, n->key) && f->schema)
                check_map(k, f->schema, n);
        }
        return;
    default:
        if (expect_kind(k, node, YAML_SCALAR, f->key))
            check_scalar(k, f, node);
    }
}

static void unknown_key(const struct check *k, const struct schema *schema,
                        const struct yaml_node *node)
{
    char words[1024], near[WORD_MAX + 1], hint[256];
    size_t used = 0;
    words[0] = '\0';
    for (size_t i = 0; i < schema->field_count && used < sizeof words; i++) {
        int n = snprintf(words + used, sizeof words - used, "%s%s", used ? "|" : "",
                         schema->fields[i].key);
        used += n > 0 ? (size_t)n : 0;
    }
    schema_nearest(node->key, words, near, sizeof near);
    if (near[0]) {
        snprintf(hint, sizeof hint, "Did you mean \"%s\"?", near);
    } else {
        char list[200];
        spell_out(words, list, sizeof list);
        snprintf(hint, sizeof hint, "Keys known here: %s", list);
    }
    struct yaml_node at = *node;
    at.line = node->key_line;
    at.column = node->key_column;
    schema_report_add(k->report, k->doc, &at, hint, "unknown key \"%.60s\" in %s", node->key,
                      schema->title);
}

static void check_map(const struct check *k, const struct schema *schema,
                      const struct yaml_node *node)
{
    for (const struct yaml_node *n = node->first; n; n = n->next) {
        size_t i = 0;
        while (i < schema->field_count && strcmp(schema->fields[i].key, n->key) != 0)
            i++;
        if (i < schema->field_count)
            check_field(k, &schema->fields[i], n);
        else
            unknown_key(k, schema, n);
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct schema_field *f = &schema->fields[i];
        if (f->required && !yaml_get(node, f->key))
            schema_report_add(k->report, k->doc, node, f->meaning, "%s lacks the key \"%s\"",
                              schema->title, f->key);
    }
}

bool schema_check(const struct schema *schema, const struct yaml_doc *doc,
                  const struct yaml_node *node, struct schema_report *report)
{
    struct check k = {doc, report};
    if (expect_kind(&k, node, YAML_MAP, schema->title))
        check_map(&k, schema, node);
    return report->count == 0;
}

/* --- reference ----------------------------------------------------------------------- */

static void write_type(const struct schema_field *f, struct buffer *out)
{
    static const char *const names[] = {
        [SCHEMA_TEXT] = "text",   [SCHEMA_BOOL] = "true or false", [SCHEMA_NUMBER] = "number",
        [SCHEMA_SIZE] = "size",   [SCHEMA_DURATION] = "duration",  [SCHEMA_WORD] = "",
        [SCHEMA_MAP] = "map",     [SCHEMA_LIST] = "list",          [SCHEMA_NAMED] = "map by name",
        [SCHEMA_ANY] = "see text"};
    if (f->type == SCHEMA_WORD) {
        char words[256];
        spell_out(f->words, words, sizeof words);
        buffer_append_text(out, words);
    } else {
        buffer_append_text(out, names[f->type]);
    }
    if (f->schema)
        buffer_format(out, " ([%s](#%s))", f->schema->title, f->schema->title);
}

void schema_write_reference(const struct schema *schema, struct buffer *out)
{
    buffer_format(out, "## %s\n\n| key | type | if left out | meaning |\n|---|---|---|---|\n",
                  schema->title);
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct schema_field *f = &schema->fields[i];
        buffer_format(out, "| `%s` | ", f->key);
        write_type(f, out);
        buffer_format(out, " | %s | %s |\n",
                      f->required  ? "required"
                      : f->missing ? f->missing
                                   : "",
                      f->meaning);
    }
    buffer_append_text(out, "\n");
    for (size_t i = 0; i < schema->field_count; i++) {
        if (schema->fields[i].schema)
            schema_write_reference(schema->fields[i].schema, out);
    }
}
