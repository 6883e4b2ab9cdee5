#include "image/partition_c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 256   /* words of one value */
#define BRACKETS_MAX 32 /* words between [ and ] */

enum field { FIELD_OWNER, FIELD_START, FIELD_LENGTH, FIELD_COUNT, FIELD_OTHER };

/* A value as it is written, and where: macros mean what they mean there. */
struct written {
    size_t at, count;
    bool given;
};

struct entry {
    char name[48];
    unsigned line;
    struct written fields[FIELD_COUNT];
};

struct collection {
    const struct c_token *t;
    size_t n;
    const struct c_unit *unit;
    size_t *budget;
    struct partition_arrays *arrays;
    struct entry (*entries)[LINT_PARTITIONS_MAX]; /* of each array */
    unsigned counts[LINT_TABLES_MAX];
};

static enum field field_of(const struct c_token *t)
{
    if (c_token_is(t, "partition_owner"))
        return FIELD_OWNER;
    if (c_token_is(t, "partition_start_addr"))
        return FIELD_START;
    return c_token_is(t, "partition_length") ? FIELD_LENGTH : FIELD_OTHER;
}

static bool sign_at(const struct c_token *t, size_t n, size_t i, const char *sign)
{
    return i < n && c_token_is(&t[i], sign);
}

/* From the first word of a value: how many it has. It ends at , ; or a bracket of its outside. */
static size_t length_of_value(const struct c_token *t, size_t n, size_t i)
{
    size_t depth = 0, from = i;
    for (; i < n && i - from < VALUE_MAX; i++) {
        char c = t[i].kind == C_SIGN && t[i].length == 1 ? *t[i].text : '\0';
        if (c && strchr("([{", c))
            depth++;
        else if (c && strchr(")]}", c) && depth-- == 0)
            break;
        else if (c == ';' || (c == ',' && depth == 0))
            break;
    }
    return i - from;
}

/* t[i] is "[": the place of its "]", or 0. */
static size_t end_of_index(const struct c_token *t, size_t n, size_t i)
{
    for (size_t k = i + 1; k < n && k - i < BRACKETS_MAX; k++) {
        if (c_token_is(&t[k], "]"))
            return k;
        if (t[k].kind == C_SIGN && strchr("[{};=", *t[k].text))
            return 0;
    }
    return 0;
}

static bool names_partition(const struct c_token *t)
{
    static const char prefix[] = "HAL_PARTITION_";
    return t->kind == C_NAME && t->length > sizeof prefix - 1 &&
           memcmp(t->text, prefix, sizeof prefix - 1) == 0;
}

/* --- what is looked for ------------------------------------------------------------------ */

static bool want_value(struct c_source *s, size_t i)
{
    size_t n = length_of_value(s->tokens.list, s->tokens.count, i);
    for (size_t k = 0; k < n; k++) {
        if (s->tokens.list[i + k].kind == C_NAME && !c_source_want(s, i + k))
            return false;
    }
    return true;
}

bool partition_want(struct c_source *s)
{
    const struct c_token *t = s->tokens.list;
    size_t n = s->tokens.count;
    for (size_t i = 1; i + 1 < n; i++) {
        bool ok = true;
        if (t[i].kind != C_NAME)
            continue;
        if (c_token_is(&t[i - 1], ".") && field_of(&t[i]) != FIELD_OTHER)
            ok = c_source_want(s, i) && (!c_token_is(&t[i + 1], "=") || want_value(s, i + 2));
        else if (c_token_is(&t[i - 1], "[") && names_partition(&t[i]) &&
                 sign_at(t, n, i + 2, "=") && sign_at(t, n, i + 3, "{"))
            ok = c_source_want(s, i) && want_value(s, i + 3);
        if (!ok)
            return false;
    }
    return true;
}

/* --- entries ----------------------------------------------------------------------------- */

/* The array of that name; LINT_TABLES_MAX = no room for one more. */
static unsigned array_named(struct collection *c, const struct c_token *name)
{
    struct partition_arrays *a = c->arrays;
    char title[120];
    c_tokens_text(name, 1, title, 49);
    for (unsigned i = 0; i < a->count; i++) {
        if (strcmp(a->tables[i].title, title) == 0)
            return i;
    }
    if (a->count == LINT_TABLES_MAX)
        return LINT_TABLES_MAX;
    memset(&a->tables[a->count], 0, sizeof a->tables[0]);
    memcpy(a->tables[a->count].title, title, sizeof title);
    return a->count++;
}

/* HAL_PARTITION_OTA_TEMP is OTA_TEMP; a macro that stands for another partition is that one. */
static void name_entry(const struct collection *c, size_t i, size_t count, char *out, size_t size)
{
    const struct c_token *words = &c->t[i];
    const struct c_macro *macro = count == 1 ? c_macros_find(&c->unit->macros, words, i) : NULL;
    char text[96];
    if (macro && !macro->function && macro->body_count == 1 && macro->body->kind == C_NAME)
        words = macro->body;
    c_tokens_text(words, count, text, sizeof text);
    const char *name = strncmp(text, "HAL_", 4) == 0 ? text + 4 : text;
    snprintf(out, size, "%.47s", strncmp(name, "PARTITION_", 10) == 0 ? name + 10 : name);
}

