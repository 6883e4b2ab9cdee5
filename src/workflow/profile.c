#include "workflow/profile_internal.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/parse.h"

const char *profile_step_kind_name(enum profile_step_kind kind)
{
    static const char *const names[STEP_KIND_COUNT] = {
        [STEP_ENTER_DOWNLOAD] = "enter-download",
        [STEP_WRITE] = "write",
        [STEP_VERIFY] = "verify",
        [STEP_READ] = "read",
        [STEP_BOOT] = "boot",
        [STEP_SEND] = "send",
        [STEP_EXPECT] = "expect",
        [STEP_WATCH_OTA] = "watch-ota",
        [STEP_ASSERT] = "assert",
        [STEP_PAUSE] = "pause",
        [STEP_SLEEP] = "sleep",
    };
    return names[kind];
}

/* --- building ------------------------------------------------------------------------- */

struct profile *profile_new(const char *name)
{
    struct arena *arena = arena_new();
    struct profile *p = arena ? arena_alloc(arena, 1, sizeof *p) : NULL;
    if (!p) {
        arena_free(arena);
        return NULL;
    }
    p->arena = arena;
    p->name = arena_copy(arena, name);
    p->steps = arena_alloc(arena, PROFILE_STEPS_MAX, sizeof *p->steps);
    if (!p->name || !p->steps) {
        arena_free(arena);
        return NULL;
    }
    p->path = p->name;
    return p;
}

struct profile_step *profile_add_step(struct profile *profile, enum profile_step_kind kind,
                                      const char *name)
{
    if (profile->step_count >= PROFILE_STEPS_MAX)
        return NULL;
    struct profile_step *s = &profile->steps[profile->step_count++];
    s->kind = kind;
    s->name = profile_copy(profile, name);
    s->where = profile->path;
    s->retry_delay_us = 1000000;
    s->verify = true;
    return s;
}

const char *profile_copy(struct profile *profile, const char *text)
{
    const char *copy = arena_copy(profile->arena, text);
    return copy || !text ? copy : "";
}

void profile_free(struct profile *profile)
{
    if (profile)
        arena_free(profile->arena);
}

/* --- loading ---------------------------------------------------------------------------- */

static void load_profile(struct profile_loading *l, const char *path, const char *text, size_t n);

static void load_include(struct profile_loading *l, const struct yaml_node *include)
{
    char path[512];
    const char *own = yaml_name(l->doc), *slash = strrchr(own, '/');
    const char *file = yaml_get_text(include, "profile", "");
    snprintf(path, sizeof path, "%.*s%s", file[0] == '/' || !slash ? 0 : (int)(slash - own + 1),
             own, file);
    for (unsigned i = 0; i < l->depth; i++) {
        if (strcmp(l->paths[i], path) == 0 || l->depth == PROFILE_INCLUDE_DEPTH) {
            schema_report_add(
                l->report, l->doc, include, "Break the circle.", "including %.200s here %s", path,
                l->depth == PROFILE_INCLUDE_DEPTH ? "nests too deeply" : "would never end");
            return;
        }
    }
    if (access(path, R_OK) != 0) {
        schema_report_add(l->report, l->doc, yaml_get(include, "profile"),
                          "The name is taken relative to this file.",
                          "%.200s cannot be included: %s", path, strerror(errno));
        return;
    }
    struct profile_binding *outer = l->bindings;
    const struct yaml_doc *doc = l->doc;
    struct profile_binding *list = NULL;
    const struct yaml_node *with = yaml_get(include, "with");
    for (const struct yaml_node *w = with ? with->first : NULL; w; w = w->next) {
        struct profile_binding *b = arena_alloc(l->profile->arena, 1, sizeof *b);
        if (!b)
            return;
        b->name = profile_copy(l->profile, w->key);
        b->value = profile_substitute(l, w->text);
        b->node = w;
        b->doc = l->doc;
        b->next = list;
        list = b;
    }
    l->bindings = list;
    load_profile(l, path, NULL, 0);
    l->bindings = outer;
    l->doc = doc;
}

static void load_step(struct profile_loading *l, const struct yaml_node *n)
{
    const struct yaml_node *body = NULL, *include = yaml_get(n, "include");
    enum profile_step_kind kind = STEP_KIND_COUNT;
    size_t found = include != NULL;
    for (int k = 0; k < STEP_KIND_COUNT; k++) {
        const struct yaml_node *b = yaml_get(n, profile_step_kind_name((enum profile_step_kind)k));
        if (b) {
            body = b;
            kind = (enum profile_step_kind)k;
            found++;
        }
    }
    if (found != 1) {
        schema_report_add(l->report, l->doc, n,
                          "Give each step one of enter-download, write, verify, read, boot, send, "
                          "expect, watch-ota, assert, pause, sleep, include.",
                          found ? "a step does one thing; this one names several"
                                : "a step must say what it does");
        return;
    }
    if (include) {
        load_include(l, include);
        return;
    }
    struct profile_step *s =
        profile_add_step(l->profile, kind, yaml_get_text(n, "name", profile_step_kind_name(kind)));
    if (!s) {
        schema_report_add(l->report, l->doc, n, "Split the profile.",
                          "a profile has at most %d steps", PROFILE_STEPS_MAX);
        return;
    }
    profile_load_step(l, n, body, s);
}

