/*
 * The terminal on a pseudo-terminal: the child runs the code under test, the parent is the
 * terminal and the shell. What the child finds it reports over a pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "ui/locale.h"
#include "ui/terminal.h"

#define PATIENCE_MS 10000

/* --- the child's side ----------------------------------------------------------------------- */

static int report_fd;
static volatile sig_atomic_t stop_asked;

static void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void report(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vdprintf(report_fd, format, arguments);
    va_end(arguments);
}

static void ask_stop(int number)
{
    (void)number;
    stop_asked = 1;
}

static struct theme plain_theme(void)
{
    struct theme theme = {.colour = true};
    for (int i = 0; i < STYLE_COUNT; i++)
        theme.looks[i] = (struct theme_look){.foreground = -1, .background = -1};
    theme.looks[STYLE_BAD] = (struct theme_look){.foreground = 9, .background = -1};
    theme.looks[STYLE_BOLD] =
        (struct theme_look){.foreground = -1, .background = -1, .attributes = THEME_BOLD};
    return theme;
}

struct shown {
    struct theme theme;
    struct terminal *terminal;
    struct screen screen;
};

static void write_cells(struct screen *s, unsigned row, unsigned column, uint16_t style,
                        const char *text)
{
    for (; *text && column < s->columns; text++, column++)
        s->cells[row * s->columns + column] =
            (struct screen_cell){.text = {(uint8_t)*text}, .style = style, .width = 1};
}

static void open_shown(struct shown *s)
{
    static const char *const no_dirs[] = {""};
    struct problem problem = PROBLEM_INIT;
    memset(s, 0, sizeof *s);
    ui_locale_init("en", no_dirs, 0);
    s->theme = plain_theme();
    struct terminal_options options = {.theme = &s->theme, .mouse = true};
    if (terminal_open(&options, &s->terminal, &problem) != PROBLEM_NONE) {
        report("problem %s: %s\n", problem_name(problem.code), problem.what);
        _exit(3);
    }
    if (!terminal_fit(s->terminal, &s->screen))
        _exit(4);
    write_cells(&s->screen, 0, 0, STYLE_NORMAL, "first row");
    terminal_show(s->terminal, &s->screen);
    report("ready %ux%u\n", s->screen.rows, s->screen.columns);
}

static void close_shown(struct shown *s)
{
    terminal_close(s->terminal);
    screen_free(&s->screen);
}

static void tell_input(const struct input *input)
{
    if (input->kind == INPUT_KEY)
        report("key %s%x\n", input->key.alt ? "alt-" : "", input->key.code);
    else if (input->kind == INPUT_PASTE)
        report("paste %zu %.*s\n", input->n, input->n < 80 ? (int)input->n : 80, input->text);
    else if (input->kind == INPUT_MOUSE)
        report("mouse %d %u,%u\n", (int)input->button, input->row, input->column);
    else
        report("size %ux%u\n", input->row, input->column);
}

/* NOLINTNEXTLINE(misc-no-recursion): the stack is to run over */
static int run_over(int depth)
{
    volatile char room[4096];
    room[depth % 4096] = 1;
    return depth < 0 ? 0 : run_over(depth + 1) + room[0];
}

static void crash_as_asked(uint32_t key)
{
    volatile uintptr_t nowhere = 4096;
    if (key == 'S')
        *(volatile int *)nowhere = 1; /* NOLINT: it is to crash */
    if (key == 'O')
        report("%d", run_over(0));
    if (key == 'A')
        abort();
    if (key == 'E')
        exit(7);
    if (key == 'F')
        raise(SIGFPE);
}

