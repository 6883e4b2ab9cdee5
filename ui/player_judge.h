/*
 * A log judged anew: bytes in, the events of a session out, texts masked and made safe as a
 * session does it. The verdict is told whenever it changes, and at the end.
 */
#ifndef OTACONSOLE_UI_PLAYER_JUDGE_H
#define OTACONSOLE_UI_PLAYER_JUDGE_H

#include "diagnose/diagnose.h"

struct player_judge;

/* NULL when out of memory. */
struct player_judge *player_judge_new(const struct rule_set *rules);
void player_judge_free(struct player_judge *j);
/* To be drained by player_judge_next after each of these. */
void player_judge_input(struct player_judge *j, uint64_t now, const uint8_t *bytes, size_t n);
void player_judge_tick(struct player_judge *j, uint64_t now);
uint64_t player_judge_deadline(const struct player_judge *j);
void player_judge_finish(struct player_judge *j, uint64_t now);
/* The next event, borrowed until the next call; NULL = none for now. */
const struct event *player_judge_next(struct player_judge *j);

#endif
