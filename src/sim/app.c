#include "sim/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "device/code_crc.h"
#include "sim/app_internal.h"
#include "sim/firmware.h"
#include "sim/loader.h"

/* --- output ----------------------------------------------------------------------------- */

void sim_app_raw(struct sim_app *a, uint64_t now, const char *text)
{
    a->emit(a->user, now, text, strlen(text));
}

void sim_app_log(struct sim_app *a, uint64_t now, char level, const char *format, ...)
{
    char text[1400], line[1450];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (level)
        snprintf(line, sizeof line, "[%06u]<%c> %s\r\n", (unsigned)((now - a->boot_us) / 1000),
                 level, text);
    else
        snprintf(line, sizeof line, "%s\r\n", text);
    sim_app_raw(a, now, line);
}

void sim_app_schedule(struct sim_app *a, uint64_t at, sim_app_task run)
{
    for (int i = 0; i < SIM_APP_TASKS; i++) {
        if (!a->tasks[i].run) {
            a->tasks[i].at = at;
            a->tasks[i].run = run;
            return;
        }
    }
}

/* --- settings ---------------------------------------------------------------------------- */

void sim_app_load_settings(const struct sim_flash *flash, struct sim_app_settings *s)
{
    char mark[4];
    memset(s, 0, sizeof *s);
    sim_flash_read(flash, SIM_PARAMETER_2, (uint8_t *)mark, 4);
    if (memcmp(mark, "KV01", 4) != 0)
        return;
    sim_flash_read(flash, SIM_PARAMETER_2 + 4, (uint8_t *)s, sizeof *s);
    s->ssid[sizeof s->ssid - 1] = s->key[sizeof s->key - 1] = s->pushed[sizeof s->pushed - 1] = 0;
}

void sim_app_save_settings(struct sim_flash *flash, const struct sim_app_settings *s)
{
    sim_flash_erase(flash, SIM_PARAMETER_2, 1);
    sim_flash_program(flash, SIM_PARAMETER_2, (const uint8_t *)"KV01", 4);
    sim_flash_program(flash, SIM_PARAMETER_2 + 4, (const uint8_t *)s, sizeof *s);
}

/* --- starting ------------------------------------------------------------------------------ */

/*
 * Code is fetched through the CRC unit, so one broken group stops the program
 * there. An image ends at blank flash or at an update trailer.
 */
bool sim_app_bootable(const struct sim_flash *flash, const char *fallback_version, char version[65])
{
    static const uint8_t trailer[4] = {0xEF, 0xEF, 0xEF, 0xEF};
    uint32_t end = SIM_APP_ADDRESS, limit = SIM_APP_OTA_TEMP;
    while (end + CODE_CRC_GROUP <= limit && code_crc_group_ok(flash->bytes + end))
        end += CODE_CRC_GROUP;
    const uint8_t *after = flash->bytes + end;
    /* Only to the end of the sector: what an older, longer image left behind it is never run. */
    uint32_t rest = SIM_FLASH_SECTOR - end % SIM_FLASH_SECTOR;
    bool blank = true;
    for (uint32_t i = 0; i < CODE_CRC_GROUP && i < rest && end + i < limit; i++)
        blank &= after[i] == 0xFF;
    if (end < SIM_APP_ADDRESS + 8 * CODE_CRC_GROUP || (!blank && memcmp(after, trailer, 4) != 0))
        return false;
    if (!sim_firmware_find_version(flash->bytes + SIM_APP_ADDRESS, end - SIM_APP_ADDRESS, version))
        snprintf(version, 65, "%s", fallback_version);
    return true;
}

static void reconnect(struct sim_app *a, uint64_t now)
{
    struct sim_app_settings s;
    sim_app_load_settings(a->flash, &s);
    if (s.ssid[0])
        sim_app_connect(a, now, s.ssid, s.key);
    else
        sim_app_log(a, now, 'W', "net mgr none config policy");
}

