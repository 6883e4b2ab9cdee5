#include "ui/keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct names {
    const char *after_prefix, *in_pane, *function;
};

static const struct names defaults[] = {{"", "", ""},
#define ACTION(symbol, name, prefix, pane, function, group, title) {prefix, pane, function},
                                        ACTIONS(ACTION)
#undef ACTION
};

static const struct key no_key = {KEY_NONE, false};

static struct key parsed(const char *name)
{
    struct key key = no_key;
    if (name[0])
        key_parse(name, &key);
    return key;
}

void bindings_default(struct bindings *b)
{
    memset(b, 0, sizeof *b);
    b->prefix = (struct key){KEY_CONTROL('T'), false};
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        b->after_prefix[i] = parsed(defaults[i].after_prefix);
        b->in_pane[i] = parsed(defaults[i].in_pane);
        b->function[i] = parsed(defaults[i].function);
    }
}

/* Without these a line cannot be typed, so they are never taken from it. */
static bool is_for_typing(struct key key)
{
    switch (key.code) {
    case KEY_CODE_ENTER:
    case KEY_CODE_TAB:
    case KEY_CODE_ESCAPE:
    case KEY_CONTROL('H'):
    case KEY_CONTROL('J'):
    case 0x7F:
    case KEY_SPECIAL_BACKSPACE:
        return !key.alt;
    default:
        return key.code >= 0x20 && key.code < KEYS_SPECIAL && !key.alt;
    }
}

static void take(struct key *keys, enum action action, struct key key, enum action *taken)
{
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (i != action && key_same(keys[i], key)) {
            *taken = (enum action)i;
            keys[i] = no_key;
        }
    }
    keys[action] = key;
}

/* What stands behind "prefix " or "pane ". */
static const char *behind(const char *text, const char *word)
{
    size_t n = strlen(word);
    if (strncasecmp(text, word, n) != 0 || text[n] != ' ')
        return NULL;
    text += n;
    return text + strspn(text, " ");
}

enum bindings_way bindings_way(const char *text, struct key *key)
{
    const char *rest;
    *key = no_key;
    if (strcasecmp(text, "none") == 0)
        return BINDING_UNBIND;
    if ((rest = behind(text, "prefix")) != NULL)
        return key_parse(rest, key) ? BINDING_AFTER_PREFIX : BINDING_INVALID;
    if ((rest = behind(text, "pane")) != NULL)
        return key_parse(rest, key) ? BINDING_IN_PANE : BINDING_INVALID;
    return key_parse(text, key) && !is_for_typing(*key) ? BINDING_DIRECT : BINDING_INVALID;
}

bool bindings_set(struct bindings *b, enum action action, const char *text, enum action *taken)
{
    struct key key;
    *taken = ACTION_NONE;
    if (action == ACTION_NONE || action >= ACTION_COUNT)
        return false;
    switch (bindings_way(text, &key)) {
    case BINDING_UNBIND:
        b->after_prefix[action] = b->in_pane[action] = b->function[action] = no_key;
        return true;
    case BINDING_AFTER_PREFIX:
        take(b->after_prefix, action, key, taken);
        return true;
    case BINDING_IN_PANE:
        take(b->in_pane, action, key, taken);
        return true;
    case BINDING_DIRECT:
        take(b->function, action, key, taken);
        return true;
    default:
        return false;
    }
}

bool bindings_set_prefix(struct bindings *b, const char *text)
{
    struct key key = no_key;
    if (strcasecmp(text, "none") != 0 && (!key_parse(text, &key) || is_for_typing(key)))
        return false;
    b->prefix = key;
    return true;
}

/* --- lookup ------------------------------------------------------------------------------- */

static bool is_prefix(const struct bindings *b, struct key key)
{
    return key_same(b->prefix, key);
}

static enum action find(const struct bindings *b, const struct key *keys, struct key key)
{
    /* The prefix goes first: in front of everything, and behind itself to the board. */
    if (key.code == KEY_NONE || is_prefix(b, key))
        return ACTION_NONE;
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (key_same(keys[i], key))
            return (enum action)i;
    }
    return ACTION_NONE;
}

enum action bindings_after_prefix(const struct bindings *b, struct key key)
{
    return b->prefix.code == KEY_NONE ? ACTION_NONE : find(b, b->after_prefix, key);
}

enum action bindings_direct(const struct bindings *b, struct key key, bool in_pane)
{
    enum action found = in_pane ? find(b, b->in_pane, key) : ACTION_NONE;
    return found != ACTION_NONE ? found : find(b, b->function, key);
}

static bool works(const struct bindings *b, struct key key)
{
    return key.code != KEY_NONE && !is_prefix(b, key);
}

bool bindings_reach(const struct bindings *b, enum action action)
{
    static const enum action to_pane[] = {ACTION_FOCUS_NEXT, ACTION_FOCUS_LOG,
                                          ACTION_FOCUS_WORKFLOW, ACTION_FOCUS_VERDICT};
    bool prefix = b->prefix.code != KEY_NONE;
    if (works(b, b->function[action]) || (prefix && works(b, b->after_prefix[action])))
        return true;
    /* A key of the panes is only of use where a pane can be reached. */
    for (size_t i = 0; works(b, b->in_pane[action]) && i < sizeof to_pane / sizeof *to_pane; i++) {
        if (works(b, b->function[to_pane[i]]) || (prefix && works(b, b->after_prefix[to_pane[i]])))
            return true;
    }
    return false;
}

static void append(char *out, size_t n, const char *text)
{
    size_t used = strlen(out);
    if (used + strlen(text) < n)
        memcpy(out + used, text, strlen(text) + 1);
}

static void append_key(char *out, size_t n, struct key prefix, struct key key)
{
    char first[32], name[32], whole[80];
    key_describe(prefix, first, sizeof first);
    key_describe(key, name, sizeof name);
    snprintf(whole, sizeof whole, "%s%s%s%s", out[0] ? ", " : "", first, first[0] ? " " : "", name);
    append(out, n, whole);
}

void bindings_describe(const struct bindings *b, enum action action, char *out, size_t n)
{
    if (n == 0)
        return;
    out[0] = '\0';
    if (action >= ACTION_COUNT)
        return;
    if (b->prefix.code != KEY_NONE && works(b, b->after_prefix[action]))
        append_key(out, n, b->prefix, b->after_prefix[action]);
    if (works(b, b->in_pane[action]))
        append_key(out, n, no_key, b->in_pane[action]);
    if (works(b, b->function[action]))
        append_key(out, n, no_key, b->function[action]);
}
