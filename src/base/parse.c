#include "base/parse.h"

#include <string.h>

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Reads digits up to the first other character; returns where it stopped, NULL on none or overflow.
 */
static const char *read_number(const char *text, uint64_t *out)
{
    uint64_t base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    uint64_t value = 0;
    const char *start = text;
    for (; *text; text++) {
        int d = digit_value(*text);
        if (d < 0 || (uint64_t)d >= base)
            break;
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)d, &value))
            return NULL;
    }
    *out = value;
    return text == start ? NULL : text;
}

bool parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    uint64_t value;
    const char *end = read_number(text, &value);
    if (!end || *end || value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool parse_u32(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
    uint64_t value;
    if (!parse_u64(text, min, max, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

bool parse_size(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
    uint64_t value;
    const char *end = read_number(text, &value);
    if (!end)
        return false;
    uint64_t unit = 1;
    if (*end == 'k' || *end == 'K')
        unit = 1024;
    else if (*end == 'm' || *end == 'M')
        unit = 1024u * 1024u;
    if (unit != 1)
        end++;
    if (*end || __builtin_mul_overflow(value, unit, &value) || value < min || value > max)
        return false;
    *out = (uint32_t)value;
    return true;
}

bool parse_duration(const char *text, uint64_t max_us, uint64_t *out_us)
{
    static const struct {
        const char *suffix;
        uint64_t us;
    } units[] = {
        {"us", 1}, {"ms", 1000}, {"s", 1000000}, {"m", 60 * 1000000}, {"h", 3600ull * 1000000}};
    uint64_t whole;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return false;
    const char *end = read_number(text, &whole);
    if (!end)
        return false;
    uint64_t fraction = 0, scale = 1;
    if (*end == '.') {
        end++;
        if (*end < '0' || *end > '9')
            return false;
        for (; *end >= '0' && *end <= '9'; end++) {
            if (scale >= 1000000)
                return false;
            fraction = fraction * 10 + (uint64_t)(*end - '0');
            scale *= 10;
        }
    }
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].suffix) != 0)
            continue;
        uint64_t value;
        if (__builtin_mul_overflow(whole, units[i].us, &value) ||
            __builtin_add_overflow(value, fraction * units[i].us / scale, &value) || value > max_us)
            return false;
        *out_us = value;
        return true;
    }
    return false;
}

bool parse_bool(const char *text, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *out = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}
