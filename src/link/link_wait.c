/* Waiting on descriptors, with a limit after which the caller's stop flag is looked at. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "link/link_internal.h"

uint64_t link_monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

unsigned link_poll(const struct link_poll *p, bool *hung_up)
{
    /* poll ignores negative descriptors, so absent ones need no special case. */
    struct pollfd fds[2] = {
        {.fd = p->port, .events = (short)(POLLIN | (p->want_write ? POLLOUT : 0))},
        {.fd = p->other, .events = POLLIN},
    };
    uint64_t wait_us = time_min(p->wait_us, LINK_WAIT_MAX_US);
    struct timespec timeout = {.tv_sec = (time_t)(wait_us / TIME_S),
                               .tv_nsec = (long)(wait_us % TIME_S) * 1000};
    *hung_up = false;
    int n = ppoll(fds, 2, &timeout, NULL);
    if (n < 0)
        return errno == EINTR ? LINK_INTERRUPTED : 0;
    unsigned bits = 0;
    if (fds[0].revents & POLLIN)
        bits |= LINK_READABLE;
    if (fds[0].revents & POLLOUT)
        bits |= LINK_WRITABLE;
    *hung_up = (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    if (fds[1].revents)
        bits |= LINK_FD;
    return bits;
}
