/* No secret leaves: planted in every shape, with colours in the middle, in any chunking. */
#include "help.h"

#include "diagnose/redact.h"

/* %s is the secret. */
static const char *const shapes[] = {
    "ssid:home net key:%s\r\n",
    "[000123]<I> ssid:x key:%s\r\n",
    "[000123]<E> mqtt init pk:a1 dn:dev ds:%s\r\n",
    "[000123]<I>         DeviceSecret : %s\r\n",
    "[000123]<I>             PassWord : %s\r\n",
    "{\"deviceSecret\":\"%s\",\"x\":1}\r\n",
    "{\"deviceSecret\" : \"%s\" , \"x\":1}\r\n",
    "{\\\"productSecret\\\":\\\"%s\\\"}\r\n",
    "product_secret=%s\r\n",
    "password=%s\r\n",
    "password: %s\r\n",
    "wifi pwd:%s\r\n",
    "psk=%s\r\n",
    "GET /f.bin?Expires=15&OSSAccessKeyId=%s&Signature=abc%%3D HTTP/1.1\r\n",
    "GET /f.bin?Expires=15&OSSAccessKeyId=abc&Signature=%s HTTP/1.1\r\n",
    "\"url\":\"https://h/f?Expires=15&security-token=%s\",\"x\"\r\n",
    "productKey=a&deviceName=b&signmethod=hmacsha1&sign=%s&version=default\r\n",
    "# netmgr connect homenet %s\r\n",
    "# netmgr connect \"home net\" %s\r\n",
    "# netmgr connect home\\ net %s\r\n",
    "# OTA_APP a1pk dev %s 0 3\r\n",
    "# OTA_APP a1pk dev s1 %s\r\n",
    "AT+WJAP=homenet,%s\r\n",
    "[1579511737.377][LK-0318] %s\r\n",
    "\"iotToken\":\"%s\"\r\n",
};
#define SHAPE_COUNT (sizeof shapes / sizeof shapes[0])

static void plant(char *out, size_t size, const char *shape, const char *secret)
{
    const char *mark = strstr(shape, "%s");
    snprintf(out, size, "%.*s%s%s", (int)(mark - shape), shape, secret, mark + 2);
    for (char *p = out; (p = strstr(p, "%%")) != NULL; p++)
        memmove(p, p + 1, strlen(p));
}

/* A colour code between every two characters of the secret. */
static void colour(const char *secret, char *out, size_t size)
{
    size_t used = 0;
    for (; *secret && used + 8 < size; secret++)
        used += (size_t)snprintf(out + used, size - used, "%c\x1b[31m", *secret);
}

static void without_escapes(char *text)
{
    char *to = text;
    for (char *p = text; *p; p++) {
        if (*p == '\x1b') {
            p = strchr(p, 'm');
            continue;
        }
        *to++ = *p;
    }
    *to = '\0';
}

static void shapes_hide_values_nobody_told_of(void **state)
{
    (void)state;
    struct redactor *r = redactor_new();
    char line[600], out[600], coloured[300];
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        plant(line, sizeof line, shapes[i], "q7Zx");
        redact_text(r, line, strlen(line), out, sizeof out);
        if (strstr(out, "q7Zx") || !strstr(out, "***"))
            fail_msg("%s became %s", line, out);
        colour("q7ZxW", coloured, sizeof coloured);
        plant(line, sizeof line, shapes[i], coloured);
        redact_text(r, line, strlen(line), out, sizeof out);
        without_escapes(out);
        if (strstr(out, "q7Zx"))
            fail_msg("coloured: %s became %s", line, out);
        uint8_t *bytes = (uint8_t *)line;
        size_t n = strlen(line);
        redact_bytes(r, bytes, n);
        assert_int_equal(strlen(line), n);
        without_escapes(line);
        if (strstr(line, "q7Zx"))
            fail_msg("in place: %s", line);
    }
    redactor_free(r);
}

static void innocent_text_stays(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[091050]<I> s:763429 512",
        "url SHA256=0123456789ABCDEF",
        "netmgr [start|clear|connect ssid password]",
        "ids:1234 and sds:5 key: 4",
        "Password error, try again",
        "Expires=1534752000",
        "# netmgr connect homenet",
        "",
        ":",
        "=",
    };
    struct redactor *r = redactor_new();
    redactor_add_secret(r, "abc"); /* too short to be looked for */
    char out[200];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        redact_text(r, texts[i], strlen(texts[i]), out, sizeof out);
        assert_string_equal(out, texts[i]);
    }
    redact_text(r, "abcabc", 6, out, sizeof out);
    assert_string_equal(out, "abcabc");
    static const char url[] = "u?Expires=15&Signature=xyz&b=1";
    redact_text(r, url, sizeof url - 1, out, sizeof out);
    assert_string_equal(out, "u?Expires=15&Signature=***&b=1");
    redactor_set_enabled(r, false);
    redact_text(r, url, sizeof url - 1, out, sizeof out);
    assert_string_equal(out, url);
    redactor_free(r);
}

