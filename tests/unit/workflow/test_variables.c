/* Variables: types, where a value comes from, what is masked, what is told when one is missing. */
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

#include "workflow/variables.h"

static struct variables *v;
static struct problem problem;
static char path[] = "/tmp/otaconsole-secrets-XXXXXX";
static unsigned asked;
static bool asked_secretly;

static int begin(void **state)
{
    (void)state;
    v = variables_new();
    problem = (struct problem)PROBLEM_INIT;
    asked = 0;
    unsetenv("OTACONSOLE_VAR_NAME");
    unsetenv("OTACONSOLE_VAR_TWO_WORDS");
    return v ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    variables_free(v);
    return 0;
}

static void declare(const char *name, enum variable_type type, const char *value, bool required)
{
    assert_int_equal(
        variables_declare(v, name, type, "what it is", value, required, "p.yaml:3:5", &problem),
        PROBLEM_NONE);
}

static const char *simulated(void *user, const char *name)
{
    (void)user;
    return strcmp(name, "name") == 0 ? "from the simulation" : NULL;
}

static char *person(void *user, const char *name, const char *description, bool secret)
{
    (void)user;
    assert_string_equal(name, "name");
    assert_string_equal(description, "what it is");
    asked++;
    asked_secretly = secret;
    return strdup("from the prompt");
}

static const struct variables_sources sources = {simulated, person, NULL},
                                      people = {NULL, person, NULL};

static void resolve(const struct variables_sources *from)
{
    if (variables_resolve(v, from, &problem) != PROBLEM_NONE)
        fail_msg("%s: %s", problem.where, problem.what);
}

static void is(const char *name, const char *value, enum variable_origin origin)
{
    const struct variable *x = variables_find(v, name);
    assert_non_null(x);
    assert_string_equal(x->value, value);
    assert_int_equal(x->origin, origin);
}

