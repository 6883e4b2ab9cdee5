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
static bool take_number(const char *t, size_t n, size_t *i, size_t count, unsigned max)
{
    unsigned value = 0;
    if (n - *i < count)
        return false;
    for (size_t k = 0; k < count; k++) {
        if (!is_digit(t[*i + k]))
            return false;
        value = value * 10 + (unsigned)(t[*i + k] - '0');
    }
    if (value > max)
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
static bool take_date(const char *t, size_t n, size_t *i)
{
    size_t k = *i;
    if (!take_number(t, n, &k, 4, 9999))
        return false;
    bool separated = take_char(t, n, &k, "-/");
    if (!take_number(t, n, &k, 2, 12) || (separated && !take_char(t, n, &k, "-/")) ||
        !take_number(t, n, &k, 2, 31) || !take_char(t, n, &k, " _T"))
        return false;
    *i = k;
    return true;
}

static bool take_time(const char *t, size_t n, size_t *i)
{
    size_t k = *i;
    if (!take_number(t, n, &k, 2, 23) || !take_char(t, n, &k, ":") ||
        !take_number(t, n, &k, 2, 59) || !take_char(t, n, &k, ":") || !take_number(t, n, &k, 2, 60))
        return false;
    if (k + 1 < n && (t[k] == '.' || t[k] == ',' || t[k] == ':') && is_digit(t[k + 1])) {
        size_t digits = 0;
        for (k++; k < n && is_digit(t[k]) && digits < 9; k++)
            digits++;
    }
    *i = k;
    return true;
}

static void take_zone(const char *t, size_t n, size_t *i)
{
    size_t k = *i;
    if (take_char(t, n, &k, "Z")) {
        *i = k;
    } else if (take_char(t, n, &k, "+-") && take_number(t, n, &k, 2, 14)) {
        take_char(t, n, &k, ":");
        if (take_number(t, n, &k, 2, 59))
            *i = k;
    }
}

static size_t one_stamp(const char *t, size_t n)
{
    size_t i = 0;
    char open = t[0];
    bool bracket = open == '[' || open == '(' || open == '<';
    if (!bracket && !is_digit(open))
        return 0;
    i += bracket;
    take_date(t, n, &i);
    if (!take_time(t, n, &i))
        return 0;
    take_zone(t, n, &i);
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

size_t prefix_host_stamp(const char *text, size_t n)
{
    size_t used = 0;
    /* Two programs may have stamped the same line. */
    for (int k = 0; k < 3 && used < n; k++) {
        size_t more = one_stamp(text + used, n - used);
        if (more == 0)
            break;
        used += more;
    }
    return used;
}
