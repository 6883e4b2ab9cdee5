#include "sim/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "sim/app.h"
#include "sim/cloud_package.h"
#include "sim/firmware.h"
#include "sim/loader.h"
#include "sim/wire.h"

/* From the release of reset to the first instruction of the application. */
#define START_TIME (12 * TIME_MS)
/* The menu loader wants four spaces within this time (facts/alios-device.md §6.2). */
#define MENU_WINDOW (500 * TIME_MS)
#define MENU_SPACES 4
#define POWER_AWAY (200 * TIME_MS)
/* A person needs a moment to find the buttons, and holds them this long. */
#define HAND_DELAY (1200 * TIME_MS)
#define HAND_HOLD (300 * TIME_MS)
/* Bytes that arrive while the flash is busy wait in the UART, which holds so many. */
#define UART_FIFO 128u
/* An adapter hands bytes over in USB packets of this much payload. */
#define USB_PACKET 62u

enum condition {
    CONDITION_OFF,  /* no power */
    CONDITION_HELD, /* reset is held */
    CONDITION_STARTING,
    CONDITION_WINDOW, /* menu loader: listening for spaces */
    CONDITION_LOADER,
    CONDITION_APPLICATION,
    CONDITION_HUNG /* no image that could run */
};

struct sim_board {
    struct sim_config config;
    struct sim_flash flash;
    struct sim_loader loader;
    struct sim_app app;
    struct sim_wire to_board, to_host;
    enum condition condition;
    uint64_t wake;    /* of STARTING, WINDOW and OFF */
    unsigned spaces;  /* heard in WINDOW */
    uint32_t waiting; /* bytes in the UART while the flash is busy */
    bool strap_low;   /* the boot button is down */
    bool rts_held, button_held;
    struct {
        uint64_t press, release_reset, release_boot; /* TIME_NEVER = not under way */
        bool strap;
    } hand;
    bool unplugged;
    uint32_t answers; /* of the transfer under way, for log lines in between */
    struct sim_cloud_package cloud;
    uint8_t *low_image;
    uint32_t low_length;
};

/* --- what the board says ----------------------------------------------------------------- */

static void to_host(struct sim_board *b, uint64_t at, const void *bytes, size_t n)
{
    if (b->config.fault != SIM_FAULT_SILENT && b->condition != CONDITION_OFF)
        sim_wire_put(&b->to_host, at, bytes, n);
}

static void app_emit(void *user, uint64_t at, const void *bytes, size_t n)
{
    to_host(user, at, bytes, n);
}

/* Another task's words before every n-th answer or block, as `log-every` asks. */
static void loader_emit(void *user, uint64_t at, const void *bytes, size_t n)
{
    struct sim_board *b = user;
    bool answer = b->loader.state == SIM_LOADER_RECEIVE && n == 1 && *(const uint8_t *)bytes == 6;
    bool block = b->loader.state == SIM_LOADER_SEND && n > 128;
    if ((answer || block) && b->config.log_every && ++b->answers % b->config.log_every == 0)
        to_host(b, at, "[  12]log\r\n", 11);
    to_host(b, at, bytes, n);
}

/* --- power, reset, start -------------------------------------------------------------------- */

static enum sim_loader_dialect dialect_of(const struct sim_config *config)
{
    if (strcmp(config->loader, "b0") == 0)
        return SIM_LOADER_B0;
    return strcmp(config->loader, "menu") == 0 ? SIM_LOADER_MENU : SIM_LOADER_B1;
}

/* Whatever runs stops at once; what the UART had not sent yet is lost with it. */
static void reset(struct sim_board *b, uint64_t now)
{
    sim_loader_init(&b->loader, dialect_of(&b->config), &b->flash, loader_emit, b);
    b->waiting = 0;
    b->answers = 0;
    if (b->rts_held || b->button_held) {
        b->condition = CONDITION_HELD;
        return;
    }
    b->condition = CONDITION_STARTING;
    b->wake = now + START_TIME + sim_loader_boot_record(dialect_of(&b->config), &b->flash);
}

static void enter_loader(struct sim_board *b, uint64_t now)
{
    b->condition = CONDITION_LOADER;
    sim_loader_enter(&b->loader, now);
}