/* Reports everything until 'q', or a stop signal. */
static void run_until_told(struct shown *s)
{
    struct input input = {0};
    bool done = false;
    while (!done && !stop_asked && !terminal_gone(s->terminal)) {
        struct pollfd p = {.fd = terminal_fd(s->terminal), .events = POLLIN};
        poll(&p, 1, terminal_is_behind(s->terminal) ? 20 : 500);
        while (!done && terminal_input(s->terminal, &input)) {
            tell_input(&input);
            if (input.kind == INPUT_RESIZE) {
                terminal_fit(s->terminal, &s->screen);
                report("fits %ux%u\n", s->screen.rows, s->screen.columns);
                write_cells(&s->screen, 0, 0, STYLE_NORMAL, "drawn again");
                terminal_show(s->terminal, &s->screen);
            }
            if (input.kind == INPUT_KEY) {
                crash_as_asked(input.key.code);
                if (input.key.code == 'Z')
                    terminal_suspend(s->terminal);
                done = input.key.code == 'q';
            }
        }
    }
}

static void child_keys(void)
{
    struct shown s;
    open_shown(&s);
    run_until_told(&s);
    report(terminal_gone(s.terminal) ? "gone\n" : stop_asked ? "stopping\n" : "bye\n");
    close_shown(&s);
}

static void child_handles_stop(void)
{
    struct sigaction action = {.sa_handler = ask_stop};
    sigaction(SIGTERM, &action, NULL);
    child_keys();
}

/* --- the parent's side ------------------------------------------------------------------------ */

struct rig {
    pid_t child;
    int master, report;
    struct termios before;
    struct buffer output, reports;
    bool deaf; /* does not read what the child shows */
    int status;
};

static struct rig *start_on(const char *term, unsigned short rows, unsigned short columns,
                            void (*child)(void))
{
    struct rig *r = calloc(1, sizeof *r);
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    int ends[2];
    assert_non_null(r);
    assert_int_equal(pipe(ends), 0);
    r->child = forkpty(&r->master, NULL, NULL, &size);
    assert_true(r->child >= 0);
    if (r->child == 0) {
        static const struct rlimit no_core = {0, 0};
        static const int plain[] = {SIGSEGV, SIGABRT, SIGFPE, SIGTERM, SIGHUP, SIGTSTP};
        close(ends[0]);
        report_fd = ends[1];
        setrlimit(RLIMIT_CORE, &no_core);
        /* As without a sanitizer, which would report and exit. */
        for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
            signal(plain[i], SIG_DFL);
        if (term)
            setenv("TERM", term, 1);
        else
            unsetenv("TERM");
        /* The parent looks at the modes first. */
        char go;
        if (read(STDIN_FILENO, &go, 1) != 1)
            _exit(9);
        child();
        _exit(0);
    }
    close(ends[1]);
    r->report = ends[0];
    assert_int_equal(tcgetattr(r->master, &r->before), 0);
    assert_int_equal(write(r->master, "\n", 1), 1);
    return r;
}

