#include "ui/status_line.h"

#include <stdio.h>
#include <string.h>

#include "ui/locale.h"

/*
 * Where there is no room, segments take their short form and then go; the highest rank
 * first, 0 never.
 */
struct segment {
    char text[160], brief[96]; /* brief "" = there is none */
    enum style style;
    unsigned rank, brief_rank;
    bool right, gone, shortened;
};

#define SEGMENTS_MAX 16

struct segments {
    struct segment list[SEGMENTS_MAX];
    unsigned count;
};

#define GAP 2 /* columns between segments */

/* --- what there is to tell ---------------------------------------------------------------- */

static struct segment *add(struct segments *all, unsigned rank, enum style style, const char *text)
{
    static struct segment spare;
    struct segment *s = &spare;
    if (text[0] && all->count < SEGMENTS_MAX)
        s = &all->list[all->count++];
    memset(s, 0, sizeof *s);
    s->rank = s->brief_rank = rank;
    s->style = style;
    format_copy(s->text, sizeof s->text, text);
    return s;
}

static void add_right(struct segments *all, unsigned rank, enum style style, const char *text)
{
    add(all, rank, style, text)->right = true;
}

static void add_port(struct segments *all, const struct status_line *s)
{
    const char *name = strrchr(s->port, '/');
    struct segment *port = add(all, 1, s->open ? STYLE_STATUS : STYLE_STATUS_WARN,
                               s->port[0] ? s->port : _("no port"));
    if (name && name[1])
        format_copy(port->brief, sizeof port->brief, name + 1);
    port->brief_rank = 12; /* names below by-id are long, and their end tells enough */
}

static void add_rates(struct segments *all, const struct status_line *s)
{
    char receive[32], send[32], text[80];
    format_rate(s->receive_rate, receive, sizeof receive);
    format_rate(s->send_rate, send, sizeof send);
    snprintf(text, sizeof text, "↓%s ↑%s", receive, send);
    struct segment *rates = add(all, 9, STYLE_STATUS, text);
    rates->right = true;
    snprintf(rates->brief, sizeof rates->brief, "↓%s", receive);
    rates->brief_rank = 10;
    format_size(s->received, receive, sizeof receive);
    format_size(s->sent, send, sizeof send);
    snprintf(text, sizeof text, "Σ%s/%s", receive, send);
    add_right(all, 11, STYLE_STATUS, text);
}

static void add_errors(struct segments *all, const struct status_line *s)
{
    char text[64];
    if (s->errors == 0)
        return;
    snprintf(text, sizeof text, s->errors == 1 ? _("%llu error") : _("%llu errors"),
             (unsigned long long)s->errors);
    struct segment *errors = add(all, 4, STYLE_STATUS_BAD, text);
    errors->right = true;
    snprintf(errors->brief, sizeof errors->brief, "E%llu", (unsigned long long)s->errors);
    errors->brief_rank = 7;
}

static void add_recording(struct segments *all, const struct status_line *s)
{
    char text[120];
    if (s->recording_failed) {
        add_right(all, 2, STYLE_STATUS_BAD, _("recording failed"));
        return;
    }
    if (!s->recording[0])
        return;
    snprintf(text, sizeof text, "● %s", s->recording);
    struct segment *recording = add(all, 5, STYLE_STATUS_BAD, text);
    recording->right = true;
    snprintf(recording->brief, sizeof recording->brief, "●");
    recording->brief_rank = 10;
}

static void add_lines(struct segments *all, const struct status_line *s)
{
    if (s->open && s->rts_known) {
        add_right(all, 10, STYLE_STATUS, s->rts ? "RTS" : "rts");
        add_right(all, 10, STYLE_STATUS, s->dtr ? "DTR" : "dtr");
    }
}

static void collect(struct segments *all, const struct status_line *s)
{
    char baud[24] = "";
    all->count = 0;
    if (s->open && s->baud)
        snprintf(baud, sizeof baud, "%lu", (unsigned long)s->baud);
    add_port(all, s);
    add(all, 7, STYLE_STATUS, baud);
    add(all, 8, STYLE_STATUS, s->board);
    add(all, 0, s->condition_style, s->condition);
    add(all, 6, STYLE_STATUS, s->run);
    if (s->raw_keys)
        add(all, 3, STYLE_STATUS_WARN, _("every key to the board"));
    if (s->open)
        add_rates(all, s);
    add_lines(all, s);
    add_errors(all, s);
    add_recording(all, s);
}

