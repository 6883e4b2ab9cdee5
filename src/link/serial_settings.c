/*
 * termios2 rather than <termios.h>: it takes any baud rate as a number and gives
 * back what the driver made of it. libserialport is not used here: it opens and
 * reconfigures a port in one call, before one can know whether another program
 * is using it, and it refuses ptys.
 */
#include "link/serial_settings.h"

#include <asm/termbits.h>
#include <errno.h>
#include <linux/serial.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

/* A receiver samples the stop bit 9.5 bits after the edge: beyond about 3 % both ends lose it. */
#define BAUD_TOLERANCE_PERCENT 3

/*
 * Usual rates by their constants, so that other programs which read the settings understand
 * them; everything else as a number.
 */
static unsigned baud_flag(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        unsigned flag;
    } usual[] = {
        {9600, B9600},       {19200, B19200},     {38400, B38400},     {57600, B57600},
        {115200, B115200},   {230400, B230400},   {460800, B460800},   {921600, B921600},
        {1000000, B1000000}, {1500000, B1500000}, {2000000, B2000000}, {3000000, B3000000},
    };
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (usual[i].baud == baud)
            return usual[i].flag;
    }
    return BOTHER;
}

static void make_raw(struct termios2 *t, uint32_t baud)
{
    t->c_iflag = 0;
    t->c_oflag = 0;
    t->c_lflag = 0;
    /*
     * HUPCL off: closing must not drop DTR and RTS, which reset many boards. CLOCAL: no
     * adapter of a development board has a carrier to wait for.
     */
    t->c_cflag = CS8 | CREAD | CLOCAL | baud_flag(baud);
    t->c_ispeed = baud;
    t->c_ospeed = baud;
    memset(t->c_cc, 0, sizeof t->c_cc);
    /* With VMIN 1 a non-blocking read of 0 bytes can only mean that the port is gone. */
    t->c_cc[VMIN] = 1;
}

static enum problem_code refused(struct problem *problem, const char *path, int error)
{
    if (error == ENOTTY)
        return problem_set(problem, PROBLEM_PORT_ERROR, path,
                           "Name a serial port; `otaconsole ports` lists them.",
                           "this is not a serial port");
    return problem_set(problem, PROBLEM_PORT_ERROR, path,
                       "Unplug the adapter and plug it in again; `dmesg` shows what its driver "
                       "says.",
                       "the port refused its settings: %s", strerror(error));
}

static bool baud_is_close(uint32_t got, uint32_t wanted)
{
    uint64_t difference = got > wanted ? got - wanted : wanted - got;
    return difference * 100 <= (uint64_t)wanted * BAUD_TOLERANCE_PERCENT;
}

enum problem_code serial_settings_apply(int fd, const char *path, uint32_t baud,
                                        struct problem *problem)
{
    struct termios2 settings;
    if (ioctl(fd, TCGETS2, &settings) != 0)
        return refused(problem, path, errno);
    make_raw(&settings, baud);
    if (ioctl(fd, TCSETS2, &settings) != 0)
        return refused(problem, path, errno);
    if (ioctl(fd, TCGETS2, &settings) != 0)
        return refused(problem, path, errno);
    if ((settings.c_cflag & CSIZE) != CS8 || (settings.c_cflag & (PARENB | CSTOPB)))
        return problem_set(problem, PROBLEM_PORT_ERROR, path, "Use another adapter.",
                           "the adapter cannot do 8 data bits, no parity, 1 stop bit");
    if (!baud_is_close(settings.c_ospeed, baud))
        return problem_set(problem, PROBLEM_PORT_ERROR, path,
                           "Use an adapter that is fast enough (FT230X, FT232, CP2102N, CH343), or "
                           "give a rate with --baud that both the adapter and the board can do.",
                           "the adapter runs at %u baud instead of %u", (unsigned)settings.c_ospeed,
                           (unsigned)baud);
    return PROBLEM_NONE;
}

void serial_latency_low(int fd, struct serial_latency *latency)
{
    struct serial_struct s;
    memset(&s, 0, sizeof s);
    if (latency->changed || ioctl(fd, TIOCGSERIAL, &s) != 0 || (s.flags & ASYNC_LOW_LATENCY))
        return;
    s.flags |= ASYNC_LOW_LATENCY;
    latency->changed = ioctl(fd, TIOCSSERIAL, &s) == 0;
}

void serial_latency_restore(int fd, struct serial_latency *latency)
{
    struct serial_struct s;
    memset(&s, 0, sizeof s);
    if (!latency->changed)
        return;
    latency->changed = false;
    if (ioctl(fd, TIOCGSERIAL, &s) != 0)
        return;
    s.flags &= ~ASYNC_LOW_LATENCY;
    (void)ioctl(fd, TIOCSSERIAL, &s);
}
