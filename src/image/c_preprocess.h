/*
 * Which words of a C file count: #if, #ifdef and their kin, with what -D says. What neither the
 * file nor a -D tells is a choice: whoever reads the file goes through them, one reading after
 * the other. Only lines around what is looked for offer choices; a board's file is full of
 * others.
 */
#ifndef OTACONSOLE_IMAGE_C_PREPROCESS_H
#define OTACONSOLE_IMAGE_C_PREPROCESS_H

#include "image/c_expression.h"

#define C_CHOICES_MAX 24
#define C_GROUP_DEPTH 64

struct c_choice {
    char key[C_KEY_MAX]; /* a macro's name, or an #if line's text */
    bool value;          /* it is defined; it holds */
    bool condition;      /* an #if line's text */
};

struct c_choices {
    struct c_choice list[C_CHOICES_MAX];
    unsigned count;
};

struct c_names {
    uint64_t *list; /* open addressing; 0 = free */
    size_t count, capacity;
};

struct c_group; /* an #if with its branches */

struct c_source {
    struct c_tokens tokens;
    struct c_group *groups;
    size_t group_count;
    int32_t *group_of;     /* of each word: the innermost; -1 = none */
    struct c_names wanted; /* names that have a say in what is looked for */
    struct c_names own;    /* names that the file defines itself, in whichever branch */
};

/* Words that are looked at, in order, and the macros known at each. */
struct c_unit {
    struct c_macros macros;
    struct c_token *tokens;
    size_t count;
};

/* False when it is too large or there is no memory. */
bool c_source_read(const char *text, size_t n, struct c_source *source);
void c_source_free(struct c_source *source);
/* tokens[i] is looked for: the lines around it and all that its names depend on count. */
bool c_source_want(struct c_source *source, size_t i);
/* After the last want. */
bool c_source_follow(struct c_source *source);

/*
 * One reading. `choices` answers what is not known, and is grown by what was asked for the first
 * time: not defined, does not hold. `defines` are the words of each -D: NAME VALUE...
 */
bool c_preprocess(const struct c_source *source, const struct c_tokens *defines,
                  size_t define_count, struct c_choices *choices, size_t *budget,
                  struct c_unit *unit);
void c_unit_free(struct c_unit *unit);
/* To the next reading; false after the last. */
bool c_choices_next(struct c_choices *choices);

#endif