static void exact_secrets_are_hidden_anywhere(void **state)
{
    (void)state;
    struct redactor *r = redactor_new();
    char out[100];
    redactor_add_secret(r, "hunter22");
    redactor_add_secret(r, "er22two");
    redactor_add_secret(r, "my pass");
    static const char text[] = "a hunter22two b hunter22hunter22 c my\\ pass d my pass";
    redact_text(r, text, sizeof text - 1, out, sizeof out);
    assert_string_equal(out, "a *** b ****** c *** d ***");
    redact_text(r, text, sizeof text - 1, out, 6);
    assert_string_equal(out, "a ***");
    redactor_free(r);
}

/* The stream form as a recorder uses it: mask, let go of all but what is held back. */
static void chunks_hide_nothing(void **state)
{
    (void)state;
    static const char secret[] = "s3cr3tValue99";
    struct random_source random;
    random_seed(&random, 4711);
    for (int round = 0; round < 400; round++) {
        struct redactor *r = redactor_new();
        struct buffer in = {.limit = 0}, held = {.limit = 0}, out = {.limit = 0};
        bool exact = random_below(&random, 2);
        if (exact)
            redactor_add_secret(r, secret);
        for (int k = 0; k < 4; k++) {
            char line[600], coloured[300];
            snprintf(coloured, sizeof coloured, "%s", secret);
            if (random_below(&random, 4) == 0)
                colour(secret, coloured, sizeof coloured);
            plant(line, sizeof line, shapes[random_below(&random, SHAPE_COUNT)], coloured);
            if (exact && random_below(&random, 3) == 0)
                snprintf(line, sizeof line, "word %s word\r\n", coloured);
            buffer_append_text(&in, line);
        }
        for (size_t at = 0; at < in.length;) {
            size_t piece = 1 + random_below(&random, 12);
            piece = piece < in.length - at ? piece : in.length - at;
            buffer_append(&held, in.data + at, piece);
            at += piece;
            redact_bytes(r, held.data, held.length);
            size_t hold = redact_holdback(r, held.data, held.length);
            assert_true(hold <= held.length);
            buffer_append(&out, held.data, held.length - hold);
            buffer_consume(&held, held.length - hold);
        }
        buffer_append(&out, held.data, held.length);
        assert_int_equal(out.length, in.length);
        char *text = strdup(buffer_text(&out));
        without_escapes(text);
        if (strstr(text, secret) || strstr(text, "r3tValue"))
            fail_msg("round %d: %s", round, text);
        free(text);
        buffer_free(&in);
        buffer_free(&held);
        buffer_free(&out);
        redactor_free(r);
    }
}

static void hostile_text_is_no_trouble(void **state)
{
    (void)state;
    struct redactor *r = redactor_new();
    struct random_source random;
    size_t n = 1 << 20;
    uint8_t *much = malloc(n);
    char *out = malloc(n * 2);
    redactor_add_secret(r, "aaaaaaaa");
    static const char *const fill[] = {
        "ds:", "key:", "ssid", "\x1b[", "a", "=", "netmgr connect ", "\"password\":\"", "\\x1b["};
    random_seed(&random, 5);
    for (size_t f = 0; f < sizeof fill / sizeof fill[0]; f++) {
        for (size_t i = 0; i < n; i++)
            much[i] = (uint8_t)fill[f][i % strlen(fill[f])];
        redact_text(r, (const char *)much, n, out, n * 2);
        redact_holdback(r, much, n);
        redact_bytes(r, much, n);
    }
    for (size_t i = 0; i < n; i++)
        much[i] = (uint8_t)random_next(&random);
    redact_text(r, (const char *)much, n, out, n * 2);
    memset(much, 0, n);
    redact_bytes(r, much, n);
    free(much);
    free(out);
    redactor_free(r);
}

/* Found by fuzzing: what looks like an escape code may be letters, and then its last one counts. */
static void a_secret_behind_a_spelled_escape_is_masked_either_way(void **state)
{
    static const char text[] = "4\\e[, secret\n", coloured[] = "sec\x1b[32mret";
    char out[64];
    uint8_t bytes[sizeof text];
    struct redactor *r = redactor_new();
    (void)state;
    redactor_add_secret(r, "secret");
    redact_text(r, text, sizeof text - 1, out, sizeof out);
    assert_null(strstr(out, "secret"));
    redact_text(r, coloured, sizeof coloured - 1, out, sizeof out);
    assert_string_equal(out, "***");
    memcpy(bytes, text, sizeof text);
    redact_bytes(r, bytes, sizeof text - 1);
    assert_null(strstr((const char *)bytes, "secret"));
    redactor_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_behind_a_spelled_escape_is_masked_either_way),
        cmocka_unit_test(shapes_hide_values_nobody_told_of),
        cmocka_unit_test(innocent_text_stays),
        cmocka_unit_test(exact_secrets_are_hidden_anywhere),
        cmocka_unit_test(chunks_hide_nothing),
        cmocka_unit_test(hostile_text_is_no_trouble),
    };
    (void)load_rules;
    (void)free_rules;
    (void)judge_text;
    (void)read_text_file;
    return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
