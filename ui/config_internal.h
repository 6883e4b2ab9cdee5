/* What the files of the configuration share. */
#ifndef OTACONSOLE_UI_CONFIG_INTERNAL_H
#define OTACONSOLE_UI_CONFIG_INTERNAL_H

#include "ui/config.h"

#define CONFIG_TEXT_MAX 1023u /* board, port, profile, a highlight word */

/* Whether a project file may hold this key; a key that is in no schema may not. */
bool config_key_is_for_projects(const char *key);

struct config_file {
    const struct yaml_doc *doc;
    struct schema_report *report;
    bool project;
};

/* prefix and keys: into `bindings`; mistakes into the report. */
void config_read_keys(const struct config_file *f, const struct yaml_node *root,
                      struct bindings *bindings);
/* theme and colours. */
void config_read_theme(const struct config_file *f, const struct yaml_node *root,
                       struct theme *theme);

#endif
