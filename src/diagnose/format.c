#include "diagnose/format.h"

#include <string.h>

/* --- compiling ------------------------------------------------------------------------- */

/* One conversion such as "%-4.3ld" at p; returns its length, or 0. */
static size_t read_conversion(const char *p, enum format_value *value)
{
    size_t i = 1 + strspn(p + 1, "-+ #0123456789.*");
    i += strspn(p + i, "hlzjt");
    switch (p[i]) {
    case 'd':
    case 'i':
    case 'u':
        *value = FORMAT_NUMBER;
        return i + 1;
    case 'x':
    case 'X':
    case 'p':
        *value = FORMAT_HEX;
        return i + 1;
    case 'c':
        *value = FORMAT_CHAR;
        return i + 1;
    case 's':
        *value = FORMAT_TEXT;
        return i + 1;
    default:
        return 0;
    }
}

static void finish_literal(struct format *f, const char *text, size_t length)
{
    f->literals[f->values].text = text;
    f->literals[f->values].length = (uint16_t)length;
}

/* Blanks at either end are lost in many captures: they are no part of the match. */
static void trim(struct format *f)
{
    struct format_literal *first = &f->literals[0], *last = &f->literals[f->values];
    while (first->length && first->text[0] == ' ') {
        first->text++;
        first->length--;
    }
    while (last->length && strchr(" \r\n", last->text[last->length - 1]))
        last->length--;
}

bool format_compile(const char *text, struct arena *arena, struct format *f, const char **why)
{
    size_t n = strlen(text), used = 0;
    char *store = arena_alloc(arena, n + 1, 1);
    char *literal = store;
    memset(f, 0, sizeof *f);
    *why = "out of memory";
    if (!store)
        return false;
    *why = "the format is longer than 4096 bytes";
    if (n > 4096)
        return false;
    for (size_t i = 0; i < n;) {
        enum format_value value = FORMAT_TEXT;
        size_t length = 0;
        if (text[i] == '%' && text[i + 1] == '%') {
            store[used++] = '%';
            i += 2;
            continue;
        }
        if (text[i] != '%') {
            store[used++] = text[i++];
            continue;
        }
        length = read_conversion(text + i, &value);
        *why = "a % begins no conversion that is known (%d %u %x %s %c %p; %% is a percent sign)";
        if (length == 0)
            return false;
        *why = "more than 12 values";
        if (f->values == FORMAT_VALUES_MAX)
            return false;
        finish_literal(f, literal, (size_t)(store + used - literal));
        f->value[f->values++] = value;
        literal = store + used;
        i += length;
    }
    finish_literal(f, literal, (size_t)(store + used - literal));
    trim(f);
    for (unsigned k = 0; k <= f->values; k++) {
        f->weight += f->literals[k].length;
        if (f->literals[k].length > f->literals[f->longest].length)
            f->longest = k;
    }
    *why = "the format has no words of its own, it would match anything";
    return f->weight > 0;
}

