#include "sim/flash.h"

#include <string.h>

uint64_t sim_flash_erase(struct sim_flash *f, uint32_t address, uint32_t n)
{
    if (n == 0 || address >= SIM_FLASH_SIZE)
        return 0;
    if (n > SIM_FLASH_SIZE - address)
        n = SIM_FLASH_SIZE - address;
    uint32_t first = address / SIM_FLASH_SECTOR, last = (address + n - 1) / SIM_FLASH_SECTOR;
    for (uint32_t s = first; s <= last; s++) {
        uint8_t kept = f->bytes[f->stuck_address];
        memset(f->bytes + s * SIM_FLASH_SECTOR, 0xFF, SIM_FLASH_SECTOR);
        if (f->stuck && f->stuck_address / SIM_FLASH_SECTOR == s)
            f->bytes[f->stuck_address] = kept & 0xFE;
        f->erases++;
    }
    return (uint64_t)(last - first + 1) * f->erase_us;
}

uint64_t sim_flash_program(struct sim_flash *f, uint32_t address, const uint8_t *bytes, uint32_t n)
{
    if (n == 0 || address >= SIM_FLASH_SIZE)
        return 0;
    if (n > SIM_FLASH_SIZE - address)
        n = SIM_FLASH_SIZE - address;
    for (uint32_t i = 0; i < n; i++)
        f->bytes[address + i] &= bytes[i];
    uint32_t pages = (address + n - 1) / SIM_FLASH_PAGE - address / SIM_FLASH_PAGE + 1;
    f->programs += pages;
    return pages * f->program_us;
}

void sim_flash_read(const struct sim_flash *f, uint32_t address, uint8_t *into, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = address + i;
        into[i] = at >= address && at < SIM_FLASH_SIZE ? f->bytes[at] : 0xFF;
    }
}