static struct rig *start(void (*child)(void))
{
    return start_on("xterm-256color", 24, 80, child);
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Reads whatever there is; false when both ends are closed. */
static bool pump(struct rig *r, int wait_ms)
{
    struct pollfd p[2] = {{.fd = r->deaf ? -1 : r->master, .events = POLLIN},
                          {.fd = r->report, .events = POLLIN}};
    uint8_t bytes[4096];
    if (poll(p, 2, wait_ms) <= 0)
        return true;
    if (p[0].revents) {
        ssize_t n = read(r->master, bytes, sizeof bytes);
        if (n > 0)
            buffer_append(&r->output, bytes, (size_t)n);
        else
            r->deaf = true; /* EIO: the child has ended */
    }
    if (p[1].revents) {
        ssize_t n = read(r->report, bytes, sizeof bytes);
        if (n > 0)
            buffer_append(&r->reports, bytes, (size_t)n);
        return n > 0;
    }
    return true;
}

static bool holds(const struct buffer *where, const char *text)
{
    return where->length && memmem(where->data, where->length, text, strlen(text)) != NULL;
}

static void await_in(struct rig *r, struct buffer *where, const char *text)
{
    uint64_t until = now_ms() + PATIENCE_MS;
    while (!holds(where, text) && now_ms() < until) {
        if (!pump(r, 100))
            break;
    }
    if (!holds(where, text))
        print_error("\"%s\" did not come; reports:\n%s\n", text, buffer_text(&r->reports));
    assert_true(holds(where, text));
}

static void await_report(struct rig *r, const char *text)
{
    await_in(r, &r->reports, text);
    buffer_clear(&r->reports);
}

static void type(struct rig *r, const char *keys)
{
    assert_int_equal(write(r->master, keys, strlen(keys)), strlen(keys));
}

static void await_end(struct rig *r)
{
    uint64_t until = now_ms() + PATIENCE_MS;
    while (waitpid(r->child, &r->status, WNOHANG) == 0) {
        if (now_ms() > until) {
            kill(r->child, SIGKILL);
            fail_msg("the child does not end; reports: %s", buffer_text(&r->reports));
        }
        pump(r, 20);
    }
    r->deaf = false;
    uint64_t drained = now_ms() + 300;
    while (!r->deaf && now_ms() < drained)
        pump(r, 20);
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static bool came(struct rig *r, const char *text)
{
    return holds(&r->output, text);
}

/* The modes are the shell's, and everything switched on was switched off after it. */
static void check_restored(struct rig *r)
{
    static const char *const pairs[][2] = {
        {"\x1b[?1049h", "\x1b[?1049l"},     {"\x1b[?2004h", "\x1b[?2004l"},
        {"\x1b[?1000h", "\x1b[?1000l"},     {"\x1b[?1006h", "\x1b[?1006l"},
        {"\x1b[?1h\x1b=", "\x1b[?1l\x1b>"}, {"\x1b[?25l", "\x1b[?25h"}};
    struct termios after;
    assert_int_equal(tcgetattr(r->master, &after), 0);
    assert_true(same_modes(&r->before, &after));
    const char *text = buffer_text(&r->output);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *on = NULL, *off = NULL;
        for (const char *at = text; (at = strstr(at, pairs[i][0])) != NULL; at++)
            on = at;
        for (const char *at = text; (at = strstr(at, pairs[i][1])) != NULL; at++)
            off = at;
        if (!off || (on && on > off))
            print_error("not switched off: ESC%s\n", pairs[i][0] + 1);
        assert_true(off && (!on || on < off));
    }
}

static void end(struct rig *r)
{
    close(r->master);
    close(r->report);
    buffer_free(&r->output);
    buffer_free(&r->reports);
    free(r);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void keys_arrive_and_the_terminal_is_given_back(void **state)
{
    (void)state;
    struct rig *r = start(child_keys);
    struct termios inside;
    await_report(r, "ready 24x80\n");
    await_in(r, &r->output, "first row");
    assert_int_equal(tcgetattr(r->master, &inside), 0);
    assert_int_equal(inside.c_lflag & (ICANON | ISIG | ECHO), 0);
    assert_int_equal(inside.c_iflag & (IXON | ICRNL), 0);
    static const char *const keys[][2] = {
        {"a", "key 61\n"},
        {"\x03", "key 3\n"},
        {"\x11\x13\x1a", "key 1a\n"},
        {"\r", "key d\n"},
        {"\x1b[A", "key 110001\n"},
        {"\x1bOB", "key 110002\n"},
        {"\x1b[15~", "key 110011\n"},
        {"\x1bOP", "key 11000d\n"},
        {"\x1bx", "key alt-78\n"},
        {"\x1b", "key 1b\n"},
        {"中", "key 4e2d\n"},
        {"\x7f", "key 11000b\n"},
        {"\x1b[<64;3;2M", "mouse 1 1,2\n"},
        {"\x1b[200~two\rlines\x1b[201~", "paste 9 two\rlines\n"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        type(r, keys[i][0]);
        await_report(r, keys[i][1]);
    }
    type(r, "q");
    await_report(r, "bye\n");
    await_end(r);
    assert_true(WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0);
    check_restored(r);
    end(r);
}

static void a_change_of_size_is_told(void **state)
{
    (void)state;
    static const unsigned short sizes[][2] = {{30, 100}, {1, 1}, {2, 2}, {24, 80}, {300, 500}};
    struct rig *r = start(child_keys);
    char text[32];
    await_report(r, "ready 24x80\n");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct winsize size = {.ws_row = sizes[i][0], .ws_col = sizes[i][1]};
        assert_int_equal(ioctl(r->master, TIOCSWINSZ, &size), 0);
        snprintf(text, sizeof text, "fits %ux%u\n", size.ws_row, size.ws_col);
        await_report(r, text);
    }
    await_in(r, &r->output, "drawn again");
    type(r, "q");
    await_report(r, "bye\n");
    await_end(r);
    check_restored(r);
    end(r);
}

static void a_size_that_is_not_told_is_that_of_terminfo(void **state)
{
    (void)state;
    struct rig *r = start_on("xterm", 0, 0, child_keys);
    await_report(r, "ready 24x80\n");
    type(r, "q");
    await_end(r);
    check_restored(r);
    end(r);
}

static void crashes_restore_the_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int signal;
        const char *name;
    } cases[] = {{"S", SIGSEGV, "SIGSEGV"},
                 {"O", SIGSEGV, "SIGSEGV"},
                 {"A", SIGABRT, "SIGABRT"},
                 {"F", SIGFPE, "SIGFPE"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig *r = start(child_keys);
        char sentence[160];
        await_report(r, "ready 24x80\n");
        type(r, cases[i].key);
        await_end(r);
        assert_true(WIFSIGNALED(r->status));
        assert_int_equal(WTERMSIG(r->status), cases[i].signal);
        check_restored(r);
        snprintf(sentence, sizeof sentence,
                 "otaconsole: crashed by %s; the terminal is restored. The recording, if any, is "
                 "complete up to the last line.\r\n",
                 cases[i].name);
        assert_true(came(r, sentence));
        end(r);
    }
}

static void signals_and_exit_restore_the_terminal(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGQUIT, SIGINT};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct rig *r = start(child_keys);
        await_report(r, "ready 24x80\n");
        kill(r->child, signals[i]);
        await_end(r);
        assert_true(WIFSIGNALED(r->status));
        assert_int_equal(WTERMSIG(r->status), signals[i]);
        check_restored(r);
        assert_false(came(r, "crashed"));
        end(r);
    }
    struct rig *r = start(child_keys);
    await_report(r, "ready 24x80\n");
    type(r, "E");
    await_end(r);
    assert_true(WIFEXITED(r->status) && WEXITSTATUS(r->status) != 0);
    check_restored(r);
    end(r);
}

