#include "workflow/profile_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/parse.h"
#include "board/board.h"

const char *profile_place(struct profile_loading *l, const struct yaml_node *n)
{
    char text[256];
    snprintf(text, sizeof text, "%s:%u:%u", yaml_name(l->doc), n->line, n->column);
    return profile_copy(l->profile, text);
}

static const struct profile_binding *bound(const struct profile_loading *l, const char *name,
                                           size_t n)
{
    for (const struct profile_binding *b = l->bindings; b; b = b->next) {
        if (strlen(b->name) == n && memcmp(b->name, name, n) == 0)
            return b;
    }
    return NULL;
}

const char *profile_substitute(struct profile_loading *l, const char *text)
{
    if (!text || !l->bindings)
        return profile_copy(l->profile, text);
    struct buffer out = {.limit = YAML_FILE_MAX};
    while (*text) {
        const char *end = text[0] == '$' && text[1] == '{' ? strchr(text, '}') : NULL;
        const struct profile_binding *b = end ? bound(l, text + 2, (size_t)(end - text - 2)) : NULL;
        if (text[0] == '$' && text[1] == '$') {
            /* A literal dollar; what follows is no name. */
            buffer_append(&out, text, 2);
            text += 2;
        } else if (b) {
            buffer_append_text(&out, b->value);
            text = end + 1;
        } else {
            buffer_append(&out, text++, 1);
        }
    }
    const char *copy = profile_copy(l->profile, buffer_text(&out));
    buffer_free(&out);
    return copy;
}

static const char *template_of(struct profile_loading *l, const struct yaml_node *map,
                               const char *key)
{
    return profile_substitute(l, yaml_get_text(map, key, NULL));
}

/* A value without ${...} is known now, so its mistakes are told now. */
static bool is_literal(const char *text)
{
    return text && !strstr(text, "${");
}

static void check_size(struct profile_loading *l, const struct yaml_node *map, const char *key,
                       const char *text)
{
    uint32_t value;
    if (is_literal(text) && !parse_size(text, 0, UINT32_MAX, &value))
        schema_report_add(l->report, l->doc, yaml_get(map, key),
                          "Write it as 4096, 0x1000, 4k or 2m.", "%s must be a size, not \"%.60s\"",
                          key, text);
}

static void check_duration(struct profile_loading *l, const struct yaml_node *n, const char *text)
{
    uint64_t value;
    if (is_literal(text) && !parse_duration(text, UINT64_MAX, &value))
        schema_report_add(l->report, l->doc, n, "Write it as 500ms, 30s or 5m.",
                          "sleep must be a duration with a unit, not \"%.60s\"", text);
}

static void exactly_one(struct profile_loading *l, const struct yaml_node *map, const char *what,
                        const char *const *keys, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += yaml_get(map, keys[i]) != NULL;
    if (found != 1)
        schema_report_add(l->report, l->doc, map, "See docs/profile-reference.md.",
                          "%s needs exactly one of its alternatives, it has %zu", what, found);
}

static void load_pattern(struct profile_loading *l, const struct yaml_node *n,
                         struct profile_pattern *p)
{
    p->text = template_of(l, n, "text");
    p->regex = template_of(l, n, "regex");
    p->why = template_of(l, n, "because");
    p->hint = template_of(l, n, "hint");
    p->code = problem_named(yaml_get_text(n, "code", "assert-failed"), PROBLEM_ASSERT_FAILED);
    p->where = profile_place(l, n);
    if (p->text && p->text[0] == '\0')
        schema_report_add(l->report, l->doc, n, "Name the words.", "text is empty");
}

static void load_enter(struct profile_loading *l, const struct yaml_node *n, struct profile_step *s)
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

static void load_expect(struct profile_loading *l, const struct yaml_node *n,
                        struct profile_step *s)
{
    static const char *const keys[] = {"text", "regex", "prompt"}, *const one[] = {"text", "regex"};
    exactly_one(l, n, "expect", keys, 3);
    load_pattern(l, n, &s->wanted);
    s->prompt = template_of(l, n, "prompt");
    s->capture = template_of(l, n, "capture");
    s->judge = yaml_get_bool(n, "judge", true);
    s->timeout_us = yaml_get_duration(n, "timeout", s->timeout_us);
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

static void load_send(struct profile_loading *l, const struct yaml_node *n, struct profile_step *s)
{
    if (n->count == 0)
        schema_report_add(l->report, l->doc, n, "Write send: [command, argument, ...].",
                          "send has no words");
    s->arguments = arena_alloc(l->profile->arena, n->count, sizeof *s->arguments);
    if (!s->arguments)
        return;
    for (const struct yaml_node *w = n->first; w; w = w->next)
        s->arguments[s->argument_count++] = profile_substitute(l, w->text);
}

static void load_assert(struct profile_loading *l, const struct yaml_node *n,
                        struct profile_step *s)
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

static void load_body(struct profile_loading *l, const struct yaml_node *n, struct profile_step *s)
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
        s->verify = yaml_get_bool(n, "verify", true);
        check_size(l, n, "address", s->address);
        check_size(l, n, "size", s->size);
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
        s->timeout_us = yaml_get_duration(n, "timeout", s->timeout_us);
        break;
    case STEP_ASSERT:
        load_assert(l, n, s);
        break;
    case STEP_PAUSE:
        s->message = template_of(l, n, "message");
        break;
    case STEP_SLEEP:
        s->duration = profile_substitute(l, n->text);
        check_duration(l, n, s->duration);
        break;
    default:
        break;
    }
}

void profile_load_step(struct profile_loading *l, const struct yaml_node *n,
                       const struct yaml_node *body, struct profile_step *s)
{
    uint32_t retries = 0;
    s->where = profile_place(l, n);
    s->timeout_us = yaml_get_duration(n, "timeout", 0);
    parse_u32(yaml_get_text(n, "retries", "0"), 0, 100, &retries);
    s->retries = retries;
    s->retry_delay_us = yaml_get_duration(n, "retry-delay", 1000000);
    s->continue_on_failure = strcmp(yaml_get_text(n, "on-failure", "stop"), "continue") == 0;
    load_body(l, body, s);
}
