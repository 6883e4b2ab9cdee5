#include "diagnose/prefix.h"

/*
 * One reader for the stamps of terminal programs. Seen forms:
 *   [2019-01-30_15:55:26]   [2019-01-30 15:55:26.123]   2019-01-30T15:55:26.123Z
 *   [12:34:56.789]   12:34:56.789 >   12:34:56.789 ->   [20190130 15:55:26]
 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `count` digits with a value up to `max`; moves *i behind them. */
static bool take_number(const char *t, size_t n, size_t *i, size_t count, unsigned max,
                        unsigned *value)
{
    *value = 0;
    if (n - *i < count)
        return false;
    for (size_t k = 0; k < count; k++) {
        if (!is_digit(t[*i + k]))
            return false;
        *value = *value * 10 + (unsigned)(t[*i + k] - '0');
    }
    if (*value > max)
        return false;
    *i += count;
    return true;
}

static bool take_char(const char *t, size_t n, size_t *i, const char *set)
{
    for (; *i < n && *set; set++) {
        if (t[*i] == *set) {
            ++*i;
            return true;
        }
    }
    return false;
}

/* YYYY-MM-DD, YYYY/MM/DD or YYYYMMDD and the separator behind it. */
static void take_date(const char *t, size_t n, size_t *i, struct prefix_time *time)
{
    size_t k = *i;
    time->has_date = false;
    if (!take_number(t, n, &k, 4, 9999, &time->year))
        return;
    bool separated = take_char(t, n, &k, "-/");
    if (!take_number(t, n, &k, 2, 12, &time->month) || (separated && !take_char(t, n, &k, "-/")) ||
        !take_number(t, n, &k, 2, 31, &time->day) || !take_char(t, n, &k, " _T"))
        return;
    time->has_date = true;
    *i = k;
}

static bool take_time(const char *t, size_t n, size_t *i, struct prefix_time *time)
{
    size_t k = *i;
    unsigned hour, minute, second;
    uint64_t unit = 1000000, fraction = 0;
    if (!take_number(t, n, &k, 2, 23, &hour) || !take_char(t, n, &k, ":") ||
        !take_number(t, n, &k, 2, 59, &minute) || !take_char(t, n, &k, ":") ||
        !take_number(t, n, &k, 2, 60, &second))
        return false;
    if (k + 1 < n && (t[k] == '.' || t[k] == ',' || t[k] == ':') && is_digit(t[k + 1])) {
        size_t digits = 0;
        for (k++; k < n && is_digit(t[k]) && digits < 9; k++, digits++) {
            unit /= 10;
            fraction += unit * (uint64_t)(t[k] - '0');
        }
    }
    time->day_us = ((uint64_t)hour * 3600 + minute * 60 + second) * 1000000 + fraction;
    *i = k;
    return true;
}

static void take_zone(const char *t, size_t n, size_t *i, struct prefix_time *time)
{
    size_t k = *i;
    unsigned hours, minutes;
    bool west = k < n && t[k] == '-';
    time->has_zone = false;
    time->zone_minutes = 0;
    if (take_char(t, n, &k, "Z")) {
        time->has_zone = true;
        *i = k;
    } else if (take_char(t, n, &k, "+-") && take_number(t, n, &k, 2, 14, &hours)) {
        take_char(t, n, &k, ":");
        if (!take_number(t, n, &k, 2, 59, &minutes))
            return;
        time->has_zone = true;
        time->zone_minutes = (int)(hours * 60 + minutes) * (west ? -1 : 1);
        *i = k;
    }
}

static size_t one_stamp(const char *t, size_t n, struct prefix_time *time)
{
    size_t i = 0;
    char open = t[0];
    bool bracket = open == '[' || open == '(' || open == '<';
    if (!bracket && !is_digit(open))
        return 0;
    i += bracket;
    take_date(t, n, &i, time);
    if (!take_time(t, n, &i, time))
        return 0;
    take_zone(t, n, &i, time);
    if (bracket) {
        if (!take_char(t, n, &i, open == '[' ? "]" : open == '(' ? ")" : ">"))
            return 0;
        take_char(t, n, &i, " ");
        return i;
    }
    /* Without brackets only a blank tells a stamp from a number such as a MAC address. */
    if (i < n && !take_char(t, n, &i, " \t"))
        return 0;
    if (n - i >= 2 && t[i] == '>' && t[i + 1] == ' ')
        i += 2;
    else if (n - i >= 3 && t[i] == '-' && t[i + 1] == '>' && t[i + 2] == ' ')
        i += 3;
    return i;
}

bool prefix_host_time(const char *text, size_t n, struct prefix_time *time)
{
    return n > 0 && one_stamp(text, n, time) > 0;
}

size_t prefix_host_stamp(const char *text, size_t n)
{
    size_t used = 0;
    struct prefix_time ignored;
    /* Two programs may have stamped the same line. */
    for (int k = 0; k < 3 && used < n; k++) {
        size_t more = one_stamp(text + used, n - used, &ignored);
        if (more == 0)
            break;
        used += more;
    }
    return used;
}
