#include "ui/phrase.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Longer texts stay English: what the lower layers say is shorter (struct problem). */
#define TEXT_MAX 1024
#define VALUE_MAX 512
#define HOLES_MAX 6
/* A sentence in a sentence in a text: "sending failed: block 3 sent again: no answer". */
#define DEPTH_MAX 2
/* "%s: %s" fits every text and says nothing. */
#define LETTERS_LEAST 3

struct span {
    const char *at;
    size_t n;
};

/* --- templates ---------------------------------------------------------------------------- */

/* Fixed texts with a hole between each two: "The %s is %u." has 3 and 2. */
struct template
{
    struct span fixed[HOLES_MAX + 1];
    char kind[HOLES_MAX];      /* the conversion: s d u x c ... */
    unsigned value[HOLES_MAX]; /* which value goes in: "%2$s" is 1 */
    unsigned holes;
};

/* "%.16s", "%2$llu": the conversion's length with its kind and value, or 0 when it is none. */
static size_t read_conversion(const char *text, char *kind, unsigned *value)
{
    size_t at = 1, digits = strspn(text + at, "0123456789");
    if (digits == 1 && text[2] == '$') {
        if (text[1] < '1' || text[1] > '0' + HOLES_MAX)
            return 0;
        *value = (unsigned)(text[1] - '1');
        at = 3;
    }
    at += strspn(text + at, "#0-+");
    at += strspn(text + at, "0123456789.");
    at += strspn(text + at, "hlzjt");
    if (!text[at] || !strchr("sdiuxXcfg", text[at]))
        return 0;
    *kind = text[at];
    return at + 1;
}

/* False for what has more holes than there may be, or a % that is none. */
static bool read_template(const char *text, struct template *t)
{
    const char *begin = text;
    memset(t, 0, sizeof *t);
    for (;;) {
        const char *percent = strchr(begin, '%');
        size_t n = percent ? (size_t)(percent - begin) : strlen(begin);
        t->fixed[t->holes] = (struct span){begin, n};
        if (!percent)
            return true;
        if (t->holes == HOLES_MAX)
            return false;
        t->value[t->holes] = t->holes;
        size_t length = read_conversion(percent, &t->kind[t->holes], &t->value[t->holes]);
        if (length == 0)
            return false;
        t->holes++;
        begin = percent + length;
    }
}

static size_t fixed_length(const struct template *t, size_t *letters)
{
    size_t total = 0;
    *letters = 0;
    for (unsigned i = 0; i <= t->holes; i++) {
        total += t->fixed[i].n;
        for (size_t k = 0; k < t->fixed[i].n; k++)
            *letters += isalpha((unsigned char)t->fixed[i].at[k]) != 0;
    }
    return total;
}

/* Each value of the original once, and nothing else. */
static bool same_values(const struct template *original, const struct template *translation)
{
    unsigned seen = 0;
    if (translation->holes != original->holes)
        return false;
    for (unsigned i = 0; i < translation->holes; i++) {
        unsigned value = translation->value[i];
        if (value >= original->holes || seen & 1u << value ||
            translation->kind[i] != original->kind[value])
            return false;
        seen |= 1u << value;
    }
    return true;
}

/* --- which sentence it was ---------------------------------------------------------------- */

static bool only(struct span s, const char *characters)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr(characters, s.at[i]))
            return false;
    return s.n > 0;
}

static bool fits(char kind, struct span value)
{
    uint32_t code_point;
    switch (kind) {
    case 's':
        return true;
    case 'c':
        return value.n &&
               text_utf8_length((const uint8_t *)value.at, value.n, &code_point) == value.n;
    case 'x':
    case 'X':
        return only(value, "0123456789abcdefABCDEF");
    case 'f':
    case 'g':
        return only(value, "0123456789.-+e");
    default:
        return only(value, "0123456789-");
    }
}

/*
 * Each fixed text where it comes first, the last one at the end; values of words may be
 * empty. The time is that of one look along the text.
 */
