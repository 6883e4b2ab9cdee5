#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct problem_row {
    const char *name;
    int exit_status;
    const char *meaning;
};

static const struct problem_row rows[PROBLEM_CODE_COUNT] = {
#define PROBLEM(symbol, name, exit_status, meaning) {name, exit_status, meaning},
#include "base/problem_codes.h"
#undef PROBLEM
};

static const struct problem_row *row_of(enum problem_code code)
{
    if ((unsigned)code >= PROBLEM_CODE_COUNT)
        code = PROBLEM_INTERNAL;
    return &rows[code];
}

const char *problem_name(enum problem_code code)
{
    return row_of(code)->name;
}

enum problem_code problem_named(const char *name, enum problem_code missing)
{
    for (unsigned i = 0; i < PROBLEM_CODE_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return (enum problem_code)i;
    }
    return missing;
}

int problem_exit_status(enum problem_code code)
{
    return row_of(code)->exit_status;
}

const char *problem_meaning(enum problem_code code)
{
    return row_of(code)->meaning;
}

static void format_into(char *out, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* vsnprintf may cut inside a UTF-8 sequence; a half character would upset JSON readers. */
static void format_into(char *out, size_t size, const char *format, va_list args)
{
    int n = vsnprintf(out, size, format, args);
    if (n < 0) {
        out[0] = '\0';
        return;
    }
    if ((size_t)n < size)
        return;
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)out[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0 && (unsigned char)out[end - 1] >= 0xC0)
        end--;
    if (end < size - 1 && (unsigned char)out[size - 2] < 0x80)
        end = size - 1;
    out[end] = '\0';
}

static void copy_into(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void copy_into(char *out, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    format_into(out, size, format, args);
    va_end(args);
}

enum problem_code problem_set(struct problem *p, enum problem_code code, const char *where,
                              const char *hint, const char *what_format, ...)
{
    /* The arguments may point into *p itself (re-wrapping a problem), so build aside first. */
    struct problem fresh;
    fresh.code = code;
    copy_into(fresh.where, sizeof fresh.where, "%s", where ? where : "");
    copy_into(fresh.hint, sizeof fresh.hint, "%s", hint ? hint : "");
    va_list args;
    va_start(args, what_format);
    format_into(fresh.what, sizeof fresh.what, what_format, args);
    va_end(args);
    *p = fresh;
    return code;
}

void problem_where(struct problem *p, const char *format, ...)
{
    char fresh[sizeof p->where];
    va_list args;
    va_start(args, format);
    format_into(fresh, sizeof fresh, format, args);
    va_end(args);
    memcpy(p->where, fresh, sizeof fresh);
}

void problem_hint(struct problem *p, const char *format, ...)
{
    char fresh[sizeof p->hint];
    va_list args;
    va_start(args, format);
    format_into(fresh, sizeof fresh, format, args);
    va_end(args);
    memcpy(p->hint, fresh, sizeof fresh);
}
