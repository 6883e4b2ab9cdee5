#include "image/c_macros.h"

#include <stdlib.h>
#include <string.h>

uint64_t c_token_hash(const struct c_token *t)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (uint32_t i = 0; i < t->length; i++)
        h = (h ^ (unsigned char)t->text[i]) * 1099511628211u;
    return h;
}

void c_macros_init(struct c_macros *m)
{
    m->list = NULL;
    m->count = m->capacity = 0;
    memset(m->buckets, 0xff, sizeof m->buckets);
}

void c_macros_free(struct c_macros *m)
{
    free(m->list);
    c_macros_init(m);
}

static int32_t find_index(const struct c_macros *m, const struct c_token *name, size_t at)
{
    int32_t i = m->buckets[c_token_hash(name) % C_MACRO_BUCKETS];
    for (; i >= 0; i = m->list[i].next) {
        const struct c_macro *macro = &m->list[i];
        if (macro->from <= at && at < macro->to && c_token_same(macro->name, name))
            return i;
    }
    return -1;
}

const struct c_macro *c_macros_find(const struct c_macros *m, const struct c_token *name, size_t at)
{
    int32_t i = find_index(m, name, at);
    return i < 0 ? NULL : &m->list[i];
}

void c_macros_undefine(struct c_macros *m, const struct c_token *name, size_t at)
{
    int32_t i = find_index(m, name, at);
    if (i >= 0)
        m->list[i].to = at;
}

/* The parameter list behind the name; the count of its words, or 0 when it is none. */
static size_t read_parameters(struct c_macro *macro, const struct c_token *words, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (c_token_is(&words[i], ")"))
            return i + 1;
        if (words[i].kind == C_NAME && macro->parameter_count < C_PARAMETERS_MAX)
            macro->parameters[macro->parameter_count++] = &words[i];
        else if (!c_token_is(&words[i], ","))
            return 0;
    }
    return 0;
}

bool c_macros_define(struct c_macros *m, const struct c_token *words, size_t count, size_t at)
{
    if (!count || words[0].kind != C_NAME)
        return true;
    struct c_macro macro = {.name = words, .from = at, .to = SIZE_MAX};
    size_t head = 1;
    /* Only a bracket that touches the name opens parameters. */
    if (count > 1 && words[1].text == words[0].text + words[0].length && *words[1].text == '(') {
        size_t n = read_parameters(&macro, words + 1, count - 1);
        if (!n)
            return true;
        macro.function = true;
        head += n;
    }
    macro.body = words + head;
    macro.body_count = count - head;
    if (m->count == C_MACROS_MAX)
        return false;
    if (m->count == m->capacity) {
        size_t capacity = m->capacity ? m->capacity * 2 : 64;
        struct c_macro *grown = realloc(m->list, capacity * sizeof *grown);
        if (!grown)
            return false;
        m->list = grown;
        m->capacity = capacity;
    }
    c_macros_undefine(m, words, at);
    int32_t *bucket = &m->buckets[c_token_hash(words) % C_MACRO_BUCKETS];
    macro.next = *bucket;
    *bucket = (int32_t)m->count;
    m->list[m->count++] = macro;
    return true;
}

/* --- expansion --------------------------------------------------------------------------- */

struct expansion {
    const struct c_macros *macros;
    size_t at;
    bool condition;
    size_t *budget;
    const struct c_token *hidden[C_EXPANSION_DEPTH]; /* a macro does not expand within itself */
    unsigned depth;
};

static bool expand(struct expansion *x, const struct c_token *in, size_t n, struct c_tokens *out);

static bool append(struct expansion *x, struct c_tokens *out, const struct c_token *token)
{
    if (!*x->budget || out->count == C_EXPANSION_MAX)
        return false;
    --*x->budget;
    if ((out->count & (out->count - 1)) == 0) { /* at every power of two */
        struct c_token *grown =
            realloc(out->list, (out->count ? out->count * 2 : 1) * sizeof *grown);
        if (!grown)
            return false;
        out->list = grown;
    }
    out->list[out->count++] = *token;
    return true;
}

static bool is_hidden(const struct expansion *x, const struct c_token *name)
{
    for (unsigned i = 0; i < x->depth; i++) {
        if (c_token_same(x->hidden[i], name))
            return true;
    }
    return false;
}

