/*
 * The user's settings: $XDG_CONFIG_HOME/otaconsole/config.yaml (keys, colours, habits)
 * and .otaconsole.yaml of the project, looked for from the working directory upwards
 * (board, profile, highlight words). The project's wins over the user's where both
 * speak; the command line wins over both. OTACONSOLE_CONFIG names another user file.
 * A missing file is no mistake, unless OTACONSOLE_CONFIG names it; a wrong one is a
 * `config` problem with file:line:column, every mistake of both files is in `mistakes`,
 * and the UI does not start on half of it.
 *
 * A project file comes with somebody's repository: it can not bind keys, nor name
 * commands to run; what belongs to a person (port, colours, language) is refused with
 * words. Board and profile that are files are looked for beside the file that names them.
 */
#ifndef OTACONSOLE_UI_CONFIG_H
#define OTACONSOLE_UI_CONFIG_H

#include "base/problem.h"
#include "ui/keys.h"
#include "ui/log_view.h"
#include "ui/theme.h"
#include "yaml/schema.h"

#define CONFIG_WORDS_MAX 64

struct ui_config {
    char *board, *port, *profile; /* NULL = not said */
    uint32_t baud;                /* 0 = not said */
    char *language;               /* "en", "zh_CN", NULL = the locale's */
    struct bindings bindings;
    struct theme theme;
    enum log_stamps stamps;
    bool wrap, meanings, mouse, probe; /* probe: an Enter to a board that is silent at first */
    char *highlights[CONFIG_WORDS_MAX];
    size_t highlight_count;
    uint32_t log_memory;                      /* bytes of log kept in memory */
    char user_path[1024], project_path[1024]; /* files that were read, "" = none */
    struct schema_report mistakes;            /* after a `config` problem: all of them */
};

/*
 * Everything from defaults and files, and NO_COLOR. `user_path` and `directory` may be
 * NULL: then the environment and the working directory say. To be freed even after a
 * problem; it holds the defaults then.
 */
enum problem_code ui_config_load(struct ui_config *config, const char *user_path,
                                 const char *directory, struct problem *problem);
/* One text on top of what `config` (ui_config_default, ui_config_load) says; unchanged on mistakes.
 */
enum problem_code ui_config_load_memory(struct ui_config *config, bool project, const char *name,
                                        const char *text, size_t n, struct problem *problem);
void ui_config_default(struct ui_config *config);
void ui_config_free(struct ui_config *config);
/* For the reference page (docs/ui-config.md). */
const struct schema *ui_config_schema(void);

#endif
