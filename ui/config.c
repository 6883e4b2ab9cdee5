#include "ui/config_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parse.h"
#include "ui/typed_text.h"

#define PROJECT_FILE ".otaconsole.yaml"
#define LOG_MEMORY_DEFAULT (64u * 1024u * 1024u)

void ui_config_default(struct ui_config *config)
{
    memset(config, 0, sizeof *config);
    bindings_default(&config->bindings);
    theme_named("dark", &config->theme);
    config->stamps = STAMPS_CLOCK;
    config->probe = true;
    config->log_memory = LOG_MEMORY_DEFAULT;
}

static void free_highlights(struct ui_config *config)
{
    for (size_t i = 0; i < config->highlight_count; i++)
        free(config->highlights[i]);
    config->highlight_count = 0;
}

void ui_config_free(struct ui_config *config)
{
    free(config->board);
    free(config->port);
    free(config->profile);
    free(config->language);
    free_highlights(config);
    config->board = config->port = config->profile = config->language = NULL;
}

/* --- checking
 * ------------------------------------------------------------------------------------------ */

static const char user_place[] =
    "It belongs in your own file, $XDG_CONFIG_HOME/otaconsole/config.yaml (most often "
    "~/.config/otaconsole/config.yaml): a project's file is shared by people with other ports, "
    "keys and screens.";

static void check_owner(const struct config_file *f, const struct yaml_node *root)
{
    const struct schema *schema = ui_config_schema();
    for (const struct yaml_node *n = root->first; f->project && n; n = n->next) {
        struct yaml_node at = *n;
        at.line = n->key_line;
        at.column = n->key_column;
        for (size_t i = 0; i < schema->field_count; i++) {
            if (strcmp(schema->fields[i].key, n->key) == 0 && !config_key_is_for_projects(n->key))
                schema_report_add(f->report, f->doc, &at, user_place,
                                  "%s can not be set in a project's file", n->key);
        }
    }
}

static void check_text(const struct config_file *f, const struct yaml_node *node, const char *what)
{
    if (!node || node->kind != YAML_SCALAR)
        return;
    size_t n = strlen(node->text);
    if (n == 0)
        schema_report_add(f->report, f->doc, node, "Leave the key out, or give a value.",
                          "%s is empty", what);
    else if (n > CONFIG_TEXT_MAX)
        schema_report_add(f->report, f->doc, node, "Shorten it.", "%s is too long", what);
    else if (!typed_text_is_clean(node->text, n))
        schema_report_add(f->report, f->doc, node, "Type it anew.",
                          "%s holds characters that can not be seen", what);
}

/* It becomes part of a path of a message catalogue. */
static void check_language(const struct config_file *f, const struct yaml_node *node)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-@.";
    if (!node || node->kind != YAML_SCALAR)
        return;
    size_t n = strlen(node->text);
    if (n < 1 || n > 32 || strspn(node->text, allowed) != n || node->text[0] == '.')
        schema_report_add(f->report, f->doc, node, "Write en or zh_CN.", "\"%.60s\" is no language",
                          node->text);
}

static void check_highlights(const struct config_file *f, const struct yaml_node *node)
{
    if (!node || node->kind != YAML_LIST)
        return;
    if (node->count > CONFIG_WORDS_MAX)
        schema_report_add(f->report, f->doc, node, "Leave some out.",
                          "highlight has %zu words, more than %d", node->count, CONFIG_WORDS_MAX);
    for (const struct yaml_node *n = node->first; n; n = n->next)
        check_text(f, n, "a word of highlight");
}

/* --- taking over: only what was checked
 * -------------------------------------------------------------------- */

static bool take_text(const struct yaml_node *root, const char *key, char **out)
{
    const char *text = yaml_get_text(root, key, NULL);
    char *copy = text ? strdup(text) : NULL;
    if (!text)
        return true;
    if (copy) {
        free(*out);
        *out = copy;
    }
    return copy != NULL;
}

/* A name stays one; a file that lies beside the configuration file is named from there. */
static bool take_path(const char *from, const struct yaml_node *root, const char *key, char **out)
{
    const char *text = yaml_get_text(root, key, NULL), *slash = strrchr(from, '/');
    char *path = NULL;
    if (!text || text[0] == '/' || !slash)
        return take_text(root, key, out);
    if (asprintf(&path, "%.*s/%s", (int)(slash - from), from, text) < 0)
        return false;
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
        free(path);
        return take_text(root, key, out);
    }
    free(*out);
    *out = path;
    return true;
}