static bool expand_hidden(struct expansion *x, const struct c_token *name, const struct c_token *in,
                          size_t n, struct c_tokens *out)
{
    if (x->depth == C_EXPANSION_DEPTH)
        return false;
    x->hidden[x->depth++] = name;
    bool ok = expand(x, in, n, out);
    x->depth--;
    return ok;
}

struct arguments {
    const struct c_token *start[C_PARAMETERS_MAX];
    size_t length[C_PARAMETERS_MAX], count;
};

/* in[0] is the opening bracket; the words up to behind its end, or 0. */
static size_t read_arguments(const struct c_token *in, size_t n, struct arguments *a)
{
    size_t depth = 0, begin = 1;
    a->count = 0;
    for (size_t i = 0; i < n; i++) {
        bool closes = c_token_is(&in[i], ")") && --depth == 0;
        if (c_token_is(&in[i], "("))
            depth++;
        if (!closes && !(depth == 1 && c_token_is(&in[i], ",")))
            continue;
        if (a->count == C_PARAMETERS_MAX)
            return 0;
        a->start[a->count] = in + begin;
        a->length[a->count++] = i - begin;
        begin = i + 1;
        if (closes)
            return i + 1;
    }
    return 0;
}

static bool substitute(struct expansion *x, const struct c_macro *macro, const struct arguments *a,
                       struct c_tokens *out)
{
    for (size_t i = 0; i < macro->body_count; i++) {
        size_t k = 0;
        while (k < macro->parameter_count && !c_token_same(macro->parameters[k], &macro->body[i]))
            k++;
        if (k < macro->parameter_count ? !expand(x, a->start[k], a->length[k], out)
                                       : !append(x, out, &macro->body[i]))
            return false;
    }
    return true;
}

/* in[0] is the macro's name; *used is how many words its call has. */
static bool call(struct expansion *x, const struct c_macro *macro, const struct c_token *in,
                 size_t n, size_t *used, struct c_tokens *out)
{
    struct arguments a;
    struct c_tokens body = {0};
    size_t length = read_arguments(in + 1, n - 1, &a);
    *used = length + 1;
    bool none = macro->parameter_count == 0 && a.count == 1 && a.length[0] == 0;
    if (!length || (!none && a.count != macro->parameter_count))
        return false;
    bool ok = substitute(x, macro, &a, &body) &&
              expand_hidden(x, macro->name, body.list, body.count, out);
    c_tokens_free(&body);
    return ok;
}

/* `defined NAME`, `defined(NAME)`: the words that stay as they are. */
static size_t length_of_defined(const struct c_token *in, size_t n)
{
    return n > 1 && c_token_is(&in[1], "(") ? (n < 4 ? n : 4) : (n < 2 ? n : 2);
}

static bool expand(struct expansion *x, const struct c_token *in, size_t n, struct c_tokens *out)
{
    for (size_t i = 0; i < n;) {
        const struct c_macro *macro = NULL;
        size_t used = 1;
        bool ok;
        if (in[i].kind == C_NAME && !is_hidden(x, &in[i]))
            macro = c_macros_find(x->macros, &in[i], x->at);
        bool called = macro && macro->function && i + 1 < n && c_token_is(&in[i + 1], "(");
        if (!*x->budget)
            return false;
        --*x->budget;
        if (x->condition && c_token_is(&in[i], "defined")) {
            used = length_of_defined(in + i, n - i);
            ok = true;
            for (size_t k = 0; k < used && ok; k++)
                ok = append(x, out, &in[i + k]);
        } else if (called) {
            ok = call(x, macro, in + i, n - i, &used, out);
        } else if (macro && !macro->function) {
            ok = expand_hidden(x, macro->name, macro->body, macro->body_count, out);
        } else {
            ok = append(x, out, &in[i]);
        }
        if (!ok)
            return false;
        i += used;
    }
    return true;
}

bool c_macros_expand(const struct c_macros *macros, const struct c_token *words, size_t count,
                     size_t at, bool condition, size_t *budget, struct c_tokens *out)
{
    struct expansion x = {.macros = macros, .at = at, .condition = condition, .budget = budget};
    *out = (struct c_tokens){0};
    if (expand(&x, words, count, out))
        return true;
    c_tokens_free(out);
    return false;
}
