#include "image/c_preprocess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/c_group.h"

struct level {
    bool outer;   /* what is around it counts */
    bool open;    /* this branch counts */
    bool settled; /* a branch was taken, or none is to be */
};

struct reading {
    const struct c_source *source;
    struct c_choices *choices;
    struct c_unit *unit;
    size_t *budget;
    struct level levels[C_GROUP_DEPTH + 1];
    unsigned depth;
};

/* What the file neither knows nor defines further on is a choice of whoever builds it. */
static bool decide(void *user, const char *key)
{
    const struct reading *r = user;
    struct c_choices *c = r->choices;
    struct c_token name = {.text = key, .length = (uint32_t)strlen(key)};
    if (c_names_has(&r->source->own, c_token_hash(&name)) || strcmp(key, "__cplusplus") == 0)
        return false;
    for (unsigned i = 0; i < c->count; i++) {
        if (strcmp(c->list[i].key, key) == 0)
            return c->list[i].value;
    }
    if (c->count == C_CHOICES_MAX)
        return false;
    struct c_choice *choice = &c->list[c->count++];
    *choice = (struct c_choice){.value = false};
    snprintf(choice->key, sizeof choice->key, "%s", key);
    choice->condition = strpbrk(key, " !&|=<>()+-*/") != NULL;
    return false;
}

static bool holds(struct reading *r, enum c_directive d, size_t i, size_t end)
{
    struct c_oracle oracle = {decide, r};
    const struct c_token *words = &r->source->tokens.list[i + 2];
    size_t count = end > i + 2 ? end - i - 2 : 0;
    if (d == C_IF || d == C_ELIF)
        return c_condition(&r->unit->macros, words, count, r->unit->count, r->budget, &oracle);
    if (!count)
        return false;
    bool defined = c_macros_find(&r->unit->macros, words, r->unit->count) != NULL;
    if (!defined) {
        char key[C_KEY_MAX];
        c_tokens_text(words, 1, key, sizeof key);
        defined = decide(r, key);
    }
    return defined == (d == C_IFDEF);
}

static void begin_group(struct reading *r, enum c_directive d, size_t i, size_t end)
{
    bool outer = r->levels[r->depth].open;
    bool counts = outer && r->source->groups[r->source->group_of[i]].counts;
    struct level *level = &r->levels[++r->depth];
    level->outer = outer;
    level->open = counts && holds(r, d, i, end);
    level->settled = level->open || !counts;
}

static void next_branch(struct reading *r, enum c_directive d, size_t i, size_t end)
{
    struct level *level = &r->levels[r->depth];
    if (!r->depth)
        return;
    level->open = level->outer && !level->settled && (d == C_ELSE || holds(r, d, i, end));
    level->settled |= level->open;
}

static bool directive(struct reading *r, enum c_directive d, size_t i, size_t end)
{
    const struct c_token *words = &r->source->tokens.list[i + 2];
    bool open = r->levels[r->depth].open, any = i + 2 < end;
    if (d == C_IF || d == C_IFDEF || d == C_IFNDEF)
        begin_group(r, d, i, end);
    else if (d == C_ELIF || d == C_ELSE)
        next_branch(r, d, i, end);
    else if (d == C_ENDIF && r->depth)
        r->depth--;
    else if (d == C_DEFINE && open && any)
        return c_macros_define(&r->unit->macros, words, end - i - 2, r->unit->count);
    else if (d == C_UNDEF && open && any)
        c_macros_undefine(&r->unit->macros, words, r->unit->count);
    return true;
}

static bool read_all(struct reading *r)
{
    const struct c_tokens *tokens = &r->source->tokens;
    r->levels[0] = (struct level){true, true, true};
    for (size_t i = 0, end; i < tokens->count; i = end) {
        enum c_directive d;
        end = i + 1;
        d = c_directive_at(tokens, i, &end);
        if (d != C_TEXT && !directive(r, d, i, end))
            return false;
        if (d == C_TEXT && r->levels[r->depth].open)
            r->unit->tokens[r->unit->count++] = tokens->list[i];
    }
    return true;
}

bool c_preprocess(const struct c_source *source, const struct c_tokens *defines,
                  size_t define_count, struct c_choices *choices, size_t *budget,
                  struct c_unit *unit)
{
    struct reading r = {.source = source, .choices = choices, .unit = unit, .budget = budget};
    bool ok = true;
    c_macros_init(&unit->macros);
    unit->count = 0;
    unit->tokens = calloc(source->tokens.count + 1, sizeof *unit->tokens);
    for (size_t i = 0; i < define_count && ok; i++)
        ok = c_macros_define(&unit->macros, defines[i].list, defines[i].count, 0);
    if (unit->tokens && ok && read_all(&r))
        return true;
    c_unit_free(unit);
    return false;
}

void c_unit_free(struct c_unit *unit)
{
    c_macros_free(&unit->macros);
    free(unit->tokens);
    unit->tokens = NULL;
    unit->count = 0;
}

bool c_choices_next(struct c_choices *c)
{
    while (c->count && c->list[c->count - 1].value)
        c->count--;
    if (!c->count)
        return false;
    c->list[c->count - 1].value = true;
    return true;
}
