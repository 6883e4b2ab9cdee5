/* The whole update on the simulated board: success, and each fault with its own cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rehearsal.h"

static struct rehearsal_world world;

static void show(const char *settings, const struct rehearsal_result *r)
{
    printf("  sim:%s -> %s (%s, %s): %s\n    %s\n  replay: build/otaconsole run mk3060-ota -p "
           "'sim:%s'\n   phases:",
           settings, problem_name(r->problem.code), r->verdict, r->cause, r->problem.what,
           r->problem.hint, settings);
    for (unsigned i = 0; i < r->phase_count; i++)
        printf(" %s", r->phases[i]);
    printf("\n");
}

static void expect_code(const char *settings, enum problem_code code, const char *verdict)
{
    struct rehearsal_result r;
    rehearsal_run(&world, settings, NULL, 0, &r);
    if (r.problem.code != code || strcmp(r.verdict, verdict) != 0 || r.secrets_seen[0])
        show(settings, &r);
    assert_string_equal(problem_name(r.problem.code), problem_name(code));
    assert_string_equal(r.verdict, verdict);
    assert_string_equal(r.secrets_seen, "");
    if (code != PROBLEM_NONE)
        assert_true(r.problem.what[0] && r.problem.hint[0]);
}

static void a_good_update_succeeds_and_says_that_the_signature_was_not_checked(void **state)
{
    (void)state;
    expect_code("", PROBLEM_NONE, "success-unsigned");
}

static void the_phases_come_in_order(void **state)
{
    static const char *const wanted[] = {
        "wifi",  "mqtt",   "ota-notify", "version", "download", "verify-hash", "verify-image-md5",
        "write", "reboot", "boot",       "report"};
    struct rehearsal_result r;
    unsigned found = 0;
    (void)state;
    rehearsal_run(&world, "", NULL, 0, &r);
    for (unsigned i = 0; i < r.phase_count && found < 11; i++)
        found += strcmp(r.phases[i], wanted[found]) == 0;
    if (found < 11) {
        printf("missing or late: %s\n", wanted[found]);
        show("", &r);
    }
    assert_int_equal(found, 11);
}

static void each_fault_has_its_own_cause(void **state)
{
    (void)state;
    expect_code("fault=wrong-password", PROBLEM_WIFI_FAILED, "failed");
    expect_code("fault=wrong-credentials", PROBLEM_CLOUD_FAILED, "failed");
    expect_code("fault=refused-version", PROBLEM_OTA_REFUSED, "refused");
    expect_code("fault=bad-hash", PROBLEM_OTA_HASH_MISMATCH, "failed");
    expect_code("fault=bad-trailer", PROBLEM_OTA_IMAGE_INVALID, "failed");
    expect_code("fault=bad-image-md5", PROBLEM_OTA_IMAGE_INVALID, "failed");
    expect_code("fault=error-page", PROBLEM_OTA_ERROR_PAGE, "failed");
    expect_code("fault=cut-download", PROBLEM_OTA_DOWNLOAD_FAILED, "failed");
    expect_code("fault=no-push", PROBLEM_OTA_INCOMPLETE, "no-ota");
}

/* B0 takes the record that generation B writes for its own and erases it (facts §6.5). */
static void an_update_that_the_loader_did_not_apply_is_no_success(void **state)
{
    struct rehearsal_result r;
    (void)state;
    rehearsal_run(&world, "loader=b0", NULL, 0, &r);
    assert_int_not_equal(r.problem.code, PROBLEM_NONE);
}

static void a_line_with_latency_changes_nothing(void **state)
{
    (void)state;
    expect_code("latency=16ms", PROBLEM_NONE, "success-unsigned");
    expect_code("latency=3ms,fault=bad-hash", PROBLEM_OTA_HASH_MISMATCH, "failed");
}

/* What a noisy console shows is doubtful; a success that did not happen must not be among it. */
static void noise_never_makes_a_failure_a_success(void **state)
{
    static const char *const faults[] = {"bad-hash",   "bad-trailer",  "bad-image-md5",
                                         "error-page", "cut-download", "refused-version"};
    const char *seeds = getenv("SEEDS");
    unsigned long count = (seeds ? strtoul(seeds, NULL, 10) : 1000) / 20 + 6;
    (void)state;
    for (unsigned long i = 0; i < count; i++) {
        char settings[128];
        struct rehearsal_result r;
        snprintf(settings, sizeof settings, "noise=2000,seed=%lu,fault=%s", i + 1, faults[i % 6]);
        rehearsal_run(&world, settings, NULL, 0, &r);
        if (r.problem.code == PROBLEM_NONE || r.secrets_seen[0])
            show(settings, &r);
        assert_int_not_equal(r.problem.code, PROBLEM_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_update_succeeds_and_says_that_the_signature_was_not_checked),
        cmocka_unit_test(the_phases_come_in_order),
        cmocka_unit_test(each_fault_has_its_own_cause),
        cmocka_unit_test(an_update_that_the_loader_did_not_apply_is_no_success),
        cmocka_unit_test(a_line_with_latency_changes_nothing),
        cmocka_unit_test(noise_never_makes_a_failure_a_success),
    };
    if (!rehearsal_open(&world))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rehearsal_close(&world);
    return failed;
}
