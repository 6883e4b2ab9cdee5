#include "ui/log_matcher.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Enough for any sane expression on a line; a hostile one ends here, after about 1 ms. */
#define MATCH_LIMIT 50000u
#define HEAP_LIMIT_KIB 8192u
#define JIT_STACK_MOST ((size_t)512 * 1024)
#define EFFORT_OF_LIMIT 1000u /* a line at which the limit was hit, in usual lines */
#define EFFORT_BYTES 256u

struct log_matcher {
    size_t effort;
    /* a text */
    char *text; /* folded when `fold` */
    size_t length;
    bool fold;
    size_t skip[256];
    /* an expression */
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

void log_matcher_free(struct log_matcher *m)
{
    if (!m)
        return;
    free(m->text);
    pcre2_code_free(m->code);
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->context);
    pcre2_jit_stack_free(m->stack);
    free(m);
}

static unsigned char folded(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static bool set_text(struct log_matcher *m, const char *text, bool fold)
{
    m->text = strdup(text);
    if (!m->text)
        return false;
    m->length = strlen(text);
    m->fold = fold;
    for (size_t i = 0; i < 256; i++)
        m->skip[i] = m->length;
    for (size_t i = 0; i < m->length; i++) {
        m->text[i] = fold ? (char)folded((unsigned char)text[i]) : text[i];
        if (i + 1 < m->length)
            m->skip[(unsigned char)m->text[i]] = m->length - 1 - i;
    }
    return true;
}

/* In an expression "\S" or "\W" is no capital letter. */
static bool has_capital(const char *pattern, bool regex)
{
    for (const char *p = pattern; *p; p++) {
        if (regex && *p == '\\' && p[1])
            p++;
        else if (*p >= 'A' && *p <= 'Z')
            return true;
    }
    return false;
}

static bool set_expression(struct log_matcher *m, const char *pattern, const char *where,
                           struct problem *problem)
{
    int error;
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
                       (has_capital(pattern, true) ? 0 : PCRE2_CASELESS);
    m->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &error, &at, NULL);
    if (!m->code) {
        PCRE2_UCHAR words[160] = "";
        pcre2_get_error_message(error, words, sizeof words);
        problem_set(problem, PROBLEM_USAGE, where, "Patterns are PCRE2; see `man pcre2pattern`.",
                    "the pattern is wrong at character %zu: %s", (size_t)at + 1, (char *)words);
        return false;
    }
    m->data = pcre2_match_data_create(1, NULL);
    m->context = pcre2_match_context_create(NULL);
    if (!m->data || !m->context)
        return false;
    pcre2_set_match_limit(m->context, MATCH_LIMIT);
    pcre2_set_depth_limit(m->context, MATCH_LIMIT);
    pcre2_set_heap_limit(m->context, HEAP_LIMIT_KIB);
    /* Where there is no JIT it is slower, nothing else. */
    if (pcre2_jit_compile(m->code, PCRE2_JIT_COMPLETE) == 0) {
        m->stack = pcre2_jit_stack_create((size_t)32 * 1024, JIT_STACK_MOST, NULL);
        if (m->stack)
            pcre2_jit_stack_assign(m->context, NULL, m->stack);
    }
    return true;
}

struct log_matcher *log_matcher_new(const char *pattern, bool regex, const char *where,
                                    struct problem *problem)
{
    struct log_matcher *m = calloc(1, sizeof *m);
    bool ok = m && (regex ? set_expression(m, pattern, where, problem)
                          : set_text(m, pattern, !has_capital(pattern, false)));
    if (ok)
        return m;
    if (problem->code == PROBLEM_NONE)
        problem_set(problem, PROBLEM_INTERNAL, where, "Free some memory.", "out of memory");
    log_matcher_free(m);
    return NULL;
}

struct log_matcher *log_matcher_new_word(const char *word)
{
    struct log_matcher *m = calloc(1, sizeof *m);
    if (m && set_text(m, word, true))
        return m;
    log_matcher_free(m);
    return NULL;
}

static bool same_folded(const char *text, const char *pattern, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (folded((unsigned char)text[i]) != (unsigned char)pattern[i])
            return false;
    return true;
}

/* Horspool: most of a line is never looked at. */
static const char *find_folded(const struct log_matcher *m, const char *text, size_t n)
{
    size_t last = m->length - 1;
    for (size_t i = last; i < n;) {
        unsigned char c = folded((unsigned char)text[i]);
        if (c == (unsigned char)m->text[last] && same_folded(text + i - last, m->text, last))
            return text + i - last;
        i += m->skip[c];
    }
    return NULL;
}

static bool find_expression(struct log_matcher *m, const char *text, size_t n, size_t from,
                            size_t *begin, size_t *end)
{
    int groups = pcre2_match(m->code, (PCRE2_SPTR)text, n, from, 0, m->data, m->context);
    if (groups < 0) {
        if (groups != PCRE2_ERROR_NOMATCH)
            m->effort += EFFORT_OF_LIMIT;
        return false;
    }
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
    *begin = at[0];
    *end = at[1];
    /* "\K" in a lookahead can put the end in front of the beginning. */
    return *begin >= from && *begin <= *end && *end <= n;
}

bool log_matcher_find(struct log_matcher *m, const char *text, size_t n, size_t from, size_t *begin,
                      size_t *end)
{
    m->effort += 1 + n / EFFORT_BYTES;
    if (from > n)
        return false;
    if (m->code)
        return find_expression(m, text, n, from, begin, end);
    const char *found;
    if (m->length == 0)
        found = text + from;
    else if (m->fold)
        found = find_folded(m, text + from, n - from);
    else
        found = memmem(text + from, n - from, m->text, m->length);
    if (!found)
        return false;
    *begin = (size_t)(found - text);
    *end = *begin + m->length;
    return true;
}

size_t log_matcher_take_effort(struct log_matcher *m)
{
    size_t effort = m->effort;
    m->effort = 0;
    return effort;
}
