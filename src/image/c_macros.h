/*
 * The #defines of one file, each known from its own line on, as a compiler sees them; and what
 * words become by them. Bounded: definitions that double themselves end in a refusal.
 */
#ifndef OTACONSOLE_IMAGE_C_MACROS_H
#define OTACONSOLE_IMAGE_C_MACROS_H

#include "image/c_tokens.h"

#define C_PARAMETERS_MAX 8
#define C_MACROS_MAX 8192
#define C_MACRO_BUCKETS 512
#define C_EXPANSION_MAX 4096 /* words that one expression may become */
#define C_EXPANSION_DEPTH 32

struct c_macro {
    const struct c_token *name, *body;
    const struct c_token *parameters[C_PARAMETERS_MAX];
    size_t body_count, parameter_count;
    bool function;
    size_t from, to; /* places of the file between which it holds */
    int32_t next;    /* in its bucket; -1 = last */
};

struct c_macros {
    struct c_macro *list;
    size_t count, capacity;
    int32_t buckets[C_MACRO_BUCKETS];
};

void c_macros_init(struct c_macros *macros);
void c_macros_free(struct c_macros *macros);
/* The words behind #define. False when there are too many; what is no definition is passed over. */
bool c_macros_define(struct c_macros *macros, const struct c_token *words, size_t count, size_t at);
void c_macros_undefine(struct c_macros *macros, const struct c_token *name, size_t at);
const struct c_macro *c_macros_find(const struct c_macros *macros, const struct c_token *name,
                                    size_t at);

/*
 * What the words become at that place. `condition`: the name behind `defined` stays. Every step
 * takes one from *budget. False when it grows too large or a macro's arguments do not fit.
 */
bool c_macros_expand(const struct c_macros *macros, const struct c_token *words, size_t count,
                     size_t at, bool condition, size_t *budget, struct c_tokens *out);

/* For tables of names: equal names, equal numbers. */
uint64_t c_token_hash(const struct c_token *token);

#endif
