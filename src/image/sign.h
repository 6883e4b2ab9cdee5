/*
 * Keys and signatures of update packages on the host: made by OpenSSL, verified by the
 * device's own code (device/image_sign.h), so that what is said here is what a device says.
 */
#ifndef OTACONSOLE_IMAGE_SIGN_H
#define OTACONSOLE_IMAGE_SIGN_H

#include "base/buffer.h"
#include "base/problem.h"
#include "device/image_sign.h"

/* RSA-2048, PKCS#8 PEM; with a passphrase encrypted (AES-256). Files: key 0600, created O_EXCL. */
enum problem_code sign_generate(const char *key_path, const char *passphrase,
                                struct problem *problem);
/*
 * `key` is a PEM file or a pkcs11: URI (through OpenSSL's provider, else engine; a clear
 * not-available problem names the Debian package when neither is there). `hash`: 16 or 32 bytes.
 * *base64 is malloc'ed: what goes into `digestsign`.
 */
enum problem_code sign_hash(const char *key, const char *passphrase, const uint8_t *hash,
                            size_t hash_length, char **base64, struct problem *problem);
/* The public half of a key file (private or public PEM, certificate) or URI. */
enum problem_code sign_public_key(const char *key, const char *passphrase,
                                  struct image_public_key *out, struct problem *problem);

/* --- ota_public_key_config.h --- */
void sign_header_write(const struct image_public_key *key, struct buffer *out);
/* Both arrays, wherever they stand, comments and placeholders left out; place of mistakes in
 * `name`:line. */
enum problem_code sign_header_read(const char *name, const char *text, size_t n,
                                   struct image_public_key *out, struct problem *problem);

enum sign_key_doubt {
    SIGN_KEY_FINE,
    SIGN_KEY_ZERO, /* the placeholder: every check fails */
    SIGN_KEY_TEST, /* the vendor's test key, compiled in by default (begins A9 82 89 44 46 C3) */
    SIGN_KEY_ODD,  /* even modulus, wrong length, other exponent: no RSA-2048 key */
};
enum sign_key_doubt sign_key_examine(const struct image_public_key *key);

#endif
