/*
 * Where the panes are: from 60x12 up to very wide, with zoom, hiding and resizing.
 *
 * Narrow (below LAYOUT_WIDE columns): the side panes are a strip above the log, or
 * hidden when there is no room; the verdict takes turns with the workflow. Wide: a
 * column at the right, workflow above verdict. Below 40x8 only the log and the command
 * line are left. Never overlaps, never leaves the screen.
 */
#ifndef OTACONSOLE_UI_LAYOUT_H
#define OTACONSOLE_UI_LAYOUT_H

#include "ui/screen.h"

#define LAYOUT_WIDE 110

enum pane { PANE_COMMAND, PANE_LOG, PANE_WORKFLOW, PANE_VERDICT, PANE_COUNT };

struct layout_wish {
    unsigned rows, columns;
    bool side_hidden;
    bool zoomed; /* of the panes only `focus` is shown; the command line counts as the log */
    enum pane focus;
    enum pane side;  /* narrow: which of workflow and verdict is shown, unless one has the focus */
    int side_change; /* columns (wide) or rows (narrow) more or less than usual */
    unsigned workflow_rows, verdict_rows; /* wanted */
};

/* rows == 0: the pane is not shown. Areas include their title row. */
struct layout {
    struct rect status, log, workflow, verdict, command, bottom;
    bool wide;
    bool border; /* wide: a line of 1 column left of the side panes */
    unsigned border_column;
};

void layout_make(const struct layout_wish *wish, struct layout *layout);

#endif
