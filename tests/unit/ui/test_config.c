/* The user's and the project's settings: what they say, who may say it, and every mistake's place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "ui/config.h"

static struct ui_config config;
static struct problem problem;
static char folder[64];

static int begin(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("OTACONSOLE_CONFIG");
    ui_config_default(&config);
    problem = (struct problem)PROBLEM_INIT;
    snprintf(folder, sizeof folder, "/tmp/otaconsole-test-XXXXXX");
    return mkdtemp(folder) ? 0 : 1;
}

static int end(void **state)
{
    (void)state;
    char command[100];
    ui_config_free(&config);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static enum problem_code read_text(const char *text, bool project)
{
    problem = (struct problem)PROBLEM_INIT;
    return ui_config_load_memory(&config, project, "c.yaml", text, strlen(text), &problem);
}

static void good(const char *text)
{
    if (read_text(text, false) != PROBLEM_NONE)
        fail_msg("%s: %s", problem.where, problem.what);
}

static void mistake(size_t i, const char *where, const char *what, const char *hint)
{
    const struct problem *p = &config.mistakes.problems[i];
    assert_true(i < config.mistakes.count);
    assert_int_equal(p->code, PROBLEM_CONFIG);
    assert_string_equal(p->where, where);
    assert_string_equal(p->what, what);
    if (!strstr(p->hint, hint))
        fail_msg("the hint \"%s\" does not say \"%s\"", p->hint, hint);
}

static void wrong(const char *text, const char *where, const char *what, const char *hint)
{
    assert_int_equal(read_text(text, false), PROBLEM_CONFIG);
    assert_int_equal(config.mistakes.count, 1);
    mistake(0, where, what, hint);
    assert_string_equal(problem.what, what);
}

static struct key key_of(const char *name)
{
    struct key key = {0, false};
    assert_true(key_parse(name, &key));
    return key;
}

/* --- what files say -----------------------------------------------------------------------------
 */

static void defaults(void **state)
{
    (void)state;
    assert_null(config.board);
    assert_null(config.port);
    assert_int_equal(config.bindings.prefix.code, KEY_CONTROL('T'));
    assert_true(config.theme.colour && config.probe && !config.mouse && !config.meanings);
    assert_false(config.wrap);
    assert_int_equal(config.log_memory, 64u << 20);
    good("");
    good("# nothing\n");
    good("keys:\nhighlight:\ncolours:\n");
}

static void everything(void **state)
{
    (void)state;
    good("board: mk3060\n"
         "port: /dev/ttyUSB0\n"
         "baud: 921600\n"
         "profile: flash-ota\n"
         "language: zh_CN\n"
         "prefix: Ctrl-A\n"
         "theme: light\n"
         "colours:\n"
         "  bad: bold red on white\n"
         "  match: reverse\n"
         "time-stamps: off\n"
         "wrap: true\n"
         "meanings: yes\n"
         "mouse: on\n"
         "probe: false\n"
         "highlight: [mqtt, \xE5\x8D\x87\xE7\xBA\xA7]\n"
         "log-memory: 16m\n"
         "keys:\n"
         "  search: Ctrl-F\n"
         "  run: [F6, prefix Enter, pane R]\n"
         "  quit: none\n");
    assert_string_equal(config.board, "mk3060");
    assert_string_equal(config.port, "/dev/ttyUSB0");
    assert_int_equal(config.baud, 921600);
    assert_string_equal(config.profile, "flash-ota");
    assert_string_equal(config.language, "zh_CN");
    assert_int_equal(config.bindings.prefix.code, KEY_CONTROL('A'));
    assert_true(config.theme.light);
    assert_int_equal(config.theme.looks[STYLE_BAD].foreground, 1);
    assert_int_equal(config.theme.looks[STYLE_BAD].background, 7);
    assert_int_equal(config.theme.looks[STYLE_MATCH].attributes, THEME_REVERSE);
    assert_int_equal(config.stamps, STAMPS_OFF);
    assert_true(config.wrap);
    assert_true(config.meanings && config.mouse && !config.probe);
    assert_int_equal(config.highlight_count, 2);
    assert_string_equal(config.highlights[1], "\xE5\x8D\x87\xE7\xBA\xA7");
    assert_int_equal(config.log_memory, 16u << 20);
    const struct bindings *b = &config.bindings;
    assert_int_equal(bindings_direct(b, key_of("Ctrl-F"), false), ACTION_SEARCH);
    assert_int_equal(bindings_after_prefix(b, key_of("/")), ACTION_SEARCH);
    assert_int_equal(bindings_direct(b, key_of("F6"), false), ACTION_RUN);
    assert_int_equal(bindings_after_prefix(b, key_of("Enter")), ACTION_RUN);
    assert_int_equal(bindings_direct(b, key_of("R"), true), ACTION_RUN);
    assert_int_equal(bindings_direct(b, key_of("F10"), true), ACTION_NONE);
    assert_int_equal(bindings_after_prefix(b, key_of("q")), ACTION_NONE);
    /* A second text says only what it says. */
    good("baud: 115200\nhighlight: [one]\n");
    assert_int_equal(config.baud, 115200);
    assert_int_equal(config.highlight_count, 1);
    assert_string_equal(config.board, "mk3060");
    assert_true(config.mouse); /* as the first said */
}

