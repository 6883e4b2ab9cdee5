/*
 * One line being typed: a buffer of UTF-8, a cursor, the usual keys (arrows, Home,
 * End, Ctrl-A E B F W U K D, Backspace, Delete, Alt-B F D, Alt-Backspace).
 */
#ifndef OTACONSOLE_UI_LINE_EDIT_H
#define OTACONSOLE_UI_LINE_EDIT_H

#include "ui/keys.h"
#include "ui/screen.h"

#define LINE_EDIT_MAX 1024

struct line_edit {
    char text[LINE_EDIT_MAX]; /* always terminated, always valid UTF-8 */
    size_t length, cursor;    /* in bytes */
    bool hidden;              /* a secret: shown as dots; wiped by line_edit_clear */
};

/* What typed_text.h leaves out is left out; cut where the line is full; the cursor at the end. */
void line_edit_set(struct line_edit *e, const char *text);
void line_edit_clear(struct line_edit *e); /* wipes the bytes, keeps `hidden` */
/* True when the key was taken (it moved or changed something, or would have). */
bool line_edit_key(struct line_edit *e, struct key key);
/* Text at the cursor: control characters and the like (typed_text.h) are left out; what does not
 * fit is not taken at all (false). */
bool line_edit_insert(struct line_edit *e, const char *text, size_t n);
/* Replaces bytes begin..end-1 (completion) by clean text; the cursor behind it. */
bool line_edit_replace(struct line_edit *e, size_t begin, size_t end, const char *text);
/* Draws prompt and text, scrolled sideways so that the cursor shows; sets the screen's cursor. */
void line_edit_draw(const struct line_edit *e, struct screen *s, unsigned row, unsigned column,
                    unsigned columns, enum style style, const char *prompt);

#endif
