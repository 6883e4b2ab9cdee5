#include "ui/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/locale.h"

/* --- figures ------------------------------------------------------------------------------ */

static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

/* value / unit, rounded. */
static uint64_t rounded(uint64_t value, uint64_t unit)
{
    return value / unit + (value % unit >= unit - unit / 2);
}

/* A figure of at most four characters and its unit: 999 B, 9.9 kB, 99.9 kB, 100 kB, 1.0 MB. */
static const char *figure(uint64_t value, char *out, size_t n)
{
    uint64_t scale = 1;
    unsigned unit = 0;
    while (rounded(value, scale) >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
        scale *= 1000;
        unit++;
    }
    uint64_t tenths = unit ? rounded(value, scale / 10) : 0;
    if (unit == 0 || tenths >= 1000)
        snprintf(out, n, "%" PRIu64, rounded(value, scale));
    else
        snprintf(out, n, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
    return units[unit];
}

void format_rate(uint64_t bytes_a_second, char *out, size_t n)
{
    char number[24];
    const char *unit = figure(bytes_a_second, number, sizeof number);
    snprintf(out, n, "%s %s/s", number, unit);
}

void format_size(uint64_t bytes, char *out, size_t n)
{
    char number[24];
    const char *unit = figure(bytes, number, sizeof number);
    snprintf(out, n, "%s %s", number, unit);
}

void format_share(uint64_t done, uint64_t total, char *out, size_t n)
{
    char part[32], whole[32];
    const char *part_unit = figure(done, part, sizeof part);
    const char *whole_unit = figure(total, whole, sizeof whole);
    format_size(total, whole, sizeof whole);
    /* "188 of 300 kB": the unit once, if it is the same. */
    if (total == 0 || part_unit != whole_unit)
        format_size(done, part, sizeof part);
    if (total == 0)
        snprintf(out, n, "%s", part);
    else
        snprintf(out, n, _("%s of %s"), part, whole);
}

void format_elapsed(uint64_t us, char *out, size_t n)
{
    uint64_t seconds = us / TIME_S;
    if (us < TIME_S)
        snprintf(out, n, "%" PRIu64 " ms", us / TIME_MS);
    else if (seconds < 60)
        snprintf(out, n, "%" PRIu64 ".%" PRIu64 " s", seconds, us % TIME_S / (100 * TIME_MS));
    else if (seconds < 3600)
        snprintf(out, n, "%" PRIu64 ":%02" PRIu64, seconds / 60, seconds % 60);
    else
        snprintf(out, n, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
}

/* part * scale / whole, also where the product has no room; all of it only at the end. */
static unsigned scaled(uint64_t part, uint64_t whole, unsigned scale)
{
    if (part >= whole)
        return scale;
    while (part > UINT64_MAX / scale) {
        part /= 2;
        whole /= 2;
    }
    uint64_t result = part * scale / whole;
    return result < scale ? (unsigned)result : scale - 1;
}

unsigned format_percent(uint64_t done, uint64_t total)
{
    return total ? scaled(done, total, 100) : 0;
}

void format_copy(char *out, size_t n, const char *text)
{
    size_t used = 0, length = text ? strlen(text) : 0;
    uint32_t c;
    while (used < length) {
        size_t taken = text_utf8_length((const uint8_t *)text + used, length - used, &c);
        if (used + (taken ? taken : 1) >= n)
            break;
        used += taken ? taken : 1;
    }
    memcpy(out, used ? text : "", used);
    out[used] = '\0';
}

unsigned draw_cut(struct screen *s, unsigned row, unsigned column, unsigned columns,
                  enum style style, const char *text, size_t n)
{
    unsigned used;
    if (columns == 0)
        return 0;
    if (screen_text_fit(text, n, columns, &used) == n)
        return screen_put(s, row, column, columns, style, text, n);
    n = screen_text_fit(text, n, columns - 1, &used);
    used = screen_put(s, row, column, columns, style, text, n);
    return used + screen_put_text(s, row, column + used, columns - used, style, "…");
}

void draw_bar(struct screen *s, unsigned row, unsigned column, unsigned columns, uint64_t done,
              uint64_t total)
{
    unsigned filled = total && columns ? scaled(done, total, columns) : 0;
    for (unsigned i = 0; i < columns; i++)
        screen_put_text(s, row, column + i, 1, i < filled ? STYLE_BAR : STYLE_DIM,
                        i < filled ? "█" : "░");
}
