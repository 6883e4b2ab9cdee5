/* What the parts of `image` that deal with keys share. */
#ifndef OTACONSOLE_CLI_IMAGE_KEYS_H
#define OTACONSOLE_CLI_IMAGE_KEYS_H

#include <cJSON.h>

#include "cli/options.h"
#include "image/sign.h"

/* NULL without --json: everything below then writes words instead. */
cJSON *image_keys_json(const struct options *options);

/* The public half of whatever `name` is; asks for the passphrase of an encrypted private key. */
enum problem_code image_keys_public(const struct options *options, const char *name,
                                    enum sign_key_kind *kind, struct image_public_key *key,
                                    struct problem *problem);
/* The passphrase `name` wants, or NULL when it wants none. */
enum problem_code image_keys_passphrase(const struct options *options, const char *name,
                                        enum sign_key_kind kind, char **passphrase,
                                        struct problem *problem);
/* "RSA-2048, A9 82 ... , SHA-256 ..." */
void image_keys_print(const struct image_public_key *key, cJSON *json);
/* On standard error, and as "warnings" of `json`, which may be NULL. */
void image_keys_warn(const char *name, const struct image_public_key *key, cJSON *json);
/* A private key that others may read. */
void image_keys_warn_mode(const char *name, enum sign_key_kind kind, cJSON *json);

#endif
