/* Passphrases and PINs: from a file only their owner may read, or typed; never an argument. */
#ifndef OTACONSOLE_CLI_PASSPHRASE_H
#define OTACONSOLE_CLI_PASSPHRASE_H

#include "base/problem.h"
#include "cli/options.h"

/*
 * --passphrase-file, else a hidden question. *passphrase is malloc'ed; "" only when the answer was
 * empty. Release it with passphrase_free.
 */
enum problem_code passphrase_get(const struct options *options, const char *question,
                                 char **passphrase, struct problem *problem);
/* For a new key: asked twice. */
enum problem_code passphrase_get_new(const struct options *options, const char *question,
                                     char **passphrase, struct problem *problem);
/* Wiped first. NULL is fine. */
void passphrase_free(char *passphrase);

#endif
