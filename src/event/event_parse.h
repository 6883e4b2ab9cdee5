/*
 * Events back from their JSON form, for playing recordings (docs/json-events.md).
 *
 * The text comes from a file that anybody may have written: unknown events and members
 * are skipped, texts are bounded, made safe again (base/text.h) and terminated.
 */
#ifndef OTACONSOLE_EVENT_EVENT_PARSE_H
#define OTACONSOLE_EVENT_EVENT_PARSE_H

#include <stddef.h>

#include "event/event.h"

struct event_parsed;

/* Reused from line to line. NULL when out of memory. */
struct event_parsed *event_parsed_new(void);
void event_parsed_free(struct event_parsed *p);
/*
 * One line without its end. The event, borrowed until the next call; NULL when the line is
 * no event of ours (cut, damaged, of a later version): *why says what is wrong with it.
 */
const struct event *event_from_json(struct event_parsed *p, const char *line, size_t n,
                                    const char **why);

#endif
