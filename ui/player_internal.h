#ifndef OTACONSOLE_UI_PLAYER_INTERNAL_H
#define OTACONSOLE_UI_PLAYER_INTERNAL_H

#include "event/event_parse.h"
#include "ui/player.h"
#include "ui/player_judge.h"
#include "ui/player_read.h"

enum player_kind {
    PLAYER_EVENTS, /* lines of --json */
    PLAYER_STREAM, /* bytes of stream.jsonl */
    PLAYER_LOG     /* any text */
};

/* The clock of a log, from its stamps and from the bytes between them. */
struct player_clock {
    uint64_t position;  /* of the next byte, since the log began */
    uint64_t remainder; /* of a microsecond, in units of 1 / baud */
    bool stamped;
    bool dated;
    int64_t first;    /* the first stamp, in microseconds of its calendar or day */
    int64_t days;     /* midnights passed, for stamps without a date */
    int64_t last;     /* the latest stamp */
    uint64_t wall_us; /* time of day of `wall_at`; 0 = not known */
    uint64_t wall_at;
};

struct player {
    struct player_about about;
    enum player_kind kind;
    struct player_reader reader;
    struct event_parsed *parsed;
    struct player_judge *judge;
    struct player_clock clock;
    uint64_t started_wall_us;

    /* Bytes of the stream that are to be judged when the time before them is over. */
    uint8_t *piece;
    size_t piece_length;
    uint64_t piece_us;
    bool ticked; /* the time before the piece is over */

    const struct event *next; /* borrowed from parsed or judge */
    uint64_t next_us;         /* when it is due; never goes back */
    bool finished, at_end;

    double speed;
    bool paused, begun;
    uint64_t anchor_now, anchor_us; /* at that moment this position was played */
    uint64_t played_us;             /* the latest event */
};

/* player_source.c */
enum player_fetched { FETCHED_EVENT, FETCHED_END, FETCHED_LATER };
/* Reads on until p->next is set; LATER after a good deal of input without an event. */
enum player_fetched player_fetch(struct player *p);
/* Time of a line of the recording in microseconds; false when it has none in reason. */
bool player_line_time(const char *line, size_t n, uint64_t *time_us);

/* player_clock.c */
/* A line or a piece of one begins: `first` = it may carry a stamp. Returns its time. */
uint64_t player_clock_take(struct player_clock *c, const uint8_t *bytes, size_t n, bool first);
/* Time of day of a position, 0 when not known. */
uint64_t player_clock_wall(const struct player_clock *c, uint64_t position);

#endif
