#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "image/partition_order.h"

#define BAR_MIN 8
#define BAR_MAX 64
#define TEXT_AROUND_BAR 58 /* columns of addresses, size and name */

/* A stretch of one flash: from its first partition to its last one's end. */
struct stretch {
    struct partition_order order;
    uint64_t from, to;
};

static void measure(const struct lint_table *table, const char *owner, struct stretch *s)
{
    partition_sort(table, owner, &s->order);
    s->from = s->order.count ? s->order.list[0]->start : 0;
    s->to = s->from;
    for (unsigned i = 0; i < s->order.count; i++) {
        if (partition_end(s->order.list[i]) > s->to)
            s->to = partition_end(s->order.list[i]);
    }
}

static void size_in_words(uint64_t size, char *out, size_t room)
{
    if (size % (1024 * 1024) == 0 && size)
        snprintf(out, room, "%" PRIu64 " MiB", size / (1024 * 1024));
    else if (size % 1024 == 0)
        snprintf(out, room, "%" PRIu64 " KiB", size / 1024);
    else
        snprintf(out, room, "%.1f KiB", (double)size / 1024);
}

/* The first partition that shares bytes with order.list[i]; *shared is how many, 0 = none does. */
static const struct lint_partition *sharer(const struct partition_order *order, unsigned i,
                                           uint64_t *shared)
{
    *shared = 0;
    for (unsigned k = 0; k < order->count; k++) {
        *shared = k == i ? 0 : partition_shared(order->list[i], order->list[k]);
        if (*shared)
            return order->list[k];
    }
    return NULL;
}

/* --- text -------------------------------------------------------------------------------- */

static uint64_t scale(const struct stretch *s, unsigned cells, unsigned cell)
{
    double span = (double)(s->to - s->from);
    return s->from + (uint64_t)(span * cell / cells);
}

static char cell_of(const struct stretch *s, const struct lint_partition *p,
                    struct lint_partition cell)
{
    snprintf(cell.owner, sizeof cell.owner, "%s", p->owner);
    if (!partition_shared(p, &cell))
        return ' ';
    for (unsigned i = 0; i < s->order.count; i++) {
        const struct lint_partition *q = s->order.list[i];
        if (q == p || !partition_shared(p, q))
            continue;
        /* Both of them within this cell may still lie side by side. */
        uint64_t from = p->start > q->start ? p->start : q->start;
        struct lint_partition both = {.start = from, .size = partition_shared(p, q)};
        snprintf(both.owner, sizeof both.owner, "%s", p->owner);
        if (partition_shared(&both, &cell))
            return '!';
    }
    return '#';
}

static void draw_bar(const struct stretch *s, const struct lint_partition *p, unsigned cells,
                     char fill, struct buffer *out)
{
    buffer_append_text(out, "|");
    for (unsigned i = 0; i < cells; i++) {
        struct lint_partition cell = {.start = scale(s, cells, i)};
        uint64_t end = scale(s, cells, i + 1);
        cell.size = end > cell.start ? end - cell.start : 1;
        char c = cell_of(s, p, cell);
        if (fill && c != ' ')
            c = fill;
        buffer_append(out, &c, 1);
    }
    buffer_append_text(out, "|");
}

static void draw_row(const struct stretch *s, const struct lint_partition *p, unsigned cells,
                     char fill, struct buffer *out)
{
    char size[32];
    size_in_words(p->size, size, sizeof size);
    buffer_format(out, "  0x%06" PRIx64 " .. 0x%06" PRIx64 " %10s ", p->start, partition_end(p),
                  size);
    draw_bar(s, p, cells, fill, out);
    buffer_format(out, " %s", p->name);
}

static void draw_stretch(const struct stretch *s, unsigned cells, struct buffer *out)
{
    uint64_t end = s->from, shared;
    for (unsigned i = 0; i < s->order.count; i++) {
        const struct lint_partition *p = s->order.list[i];
        const struct lint_partition *other = sharer(&s->order, i, &shared);
        if (p->start > end && p->start - end < PARTITION_GAP_MAX) {
            struct lint_partition gap = *p;
            gap.start = end;
            gap.size = p->start - end;
            snprintf(gap.name, sizeof gap.name, "(no partition)");
            draw_row(s, &gap, cells, '.', out);
            buffer_append_text(out, "\n");
        }
        draw_row(s, p, cells, '\0', out);
        if (shared)
            buffer_format(out, "  ! 0x%" PRIx64 " bytes also in %s", shared, other->name);
        buffer_append_text(out, "\n");
        end = partition_end(p) > end ? partition_end(p) : end;
    }
}

void partition_draw_text(const struct lint_table *table, unsigned columns, struct buffer *out)
{
    const char *owners[LINT_PARTITIONS_MAX];
    unsigned count = partition_owners(table, owners);
    unsigned cells = columns > TEXT_AROUND_BAR + BAR_MIN ? columns - TEXT_AROUND_BAR : BAR_MIN;
    cells = cells > BAR_MAX ? BAR_MAX : cells;
    for (unsigned i = 0; i < count; i++) {
        struct stretch s;
        measure(table, owners[i], &s);
        if (count > 1)
            buffer_format(out, "  %s\n", owners[i]);
        draw_stretch(&s, cells, out);
    }
}

/* --- SVG --------------------------------------------------------------------------------- */

#define ROW 22
#define BAR_LEFT 290
#define BAR_WIDTH 480
#define NAME_LEFT (BAR_LEFT + BAR_WIDTH + 12)
#define PICTURE_WIDTH 1100

