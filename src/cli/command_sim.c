#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "sim/board.h"
#include "sim/cloud_package.h"
#include "sim/firmware.h"

/* --- rehearsal images -------------------------------------------------------------------- */

static enum problem_code save(const char *dir, const char *name, const uint8_t *bytes, size_t n,
                              struct problem *problem)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wbe");
    bool ok = f && fwrite(bytes, 1, n, f) == n;
    if (f && fclose(f) != 0)
        ok = false;
    if (!ok)
        return problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                           "Choose a directory that can be written, on a disk with room.",
                           "the image could not be written: %s", strerror(errno));
    printf("%s (%zu bytes)\n", path, n);
    return PROBLEM_NONE;
}

static enum problem_code write_images(const struct sim_config *config, const char *dir,
                                      struct problem *problem)
{
    struct sim_board *b = sim_board_create(config);
    struct sim_cloud_package high = {0};
    uint32_t length = 0;
    if (!b || !sim_cloud_package_make(config, &high)) {
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    } else {
        mkdir(dir, 0777);
        const uint8_t *low = sim_board_low_image(b, &length);
        if (save(dir, "low-otaapp@mk3060.bin", low, length, problem) == PROBLEM_NONE &&
            save(dir, "high-otaapp@mk3060.bin", high.bytes, high.length - IMAGE_TRAILER_SIZE,
                 problem) == PROBLEM_NONE &&
            save(dir, "high-otaapp@mk3060.ota.md5.bin", high.bytes, high.length, problem) ==
                PROBLEM_NONE)
            printf("versions %s and %s; they are rehearsal images, no programs\n", config->version,
                   high.version);
    }
    sim_cloud_package_free(&high);
    sim_board_free(b);
    return problem->code;
}

/* --- the pseudo-terminal ----------------------------------------------------------------- */

struct stage {
    struct sim_board *board;
    int master, slave;
    uint64_t started;
    bool over, input_open;
    uint8_t pending[4096]; /* on their way to a program that does not read */
    size_t pending_count;
};

static uint64_t wall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

static enum problem_code open_stage(struct stage *s, const struct options *o,
                                    struct problem *problem)
{
    struct termios raw;
    char name[256];
    if (openpty(&s->master, &s->slave, name, NULL, NULL) != 0)
        return problem_set(problem, PROBLEM_PORT_ERROR, NULL, "Is /dev/pts mounted?",
                           "no pseudo-terminal could be made: %s", strerror(errno));
    /* Raw from the start: a cooked line would echo the board's words back to it. */
    tcgetattr(s->slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(s->slave, TCSANOW, &raw);
    fcntl(s->master, F_SETFL, O_NONBLOCK);
    if (o->link_path) {
        unlink(o->link_path);
        if (symlink(name, o->link_path) != 0)
            return problem_set(problem, PROBLEM_OUTPUT_FILE, o->link_path,
                               "Choose a path that can be written.", "the link cannot be made: %s",
                               strerror(errno));
    }
    printf("simulated board on %s%s%s\n", o->link_path ? o->link_path : name,
           o->link_path ? " -> " : "", o->link_path ? name : "");
    printf("d Enter = buttons for download mode, r Enter = reset, q Enter = end\n");
    fflush(stdout);
    return PROBLEM_NONE;
}

static void hear_keys(struct stage *s, uint64_t now)
{
    char keys[64];
    ssize_t n = read(STDIN_FILENO, keys, sizeof keys);
    if (n <= 0)
        s->input_open = false;
    for (ssize_t i = 0; i < n; i++) {
        if (keys[i] == 'q')
            s->over = true;
        else if (keys[i] == 'd')
            sim_board_press_download(s->board, now);
        else if (keys[i] == 'r')
            sim_board_press_reset(s->board, now);
    }
}

static void hear_program(struct stage *s, uint64_t now)
{
    uint8_t bytes[4096];
    ssize_t n = read(s->master, bytes, sizeof bytes);
    if (n > 0)
        sim_board_write(s->board, now, bytes, (size_t)n);
}

static void speak(struct stage *s, uint64_t now)
{
    s->pending_count += sim_board_read(s->board, now, s->pending + s->pending_count,
                                       sizeof s->pending - s->pending_count);
    ssize_t n = s->pending_count ? write(s->master, s->pending, s->pending_count) : 0;
    if (n > 0) {
        memmove(s->pending, s->pending + n, s->pending_count - (size_t)n);
        s->pending_count -= (size_t)n;
    } else if (s->pending_count == sizeof s->pending) {
        /* Nobody reads: a UART does not wait either. */
        s->pending_count = 0;
    }
}

static void turn(struct stage *s)
{
    uint64_t now = wall_clock() - s->started, next = sim_board_next(s->board);
    struct pollfd fds[2] = {{.fd = s->master, .events = POLLIN},
                            {.fd = s->input_open ? STDIN_FILENO : -1, .events = POLLIN}};
    uint64_t wait = next <= now ? 0 : next - now;
    struct timespec timeout = {.tv_sec = 0, .tv_nsec = 200 * 1000 * 1000};
    if (wait < 200 * TIME_MS)
        timeout.tv_nsec = (long)wait * 1000;
    if (ppoll(fds, 2, &timeout, NULL) < 0)
        return;
    now = wall_clock() - s->started;
    if (fds[0].revents & POLLIN)
        hear_program(s, now);
    if (fds[1].revents)
        hear_keys(s, now);
    sim_board_advance(s->board, now);
    speak(s, now);
}

static enum problem_code run_stage(struct sim_config *config, struct context *c,
                                   struct problem *problem)
{
    struct stage s = {.master = -1, .slave = -1, .input_open = true};
    s.board = sim_board_create(config);
    if (!s.board)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    if (open_stage(&s, c->options, problem) == PROBLEM_NONE) {
        s.started = wall_clock();
        while (!s.over && !*c->stop)
            turn(&s);
        if (c->options->link_path)
            unlink(c->options->link_path);
    }
    if (s.master >= 0) {
        close(s.master);
        close(s.slave);
    }
    sim_board_free(s.board);
    return problem->code;
}

enum problem_code command_sim(const struct options *options, struct problem *problem)
{
    struct context c;
    struct sim_config config;
    uint8_t *push = NULL;
    const char *text = options->word_count ? options->words[0] : "";
    context_init(&c, options);
    if (strncmp(text, "sim:", 4) == 0)
        text += 4;
    if (options->word_count > 1)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Separate the settings with commas.",
                           "sim takes one word of settings");
    if (sim_config_parse(text, &config, problem) != PROBLEM_NONE)
        return problem->code;
    if (config.push[0] &&
        context_load_file(NULL, config.push, &push, &config.push_length, problem) != PROBLEM_NONE)
        return problem->code;
    config.push_bytes = push;
    if (options->images)
        write_images(&config, options->images, problem);
    else
        run_stage(&config, &c, problem);
    free(push);
    return problem->code;
}
