/*
 * The signature of an update package as a device checks it: RSASSA-PKCS1-v1_5, SHA-256,
 * RSA-2048, over the binary download hash (facts/alios-device.md §3.5): what is hashed once
 * more is the 32 bytes of SHA-256 or the 16 of MD5. By BearSSL. Freestanding, no state; the
 * stack of a task that verifies needs IMAGE_SIGN_STACK bytes to spare.
 */
#ifndef OTACONSOLE_DEVICE_IMAGE_SIGN_H
#define OTACONSOLE_DEVICE_IMAGE_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_SIGN_MODULUS 256u
/* Measured: 3440 on x86-64, -O2; most of it are BearSSL's numbers for keys of up to 4096 bits. */
#define IMAGE_SIGN_STACK 3584u

struct image_public_key {
    uint8_t modulus[IMAGE_SIGN_MODULUS]; /* big-endian */
    uint8_t exponent[3];                 /* big-endian: 01 00 01 */
};

enum image_sign_result {
    IMAGE_SIGN_OK,
    IMAGE_SIGN_KEY,      /* modulus zero, short or even; exponent even or 1: no key to trust */
    IMAGE_SIGN_LENGTH,   /* the signature is not 256 bytes, or the hash not 16 or 32 */
    IMAGE_SIGN_MISMATCH, /* not made by this key over this hash */
};

enum image_sign_result image_sign_verify(const struct image_public_key *key, const uint8_t *hash,
                                         size_t hash_length, const uint8_t *signature,
                                         size_t signature_length);
/*
 * digestsign as it comes in JSON: base64 with its padding, CR and LF skipped wherever they
 * stand. Length (256 for a whole signature, 0 for no text), or -1: not base64, or too long.
 */
int image_sign_decode(const char *base64, size_t n, uint8_t out[IMAGE_SIGN_MODULUS]);
/* "url SHA256=..." as text to bytes, any case. Length 16 or 32, or -1. */
int image_sign_hash(const char *hex, size_t n, uint8_t out[32]);

#endif