/* --- what fits ---------------------------------------------------------------------------- */

static const char *form(const struct segment *s)
{
    return s->shortened ? s->brief : s->text;
}

static unsigned width_of(const struct segment *s)
{
    return screen_text_width(form(s), strlen(form(s)));
}

static unsigned wanted(const struct segments *all)
{
    unsigned columns = 2; /* a space at either end */
    for (unsigned i = 0; i < all->count; i++) {
        if (!all->list[i].gone)
            columns += width_of(&all->list[i]) + GAP;
    }
    return columns - GAP;
}

/* False when nothing is left to give. */
static bool give_way(struct segments *all)
{
    struct segment *least = NULL;
    unsigned most = 0;
    for (unsigned i = 0; i < all->count; i++) {
        struct segment *s = &all->list[i];
        bool brief = s->brief[0] && !s->shortened;
        unsigned rank = brief ? s->brief_rank : s->rank;
        if (!s->gone && rank > most) {
            least = s;
            most = rank;
        }
    }
    if (!least)
        return false;
    if (least->brief[0] && !least->shortened)
        least->shortened = true;
    else
        least->gone = true;
    return true;
}

static void draw_segments(const struct segments *all, struct screen *screen, unsigned row)
{
    unsigned left = 1, right = screen->columns - 1;
    for (unsigned i = all->count; i > 0; i--) {
        const struct segment *s = &all->list[i - 1];
        if (s->gone || !s->right)
            continue;
        unsigned width = width_of(s);
        if (width > right)
            continue;
        right -= width;
        screen_put_text(screen, row, right, width, s->style, form(s));
        right = right > GAP ? right - GAP : 0;
    }
    for (unsigned i = 0; i < all->count && left < screen->columns; i++) {
        const struct segment *s = &all->list[i];
        if (s->gone || s->right)
            continue;
        left += screen_put_text(screen, row, left, screen->columns - left, s->style, form(s)) + GAP;
    }
}

void status_line_draw(const struct status_line *s, struct screen *screen, unsigned row)
{
    struct segments all;
    if (row >= screen->rows || screen->columns == 0)
        return;
    screen_fill(screen, (struct rect){row, 0, 1, screen->columns}, STYLE_STATUS);
    collect(&all, s);
    while (wanted(&all) > screen->columns && give_way(&all))
        ;
    draw_segments(&all, screen, row);
}

/* --- the row at the bottom ---------------------------------------------------------------- */

/* Whole hints only: they stand two spaces apart. Returns how many bytes are shown. */
static size_t hints_that_fit(const char *keys, unsigned columns)
{
    size_t n = strlen(keys);
    while (n && screen_text_width(keys, n) > columns) {
        size_t end = n;
        while (end > 1 && !(keys[end - 1] == ' ' && keys[end - 2] == ' '))
            end--;
        if (end <= 1)
            return 0;
        while (end && keys[end - 1] == ' ')
            end--;
        n = end;
    }
    return n;
}

static void draw_hints(const char *keys, struct screen *screen, unsigned row, unsigned from)
{
    if (from + 1 >= screen->columns)
        return;
    size_t n = hints_that_fit(keys, screen->columns - from - 1);
    unsigned width = screen_text_width(keys, n);
    screen_put(screen, row, screen->columns - width - 1, width, STYLE_KEY, keys, n);
}

void status_line_draw_bottom(const struct status_line *s, struct screen *screen, unsigned row)
{
    unsigned used = 0, room;
    if (row >= screen->rows || screen->columns == 0)
        return;
    screen_fill(screen, (struct rect){row, 0, 1, screen->columns}, STYLE_NORMAL);
    room = screen->columns - 1;
    if (s->prefix_pending) {
        used = 1 + screen_print(screen, row, 1, room, STYLE_KEY, "%s …",
                                s->prefix_name[0] ? s->prefix_name : _("prefix"));
    } else if (s->message[0]) {
        used = 1 + draw_cut(screen, row, 1, room, s->message_style, s->message, strlen(s->message));
    }
    draw_hints(s->keys, screen, row, used ? used + GAP : 1);
}
