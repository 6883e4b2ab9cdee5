/* The device's version rule: bytes, over the new version's length, and its multi-image form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "device/ota_version.h"

static void only_the_part_before_the_underscore_is_compared(void **state)
{
    (void)state;
    static const struct {
        const char *running, *offered;
        bool whole, part;
    } rows[] = {
        {"app-1.0.0", "app-1.0.1", true, true},
        {"AOS-R-1.3.1_app-1.0.0", "AOS-R-1.3.1_app-2.0.0", true, false},
        {"AOS-R-1.3.1_app-1.0.0", "AOS-R-1.3.2_app-1.0.0", true, true},
        {"AOS-R-1.3.1", "AOS-R-1.3.1_app-2.0.0", true, false},
        {"AOS-R-1.3.1", "_AOS-R-1.3.2", true, true}, /* strtok passes over it */
        {"app-1", "app-2_", true, true},
        {"app-1", "_", false, false},
        {"app-1", "_app-2", false, true},
        {"app-1", "", false, false},
        {"", "a_", true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(ota_version_accepts(rows[i].running, rows[i].offered), rows[i].whole);
        assert_int_equal(ota_version_accepts_part(rows[i].running, rows[i].offered), rows[i].part);
    }
}

static void a_comparison_stops_at_the_running_ones_end(void **state)
{
    (void)state;
    /* Behind the terminator there is memory of somebody else's. */
    char running[8] = "app\0\xff\xff\xff";
    assert_true(ota_version_accepts(running, "app-1"));
    assert_false(ota_version_accepts(running, "app"));
    assert_false(ota_version_accepts_part(running, "app_zz"));
}

static void parts_and_common_beginnings(void **state)
{
    (void)state;
    size_t n;
    assert_string_equal(ota_version_part("__a_b", &n), "a_b");
    assert_int_equal(n, 1);
    assert_string_equal(ota_version_part("", &n), "");
    assert_int_equal(n, 0);
    assert_int_equal(ota_version_common("app-1", "app-2"), 4);
    assert_int_equal(ota_version_common("app", "app-2"), 3);
    assert_int_equal(ota_version_common("", ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_part_before_the_underscore_is_compared),
        cmocka_unit_test(a_comparison_stops_at_the_running_ones_end),
        cmocka_unit_test(parts_and_common_beginnings),
    };
    return cmocka_run_group_tests_name("ota version", tests, NULL, NULL);
}
