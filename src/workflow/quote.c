#include "workflow/quote.h"

#include <stdio.h>
#include <stdbool.h>
#include <string.h>

static enum problem_code refuse(struct problem *problem, size_t argument, const char *hint,
                                const char *why)
{
    problem_set(problem, PROBLEM_COMMAND_REFUSED, NULL, hint, "%s", why);
    problem_where(problem, "argument %zu of the command", argument + 1);
    return PROBLEM_COMMAND_REFUSED;
}

static bool has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return true;
    }
    return false;
}

static bool is_special(char c)
{
    return c == ' ' || c == '"' || c == ';';
}

/* Appends with room for the terminator; false when it does not fit. */
static bool put(char *out, size_t size, size_t *used, char c)
{
    if (*used + 1 >= size)
        return false;
    out[(*used)++] = c;
    return true;
}

/*
 * Unquoted with backslashes is the one form that expresses everything that can
 * be expressed: a backslash is dropped only directly before space, quote or
 * semicolon, so a literal one before such a character is followed by the
 * escape's own, and one before anything else stands alone.
 */
static bool put_argument(char *out, size_t size, size_t *used, const char *text)
{
    for (int quotes = 0; text[0] == '\0' && quotes < 2; quotes++) {
        if (!put(out, size, used, '"'))
            return false;
    }
    for (; *text; text++) {
        if (is_special(*text) && !put(out, size, used, '\\'))
            return false;
        if (!put(out, size, used, *text))
            return false;
    }
    return true;
}

enum problem_code quote_alios(const char *const *arguments, size_t count,
                              const struct quote_limits *limits, char *out, size_t out_size,
                              struct problem *problem)
{
    size_t used = 0, size = limits->line_max < out_size ? limits->line_max : out_size;
    if (count == 0 || arguments[0][0] == '\0')
        return refuse(problem, 0, "Name the command first.", "the command line is empty");
    if (count >= limits->arguments_max)
        return problem_set(problem, PROBLEM_COMMAND_REFUSED, NULL, "Split the command in two.",
                           "the board takes fewer than %u words, the command has %zu",
                           limits->arguments_max, count);
    for (size_t i = 0; i < count; i++) {
        const char *text = arguments[i];
        size_t length = strlen(text);
        if (has_control(text))
            return refuse(problem, i,
                          "Choose another value (another password, for instance): the board's "
                          "shell acts on control characters and TAB instead of taking them.",
                          "it holds a control character, which cannot be typed to this board");
        if (length && text[length - 1] == '\\' && i + 1 < count)
            return refuse(problem, i,
                          "Choose a value that does not end in a backslash: the board would join "
                          "it with the next word.",
                          "it ends in a backslash, which only the last word may");
        if ((i && !put(out, size, &used, ' ')) || !put_argument(out, size, &used, text))
            return problem_set(problem, PROBLEM_COMMAND_REFUSED, NULL,
                               "Shorten it: the board cuts longer lines without a word.",
                               "the command does not fit into the board's line of %u characters",
                               limits->line_max - 1);
    }
    out[used] = '\0';
    return PROBLEM_NONE;
}
