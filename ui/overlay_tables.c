/* Help and palette: the key table, shown. */
#include "ui/overlay_internal.h"

#include <stdio.h>
#include <string.h>

#include "ui/locale.h"

static void add_group(struct overlay *o, const char *group)
{
    if (o->count)
        overlay_add(o, "", NULL, 0);
    overlay_add(o, _(group), NULL, 1);
}

/* Keys that are not actions: they belong to the line being typed. */
static void add_typing(struct overlay *o, const struct bindings *bindings)
{
    static const struct {
        const char *keys, *title;
    } rows[] = {
        {"Enter", N_("Send the line as it is shown")},
        {"Tab", N_("Complete a command; twice: list them")},
        {"Up, Down", N_("Older and newer lines that begin as typed")},
        {"Ctrl-R", N_("Search older lines")},
        {":", N_("At the front of a line: a command of ours")},
    };
    char prefix[32], twice[80];
    add_group(o, N_("Command line"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        overlay_add(o, rows[i].keys, _(rows[i].title), 0);
    if (bindings->prefix.code == KEY_NONE)
        return;
    key_describe(bindings->prefix, prefix, sizeof prefix);
    snprintf(twice, sizeof twice, "%s %s", prefix, prefix);
    overlay_add(o, twice, _("That key itself, to the board"), 0);
}

void overlay_open_help(struct overlay *o, int purpose, const struct bindings *bindings)
{
    const char *group = "";
    overlay_open_page(o, purpose, _("Keys"));
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const struct action_info *info = action_info((enum action)i);
        char keys[160];
        if (strcmp(info->group, group) != 0)
            add_group(o, info->group);
        group = info->group;
        bindings_describe(bindings, (enum action)i, keys, sizeof keys);
        overlay_add(o, keys[0] ? keys : "-", _(info->title), 0);
    }
    add_typing(o, bindings);
}

void overlay_open_palette(struct overlay *o, int purpose, const struct bindings *bindings)
{
    overlay_open_list(o, purpose, _("What to do?"), false);
    for (unsigned i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const struct action_info *info = action_info((enum action)i);
        char keys[160];
        bindings_describe(bindings, (enum action)i, keys, sizeof keys);
        /* The name of configuration files finds it in every language. */
        if (overlay_add(o, _(info->title), keys[0] ? keys : NULL, (long)i))
            o->items[o->count - 1].also = info->name;
    }
}
