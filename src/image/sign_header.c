/*
 * ota_public_key_config.h, written and read. Reading is a small C reader: it knows comments,
 * literals, line splices and #if, and of the rest only the two arrays. So the whole file of a
 * generation that keeps them elsewhere (ota_hal_digest.c) reads as well.
 */
#include <stdio.h>
#include <string.h>

#include "image/sign.h"

#define NESTING_MAX 64u
#define WORD_MAX 40u

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK };

struct token {
    enum token_kind kind;
    char mark;           /* TOKEN_MARK */
    char text[WORD_MAX]; /* TOKEN_WORD, TOKEN_NUMBER; "..." when longer than any of ours */
    unsigned line;
};

/* One level of #if. */
struct condition {
    bool live;    /* this branch may be compiled */
    bool decided; /* a branch before it certainly is: the rest is not */
};

struct reader {
    const char *name, *at, *end;
    unsigned line;
    const char *lone_before[2]; /* ' and ": none is closed before here */
    bool line_start;            /* only space so far: a # here is a directive */
    struct condition levels[NESTING_MAX];
    unsigned depth, dead; /* dead: how many levels are not live */
    struct problem *problem;
};

struct array {
    const char *name;
    unsigned wanted;
    unsigned line; /* 0 = not seen */
    uint8_t bytes[IMAGE_SIGN_MODULUS];
};

static enum problem_code wrong(struct reader *r, unsigned line, const char *hint, const char *what)
{
    problem_set(r->problem, PROBLEM_CONFIG, NULL, hint, "%s", what);
    problem_where(r->problem, "%s:%u", r->name, line);
    return PROBLEM_CONFIG;
}

/* --- characters --- */

static char peek(const struct reader *r, size_t ahead)
{
    return (size_t)(r->end - r->at) > ahead ? r->at[ahead] : '\0';
}

static void advance(struct reader *r, size_t n)
{
    while (n-- && r->at < r->end) {
        if (*r->at++ == '\n') {
            r->line++;
            r->line_start = true;
        }
    }
}

/* The two characters of a line that goes on in the next, or three with a CR. */
static size_t splice(const struct reader *r)
{
    if (peek(r, 0) != '\\')
        return 0;
    return peek(r, 1) == '\n' ? 2 : peek(r, 1) == '\r' && peek(r, 2) == '\n' ? 3 : 0;
}

static bool skip_comment(struct reader *r)
{
    if (peek(r, 0) != '/' || (peek(r, 1) != '*' && peek(r, 1) != '/'))
        return false;
    if (peek(r, 1) == '/') {
        while (r->at < r->end && *r->at != '\n')
            advance(r, splice(r) ? splice(r) : 1);
        return true;
    }
    bool line_start = r->line_start;
    advance(r, 2);
    while (r->at < r->end && !(*r->at == '*' && peek(r, 1) == '/'))
        advance(r, 1);
    advance(r, 2);
    r->line_start = line_start; /* a comment is one space, over however many lines */
    return true;
}

/*
 * A string or character, closed in its line. Otherwise (text under #if 0, "don't") the quote stands
 * for itself, as for a compiler; the line is not searched again for every further one.
 */
