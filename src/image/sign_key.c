#include "image/sign_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

/* Keys are a few kilobytes; C files that hold the arrays (Gen E: ota_hal_digest.c) some tens. */
#define KEY_FILE_MAX (256u * 1024)
#define RSA_BITS 2048

/* facts/alios-device.md §3.5 */
static const uint8_t vendor_test_key[] = {0xA9, 0x82, 0x89, 0x44, 0x46, 0xC3};
static const uint8_t exponent_65537[] = {0x01, 0x00, 0x01};

const char *sign_openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason ? reason : "no reason given";
}

/* --- files --- */

struct key_file {
    char *text; /* terminated; wiped before it is released */
    size_t size;
};

static void key_file_free(struct key_file *file)
{
    if (file->text)
        explicit_bzero(file->text, file->size);
    free(file->text);
    *file = (struct key_file){NULL, 0};
}

static const char *read_whole(int fd, struct key_file *file)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode))
        return "it is not a regular file";
    if (st.st_size == 0)
        return "it is empty";
    if ((uint64_t)st.st_size > KEY_FILE_MAX)
        return "it is too big for a key";
    file->text = calloc(1, (size_t)st.st_size + 1);
    if (!file->text)
        return "out of memory";
    while (file->size < (size_t)st.st_size) {
        ssize_t k = read(fd, file->text + file->size, (size_t)st.st_size - file->size);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return k < 0 ? strerror(errno) : "it shrank while it was read";
        file->size += (size_t)k;
    }
    return NULL;
}

