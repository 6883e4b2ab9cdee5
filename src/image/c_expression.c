#include "image/c_expression.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const struct c_token *at, *end;
    const struct c_macros *macros;
    size_t place;
    const struct c_oracle *oracle; /* NULL = a value, not a condition */
    unsigned depth;
    unsigned unread; /* in the part of a condition that does not count */
};

static struct c_value known(int64_t number)
{
    return (struct c_value){.state = C_KNOWN, .number = number};
}

static struct c_value wrong(const char *why)
{
    return (struct c_value){.state = C_WRONG, .why = why};
}

static const struct c_token *peek(const struct parser *p)
{
    return p->at < p->end ? p->at : NULL;
}

static bool take(struct parser *p, const char *sign)
{
    if (p->at >= p->end || !c_token_is(p->at, sign))
        return false;
    p->at++;
    return true;
}

void c_tokens_text(const struct c_token *words, size_t count, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count && used + 1 < size; i++) {
        /* Blanks where the source had some, so that it reads as it was written. */
        bool touches = i && words[i].text == words[i - 1].text + words[i - 1].length;
        int n = snprintf(out + used, size - used, "%s%.*s", i && !touches ? " " : "",
                         (int)words[i].length, words[i].text);
        used += n > 0 ? (size_t)n : 0;
    }
}

static bool ask(const struct parser *p, const struct c_token *name)
{
    char key[C_KEY_MAX];
    c_tokens_text(name, 1, key, sizeof key);
    return p->oracle->decide(p->oracle->user, key);
}

/* A name that only its being there counts of: `#if DEBUG`, `#if A && !B`. */
static struct c_value as_truth(const struct parser *p, struct c_value v)
{
    if (v.state == C_KNOWN)
        return known(v.number != 0);
    if (v.state == C_UNKNOWN && v.name.length && p->oracle && !p->unread)
        return known(ask(p, &v.name));
    v.name.length = p->oracle ? 0 : v.name.length;
    return v;
}

/* --- numbers, names, brackets ------------------------------------------------------------- */

static struct c_value number(const struct c_token *t)
{
    char text[72], *end;
    if (t->length >= sizeof text)
        return wrong("is no number");
    memcpy(text, t->text, t->length);
    text[t->length] = '\0';
    bool binary = text[0] == '0' && (text[1] == 'b' || text[1] == 'B');
    uint64_t value = strtoull(binary ? text + 2 : text, &end, binary ? 2 : 0);
    size_t suffix = strspn(end, "uUlL");
    if (end == text || end[suffix] || suffix > 3)
        return wrong("is no whole number");
    if (value > INT64_MAX)
        return wrong("is too large");
    return known((int64_t)value);
}

static bool is_type_name(const struct c_token *t)
{
    static const char *const names[] = {"unsigned", "signed", "int",   "long",
                                        "short",    "char",   "const", "volatile"};
    if (t->kind != C_NAME)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (c_token_is(t, names[i]))
            return true;
    }
    return t->length > 2 && memcmp(t->text + t->length - 2, "_t", 2) == 0;
}

/* Behind the opening bracket: the bits that a cast keeps, 64 = all, 0 = it is no cast. */
static unsigned take_cast(struct parser *p)
{
    const struct c_token *t = p->at;
    unsigned bits = 64;
    while (t < p->end && is_type_name(t)) {
        if (c_token_is(t, "uint32_t"))
            bits = 32;
        else if (c_token_is(t, "uint16_t"))
            bits = 16;
        else if (c_token_is(t, "uint8_t"))
            bits = 8;
        t++;
    }
    if (t == p->at || t >= p->end || !c_token_is(t, ")"))
        return 0;
    p->at = t + 1;
    return bits;
}

static struct c_value unary(struct parser *p);
static struct c_value ternary(struct parser *p);

static struct c_value bracket(struct parser *p)
{
    unsigned bits = take_cast(p);
    struct c_value v;
    if (bits) {
        v = unary(p);
        if (v.state == C_KNOWN && bits < 64)
            v.number = (int64_t)((uint64_t)v.number & ((1ull << bits) - 1));
        return v;
    }
    v = ternary(p);
    if (v.state != C_WRONG && !take(p, ")"))
        return wrong("is no constant expression");
    return v;
}