static void skip_literal(struct reader *r)
{
    char quote = *r->at;
    const char *from = r->at, **lone_before = &r->lone_before[quote == '"'];
    unsigned line = r->line;
    advance(r, 1);
    if (*lone_before && from < *lone_before)
        return;
    while (r->at < r->end && *r->at != quote && *r->at != '\n')
        advance(r, splice(r) ? splice(r) : *r->at == '\\' && peek(r, 1) != '\n' ? 2 : 1);
    if (peek(r, 0) != quote) {
        *lone_before = r->at;
        r->at = from;
        r->line = line;
    }
    advance(r, 1);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void take_word(struct reader *r, char text[WORD_MAX])
{
    size_t n = 0;
    bool cut = false;
    while (is_word(peek(r, 0)) || splice(r)) {
        if (splice(r)) {
            advance(r, splice(r));
            continue;
        }
        if (n + 1 < WORD_MAX)
            text[n++] = *r->at;
        else
            cut = true;
        advance(r, 1);
    }
    text[n] = '\0';
    if (cut)
        memcpy(text, "...", 4);
}

/* --- #if --- */

/* The rest of a directive's line, without comments and space: at most a few characters count. */
static void rest_of_line(struct reader *r, char text[WORD_MAX])
{
    size_t n = 0;
    while (r->at < r->end && *r->at != '\n') {
        if (splice(r)) {
            advance(r, splice(r));
        } else if (*r->at == '"' || *r->at == '\'') {
            skip_literal(r);
        } else if (!skip_comment(r)) {
            if (!is_space(*r->at) && n + 1 < WORD_MAX)
                text[n++] = *r->at;
            advance(r, 1);
        }
    }
    text[n] = '\0';
}

static void set_live(struct reader *r, struct condition *c, bool live)
{
    r->dead += live ? 0 : 1;
    r->dead -= c->live ? 0 : 1;
    c->live = live;
}

/* 0 and 1 are known; what else is asked depends on the build, so every branch counts. */
static void decide(struct reader *r, struct condition *c, const char *expression)
{
    bool known_false = strcmp(expression, "0") == 0;
    set_live(r, c, !c->decided && !known_false);
    if (strcmp(expression, "1") == 0)
        c->decided = true;
}

static enum problem_code directive(struct reader *r)
{
    char word[WORD_MAX] = "", expression[WORD_MAX];
    unsigned line = r->line;
    advance(r, 1);
    while (peek(r, 0) == ' ' || peek(r, 0) == '\t' || splice(r))
        advance(r, splice(r) ? splice(r) : 1);
    take_word(r, word);
    rest_of_line(r, expression);
    if (strcmp(word, "if") == 0 || strcmp(word, "ifdef") == 0 || strcmp(word, "ifndef") == 0) {
        if (r->depth == NESTING_MAX)
            return wrong(r, line, "Is it the right file?", "#if is nested deeper than 64 times");
        struct condition *c = &r->levels[r->depth++];
        *c = (struct condition){true, false};
        decide(r, c, word[2] ? "?" : expression);
        return PROBLEM_NONE;
    }
    bool otherwise = strcmp(word, "else") == 0, elif = strcmp(word, "elif") == 0;
    bool end = strcmp(word, "endif") == 0;
    if (!otherwise && !elif && !end)
        return PROBLEM_NONE;
    if (r->depth == 0)
        return wrong(r, line, "Take it out, or put its #if back.", "there is no #if for this");
    struct condition *c = &r->levels[r->depth - 1];
    if (!end) {
        decide(r, c, otherwise ? "?" : expression);
    } else {
        set_live(r, c, true);
        r->depth--;
    }
    return PROBLEM_NONE;
}

/* --- tokens of what may be compiled --- */

static enum problem_code next(struct reader *r, struct token *t)
{
    t->kind = TOKEN_END;
    while (r->at < r->end) {
        t->line = r->line;
        if (is_space(*r->at) || splice(r)) {
            bool line_start = r->line_start;
            size_t n = splice(r);
            advance(r, n ? n : 1);
            r->line_start = n ? line_start : r->line_start;
            continue;
        }
        if (skip_comment(r))
            continue;
        if (*r->at == '#' && r->line_start) {
            if (directive(r) != PROBLEM_NONE)
                return r->problem->code;
            continue;
        }
        t->mark = '\0';
        if (*r->at == '"' || *r->at == '\'') {
            t->kind = TOKEN_MARK;
            t->mark = '"';
            skip_literal(r);
        } else if (is_word(*r->at)) {
            t->kind = is_digit(*r->at) ? TOKEN_NUMBER : TOKEN_WORD;
            take_word(r, t->text);
        } else {
            t->kind = TOKEN_MARK;
            t->mark = *r->at;
            advance(r, 1);
        }
        r->line_start = false; /* a splice in it is no new line */
        if (!r->dead)
            return PROBLEM_NONE;
    }
    t->kind = TOKEN_END; /* what was read last stands in a branch that is not compiled */
    t->line = r->line;
    return PROBLEM_NONE;
}

static bool is_mark(const struct token *t, char mark)
{
    return t->kind == TOKEN_MARK && t->mark == mark;
}

/* Decimal, 0x, octal, with U and L behind it: as C reads it. False when it is no byte. */
static bool byte_of(const char *text, uint8_t *byte)
{
    unsigned base = 10, value = 0, digits = 0;
    size_t n = strlen(text);
    while (n > 1 && strchr("uUlL", text[n - 1]))
        n--;
    if (text[0] == '0' && n > 1) {
        base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
        text += base == 16 ? 2 : 1;
        n -= base == 16 ? 2 : 1;
    }
    for (size_t i = 0; i < n; i++, digits++) {
        char c = text[i];
        unsigned digit = is_digit(c)            ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 99;
        value = value * base + digit;
        if (digit >= base || value > 255)
            return false;
    }
    *byte = (uint8_t)value;
    return digits > 0;
}

/* --- arrays --- */

/* Behind an array's name: up to the { of its definition. False when this is another use of it. */
static bool reach_bytes(struct reader *r, struct token *t)
{
    unsigned round = 0, square = 0;
    for (;;) {
        if (next(r, t) != PROBLEM_NONE || t->kind == TOKEN_END)
            return false;
        if (is_mark(t, '['))
            square++;
        else if (is_mark(t, ']') && square)
            square--;
        else if (is_mark(t, '('))
            round++;
        else if (is_mark(t, ')') && round)
            round--;
        else if (is_mark(t, '=') && !round && !square)
            return next(r, t) == PROBLEM_NONE && is_mark(t, '{');
        else if (t->kind == TOKEN_MARK && !round && !square)
            return false;
    }
}

static enum problem_code not_a_byte(struct reader *r, const struct array *array,
                                    const struct token *t)
{
    char what[160];
    if (t->kind == TOKEN_END)
        snprintf(what, sizeof what, "%s does not end; its closing brace is missing", array->name);
    else if (t->kind == TOKEN_MARK)
        snprintf(what, sizeof what, "a byte of %s should stand here, not a %s", array->name,
                 t->mark == '"' ? "text" : "sign of another kind");
    else
        snprintf(what, sizeof what, "\"%s\" is no byte for %s", t->text, array->name);
    return wrong(r, t->line, "Copy the key from the console again.", what);
}

static enum problem_code read_bytes(struct reader *r, const struct array *array,
                                    uint8_t bytes[IMAGE_SIGN_MODULUS], unsigned *count)
{
    struct token t;
    *count = 0;
    for (;;) {
        uint8_t byte;
        if (next(r, &t) != PROBLEM_NONE)
            return r->problem->code;
        if (is_mark(&t, '}'))
            return PROBLEM_NONE;
        if (t.kind != TOKEN_NUMBER || !byte_of(t.text, &byte))
            return not_a_byte(r, array, &t);
        if (*count < array->wanted)
            bytes[*count] = byte;
        (*count)++;
        if (next(r, &t) != PROBLEM_NONE)
            return r->problem->code;
        if (is_mark(&t, '}'))
            return PROBLEM_NONE;
        if (!is_mark(&t, ','))
            return t.kind == TOKEN_END
                       ? not_a_byte(r, array, &t)
                       : wrong(r, t.line, "Copy the key from the console again.",
                               "between two bytes of the key stands something else than a comma");
    }
}

static enum problem_code check_count(struct reader *r, const struct array *array, unsigned line,
                                     const uint8_t *bytes, unsigned count)
{
    char what[160];
    bool zero = true;
    for (unsigned i = 0; i < count && i < array->wanted; i++)
        zero &= bytes[i] == 0;
    /* C fills up with zeros: the placeholder {0x00} is a whole array. */
    if (count == array->wanted || (zero && count < array->wanted))
        return PROBLEM_NONE;
    snprintf(what, sizeof what, "%s has %u bytes instead of %u", array->name, count, array->wanted);
    return wrong(r, line,
                 count < array->wanted
                     ? "Copy the whole key; devices take RSA-2048 only."
                     : "Devices take RSA-2048 only; if both branches of an #if are in there, "
                       "leave one.",
                 what);
}

static enum problem_code take_array(struct reader *r, struct array *array, unsigned line)
{
    uint8_t bytes[IMAGE_SIGN_MODULUS] = {0};
    unsigned count;
    struct token t;
    if (!reach_bytes(r, &t))
        return r->problem->code;
    if (read_bytes(r, array, bytes, &count) != PROBLEM_NONE ||
        check_count(r, array, line, bytes, count) != PROBLEM_NONE)
        return r->problem->code;
    if (array->line && memcmp(array->bytes, bytes, array->wanted) != 0) {
        char what[160];
        snprintf(what, sizeof what, "%s is here another one than in line %u", array->name,
                 array->line);
        return wrong(r, line, "Leave one; put the other between #if 0 and #endif.", what);
    }
    array->line = line;
    memcpy(array->bytes, bytes, array->wanted);
    return PROBLEM_NONE;
}

enum problem_code sign_header_read(const char *name, const char *text, size_t n,
                                   struct image_public_key *out, struct problem *problem)
{
    struct array modulus = {.name = "ota_pubn_buf", .wanted = IMAGE_SIGN_MODULUS};
    struct array exponent = {.name = "ota_pube_buf", .wanted = sizeof out->exponent};
    struct reader r = {.name = name,
                       .at = text,
                       .end = text + n,
                       .line = 1,
                       .line_start = true,
                       .problem = problem};
    struct token t;
    do {
        if (next(&r, &t) != PROBLEM_NONE)
            return problem->code;
        struct array *array = t.kind != TOKEN_WORD                 ? NULL
                              : strcmp(t.text, modulus.name) == 0  ? &modulus
                              : strcmp(t.text, exponent.name) == 0 ? &exponent
                                                                   : NULL;
        if (array && take_array(&r, array, t.line) != PROBLEM_NONE)
            return problem->code;
    } while (t.kind != TOKEN_END);
    const struct array *missing = !modulus.line ? &modulus : !exponent.line ? &exponent : NULL;
    if (missing)
        return problem_set(problem, PROBLEM_CONFIG, name,
                           "The console's key is two arrays, ota_pubn_buf[256] and "
                           "ota_pube_buf[3]; comments and #if 0 do not count.",
                           "%s[%u] = {...} is not in this file", missing->name, missing->wanted);
    memcpy(out->modulus, modulus.bytes, sizeof out->modulus);
    memcpy(out->exponent, exponent.bytes, sizeof out->exponent);
    return PROBLEM_NONE;
}

/* --- writing --- */

static void write_array(struct buffer *out, const char *name, const uint8_t *bytes, size_t n)
{
    buffer_format(out, "static const unsigned char %s[%zu] = {\n", name, n);
    for (size_t i = 0; i < n; i++)
        buffer_format(out, "%s0x%02X%s", i % 8 == 0 ? "    " : " ", bytes[i],
                      i + 1 == n   ? "\n"
                      : i % 8 == 7 ? ",\n"
                                   : ",");
    buffer_append_text(out, "};\n");
}

void sign_header_write(const struct image_public_key *key, struct buffer *out)
{
    char fingerprint[65];
    sign_key_fingerprint(key, fingerprint);
    buffer_format(out,
                  "/*\n"
                  " * Public key that signed updates are verified with; made by\n"
                  " * `otaconsole image pubkey-header`. SHA-256 of the modulus:\n"
                  " * %s\n"
                  " */\n"
                  "#ifndef OTA_PUBLIC_KEY_CONFIG_H\n"
                  "#define OTA_PUBLIC_KEY_CONFIG_H\n\n",
                  fingerprint);
    write_array(out, "ota_pubn_buf", key->modulus, sizeof key->modulus);
    buffer_append_text(out, "\n");
    write_array(out, "ota_pube_buf", key->exponent, sizeof key->exponent);
    buffer_append_text(out, "\n#endif\n");
}
