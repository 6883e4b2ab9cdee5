#include "session/doctor.h"

#include <stdio.h>
#include <string.h>

#include "session/doctor_internal.h"

/* A board that lives says something within this, if only its boot lines. */
#define SILENCE (2 * TIME_S)
/* How long an answer to the Enter may take. */
#define PROBE_PATIENCE (1500 * TIME_MS)
/* Noise in front of text (a reset, a plug, a boot ROM of another rate) is over by then. */
#define NOISE_PATIENCE (1 * TIME_S)
/* Receivers ask once a second, some every ten; then nobody asks any more. */
#define ASKING_GAP (300 * TIME_MS)
#define ASKING_OVER (12 * TIME_S)
/* Stray bytes of long ago do not add up. */
#define WINDOW_OVER (30 * TIME_S)

#define WINDOW 64
#define NOISE_LEAST 12   /* bytes: fewer is a plug that was pushed in */
#define NOISE_PERCENT 30 /* that much of it and it is no text */
#define TEXT_LEAST 4     /* a prompt after an Enter: CR LF # and a space */
#define TEXT_PERCENT 8   /* no more noise than that and it is text */
#define TEXT_AGAIN 24    /* of text after noise was found: chance has no such luck */

bool doctor_is_open(const struct doctor *d)
{
    return d->state >= DOCTOR_LISTENING;
}

void doctor_become(struct doctor *d, uint64_t now, enum doctor_state state)
{
    if (d->state == state)
        return;
    d->state = state;
    d->since_us = now;
}

void doctor_clear_window(struct doctor *d)
{
    d->window = 0;
    d->window_count = d->partial_count = d->asking = 0;
    d->noise_us = d->noise_last_us = d->asking_us = 0;
    d->awaits_file = false;
}

void doctor_init(struct doctor *d, bool probe_allowed)
{
    memset(d, 0, sizeof *d);
    d->state = DOCTOR_CLOSED;
    d->known = DOCTOR_LISTENING;
    d->probe_allowed = probe_allowed;
}

/* --- the port ----------------------------------------------------------------------------- */

static void close_port(struct doctor *d)
{
    doctor_search_drop(d);
    doctor_clear_window(d);
    d->known = DOCTOR_LISTENING;
    d->loader[0] = '\0';
    d->probe_due = d->transfer = false;
}

static enum doctor_state state_of_problem(enum problem_code code)
{
    switch (code) {
    case PROBLEM_PORT_NOT_FOUND:
        return DOCTOR_NOT_FOUND;
    case PROBLEM_PORT_BUSY:
        return DOCTOR_BUSY;
    case PROBLEM_PORT_PERMISSION:
        return DOCTOR_PERMISSION;
    case PROBLEM_PORT_LOST:
        return DOCTOR_LOST;
    default:
        return DOCTOR_PORT_ERROR;
    }
}

void doctor_port_failed(struct doctor *d, uint64_t now, const struct problem *problem)
{
    enum doctor_state state = state_of_problem(problem->code);
    close_port(d);
    if (d->state == DOCTOR_LOST && state == DOCTOR_NOT_FOUND)
        return;
    d->problem = *problem;
    doctor_become(d, now, state);
}

void doctor_port_lost(struct doctor *d, uint64_t now)
{
    close_port(d);
    d->problem = (struct problem)PROBLEM_INIT;
    doctor_become(d, now, DOCTOR_LOST);
}

void doctor_port_opened(struct doctor *d, uint64_t now)
{
    close_port(d);
    d->problem = (struct problem)PROBLEM_INIT;
    d->opened_us = now;
    d->heard_us = d->probed_us = 0;
    d->received = 0;
    d->probed = d->search.vain = false;
    d->state = DOCTOR_LISTENING;
    d->since_us = now;
}

void doctor_transfer(struct doctor *d, bool running)
{
    if (d->transfer != running)
        doctor_clear_window(d);
    d->transfer = running;
    d->probe_due = false;
}

/* --- what the board is -------------------------------------------------------------------- */