static struct entry *entry_named(struct collection *c, unsigned array, const char *name,
                                 unsigned line, bool *is_new)
{
    struct entry *list = c->entries[array];
    *is_new = false;
    for (unsigned i = 0; i < c->counts[array]; i++) {
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    }
    if (c->counts[array] == LINT_PARTITIONS_MAX) {
        partition_add_finding(&c->arrays->tables[array], LINT_ERROR, "too-many", line,
                              "%s and what follows is not looked at: more than %d partitions", name,
                              LINT_PARTITIONS_MAX);
        return NULL;
    }
    struct entry *e = &list[c->counts[array]++];
    memset(e, 0, sizeof *e);
    snprintf(e->name, sizeof e->name, "%s", name);
    e->line = line;
    *is_new = true;
    return e;
}

static void defined_twice(struct collection *c, unsigned array, const struct entry *e,
                          unsigned line)
{
    partition_add_finding(&c->arrays->tables[array], LINT_WARNING, "defined-twice", line,
                          "%s is defined twice, first in line %u: the compiler takes this one",
                          e->name, e->line);
}

/* --- [HAL_PARTITION_X] = { ... } --------------------------------------------------------- */

/* From behind the {: the fields, and the place of the }. */
static size_t read_fields(const struct collection *c, size_t i, bool positional,
                          struct written fields[FIELD_COUNT])
{
    static const enum field order[] = {FIELD_OWNER, FIELD_OTHER, FIELD_START, FIELD_LENGTH};
    size_t position = 0;
    while (i < c->n && !c_token_is(&c->t[i], "}")) {
        enum field field = FIELD_OTHER;
        if (c_token_is(&c->t[i], ".") && sign_at(c->t, c->n, i + 2, "=")) {
            field = field_of(&c->t[i + 1]);
            i += 3;
        } else if (positional && position < sizeof order / sizeof order[0]) {
            field = order[position];
        }
        size_t count = length_of_value(c->t, c->n, i);
        if (field != FIELD_OTHER && count)
            fields[field] = (struct written){i, count, true};
        position++;
        i += count;
        if (sign_at(c->t, c->n, i, ","))
            i++;
        else if (!sign_at(c->t, c->n, i, "}"))
            break;
    }
    return i;
}

/* t[i] is the [ of a designator; the place to go on at. */
static size_t read_element(struct collection *c, const struct c_token *array_name, size_t i)
{
    struct written fields[FIELD_COUNT] = {{0}};
    size_t close = end_of_index(c->t, c->n, i), end;
    bool is_new;
    char name[48];
    if (!close || !sign_at(c->t, c->n, close + 1, "=") || !sign_at(c->t, c->n, close + 2, "{"))
        return i + 1;
    bool positional = close == i + 2 && names_partition(&c->t[i + 1]);
    end = read_fields(c, close + 3, positional, fields);
    if (!fields[FIELD_START].given && !fields[FIELD_LENGTH].given)
        return i + 1;
    unsigned array = array_named(c, array_name);
    if (array == LINT_TABLES_MAX)
        return end;
    name_entry(c, i + 1, close - i - 1, name, sizeof name);
    struct entry *e = entry_named(c, array, name, c->t[i].line, &is_new);
    if (!e)
        return end;
    if (!is_new)
        defined_twice(c, array, e, c->t[i].line);
    memcpy(e->fields, fields, sizeof fields);
    e->line = c->t[i].line;
    return end;
}

/* --- hal_partitions[HAL_PARTITION_X].field = ... ------------------------------------------ */

static size_t read_assignment(struct collection *c, size_t i, size_t close)
{
    enum field field = field_of(&c->t[close + 2]);
    size_t from = close + 4, count = length_of_value(c->t, c->n, from);
    unsigned line = c->t[i].line;
    bool is_new;
    char name[48];
    if (field == FIELD_OTHER || !count)
        return close + 1;
    unsigned array = array_named(c, &c->t[i]);
    if (array == LINT_TABLES_MAX)
        return from + count;
    name_entry(c, i + 2, close - i - 2, name, sizeof name);
    struct entry *e = entry_named(c, array, name, line, &is_new);
    if (!e)
        return from + count;
    if (e->fields[field].given) {
        if (field == FIELD_START)
            defined_twice(c, array, e, line);
        e->line = line;
    }
    e->fields[field] = (struct written){from, count, true};
    if (sign_at(c->t, c->n, from + count, ","))
        partition_add_finding(
            &c->arrays->tables[array], LINT_NOTE, "comma", line,
            "the assignment to %s ends with ',' instead of ';'; it works, because "
            "the next one follows as part of the same expression",
            name);
    return from + count;
}

/* --- values ------------------------------------------------------------------------------ */

