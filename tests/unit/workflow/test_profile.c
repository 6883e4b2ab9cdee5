/* Profiles: what each step becomes, includes, and mistakes with their place. */
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

#include "board/board.h"
#include "workflow/profile.h"

static struct variables *v;
static struct profile *profile;
static struct problem problem;
static struct schema_report report;
static char folder[] = "/tmp/otaconsole-profiles-XXXXXX";

static int begin(void **state)
{
    (void)state;
    v = variables_new();
    profile = NULL;
    problem = (struct problem)PROBLEM_INIT;
    memset(&report, 0, sizeof report);
    return v ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    profile_free(profile);
    variables_free(v);
    return 0;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static const char *in_folder(const char *name)
{
    static char path[4][128];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(in_folder(name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void good(const char *text)
{
    if (profile_load_memory("p.yaml", text, strlen(text), v, &profile, &report, &problem) !=
        PROBLEM_NONE)
        fail_msg("%s: %s", problem.where, problem.what);
}

/* Steps alone, behind a head of two lines. */
static void bad(const char *steps, const char *where, const char *what, const char *hint)
{
    char text[2000];
    void *none = NULL;
    begin(&none);
    snprintf(text, sizeof text, "profile: p\nsteps:\n%s", steps);
    enum problem_code code =
        profile_load_memory("p.yaml", text, strlen(text), v, &profile, &report, &problem);
    if (code != PROBLEM_CONFIG)
        fail_msg("accepted: %s", steps);
    assert_string_equal(problem.where, where);
    if (!strstr(problem.what, what))
        fail_msg("\"%s\" does not say \"%s\"", problem.what, what);
    if (!strstr(problem.hint, hint))
        fail_msg("the hint \"%s\" does not say \"%s\"", problem.hint, hint);
    end(&none);
}

static void every_step_becomes_what_it_says(void **state)
{
    (void)state;
    good("profile: all\n"
         "description: every kind\n"
         "board: mk3060\n"
         "variables:\n"
         "  image: {type: file, required: true, description: the file}\n"
         "steps:\n"
         "  - enter-download: {strategies: [probe, operator]}\n"
         "  - write: {file: \"${image}\", address: 0x13200, verify: false}\n"
         "  - verify: {file: \"${image}\"}\n"
         "  - read: {file: out.bin, address: 0x13200, size: 4k}\n"
         "  - boot:\n"
         "    retries: 3\n"
         "    retry-delay: 250ms\n"
         "  - name: say it\n"
         "    send: [netmgr, connect, \"${image}\", \"\"]\n"
         "    on-failure: continue\n"
         "  - expect:\n"
         "      regex: \"ip : ([0-9.]+)\"\n"
         "      capture: device.ip\n"
         "      fail: [{text: nope, because: no, hint: try, code: wifi-failed}, {regex: \"a+\"}]\n"
         "    timeout: 7s\n"
         "  - watch-ota: {expect-version: \"2\", until: installed, timeout: 2m}\n"
         "  - assert: {value: \"${ota.version}\", contains: \"2\"}\n"
         "  - pause: {message: press}\n"
         "  - sleep: 1.5s\n");
    const struct profile_step *s = profile->steps;
    assert_int_equal(profile->step_count, 11);
    assert_string_equal(profile->name, "all");
    assert_string_equal(profile->board, "mk3060");
    assert_string_equal(profile->path, "p.yaml");
    assert_string_equal(profile->warnings, "");
    for (size_t i = 0; i < STEP_KIND_COUNT; i++)
        assert_int_equal(s[i].kind, i);
    assert_int_equal(s[0].strategies, 1u << BOARD_ENTRY_PROBE | 1u << BOARD_ENTRY_OPERATOR);
    assert_string_equal(s[0].where, "p.yaml:7:5");
    assert_string_equal(s[0].name, "enter-download");
    assert_string_equal(s[1].file, "${image}");
    assert_string_equal(s[1].address, "0x13200");
    assert_false(s[1].verify);
    assert_true(s[2].verify);
    assert_null(s[2].address);
    assert_string_equal(s[3].size, "4k");
    assert_int_equal(s[4].retries, 3);
    assert_int_equal(s[4].retry_delay_us, 250000);
    assert_string_equal(s[5].name, "say it");
    assert_int_equal(s[5].argument_count, 4);
    assert_string_equal(s[5].arguments[3], "");
    assert_true(s[5].continue_on_failure);
    assert_string_equal(s[6].wanted.regex, "ip : ([0-9.]+)");
    assert_null(s[6].wanted.text);
    assert_int_equal(s[6].failure_count, 2);
    assert_int_equal(s[6].failures[0].code, PROBLEM_WIFI_FAILED);
    assert_int_equal(s[6].failures[1].code, PROBLEM_ASSERT_FAILED);
    assert_int_equal(s[6].timeout_us, 7000000);
    assert_string_equal(s[7].until, "installed");
    assert_int_equal(s[7].timeout_us, 120000000);
    assert_string_equal(s[8].op, "contains");
    assert_string_equal(s[8].operand, "2");
    assert_string_equal(s[10].duration, "1.5s");
    const struct variable *image = variables_find(v, "image");
    assert_int_equal(image->type, VARIABLE_FILE);
    assert_true(image->required);
}

static void mistakes_in_steps(void **state)
{
    (void)state;
    bad("  - {}\n", "p.yaml:3:5", "must say what it does", "enter-download, write");
    bad("  - {boot: {}, sleep: 1s}\n", "p.yaml:3:5", "does one thing", "one of");
    bad("  - boott: {}\n", "p.yaml:3:5", "unknown key \"boott\"", "Did you mean \"boot\"?");
    bad("  - write: {}\n", "p.yaml:3:12", "write lacks the key \"file\"", "image");
    bad("  - write: {file: }\n", "p.yaml:3:19", "file must not be empty", "image");
    bad("  - write: {file: f, adress: 1}\n", "p.yaml:3:22", "unknown key \"adress\"",
        "Did you mean \"address\"?");
    bad("  - write: {file: f, address: here}\n", "p.yaml:3:31", "address must be a size", "0x1000");
    bad("  - read: {file: f, address: 0, size: lots}\n", "p.yaml:3:39", "size must be a size",
        "4k");
    bad("  - send: []\n", "p.yaml:3:11", "send has no words", "command, argument");
    bad("  - send: netmgr\n", "p.yaml:3:11", "send must be a list", "");
    bad("  - sleep: 5\n", "p.yaml:3:12", "duration with a unit", "30s");
    bad("  - sleep: 1s\n    timeout: soon\n", "p.yaml:4:14", "timeout must be a duration", "30s");
    bad("  - sleep: 1s\n    retries: 101\n", "p.yaml:4:14", "from 0 to 100", "");
    bad("  - sleep: 1s\n    on-failure: cry\n", "p.yaml:4:17", "one of stop, continue", "");
    bad("  - expect: {}\n", "p.yaml:3:13", "exactly one of its alternatives, it has 0", "");
    bad("  - expect: {text: a, regex: b}\n", "p.yaml:3:13", "it has 2", "");
    bad("  - expect: {text: \"\"}\n", "p.yaml:3:13", "text is empty", "");
    bad("  - expect: {text: a, capture: ip}\n", "p.yaml:3:32", "begins with \"device.\"",
        "device.ip");
    bad("  - expect: {text: a, fail: [{}]}\n", "p.yaml:3:30", "fail needs exactly one", "");
    bad("  - expect: {text: a, fail: [{text: b, code: usage}]}\n", "p.yaml:3:46",
        "code must be one of", "");
    bad("  - assert: {value: a}\n", "p.yaml:3:13", "assert needs exactly one", "");
    bad("  - enter-download: {strategies: [magic]}\n", "p.yaml:3:35", "unknown strategy \"magic\"",
        "reboot-spaces");
    bad("", "p.yaml:2:7", "the profile has no steps", "Add a step");
    bad("  - boot: {}\nvariables:\n  \"a b\": {}\n", "p.yaml:5:10", "cannot be the name",
        "letters");
    bad("  - boot: {}\nvariables:\n  a: {type: text}\n", "p.yaml:5:13",
        "one of string, secret, int", "");
    bad("  - include: {profile: none.yaml}\n", "p.yaml:3:24", "none.yaml cannot be included",
        "relative");
}

static void the_limit_of_steps_is_told(void **state)
{
    (void)state;
    static char text[8000] = "profile: p\nsteps:\n";
    for (int i = 0; i < PROFILE_STEPS_MAX + 1; i++)
        strcat(text, "  - boot: {}\n");
    assert_int_equal(
        profile_load_memory("p.yaml", text, strlen(text), v, &profile, &report, &problem),
        PROBLEM_CONFIG);
    assert_string_equal(problem.where, "p.yaml:203:5");
    assert_non_null(strstr(problem.what, "at most 200 steps"));
}

static void secrets_in_clear_are_warned_about(void **state)
{
    (void)state;
    good("profile: p\nvariables:\n  key: {type: secret, default: hush}\n"
         "  pin: {type: secret, default: quiet}\n  none: {type: secret, default: \"\"}\n"
         "steps: [{boot: {}}]\n");
    assert_non_null(strstr(profile->warnings, "p.yaml:3:8: the secret \"key\""));
    assert_non_null(strstr(profile->warnings, "p.yaml:4:8: the secret \"pin\""));
    assert_null(strstr(profile->warnings, "none"));
    assert_null(strstr(profile->warnings, "hush"));
}

/* --- includes -------------------------------------------------------------------------------- */

static const char inner[] = "profile: inner\n"
                            "variables:\n"
                            "  file: {required: true}\n"
                            "  key: {type: secret}\n"
                            "  times: {type: int, default: \"3\"}\n"
                            "steps:\n"
                            "  - write: {file: \"${file}\"}\n"
                            "  - send: [say, \"${key}\", \"$${file}\", \"${times}\"]\n";

static enum problem_code load_outer(const char *text)
{
    write_file("outer.yaml", text);
    write_file("inner.yaml", inner);
    enum problem_code code =
        profile_load(in_folder("outer.yaml"), NULL, 0, v, &profile, &report, &problem);
    unlink(in_folder("outer.yaml"));
    unlink(in_folder("inner.yaml"));
    return code;
}

static void an_include_is_spliced_in_with_its_values(void **state)
{
    (void)state;
    if (load_outer("profile: outer\n"
                   "variables: {low: {type: file}, pw: {type: secret}}\n"
                   "steps:\n"
                   "  - boot: {}\n"
                   "  - include:\n"
                   "      profile: inner.yaml\n"
                   "      with: {file: \"dir/${low}\", key: \"${pw}\"}\n"
                   "  - include: {profile: inner.yaml, with: {file: other, times: \"9\"}}\n"
                   "  - boot: {}\n") != PROBLEM_NONE)
        fail_msg("%s: %s", problem.where, problem.what);
    assert_int_equal(profile->step_count, 6);
    assert_string_equal(profile->name, "outer");
    assert_string_equal(profile->steps[1].file, "dir/${low}");
    assert_non_null(strstr(profile->steps[1].where, "inner.yaml:7:5"));
    assert_string_equal(profile->steps[2].arguments[1], "${pw}");
    assert_string_equal(profile->steps[2].arguments[2], "$${file}"); /* a dollar, not a name */
    assert_string_equal(profile->steps[2].arguments[3], "${times}");
    assert_string_equal(profile->steps[3].file, "other");
    assert_string_equal(profile->steps[4].arguments[1], "${key}");
    assert_string_equal(profile->steps[4].arguments[3], "9");
    assert_string_equal(profile->warnings, "");
    assert_null(variables_find(v, "file"));
    assert_non_null(variables_find(v, "key"));
}

static void a_secret_given_in_clear_is_masked_and_warned_about(void **state)
{
    char *out = NULL, *shown = NULL;
    bool secret = false;
    (void)state;
    assert_int_equal(load_outer("profile: outer\nsteps:\n"
                                "  - include: {profile: inner.yaml, with: {file: f, key: hush}}\n"),
                     PROBLEM_NONE);
    assert_non_null(strstr(profile->warnings, "outer.yaml:3:"));
    assert_null(strstr(profile->warnings, "hush"));
    assert_int_equal(
        variables_expand(v, profile->steps[1].arguments[1], "p", &out, &shown, &secret, &problem),
        PROBLEM_NONE);
    assert_string_equal(out, "hush");
    assert_string_equal(shown, "***");
    assert_true(secret);
    free(out);
    free(shown);
}

static void expect_mistake(const char *text, const char *place, const char *what, const char *hint)
{
    void *none = NULL;
    begin(&none);
    assert_int_equal(load_outer(text), PROBLEM_CONFIG);
    if (!strstr(problem.where, place))
        fail_msg("%s is not at %s: %s", problem.where, place, problem.what);
    assert_non_null(strstr(problem.what, what));
    assert_non_null(strstr(problem.hint, hint));
    end(&none);
}

static void mistakes_in_includes(void **state)
{
    (void)state;
    expect_mistake("profile: o\nsteps:\n"
                   "  - include: {profile: inner.yaml, with: {fiel: f}}\n",
                   "outer.yaml:3:49", "no variable \"fiel\"", "Did you mean \"file\"?");
    expect_mistake("profile: o\nvariables: {a: {}}\nsteps:\n"
                   "  - include: {profile: inner.yaml, with: {file: f, key: \"${a}\"}}\n",
                   "outer.yaml:4:", "is a secret of the included profile", "type: secret");
    expect_mistake("profile: o\nsteps:\n  - include: {profile: outer.yaml}\n", "outer.yaml:3:14",
                   "would never end", "circle");
    expect_mistake("profile: o\nvariables: {file: {type: int}}\nsteps:\n"
                   "  - include: {profile: inner.yaml}\n",
                   "inner.yaml:3:9", "declared as string here and as int elsewhere", "one type");
    expect_mistake("profile: o\nsteps:\n  - include: {profile: inner.yaml}\n"
                   "  - include: {profile: inner.yml}\n",
                   "outer.yaml:4:24", "inner.yml cannot be included: No such file", "relative");
}

static void includes_nest_only_so_deep(void **state)
{
    (void)state;
    char name[32], text[128];
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "n%d.yaml", i);
        snprintf(text, sizeof text, "profile: n\nsteps: [{include: {profile: n%d.yaml}}]\n", i + 1);
        write_file(name, i == 9 ? "profile: n\nsteps: [{boot: {}}]\n" : text);
    }
    assert_int_equal(profile_load(in_folder("n0.yaml"), NULL, 0, v, &profile, &report, &problem),
                     PROBLEM_CONFIG);
    assert_non_null(strstr(problem.where, "n7.yaml:2:"));
    assert_non_null(strstr(problem.what, "nests too deeply"));
    assert_int_equal(profile_load(in_folder("n2.yaml"), NULL, 0, v, &profile, NULL, &problem),
                     PROBLEM_NONE);
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "n%d.yaml", i);
        unlink(in_folder(name));
    }
}

