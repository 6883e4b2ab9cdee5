/*
 * The promise that the terminal is as it was before, however the program ends or stops.
 *
 * Holds the bytes that enter and leave the screen and both sets of terminal modes, made
 * beforehand, so that a signal handler needs write(2) and tcsetattr(3) alone.
 */
#ifndef OTACONSOLE_UI_TERMINAL_GUARD_H
#define OTACONSOLE_UI_TERMINAL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define GUARD_BYTES 512

struct guard {
    int fd;                    /* to the terminal; best one that does not block */
    struct termios shell, raw; /* modes outside and inside */
    char enter[GUARD_BYTES], leave[GUARD_BYTES];
    size_t enter_length, leave_length;
};

/* Takes a copy, installs the handlers, enters. One at a time. */
void guard_begin(const struct guard *guard);
/* Leaves and gives the signals back to whom they were before. */
void guard_end(void);
/* Out of the screen and back, for a command of the shell. */
void guard_leave(void);
void guard_enter(void);
/* Stops the whole job as Ctrl-Z does; returns when it goes on. */
void guard_suspend(void);
/* The screen is ours now: false while away, and while this is a job in the background. */
bool guard_is_inside(void);
/* True once after the screen was entered again: all of it must be drawn. */
bool guard_take_entered(void);

#endif
