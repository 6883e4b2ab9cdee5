#include "workflow/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/parse.h"
#include "board/board.h"

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

struct binding {
    const char *name, *value;
    const struct binding *next;
};

struct loading {
    struct profile *profile;
    struct variables *variables;
    struct schema_report *report;
    struct problem *problem;
    const struct yaml_doc *doc;
    const struct binding *bindings; /* `with` of the include being loaded */
    const char *paths[PROFILE_INCLUDE_DEPTH];
    unsigned depth;
    bool failed; /* *problem is filled */
};

static const char *place(struct loading *l, const struct yaml_node *n)
{
    char text[256];
    snprintf(text, sizeof text, "%s:%u:%u", yaml_name(l->doc), n->line, n->column);
    return profile_copy(l->profile, text);
}

/*
 * Templates of an included profile see its `with` bindings first. They are put in
 * at load, so that the rest of the tool knows one flat list of steps.
 */
static const char *substitute(struct loading *l, const char *text)
{
    if (!text || !l->bindings)
        return profile_copy(l->profile, text);
    char out[2048];
    size_t used = 0;
    while (*text && used + 1 < sizeof out) {
        const struct binding *b = NULL;
        const char *end = text[0] == '$' && text[1] == '{' ? strchr(text, '}') : NULL;
        for (b = end ? l->bindings : NULL; b; b = b->next) {
            if (strlen(b->name) == (size_t)(end - text - 2) &&
                memcmp(b->name, text + 2, (size_t)(end - text - 2)) == 0)
                break;
        }
        if (b && used + strlen(b->value) + 1 < sizeof out) {
            memcpy(out + used, b->value, strlen(b->value));
            used += strlen(b->value);
            text = end + 1;
        } else {
            out[used++] = *text++;
        }
    }
    out[used] = '\0';
    return profile_copy(l->profile, out);
}

static const char *template_of(struct loading *l, const struct yaml_node *map, const char *key)
{
    return substitute(l, yaml_get_text(map, key, NULL));
}

static uint64_t duration_of(const struct yaml_node *map, const char *key, uint64_t missing)
{
    uint64_t value = missing;
    const char *text = yaml_get_text(map, key, NULL);
    if (text)
        parse_duration(text, UINT64_MAX, &value);
    return value;
}

static bool bool_of(const struct yaml_node *map, const char *key, bool missing)
{
    bool value = missing;
    const char *text = yaml_get_text(map, key, NULL);
    if (text)
        parse_bool(text, &value);
    return value;
}

static enum problem_code code_named(const char *name)
{
    for (int i = 0; i < PROBLEM_CODE_COUNT; i++) {
        if (strcmp(problem_name((enum problem_code)i), name) == 0)
            return (enum problem_code)i;
    }
    return PROBLEM_ASSERT_FAILED;
}

static void exactly_one(struct loading *l, const struct yaml_node *map, const char *what,
                        const char *const *keys, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += yaml_get(map, keys[i]) != NULL;
    if (found != 1)
        schema_report_add(l->report, l->doc, map, "See docs/profile-reference.md.",
                          "%s needs exactly one of its alternatives, it has %zu", what, found);
}

static void load_pattern(struct loading *l, const struct yaml_node *n, struct profile_pattern *p)
{
    p->text = template_of(l, n, "text");
    p->regex = template_of(l, n, "regex");
    p->why = template_of(l, n, "because");
    p->hint = template_of(l, n, "hint");
    p->code = code_named(yaml_get_text(n, "code", "assert-failed"));
    p->where = place(l, n);
    if (p->text && p->text[0] == '\0')
        schema_report_add(l->report, l->doc, n, "Name the words.", "text is empty");
}

static void load_enter(struct loading *l, const struct yaml_node *n, struct profile_step *s)
{
    const struct yaml_node *list = yaml_get(n, "strategies");
    for (const struct yaml_node *w = list ? list->first : NULL; w; w = w->next) {
        bool known = false;
        for (int k = BOARD_ENTRY_PROBE; k <= BOARD_ENTRY_OPERATOR; k++) {
            if (strcmp(w->text, board_entry_name((enum board_entry_kind)k)) == 0) {
                s->strategies |= 1u << k;
                known = true;
            }
        }
        if (!known)
            schema_report_add(l->report, l->doc, w,
                              "Known are probe, reboot-spaces, rts-pulse-spaces, operator.",
                              "unknown strategy \"%.60s\"", w->text);
    }
}

