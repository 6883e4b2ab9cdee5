#include "diagnose/redact_internal.h"

#include <string.h>
#include <strings.h>

/* Where firmware and shells show secrets, whatever their value (facts/alios-device.md §5). */

enum value_end {
    END_WORD, /* up to a blank, a comma, a quote: keys and tokens have none */
    END_LINE, /* passwords may hold anything */
    END_URL   /* up to & and what ends a URL */
};

/* Names in front of ':' or '='. `alone`: no letter may stand before it. */
static const struct name {
    const char *text;
    bool alone;
    enum value_end end;
} names[] = {
    {"devicesecret", false, END_WORD},
    {"device_secret", false, END_WORD},
    {"productsecret", false, END_WORD},
    {"product_secret", false, END_WORD},
    {"password", false, END_LINE},
    {"passwd", false, END_LINE},
    {"passphrase", false, END_LINE},
    {"pwd", true, END_LINE},
    {"psk", true, END_LINE},
    {"ds", true, END_WORD},
    {"ossaccesskeyid", false, END_URL},
    {"signature", false, END_URL},
    {"security-token", false, END_URL},
    {"securitytoken", false, END_URL},
    {"x-oss-credential", false, END_URL},
    {"iottoken", false, END_WORD},
    {"devicetoken", false, END_WORD},
    {"authorization", true, END_LINE},
    {"&sign", false, END_URL},
    {"wjap", false, END_LINE},
};
#define NAME_COUNT (sizeof names / sizeof names[0])

/* Commands whose echo holds a secret, and the log line that is one. */
static const char *const commands[] = {"netmgr", "OTA_APP", "[LK-0318]"};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_line_end(uint8_t c)
{
    return c == '\n' || c == '\r';
}

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_quote(uint8_t c)
{
    return c == '"' || c == '\'' || c == '\\';
}

/* Looks back a line at most, and no further than such lines are long. */
static size_t line_start(const uint8_t *t, size_t i)
{
    size_t least = i > 256 ? i - 256 : 0;
    while (i > least && !is_line_end(t[i - 1]))
        i--;
    return i;
}

/* The shell takes 255 characters; without the bound, hostile text would cost time squared. */
#define COMMAND_MAX 600u

static size_t line_end(const uint8_t *t, size_t n, size_t i)
{
    n = n - i > COMMAND_MAX ? i + COMMAND_MAX : n;
    while (i < n && !is_line_end(t[i]))
        i++;
    return i;
}

static bool ends_value(uint8_t c, enum value_end kind)
{
    if (kind == END_LINE)
        return is_line_end(c);
    return is_line_end(c) || (c && strchr(kind == END_URL ? "& \t\"'<>\\" : " \t,;\"'}&\\", c));
}

static size_t value_end(const uint8_t *t, size_t n, size_t i, enum value_end kind, bool quoted)
{
    size_t end = i;
    if (!quoted) {
        while (end < n && !ends_value(t[end], kind))
            end++;
        return end;
    }
    /* A quote inside a password is escaped when the text is JSON, and not when it is a log. */
    while (end < n && !is_line_end(t[end]) && t[end] != '"' && t[end] != '\'')
        end += t[end] == '\\' && end + 1 < n && t[end + 1] != '"' ? 2 : 1;
    end = end < n ? end : n;
    return end > i && t[end - 1] == '\\' ? end - 1 : end;
}

/* A name that ends right before text[i], or NULL; *start is its first character. */
static const struct name *name_before(const uint8_t *t, size_t i, size_t *start)
{
    while (i > 0 && is_blank(t[i - 1]))
        i--;
    while (i > 0 && is_quote(t[i - 1]))
        i--;
    for (size_t k = 0; k < NAME_COUNT; k++) {
        size_t length = strlen(names[k].text);
        if (i < length || strncasecmp((const char *)t + i - length, names[k].text, length) != 0)
            continue;
        *start = i - length;
        if (!names[k].alone || *start == 0 || !is_alnum(t[*start - 1]))
            return &names[k];
    }
    return NULL;
}

/* "ssid:NAME key:PASSWORD": only with the ssid in front is a key one. */
static bool is_wifi_key(const uint8_t *t, size_t colon, size_t *start)
{
    if (colon < 3 || memcmp(t + colon - 3, "key", 3) != 0)
        return false;
    size_t from = line_start(t, colon);
    const uint8_t *ssid = memmem(t + from, colon - from, "ssid", 4);
    if (!ssid)
        return false;
    *start = (size_t)(ssid - t);
    return true;
}

