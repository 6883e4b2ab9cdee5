/*
 * The cable to a board: a serial adapter, a pseudo-terminal, or a simulated
 * board in this process, behind one byte interface with its own clock.
 *
 * Port names: a device path (/dev/ttyUSB0, /dev/serial/by-id/..., a pty),
 * `adapter:SERIAL`, `vid:pid[:serial]` (hexadecimal, as lsusb prints), or
 * `sim:[key=value,...]` (sim/config.h). A real port is opened 8N1, raw, without
 * touching the modem lines beyond what the kernel does, and held exclusively
 * (UUCP lock file, flock, TIOCEXCL; facts/peers-host.md §3 "Locking").
 *
 * Time: link_now is monotonic microseconds. The clock of a simulated board is
 * virtual: link_wait moves it, so that a whole update takes milliseconds unless
 * its `speed` setting asks for more.
 */
#ifndef OTACONSOLE_LINK_LINK_H
#define OTACONSOLE_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/problem.h"
#include "sim/board.h"
#include "sim/config.h"

struct link;

struct link_options {
    const char *port;
    uint32_t baud;
    bool
        interactive; /* a simulated board keeps wall-clock time unless its settings say otherwise */
};

/* *out is the caller's to close. */
enum problem_code link_open(const struct link_options *options, struct link **out,
                            struct problem *problem);
void link_close(struct link *link);

/* What to call it in messages; valid as long as the link. */
const char *link_name(const struct link *link);
/* The simulated board's settings, or NULL on a real port. */
const struct sim_config *link_simulation(const struct link *link);
/* The simulated board itself, for tests and benchmarks, or NULL on a real port. */
struct sim_board *link_simulated_board(struct link *link);
uint64_t link_now(const struct link *link);

enum {
    LINK_READABLE = 1,    /* link_read has something */
    LINK_WRITABLE = 2,    /* asked for with want_write */
    LINK_FD = 4,          /* the other descriptor is readable or closed */
    LINK_INTERRUPTED = 8, /* a signal came: look at your stop flag */
    LINK_LOST = 16,       /* the adapter is gone */
};

/*
 * Waits until something of the above happens or `deadline` (link_now's clock,
 * TIME_NEVER = none) has passed; returns the bits, 0 for the deadline. `fd` is
 * watched too, -1 = none. Never longer than a second of wall-clock time without
 * returning, so a caller's stop flag is always seen: 0 may also mean "look around".
 *
 * LINK_LOST comes at once when the loss is discovered. After that a wait takes its
 * time as usual and says LINK_LOST at its end, so that waiting between attempts at
 * link_reconnect needs nothing else.
 */
unsigned link_wait(struct link *link, uint64_t deadline, int fd, bool want_write);

/* Bytes read or taken (0 = none just now), or -1 when the adapter is gone. Never blocks. */
long link_read(struct link *link, uint8_t *into, size_t n);
long link_write(struct link *link, const uint8_t *bytes, size_t n);

/* RTS asserted = reset held (mk3060 kits). False when the port has no such line. */
bool link_set_reset(struct link *link, bool held);
/*
 * Another rate on the open port. On failure the old one stays. A simulated board at
 * another rate than its own is garbage both ways, as in life.
 */
enum problem_code link_set_baud(struct link *link, uint32_t baud, struct problem *problem);
uint32_t link_baud(const struct link *link);

/* Lines of the adapter by themselves, for a person who knows the wiring. */
enum link_line { LINK_LINE_RTS, LINK_LINE_DTR, LINK_LINE_BREAK };
/* False when the port has no such line. A break lasts until it is set off again. */
bool link_set_line(struct link *link, enum link_line line, bool on);
/* False when it cannot be known (a pty, a lost port; a break is never known). */
bool link_get_line(const struct link *link, enum link_line line, bool *on);

/* For the time of a transfer; remembered and restored by `false` and by link_close. Best effort. */
void link_set_low_latency(struct link *link, bool on);

/*
 * After LINK_LOST: looks once for the same adapter (by its serial number or its
 * place on the bus) and takes it back with the same settings. True when it is there.
 */
bool link_reconnect(struct link *link);

/* A simulated board may have somebody at its bench; false when there is nobody, or no simulation.
 */
bool link_press_download(struct link *link);
bool link_press_reset(struct link *link);

#endif
