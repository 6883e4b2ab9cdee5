/* `otaconsole image sign` and `verify-sign`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <openssl/evp.h>

#include "cli/image_commands.h"
#include "cli/image_keys.h"
#include "cli/json_line.h"
#include "cli/passphrase.h"
#include "device/image_check.h"

/* A signature in base64 has 344 characters; a file around it a few more. */
#define SIGNATURE_FILE_MAX 4096

struct package {
    const char *name;
    size_t size;
    enum image_hash kind; /* the one that is signed */
    uint8_t sha256[32], md5[16];
};

static const uint8_t *package_hash(const struct package *package, size_t *n)
{
    *n = package->kind == IMAGE_HASH_MD5 ? sizeof package->md5 : sizeof package->sha256;
    return package->kind == IMAGE_HASH_MD5 ? package->md5 : package->sha256;
}

static enum problem_code hash_kind(const struct options *options, enum image_hash *kind,
                                   struct problem *problem)
{
    const char *name = options->hash ? options->hash : "sha256";
    *kind = IMAGE_HASH_SHA256;
    if (strcasecmp(name, "md5") == 0)
        *kind = IMAGE_HASH_MD5;
    else if (strcasecmp(name, "sha256") != 0)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "Choose the signature algorithm of the console: sha256 or md5.",
                           "--hash does not know \"%.40s\"", name);
    return PROBLEM_NONE;
}

static enum problem_code package_load(const struct options *options, struct package *package,
                                      struct problem *problem)
{
    struct bytes file;
    *package = (struct package){.name = options->words[1]};
    if (hash_kind(options, &package->kind, problem) != PROBLEM_NONE ||
        image_load(package->name, &file, problem) != PROBLEM_NONE)
        return problem->code;
    package->size = file.size;
    if (file.size == 0)
        problem_set(problem, PROBLEM_INPUT_FILE, package->name,
                    "Name the file that is uploaded, X@BOARD.ota.md5.bin.", "is empty");
    else if (EVP_Digest(file.data, file.size, package->sha256, NULL, EVP_sha256(), NULL) != 1 ||
             EVP_Digest(file.data, file.size, package->md5, NULL, EVP_md5(), NULL) != 1)
        problem_set(problem, PROBLEM_NOT_AVAILABLE, NULL,
                    "Is OpenSSL restricted to FIPS algorithms here?",
                    "OpenSSL computes no MD5 or SHA-256");
    free((void *)file.data);
    return problem->code;
}