static void a_stop_flag_closes_in_order(void **state)
{
    (void)state;
    struct rig *r = start(child_handles_stop);
    await_report(r, "ready 24x80\n");
    kill(r->child, SIGTERM);
    await_report(r, "stopping\n");
    await_end(r);
    assert_true(WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0);
    check_restored(r);
    end(r);
}

/* --- suspend: the child is a shell, its child the program --------------------------------------
 */

static bool modes_now(struct termios *modes)
{
    return tcgetattr(STDIN_FILENO, modes) == 0;
}

static void expect_stop_and_continue(pid_t program, const struct termios *shell)
{
    int status = 0;
    struct termios modes;
    waitpid(program, &status, WUNTRACED);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    report("%s %d %s\n", WIFSTOPPED(status) ? "stopped" : "ended", WSTOPSIG(status),
           modes_now(&modes) && same_modes(&modes, shell) ? "restored" : "raw");
    tcsetpgrp(STDIN_FILENO, program);
    kill(program, SIGCONT);
}

static void child_is_a_shell(void)
{
    struct termios shell;
    signal(SIGTTOU, SIG_IGN);
    modes_now(&shell);
    pid_t program = fork();
    if (program == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
        child_keys();
        _exit(0);
    }
    setpgid(program, program);
    expect_stop_and_continue(program, &shell); /* by the key */
    usleep(300000);
    kill(program, SIGTSTP); /* from outside */
    expect_stop_and_continue(program, &shell);
    usleep(300000);
    kill(program, SIGSTOP); /* cannot be prepared for, but continued from */
    int status;
    waitpid(program, &status, WUNTRACED);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    tcsetattr(STDIN_FILENO, TCSANOW, &shell);
    report("hard stop\n");
    /* In the background first: it must neither draw nor stop again. */
    kill(program, SIGCONT);
    usleep(300000);
    struct termios modes;
    report("%s in the background, %s\n",
           waitpid(program, &status, WUNTRACED | WNOHANG) == 0 ? "runs" : "stopped",
           modes_now(&modes) && same_modes(&modes, &shell) ? "restored" : "raw");
    tcsetpgrp(STDIN_FILENO, program);
    kill(program, SIGCONT);
    waitpid(program, &status, 0);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    report("shell ends\n");
}

