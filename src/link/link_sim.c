/*
 * A simulated board in this process as a link. Its clock is virtual: waiting moves
 * it from one happening to the next, at once or paced by the wall clock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/link_internal.h"
#include "link/sim_files.h"
#include "sim/board.h"

/* After so many happenings in one wait, see whether the caller should be let in. */
#define CHECK_EVERY 1024
#define WAIT_AT_MOST_US (200 * TIME_MS)

struct sim_link {
    struct link base;
    struct sim_config config;
    struct sim_board *board;
    uint8_t *push; /* what config.push_bytes points at */
    uint64_t now;
    double speed;     /* virtual seconds in a wall-clock second; 0 = as fast as the machine */
    uint64_t wall_us; /* the wall clock's time when the board's clock showed 0 */
    bool lost, loss_told;
    uint32_t baud; /* the adapter's; the board has its own */
    bool rts, dtr;
};

static struct sim_link *of(struct link *link)
{
    return (struct sim_link *)link;
}

static uint64_t sim_now(const struct link *link)
{
    return ((const struct sim_link *)link)->now;
}

static void move_to(struct sim_link *s, uint64_t time)
{
    if (time > s->now)
        s->now = time;
    sim_board_advance(s->board, s->now);
    if (!sim_board_plugged(s->board, s->now))
        s->lost = true;
}

/* What the board's clock should show now when it is paced. */
static uint64_t paced_time(const struct sim_link *s)
{
    return (uint64_t)((double)(link_monotonic() - s->wall_us) * s->speed);
}

/* Wall-clock time until the board's clock may show `time`. */
static uint64_t pause_until(const struct sim_link *s, uint64_t time)
{
    if (time == TIME_NEVER)
        return LINK_WAIT_MAX_US;
    uint64_t due = paced_time(s);
    double pause = time > due ? (double)(time - due) / s->speed : 0;
    return pause < (double)LINK_WAIT_MAX_US ? (uint64_t)pause + 1 : LINK_WAIT_MAX_US;
}

static unsigned sleep_on(int fd, uint64_t wait_us)
{
    struct link_poll p = {.port = -1, .other = fd, .wait_us = wait_us};
    bool ignored;
    return link_poll(&p, &ignored);
}

/* The state of the link now. A loss is told at once when new; later only after waiting. */
static unsigned state_of(struct sim_link *s, bool want_write)
{
    if (s->lost) {
        bool told = s->loss_told;
        s->loss_told = true;
        return told ? 0 : LINK_LOST;
    }
    unsigned bits = want_write ? LINK_WRITABLE : 0;
    return sim_board_readable(s->board, s->now) ? bits | LINK_READABLE : bits;
}

static bool is_back(const struct sim_link *s)
{
    return s->lost && sim_board_plugged(s->board, s->now);
}

/* One step of waiting towards `next`. False when the caller is to be let in. */
static bool step(struct sim_link *s, uint64_t next, int fd, unsigned *bits)
{
    if (s->speed > 0 && next > paced_time(s)) {
        uint64_t pause = pause_until(s, next);
        *bits |= sleep_on(fd, pause);
        uint64_t due = time_min(paced_time(s), next);
        move_to(s, due);
        return *bits == 0 && (pause < LINK_WAIT_MAX_US || due == next);
    }
    if (next == TIME_NEVER) {
        *bits |= sleep_on(fd, LINK_WAIT_MAX_US);
        return false;
    }
    move_to(s, next);
    return true;
}