static void package_print(const struct package *package, cJSON *json)
{
    size_t n;
    const uint8_t *hash = package_hash(package, &n);
    bool md5 = package->kind == IMAGE_HASH_MD5;
    char hex[65];
    for (size_t i = 0; i < n; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    if (json) {
        cJSON_AddStringToObject(json, "file", package->name);
        cJSON_AddNumberToObject(json, "size", (double)package->size);
        cJSON_AddStringToObject(json, "signMethod", md5 ? "Md5" : "SHA256");
        cJSON_AddStringToObject(json, "sign", hex);
        return;
    }
    printf("file        %s, %zu bytes\n%s%s\n", package->name, package->size,
           md5 ? "MD5         " : "SHA-256     ", hex);
}

/* --- sign --- */

static bool same_file(const char *a, const char *b)
{
    struct stat one, two;
    return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

static enum problem_code sign_words(const struct options *options, struct problem *problem)
{
    if (image_words(options, 1, 1, problem) != PROBLEM_NONE)
        return problem->code;
    if (!options->key)
        return problem_set(
            problem, PROBLEM_USAGE, NULL,
            "Name it with --key: a PEM file (`otaconsole image keygen` makes one) or "
            "a pkcs11: URI.",
            "`image sign` wants the private key");
    if (options->output &&
        (same_file(options->output, options->words[1]) || same_file(options->output, options->key)))
        return problem_set(problem, PROBLEM_USAGE, NULL, "Name another file with -o.",
                           "the signature would be written over an input");
    return PROBLEM_NONE;
}

static enum problem_code save_signature(const struct options *options, const char *base64,
                                        struct problem *problem)
{
    struct buffer text = {0};
    buffer_format(&text, "%s\n", base64);
    if (text.failed)
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    else
        image_save(options, options->output, text.data, text.length, problem);
    buffer_free(&text);
    return problem->code;
}

static void print_signature(const struct options *options, const struct package *package,
                            const char *base64, cJSON *json)
{
    package_print(package, json);
    if (json) {
        cJSON_AddStringToObject(json, "digestsign", base64);
        json_line_print(json, stdout);
        return;
    }
    printf("digestsign  %s\n", base64);
    if (options->output)
        printf("%s: written\n", options->output);
}

enum problem_code image_sign(const struct options *options, struct problem *problem)
{
    struct package package;
    enum sign_key_kind kind;
    char *passphrase = NULL, *base64 = NULL;
    size_t n;
    if (sign_words(options, problem) != PROBLEM_NONE ||
        package_load(options, &package, problem) != PROBLEM_NONE ||
        sign_key_kind(options->key, &kind, problem) != PROBLEM_NONE)
        return problem->code;
    const uint8_t *hash = package_hash(&package, &n);
    if (image_keys_passphrase(options, options->key, kind, &passphrase, problem) == PROBLEM_NONE)
        sign_hash(options->key, passphrase, hash, n, &base64, problem);
    passphrase_free(passphrase);
    if (base64 && (!options->output || save_signature(options, base64, problem) == PROBLEM_NONE)) {
        cJSON *json = image_keys_json(options);
        image_keys_warn_mode(options->key, kind, json);
        print_signature(options, &package, base64, json);
    }
    free(base64);
    return problem->code;
}

/* --- verify-sign --- */

struct signature {
    uint8_t bytes[IMAGE_SIGN_MODULUS];
    int length; /* -1 = no base64 */
};

/* White space around it comes with files and with copying, and is not what is asked about. */
static void decode_text(const char *text, size_t n, struct signature *signature)
{
    while (n > 0 && strchr(" \t\r\n", text[0]))
        text++, n--;
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        n--;
    signature->length = image_sign_decode(text, n, signature->bytes);
}

static enum problem_code load_signature(const char *given, struct signature *signature,
                                        struct problem *problem)
{
    struct stat st;
    struct bytes file;
    if (stat(given, &st) != 0) {
        decode_text(given, strlen(given), signature);
        if (signature->length < 0 && strlen(given) < 64)
            return problem_set(problem, PROBLEM_INPUT_FILE, given,
                               "Give digestsign in base64, or the name of the file it is in.",
                               "this is neither a file nor base64");
        return PROBLEM_NONE;
    }
    if (image_load(given, &file, problem) != PROBLEM_NONE)
        return problem->code;
    /* What `openssl dgst -sign` writes: the bytes themselves. */
    if (file.size == IMAGE_SIGN_MODULUS) {
        memcpy(signature->bytes, file.data, IMAGE_SIGN_MODULUS);
        signature->length = IMAGE_SIGN_MODULUS;
    } else if (file.size <= SIGNATURE_FILE_MAX) {
        decode_text((const char *)file.data, file.size, signature);
    } else {
        problem_set(problem, PROBLEM_INPUT_FILE, given, "It holds digestsign in base64, no more.",
                    "is too big for a signature");
    }
    free((void *)file.data);
    return problem->code;
}

static const char *const result_names[] = {
    [IMAGE_SIGN_OK] = "ok",
    [IMAGE_SIGN_KEY] = "bad-key",
    [IMAGE_SIGN_LENGTH] = "bad-length",
    [IMAGE_SIGN_MISMATCH] = "mismatch",
};

/* What stands in the device's log: alios-log-lines.tsv, phase verify-sign. A digestsign that cannot
 * be decoded is found while the push is parsed. */
static void print_result(enum image_sign_result result, bool decoded, const char *why, cJSON *json)
{
    const char *words = result == IMAGE_SIGN_OK ? "RSA sign/verify success!"
                        : decoded               ? "RSA sign/verify fail!"
                                                : "decode base64 failed";
    if (json) {
        cJSON_AddStringToObject(json, "result", decoded ? result_names[result] : "not-base64");
        cJSON_AddStringToObject(json, "deviceSays", words);
        if (*why)
            cJSON_AddStringToObject(json, "why", why);
        json_line_print(json, stdout);
        return;
    }
    printf("device says %s (%s)\n", words,
           result == IMAGE_SIGN_OK ? "OK: it goes on to the image's own check"
           : decoded               ? "it reports step -7, and the old firmware stays"
                                   : "it refuses the push and downloads nothing");
}

struct reason {
    const char *why, *hint;
};

#define RIGHT_KEY                                                                                  \
    "Sign with the key whose public half the firmware was built with; compare the fingerprints."

static const struct reason mismatches[] = {
    [SIGN_WHY_OTHER_KEY] = {"it was made by another key, or is damaged", RIGHT_KEY},
    [SIGN_WHY_OTHER_DIGEST] = {"it was made by this key, but not with SHA-256 as devices want it",
                               "`otaconsole image sign` makes the right one."},
    [SIGN_WHY_SHA256] = {"it was made over the file's SHA-256, and the MD5 was asked about",
                         "With --hash sha256 it verifies; the push must say so too."},
    [SIGN_WHY_MD5] = {"it was made over the file's MD5, and the SHA-256 was asked about",
                      "With --hash md5 it verifies; the push must say Md5 too."},
    [SIGN_WHY_FILE] = {"it was made over the file itself; devices want it over the file's hash",
                       "Sign the hash's bytes: `otaconsole image sign` does."},
    [SIGN_WHY_TEXT] = {"it was made over the hash as text; devices want it over the hash's bytes",
                       "Sign the hash's bytes: `otaconsole image sign` does."},
    [SIGN_WHY_OTHER_FILE] = {"it was made by this key, but for another file",
                             "Sign the very file that is uploaded; a rebuild is another one."},
};

static struct reason reason_of(enum image_sign_result result, const struct package *package,
                               const struct image_public_key *key,
                               const struct signature *signature)
{
    if (result == IMAGE_SIGN_KEY)
        return (struct reason){
            "the public key is none, so every signature fails with it",
            "Copy your product's key into ota_public_key_config.h, build and flash."};
    if (result == IMAGE_SIGN_LENGTH)
        return (struct reason){signature->length < 0
                                   ? "it is no whole base64, or too long: it was cut or changed"
                                   : "it is not 256 bytes: it was cut, or its key is not RSA-2048",
                               "Copy digestsign again, all 344 characters of it."};
    if (result == IMAGE_SIGN_MISMATCH)
        return mismatches[sign_explain(key, signature->bytes, package->sha256, package->md5)];
    return (struct reason){"", ""};
}

static enum problem_code judge(const struct package *package, const struct image_public_key *key,
                               const struct signature *signature, cJSON *json,
                               struct problem *problem)
{
    size_t n;
    const uint8_t *hash = package_hash(package, &n);
    enum image_sign_result result = image_sign_verify(
        key, hash, n, signature->bytes, signature->length < 0 ? 0 : (size_t)signature->length);
    struct reason reason = reason_of(result, package, key, signature);
    print_result(result, signature->length >= 0, reason.why, json);
    if (result == IMAGE_SIGN_OK)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_OTA_SIGNATURE, package->name, reason.hint,
                       "the signature does not verify: %s", reason.why);
}

enum problem_code image_verify_sign(const struct options *options, struct problem *problem)
{
    struct package package;
    struct signature signature = {.length = -1};
    struct image_public_key key;
    enum sign_key_kind kind;
    if (image_words(options, 1, 1, problem) != PROBLEM_NONE)
        return problem->code;
    if (!options->signature || !options->public_key)
        return problem_set(
            problem, PROBLEM_USAGE, NULL,
            options->signature ? "Name it with --public: PEM, or ota_public_key_config.h."
                               : "Give it with --signature: base64, or the file it is in.",
            "`image verify-sign` wants the %s", options->signature ? "public key" : "signature");
    if (package_load(options, &package, problem) != PROBLEM_NONE ||
        load_signature(options->signature, &signature, problem) != PROBLEM_NONE ||
        image_keys_public(options, options->public_key, &kind, &key, problem) != PROBLEM_NONE)
        return problem->code;
    cJSON *json = image_keys_json(options);
    package_print(&package, json);
    if (json) {
        cJSON_AddStringToObject(json, "key", options->public_key);
        cJSON_AddStringToObject(json, "kind", sign_key_kind_name(kind));
    } else {
        printf("key         %s: %s\n", options->public_key, sign_key_kind_name(kind));
    }
    image_keys_print(&key, json);
    image_keys_warn(options->public_key, &key, json);
    return judge(&package, &key, &signature, json, problem);
}