static void a_job_stops_and_goes_on(void **state)
{
    (void)state;
    struct rig *r = start(child_is_a_shell);
    await_report(r, "ready 24x80\n");
    type(r, "Z");
    await_in(r, &r->reports, "stopped 20 restored\n");
    await_report(r, "size 24x80\n");
    await_in(r, &r->reports, "stopped 20 restored\n");
    await_report(r, "size 24x80\n");
    await_in(r, &r->reports, "hard stop\n");
    await_in(r, &r->reports, "runs in the background, restored\n");
    await_report(r, "size 24x80\n");
    type(r, "x");
    await_report(r, "key 78\n");
    type(r, "q");
    await_report(r, "shell ends\n");
    await_end(r);
    check_restored(r);
    end(r);
}

/* A program that nobody could continue (the terminal started it) is not stopped for ever. */
static void a_program_without_a_shell_does_not_stop(void **state)
{
    (void)state;
    struct rig *r = start(child_keys);
    await_report(r, "ready 24x80\n");
    type(r, "Z");
    await_report(r, "size 24x80\n");
    kill(r->child, SIGTSTP);
    await_report(r, "size 24x80\n");
    type(r, "q");
    await_report(r, "bye\n");
    await_end(r);
    check_restored(r);
    end(r);
}

/* --- a terminal that is gone, or does not read ---------------------------------------------------
 */

static void child_outlives_its_terminal(void)
{
    struct shown s;
    struct rusage use;
    signal(SIGHUP, SIG_IGN);
    open_shown(&s);
    run_until_told(&s);
    report(terminal_gone(s.terminal) ? "gone\n" : "not gone\n");
    for (uint64_t until = now_ms() + 300; now_ms() < until;) {
        struct input input;
        struct pollfd p = {.fd = terminal_fd(s.terminal), .events = POLLIN};
        terminal_show(s.terminal, &s.screen);
        while (terminal_input(s.terminal, &input))
            continue;
        poll(&p, 1, 50);
    }
    getrusage(RUSAGE_SELF, &use);
    report("%s\n", use.ru_utime.tv_sec == 0 && use.ru_stime.tv_sec == 0 ? "at rest" : "busy");
    close_shown(&s);
    report("closed\n");
}

