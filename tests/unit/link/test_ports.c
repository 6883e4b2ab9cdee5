/* A pty as a port: opening, holding, waiting, losing and taking back. No hardware needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>

#include "tree.h"

struct bench {
    struct tree tree;
    int master;
    char slave[64];
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    tree_make(&b->tree);
    /* Real device names, so that lock files are called as other programs call them. */
    b->tree.places.devices = "/dev";
    b->master = tree_pty(b->slave);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (b->master >= 0)
        close(b->master);
    tree_remove(&b->tree);
    free(b);
    return 0;
}

static enum problem_code try_open(struct bench *b, const char *port, struct link **link,
                                  struct problem *p)
{
    struct link_options options = {.port = port, .baud = 921600};
    *p = (struct problem)PROBLEM_INIT;
    return link_open_in(&b->tree.places, &options, link, p);
}

static struct link *open_port(struct bench *b, const char *port)
{
    struct problem p;
    struct link *link = NULL;
    try_open(b, port, &link, &p);
    assert_string_equal(p.what, "");
    assert_non_null(link);
    return link;
}

/* A child that does `work`, says so, and stays until `stop` is called. */
struct child {
    pid_t pid;
    int tell, hear;
};

static struct child start(struct bench *b, bool (*work)(struct bench *b))
{
    int up[2], down[2];
    struct child c;
    assert_int_equal(pipe(up), 0);
    assert_int_equal(pipe(down), 0);
    c.pid = fork();
    assert_true(c.pid >= 0);
    if (c.pid == 0) {
        char byte = work(b) ? 'y' : 'n';
        close(down[1]);
        if (write(up[1], &byte, 1) == 1)
            (void)!read(down[0], &byte, 1);
        _exit(0);
    }
    close(up[1]);
    close(down[0]);
    c.hear = up[0];
    c.tell = down[1];
    char byte = 0;
    assert_int_equal(read(c.hear, &byte, 1), 1);
    assert_int_equal(byte, 'y');
    return c;
}

static void stop(struct child *c)
{
    close(c->tell);
    close(c->hear);
    assert_int_equal(waitpid(c->pid, NULL, 0), c->pid);
}

static void lock_path(const struct bench *b, char out[512])
{
    snprintf(out, 512, "%s/LCK..pts_%s", b->tree.locks, strrchr(b->slave, '/') + 1);
}

static void assert_busy_with(struct bench *b, pid_t pid)
{
    struct link *link;
    struct problem p;
    char text[32];
    assert_int_equal(try_open(b, b->slave, &link, &p), PROBLEM_PORT_BUSY);
    assert_null(link);
    snprintf(text, sizeof text, "(pid %d)", (int)pid);
    assert_non_null(strstr(p.what, text));
    assert_null(strstr(p.what, "? ("));
    assert_string_equal(p.where, b->slave);
    assert_true(strlen(p.hint) > 0);
}

static void bytes_pass_unchanged_both_ways(void **state)
{
    struct bench *b = *state;
    struct link *link = open_port(b, b->slave);
    uint8_t out[256], in[256];
    assert_string_equal(link_name(link), b->slave);
    assert_null(link_simulation(link));
    for (int i = 0; i < 256; i++)
        out[i] = (uint8_t)i;
    assert_int_equal(link_read(link, in, sizeof in), 0);
    assert_int_equal(link_write(link, out, sizeof out), sizeof out);
    assert_int_equal(read(b->master, in, sizeof in), sizeof in);
    assert_memory_equal(in, out, sizeof in);
    assert_int_equal(write(b->master, out, sizeof out), sizeof out);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_READABLE);
    assert_int_equal(link_read(link, in, sizeof in), sizeof in);
    assert_memory_equal(in, out, sizeof in);
    struct termios t;
    assert_int_equal(tcgetattr(b->master, &t), 0);
    assert_int_equal(cfgetospeed(&t), B921600);
    assert_int_equal(t.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS | HUPCL), CS8);
    /* A pty has no such line and no latency to set; neither is an error. */
    assert_false(link_set_reset(link, true));
    link_set_low_latency(link, true);
    link_set_low_latency(link, false);
    assert_false(link_press_download(link));
    assert_false(link_press_reset(link));
    link_close(link);
}

