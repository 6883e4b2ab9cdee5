/*
 * Which serial adapters are plugged in, who holds them, and what stands in the
 * way of using them: the data behind `otaconsole ports` and behind the hints of
 * link_open. Linux; everything is read, nothing is opened.
 */
#ifndef OTACONSOLE_LINK_ADAPTERS_H
#define OTACONSOLE_LINK_ADAPTERS_H

#include <stdbool.h>
#include <stddef.h>

struct adapter {
    char path[256];       /* /dev/ttyUSB0 */
    char by_id[256];      /* /dev/serial/by-id/..., "" when there is none */
    char vid_pid[16];     /* "0403:6015", "" when not USB */
    char serial[128];     /* "" when the adapter has none */
    char product[128];    /* manufacturer and product as it calls itself; safe to print */
    char driver[64];      /* ftdi_sio, cp210x, ch341, cdc_acm ... */
    char location[64];    /* place on the bus: "1-2.3", stable for one socket */
    char interface[16];   /* which port of a multi-port adapter: "1.0", "1.1"; "" when not USB */
    bool readable;        /* this user may open it */
    int holder_pid;       /* process that has it open; 0 = nobody seen */
    char holder_name[64]; /* its command name; safe to print */
    bool likely;          /* the USB bridge of a known board kit (FT230X 0403:6015 = mk3060 kit) */
};

/* Sorted by path; *list is an array to be freed. Returns the count. */
size_t adapters_list(struct adapter **list);
/* How many USB adapters there are; `path` gets that of the only one, else "". */
size_t adapters_only_one(char *path, size_t size);
/* The process that has the device file open, or 0. Other users' processes need root to be seen. */
int adapter_holder(const char *path, char name[64]);
/* One sentence on how this user gets to open the device file. */
void adapter_permission_hint(const char *path, char *out, size_t out_size);
/* One sentence on what to do when nothing can be opened; "" when nothing is in the way. */
void adapters_hint(const struct adapter *list, size_t count, char *out, size_t out_size);

#endif
