/* The command line: history and its file, completion, what is learned from help, the paste guard.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "ui/command_line.h"
#include "ui/typed_text.h"

static struct command_line *c;
static char folder[] = "/tmp/otaconsole-test-XXXXXX", path[64];
static struct screen screen;
static struct buffer shown;

static int begin(void **state)
{
    (void)state;
    c = command_line_new();
    return c ? 0 : 1;
}

static int end(void **state)
{
    (void)state;
    command_line_free(c);
    unlink(path);
    return 0;
}

static enum command_result key(const char *name)
{
    struct key k;
    if (!key_parse(name, &k))
        fail_msg("\"%s\" is no key", name);
    return command_line_key(c, k);
}

static void type(const char *text)
{
    for (; *text; text++) {
        struct key k = {(uint32_t)*text, false};
        assert_int_equal(command_line_key(c, k), COMMAND_EDITING);
    }
}

static void is(const char *text)
{
    assert_string_equal(command_line_edit(c)->text, text);
}

static void enter(const char *text)
{
    command_line_set(c, text);
    assert_int_equal(key("Enter"), COMMAND_ENTERED);
    assert_string_equal(command_line_entered(c), text);
    is("");
}

static const char *draw(unsigned rows, unsigned columns)
{
    assert_true(screen_resize(&screen, rows, columns));
    command_line_draw(c, &screen, rows - 1, 0, columns, "# ",
                      (struct rect){0, 0, rows - 1, columns}, true);
    buffer_clear(&shown);
    screen_to_text(&screen, &shown);
    return buffer_text(&shown);
}

static void draw_is(unsigned rows, unsigned columns, const char *expected)
{
    assert_string_equal(draw(rows, columns), expected);
}

/* --- history --------------------------------------------------------------------------------- */

static void up_and_down(void **state)
{
    (void)state;
    enter("help");
    enter("netmgr start");
    enter("version");
    enter("version"); /* once */
    enter("   ");     /* not stored */
    type("x");
    key("Up"); /* nothing begins with x */
    is("x");
    key("Backspace");
    key("Up");
    is("version");
    key("Up");
    is("netmgr start");
    key("Up"), key("Up"), key("Up");
    is("help");
    key("Down");
    is("netmgr start");
    key("Down"), key("Down"), key("Down");
    is("");
}

static void up_finds_what_begins_as_typed(void **state)
{
    (void)state;
    enter("net one");
    enter("help");
    enter("net two");
    enter("net one");
    type("net");
    key("Up");
    is("net one");
    key("Up");
    is("net two");
    key("Ctrl-P");
    is("net one");
    key("Ctrl-N");
    is("net two");
    key("Down"), key("Down");
    is("net");
    /* An edited line is what the next walk goes by. */
    key("Up");
    type("x");
    key("Up");
    is("net onex");
    key("Down");
    is("net onex");
}

static void search_backwards(void **state)
{
    (void)state;
    enter("netmgr start");
    enter("reboot");
    enter("netmgr clear");
    type("typed");
    key("Ctrl-R");
    is("typed");
    type("net");
    is("netmgr clear");
    assert_string_equal(draw(1, 60), "search 'net': netmgr clear\n");
    key("Ctrl-R");
    is("netmgr start");
    key("Ctrl-R");
    is("netmgr start");
    assert_non_null(strstr(draw(1, 60), "not found 'net'"));
    type("x");
    assert_int_equal(key("Enter"), COMMAND_EDITING); /* not what was looked for: not sent */
    is("netmgr start");
    key("Ctrl-R");
    type("reb");
    is("reboot");
    key("Backspace"), key("Backspace"), key("Backspace");
    key("Esc");
    is("netmgr start");
    key("Ctrl-R");
    type("oo");
    key("End"); /* takes it and moves */
    is("reboot");
    type("!");
    is("reboot!");
    key("Ctrl-R");
    type("clear");
    assert_int_equal(key("Enter"), COMMAND_ENTERED);
    assert_string_equal(command_line_entered(c), "netmgr clear");
    key("Ctrl-R");
    assert_int_equal(key("Enter"), COMMAND_ENTERED);
    assert_string_equal(command_line_entered(c), "");
}

