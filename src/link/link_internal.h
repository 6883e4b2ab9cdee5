/*
 * What the files of this module share; nobody else includes it but its tests.
 *
 * A kind of link is a table of functions over a struct that begins with `struct
 * link`. Where the operating system keeps things is an argument (struct
 * link_places), so that tests work on a tree of their own.
 */
#ifndef OTACONSOLE_LINK_LINK_INTERNAL_H
#define OTACONSOLE_LINK_LINK_INTERNAL_H

#include "link/adapters.h"
#include "link/link.h"

#define LINK_PATH_MAX 256

struct link_places {
    const char *tty_class; /* /sys/class/tty */
    const char *devices;   /* /dev */
    const char *processes; /* /proc */
    const char *locks;     /* /var/lock: UUCP lock files */
};

extern const struct link_places link_places_system;

struct link_kind {
    void (*close)(struct link *link);
    uint64_t (*now)(const struct link *link);
    unsigned (*wait)(struct link *link, uint64_t deadline, int fd, bool want_write);
    long (*read)(struct link *link, uint8_t *into, size_t n);
    long (*write)(struct link *link, const uint8_t *bytes, size_t n);
    bool (*set_reset)(struct link *link, bool held);
    enum problem_code (*set_baud)(struct link *link, uint32_t baud, struct problem *problem);
    uint32_t (*baud)(const struct link *link);
    bool (*set_line)(struct link *link, enum link_line line, bool on);
    bool (*get_line)(const struct link *link, enum link_line line, bool *on);
    void (*set_low_latency)(struct link *link, bool on);
    bool (*reconnect)(struct link *link);
    /* NULL on a real port: nobody but a person can press there. */
    bool (*press_download)(struct link *link);
    bool (*press_reset)(struct link *link);
    const struct sim_config *(*simulation)(const struct link *link);
};

struct link {
    const struct link_kind *kind;
    char name[LINK_PATH_MAX];
};

/* link_open on other places than the system's. `places` must outlive the link. */
enum problem_code link_open_in(const struct link_places *places, const struct link_options *options,
                               struct link **out, struct problem *problem);

/* One opener a kind. */
enum problem_code link_serial_open(const struct link_places *places,
                                   const struct link_options *options, struct link **out,
                                   struct problem *problem);
enum problem_code link_sim_open(const struct link_options *options, struct link **out,
                                struct problem *problem);

/* Wall-clock side of waiting, shared by all kinds (link_wait.c). */
uint64_t link_monotonic(void);

struct link_poll {
    int port;  /* -1 = none */
    int other; /* -1 = none */
    bool want_write;
    uint64_t wait_us; /* cut to LINK_WAIT_MAX_US */
};
#define LINK_WAIT_MAX_US TIME_S
/* LINK_... bits; *hung_up tells that the port reported POLLHUP, POLLERR or POLLNVAL. */
unsigned link_poll(const struct link_poll *p, bool *hung_up);

/* link_name.c: from what the user typed to a device file. */
enum problem_code link_name_resolve(const struct link_places *places, const char *name,
                                    char path[LINK_PATH_MAX], struct problem *problem);
/* "Plugged in: ..." with the nearest names first, or what to do when nothing is. */
void link_name_suggest(const struct link_places *places, const char *wanted, char *out,
                       size_t out_size);

/* adapters.c and adapter_holder.c on other places. */
size_t adapters_list_in(const struct link_places *places, struct adapter **list);
/* The adapter behind a device file; false when it is none (a pty). */
bool adapter_describe(const struct link_places *places, const char *path, struct adapter *adapter);
/* Whether two descriptions are the same adapter and the same port of it. */
bool adapter_is_same(const struct adapter *a, const struct adapter *b);
int adapter_holder_in(const struct link_places *places, const char *path, char name[64]);
/*
 * Another process that has the device open and is not the owner of the pty's
 * other end (which may well keep both ends); 0 = none seen.
 */
int adapter_stranger(const struct link_places *places, const char *path, char name[64]);
/* Command name of a process, safe to print; "?" when it cannot be read. */
void adapter_process_name(const struct link_places *places, int pid, char name[64]);

#endif
