#include "ui/layout.h"

#include <string.h>

/* Below this only log and command line are left. */
#define ROWS_LEAST 8
#define COLUMNS_LEAST 40

/* Narrow: a strip above the log. */
#define STRIP_PERCENT 40
#define STRIP_FOCUS_PERCENT 65
#define STRIP_LEAST 3
#define STRIP_LOG_LEAST 5

/* Wide: a column at the right. */
#define SIDE_PERCENT 38
#define SIDE_MOST 90
#define SIDE_LEAST 30
#define SIDE_LOG_LEAST 60
/* Two panes one above the other need so many rows; and each at least so many. */
#define BOTH_LEAST 10
#define PANE_LEAST 3

static unsigned clamp(long value, unsigned least, unsigned most)
{
    if (value < (long)least)
        return least;
    return value > (long)most ? most : (unsigned)value;
}

/* A pane one types at is in sight, whatever was wished before. */
static enum pane side_of(const struct layout_wish *w)
{
    if (w->focus == PANE_WORKFLOW || w->focus == PANE_VERDICT)
        return w->focus;
    return w->side == PANE_VERDICT ? PANE_VERDICT : PANE_WORKFLOW;
}

static struct rect *area_of(struct layout *l, enum pane pane)
{
    switch (pane) {
    case PANE_WORKFLOW:
        return &l->workflow;
    case PANE_VERDICT:
        return &l->verdict;
    default:
        return &l->log;
    }
}

static void divide_strip(const struct layout_wish *w, struct rect middle, struct layout *l)
{
    enum pane side = side_of(w);
    unsigned wanted = side == PANE_WORKFLOW ? w->workflow_rows : w->verdict_rows;
    /* The pane one works in may have more than one that is only watched. */
    bool used = w->focus == PANE_WORKFLOW || w->focus == PANE_VERDICT;
    unsigned usual = middle.rows * (used ? STRIP_FOCUS_PERCENT : STRIP_PERCENT) / 100;
    l->log = middle;
    if (middle.rows < STRIP_LEAST + STRIP_LOG_LEAST)
        return;
    if (wanted < usual)
        usual = wanted;
    unsigned rows = clamp((long)usual + w->side_change, STRIP_LEAST, middle.rows - STRIP_LOG_LEAST);
    struct rect *strip = area_of(l, side);
    *strip = middle;
    strip->rows = rows;
    l->log.row += rows;
    l->log.rows -= rows;
}

/* What one pane does not need the other may have. */
static unsigned workflow_share(const struct layout_wish *w, unsigned rows)
{
    unsigned half = rows / 2;
    if (w->workflow_rows <= half)
        return clamp((long)w->workflow_rows, PANE_LEAST, rows - PANE_LEAST);
    if (w->verdict_rows < rows - half)
        half = rows - w->verdict_rows;
    if (w->workflow_rows < half)
        half = w->workflow_rows;
    return clamp((long)half, PANE_LEAST, rows - PANE_LEAST);
}

static void divide_side(const struct layout_wish *w, struct rect middle, struct layout *l)
{
    unsigned usual = middle.columns * SIDE_PERCENT / 100;
    usual = usual < SIDE_MOST ? usual : SIDE_MOST;
    unsigned columns =
        clamp((long)usual + w->side_change, SIDE_LEAST, middle.columns - 1 - SIDE_LOG_LEAST);
    struct rect side = middle;
    side.columns = columns;
    side.column = middle.columns - columns;
    l->log = middle;
    l->log.columns = middle.columns - columns - 1;
    l->border = true;
    l->border_column = side.column - 1;
    if (middle.rows < BOTH_LEAST) {
        *area_of(l, side_of(w)) = side;
        return;
    }
    l->workflow = l->verdict = side;
    l->workflow.rows = workflow_share(w, middle.rows);
    l->verdict.row += l->workflow.rows;
    l->verdict.rows -= l->workflow.rows;
}

/* The log and, from two rows on, the command line; in a single row the one that is used. */
static void make_tiny(const struct layout_wish *w, struct layout *l)
{
    struct rect all = {0, 0, w->rows, w->columns};
    if (w->rows == 0 || w->columns == 0)
        return;
    l->log = l->command = all;
    l->command.rows = w->rows > 1 || w->focus == PANE_COMMAND;
    l->log.rows = w->rows - l->command.rows;
    l->command.row = l->log.rows;
}

void layout_make(const struct layout_wish *wish, struct layout *layout)
{
    memset(layout, 0, sizeof *layout);
    layout->wide = wish->columns >= LAYOUT_WIDE;
    if (wish->rows < ROWS_LEAST || wish->columns < COLUMNS_LEAST) {
        make_tiny(wish, layout);
        return;
    }
    struct rect line = {0, 0, 1, wish->columns};
    struct rect middle = {1, 0, wish->rows - 3, wish->columns};
    layout->status = layout->command = layout->bottom = line;
    layout->command.row = wish->rows - 2;
    layout->bottom.row = wish->rows - 1;
    if (wish->zoomed)
        *area_of(layout, wish->focus) = middle;
    else if (wish->side_hidden)
        layout->log = middle;
    else if (layout->wide)
        divide_side(wish, middle, layout);
    else
        divide_strip(wish, middle, layout);
}
