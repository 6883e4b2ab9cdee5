#include "event/event_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cJSON.h>

static void add_text(cJSON *object, const char *key, const char *value)
{
    if (value && value[0])
        cJSON_AddStringToObject(object, key, value);
}

static void add_number(cJSON *object, const char *key, uint64_t value)
{
    if (value)
        cJSON_AddNumberToObject(object, key, (double)value);
}

static double seconds(uint64_t us)
{
    /* Milliseconds are what a reader can use; more digits would only differ from run to run. */
    uint64_t milliseconds = us / 1000;
    return (double)milliseconds / 1000.0;
}

/* ISO 8601 in UTC, which log readers such as lnav take as it is. */
static void add_time(cJSON *object, uint64_t wall_us)
{
    char text[40];
    struct tm parts;
    time_t whole = (time_t)(wall_us / 1000000);
    if (wall_us == 0 || !gmtime_r(&whole, &parts))
        return;
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + n, sizeof text - n, ".%03uZ", (unsigned)(wall_us / 1000 % 1000));
    cJSON_AddStringToObject(object, "time", text);
}

static void add_problem(cJSON *object, const struct problem *problem)
{
    cJSON *p = cJSON_AddObjectToObject(object, "problem");
    if (!p)
        return;
    cJSON_AddStringToObject(p, "code", problem_name(problem->code));
    cJSON_AddNumberToObject(p, "exit", problem_exit_status(problem->code));
    add_text(p, "where", problem->where);
    add_text(p, "what", problem->what);
    add_text(p, "hint", problem->hint);
}

static void add_verdict(cJSON *object, const struct event_verdict *verdict)
{
    cJSON *v = cJSON_AddObjectToObject(object, "verdict");
    if (!v)
        return;
    add_text(v, "kind", verdict->kind);
    add_text(v, "cause", verdict->cause);
    add_text(v, "what", verdict->what);
    add_text(v, "why", verdict->why);
    add_text(v, "guideStep", verdict->guide_step);
    add_text(v, "runningVersion", verdict->running_version);
    add_text(v, "targetVersion", verdict->target_version);
    cJSON *advice = cJSON_AddArrayToObject(v, "advice");
    for (unsigned i = 0; advice && i < verdict->advice_count; i++)
        cJSON_AddItemToArray(advice, cJSON_CreateString(verdict->advice[i]));
}

char *event_to_json(const struct event *event)
{
    cJSON *o = cJSON_CreateObject();
    if (!o)
        return NULL;
    if (event->kind == EVENT_RUN_STARTED)
        cJSON_AddNumberToObject(o, "schema", EVENT_SCHEMA_VERSION);
    cJSON_AddStringToObject(o, "event", event_kind_name(event->kind));
    cJSON_AddNumberToObject(o, "t", seconds(event->time_us));
    add_time(o, event->wall_us);
    add_text(o, "name", event->name);
    add_text(o, "state", event->state);
    if (event->level) {
        char level[2] = {event->level, '\0'};
        cJSON_AddStringToObject(o, "level", level);
    }
    add_text(o, "text", event->text);
    add_text(o, "meaning", event->meaning);
    add_text(o, "module", event->module);
    if (event->unfinished)
        cJSON_AddTrueToObject(o, "unfinished");
    add_number(o, "step", event->step);
    add_number(o, "steps", event->steps);
    if (event->attempt > 1)
        cJSON_AddNumberToObject(o, "attempt", event->attempt);
    if (event->kind == EVENT_STEP_FINISHED || event->kind == EVENT_RUN_FINISHED)
        cJSON_AddNumberToObject(o, "elapsed", seconds(event->elapsed_us));
    if (event->kind == EVENT_PROGRESS) {
        cJSON_AddNumberToObject(o, "done", (double)event->done);
        cJSON_AddNumberToObject(o, "total", (double)event->total);
        add_number(o, "rate", event->rate);
        if (event->eta_us)
            cJSON_AddNumberToObject(o, "eta", seconds(event->eta_us));
    }
    if (event->problem)
        add_problem(o, event->problem);
    if (event->verdict)
        add_verdict(o, event->verdict);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return text;
}
