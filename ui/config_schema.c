#include "ui/config_internal.h"

#include <string.h>

/* The largest and smallest log kept in memory; log_store.h puts the rest on disk. */
#define LOG_MEMORY_MIN (1024u * 1024u)
#define LOG_MEMORY_MAX (1024u * 1024u * 1024u)

static const struct schema_field fields[] = {
    {"board", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "found out",
     "The board: a name or a board file. Also in .otaconsole.yaml."},
    {"port", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "the only adapter",
     "The port. Not in .otaconsole.yaml: a colleague's is another one."},
    {"baud", SCHEMA_NUMBER, false, 300, 4000000, NULL, NULL, "the board's",
     "The baud rate. Also in .otaconsole.yaml."},
    {"profile", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "The profile opened at the start: a name or a file. Also in .otaconsole.yaml."},
    {"highlight", SCHEMA_LIST, false, 0, 0, NULL, NULL, "none",
     "Words that are marked in the log. Also in .otaconsole.yaml."},
    {"time-stamps", SCHEMA_WORD, false, 0, 0, "clock|start|delta|off", NULL, "clock",
     "What stands in front of lines: the time of day, the time since the start, since the line "
     "before, or nothing. Also in .otaconsole.yaml."},
    {"wrap", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "false",
     "Whether long lines are wrapped; otherwise they scroll sideways. Also in .otaconsole.yaml."},
    {"meanings", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "false",
     "Whether what a log rule knows of a line has a row of its own below it; otherwise it stands "
     "behind the line where there is room. Also in .otaconsole.yaml."},
    {"prefix", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "Ctrl-T",
     "The key that makes the next one a command to otaconsole; twice sends it to the board; none "
     "switches it off."},
    {"keys", SCHEMA_ANY, false, 0, 0, NULL, NULL, "see the help, F1",
     "A map from actions to keys. \"F5\" or \"Ctrl-G\" works everywhere, \"prefix x\" behind the "
     "prefix, \"pane x\" outside the command line, \"none\" takes all keys away; several as a "
     "list."},
    {"theme", SCHEMA_WORD, false, 0, 0, "dark|light|mono", NULL, "dark",
     "Colours for a dark or a light background, or none. NO_COLOR in the environment also means "
     "none."},
    {"colours", SCHEMA_NAMED, false, 0, 0, NULL, NULL, "the theme's",
     "A map from styles to looks such as \"bold red on blue\", \"bright-green\", \"reverse\", "
     "\"default\"."},
    {"language", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "the environment's",
     "The language, such as en or zh_CN."},
    {"mouse", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "false",
     "Whether the mouse scrolls and focuses; the terminal's own selection then needs Shift."},
    {"probe", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "true",
     "Whether a board that is silent at first is sent an Enter to see what it is."},
    {"log-memory", SCHEMA_SIZE, false, LOG_MEMORY_MIN, LOG_MEMORY_MAX, NULL, NULL, "64m",
     "How much of the log is kept in memory; older lines go to a file."},
};
static const struct schema schema = SCHEMA("config", fields);

const struct schema *ui_config_schema(void)
{
    return &schema;
}

bool config_key_is_for_projects(const char *key)
{
    static const char *const keys[] = {"board",       "baud", "profile", "highlight",
                                       "time-stamps", "wrap", "meanings"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    return false;
}
