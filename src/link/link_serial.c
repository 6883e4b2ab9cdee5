/* A serial adapter or a pty as a link. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "link/link_lock.h"
#include "link/serial_settings.h"

/* How long closing waits for bytes that are still queued (921600 baud empties 4 KiB in 45 ms). */
#define CLOSE_PATIENCE_US (500 * TIME_MS)
#define CLOSE_POLL_US (5 * TIME_MS)
/* A full pty may call itself writable and take nothing; asking again at once would spin. */
#define FULL_PAUSE_US (2 * TIME_MS)

struct serial_link {
    struct link base;
    const struct link_places *places;
    char asked[LINK_PATH_MAX]; /* the name the user gave */
    char path[LINK_PATH_MAX];
    struct adapter adapter;
    bool is_adapter; /* known to sysfs, so that it can be found again under another name */
    uint32_t baud;
    int fd;             /* -1 = lost */
    uint64_t opened_us; /* link_now's zero */
    bool loss_told;
    bool said_writable, said_wrong; /* what the last wait said; that the write after it failed */
    struct link_lock lock;
    struct serial_latency latency;
    bool low_latency;   /* wanted, also after a reconnect */
    bool reset_touched; /* RTS was set by us ... */
    bool reset_held;    /* ... to this */
};

static struct serial_link *of(struct link *link)
{
    return (struct serial_link *)link;
}

static enum problem_code explain_open(const struct link_places *places, const char *path, int error,
                                      struct problem *problem)
{
    char hint[sizeof problem->hint];
    switch (error) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case EIO:
        link_name_suggest(places, path, hint, sizeof hint);
        return problem_set(problem, PROBLEM_PORT_NOT_FOUND, path, hint,
                           error == ENOENT ? "there is no such port"
                                           : "there is no device behind this port");
    case EACCES:
    case EPERM:
        adapter_permission_hint(path, hint, sizeof hint);
        return problem_set(problem, PROBLEM_PORT_PERMISSION, path, hint,
                           "this user may not open the port");
    case EBUSY:
        return link_lock_busy(places, path, problem);
    default:
        return problem_set(problem, PROBLEM_PORT_ERROR, path,
                           "Unplug the adapter and plug it in again; `dmesg` shows what its "
                           "driver says.",
                           "the port cannot be opened: %s", strerror(error));
    }
}