/* --- matching --------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t run_of(const char *t, size_t n, size_t i, bool (*test)(char), size_t most)
{
    size_t end = i;
    while (end < n && end - i < most && test(t[end]))
        end++;
    return end;
}

/* Behind the brace that closes the one at t[i]; the end when it never closes. */
static size_t json_end(const char *t, size_t n, size_t i)
{
    unsigned depth = 0;
    bool quoted = false;
    for (; i < n; i++) {
        char c = t[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{') {
            depth++;
        } else if (c == '}' && (depth == 0 || --depth == 0)) {
            return i + 1;
        }
    }
    return n;
}

static size_t text_end(enum format_value value, const char *t, size_t n, size_t i)
{
    size_t end = n;
    if (value == FORMAT_WORD)
        for (end = i; end < n && t[end] != ' ' && t[end] != '\t'; end++)
            continue;
    else if (value == FORMAT_HEX_TEXT)
        end = run_of(t, n, i, is_hex, n);
    else if (value == FORMAT_JSON && i < n && t[i] == '{')
        end = json_end(t, n, i);
    return end;
}

#define NO_MATCH SIZE_MAX

/* The end of value k that begins at t[i], or NO_MATCH. */
static size_t match_value(const struct format *f, unsigned k, const char *t, size_t n, size_t i)
{
    const struct format_literal *next = &f->literals[k + 1];
    size_t end;
    switch (f->value[k]) {
    case FORMAT_NUMBER:
        while (i < n && t[i] == ' ')
            i++;
        if (i < n && (t[i] == '-' || t[i] == '+'))
            i++;
        end = run_of(t, n, i, is_digit, 20);
        return end > i ? end : NO_MATCH;
    case FORMAT_HEX:
        while (i < n && t[i] == ' ')
            i++;
        if (n - i > 2 && t[i] == '0' && t[i + 1] == 'x' && is_hex(t[i + 2]))
            i += 2;
        end = run_of(t, n, i, is_hex, 16);
        return end > i ? end : NO_MATCH;
    case FORMAT_CHAR:
        return i < n ? i + 1 : NO_MATCH;
    default:
        if (next->length) {
            const char *found = memmem(t + i, n - i, next->text, next->length);
            return found ? (size_t)(found - t) : NO_MATCH;
        }
        return text_end(k + 1 < f->values ? FORMAT_WORD : f->value[k], t, n, i);
    }
}

static bool literal_at(const struct format_literal *l, const char *t, size_t n, size_t i)
{
    return n - i >= l->length && memcmp(t + i, l->text, l->length) == 0;
}

size_t format_match(const struct format *f, const char *t, size_t n, size_t from,
                    struct span *values)
{
    size_t i = from;
    if (i > n || !literal_at(&f->literals[0], t, n, i))
        return 0;
    i += f->literals[0].length;
    for (unsigned k = 0; k < f->values; k++) {
        size_t end = match_value(f, k, t, n, i);
        if (end == NO_MATCH || !literal_at(&f->literals[k + 1], t, n, end))
            return 0;
        values[k].offset = (uint32_t)i;
        values[k].length = (uint32_t)(end - i);
        i = end + f->literals[k + 1].length;
    }
    return i;
}

/* Where value k begins when it ends at `end`; the literal before it must stand there. */
static size_t value_start(const struct format *f, unsigned k, const char *t, size_t from,
                          size_t end)
{
    const struct format_literal *before = &f->literals[k];
    size_t i = end;
    if (f->value[k] == FORMAT_NUMBER || f->value[k] == FORMAT_HEX) {
        while (i > from && (f->value[k] == FORMAT_HEX ? is_hex(t[i - 1]) : is_digit(t[i - 1])))
            i--;
        if (i > from && t[i - 1] == '-' && f->value[k] == FORMAT_NUMBER)
            i--;
        /* A width may have padded it. */
        for (size_t pad = 0; pad < 8 && i >= from + before->length; pad++, i--) {
            if (before->length == 0 || literal_at(before, t, end, i - before->length))
                return i;
            if (i == from || t[i - 1] != ' ')
                break;
        }
        return NO_MATCH;
    }
    if (f->value[k] == FORMAT_CHAR)
        return i > from ? i - 1 : NO_MATCH;
    if (before->length == 0) {
        while (i > from && t[i - 1] != ' ')
            i--;
        return i;
    }
    for (i = end; i >= from + before->length; i--) {
        if (literal_at(before, t, end, i - before->length))
            return i;
    }
    return NO_MATCH;
}

size_t format_match_around(const struct format *f, const char *t, size_t n, size_t from,
                           unsigned index, size_t at, size_t *start, struct span *values)
{
    size_t i = at;
    for (unsigned k = index; k-- > 0;) {
        i = value_start(f, k, t, from, i);
        if (i == NO_MATCH || i < from + f->literals[k].length)
            return 0;
        i -= f->literals[k].length;
    }
    *start = i;
    return format_match(f, t, n, i, values);
}
