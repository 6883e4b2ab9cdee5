/*
 * The words of a C source: comments gone, continued lines joined, every word with its line.
 * No more of C than partition tables are written in (facts/alios-build-boards.md B.3).
 */
#ifndef OTACONSOLE_IMAGE_C_TOKENS_H
#define OTACONSOLE_IMAGE_C_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A board's source has some thousand words; more is no board's source. */
#define C_TEXT_MAX ((size_t)1024 * 1024)
#define C_TOKENS_MAX 200000

enum c_kind { C_NAME, C_NUMBER, C_STRING, C_CHARACTER, C_SIGN };

struct c_token {
    const char *text; /* in the source, not terminated */
    uint32_t length;
    uint32_t line; /* 1-based; 0 = of a -D */
    enum c_kind kind;
    bool first; /* of its line: where a # begins a directive */
};

struct c_tokens {
    struct c_token *list;
    size_t count;
};

/* False when there are too many, or no memory. The text must live as long as the tokens. */
bool c_tokens_read(const char *text, size_t n, unsigned line, struct c_tokens *tokens);
void c_tokens_free(struct c_tokens *tokens);

bool c_token_is(const struct c_token *token, const char *text);
bool c_token_same(const struct c_token *a, const struct c_token *b);
/* The end of the line that tokens[i] stands in, at most `count`. */
size_t c_tokens_line_end(const struct c_token *tokens, size_t i, size_t count);

#endif
