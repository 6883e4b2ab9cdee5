#include "session/doctor_internal.h"

#include <string.h>

/* Finding the baud rate: each rate gets a moment to be readable, and one Enter. */

#define LISTEN (1200 * TIME_MS)
/* A board that talks needs no Enter; the port gets time to change its rate. */
#define BEFORE_PROBE (300 * TIME_MS)
/* So much text with so little noise is no chance: nothing better will be found. */
#define SURE_TEXT 24
#define SURE_NOISE_PERCENT 5
/* Noise weighs more than text: half of all bytes are text by chance, also at a wrong rate. */
#define NOISE_WEIGHT 4
/* A prompt after an Enter; less may be its echo misread. */
#define SCORE_LEAST 4

/* The usual ones of such boards first. */
static const uint32_t usual_rates[] = {921600, 115200, 1500000, 460800, 230400,
                                       57600,  38400,  9600,    2000000};
#define USUAL_COUNT (sizeof usual_rates / sizeof usual_rates[0])

static void try_rate(struct doctor *d, uint64_t now)
{
    d->search.good = d->search.bad = 0;
    d->search.only_asking = true;
    d->search.probed = d->probe_due = false;
    d->search.wanted = d->search.rates[d->search.index];
    d->search.until_us = time_after(now, LISTEN);
    d->search.probe_us = time_after(now, BEFORE_PROBE);
    d->partial_count = 0;
}

void doctor_search_begin(struct doctor *d, uint64_t now, uint32_t current)
{
    uint32_t original = current;
    if (!doctor_is_open(d))
        return;
    /* Begun anew while one runs: the port has a rate of that one, not the user's. */
    if (d->search.running)
        original = d->search.original;
    memset(&d->search, 0, sizeof d->search);
    d->search.original = original;
    if (original)
        d->search.rates[d->search.count++] = original;
    for (size_t i = 0; i < USUAL_COUNT; i++) {
        if (usual_rates[i] != original)
            d->search.rates[d->search.count++] = usual_rates[i];
    }
    d->search.running = true;
    d->search.now = current;
    doctor_clear_window(d);
    doctor_become(d, now, DOCTOR_SEARCHING);
    try_rate(d, now);
}

/* --- what is heard at a rate -------------------------------------------------------------- */

static void take_judged(struct doctor *d, enum doctor_byte what, unsigned n)
{
    if (what == DOCTOR_BYTE_TEXT)
        d->search.good += n;
    else if (what == DOCTOR_BYTE_NOISE)
        d->search.bad += n;
}

static uint32_t score(const struct doctor *d)
{
    uint64_t noise = (uint64_t)d->search.bad * NOISE_WEIGHT;
    if (d->search.good <= noise)
        return 0;
    /* A receiver that waits says 'C' once a second and nothing else at any rate. */
    if (d->search.only_asking)
        return d->search.good < SCORE_LEAST ? SCORE_LEAST : d->search.good;
    return d->search.good - (uint32_t)noise;
}

static bool is_sure(const struct doctor *d)
{
    return d->search.good >= SURE_TEXT &&
           (uint64_t)d->search.bad * 100 <
               (uint64_t)SURE_NOISE_PERCENT * (d->search.good + d->search.bad);
}

static void keep_score(struct doctor *d)
{
    uint32_t s = score(d);
    if (s >= SCORE_LEAST && s > d->search.best_score) {
        d->search.best_score = s;
        d->search.best_rate = d->search.rates[d->search.index];
    }
}

/* --- the end ------------------------------------------------------------------------------ */

static void finish(struct doctor *d, uint64_t now)
{
    uint32_t rate = d->search.best_rate ? d->search.best_rate : d->search.original;
    bool noise = d->search.heard > 0;
    d->search.running = false;
    d->search.ended = true;
    d->search.found = d->search.best_rate;
    d->search.vain = !d->search.found;
    /* Whatever it was before, it can be read at no rate now. */
    if (d->search.vain)
        d->known = DOCTOR_LISTENING;
    d->search.wanted = rate != d->search.now ? rate : 0;
    d->probe_due = false;
    doctor_clear_window(d);
    if (d->known != DOCTOR_LISTENING)
        doctor_become(d, now, d->known);
    else if (d->search.found)
        doctor_become(d, now, DOCTOR_TALKING);
    else
        doctor_become(d, now, noise ? DOCTOR_GARBAGE : DOCTOR_SILENT);
    /* Every rate had its Enter. */
    d->probed = true;
}

void doctor_search_drop(struct doctor *d)
{
    if (!d->search.running)
        return;
    d->search.running = false;
    d->search.wanted = d->search.original != d->search.now ? d->search.original : 0;
    d->probe_due = false;
}

void doctor_search_cancel(struct doctor *d)
{
    if (!d->search.running)
        return;
    doctor_search_drop(d);
    doctor_clear_window(d);
    d->state = d->known;
    /* The time is not told here; the rate under trial began a moment ago. */
    d->since_us = d->search.until_us - LISTEN;
}

void doctor_search_recognised(struct doctor *d, uint64_t now)
{
    d->search.best_rate = d->search.now;
    finish(d, now);
}

/* --- driving ------------------------------------------------------------------------------ */

void doctor_search_input(struct doctor *d, uint64_t now, const uint8_t *bytes, size_t n)
{
    d->heard_us = now;
    d->received += n;
    if (d->search.wanted)
        return; /* still of the rate before */
    d->search.heard += n < 1000 ? (uint32_t)n : 1000;
    for (size_t i = 0; i < n; i++)
        d->search.only_asking &= bytes[i] == 'C';
    doctor_judge_bytes(d, bytes, n, take_judged);
    keep_score(d);
    if (is_sure(d)) {
        d->search.best_rate = d->search.rates[d->search.index];
        finish(d, now);
    }
}

void doctor_search_tick(struct doctor *d, uint64_t now)
{
    if (!d->search.probed && !d->search.wanted && now >= d->search.probe_us)
        d->probe_due = true;
    if (now < d->search.until_us)
        return;
    d->search.index++;
    if (d->search.index == d->search.count) {
        d->search.index--;
        finish(d, now);
    } else {
        try_rate(d, now);
    }
}

uint64_t doctor_search_deadline(const struct doctor *d)
{
    if (!d->search.probed && !d->probe_due && !d->search.wanted)
        return time_min(d->search.probe_us, d->search.until_us);
    return d->search.until_us;
}

uint32_t doctor_search_wants_rate(struct doctor *d)
{
    uint32_t rate = d->search.wanted;
    if (!rate || !doctor_is_open(d))
        return 0;
    d->search.wanted = 0;
    d->search.now = rate;
    return rate;
}

bool doctor_search_result(struct doctor *d, uint32_t *found)
{
    if (!d->search.ended)
        return false;
    d->search.ended = false;
    *found = d->search.found;
    return true;
}
