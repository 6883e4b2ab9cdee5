/* The maps of a configuration file whose keys are names of the program: actions and styles. */
#include "ui/config_internal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A mistake at a node's key. */
static struct yaml_node at_key(const struct yaml_node *node)
{
    struct yaml_node at = *node;
    at.line = node->key_line;
    at.column = node->key_column;
    return at;
}

static bool is_map(const struct config_file *f, const struct yaml_node *node)
{
    if (node->kind == YAML_MAP)
        return true;
    if (node->kind == YAML_SCALAR && !node->quoted && node->text[0] == '\0')
        return false; /* "keys:" with nothing behind it */
    schema_report_add(f->report, f->doc, node, "Write an action and its key on each line below it.",
                      "keys must be a map");
    return false;
}

/* --- keys
 * ------------------------------------------------------------------------------------------ */

struct reading {
    const struct config_file *f;
    struct bindings *bindings;
    unsigned said[ACTION_COUNT]; /* ways this file gave a key for, a bit each */
};

static void unknown_action(const struct config_file *f, const struct yaml_node *node)
{
    char words[2048], near[64], hint[128];
    size_t used = 0;
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        int n = snprintf(words + used, sizeof words - used, "%s%s", used ? "|" : "",
                         action_info((enum action)i)->name);
        used += n > 0 && (size_t)n < sizeof words - used ? (size_t)n : 0;
    }
    schema_nearest(node->key, words, near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean \"%s\"?", near);
    else
        snprintf(hint, sizeof hint, "The reference page lists the actions.");
    struct yaml_node at = at_key(node);
    schema_report_add(f->report, f->doc, &at, hint, "there is no action \"%.60s\"", node->key);
}

static void bind_one(struct reading *r, enum action action, const struct yaml_node *node)
{
    const struct config_file *f = r->f;
    const char *name = action_info(action)->name;
    struct key key;
    enum action taken;
    if (node->kind != YAML_SCALAR) {
        schema_report_add(f->report, f->doc, node, "Write one key, or a list of keys.",
                          "the keys of %s must be texts", name);
        return;
    }
    enum bindings_way way = bindings_way(node->text, &key);
    unsigned bit = 1u << way;
    if (way == BINDING_INVALID) {
        schema_report_add(
            f->report, f->doc, node,
            "Write F5, Ctrl-G or Alt-x, \"prefix x\", \"pane x\" or none. Keys that a line is "
            "typed with can only follow prefix or pane.",
            "\"%.60s\" can not be bound to %s", node->text, name);
        return;
    }
    if (r->said[action] & (bit | 1u << BINDING_UNBIND) ||
        (way == BINDING_UNBIND && r->said[action])) {
        schema_report_add(f->report, f->doc, node,
                          "An action has one key of each kind: direct, prefix and pane.",
                          "\"%.60s\" is too much for %s", node->text, name);
        return;
    }
    bindings_set(r->bindings, action, node->text, &taken);
    r->said[action] |= bit;
    if (taken != ACTION_NONE && (r->said[taken] & bit))
        schema_report_add(f->report, f->doc, node, "Choose another key for one of the two.",
                          "\"%.60s\" is bound to both %s and %s", node->text,
                          action_info(taken)->name, name);
}

/* A key that is the prefix never gets as far as an action. */
static void check_prefix_is_free(const struct reading *r, const struct yaml_node *keys)
{
    const struct bindings *b = r->bindings;
    for (unsigned i = ACTION_NONE + 1; b->prefix.code != KEY_NONE && i < ACTION_COUNT; i++) {
        const struct yaml_node *node = yaml_get(keys, action_info((enum action)i)->name);
        if ((r->said[i] & 1u << BINDING_DIRECT && key_same(b->function[i], b->prefix)) ||
            (r->said[i] & 1u << BINDING_IN_PANE && key_same(b->in_pane[i], b->prefix)) ||
            (r->said[i] & 1u << BINDING_AFTER_PREFIX && key_same(b->after_prefix[i], b->prefix)))
            schema_report_add(r->f->report, r->f->doc, node,
                              "Choose another key; the prefix twice sends itself to the board.",
                              "the key of %s is the prefix", node->key);
    }
}

static void read_prefix(const struct config_file *f, const struct yaml_node *node,
                        struct bindings *bindings)
{
    if (node && node->kind == YAML_SCALAR && !bindings_set_prefix(bindings, node->text))
        schema_report_add(f->report, f->doc, node,
                          "Write a key with Ctrl or Alt, such as Ctrl-A, a function key, or none.",
                          "\"%.60s\" can not be the prefix", node->text);
}

void config_read_keys(const struct config_file *f, const struct yaml_node *root,
                      struct bindings *bindings)
{
    const struct yaml_node *prefix = yaml_get(root, "prefix"), *keys = yaml_get(root, "keys");
    struct reading r = {f, bindings, {0}};
    size_t before = f->report->count;
    read_prefix(f, prefix, bindings);
    if (keys && is_map(f, keys)) {
        for (const struct yaml_node *n = keys->first; n; n = n->next) {
            enum action action = action_named(n->key);
            if (action == ACTION_NONE)
                unknown_action(f, n);
            else if (n->kind != YAML_LIST)
                bind_one(&r, action, n);
            else
                for (const struct yaml_node *one = n->first; one; one = one->next)
                    bind_one(&r, action, one);
        }
    }
    check_prefix_is_free(&r, keys);
    /* The last way to every action must not be lost by a slip. */
    if (f->report->count == before && (prefix || keys) && !bindings_reach(bindings, ACTION_PALETTE))
        schema_report_add(f->report, f->doc, keys ? keys : prefix,
                          "Give the action palette a key, such as F2, or keep the prefix.",
                          "no key is left that opens the palette, the list of all actions");
}

/* --- colours
 * ----------------------------------------------------------------------------------------- */

static void unknown_style(const struct config_file *f, const struct yaml_node *node)
{
    static const char words[] = ""
#define STYLE(symbol, name) name "|"
        STYLES(STYLE)
#undef STYLE
        ;
    char near[64], hint[128];
    schema_nearest(node->key, words, near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean \"%s\"?", near);
    else
        snprintf(hint, sizeof hint, "The reference page lists the styles.");
    struct yaml_node at = at_key(node);
    schema_report_add(f->report, f->doc, &at, hint, "there is no style \"%.60s\"", node->key);
}

void config_read_theme(const struct config_file *f, const struct yaml_node *root,
                       struct theme *theme)
{
    const struct yaml_node *colours = yaml_get(root, "colours");
    const char *name = yaml_get_text(root, "theme", NULL);
    if (name)
        theme_named(name, theme); /* the schema has checked the name */
    if (!colours || colours->kind != YAML_MAP)
        return; /* the schema has checked that */
    for (const struct yaml_node *n = colours->first; n; n = n->next) {
        enum style style = style_named(n->key);
        if (style == STYLE_COUNT)
            unknown_style(f, n);
        else if (n->kind == YAML_SCALAR && !theme_parse_look(n->text, &theme->looks[style]))
            schema_report_add(f->report, f->doc, n,
                              "Write colours and attributes, such as \"bold red on blue\", "
                              "\"bright-green\", \"reverse\" or \"default\".",
                              "\"%.60s\" is no look for %s", n->text, n->key);
    }
}