static void boot_lines(struct sim_app *a, uint64_t now)
{
    sim_app_raw(a, now,
                "flash txpwr table:0x7\r\ndif g and n20 ID in flash:4\r\n"
                "read txpwr tab from flash success\r\nenter low level!\r\n"
                "mac fc:ee:e6: 5:72:b5\r\nleave low level!\r\napp_init finished\r\n"
                "start-----------hal\r\n             Welcome to AliOS Things           \r\n"
                "wifi init success!!\r\n");
    sim_app_log(a, now, 'V', "app version :%s", a->version);
    sim_app_raw(a, now, "\r\n# ");
    sim_app_schedule(a, now + 400 * TIME_MS, reconnect);
}

void sim_app_start(struct sim_app *a, const struct sim_config *config, struct sim_flash *flash,
                   void (*emit)(void *user, uint64_t at, const void *bytes, size_t n), void *user,
                   uint64_t now)
{
    memset(a, 0, sizeof *a);
    a->config = config;
    a->flash = flash;
    a->emit = emit;
    a->user = user;
    a->boot_us = now;
    sim_app_bootable(flash, config->version, a->version);
    sim_app_schedule(a, now + 60 * TIME_MS, boot_lines);
}

/* --- the network ------------------------------------------------------------------------------ */

static void wifi_result(struct sim_app *a, uint64_t now)
{
    const struct sim_config *c = a->config;
    bool wrong = strcmp(a->key, c->password) != 0 || c->fault == SIM_FAULT_WRONG_PASSWORD;
    if (strcmp(a->ssid, c->ssid) != 0) {
        sim_app_raw(a, now, "No suitable network found\r\n");
        return;
    }
    if (wrong) {
        sim_app_raw(a, now,
                    "---------SM_CONNECT_IND_fail\r\nwpas_auth_failed\r\nConnect failed\r\n");
        return;
    }
    sim_app_raw(a, now, "---------SM_CONNECT_IND_ok\r\n");
    sim_app_log(a, now, 'I', "Got ip : 192.168.1.20, gw : 192.168.1.1, mask : 255.255.255.0");
    a->has_ip = true;
    struct sim_app_settings s;
    sim_app_load_settings(a->flash, &s);
    if (strcmp(s.ssid, a->ssid) != 0 || strcmp(s.key, a->key) != 0) {
        snprintf(s.ssid, sizeof s.ssid, "%s", a->ssid);
        snprintf(s.key, sizeof s.key, "%s", a->key);
        sim_app_save_settings(a->flash, &s);
    }
}

void sim_app_connect(struct sim_app *a, uint64_t now, const char *ssid, const char *key)
{
    char line[200];
    snprintf(a->ssid, sizeof a->ssid, "%.32s", ssid);
    snprintf(a->key, sizeof a->key, "%.64s", key);
    a->has_ip = false;
    /* The vendor library prints the password in clear (facts §5.2). */
    snprintf(line, sizeof line, "ssid:%s key:%s\r\n", a->ssid, a->key);
    sim_app_raw(a, now, line);
    sim_app_schedule(a, now + 1800 * TIME_MS, wifi_result);
}

/* --- time -------------------------------------------------------------------------------- */

uint64_t sim_app_deadline(const struct sim_app *a)
{
    uint64_t deadline = TIME_NEVER;
    for (int i = 0; i < SIM_APP_TASKS; i++) {
        if (a->tasks[i].run)
            deadline = time_min(deadline, a->tasks[i].at);
    }
    return deadline;
}

void sim_app_tick(struct sim_app *a, uint64_t now)
{
    while (!a->wants_reboot) {
        int next = -1;
        for (int i = 0; i < SIM_APP_TASKS; i++) {
            if (a->tasks[i].run && a->tasks[i].at <= now &&
                (next < 0 || a->tasks[i].at < a->tasks[next].at))
                next = i;
        }
        if (next < 0)
            return;
        sim_app_task run = a->tasks[next].run;
        uint64_t at = a->tasks[next].at;
        a->tasks[next].run = NULL;
        run(a, at);
    }
}