static void load_expect(struct loading *l, const struct yaml_node *n, struct profile_step *s)
{
    static const char *const keys[] = {"text", "regex", "prompt"}, *const one[] = {"text", "regex"};
    exactly_one(l, n, "expect", keys, 3);
    load_pattern(l, n, &s->wanted);
    s->prompt = template_of(l, n, "prompt");
    s->capture = template_of(l, n, "capture");
    s->judge = bool_of(n, "judge", true);
    s->timeout_us = duration_of(n, "timeout", s->timeout_us);
    if (s->capture && strncmp(s->capture, "device.", 7) != 0)
        schema_report_add(l->report, l->doc, yaml_get(n, "capture"), "For example device.ip.",
                          "a captured value needs a name that begins with \"device.\"");
    const struct yaml_node *list = yaml_get(n, "fail");
    s->failure_count = list ? list->count : 0;
    s->failures = arena_alloc(l->profile->arena, s->failure_count, sizeof *s->failures);
    if (!s->failures) {
        s->failure_count = 0;
        return;
    }
    size_t i = 0;
    for (const struct yaml_node *f = list ? list->first : NULL; f; f = f->next) {
        exactly_one(l, f, "fail", one, 2);
        load_pattern(l, f, &s->failures[i++]);
    }
}

static void load_send(struct loading *l, const struct yaml_node *n, struct profile_step *s)
{
    if (n->count == 0)
        schema_report_add(l->report, l->doc, n, "Write send: [command, argument, ...].",
                          "send has no words");
    s->arguments = arena_alloc(l->profile->arena, n->count, sizeof *s->arguments);
    if (!s->arguments)
        return;
    for (const struct yaml_node *w = n->first; w; w = w->next)
        s->arguments[s->argument_count++] = substitute(l, w->text);
}

static void load_assert(struct loading *l, const struct yaml_node *n, struct profile_step *s)
{
    static const char *const operators[] = {"equals", "not-equals", "contains", "matches"};
    exactly_one(l, n, "assert", operators, 4);
    s->value = template_of(l, n, "value");
    for (size_t i = 0; i < 4; i++) {
        if (yaml_get(n, operators[i])) {
            s->op = operators[i];
            s->operand = template_of(l, n, operators[i]);
        }
    }
}

static void load_body(struct loading *l, const struct yaml_node *n, struct profile_step *s)
{
    switch (s->kind) {
    case STEP_ENTER_DOWNLOAD:
        load_enter(l, n, s);
        break;
    case STEP_WRITE:
    case STEP_VERIFY:
    case STEP_READ:
        s->file = template_of(l, n, "file");
        s->address = template_of(l, n, "address");
        s->size = template_of(l, n, "size");
        s->verify = bool_of(n, "verify", true);
        break;
    case STEP_SEND:
        load_send(l, n, s);
        break;
    case STEP_EXPECT:
        load_expect(l, n, s);
        break;
    case STEP_WATCH_OTA:
        s->expect_version = template_of(l, n, "expect-version");
        s->message = template_of(l, n, "message");
        s->until = profile_copy(l->profile, yaml_get_text(n, "until", "reported"));
        s->timeout_us = duration_of(n, "timeout", s->timeout_us);
        break;
    case STEP_ASSERT:
        load_assert(l, n, s);
        break;
    case STEP_PAUSE:
        s->message = template_of(l, n, "message");
        break;
    case STEP_SLEEP:
        s->duration = substitute(l, n->text);
        break;
    default:
        break;
    }
}

static void load_profile(struct loading *l, const char *path, const char *text, size_t n);