/* Nothing on the line is changed before it is ours: another program may be using it. */
static enum problem_code open_device(struct serial_link *s, struct problem *problem)
{
    if (link_lock_check(s->places, s->path, problem) != PROBLEM_NONE)
        return problem->code;
    int fd = open(s->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return explain_open(s->places, s->path, errno, problem);
    if (!isatty(fd)) {
        close(fd);
        return problem_set(problem, PROBLEM_PORT_ERROR, s->path,
                           "Name a serial port; `otaconsole ports` lists them.",
                           "this is not a serial port");
    }
    if (link_lock_take(s->places, s->path, fd, &s->lock, problem) != PROBLEM_NONE) {
        close(fd);
        return problem->code;
    }
    if (serial_settings_apply(fd, s->path, s->baud, problem) != PROBLEM_NONE) {
        link_lock_release(&s->lock, fd);
        close(fd);
        return problem->code;
    }
    s->fd = fd;
    s->loss_told = false;
    return PROBLEM_NONE;
}

/* The descriptor goes at once, so that the kernel can give the same name to the adapter again. */
static void lose(struct serial_link *s)
{
    if (s->fd < 0)
        return;
    link_lock_release(&s->lock, s->fd);
    close(s->fd);
    s->fd = -1;
    s->latency.changed = false;
}

static bool is_loss(int error)
{
    return error == EIO || error == ENXIO || error == ENODEV || error == EBADF;
}

static uint64_t serial_now(const struct link *link)
{
    return link_monotonic() - ((const struct serial_link *)link)->opened_us;
}

/* Bytes may still lie in the queue of a port whose other end has gone: those come first. */
static bool has_input(int fd)
{
    int waiting = 0;
    return ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0;
}

static unsigned serial_wait(struct link *link, uint64_t deadline, int fd, bool want_write)
{
    struct serial_link *s = of(link);
    uint64_t now = serial_now(link);
    struct link_poll p = {.port = s->fd, .other = fd, .want_write = want_write};
    bool hung_up;
    p.wait_us = deadline > now ? deadline - now : 0;
    if (s->fd < 0 && !s->loss_told) {
        s->loss_told = true;
        return LINK_LOST;
    }
    if (s->said_wrong && want_write) {
        p.want_write = false;
        p.wait_us = time_min(p.wait_us, FULL_PAUSE_US);
        s->said_wrong = false;
    }
    unsigned bits = link_poll(&p, &hung_up);
    s->said_writable = bits & LINK_WRITABLE;
    if (s->fd < 0)
        return bits | LINK_LOST;
    if (hung_up && !has_input(s->fd)) {
        lose(s);
        s->loss_told = true;
        return (bits & (LINK_FD | LINK_INTERRUPTED)) | LINK_LOST;
    }
    return hung_up ? bits | LINK_READABLE : bits;
}

static long serial_read(struct link *link, uint8_t *into, size_t n)
{
    struct serial_link *s = of(link);
    if (s->fd < 0)
        return -1;
    if (n == 0)
        return 0;
    ssize_t got = read(s->fd, into, n);
    if (got > 0)
        return got;
    /* VMIN is 1, so 0 is a hang-up and never "nothing there". */
    if (got == 0 || is_loss(errno)) {
        lose(s);
        return -1;
    }
    return 0;
}

static long serial_write(struct link *link, const uint8_t *bytes, size_t n)
{
    struct serial_link *s = of(link);
    if (s->fd < 0)
        return -1;
    ssize_t put = write(s->fd, bytes, n);
    if (put >= 0)
        return put;
    if (is_loss(errno)) {
        lose(s);
        return -1;
    }
    s->said_wrong = s->said_writable;
    s->said_writable = false;
    return 0;
}

static bool apply_reset(struct serial_link *s, bool held)
{
    int line = TIOCM_RTS;
    return s->fd >= 0 && ioctl(s->fd, held ? TIOCMBIS : TIOCMBIC, &line) == 0;
}

static bool serial_set_reset(struct link *link, bool held)
{
    struct serial_link *s = of(link);
    if (!apply_reset(s, held))
        return false;
    s->reset_touched = true;
    s->reset_held = held;
    return true;
}

static enum problem_code serial_set_baud(struct link *link, uint32_t baud, struct problem *problem)
{
    struct serial_link *s = of(link);
    struct problem ignored = PROBLEM_INIT;
    if (s->fd < 0)
        return problem_set(problem, PROBLEM_PORT_LOST, s->path, "Plug the adapter in again first.",
                           "the serial adapter is gone");
    if (serial_settings_apply(s->fd, s->path, baud, problem) != PROBLEM_NONE) {
        serial_settings_apply(s->fd, s->path, s->baud, &ignored);
        return problem->code;
    }
    s->baud = baud;
    return PROBLEM_NONE;
}

static uint32_t serial_baud(const struct link *link)
{
    return ((const struct serial_link *)link)->baud;
}

static bool serial_set_line(struct link *link, enum link_line line, bool on)
{
    struct serial_link *s = of(link);
    int dtr = TIOCM_DTR;
    switch (line) {
    case LINK_LINE_RTS:
        return serial_set_reset(link, on);
    case LINK_LINE_DTR:
        return s->fd >= 0 && ioctl(s->fd, on ? TIOCMBIS : TIOCMBIC, &dtr) == 0;
    case LINK_LINE_BREAK:
        return s->fd >= 0 && ioctl(s->fd, on ? TIOCSBRK : TIOCCBRK) == 0;
    }
    return false;
}

static bool serial_get_line(const struct link *link, enum link_line line, bool *on)
{
    const struct serial_link *s = (const struct serial_link *)link;
    int lines;
    if (s->fd < 0 || line == LINK_LINE_BREAK || ioctl(s->fd, TIOCMGET, &lines) != 0)
        return false;
    *on = (lines & (line == LINK_LINE_RTS ? TIOCM_RTS : TIOCM_DTR)) != 0;
    return true;
}

static void serial_set_low_latency(struct link *link, bool on)
{
    struct serial_link *s = of(link);
    s->low_latency = on;
    if (s->fd < 0)
        return;
    if (on)
        serial_latency_low(s->fd, &s->latency);
    else
        serial_latency_restore(s->fd, &s->latency);
}

/* Where the same adapter is now; a pty or an unknown device is sought under the name given. */
static bool find_again(struct serial_link *s)
{
    struct problem ignored = PROBLEM_INIT;
    if (!s->is_adapter || !s->adapter.vid_pid[0])
        return link_name_resolve(s->places, s->asked, s->path, &ignored) == PROBLEM_NONE;
    struct adapter *list;
    size_t count = adapters_list_in(s->places, &list);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = adapter_is_same(&s->adapter, &list[i]);
        if (found)
            snprintf(s->path, sizeof s->path, "%s", list[i].path);
    }
    free(list);
    return found;
}

