#include "image/partition_lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/c_preprocess.h"
#include "image/partition_c.h"

/* Readings of one file, however many choices its #if lines offer. */
#define READINGS_MAX 64
/* Steps of macro expansion in all of them: a board's source takes some thousand. */
#define BUDGET 400000

struct work {
    const char *file;
    struct c_source source;
    char *texts[C_DEFINES_MAX];
    struct c_tokens defines[C_DEFINES_MAX];
    size_t define_count;
    size_t budget;
    struct c_choices choices;
    struct lint_table *tables; /* found so far; titles are arrays' names until the end */
    char when[LINT_TABLES_MAX][120];
    unsigned count;
    bool more; /* tables than there is room for */
};

static enum problem_code out_of_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

/* --- -D ---------------------------------------------------------------------------------- */

static enum problem_code add_define(struct work *w, const char *define, struct problem *problem)
{
    const char *equals = strchr(define, '=');
    size_t name = equals ? (size_t)(equals - define) : strlen(define), size = strlen(define) + 4;
    struct c_tokens *words = &w->defines[w->define_count];
    char *text = malloc(size);
    if (!text)
        return out_of_memory(problem);
    snprintf(text, size, "%.*s %s", (int)name, define, equals ? equals + 1 : "1");
    w->texts[w->define_count] = text;
    bool ok = c_tokens_read(text, strlen(text), 0, words) && words->count &&
              words->list[0].kind == C_NAME;
    w->define_count++;
    return ok ? PROBLEM_NONE
              : problem_set(problem, PROBLEM_USAGE, NULL, "Write it as -D NAME or -D NAME=VALUE.",
                            "-D \"%.40s\" defines no name", define);
}

/* --- tables ------------------------------------------------------------------------------ */

static bool same_table(const struct lint_table *a, const struct lint_table *b)
{
    if (strcmp(a->title, b->title) != 0 || a->count != b->count ||
        a->finding_count != b->finding_count)
        return false;
    for (unsigned i = 0; i < a->count; i++) {
        const struct lint_partition *p = &a->partitions[i], *q = &b->partitions[i];
        if (strcmp(p->name, q->name) != 0 || strcmp(p->owner, q->owner) != 0 ||
            p->start != q->start || p->size != q->size)
            return false;
    }
    for (unsigned i = 0; i < a->finding_count; i++) {
        if (a->findings[i].weight != b->findings[i].weight ||
            strcmp(a->findings[i].what, b->findings[i].what) != 0)
            return false;
    }
    return true;
}

/* In words, which branches this reading took. */
static void describe(const struct c_choices *c, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < c->count && used + 1 < size; i++) {
        const struct c_choice *choice = &c->list[i];
        const char *state = choice->condition ? choice->value ? "holds" : "does not hold"
                            : choice->value   ? "defined"
                                              : "not defined";
        int n = snprintf(out + used, size - used, "%s%s %s", i ? ", " : "", choice->key, state);
        used += n > 0 ? (size_t)n : 0;
    }
}

static void keep(struct work *w, const struct lint_table *table)
{
    for (unsigned i = 0; i < w->count; i++) {
        if (same_table(&w->tables[i], table))
            return;
    }
    if (w->count == LINT_TABLES_MAX) {
        w->more = true;
        return;
    }
    describe(&w->choices, w->when[w->count], sizeof w->when[0]);
    w->tables[w->count++] = *table;
}

static bool read_once(struct work *w, struct partition_arrays *arrays)
{
    struct c_unit unit;
    if (!c_preprocess(&w->source, w->defines, w->define_count, &w->choices, &w->budget, &unit))
        return false;
    bool ok = partition_collect(&unit, &w->budget, arrays);
    c_unit_free(&unit);
    for (unsigned i = 0; ok && i < arrays->count; i++) {
        if (arrays->tables[i].count || arrays->tables[i].finding_count)
            keep(w, &arrays->tables[i]);
    }
    return ok;
}

static unsigned tables_of(const struct work *w, const char *title)
{
    unsigned n = 0;
    for (unsigned i = 0; i < w->count; i++)
        n += strcmp(w->tables[i].title, title) == 0;
    return n;
}

/* A title says which branches it stands for only where there are several. */
static void name_tables(struct work *w)
{
    char titles[LINT_TABLES_MAX][120];
    for (unsigned i = 0; i < w->count; i++) {
        const char *title = w->tables[i].title;
        if (tables_of(w, title) > 1 && w->when[i][0])
            snprintf(titles[i], sizeof titles[i], "%.48s (%.66s)", title, w->when[i]);
        else
            snprintf(titles[i], sizeof titles[i], "%s", title);
    }
    for (unsigned i = 0; i < w->count; i++)
        memcpy(w->tables[i].title, titles[i], sizeof titles[i]);
}

static enum problem_code read_tables(struct work *w, struct problem *problem)
{
    struct partition_arrays *arrays = malloc(sizeof *arrays);
    bool ok = arrays != NULL;
    unsigned readings = 0;
    do {
        ok = ok && read_once(w, arrays);
        readings++;
    } while (ok && !w->more && readings < READINGS_MAX && c_choices_next(&w->choices));
    w->more |= readings == READINGS_MAX;
    free(arrays);
    if (!ok)
        return problem_set(problem, PROBLEM_CONFIG, w->file, "Is it a board's source?",
                           "there are more definitions in it than in any partition table");
    if (!w->count)
        return problem_set(problem, PROBLEM_CONFIG, w->file,
                           "The table is hal_partitions[], in board/NAME/board.c or "
                           "flash_partitions.c; a board of otaconsole is given by its name.",
                           "there is no partition table in it");
    name_tables(w);
    if (w->more)
        partition_add_finding(&w->tables[0], LINT_WARNING, "more-tables", 0,
                              "the #if lines make more tables than the %u looked at: -D NAME or "
                              "-D NAME=VALUE, as in the build, leaves those that are meant",
                              w->count);
    return PROBLEM_NONE;
}

static void release(struct work *w)
{
    for (size_t i = 0; i < w->define_count; i++) {
        c_tokens_free(&w->defines[i]);
        free(w->texts[i]);
    }
    c_source_free(&w->source);
}

enum problem_code partition_parse_c(const char *name, const char *text, size_t n,
                                    const char *const *defines, size_t define_count,
                                    struct lint_table **tables, unsigned *count,
                                    struct problem *problem)
{
    struct work *w = calloc(1, sizeof *w);
    *tables = NULL;
    *count = 0;
    if (!w)
        return out_of_memory(problem);
    w->file = name;
    w->budget = BUDGET;
    w->tables = calloc(LINT_TABLES_MAX, sizeof *w->tables);
    if (!w->tables)
        out_of_memory(problem);
    else if (define_count > C_DEFINES_MAX)
        problem_set(problem, PROBLEM_USAGE, NULL, "Leave some away.", "too many -D");
    for (size_t i = 0; i < define_count && problem->code == PROBLEM_NONE; i++)
        add_define(w, defines[i], problem);
    if (problem->code == PROBLEM_NONE &&
        (!c_source_read(text, n, &w->source) || !partition_want(&w->source) ||
         !c_source_follow(&w->source)))
        problem_set(problem, PROBLEM_CONFIG, name, "Is it a board's source?",
                    "the file is too large, or its #if lines are nested too deeply");
    if (problem->code == PROBLEM_NONE && read_tables(w, problem) == PROBLEM_NONE) {
        *tables = w->tables;
        *count = w->count;
        w->tables = NULL;
    }
    free(w->tables);
    release(w);
    free(w);
    return problem->code;
}
