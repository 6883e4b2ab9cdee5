/*
 * How the Ymodem receivers and senders out there really behave, as data.
 *
 * The protocol (Forsberg 1988) leaves room, and every implementation took some:
 * facts/peers-host.md §4.2. A preset answers the questions the state machines
 * ask; code never asks for a receiver's name.
 */
#ifndef OTACONSOLE_YMODEM_PRESET_H
#define OTACONSOLE_YMODEM_PRESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ymodem_preset {
    const char *name;
    const char *description;

    /* When we send. */
    uint16_t block_size;      /* 1024 or 128 */
    bool small_tail;          /* the last bytes go in 128-byte blocks */
    uint8_t pad;              /* fills the last block */
    bool early_header;        /* block 0 may go without waiting for 'C' */
    bool early_null;          /* the closing block may go straight after EOT's ACK */
    bool naks_duplicates;     /* a block sent again after its ACK was lost is NAKed, for ever */
    bool stores_duplicates;   /* a repeated block is stored twice: the result is in doubt */
    bool checks_crc;          /* false: a broken block is accepted */
    bool closes_batch;        /* wants the null block after EOT */
    uint32_t erase_per_4k_us; /* erase done before block 0 is answered, per 4 KiB declared */
    uint32_t header_wait_us;  /* patience for block 0 besides that */
    uint32_t after_header_us; /* how long to wait for 'C' after block 0's ACK before data */
    uint32_t null_wait_us;    /* how long to wait for 'C' before the closing block, unless early */
    uint32_t reply_wait_us;   /* patience for a block's answer, besides its time on the wire */
    uint32_t quiet_us;        /* silence wanted before anything is sent again */
    uint8_t retries;          /* per block */

    /* When we receive. */
    bool c_after_eot;       /* the sender waits for 'C' before its closing block */
    bool extra_eot;         /* it sends one more EOT behind the closing block */
    bool unterminated_size; /* stack garbage, digits too, may follow the size in block 0 */
};

/* NULL when there is none of that name. */
const struct ymodem_preset *ymodem_preset_find(const char *name);
/* For listing; NULL behind the last. */
const struct ymodem_preset *ymodem_preset_at(size_t index);

#endif
