#include "session/doctor.h"

#include <stdio.h>

/* Marks message ids; views translate them. */
#define N_(text) text

const char *doctor_state_name(enum doctor_state state)
{
    static const char *const names[] = {
        [DOCTOR_CLOSED] = "closed",
        [DOCTOR_NOT_FOUND] = "not-found",
        [DOCTOR_BUSY] = "busy",
        [DOCTOR_PERMISSION] = "permission",
        [DOCTOR_PORT_ERROR] = "port-error",
        [DOCTOR_LOST] = "lost",
        [DOCTOR_LISTENING] = "listening",
        [DOCTOR_SILENT] = "silent",
        [DOCTOR_GARBAGE] = "garbage",
        [DOCTOR_TALKING] = "talking",
        [DOCTOR_APPLICATION] = "application",
        [DOCTOR_LOADER] = "loader",
        [DOCTOR_SECOND_BOOT] = "second-boot",
        [DOCTOR_SEARCHING] = "searching",
    };
    return names[state];
}

struct words {
    const char *what, *next;
    enum doctor_offer offer;
};

static const struct words words_of_state[] = {
    [DOCTOR_CLOSED] = {N_("No port is open."),
                       N_("Pick the serial port of the board's USB adapter."), OFFER_PICK_PORT},
    [DOCTOR_NOT_FOUND] = {N_("There is no such port."),
                          N_("Plug the adapter in, or pick another port; opening is tried again "
                             "by itself."),
                          OFFER_PICK_PORT},
    [DOCTOR_BUSY] = {N_("Another program holds the port."),
                     N_("End that program, or pick another port; opening is tried again by "
                        "itself."),
                     OFFER_RETRY},
    [DOCTOR_PERMISSION] = {N_("This user may not open the port."),
                           N_("Join the group that may (usually dialout), then log out and in "
                              "again."),
                           OFFER_RETRY},
    [DOCTOR_PORT_ERROR] = {N_("The operating system refused the port."),
                           N_("Unplug the adapter and plug it in again; dmesg shows what its "
                              "driver says."),
                           OFFER_RETRY},
    [DOCTOR_LOST] = {N_("The serial adapter is gone."),
                     N_("Plug it in again: the same adapter is found and opened by itself, also "
                        "under another name."),
                     OFFER_RETRY},
    [DOCTOR_LISTENING] = {N_("The port is open; listening for the board."), "", OFFER_NOTHING},
    [DOCTOR_SILENT] = {N_("Nothing comes from the board."),
                       N_("Check: is the board powered? Are TX and RX swapped? Is ground "
                          "connected? Is it held in reset? If all is well, press its reset "
                          "button: a board that starts prints at once. Or send an Enter."),
                       OFFER_PROBE},
    [DOCTOR_GARBAGE] = {N_("What comes from the board is no text: most likely the baud rate is "
                           "wrong."),
                        N_("Find the rate by trying, or set it (AliOS Things boards mostly use "
                           "921600 or 115200). If no rate is readable, check ground and that the "
                           "adapter's levels are 3.3 V."),
                        OFFER_FIND_BAUD},
    [DOCTOR_TALKING] = {N_("Text comes from the board; what runs on it is not recognised yet."),
                        N_("Send an Enter: a shell answers with its prompt."), OFFER_PROBE},
    [DOCTOR_APPLICATION] = {N_("The application runs; its shell answers."),
                            N_("Type commands, or run a profile."), OFFER_PROFILE},
    [DOCTOR_LOADER] = {N_("The board is in its first-stage loader (download mode)."),
                       N_("Run a profile that flashes it; reset it to start the application."),
                       OFFER_PROFILE},
    [DOCTOR_SECOND_BOOT] = {N_("The board is in the second bootloader's menu."),
                            N_("Start the application, or flash from here."), OFFER_BOOT},
    [DOCTOR_SEARCHING] = {N_("Finding the baud rate: each usual rate is listened to for a "
                             "moment."),
                          N_("Press reset if the board says nothing by itself."), OFFER_NOTHING},
};

static const struct words silent_after_enter = {
    N_("Nothing comes from the board, also after an Enter."),
    N_("Check: is the board powered? Are TX and RX swapped? Is ground connected? Is it held in "
       "reset? If all is well, it is in a state that says nothing: press its reset button, or "
       "enter download mode."),
    OFFER_DOWNLOAD};

static const struct words only_noise = {
    N_("Only stray bytes come from the board, no text."),
    N_("Check: is ground connected? Is the board powered? Does RX hang in the air? Press its "
       "reset button; if it then prints what cannot be read, find the baud rate."),
    OFFER_FIND_BAUD};

static const struct words no_rate = {
    N_("What comes from the board is no text at any of the usual baud rates."),
    N_("Check ground, that the adapter's levels are 3.3 V, and that this is the board's log "
       "port; or set its rate by hand."),
    OFFER_FIND_BAUD};

static const struct words waits_for_file = {
    N_("The board waits for a file: it asks for one by Ymodem (C ... C ...)."),
    N_("Run a profile that flashes it, send a file, or enter download mode, which ends the wait."),
    OFFER_DOWNLOAD};

static const struct words *words_of(const struct doctor *d)
{
    if (d->awaits_file && d->state != DOCTOR_SEARCHING)
        return &waits_for_file;
    if (d->state == DOCTOR_SILENT && d->window_count)
        return &only_noise;
    if (d->state == DOCTOR_SILENT && d->probed)
        return &silent_after_enter;
    if (d->state == DOCTOR_GARBAGE && d->search.vain)
        return &no_rate;
    return &words_of_state[d->state];
}

/* A port's problem names the program, the group, the file: more than a sentence for all. */
static bool has_own_words(const struct doctor *d)
{
    return d->state >= DOCTOR_NOT_FOUND && d->state <= DOCTOR_PORT_ERROR && d->problem.what[0];
}

void doctor_describe(const struct doctor *d, char *what, size_t what_size, char *next,
                     size_t next_size)
{
    const struct words *w = words_of(d);
    if (has_own_words(d)) {
        if (d->problem.where[0])
            snprintf(what, what_size, "%s: %s", d->problem.where, d->problem.what);
        else
            snprintf(what, what_size, "%s", d->problem.what);
        snprintf(next, next_size, "%s", d->problem.hint[0] ? d->problem.hint : w->next);
        return;
    }
    snprintf(what, what_size, "%s", w->what);
    snprintf(next, next_size, "%s", w->next);
}

enum doctor_offer doctor_offer(const struct doctor *d)
{
    return words_of(d)->offer;
}
