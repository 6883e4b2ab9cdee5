/* The parts of the command line that its files share. */
#ifndef OTACONSOLE_UI_COMMAND_INTERNAL_H
#define OTACONSOLE_UI_COMMAND_INTERNAL_H

#include "diagnose/redact.h"
#include "ui/command_line.h"

struct command_history {
    char *entries[COMMAND_HISTORY_MAX]; /* oldest first */
    size_t count;
    /* Walking with Up and Down. */
    bool walking;
    size_t at; /* == count: the typed line itself */
    char typed[LINE_EDIT_MAX];
    /* Ctrl-R */
    bool searching, not_found;
    size_t found;
    struct line_edit pattern;
    struct redactor *redactor;
};

struct command_known {
    char *word, *help; /* help may be NULL */
    enum command_word kind;
};

struct command_completion {
    struct command_known words[COMMAND_WORDS_MAX]; /* sorted by word */
    size_t count;
    bool tab_before; /* the key before was a Tab that left several */
    bool open;
    size_t candidates[COMMAND_WORDS_MAX], candidate_count, chosen;
    /* Reading a `help` listing. */
    unsigned listing; /* lines until it is taken for over; 0 = not in one */
};

struct command_lines {
    char *lines[COMMAND_PASTE_LINES_MAX];
    size_t count;
};

struct command_line {
    struct line_edit edit;
    char entered[LINE_EDIT_MAX];
    bool entered_forgotten; /* wiped at the next key */
    struct command_history history;
    struct command_completion completion;
    struct command_lines waiting, queue;
    size_t waiting_first; /* scrolled */
    size_t dropped;       /* characters left out of what was pasted last, or waits */
};

void command_wipe_free(char *text);

/* --- command_history.c --- */
void command_history_add(struct command_history *h, const char *line);
void command_history_remove(struct command_history *h, const char *line);
void command_history_free(struct command_history *h);
/* Up (back) or Down. */
void command_history_walk(struct command_history *h, struct line_edit *edit, bool back);
void command_history_stop_walking(struct command_history *h);
void command_history_search_begin(struct command_history *h, const struct line_edit *edit);
/* False: the search is over (taken), and the key is still to be done. */
bool command_history_search_key(struct command_history *h, struct line_edit *edit, struct key key);
void command_history_search_end(struct command_history *h);

/* --- command_complete.c --- */
void command_completion_free(struct command_completion *k);
void command_completion_tab(struct command_completion *k, struct line_edit *edit);
/* A key while the list is open; false when it is none of the list's (the list is closed then). */
bool command_completion_key(struct command_completion *k, struct line_edit *edit, struct key key);
/* The line changed under the open list. */
void command_completion_refresh(struct command_completion *k, const struct line_edit *edit);
void command_completion_close(struct command_completion *k);
void command_completion_draw(const struct command_completion *k, struct screen *s,
                             struct rect list);

/* --- command_paste.c --- */
void command_lines_wipe(struct command_lines *lines);
void command_paste_key(struct command_line *c, struct key key);
void command_paste_draw(const struct command_line *c, struct screen *s, struct rect list);

#endif
