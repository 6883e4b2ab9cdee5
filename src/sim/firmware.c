#include "sim/firmware.h"

#include <bearssl/bearssl_hash.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "device/code_crc.h"

uint32_t sim_firmware_size(uint32_t logical)
{
    return code_crc_inserted_size(logical);
}

void sim_firmware_make(const char *version, uint32_t logical, uint64_t seed, uint8_t *work,
                       uint8_t *out)
{
    struct random_source random;
    random_seed(&random, seed);
    /* Code-like: runs of similar words, so that it compresses and diffs like a program. */
    uint32_t word = 0xE59FF018;
    for (uint32_t i = 0; i < logical; i += 4) {
        if (random_one_in(&random, 5))
            word = 0xE5000000u | (uint32_t)(random_next(&random) & 0xFFFFFF);
        for (uint32_t k = 0; k < 4 && i + k < logical; k++)
            work[i + k] = (uint8_t)(word >> (8 * k));
    }
    /* Eight exception vectors come first; the texts stand where a program has its strings. */
    char text[256];
    int n = snprintf(text, sizeof text, "%cotaconsole rehearsal image, not a program%c%s%c", 0, 0,
                     version, 0);
    uint32_t at = logical / 2 > 64 ? logical / 2 : 64;
    memcpy(work + at, text, (size_t)n < logical - at ? (size_t)n : logical - at);
    code_crc_insert(work, logical, out);
}

void sim_firmware_add_trailer(uint8_t *out, uint32_t size)
{
    br_md5_context context;
    uint8_t md5[16];
    br_md5_init(&context);
    br_md5_update(&context, out, size);
    br_md5_out(&context, md5);
    image_trailer_write(out + size, size, md5);
}

static bool is_version_char(int c)
{
    return isalnum(c) || c == '.' || c == '-' || c == '_';
}

/* letters, '-', digit, '.', digit ... as in app-1.0.0-20180601.1234 */
static size_t version_length(const char *text, size_t n)
{
    size_t i = 0, letters = 0;
    while (i < n && isalpha((unsigned char)text[i]))
        i++;
    letters = i;
    if (letters < 2 || i + 3 >= n || text[i] != '-' || !isdigit((unsigned char)text[i + 1]))
        return 0;
    i++;
    while (i < n && isdigit((unsigned char)text[i]))
        i++;
    if (i + 1 >= n || text[i] != '.' || !isdigit((unsigned char)text[i + 1]))
        return 0;
    while (i < n && i < 64 && is_version_char((unsigned char)text[i]))
        i++;
    return i;
}

bool sim_firmware_find_version(const uint8_t *physical, uint32_t n, char out[65])
{
    /* A window over the logical bytes, because a string may cross a group's CRC. */
    char window[65 + CODE_CRC_DATA];
    size_t have = 0;
    bool at_start = true;
    for (uint32_t g = 0; g + CODE_CRC_GROUP <= n; g += CODE_CRC_GROUP) {
        memcpy(window + have, physical + g, CODE_CRC_DATA);
        have += CODE_CRC_DATA;
        while (have > 64) {
            size_t length = at_start ? version_length(window, have) : 0;
            if (length) {
                memcpy(out, window, length);
                out[length] = '\0';
                return true;
            }
            at_start = !isalpha((unsigned char)window[0]);
            memmove(window, window + 1, --have);
        }
    }
    return false;
}