static void a_terminal_that_is_gone_is_told_once(void **state)
{
    (void)state;
    struct rig *r = start(child_outlives_its_terminal);
    await_report(r, "ready 24x80\n");
    close(r->master);
    r->master = -1;
    r->deaf = true;
    await_in(r, &r->reports, "gone\n");
    await_in(r, &r->reports, "at rest\n");
    await_in(r, &r->reports, "closed\n");
    int status;
    assert_int_equal(waitpid(r->child, &status, 0), r->child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    end(r);
}

static void child_draws_much(void)
{
    struct shown s;
    open_shown(&s);
    uint64_t begun = now_ms();
    for (unsigned i = 0; i < 300; i++) {
        for (unsigned row = 0; row < s.screen.rows; row++)
            for (unsigned column = 0; column < s.screen.columns; column++)
                s.screen.cells[row * s.screen.columns + column] = (struct screen_cell){
                    .text = {'a' + (i + row + column) % 26}, .style = i % 3, .width = 1};
        terminal_show(s.terminal, &s.screen);
    }
    report("drawn in %s\n", now_ms() - begun < 3000 ? "time" : "far too long");
    write_cells(&s.screen, 5, 3, STYLE_NORMAL, "the end of it");
    terminal_show(s.terminal, &s.screen);
    report("%s\n", terminal_is_behind(s.terminal) ? "behind" : "even");
    run_until_told(&s);
    close_shown(&s);
}

static void a_terminal_that_does_not_read_blocks_nobody(void **state)
{
    (void)state;
    struct rig *r = start_on("xterm-256color", 100, 200, child_draws_much);
    r->deaf = true;
    await_in(r, &r->reports, "drawn in time\n");
    await_report(r, "behind\n");
    r->deaf = false;
    await_in(r, &r->output, "the end of it");
    type(r, "q");
    await_end(r);
    assert_true(WIFEXITED(r->status));
    check_restored(r);
    end(r);
}

/* Killed while it is stuck: it must not hang in its last words, and they are not lost. */
static void a_stuck_terminal_does_not_keep_a_crash(void **state)
{
    (void)state;
    struct rig *r = start_on("xterm-256color", 100, 200, child_draws_much);
    r->deaf = true;
    await_report(r, "behind\n");
    kill(r->child, SIGTERM);
    uint64_t until = now_ms() + PATIENCE_MS;
    while (waitpid(r->child, &r->status, WNOHANG) == 0 && now_ms() < until)
        usleep(10000);
    assert_true(WIFSIGNALED(r->status));
    r->deaf = false;
    for (until = now_ms() + 300; !r->deaf && now_ms() < until;)
        pump(r, 20);
    check_restored(r);
    end(r);
}

/* --- what comes out
 * ------------------------------------------------------------------------------- */

static void child_shows_hostile_cells(void)
{
    static const char attack[] = "\x1b]52;c;ZXZpbA==\a\x1b[2J\x9b"
                                 "31m\x07\r\n\t\b\x0e\x7f\x90q";
    static const uint32_t marks[] = {0x202E,   0x2066,     0x200F,     0x2028, 0xFEFF, 0xD800,
                                     0x110000, 0x7FFFFFFF, 0xFFFFFFFF, 0x9B,   0x1B,   0x301};
    struct shown s;
    open_shown(&s);
    write_cells(&s.screen, 1, 0, STYLE_NORMAL, attack);
    write_cells(&s.screen, 2, 0, 0xFFFF, "odd style");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        struct screen_cell *cell = &s.screen.cells[3 * s.screen.columns + 3 * i];
        *cell = (struct screen_cell){.text = {marks[i]}, .width = 1};
        cell[1] = (struct screen_cell){.text = {'o', marks[i], 0x301}, .width = 1};
        cell[2] = (struct screen_cell){.text = {marks[i], 'x'}, .width = 2};
    }
    /* Widths that do not fit the text or the row, and halves that stand alone. */
    for (unsigned column = 0; column < s.screen.columns; column++)
        s.screen.cells[4 * s.screen.columns + column] = (struct screen_cell){
            .text = {column % 2 ? 0x4E2D : 'w'}, .width = (uint8_t)(column % 4)};
    write_cells(&s.screen, 5, 0, STYLE_NORMAL, "after it");
    s.screen.cells[6 * s.screen.columns] = (struct screen_cell){.text = {0x4E2D}, .width = 2};
    s.screen.cells[6 * s.screen.columns + 1] = (struct screen_cell){.width = 0};
    write_cells(&s.screen, 6, 2, STYLE_NORMAL, "wide");
    s.screen.cursor_shown = true;
    s.screen.cursor_row = 4000000000u;
    terminal_show(s.terminal, &s.screen);
    report("shown\n");
    run_until_told(&s);
    close_shown(&s);
}

