#include "diagnose/prefix.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t skip_digits(const char *t, size_t n, size_t i)
{
    while (i < n && is_digit(t[i]))
        i++;
    return i;
}

static size_t skip_word(const char *t, size_t n, size_t i)
{
    while (i < n && is_word(t[i]))
        i++;
    return i;
}

static size_t skip_blanks(const char *t, size_t n, size_t i)
{
    while (i < n && (t[i] == ' ' || t[i] == '\t'))
        i++;
    return i;
}

/* "<I>" at t[i]: the level letter, or 0. */
static char level_mark(const char *t, size_t n, size_t i)
{
    if (n - i < 3 || t[i] != '<' || t[i + 2] != '>')
        return 0;
    switch (t[i + 1]) {
    case 'F':
    case 'E':
    case 'W':
    case 'I':
    case 'D':
    case 'V':
        return t[i + 1];
    case 'A': /* LOG_SIMPLE builds */
        return 'V';
    default:
        return 0;
    }
}

static void set_module(struct prefix_segment *s, const char *module, size_t n)
{
    s->module = module;
    s->module_length = n;
}

/*
 * "[091050]<I> " (milliseconds), with details " [  91.050]<I> MOD [func#12] : ".
 * Returns its length, or 0.
 */
static size_t default_prefix(const char *t, size_t n, struct prefix_segment *s)
{
    size_t i = skip_blanks(t, n, 0);
    if (i >= n || t[i] != '[')
        return 0;
    size_t digits = skip_blanks(t, n, i + 1), end = skip_digits(t, n, digits);
    if (end == digits)
        return 0;
    if (end < n && t[end] == '.')
        end = skip_digits(t, n, end + 1);
    if (end >= n || t[end] != ']')
        return 0;
    char level = level_mark(t, n, end + 1);
    if (!level)
        return 0;
    s->level = level;
    i = end + 4;
    if (i < n && t[i] == ' ')
        i++;
    size_t module = skip_word(t, n, i);
    if (module > i && n - module > 2 && t[module] == ' ' && t[module + 1] == '[') {
        size_t function = skip_word(t, n, module + 2);
        if (function < n && t[function] == '#') {
            size_t close = skip_digits(t, n, function + 1);
            if (n - close >= 4 && memcmp(t + close, "] : ", 4) == 0) {
                set_module(s, t + i, module - i);
                i = close + 4;
            }
        }
    }
    return i;
}

/* "func(123): " or "func|123 :: " at t[i]; returns the position behind it, or i. */
static size_t skip_place(const char *t, size_t n, size_t i)
{
    size_t name = skip_word(t, n, i);
    if (name == i || name >= n)
        return i;
    size_t end = skip_digits(t, n, name + 1);
    if (end == name + 1)
        return i;
    if (t[name] == '(' && n - end >= 3 && memcmp(t + end, "): ", 3) == 0)
        return end + 3;
    if (t[name] == '|' && n - end >= 4 && memcmp(t + end, " :: ", 4) == 0)
        return end + 4;
    return i;
}

/* linkkit: "[inf] func(12): ", "[dbg](829085) func(12): ". */
static size_t linkkit_prefix(const char *t, size_t n, struct prefix_segment *s)
{
    static const char words[][4] = {"non", "crt", "err", "wrn", "inf", "dbg", "flw"};
    static const char letters[] = {0, 'F', 'E', 'W', 'I', 'D', 'V'};
    if (n < 6 || t[0] != '[' || t[4] != ']')
        return 0;
    for (size_t k = 0; k < sizeof letters; k++) {
        if (memcmp(t + 1, words[k], 3) != 0)
            continue;
        size_t i = 5;
        if (t[i] == '(') {
            size_t end = skip_digits(t, n, i + 1);
            if (end < n && t[end] == ')')
                i = end + 1;
        }
        i = i < n && t[i] == ' ' ? i + 1 : i;
        s->level = letters[k];
        size_t name = skip_word(t, n, i), end = skip_place(t, n, i);
        if (end > i)
            set_module(s, t + i, name - i);
        return end;
    }
    return 0;
}

