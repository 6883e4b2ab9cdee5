#include "sim/loader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/loader_internal.h"
#include "ymodem/crc16.h"

void sim_loader_say(struct sim_loader *l, uint64_t now, const char *text)
{
    l->emit(l->user, now, text, strlen(text));
}

void sim_loader_prompt(struct sim_loader *l, uint64_t now)
{
    l->state = SIM_LOADER_SHELL;
    l->line_length = 0;
    l->deadline = TIME_NEVER;
    sim_loader_say(l, now, l->dialect == SIM_LOADER_MENU ? "\r\nMXCHIP> " : "\r\n$ ");
}

void sim_loader_init(struct sim_loader *l, enum sim_loader_dialect dialect, struct sim_flash *flash,
                     void (*emit)(void *user, uint64_t at, const void *bytes, size_t n), void *user)
{
    memset(l, 0, sizeof *l);
    l->dialect = dialect;
    l->flash = flash;
    l->emit = emit;
    l->user = user;
    l->deadline = TIME_NEVER;
}

void sim_loader_enter(struct sim_loader *l, uint64_t now)
{
    static const char b1[] = "\r\n"
                             "+-----------------------------------------------------+\r\n"
                             "|                MOC108 BOOTLOADER MENU               |\r\n"
                             "+-----------------------------------------------------+\r\n"
                             "@ Author  : Snow Yang\r\n@ Version : 1.1.0\r\n"
                             "@ Date    : Nov  3 2017 17:31:24\r\n";
    static const char menu[] = "\r\nMICO bootloader for MOC108, v1.0, HARDWARE_REVISION: 1.0\r\n"
                               "| 0:BOOTUPDATE | 1:FWUPDATE | 6:BOOT | 7:REBOOT |\r\n";
    static const char *const banners[] = {
        [SIM_LOADER_B0] = "\r\nBootloader firmware build at Jul  3 2017 15:26:44\r\n",
        [SIM_LOADER_B1] = b1,
        [SIM_LOADER_MENU] = menu,
    };
    sim_loader_say(l, now, banners[l->dialect]);
    sim_loader_prompt(l, now);
}

/* Decimal with k or m, or 0x; at most 10 characters (facts §6.3). */
static bool parse_number(const char *text, uint32_t *out)
{
    char *end;
    if (strlen(text) > 10 || !isdigit((unsigned char)text[0]))
        return false;
    unsigned long value = strtoul(text, &end, 0);
    if (*end == 'k' || *end == 'K')
        value *= 1024, end++;
    else if (*end == 'm' || *end == 'M')
        value *= 1024 * 1024, end++;
    if (*end)
        return false;
    *out = (uint32_t)value;
    return true;
}

static const char help_b0[] = "help: print help message\r\n"
                              "read: usage: read [address] [size]. read flash with Ymodem.\r\n"
                              "write: usage: read [address] [size]. write flash with Ymodem.\r\n"
                              "erase: usage: erase [address] [size]. erase flash\r\n";
static const char help_b1_more[] = "boot: usage: boot [APP|ATE|QC]. boot the image\r\n"
                                   "reboot: reboot the board\r\n";
static const char help_lock[] = "lock: usage: lock <blocks>. lock flash blocks\r\n";

static bool run_erase(struct sim_loader *l, uint64_t now, char **words, int count)
{
    uint32_t address, size;
    if (count != 3 || !parse_number(words[1], &address) || !parse_number(words[2], &size))
        return false;
    l->busy_until = now + sim_flash_erase(l->flash, address, size);
    return true;
}

/* True when the command was understood and its arguments accepted. */
static bool run_command(struct sim_loader *l, uint64_t now, char **words, int count, bool *known)
{
    const char *word = words[0];
    bool b1 = l->dialect == SIM_LOADER_B1;
    *known = true;
    if (strcmp(word, "help") == 0) {
        sim_loader_say(l, now, help_b0);
        sim_loader_say(l, now, b1 ? help_b1_more : "");
        sim_loader_say(l, now, help_lock);
        return true;
    }
    if (strcmp(word, "read") == 0)
        return count == 3 && parse_number(words[1], &l->read_address) &&
               parse_number(words[2], &l->read_size) && sim_loader_begin_read(l, now);
    if (strcmp(word, "write") == 0) {
        l->address = SIM_APP_ADDRESS;
        /* Its help names two arguments, but it takes exactly one; B1 also none. */
        if (count == 1 ? !b1 : count != 2 || !parse_number(words[1], &l->address))
            return false;
        return sim_loader_begin_write(l, now);
    }
    if (strcmp(word, "erase") == 0)
        return run_erase(l, now, words, count);
    if (strcmp(word, "lock") == 0)
        return count == 2;
    if (b1 && strcmp(word, "reboot") == 0) {
        l->wants_reboot = true;
        return true;
    }
    if (b1 && strcmp(word, "boot") == 0) {
        if (count != 2 || strcmp(words[1], "APP") != 0)
            return false;
        sim_loader_say(l, now, "Booting......\r\n");
        l->wants_boot = true;
        return true;
    }
    *known = false;
    return false;
}

