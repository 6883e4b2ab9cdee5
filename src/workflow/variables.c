#include "workflow/variables.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/parse.h"
#include "yaml/schema.h"

struct variables {
    struct variable *list;
    size_t count;
};

struct variables *variables_new(void)
{
    return calloc(1, sizeof(struct variables));
}

/* Secrets are wiped before their memory is given back. */
static void forget(struct variable *variable)
{
    if (variable->value && variable->type == VARIABLE_SECRET)
        explicit_bzero(variable->value, strlen(variable->value));
    free(variable->value);
    variable->value = NULL;
}

void variables_free(struct variables *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->count; i++) {
        forget(&v->list[i]);
        free(v->list[i].name);
        free(v->list[i].description);
    }
    free(v->list);
    free(v);
}

const char *variable_type_name(enum variable_type type)
{
    static const char *const names[] = {"string", "secret",   "int", "bool",
                                        "size",   "duration", "file"};
    return names[type];
}

const char *variable_origin_name(enum variable_origin origin)
{
    static const char *const names[] = {"none",    "--set",      "secret file", "environment",
                                        "default", "simulation", "prompt",      "run"};
    return names[origin];
}

static struct variable *find(const struct variables *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++) {
        if (strcmp(v->list[i].name, name) == 0)
            return &v->list[i];
    }
    return NULL;
}

static struct variable *find_or_add(struct variables *v, const char *name)
{
    struct variable *variable = find(v, name);
    if (variable)
        return variable;
    struct variable *grown = realloc(v->list, (v->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    v->list = grown;
    variable = &grown[v->count];
    memset(variable, 0, sizeof *variable);
    variable->name = strdup(name);
    if (!variable->name)
        return NULL;
    v->count++;
    return variable;
}

static bool assign(struct variable *variable, const char *value, enum variable_origin origin)
{
    char *copy = value ? strdup(value) : NULL;
    if (value && !copy)
        return false;
    forget(variable);
    variable->value = copy;
    variable->origin = value ? origin : ORIGIN_NONE;
    return true;
}

static enum problem_code out_of_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

enum problem_code variables_declare(struct variables *v, const char *name, enum variable_type type,
                                    const char *description, const char *value, bool required,
                                    const char *where, struct problem *problem)
{
    struct variable *variable = find_or_add(v, name);
    if (!variable)
        return out_of_memory(problem);
    if (variable->declared && variable->type != type)
        return problem_set(problem, PROBLEM_CONFIG, where,
                           "Use one type in both profiles, or another name.",
                           "variable %s is declared as %s here and as %s elsewhere", name,
                           variable_type_name(type), variable_type_name(variable->type));
    variable->type = type;
    variable->required |= required;
    variable->declared = true;
    if (description && !variable->description)
        variable->description = strdup(description);
    if (value && !variable->value && !assign(variable, value, ORIGIN_DEFAULT))
        return out_of_memory(problem);
    return PROBLEM_NONE;
}

static bool valid_name(const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
            return false;
    }
    return n > 0 && n <= 64;
}

enum problem_code variables_set_assignment(struct variables *v, const char *assignment,
                                           struct problem *problem)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || !valid_name(assignment, (size_t)(equals - assignment)))
        return problem_set(problem, PROBLEM_USAGE, "--set", "Write it as --set name=value.",
                           "it needs a name and a value");
    char name[65];
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    struct variable *variable = find_or_add(v, name);
    if (!variable || !assign(variable, equals + 1, ORIGIN_SET))
        return out_of_memory(problem);
    return PROBLEM_NONE;
}

void variables_set_run(struct variables *v, const char *name, const char *value)
{
    struct variable *variable = find_or_add(v, name);
    if (!variable)
        return;
    variable->declared = true;
    assign(variable, value, ORIGIN_RUN);
}

/* A file of `otaconsole new` that nobody filled in: every name at once. */
static enum problem_code check_placeholders(const struct variables *v, const struct yaml_doc *doc,
                                            struct problem *problem)
{
    const struct yaml_node *first = NULL;
    char names[200] = "";
    size_t used = 0;
    for (const struct yaml_node *n = yaml_root(doc)->first; n; n = n->next) {
        if (n->kind != YAML_SCALAR || strcmp(n->text, VARIABLES_PLACEHOLDER) != 0)
            continue;
        const struct variable *variable = find(v, n->key);
        if (variable && variable->origin == ORIGIN_SET)
            continue;
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     n->key);
        first = first ? first : n;
    }
    if (!first)
        return PROBLEM_NONE;
    return yaml_problem(doc, first, problem,
                        "Write your own values there; a rehearsal (--port sim:) needs no file.",
                        "not filled in yet: %s", names);
}