/* --- mistakes
 * ----------------------------------------------------------------------------------------- */

static void mistakes_of_keys(void **state)
{
    (void)state;
    wrong("keys:\n  serch: F3\n", "c.yaml:2:3", "there is no action \"serch\"",
          "Did you mean \"search\"?");
    wrong("keys:\n  xyzzyplugh: F3\n", "c.yaml:2:3", "there is no action \"xyzzyplugh\"", "lists");
    wrong("keys:\n  search: x\n", "c.yaml:2:11", "\"x\" can not be bound to search", "prefix x");
    wrong("keys:\n  search: Enter\n", "c.yaml:2:11", "\"Enter\" can not be bound to search", "");
    wrong("keys:\n  search: [F3, prefix Ctrl-1]\n", "c.yaml:2:16",
          "\"prefix Ctrl-1\" can not be bound to search", "");
    wrong("keys:\n  search: {a: b}\n", "c.yaml:2:11", "the keys of search must be texts", "list");
    wrong("keys:\n  search: [F3, F4]\n", "c.yaml:2:16", "\"F4\" is too much for search", "each");
    wrong("keys:\n  search: [F3, none]\n", "c.yaml:2:16", "\"none\" is too much for search", "");
    wrong("keys:\n  search: [none, F3]\n", "c.yaml:2:18", "\"F3\" is too much for search", "");
    wrong("keys:\n  search: F3\n  run: F3\n", "c.yaml:3:8",
          "\"F3\" is bound to both search and run", "another");
    wrong("keys: F3\n", "c.yaml:1:7", "keys must be a map", "");
    wrong("prefix: x\n", "c.yaml:1:9", "\"x\" can not be the prefix", "Ctrl-A");
    wrong("prefix: Esc\n", "c.yaml:1:9", "\"Esc\" can not be the prefix", "");
    wrong("prefix: F3\nkeys:\n  run: F3\n", "c.yaml:3:8", "the key of run is the prefix", "board");
    wrong("keys:\n  run: prefix Ctrl-T\n", "c.yaml:2:8", "the key of run is the prefix", "");
    /* Nothing of a wrong file is taken. */
    read_text("board: mk3060\nprefix: Ctrl-A\nbaud: 12\n", false);
    assert_null(config.board);
    assert_int_equal(config.bindings.prefix.code, KEY_CONTROL('T'));
    /* Taking a key from a default is no mistake. */
    good("keys:\n  search: F3\n  search-next: F4\n");
}

static void the_palette_stays_in_reach(void **state)
{
    (void)state;
    static const char what[] = "no key is left that opens the palette, the list of all actions";
    wrong("keys:\n  palette: none\n", "c.yaml:2:3", what, "F2");
    wrong("prefix: none\nkeys:\n  palette: none\n", "c.yaml:3:3", what, "");
    wrong("prefix: none\nkeys:\n  run: F2\n  focus-next: none\n", "c.yaml:3:3", what, "");
    good("prefix: none\n");
    good("prefix: none\nkeys:\n  run: F2\n"); /* F6 to the log, then : */
}

