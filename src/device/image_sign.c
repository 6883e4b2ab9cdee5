#include "device/image_sign.h"

#include <bearssl/bearssl_hash.h>
#include <bearssl/bearssl_rsa.h>
#include <string.h>

/*
 * BearSSL takes any odd number for a modulus and leaves out leading zeros; a zero placeholder and
 * a half-pasted key must have a name of their own. With an exponent of 1 everybody can sign.
 */
static bool key_usable(const struct image_public_key *key)
{
    const uint8_t *n = key->modulus, *e = key->exponent;
    return n[0] != 0 && (n[IMAGE_SIGN_MODULUS - 1] & 1) != 0 && (e[2] & 1) != 0 &&
           (e[0] | e[1] | (e[2] & 0xFE)) != 0;
}

enum image_sign_result image_sign_verify(const struct image_public_key *key, const uint8_t *hash,
                                         size_t hash_length, const uint8_t *signature,
                                         size_t signature_length)
{
    /* BearSSL's structure is not const, its functions are. */
    const br_rsa_public_key rsa = {(unsigned char *)key->modulus, sizeof key->modulus,
                                   (unsigned char *)key->exponent, sizeof key->exponent};
    uint8_t signed_digest[br_sha256_SIZE], digest[br_sha256_SIZE];
    br_sha256_context sha256;
    if (!key_usable(key))
        return IMAGE_SIGN_KEY;
    if (signature_length != IMAGE_SIGN_MODULUS || (hash_length != 16 && hash_length != 32))
        return IMAGE_SIGN_LENGTH;
    /* i31: the boards' ARM cores multiply 32 by 32 bits into 64. */
    if (br_rsa_i31_pkcs1_vrfy(signature, signature_length, BR_HASH_OID_SHA256, sizeof signed_digest,
                              &rsa, signed_digest) != 1)
        return IMAGE_SIGN_MISMATCH;
    br_sha256_init(&sha256);
    br_sha256_update(&sha256, hash, hash_length);
    br_sha256_out(&sha256, digest);
    return memcmp(digest, signed_digest, sizeof digest) == 0 ? IMAGE_SIGN_OK : IMAGE_SIGN_MISMATCH;
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int image_sign_decode(const char *base64, size_t n, uint8_t out[IMAGE_SIGN_MODULUS])
{
    uint32_t group = 0;
    unsigned digits = 0, padding = 0;
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        int value = 0;
        if (base64[i] == '\r' || base64[i] == '\n')
            continue;
        if (padding && digits == 0)
            return -1; /* something behind the end */
        if (base64[i] == '=' && digits >= 2)
            padding++;
        else if (padding || (value = base64_digit(base64[i])) < 0)
            return -1;
        group = group << 6 | (uint32_t)value;
        if (++digits < 4)
            continue;
        if (length + 3 - padding > IMAGE_SIGN_MODULUS)
            return -1;
        for (unsigned k = 0; k < 3 - padding; k++)
            out[length++] = (uint8_t)(group >> (16 - 8 * k));
        group = 0;
        digits = 0;
    }
    return digits ? -1 : (int)length;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int image_sign_hash(const char *hex, size_t n, uint8_t out[32])
{
    if (n != 32 && n != 64)
        return -1;
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return (int)(n / 2);
}
