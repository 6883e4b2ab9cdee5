/* Keys and signatures made on the host: each with its wrong neighbours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "image/sign.h"

static char folder[64], plain[96], encrypted[96];
static struct problem problem;
static const uint8_t file[] = "firmware";
static uint8_t sha256[32], md5[16];

static const char *path(const char *name)
{
    static char paths[4][128];
    static unsigned turn;
    char *out = paths[turn++ % 4];
    snprintf(out, sizeof paths[0], "%s/%s", folder, name);
    return out;
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    FILE *f = fopen(path(name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static int make_keys(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/otaconsole-sign-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(plain, sizeof plain, "%s/plain.pem", folder);
    snprintf(encrypted, sizeof encrypted, "%s/encrypted.pem", folder);
    SHA256(file, sizeof file, sha256);
    EVP_Digest(file, sizeof file, md5, NULL, EVP_md5(), NULL);
    return sign_generate(plain, NULL, &problem) == PROBLEM_NONE &&
                   sign_generate(encrypted, "correct horse", &problem) == PROBLEM_NONE
               ? 0
               : -1;
}

static int remove_keys(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int no_problem(void **state)
{
    (void)state;
    problem = (struct problem)PROBLEM_INIT;
    return 0;
}

static void expect(enum problem_code wanted, enum problem_code code, const char *words)
{
    assert_int_equal(code, wanted);
    assert_int_equal(problem.code, wanted);
    if (!strstr(problem.what, words))
        fail_msg("\"%s\" is not in: %s", words, problem.what);
    assert_true(problem.hint[0] != '\0');
    problem = (struct problem)PROBLEM_INIT;
}

/* Signs, and verifies as a device does. */
static void round_trip(const char *key, const char *passphrase, const uint8_t *hash, size_t n)
{
    struct image_public_key public_half;
    uint8_t signature[IMAGE_SIGN_MODULUS];
    char *base64;
    assert_int_equal(sign_hash(key, passphrase, hash, n, &base64, &problem), PROBLEM_NONE);
    assert_int_equal(sign_public_key(key, passphrase, &public_half, &problem), PROBLEM_NONE);
    assert_int_equal(sign_key_examine(&public_half), SIGN_KEY_FINE);
    assert_int_equal(strlen(base64), 344);
    assert_int_equal(image_sign_decode(base64, strlen(base64), signature), 256);
    assert_int_equal(image_sign_verify(&public_half, hash, n, signature, 256), IMAGE_SIGN_OK);
    free(base64);
}

static void a_made_key_signs_both_hashes(void **state)
{
    (void)state;
    round_trip(plain, NULL, sha256, sizeof sha256);
    round_trip(plain, NULL, md5, sizeof md5);
    round_trip(encrypted, "correct horse", sha256, sizeof sha256);
    /* A passphrase nobody asked for is no obstacle. */
    round_trip(plain, "whatever", sha256, sizeof sha256);
}

