#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ui/format.h"
#include "ui/locale.h"
#include "ui/workflow_pane.h"

/* --- one step ----------------------------------------------------------------------------- */

struct look {
    const char *mark;
    enum style mark_style, name_style;
};

static const struct look looks[] = {
    [STEP_WAITING] = {"·", STYLE_DIM, STYLE_NORMAL}, [STEP_RUNNING] = {"▶", STYLE_INFO, STYLE_BOLD},
    [STEP_PASSED] = {"✔", STYLE_GOOD, STYLE_NORMAL}, [STEP_FAILED] = {"✘", STYLE_BAD, STYLE_BAD},
    [STEP_SKIPPED] = {"–", STYLE_DIM, STYLE_DIM},
};

/* What stands at the right of a row: a failure's code, retries, time. */
struct right_part {
    char text[64];
    enum style style;
    bool shown;
};
enum { RIGHT_CODE, RIGHT_RETRIES, RIGHT_TIME, RIGHT_COUNT };

static uint64_t since(uint64_t then, uint64_t now)
{
    return now > then ? now - then : 0;
}

static void fill_right(const struct workflow_pane *w, const struct workflow_step *step,
                       struct right_part part[RIGHT_COUNT])
{
    bool failed = step->state == STEP_FAILED, running = step->state == STEP_RUNNING;
    memset(part, 0, RIGHT_COUNT * sizeof *part);
    format_copy(part[RIGHT_CODE].text, sizeof part[RIGHT_CODE].text, step->problem);
    part[RIGHT_CODE].style = failed ? STYLE_BAD : STYLE_WARN;
    if (step->attempts > 1)
        snprintf(part[RIGHT_RETRIES].text, sizeof part[RIGHT_RETRIES].text, "×%u", step->attempts);
    part[RIGHT_RETRIES].style = STYLE_WARN;
    if (failed || running || step->state == STEP_PASSED)
        format_elapsed(running ? since(step->started_us, w->now_us) : step->elapsed_us,
                       part[RIGHT_TIME].text, sizeof part[RIGHT_TIME].text);
    part[RIGHT_TIME].style = STYLE_TIME;
}

static unsigned width_of(const char *text)
{
    return screen_text_width(text, strlen(text));
}

/* Which of them leave the name enough room; returns the columns they take. */
static unsigned fit_right(const struct workflow_step *step, struct right_part part[RIGHT_COUNT],
                          unsigned columns, unsigned name_least)
{
    static const int failed_first[] = {RIGHT_CODE, RIGHT_TIME, RIGHT_RETRIES};
    static const int time_first[] = {RIGHT_TIME, RIGHT_RETRIES, RIGHT_CODE};
    const int *order = step->state == STEP_FAILED ? failed_first : time_first;
    unsigned used = 0;
    for (int i = 0; i < RIGHT_COUNT; i++) {
        struct right_part *p = &part[order[i]];
        unsigned width = 1 + width_of(p->text);
        if (p->text[0] && name_least + used + width <= columns) {
            p->shown = true;
            used += width;
        }
    }
    return used;
}

static unsigned digits(size_t n)
{
    unsigned count = 1;
    for (; n >= 10; n /= 10)
        count++;
    return count;
}

static void draw_step(const struct workflow_pane *w, size_t i, struct screen *s, struct rect row,
                      bool chosen)
{
    const struct workflow_step *step = &w->steps[i];
    const struct look *look = &looks[step->state];
    const char *name = step->name && step->name[0] ? _(step->name) : "";
    struct right_part part[RIGHT_COUNT];
    unsigned end = row.column + row.columns, at = row.column;
    at += screen_put_text(s, row.row, at, end - at, look->mark_style, look->mark) + 1;
    if (at < end)
        at += screen_print(s, row.row, at, end - at, STYLE_DIM, "%*zu ", (int)digits(w->count),
                           i + 1);
    if (at < end) {
        unsigned room = end - at, least = room / 3 > 8 ? room / 3 : 8, width = width_of(name);
        fill_right(w, step, part);
        unsigned used = fit_right(step, part, room, width < least ? width : least);
        draw_cut(s, row.row, at, room - used, look->name_style, name, strlen(name));
        at = end - used;
        for (int k = 0; k < RIGHT_COUNT; k++) {
            if (part[k].shown)
                at += 1 + screen_put_text(s, row.row, at + 1, end - at - 1, part[k].style,
                                          part[k].text);
        }
    }
    if (chosen)
        screen_restyle(s, row, STYLE_CHOSEN);
}

/* --- the list ----------------------------------------------------------------------------- */

static size_t running_step(const struct workflow_pane *w)
{
    for (size_t i = w->count; i > 0; i--)
        if (w->steps[i - 1].state == STEP_RUNNING)
            return i - 1;
    return w->count;
}

