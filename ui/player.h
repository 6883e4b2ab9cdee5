/*
 * Plays a recording, or a log, back as the events it was.
 *
 * A folder made by --record: its events.jsonl, in their own times (when that file is
 * missing or damaged: what the board said in stream.jsonl, judged anew). A file: events of
 * --json as they are, else any log, judged by the rules line by line; when its lines carry
 * no time the pace is that of the wire at 921600 baud.
 *
 * The caller asks with its own clock and gets the events that are due.
 */
#ifndef OTACONSOLE_UI_PLAYER_H
#define OTACONSOLE_UI_PLAYER_H

#include "base/problem.h"
#include "diagnose/rules.h"
#include "event/event.h"

struct player;

struct player_options {
    const char *path;
    const struct rule_set *rules; /* must outlive it */
    double speed;                 /* 1, 10 ...; 0 = at once */
};

struct player_about {
    char board[64], port[128], command[128], started[40];
    uint32_t baud;
    uint64_t duration_us; /* 0 = not known before the end */
    bool from_stream;     /* events were missing; judged anew */
    bool plain_log;
    unsigned long skipped; /* lines that were no events */
};

enum problem_code player_open(const struct player_options *options, struct player **out,
                              struct problem *problem);
void player_close(struct player *p);
const struct player_about *player_about(const struct player *p);
void player_set_speed(struct player *p, double speed, uint64_t now);
double player_speed(const struct player *p);
void player_pause(struct player *p, bool paused, uint64_t now);
bool player_paused(const struct player *p);
/* At most `limit` due events to the sink; returns how many. `now`: any monotonic clock. */
size_t player_step(struct player *p, uint64_t now, const struct event_sink *sink, size_t limit);
/* When the next event is due; TIME_NEVER at the end or when paused. */
uint64_t player_deadline(const struct player *p);
bool player_at_end(const struct player *p);
/* Position in the recording. */
uint64_t player_position_us(const struct player *p);

#endif