/* Length of one sequence of those a frame is made of; 0 = it is none. */
static size_t own_sequence(const uint8_t *p, size_t n)
{
    size_t at = 2;
    if (n >= 3 && p[1] == '(' && p[2] == 'B')
        return 3;
    if (n >= 2 && p[1] && strchr("=>M78", p[1]))
        return 2;
    if (n < 3 || p[1] != '[')
        return 0;
    at += p[at] == '?';
    while (at < n && ((p[at] >= '0' && p[at] <= '9') || p[at] == ';'))
        at++;
    return at < n && strchr("ABCDGHJKLMPXcdhlmrt@bST", p[at]) ? at + 1 : 0;
}

static void check_only_own_sequences(const struct buffer *output)
{
    for (size_t i = 0; i < output->length;) {
        uint8_t c = output->data[i];
        size_t n = 1;
        if (c == 0x1B)
            n = own_sequence(output->data + i, output->length - i);
        else if (c < 0x20 || c == 0x7F)
            n = c && strchr("\r\n\b\t\x0f", c) ? 1 : 0; /* SI ends sgr0 of some */
        else if (c == 0xC2 && i + 1 < output->length && output->data[i + 1] < 0xA0)
            n = 0; /* C1 in UTF-8 */
        if (n == 0)
            print_error("at %zu: %.20s\n", i, (const char *)output->data + i + 1);
        assert_true(n > 0);
        i += n;
    }
}

static void no_control_character_leaves_from_a_cell(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm-256color", "linux", "vt100", "screen", "xterm-mono"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct rig *r = start_on(terms[i], 24, 80, child_shows_hostile_cells);
        await_report(r, "shown\n");
        await_in(r, &r->output, "after it");
        await_in(r, &r->output, "wide");
        type(r, "q");
        await_end(r);
        assert_true(WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0);
        /* The first byte is the echo of the start signal. */
        assert_non_null(strstr(buffer_text(&r->output), "中wide"));
        assert_null(strstr(buffer_text(&r->output), "\u202e"));
        assert_true(came(r, "\ufffd]52;c;ZXZpbA==\ufffd\ufffd[2J"));
        check_only_own_sequences(&r->output);
        assert_null(memchr(r->output.data, '\a', r->output.length));
        assert_false(came(r, "\x1b]"));
        end(r);
    }
}

static void child_shows_colours(void)
{
    struct shown s;
    open_shown(&s);
    write_cells(&s.screen, 1, 0, STYLE_BAD, "bright");
    write_cells(&s.screen, 2, 0, STYLE_BOLD, "fat");
    terminal_show(s.terminal, &s.screen);
    report("shown\n");
    run_until_told(&s);
    close_shown(&s);
}

static void looks_fit_what_the_terminal_can(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"xterm-256color", "\x1b[91mbright"},
        {"linux", "\x1b[0;10;1m\x0f\x1b[31mbright"},
        {"xterm-mono", "\x1b[0mbright"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct rig *r = start_on(expected[i][0], 24, 80, child_shows_colours);
        await_report(r, "shown\n");
        await_in(r, &r->output, "fat");
        type(r, "q");
        await_end(r);
        bool plain = strcmp(expected[i][0], "xterm-mono") == 0;
        if (plain ? came(r, "\x1b[3") || came(r, "\x1b[9") : !came(r, expected[i][1]))
            print_error("%s: %s\n", expected[i][0], strstr(buffer_text(&r->output), "row") + 3);
        assert_true(plain ? !came(r, "\x1b[31m") && !came(r, "\x1b[91m") : came(r, expected[i][1]));
        end(r);
    }
}

static void child_copies(void)
{
    struct shown s;
    static char much[100 * 1024];
    open_shown(&s);
    bool fine = terminal_copy(s.terminal, "text\x1b]\a", 7);
    bool refused = !terminal_copy(s.terminal, much, sizeof much);
    report("copied %d %d\n", fine, refused);
    run_until_told(&s);
    close_shown(&s);
}

