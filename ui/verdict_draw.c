#include <stdio.h>
#include <string.h>

#include "ui/format.h"
#include "ui/locale.h"
#include "ui/verdict_pane.h"

static const char *translated(const char *text)
{
    return text[0] ? _(text) : "";
}

static unsigned width_of(const char *text)
{
    return screen_text_width(text, strlen(text));
}

/* --- the checklist ------------------------------------------------------------------------ */

struct look {
    const char *mark;
    enum style mark_style, title_style, detail_style;
};

static const struct look looks[] = {
    [PHASE_OPEN] = {"·", STYLE_DIM, STYLE_DIM, STYLE_DIM},
    [PHASE_BEGUN] = {"▶", STYLE_INFO, STYLE_BOLD, STYLE_NORMAL},
    [PHASE_PASSED] = {"✔", STYLE_GOOD, STYLE_NORMAL, STYLE_DIM},
    [PHASE_FAILED] = {"✘", STYLE_BAD, STYLE_BAD, STYLE_BAD},
    [PHASE_SKIPPED] = {"–", STYLE_DIM, STYLE_DIM, STYLE_DIM},
};

static const char *const titles[PHASE_COUNT] = {
#define PHASE(symbol, name, title) N_(title),
    PHASES(PHASE)
#undef PHASE
};

static unsigned title_column(unsigned columns)
{
    unsigned most = 0;
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        most = width_of(_(titles[i])) > most ? width_of(_(titles[i])) : most;
    return most < columns * 3 / 5 ? most : columns * 3 / 5;
}

#define BAR_LEAST 5
#define BAR_MOST 24

static void draw_download(const struct verdict_pane *v, struct screen *s, struct rect place)
{
    char share[64], text[96];
    unsigned percent = format_percent(v->received, v->announced);
    format_share(v->received, v->announced, share, sizeof share);
    if (v->announced)
        snprintf(text, sizeof text, "%u %%  %s", percent, share);
    else
        snprintf(text, sizeof text, "%s", share);
    /* Half a figure is none. */
    if (v->announced && width_of(text) > place.columns)
        snprintf(text, sizeof text, "%u %%", percent);
    unsigned used =
        draw_cut(s, place.row, place.column, place.columns, STYLE_NORMAL, text, strlen(text)) + 1;
    if (v->announced == 0 || used + BAR_LEAST > place.columns)
        return;
    unsigned room = place.columns - used;
    draw_bar(s, place.row, place.column + used, room < BAR_MOST ? room : BAR_MOST, v->received,
             v->announced);
}

static void draw_phase(const struct verdict_pane *v, unsigned i, struct screen *s,
                       struct rect place, bool chosen)
{
    const struct verdict_phase *phase = &v->phases[i];
    const struct look *look = &looks[phase->state];
    const char *title = _(titles[i]), *detail = phase->detail;
    unsigned end = place.column + place.columns, width = title_column(place.columns);
    unsigned at = place.column;
    screen_put_text(s, place.row, at, place.columns, look->mark_style, look->mark);
    at += 2;
    if (at < end)
        draw_cut(s, place.row, at, width < end - at ? width : end - at, look->title_style, title,
                 strlen(title));
    at += width + 2;
    if (at < end) {
        struct rect rest = {place.row, at, 1, end - at};
        if (i == PHASE_DOWNLOAD && v->received && phase->state != PHASE_FAILED)
            draw_download(v, s, rest);
        else
            draw_cut(s, rest.row, at, rest.columns, look->detail_style, detail, strlen(detail));
    }
    if (chosen)
        screen_restyle(s, place, STYLE_CHOSEN);
}

/* Where things are happening: the phase under way, else the last one that is known. */
static unsigned newest_phase(const struct verdict_pane *v)
{
    unsigned newest = 0;
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        if (v->phases[i].state != PHASE_OPEN)
            newest = i;
    return newest;
}

/* Two phases side by side where the pane is wide and low. */
#define COLUMNS_FOR_TWO 64
#define ROWS_OF_TWO ((PHASE_COUNT + 1u) / 2)

static void draw_list(struct verdict_pane *v, struct screen *s, struct rect area, bool focus)
{
    bool two = area.rows < PHASE_COUNT && area.columns >= COLUMNS_FOR_TWO;
    unsigned rows = two ? ROWS_OF_TWO : PHASE_COUNT;
    unsigned width = two ? (area.columns - 2) / 2 : area.columns;
    unsigned target = (focus ? v->chosen : newest_phase(v)) % rows;
    if (area.rows == 0)
        return;
    if (target < v->first)
        v->first = target;
    if (target >= v->first + area.rows)
        v->first = target - area.rows + 1;
    if (v->first + area.rows > rows)
        v->first = rows > area.rows ? rows - area.rows : 0;
    for (unsigned i = 0; i < PHASE_COUNT; i++) {
        unsigned row = i % rows;
        if (row < v->first || row >= v->first + area.rows)
            continue;
        struct rect place = {area.row + row - v->first, area.column + i / rows * (width + 2), 1,
                             width};
        draw_phase(v, i, s, place, focus && i == v->chosen);
    }
}

/* --- the verdict -------------------------------------------------------------------------- */

struct kind {
    const char *name, *title, *mark;
    enum style style;
};

static const struct kind kinds[] = {
    {N_("success"), N_("Success"), "✔", STYLE_GOOD},
    {N_("success-unsigned"), N_("Success, signature not checked"), "✔", STYLE_WARN},
    {N_("refused"), N_("Refused"), "✘", STYLE_BAD},
    {N_("failed"), N_("Failed"), "✘", STYLE_BAD},
    {N_("incomplete"), N_("Incomplete"), "…", STYLE_WARN},
    {N_("no-ota"), N_("No update seen"), "·", STYLE_INFO},
};