static void unknown_symbol(struct lint_table *table, const struct entry *e, const char *what,
                           const struct c_value *v)
{
    char name[64], start[70];
    c_tokens_text(&v->name, 1, name, sizeof name);
    snprintf(start, sizeof start, "%s,", name);
    for (unsigned i = 0; i < table->finding_count; i++) {
        if (strcmp(table->findings[i].code, "unknown-symbol") == 0 &&
            strncmp(table->findings[i].what, start, strlen(start)) == 0)
            return;
    }
    partition_add_finding(table, LINT_ERROR, "unknown-symbol",
                          v->name.line ? v->name.line : e->line,
                          "%s, in the %s of %s, is not defined in this file: say what it is with "
                          "-D %s=VALUE",
                          name, what, e->name, name);
}

static bool value_of(const struct collection *c, struct lint_table *table, const struct entry *e,
                     enum field field, uint64_t *out)
{
    const struct written *w = &e->fields[field];
    const char *what = field == FIELD_START ? "start" : "length";
    char text[80];
    *out = 0;
    if (!w->given)
        return true; /* C makes it 0 */
    struct c_value v = c_evaluate(&c->unit->macros, &c->t[w->at], w->count, w->at, c->budget);
    if (v.state == C_KNOWN && v.number >= 0) {
        *out = (uint64_t)v.number;
        return true;
    }
    if (v.state == C_UNKNOWN) {
        unknown_symbol(table, e, what, &v);
        return false;
    }
    c_tokens_text(&c->t[w->at], w->count, text, sizeof text);
    partition_add_finding(table, LINT_ERROR, "no-value", c->t[w->at].line,
                          "the %s of %s, \"%s\", %s", what, e->name, text,
                          v.state == C_KNOWN ? "is negative" : v.why);
    return false;
}

static void owner_of(const struct collection *c, const struct written *w, char *out, size_t size)
{
    char text[64];
    if (!w->given) {
        snprintf(out, size, "EMBEDDED"); /* the first of the enumeration */
        return;
    }
    c_tokens_text(&c->t[w->at], w->count, text, sizeof text);
    snprintf(out, size, "%.23s", strncmp(text, "HAL_FLASH_", 10) == 0 ? text + 10 : text);
}

static void fill_table(const struct collection *c, unsigned array)
{
    struct lint_table *table = &c->arrays->tables[array];
    for (unsigned i = 0; i < c->counts[array]; i++) {
        const struct entry *e = &c->entries[array][i];
        struct lint_partition *p = &table->partitions[table->count];
        memset(p, 0, sizeof *p);
        bool start = value_of(c, table, e, FIELD_START, &p->start);
        bool length = value_of(c, table, e, FIELD_LENGTH, &p->size);
        if (!start || !length) {
            table->incomplete = true;
            continue;
        }
        snprintf(p->name, sizeof p->name, "%s", e->name);
        owner_of(c, &e->fields[FIELD_OWNER], p->owner, sizeof p->owner);
        p->line = e->line;
        table->count++;
    }
}

/* --- all of it --------------------------------------------------------------------------- */

/* A name before [ ]: a field's assignment, or the declaration of an array with its values. */
static size_t read_name(struct collection *c, size_t i, const struct c_token **array)
{
    size_t close = end_of_index(c->t, c->n, i + 1);
    if (c_token_is(&c->t[i + 1], "[") && sign_at(c->t, c->n, i + 2, "]"))
        close = i + 2;
    if (!close)
        return i + 1;
    if (sign_at(c->t, c->n, close + 1, ".") && sign_at(c->t, c->n, close + 3, "="))
        return read_assignment(c, i, close);
    /* Attributes may stand between the array's name and its values. */
    for (size_t k = close + 1; k < c->n && k - close < BRACKETS_MAX; k++) {
        if (c_token_is(&c->t[k], ";") || c_token_is(&c->t[k], "{"))
            break;
        if (c_token_is(&c->t[k], "=")) {
            *array = &c->t[i];
            break;
        }
    }
    return close + 1;
}

static void read_all(struct collection *c)
{
    static const struct c_token unnamed = {.text = "table", .length = 5};
    const struct c_token *array = &unnamed;
    for (size_t i = 0; i + 1 < c->n;) {
        bool bracket = c_token_is(&c->t[i + 1], "[");
        if (c->t[i].kind == C_NAME && bracket)
            i = read_name(c, i, &array);
        else if (c->t[i].kind == C_SIGN && *c->t[i].text == '[')
            i = read_element(c, array, i);
        else
            i++;
    }
}

bool partition_collect(const struct c_unit *unit, size_t *budget, struct partition_arrays *arrays)
{
    struct collection c = {
        .t = unit->tokens, .n = unit->count, .unit = unit, .budget = budget, .arrays = arrays};
    c.entries = calloc(LINT_TABLES_MAX, sizeof *c.entries);
    arrays->count = 0;
    if (!c.entries)
        return false;
    read_all(&c);
    for (unsigned i = 0; i < arrays->count; i++)
        fill_table(&c, i);
    free(c.entries);
    return true;
}