enum problem_code variables_load_secret_file(struct variables *v, const char *path,
                                             struct problem *problem)
{
    struct stat st;
    struct yaml_doc *doc;
    if (stat(path, &st) != 0)
        return problem_set(problem, PROBLEM_CONFIG, path, "Check the name of --secret-file.",
                           "cannot be read: %s", strerror(errno));
    if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        char hint[320];
        snprintf(hint, sizeof hint, "Run: chmod 600 %.250s", path);
        return problem_set(problem, PROBLEM_CONFIG, path, hint,
                           "other users may read this file of secrets");
    }
    enum problem_code code = yaml_load_file(path, &doc, problem);
    if (code != PROBLEM_NONE)
        return code;
    const struct yaml_node *root = yaml_root(doc);
    if (root->kind != YAML_MAP)
        code = yaml_problem(doc, root, problem, "Write lines of the form name: value.",
                            "a secret file is a map of names to values");
    else
        code = check_placeholders(v, doc, problem);
    for (const struct yaml_node *n = root->first; n && code == PROBLEM_NONE; n = n->next) {
        struct variable *variable = find(v, n->key);
        if (n->kind != YAML_SCALAR)
            code = yaml_problem(doc, n, problem, "Write name: value.", "%s is not a single value",
                                n->key);
        else if (variable && variable->origin == ORIGIN_SET)
            continue;
        else if (!(variable = find_or_add(v, n->key)) ||
                 !assign(variable, n->text, ORIGIN_SECRET_FILE))
            code = out_of_memory(problem);
    }
    for (const struct yaml_node *n = root->first; n; n = n->next) {
        if (n->text)
            explicit_bzero((char *)n->text, strlen(n->text));
    }
    yaml_close(doc);
    return code;
}

/* --- resolving -------------------------------------------------------------------------- */

static const char *from_environment(const char *name)
{
    char key[96] = "OTACONSOLE_VAR_";
    size_t used = strlen(key);
    for (; *name && used + 1 < sizeof key; name++)
        key[used++] = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
    key[used] = '\0';
    return getenv(key);
}

static bool resolve_one(struct variable *variable, const struct variables_sources *sources)
{
    const char *value;
    if (variable->value && variable->origin != ORIGIN_DEFAULT)
        return true;
    if ((value = from_environment(variable->name)) != NULL)
        return assign(variable, value, ORIGIN_ENVIRONMENT);
    if (variable->value)
        return true;
    if (sources && sources->simulation &&
        (value = sources->simulation(sources->user, variable->name)) != NULL)
        return assign(variable, value, ORIGIN_SIMULATION);
    if (variable->required && sources && sources->prompt) {
        char *answer = sources->prompt(sources->user, variable->name, variable->description,
                                       variable->type == VARIABLE_SECRET);
        bool ok = !answer || assign(variable, answer, ORIGIN_PROMPT);
        if (answer)
            explicit_bzero(answer, strlen(answer));
        free(answer);
        return ok;
    }
    return true;
}

static enum problem_code check_file(const struct variable *variable, struct problem *problem)
{
    struct stat st;
    if (variable->value[0] == '\0')
        return PROBLEM_NONE;
    if (stat(variable->value, &st) != 0)
        return problem_set(problem, PROBLEM_INPUT_FILE, variable->value,
                           "Check the path; it is taken relative to the current folder.",
                           "the file for \"%s\" cannot be read: %s", variable->name,
                           strerror(errno));
    if (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size == 0))
        return problem_set(problem, PROBLEM_INPUT_FILE, variable->value, "Name a firmware file.",
                           "the file for \"%s\" is %s", variable->name,
                           S_ISDIR(st.st_mode) ? "a folder" : "empty");
    return PROBLEM_NONE;
}

static enum problem_code check_type(const struct variable *variable, struct problem *problem)
{
    static const char *const expected[] = {
        [VARIABLE_STRING] = "",
        [VARIABLE_SECRET] = "",
        [VARIABLE_INT] = "a whole number",
        [VARIABLE_BOOL] = "true or false",
        [VARIABLE_SIZE] = "a size such as 4096, 0x1000 or 4k",
        [VARIABLE_DURATION] = "a duration such as 500ms or 30s",
        [VARIABLE_FILE] = "",
    };
    uint64_t number;
    uint32_t size;
    bool flag, ok = true;
    switch (variable->type) {
    case VARIABLE_INT:
        ok = parse_u64(variable->value, 0, UINT64_MAX, &number);
        break;
    case VARIABLE_BOOL:
        ok = parse_bool(variable->value, &flag);
        break;
    case VARIABLE_SIZE:
        ok = parse_size(variable->value, 0, UINT32_MAX, &size);
        break;
    case VARIABLE_DURATION:
        ok = parse_duration(variable->value, UINT64_MAX, &number);
        break;
    case VARIABLE_FILE:
        return check_file(variable, problem);
    default:
        break;
    }
    if (ok)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_CONFIG, variable->name, "Give it another value with --set.",
                       "variable %s must be %s, not \"%.80s\" (from %s)", variable->name,
                       expected[variable->type], variable->value,
                       variable_origin_name(variable->origin));
}

