/*
 * The command line under the log: what is shown is exactly what is sent.
 *
 * History (a file of this user, without duplicates in a row; lines that hold a
 * secret are not stored), completion of the board's own shell commands (of its
 * `help`, learned live, and of the board file), of our `:` commands, and a guard:
 * several pasted lines are queued and shown, and go out only after a yes, one by
 * one, each when the board has answered the one before with its prompt.
 */
#ifndef OTACONSOLE_UI_COMMAND_LINE_H
#define OTACONSOLE_UI_COMMAND_LINE_H

#include "base/problem.h"
#include "ui/line_edit.h"

#define COMMAND_HISTORY_MAX 1000
#define COMMAND_WORDS_MAX 512
#define COMMAND_PASTE_LINES_MAX 500

struct command_line;

struct command_line *command_line_new(void); /* NULL = out of memory */
void command_line_free(struct command_line *c);

/* --- history --- */
/* A file that is not there is an empty history; what is no clean line of text is passed over. */
void command_line_load_history(struct command_line *c, const char *path);
/* Mode 0600; written whole under another name in the same folder, which must be there. */
enum problem_code command_line_save_history(const struct command_line *c, const char *path,
                                            struct problem *problem);

/* --- completion --- */
enum command_word { WORD_BOARD, WORD_OURS, WORD_FILE };
/*
 * A word for completion; known ones are not doubled. `help` may be NULL. WORD_OURS is the
 * first word behind a ':', WORD_FILE any later one there, WORD_BOARD the first of a line
 * for the board. Words with blanks are not taken.
 */
void command_line_learn(struct command_line *c, enum command_word kind, const char *word,
                        const char *help);
void command_line_forget(struct command_line *c, enum command_word kind);
/* A line of the board: takes the command out of an AliOS or loader `help` listing.
 * Returns true when one was learned. */
bool command_line_hear(struct command_line *c, const char *line);

/* --- typing --- */
enum command_result {
    COMMAND_IGNORED, /* the key is none of ours */
    COMMAND_EDITING, /* something changed: draw */
    COMMAND_ENTERED, /* Enter: command_line_entered has the line */
};
enum command_result command_line_key(struct command_line *c, struct key key);
/* The line that was entered. It is in the history now, unless it holds what looks like a secret. */
const char *command_line_entered(const struct command_line *c);
/* The entered line must not stay in the history; it is wiped at the next key. */
void command_line_forget_entered(struct command_line *c);
const struct line_edit *command_line_edit(const struct command_line *c);
void command_line_set(struct command_line *c, const char *text);

/* --- paste --- */
/*
 * One line is inserted. Several: the guard opens; command_line_draw shows it, and
 * command_line_key answers it (y; n, Enter or Esc = no). Returns how many lines wait for
 * a yes (0 = none); too many or too long is refused with a problem. Blank lines are left
 * out.
 */
size_t command_line_paste(struct command_line *c, const char *text, size_t n,
                          struct problem *problem);
size_t command_line_paste_waiting(const struct command_line *c);
/* Control characters and escape sequences that were left out of what was pasted. */
size_t command_line_paste_dropped(const struct command_line *c);
const char *command_line_paste_line(const struct command_line *c, size_t i);
/* Yes: the lines become the queue. No: they are gone. */
void command_line_paste_answer(struct command_line *c, bool yes);
/* The next queued line to send, NULL = none; command_line_sent when it went out. */
const char *command_line_queued(const struct command_line *c);
void command_line_sent(struct command_line *c);
size_t command_line_queue_length(const struct command_line *c);
void command_line_drop_queue(struct command_line *c);

/* --- drawing: one row; the completion list or the guard's lines go above it into `list`; without
 * the focus the screen's cursor is left alone --- */
void command_line_draw(const struct command_line *c, struct screen *s, unsigned row,
                       unsigned column, unsigned columns, const char *prompt, struct rect list,
                       bool focus);

#endif