static bool serial_reconnect(struct link *link)
{
    struct serial_link *s = of(link);
    struct problem ignored = PROBLEM_INIT;
    if (s->fd >= 0)
        return true;
    if (!find_again(s) || open_device(s, &ignored) != PROBLEM_NONE)
        return false;
    /* The kernel asserted RTS on opening, which holds an mk3060 in reset. */
    if (s->reset_touched)
        apply_reset(s, s->reset_held);
    if (s->low_latency)
        serial_latency_low(s->fd, &s->latency);
    return true;
}

/* tcdrain has no deadline and blocks for ever on a stuck adapter; this gives up. */
static void drain_shortly(int fd)
{
    uint64_t deadline = time_after(link_monotonic(), CLOSE_PATIENCE_US);
    int queued = 0;
    while (ioctl(fd, TIOCOUTQ, &queued) == 0 && queued > 0 && link_monotonic() < deadline)
        usleep(CLOSE_POLL_US);
    tcflush(fd, TCOFLUSH);
}

static void serial_close(struct link *link)
{
    struct serial_link *s = of(link);
    if (s->fd >= 0) {
        drain_shortly(s->fd);
        serial_latency_restore(s->fd, &s->latency);
        lose(s);
    }
    free(s);
}

static const struct link_kind serial_kind = {
    .close = serial_close,
    .now = serial_now,
    .wait = serial_wait,
    .read = serial_read,
    .write = serial_write,
    .set_reset = serial_set_reset,
    .set_baud = serial_set_baud,
    .baud = serial_baud,
    .set_line = serial_set_line,
    .get_line = serial_get_line,
    .set_low_latency = serial_set_low_latency,
    .reconnect = serial_reconnect,
};

enum problem_code link_serial_open(const struct link_places *places,
                                   const struct link_options *options, struct link **out,
                                   struct problem *problem)
{
    struct serial_link *s = calloc(1, sizeof *s);
    if (!s)
        return problem_set(problem, PROBLEM_INTERNAL, options->port, "Free some memory.",
                           "out of memory");
    s->base.kind = &serial_kind;
    s->places = places;
    s->fd = -1;
    s->baud = options->baud ? options->baud : 921600;
    if (link_name_resolve(places, options->port, s->path, problem) != PROBLEM_NONE ||
        open_device(s, problem) != PROBLEM_NONE) {
        free(s);
        return problem->code;
    }
    snprintf(s->asked, sizeof s->asked, "%s", options->port);
    snprintf(s->base.name, sizeof s->base.name, "%s", s->path);
    s->is_adapter = adapter_describe(places, s->path, &s->adapter);
    s->opened_us = link_monotonic();
    *out = &s->base;
    return PROBLEM_NONE;
}