static void start_application(struct sim_board *b, uint64_t now)
{
    char version[65];
    if (!sim_app_bootable(&b->flash, b->config.version, version)) {
        b->condition = CONDITION_HUNG;
        return;
    }
    b->condition = CONDITION_APPLICATION;
    sim_app_start(&b->app, &b->config, &b->flash, app_emit, b, now);
    b->app.cloud_package = b->cloud.bytes;
    b->app.cloud_size = b->cloud.length;
    b->app.cloud_version = b->cloud.version;
}

static void started(struct sim_board *b, uint64_t now)
{
    if (b->loader.dialect == SIM_LOADER_MENU) {
        b->condition = CONDITION_WINDOW;
        b->spaces = 0;
        b->wake = now + MENU_WINDOW;
    } else if (b->strap_low) {
        enter_loader(b, now);
    } else {
        start_application(b, now);
    }
}

static void wake_up(struct sim_board *b, uint64_t now)
{
    if (b->condition == CONDITION_STARTING) {
        started(b, now);
    } else if (b->condition == CONDITION_WINDOW) {
        start_application(b, now);
    } else if (b->condition == CONDITION_OFF) {
        b->condition = CONDITION_HELD;
        reset(b, now);
    }
}

/* --- the cable and the hand -------------------------------------------------------------- */

static void move_hand(struct sim_board *b, uint64_t now)
{
    if (now >= b->hand.press) {
        b->hand.press = TIME_NEVER;
        b->strap_low = b->hand.strap;
        b->button_held = true;
        reset(b, now);
    } else if (now >= b->hand.release_reset) {
        b->hand.release_reset = TIME_NEVER;
        b->button_held = false;
        reset(b, now);
    } else if (now >= b->hand.release_boot) {
        b->hand.release_boot = TIME_NEVER;
        b->strap_low = false;
    }
}

static uint64_t hand_next(const struct sim_board *b)
{
    return time_min(b->hand.press, time_min(b->hand.release_reset, b->hand.release_boot));
}

static bool press(struct sim_board *b, uint64_t now, bool strap)
{
    if (!b->config.operator_present || b->config.fault == SIM_FAULT_SILENT)
        return false;
    b->hand.strap = strap;
    b->hand.press = now + HAND_DELAY;
    b->hand.release_reset = b->hand.press + HAND_HOLD;
    b->hand.release_boot = b->hand.release_reset + HAND_HOLD;
    return true;
}

bool sim_board_press_download(struct sim_board *b, uint64_t now)
{
    return press(b, now, true);
}

bool sim_board_press_reset(struct sim_board *b, uint64_t now)
{
    return press(b, now, false);
}

bool sim_board_hold_reset(struct sim_board *b, uint64_t now, bool held)
{
    if (!b->config.rts)
        return false;
    if (held != b->rts_held) {
        b->rts_held = held;
        if (b->condition != CONDITION_OFF)
            reset(b, now);
    }
    return true;
}

bool sim_board_plugged(const struct sim_board *b, uint64_t now)
{
    const struct sim_config *c = &b->config;
    if (c->unplug_us == 0 || now < c->unplug_us)
        return true;
    return c->replug_us && now >= c->unplug_us + c->replug_us;
}

/* --- bytes ------------------------------------------------------------------------------- */

void sim_board_write(struct sim_board *b, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (sim_board_plugged(b, now))
        sim_wire_put(&b->to_board, now, bytes, n);
}

/* When the host gets to see something: packets of the adapter, not single bytes. */
static uint64_t host_arrival(const struct sim_board *b)
{
    const struct sim_wire *w = &b->to_host;
    size_t i = 0;
    if (w->count == 0)
        return TIME_NEVER;
    uint64_t gap = w->byte_ns / 1000 + 2;
    while (i + 1 < w->count && i + 1 < USB_PACKET &&
           sim_wire_arrival(w, i + 1) <= sim_wire_arrival(w, i) + gap)
        i++;
    return sim_wire_arrival(w, i);
}

bool sim_board_readable(const struct sim_board *b, uint64_t now)
{
    return host_arrival(b) <= now && sim_board_plugged(b, now);
}

size_t sim_board_read(struct sim_board *b, uint64_t now, uint8_t *into, size_t max)
{
    size_t n = 0;
    const struct sim_wire_byte *byte;
    while (n < max && (byte = sim_wire_peek(&b->to_host)) != NULL && byte->at <= now) {
        into[n++] = byte->value;
        sim_wire_drop(&b->to_host);
    }
    return n;
}

static void window_byte(struct sim_board *b, uint64_t now, uint8_t byte)
{
    b->spaces = byte == ' ' ? b->spaces + 1 : 0;
    if (b->spaces >= MENU_SPACES)
        enter_loader(b, now);
}

