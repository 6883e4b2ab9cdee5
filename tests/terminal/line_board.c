/*
 * What stands at the other end of the line in tests of the terminal UI: a pseudo-terminal
 * that prints.
 *
 *   line_board LINK flood RATE SECONDS   numbered log lines at RATE bytes a second
 *   line_board LINK file PATH [RATE]     the bytes of a file (RATE 0 = at once)
 *   line_board - digest RECORDING        bytes of the board in a recording: "SHA256 COUNT"
 *
 * LINK becomes a symbolic link to the pseudo-terminal. Printing begins when somebody has opened
 * it, and ends with the line "SHA256 COUNT longest-stall-in-ms"; then it listens until its
 * standard input ends. A real line does not wait: a stall is what would have been lost.
 */
#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PIECE 4096

static EVP_MD_CTX *digest;
static unsigned long long count;
static double longest_stall;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void take(const void *bytes, size_t n)
{
    EVP_DigestUpdate(digest, bytes, n);
    count += n;
}

static void tell(bool with_stall)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_DigestFinal_ex(digest, sum, &n);
    for (unsigned i = 0; i < n; i++)
        printf("%02x", sum[i]);
    printf(" %llu", count);
    if (with_stall)
        printf(" %.0f", longest_stall * 1000);
    printf("\n");
    fflush(stdout);
}

/* --- printing ---------------------------------------------------------------------------- */

static void put(int fd, const char *bytes, size_t n)
{
    while (n) {
        double began = now();
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (poll(&p, 1, 30000) <= 0)
            exit(3);
        ssize_t k = write(fd, bytes, n);
        if (k < 0 && errno != EAGAIN)
            exit(3);
        double stall = now() - began;
        longest_stall = stall > longest_stall ? stall : longest_stall;
        if (k > 0) {
            take(bytes, (size_t)k);
            bytes += k;
            n -= (size_t)k;
        }
    }
}

static void pace(double began, double rate)
{
    double due = rate > 0 ? began + (double)count / rate : 0, wait = due - now();
    if (wait > 0)
        usleep((useconds_t)(wait * 1e6));
}

/* A kernel's echo or a boot's chatter: levels, modules, numbers to search for. */
static size_t flood_line(char *out, size_t size, unsigned long long number)
{
    static const char levels[] = "IIIIIDDVWE";
    char level = levels[number % (sizeof levels - 1)];
    return (size_t)snprintf(out, size, "[%06llu]<%c> %s line %llu of a long day, heap %llu\r\n",
                            number, level, number % 3 ? "mqtt" : "netmgr", number,
                            50000 - number % 977);
}

static void flood(int fd, double rate, double seconds)
{
    char piece[PIECE];
    double began = now();
    unsigned long long number = 0;
    while (now() < began + seconds) {
        size_t n = 0;
        /* As a UART hands it over: some hundred bytes at a time. */
        while (n < 400)
            n += flood_line(piece + n, sizeof piece - n, number++);
        put(fd, piece, n);
        pace(began, rate);
    }
}

static void print_file(int fd, const char *path, double rate)
{
    char piece[PIECE];
    FILE *f = fopen(path, "rb");
    double began = now();
    size_t n;
    if (!f)
        exit(2);
    while ((n = fread(piece, 1, rate > 0 ? 256 : sizeof piece, f)) > 0) {
        put(fd, piece, n);
        pace(began, rate);
    }
    fclose(f);
}

static int open_line(const char *link)
{
    struct termios raw;
    char name[256];
    int master, slave;
    if (openpty(&master, &slave, name, NULL, NULL) != 0)
        exit(2);
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    close(slave);
    fcntl(master, F_SETFL, O_NONBLOCK);
    unlink(link);
    if (symlink(name, link) != 0)
        exit(2);
    return master;
}

/* Somebody has it open when the hang-up is gone. */
static void await_reader(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    do {
        usleep(20000);
        p.revents = 0;
        poll(&p, 1, 0);
    } while (p.revents & POLLHUP);
    usleep(300000);
}

static void listen_on(int fd)
{
    char bytes[256];
    struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    while (poll(p, 2, -1) >= 0) {
        if ((p[0].revents & POLLIN) && read(fd, bytes, sizeof bytes) <= 0)
            return;
        if (p[1].revents && read(STDIN_FILENO, bytes, sizeof bytes) <= 0)
            return;
        if (p[0].revents & POLLHUP)
            usleep(50000);
    }
}

/* --- a recording's bytes --------------------------------------------------------------------- */

static void take_base64(const char *text)
{
    size_t n = strlen(text);
    unsigned char *bytes = malloc(n + 4);
    int k = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)n);
    while (k > 0 && n && text[n - 1] == '=') {
        k--;
        n--;
    }
    if (k > 0)
        take(bytes, (size_t)k);
    free(bytes);
}

static int digest_recording(const char *directory)
{
    char path[1024], *line = NULL;
    size_t capacity = 0;
    snprintf(path, sizeof path, "%s/stream.jsonl", directory);
    FILE *f = fopen(path, "r");
    if (!f)
        return 2;
    while (getline(&line, &capacity, f) > 0) {
        cJSON *o = cJSON_Parse(line);
        const char *dir = cJSON_GetStringValue(cJSON_GetObjectItem(o, "dir"));
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(o, "text"));
        const char *base64 = cJSON_GetStringValue(cJSON_GetObjectItem(o, "base64"));
        if (dir && strcmp(dir, "rx") == 0 && text)
            take(text, strlen(text));
        if (dir && strcmp(dir, "rx") == 0 && base64)
            take_base64(base64);
        cJSON_Delete(o);
    }
    free(line);
    fclose(f);
    tell(false);
    return 0;
}

int main(int argc, char **argv)
{
    digest = EVP_MD_CTX_new();
    if (argc < 4 || !digest || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
        return 2;
    if (strcmp(argv[2], "digest") == 0)
        return digest_recording(argv[3]);
    int fd = open_line(argv[1]);
    await_reader(fd);
    if (strcmp(argv[2], "flood") == 0 && argc > 4)
        flood(fd, atof(argv[3]), atof(argv[4]));
    else
        print_file(fd, argv[3], argc > 4 ? atof(argv[4]) : 0);
    tell(true);
    listen_on(fd);
    unlink(argv[1]);
    return 0;
}
