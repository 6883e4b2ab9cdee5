#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/sha.h>

#include "image/sign.h"

/* RFC 8017 §9.2: what stands before the 32 bytes of SHA-256. */
static const uint8_t sha256_info[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
#define PADDING_MIN 11u

/* What the key makes of the signature: message = signature ^ e mod n. */
static bool recover(const struct image_public_key *key, const uint8_t *signature,
                    uint8_t message[IMAGE_SIGN_MODULUS])
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *n = BN_bin2bn(key->modulus, sizeof key->modulus, NULL);
    BIGNUM *e = BN_bin2bn(key->exponent, sizeof key->exponent, NULL);
    BIGNUM *s = BN_bin2bn(signature, IMAGE_SIGN_MODULUS, NULL);
    BIGNUM *m = BN_new();
    bool ok = context && n && e && s && m && BN_is_odd(n) && BN_cmp(s, n) < 0 &&
              BN_mod_exp(m, s, e, n, context) == 1 &&
              BN_bn2binpad(m, message, IMAGE_SIGN_MODULUS) == (int)IMAGE_SIGN_MODULUS;
    BN_free(m);
    BN_free(s);
    BN_free(e);
    BN_free(n);
    BN_CTX_free(context);
    ERR_clear_error();
    return ok;
}

/* 00 01 FF ... FF 00: where the content starts, or NULL. */
static const uint8_t *content_of(const uint8_t message[IMAGE_SIGN_MODULUS], size_t *size)
{
    size_t at = 2;
    if (message[0] != 0 || message[1] != 1)
        return NULL;
    while (at < IMAGE_SIGN_MODULUS && message[at] == 0xFF)
        at++;
    if (at < PADDING_MIN - 1 || at == IMAGE_SIGN_MODULUS || message[at] != 0)
        return NULL;
    *size = IMAGE_SIGN_MODULUS - at - 1;
    return message + at + 1;
}

static bool is_sha256_of(const uint8_t *digest, const void *bytes, size_t n)
{
    uint8_t computed[SHA256_DIGEST_LENGTH];
    SHA256(bytes, n, computed);
    return memcmp(computed, digest, sizeof computed) == 0;
}

/* The hash written as text, as people paste it into openssl: either case, with or without a line
 * end. */
static bool is_sha256_of_text(const uint8_t *digest, const uint8_t *hash, size_t n)
{
    for (unsigned form = 0; form < 4; form++) {
        char text[66];
        size_t used = 0;
        for (size_t i = 0; i < n; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, form & 1 ? "%02X" : "%02x",
                                     hash[i]);
        if (form & 2)
            text[used++] = '\n';
        if (is_sha256_of(digest, text, used))
            return true;
    }
    return false;
}

enum sign_why sign_explain(const struct image_public_key *key,
                           const uint8_t signature[IMAGE_SIGN_MODULUS], const uint8_t sha256[32],
                           const uint8_t md5[16])
{
    uint8_t message[IMAGE_SIGN_MODULUS];
    size_t n = 0;
    const uint8_t *content = recover(key, signature, message) ? content_of(message, &n) : NULL;
    if (!content)
        return SIGN_WHY_OTHER_KEY;
    if (n != sizeof sha256_info + SHA256_DIGEST_LENGTH ||
        memcmp(content, sha256_info, sizeof sha256_info) != 0)
        return SIGN_WHY_OTHER_DIGEST;
    const uint8_t *digest = content + sizeof sha256_info;
    if (is_sha256_of(digest, sha256, 32))
        return SIGN_WHY_SHA256;
    if (is_sha256_of(digest, md5, 16))
        return SIGN_WHY_MD5;
    if (memcmp(digest, sha256, 32) == 0)
        return SIGN_WHY_FILE;
    if (is_sha256_of_text(digest, sha256, 32) || is_sha256_of_text(digest, md5, 16))
        return SIGN_WHY_TEXT;
    return SIGN_WHY_OTHER_FILE;
}