void doctor_board_state(struct doctor *d, uint64_t now, const char *name, const char *text,
                        bool second_boot)
{
    if (!doctor_is_open(d) || !name)
        return;
    if (strcmp(name, "application") == 0) {
        d->known = DOCTOR_APPLICATION;
        d->loader[0] = '\0';
    } else if (strcmp(name, "loader") == 0) {
        d->known = second_boot ? DOCTOR_SECOND_BOOT : DOCTOR_LOADER;
        snprintf(d->loader, sizeof d->loader, "%s", text ? text : "");
    } else {
        doctor_forget(d, now);
        return;
    }
    /* Whoever was recognised spoke in text: noise from before says nothing any more. */
    doctor_clear_window(d);
    d->probe_due = false;
    if (d->search.running)
        doctor_search_recognised(d, now);
    else
        doctor_become(d, now, d->known);
}

void doctor_forget(struct doctor *d, uint64_t now)
{
    if (!doctor_is_open(d))
        return;
    d->known = DOCTOR_LISTENING;
    d->loader[0] = '\0';
    if (d->search.running)
        return;
    doctor_clear_window(d);
    d->probed = d->probe_due = d->search.vain = false;
    d->state = DOCTOR_LISTENING;
    d->since_us = now;
}

/* --- what is heard ------------------------------------------------------------------------ */

static bool only_asks(const struct doctor *d)
{
    return d->asking && d->asking >= d->window_count;
}

static unsigned noise_in(const struct doctor *d)
{
    return (unsigned)__builtin_popcountll(d->window);
}

static bool looks_like_noise(const struct doctor *d)
{
    unsigned noise = noise_in(d);
    return noise >= NOISE_LEAST && noise * 100 >= NOISE_PERCENT * d->window_count;
}

static bool looks_like_text(const struct doctor *d)
{
    unsigned noise = noise_in(d), least = d->state == DOCTOR_GARBAGE ? TEXT_AGAIN : TEXT_LEAST;
    return d->window_count - noise >= least && noise * 100 <= TEXT_PERCENT * d->window_count;
}

static void take_judged(struct doctor *d, enum doctor_byte what, unsigned n)
{
    if (what == DOCTOR_BYTE_DOUBTFUL)
        return;
    for (unsigned i = 0; i < n; i++) {
        d->window = d->window << 1 | (what == DOCTOR_BYTE_NOISE);
        if (d->window_count < WINDOW)
            d->window_count++;
    }
    if (what == DOCTOR_BYTE_NOISE)
        d->noise_last_us = d->heard_us;
}

/*
 * 'C' and nothing else, with pauses: a receiver that waits. In words the letter stands
 * among others, and a burst of them is a drawing.
 */
static void take_asking(struct doctor *d, uint64_t now, uint64_t before, const uint8_t *bytes,
                        size_t n)
{
    size_t run = 0;
    while (run < n && bytes[n - 1 - run] == 'C')
        run++;
    if (run < n) {
        d->asking = 0;
        d->awaits_file = false;
    }
    if (run == 0)
        return;
    if (d->asking == 0 || now - before > ASKING_OVER)
        d->asking_us = now;
    d->asking += (unsigned)run;
    if (d->asking >= 2 && now - d->asking_us >= ASKING_GAP)
        d->awaits_file = true;
}

static void conclude(struct doctor *d, uint64_t now)
{
    if (!looks_like_noise(d))
        d->noise_us = 0;
    else if (d->noise_us == 0)
        d->noise_us = now ? now : 1;
    if (d->awaits_file || looks_like_text(d)) {
        if (d->state == DOCTOR_LISTENING || d->state == DOCTOR_SILENT || d->state == DOCTOR_GARBAGE)
            doctor_become(d, now, d->known == DOCTOR_LISTENING ? DOCTOR_TALKING : d->known);
    }
}

void doctor_input(struct doctor *d, uint64_t now, const uint8_t *bytes, size_t n)
{
    uint64_t before = d->heard_us;
    if (!doctor_is_open(d) || d->transfer || n == 0)
        return;
    if (d->search.running) {
        doctor_search_input(d, now, bytes, n);
        return;
    }
    if (now > time_after(before, WINDOW_OVER)) {
        d->window_count = 0;
        d->window = d->noise_us = 0;
    }
    d->heard_us = now;
    d->received += n;
    d->probe_due = false;
    doctor_judge_bytes(d, bytes, n, take_judged);
    take_asking(d, now, before, bytes, n);
    /* A lone 'C' may be the first of many and is no text of a board that talks. */
    if (d->awaits_file || !only_asks(d))
        conclude(d, now);
}