static unsigned sim_wait(struct link *link, uint64_t deadline, int fd, bool want_write)
{
    struct sim_link *s = of(link);
    uint64_t entered = link_monotonic();
    unsigned bits = fd >= 0 ? sleep_on(fd, 0) : 0;
    move_to(s, s->now);
    bits |= state_of(s, want_write);
    /* Plugging in again ends a wait once; a caller who waits on without it is not held up. */
    bool was_back = is_back(s), go_on = true;
    for (unsigned n = 1; !bits && go_on && s->now < deadline && is_back(s) == was_back; n++) {
        uint64_t next = time_min(sim_board_next(s->board), deadline);
        /* What the board said to an adapter that is not taken back yet is no reason to stop. */
        go_on = step(s, next > s->now ? next : deadline, fd, &bits);
        bits |= state_of(s, want_write);
        if (n % CHECK_EVERY == 0) {
            bits |= fd >= 0 ? sleep_on(fd, 0) : 0;
            go_on &= link_monotonic() - entered <= WAIT_AT_MOST_US;
        }
    }
    return s->lost ? bits | LINK_LOST : bits;
}

/* At the wrong rate a few long levels are all that is left of a byte. */
static uint8_t misread(uint8_t byte)
{
    static const uint8_t seen[] = {0x00, 0x80, 0xE0, 0xFC, 0xF8, 0x1C,
                                   0x03, 0xC0, 0x00, 0xFF, 0x9E};
    return seen[(byte * 0x35u + 0x4Fu) % sizeof seen];
}

static long sim_read(struct link *link, uint8_t *into, size_t n)
{
    struct sim_link *s = of(link);
    if (s->lost)
        return -1;
    size_t got = sim_board_read(s->board, s->now, into, n);
    for (size_t i = 0; s->baud != s->config.baud && i < got; i++)
        into[i] = misread(into[i]);
    return (long)got;
}

static long sim_write(struct link *link, const uint8_t *bytes, size_t n)
{
    struct sim_link *s = of(link);
    if (s->lost)
        return -1;
    for (size_t i = 0; s->baud != s->config.baud && i < n; i++) {
        uint8_t wrong = misread(bytes[i]);
        sim_board_write(s->board, s->now, &wrong, 1);
    }
    if (s->baud == s->config.baud)
        sim_board_write(s->board, s->now, bytes, n);
    return (long)n;
}

static bool sim_set_reset(struct link *link, bool held)
{
    struct sim_link *s = of(link);
    bool done = !s->lost && sim_board_hold_reset(s->board, s->now, held);
    if (done)
        s->rts = held;
    return done;
}

static enum problem_code sim_set_baud(struct link *link, uint32_t baud, struct problem *problem)
{
    (void)problem;
    of(link)->baud = baud;
    return PROBLEM_NONE;
}

static uint32_t sim_baud(const struct link *link)
{
    return ((const struct sim_link *)link)->baud;
}

static bool sim_set_line(struct link *link, enum link_line line, bool on)
{
    struct sim_link *s = of(link);
    static const uint8_t nul = 0;
    if (s->lost)
        return false;
    if (line == LINK_LINE_RTS)
        return sim_set_reset(link, on);
    if (line == LINK_LINE_DTR)
        s->dtr = on;
    else if (on)
        sim_board_write(s->board, s->now, &nul, 1); /* a UART reads a break as NUL */
    return true;
}

static bool sim_get_line(const struct link *link, enum link_line line, bool *on)
{
    const struct sim_link *s = (const struct sim_link *)link;
    if (s->lost || line == LINK_LINE_BREAK)
        return false;
    *on = line == LINK_LINE_RTS ? s->rts : s->dtr;
    return true;
}

static void sim_set_low_latency(struct link *link, bool on)
{
    (void)link;
    (void)on;
}

static bool sim_reconnect(struct link *link)
{
    struct sim_link *s = of(link);
    if (s->lost && sim_board_plugged(s->board, s->now))
        s->lost = s->loss_told = false;
    return !s->lost;
}

static bool sim_press_download(struct link *link)
{
    return sim_board_press_download(of(link)->board, of(link)->now);
}

static bool sim_press_reset(struct link *link)
{
    return sim_board_press_reset(of(link)->board, of(link)->now);
}

static const struct sim_config *sim_simulation(const struct link *link)
{
    return &((const struct sim_link *)link)->config;
}

