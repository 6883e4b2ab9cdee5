/*
 * Keys in a PKCS#11 token (smart card, HSM, softhsm2), by their pkcs11: URI: through OpenSSL's
 * provider where there is one, else through the engine, which is what Debian 12 has.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* engines: deprecated, and the only way there */

#include "image/sign_key.h"

#include <string.h>
#include <strings.h>

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>

#define TRY_IT                                                                                     \
    "Install libengine-pkcs11-openssl. To try it without hardware: softhsm2 and opensc as well, "  \
    "softhsm2-util --init-token, and PKCS11_MODULE_PATH=/usr/lib/softhsm/libsofthsm2.so."

bool sign_token_named(const char *name)
{
    return strncasecmp(name, "pkcs11:", 7) == 0;
}

/* --- the provider --- */

static int give_pin(char *buffer, int size, int writing, void *user)
{
    const char *pin = user;
    size_t n = pin ? strlen(pin) : 0;
    (void)writing;
    if (n == 0 || n > (size_t)size)
        return -1;
    memcpy(buffer, pin, n);
    return (int)n;
}

static EVP_PKEY *load_from(OSSL_STORE_CTX *store)
{
    EVP_PKEY *pkey = NULL;
    while (!pkey && !OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);
        int type = info ? OSSL_STORE_INFO_get_type(info) : 0;
        if (type == OSSL_STORE_INFO_PKEY)
            pkey = OSSL_STORE_INFO_get1_PKEY(info);
        else if (type == OSSL_STORE_INFO_PUBKEY)
            pkey = OSSL_STORE_INFO_get1_PUBKEY(info);
        OSSL_STORE_INFO_free(info);
        if (!info && OSSL_STORE_error(store))
            break;
    }
    return pkey;
}

static EVP_PKEY *from_provider(const char *uri, const char *pin, bool private_half)
{
    UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(give_pin, 0);
    OSSL_STORE_CTX *store = ui ? OSSL_STORE_open(uri, ui, (void *)pin, NULL, NULL) : NULL;
    EVP_PKEY *pkey = NULL;
    if (store) {
        OSSL_STORE_expect(store, private_half ? OSSL_STORE_INFO_PKEY : OSSL_STORE_INFO_PUBKEY);
        pkey = load_from(store);
    }
    OSSL_STORE_close(store);
    UI_destroy_method(ui);
    return pkey;
}

/* --- the engine --- */

#ifndef OPENSSL_NO_ENGINE
static EVP_PKEY *from_engine(ENGINE *engine, const char *uri, const char *pin, bool private_half)
{
    /*
     * UI_null: the engine is not to ask at the terminal on its own. A public half is looked for
     * without logging in, so that a wrong PIN costs one try of the token's few.
     */
    EVP_PKEY *pkey = NULL;
    if (!private_half)
        pkey = ENGINE_load_public_key(engine, uri, (UI_METHOD *)UI_null(), NULL);
    if (!pkey && pin && *pin)
        ENGINE_ctrl_cmd_string(engine, "PIN", pin, 0);
    if (!pkey)
        pkey = ENGINE_load_private_key(engine, uri, (UI_METHOD *)UI_null(), NULL);
    return pkey;
}

static ENGINE *find_engine(void)
{
    ENGINE_load_builtin_engines();
    ENGINE *engine = ENGINE_by_id("pkcs11");
    if (engine)
        ENGINE_ctrl_cmd(engine, "QUIET", 0, NULL, NULL, 1);
    return engine;
}

static void release_engine(ENGINE *engine)
{
    ENGINE_finish(engine);
    ENGINE_free(engine);
}
#else
typedef void ENGINE;
static EVP_PKEY *from_engine(ENGINE *engine, const char *uri, const char *pin, bool private_half)
{
    (void)engine, (void)uri, (void)pin, (void)private_half;
    return NULL;
}
static ENGINE *find_engine(void)
{
    return NULL;
}
static int ENGINE_init(ENGINE *engine)
{
    (void)engine;
    return 0;
}
static void ENGINE_free(ENGINE *engine)
{
    (void)engine;
}
static void release_engine(ENGINE *engine)
{
    (void)engine;
}
#endif

static enum problem_code no_key(const char *uri, const char *pin, struct problem *problem)
{
    return problem_set(
        problem, PROBLEM_CONFIG, uri,
        "`p11tool --list-all` or `pkcs11-tool -O` lists what is there; the module is "
        "named by PKCS11_MODULE_PATH.",
        "the token gives no such key%s: %s",
        pin && *pin ? ", or the PIN is wrong" : " (no PIN was given)", sign_openssl_reason());
}

enum problem_code sign_token_open(const char *uri, const char *pin, bool private_half,
                                  struct sign_key *key, struct problem *problem)
{
    if (strcasestr(uri, "pin-value="))
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "Leave it out: it is asked for, or taken from --passphrase-file.",
                           "a PIN in the URI can be read by everybody on this machine");
    key->provider = OSSL_PROVIDER_try_load(NULL, "pkcs11", 1);
    if (key->provider) {
        key->pkey = from_provider(uri, pin, private_half);
        return key->pkey ? PROBLEM_NONE : no_key(uri, pin, problem);
    }
    ENGINE *engine = find_engine();
    ERR_clear_error();
    if (!engine)
        return problem_set(problem, PROBLEM_NOT_AVAILABLE, uri, TRY_IT,
                           "OpenSSL has no way to PKCS#11 tokens here");
    if (ENGINE_init(engine) != 1) {
        ENGINE_free(engine);
        return problem_set(problem, PROBLEM_CONFIG, uri,
                           "Name the token's library in PKCS11_MODULE_PATH, such as "
                           "/usr/lib/softhsm/libsofthsm2.so.",
                           "OpenSSL's PKCS#11 engine does not start: %s", sign_openssl_reason());
    }
    key->engine = engine;
    key->pkey = from_engine(engine, uri, pin, private_half);
    return key->pkey ? PROBLEM_NONE : no_key(uri, pin, problem);
}

void sign_token_close(struct sign_key *key)
{
    if (key->engine)
        release_engine(key->engine);
    if (key->provider)
        OSSL_PROVIDER_unload(key->provider);
    key->engine = NULL;
    key->provider = NULL;
}
