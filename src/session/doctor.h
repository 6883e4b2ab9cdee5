/*
 * Why nothing sensible arrives, and what to do about it.
 *
 * Pure: told how the port answered, which bytes came and what the board proved to be;
 * says in which of these states the connection is, in one sentence with a next step.
 * Facts: peers-host.md §2 "staged connect diagnosis", §7 (7); alios-device.md §6.
 */
#ifndef OTACONSOLE_SESSION_DOCTOR_H
#define OTACONSOLE_SESSION_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/problem.h"

enum doctor_state {
    DOCTOR_CLOSED,     /* no port was named or opened yet */
    DOCTOR_NOT_FOUND,  /* the port is not there */
    DOCTOR_BUSY,       /* another program holds it */
    DOCTOR_PERMISSION, /* this user may not open it */
    DOCTOR_PORT_ERROR, /* the operating system refused otherwise */
    DOCTOR_LOST,       /* it was open; the adapter is gone */
    DOCTOR_LISTENING,  /* open; too early to tell */
    DOCTOR_SILENT,     /* nothing came, also after an Enter */
    DOCTOR_GARBAGE,    /* bytes came that are no text: likely the baud rate */
    DOCTOR_TALKING,    /* text comes, not recognised yet */
    DOCTOR_APPLICATION,
    DOCTOR_LOADER, /* a first-stage loader */
    DOCTOR_SECOND_BOOT,
    DOCTOR_SEARCHING, /* baud rates are being tried */
};

/* What can be offered as the next step; the view names the key. */
enum doctor_offer {
    OFFER_NOTHING,
    OFFER_PICK_PORT,
    OFFER_RETRY, /* open again; it is done by itself too */
    OFFER_FIND_BAUD,
    OFFER_PROBE,    /* send an Enter */
    OFFER_DOWNLOAD, /* enter download mode */
    OFFER_PROFILE,  /* run a profile */
    OFFER_BOOT,     /* start the application from the loader */
};

struct doctor {
    enum doctor_state state;
    uint64_t since_us; /* in this state */
    uint64_t opened_us, heard_us, probed_us;
    uint64_t received;                /* bytes since the port was opened */
    uint32_t window_good, window_bad; /* of the newest bytes: text, and no text */
    bool probe_allowed, probed;
    bool transfer;          /* protocol bytes are no garbage */
    char loader[64];        /* which loader, in words */
    struct problem problem; /* why the port is not open */
    struct {
        bool running;
        unsigned index, count;
        uint32_t rates[16];
        uint32_t original;
        uint64_t until_us;
        uint32_t best_score, best_rate; /* score 0 = nothing readable yet */
        uint32_t good, bad, asked;
        bool set; /* the rate under trial was set on the port */
    } search;
};

/* `probe_allowed`: an Enter may be sent to a board that says nothing. */
void doctor_init(struct doctor *d, bool probe_allowed);
/* The port could not be opened (code of link_open), or was lost. */
void doctor_port_failed(struct doctor *d, uint64_t now, const struct problem *problem);
void doctor_port_lost(struct doctor *d, uint64_t now);
void doctor_port_opened(struct doctor *d, uint64_t now);
void doctor_transfer(struct doctor *d, bool running);
/* Bytes from the board, outside transfers. */
void doctor_input(struct doctor *d, uint64_t now, const uint8_t *bytes, size_t n);
/* What EVENT_STATE told: name "application" | "loader", text = which; second boots are told
 * apart by `second_boot`. */
void doctor_board_state(struct doctor *d, uint64_t now, const char *name, const char *text,
                        bool second_boot);
/* The board was reset or something else makes the old finding stale. */
void doctor_forget(struct doctor *d, uint64_t now);
void doctor_tick(struct doctor *d, uint64_t now);
uint64_t doctor_deadline(const struct doctor *d);

/* An Enter should be sent now (once per opening and silence); asking takes it. */
bool doctor_wants_probe(struct doctor *d);

/* --- finding the baud rate by trying ---------------------------------------------------- */

/* `current` is tried first, then the usual ones. */
void doctor_search_begin(struct doctor *d, uint64_t now, uint32_t current);
void doctor_search_cancel(struct doctor *d);
/* The rate to set on the port now, 0 = nothing to change; asking takes it. At the end it is
 * the best one found, or the original. */
uint32_t doctor_search_wants_rate(struct doctor *d);
/* True once the search ended; *found = 0 when no rate was readable. Asking takes it. */
bool doctor_search_result(struct doctor *d, uint32_t *found);

/* --- words ---------------------------------------------------------------------------------- */

const char *doctor_state_name(enum doctor_state state); /* stable: "garbage", "second-boot" ... */
/* One sentence on what is, one on what to do; message ids in English, with the port's own words. */
void doctor_describe(const struct doctor *d, char *what, size_t what_size, char *next,
                     size_t next_size);
enum doctor_offer doctor_offer(const struct doctor *d);

#endif