static void a_longer_pattern_keeps_what_still_fits(void **state)
{
    (void)state;
    enter("abc one");
    enter("abc two");
    key("Ctrl-R");
    type("ab");
    key("Ctrl-R");
    is("abc one");
    type("c");
    is("abc one");
}

static void secrets_stay_out(void **state)
{
    (void)state;
    enter("netmgr connect my-ap hunter22");
    enter("OTA_APP a1pk dev0 secret0secret0");
    enter("login password=hunter22");
    key("Up");
    is("");
    enter("odd-command hunter22");
    key("Up");
    is("odd-command hunter22");
    enter("odd-command hunter22");
    command_line_forget_entered(c);
    assert_string_equal(command_line_entered(c), "odd-command hunter22"); /* still to be sent */
    key("Up");
    is("");
    assert_string_equal(command_line_entered(c), "");
    /* Forgetting while one walks. */
    enter("a1");
    enter("a2");
    key("Up"), key("Up");
    command_line_forget_entered(c);
    key("Up");
    key("Up");
    is("a1");
    enter("x");
    enter("a3");
    enter("x");
    key("Up");
    command_line_forget_entered(c); /* both */
    command_line_set(c, "");
    key("Up");
    is("a3");
    enter("x");
    enter("a4");
    enter("x");
    key("Up");
    command_line_forget_entered(c);
    key("Up"); /* goes on from the line that stands there */
    is("x");
}

static void file_is_private_and_comes_back(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    struct stat st;
    enter("help");
    enter("echo \xE4\xB8\xAD\xE6\x96\x87");
    umask(0);
    assert_int_equal(command_line_save_history(c, path, &p), PROBLEM_NONE);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    command_line_free(c);
    c = command_line_new();
    command_line_load_history(c, path);
    key("Up");
    is("echo \xE4\xB8\xAD\xE6\x96\x87");
    key("Up"), key("Up");
    is("help");
}

static void a_planted_link_is_not_followed(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    char victim[80];
    struct stat st;
    snprintf(victim, sizeof victim, "%s/victim", folder);
    int fd = open(victim, O_WRONLY | O_CREAT, 0644);
    assert_int_equal(write(fd, "precious\n", 9), 9);
    close(fd);
    assert_int_equal(symlink(victim, path), 0);
    enter("help");
    assert_int_equal(command_line_save_history(c, path, &p), PROBLEM_NONE);
    assert_int_equal(stat(victim, &st), 0);
    assert_int_equal(st.st_size, 9);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    unlink(victim);
}

static void not_to_be_saved(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    enter("help");
    assert_int_equal(command_line_save_history(c, "/no/such/folder/history", &p),
                     PROBLEM_OUTPUT_FILE);
    assert_non_null(strstr(p.what, "No such file"));
    assert_true(p.hint[0]);
    /* Neither is a folder overwritten, nor does anything stay behind. */
    assert_int_equal(command_line_save_history(c, folder, &p), PROBLEM_OUTPUT_FILE);
    char listing[80];
    snprintf(listing, sizeof listing, "ls -d %s.* 2>/dev/null", folder);
    FILE *f = popen(listing, "r");
    assert_int_equal(fgetc(f), EOF);
    pclose(f);
}

