#include "image/c_preprocess.h"

#include <stdlib.h>
#include <string.h>

#include "image/c_group.h"

/* A chain of definitions longer than this is no table's; then every line counts. */
#define PASSES_MAX 64

bool c_names_has(const struct c_names *names, uint64_t hash)
{
    hash |= hash == 0;
    for (size_t i = hash & (names->capacity - 1); names->capacity;
         i = (i + 1) & (names->capacity - 1)) {
        if (names->list[i] == hash)
            return true;
        if (!names->list[i])
            return false;
    }
    return false;
}

static void put(struct c_names *names, uint64_t hash)
{
    size_t i = hash & (names->capacity - 1);
    while (names->list[i])
        i = (i + 1) & (names->capacity - 1);
    names->list[i] = hash;
    names->count++;
}

/* *grew is set when the name is new. */
static bool add_name(struct c_names *names, const struct c_token *name, bool *grew)
{
    uint64_t hash = c_token_hash(name);
    if (c_names_has(names, hash))
        return true;
    if (names->count * 2 >= names->capacity) {
        struct c_names grown = {.capacity = names->capacity ? names->capacity * 2 : 64};
        grown.list = calloc(grown.capacity, sizeof *grown.list);
        if (!grown.list)
            return false;
        for (size_t i = 0; i < names->capacity; i++) {
            if (names->list[i])
                put(&grown, names->list[i]);
        }
        free(names->list);
        *names = grown;
    }
    put(names, hash | (hash == 0));
    *grew = true;
    return true;
}

static bool add_names(struct c_names *names, const struct c_token *words, size_t n, bool *grew)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i].kind == C_NAME && !add_name(names, &words[i], grew))
            return false;
    }
    return true;
}

/* --- directives -------------------------------------------------------------------------- */

enum c_directive c_directive_at(const struct c_tokens *tokens, size_t i, size_t *end)
{
    static const struct {
        const char *word;
        enum c_directive directive;
    } table[] = {{"if", C_IF},     {"ifdef", C_IFDEF}, {"ifndef", C_IFNDEF}, {"elif", C_ELIF},
                 {"else", C_ELSE}, {"endif", C_ENDIF}, {"define", C_DEFINE}, {"undef", C_UNDEF}};
    const struct c_token *t = &tokens->list[i];
    if (!t->first || t->kind != C_SIGN || *t->text != '#')
        return C_TEXT;
    *end = c_tokens_line_end(tokens->list, i, tokens->count);
    for (size_t k = 0; i + 1 < *end && k < sizeof table / sizeof table[0]; k++) {
        if (c_token_is(t + 1, table[k].word))
            return table[k].directive;
    }
    return C_OTHER;
}

static bool open_group(struct c_source *s, size_t *capacity, int32_t parent, size_t start)
{
    if (s->group_count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 32;
        struct c_group *grown = realloc(s->groups, *capacity * sizeof *grown);
        if (!grown)
            return false;
        s->groups = grown;
    }
    s->groups[s->group_count++] =
        (struct c_group){.parent = parent, .start = start, .end = s->tokens.count};
    return true;
}

static bool find_groups(struct c_source *s)
{
    size_t capacity = 0, end = 0, depth = 0;
    int32_t current = -1;
    bool ignored = false;
    for (size_t i = 0; i < s->tokens.count; i++) {
        enum c_directive d = i < end ? C_TEXT : c_directive_at(&s->tokens, i, &end);
        if (d == C_IF || d == C_IFDEF || d == C_IFNDEF) {
            if (++depth > C_GROUP_DEPTH || !open_group(s, &capacity, current, i))
                return false;
            current = (int32_t)s->group_count - 1;
        }
        s->group_of[i] = current;
        if (d == C_ENDIF && current >= 0) {
            s->groups[current].end = end;
            current = s->groups[current].parent;
            depth--;
        }
        if (d == C_DEFINE && i + 2 < end && !add_name(&s->own, &s->tokens.list[i + 2], &ignored))
            return false;
    }
    return true;
}

bool c_source_read(const char *text, size_t n, struct c_source *s)
{
    *s = (struct c_source){0};
    if (!c_tokens_read(text, n, 1, &s->tokens))
        return false;
    s->group_of = calloc(s->tokens.count + 1, sizeof *s->group_of);
    if (s->group_of && find_groups(s))
        return true;
    c_source_free(s);
    return false;
}

void c_source_free(struct c_source *s)
{
    c_tokens_free(&s->tokens);
    free(s->groups);
    free(s->group_of);
    free(s->wanted.list);
    free(s->own.list);
    *s = (struct c_source){0};
}

/* --- what counts ------------------------------------------------------------------------- */

static bool want_groups(struct c_source *s, size_t i)
{
    bool grew = false;
    for (int32_t g = s->group_of[i]; g >= 0 && !s->groups[g].counts; g = s->groups[g].parent) {
        s->groups[g].counts = true;
        grew = true;
    }
    return grew;
}

bool c_source_want(struct c_source *s, size_t i)
{
    bool ignored = false;
    want_groups(s, i);
    return add_names(&s->wanted, &s->tokens.list[i], 1, &ignored);
}

/* One directive of a pass: lines that define wanted names count, and so do their own names. */
static bool follow_one(struct c_source *s, enum c_directive d, size_t i, size_t end, bool *grew)
{
    const struct c_token *words = &s->tokens.list[i];
    int32_t group = s->group_of[i];
    if (d == C_DEFINE || d == C_UNDEF) {
        if (i + 2 >= end || !c_names_has(&s->wanted, c_token_hash(&words[2])))
            return true;
        *grew |= want_groups(s, i);
        return add_names(&s->wanted, words + 2, end - i - 2, grew);
    }
    if (group >= 0 && s->groups[group].counts)
        return add_names(&s->wanted, words + 2, end > i + 2 ? end - i - 2 : 0, grew);
    return true;
}

bool c_source_follow(struct c_source *s)
{
    bool grew = true;
    for (unsigned pass = 0; grew; pass++) {
        size_t end = 0;
        grew = false;
        for (size_t i = 0; i < s->tokens.count; i++) {
            enum c_directive d = i < end ? C_TEXT : c_directive_at(&s->tokens, i, &end);
            if (d != C_TEXT && !follow_one(s, d, i, end, &grew))
                return false;
        }
        if (pass == PASSES_MAX)
            break;
    }
    for (size_t g = 0; grew && g < s->group_count; g++)
        s->groups[g].counts = true;
    return true;
}
