/*
 * Our sender and lrzsz's `sb -k`, each into the same simulated B1 loader on a
 * pseudo-terminal paced at 921600 baud: time of the whole command, and how busy the
 * wire was between the first data block and the end of the last one.
 *
 * Usage: bench_wire TOOL [BYTES]   (TOOL: path of otaconsole)
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "sim/board.h"
#include "sim/firmware.h"

#define BYTE_TIME_NS 10851u /* ten bits at 921600 */

struct measurement {
    double command_s, data_s, busy;
    int status;
    bool equal;
};

struct stage {
    struct sim_board *board;
    int master, slave;
    char name[128];
    uint64_t started;
    uint64_t first_data, last_data; /* when data blocks were handed over */
    uint64_t data_bytes;
};

static uint64_t wall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

static void open_stage(struct stage *s, const char *settings)
{
    struct sim_config config;
    struct problem problem = PROBLEM_INIT;
    char text[128];
    struct termios raw;
    memset(s, 0, sizeof *s);
    snprintf(text, sizeof text, "start=loader,flash-time=no,%s", settings);
    sim_config_parse(text, &config, &problem);
    s->board = sim_board_create(&config);
    if (!s->board || openpty(&s->master, &s->slave, s->name, NULL, NULL) != 0)
        exit(2);
    tcgetattr(s->slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(s->slave, TCSANOW, &raw);
    fcntl(s->master, F_SETFL, O_NONBLOCK);
    fcntl(s->master, F_SETFD, FD_CLOEXEC);
    s->started = wall_clock();
}

static void close_stage(struct stage *s)
{
    close(s->master);
    close(s->slave);
    sim_board_free(s->board);
}

/* Data blocks are the pieces that are as large as blocks; commands and single bytes are not. */
static void hear(struct stage *s)
{
    uint8_t bytes[8192];
    ssize_t n = read(s->master, bytes, sizeof bytes);
    if (n <= 0)
        return;
    uint64_t now = wall_clock() - s->started;
    sim_board_write(s->board, now, bytes, (size_t)n);
    if (n >= 512 || (n >= 100 && s->first_data)) {
        if (!s->first_data)
            s->first_data = now;
        s->data_bytes += (uint64_t)n;
        s->last_data = now + (uint64_t)n * BYTE_TIME_NS / 1000;
    }
}

static void turn(struct stage *s)
{
    uint8_t bytes[4096];
    uint64_t now = wall_clock() - s->started, next = sim_board_next(s->board);
    struct pollfd fd = {.fd = s->master, .events = POLLIN};
    uint64_t wait = next <= now ? 0 : next - now < 50000 ? next - now : 50000;
    struct timespec timeout = {.tv_nsec = (long)wait * 1000};
    if (ppoll(&fd, 1, &timeout, NULL) > 0)
        hear(s);
    now = wall_clock() - s->started;
    sim_board_advance(s->board, now);
    size_t n = sim_board_read(s->board, now, bytes, sizeof bytes);
    if (n && write(s->master, bytes, n) < 0 && errno != EAGAIN)
        exit(2);
}

static void settle(struct stage *s, uint64_t us)
{
    uint64_t until = wall_clock() + us;
    while (wall_clock() < until)
        turn(s);
}

/*
 * What a person with a terminal does before starting sb: enter the command, and start
 * it when the loader asks. (sb takes the echo of the command for answers otherwise.)
 */
static void type_command(struct stage *s, const char *typed)
{
    char heard[1024];
    size_t n = 0;
    fcntl(s->slave, F_SETFL, O_NONBLOCK);
    if (write(s->slave, typed, strlen(typed)) < 0)
        exit(2);
    while (n + 1 < sizeof heard && !(n && heard[n - 1] == 'C')) {
        turn(s);
        ssize_t more = read(s->slave, heard + n, sizeof heard - 1 - n);
        n += more > 0 ? (size_t)more : 0;
    }
    fcntl(s->slave, F_SETFL, 0);
}

static struct measurement measure(const char **command, const char *typed, const char *settings,
                                  const uint8_t *image, uint32_t size)
{
    struct stage s;
    struct measurement m = {0};
    open_stage(&s, settings);
    settle(&s, 100000);
    for (const char **word = command; *word; word++) {
        if (strcmp(*word, "PORT") == 0)
            *word = s.name;
    }
    uint64_t began = wall_clock();
    if (typed)
        type_command(&s, typed);
    pid_t pid = fork();
    if (pid == 0) {
        int port = open(s.name, O_RDWR | O_NOCTTY), null = open("/dev/null", O_RDWR);
        dup2(typed ? port : null, 0);
        dup2(typed ? port : null, 1);
        dup2(null, 2);
        execvp(command[0], (char *const *)command);
        _exit(127);
    }
    while (waitpid(pid, &m.status, WNOHANG) == 0 && wall_clock() - began < 120 * TIME_S)
        turn(&s);
    m.command_s = (double)(wall_clock() - began) / 1e6;
    kill(pid, SIGKILL);
    settle(&s, 700000);
    m.data_s = (double)(s.last_data - s.first_data) / 1e6;
    m.busy = m.data_s > 0 ? (double)s.data_bytes * BYTE_TIME_NS / 1e9 / m.data_s : 0;
    m.equal = memcmp(sim_board_flash(s.board) + 0x13200, image, size) == 0;
    close_stage(&s);
    return m;
}

static void print(const char *name, const struct measurement *m)
{
    printf("| %-38s | %6.2f s | %6.2f s | %5.1f %% | %s |\n", name, m->command_s, m->data_s,
           m->busy * 100, m->status == 0 && m->equal ? "written" : "NOT WRITTEN");
    fflush(stdout);
}

static struct {
    char *tool, *file;
    const uint8_t *image;
    uint32_t size;
} given;

static struct measurement measure_ours(const char *settings, bool verify)
{
    const char *command[] = {given.tool, "flash", "-q",       "--non-interactive",
                             "-p",       "PORT",  given.file, verify ? NULL : "--no-verify",
                             NULL};
    return measure(command, NULL, settings, given.image, given.size);
}

static struct measurement measure_sb(const char *settings)
{
    const char *command[] = {"sb", "-k", "-q", given.file, NULL};
    return measure(command, "write 0x13200\r", settings, given.image, given.size);
}

static void compare(const char *what, const char *settings)
{
    char name[64];
    struct measurement m = measure_ours(settings, false);
    snprintf(name, sizeof name, "otaconsole --no-verify, %s", what);
    print(name, &m);
    m = measure_sb(settings);
    snprintf(name, sizeof name, "sb -k, %s", what);
    print(name, &m);
}

int main(int argc, char **argv)
{
    uint32_t logical = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 282352;
    uint32_t size = sim_firmware_size(logical);
    uint8_t *work = malloc(logical), *image = malloc(size);
    char path[] = "/tmp/otaconsole-bench-XXXXXX";
    int fd = mkstemp(path);
    /* A board answers in microseconds, so its stand-in must not oversleep. */
    prctl(PR_SET_TIMERSLACK, 1);
    if (argc < 2 || fd < 0 || !work || !image)
        return 2;
    sim_firmware_make("app-1.0.0-20260101.0000", logical, 1, work, image);
    if (write(fd, image, size) != (ssize_t)size)
        return 2;
    close(fd);
    given.tool = argv[1];
    given.file = path;
    given.image = image;
    given.size = size;
    printf("%u bytes into the simulated B1 loader at 921600 baud (flash takes no time):\n\n", size);
    printf(
        "| sender                                 | command  | data     | busy    | flash   |\n");
    printf(
        "|----------------------------------------|----------|----------|---------|---------|\n");
    compare("latency 0 ms", "latency=0us");
    struct measurement m = measure_ours("latency=0us", true);
    print("otaconsole, verified, latency 0 ms", &m);
    compare("latency 1 ms", "latency=1ms");
    /* One line amid 293 blocks; the loader NAKs duplicates for ever, so sb may not finish at all.
     */
    compare("one log line", "log-every=200");
    unlink(path);
    free(work);
    free(image);
    return 0;
}