static void escape(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
            buffer_format(out, "&#%u;", c);
        else if (c < 0x20 || c >= 0x7f) /* whatever encoding the source is in */
            buffer_append_text(out, "?");
        else
            buffer_append(out, text, 1);
    }
}

static void svg_text(struct buffer *out, unsigned x, unsigned y, const char *style,
                     const char *text)
{
    buffer_format(out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, style);
    escape(out, text);
    buffer_append_text(out, "</text>\n");
}

static void svg_bar(const struct stretch *s, const struct lint_partition *p, unsigned y,
                    const char *style, struct buffer *out)
{
    double span = s->to > s->from ? (double)(s->to - s->from) : 1;
    double x = (double)(p->start - s->from) * BAR_WIDTH / span;
    double width = (double)p->size * BAR_WIDTH / span;
    buffer_format(out, "<rect x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\" class=\"%s\"/>\n",
                  BAR_LEFT + x, y + 3, width < 1 ? 1 : width, ROW - 6, style);
}

static const char *style_of(const struct lint_partition *p)
{
    if (strncmp(p->name, "PARAMETER", 9) == 0)
        return "settings";
    return strcmp(p->name, "OTA_TEMP") == 0 ? "update" : "code";
}

static void svg_row(const struct stretch *s, unsigned i, unsigned y, struct buffer *out)
{
    const struct lint_partition *p = s->order.list[i];
    char text[160], size[32];
    uint64_t shared;
    size_in_words(p->size, size, sizeof size);
    snprintf(text, sizeof text, "0x%06" PRIx64 " .. 0x%06" PRIx64 " %10s", p->start,
             partition_end(p), size);
    svg_text(out, 12, y + 16, "number", text);
    buffer_format(out, "<line x1=\"%d\" y1=\"%u\" x2=\"%d\" y2=\"%u\"/>\n", BAR_LEFT, y + ROW / 2,
                  BAR_LEFT + BAR_WIDTH, y + ROW / 2);
    svg_bar(s, p, y, style_of(p), out);
    for (unsigned k = 0; k < s->order.count; k++) {
        const struct lint_partition *q = s->order.list[k];
        struct lint_partition both = *p;
        both.size = k == i ? 0 : partition_shared(p, q);
        both.start = p->start > q->start ? p->start : q->start;
        if (both.size)
            svg_bar(s, &both, y, "shared", out);
    }
    const struct lint_partition *other = sharer(&s->order, i, &shared);
    if (shared)
        snprintf(text, sizeof text, "%s: 0x%" PRIx64 " also in %s", p->name, shared, other->name);
    else
        snprintf(text, sizeof text, "%s", p->name);
    svg_text(out, NAME_LEFT, y + 16, shared ? "bad" : "name", text);
}

static unsigned svg_stretch(const struct stretch *s, unsigned y, struct buffer *out)
{
    uint64_t end = s->from;
    for (unsigned i = 0; i < s->order.count; i++, y += ROW) {
        const struct lint_partition *p = s->order.list[i];
        if (p->start > end && p->start - end < PARTITION_GAP_MAX) {
            struct lint_partition gap = {.start = end, .size = p->start - end};
            svg_bar(s, &gap, y, "gap", out);
        }
        svg_row(s, i, y, out);
        end = partition_end(p) > end ? partition_end(p) : end;
    }
    return y;
}

static unsigned svg_findings(const struct lint_table *table, unsigned y, struct buffer *out)
{
    for (unsigned i = 0; i < table->finding_count; i++) {
        const struct lint_finding *f = &table->findings[i];
        char text[280];
        if (f->weight == LINT_NOTE)
            continue;
        snprintf(text, sizeof text, "%s: %s", partition_weight_name(f->weight), f->what);
        svg_text(out, 12, y + 16, f->weight == LINT_ERROR ? "bad" : "name", text);
        y += ROW;
    }
    return y;
}

static unsigned svg_table(const struct lint_table *table, unsigned y, struct buffer *out)
{
    const char *owners[LINT_PARTITIONS_MAX];
    unsigned count = partition_owners(table, owners);
    svg_text(out, 12, y + 18, "title", table->title);
    y += ROW + 6;
    for (unsigned i = 0; i < count; i++) {
        struct stretch s;
        measure(table, owners[i], &s);
        if (count > 1) {
            svg_text(out, 12, y + 16, "name", owners[i]);
            y += ROW;
        }
        y = svg_stretch(&s, y, out);
    }
    return svg_findings(table, y, out) + ROW;
}

void partition_draw_svg(const struct lint_table *tables, unsigned count, struct buffer *out)
{
    static const char style[] =
        "<style>text{font:13px monospace;fill:#222;white-space:pre}.title{font-weight:bold}"
        ".bad{fill:#b00020}line{stroke:#ddd}.code{fill:#4c78a8}.update{fill:#72a0c1}"
        ".settings{fill:#54a24b}.shared{fill:#d62728}.gap{fill:#eee;stroke:#bbb}</style>\n";
    struct buffer body = {0};
    unsigned y = 12;
    for (unsigned i = 0; i < count; i++)
        y = svg_table(&tables[i], y, &body);
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buffer_format(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                  "viewBox=\"0 0 %d %u\">\n%s<rect width=\"100%%\" height=\"100%%\" "
                  "fill=\"#fff\"/>\n",
                  PICTURE_WIDTH, y, PICTURE_WIDTH, y, style);
    buffer_append(out, body.data, body.length);
    buffer_append_text(out, "</svg>\n");
    out->failed |= body.failed;
    buffer_free(&body);
}