static void run_menu(struct sim_loader *l, uint64_t now)
{
    if (strcmp(l->line, "6") == 0) {
        sim_loader_say(l, now, "Booting.......\r\n");
        l->wants_boot = true;
    } else if (strcmp(l->line, "7") == 0) {
        sim_loader_say(l, now, "ReBooting.......\r\n");
        l->wants_reboot = true;
    } else if (strcmp(l->line, "?") == 0) {
        sim_loader_say(l, now, "| 0:BOOTUPDATE | 1:FWUPDATE | 6:BOOT | 7:REBOOT |\r\n");
    } else if (l->line[0]) {
        sim_loader_say(l, now, "UNKNOWN COMMAND\r\n");
    }
}

static void run_line(struct sim_loader *l, uint64_t now)
{
    char *words[8] = {NULL}, *rest = NULL;
    int count = 0;
    bool known = true;
    l->line[l->line_length] = '\0';
    l->line_length = 0;
    sim_loader_say(l, now, "\r\n");
    if (l->dialect == SIM_LOADER_MENU) {
        run_menu(l, now);
    } else {
        for (char *w = strtok_r(l->line, " ", &rest); w && count < 8;
             w = strtok_r(NULL, " ", &rest))
            words[count++] = w;
        if (count && !run_command(l, now, words, count, &known))
            sim_loader_say(l, now, known ? "command excute failed\r\n" : "no such command\r\n");
    }
    if (l->state == SIM_LOADER_SHELL && !l->wants_boot && !l->wants_reboot)
        sim_loader_prompt(l, l->busy_until > now ? l->busy_until : now);
}

void sim_loader_shell_byte(struct sim_loader *l, uint64_t now, uint8_t byte)
{
    if (byte == '\r') {
        run_line(l, now);
    } else if (byte == '\b' || byte == 0x7F) {
        if (l->line_length) {
            l->line_length--;
            sim_loader_say(l, now, "\b \b");
        }
    } else if (byte != '\n' && byte != '\t' && l->line_length + 1 < sizeof l->line) {
        l->line[l->line_length++] = (char)byte;
        l->emit(l->user, now, &byte, 1);
    }
}

void sim_loader_byte(struct sim_loader *l, uint64_t now, uint8_t byte)
{
    if (l->state == SIM_LOADER_RECEIVE)
        sim_loader_receive_byte(l, now, byte);
    else if (l->state == SIM_LOADER_SEND)
        sim_loader_send_byte(l, now, byte);
    else if (l->state == SIM_LOADER_SHELL)
        sim_loader_shell_byte(l, now, byte);
    /* While the result is pending the loader sleeps; what arrives is lost. */
}

void sim_loader_tick(struct sim_loader *l, uint64_t now)
{
    if (now < l->deadline)
        return;
    if (l->state == SIM_LOADER_RECEIVE)
        sim_loader_receive_timeout(l, now);
    else if (l->state == SIM_LOADER_SEND)
        sim_loader_send_timeout(l, now);
    else if (l->state == SIM_LOADER_REPORT)
        sim_loader_report(l, now);
    else
        l->deadline = TIME_NEVER;
}

uint64_t sim_loader_deadline(const struct sim_loader *l)
{
    return l->deadline;
}

/* --- at reset ---------------------------------------------------------------------------- */

static uint32_t u32_at(const struct sim_flash *f, uint32_t address)
{
    uint8_t b[4];
    sim_flash_read(f, address, b, 4);
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint16_t area_crc(const struct sim_flash *f, uint32_t address, uint32_t size)
{
    return ymodem_crc16(0, f->bytes + address, size);
}

static uint64_t copy(struct sim_flash *f, uint32_t to, uint32_t from, uint32_t size)
{
    uint64_t time = sim_flash_erase(f, to, size);
    uint8_t piece[SIM_FLASH_PAGE];
    for (uint32_t at = 0; at < size; at += sizeof piece) {
        uint32_t n = size - at < sizeof piece ? size - at : (uint32_t)sizeof piece;
        sim_flash_read(f, from + at, piece, n);
        time += sim_flash_program(f, to + at, piece, n);
    }
    return time;
}

uint64_t sim_loader_boot_record(enum sim_loader_dialect dialect, struct sim_flash *f)
{
    bool b0 = dialect == SIM_LOADER_B0;
    uint32_t at = SIM_PARAMETER_1;
    uint32_t to = b0 ? SIM_APP_ADDRESS : u32_at(f, at);
    uint32_t from = u32_at(f, b0 ? at : at + 4), size = u32_at(f, b0 ? at + 4 : at + 8);
    uint16_t crc = (uint16_t)(u32_at(f, b0 ? at + 8 : at + 12) & 0xFFFF);
    if (dialect == SIM_LOADER_MENU || size == 0 || size == 0xFFFFFFFF)
        return 0;
    bool plausible = to <= SIM_FLASH_SIZE && from <= SIM_FLASH_SIZE && size <= SIM_FLASH_SIZE &&
                     from + size <= SIM_FLASH_SIZE && to + size <= SIM_FLASH_SIZE;
    if (!plausible)
        /* B1 ignores such a record; B0 takes it for a mismatch and erases it. */
        return b0 ? sim_flash_erase(f, at, SIM_FLASH_SECTOR) : 0;
    uint64_t time = 0;
    if (area_crc(f, from, size) == crc)
        time = copy(f, to, from, size);
    return time + sim_flash_erase(f, at, SIM_FLASH_SECTOR);
}
