#include "link/link.h"

#include <string.h>

#include "link/link_internal.h"

const struct link_places link_places_system = {
    .tty_class = "/sys/class/tty",
    .devices = "/dev",
    .processes = "/proc",
    .locks = "/var/lock",
};

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

enum problem_code link_open_in(const struct link_places *places, const struct link_options *options,
                               struct link **out, struct problem *problem)
{
    *out = NULL;
    if (!options->port || !options->port[0])
        return problem_set(problem, PROBLEM_USAGE, "--port",
                           "`otaconsole ports` lists what is plugged in; `--port sim:` is a "
                           "simulated board.",
                           "no port was named");
    if (begins_with(options->port, "sim:"))
        return link_sim_open(options, out, problem);
    return link_serial_open(places, options, out, problem);
}

enum problem_code link_open(const struct link_options *options, struct link **out,
                            struct problem *problem)
{
    return link_open_in(&link_places_system, options, out, problem);
}

void link_close(struct link *link)
{
    if (link)
        link->kind->close(link);
}

const char *link_name(const struct link *link)
{
    return link->name;
}

const struct sim_config *link_simulation(const struct link *link)
{
    return link->kind->simulation ? link->kind->simulation(link) : NULL;
}

uint64_t link_now(const struct link *link)
{
    return link->kind->now(link);
}

unsigned link_wait(struct link *link, uint64_t deadline, int fd, bool want_write)
{
    return link->kind->wait(link, deadline, fd, want_write);
}

long link_read(struct link *link, uint8_t *into, size_t n)
{
    return link->kind->read(link, into, n);
}

long link_write(struct link *link, const uint8_t *bytes, size_t n)
{
    return link->kind->write(link, bytes, n);
}

bool link_set_reset(struct link *link, bool held)
{
    return link->kind->set_reset(link, held);
}

enum problem_code link_set_baud(struct link *link, uint32_t baud, struct problem *problem)
{
    return link->kind->set_baud(link, baud, problem);
}

uint32_t link_baud(const struct link *link)
{
    return link->kind->baud(link);
}

bool link_set_line(struct link *link, enum link_line line, bool on)
{
    return link->kind->set_line(link, line, on);
}

bool link_get_line(const struct link *link, enum link_line line, bool *on)
{
    return link->kind->get_line(link, line, on);
}

void link_set_low_latency(struct link *link, bool on)
{
    link->kind->set_low_latency(link, on);
}

bool link_reconnect(struct link *link)
{
    return link->kind->reconnect(link);
}

bool link_press_download(struct link *link)
{
    return link->kind->press_download && link->kind->press_download(link);
}

bool link_press_reset(struct link *link)
{
    return link->kind->press_reset && link->kind->press_reset(link);
}