static void a_key_file_is_for_its_owner_only_and_never_written_over(void **state)
{
    struct stat st, again;
    (void)state;
    mode_t mask = umask(0);
    assert_int_equal(sign_generate(path("open.pem"), "", &problem), PROBLEM_NONE);
    umask(mask);
    assert_int_equal(stat(path("open.pem"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    expect(PROBLEM_OUTPUT_FILE, sign_generate(path("open.pem"), NULL, &problem), "File exists");
    assert_int_equal(stat(path("open.pem"), &again), 0);
    assert_int_equal(st.st_size, again.st_size);
    assert_int_equal(symlink("elsewhere.pem", path("link.pem")), 0);
    expect(PROBLEM_OUTPUT_FILE, sign_generate(path("link.pem"), NULL, &problem),
           "cannot be created");
    assert_int_not_equal(access(path("elsewhere.pem"), F_OK), 0);
    expect(PROBLEM_OUTPUT_FILE, sign_generate(path("no/key.pem"), NULL, &problem), "No such file");
}

static void kinds_are_told_apart(void **state)
{
    enum sign_key_kind kind;
    (void)state;
    assert_int_equal(sign_key_kind(plain, &kind, &problem), PROBLEM_NONE);
    assert_int_equal(kind, SIGN_KIND_PRIVATE);
    assert_int_equal(sign_key_kind(encrypted, &kind, &problem), PROBLEM_NONE);
    assert_int_equal(kind, SIGN_KIND_ENCRYPTED);
    assert_int_equal(sign_key_kind("pkcs11:object=x", &kind, &problem), PROBLEM_NONE);
    assert_int_equal(kind, SIGN_KIND_TOKEN);
    write_file("k.h", "char ota_pubn_buf[256];", 23);
    assert_int_equal(sign_key_kind(path("k.h"), &kind, &problem), PROBLEM_NONE);
    assert_int_equal(kind, SIGN_KIND_HEADER);
    assert_string_equal(sign_key_kind_name(kind), "public key header");
    write_file("empty", "", 0);
    expect(PROBLEM_INPUT_FILE, sign_key_kind(path("empty"), &kind, &problem), "empty");
    expect(PROBLEM_INPUT_FILE, sign_key_kind(folder, &kind, &problem), "not a regular file");
    expect(PROBLEM_INPUT_FILE, sign_key_kind(path("none"), &kind, &problem), "No such file");
    assert_int_equal(mkfifo(path("pipe"), 0600), 0);
    expect(PROBLEM_INPUT_FILE, sign_key_kind(path("pipe"), &kind, &problem), "not a regular file");
    write_file("big", "-----BEGIN PRIVATE KEY-----", 27);
    assert_int_equal(truncate(path("big"), 300000), 0);
    expect(PROBLEM_INPUT_FILE, sign_key_kind(path("big"), &kind, &problem), "too big");
}

static void a_wrong_passphrase_is_said_to_be_one(void **state)
{
    char *base64;
    (void)state;
    expect(PROBLEM_CONFIG, sign_hash(encrypted, "wrong horse", sha256, 32, &base64, &problem),
           "passphrase is wrong");
    assert_null(base64);
    expect(PROBLEM_CONFIG, sign_hash(encrypted, NULL, sha256, 32, &base64, &problem),
           "no passphrase was given");
    expect(PROBLEM_CONFIG, sign_hash(encrypted, "", sha256, 32, &base64, &problem),
           "no passphrase was given");
    assert_null(base64);
}

static EVP_PKEY *read_plain(void)
{
    FILE *f = fopen(plain, "r");
    EVP_PKEY *pkey = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    assert_non_null(pkey);
    return pkey;
}

static void public_halves_come_from_anything_that_has_one(void **state)
{
    struct image_public_key wanted, got;
    struct buffer header = {0};
    EVP_PKEY *pkey = read_plain();
    X509 *certificate = X509_new();
    char *base64;
    (void)state;
    assert_int_equal(sign_public_key(plain, NULL, &wanted, &problem), PROBLEM_NONE);
    FILE *f = fopen(path("public.pem"), "w");
    assert_int_equal(PEM_write_PUBKEY(f, pkey), 1);
    fclose(f);
    X509_set_pubkey(certificate, pkey);
    ASN1_TIME_set(X509_getm_notBefore(certificate), 0);
    ASN1_TIME_set(X509_getm_notAfter(certificate), 1000);
    assert_true(X509_sign(certificate, pkey, EVP_sha256()) > 0);
    f = fopen(path("certificate.pem"), "w");
    assert_int_equal(PEM_write_X509(f, certificate), 1);
    fclose(f);
    sign_header_write(&wanted, &header);
    write_file("key.h", header.data, header.length);
    static const char *const names[] = {"public.pem", "certificate.pem", "key.h"};
    for (unsigned i = 0; i < 3; i++) {
        memset(&got, 0, sizeof got);
        if (sign_public_key(path(names[i]), NULL, &got, &problem) != PROBLEM_NONE)
            fail_msg("%s", problem.what);
        assert_memory_equal(&got, &wanted, sizeof wanted);
        expect(PROBLEM_CONFIG, sign_hash(path(names[i]), NULL, sha256, 32, &base64, &problem),
               "does not sign");
    }
    buffer_free(&header);
    X509_free(certificate);
    EVP_PKEY_free(pkey);
}

static void write_key(const char *name, EVP_PKEY *pkey)
{
    FILE *f = fopen(path(name), "w");
    assert_non_null(pkey);
    assert_int_equal(PEM_write_PKCS8PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL), 1);
    fclose(f);
    EVP_PKEY_free(pkey);
}

static EVP_PKEY *made(const char *type, unsigned long exponent)
{
    EVP_PKEY *pkey = NULL;
    BIGNUM *e = BN_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    BN_set_word(e, exponent);
    assert_true(EVP_PKEY_keygen_init(context) > 0);
    EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048);
    EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, e);
    assert_true(EVP_PKEY_generate(context, &pkey) > 0);
    EVP_PKEY_CTX_free(context);
    BN_free(e);
    return pkey;
}

