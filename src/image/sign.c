#include "image/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "base/write_all.h"
#include "image/sign_key.h"

/* PBKDF2 with HMAC-SHA-256: a third of a second for us, and for every guess of a thief. OpenSSL's
 * own default is 2048. */
#define PBKDF2_ROUNDS 600000

/* --- making a key --- */

static X509_SIG *encrypt(PKCS8_PRIV_KEY_INFO *info, const char *passphrase)
{
    unsigned char salt[16];
    if (RAND_bytes(salt, sizeof salt) != 1)
        return NULL;
    X509_ALGOR *algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), PBKDF2_ROUNDS, salt, sizeof salt,
                                              NULL, NID_hmacWithSHA256);
    X509_SIG *encrypted =
        algorithm ? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, algorithm) : NULL;
    if (!encrypted) /* otherwise it has been taken over */
        X509_ALGOR_free(algorithm);
    return encrypted;
}

/* The BIO's memory is wiped by OpenSSL when it is released. */
static bool write_pem(BIO *pem, EVP_PKEY *pkey, const char *passphrase)
{
    bool ok = false;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
    if (info && passphrase && *passphrase) {
        X509_SIG *encrypted = encrypt(info, passphrase);
        ok = encrypted && PEM_write_bio_PKCS8(pem, encrypted) == 1;
        X509_SIG_free(encrypted);
    } else if (info) {
        ok = PEM_write_bio_PKCS8_PRIV_KEY_INFO(pem, info) == 1;
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return ok;
}

static enum problem_code store(const char *path, const char *text, size_t n,
                               struct problem *problem)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                           errno == EEXIST ? "A key is never written over. Choose another name."
                                           : "Choose a path that can be written.",
                           "the key cannot be created: %s", strerror(errno));
    bool ok = write_all(fd, text, n) && fsync(fd) == 0;
    int error = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        error = errno;
    }
    if (ok)
        return PROBLEM_NONE;
    unlink(path);
    return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                       "Make room on the disk, or choose another path.",
                       "the key cannot be written: %s", strerror(error));
}

enum problem_code sign_generate(const char *key_path, const char *passphrase,
                                struct problem *problem)
{
    ERR_clear_error();
    EVP_PKEY *pkey = EVP_RSA_gen(8 * IMAGE_SIGN_MODULUS);
    BIO *pem = BIO_new(BIO_s_mem());
    char *text = NULL;
    if (pkey && pem && write_pem(pem, pkey, passphrase)) {
        long n = BIO_get_mem_data(pem, &text);
        store(key_path, text, (size_t)n, problem);
    } else {
        problem_set(problem, PROBLEM_INTERNAL, key_path, "Try again; `openssl version` works?",
                    "OpenSSL made no key: %s", sign_openssl_reason());
    }
    BIO_free(pem);
    EVP_PKEY_free(pkey);
    return problem->code;
}

/* --- signing --- */

static bool sign_bytes(EVP_PKEY *pkey, const uint8_t *bytes, size_t n,
                       uint8_t signature[IMAGE_SIGN_MODULUS])
{
    size_t length = IMAGE_SIGN_MODULUS;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
              EVP_DigestSign(context, signature, &length, bytes, n) == 1 &&
              length == IMAGE_SIGN_MODULUS;
    EVP_MD_CTX_free(context);
    return ok;
}

enum problem_code sign_hash(const char *key, const char *passphrase, const uint8_t *hash,
                            size_t hash_length, char **base64, struct problem *problem)
{
    struct sign_key open_key;
    uint8_t signature[IMAGE_SIGN_MODULUS];
    char text[4 * ((IMAGE_SIGN_MODULUS + 2) / 3) + 1];
    *base64 = NULL;
    if (sign_key_open(key, passphrase, true, &open_key, problem) != PROBLEM_NONE) {
        sign_key_close(&open_key);
        return problem->code;
    }
    if (!sign_bytes(open_key.pkey, hash, hash_length, signature))
        problem_set(problem, PROBLEM_CONFIG, key, "May this key sign, and is its token in place?",
                    "OpenSSL made no signature: %s", sign_openssl_reason());
    else if (image_sign_verify(&open_key.public_half, hash, hash_length, signature,
                               sizeof signature) != IMAGE_SIGN_OK)
        /* A signature computed wrongly is useless, and may give the key away. */
        problem_set(problem, PROBLEM_CONFIG, key,
                    "Do the private and the public half of it belong together?",
                    "the signature does not verify with the key's own public half");
    else {
        EVP_EncodeBlock((unsigned char *)text, signature, sizeof signature);
        *base64 = strdup(text);
        if (!*base64)
            problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    }
    sign_key_close(&open_key);
    return problem->code;
}