static bool shape_at_sign(const uint8_t *t, size_t n, size_t i, struct redact_range *range)
{
    size_t start, value = i + 1;
    enum value_end kind;
    const struct name *name = name_before(t, i, &start);
    if (name)
        kind = name->end;
    else if (is_wifi_key(t, i, &start))
        kind = END_LINE;
    else
        return false;
    if (!name || strcmp(name->text, "wjap") != 0) {
        while (value < n && is_blank(t[value]))
            value++;
    }
    bool quoted = false;
    for (size_t k = 0;
         k < 2 && value < n && (t[value] == '"' || t[value] == '\\') && kind != END_URL;
         k++, value++)
        quoted = true;
    if (quoted && name == NULL)
        quoted = false; /* a Wi-Fi key may begin with a quote */
    range->trigger = start;
    range->start = value;
    range->end = value_end(t, n, value, kind, quoted);
    return range->end > range->start;
}

/* --- echoed commands --------------------------------------------------------------------- */

/* Behind one argument of the shell: quotes and backslashes as in facts §5.1. */
static size_t skip_argument(const uint8_t *t, size_t stop, size_t i)
{
    bool quoted = i < stop && t[i] == '"';
    for (i += quoted; i < stop; i++) {
        if (t[i] == '\\' && i + 1 < stop)
            i++;
        else if (quoted ? t[i] == '"' : is_blank(t[i]))
            return quoted ? i + 1 : i;
    }
    return stop;
}

static size_t skip_blanks(const uint8_t *t, size_t stop, size_t i)
{
    while (i < stop && is_blank(t[i]))
        i++;
    return i;
}

static bool shape_of_command(const uint8_t *t, size_t n, size_t i, size_t which,
                             struct redact_range *range)
{
    size_t stop = line_end(t, n, i), at = i + strlen(commands[which]);
    /* Arguments in front of the secret: "connect ssid", "pk dn", none. */
    static const unsigned before[COMMAND_COUNT] = {2, 2, 0};
    if (at >= stop || !is_blank(t[at]))
        return false;
    at = skip_blanks(t, stop, at);
    if (which == 0 && (stop - at < 7 || memcmp(t + at, "connect", 7) != 0))
        return false;
    for (unsigned k = 0; k < before[which]; k++)
        at = skip_blanks(t, stop, skip_argument(t, stop, at));
    range->trigger = i;
    range->start = at;
    range->end = stop;
    if (which == 1) {
        /* The transport numbers behind the secret are no secret; a fourth word may be one. */
        range->end = skip_argument(t, stop, at);
        size_t fourth = skip_blanks(t, stop, range->end), after = skip_argument(t, stop, fourth);
        if (after > fourth + 1)
            range->end = after;
    }
    return range->end > range->start;
}

bool redact_next_shape(const uint8_t *t, size_t n, size_t from, struct redact_range *range)
{
    for (size_t i = from; i < n; i++) {
        bool found = false;
        switch (t[i]) {
        case ':':
        case '=':
            found = shape_at_sign(t, n, i, range);
            break;
        case 'n':
        case 'O':
        case '[':
            for (size_t k = 0; k < COMMAND_COUNT && !found; k++) {
                size_t length = strlen(commands[k]);
                if (n - i >= length && memcmp(t + i, commands[k], length) == 0)
                    found = shape_of_command(t, n, i, k, range);
            }
            break;
        default:
            break;
        }
        if (found)
            return true;
    }
    return false;
}

static size_t word_prefix(const uint8_t *t, size_t n, const char *word, bool fold)
{
    size_t length = strlen(word), most = length < n ? length : n;
    for (size_t k = most; k > 0; k--) {
        const char *end = (const char *)t + n - k;
        if (fold ? strncasecmp(end, word, k) == 0 : memcmp(end, word, k) == 0)
            return k;
    }
    return 0;
}

size_t redact_trigger_prefix(const uint8_t *t, size_t n)
{
    size_t longest = 0;
    size_t from = n > 1024 ? n - 1024 : 0;
    for (size_t i = n; i > from; i--) {
        if (is_line_end(t[i - 1])) {
            from = i;
            break;
        }
    }
    /* A trigger word without its value yet: everything from it on is held. */
    for (size_t i = from; i < n; i++) {
        bool held = false;
        for (size_t k = 0; k < COMMAND_COUNT && !held; k++)
            held = n - i >= strlen(commands[k]) &&
                   memcmp(t + i, commands[k], strlen(commands[k])) == 0;
        for (size_t k = 0; k < NAME_COUNT && !held; k++) {
            size_t length = strlen(names[k].text);
            held = n - i >= length && n - i <= length + 8 &&
                   strncasecmp((const char *)t + i, names[k].text, length) == 0 &&
                   (!names[k].alone || i == 0 || !is_alnum(t[i - 1]));
        }
        held = held || (n - i >= 4 && memcmp(t + i, "ssid", 4) == 0);
        if (held)
            return n - i;
    }
    for (size_t k = 0; k < NAME_COUNT; k++) {
        size_t more = word_prefix(t, n, names[k].text, true);
        longest = more > longest ? more : longest;
    }
    for (size_t k = 0; k < COMMAND_COUNT; k++) {
        size_t more = word_prefix(t, n, commands[k], false);
        longest = more > longest ? more : longest;
    }
    size_t more = word_prefix(t, n, "ssid", false);
    return more > longest ? more : longest;
}