static void board_byte(struct sim_board *b, uint64_t now, uint8_t byte)
{
    if (b->condition == CONDITION_LOADER)
        sim_loader_byte(&b->loader, now, byte);
    else if (b->condition == CONDITION_APPLICATION)
        sim_app_byte(&b->app, now, byte);
    else if (b->condition == CONDITION_WINDOW)
        window_byte(b, now, byte);
}

static uint64_t board_arrival(const struct sim_board *b)
{
    const struct sim_wire_byte *byte = sim_wire_peek(&b->to_board);
    if (!byte)
        return TIME_NEVER;
    if (b->condition == CONDITION_LOADER && b->loader.busy_until > byte->at)
        return b->loader.busy_until;
    return byte->at;
}

/* The CPU stands still while the flash is busy; its UART takes a few bytes, the rest is lost. */
static void overflow_uart(struct sim_board *b)
{
    const struct sim_wire_byte *last;
    if (b->condition != CONDITION_LOADER)
        return;
    while (b->to_board.count > UART_FIFO) {
        last = &b->to_board.ring[(b->to_board.head + UART_FIFO) % b->to_board.capacity];
        if (last->at >= b->loader.busy_until)
            return;
        /* Byte number UART_FIFO finds no room: close the gap it leaves. */
        for (size_t i = UART_FIFO; i + 1 < b->to_board.count; i++)
            b->to_board.ring[(b->to_board.head + i) % b->to_board.capacity] =
                b->to_board.ring[(b->to_board.head + i + 1) % b->to_board.capacity];
        b->to_board.count--;
    }
}

static void take_byte(struct sim_board *b, uint64_t now)
{
    uint8_t value;
    if (b->condition == CONDITION_LOADER && b->loader.busy_until >= now)
        overflow_uart(b);
    value = sim_wire_peek(&b->to_board)->value;
    sim_wire_drop(&b->to_board);
    board_byte(b, now, value);
}

/* --- time -------------------------------------------------------------------------------- */

static uint64_t core_deadline(const struct sim_board *b)
{
    switch (b->condition) {
    case CONDITION_OFF:
    case CONDITION_STARTING:
    case CONDITION_WINDOW:
        return b->wake;
    case CONDITION_LOADER:
        return sim_loader_deadline(&b->loader);
    case CONDITION_APPLICATION:
        return sim_app_deadline(&b->app);
    default:
        return TIME_NEVER;
    }
}

static void core_tick(struct sim_board *b, uint64_t now)
{
    if (b->condition == CONDITION_LOADER)
        sim_loader_tick(&b->loader, now);
    else if (b->condition == CONDITION_APPLICATION)
        sim_app_tick(&b->app, now);
    else
        wake_up(b, now);
}

/* The loader or the application asked for a restart, or the loader for the application. */
static void obey(struct sim_board *b, uint64_t now)
{
    if (b->condition == CONDITION_LOADER && b->loader.wants_boot) {
        b->loader.wants_boot = false;
        start_application(b, now + START_TIME);
    } else if ((b->condition == CONDITION_LOADER && b->loader.wants_reboot) ||
               (b->condition == CONDITION_APPLICATION && b->app.wants_reboot)) {
        reset(b, now);
    }
}

static void cut_power(struct sim_board *b, uint64_t now)
{
    b->config.power_cut_us = 0;
    b->condition = CONDITION_OFF;
    b->wake = now + POWER_AWAY;
    sim_wire_clear(&b->to_board);
    sim_wire_clear(&b->to_host);
}

static uint64_t cable_next(const struct sim_board *b)
{
    const struct sim_config *c = &b->config;
    uint64_t next = c->power_cut_us ? c->power_cut_us : TIME_NEVER;
    if (c->unplug_us && !b->unplugged)
        next = time_min(next, c->unplug_us);
    if (c->unplug_us && b->unplugged && c->replug_us)
        next = time_min(next, c->unplug_us + c->replug_us);
    return next;
}

static void cable_event(struct sim_board *b, uint64_t now)
{
    struct sim_config *c = &b->config;
    if (c->power_cut_us && now >= c->power_cut_us)
        cut_power(b, now);
    if (c->unplug_us && !b->unplugged && now >= c->unplug_us) {
        b->unplugged = true;
        sim_wire_clear(&b->to_board);
    }
    if (b->unplugged && sim_board_plugged(b, now)) {
        /* What the board said meanwhile went nowhere. */
        sim_wire_clear(&b->to_host);
        b->unplugged = false;
        c->unplug_us = 0;
    }
}