/* Who moves in the list sees where; else the step under way is in sight. */
static void scroll(struct workflow_pane *w, size_t rows, bool focus)
{
    size_t target = focus ? w->chosen : running_step(w);
    if (target >= w->count)
        target = w->chosen;
    if (target < w->first)
        w->first = target;
    if (target >= w->first + rows)
        w->first = target - rows + 1;
    if (w->first + rows > w->count)
        w->first = w->count > rows ? w->count - rows : 0;
}

static unsigned draw_steps(struct workflow_pane *w, struct screen *s, struct rect area, bool focus)
{
    unsigned row = 0;
    if (area.rows == 0)
        return 0;
    if (w->count == 0) {
        const char *text = w->title[0] ? _("Nothing done yet.") : _("No profile is open.");
        draw_cut(s, area.row, area.column, area.columns, STYLE_DIM, text, strlen(text));
        return 1;
    }
    scroll(w, area.rows, focus);
    for (size_t i = w->first; i < w->count && row < area.rows; i++, row++) {
        struct rect place = {area.row + row, area.column, 1, area.columns};
        draw_step(w, i, s, place, focus && i == w->chosen);
    }
    return row;
}

/* --- a transfer --------------------------------------------------------------------------- */

static const char *activity_title(const char *name)
{
    static const char *const titles[] = {N_("write"), N_("repair"), N_("verify"), N_("read"),
                                         N_("download")};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(titles[i], name) == 0)
            return _(titles[i]);
    return name;
}

enum { FIGURE_PERCENT, FIGURE_SHARE, FIGURE_RATE, FIGURE_LEFT, FIGURE_RETRIES, FIGURE_COUNT };

static void fill_figures(const struct workflow_pane *w, char figure[FIGURE_COUNT][64])
{
    uint64_t seconds = (w->progress.eta_us + TIME_S - 1) / TIME_S;
    char text[40];
    memset(figure, 0, FIGURE_COUNT * sizeof figure[0]);
    if (w->progress.total)
        snprintf(figure[FIGURE_PERCENT], sizeof figure[0], "%u %%",
                 format_percent(w->progress.done, w->progress.total));
    format_share(w->progress.done, w->progress.total, figure[FIGURE_SHARE], sizeof figure[0]);
    if (w->progress.rate)
        format_rate(w->progress.rate, figure[FIGURE_RATE], sizeof figure[0]);
    if (w->progress.eta_us && w->progress.done < w->progress.total) {
        snprintf(text, sizeof text, "%llu:%02llu", (unsigned long long)(seconds / 60),
                 (unsigned long long)(seconds % 60));
        snprintf(figure[FIGURE_LEFT], sizeof figure[0], _("%s left"), text);
    }
    if (w->progress.retries)
        snprintf(figure[FIGURE_RETRIES], sizeof figure[0],
                 w->progress.retries == 1 ? _("%u repeat") : _("%u repeats"), w->progress.retries);
}

#define BAR_LEAST 6
#define BAR_MOST 40

static void draw_progress(const struct workflow_pane *w, struct screen *s, struct rect row)
{
    char figure[FIGURE_COUNT][64];
    const char *activity = activity_title(w->progress.activity);
    unsigned label = width_of(activity) + 2, bar = w->progress.total ? BAR_LEAST + 1 : 0, used = 0;
    unsigned end = row.column + row.columns, at = row.column;
    fill_figures(w, figure);
    /* The percentage says more than a bar. */
    if (label + bar + width_of(figure[FIGURE_PERCENT]) > row.columns)
        bar = 0;
    /* Figures are in the order of their weight; the first that does not fit ends the row. */
    unsigned shown = 0;
    for (; shown < FIGURE_COUNT; shown++) {
        unsigned width = figure[shown][0] ? width_of(figure[shown]) + 2 : 0;
        if (label + bar + used + width > row.columns + 2)
            break;
        used += width;
    }
    at += draw_cut(s, row.row, at, row.columns, STYLE_BOLD, activity, strlen(activity)) + 2;
    /* Each figure was counted with the gap behind it, also the last one. */
    if (bar && label + used + bar <= row.columns + 2) {
        unsigned room = row.columns + 2 - label - used - 1;
        bar = room < BAR_MOST ? room : BAR_MOST;
        draw_bar(s, row.row, at, bar, w->progress.done, w->progress.total);
        at += bar + 1;
    }
    for (unsigned i = 0; i < shown && at < end; i++) {
        if (figure[i][0])
            at += 2 + screen_put_text(s, row.row, at, end - at,
                                      i == FIGURE_RETRIES ? STYLE_WARN : STYLE_NORMAL, figure[i]);
    }
}

