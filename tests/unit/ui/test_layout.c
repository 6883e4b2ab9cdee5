/* Where panes are: never over each other, never outside, and sensible at usual sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ui/layout.h"

static struct layout make(unsigned columns, unsigned rows, struct layout_wish wish)
{
    struct layout l;
    wish.columns = columns;
    wish.rows = rows;
    memset(&l, 0xA5, sizeof l);
    layout_make(&wish, &l);
    return l;
}

static const struct layout_wish usual = {
    .focus = PANE_COMMAND, .side = PANE_WORKFLOW, .workflow_rows = 12, .verdict_rows = 20};

/* "log 0,9 80x13" for each pane that is shown. */
static const char *told(const struct layout *l)
{
    static char text[400];
    const struct {
        const char *name;
        struct rect r;
    } panes[] = {{"status", l->status},   {"log", l->log},         {"workflow", l->workflow},
                 {"verdict", l->verdict}, {"command", l->command}, {"bottom", l->bottom}};
    size_t n = 0;
    for (size_t i = 0; i < 6; i++) {
        if (panes[i].r.rows)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s %u,%u %ux%u\n", panes[i].name,
                                  panes[i].r.column, panes[i].r.row, panes[i].r.columns,
                                  panes[i].r.rows);
    }
    if (l->border)
        snprintf(text + n, sizeof text - n, "border %u\n", l->border_column);
    return text;
}

#define assert_layout(l, wanted)                                                                   \
    do {                                                                                           \
        struct layout made = (l);                                                                  \
        assert_string_equal(told(&made), wanted);                                                  \
    } while (0)

/* --- properties --------------------------------------------------------------------------- */

static bool overlap(struct rect a, struct rect b)
{
    return a.rows && b.rows && a.columns && b.columns && a.row < b.row + b.rows &&
           b.row < a.row + a.rows && a.column < b.column + b.columns &&
           b.column < a.column + a.columns;
}

static const char *wrong(const struct layout_wish *w, const struct layout *l)
{
    struct rect r[7] = {l->status, l->log, l->workflow, l->verdict, l->command, l->bottom, {0}};
    unsigned cells = 0;
    if (l->border)
        r[6] = (struct rect){l->log.row, l->border_column, l->log.rows, 1};
    for (int i = 0; i < 7; i++) {
        if (r[i].rows == 0)
            continue;
        if (r[i].columns == 0)
            return "a pane without columns";
        if (r[i].row + r[i].rows > w->rows || r[i].column + r[i].columns > w->columns)
            return "outside";
        cells += r[i].rows * r[i].columns;
        for (int k = 0; k < i; k++)
            if (overlap(r[i], r[k]))
                return "overlap";
    }
    if (cells != w->rows * w->columns)
        return "a gap";
    if (w->rows > 1 && w->columns && l->command.rows != 1)
        return "no command line";
    if (!w->zoomed && l->log.rows == 0 && w->rows > 1 && w->columns)
        return "no log";
    bool tiny = w->rows < 8 || w->columns < 40;
    if (tiny && (l->status.rows || l->bottom.rows || l->workflow.rows || l->verdict.rows))
        return "more than log and command line in a tiny screen";
    if (!w->zoomed && w->side_hidden && (l->workflow.rows || l->verdict.rows || l->border))
        return "hidden, and shown";
    if (w->zoomed && (l->log.rows > 0) + (l->workflow.rows > 0) + (l->verdict.rows > 0) > 1)
        return "zoomed, and others shown";
    if (w->columns < LAYOUT_WIDE && l->workflow.rows && l->verdict.rows)
        return "both in a narrow screen";
    if (l->border && (l->log.columns < 60 || w->columns - l->border_column - 1 < 30))
        return "a column too narrow";
    return NULL;
}

static void no_overlap_nothing_outside(void **state)
{
    (void)state;
    static const int changes[] = {INT_MIN, -7, 0, 9, INT_MAX};
    static const unsigned wanted[] = {0, 6, UINT_MAX};
    struct layout l;
    for (unsigned rows = 0; rows <= 100; rows++) {
        for (unsigned columns = 0; columns <= 300; columns++) {
            for (unsigned i = 0; i < 2u * 2 * PANE_COUNT * 2 * 5 * 3; i++) {
                unsigned k = i;
                struct layout_wish w = {.rows = rows, .columns = columns};
                w.side_hidden = k % 2, k /= 2;
                w.zoomed = k % 2, k /= 2;
                w.focus = (enum pane)(k % PANE_COUNT), k /= PANE_COUNT;
                w.side = k % 2 ? PANE_VERDICT : PANE_WORKFLOW, k /= 2;
                w.side_change = changes[k % 5], k /= 5;
                w.workflow_rows = wanted[k];
                w.verdict_rows = wanted[2 - (k + i) % 3];
                layout_make(&w, &l);
                const char *what = wrong(&w, &l);
                if (what)
                    fail_msg("%ux%u hidden %d zoomed %d focus %d side %d change %d: %s\n%s",
                             columns, rows, w.side_hidden, w.zoomed, (int)w.focus, (int)w.side,
                             w.side_change, what, told(&l));
            }
        }
    }
}

