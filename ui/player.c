#include "ui/player.h"

#include "base/clock.h"
#include "ui/player_internal.h"

#define SPEED_MIN 0.001
#define SPEED_MAX 1e6

const struct player_about *player_about(const struct player *p)
{
    return &p->about;
}

/* --- pace ----------------------------------------------------------------------------------------
 */

static bool runs(const struct player *p)
{
    return p->begun && !p->paused && p->speed > 0;
}

/* How far the recording has been played at `now`. */
static uint64_t position_at(const struct player *p, uint64_t now)
{
    if (!runs(p) || now <= p->anchor_now)
        return p->anchor_us;
    double passed = (double)(now - p->anchor_now) * p->speed;
    return passed < 1e18 ? time_after(p->anchor_us, (uint64_t)passed) : TIME_NEVER;
}

static void anchor(struct player *p, uint64_t now, uint64_t position)
{
    p->anchor_now = now;
    p->anchor_us = position;
}

void player_set_speed(struct player *p, double speed, uint64_t now)
{
    anchor(p, now, position_at(p, now));
    if (!(speed > 0))
        speed = 0;
    else if (speed < SPEED_MIN)
        speed = SPEED_MIN;
    p->speed = speed < SPEED_MAX ? speed : SPEED_MAX;
}

double player_speed(const struct player *p)
{
    return p->speed;
}

void player_pause(struct player *p, bool paused, uint64_t now)
{
    anchor(p, now, position_at(p, now));
    p->paused = paused;
}

bool player_paused(const struct player *p)
{
    return p->paused;
}

/* --- playing
 * -------------------------------------------------------------------------------------- */

/* False when there is no event to be had now. */
static bool have_next(struct player *p)
{
    if (p->next)
        return true;
    if (p->at_end)
        return false;
    enum player_fetched fetched = player_fetch(p);
    p->at_end = fetched == FETCHED_END;
    return fetched == FETCHED_EVENT;
}

static void deliver(struct player *p, const struct event_sink *sink)
{
    struct event event = *p->next;
    if (p->kind == PLAYER_LOG)
        event.wall_us = player_clock_wall(&p->clock, event.time_us);
    else if (p->kind == PLAYER_STREAM && p->started_wall_us)
        event.wall_us = p->started_wall_us + event.time_us;
    sink->emit(sink->user, &event);
    p->played_us = p->next_us;
    p->next = NULL;
}

size_t player_step(struct player *p, uint64_t now, const struct event_sink *sink, size_t limit)
{
    size_t count = 0;
    while (count < limit && !p->paused && have_next(p)) {
        if (!p->begun) {
            p->begun = true;
            anchor(p, now, p->next_us); /* silence before the first event is not waited for */
        }
        if (p->speed > 0 && p->next_us > position_at(p, now))
            break;
        deliver(p, sink);
        if (p->speed == 0)
            anchor(p, now, p->played_us);
        count++;
    }
    return count;
}

uint64_t player_deadline(const struct player *p)
{
    if (p->paused || player_at_end(p))
        return TIME_NEVER;
    /* Not fetched yet, or played at once: as soon as the caller likes. */
    if (!p->next || !runs(p) || p->next_us <= p->anchor_us)
        return p->anchor_now;
    double wait = (double)(p->next_us - p->anchor_us) / p->speed;
    /* One microsecond more, so that rounding does not make it early and the caller spin. */
    return wait < 1e18 ? time_after(p->anchor_now, (uint64_t)wait + 1) : TIME_NEVER;
}

bool player_at_end(const struct player *p)
{
    return p->at_end && !p->next;
}

uint64_t player_position_us(const struct player *p)
{
    return p->played_us;
}