/* Letters, digits, _ and -: what --set and the environment can name. */
static bool is_variable_name(const char *name)
{
    size_t n = 0;
    for (; name[n]; n++) {
        if (!isalnum((unsigned char)name[n]) && name[n] != '_' && name[n] != '-')
            return false;
    }
    return n > 0 && n <= 64;
}

static void warn_of_secret(struct profile_loading *l, const char *where, const char *name)
{
    char *out = l->profile->warnings;
    size_t used = strlen(out), size = sizeof l->profile->warnings;
    snprintf(out + used, size - used,
             "%s%s: the secret \"%.60s\" stands in clear in the profile; move it to a "
             "--secret-file or the environment",
             used ? "\n" : "", where, name);
}

/* Whether a template holds a variable that is masked. */
static bool names_a_secret(const struct profile_loading *l, const char *text)
{
    char name[96];
    while ((text = strstr(text, "${")) != NULL) {
        text += 2;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "}"), text);
        const struct variable *v = variables_find(l->variables, name);
        if (v && v->type == VARIABLE_SECRET)
            return true;
    }
    return false;
}

/*
 * An include gives a secret its value. Bindings are put in as text, so the text
 * must name a secret for the value to stay masked; one written in clear becomes
 * a variable of its own.
 */
static void bind_secret(struct profile_loading *l, struct profile_binding *b)
{
    char name[96], reference[100];
    if (b->value[0] == '\0' || names_a_secret(l, b->value))
        return;
    if (strstr(b->value, "${")) {
        schema_report_add(l->report, b->doc, b->node, "Declare it with type: secret here too.",
                          "%s is a secret of the included profile, but the variable given to it "
                          "is none",
                          b->name);
        return;
    }
    snprintf(name, sizeof name, "%.64s@%u", b->name, ++l->hidden);
    snprintf(reference, sizeof reference, "${%s}", name);
    const struct yaml_doc *inner = l->doc;
    l->doc = b->doc;
    const char *where = profile_place(l, b->node);
    l->doc = inner;
    warn_of_secret(l, where, b->name);
    l->failed |= variables_declare(l->variables, name, VARIABLE_SECRET, NULL, b->value, false,
                                   where, l->problem) != PROBLEM_NONE;
    b->value = profile_copy(l->profile, reference);
}

static enum variable_type type_of(const struct yaml_node *n)
{
    const char *word = yaml_get_text(n, "type", "string");
    for (int t = 0; t <= VARIABLE_FILE; t++) {
        if (strcmp(variable_type_name((enum variable_type)t), word) == 0)
            return (enum variable_type)t;
    }
    return VARIABLE_STRING;
}

static void load_variable(struct profile_loading *l, const struct yaml_node *n)
{
    enum variable_type type = type_of(n);
    const char *value = yaml_get_text(n, "default", NULL);
    if (!is_variable_name(n->key))
        schema_report_add(l->report, l->doc, n, "Use at most 64 letters, digits, _ and -.",
                          "\"%.80s\" cannot be the name of a variable", n->key);
    if (type == VARIABLE_SECRET && value && value[0])
        warn_of_secret(l, profile_place(l, n), n->key);
    for (struct profile_binding *b = l->bindings; b; b = b->next) {
        if (strcmp(b->name, n->key) != 0)
            continue;
        /* The include gave it a value: no variable of its own is left. */
        if (type == VARIABLE_SECRET)
            bind_secret(l, b);
        return;
    }
    bool required = false;
    parse_bool(yaml_get_text(n, "required", "false"), &required);
    if (variables_declare(l->variables, n->key, type, yaml_get_text(n, "description", NULL), value,
                          required, profile_place(l, n), l->problem) != PROBLEM_NONE)
        l->failed = true;
}

/* A `with` that names no variable of the included profile is a slip of the pen. */
static void check_bindings(struct profile_loading *l, const struct yaml_node *map)
{
    for (const struct profile_binding *b = l->bindings; b; b = b->next) {
        if (yaml_get(map, b->name))
            continue;
        struct buffer words = {0};
        char near[64], hint[128] = "See its `variables`.";
        for (const struct yaml_node *n = map ? map->first : NULL; n; n = n->next)
            buffer_format(&words, "%s%s", words.length ? "|" : "", n->key);
        schema_nearest(b->name, buffer_text(&words), near, sizeof near);
        buffer_free(&words);
        if (near[0])
            snprintf(hint, sizeof hint, "Did you mean \"%s\"?", near);
        schema_report_add(l->report, b->doc, b->node, hint,
                          "the included profile has no variable \"%.64s\"", b->name);
    }
}