static uint64_t board_next(const struct sim_board *b)
{
    return time_min(time_min(board_arrival(b), core_deadline(b)),
                    time_min(hand_next(b), cable_next(b)));
}

uint64_t sim_board_next(const struct sim_board *b)
{
    uint64_t next = time_min(core_deadline(b), time_min(hand_next(b), cable_next(b)));
    /* Stopping at every byte on its way in would only cost: the board is caught up anyway. */
    if (b->to_board.count) {
        uint64_t arrival = sim_wire_arrival(&b->to_board, USB_PACKET - 1), first = board_arrival(b);
        next = time_min(next, arrival > first ? arrival : first);
    }
    return b->unplugged ? next : time_min(next, host_arrival(b));
}

void sim_board_advance(struct sim_board *b, uint64_t now)
{
    uint64_t next;
    while ((next = board_next(b)) <= now) {
        if (cable_next(b) <= next)
            cable_event(b, next);
        else if (hand_next(b) <= next)
            move_hand(b, next);
        else if (board_arrival(b) <= next)
            take_byte(b, next);
        else
            core_tick(b, next);
        obey(b, next);
    }
    if (b->unplugged)
        sim_wire_clear(&b->to_host);
}

/* --- making ------------------------------------------------------------------------------ */

static bool make_images(struct sim_board *b)
{
    uint8_t *work = malloc(b->config.size);
    b->low_length = sim_firmware_size(b->config.size);
    b->low_image = malloc(b->low_length);
    bool ok = work && b->low_image;
    if (ok)
        sim_firmware_make(b->config.version, b->config.size, 1, work, b->low_image);
    free(work);
    return ok && sim_cloud_package_make(&b->config, &b->cloud);
}

/* A cell of the image that should be 1 and stays 0, so that flashing it shows. */
static void wear_out_a_cell(struct sim_board *b)
{
    uint32_t i = b->low_length / 3;
    while (i < b->low_length && !(b->low_image[i] & 1))
        i++;
    b->flash.stuck = true;
    b->flash.stuck_address = SIM_APP_ADDRESS + i;
    b->flash.bytes[b->flash.stuck_address] &= 0xFE;
}

struct sim_board *sim_board_create(const struct sim_config *config)
{
    struct sim_board *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->config = *config;
    b->flash.bytes = malloc(SIM_FLASH_SIZE);
    if (!b->flash.bytes || !make_images(b)) {
        sim_board_free(b);
        return NULL;
    }
    memset(b->flash.bytes, 0xFF, SIM_FLASH_SIZE);
    if (strcmp(config->start, "app") == 0)
        memcpy(b->flash.bytes + SIM_APP_ADDRESS, b->low_image, b->low_length);
    if (config->fault == SIM_FAULT_STUCK_BIT)
        wear_out_a_cell(b);
    if (config->flash_time) {
        b->flash.erase_us = 45 * TIME_MS;
        b->flash.program_us = 600;
    }
    sim_wire_init(&b->to_board, config->baud, config->latency_us, config->noise, config->lose,
                  config->seed * 2 + 1);
    sim_wire_init(&b->to_host, config->baud, config->latency_us, config->noise, config->lose,
                  config->seed * 2 + 2);
    b->hand.press = b->hand.release_reset = b->hand.release_boot = TIME_NEVER;
    /* Power comes on at time 0; with start=loader somebody holds the boot button just then. */
    b->strap_low = strcmp(config->start, "loader") == 0;
    b->hand.release_boot = b->strap_low ? START_TIME + 1 : TIME_NEVER;
    b->condition = CONDITION_HELD;
    b->wake = 0;
    reset(b, 0);
    return b;
}

void sim_board_free(struct sim_board *b)
{
    if (!b)
        return;
    sim_cloud_package_free(&b->cloud);
    sim_wire_free(&b->to_board);
    sim_wire_free(&b->to_host);
    free(b->low_image);
    free(b->flash.bytes);
    free(b);
}

uint8_t *sim_board_flash(struct sim_board *b)
{
    return b->flash.bytes;
}

uint32_t sim_board_flash_size(const struct sim_board *b)
{
    (void)b;
    return SIM_FLASH_SIZE;
}

const uint8_t *sim_board_low_image(const struct sim_board *b, uint32_t *length)
{
    *length = b->low_length;
    return b->low_image;
}
