/* Our sender and receiver against the real rb and sb of lrzsz, over pseudo-terminals. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ymodem/receiver.h"
#include "ymodem/sender.h"

#define FILE_MAX 300000u
#define PATIENCE (12 * TIME_S)
/*
 * rb flushes its input right behind its ACK; on a real line nothing can have
 * arrived by then, on a pseudo-terminal a quick answer would be lost.
 */
#define LINE_LATENCY (5 * TIME_MS)

static char folder[64];
static uint8_t file[FILE_MAX], got[FILE_MAX];

static uint64_t clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

static bool is_installed(const char *program)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

static int prepare(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/otaconsole-lrzsz-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    for (size_t i = 0; i < sizeof file; i++)
        file[i] = (uint8_t)(i * 31 + i / 253 + 0x18);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/image.bin", folder);
    unlink(path);
    return rmdir(folder);
}

/* The peer on the far side of a raw pseudo-terminal, in a folder of its own. */
static pid_t start_peer(const char *const argv[], int *port)
{
    struct termios raw;
    memset(&raw, 0, sizeof raw);
    cfmakeraw(&raw);
    pid_t pid = forkpty(port, NULL, &raw, NULL);
    assert_true(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        if (chdir(folder) != 0 || null < 0)
            _exit(127);
        dup2(null, 2);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    fcntl(*port, F_SETFL, O_NONBLOCK);
    return pid;
}

static int end_peer(pid_t pid, int port)
{
    int status = 0;
    for (int i = 0; i < 300; i++) {
        uint8_t drop[512];
        while (read(port, drop, sizeof drop) > 0) {
        }
        if (waitpid(pid, &status, WNOHANG) == pid) {
            close(port);
            return status;
        }
        usleep(10000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    close(port);
    return -1;
}

/* --- a rim of a few lines ------------------------------------------------------------------- */

struct core {
    void *self;
    void (*input)(void *self, uint64_t now, const uint8_t *bytes, size_t n);
    void (*tick)(void *self, uint64_t now);
    uint64_t (*deadline)(const void *self);
    size_t (*output)(const void *self, const uint8_t **bytes);
    void (*sent)(void *self, uint64_t now, size_t n);
    bool (*is_over)(void *self);
};

struct injection {
    unsigned before_read; /* put a log line before what this read brings; 0 = never */
    unsigned reads;
};

static void pump(const struct core *c, int port, struct injection *injection)
{
    static const char line[] = "[  12.345]<I> wifi COMMAND log\r\n";
    uint64_t end = clock_now() + PATIENCE, may_write = 0;
    while (!c->is_over(c->self)) {
        const uint8_t *out;
        uint8_t in[YMODEM_INPUT_MAX];
        uint64_t now = clock_now();
        assert_true(now < end);
        size_t waiting = c->output(c->self, &out);
        ssize_t n = waiting && now >= may_write ? write(port, out, waiting) : 0;
        if (n > 0)
            c->sent(c->self, now, (size_t)n);
        waiting = c->output(c->self, &out);
        struct pollfd p = {port, POLLIN, 0};
        uint64_t deadline = time_min(c->deadline(c->self), now + (waiting ? 1 : 100) * TIME_MS);
        poll(&p, 1, deadline > now ? (int)((deadline - now + 999) / 1000) : 0);
        n = read(port, in, sizeof in);
        if (n > 0) {
            may_write = clock_now() + LINE_LATENCY;
            if (++injection->reads == injection->before_read)
                c->input(c->self, clock_now(), (const uint8_t *)line, sizeof line - 1);
            c->input(c->self, clock_now(), in, (size_t)n);
        }
        c->tick(c->self, clock_now());
    }
}

static void sender_input(void *s, uint64_t now, const uint8_t *bytes, size_t n)
{
    const uint8_t *text;
    ymodem_sender_input(s, now, bytes, n);
    ymodem_sender_text(s, &text);
}

static uint64_t data_began_us, data_done_us; /* block 0 answered, last block acknowledged */

static void sender_tick(void *s, uint64_t now)
{
    const struct ymodem_sender *sender = s;
    ymodem_sender_tick(s, now);
    if (!data_began_us && sender->state == YMODEM_SEND_WAIT_DATA)
        data_began_us = now;
    if (!data_done_us && ymodem_sender_accepted(sender) == sender->config.size)
        data_done_us = now;
}
static uint64_t sender_deadline(const void *s)
{
    return ymodem_sender_deadline(s);
}
static size_t sender_output(const void *s, const uint8_t **bytes)
{
    return ymodem_sender_output(s, bytes);
}
static void sender_sent(void *s, uint64_t now, size_t n)
{
    ymodem_sender_sent(s, now, n);
}
static bool sender_is_over(void *s)
{
    const struct ymodem_sender *sender = s;
    return sender->state == YMODEM_SEND_DONE || sender->state == YMODEM_SEND_FAILED;
}

static void receiver_input(void *r, uint64_t now, const uint8_t *bytes, size_t n)
{
    const uint8_t *text;
    ymodem_receiver_input(r, now, bytes, n);
    ymodem_receiver_text(r, &text);
}
static void receiver_tick(void *r, uint64_t now)
{
    ymodem_receiver_tick(r, now);
}
static uint64_t receiver_deadline(const void *r)
{
    return ymodem_receiver_deadline(r);
}
static size_t receiver_output(const void *r, const uint8_t **bytes)
{
    return ymodem_receiver_output(r, bytes);
}
static void receiver_sent(void *r, uint64_t now, size_t n)
{
    ymodem_receiver_sent(r, now, n);
}
static bool receiver_is_over(void *r)
{
    struct ymodem_receiver_event e;
    while (ymodem_receiver_next_event(r, &e)) {
        if (e.kind == YMODEM_RECEIVER_DONE || e.kind == YMODEM_RECEIVER_FAILED)
            return true;
    }
    return false;
}

/* --- we send, rb receives -------------------------------------------------------------------- */

static int read_source(void *user, uint32_t offset, uint8_t *into, size_t n)
{
    (void)user;
    memcpy(into, file + offset, n);
    return 0;
}

static uint64_t send_to_rb(uint32_t size, uint16_t block_size, unsigned log_before)
{
    const char *const argv[] = {"rb", "--ymodem", "-q", "-y", NULL};
    char path[128];
    int port;
    pid_t pid = start_peer(argv, &port);
    struct ymodem_preset preset = *ymodem_preset_find("lrzsz");
    preset.block_size = block_size;
    struct ymodem_sender sender;
    struct ymodem_sender_config config = {.preset = &preset,
                                          .name = "elsewhere/image.bin",
                                          .size = size,
                                          .baud = 115200,
                                          .source = {read_source, NULL}};
    struct core core = {&sender,       sender_input, sender_tick,   sender_deadline,
                        sender_output, sender_sent,  sender_is_over};
    struct injection injection = {log_before, 0};
    data_began_us = data_done_us = 0;
    ymodem_sender_init(&sender, &config);
    ymodem_sender_start(&sender, clock_now());
    pump(&core, port, &injection);
    assert_int_equal(sender.state, YMODEM_SEND_DONE);
    assert_int_equal(end_peer(pid, port), 0);
    snprintf(path, sizeof path, "%s/image.bin", folder);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    memset(got, 0, sizeof got);
    assert_int_equal(fread(got, 1, sizeof got, f), size);
    fclose(f);
    unlink(path);
    assert_memory_equal(got, file, size);
    return data_done_us - data_began_us;
}

static void our_sender_and_rb(void **state)
{
    static const uint32_t sizes[] = {1, 1025, 70000}; /* each takes rb three seconds */
    (void)state;
    if (!is_installed("rb"))
        skip();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        send_to_rb(sizes[i], 1024, 0);
    send_to_rb(5000, 128, 0);
}

static void a_log_line_before_rbs_ack_costs_under_a_second(void **state)
{
    (void)state;
    if (!is_installed("rb"))
        skip();
    uint64_t best = TIME_NEVER;
    /* lrzsz's own sender takes 60 s; a busy machine is forgiven twice. */
    for (int i = 0; i < 3 && best > TIME_S; i++)
        best = time_min(best, send_to_rb(20000, 1024, 6));
    assert_true(best < TIME_S);
}

/* --- sb sends, we receive -------------------------------------------------------------------- */

static int store(void *user, uint32_t offset, const uint8_t *bytes, size_t n)
{
    (void)user;
    memcpy(got + offset, bytes, n);
    return 0;
}

static void receive_from_sb(uint32_t size, bool long_blocks, unsigned log_before)
{
    const char *const with_k[] = {"sb", "-q", "-k", "image.bin", NULL}, *const without[] = {
                                                                            "sb", "-q", "image.bin",
                                                                            NULL};
    char path[128];
    snprintf(path, sizeof path, "%s/image.bin", folder);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(file, 1, size, f), size);
    fclose(f);
    int port;
    pid_t pid = start_peer(long_blocks ? with_k : without, &port);
    struct ymodem_receiver receiver;
    struct ymodem_receiver_config config = {.preset = ymodem_preset_find("lrzsz"),
                                            .max_size = FILE_MAX,
                                            .baud = 115200,
                                            .sink = {store, NULL}};
    struct core core = {&receiver,       receiver_input, receiver_tick,   receiver_deadline,
                        receiver_output, receiver_sent,  receiver_is_over};
    struct injection injection = {log_before, 0};
    memset(got, 0, sizeof got);
    ymodem_receiver_init(&receiver, &config);
    ymodem_receiver_start(&receiver, clock_now());
    pump(&core, port, &injection);
    assert_int_equal(receiver.state, YMODEM_RECEIVE_DONE);
    assert_string_equal(receiver.name, "image.bin");
    assert_int_equal(receiver.size, size);
    assert_int_equal(receiver.stored, size);
    assert_memory_equal(got, file, size);
    assert_int_equal(end_peer(pid, port), 0);
    unlink(path);
}

static void sb_and_our_receiver(void **state)
{
    static const uint32_t sizes[] = {1, 128, 1023, 1025, 70000};
    (void)state;
    if (!is_installed("sb"))
        skip();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        receive_from_sb(sizes[i], true, 0);
    receive_from_sb(128, false, 0);
    receive_from_sb(5000, false, 0);
}

static void text_before_sbs_first_block_is_no_harm(void **state)
{
    (void)state;
    if (!is_installed("sb"))
        skip();
    receive_from_sb(20000, true, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_sender_and_rb),
        cmocka_unit_test(a_log_line_before_rbs_ack_costs_under_a_second),
        cmocka_unit_test(sb_and_our_receiver),
        cmocka_unit_test(text_before_sbs_first_block_is_no_harm),
    };
    return cmocka_run_group_tests_name("lrzsz", tests, prepare, clean_up);
}
