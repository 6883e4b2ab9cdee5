/*
 * The words of a loader dialect, as the board file gives them, put to use:
 * commands filled in, answers listed, failures recognised.
 */
#ifndef OTACONSOLE_WORKFLOW_LOADER_TEXT_H
#define OTACONSOLE_WORKFLOW_LOADER_TEXT_H

#include "workflow/conversation.h"
#include "workflow/loader_shell.h"

/* Replaces {address} and {size} in a command template. False when it does not fit. */
bool loader_text_command(const char *template, uint32_t address, uint32_t size, char *out,
                         size_t out_size);
/* answers[0] = wanted, then every failure text of the dialect. Returns how many. */
unsigned loader_text_answers(const struct board_dialect *d, const char *wanted,
                             const char *answers[LOADER_ANSWERS_MAX]);
/* The first failure text of the dialect found at or after `mark`, or NULL. */
const struct board_failure *loader_text_failure(const struct board_dialect *d,
                                                const struct transcript *heard, uint64_t mark);
/* Fills `problem` from the failure a command was answered with. Always PROGRESS_FAILED. */
enum progress loader_text_refused(const struct board_dialect *d, const struct loader_command *k,
                                  struct problem *problem);

#endif
