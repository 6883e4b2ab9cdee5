/*
 * The application on the simulated board: AliOS Things with the OTA test app of
 * the guide, as a model of its behaviour (generation B of facts/alios-device.md).
 *
 * It starts only from an image that is whole in flash; its version is the one the
 * image holds; what it downloads goes into the OTA area of the same flash and is
 * checked there with the device's own code (src/device). Settings that a real
 * board keeps (network, pushed version) live in PARAMETER_2.
 */
#ifndef OTACONSOLE_SIM_APP_H
#define OTACONSOLE_SIM_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/config.h"
#include "sim/flash.h"

#define SIM_APP_TASKS 6
#define SIM_APP_OTA_TEMP 0x100000u
#define SIM_APP_OTA_TEMP_SIZE 0xED000u
#define SIM_PARAMETER_2 0x11000u

struct sim_app;
typedef void (*sim_app_task)(struct sim_app *a, uint64_t now);

struct sim_app {
    const struct sim_config *config;
    struct sim_flash *flash;
    void (*emit)(void *user, uint64_t at, const void *bytes, size_t n);
    void *user;

    uint64_t boot_us;
    char version[65];
    char line[256];
    size_t line_length;
    bool line_overflow;
    bool wants_reboot;
    struct {
        uint64_t at;
        sim_app_task run;
    } tasks[SIM_APP_TASKS];

    char ssid[64], key[80]; /* being connected to */
    bool has_ip;

    struct {
        bool running, online;
        const uint8_t *package; /* what the server sends */
        uint32_t size;          /* of that */
        uint32_t announced;     /* size in the push */
        uint8_t sign[32];       /* SHA-256 in the push */
        char version[65];       /* in the push */
        uint32_t received;
        unsigned retries;
        uint64_t step_us;
    } ota;
    /* What the cloud offers, prepared by the board that owns this. */
    const uint8_t *cloud_package;
    uint32_t cloud_size;
    const char *cloud_version;
};

/* Whether the image in flash is whole enough to start, and its version. */
bool sim_app_bootable(const struct sim_flash *flash, const char *fallback_version,
                      char version[65]);
/* Start after reset; the cloud_... fields are set by the caller afterwards. */
void sim_app_start(struct sim_app *a, const struct sim_config *config, struct sim_flash *flash,
                   void (*emit)(void *user, uint64_t at, const void *bytes, size_t n), void *user,
                   uint64_t now);
void sim_app_byte(struct sim_app *a, uint64_t now, uint8_t byte);
void sim_app_tick(struct sim_app *a, uint64_t now);
uint64_t sim_app_deadline(const struct sim_app *a);

#endif
