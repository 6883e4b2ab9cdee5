#ifndef OTACONSOLE_SESSION_DOCTOR_INTERNAL_H
#define OTACONSOLE_SESSION_DOCTOR_INTERNAL_H

#include "session/doctor.h"

/* What a byte is to a reader. Half a character waits for its other half. */
enum doctor_byte { DOCTOR_BYTE_TEXT, DOCTOR_BYTE_NOISE, DOCTOR_BYTE_DOUBTFUL };

/*
 * Judges the bytes kept from before and then these, character by character; `take` is
 * called with what each was and how many bytes it had.
 */
void doctor_judge_bytes(struct doctor *d, const uint8_t *bytes, size_t n,
                        void (*take)(struct doctor *d, enum doctor_byte what, unsigned n));

bool doctor_is_open(const struct doctor *d);
void doctor_become(struct doctor *d, uint64_t now, enum doctor_state state);
/* Nothing of what was heard counts any more. */
void doctor_clear_window(struct doctor *d);

void doctor_search_input(struct doctor *d, uint64_t now, const uint8_t *bytes, size_t n);
void doctor_search_recognised(struct doctor *d, uint64_t now);
void doctor_search_tick(struct doctor *d, uint64_t now);
uint64_t doctor_search_deadline(const struct doctor *d);
/* Ends it without a result; the original rate is asked for again. */
void doctor_search_drop(struct doctor *d);

#endif