static bool hold_with_link(struct bench *b)
{
    struct link_options options = {.port = b->slave, .baud = 921600};
    struct problem p = PROBLEM_INIT;
    struct link *link;
    return link_open_in(&b->tree.places, &options, &link, &p) == PROBLEM_NONE;
}

/* As `cat` does: no lock of any kind. */
static bool hold_without_lock(struct bench *b)
{
    close(b->master);
    return open(b->slave, O_RDWR | O_NOCTTY) >= 0;
}

/* As a program that made the pty and keeps both ends does. */
static bool hold_both_ends(struct bench *b)
{
    return open(b->slave, O_RDWR | O_NOCTTY) >= 0;
}

static void a_port_held_by_another_program_is_named(void **state)
{
    struct bench *b = *state;
    struct child c = start(b, hold_with_link);
    assert_busy_with(b, c.pid);
    stop(&c);
    c = start(b, hold_without_lock);
    assert_busy_with(b, c.pid);
    stop(&c);
    c = start(b, hold_both_ends);
    link_close(open_port(b, b->slave));
    stop(&c);
    /* Twice in one process is a clash as well. */
    struct link *first = open_port(b, b->slave);
    assert_busy_with(b, getpid());
    link_close(first);
    link_close(open_port(b, b->slave));
}

static void a_lock_file_is_honoured_while_its_owner_lives(void **state)
{
    struct bench *b = *state;
    char path[512], text[32];
    struct child c = start(b, hold_both_ends);
    lock_path(b, path);
    const char *name = path + strlen(b->tree.root) + 1;
    snprintf(text, sizeof text, "%10d\n", (int)c.pid);
    tree_file(&b->tree, text, "%s", name);
    assert_busy_with(b, c.pid);
    struct problem p;
    struct link *link;
    try_open(b, b->slave, &link, &p);
    assert_non_null(strstr(p.hint, path));
    stop(&c);
    /* Now its owner is dead. */
    link = open_port(b, b->slave);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%10d\n", (int)getpid());
    assert_string_equal(text, wanted);
    link_close(link);
    assert_int_equal(access(path, F_OK), -1);
}

static void odd_lock_files_are_taken_for_what_they_are(void **state)
{
    struct bench *b = *state;
    char path[512];
    lock_path(b, path);
    const char *name = path + strlen(b->tree.root) + 1;
    /* Garbage, nothing, our own number from an earlier life, and numbers that are none. */
    char own[32];
    snprintf(own, sizeof own, "%10d\n", (int)getpid());
    const char *const stale[] = {"garbage\n", "", own, "-1\n", "99999999999999999999\n", "0\n"};
    for (size_t i = 0; i < sizeof stale / sizeof stale[0]; i++) {
        tree_file(&b->tree, stale[i], "%s", name);
        link_close(open_port(b, b->slave));
        assert_int_equal(access(path, F_OK), -1);
    }
    /* A binary number of a living process. */
    pid_t parent = getppid();
    int binary = (int)parent;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(&binary, sizeof binary, 1, f), 1);
    fclose(f);
    const char *digits = (const char *)&binary;
    if (digits[0] < '0' || digits[0] > '9')
        assert_busy_with(b, parent);
    unlink(path);
    /* Where lock files cannot be made, the other locks have to do. */
    b->tree.places.locks = "/nonexistent/locks";
    link_close(open_port(b, b->slave));
}

static bool is_marked(int fd)
{
    int exclusive = 0;
    assert_int_equal(ioctl(fd, TIOCGEXCL, &exclusive), 0);
    return exclusive;
}