static void a_copy_goes_out_as_base64(void **state)
{
    (void)state;
    struct rig *r = start(child_copies);
    await_report(r, "copied 1 1\n");
    await_in(r, &r->output, "\x1b]52;c;dGV4dBtdBw==\a");
    type(r, "q");
    await_end(r);
    end(r);
}

static void child_gives_the_terminal_away(void)
{
    struct shown s;
    struct termios modes;
    struct input input;
    open_shown(&s);
    terminal_leave(s.terminal);
    modes_now(&modes);
    terminal_show(s.terminal, &s.screen);
    bool silent = !terminal_input(s.terminal, &input) && terminal_fd(s.terminal) == -1;
    report("left %d %d\n", (modes.c_lflag & ECHO) != 0, silent);
    if (write(STDOUT_FILENO, "said by the shell", 17) != 17)
        _exit(5);
    terminal_return(s.terminal);
    terminal_show(s.terminal, &s.screen);
    modes_now(&modes);
    report("back %d\n", (modes.c_lflag & ECHO) == 0);
    run_until_told(&s);
    close_shown(&s);
}

static void the_terminal_can_be_given_away_and_taken_back(void **state)
{
    (void)state;
    struct rig *r = start(child_gives_the_terminal_away);
    await_in(r, &r->reports, "left 1 1\n");
    await_report(r, "back 1\n");
    await_in(r, &r->output, "said by the shell");
    const char *shell = strstr(buffer_text(&r->output), "said by the shell");
    buffer_consume(&r->output, (size_t)(shell - (const char *)r->output.data));
    await_in(r, &r->output, "first row");
    type(r, "q");
    await_end(r);
    check_restored(r);
    end(r);
}

static void what_is_no_terminal_is_refused(void **state)
{
    (void)state;
    static const char *const terms[] = {"no-such-terminal", "dumb", NULL, ""};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct rig *r = start_on(terms[i], 24, 80, child_keys);
        await_in(r, &r->reports, "problem usage: TERM is \"");
        await_end(r);
        assert_int_equal(WEXITSTATUS(r->status), 3);
        struct termios after;
        assert_int_equal(tcgetattr(r->master, &after), 0);
        assert_true(same_modes(&r->before, &after));
        assert_false(came(r, "\x1b"));
        end(r);
    }
    struct theme theme = plain_theme();
    struct terminal_options options = {.theme = &theme};
    struct terminal *t = NULL;
    struct problem problem = PROBLEM_INIT;
    int keep = dup(STDIN_FILENO), null = open("/dev/null", O_RDWR);
    assert_int_equal(dup2(null, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(terminal_open(&options, &t, &problem), PROBLEM_USAGE);
    assert_true(strlen(problem.hint) > 0);
    dup2(keep, STDIN_FILENO);
    close(keep);
    close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_arrive_and_the_terminal_is_given_back),
        cmocka_unit_test(a_change_of_size_is_told),
        cmocka_unit_test(a_size_that_is_not_told_is_that_of_terminfo),
        cmocka_unit_test(crashes_restore_the_terminal),
        cmocka_unit_test(signals_and_exit_restore_the_terminal),
        cmocka_unit_test(a_stop_flag_closes_in_order),
        cmocka_unit_test(a_job_stops_and_goes_on),
        cmocka_unit_test(a_program_without_a_shell_does_not_stop),
        cmocka_unit_test(a_terminal_that_is_gone_is_told_once),
        cmocka_unit_test(a_terminal_that_does_not_read_blocks_nobody),
        cmocka_unit_test(a_stuck_terminal_does_not_keep_a_crash),
        cmocka_unit_test(no_control_character_leaves_from_a_cell),
        cmocka_unit_test(looks_fit_what_the_terminal_can),
        cmocka_unit_test(a_copy_goes_out_as_base64),
        cmocka_unit_test(the_terminal_can_be_given_away_and_taken_back),
        cmocka_unit_test(what_is_no_terminal_is_refused),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