/* --- finding ---------------------------------------------------------------------------------- */

static void profiles_are_found_by_name_and_path(void **state)
{
    static const char *const shipped[] = {"mk3060-flash", "mk3060-netmgr", "mk3060-ota",
                                          "mk3060-two-versions"};
    const char *const dirs[] = {"/nowhere", "profiles"};
    for (size_t i = 0; i < 4; i++) {
        end(state);
        begin(state);
        if (profile_load(shipped[i], dirs, 2, v, &profile, &report, &problem) != PROBLEM_NONE)
            fail_msg("%s: %s", problem.where, problem.what);
        assert_string_equal(profile->name, shipped[i]);
        assert_string_equal(profile->warnings, "");
    }
    end(state);
    begin(state);
    assert_int_equal(profile_load("mk3060-falsh", dirs, 2, v, &profile, &report, &problem),
                     PROBLEM_CONFIG);
    assert_string_equal(problem.where, "mk3060-falsh");
    assert_non_null(strstr(problem.hint, "Did you mean mk3060-flash?"));
    /* A folder of that name is not the profile. */
    assert_int_equal(profile_load("src", dirs, 2, v, &profile, &report, &problem), PROBLEM_CONFIG);
    assert_non_null(strstr(problem.what, "no such profile"));
}

static void a_profile_can_be_built_in_code(void **state)
{
    (void)state;
    profile = profile_new("flash");
    struct profile_step *s = profile_add_step(profile, STEP_WRITE, "write");
    assert_non_null(s);
    assert_true(s->verify);
    assert_int_equal(s->retry_delay_us, 1000000);
    for (int i = 1; i < PROFILE_STEPS_MAX; i++)
        assert_non_null(profile_add_step(profile, STEP_BOOT, "boot"));
    assert_null(profile_add_step(profile, STEP_BOOT, "boot"));
    assert_null(profile_copy(profile, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_step_becomes_what_it_says),
        cmocka_unit_test(mistakes_in_steps),
        TEST(the_limit_of_steps_is_told),
        TEST(secrets_in_clear_are_warned_about),
        TEST(an_include_is_spliced_in_with_its_values),
        TEST(a_secret_given_in_clear_is_masked_and_warned_about),
        cmocka_unit_test(mistakes_in_includes),
        TEST(includes_nest_only_so_deep),
        TEST(profiles_are_found_by_name_and_path),
        TEST(a_profile_can_be_built_in_code),
    };
    return cmocka_run_group_tests_name("profiles", tests, make_folder, remove_folder);
}
