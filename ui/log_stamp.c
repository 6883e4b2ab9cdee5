#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ui/log_view_internal.h"

#define CLOCK_WIDTH 12u /* 22:23:05.123 */
#define START_WIDTH 8u  /* up to 9999.999 s */
#define START_WIDE 12u
#define DELTA_WIDTH 9u

/* One width for all lines, so that texts stand below each other. */
unsigned log_stamp_width(const struct log_view *v)
{
    switch (v->stamps) {
    case STAMPS_CLOCK:
        return CLOCK_WIDTH;
    case STAMPS_DELTA:
        return DELTA_WIDTH;
    case STAMPS_START:
        /* Times never go back: the newest line has the longest stamp. */
        return v->newest_us < 10000 * TIME_S ? START_WIDTH : START_WIDE;
    default:
        return 0;
    }
}

static void start_text(uint64_t time_us, char out[LOG_STAMP_MAX])
{
    snprintf(out, LOG_STAMP_MAX, "%4" PRIu64 ".%03u", time_us / TIME_S,
             (unsigned)(time_us % TIME_S / TIME_MS));
}

static void clock_text(struct log_view *v, uint64_t wall_us, char out[LOG_STAMP_MAX])
{
    time_t second = (time_t)(wall_us / TIME_S);
    struct tm local;
    /* Lines of the same second are many, and localtime is slow. */
    if (!v->clock_text[0] || second != v->clock_second) {
        v->clock_second = second;
        if (!localtime_r(&second, &local) ||
            strftime(v->clock_text, sizeof v->clock_text, "%H:%M:%S", &local) == 0)
            strcpy(v->clock_text, "--:--:--");
    }
    snprintf(out, LOG_STAMP_MAX, "%s.%03u", v->clock_text, (unsigned)(wall_us % TIME_S / TIME_MS));
}

static void delta_text(uint64_t delta_us, char out[LOG_STAMP_MAX])
{
    uint64_t seconds = delta_us / TIME_S;
    if (seconds >= 10000)
        snprintf(out, LOG_STAMP_MAX, "+%" PRIu64 "s", seconds);
    else
        snprintf(out, LOG_STAMP_MAX, "+%" PRIu64 ".%03u", seconds,
                 (unsigned)(delta_us % TIME_S / TIME_MS));
}

void log_stamp_text(struct log_view *v, const struct log_line *line, uint64_t before,
                    char out[LOG_STAMP_MAX])
{
    char text[LOG_STAMP_MAX] = "";
    if (v->stamps == STAMPS_START || (v->stamps == STAMPS_CLOCK && line->wall_us == 0))
        start_text(line->time_us, text);
    else if (v->stamps == STAMPS_CLOCK)
        clock_text(v, line->wall_us, text);
    else if (v->stamps == STAMPS_DELTA && before != UINT64_MAX)
        delta_text(line->time_us > before ? line->time_us - before : 0, text);
    snprintf(out, LOG_STAMP_MAX, "%*.*s", (int)log_stamp_width(v), LOG_STAMP_MAX - 1, text);
}