static void other_keys_are_refused_by_name(void **state)
{
    char *base64;
    (void)state;
    write_key("ec.pem", EVP_EC_gen("P-256"));
    write_key("rsa1024.pem", EVP_RSA_gen(1024));
    write_key("pss.pem", made("RSA-PSS", 65537));
    write_key("e3.pem", made("RSA", 3));
    expect(PROBLEM_CONFIG, sign_hash(path("ec.pem"), NULL, sha256, 32, &base64, &problem),
           "for EC");
    expect(PROBLEM_CONFIG, sign_hash(path("rsa1024.pem"), NULL, sha256, 32, &base64, &problem),
           "RSA-1024");
    expect(PROBLEM_CONFIG, sign_hash(path("pss.pem"), NULL, sha256, 32, &base64, &problem),
           "RSA-PSS");
    expect(PROBLEM_CONFIG, sign_hash(path("e3.pem"), NULL, sha256, 32, &base64, &problem),
           "exponent");
}

static void what_is_no_key_is_refused(void **state)
{
    struct image_public_key key;
    char text[4096];
    (void)state;
    FILE *f = fopen(plain, "r");
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    write_file("cut.pem", text, n / 2);
    expect(PROBLEM_CONFIG, sign_public_key(path("cut.pem"), NULL, &key, &problem), "decoded");
    text[400] ^= 1;
    write_file("changed.pem", text, n);
    assert_int_not_equal(sign_public_key(path("changed.pem"), NULL, &key, &problem),
                         PROBLEM_INTERNAL);
    problem = (struct problem)PROBLEM_INIT;
    write_file("words", "hello", 5);
    expect(PROBLEM_CONFIG, sign_public_key(path("words"), NULL, &key, &problem), "no key");
    write_file("der", "\x30\x82\x01\x22", 4);
    expect(PROBLEM_CONFIG, sign_public_key(path("der"), NULL, &key, &problem), "no key");
    write_file("ssh", "-----BEGIN OPENSSH PRIVATE KEY-----\n", 36);
    assert_int_equal(sign_public_key(path("ssh"), NULL, &key, &problem), PROBLEM_CONFIG);
    assert_non_null(strstr(problem.hint, "ssh-keygen"));
}

static void a_pin_in_a_uri_is_refused(void **state)
{
    char *base64;
    (void)state;
    expect(PROBLEM_USAGE,
           sign_hash("pkcs11:object=x?PIN-value=1", NULL, sha256, 32, &base64, &problem), "PIN");
}

/* Without engine and provider: no token can be reached, and the way out is named. */
static void a_token_out_of_reach_names_the_package(void **state)
{
    char *base64;
    (void)state;
    setenv("OPENSSL_ENGINES", folder, 1);
    setenv("OPENSSL_MODULES", folder, 1);
    assert_int_equal(sign_hash("pkcs11:object=x", "1", sha256, 32, &base64, &problem),
                     PROBLEM_NOT_AVAILABLE);
    assert_non_null(strstr(problem.hint, "libengine-pkcs11-openssl"));
    assert_non_null(strstr(problem.hint, "softhsm2"));
    unsetenv("OPENSSL_ENGINES");
    unsetenv("OPENSSL_MODULES");
}

static void doubts_about_keys(void **state)
{
    struct image_public_key key;
    (void)state;
    assert_int_equal(sign_public_key(plain, NULL, &key, &problem), PROBLEM_NONE);
    assert_int_equal(sign_key_examine(&key), SIGN_KEY_FINE);
    struct image_public_key other = key;
    memcpy(other.modulus, "\xA9\x82\x89\x44\x46\xC3", 6);
    assert_int_equal(sign_key_examine(&other), SIGN_KEY_TEST);
    other = key;
    other.modulus[255] &= 0xFE;
    assert_int_equal(sign_key_examine(&other), SIGN_KEY_ODD);
    other = key;
    other.modulus[0] = 0x7F;
    assert_int_equal(sign_key_examine(&other), SIGN_KEY_ODD);
    other = key;
    other.exponent[2] = 3;
    assert_int_equal(sign_key_examine(&other), SIGN_KEY_ODD);
    memset(other.modulus, 0, sizeof other.modulus);
    assert_int_equal(sign_key_examine(&other), SIGN_KEY_ZERO);
}

