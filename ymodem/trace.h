/*
 * A byte trace that people can read and paste into a report: one line per piece
 * of traffic with the time, the direction, the sender's or receiver's state and
 * what the bytes mean.
 */
#ifndef OTACONSOLE_YMODEM_TRACE_H
#define OTACONSOLE_YMODEM_TRACE_H

#include <stddef.h>
#include <stdint.h>

#define YMODEM_TRACE_LINE 320

/*
 * Formats n bytes as one line without line end, at most YMODEM_TRACE_LINE - 1
 * characters; direction '>' = to the board, '<' = from it. Text that looks like
 * a secret is not known here: callers redact text before.
 */
size_t ymodem_trace_format(char out[YMODEM_TRACE_LINE], uint64_t now_us, char direction,
                           const char *state, const uint8_t *bytes, size_t n);

#endif