static enum problem_code report_missing(const struct variables *v, struct problem *problem)
{
    struct buffer names = {0};
    const struct variable *first = NULL;
    for (size_t i = 0; i < v->count; i++) {
        const struct variable *x = &v->list[i];
        if (!x->required || x->value)
            continue;
        first = first ? first : x;
        buffer_format(&names, "%s%s%s%s%s", names.length ? ", " : "", x->name,
                      x->description ? " (" : "", x->description ? x->description : "",
                      x->description ? ")" : "");
    }
    if (!first) {
        buffer_free(&names);
        return PROBLEM_NONE;
    }
    problem_set(problem, PROBLEM_CONFIG, NULL,
                "Give values with --set name=value, or, for secrets, in a --secret-file "
                "(name: value lines, chmod 600) or as environment OTACONSOLE_VAR_<NAME>.",
                "values are missing for: %s", buffer_text(&names));
    buffer_free(&names);
    return PROBLEM_CONFIG;
}

static enum problem_code report_unknown(const struct variables *v, const struct variable *x,
                                        struct problem *problem)
{
    struct buffer words = {0};
    char near[64], hint[128] = "`otaconsole explain PROFILE` lists its variables.";
    for (size_t i = 0; i < v->count; i++) {
        if (v->list[i].declared)
            buffer_format(&words, "%s%s", words.length ? "|" : "", v->list[i].name);
    }
    schema_nearest(x->name, buffer_text(&words), near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean \"%s\"?", near);
    buffer_free(&words);
    return problem_set(problem, PROBLEM_CONFIG, "--set", hint,
                       "the profile has no variable \"%.64s\"", x->name);
}

enum problem_code variables_resolve(struct variables *v, const struct variables_sources *sources,
                                    struct problem *problem)
{
    for (size_t i = 0; i < v->count; i++) {
        /* A shared secret file may hold more than one profile needs; --set must be meant. */
        if (!v->list[i].declared && v->list[i].origin == ORIGIN_SET)
            return report_unknown(v, &v->list[i], problem);
        if (v->list[i].declared && !resolve_one(&v->list[i], sources))
            return out_of_memory(problem);
    }
    if (report_missing(v, problem) != PROBLEM_NONE)
        return problem->code;
    for (size_t i = 0; i < v->count; i++) {
        if (v->list[i].declared && v->list[i].value &&
            check_type(&v->list[i], problem) != PROBLEM_NONE)
            return problem->code;
    }
    return PROBLEM_NONE;
}

const struct variable *variables_find(const struct variables *v, const char *name)
{
    return find(v, name);
}

size_t variables_count(const struct variables *v)
{
    return v->count;
}

const struct variable *variables_at(const struct variables *v, size_t i)
{
    return i < v->count ? &v->list[i] : NULL;
}

/* --- expansion ------------------------------------------------------------------------------ */

static bool is_run_time(const char *name)
{
    return strncmp(name, "ota.", 4) == 0 || strncmp(name, "device.", 7) == 0 ||
           strncmp(name, "loader.", 7) == 0;
}

static enum problem_code unknown_name(const struct variables *v, const char *name,
                                      const char *where, struct problem *problem)
{
    struct variable x = {.name = (char *)name};
    enum problem_code code = report_unknown(v, &x, problem);
    problem_where(problem, "%s", where ? where : "");
    return code;
}

enum problem_code variables_expand(const struct variables *v, const char *text, const char *where,
                                   char **out, char **shown, bool *secret, struct problem *problem)
{
    struct buffer real = {0}, masked = {0};
    bool tainted = false;
    enum problem_code code = PROBLEM_NONE;
    while (*text && code == PROBLEM_NONE) {
        const char *end = text[0] == '$' && text[1] == '{' ? strchr(text, '}') : NULL;
        if (text[0] == '$' && text[1] == '$') {
            buffer_append(&real, "$", 1);
            buffer_append(&masked, "$", 1);
            text += 2;
        } else if (text[0] == '$' && text[1] == '{' && !end) {
            code = problem_set(problem, PROBLEM_CONFIG, where,
                               "Close it with a brace; a dollar sign itself is written $$.",
                               "\"%.60s\" opens a name that does not end", text);
        } else if (end) {
            char name[96];
            snprintf(name, sizeof name, "%.*s", (int)(end - text - 2), text + 2);
            const struct variable *x = find(v, name);
            if ((!x || !x->declared) && !is_run_time(name))
                code = unknown_name(v, name, where, problem);
            else if (x && x->value) {
                buffer_append_text(&real, x->value);
                buffer_append_text(&masked, x->type == VARIABLE_SECRET ? "***" : x->value);
                tainted |= x->type == VARIABLE_SECRET;
            }
            text = end + 1;
        } else {
            buffer_append(&real, text, 1);
            buffer_append(&masked, text, 1);
            text++;
        }
    }
    if (code == PROBLEM_NONE) {
        *out = strdup(buffer_text(&real));
        if (shown)
            *shown = strdup(buffer_text(&masked));
        if (secret)
            *secret = tainted;
        if (!*out || (shown && !*shown))
            code = out_of_memory(problem);
    }
    if (real.data)
        explicit_bzero(real.data, real.length);
    buffer_free(&real);
    buffer_free(&masked);
    return code;
}
