/* Inside the signing part: a key that is open. */
#ifndef OTACONSOLE_IMAGE_SIGN_KEY_H
#define OTACONSOLE_IMAGE_SIGN_KEY_H

#include <stdbool.h>

#include <openssl/evp.h>

#include "image/sign.h"

struct sign_key {
    EVP_PKEY *pkey;
    struct image_public_key public_half;
    void *engine, *provider; /* what a token's key lives in */
};

/* RSA-2048 or a problem. Close it in any case; it starts zeroed. */
enum problem_code sign_key_open(const char *name, const char *passphrase, bool private_half,
                                struct sign_key *key, struct problem *problem);
void sign_key_close(struct sign_key *key);

/* sign_token.c: fills pkey, engine, provider. */
bool sign_token_named(const char *name);
enum problem_code sign_token_open(const char *uri, const char *pin, bool private_half,
                                  struct sign_key *key, struct problem *problem);
void sign_token_close(struct sign_key *key);

/* The newest of OpenSSL's reasons, in its words; its queue is emptied. */
const char *sign_openssl_reason(void);

#endif
