#include "ymodem/preset.h"

#include <string.h>

#define MS 1000u
#define S 1000000u

/* Sources: facts/peers-host.md §4.2, facts/alios-device.md §1.3 and §6.4. */
static const struct ymodem_preset presets[] = {
    {
        .name = "mk3060",
        .description = "MOC108 first-stage loader: no CRC check, NAKs duplicates, erases first",
        .block_size = 1024,
        .small_tail = false,
        .pad = 0x1A,
        .early_header = true,
        .early_null = true,
        .naks_duplicates = true,
        .closes_batch = true,
        .erase_per_4k_us = 60 * MS,
        .header_wait_us = 4 * S,
        .after_header_us = 300 * MS,
        /* Longer than the loader's own 1 s, so that its 'C' is heard before we speak again. */
        .reply_wait_us = 1300 * MS,
        .quiet_us = 40 * MS,
        .retries = 10,
        .extra_eot = true,
        .unterminated_size = true,
    },
    {
        .name = "mico",
        .description = "MiCO bootloader, the same code with another menu",
        .block_size = 1024,
        .pad = 0x1A,
        .early_header = true,
        .early_null = true,
        .naks_duplicates = true,
        .closes_batch = true,
        .erase_per_4k_us = 60 * MS,
        .header_wait_us = 4 * S,
        .after_header_us = 300 * MS,
        .reply_wait_us = 1300 * MS,
        .quiet_us = 40 * MS,
        .retries = 10,
        .extra_eot = true,
        .unterminated_size = true,
    },
    {
        .name = "alios-2nd-boot",
        .description = "AliOS second boot: silent about bad blocks, stores duplicates twice",
        .block_size = 1024,
        .pad = 0x1A,
        .stores_duplicates = true,
        .checks_crc = true,
        .closes_batch = true,
        .header_wait_us = 30 * S,
        .after_header_us = 1 * S,
        .null_wait_us = 1 * S,
        .reply_wait_us = 2 * S,
        .quiet_us = 1 * S,
        .retries = 5,
        .c_after_eot = true,
    },
    {
        .name = "stm32-iap",
        .description = "ST X-CUBE-IAP: erases the whole area before block 0 is answered",
        .block_size = 1024,
        .pad = 0x1A,
        .naks_duplicates = true,
        .checks_crc = true,
        .closes_batch = true,
        .erase_per_4k_us = 30 * MS,
        .header_wait_us = 30 * S,
        .after_header_us = 1 * S,
        .null_wait_us = 1 * S,
        .reply_wait_us = 2 * S,
        .quiet_us = 100 * MS,
        .retries = 5,
        .c_after_eot = true,
    },
    {
        .name = "u-boot",
        .description = "U-Boot loady: no 'C' after block 0, two ACKs for EOT",
        .block_size = 1024,
        .pad = 0x1A,
        .checks_crc = true,
        .closes_batch = true,
        .header_wait_us = 10 * S,
        .after_header_us = 150 * MS,
        .null_wait_us = 1 * S,
        .reply_wait_us = 3 * S,
        .quiet_us = 100 * MS,
        .retries = 10,
        .c_after_eot = true,
    },
    {
        .name = "rt-thread",
        .description = "RT-Thread: stores duplicates twice, NAKs the first EOT",
        .block_size = 1024,
        .pad = 0x1A,
        .stores_duplicates = true,
        .checks_crc = true,
        .closes_batch = true,
        .header_wait_us = 10 * S,
        .after_header_us = 1 * S,
        .null_wait_us = 1 * S,
        .reply_wait_us = 3 * S,
        .quiet_us = 200 * MS,
        .retries = 10,
        .c_after_eot = true,
    },
    {
        .name = "realtek",
        .description = "Realtek uart_ymodem (mk3080 SDK): any error ends it, CAN means success",
        .block_size = 1024,
        .pad = 0x1A,
        .checks_crc = true,
        .closes_batch = false,
        .header_wait_us = 10 * S,
        .after_header_us = 1 * S,
        .null_wait_us = 1 * S,
        .reply_wait_us = 2 * S,
        .quiet_us = 100 * MS,
        .retries = 2,
        .c_after_eot = true,
    },
    {
        .name = "lrzsz",
        .description = "lrzsz rb and sb",
        .block_size = 1024,
        .small_tail = true,
        .pad = 0x1A,
        .checks_crc = true,
        .closes_batch = true,
        .header_wait_us = 10 * S,
        .after_header_us = 1 * S,
        /* rb asks after a second of silence, and flushes what came before that. */
        .null_wait_us = 3 * S,
        .reply_wait_us = 15 * S,
        .quiet_us = 200 * MS,
        .retries = 10,
        .c_after_eot = true,
    },
};

#define COUNT (sizeof presets / sizeof presets[0])

const struct ymodem_preset *ymodem_preset_find(const char *name)
{
    for (size_t i = 0; name && i < COUNT; i++) {
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    }
    return NULL;
}

const struct ymodem_preset *ymodem_preset_at(size_t index)
{
    return index < COUNT ? &presets[index] : NULL;
}
