#include "ui/keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "ui/typed_text.h"

static const struct {
    uint32_t code;
    const char *name;
} names[] = {
    /* The first name of a code is the one shown. */
    {KEY_CODE_ENTER, "Enter"},
    {KEY_CODE_ENTER, "Return"},
    {KEY_CODE_TAB, "Tab"},
    {KEY_CODE_ESCAPE, "Esc"},
    {KEY_CODE_ESCAPE, "Escape"},
    {' ', "Space"},
    {KEY_SPECIAL_UP, "Up"},
    {KEY_SPECIAL_DOWN, "Down"},
    {KEY_SPECIAL_LEFT, "Left"},
    {KEY_SPECIAL_RIGHT, "Right"},
    {KEY_SPECIAL_HOME, "Home"},
    {KEY_SPECIAL_END, "End"},
    {KEY_SPECIAL_PAGE_UP, "PgUp"},
    {KEY_SPECIAL_PAGE_UP, "PageUp"},
    {KEY_SPECIAL_PAGE_DOWN, "PgDn"},
    {KEY_SPECIAL_PAGE_DOWN, "PageDown"},
    {KEY_SPECIAL_INSERT, "Insert"},
    {KEY_SPECIAL_INSERT, "Ins"},
    {KEY_SPECIAL_DELETE, "Delete"},
    {KEY_SPECIAL_DELETE, "Del"},
    {KEY_SPECIAL_BACKSPACE, "Backspace"},
    {KEY_SPECIAL_BACKTAB, "Shift-Tab"},
    {KEY_SPECIAL_BACKTAB, "BackTab"},
};
#define NAME_COUNT (sizeof names / sizeof names[0])

static const struct action_info infos[] = {{"", "", ""},
#define ACTION(symbol, name, prefix, pane, function, group, title) {name, group, title},
                                           ACTIONS(ACTION)
#undef ACTION
};

/* --- description ------------------------------------------------------------------------- */

/* Whether a character shows as itself; controls and text-reordering marks do not. */
static bool shows(const char *utf8, size_t n)
{
    char safe[24];
    uint32_t c;
    return text_utf8_length((const uint8_t *)utf8, n, &c) == n &&
           text_make_safe(safe, sizeof safe, (const uint8_t *)utf8, n) == n;
}

static void describe_code(uint32_t code, char *out, size_t n)
{
    char utf8[5] = "";
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (names[i].code == code) {
            snprintf(out, n, "%s", names[i].name);
            return;
        }
    }
    if (code >= KEY_SPECIAL_F1 && code <= KEY_SPECIAL_F12)
        snprintf(out, n, "F%u", (unsigned)(code - KEY_SPECIAL_F1) + 1);
    else if (code < 0x20)
        snprintf(out, n, "Ctrl-%c", (char)(code + 0x40));
    else if (code == 0x7F)
        snprintf(out, n, "Ctrl-?");
    else if (code < KEYS_SPECIAL && shows(utf8, typed_text_encode(code, utf8)))
        snprintf(out, n, "%s", utf8);
    else
        snprintf(out, n, "U+%04X", (unsigned)code);
}

void key_describe(struct key key, char *out, size_t n)
{
    char code[16] = "";
    if (n == 0)
        return;
    if (key.code != KEY_NONE)
        describe_code(key.code, code, sizeof code);
    snprintf(out, n, "%s%s", key.alt && code[0] ? "Alt-" : "", code);
}

/* --- names back to keys -------------------------------------------------------------------- */

static const char *skip_modifier(const char *text, const char *name)
{
    size_t n = strlen(name);
    /* "C-" alone is no modifier: something must follow. */
    return strncasecmp(text, name, n) == 0 && text[n] ? text + n : NULL;
}

/* Takes "Ctrl-", "C-", "^", "Alt-", "M-", "Meta-" from the front, in any order, each once. */
static const char *parse_modifiers(const char *text, bool *control, bool *alt)
{
    static const struct {
        const char *name;
        bool control;
    } modifiers[] = {{"Ctrl-", true}, {"Control-", true}, {"C-", true}, {"^", true},
                     {"Alt-", false}, {"Meta-", false},   {"M-", false}};
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0] && !again; i++) {
            const char *rest = skip_modifier(text, modifiers[i].name);
            bool *flag = modifiers[i].control ? control : alt;
            if (!rest || *flag)
                continue;
            *flag = again = true;
            text = rest;
        }
    }
    return text;
}

static bool parse_hexadecimal(const char *text, uint32_t *code)
{
    uint32_t value = 0;
    size_t n = strspn(text, "0123456789abcdefABCDEF");
    if (n < 4 || n > 6 || text[n])
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    *code = value;
    return value >= 0x20 && value != 0x7F && value < KEYS_SPECIAL &&
           (value < 0xD800 || value > 0xDFFF);
}

/* A key without modifiers: one character, a name, F1 to F12, U+XXXX. */
static bool parse_plain(const char *text, uint32_t *code)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strcasecmp(text, names[i].name) == 0) {
            *code = names[i].code;
            return true;
        }
    }
    if ((text[0] == 'F' || text[0] == 'f') && n >= 2 && n <= 3 && text[1] >= '1' &&
        strspn(text + 1, "0123456789") == n - 1) {
        unsigned number = 0;
        for (const char *p = text + 1; *p; p++)
            number = number * 10 + (unsigned)(*p - '0');
        *code = KEY_SPECIAL_F1 + number - 1;
        return number <= 12;
    }
    if ((text[0] == 'U' || text[0] == 'u') && text[1] == '+')
        return parse_hexadecimal(text + 2, code);
    return n > 0 && n <= 4 && shows(text, n) && text_utf8_length((const uint8_t *)text, n, code);
}

static bool add_control(uint32_t *code)
{
    uint32_t c = *code;
    if (c >= 'a' && c <= 'z')
        c -= 0x20;
    if (c == '?') {
        *code = 0x7F;
        return true;
    }
    /* Ctrl-@ is NUL, which is KEY_NONE here; a terminal has no other Ctrl keys than these. */
    if (c <= '@' || c > '_')
        return false;
    *code = KEY_CONTROL(c);
    return true;
}

bool key_parse(const char *name, struct key *key)
{
    bool control = false, alt = false;
    uint32_t code = KEY_NONE;
    const char *rest = name;
    if (strcasecmp(name, "Shift-Tab") != 0)
        rest = parse_modifiers(name, &control, &alt);
    if (!parse_plain(rest, &code) || (control && !add_control(&code)))
        return false;
    *key = (struct key){code, alt};
    return true;
}

bool key_same(struct key a, struct key b)
{
    return a.code == b.code && a.alt == b.alt;
}

/* --- actions -------------------------------------------------------------------------------- */

const struct action_info *action_info(enum action action)
{
    return &infos[action < ACTION_COUNT ? action : ACTION_NONE];
}

enum action action_named(const char *name)
{
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (strcmp(infos[i].name, name) == 0)
            return (enum action)i;
    }
    return ACTION_NONE;
}
