/*
 * A line of a recording by anybody. What comes out is safe to show, and once read it stays
 * the same: written and read again it is the same line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "event/event_json.h"
#include "event/event_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_safe(const char *text)
{
    char safe[8192];
    if (!text)
        return;
    size_t n = text_make_safe(safe, sizeof safe, (const uint8_t *)text, strlen(text));
    if (n != strlen(text) || memcmp(safe, text, n) != 0)
        abort();
}

static void check_event(const struct event *e)
{
    check_safe(e->name);
    check_safe(e->state);
    check_safe(e->text);
    check_safe(e->meaning);
    check_safe(e->module);
    if (e->problem) {
        check_safe(e->problem->where);
        check_safe(e->problem->what);
        check_safe(e->problem->hint);
    }
    if (e->verdict) {
        check_safe(e->verdict->what);
        check_safe(e->verdict->why);
        for (unsigned i = 0; i < e->verdict->advice_count; i++)
            check_safe(e->verdict->advice[i]);
    }
}

static char *once(struct event_parsed *parsed, const char *line, size_t n)
{
    const char *why;
    const struct event *event = event_from_json(parsed, line, n, &why);
    if (!event)
        return NULL;
    check_event(event);
    char *json = event_to_json(event);
    if (!json)
        abort();
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct event_parsed *parsed = event_parsed_new();
    if (!parsed)
        abort();
    char *first = once(parsed, (const char *)data, size);
    if (first) {
        char *second = once(parsed, first, strlen(first));
        if (!second || strcmp(first, second) != 0)
            abort();
        free(second);
    }
    free(first);
    event_parsed_free(parsed);
    return 0;
}
