/*
 * What opens on top of the panes: a list to choose from (palette, profiles, boards,
 * ports, baud rates), a question for a text (also hidden), a yes-or-no, a page to
 * read (help, statistics). One is open at a time; Esc closes it.
 */
#ifndef OTACONSOLE_UI_OVERLAY_H
#define OTACONSOLE_UI_OVERLAY_H

#include "ui/line_edit.h"

#define OVERLAY_ITEMS_MAX 512

struct overlay_item {
    char *text;       /* owned */
    char *detail;     /* owned; LIST: at the right; PAGE: a second column; may be NULL */
    long value;       /* the caller's; PAGE: not 0 = a heading */
    const char *also; /* LIST: what one finds it by too; static, not shown, may be NULL */
};

enum overlay_kind { OVERLAY_NONE, OVERLAY_LIST, OVERLAY_ASK, OVERLAY_CONFIRM, OVERLAY_PAGE };

struct overlay {
    enum overlay_kind kind;
    int purpose; /* the caller's: what the answer is for */
    char title[160];
    char text[1024]; /* ASK, CONFIRM: explanation; several lines */
    struct overlay_item *items;
    size_t count;
    size_t *shown; /* LIST: indexes of items that fit what was typed, best first */
    size_t shown_count, chosen, first;
    size_t page;           /* lines that had room when it was drawn last */
    struct line_edit edit; /* LIST: typed to find; ASK: the answer */
    bool free_text;        /* LIST: what was typed is an answer too when nothing fits */
};

/* Zero-initialise. Opening closes what was open. Titles and texts are translated by the caller and
 * made safe here. Lists and pages: add items, then they can be drawn. */
void overlay_open_list(struct overlay *o, int purpose, const char *title, bool free_text);
void overlay_open_ask(struct overlay *o, int purpose, const char *title, const char *text,
                      const char *initial, bool hidden);
void overlay_open_confirm(struct overlay *o, int purpose, const char *title, const char *text);
void overlay_open_page(struct overlay *o, int purpose, const char *title);
/* False when there are OVERLAY_ITEMS_MAX, or memory is short. */
bool overlay_add(struct overlay *o, const char *text, const char *detail, long value);
/* Wipes and frees. */
void overlay_close(struct overlay *o);

enum overlay_result {
    OVERLAY_OPEN,     /* goes on */
    OVERLAY_ANSWERED, /* overlay_value / overlay_text have the answer; still to be closed */
    OVERLAY_CANCELLED /* Esc, or "no"; still to be closed */
};
/* A yes-or-no is answered by y and n in every language; Enter, like Esc, is the no. */
enum overlay_result overlay_key(struct overlay *o, struct key key);
/* The first line of it, where one types; never an answer. */
enum overlay_result overlay_paste(struct overlay *o, const char *text, size_t n);
/* LIST: value of the chosen item, -1 when free text was given. */
long overlay_value(const struct overlay *o);
/* ASK, or LIST: the text typed, or of the chosen item. */
const char *overlay_text(const struct overlay *o);
/* In the middle of the screen, at most its size; sets the cursor where one types. */
void overlay_draw(struct overlay *o, struct screen *s);

/* --- made from tables --- */
/* The key table, by groups, translated. */
void overlay_open_help(struct overlay *o, int purpose, const struct bindings *bindings);
/* All actions, each with its keys; value = enum action. */
void overlay_open_palette(struct overlay *o, int purpose, const struct bindings *bindings);

#endif
