/* `otaconsole image keygen` and `pubkey-header`. */
#include "cli/image_keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/image_commands.h"
#include "cli/json_line.h"
#include "cli/passphrase.h"

cJSON *image_keys_json(const struct options *options)
{
    return options->json ? cJSON_CreateObject() : NULL;
}

static void warn(const char *name, const char *words, cJSON *json)
{
    if (json) {
        cJSON *list = cJSON_GetObjectItem(json, "warnings");
        if (!list)
            list = cJSON_AddArrayToObject(json, "warnings");
        cJSON_AddItemToArray(list, cJSON_CreateString(words));
    }
    fprintf(stderr, "otaconsole: warning: %s: %s\n", name, words);
}

void image_keys_warn(const char *name, const struct image_public_key *key, cJSON *json)
{
    static const char *const words[] = {
        [SIGN_KEY_FINE] = NULL,
        [SIGN_KEY_ZERO] = "this is the zero placeholder: a device with it refuses every signed "
                          "update; copy the key of your product over it",
        [SIGN_KEY_TEST] = "this begins like the vendor's test key, which is compiled in by "
                          "default: no push of your product verifies with it",
        [SIGN_KEY_ODD] = "this is no RSA-2048 key with exponent 65537: a device refuses every "
                         "signed update; copy the whole key again",
    };
    const char *doubt = words[sign_key_examine(key)];
    if (doubt)
        warn(name, doubt, json);
}

void image_keys_warn_mode(const char *name, enum sign_key_kind kind, cJSON *json)
{
    struct stat st;
    if (kind == SIGN_KIND_PRIVATE && stat(name, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)))
        warn(name, "other users may read this private key; run chmod 600 on it", json);
}

void image_keys_print(const struct image_public_key *key, cJSON *json)
{
    char fingerprint[65];
    sign_key_fingerprint(key, fingerprint);
    if (json) {
        cJSON_AddStringToObject(json, "fingerprint", fingerprint);
        return;
    }
    printf("modulus     begins ");
    for (size_t i = 0; i < 6; i++)
        printf("%02X ", key->modulus[i]);
    printf("ends %02X %02X\nfingerprint %s (SHA-256 of the modulus)\n", key->modulus[254],
           key->modulus[255], fingerprint);
}

enum problem_code image_keys_passphrase(const struct options *options, const char *name,
                                        enum sign_key_kind kind, char **passphrase,
                                        struct problem *problem)
{
    char question[200];
    *passphrase = NULL;
    /* A token's PIN may come from where its URI says. */
    bool wanted =
        kind == SIGN_KIND_ENCRYPTED || (kind == SIGN_KIND_TOKEN && !strcasestr(name, "pin-"));
    if (!wanted)
        return PROBLEM_NONE;
    snprintf(question, sizeof question, "%s of %.150s",
             kind == SIGN_KIND_TOKEN ? "PIN" : "Passphrase", name);
    return passphrase_get(options, question, passphrase, problem);
}

enum problem_code image_keys_public(const struct options *options, const char *name,
                                    enum sign_key_kind *kind, struct image_public_key *key,
                                    struct problem *problem)
{
    char *passphrase = NULL;
    if (sign_key_kind(name, kind, problem) != PROBLEM_NONE)
        return problem->code;
    /* The public half of a token's key needs no PIN; one that is given is used. */
    bool ask = *kind != SIGN_KIND_TOKEN || options->passphrase_file;
    if (!ask || image_keys_passphrase(options, name, *kind, &passphrase, problem) == PROBLEM_NONE)
        sign_public_key(name, passphrase, key, problem);
    passphrase_free(passphrase);
    return problem->code;
}

/* --- keygen --- */

