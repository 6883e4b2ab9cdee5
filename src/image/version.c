#include "image/version.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "device/ota_version.h"
#include "image/version_shape.h"

#define DATE_DIGITS 8

static bool is_digit(char c)
{
    return isdigit((unsigned char)c) != 0;
}

static size_t digits_at(const char *text, size_t n)
{
    size_t k = 0;
    while (k < n && is_digit(text[k]))
        k++;
    return k;
}

unsigned version_date_digits(const char *text, size_t n)
{
    if (digits_at(text, n) != DATE_DIGITS || n < DATE_DIGITS + 5 || text[DATE_DIGITS] != '.')
        return 0;
    size_t time = digits_at(text + DATE_DIGITS + 1, n - DATE_DIGITS - 1);
    return time == 4 || time == 6 ? (unsigned)time : 0;
}

/* The dotted numbers that end at `end`. */
static void find_numbers(const char *v, size_t end, struct version_shape *s)
{
    struct version_number found[VERSION_NUMBERS_MAX] = {{0}};
    unsigned count = 0;
    while (end && !is_digit(v[end - 1]))
        end--;
    while (end && is_digit(v[end - 1]) && count < VERSION_NUMBERS_MAX) {
        size_t at = end;
        while (at && is_digit(v[at - 1]))
            at--;
        found[count++] = (struct version_number){at, end - at};
        if (at < 2 || v[at - 1] != '.' || !is_digit(v[at - 2]))
            break;
        end = at - 1;
    }
    for (unsigned i = 0; i < count; i++)
        s->numbers[i] = found[count - 1 - i];
    s->number_count = count;
}

void version_shape_of(const char *v, size_t n, struct version_shape *s)
{
    *s = (struct version_shape){0};
    while (s->letters < n && !is_digit(v[s->letters]))
        s->letters++;
    s->date_at = n;
    for (size_t i = 0; i < n && !s->date_digits; i++) {
        if (is_digit(v[i]) && (i == 0 || (!is_digit(v[i - 1]) && v[i - 1] != '.'))) {
            s->date_digits = version_date_digits(v + i, n - i);
            s->date_at = s->date_digits ? i : n;
        }
    }
    find_numbers(v, s->date_at, s);
}

/* --- remarks ----------------------------------------------------------------------------- */

struct remarks {
    struct version_remark *list;
    unsigned count;
};

__attribute__((format(printf, 3, 4))) static void remark(struct remarks *r, const char *code,
                                                         const char *format, ...)
{
    va_list args;
    if (r->count == VERSION_REMARKS_MAX)
        return;
    struct version_remark *out = &r->list[r->count++];
    out->code = code;
    va_start(args, format);
    vsnprintf(out->what, sizeof out->what, format, args);
    va_end(args);
}

static void remark_build(struct remarks *r, const char *v)
{
    size_t n = strlen(v), part;
    const char *first = ota_version_part(v, &part);
    bool unexpanded = strstr(v, "$(") || strstr(v, "${");
    if (unexpanded)
        remark(r, "unexpanded",
               "The build did not put a value in: the variable is $(CURRENT_TIME), in make and in "
               "common.mk; \"$(CURRENT_TME)\" is a misspelling.");
    else if (n && v[n - 1] == '-')
        remark(r, "no-time",
               "It ends with '-': the variable behind it was empty. The guide writes "
               "$(CURRENT_TME); the variable is $(CURRENT_TIME).");
    if (n > OTA_VERSION_MAX)
        remark(r, "too-long",
               "It has %zu characters; devices keep %d, and compare and report what is left.", n,
               OTA_VERSION_MAX);
    if (part < strlen(first) && !unexpanded)
        remark(r, "several-images",
               "It has a '_': builds of several images compare only what stands before the first "
               "one, \"%.*s\".",
               (int)(part > 64 ? 64 : part), first);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)v[i];
        if (c > ' ' && c < 0x7f && c != '"' && c != '\\')
            continue;
        remark(r, "characters",
               "It has a blank, a quote, a backslash or a character beyond ASCII: letters, digits, "
               "'.', '-' and '_' come through everywhere.");
        break;
    }
}

static void remark_numbers(struct remarks *r, const char *v, const struct version_shape *a,
                           const struct version_shape *b)
{
    if (a->number_count != b->number_count) {
        remark(r, "form",
               "It has %u number%s where the running one has %u: keep their count, or bytes of "
               "different meaning are compared.",
               a->number_count, a->number_count == 1 ? "" : "s", b->number_count);
        return;
    }
    for (unsigned i = 0; i < a->number_count; i++) {
        if (a->numbers[i].digits == b->numbers[i].digits)
            continue;
        remark(r, "form",
               "\"%.*s\" has %zu digit%s where the running one has %zu: bytes are compared, so "
               "keep their count.",
               (int)(a->numbers[i].digits > 20 ? 20 : a->numbers[i].digits), v + a->numbers[i].at,
               a->numbers[i].digits, a->numbers[i].digits == 1 ? "" : "s", b->numbers[i].digits);
        return;
    }
}

static void remark_form(struct remarks *r, const char *v, const struct version_shape *s)
{
    if (!s->number_count && !s->date_digits)
        remark(r, "form",
               "It has no number that could grow: app-1.0.0-20180601.1234 is the usual "
               "form.");
    else if (!s->date_digits && v[0] && v[strlen(v) - 1] != '-' && !strchr(v, '$'))
        remark(r, "form",
               "It has no build time: app-1.0.0-YYYYMMDD.HHMM is the usual form, and "
               "tells two builds of one number apart.");
}

static void remark_against(struct remarks *r, const char *v, const struct version_shape *a,
                           const char *running)
{
    struct version_shape b;
    version_shape_of(running, strlen(running), &b);
    if (a->letters != b.letters || strncmp(v, running, a->letters) != 0)
        remark(r, "form",
               "It begins with \"%.*s\" and the running one with \"%.*s\": keep letters and their "
               "case.",
               (int)(a->letters > 32 ? 32 : a->letters), v, (int)(b.letters > 32 ? 32 : b.letters),
               running);
    remark_numbers(r, v, a, &b);
    if (a->date_digits && b.date_digits && a->date_digits != b.date_digits)
        remark(r, "form",
               "Its time has %u digits and that of the running one %u: releases before 3.1 write "
               "hours and minutes, later ones seconds too.",
               a->date_digits, b.date_digits);
}

unsigned version_remarks(const char *version, const char *running,
                         struct version_remark remarks[VERSION_REMARKS_MAX])
{
    struct remarks r = {.list = remarks};
    struct version_shape shape;
    version_shape_of(version, strlen(version), &shape);
    remark_build(&r, version);
    remark_form(&r, version, &shape);
    if (running && running[0])
        remark_against(&r, version, &shape, running);
    return r.count;
}
