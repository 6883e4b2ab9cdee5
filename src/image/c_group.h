/* Between c_source.c and c_preprocess.c: directives and the groups they make. */
#ifndef OTACONSOLE_IMAGE_C_GROUP_H
#define OTACONSOLE_IMAGE_C_GROUP_H

#include "image/c_preprocess.h"

enum c_directive {
    C_TEXT, /* none */
    C_IF,
    C_IFDEF,
    C_IFNDEF,
    C_ELIF,
    C_ELSE,
    C_ENDIF,
    C_DEFINE,
    C_UNDEF,
    C_OTHER,
};

struct c_group {
    int32_t parent;
    size_t start, end;
    bool counts;
};

/* *end: behind its line, when there is one. */
enum c_directive c_directive_at(const struct c_tokens *tokens, size_t i, size_t *end);
bool c_names_has(const struct c_names *names, uint64_t hash);

#endif
