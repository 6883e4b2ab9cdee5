/*
 * What a simulated board is like: the text behind `sim:` in a port name.
 *
 * `sim:loader=b0,seed=7,fault=bad-hash`: a comma-separated list of key=value, all
 * in one table from which the help and docs/simulator.md are printed.
 */
#ifndef OTACONSOLE_SIM_CONFIG_H
#define OTACONSOLE_SIM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/problem.h"

enum sim_fault {
    SIM_FAULT_NONE,
    SIM_FAULT_WRONG_PASSWORD,    /* the network has another password than the tool was given */
    SIM_FAULT_WRONG_CREDENTIALS, /* the cloud does not know the device */
    SIM_FAULT_NO_PUSH,           /* the cloud stays silent */
    SIM_FAULT_REFUSED_VERSION,   /* the pushed version sorts below the running one */
    SIM_FAULT_BAD_HASH,          /* a byte of the package is damaged on the way */
    SIM_FAULT_BAD_TRAILER,       /* the file for the serial port was uploaded */
    SIM_FAULT_BAD_IMAGE_MD5,     /* the trailer belongs to another image */
    SIM_FAULT_ERROR_PAGE,        /* the server answers 403 with a page */
    SIM_FAULT_CUT_DOWNLOAD,      /* the connection dies half way */
    SIM_FAULT_STUCK_BIT,         /* a flash cell is worn out */
    SIM_FAULT_SILENT,            /* nothing is connected */
};

#define SIM_TEXT_MAX 128

struct sim_config {
    char loader[SIM_TEXT_MAX]; /* b0, b1, menu */
    char start[SIM_TEXT_MAX];  /* app, loader, blank */
    enum sim_fault fault;
    uint64_t seed;
    uint32_t baud;
    uint32_t noise;        /* one flipped byte in this many, 0 = none */
    uint32_t lose;         /* one lost byte in this many, 0 = none */
    uint32_t log_every;    /* a log line before every n-th answer in a transfer, 0 = none */
    uint64_t latency_us;   /* each way */
    bool flash_time;       /* erasing and programming take time */
    bool operator_present; /* somebody presses the buttons when asked */
    bool rts;              /* the adapter's RTS is wired to reset */
    uint64_t unplug_us;    /* the adapter goes away then, 0 = never */
    uint64_t replug_us;    /* and comes back that much later, 0 = never */
    uint64_t power_cut_us; /* the board loses power then for 200 ms, 0 = never */
    uint64_t push_delay_us;
    uint32_t size;         /* of the rehearsal images, logical bytes */
    char version[65];      /* of the image in flash */
    char push_version[65]; /* of the image pushed */
    char ssid[SIM_TEXT_MAX], password[SIM_TEXT_MAX];
    char pk[SIM_TEXT_MAX], dn[SIM_TEXT_MAX], ds[SIM_TEXT_MAX];
    char push[512];            /* path of the file pushed; "" = a rehearsal image */
    char flash_file[512];      /* path that keeps the flash between runs; "" = none */
    char speed[SIM_TEXT_MAX];  /* "max", "real" or a factor */
    const uint8_t *push_bytes; /* content of `push`, the caller's, outlives the board */
    size_t push_length;
};

/* `text` is what stands behind "sim:" (may be empty). */
enum problem_code sim_config_parse(const char *text, struct sim_config *config,
                                   struct problem *problem);
/* The world's own value for a profile's variable of that name, or NULL. */
const char *sim_config_rehearsal_value(const struct sim_config *config, const char *name);
/* All keys as a Markdown table. */
void sim_config_write_reference(struct buffer *out);

#endif
