#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "device/ota_version.h"
#include "image/version.h"
#include "image/version_shape.h"

#define PART_MAX 160
#define DATE_AND_DOT 9 /* YYYYMMDD. */

/* What a bump had to do beyond counting one up. */
struct bump {
    bool counted;  /* the last number is one up */
    bool carried;  /* a 9 became 0 */
    bool appended; /* all were 9, or there were none */
    bool dated;    /* a date became today's */
    bool mended;   /* an empty variable became today's date */
    bool kept;     /* its date is later than today's: the clock is wrong, or was */
};

static void format_date(const struct tm *now, unsigned digits, char *out, size_t size)
{
    if (!strftime(out, size, digits == 6 ? "%Y%m%d.%H%M%S" : "%Y%m%d.%H%M", now))
        out[0] = '\0';
}

/* An unexpanded $(NAME), and the '-' that is left when it was empty. */
static void mend(const char *version, char *out, size_t size, bool *mended)
{
    size_t n = 0;
    for (const char *p = version; *p && n + 1 < size;) {
        if (p[0] == '$' && (p[1] == '(' || p[1] == '{')) {
            const char *end = strpbrk(p, ")}");
            p = end ? end + 1 : p + strlen(p);
            *mended = true;
            continue;
        }
        out[n++] = *p++;
    }
    *mended |= n && out[n - 1] == '-';
    while (n && out[n - 1] == '-')
        n--;
    out[n] = '\0';
}

/* One up, over all of the numbers as one: false when all digits were 9 (they are left). */
static bool count_up(char *v, const struct version_shape *s, struct bump *b)
{
    char before[PART_MAX];
    snprintf(before, sizeof before, "%s", v);
    for (unsigned i = s->number_count; i-- > 0;) {
        for (size_t k = s->numbers[i].digits; k-- > 0;) {
            char *digit = &v[s->numbers[i].at + k];
            if (*digit != '9') {
                ++*digit;
                return true;
            }
            *digit = '0';
        }
        b->carried = true;
    }
    memcpy(v, before, strlen(before));
    b->carried = false;
    return false;
}

/* The same text with today's date in the place of its own, or behind it when it lacks one. */
static void put_date(const char *v, const struct tm *now, struct buffer *out, struct bump *b)
{
    struct version_shape s;
    char date[24];
    version_shape_of(v, strlen(v), &s);
    format_date(now, s.date_digits ? s.date_digits : 4, date, sizeof date);
    if (b->kept)
        buffer_append_text(out, v);
    else if (s.date_digits)
        buffer_format(out, "%.*s%s%s", (int)s.date_at, v, date,
                      v + s.date_at + DATE_AND_DOT + s.date_digits);
    else
        buffer_format(out, "%s%s%s", v, b->mended ? "-" : "", b->mended ? date : "");
    b->dated = s.date_digits && !b->kept;
}

/* What every rule compares, the part before the first '_', becomes larger. */
static void bump_part(char *part, bool longer, struct buffer *out, struct bump *b)
{
    struct version_shape s;
    size_t at = strlen(part);
    version_shape_of(part, at, &s);
    bool larger = !longer && count_up(part, &s, b);
    /* A date alone grows by itself, unless a clock is wrong. */
    if (larger || (!longer && !s.number_count && s.date_digits)) {
        b->counted = larger;
        buffer_append_text(out, part);
        return;
    }
    /* Nothing larger has as many digits: '.' sorts behind '-', so one more number does it. */
    if (s.number_count)
        at = s.numbers[s.number_count - 1].at + s.numbers[s.number_count - 1].digits;
    else if (s.date_digits)
        at = s.date_at + DATE_AND_DOT + s.date_digits;
    buffer_format(out, "%.*s.1%s", (int)at, part, part + at);
    b->appended = true;
    b->kept = !s.number_count && s.date_digits;
}

/* `longer`: with one more number, whether or not one could be counted up. */
static bool make(const char *base, bool longer, const struct tm *now, char *out, size_t size,
                 struct bump *b)
{
    char mended[PART_MAX], part[PART_MAX];
    struct buffer whole = {0}, dated = {0};
    size_t n;
    *b = (struct bump){0};
    if (strlen(base) >= PART_MAX)
        return false;
    mend(base, mended, sizeof mended, &b->mended);
    const char *first = ota_version_part(mended, &n);
    memcpy(part, first, n);
    part[n] = '\0';
    bump_part(part, longer, &whole, b);
    buffer_append_text(&whole, first + n);
    put_date(buffer_text(&whole), now, &dated, b);
    bool fits = !whole.failed && !dated.failed && dated.length <= OTA_VERSION_MAX;
    snprintf(out, size, "%s", fits ? buffer_text(&dated) : "");
    buffer_free(&whole);
    buffer_free(&dated);
    return fits;
}

static bool taken_by(const char *running, const char *offered)
{
    return ota_version_accepts(running, offered) && ota_version_accepts_part(running, offered);
}

static void say(struct version_next *next, const char *sentence)
{
    size_t used = strlen(next->why);
    snprintf(next->why + used, sizeof next->why - used, "%s%s", used ? " " : "", sentence);
}

static void explain(const char *base, const char *version, const struct bump *b,
                    struct version_next *next)
{
    if (strcmp(base, version) != 0)
        snprintf(
            next->why, sizeof next->why,
            "What follows %.64s is not larger than the running %.64s, so it goes on from that.",
            version, base);
    if (b->appended)
        say(next, "There is no larger number of as many digits, and devices compare bytes: one "
                  "more number behind them counts as larger.");
    else if (b->carried)
        say(next, "The last number is one up, the 9 carried to the one before it: devices compare "
                  "bytes, and 10 counts as less than 9.");
    else if (b->counted)
        say(next, "The last number is one up, with as many digits as before.");
    if (b->mended)
        say(next, "The build time was missing and is that of now; in the makefile it is "
                  "$(CURRENT_TIME).");
    else if (b->dated)
        say(next, "The build time is that of now.");
}

bool version_next(const char *version, const char *running, const struct tm *now,
                  struct version_next *next)
{
    const char *bases[] = {version, version, running, running};
    struct bump b;
    memset(next, 0, sizeof *next);
    for (size_t i = 0; i < 4; i++) {
        if (!bases[i] || !bases[i][0] ||
            !make(bases[i], i % 2 == 1, now, next->version, sizeof next->version, &b))
            continue;
        if (taken_by(bases[i], next->version) && (!running || taken_by(running, next->version))) {
            explain(bases[i], version, &b, next);
            return true;
        }
    }
    next->version[0] = '\0';
    snprintf(
        next->why, sizeof next->why,
        "No version of at most %d characters follows it by bytes: choose another name, such as "
        "app-1.0.0-20180601.1234, and flash it over the serial port.",
        OTA_VERSION_MAX);
    return false;
}