static void write_file(const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void a_corrupted_file(void **state)
{
    (void)state;
    static char text[] = "good one\n\0\0\0NUL\nbad \xFF utf\nesc \x1B[31m\n\n\r\nwith cr\r\n"
                         "netmgr connect ap hunter22\n\xE2\x80\xAE bidi\nlast without end";
    write_file(text, sizeof text - 1);
    command_line_load_history(c, path);
    key("Up");
    is("last without end");
    key("Up");
    is("with cr");
    key("Up");
    is("good one");
    key("Up");
    is("good one");
    /* Not there, a folder, a pipe. */
    command_line_load_history(c, "/no/such/file");
    command_line_load_history(c, folder);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    command_line_load_history(c, path);
    key("Up");
    is("good one");
}

static void a_huge_file(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    struct stat st;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (int i = 0; i < 3 * 1024 * 1024; i++)
        fputc('x', f); /* one line of 3 MiB */
    fputc('\n', f);
    for (int i = 0; i < 3000; i++)
        fprintf(f, "entry %d\n", i);
    fclose(f);
    command_line_load_history(c, path);
    key("Up");
    is("entry 2999");
    for (int i = 0; i < 5000; i++)
        key("Up");
    is("entry 2000");
    assert_int_equal(command_line_save_history(c, path, &p), PROBLEM_NONE);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, COMMAND_HISTORY_MAX * 11);
}

static void random_files(void **state)
{
    (void)state;
    struct random_source r;
    random_seed(&r, 3);
    for (int round = 0; round < 60; round++) {
        static uint8_t bytes[4000];
        size_t n = random_below(&r, sizeof bytes);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)(random_one_in(&r, 9) ? '\n' : random_below(&r, 256));
        write_file(bytes, n);
        command_line_load_history(c, path);
    }
    for (int i = 0; i < 1200; i++) {
        key("Up");
        const struct line_edit *e = command_line_edit(c);
        assert_true(typed_text_is_clean(e->text, e->length));
    }
}

/* --- completion ---------------------------------------------------------------------------------
 */

static void one_candidate(void **state)
{
    (void)state;
    command_line_learn(c, WORD_BOARD, "netmgr", "the network");
    command_line_learn(c, WORD_BOARD, "reboot", NULL);
    command_line_learn(c, WORD_OURS, ":run", NULL);
    command_line_learn(c, WORD_FILE, "flash.yaml", NULL);
    type("net");
    key("Tab");
    is("netmgr ");
    type("re");
    key("Tab"); /* a later word of the board's line is none of ours */
    is("netmgr re");
    type(";re");
    key("Tab");
    is("netmgr re;reboot ");
    command_line_set(c, ":r");
    key("Tab");
    is(":run ");
    type("fl");
    key("Tab");
    is(":run flash.yaml ");
    command_line_set(c, ":net");
    key("Tab");
    is(":net");
    command_line_set(c, "run");
    key("Tab");
    is("run");
    command_line_set(c, "zzz");
    key("Tab"), key("Tab");
    is("zzz");
}

static void another_case_is_found_when_nothing_else_fits(void **state)
{
    (void)state;
    command_line_learn(c, WORD_BOARD, "OTA_APP", NULL);
    type("ota");
    key("Tab");
    is("OTA_APP ");
    command_line_learn(c, WORD_BOARD, "ota", NULL);
    command_line_set(c, "ota");
    key("Tab");
    is("ota ");
}

static void in_the_middle_of_a_line(void **state)
{
    (void)state;
    command_line_learn(c, WORD_BOARD, "netmgr", NULL);
    command_line_set(c, "netmgr start");
    key("Home"), key("Right"), key("Right");
    key("Tab");
    is("netmgr start");
    assert_int_equal(command_line_edit(c)->cursor, 7);
    command_line_set(c, "nexyz");
    key("Home"), key("Right"), key("Right");
    key("Tab");
    is("netmgr xyz");
    command_line_set(c, ":x");
    key("Home"), key("Tab");
    is(":x");
}

