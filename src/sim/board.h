/*
 * A simulated mk3060 on a simulated cable: flash, first-stage loader, the
 * application with its Wi-Fi and cloud, straps, reset button, RTS wiring, and a
 * wire that has a speed, a delay, noise, losses and an adapter that can be pulled.
 *
 * Pure: time is an argument, every random choice follows from the seed. The host
 * writes bytes, asks when something will happen next, moves the board there, and
 * reads what has arrived by then.
 */
#ifndef OTACONSOLE_SIM_BOARD_H
#define OTACONSOLE_SIM_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "sim/config.h"

struct sim_board;

/* Copies the settings; push_bytes stays the caller's and must outlive the board. NULL = no memory.
 */
struct sim_board *sim_board_create(const struct sim_config *config);
void sim_board_free(struct sim_board *b);

/* Bytes from the host; they reach the board at the line's speed. Dropped while unplugged. */
void sim_board_write(struct sim_board *b, uint64_t now, const uint8_t *bytes, size_t n);
/* Bytes that have reached the host by `now`. */
size_t sim_board_read(struct sim_board *b, uint64_t now, uint8_t *into, size_t max);
/* Something is ready for sim_board_read. */
bool sim_board_readable(const struct sim_board *b, uint64_t now);
/*
 * The next moment at which anything happens: in the board, on its cable, or with
 * the adapter. TIME_NEVER when all is quiet.
 */
uint64_t sim_board_next(const struct sim_board *b);
/* Lets everything happen that is due up to `now`, in order of time. */
void sim_board_advance(struct sim_board *b, uint64_t now);

/* RTS: true holds the board in reset. No effect when `rts=no`; returns whether it is wired. */
bool sim_board_hold_reset(struct sim_board *b, uint64_t now, bool held);
/* The buttons, pressed by whoever is at the bench; false when nobody is (`operator=absent`). */
bool sim_board_press_download(struct sim_board *b, uint64_t now);
bool sim_board_press_reset(struct sim_board *b, uint64_t now);
/* Whether the adapter is on the host's bus now. */
bool sim_board_plugged(const struct sim_board *b, uint64_t now);

/* --- for tests, benchmarks and the flash file ------------------------------------------- */

/* SIM_FLASH_SIZE bytes (sim/flash.h). */
uint8_t *sim_board_flash(struct sim_board *b);
uint32_t sim_board_flash_size(const struct sim_board *b);
/* The rehearsal image a person would flash (the same for the same settings) and its length. */
const uint8_t *sim_board_low_image(const struct sim_board *b, uint32_t *length);

#endif
