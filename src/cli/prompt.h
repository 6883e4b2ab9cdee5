/* Questions on the terminal, without echo when the answer is a secret. */
#ifndef OTACONSOLE_CLI_PROMPT_H
#define OTACONSOLE_CLI_PROMPT_H

#include <stdbool.h>

/* A malloc'ed answer, or NULL when there is no terminal or the input ended. */
char *prompt_ask(const char *name, const char *description, bool secret);

#endif