/* `pss`: with the other padding. `digest`: of the message. */
static enum sign_why explained(EVP_PKEY *pkey, const EVP_MD *digest, bool pss, const void *message,
                               size_t n)
{
    struct image_public_key key;
    uint8_t signature[IMAGE_SIGN_MODULUS];
    size_t length = sizeof signature;
    EVP_PKEY_CTX *padding;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, &padding, digest, NULL, pkey), 1);
    if (pss)
        EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING);
    assert_int_equal(EVP_DigestSign(context, signature, &length, message, n), 1);
    EVP_MD_CTX_free(context);
    assert_int_equal(sign_public_key(plain, NULL, &key, &problem), PROBLEM_NONE);
    return sign_explain(&key, signature, sha256, md5);
}

static void why_a_signature_fails(void **state)
{
    EVP_PKEY *pkey = read_plain(), *other = EVP_RSA_gen(2048);
    char hex[66] = "";
    uint8_t above[IMAGE_SIGN_MODULUS];
    struct image_public_key key;
    (void)state;
    for (unsigned i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02X", sha256[i]);
    hex[64] = '\n';
    assert_int_equal(explained(other, EVP_sha256(), false, sha256, 32), SIGN_WHY_OTHER_KEY);
    assert_int_equal(explained(pkey, EVP_sha256(), true, sha256, 32), SIGN_WHY_OTHER_KEY);
    assert_int_equal(explained(pkey, EVP_sha1(), false, sha256, 32), SIGN_WHY_OTHER_DIGEST);
    assert_int_equal(explained(pkey, EVP_sha512(), false, sha256, 32), SIGN_WHY_OTHER_DIGEST);
    assert_int_equal(explained(pkey, EVP_sha256(), false, sha256, 32), SIGN_WHY_SHA256);
    assert_int_equal(explained(pkey, EVP_sha256(), false, md5, 16), SIGN_WHY_MD5);
    assert_int_equal(explained(pkey, EVP_sha256(), false, file, sizeof file), SIGN_WHY_FILE);
    assert_int_equal(explained(pkey, EVP_sha256(), false, hex, 64), SIGN_WHY_TEXT);
    assert_int_equal(explained(pkey, EVP_sha256(), false, hex, 65), SIGN_WHY_TEXT);
    assert_int_equal(explained(pkey, EVP_sha256(), false, "other", 5), SIGN_WHY_OTHER_FILE);
    assert_int_equal(sign_public_key(plain, NULL, &key, &problem), PROBLEM_NONE);
    memset(above, 0xFF, sizeof above);
    assert_int_equal(sign_explain(&key, above, sha256, md5), SIGN_WHY_OTHER_KEY);
    memset(above, 0, sizeof above);
    assert_int_equal(sign_explain(&key, above, sha256, md5), SIGN_WHY_OTHER_KEY);
    EVP_PKEY_free(other);
    EVP_PKEY_free(pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_made_key_signs_both_hashes, no_problem),
        cmocka_unit_test_setup(a_key_file_is_for_its_owner_only_and_never_written_over, no_problem),
        cmocka_unit_test_setup(kinds_are_told_apart, no_problem),
        cmocka_unit_test_setup(a_wrong_passphrase_is_said_to_be_one, no_problem),
        cmocka_unit_test_setup(public_halves_come_from_anything_that_has_one, no_problem),
        cmocka_unit_test_setup(other_keys_are_refused_by_name, no_problem),
        cmocka_unit_test_setup(what_is_no_key_is_refused, no_problem),
        cmocka_unit_test_setup(a_pin_in_a_uri_is_refused, no_problem),
        cmocka_unit_test_setup(a_token_out_of_reach_names_the_package, no_problem),
        cmocka_unit_test_setup(doubts_about_keys, no_problem),
        cmocka_unit_test_setup(why_a_signature_fails, no_problem),
    };
    return cmocka_run_group_tests(tests, make_keys, remove_keys);
}
