/*
 * The rim to the user's terminal, by ncurses: a grid out, keys in, and the promise
 * that the terminal is as it was before, however the program ends.
 *
 * Open sets raw mode (Ctrl-C goes to the board), the alternate screen, bracketed paste
 * and, if wanted, the mouse. It installs handlers: SIGSEGV, SIGBUS, SIGABRT, SIGFPE,
 * SIGILL restore the terminal with write(2) and tcsetattr(3) alone, say so in one
 * sentence and let the signal do its work (core dump, exit status); SIGTSTP and SIGCONT
 * leave and come back. SIGTERM, SIGHUP and SIGINT are the program's stop flag's.
 */
#ifndef OTACONSOLE_UI_TERMINAL_H
#define OTACONSOLE_UI_TERMINAL_H

#include "base/problem.h"
#include "ui/keys.h"
#include "ui/screen.h"
#include "ui/theme.h"

struct terminal;

struct terminal_options {
    const struct theme *theme; /* stays the caller's */
    bool mouse;
};

/* One at a time. `usage` when standard input or output is no terminal; names TERM when unknown. */
enum problem_code terminal_open(const struct terminal_options *options, struct terminal **out,
                                struct problem *problem);
void terminal_close(struct terminal *t);
/* What to watch for keys; -1 while there is nothing to watch (gone, left, in the background). */
int terminal_fd(const struct terminal *t);
/* The size now; `screen` is brought to it. False when out of memory. */
bool terminal_fit(struct terminal *t, struct screen *screen);
/*
 * The next key, paste, mouse event or change of size, without waiting for one; false = none.
 * To be called until false when there is something to read, when poll(2) was interrupted,
 * and at least every second. A change of size is also told when the screen was taken back
 * after a suspension: all of it is to be shown then.
 */
bool terminal_input(struct terminal *t, struct input *input);
/* Input ended (the terminal is gone: a closed ssh, a killed window). */
bool terminal_gone(const struct terminal *t);
/* Shows the grid; only what changed goes out. Never blocks for long on a stuck terminal. */
void terminal_show(struct terminal *t, const struct screen *screen);
/* Part of what was shown did not go out yet: call terminal_input again in a twentieth second. */
bool terminal_is_behind(const struct terminal *t);
/* All of it again (Ctrl-L, after a command of the shell). */
void terminal_redraw(struct terminal *t);
/* Back to the shell until SIGCONT. */
void terminal_suspend(struct terminal *t);
/* For a command of the shell: gives the terminal away, and takes it back. */
void terminal_leave(struct terminal *t);
void terminal_return(struct terminal *t);
/* To the user's clipboard by OSC 52; only ever what the user selected. False = too long. */
bool terminal_copy(struct terminal *t, const char *text, size_t n);

#endif