static void load_include(struct loading *l, const struct yaml_node *n)
{
    char path[512];
    const char *own = yaml_name(l->doc), *slash = strrchr(own, '/');
    const char *file = yaml_get_text(n, "profile", "");
    snprintf(path, sizeof path, "%.*s%s", file[0] == '/' || !slash ? 0 : (int)(slash - own + 1),
             own, file);
    for (unsigned i = 0; i < l->depth; i++) {
        if (strcmp(l->paths[i], path) == 0 || l->depth == PROFILE_INCLUDE_DEPTH) {
            schema_report_add(
                l->report, l->doc, n, "Break the circle.", "including %.200s here %s", path,
                l->depth == PROFILE_INCLUDE_DEPTH ? "nests too deeply" : "would never end");
            return;
        }
    }
    const struct binding *outer = l->bindings;
    const struct yaml_doc *doc = l->doc;
    struct binding *list = NULL;
    const struct yaml_node *with = yaml_get(n, "with");
    for (const struct yaml_node *w = with ? with->first : NULL; w; w = w->next) {
        struct binding *b = arena_alloc(l->profile->arena, 1, sizeof *b);
        if (!b)
            return;
        b->name = profile_copy(l->profile, w->key);
        b->value = substitute(l, w->text);
        b->next = list;
        list = b;
    }
    l->bindings = list;
    load_profile(l, path, NULL, 0);
    l->bindings = outer;
    l->doc = doc;
}

static void load_step(struct loading *l, const struct yaml_node *n)
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
    uint32_t retries = 0;
    s->where = place(l, n);
    s->timeout_us = duration_of(n, "timeout", 0);
    parse_u32(yaml_get_text(n, "retries", "0"), 0, 100, &retries);
    s->retries = retries;
    s->retry_delay_us = duration_of(n, "retry-delay", 1000000);
    s->continue_on_failure = strcmp(yaml_get_text(n, "on-failure", "stop"), "continue") == 0;
    load_body(l, body, s);
}

static void load_variables(struct loading *l, const struct yaml_node *map)
{
    static const char *const types[] = {"string", "secret",   "int", "bool",
                                        "size",   "duration", "file"};
    for (const struct yaml_node *n = map ? map->first : NULL; n && !l->failed; n = n->next) {
        enum variable_type type = VARIABLE_STRING;
        const char *word = yaml_get_text(n, "type", "string");
        const char *value = yaml_get_text(n, "default", NULL);
        for (int t = 0; t <= VARIABLE_FILE; t++)
            type = strcmp(types[t], word) == 0 ? (enum variable_type)t : type;
        if (type == VARIABLE_SECRET && value && value[0])
            snprintf(l->profile->warnings, sizeof l->profile->warnings,
                     "%s: the secret \"%.60s\" stands in clear in the profile; move it to a "
                     "--secret-file or the environment",
                     place(l, n), n->key);
        bool bound = false;
        for (const struct binding *b = l->bindings; b; b = b->next)
            bound |= strcmp(b->name, n->key) == 0;
        if (bound)
            continue; /* the include gave it a value: no variable of its own is left */
        if (variables_declare(l->variables, n->key, type, yaml_get_text(n, "description", NULL),
                              value, bool_of(n, "required", false), place(l, n),
                              l->problem) != PROBLEM_NONE)
            l->failed = true;
    }
}

static void load_profile(struct loading *l, const char *path, const char *text, size_t n)
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
    struct loading l = {.variables = variables,
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

enum problem_code profile_load(const char *name, const char *const *dirs, size_t dir_count,
                               struct variables *variables, struct profile **out,
                               struct schema_report *report, struct problem *problem)
{
    char path[512];
    if (access(name, F_OK) == 0)
        return load(name, NULL, 0, variables, out, report, problem);
    for (size_t i = 0; i < dir_count && !strchr(name, '/'); i++) {
        static const char *const endings[] = {"", ".yaml"};
        for (int e = 0; e < 2; e++) {
            snprintf(path, sizeof path, "%s/%s%s", dirs[i], name, endings[e]);
            if (access(path, F_OK) == 0)
                return load(path, NULL, 0, variables, out, report, problem);
        }
    }
    return problem_set(problem, PROBLEM_CONFIG, name,
                       "`otaconsole profiles` lists those that are known; a file name works too.",
                       "no such profile");
}