static void several(void **state)
{
    (void)state;
    command_line_learn(c, WORD_BOARD, "loglevel", "set log level");
    command_line_learn(c, WORD_BOARD, "log", NULL);
    command_line_learn(c, WORD_BOARD, "logger", "\x1B[31mred");
    command_line_learn(c, WORD_BOARD, "lock", NULL);
    type("l");
    key("Tab");
    is("lo");
    draw_is(5, 40, "\n\n\n\n# lo\n");
    key("Tab");
    is("lo");
    draw_is(6, 40, "\nlock\nlog\nlogger    \\x1b[31mred\nloglevel  set log level\n# lo\n");
    key("Tab");
    key("Down");
    key("Up");
    key("Tab");
    assert_int_equal(key("Enter"), COMMAND_EDITING);
    is("logger ");
    /* Typing narrows the open list; Esc closes it. */
    command_line_set(c, "lo");
    key("Tab"), key("Tab");
    type("gl");
    draw_is(4, 40, "\n\nloglevel  set log level\n# logl\n");
    key("Backspace"), key("Backspace"), key("Backspace");
    key("Esc");
    draw_is(4, 40, "\n\n\n# l\n");
    assert_int_equal(key("Esc"), COMMAND_IGNORED);
    /* A first Tab after other keys is a first Tab. */
    command_line_set(c, "log");
    key("Tab");
    key("Left"), key("Right");
    key("Tab");
    draw_is(2, 40, "\n# log\n");
    key("Tab");
    key("Shift-Tab"); /* to the last */
    key("Enter");
    is("loglevel ");
}

static void what_is_common_ends_between_characters(void **state)
{
    (void)state;
    command_line_learn(c, WORD_BOARD, "\xE4\xB8\xAD", NULL);
    command_line_learn(c, WORD_BOARD, "\xE4\xB8\xAE", NULL);
    key("Tab");
    is("");
    key("Tab");
    draw_is(3, 20, "\xE4\xB8\xAD\n\xE4\xB8\xAE\n#\n");
}

static void the_list_scrolls(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        char word[16];
        snprintf(word, sizeof word, "w%02d", i);
        command_line_learn(c, WORD_BOARD, word, NULL);
    }
    key("Tab"), key("Tab"), key("Tab");
    for (int i = 0; i < 9; i++)
        key("Down");
    draw_is(4, 40, "w08\nw09\nw10                            11/30\n# w\n");
    for (unsigned columns = 1; columns < 30; columns++) {
        for (unsigned rows = 1; rows < 5; rows++)
            draw(rows, columns);
    }
    /* A new word may not leave the list pointing into nowhere. */
    command_line_learn(c, WORD_BOARD, "a", NULL);
    draw_is(4, 40, "\n\n\n# w\n");
    key("Tab"), key("Tab");
    command_line_forget(c, WORD_BOARD);
    draw(4, 40);
    assert_int_equal(key("Enter"), COMMAND_ENTERED);
}

static void words_are_bounded(void **state)
{
    (void)state;
    char word[400];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    command_line_learn(c, WORD_BOARD, word, NULL);
    command_line_learn(c, WORD_BOARD, "two words", NULL);
    command_line_learn(c, WORD_BOARD, "", NULL);
    command_line_learn(c, WORD_BOARD, "e\x1B[m", NULL);
    key("Tab");
    is("");
    for (int i = 0; i < 3000; i++) {
        snprintf(word, sizeof word, "w%04d", i);
        command_line_learn(c, WORD_BOARD, word, word);
        command_line_learn(c, WORD_BOARD, word, word);
    }
    command_line_learn(c, WORD_OURS, "quit", NULL); /* there is room for ours still */
    type(":q");
    key("Tab");
    is(":quit ");
}

/* --- learning from help
 * ------------------------------------------------------------------------------ */

static bool knows(const char *word)
{
    char whole[64];
    command_line_set(c, word);
    key("Tab");
    snprintf(whole, sizeof whole, "%s ", word);
    bool known = strcmp(command_line_edit(c)->text, whole) == 0;
    command_line_set(c, "");
    return known;
}

