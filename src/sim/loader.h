/*
 * The mk3060's first-stage loader, faults included, as facts/alios-device.md
 * §6.3-6.5 and facts/peers-host.md §4.2 describe it. This is a model of the
 * vendor's code and shares none with ymodem/: what it accepts, the real one does.
 *
 * Reproduced: packet CRCs are not checked; a wrong or repeated block number is
 * NAKed; silence and garbage are answered with 'C', one per junk byte, and more
 * than 20 errors end the transfer, after which the rest of a block is typed into
 * the shell; 'a' where a header is due aborts; B0 erases the whole declared range
 * before it answers block 0, B1 each sector when it gets there; EOT is ACKed at
 * once; `read` puts garbage behind the size and sends one EOT too many.
 */
#ifndef OTACONSOLE_SIM_LOADER_H
#define OTACONSOLE_SIM_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/flash.h"

enum sim_loader_dialect { SIM_LOADER_B0, SIM_LOADER_B1, SIM_LOADER_MENU };

#define SIM_APP_ADDRESS 0x13200u
#define SIM_PARAMETER_1 0x10000u

struct sim_loader {
    enum sim_loader_dialect dialect;
    struct sim_flash *flash;
    void (*emit)(void *user, uint64_t at, const void *bytes, size_t n);
    void *user;

    enum {
        SIM_LOADER_SHELL,
        SIM_LOADER_RECEIVE,
        SIM_LOADER_REPORT, /* the pause before the result is printed */
        SIM_LOADER_SEND
    } state;
    char line[257];
    size_t line_length;
    uint64_t deadline;
    uint64_t busy_until; /* the flash is being erased or programmed */
    bool wants_boot, wants_reboot;

    /* write */
    uint8_t packet[1029];
    size_t have, want; /* want 0 = a header byte is due */
    uint32_t packets;  /* accepted since the last file began */
    bool file_done;
    unsigned errors;
    unsigned cancels;
    uint32_t address, size, received;
    uint32_t erased_to; /* B1: sectors below are blank or done */
    int result;         /* 1 done, 0 failed, -1 too large, -3 aborted */

    /* read */
    uint32_t read_address, read_size, read_sent;
    uint8_t read_block;
    uint32_t read_bytes; /* file bytes in the packet under way */
    enum { READ_ASK, READ_HEADER, READ_DATA, READ_EOT, READ_NULL, READ_LAST_EOT } read_state;
    unsigned tries;
};

void sim_loader_init(struct sim_loader *l, enum sim_loader_dialect dialect, struct sim_flash *flash,
                     void (*emit)(void *user, uint64_t at, const void *bytes, size_t n),
                     void *user);
/* Strapped into the shell at reset: banner and prompt. */
void sim_loader_enter(struct sim_loader *l, uint64_t now);
void sim_loader_byte(struct sim_loader *l, uint64_t now, uint8_t byte);
void sim_loader_tick(struct sim_loader *l, uint64_t now);
uint64_t sim_loader_deadline(const struct sim_loader *l);
/*
 * What happens at every reset before the application starts: the record at
 * 0x10000 is honoured (facts §6.5). Returns the time it takes.
 */
uint64_t sim_loader_boot_record(enum sim_loader_dialect dialect, struct sim_flash *flash);

#endif
