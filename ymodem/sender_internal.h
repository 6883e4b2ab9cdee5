/*
 * Between sender.c (what the answers mean) and sender_frames.c (what goes out).
 */
#ifndef OTACONSOLE_YMODEM_SENDER_INTERNAL_H
#define OTACONSOLE_YMODEM_SENDER_INTERNAL_H

#include "ymodem/sender.h"

void sender_push_event(struct ymodem_sender *s, enum ymodem_sender_event_kind kind, uint32_t block,
                       uint32_t bytes, enum ymodem_reason reason);
/* Time n bytes take on the wire; 0 on a link that is none. */
uint64_t sender_wire_time(const struct ymodem_sender *s, size_t n);
/* The frame under way has been handed over whole. */
bool sender_is_out(const struct ymodem_sender *s);
/* File offset of a block (1-based); the file's size behind the last. */
uint32_t sender_block_offset(const struct ymodem_sender *s, uint32_t block);

void sender_send_header(struct ymodem_sender *s, uint64_t now);
void sender_send_block(struct ymodem_sender *s, uint64_t now);
void sender_send_eot(struct ymodem_sender *s, uint64_t now);
/* The closing block, where the receiver wants one; else the end. */
void sender_send_null(struct ymodem_sender *s, uint64_t now);
void sender_put_null(struct ymodem_sender *s, uint64_t now);
/* Tell the receiver to give up; FAILED follows when that has been handed over. */
void sender_cancel(struct ymodem_sender *s, uint64_t now, enum ymodem_reason reason);
void sender_fail(struct ymodem_sender *s, enum ymodem_reason reason);
void sender_finish(struct ymodem_sender *s);

#endif