static void mistakes_of_colours(void **state)
{
    (void)state;
    wrong("theme: drak\n", "c.yaml:1:8", "theme must be one of dark, light, mono, not \"drak\"",
          "");
    wrong("colours:\n  matsh: red\n", "c.yaml:2:3", "there is no style \"matsh\"",
          "Did you mean \"match\"?");
    wrong("colours:\n  match: purple\n", "c.yaml:2:10", "\"purple\" is no look for match",
          "bold red");
    wrong("colours: red\n", "c.yaml:1:10", "colours must be a map, not a single value", "");
    wrong("colours:\n  match: [red]\n", "c.yaml:2:10", "match must be a single value, not a list",
          "");
}

static void mistakes_of_values(void **state)
{
    (void)state;
    char text[8000];
    wrong("bord: mk3060\n", "c.yaml:1:1", "unknown key \"bord\" in config",
          "Did you mean \"board\"?");
    wrong("baud: fast\n", "c.yaml:1:7",
          "baud must be a whole number from 300 to 4000000, not \"fast\"", "");
    wrong("language: ../../etc\n", "c.yaml:1:11", "\"../../etc\" is no language", "zh_CN");
    wrong("language: ''\n", "c.yaml:1:11", "\"\" is no language", "");
    wrong("board: ''\n", "c.yaml:1:8", "board is empty", "Leave the key out");
    wrong("port: \"a\\e[31m\"\n", "c.yaml:1:7", "port holds characters that can not be seen", "");
    wrong("highlight: [a, '']\n", "c.yaml:1:16", "a word of highlight is empty", "");
    wrong("highlight: [[a]]\n", "c.yaml:1:13",
          "an entry of the list must be a single value, not a list", "");
    wrong("- a\n", "c.yaml:1:1", "config must be a map, not a list", "");
    wrong("time-stamps: utc\n", "c.yaml:1:14",
          "time-stamps must be one of clock, start, delta, off, not \"utc\"", "");
    wrong("log-memory: 1k\n", "c.yaml:1:13",
          "log-memory must be a size from 0x100000 to 0x40000000, not \"1k\"", "");
    strcpy(text, "highlight:\n");
    for (int i = 0; i <= CONFIG_WORDS_MAX; i++)
        strcat(text, "  - w\n");
    wrong(text, "c.yaml:2:3", "highlight has 65 words, more than 64", "");
    strcpy(text, "profile: ");
    memset(text + 9, 'p', 5000);
    strcpy(text + 5009, "\n");
    wrong(text, "c.yaml:1:10", "profile is too long", "");
    assert_int_equal(read_text("a: [\n", false), PROBLEM_CONFIG);
    assert_int_equal(config.mistakes.count, 1);
    assert_true(problem.where[0]);
}

static void all_mistakes_at_once(void **state)
{
    (void)state;
    assert_int_equal(read_text("baud: 1\n"
                               "keys:\n"
                               "  serch: F3\n"
                               "  run: q\n"
                               "colours:\n"
                               "  match: purple\n"
                               "wrap: maybe\n",
                               false),
                     PROBLEM_CONFIG);
    assert_int_equal(config.mistakes.count, 5);
    mistake(0, "c.yaml:1:7", "baud must be a whole number from 300 to 4000000, not \"1\"", "");
    mistake(1, "c.yaml:7:7", "wrap must be true or false, not \"maybe\"", "");
    mistake(2, "c.yaml:3:3", "there is no action \"serch\"", "search");
    mistake(3, "c.yaml:4:8", "\"q\" can not be bound to run", "");
    mistake(4, "c.yaml:6:10", "\"purple\" is no look for match", "");
    assert_non_null(strstr(problem.hint, "4 more"));
}