static struct c_value defined(struct parser *p)
{
    bool open = take(p, "(");
    const struct c_token *name = peek(p);
    if (!name || name->kind != C_NAME)
        return wrong("has no name behind defined");
    p->at++;
    if (open && !take(p, ")"))
        return wrong("has no ) behind defined");
    if (c_macros_find(p->macros, name, p->place))
        return known(1);
    return known(p->unread ? 0 : ask(p, name));
}

static struct c_value primary(struct parser *p)
{
    const struct c_token *t = peek(p);
    if (!t)
        return wrong("is not complete");
    p->at++;
    if (t->kind == C_NUMBER)
        return number(t);
    if (t->kind == C_CHARACTER && t->length == 3)
        return known((unsigned char)t->text[1]);
    if (t->kind == C_SIGN && *t->text == '(')
        return bracket(p);
    if (t->kind != C_NAME)
        return wrong("is no constant expression");
    if (p->oracle && c_token_is(t, "defined"))
        return defined(p);
    const struct c_token *next = peek(p);
    if (next && (c_token_is(next, "(") || c_token_is(next, "[") || c_token_is(next, ".") ||
                 c_token_is(next, "->")))
        return wrong("is not known before the firmware runs");
    return (struct c_value){.state = C_UNKNOWN, .name = *t};
}

/* --- signs --------------------------------------------------------------------------- */

static struct c_value unary_apply(char sign, const struct parser *p, struct c_value v)
{
    if (sign == '!') {
        v = as_truth(p, v);
        return v.state == C_KNOWN ? known(!v.number) : v;
    }
    if (v.state != C_KNOWN) {
        v.name.length = p->oracle ? 0 : v.name.length;
        return v;
    }
    if (sign == '~')
        return known(~v.number);
    if (sign == '-' && v.number == INT64_MIN)
        return wrong("is too large");
    return known(sign == '-' ? -v.number : v.number);
}

static struct c_value unary(struct parser *p)
{
    const struct c_token *t = peek(p);
    struct c_value v;
    if (++p->depth > C_NESTING_MAX)
        return wrong("is nested too deeply");
    if (t && t->kind == C_SIGN && t->length == 1 && strchr("-+~!", *t->text)) {
        p->at++;
        v = unary(p);
        v = v.state == C_WRONG ? v : unary_apply(*t->text, p, v);
    } else {
        v = primary(p);
    }
    p->depth--;
    return v;
}

static const struct sign {
    const char *sign;
    int rank;
} signs[] = {
    {"||", 1}, {"&&", 2}, {"|", 3}, {"^", 4},  {"&", 5},  {"==", 6},
    {"!=", 6}, {"<", 7},  {">", 7}, {"<=", 7}, {">=", 7}, {"<<", 8},
    {">>", 8}, {"+", 9},  {"-", 9}, {"*", 10}, {"/", 10}, {"%", 10},
};

static const struct sign *sign_at(const struct parser *p)
{
    for (size_t i = 0; p->at < p->end && i < sizeof signs / sizeof signs[0]; i++) {
        if (c_token_is(p->at, signs[i].sign))
            return &signs[i];
    }
    return NULL;
}

static struct c_value shift(bool left, int64_t a, int64_t b)
{
    if (b < 0 || b > 62 || a < 0)
        return wrong("shifts by an impossible count");
    if (left && a > INT64_MAX >> b)
        return wrong("is too large");
    return known(left ? a << b : a >> b);
}

static struct c_value arithmetic(const char *sign, int64_t a, int64_t b)
{
    int64_t r = 0;
    bool over = false;
    switch (*sign) {
    case '+':
        over = __builtin_add_overflow(a, b, &r);
        break;
    case '-':
        over = __builtin_sub_overflow(a, b, &r);
        break;
    case '*':
        over = __builtin_mul_overflow(a, b, &r);
        break;
    default:
        if (b == 0)
            return wrong("divides by zero");
        over = a == INT64_MIN && b == -1;
        r = over ? 0 : *sign == '/' ? a / b : a % b;
    }
    return over ? wrong("is too large") : known(r);
}