static bool match(const struct template *t, struct span text, struct span value[HOLES_MAX])
{
    struct span first = t->fixed[0], last = t->fixed[t->holes];
    if (text.n < first.n + last.n || memcmp(text.at, first.at, first.n) != 0 ||
        memcmp(text.at + text.n - last.n, last.at, last.n) != 0)
        return false;
    const char *at = text.at + first.n, *end = text.at + text.n - last.n;
    for (unsigned i = 0; i < t->holes; i++) {
        struct span next = t->fixed[i + 1];
        const char *to = end;
        if (i + 1 < t->holes) {
            if (next.n == 0)
                return false; /* nothing tells where one value ends and the other begins */
            to = memmem(at, (size_t)(end - at), next.at, next.n);
        }
        if (!to)
            return false;
        value[i] = (struct span){at, (size_t)(to - at)};
        if (!fits(t->kind[i], value[i]))
            return false;
        at = to + next.n;
    }
    return true;
}

/* The translation is shown as it is: control characters and broken UTF-8 make it none. */
static bool is_plain(const char *text)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t n = strlen(text);
    for (size_t i = 0; i < n;) {
        uint32_t code_point = 0;
        size_t length = text_utf8_length(bytes + i, n - i, &code_point);
        if (length == 0 || (code_point < 0x20 && code_point != '\n') ||
            (code_point >= 0x7F && code_point < 0xA0))
            return false;
        i += length;
    }
    return n > 0;
}

struct found {
    struct template translation;
    struct span value[HOLES_MAX];
};

/* The template with the longest fixed text is the one that says most about the text. */
static bool find_template(const struct catalogue *c, struct span text, struct found *found)
{
    size_t best = 0;
    for (uint32_t i = 0; i < catalogue_count(c); i++) {
        const char *original, *translation;
        struct template from, to;
        struct span value[HOLES_MAX];
        size_t letters;
        catalogue_entry(c, i, &original, &translation);
        /* Most differ in the first letter: then there is no need to look further. */
        if ((original[0] != '%' && (text.n == 0 || original[0] != text.at[0])) ||
            !strchr(original, '%') || !read_template(original, &from))
            continue;
        size_t fixed = fixed_length(&from, &letters);
        if (letters >= LETTERS_LEAST && fixed > best && match(&from, text, value) &&
            is_plain(translation) && read_template(translation, &to) && same_values(&from, &to)) {
            best = fixed;
            found->translation = to;
            memcpy(found->value, value, sizeof value);
        }
    }
    return best > 0;
}

/* --- putting it together ------------------------------------------------------------------ */

struct result {
    char *out;
    size_t n, used;
};

static void put(struct result *r, const char *text, size_t n)
{
    size_t room = r->n - 1 - r->used;
    if (n > room) {
        uint32_t code_point;
        size_t whole = 0;
        while (whole < n) {
            size_t length = text_utf8_length((const uint8_t *)text + whole, n - whole, &code_point);
            length = length ? length : 1;
            if (whole + length > room)
                break;
            whole += length;
        }
        n = whole;
        r->n = r->used + n + 1; /* cut: what comes behind does not follow on it */
    }
    memcpy(r->out + r->used, text, n);
    r->used += n;
    r->out[r->used] = '\0';
}

static const char *exact(const struct catalogue *c, const char *text)
{
    const char *found = text[0] ? catalogue_find(c, text) : NULL;
    return found && is_plain(found) ? found : NULL;
}

static void put_text(const struct catalogue *c, struct span text, struct result *r, unsigned depth);

/*
 * Translations have blanks around their values, as versions and files are written in Latin
 * letters; a value in wide characters stands without.
 */
static void close_gap(struct result *r, const char *value)
{
    if ((value[0] & 0x80) && r->used > 1 && r->out[r->used - 1] == ' ' &&
        (r->out[r->used - 2] & 0x80))
        r->out[--r->used] = '\0';
}

