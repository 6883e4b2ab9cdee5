/*
 * A terminal program beside a board that prints as fast as its line can: how much of the
 * machine it takes, and how long a key waits.
 *
 *   bench_ui SECONDS NAME KEYS COMMAND...   {port} in COMMAND becomes the board's port
 *
 * KEYS "type": a '~' is typed four times a second and taken back; the time until the program
 * shows it is its answer time, while the terminal changes its size every second. "none": nothing
 * is typed (tio hands keys to the board). The program is ended by SIGTERM.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define RATE 92000.0
#define SAMPLES_MAX 4096

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the board -------------------------------------------------------------------------- */

static void print_lines(int fd, double seconds)
{
    char text[160];
    unsigned long long number = 0, sent = 0;
    double began = now();
    while (now() < began + seconds) {
        int n =
            snprintf(text, sizeof text, "[%06llu]<%c> mqtt line %llu of a long day, heap %llu\r\n",
                     number % 1000000, "IIIDDVWE"[number % 8], number, 50000 - number % 977);
        for (int at = 0; at < n;) {
            ssize_t k = write(fd, text + at, (size_t)(n - at));
            at += k > 0 ? (int)k : 0;
            if (k < 0 && errno != EAGAIN)
                _exit(0);
        }
        sent += (unsigned)n;
        number++;
        double wait = began + (double)sent / RATE - now();
        if (wait > 0.004)
            usleep((useconds_t)(wait * 1e6));
    }
    pause();
}

static pid_t start_board(char *name, double seconds)
{
    struct termios raw;
    int master, slave;
    if (openpty(&master, &slave, name, NULL, NULL) != 0)
        exit(2);
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    pid_t child = fork();
    if (child == 0) {
        usleep(1500000); /* the program is there by then */
        print_lines(master, seconds);
    }
    close(master);
    close(slave);
    return child;
}

/* --- the terminal ----------------------------------------------------------------------- */

struct watch {
    int fd;
    unsigned long long shown; /* bytes the program wrote */
    double typed;             /* when the '~' was typed, 0 = none on its way */
    double samples[SAMPLES_MAX];
    unsigned count;
};

static bool drain(struct watch *w)
{
    char bytes[65536];
    ssize_t n = read(w->fd, bytes, sizeof bytes);
    if (n <= 0)
        return n < 0 && errno == EAGAIN;
    w->shown += (unsigned long long)n;
    if (w->typed > 0 && memchr(bytes, '~', (size_t)n)) {
        if (w->count < SAMPLES_MAX)
            w->samples[w->count++] = (now() - w->typed) * 1000;
        w->typed = 0;
        (void)!write(w->fd, "\x7f", 1);
    }
    return true;
}

static void change_size(int fd, unsigned round)
{
    static const struct winsize sizes[] = {
        {.ws_row = 40, .ws_col = 120}, {.ws_row = 24, .ws_col = 80}, {.ws_row = 60, .ws_col = 200}};
    ioctl(fd, TIOCSWINSZ, &sizes[round % 3]);
}

static void watch(struct watch *w, double seconds, bool type)
{
    double began = now(), next_key = began + 2, next_size = began + 3;
    unsigned round = 0;
    while (now() < began + seconds) {
        struct pollfd p = {.fd = w->fd, .events = POLLIN};
        poll(&p, 1, 5);
        if ((p.revents & POLLIN) && !drain(w))
            return;
        if (type && now() >= next_key && w->typed == 0) {
            w->typed = now();
            next_key = w->typed + 0.25;
            (void)!write(w->fd, "~", 1);
        }
        if (type && now() >= next_size) {
            next_size += 1;
            change_size(w->fd, ++round);
        }
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *name, struct watch *w, const struct rusage *usage, double seconds)
{
    double cpu = (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
                 (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
    printf("%-12s CPU %5.1f %%   RSS %6.1f MB   to the terminal %7.1f kB/s", name,
           cpu / seconds * 100, (double)usage->ru_maxrss / 1024, (double)w->shown / seconds / 1000);
    if (w->count) {
        qsort(w->samples, w->count, sizeof w->samples[0], compare);
        printf("   key answered in: median %.1f, 99th %.1f, longest %.1f ms (%u keys)",
               w->samples[w->count / 2], w->samples[w->count * 99 / 100], w->samples[w->count - 1],
               w->count);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    char port[256];
    struct watch w = {.fd = -1};
    struct winsize size = {.ws_row = 40, .ws_col = 120};
    struct rusage usage;
    if (argc < 5)
        return 2;
    double seconds = atof(argv[1]);
    pid_t board = start_board(port, seconds);
    pid_t child = forkpty(&w.fd, NULL, NULL, &size);
    if (child == 0) {
        for (int i = 4; i < argc; i++) {
            if (strcmp(argv[i], "{port}") == 0)
                argv[i] = port;
        }
        execvp(argv[4], argv + 4);
        _exit(127);
    }
    fcntl(w.fd, F_SETFL, O_NONBLOCK);
    watch(&w, seconds, strcmp(argv[3], "type") == 0);
    kill(child, SIGTERM);
    for (int i = 0; i < 100 && drain(&w); i++)
        usleep(10000);
    kill(child, SIGKILL);
    wait4(child, NULL, 0, &usage);
    kill(board, SIGKILL);
    report(argv[2], &w, &usage, seconds);
    return 0;
}
