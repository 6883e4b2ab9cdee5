#include "ui/reference.h"

#include <string.h>

#include "ui/config.h"
#include "ui/keys.h"
#include "ui/screen.h"

/* In Markdown a key may be a character of the table itself. */
static void write_key(struct buffer *out, struct key key)
{
    char name[32];
    if (key.code == KEY_NONE)
        return;
    key_describe(key, name, sizeof name);
    buffer_format(out, strcmp(name, "|") == 0 ? "`\\|`" : "`%s`", name);
}

void ui_write_keys(struct buffer *out)
{
    struct bindings b;
    const char *group = "";
    bindings_default(&b);
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_info *info = action_info((enum action)a);
        if (strcmp(info->group, group) != 0) {
            group = info->group;
            buffer_format(out,
                          "\n## %s\n\n| action | after the prefix | in a pane | directly | what it "
                          "does |\n|---|---|---|---|---|\n",
                          group);
        }
        buffer_format(out, "| `%s` | ", info->name);
        write_key(out, b.after_prefix[a]);
        buffer_append_text(out, " | ");
        write_key(out, b.in_pane[a]);
        buffer_append_text(out, " | ");
        write_key(out, b.function[a]);
        buffer_format(out, " | %s |\n", info->title);
    }
}

void ui_write_settings(struct buffer *out)
{
    schema_write_reference(ui_config_schema(), out);
    buffer_append_text(out, "\nStyles that `colours` knows:");
    for (int s = 0; s < STYLE_COUNT; s++)
        buffer_format(out, " `%s`", style_name((enum style)s));
    buffer_append_text(out, ".\n");
}