static bool take_highlights(const struct yaml_node *root, struct ui_config *config)
{
    const struct yaml_node *list = yaml_get(root, "highlight");
    if (!list)
        return true;
    free_highlights(config);
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        char *copy = strdup(n->text);
        if (!copy)
            return false;
        config->highlights[config->highlight_count++] = copy;
    }
    return true;
}

static enum log_stamps stamps_named(const char *name, enum log_stamps missing)
{
    static const char *const names[STAMPS_COUNT] = {
        [STAMPS_CLOCK] = "clock",
        [STAMPS_START] = "start",
        [STAMPS_DELTA] = "delta",
        [STAMPS_OFF] = "off",
    };
    for (unsigned i = 0; name && i < STAMPS_COUNT; i++) {
        if (strcmp(names[i], name) == 0)
            return (enum log_stamps)i;
    }
    return missing;
}

static bool take_values(const char *from, const struct yaml_node *root, struct ui_config *config)
{
    const char *baud = yaml_get_text(root, "baud", NULL);
    const char *memory = yaml_get_text(root, "log-memory", NULL);
    if (baud)
        parse_u32(baud, 0, UINT32_MAX, &config->baud);
    if (memory)
        parse_size(memory, 0, UINT32_MAX, &config->log_memory);
    config->stamps = stamps_named(yaml_get_text(root, "time-stamps", NULL), config->stamps);
    config->wrap = yaml_get_bool(root, "wrap", config->wrap);
    config->meanings = yaml_get_bool(root, "meanings", config->meanings);
    config->mouse = yaml_get_bool(root, "mouse", config->mouse);
    config->probe = yaml_get_bool(root, "probe", config->probe);
    return take_path(from, root, "board", &config->board) &&
           take_path(from, root, "profile", &config->profile) &&
           take_text(root, "port", &config->port) &&
           take_text(root, "language", &config->language) && take_highlights(root, config);
}

/* --- one file
 * -------------------------------------------------------------------------------------------- */

/* Mistakes go into config->mistakes; what is right is taken only when there is none. */
static bool apply(struct ui_config *config, const struct yaml_doc *doc, bool project)
{
    const struct yaml_node *root = yaml_root(doc);
    struct config_file f = {doc, &config->mistakes, project};
    struct bindings bindings = config->bindings;
    struct theme theme = config->theme;
    size_t before = config->mistakes.count;
    schema_check(ui_config_schema(), doc, root, f.report);
    if (root->kind != YAML_MAP)
        return true;
    check_owner(&f, root);
    check_text(&f, yaml_get(root, "board"), "board");
    check_text(&f, yaml_get(root, "port"), "port");
    check_text(&f, yaml_get(root, "profile"), "profile");
    check_language(&f, yaml_get(root, "language"));
    check_highlights(&f, yaml_get(root, "highlight"));
    if (!project) {
        config_read_keys(&f, root, &bindings);
        config_read_theme(&f, root, &theme);
    }
    if (config->mistakes.count != before)
        return true;
    config->bindings = bindings;
    config->theme = theme;
    return take_values(yaml_name(doc), root, config);
}

static enum problem_code out_of_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

/* Blanks and comments alone: a file all of whose lines were commented out. */
static bool says_nothing(const char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t stop = end ? (size_t)(end - text) : n;
        while (at < stop && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r'))
            at++;
        if (at < stop && text[at] != '#')
            return false;
        at = stop + 1;
    }
    return true;
}

/* What makes a file unreadable stands among the mistakes too, so that both files are told of. */
static enum problem_code keep_mistake(struct ui_config *config, const struct problem *mistake)
{
    struct schema_report *report = &config->mistakes;
    if (report->count < SCHEMA_PROBLEMS_MAX)
        report->problems[report->count] = *mistake;
    report->count++;
    return PROBLEM_NONE;
}

/* Mistakes go into config->mistakes; the code is of what else went wrong. */
static enum problem_code read_text(struct ui_config *config, bool project, const char *name,
                                   const char *text, size_t n, struct problem *problem)
{
    struct yaml_doc *doc = NULL;
    struct problem mistake = PROBLEM_INIT;
    if (says_nothing(text, n))
        return PROBLEM_NONE;
    enum problem_code code = yaml_load_memory(name, text, n, &doc, &mistake);
    if (code == PROBLEM_CONFIG)
        return keep_mistake(config, &mistake);
    if (code != PROBLEM_NONE)
        return out_of_memory(problem);
    bool fine = apply(config, doc, project);
    yaml_close(doc);
    return fine ? PROBLEM_NONE : out_of_memory(problem);
}