/* What follows a value: without its blank where that would stand between wide characters. */
static void put_behind_value(struct result *r, struct span text)
{
    bool wide = r->used && (r->out[r->used - 1] & 0x80) && text.n > 1 && text.at[0] == ' ' &&
                (text.at[1] & 0x80);
    put(r, text.at + wide, text.n - wide);
}

/* One word is a version, a file, a number; several may be a text of ours. */
static void put_value(const struct catalogue *c, struct span value, struct result *r,
                      unsigned depth)
{
    char lower[VALUE_MAX];
    if (depth == DEPTH_MAX || value.n >= sizeof lower || !memchr(value.at, ' ', value.n)) {
        put(r, value.at, value.n);
        return;
    }
    /* "The update" at the front of a sentence is "the update" elsewhere. */
    snprintf(lower, sizeof lower, "%.*s", (int)value.n, value.at);
    const char *found = exact(c, lower);
    if (!found && isupper((unsigned char)lower[0])) {
        lower[0] = (char)tolower((unsigned char)lower[0]);
        found = exact(c, lower);
    }
    if (found) {
        close_gap(r, found);
        put(r, found, strlen(found));
    } else {
        put_text(c, value, r, depth + 1);
    }
}

/* A text as one: false when the catalogue does not have it. */
static bool put_piece(const struct catalogue *c, struct span text, struct result *r, unsigned depth)
{
    char copy[TEXT_MAX];
    struct found f;
    memcpy(copy, text.at, text.n);
    copy[text.n] = '\0';
    const char *found = exact(c, copy);
    if (found) {
        put(r, found, strlen(found));
        return true;
    }
    if (!find_template(c, text, &f))
        return false;
    for (unsigned i = 0; i <= f.translation.holes; i++) {
        put_behind_value(r, f.translation.fixed[i]);
        if (i < f.translation.holes)
            put_value(c, f.value[f.translation.value[i]], r, depth);
    }
    return true;
}

/* Where the sentence that begins at `from` ends, or the next one after that. */
static size_t sentence_end(struct span text, size_t from)
{
    for (size_t i = from; i + 1 < text.n; i++)
        if ((text.at[i] == '.' || text.at[i] == '?') && text.at[i + 1] == ' ')
            return i + 1;
    return text.n;
}

/* Chinese has no blank between sentences: the full stop is as wide as one. */
static bool ends_wide(const struct result *r)
{
    static const char *const marks[] = {"。", "？", "！", "；"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t n = strlen(marks[i]);
        if (r->used >= n && memcmp(r->out + r->used - n, marks[i], n) == 0)
            return true;
    }
    return false;
}

/* The shortest front of the text that is known as it stands: a stop may be in a value. */
static void put_text(const struct catalogue *c, struct span text, struct result *r, unsigned depth)
{
    char whole[TEXT_MAX];
    memcpy(whole, text.at, text.n);
    whole[text.n] = '\0';
    const char *found = exact(c, whole);
    if (found) {
        put(r, found, strlen(found));
        return;
    }
    for (size_t at = 0; at < text.n;) {
        size_t end = at, first = sentence_end(text, at);
        bool known = false;
        if (at && !ends_wide(r))
            put(r, " ", 1);
        while (!known && end < text.n) {
            end = sentence_end(text, end);
            known = put_piece(c, (struct span){text.at + at, end - at}, r, depth);
        }
        if (!known) {
            end = first;
            put(r, text.at + at, end - at);
        }
        at = end + (end < text.n);
    }
}

void phrase_translate(const struct catalogue *c, const char *english, char *out, size_t n)
{
    struct result r = {out, n, 0};
    struct span text = {english, strlen(english)};
    out[0] = '\0';
    if (catalogue_count(c) == 0 || text.n >= TEXT_MAX)
        put(&r, english, text.n);
    else
        put_text(c, text, &r, 0);
}
