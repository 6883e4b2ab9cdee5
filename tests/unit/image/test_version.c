/* Forms of versions, and the next one: always one that every device's rule takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "device/ota_version.h"
#include "image/version.h"

static const struct tm noon = {
    .tm_year = 118, .tm_mon = 7, .tm_mday = 20, .tm_hour = 16, .tm_min = 5, .tm_sec = 9};

static void the_next_version(void **state)
{
    (void)state;
    static const struct {
        const char *version, *running, *next;
    } rows[] = {
        {"app-1.0.0-20180601.1234", NULL, "app-1.0.1-20180820.1605"},
        {"app-1.0.0-20180601.123456", NULL, "app-1.0.1-20180820.160509"},
        {"app-1.0.9", NULL, "app-1.1.0"},
        {"app-1.99.9", NULL, "app-2.00.0"},
        {"app-9.9.9", NULL, "app-9.9.9.1"},
        {"app-9.9.9-20180601.1234", NULL, "app-9.9.9.1-20180820.1605"},
        {"APP-1.0.0", NULL, "APP-1.0.1"},
        {"app-2.0.0-", NULL, "app-2.0.1-20180820.1605"},
        {"app-2.0.0-$(CURRENT_TME)", NULL, "app-2.0.1-20180820.1605"},
        {"app-2.0.0-${CURRENT_TIME", NULL, "app-2.0.1-20180820.1605"},
        {"release", NULL, "release.1"},
        {"20180601.1234", NULL, "20180820.1605"},
        {"20190601.1234", NULL, "20190601.1234.1"}, /* the clock is wrong, or was */
        {"AOS-R-1.3.1_app-1.0.0-20180601.1234", NULL, "AOS-R-1.3.2_app-1.0.0-20180820.1605"},
        {"mk3060-app-1.0.9", NULL, "mk3060-app-1.1.0"},
        {"APP-2.0.0", "app-1.0.0", "app-1.0.1"},
        {"app-1.10.0", "app-1.9.0", "app-1.9.1"},
        {"app-3.0.0", "app-1.0.0", "app-3.0.1"},
        {"", NULL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct version_next next;
        bool found = version_next(rows[i].version, rows[i].running, &noon, &next);
        assert_int_equal(found, rows[i].next[0] != '\0');
        assert_string_equal(next.version, rows[i].next);
        assert_true(next.why[0] != '\0');
    }
}

static void any_next_version_is_taken(void **state)
{
    (void)state;
    static const char bytes[] = "aAzZ019.-_$( )\xe4";
    struct random_source r;
    random_seed(&r, 1);
    for (unsigned i = 0; i < 20000; i++) {
        char texts[2][80];
        for (unsigned k = 0; k < 2; k++) {
            size_t n = random_below(&r, sizeof texts[0]);
            for (size_t j = 0; j < n; j++)
                texts[k][j] = bytes[random_below(&r, sizeof bytes - 1)];
            texts[k][n] = '\0';
        }
        struct version_next next;
        struct version_remark remarks[VERSION_REMARKS_MAX];
        bool with = random_one_in(&r, 2);
        if (version_next(texts[0], with ? texts[1] : NULL, &noon, &next)) {
            const char *running = with ? texts[1] : texts[0];
            assert_true(ota_version_accepts(running, next.version));
            assert_true(ota_version_accepts_part(running, next.version));
            assert_true(strlen(next.version) <= OTA_VERSION_MAX);
        }
        assert_in_range(version_remarks(texts[0], texts[1], remarks), 0, VERSION_REMARKS_MAX);
    }
}

static bool remarked(const char *version, const char *running, const char *code)
{
    struct version_remark remarks[VERSION_REMARKS_MAX];
    unsigned n = version_remarks(version, running, remarks);
    for (unsigned i = 0; i < n; i++) {
        if (strcmp(remarks[i].code, code) == 0)
            return true;
    }
    return false;
}

static void odd_forms_are_remarked(void **state)
{
    (void)state;
    struct version_remark none[VERSION_REMARKS_MAX];
    char text[80];
    assert_int_equal(version_remarks("app-2.0.0-20180820.1600", "app-1.0.0-20180601.1234", none),
                     0);
    assert_true(remarked("app-2.0.0-", NULL, "no-time"));
    assert_true(remarked("app-2.0.0-$(CURRENT_TME)", NULL, "unexpanded"));
    assert_false(remarked("app-2.0.0-$(CURRENT_TME)", NULL, "several-images"));
    assert_true(remarked("AOS-R-1.3.1_app-1.0.0", NULL, "several-images"));
    assert_true(remarked("app 1.0.0", NULL, "characters"));
    assert_true(remarked("app-\"1\"", NULL, "characters"));
    assert_true(remarked("app-2.0.0", NULL, "form"));
    assert_true(remarked("release", NULL, "form"));
    assert_true(remarked("APP-2.0.0-20180820.1600", "app-1.0.0-20180601.1234", "form"));
    assert_true(remarked("app-10.0.0-20180820.1600", "app-9.0.0-20180601.1234", "form"));
    assert_true(remarked("app-2.0-20180820.1600", "app-1.0.0-20180601.1234", "form"));
    assert_true(remarked("app-2.0.0-20180820.160000", "app-1.0.0-20180601.1234", "form"));
    memset(text, 'a', sizeof text);
    text[64] = '\0';
    assert_false(remarked(text, NULL, "too-long"));
    text[64] = 'a';
    text[65] = '\0';
    assert_true(remarked(text, NULL, "too-long"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_version),
        cmocka_unit_test(any_next_version_is_taken),
        cmocka_unit_test(odd_forms_are_remarked),
    };
    return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}