static void an_adapter_is_marked_exclusive_and_a_pty_is_not(void **state)
{
    struct bench *b = *state;
    int other = open(b->slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(other >= 0);
    struct link *link = open_port(b, b->slave);
    assert_false(is_marked(other));
    link_close(link);
    /* The same pty, passed off as an adapter. */
    b->tree.places.devices = b->tree.devices;
    tree_plug(&b->tree, "ttyUSB0", "1-2", "0403\n", "6015\n", "DN1\n", b->slave);
    link = open_port(b, "ttyUSB0");
    assert_true(is_marked(other));
    link_close(link);
    assert_false(is_marked(other));
    /* Somebody else's mark: opening fails for users, and root is told all the same. */
    assert_int_equal(ioctl(other, TIOCEXCL), 0);
    struct problem p;
    assert_int_equal(try_open(b, "ttyUSB0", &link, &p), PROBLEM_PORT_BUSY);
    close(other);
}

static void what_is_no_port_is_refused(void **state)
{
    struct bench *b = *state;
    struct link *link;
    struct problem p;
    assert_int_equal(try_open(b, "/dev/null", &link, &p), PROBLEM_PORT_ERROR);
    assert_non_null(strstr(p.what, "not a serial port"));
    assert_int_equal(try_open(b, "/dev/no-such-port", &link, &p), PROBLEM_PORT_NOT_FOUND);
    assert_non_null(strstr(p.hint, "No serial adapter is plugged in"));
    assert_int_equal(try_open(b, b->tree.root, &link, &p), PROBLEM_PORT_NOT_FOUND);
    close(b->master);
    b->master = -1;
    assert_int_equal(try_open(b, b->slave, &link, &p), PROBLEM_PORT_NOT_FOUND);
}

static bool is_refused_for_lack_of_permission(struct bench *b)
{
    struct link *link;
    struct problem p;
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return false;
    return try_open(b, b->slave, &link, &p) == PROBLEM_PORT_PERMISSION && strlen(p.hint) > 0 &&
           strcmp(p.where, b->slave) == 0;
}

static void a_port_of_others_is_explained(void **state)
{
    struct bench *b = *state;
    assert_int_equal(chmod(b->slave, 0), 0);
    struct child c = start(b, is_refused_for_lack_of_permission);
    stop(&c);
}

static void interrupt(int number)
{
    (void)number;
}

static void waiting_ends_for_every_reason(void **state)
{
    struct bench *b = *state;
    struct link *link = open_port(b, b->slave);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    uint64_t before = link_now(link);
    assert_int_equal(link_wait(link, before + 30 * TIME_MS, ends[0], false), 0);
    uint64_t waited = link_now(link) - before;
    assert_true(waited >= 30 * TIME_MS && waited < 500 * TIME_MS);
    assert_int_equal(link_wait(link, 0, ends[0], false), 0);
    assert_int_equal(link_wait(link, TIME_NEVER, ends[0], true), LINK_WRITABLE);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(link_wait(link, TIME_NEVER, ends[0], false), LINK_FD);
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value.tv_usec = 20000};
    setitimer(ITIMER_REAL, &soon, NULL);
    before = link_now(link);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_INTERRUPTED);
    assert_true(link_now(link) - before < 500 * TIME_MS);
    before = link_now(link);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), 0);
    waited = link_now(link) - before;
    assert_true(waited > 900 * TIME_MS && waited < 2 * TIME_S);
    close(ends[0]);
    close(ends[1]);
    link_close(link);
}

static void a_reader_that_has_stopped_does_not_hold_up_anything(void **state)
{
    struct bench *b = *state;
    struct link *link = open_port(b, b->slave);
    static uint8_t bytes[4096];
    long n, total = 0;
    while ((n = link_write(link, bytes, sizeof bytes)) > 0 && total < 10 * 1024 * 1024)
        total += n;
    assert_int_equal(n, 0);
    /* A full pty may say it is writable: that must not become a busy loop. */
    uint64_t until = link_now(link) + 50 * TIME_MS, before = link_monotonic();
    unsigned rounds = 0;
    for (; link_now(link) < until; rounds++) {
        if (link_wait(link, until, -1, true) & LINK_WRITABLE)
            assert_true(link_write(link, bytes, sizeof bytes) >= 0);
    }
    assert_true(rounds < 200);
    link_close(link);
    assert_true(link_monotonic() - before < TIME_S);
}

