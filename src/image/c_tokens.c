#include "image/c_tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at, *end;
    unsigned line;
    bool first; /* nothing stood in this line yet */
    struct c_tokens *out;
    size_t capacity;
};

bool c_token_is(const struct c_token *t, const char *text)
{
    return strlen(text) == t->length && memcmp(t->text, text, t->length) == 0;
}

bool c_token_same(const struct c_token *a, const struct c_token *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

size_t c_tokens_line_end(const struct c_token *tokens, size_t i, size_t count)
{
    for (i++; i < count && !tokens[i].first;)
        i++;
    return i < count ? i : count;
}

static char peek(const struct reader *r, size_t k)
{
    return (size_t)(r->end - r->at) > k ? r->at[k] : '\0';
}

/* The length of a backslash and line end at the reader's place, or 0. */
static size_t continuation(const struct reader *r)
{
    if (peek(r, 0) != '\\')
        return 0;
    if (peek(r, 1) == '\n')
        return 2;
    return peek(r, 1) == '\r' && peek(r, 2) == '\n' ? 3 : 0;
}

/* A comment is one blank, however many lines it has: what follows is still on the first one. */
static bool skip_comment(struct reader *r)
{
    bool block = peek(r, 1) == '*';
    if (peek(r, 0) != '/' || (!block && peek(r, 1) != '/'))
        return false;
    r->at += 2;
    while (r->at < r->end) {
        size_t joined = continuation(r);
        if (!joined && !block && *r->at == '\n')
            return true;
        if (block && peek(r, 0) == '*' && peek(r, 1) == '/') {
            r->at += 2;
            return true;
        }
        if (joined)
            r->at += joined - 1;
        if (*r->at == '\n')
            r->line++;
        r->at++;
    }
    return true;
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end) {
        size_t joined = continuation(r);
        unsigned char c = (unsigned char)*r->at;
        if (joined) {
            r->at += joined;
            r->line++;
        } else if (c == '\n') {
            r->first = true;
            r->line++;
            r->at++;
        } else if (c <= ' ' || c == 0x7f) {
            r->at++;
        } else if (!skip_comment(r)) {
            return;
        }
    }
}

static bool word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static size_t length_of_word(const struct reader *r)
{
    size_t n = 1;
    while (word_byte(peek(r, n)))
        n++;
    return n;
}

static size_t length_of_number(const struct reader *r)
{
    size_t n = 1;
    while (word_byte(peek(r, n)) || peek(r, n) == '.')
        n++;
    return n;
}

/* An unclosed quote ends with its line, as in a compiler's error. */
static size_t length_of_quoted(const struct reader *r)
{
    size_t n = 1;
    char quote = *r->at;
    while (r->at + n < r->end && peek(r, n) != quote && peek(r, n) != '\n')
        n += peek(r, n) == '\\' && r->at + n + 1 < r->end && peek(r, n + 1) != '\n' ? 2 : 1;
    return r->at + n < r->end && peek(r, n) == quote ? n + 1 : n;
}

static size_t length_of_sign(const struct reader *r)
{
    static const char *const pairs[] = {"<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->", "++",
                                        "--", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "%=", "##"};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (peek(r, 0) == pairs[i][0] && peek(r, 1) == pairs[i][1])
            return 2;
    }
    return 1;
}

static bool add(struct reader *r, enum c_kind kind, size_t n)
{
    struct c_tokens *out = r->out;
    if (out->count == C_TOKENS_MAX)
        return false;
    if (out->count == r->capacity) {
        size_t capacity = r->capacity ? r->capacity * 2 : 256;
        struct c_token *grown = realloc(out->list, capacity * sizeof *grown);
        if (!grown)
            return false;
        out->list = grown;
        r->capacity = capacity;
    }
    out->list[out->count++] = (struct c_token){r->at, (uint32_t)n, r->line, kind, r->first};
    r->first = false;
    r->at += n;
    return true;
}

static bool read_one(struct reader *r)
{
    char c = *r->at;
    if (isdigit((unsigned char)c))
        return add(r, C_NUMBER, length_of_number(r));
    if (word_byte(c))
        return add(r, C_NAME, length_of_word(r));
    if (c == '"' || c == '\'')
        return add(r, c == '"' ? C_STRING : C_CHARACTER, length_of_quoted(r));
    return add(r, C_SIGN, length_of_sign(r));
}

bool c_tokens_read(const char *text, size_t n, unsigned line, struct c_tokens *tokens)
{
    struct reader r = {.at = text, .end = text + n, .line = line, .first = true, .out = tokens};
    *tokens = (struct c_tokens){0};
    if (n > C_TEXT_MAX)
        return false;
    for (skip_blanks(&r); r.at < r.end; skip_blanks(&r)) {
        if (!read_one(&r)) {
            c_tokens_free(tokens);
            return false;
        }
    }
    return true;
}

void c_tokens_free(struct c_tokens *tokens)
{
    free(tokens->list);
    *tokens = (struct c_tokens){0};
}
