/*
 * A device and a keyboard that send anything, in turns, at any size of screen. Whatever they
 * do, the grid that goes to the terminal holds characters and nothing else.
 *
 * The input is a row of pieces: a tag byte, then its bytes. Tags 0..127: as many bytes from the
 * device; 128..191: tag - 128 bytes from the keyboard; 192..223: a size; 224..255: time passes.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/text.h"
#include "diagnose/diagnose.h"
#include "diagnose/line.h"
#include "ui/model.h"
#include "ui/terminal_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct desk {
    struct ui_config config;
    struct ui_model model;
    struct screen screen;
    struct diagnose *diagnose;
    struct key_stream keys;
    uint64_t now;
};

static const struct rule_set *load_once(void)
{
    static struct rule_set *rules;
    static const char *const paths[] = {"profiles/rules"};
    struct problem problem = PROBLEM_INIT;
    if (!rules) {
        setlocale(LC_ALL, "C.UTF-8");
        if (rules_load(paths, 1, &rules, NULL, &problem) != PROBLEM_NONE)
            abort();
    }
    return rules;
}

static void look(struct desk *d)
{
    ui_model_work(&d->model);
    ui_model_draw(&d->model, &d->screen);
    for (size_t i = 0; i < (size_t)d->screen.rows * d->screen.columns; i++) {
        const struct screen_cell *c = &d->screen.cells[i];
        for (unsigned k = 0; k < SCREEN_CELL_CHARS && c->text[k]; k++) {
            uint32_t code = c->text[k];
            if (code < 0x20 || (code >= 0x7F && code < 0xA0) || code > 0x10FFFF ||
                (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069))
                abort();
        }
        if (c->width > 2)
            abort();
    }
}

static void tell(struct desk *d)
{
    static char text[LINE_MAX_BYTES * TEXT_SAFE_FACTOR];
    struct diagnose_event e;
    while (diagnose_next_event(d->diagnose, &e)) {
        struct event told = {.kind = e.kind == DIAGNOSE_LINE ? EVENT_LINE : EVENT_PHASE,
                             .time_us = d->now,
                             .name = e.kind == DIAGNOSE_LINE ? e.rule : e.name,
                             .state = e.kind == DIAGNOSE_LINE ? e.outcome : e.state,
                             .meaning = e.meaning,
                             .level = e.level,
                             .raw = e.raw,
                             .raw_length = e.raw_length,
                             .unfinished = e.unfinished};
        text_make_safe(text, sizeof text, (const uint8_t *)e.text, e.length);
        told.text = text;
        ui_model_event(&d->model, &told);
    }
}

static void press(struct desk *d, const uint8_t *bytes, size_t n)
{
    struct input input;
    key_stream_add(&d->keys, d->now, bytes, n);
    while (key_stream_next(&d->keys, d->now, &input))
        ui_model_input(&d->model, &input);
    while (ui_model_request(&d->model))
        ui_model_request_done(&d->model);
}

static size_t piece(struct desk *d, const uint8_t *data, size_t size)
{
    uint8_t tag = data[0];
    size_t n = tag < 128 ? tag : tag < 192 ? tag - 128u : 2;
    n = n < size - 1 ? n : size - 1;
    if (tag < 128) {
        diagnose_input(d->diagnose, d->now, data + 1, n);
        tell(d);
    } else if (tag < 192) {
        press(d, data + 1, n);
    } else if (tag < 224) {
        if (n == 2 && !screen_resize(&d->screen, data[1] % 80u, data[2]))
            abort();
    } else {
        d->now += (tag - 223u) * 50 * TIME_MS;
        diagnose_tick(d->diagnose, d->now);
        tell(d);
        ui_model_tick(&d->model, d->now);
        n = 0;
    }
    /* A frame costs far more than what is in it. */
    if (tag >= 192)
        look(d);
    return 1 + n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct desk d;
    memset(&d, 0, sizeof d);
    ui_config_default(&d.config);
    struct ui_model_options options = {.config = &d.config};
    d.diagnose = diagnose_create(load_once());
    if (!d.diagnose || !key_stream_init(&d.keys) || !ui_model_init(&d.model, &options) ||
        !screen_resize(&d.screen, 24, 80))
        abort();
    diagnose_keep_raw(d.diagnose);
    for (size_t at = 0; at < size;)
        at += piece(&d, data + at, size - at);
    diagnose_finish(d.diagnose, d.now);
    tell(&d);
    look(&d);
    key_stream_free(&d.keys);
    diagnose_free(d.diagnose);
    ui_model_free(&d.model);
    ui_config_free(&d.config);
    screen_free(&d.screen);
    return 0;
}