static struct kind kind_of(const struct verdict_pane *v)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, v->kind) == 0)
            return kinds[i];
    return (struct kind){v->kind, v->kind, "·", STYLE_WARN};
}

const char *verdict_kind_word(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, kind) == 0)
            return _(kinds[i].name);
    return kind;
}

/* "app-1.0.0 → app-1.0.1", or the one that is known, or both are. */
static void versions_of(const struct verdict_pane *v, char *out, size_t n)
{
    if (v->running[0] && v->target[0] && strcmp(v->running, v->target) != 0)
        snprintf(out, n, "%s → %s", v->running, v->target);
    else
        snprintf(out, n, "%s", v->running[0] ? v->running : v->target);
}

/* what, why, versions and advice as paragraphs; `brief` leaves out what one can do without. */
#define PARAGRAPHS_MAX (EVENT_ADVICE_MAX + 4)
struct story {
    struct paragraph list[PARAGRAPHS_MAX];
    unsigned count;
    char versions[200];
    bool versions_apart; /* they do not fit behind the kind */
};

static void add(struct story *story, const char *label, const char *text, enum style style)
{
    if (text[0] && story->count < PARAGRAPHS_MAX)
        story->list[story->count++] = (struct paragraph){label, STYLE_KEY, text, style};
}

static void tell(const struct verdict_pane *v, struct story *story, unsigned columns, bool brief)
{
    struct kind kind = kind_of(v);
    story->count = 0;
    versions_of(v, story->versions, sizeof story->versions);
    story->versions_apart =
        width_of(translated(kind.title)) + width_of(story->versions) + 4 > columns;
    add(story, "", v->what, STYLE_NORMAL);
    if (!brief) {
        add(story, "", v->why, STYLE_DIM);
        add(story, _("where: "), v->guide_step, STYLE_NORMAL);
    }
    if (story->versions_apart)
        add(story, "", story->versions, STYLE_NORMAL);
    for (unsigned i = 0; i < v->advice_count; i++)
        add(story, _("next: "), v->advice[i], STYLE_NORMAL);
}

static unsigned story_rows(const struct story *story, unsigned columns)
{
    unsigned rows = 1;
    for (unsigned i = 0; i < story->count; i++)
        rows += paragraph_rows(&story->list[i], columns);
    return rows;
}

static struct rect take_rows(struct rect *from, unsigned rows)
{
    struct rect part = *from;
    part.rows = rows < from->rows ? rows : from->rows;
    from->row += part.rows;
    from->rows -= part.rows;
    return part;
}

static void draw_kind(const struct verdict_pane *v, const struct story *story, struct screen *s,
                      struct rect row)
{
    struct kind kind = kind_of(v);
    const char *title = translated(kind.title);
    unsigned end = row.column + row.columns, at = row.column;
    at += screen_put_text(s, row.row, at, row.columns, kind.style, kind.mark) + 1;
    if (at < end)
        at += draw_cut(s, row.row, at, end - at, kind.style, title, strlen(title)) + 2;
    if (!story->versions_apart && at < end)
        screen_put_text(s, row.row, at, end - at, STYLE_BOLD, story->versions);
}

static void draw_verdict(const struct verdict_pane *v, struct screen *s, struct rect area)
{
    struct story story;
    if (area.rows == 0)
        return;
    tell(v, &story, area.columns, false);
    if (story_rows(&story, area.columns) > area.rows)
        tell(v, &story, area.columns, true);
    draw_kind(v, &story, s, take_rows(&area, 1));
    for (unsigned i = 0; i < story.count && area.rows; i++)
        take_rows(&area, paragraph_draw(&story.list[i], s, area));
}

static unsigned verdict_rows(const struct verdict_pane *v, unsigned columns)
{
    struct story story;
    if (!v->has_verdict)
        return 0;
    tell(v, &story, columns, false);
    return story_rows(&story, columns);
}

/* --- all of it ---------------------------------------------------------------------------- */

unsigned verdict_pane_rows(const struct verdict_pane *v, unsigned columns)
{
    return 1 + PHASE_COUNT + verdict_rows(v, columns);
}

/* The verdict first; the checklist keeps some rows, more so when one moves in it. */
static unsigned list_rows(const struct verdict_pane *v, struct rect area, bool focus)
{
    unsigned verdict = verdict_rows(v, area.columns), least;
    if (area.columns >= COLUMNS_FOR_TWO)
        least = area.rows >= 6 ? 3 : 0;
    else
        least = area.rows >= 8 ? 4 : 0;
    if (focus && least == 0)
        least = area.rows >= 3 ? 2 : 1;
    unsigned rows = area.rows > verdict ? area.rows - verdict : 0;
    rows = rows < least ? least : rows;
    if (rows < PHASE_COUNT && area.columns >= COLUMNS_FOR_TWO && rows > ROWS_OF_TWO)
        rows = ROWS_OF_TWO;
    return rows < PHASE_COUNT ? rows : PHASE_COUNT;
}

void verdict_pane_draw(struct verdict_pane *v, struct screen *s, struct rect area, bool focus)
{
    if (area.rows == 0 || area.columns == 0)
        return;
    screen_fill(s, area, STYLE_NORMAL);
    if (area.rows > 1)
        screen_title(s, take_rows(&area, 1), focus, _("Verdict"), NULL);
    unsigned list = list_rows(v, area, focus);
    if (v->has_verdict)
        draw_verdict(v, s, take_rows(&area, area.rows - (list < area.rows ? list : area.rows)));
    draw_list(v, s, take_rows(&area, list), focus);
}