/* --- what is not heard -------------------------------------------------------------------- */

static uint64_t quiet_since(const struct doctor *d)
{
    uint64_t since = d->since_us > d->heard_us ? d->since_us : d->heard_us;
    return since > d->opened_us ? since : d->opened_us;
}

static bool probe_is_open(const struct doctor *d)
{
    return d->probe_allowed && !d->probed && !d->transfer;
}

static void tick_silence(struct doctor *d, uint64_t now)
{
    uint64_t quiet = quiet_since(d);
    if (now < time_after(quiet, SILENCE) || d->transfer)
        return;
    unsigned text = d->window_count - noise_in(d);
    if (text >= 2 && text == d->window_count && !only_asks(d)) {
        doctor_become(d, now, DOCTOR_TALKING); /* little was said, but it was said */
        return;
    }
    /* What a slow receiver asks for must not be answered by an Enter. */
    if (only_asks(d) && now < time_after(quiet, ASKING_OVER))
        return;
    if (probe_is_open(d) && !d->probe_due && now < time_after(quiet, SILENCE + PROBE_PATIENCE)) {
        d->probe_due = true;
        d->probed_us = now;
    }
    if (now >= time_after(quiet, SILENCE + PROBE_PATIENCE)) {
        d->probe_due = false;
        doctor_become(d, now, DOCTOR_SILENT);
    }
}

/*
 * Where text was heard the rate is right, and a burst of noise is a plug or a reset: only
 * noise that goes on is news. Where none was, the burst is all there is to judge by.
 */
static bool noise_counts(const struct doctor *d)
{
    if (d->noise_us == 0 || d->transfer || d->state == DOCTOR_GARBAGE)
        return false;
    return d->state == DOCTOR_LISTENING || d->state == DOCTOR_SILENT ||
           d->noise_last_us >= time_after(d->noise_us, NOISE_PATIENCE);
}

void doctor_tick(struct doctor *d, uint64_t now)
{
    if (!doctor_is_open(d))
        return;
    if (d->search.running) {
        doctor_search_tick(d, now);
        return;
    }
    if (d->awaits_file && now >= time_after(d->heard_us, ASKING_OVER)) {
        doctor_clear_window(d);
        if (d->state == DOCTOR_TALKING)
            doctor_become(d, now, DOCTOR_LISTENING);
    }
    if (noise_counts(d) && now >= time_after(d->noise_us, NOISE_PATIENCE))
        doctor_become(d, now, DOCTOR_GARBAGE);
    if (d->state == DOCTOR_LISTENING)
        tick_silence(d, now);
}

static uint64_t silence_deadline(const struct doctor *d)
{
    uint64_t quiet = quiet_since(d);
    if (only_asks(d))
        return time_after(quiet, ASKING_OVER);
    bool probing = d->probe_due || !probe_is_open(d) || d->probed_us >= time_after(quiet, SILENCE);
    return time_after(quiet, probing ? SILENCE + PROBE_PATIENCE : SILENCE);
}

uint64_t doctor_deadline(const struct doctor *d)
{
    uint64_t deadline = TIME_NEVER;
    if (!doctor_is_open(d))
        return TIME_NEVER;
    if (d->search.running)
        return doctor_search_deadline(d);
    if (d->transfer)
        return TIME_NEVER;
    if (d->state == DOCTOR_LISTENING)
        deadline = silence_deadline(d);
    if (noise_counts(d))
        deadline = time_min(deadline, time_after(d->noise_us, NOISE_PATIENCE));
    if (d->awaits_file)
        deadline = time_min(deadline, time_after(d->heard_us, ASKING_OVER));
    return deadline;
}

bool doctor_wants_probe(struct doctor *d)
{
    if (!d->probe_due)
        return false;
    d->probe_due = false;
    if (d->search.running)
        d->search.probed = true;
    else
        d->probed = true;
    return true;
}