static void draw_samples(const struct workflow_pane *w, struct screen *s, struct rect row)
{
    static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    unsigned count = w->progress.sample_count, room = row.columns;
    uint64_t most = 1;
    char text[48], peak[80];
    for (unsigned i = 0; i < count; i++)
        most = w->progress.samples[i] > most ? w->progress.samples[i] : most;
    format_rate(most, text, sizeof text);
    snprintf(peak, sizeof peak, _("peak %s"), text);
    bool with_peak = width_of(peak) + 12 <= room;
    if (with_peak)
        room -= width_of(peak) + 2;
    unsigned first = count > room ? count - room : 0;
    for (unsigned i = first; i < count; i++) {
        unsigned level = (unsigned)(w->progress.samples[i] * (uint64_t)7 / most);
        screen_put_text(s, row.row, row.column + i - first, 1, STYLE_BAR, levels[level]);
    }
    if (with_peak)
        screen_put_text(s, row.row, row.column + count - first + 2, width_of(peak), STYLE_DIM,
                        peak);
}

/* --- all of it ---------------------------------------------------------------------------- */

static struct paragraph request_of(const struct workflow_pane *w)
{
    return (struct paragraph){"► ", STYLE_WARN, w->asked, STYLE_WARN};
}

/* How the rows below the title are shared out. */
struct shares {
    unsigned steps, request, progress, samples;
};

static struct shares share(const struct workflow_pane *w, unsigned rows, unsigned columns)
{
    struct shares r = {.steps = w->count ? (unsigned)w->count : 1};
    struct paragraph request = request_of(w);
    unsigned left = rows;
    if (w->asked[0]) {
        unsigned wanted = paragraph_rows(&request, columns), most = rows > 3 ? rows / 2 : 1;
        r.request = wanted < most ? wanted : most;
        /* What the steps do not need, the request may have. */
        if (wanted > r.request && rows > r.steps + r.request)
            r.request = wanted < rows - r.steps ? wanted : rows - r.steps;
        r.request = r.request < left ? r.request : left;
        left -= r.request;
    }
    r.progress = w->progress.active && left >= 2;
    left -= r.progress;
    r.samples = r.progress && w->progress.sample_count > 1 && left >= 4;
    left -= r.samples;
    if (r.steps > left)
        r.steps = left;
    return r;
}

unsigned workflow_pane_rows(const struct workflow_pane *w)
{
    unsigned rows = 1 + (w->count ? (unsigned)w->count : 1);
    if (w->asked[0])
        rows += (width_of(w->asked) + 39) / 40; /* the columns are not known here */
    if (w->progress.active)
        rows += 2;
    return rows;
}

static void draw_title(const struct workflow_pane *w, struct screen *s, struct rect area,
                       bool focus)
{
    char title[240], right[120] = "", elapsed[32];
    if (w->title[0])
        snprintf(title, sizeof title, "%s: %s", _("Workflow"), w->title);
    else
        snprintf(title, sizeof title, "%s", _("Workflow"));
    format_elapsed(w->running ? since(w->run_started_us, w->now_us) : w->run_elapsed_us, elapsed,
                   sizeof elapsed);
    if (w->running)
        snprintf(right, sizeof right, "%s", elapsed);
    else if (w->result[0] && w->passed)
        snprintf(right, sizeof right, "✔ %s", elapsed);
    else if (w->result[0])
        snprintf(right, sizeof right, "✘ %s  %s", w->result, elapsed);
    screen_title(s, area, focus, title, right);
}

/* A single row: what is asked, else the step under way, else the title. */
static void draw_single(struct workflow_pane *w, struct screen *s, struct rect area, bool focus)
{
    struct paragraph request = request_of(w);
    if (w->asked[0])
        paragraph_draw(&request, s, area);
    else if (w->running && running_step(w) < w->count)
        draw_steps(w, s, area, focus);
    else
        draw_title(w, s, area, focus);
}

static struct rect take_rows(struct rect *from, unsigned rows)
{
    struct rect part = *from;
    part.rows = rows < from->rows ? rows : from->rows;
    from->row += part.rows;
    from->rows -= part.rows;
    return part;
}

void workflow_pane_draw(struct workflow_pane *w, struct screen *s, struct rect area, bool focus)
{
    struct paragraph request = request_of(w);
    if (area.rows == 0 || area.columns == 0)
        return;
    screen_fill(s, area, STYLE_NORMAL);
    if (area.rows == 1) {
        draw_single(w, s, area, focus);
        return;
    }
    draw_title(w, s, take_rows(&area, 1), focus);
    struct shares shares = share(w, area.rows, area.columns);
    draw_steps(w, s, take_rows(&area, shares.steps), focus);
    if (shares.request)
        paragraph_draw(&request, s, take_rows(&area, shares.request));
    if (shares.progress)
        draw_progress(w, s, take_rows(&area, 1));
    if (shares.samples)
        draw_samples(w, s, take_rows(&area, 1));
}
