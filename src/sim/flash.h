/*
 * Simulated NOR flash: erasing sets a 4 KiB sector to 0xFF, programming can only
 * clear bits. Both cost time, which the caller is told.
 */
#ifndef OTACONSOLE_SIM_FLASH_H
#define OTACONSOLE_SIM_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_FLASH_SIZE (2u * 1024 * 1024)
#define SIM_FLASH_SECTOR 4096u
#define SIM_FLASH_PAGE 256u

struct sim_flash {
    uint8_t *bytes;      /* SIM_FLASH_SIZE, the creator's */
    uint64_t erase_us;   /* per sector */
    uint64_t program_us; /* per page touched */
    bool stuck;          /* one cell cannot be set again by erasing */
    uint32_t stuck_address;
    uint32_t erases, programs;
};

/* Erase the sectors that hold [address, address + n). Out of range does nothing. Returns the time.
 */
uint64_t sim_flash_erase(struct sim_flash *f, uint32_t address, uint32_t n);
/* Clears bits. Bytes outside the flash are dropped. Returns the time. */
uint64_t sim_flash_program(struct sim_flash *f, uint32_t address, const uint8_t *bytes, uint32_t n);
/* Bytes outside the flash read as 0xFF. */
void sim_flash_read(const struct sim_flash *f, uint32_t address, uint8_t *into, uint32_t n);

#endif