/* False, and a problem, when there is no text in *file. */
static bool key_file_read(const char *path, struct key_file *file, struct problem *problem)
{
    /* Not waiting for the other end of a pipe that bears the name. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const char *why = fd < 0 ? strerror(errno) : read_whole(fd, file);
    if (fd >= 0)
        close(fd);
    if (!why && file->text)
        return true;
    key_file_free(file);
    problem_set(problem, PROBLEM_INPUT_FILE, path,
                "Name a PEM file, ota_public_key_config.h, or a pkcs11: URI.",
                "this key cannot be read: %s", why);
    return false;
}

static bool holds(const struct key_file *file, const char *words)
{
    return memmem(file->text, file->size, words, strlen(words)) != NULL;
}

static enum sign_key_kind kind_of(const struct key_file *file)
{
    if (holds(file, "ota_pubn_buf"))
        return SIGN_KIND_HEADER;
    if (holds(file, "-----BEGIN ENCRYPTED PRIVATE KEY-----") ||
        holds(file, "Proc-Type: 4,ENCRYPTED"))
        return SIGN_KIND_ENCRYPTED;
    if (holds(file, "PRIVATE KEY-----"))
        return SIGN_KIND_PRIVATE;
    if (holds(file, "PUBLIC KEY-----"))
        return SIGN_KIND_PUBLIC;
    if (holds(file, "CERTIFICATE-----"))
        return SIGN_KIND_CERTIFICATE;
    return SIGN_KIND_UNKNOWN;
}

enum problem_code sign_key_kind(const char *key, enum sign_key_kind *kind, struct problem *problem)
{
    struct key_file file = {NULL, 0};
    *kind = SIGN_KIND_TOKEN;
    if (sign_token_named(key))
        return PROBLEM_NONE;
    if (!key_file_read(key, &file, problem))
        return problem->code;
    *kind = kind_of(&file);
    key_file_free(&file);
    return PROBLEM_NONE;
}

const char *sign_key_kind_name(enum sign_key_kind kind)
{
    static const char *const names[] = {
        "unknown file", "public key header",     "public key",    "certificate",
        "private key",  "encrypted private key", "key in a token"};
    return names[kind];
}

/* --- PEM --- */

static EVP_PKEY *decode(const struct key_file *file, const char *passphrase, int selection)
{
    EVP_PKEY *pkey = NULL;
    const unsigned char *at = (const unsigned char *)file->text;
    size_t left = file->size;
    OSSL_DECODER_CTX *decoder =
        OSSL_DECODER_CTX_new_for_pkey(&pkey, "PEM", NULL, NULL, selection, NULL, NULL);
    /* Always some passphrase: without one OpenSSL would ask on the terminal by itself. */
    if (!decoder || !passphrase)
        passphrase = "";
    if (decoder && (OSSL_DECODER_CTX_set_passphrase(decoder, (const unsigned char *)passphrase,
                                                    strlen(passphrase)) != 1 ||
                    OSSL_DECODER_from_data(decoder, &at, &left) != 1)) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    OSSL_DECODER_CTX_free(decoder);
    return pkey;
}

static EVP_PKEY *decode_certificate(const struct key_file *file)
{
    BIO *bio = BIO_new_mem_buf(file->text, (int)file->size);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    EVP_PKEY *pkey = certificate ? X509_get_pubkey(certificate) : NULL;
    X509_free(certificate);
    BIO_free(bio);
    return pkey;
}

static enum problem_code not_a_key(const char *path, const struct key_file *file,
                                   struct problem *problem)
{
    const char *hint = "Name a PEM file; `otaconsole image keygen KEY.pem` makes one.";
    if (holds(file, "OPENSSH PRIVATE KEY"))
        hint = "It is in OpenSSH's format; a copy of it: ssh-keygen -p -m PEM -f COPY";
    else if (file->text[0] == 0x30)
        hint = "It may be DER; then: openssl pkey -inform DER -in FILE -out KEY.pem "
               "(a public one: openssl pkey -pubin ... -pubout).";
    return problem_set(problem, PROBLEM_CONFIG, path, hint, "there is no key in PEM form in it");
}

static enum problem_code from_file(const char *path, const char *passphrase, bool private_half,
                                   struct sign_key *key, struct problem *problem)
{
    struct key_file file = {NULL, 0};
    if (!key_file_read(path, &file, problem))
        return problem->code;
    enum sign_key_kind kind = kind_of(&file);
    bool has_private = kind == SIGN_KIND_PRIVATE || kind == SIGN_KIND_ENCRYPTED;
    if (kind == SIGN_KIND_UNKNOWN || holds(&file, "OPENSSH PRIVATE KEY"))
        not_a_key(path, &file, problem);
    else if (private_half && !has_private)
        problem_set(problem, PROBLEM_CONFIG, path, "Name the private key, with --key.",
                    "a %s does not sign: the private half is not in it", sign_key_kind_name(kind));
    else if (kind == SIGN_KIND_ENCRYPTED && (!passphrase || !*passphrase))
        problem_set(problem, PROBLEM_CONFIG, path,
                    "Give it with --passphrase-file, or answer the question at a terminal.",
                    "this key is encrypted and no passphrase was given");
    else if (kind == SIGN_KIND_CERTIFICATE)
        key->pkey = decode_certificate(&file);
    else
        key->pkey = decode(&file, passphrase, has_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
    key_file_free(&file);
    if (key->pkey || problem->code != PROBLEM_NONE) {
        ERR_clear_error();
        return problem->code;
    }
    const char *reason = sign_openssl_reason();
    if (kind == SIGN_KIND_ENCRYPTED)
        return problem_set(problem, PROBLEM_CONFIG, path,
                           "Try again; capitals and the keyboard's layout count.",
                           "the passphrase is wrong, or the file is damaged (%s)", reason);
    return problem_set(problem, PROBLEM_CONFIG, path,
                       "Take it from its backup; `openssl pkey -in FILE -noout` looks at it too.",
                       "this %s cannot be decoded: %s", sign_key_kind_name(kind), reason);
}

/* --- only RSA-2048 --- */

static enum problem_code wrong_key(const char *name, const char *what, struct problem *problem)
{
    return problem_set(problem, PROBLEM_CONFIG, name,
                       "`otaconsole image keygen KEY.pem` makes a key that devices take.",
                       "%s; devices take RSA-2048 with exponent 65537 only", what);
}

static enum problem_code take_public_half(const char *name, struct sign_key *key,
                                          struct problem *problem)
{
    BIGNUM *n = NULL, *e = NULL;
    char what[120];
    const char *type = EVP_PKEY_get0_type_name(key->pkey);
    /* RSA-PSS is another type: its keys make no PKCS#1 v1.5 signatures. */
    if (!EVP_PKEY_is_a(key->pkey, "RSA")) {
        snprintf(what, sizeof what, "this is a key for %.40s", type ? type : "something else");
        return wrong_key(name, what, problem);
    }
    int bits = EVP_PKEY_get_bits(key->pkey);
    if (bits != RSA_BITS) {
        snprintf(what, sizeof what, "this is RSA-%d", bits);
        return wrong_key(name, what, problem);
    }
    if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
        EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
        problem_set(problem, PROBLEM_CONFIG, name, "Is it an RSA key?",
                    "its public half cannot be read: %s", sign_openssl_reason());
    else if (!BN_is_word(e, 65537))
        wrong_key(name, "its exponent is another than 65537", problem);
    else if (BN_bn2binpad(n, key->public_half.modulus, IMAGE_SIGN_MODULUS) < 0)
        problem_set(problem, PROBLEM_INTERNAL, name, "Please report this.",
                    "a 2048-bit modulus does not fit 256 bytes");
    else
        memcpy(key->public_half.exponent, exponent_65537, sizeof exponent_65537);
    BN_free(n);
    BN_free(e);
    if (problem->code == PROBLEM_NONE && sign_key_examine(&key->public_half) == SIGN_KEY_ODD)
        wrong_key(name, "its modulus is even", problem);
    return problem->code;
}

enum problem_code sign_key_open(const char *name, const char *passphrase, bool private_half,
                                struct sign_key *key, struct problem *problem)
{
    memset(key, 0, sizeof *key);
    ERR_clear_error();
    enum problem_code code = sign_token_named(name)
                                 ? sign_token_open(name, passphrase, private_half, key, problem)
                                 : from_file(name, passphrase, private_half, key, problem);
    return code == PROBLEM_NONE ? take_public_half(name, key, problem) : code;
}

void sign_key_close(struct sign_key *key)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
    sign_token_close(key);
}

enum problem_code sign_public_key(const char *key, const char *passphrase,
                                  struct image_public_key *out, struct problem *problem)
{
    struct key_file file = {NULL, 0};
    struct sign_key open_key;
    enum sign_key_kind kind;
    if (sign_key_kind(key, &kind, problem) != PROBLEM_NONE)
        return problem->code;
    if (kind == SIGN_KIND_HEADER) {
        if (key_file_read(key, &file, problem))
            sign_header_read(key, file.text, file.size, out, problem);
        key_file_free(&file);
        return problem->code;
    }
    if (sign_key_open(key, passphrase, false, &open_key, problem) == PROBLEM_NONE)
        *out = open_key.public_half;
    sign_key_close(&open_key);
    return problem->code;
}

/* --- judging --- */

enum sign_key_doubt sign_key_examine(const struct image_public_key *key)
{
    const uint8_t *n = key->modulus;
    bool zero = n[0] == 0 && memcmp(n, n + 1, IMAGE_SIGN_MODULUS - 1) == 0;
    if (zero)
        return SIGN_KEY_ZERO;
    if (n[0] < 0x80 || n[IMAGE_SIGN_MODULUS - 1] % 2 == 0 ||
        memcmp(key->exponent, exponent_65537, sizeof exponent_65537) != 0)
        return SIGN_KEY_ODD;
    return memcmp(n, vendor_test_key, sizeof vendor_test_key) == 0 ? SIGN_KEY_TEST : SIGN_KEY_FINE;
}

void sign_key_fingerprint(const struct image_public_key *key, char out[65])
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256(key->modulus, sizeof key->modulus, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}