static void sim_close(struct link *link)
{
    struct sim_link *s = of(link);
    struct problem ignored = PROBLEM_INIT;
    if (s->board) {
        if (s->config.flash_file[0])
            sim_files_save_flash(s->config.flash_file, sim_board_flash(s->board),
                                 sim_board_flash_size(s->board), &ignored);
        sim_board_free(s->board);
    }
    free(s->push);
    free(s);
}

static const struct link_kind sim_kind = {
    .close = sim_close,
    .now = sim_now,
    .wait = sim_wait,
    .read = sim_read,
    .write = sim_write,
    .set_reset = sim_set_reset,
    .set_baud = sim_set_baud,
    .baud = sim_baud,
    .set_line = sim_set_line,
    .get_line = sim_get_line,
    .set_low_latency = sim_set_low_latency,
    .reconnect = sim_reconnect,
    .press_download = sim_press_download,
    .press_reset = sim_press_reset,
    .simulation = sim_simulation,
};

/* "max", "real" or a factor. */
static enum problem_code parse_speed(struct sim_link *s, bool interactive, struct problem *problem)
{
    const char *text = s->config.speed;
    char *end;
    if (strcmp(text, "max") == 0) {
        s->speed = interactive ? 1 : 0;
        return PROBLEM_NONE;
    }
    if (strcmp(text, "real") == 0) {
        s->speed = 1;
        return PROBLEM_NONE;
    }
    s->speed = strtod(text, &end);
    /* The digits are checked first: strtod would take "inf", "nan" and hexadecimal too. */
    if (strspn(text, "0123456789.") == strlen(text) && end != text && !*end && s->speed >= 0.01 &&
        s->speed <= 1000)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_USAGE, "sim:speed",
                       "Write max, real, or a factor from 0.01 to 1000.",
                       "\"%.40s\" is no value for speed", text);
}

static enum problem_code set_up(struct sim_link *s, const struct link_options *options,
                                struct problem *problem)
{
    const char *text = options->port + strlen("sim:");
    if (sim_config_parse(text, &s->config, problem) != PROBLEM_NONE ||
        parse_speed(s, options->interactive, problem) != PROBLEM_NONE)
        return problem->code;
    if (s->config.push[0]) {
        if (sim_files_load_push(s->config.push, &s->push, &s->config.push_length, problem) !=
            PROBLEM_NONE)
            return problem->code;
        s->config.push_bytes = s->push;
    }
    struct sim_board *board = sim_board_create(&s->config);
    if (!board)
        return problem_set(problem, PROBLEM_INTERNAL, "sim:", "Free some memory.",
                           "out of memory for the simulated board");
    if (s->config.flash_file[0] &&
        sim_files_load_flash(s->config.flash_file, sim_board_flash(board),
                             sim_board_flash_size(board), problem) != PROBLEM_NONE) {
        sim_board_free(board);
        return problem->code;
    }
    s->board = board;
    return PROBLEM_NONE;
}

enum problem_code link_sim_open(const struct link_options *options, struct link **out,
                                struct problem *problem)
{
    struct sim_link *s = calloc(1, sizeof *s);
    if (!s)
        return problem_set(problem, PROBLEM_INTERNAL, "sim:", "Free some memory.", "out of memory");
    s->base.kind = &sim_kind;
    /* Not the settings: they may hold a password, and the name is shown and recorded. */
    snprintf(s->base.name, sizeof s->base.name, "sim:");
    if (set_up(s, options, problem) != PROBLEM_NONE) {
        sim_close(&s->base);
        return problem->code;
    }
    s->baud = options->baud ? options->baud : s->config.baud;
    s->wall_us = link_monotonic();
    *out = &s->base;
    return PROBLEM_NONE;
}

struct sim_board *link_simulated_board(struct link *link)
{
    return link->kind == &sim_kind ? of(link)->board : NULL;
}