static void a_project_says_what_is_the_project_s(void **state)
{
    (void)state;
    assert_int_equal(read_text("board: mk3060\nbaud: 9600\nprofile: p\nhighlight: [a]\n"
                               "time-stamps: delta\nwrap: true\nmeanings: false\n",
                               true),
                     PROBLEM_NONE);
    assert_string_equal(config.board, "mk3060");
    assert_int_equal(config.stamps, STAMPS_DELTA);
    assert_int_equal(read_text("port: /dev/ttyUSB0\nkeys:\n  run: F3\nprefix: none\ntheme: mono\n"
                               "colours: {}\nlanguage: en\nmouse: false\nprobe: false\n"
                               "log-memory: 2m\n",
                               true),
                     PROBLEM_CONFIG);
    assert_int_equal(config.mistakes.count, 9);
    mistake(0, "c.yaml:1:1", "port can not be set in a project's file", ".config/otaconsole");
    mistake(1, "c.yaml:2:1", "keys can not be set in a project's file", "your own file");
    assert_null(config.port);
    assert_int_equal(bindings_direct(&config.bindings, key_of("F3"), false), ACTION_SEARCH_NEXT);
}

/* --- files
 * ---------------------------------------------------------------------------------------------- */

static const char *in_folder(const char *name)
{
    static char path[4][200];
    static unsigned next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(in_folder(name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static enum problem_code load(const char *user, const char *directory)
{
    ui_config_free(&config);
    problem = (struct problem)PROBLEM_INIT;
    return ui_config_load(&config, user, directory, &problem);
}

static void project_wins_over_user(void **state)
{
    (void)state;
    mkdir(in_folder("p"), 0777);
    mkdir(in_folder("p/src"), 0777);
    put("config.yaml", "board: mk3080\nbaud: 9600\nport: tcp://x:1\nwrap: true\n");
    put("p/.otaconsole.yaml", "board: mk3060\nprofile: flash.yaml\n");
    put("p/flash.yaml", "");
    assert_int_equal(load(in_folder("config.yaml"), in_folder("p/src")), PROBLEM_NONE);
    assert_string_equal(config.board, "mk3060");
    assert_int_equal(config.baud, 9600);
    assert_string_equal(config.port, "tcp://x:1");
    assert_true(config.wrap);
    /* The profile lies beside the project's file, wherever one stands; the board is a name. */
    assert_string_equal(config.profile, in_folder("p/flash.yaml"));
    assert_string_equal(config.user_path, in_folder("config.yaml"));
    assert_string_equal(config.project_path, in_folder("p/.otaconsole.yaml"));
    /* The nearest one is it. */
    put("p/src/.otaconsole.yaml", "board: nearer\n");
    assert_int_equal(load(in_folder("none"), in_folder("p/src")), PROBLEM_NONE);
    assert_string_equal(config.board, "nearer");
    assert_null(config.profile);
    assert_string_equal(config.user_path, "");
}

static void mistakes_of_both_files(void **state)
{
    (void)state;
    put("config.yaml", "baud: x\n");
    put(".otaconsole.yaml", "board: mk3060\nport: y\n");
    assert_int_equal(load(in_folder("config.yaml"), folder), PROBLEM_CONFIG);
    assert_int_equal(config.mistakes.count, 2);
    assert_non_null(strstr(config.mistakes.problems[0].where, "config.yaml:1:7"));
    assert_non_null(strstr(config.mistakes.problems[1].where, ".otaconsole.yaml:2:1"));
    assert_null(config.board); /* the defaults, not half of it */
    put("config.yaml", "baud: [\n");
    assert_int_equal(load(in_folder("config.yaml"), folder), PROBLEM_CONFIG);
    assert_int_equal(config.mistakes.count, 2);
    assert_non_null(strstr(problem.where, "config.yaml:"));
    assert_non_null(strstr(config.mistakes.problems[1].where, ".otaconsole.yaml:2:1"));
    assert_string_equal(config.user_path, "");
}

static void where_the_user_s_file_is(void **state)
{
    (void)state;
    mkdir(in_folder("otaconsole"), 0777);
    mkdir(in_folder("empty"), 0777);
    put("otaconsole/config.yaml", "board: xdg\n");
    put("other.yaml", "board: named\n");
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_int_equal(load(NULL, in_folder("empty")), PROBLEM_NONE);
    assert_string_equal(config.board, "xdg");
    setenv("OTACONSOLE_CONFIG", in_folder("other.yaml"), 1);
    assert_int_equal(load(NULL, in_folder("empty")), PROBLEM_NONE);
    assert_string_equal(config.board, "named");
    setenv("OTACONSOLE_CONFIG", in_folder("no-such.yaml"), 1);
    assert_int_equal(load(NULL, in_folder("empty")), PROBLEM_CONFIG);
    assert_string_equal(problem.where, "OTACONSOLE_CONFIG");
    setenv("OTACONSOLE_CONFIG", "/dev/null", 1);
    assert_int_equal(load(NULL, in_folder("empty")), PROBLEM_NONE);
    unsetenv("OTACONSOLE_CONFIG");
    unsetenv("XDG_CONFIG_HOME");
    char *home = strdup(getenv("HOME") ? getenv("HOME") : "/");
    mkdir(in_folder(".config"), 0777);
    assert_int_equal(rename(in_folder("otaconsole"), in_folder(".config/otaconsole")), 0);
    setenv("HOME", folder, 1);
    assert_int_equal(load(NULL, in_folder("empty")), PROBLEM_NONE);
    assert_string_equal(config.board, "xdg");
    unsetenv("HOME");
    assert_int_equal(load(NULL, in_folder("empty")), PROBLEM_NONE);
    assert_int_equal(load(NULL, in_folder("no-such-folder")), PROBLEM_NONE);
    setenv("HOME", home, 1);
    free(home);
    /* A folder of that name is told. */
    assert_int_equal(load(in_folder("empty"), in_folder("empty")), PROBLEM_CONFIG);
    assert_non_null(strstr(problem.what, "directory"));
}

static void no_color(void **state)
{
    (void)state;
    put("config.yaml", "theme: light\n");
    setenv("NO_COLOR", "1", 1);
    assert_int_equal(load(in_folder("config.yaml"), folder), PROBLEM_NONE);
    assert_false(config.theme.colour);
    setenv("NO_COLOR", "", 1);
    assert_int_equal(load(in_folder("config.yaml"), folder), PROBLEM_NONE);
    assert_true(config.theme.colour);
    unsetenv("NO_COLOR");
}

static void the_reference_names_every_key(void **state)
{
    (void)state;
    struct buffer page = {.limit = 0};
    const struct schema *schema = ui_config_schema();
    schema_write_reference(schema, &page);
    for (size_t i = 0; i < schema->field_count; i++) {
        char row[64];
        snprintf(row, sizeof row, "| `%s` |", schema->fields[i].key);
        assert_non_null(strstr(buffer_text(&page), row));
        assert_true(schema->fields[i].meaning[0]);
        assert_non_null(schema->fields[i].missing);
    }
    buffer_free(&page);
}

/* Texts made of the words of the format: no crash, no leak, no half of a file. */
static void random_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "keys:",    "\n  ",    "\n",       "search",       ": ",           "F3",
        "[",        "]",       ", ",       "none",         "prefix x",     "pane y",
        "colours:", "match",   "bold red", "baud: ",       "9600",         "highlight: ",
        "- a",      "theme: ", "mono",     "port: x",      "prefix: ",     "{",
        "}",        "\"",      "\xFF",     "\xE4\xB8\xAD", "language: en", "quit",
        "palette"};
    struct random_source r;
    random_seed(&r, 31);
    for (int round = 0; round < 8000; round++) {
        char text[400] = "";
        for (unsigned n = random_below(&r, 24); n > 0; n--)
            strcat(text, pieces[random_below(&r, sizeof pieces / sizeof pieces[0])]);
        struct bindings before = config.bindings;
        if (read_text(text, random_one_in(&r, 3)) != PROBLEM_NONE) {
            assert_memory_equal(&before, &config.bindings, sizeof before);
            assert_true(problem.what[0] && problem.where[0]);
        }
        assert_true(bindings_reach(&config.bindings, ACTION_PALETTE));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults),
        TEST(everything),
        TEST(mistakes_of_keys),
        TEST(the_palette_stays_in_reach),
        TEST(mistakes_of_colours),
        TEST(mistakes_of_values),
        TEST(all_mistakes_at_once),
        TEST(a_project_says_what_is_the_project_s),
        TEST(project_wins_over_user),
        TEST(mistakes_of_both_files),
        TEST(where_the_user_s_file_is),
        TEST(no_color),
        TEST(the_reference_names_every_key),
        TEST(random_texts),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("ui config", tests, NULL, NULL);
}