static void help_of_the_application(void **state)
{
    (void)state;
    assert_false(command_line_hear(c, "ssid: my-ap"));
    assert_false(command_line_hear(c, "====Build-in Commands===="));
    assert_false(command_line_hear(c, "====Support six cmds once, seperate by ; ===="));
    assert_true(command_line_hear(c, "help: print this"));
    assert_true(command_line_hear(c, "echo      : echo for command\r"));
    assert_false(command_line_hear(c, "[1970-01-01 00:00:01.234]<I> a log line"));
    assert_false(command_line_hear(c, ""));
    assert_false(command_line_hear(c, "====User Commands===="));
    assert_true(command_line_hear(c, "netmgr: netmgr [start|clear|connect ssid password]"));
    assert_true(command_line_hear(c, "p: "));
    assert_false(command_line_hear(c, "# "));
    assert_false(command_line_hear(c, "after: the listing"));
    assert_true(knows("help"));
    assert_true(knows("echo"));
    assert_true(knows("netmgr"));
    assert_true(knows("p"));
    assert_false(knows("ssid"));
    assert_false(knows("after"));
}

static void help_of_the_loader(void **state)
{
    (void)state;
    assert_true(command_line_hear(c, "help: print help message"));
    assert_true(
        command_line_hear(c, "read: usage: read [address] [size]. read flash with Ymodem."));
    assert_false(command_line_hear(c, "$ "));
    assert_true(command_line_hear(c, "erase: usage: erase [address] [size]. erase flash"));
    assert_true(knows("read"));
    assert_true(knows("erase"));
}

static void a_listing_ends(void **state)
{
    (void)state;
    command_line_hear(c, "====User Commands====");
    for (int i = 0; i < 20; i++)
        command_line_hear(c, "[12] some log line without a colon");
    assert_false(command_line_hear(c, "state: connected"));
    command_line_hear(c, "====User Commands====");
    assert_false(command_line_hear(c, "http://host:80/x"));
    assert_false(command_line_hear(c, "two words: no"));
    assert_false(command_line_hear(c, ": no"));
    assert_false(command_line_hear(c, "esc\x1B[31m: no"));
    assert_false(command_line_hear(c, "time:12"));
}

static void hostile_lines(void **state)
{
    (void)state;
    struct random_source r;
    static char line[5000];
    random_seed(&r, 11);
    memset(line, 'a', sizeof line - 1);
    command_line_hear(c, "====User Commands====");
    command_line_hear(c, line);
    for (int i = 0; i < 20000; i++) {
        size_t n = random_below(&r, 80);
        static const char some[] = "ab:: =\t\x1B\xFF\xE4\xB8\xAD#$";
        for (size_t k = 0; k < n; k++)
            line[k] = some[random_below(&r, sizeof some - 1)];
        line[n] = '\0';
        command_line_hear(c, line);
        if (random_one_in(&r, 50))
            command_line_hear(c, "====User Commands====");
    }
    key("Tab"), key("Tab"), key("Tab");
    draw(10, 60);
    const struct line_edit *e = command_line_edit(c);
    assert_true(typed_text_is_clean(e->text, e->length));
}

/* --- paste
 * -------------------------------------------------------------------------------------------- */

static size_t paste(const char *text)
{
    struct problem p = PROBLEM_INIT;
    size_t n = command_line_paste(c, text, strlen(text), &p);
    assert_int_equal(p.code, PROBLEM_NONE);
    return n;
}

static void one_line_is_inserted(void **state)
{
    (void)state;
    type("[]");
    key("Left");
    assert_int_equal(paste("one\ttwo"), 0);
    is("[one two]");
    assert_int_equal(paste("\nthree\r\n\r\n"), 0);
    is("[one twothree]");
    assert_int_equal(paste("\x1B[201~rm\x07"), 0);
    is("[one twothreerm]");
    assert_int_equal(command_line_paste_dropped(c), 2);
    assert_int_equal(paste(""), 0);
    assert_int_equal(paste("\n\n"), 0);
    assert_int_equal(paste("  "), 0);
    is("[one twothreerm  ]");
    assert_null(command_line_queued(c));
}