static void a_lost_port_is_told_and_taken_back(void **state)
{
    struct bench *b = *state;
    char name[512], slave[64];
    uint8_t byte = 'x';
    tree_link(&b->tree, b->slave, "board");
    snprintf(name, sizeof name, "%s/board", b->tree.root);
    struct link *link = open_port(b, name);
    close(b->master);
    b->master = -1;
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_LOST);
    assert_int_equal(link_read(link, &byte, 1), -1);
    assert_int_equal(link_write(link, &byte, 1), -1);
    assert_false(link_set_reset(link, false));
    uint64_t before = link_now(link);
    assert_int_equal(link_wait(link, before + 30 * TIME_MS, -1, true), LINK_LOST);
    assert_true(link_now(link) - before >= 30 * TIME_MS);
    assert_false(link_reconnect(link));
    b->master = tree_pty(slave);
    tree_link(&b->tree, slave, "board");
    assert_true(link_reconnect(link));
    assert_int_equal(write(b->master, "y", 1), 1);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_READABLE);
    assert_int_equal(link_read(link, &byte, 1), 1);
    assert_int_equal(byte, 'y');
    link_close(link);
    DIR *locks = opendir(b->tree.locks);
    assert_non_null(locks);
    for (struct dirent *e; (e = readdir(locks));)
        assert_int_equal(e->d_name[0], '.');
    closedir(locks);
}

/* Found by reading or writing, without waiting first. */
static void a_loss_is_also_seen_without_waiting(void **state)
{
    struct bench *b = *state;
    uint8_t byte = 0;
    struct link *link = open_port(b, b->slave);
    close(b->master);
    b->master = -1;
    assert_int_equal(link_write(link, &byte, 1), -1);
    uint64_t before = link_monotonic();
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_LOST);
    assert_true(link_monotonic() - before < 500 * TIME_MS);
    link_close(link);
}

static void an_adapter_is_found_again_under_another_name(void **state)
{
    struct bench *b = *state;
    const struct tree *t = &b->tree;
    char other_slave[64], slave[64];
    uint8_t byte;
    b->tree.places.devices = b->tree.devices;
    tree_plug(t, "ttyUSB0", "1-2", "0403\n", "6015\n", "DN1\n", b->slave);
    struct link *link = open_port(b, "0403:6015");
    tree_unplug(t, "ttyUSB0");
    close(b->master);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_LOST);
    b->master = tree_pty(slave);
    int other = tree_pty(other_slave);
    /* Another board comes under the old name; ours in another socket. */
    tree_plug(t, "ttyUSB0", "1-3", "0403\n", "6015\n", "DN2\n", other_slave);
    assert_false(link_reconnect(link));
    tree_plug(t, "ttyUSB1", "1-4", "0403\n", "6015\n", "DN1\n", slave);
    assert_true(link_reconnect(link));
    assert_int_equal(write(b->master, "z", 1), 1);
    assert_int_equal(link_wait(link, TIME_NEVER, -1, false), LINK_READABLE);
    assert_int_equal(link_read(link, &byte, 1), 1);
    assert_int_equal(byte, 'z');
    link_close(link);
    close(other);
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(bytes_pass_unchanged_both_ways),
        ON_BENCH(a_port_held_by_another_program_is_named),
        ON_BENCH(a_lock_file_is_honoured_while_its_owner_lives),
        ON_BENCH(odd_lock_files_are_taken_for_what_they_are),
        ON_BENCH(an_adapter_is_marked_exclusive_and_a_pty_is_not),
        ON_BENCH(what_is_no_port_is_refused),
        ON_BENCH(a_port_of_others_is_explained),
        ON_BENCH(waiting_ends_for_every_reason),
        ON_BENCH(a_reader_that_has_stopped_does_not_hold_up_anything),
        ON_BENCH(a_lost_port_is_told_and_taken_back),
        ON_BENCH(a_loss_is_also_seen_without_waiting),
        ON_BENCH(an_adapter_is_found_again_under_another_name),
    };
    return cmocka_run_group_tests_name("link ports", tests, NULL, NULL);
}
