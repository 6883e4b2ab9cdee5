/*
 * AliOS command lines, exactly quoted (facts/alios-device.md §5.1).
 *
 * The board's parser is not a shell: `"` quotes only at the start of an argument
 * and nothing can be escaped inside an unquoted one but space, `"` and `;`; a
 * backslash before anything else stays. What cannot be expressed is refused
 * before a byte is sent, because the board would silently do something else.
 */
#ifndef OTACONSOLE_WORKFLOW_QUOTE_H
#define OTACONSOLE_WORKFLOW_QUOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

struct quote_limits {
    uint32_t line_max;      /* bytes the board's input buffer holds, terminator included */
    uint32_t arguments_max; /* at this many the parser stops without terminating the last */
};

/*
 * Writes the command line (without line end) into out. Refusals carry code
 * command-refused, the number of the argument, the reason and a way out; the
 * argument itself is not shown, it may be a password.
 */
enum problem_code quote_alios(const char *const *arguments, size_t count,
                              const struct quote_limits *limits, char *out, size_t out_size,
                              struct problem *problem);

#endif