static void several_wait_for_a_yes(void **state)
{
    (void)state;
    type("typed");
    assert_int_equal(paste("one\rtwo\nthree\r\n\n  \nfour\x1B[201~\x03\n"), 4);
    assert_int_equal(command_line_paste_waiting(c), 4);
    assert_int_equal(command_line_paste_dropped(c), 2);
    assert_string_equal(command_line_paste_line(c, 0), "one");
    assert_string_equal(command_line_paste_line(c, 2), "three");
    assert_string_equal(command_line_paste_line(c, 3), "four");
    assert_null(command_line_paste_line(c, 4));
    draw_is(6, 72,
            "\n  1 one\n  2 two\n  3 three\n  4 four\n"
            "Send these 4 lines one by one? y/n (2 control characters left out)\n");
    /* No key but y sends; nothing is typed into the line meanwhile. */
    key("x"), key("Tab"), key("Space"), key("Alt-y");
    assert_null(command_line_queued(c));
    assert_int_equal(key("y"), COMMAND_EDITING);
    assert_int_equal(command_line_paste_waiting(c), 0);
    is("typed");
    assert_int_equal(command_line_queue_length(c), 4);
    assert_string_equal(command_line_queued(c), "one");
    assert_string_equal(command_line_queued(c), "one");
    command_line_sent(c);
    assert_string_equal(command_line_queued(c), "two");
    command_line_sent(c), command_line_sent(c), command_line_sent(c);
    assert_null(command_line_queued(c));
    command_line_sent(c);
    assert_int_equal(command_line_queue_length(c), 0);
}

static void no_means_no(void **state)
{
    (void)state;
    static const char *const keys[] = {"n", "Esc", "Enter", "Ctrl-C"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(paste("a\nb"), 2);
        assert_int_equal(key(keys[i]), COMMAND_EDITING);
        assert_int_equal(command_line_paste_waiting(c), 0);
        assert_null(command_line_queued(c));
    }
    assert_int_equal(paste("a\nb"), 2);
    command_line_paste_answer(c, true);
    assert_int_equal(paste("c\nd"), 2);
    assert_int_equal(paste("e"), 3); /* more, while asked: it waits too, and is not typed */
    is("");
    command_line_paste_answer(c, true);
    assert_int_equal(command_line_queue_length(c), 5);
    command_line_drop_queue(c);
    assert_null(command_line_queued(c));
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    static char big[COMMAND_PASTE_LINES_MAX * LINE_EDIT_MAX + 10];
    memset(big, 'x', sizeof big);
    assert_int_equal(command_line_paste(c, big, sizeof big, &p), 0);
    assert_int_equal(p.code, PROBLEM_USAGE);
    p.code = PROBLEM_NONE;
    assert_int_equal(command_line_paste(c, big, LINE_EDIT_MAX, &p), 0);
    assert_int_equal(p.code, PROBLEM_USAGE);
    p.code = PROBLEM_NONE;
    big[1] = '\n';
    assert_int_equal(command_line_paste(c, big, LINE_EDIT_MAX + 2, &p), 0);
    assert_string_equal(p.what, "line 2 of what was pasted is too long");
    big[1] = '\r', big[2] = '\n';
    assert_int_equal(command_line_paste(c, big, LINE_EDIT_MAX + 3, &p), 0);
    assert_string_equal(p.what, "line 2 of what was pasted is too long");
    big[2] = 'x';
    p.code = PROBLEM_NONE;
    for (size_t i = 0; i < sizeof big; i += 2)
        big[i] = 'x', big[i + 1 < sizeof big ? i + 1 : i] = '\n';
    assert_int_equal(command_line_paste(c, big, 2 * COMMAND_PASTE_LINES_MAX, &p),
                     COMMAND_PASTE_LINES_MAX);
    assert_int_equal(p.code, PROBLEM_NONE);
    command_line_paste_answer(c, true);
    /* The queue is full: nothing more is taken, half or whole. */
    assert_int_equal(command_line_paste(c, "a\nb", 3, &p), 0);
    assert_int_equal(p.code, PROBLEM_USAGE);
    assert_int_equal(command_line_queue_length(c), COMMAND_PASTE_LINES_MAX);
    is("");
    command_line_set(c, "x");
    p.code = PROBLEM_NONE;
    command_line_drop_queue(c);
    memset(big, 'x', sizeof big);
    assert_int_equal(command_line_paste(c, big, LINE_EDIT_MAX - 1, &p), 0);
    assert_int_equal(p.code, PROBLEM_USAGE);
    is("x");
}

