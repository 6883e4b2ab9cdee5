/*
 * ota_public_key_config.h, digestsign and hashes by anybody. A key that was read is the same key
 * when it is written and read again; a mistake has words and a place.
 */
#include <stdlib.h>
#include <string.h>

#include "image/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_header(const char *text, size_t n)
{
    struct problem problem = PROBLEM_INIT;
    struct image_public_key key, again;
    struct buffer written = {0};
    if (sign_header_read("key.h", text, n, &key, &problem) != PROBLEM_NONE) {
        if (!problem.what[0] || !problem.hint[0] || !problem.where[0])
            abort();
        return;
    }
    sign_header_write(&key, &written);
    if (sign_header_read("again.h", (const char *)written.data, written.length, &again, &problem) !=
            PROBLEM_NONE ||
        memcmp(&key, &again, sizeof key) != 0)
        abort();
    buffer_free(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    uint8_t signature[IMAGE_SIGN_MODULUS], hash[32];
    int length = image_sign_decode(text, size, signature);
    if (length < -1 || length > (int)IMAGE_SIGN_MODULUS)
        abort();
    length = image_sign_hash(text, size, hash);
    if (length != -1 && length != 16 && length != 32)
        abort();
    check_header(text, size);
    return 0;
}
