#include <time.h>

#include "base/clock.h"
#include "diagnose/prefix.h"
#include "ui/player_internal.h"

#define BAUD 921600u
#define BITS_PER_BYTE 10u
#define DAY_US ((int64_t)86400 * 1000000)
/* A stamp that far from the first one is damage. */
#define LONGEST (3660 * DAY_US)

/* Microseconds since 1970 of a dated stamp: UTC when it has a zone, else the user's own time. */
static int64_t calendar_us(const struct prefix_time *t)
{
    struct tm parts = {.tm_year = (int)t->year - 1900,
                       .tm_mon = (int)t->month - 1,
                       .tm_mday = (int)t->day,
                       .tm_isdst = -1};
    parts.tm_sec = (int)(t->day_us / TIME_S);
    time_t seconds = t->has_zone ? timegm(&parts) - (time_t)t->zone_minutes * 60 : mktime(&parts);
    return (int64_t)seconds * (int64_t)TIME_S + (int64_t)(t->day_us % TIME_S);
}

static int64_t stamp_us(struct player_clock *c, const struct prefix_time *t)
{
    if (t->has_date)
        return calendar_us(t);
    int64_t us = (int64_t)t->day_us + c->days * DAY_US;
    /* Half a day back is midnight; less is another clock or disorder. */
    if (c->stamped && us < c->last - DAY_US / 2) {
        c->days++;
        us += DAY_US;
    }
    return us;
}

static void take_stamp(struct player_clock *c, const struct prefix_time *t)
{
    if (c->stamped && t->has_date != c->dated)
        return;
    int64_t us = stamp_us(c, t);
    if (!c->stamped) {
        c->stamped = true;
        c->dated = t->has_date;
        c->first = us - (int64_t)c->position;
        if (t->has_date && us > 0) {
            c->wall_us = (uint64_t)us;
            c->wall_at = c->position;
        }
    }
    int64_t since = us - c->first;
    c->last = us;
    if (since > (int64_t)c->position && since < LONGEST)
        c->position = (uint64_t)since;
}

uint64_t player_clock_take(struct player_clock *c, const uint8_t *bytes, size_t n, bool first)
{
    struct prefix_time stamp;
    if (first && prefix_host_time((const char *)bytes, n, &stamp))
        take_stamp(c, &stamp);
    uint64_t now = c->position;
    /* What follows comes as fast as the wire carries it, until a stamp knows better. */
    uint64_t bits = (uint64_t)n * BITS_PER_BYTE * TIME_S + c->remainder;
    c->position += bits / BAUD;
    c->remainder = bits % BAUD;
    return now;
}

uint64_t player_clock_wall(const struct player_clock *c, uint64_t position)
{
    return c->wall_us && position >= c->wall_at ? c->wall_us + (position - c->wall_at) : 0;
}