static struct c_value apply(const struct sign *o, int64_t a, int64_t b)
{
    switch (o->rank) {
    case 3:
        return known(a | b);
    case 4:
        return known(a ^ b);
    case 5:
        return known(a & b);
    case 6:
        return known((a == b) == (*o->sign == '='));
    case 7:
        if (o->sign[1])
            return known(*o->sign == '<' ? a <= b : a >= b);
        return known(*o->sign == '<' ? a < b : a > b);
    case 8:
        return shift(*o->sign == '<', a, b);
    default:
        return arithmetic(o->sign, a, b);
    }
}

static struct c_value binary(struct parser *p, int rank);

/* What stands behind a decided `0 &&` or `1 ||` is read, but nothing is asked for it. */
static struct c_value logic(struct parser *p, const struct sign *o, struct c_value left)
{
    bool stops_at = o->rank == 1;
    left = as_truth(p, left);
    bool decided = left.state == C_KNOWN && (left.number != 0) == stops_at;
    p->unread += decided;
    struct c_value right = as_truth(p, binary(p, o->rank + 1));
    p->unread -= decided;
    if (decided && right.state != C_WRONG)
        return left;
    if (right.state == C_WRONG || left.state == C_KNOWN)
        return right;
    return right.state == C_KNOWN && (right.number != 0) == stops_at ? right : left;
}

static struct c_value binary(struct parser *p, int rank)
{
    const struct sign *o;
    struct c_value left = unary(p);
    while (left.state != C_WRONG && (o = sign_at(p)) != NULL && o->rank >= rank) {
        p->at++;
        if (o->rank <= 2) {
            left = logic(p, o, left);
            continue;
        }
        struct c_value right = binary(p, o->rank + 1);
        if (right.state == C_WRONG)
            return right;
        if (left.state == C_KNOWN && right.state == C_KNOWN) {
            left = apply(o, left.number, right.number);
            continue;
        }
        left = left.state == C_UNKNOWN ? left : right;
        /* The name's value counts here, not only whether it is there. */
        left.name.length = p->oracle ? 0 : left.name.length;
    }
    return left;
}

static struct c_value ternary(struct parser *p)
{
    if (++p->depth > C_NESTING_MAX)
        return wrong("is nested too deeply");
    struct c_value v = binary(p, 1);
    if (v.state != C_WRONG && take(p, "?")) {
        v = as_truth(p, v);
        bool yes = v.state == C_KNOWN && v.number, no = v.state == C_KNOWN && !v.number;
        p->unread += no;
        struct c_value a = ternary(p);
        p->unread -= no;
        bool colon = take(p, ":");
        p->unread += yes;
        struct c_value b = colon ? ternary(p) : wrong("is not complete");
        p->unread -= yes;
        v = a.state == C_WRONG ? a : b.state == C_WRONG ? b : yes ? a : no ? b : v;
    }
    p->depth--;
    return v;
}

static struct c_value evaluate(const struct c_macros *macros, const struct c_token *words,
                               size_t count, size_t at, size_t *budget,
                               const struct c_oracle *oracle)
{
    struct c_tokens expanded;
    if (!count)
        return wrong("is empty");
    if (!c_macros_expand(macros, words, count, at, oracle != NULL, budget, &expanded))
        return wrong("grows beyond all measure when its macros are put in");
    if (!expanded.count)
        return wrong("is empty");
    struct parser p = {.at = expanded.list,
                       .end = expanded.list + expanded.count,
                       .macros = macros,
                       .place = at,
                       .oracle = oracle};
    struct c_value v = ternary(&p);
    if (v.state != C_WRONG && p.at != p.end)
        v = wrong("is no constant expression");
    if (oracle)
        v = as_truth(&p, v);
    c_tokens_free(&expanded);
    return v;
}

struct c_value c_evaluate(const struct c_macros *macros, const struct c_token *words, size_t count,
                          size_t at, size_t *budget)
{
    return evaluate(macros, words, count, at, budget, NULL);
}

bool c_condition(const struct c_macros *macros, const struct c_token *words, size_t count,
                 size_t at, size_t *budget, const struct c_oracle *oracle)
{
    struct c_value v = evaluate(macros, words, count, at, budget, oracle);
    char key[C_KEY_MAX];
    if (v.state == C_KNOWN)
        return v.number != 0;
    c_tokens_text(words, count, key, sizeof key);
    return oracle->decide(oracle->user, key);
}