/* Other houses: "I (427) boot: ", "[D][ota:143]: ", "[1579511737.377][LK-0313] ". */
static size_t foreign_prefix(const char *t, size_t n, struct prefix_segment *s)
{
    if (n > 4 && memchr("EWIDV", t[0], 5) && t[1] == ' ' && t[2] == '(') {
        size_t end = skip_digits(t, n, 3);
        if (end > 3 && n - end >= 2 && t[end] == ')' && t[end + 1] == ' ') {
            size_t tag = skip_word(t, n, end + 2);
            s->level = t[0];
            if (tag > end + 2 && tag < n && t[tag] == ':')
                set_module(s, t + end + 2, tag - end - 2);
            return end + 2;
        }
    }
    if (n > 5 && t[0] == '[' && memchr("EWIDVC", t[1], 6) && t[2] == ']' && t[3] == '[') {
        const char *end = memchr(t + 4, ']', n - 4);
        if (end && (size_t)(end - t) + 2 < n && end[1] == ':' && end[2] == ' ') {
            s->level = t[1] == 'C' ? 'I' : t[1];
            set_module(s, t + 4, skip_word(t, n, 4) - 4);
            return (size_t)(end - t) + 3;
        }
    }
    if (n > 3 && t[0] == '[' && is_digit(t[1])) {
        size_t end = skip_digits(t, n, 1);
        end = end < n && t[end] == '.' ? skip_digits(t, n, end + 1) : end;
        if (n - end > 4 && memcmp(t + end, "][LK-", 5) == 0)
            return end + 1;
    }
    return 0;
}

/* Second boot: "203: text" (its source line). */
static size_t second_boot_prefix(const char *t, size_t n)
{
    size_t end = skip_digits(t, n, 0);
    return end > 0 && end <= 5 && n - end > 2 && t[end] == ':' && t[end + 1] == ' ' ? end + 2 : 0;
}

static size_t prompt(const char *t, size_t n)
{
    static const struct {
        const char *text;
        size_t length;
    } prompts[] = {{"# ", 2},          {"$ ", 2},        {"MXCHIP> ", 8},
                   {"aos boot# ", 10}, {"2ndboot# ", 9}, {"msh />", 6}};
    /* Nearly every line is dismissed by its first character. */
    char c = t[0];
    if (c != '#' && c != '$' && c != 'M' && c != 'a' && c != '2' && c != 'm')
        return 0;
    for (size_t k = 0; k < sizeof prompts / sizeof prompts[0]; k++) {
        if (n >= prompts[k].length && memcmp(t, prompts[k].text, prompts[k].length) == 0)
            return prompts[k].length;
    }
    return 0;
}

/* The next "[123456]<I>" behind `from`, or n. */
static size_t next_prefix(const char *t, size_t n, size_t from)
{
    const char *p = t + from;
    while ((p = memchr(p, '<', n - (size_t)(p - t))) != NULL) {
        size_t at = (size_t)(p - t);
        if (at > from + 2 && t[at - 1] == ']' && level_mark(t, n, at)) {
            size_t digits = at - 1, blanks;
            while (digits > from && (is_digit(t[digits - 1]) || t[digits - 1] == '.'))
                digits--;
            for (blanks = digits; blanks > from && t[blanks - 1] == ' ';)
                blanks--;
            /* It must move on, or the caller would never end. */
            if (blanks > from + 1 && digits < at - 1 && t[blanks - 1] == '[')
                return blanks - 1;
        }
        p++;
    }
    return n;
}

void prefix_segment(const char *text, size_t n, struct prefix_segment *s)
{
    size_t body = 0, more;
    s->level = 0;
    set_module(s, NULL, 0);
    /* Prompt and prefix may follow each other, and each may be doubled by a splice. */
    for (int k = 0; k < 4 && body < n; k++) {
        const char *t = text + body;
        size_t left = n - body;
        if ((more = default_prefix(t, left, s)) == 0 && (more = prompt(t, left)) == 0 &&
            (more = linkkit_prefix(t, left, s)) == 0 && (more = foreign_prefix(t, left, s)) == 0 &&
            (more = second_boot_prefix(t, left)) == 0 && (more = skip_place(t, left, 0)) == 0)
            break;
        body += more;
    }
    s->text = text;
    s->length = body < n ? next_prefix(text, n, body) : n;
    s->body = body;
}
