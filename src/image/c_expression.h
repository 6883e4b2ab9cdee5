/*
 * Constant expressions of C, as partition tables and #if lines hold them: numbers with suffixes,
 * casts, brackets and all operators but assignments, over the macros of the file. Whatever does
 * not have a value says why.
 */
#ifndef OTACONSOLE_IMAGE_C_EXPRESSION_H
#define OTACONSOLE_IMAGE_C_EXPRESSION_H

#include "image/c_macros.h"

#define C_NESTING_MAX 64

enum c_state {
    C_KNOWN,
    C_UNKNOWN, /* a name that this file does not define: `name` */
    C_WRONG,   /* no constant expression: `why` */
};

struct c_value {
    enum c_state state;
    int64_t number;
    struct c_token name;
    const char *why; /* goes on after the expression: "divides by zero" */
};

/* Answers what the file does not tell: whether a name is defined, or a condition holds. */
struct c_oracle {
    bool (*decide)(void *user, const char *key);
    void *user;
};

#define C_KEY_MAX 96

struct c_value c_evaluate(const struct c_macros *macros, const struct c_token *words, size_t count,
                          size_t at, size_t *budget);
/* An #if line. A name alone, unknown, is asked for by its name; anything else by its text. */
bool c_condition(const struct c_macros *macros, const struct c_token *words, size_t count,
                 size_t at, size_t *budget, const struct c_oracle *oracle);
/* Words as one text, with single blanks between them; cut at the size. */
void c_tokens_text(const struct c_token *words, size_t count, char *out, size_t size);

#endif
