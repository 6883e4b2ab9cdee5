/*
 * Keys and signatures of update packages on the host: made by OpenSSL, verified by the
 * device's own code (device/image_sign.h), so that what is said here is what a device says.
 *
 * A key is named by a PEM file or a pkcs11: URI. Only RSA-2048 with exponent 65537 is of use to
 * a device (facts/alios-device.md §3.5); every other key is refused in words.
 */
#ifndef OTACONSOLE_IMAGE_SIGN_H
#define OTACONSOLE_IMAGE_SIGN_H

#include "base/buffer.h"
#include "base/problem.h"
#include "device/image_sign.h"

enum sign_key_kind {
    SIGN_KIND_UNKNOWN,
    SIGN_KIND_HEADER, /* C text with ota_pubn_buf in it */
    SIGN_KIND_PUBLIC, /* PEM */
    SIGN_KIND_CERTIFICATE,
    SIGN_KIND_PRIVATE,
    SIGN_KIND_ENCRYPTED, /* private, wants a passphrase */
    SIGN_KIND_TOKEN,     /* pkcs11: URI */
};
/* What a name stands for, from its beginning or the file's content. */
enum problem_code sign_key_kind(const char *key, enum sign_key_kind *kind, struct problem *problem);
/* In words for people: "encrypted private key". Never NULL. */
const char *sign_key_kind_name(enum sign_key_kind kind);

/* RSA-2048, PKCS#8 PEM; with a passphrase (NULL or "" = none) encrypted: AES-256-CBC, PBKDF2.
 * Files: key 0600, created O_EXCL: never over anything. */
enum problem_code sign_generate(const char *key_path, const char *passphrase,
                                struct problem *problem);
/*
 * `key` is a PEM file or a pkcs11: URI (through OpenSSL's provider, else engine; a clear
 * not-available problem names the Debian package when neither is there), `passphrase` its
 * passphrase or PIN, or NULL. `hash`: 16 or 32 bytes. *base64 is malloc'ed: what goes into
 * `digestsign`. It has been verified with the key's public half by the device's code.
 */
enum problem_code sign_hash(const char *key, const char *passphrase, const uint8_t *hash,
                            size_t hash_length, char **base64, struct problem *problem);
/* The public half of a key file (private or public PEM, certificate), of ota_public_key_config.h,
 * or of a URI. */
enum problem_code sign_public_key(const char *key, const char *passphrase,
                                  struct image_public_key *out, struct problem *problem);

/* Why a signature does not verify although the key is one. */
enum sign_why {
    SIGN_WHY_OTHER_KEY,    /* made by another key, or damaged */
    SIGN_WHY_OTHER_DIGEST, /* by this key, but not PKCS#1 v1.5 with SHA-256 */
    SIGN_WHY_SHA256,       /* by this key over the file's SHA-256 */
    SIGN_WHY_MD5,          /* by this key over the file's MD5 */
    SIGN_WHY_FILE,         /* by this key over the file itself */
    SIGN_WHY_TEXT,         /* by this key over a hash of the file written as text */
    SIGN_WHY_OTHER_FILE,   /* by this key over something else */
};
enum sign_why sign_explain(const struct image_public_key *key,
                           const uint8_t signature[IMAGE_SIGN_MODULUS], const uint8_t sha256[32],
                           const uint8_t md5[16]);

/* --- ota_public_key_config.h --- */
void sign_header_write(const struct image_public_key *key, struct buffer *out);
/*
 * Both arrays, wherever they stand in C text; comments and `#if 0` are left out, both branches of
 * other conditions count and must agree. Problems name the place: `name`:line. A zero placeholder
 * (`{0x00}` too) is read as what it is; sign_key_examine tells.
 */
enum problem_code sign_header_read(const char *name, const char *text, size_t n,
                                   struct image_public_key *out, struct problem *problem);

enum sign_key_doubt {
    SIGN_KEY_FINE,
    SIGN_KEY_ZERO, /* the placeholder: every check fails */
    SIGN_KEY_TEST, /* the vendor's test key, compiled in by default (begins A9 82 89 44 46 C3) */
    SIGN_KEY_ODD,  /* even or short modulus, other exponent than 65537: no RSA-2048 key */
};
enum sign_key_doubt sign_key_examine(const struct image_public_key *key);
/* SHA-256 of the modulus, lower-case hex: to compare keys by eye. */
void sign_key_fingerprint(const struct image_public_key *key, char out[65]);

#endif