/* --- usual sizes -------------------------------------------------------------------------- */

static void usual_terminal(void **state)
{
    (void)state;
    struct layout_wish w = usual;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nlog 0,9 80x13\nworkflow 0,1 80x8\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
    w.side = PANE_VERDICT;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nlog 0,9 80x13\nverdict 0,1 80x8\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
    /* What has the focus is in sight. */
    w.focus = PANE_WORKFLOW;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nlog 0,13 80x9\nworkflow 0,1 80x12\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
    w.side_hidden = true;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nlog 0,1 80x21\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
    /* A short list leaves the rest to the log, and + and - change that. */
    w.side_hidden = false;
    w.workflow_rows = 4;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nlog 0,5 80x17\nworkflow 0,1 80x4\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
    w.side_change = 1000;
    assert_int_equal(make(80, 24, w).log.rows, 5);
    w.side_change = 3;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nlog 0,8 80x14\nworkflow 0,1 80x7\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
}

static void large_terminal(void **state)
{
    (void)state;
    struct layout_wish w = usual;
    assert_layout(make(200, 60, w),
                  "status 0,0 200x1\nlog 0,1 123x57\nworkflow 124,1 76x12\n"
                  "verdict 124,13 76x45\ncommand 0,58 200x1\nbottom 0,59 200x1\nborder 123\n");
    w.side_change = -10;
    assert_layout(make(200, 60, w),
                  "status 0,0 200x1\nlog 0,1 133x57\nworkflow 134,1 66x12\n"
                  "verdict 134,13 66x45\ncommand 0,58 200x1\nbottom 0,59 200x1\nborder 133\n");
    w.side_change = 0;
    w.workflow_rows = 200;
    struct layout l = make(300, 60, w);
    assert_int_equal(l.workflow.columns, 90);
    assert_int_equal(l.workflow.rows, 37); /* all but what the verdict needs */
    assert_int_equal(l.verdict.rows, 20);
    w.verdict_rows = 200;
    l = make(300, 60, w);
    assert_int_equal(l.workflow.rows, 28);
    assert_int_equal(l.verdict.rows, 29);
    /* Wide and low: one at a time. */
    w.side = PANE_VERDICT;
    assert_layout(make(110, 10, w), "status 0,0 110x1\nlog 0,1 68x7\nverdict 69,1 41x7\n"
                                    "command 0,8 110x1\nbottom 0,9 110x1\nborder 68\n");
}

static void zoomed(void **state)
{
    (void)state;
    struct layout_wish w = usual;
    w.zoomed = true;
    assert_layout(make(200, 60, w), "status 0,0 200x1\nlog 0,1 200x57\n"
                                    "command 0,58 200x1\nbottom 0,59 200x1\n");
    w.focus = PANE_VERDICT;
    assert_layout(make(80, 24, w), "status 0,0 80x1\nverdict 0,1 80x21\n"
                                   "command 0,22 80x1\nbottom 0,23 80x1\n");
}

static void small_and_tiny(void **state)
{
    (void)state;
    struct layout_wish w = usual;
    assert_layout(make(60, 12, w), "status 0,0 60x1\nlog 0,4 60x6\nworkflow 0,1 60x3\n"
                                   "command 0,10 60x1\nbottom 0,11 60x1\n");
    assert_layout(make(40, 8, w), "status 0,0 40x1\nlog 0,1 40x5\n"
                                  "command 0,6 40x1\nbottom 0,7 40x1\n");
    assert_layout(make(39, 8, w), "log 0,0 39x7\ncommand 0,7 39x1\n");
    assert_layout(make(200, 7, w), "log 0,0 200x6\ncommand 0,6 200x1\n");
    assert_layout(make(20, 1, w), "command 0,0 20x1\n");
    w.focus = PANE_LOG;
    assert_layout(make(20, 1, w), "log 0,0 20x1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_overlap_nothing_outside),
        cmocka_unit_test(usual_terminal),
        cmocka_unit_test(large_terminal),
        cmocka_unit_test(zoomed),
        cmocka_unit_test(small_and_tiny),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
