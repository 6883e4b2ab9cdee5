/*
 * The JSON form of an event: one object a line, schema in docs/json-events.md.
 * Used by --json and by recordings.
 */
#ifndef OTACONSOLE_EVENT_EVENT_JSON_H
#define OTACONSOLE_EVENT_EVENT_JSON_H

#include "event/event.h"

/* A line without its newline, to be released with free(); NULL when out of memory. */
char *event_to_json(const struct event *event);

#endif