enum problem_code ui_config_load_memory(struct ui_config *config, bool project, const char *name,
                                        const char *text, size_t n, struct problem *problem)
{
    config->mistakes.count = 0;
    enum problem_code code = read_text(config, project, name, text, n, problem);
    return code == PROBLEM_NONE ? schema_report_problem(&config->mistakes, problem) : code;
}

/* --- where the files are
 * ---------------------------------------------------------------------------------- */

static bool is_there(const char *path)
{
    struct stat st;
    /* One that is there and cannot be looked at is a mistake that reading will name. */
    return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool print_path(char *out, size_t n, const char *base, const char *rest)
{
    int length = snprintf(out, n, "%s%s", base, rest);
    return length > 0 && (size_t)length < n;
}

/* *named: the user said so, and it must be there. */
static bool find_user_file(char *out, size_t n, bool *named)
{
    const char *path = getenv("OTACONSOLE_CONFIG"), *base = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    *named = path && path[0];
    if (*named)
        return print_path(out, n, path, "");
    /* A relative base is not valid (XDG base directory specification). */
    if (base && base[0] == '/')
        return print_path(out, n, base, "/otaconsole/config.yaml");
    return home && home[0] == '/' && print_path(out, n, home, "/.config/otaconsole/config.yaml");
}

/* The nearest project file, from the directory upwards. */
static bool find_project_file(const char *directory, char *out, size_t n)
{
    char *real = realpath(directory ? directory : ".", NULL);
    bool found = false;
    while (real && !found) {
        struct stat st;
        found = print_path(out, n, strcmp(real, "/") == 0 ? "" : real, "/" PROJECT_FILE) &&
                stat(out, &st) == 0 && S_ISREG(st.st_mode);
        char *slash = strrchr(real, '/');
        if (!slash || real[1] == '\0')
            break;
        slash[slash == real] = '\0';
    }
    free(real);
    return found;
}

static enum problem_code load_file(struct ui_config *config, const char *path, bool project,
                                   struct problem *problem)
{
    FILE *f = fopen(path, "rbe");
    char *text = f ? malloc(YAML_FILE_MAX + 1) : NULL;
    size_t n = text ? fread(text, 1, YAML_FILE_MAX + 1, f) : 0;
    enum problem_code code = PROBLEM_NONE;
    struct problem mistake;
    if (!text || ferror(f)) {
        problem_set(&mistake, PROBLEM_CONFIG, path, "Check the name and its permissions.",
                    "cannot be read: %s", strerror(errno));
        keep_mistake(config, &mistake);
    } else {
        code = read_text(config, project, path, text, n, problem);
    }
    if (f)
        fclose(f);
    free(text);
    return code;
}

static enum problem_code load_files(struct ui_config *config, const char *user_path,
                                    const char *directory, struct problem *problem)
{
    char user[sizeof config->user_path], project[sizeof config->project_path];
    bool named = false, known;
    enum problem_code code;
    known = user_path ? print_path(user, sizeof user, user_path, "")
                      : find_user_file(user, sizeof user, &named);
    if (named && (!known || !is_there(user)))
        return problem_set(problem, PROBLEM_CONFIG, "OTACONSOLE_CONFIG",
                           "Correct the variable, or unset it.",
                           "the file it names is not there: %.300s", getenv("OTACONSOLE_CONFIG"));
    if (known && is_there(user)) {
        if ((code = load_file(config, user, false, problem)) != PROBLEM_NONE)
            return code;
        memcpy(config->user_path, user, sizeof user);
    }
    if (find_project_file(directory, project, sizeof project)) {
        if ((code = load_file(config, project, true, problem)) != PROBLEM_NONE)
            return code;
        memcpy(config->project_path, project, sizeof project);
    }
    return schema_report_problem(&config->mistakes, problem);
}

enum problem_code ui_config_load(struct ui_config *config, const char *user_path,
                                 const char *directory, struct problem *problem)
{
    const char *no_colour = getenv("NO_COLOR");
    ui_config_default(config);
    enum problem_code code = load_files(config, user_path, directory, problem);
    if (code != PROBLEM_NONE) {
        struct schema_report mistakes = config->mistakes;
        ui_config_free(config);
        ui_config_default(config);
        config->mistakes = mistakes;
    }
    /* https://no-color.org: set and not empty. */
    if (no_colour && no_colour[0])
        config->theme.colour = false;
    return code;
}
