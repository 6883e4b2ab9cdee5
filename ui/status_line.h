/*
 * The status line: port, baud, board, what the board is now, rates, errors, recording;
 * what fits, the most telling first.
 */
#ifndef OTACONSOLE_UI_STATUS_LINE_H
#define OTACONSOLE_UI_STATUS_LINE_H

#include "ui/format.h"
#include "ui/screen.h"

struct status_line {
    char port[128];
    bool open;
    uint32_t baud;
    char board[64];
    char condition[96]; /* "application", "loader B1", "second boot", "silent", "garbage?" */
    enum style condition_style;
    uint64_t received, sent;          /* bytes in all */
    uint64_t receive_rate, send_rate; /* bytes a second */
    uint64_t errors;                  /* log lines of level E and F */
    char recording[64];               /* folder's name; "" = off */
    bool recording_failed;
    bool rts_known, rts, dtr;
    char run[64];      /* profile and step under way, "" = none */
    char message[256]; /* the newest remark for the user; "" = none */
    enum style message_style;
    bool prefix_pending; /* the prefix key was pressed: what next? */
    char prefix_name[16];
    bool raw_keys;
    char keys[160]; /* hint of keys at the right */
};

/* One row: identity and state. */
void status_line_draw(const struct status_line *s, struct screen *screen, unsigned row);
/* The row at the bottom: message, or the keys that matter now. */
void status_line_draw_bottom(const struct status_line *s, struct screen *screen, unsigned row);

#endif