static void load_variables(struct profile_loading *l, const struct yaml_node *map)
{
    check_bindings(l, map);
    for (const struct yaml_node *n = map ? map->first : NULL; n && !l->failed; n = n->next)
        load_variable(l, n);
}

static void load_profile(struct profile_loading *l, const char *path, const char *text, size_t n)
{
    struct yaml_doc *doc;
    enum problem_code code = text ? yaml_load_memory(path, text, n, &doc, l->problem)
                                  : yaml_load_file(path, &doc, l->problem);
    if (code != PROBLEM_NONE) {
        l->failed = true;
        return;
    }
    l->doc = doc;
    l->paths[l->depth++] = path;
    if (schema_check(profile_schema(), doc, yaml_root(doc), l->report)) {
        const struct yaml_node *root = yaml_root(doc), *steps = yaml_get(root, "steps");
        if (l->depth == 1) {
            l->profile->name = profile_copy(l->profile, yaml_get_text(root, "profile", ""));
            l->profile->description =
                profile_copy(l->profile, yaml_get_text(root, "description", ""));
            l->profile->board = profile_copy(l->profile, yaml_get_text(root, "board", NULL));
            l->profile->path = profile_copy(l->profile, path);
        }
        load_variables(l, yaml_get(root, "variables"));
        for (const struct yaml_node *s = steps->first; s && !l->failed; s = s->next)
            load_step(l, s);
        if (steps->count == 0)
            schema_report_add(l->report, doc, steps, "Add a step.", "the profile has no steps");
    }
    l->depth--;
    yaml_close(doc);
}

static enum problem_code load(const char *path, const char *text, size_t n,
                              struct variables *variables, struct profile **out,
                              struct schema_report *report, struct problem *problem)
{
    struct schema_report own = {.count = 0};
    struct profile_loading l = {.variables = variables,
                                .report = report ? report : &own,
                                .problem = problem,
                                .profile = profile_new(path)};
    if (!l.profile)
        return problem_set(problem, PROBLEM_INTERNAL, path, "Free some memory.", "out of memory");
    load_profile(&l, path, text, n);
    enum problem_code code = l.failed ? problem->code : schema_report_problem(l.report, problem);
    if (code != PROBLEM_NONE) {
        profile_free(l.profile);
        return code;
    }
    *out = l.profile;
    return PROBLEM_NONE;
}

enum problem_code profile_load_memory(const char *name, const char *text, size_t n,
                                      struct variables *variables, struct profile **out,
                                      struct schema_report *report, struct problem *problem)
{
    return load(name, text, n, variables, out, report, problem);
}

static enum problem_code unknown_profile(const char *name, const char *const *dirs,
                                         size_t dir_count, struct problem *problem)
{
    struct buffer words = {0};
    char near[64];
    for (size_t i = 0; i < dir_count; i++) {
        DIR *dir = opendir(dirs[i]);
        const struct dirent *e;
        while (dir && (e = readdir(dir)) != NULL) {
            size_t n = strlen(e->d_name);
            if (n > 5 && strcmp(e->d_name + n - 5, ".yaml") == 0)
                buffer_format(&words, "%s%.*s", words.length ? "|" : "", (int)(n - 5), e->d_name);
        }
        if (dir)
            closedir(dir);
    }
    schema_nearest(name, buffer_text(&words), near, sizeof near);
    buffer_free(&words);
    problem_set(problem, PROBLEM_CONFIG, name,
                "`otaconsole profiles` lists those that are known; a file name works too.",
                "no such profile");
    if (near[0])
        problem_hint(problem, "Did you mean %s? `otaconsole profiles` lists them all.", near);
    return PROBLEM_CONFIG;
}

enum problem_code profile_load(const char *name, const char *const *dirs, size_t dir_count,
                               struct variables *variables, struct profile **out,
                               struct schema_report *report, struct problem *problem)
{
    char path[512];
    struct stat st;
    /* A folder that happens to be called like a profile is not meant. */
    if (stat(name, &st) == 0 && (!S_ISDIR(st.st_mode) || strchr(name, '/')))
        return load(name, NULL, 0, variables, out, report, problem);
    for (size_t i = 0; i < dir_count && !strchr(name, '/'); i++) {
        static const char *const endings[] = {"", ".yaml"};
        for (int e = 0; e < 2; e++) {
            snprintf(path, sizeof path, "%s/%s%s", dirs[i], name, endings[e]);
            if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
                return load(path, NULL, 0, variables, out, report, problem);
        }
    }
    return unknown_profile(name, dirs, dir_count, problem);
}