static void the_guard_scrolls(void **state)
{
    (void)state;
    paste("a\nb\nc\nd\ne\nf\ng");
    draw_is(4, 40, "  1 a\n  2 b\n  3 c\nSend these 7 lines one by one? y/n\n");
    key("Down"), key("PgDn"), key("PgDn"), key("Down");
    assert_non_null(strstr(draw(4, 40), "  7 g\nSend"));
    key("PgUp"), key("Up");
    draw(4, 40);
    assert_non_null(strstr(draw(4, 40), "  1 a\n"));
    for (unsigned columns = 1; columns < 50; columns += 3) {
        for (unsigned rows = 1; rows < 6; rows++)
            draw(rows, columns);
    }
}

static void a_random_life(void **state)
{
    (void)state;
    struct random_source r;
    random_seed(&r, 77);
    static const char *const names[] = {
        "Enter", "Tab", "Up", "Down", "Ctrl-R", "Esc",   "Left", "Home",   "Backspace",
        "y",     "n",   "w",  "a",    ":",      "Space", ";",    "Ctrl-U", "Shift-Tab"};
    for (int i = 0; i < 40000; i++) {
        char bytes[40];
        struct problem p = PROBLEM_INIT;
        switch (random_below(&r, 12)) {
        case 0: {
            size_t n = random_below(&r, sizeof bytes);
            for (size_t k = 0; k < n; k++)
                bytes[k] = (char)(random_one_in(&r, 5) ? '\n' : random_below(&r, 256));
            command_line_paste(c, bytes, n, &p);
            break;
        }
        case 1:
            snprintf(bytes, sizeof bytes, "%c%c", 'a' + (int)random_below(&r, 4),
                     'a' + (int)random_below(&r, 4));
            command_line_learn(c, (enum command_word)random_below(&r, 3), bytes, "x");
            break;
        case 2:
            if (random_one_in(&r, 20))
                command_line_forget(c, (enum command_word)random_below(&r, 3));
            if (random_one_in(&r, 20))
                command_line_forget_entered(c);
            command_line_sent(c);
            break;
        case 3:
            draw(1 + random_below(&r, 6), 1 + random_below(&r, 50));
            break;
        default:
            key(names[random_below(&r, sizeof names / sizeof names[0])]);
        }
        const struct line_edit *e = command_line_edit(c);
        assert_true(typed_text_is_clean(e->text, e->length));
    }
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/history", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    screen_free(&screen);
    buffer_free(&shown);
    return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(up_and_down),
        TEST(up_finds_what_begins_as_typed),
        TEST(search_backwards),
        TEST(a_longer_pattern_keeps_what_still_fits),
        TEST(secrets_stay_out),
        TEST(file_is_private_and_comes_back),
        TEST(a_planted_link_is_not_followed),
        TEST(not_to_be_saved),
        TEST(a_corrupted_file),
        TEST(a_huge_file),
        TEST(random_files),
        TEST(one_candidate),
        TEST(another_case_is_found_when_nothing_else_fits),
        TEST(in_the_middle_of_a_line),
        TEST(several),
        TEST(what_is_common_ends_between_characters),
        TEST(the_list_scrolls),
        TEST(words_are_bounded),
        TEST(help_of_the_application),
        TEST(help_of_the_loader),
        TEST(a_listing_ends),
        TEST(hostile_lines),
        TEST(one_line_is_inserted),
        TEST(several_wait_for_a_yes),
        TEST(no_means_no),
        TEST(too_much_is_refused),
        TEST(the_guard_scrolls),
        TEST(a_random_life),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("ui command line", tests, make_folder, remove_folder);
}
