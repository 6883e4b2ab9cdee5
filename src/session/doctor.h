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

/*
 * Fields of interest to a view: state, since_us, received, awaits_file, loader, problem,
 * search.running, search.index, search.count and search.rates. The rest is its memory.
 */
struct doctor {
    enum doctor_state state;
    uint64_t since_us; /* in this state */
    uint64_t opened_us, heard_us, probed_us;
    uint64_t received;       /* bytes since the port was opened, without transfers */
    bool awaits_file;        /* lone 'C's: a Ymodem receiver asks for a file */
    char loader[64];         /* which loader, in words */
    struct problem problem;  /* why the port is not open */
    enum doctor_state known; /* what the board proved to be; DOCTOR_LISTENING = nothing */
    uint64_t window;         /* the newest bytes, newest in bit 0; 1 = no text */
    unsigned window_count;   /* at most 64 */
    uint8_t partial[4];      /* a character that has not wholly arrived */
    unsigned partial_count;
    uint64_t noise_us;          /* since when the window is no text; 0 = it is */
    uint64_t noise_last_us;     /* the newest byte that was none */
    uint64_t asking_us;         /* the first of the newest run of 'C's */
    unsigned asking;            /* how long that run is */
    bool probe_allowed, probed; /* probed: an Enter was given away */
    bool probe_due;
    bool transfer; /* protocol bytes are no garbage */
    struct {
        bool running, ended;
        bool vain; /* the newest search found no rate */
        unsigned index, count;
        uint32_t rates[16];
        uint32_t original;
        uint64_t until_us, probe_us;
        uint32_t best_score, best_rate; /* score 0 = nothing readable yet */
        uint32_t good, bad;             /* bytes at the rate under trial */
        uint32_t heard;                 /* bytes at all rates */
        uint32_t found;                 /* for doctor_search_result */
        uint32_t wanted;                /* for doctor_search_wants_rate, 0 = nothing */
        uint32_t now;                   /* what is set on the port, 0 = not told yet */
        bool only_asking;               /* nothing but 'C's at this rate so far */
        bool probed;                    /* at this rate */
    } search;
};

/* `probe_allowed`: an Enter may be sent to a board that says nothing. */
void doctor_init(struct doctor *d, bool probe_allowed);
/* The port could not be opened (code of link_open), or was lost. A port that was lost and is
 * still not there stays lost. */
void doctor_port_failed(struct doctor *d, uint64_t now, const struct problem *problem);
void doctor_port_lost(struct doctor *d, uint64_t now);
void doctor_port_opened(struct doctor *d, uint64_t now);
void doctor_transfer(struct doctor *d, bool running);
/* Bytes from the board, outside transfers. */
void doctor_input(struct doctor *d, uint64_t now, const uint8_t *bytes, size_t n);
/* What EVENT_STATE told: name "application" | "loader" | "unknown", text = which; second boots
 * are told apart by `second_boot`. */
void doctor_board_state(struct doctor *d, uint64_t now, const char *name, const char *text,
                        bool second_boot);
/* The board was reset, the baud rate changed, or something else makes the old finding stale. */
void doctor_forget(struct doctor *d, uint64_t now);
void doctor_tick(struct doctor *d, uint64_t now);
uint64_t doctor_deadline(const struct doctor *d);

/* An Enter should be sent now: once per opening or reset, and once at each rate of a search.
 * Asking takes it. */
bool doctor_wants_probe(struct doctor *d);

/* --- finding the baud rate by trying ---------------------------------------------------- */

/* `current` is tried first, then the usual ones. */
void doctor_search_begin(struct doctor *d, uint64_t now, uint32_t current);
void doctor_search_cancel(struct doctor *d);
/* The rate to set on the port now, 0 = nothing to change; asking takes it, so it is asked only
 * while the port is open. At the end it is the best one found, or the original. */
uint32_t doctor_search_wants_rate(struct doctor *d);
/* True once the search ended; *found = 0 when no rate was readable. Asking takes it. */
bool doctor_search_result(struct doctor *d, uint32_t *found);

/* --- words ---------------------------------------------------------------------------------- */

const char *doctor_state_name(enum doctor_state state); /* stable: "garbage", "second-boot" ... */
/*
 * What is, and what to do. Whole message ids in English, for gettext at display; when the
 * port is not open, the problem's own words.
 */
void doctor_describe(const struct doctor *d, char *what, size_t what_size, char *next,
                     size_t next_size);
enum doctor_offer doctor_offer(const struct doctor *d);

#endif