static void write_secrets(const char *text, mode_t mode)
{
    strcpy(path, "/tmp/otaconsole-secrets-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    fchmod(fd, mode);
    close(fd);
}

/* --- origins --------------------------------------------------------------------------------- */

static void the_nearest_source_wins(void **state)
{
    write_secrets("name: from the file\n", 0600);
    for (int sources_left = 6; sources_left > 0; sources_left--) {
        begin(state);
        if (sources_left >= 5)
            assert_int_equal(variables_load_secret_file(v, path, &problem), PROBLEM_NONE);
        if (sources_left >= 6)
            assert_int_equal(variables_set_assignment(v, "name=from --set", &problem),
                             PROBLEM_NONE);
        if (sources_left >= 4)
            setenv("OTACONSOLE_VAR_NAME", "from the environment", 1);
        declare("name", VARIABLE_STRING, sources_left >= 3 ? "from the profile" : NULL, true);
        resolve(sources_left >= 2 ? &sources : &people);
        static const char *const values[] = {"",
                                             "from the prompt",
                                             "from the simulation",
                                             "from the profile",
                                             "from the environment",
                                             "from the file",
                                             "from --set"};
        static const enum variable_origin origins[] = {
            ORIGIN_NONE,        ORIGIN_PROMPT,      ORIGIN_SIMULATION, ORIGIN_DEFAULT,
            ORIGIN_ENVIRONMENT, ORIGIN_SECRET_FILE, ORIGIN_SET};
        is("name", values[sources_left], origins[sources_left]);
        if (sources_left > 1)
            end(state);
    }
    assert_int_equal(asked, 1);
    unlink(path);
}

static void order_of_arrival_does_not_matter(void **state)
{
    (void)state;
    write_secrets("name: from the file\n", 0600);
    declare("name", VARIABLE_STRING, "from the profile", false);
    variables_set_assignment(v, "name=first", &problem);
    variables_set_assignment(v, "name=from=set", &problem);
    assert_int_equal(variables_load_secret_file(v, path, &problem), PROBLEM_NONE);
    resolve(NULL);
    is("name", "from=set", ORIGIN_SET);
    unlink(path);
}

static void a_secret_comes_from_file_environment_or_a_prompt_without_echo(void **state)
{
    write_secrets("name: hush\nanother-profiles: too\n", 0600);
    declare("name", VARIABLE_SECRET, NULL, true);
    assert_int_equal(variables_load_secret_file(v, path, &problem), PROBLEM_NONE);
    resolve(NULL); /* the file may hold more than this profile needs */
    is("name", "hush", ORIGIN_SECRET_FILE);
    unlink(path);
    end(state);
    begin(state);
    declare("name", VARIABLE_SECRET, NULL, true);
    setenv("OTACONSOLE_VAR_NAME", "hush", 1);
    resolve(&people);
    is("name", "hush", ORIGIN_ENVIRONMENT);
    assert_int_equal(asked, 0);
    end(state);
    begin(state);
    declare("name", VARIABLE_SECRET, NULL, true);
    resolve(&people);
    is("name", "from the prompt", ORIGIN_PROMPT);
    assert_true(asked_secretly);
    end(state);
    begin(state);
    declare("name", VARIABLE_STRING, NULL, true);
    resolve(&people);
    assert_false(asked_secretly);
    end(state);
    begin(state);
    declare("name", VARIABLE_SECRET, NULL, false); /* not needed: nobody is bothered */
    resolve(&people);
    assert_int_equal(asked, 0);
}

static void environment_names_are_upper_case_with_underscores(void **state)
{
    (void)state;
    setenv("OTACONSOLE_VAR_TWO_WORDS", "x", 1);
    declare("two-words", VARIABLE_STRING, NULL, true);
    resolve(NULL);
    is("two-words", "x", ORIGIN_ENVIRONMENT);
}

static void secret_files_are_private_maps_of_values(void **state)
{
    (void)state;
    static const mode_t open_modes[] = {0640, 0604, 0644, 0610, 0601};
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        write_secrets("name: hush\n", open_modes[i]);
        assert_int_equal(variables_load_secret_file(v, path, &problem), PROBLEM_CONFIG);
        assert_non_null(strstr(problem.what, "other users"));
        assert_non_null(strstr(problem.hint, "chmod 600"));
        unlink(path);
    }
    assert_null(variables_find(v, "name"));
    static const char *const bad[][2] = {{"- hush\n", "map of names"},
                                         {"name: [hush]\n", "not a single value"},
                                         {"name: hush\nname: hush\n", "twice"},
                                         {"name: \"hush\n", "not valid YAML"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_secrets(bad[i][0], 0600);
        assert_int_equal(variables_load_secret_file(v, path, &problem), PROBLEM_CONFIG);
        assert_non_null(strstr(problem.what, bad[i][1]));
        assert_null(strstr(problem.what, "hush"));
        assert_null(strstr(problem.hint, "hush"));
        unlink(path);
    }
    assert_int_equal(variables_load_secret_file(v, "/nowhere/secrets", &problem), PROBLEM_CONFIG);
    assert_string_equal(problem.where, "/nowhere/secrets");
}

/* --- types ------------------------------------------------------------------------------- */

static void types_are_checked_once_everything_is_known(void **state)
{
    static const struct {
        enum variable_type type;
        const char *good, *bad, *expected;
    } rows[] = {{VARIABLE_INT, "0x10", "ten", "a whole number"},
                {VARIABLE_BOOL, "no", "nope", "true or false"},
                {VARIABLE_SIZE, "64k", "64q", "a size such as"},
                {VARIABLE_DURATION, "1.5s", "1.5", "a duration such as"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        end(state);
        begin(state);
        declare("x", rows[i].type, rows[i].good, false);
        resolve(NULL);
        snprintf(text, sizeof text, "x=%s", rows[i].bad);
        variables_set_assignment(v, text, &problem);
        assert_int_equal(variables_resolve(v, NULL, &problem), PROBLEM_CONFIG);
        assert_non_null(strstr(problem.what, rows[i].expected));
        assert_non_null(strstr(problem.what, rows[i].bad));
        assert_non_null(strstr(problem.what, "from --set"));
    }
}

static void files_must_be_there_and_hold_something(void **state)
{
    (void)state;
    declare("image", VARIABLE_FILE, "/nowhere/app.bin", false);
    assert_int_equal(variables_resolve(v, NULL, &problem), PROBLEM_INPUT_FILE);
    assert_string_equal(problem.where, "/nowhere/app.bin");
    assert_non_null(strstr(problem.what, "\"image\""));
    variables_set_assignment(v, "image=/tmp", &problem);
    assert_int_equal(variables_resolve(v, NULL, &problem), PROBLEM_INPUT_FILE);
    assert_non_null(strstr(problem.what, "a folder"));
    write_secrets("", 0600);
    char text[80];
    snprintf(text, sizeof text, "image=%s", path);
    variables_set_assignment(v, text, &problem);
    assert_int_equal(variables_resolve(v, NULL, &problem), PROBLEM_INPUT_FILE);
    assert_non_null(strstr(problem.what, "empty"));
    unlink(path);
    write_secrets("x", 0600);
    snprintf(text, sizeof text, "image=%s", path);
    variables_set_assignment(v, text, &problem);
    resolve(NULL);
    unlink(path);
}

static void everything_missing_is_told_at_once(void **state)
{
    (void)state;
    declare("name", VARIABLE_STRING, NULL, true);
    declare("word", VARIABLE_SECRET, NULL, true);
    declare("spare", VARIABLE_STRING, NULL, false);
    assert_int_equal(variables_resolve(v, NULL, &problem), PROBLEM_CONFIG);
    assert_string_equal(problem.what,
                        "values are missing for: name (what it is), word (what it is)");
    assert_non_null(strstr(problem.hint, "--secret-file"));
    assert_non_null(strstr(problem.hint, "OTACONSOLE_VAR_"));
}

static void a_misspelt_set_is_noticed(void **state)
{
    (void)state;
    declare("password", VARIABLE_STRING, "", false);
    variables_set_assignment(v, "pasword=x", &problem);
    assert_int_equal(variables_resolve(v, NULL, &problem), PROBLEM_CONFIG);
    assert_string_equal(problem.where, "--set");
    assert_non_null(strstr(problem.what, "\"pasword\""));
    assert_string_equal(problem.hint, "Did you mean \"password\"?");
    static const char *const bad[] = {"", "=x", "a", "a b=x", "a.b=x", "${a}=x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(variables_set_assignment(v, bad[i], &problem), PROBLEM_USAGE);
        assert_non_null(strstr(problem.hint, "--set name=value"));
    }
}

static void two_profiles_must_agree_on_a_type(void **state)
{
    (void)state;
    declare("x", VARIABLE_STRING, NULL, false);
    declare("x", VARIABLE_STRING, "later default", true);
    is("x", "later default", ORIGIN_DEFAULT);
    assert_true(variables_find(v, "x")->required);
    assert_int_equal(
        variables_declare(v, "x", VARIABLE_SECRET, NULL, NULL, false, "q.yaml:7:3", &problem),
        PROBLEM_CONFIG);
    assert_string_equal(problem.where, "q.yaml:7:3");
    assert_non_null(strstr(problem.what, "declared as secret here and as string elsewhere"));
}

/* --- expansion --------------------------------------------------------------------------- */

static void expect_expansion(const char *text, const char *real, const char *masked, bool tainted)
{
    char *out = NULL, *shown = NULL;
    bool secret = !tainted;
    if (variables_expand(v, text, "p:1:1", &out, &shown, &secret, &problem) != PROBLEM_NONE)
        fail_msg("%s", problem.what);
    assert_string_equal(out, real);
    assert_string_equal(shown, masked);
    assert_int_equal(secret, tainted);
    free(out);
    free(shown);
}

static void secrets_taint_what_they_go_into(void **state)
{
    (void)state;
    declare("ssid", VARIABLE_STRING, "net", false);
    declare("key", VARIABLE_SECRET, "hu${ssid}sh", false);
    expect_expansion("plain", "plain", "plain", false);
    expect_expansion("${ssid}/${ssid}", "net/net", "net/net", false);
    expect_expansion("<${key}>", "<hu${ssid}sh>", "<***>",
                     true); /* values are not expanded again */
    expect_expansion("$$ $${ssid} $x $", "$ ${ssid} $x $", "$ ${ssid} $x $", false);
    expect_expansion("", "", "", false);
}

static void unknown_and_broken_names_are_told_with_their_place(void **state)
{
    char *out = NULL;
    (void)state;
    declare("ssid", VARIABLE_STRING, "net", false);
    assert_int_equal(variables_expand(v, "${sssid}", "p.yaml:9:7", &out, NULL, NULL, &problem),
                     PROBLEM_CONFIG);
    assert_string_equal(problem.where, "p.yaml:9:7");
    assert_string_equal(problem.hint, "Did you mean \"ssid\"?");
    assert_int_equal(variables_expand(v, "a ${ssid", "p.yaml:9:7", &out, NULL, NULL, &problem),
                     PROBLEM_CONFIG);
    assert_string_equal(problem.where, "p.yaml:9:7");
    assert_non_null(strstr(problem.what, "does not end"));
    assert_non_null(strstr(problem.hint, "$$"));
    assert_null(out);
}

static void run_time_values_may_be_empty_until_they_come(void **state)
{
    (void)state;
    expect_expansion("<${ota.version}${device.ip}${loader.id}>", "<>", "<>", false);
    variables_set_run(v, "ota.version", "app-2");
    expect_expansion("<${ota.version}>", "<app-2>", "<app-2>", false);
    resolve(NULL);
    variables_set_run(v, "ota.version", NULL);
    expect_expansion("<${ota.version}>", "<>", "<>", false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_nearest_source_wins, end),
        TEST(order_of_arrival_does_not_matter),
        TEST(a_secret_comes_from_file_environment_or_a_prompt_without_echo),
        TEST(environment_names_are_upper_case_with_underscores),
        TEST(secret_files_are_private_maps_of_values),
        TEST(types_are_checked_once_everything_is_known),
        TEST(files_must_be_there_and_hold_something),
        TEST(everything_missing_is_told_at_once),
        TEST(a_misspelt_set_is_noticed),
        TEST(two_profiles_must_agree_on_a_type),
        TEST(secrets_taint_what_they_go_into),
        TEST(unknown_and_broken_names_are_told_with_their_place),
        TEST(run_time_values_may_be_empty_until_they_come),
    };
    return cmocka_run_group_tests_name("variables", tests, NULL, NULL);
}
