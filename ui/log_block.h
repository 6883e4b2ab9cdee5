/*
 * A block of lines as bytes: the same in memory and in the spill file.
 *
 *     16 bytes   what times count from: time base, wall base
 *     records    one behind the other, each a line packed with its lengths
 *     (room)     while the block is the newest one
 *     slots      from the end down, 4 bytes each: where record i begins
 *
 * So a line is found in constant time, and costs about 8 bytes beyond its text.
 */
#ifndef OTACONSOLE_UI_LOG_BLOCK_H
#define OTACONSOLE_UI_LOG_BLOCK_H

#include "ui/log_store.h"

#define LOG_BLOCK_HEAD 16u
#define LOG_BLOCK_SLOT 4u

/* Times are stored as differences to these. */
struct log_block_base {
    uint64_t time_us, wall_offset; /* wall_offset: wall_us - time_us, wrapping */
};

/* No packed line is longer than that. The line's texts are within log_record_trim's limits. */
size_t log_record_bound(const struct log_line *line);
/* Cuts what is too long, and leaves out a `raw` that says the same as the text. */
void log_record_trim(struct log_line *line);
/* Returns the bytes written, at most log_record_bound. */
size_t log_record_pack(uint8_t *out, const struct log_line *line, struct log_block_base base);
/* Texts point into the record. The number is the caller's to set. */
void log_record_unpack(const uint8_t *record, struct log_block_base base, struct log_line *line);

struct log_block_base log_block_base_of(const struct log_line *line);
struct log_block_base log_block_get_base(const uint8_t *block);
void log_block_set_base(uint8_t *block, struct log_block_base base);
uint32_t log_block_slot(const uint8_t *block, size_t size, uint32_t index);
void log_block_set_slot(uint8_t *block, size_t size, uint32_t index, uint32_t offset);

#endif