static void print_made(const char *path, const struct image_public_key *key, bool encrypted,
                       cJSON *json)
{
    if (json) {
        cJSON_AddStringToObject(json, "key", path);
        cJSON_AddBoolToObject(json, "encrypted", encrypted);
    } else {
        printf("%s: a new RSA-2048 key, %s, readable by you only\n", path,
               encrypted ? "encrypted with AES-256" : "NOT encrypted");
    }
    image_keys_print(key, json);
    if (json) {
        json_line_print(json, stdout);
        return;
    }
    printf("\nNext:\n"
           "  otaconsole image pubkey-header %s -o ota_public_key_config.h\n"
           "      goes in place of middleware/uagent/uota/src/verify/ota_public_key_config.h (3.3: "
           "its\n"
           "      two arrays into components/ota/hal/ota_hal_digest.c); then build and flash\n"
           "  otaconsole image sign FILE --key %s\n"
           "\nKeep a copy of it where it cannot be lost or read by others: devices built with its\n"
           "public half take updates signed with it, and no others. The vendor's console signs\n"
           "with a key of its own; this one is for an update server of yours, or a rehearsal.\n",
           path, path);
}

enum problem_code image_keygen(const struct options *options, struct problem *problem)
{
    char *passphrase = NULL, question[200];
    struct image_public_key key;
    if (image_words(options, 1, 1, problem) != PROBLEM_NONE)
        return problem->code;
    const char *path = options->words[1];
    /* Before a passphrase is typed for nothing. The key is created O_EXCL all the same. */
    if (access(path, F_OK) == 0)
        return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                           "A key is never written over. Choose another name.", "is there already");
    snprintf(question, sizeof question, "Passphrase for %.100s (empty: a key without one)", path);
    if (passphrase_get_new(options, question, &passphrase, problem) == PROBLEM_NONE &&
        sign_generate(path, passphrase, problem) == PROBLEM_NONE &&
        sign_public_key(path, passphrase, &key, problem) == PROBLEM_NONE)
        print_made(path, &key, *passphrase != '\0', image_keys_json(options));
    passphrase_free(passphrase);
    return problem->code;
}

/* --- pubkey-header --- */

static enum problem_code write_header(const struct options *options,
                                      const struct image_public_key *key, struct problem *problem)
{
    struct buffer text = {0};
    struct stat in, out;
    const char *name = options->words[1], *path = options->output;
    enum sign_key_doubt doubt = sign_key_examine(key);
    if (doubt == SIGN_KEY_ZERO || doubt == SIGN_KEY_ODD)
        return problem_set(problem, PROBLEM_CONFIG, name, "Name the key of your product.",
                           "no header is made of a key that every device refuses");
    if (path && stat(name, &in) == 0 && stat(path, &out) == 0 && in.st_dev == out.st_dev &&
        in.st_ino == out.st_ino)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Name another file with -o.",
                           "the header would be written over the key it is made of");
    sign_header_write(key, &text);
    if (text.failed)
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    else if (path)
        image_save(options, path, text.data, text.length, problem);
    else
        fwrite(text.data, 1, text.length, stdout);
    buffer_free(&text);
    return problem->code;
}

enum problem_code image_pubkey_header(const struct options *options, struct problem *problem)
{
    struct image_public_key key;
    enum sign_key_kind kind;
    if (image_words(options, 1, 1, problem) != PROBLEM_NONE)
        return problem->code;
    const char *name = options->words[1];
    if (image_keys_public(options, name, &kind, &key, problem) != PROBLEM_NONE)
        return problem->code;
    bool to_stdout = !options->output && !options->json && kind != SIGN_KIND_HEADER;
    cJSON *json = image_keys_json(options);
    image_keys_warn(name, &key, json);
    image_keys_warn_mode(name, kind, json);
    if ((options->output || to_stdout) && write_header(options, &key, problem) != PROBLEM_NONE) {
        cJSON_Delete(json);
        return problem->code;
    }
    if (to_stdout)
        return PROBLEM_NONE;
    if (json) {
        cJSON_AddStringToObject(json, "key", name);
        cJSON_AddStringToObject(json, "kind", sign_key_kind_name(kind));
        if (options->output)
            cJSON_AddStringToObject(json, "output", options->output);
    } else {
        printf("%s: %s\n", name, sign_key_kind_name(kind));
    }
    image_keys_print(&key, json);
    if (json)
        json_line_print(json, stdout);
    else if (options->output)
        printf("%s: written; it belongs in place of the file of this name in the uota module\n",
               options->output);
    return PROBLEM_NONE;
}
