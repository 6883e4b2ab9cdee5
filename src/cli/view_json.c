#include "cli/views.h"

#include <stdlib.h>

#include "event/event_json.h"

static void emit(void *user, const struct event *event)
{
    struct view_json *v = user;
    char *text = event_to_json(event);
    if (!text || fprintf(v->out, "%s\n", text) < 0 || fflush(v->out) != 0)
        v->failed = true;
    free(text);
}

struct event_sink view_json_sink(struct view_json *v)
{
    return (struct event_sink){emit, v};
}
