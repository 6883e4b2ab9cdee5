#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"

/* One file, no script, nothing fetched: it can be mailed and opened anywhere. */

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f24;background:#fff}h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:1.6rem}"
    ".failed,.refused{color:#b3261e}.success,.success-unsigned{color:#176b37}"
    "table{border-collapse:collapse;width:100%}td{padding:.15rem .6rem .15rem 0;"
    "vertical-align:top;border-bottom:1px solid "
    "#e3e6ea}td:first-child{white-space:nowrap}code{font:13px ui-monospace,monospace;"
    "white-space:pre-wrap;word-break:break-all}svg{width:100%;height:auto}"
    "@media(prefers-color-scheme:dark){body{background:#14171a;color:#e6e8ea}"
    "td{border-color:#33383d}}";

static void put(FILE *f, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", f);
        else if (*text == '>')
            fputs("&gt;", f);
        else if (*text == '&')
            fputs("&amp;", f);
        else if (*text == '"')
            fputs("&quot;", f);
        else
            fputc(*text, f);
    }
}

static void put_clean(const struct report *r, FILE *f, const char *text)
{
    char clean[2048];
    report_clean(r, text, strlen(text), clean, sizeof clean);
    put(f, clean);
}

/* --- the picture ------------------------------------------------------------------------- */

#define LEFT 150
#define WIDTH 800
#define ROW 22

static const char *const rows[] = {
    "boot",     "wifi",         "mqtt",        "ota-notify",       "version",
    "download", "verify-hash",  "verify-sign", "verify-image-md5", "write",
    "reboot",   "diff-restore", "report"};
#define ROWS (sizeof rows / sizeof rows[0])

static double place(const struct report *r, uint64_t line)
{
    return LEFT + (double)line * WIDTH / (double)(r->lines ? r->lines : 1);
}

/* Where a phase that begins at index i ends: its next word, or where the log ends. */
static uint64_t end_line(const struct report *r, size_t i)
{
    for (size_t k = i + 1; k < r->phase_count; k++) {
        if (strcmp(r->phases[k].name, r->phases[i].name) == 0)
            return r->phases[k].line;
    }
    return r->lines;
}

static const char *colour_of(const char *state)
{
    if (strcmp(state, "failed") == 0)
        return "#d0453c";
    if (strcmp(state, "passed") == 0)
        return "#3a9a5b";
    return strcmp(state, "skipped") == 0 ? "#b9a13c" : "#5b8def";
}

static void put_bar(const struct report *r, FILE *f, size_t i, size_t row)
{
    const struct report_phase *p = &r->phases[i];
    double x = place(r, p->line), end = x;
    if (strcmp(p->state, "begun") == 0)
        end = place(r, end_line(r, i));
    fprintf(f,
            "<rect x=\"%.1f\" y=\"%zu\" width=\"%.1f\" height=\"14\" rx=\"2\" fill=\"%s\"><title>"
            "line %" PRIu64 ": %s %s ",
            x, row * ROW + 4, end - x > 4 ? end - x : 4, colour_of(p->state), p->line, p->name,
            p->state);
    put(f, p->text);
    fputs("</title></rect>\n", f);
}

static void put_picture(const struct report *r, FILE *f)
{
    fprintf(f, "<svg viewBox=\"0 0 %d %zu\" role=\"img\" aria-label=\"phases over the log\">\n",
            LEFT + WIDTH + 10, ROWS * ROW + 24);
    for (size_t row = 0; row < ROWS; row++) {
        fprintf(f, "<text x=\"0\" y=\"%zu\" font-size=\"13\" fill=\"currentColor\">%s</text>\n",
                row * ROW + 16, rows[row]);
        for (size_t i = 0; i < r->phase_count; i++) {
            if (strcmp(r->phases[i].name, rows[row]) == 0)
                put_bar(r, f, i, row);
        }
    }
    for (size_t i = 0; i < r->phase_count; i++) {
        if (strcmp(r->phases[i].name, "boot") == 0 && strcmp(r->phases[i].state, "begun") == 0)
            fprintf(f,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%zu\" stroke=\"#888\" "
                    "stroke-dasharray=\"3 3\"/>\n",
                    place(r, r->phases[i].line), place(r, r->phases[i].line), ROWS * ROW);
    }
    fprintf(f,
            "<text x=\"%d\" y=\"%zu\" font-size=\"12\" fill=\"currentColor\">line 1</text>"
            "<text x=\"%d\" y=\"%zu\" font-size=\"12\" text-anchor=\"end\" fill=\"currentColor\">"
            "line %" PRIu64 "</text></svg>\n"
            "<p>Blue: under way; green: passed; red: failed; dashed: a boot.</p>\n",
            LEFT, ROWS * ROW + 18, LEFT + WIDTH, ROWS * ROW + 18, r->lines);
}

/* --- the download ----------------------------------------------------------------------------- */

#define RATE_HEIGHT 120

/* Bytes a second between two samples; 0 when they are of different downloads or have no times. */
static double rate_between(const struct report_sample *a, const struct report_sample *b)
{
    if (a->milliseconds < 0 || b->milliseconds <= a->milliseconds || b->received <= a->received)
        return 0;
    return (double)(b->received - a->received) * 1000.0 /
           (double)(b->milliseconds - a->milliseconds);
}

/* Far enough apart that the clock's grain of 10 ms does not make teeth. */
static size_t next_sample(const struct report *r, size_t i)
{
    size_t k = i + 1;
    while (k < r->sample_count && r->samples[k].received > r->samples[i].received &&
           r->samples[k].milliseconds < r->samples[i].milliseconds + 200)
        k++;
    return k;
}

static double best_rate(const struct report *r)
{
    double best = 0;
    for (size_t i = 0, k; i < r->sample_count && (k = next_sample(r, i)) < r->sample_count; i = k) {
        double rate = rate_between(&r->samples[i], &r->samples[k]);
        best = rate > best ? rate : best;
    }
    return best;
}

static void put_rate_bar(const struct report *r, FILE *f, const struct report_sample *a,
                         const struct report_sample *b, double best)
{
    double rate = rate_between(a, b), width = place(r, b->line) - place(r, a->line);
    double height = rate / best * RATE_HEIGHT;
    if (rate <= 0)
        return;
    fprintf(f,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#5b8def\"><title>"
            "line %" PRIu64 ": %.1f kB/s, %" PRIu64 " bytes so far</title></rect>\n",
            place(r, a->line), RATE_HEIGHT - height, width > 1 ? width : 1, height, b->line,
            rate / 1000, b->received);
}

static void put_rate(const struct report *r, FILE *f)
{
    double best = best_rate(r);
    if (best <= 0)
        return;
    fprintf(f,
            "<h2>Download rate</h2><svg viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-label=\"download rate over the log\">\n",
            LEFT + WIDTH + 10, RATE_HEIGHT + 24);
    for (size_t i = 0, k; i < r->sample_count && (k = next_sample(r, i)) < r->sample_count; i = k)
        put_rate_bar(r, f, &r->samples[i], &r->samples[k], best);
    fprintf(f,
            "<text x=\"0\" y=\"14\" font-size=\"13\" fill=\"currentColor\">%.1f kB/s</text>"
            "<text x=\"0\" y=\"%d\" font-size=\"13\" fill=\"currentColor\">0</text></svg>\n",
            best / 1000, RATE_HEIGHT);
}

/* --- the page ---------------------------------------------------------------------------- */

static void put_verdict(const struct report *r, const struct diagnose_verdict *v, FILE *f)
{
    const char *name = diagnose_verdict_name(v->kind);
    fprintf(f, "<h1><span class=\"%s\">%s</span>", name, name);
    if (v->cause != PROBLEM_NONE)
        fprintf(f, " (%s)", problem_name(v->cause));
    fprintf(f, ", %u&nbsp;%% sure</h1>\n<p>", v->confidence);
    put_clean(r, f, v->what);
    fputs("</p><p>", f);
    put_clean(r, f, v->why);
    fputs("</p>", f);
    if (v->guide_step && v->guide_step[0])
        fprintf(f, "<p>Where to look: %s.</p>", v->guide_step);
    if (v->advice_count)
        fputs("<h2>What to do</h2><ol>", f);
    for (unsigned i = 0; i < v->advice_count; i++) {
        fputs("<li>", f);
        put(f, v->advice[i]);
        fputs("</li>", f);
    }
    fputs(v->advice_count ? "</ol>\n" : "\n", f);
}

static void put_evidence(const struct report *r, const struct diagnose_verdict *v, FILE *f)
{
    fputs("<h2>Evidence</h2><table>\n", f);
    for (size_t i = 0; i < v->evidence_count; i++) {
        fprintf(f, "<tr><td>line %" PRIu64 "</td><td><code>", v->evidence[i].line);
        put_clean(r, f, v->evidence[i].text);
        fputs("</code></td></tr>\n", f);
    }
    fputs("</table>\n", f);
}

bool report_write_html(const struct report *r, const struct diagnose_verdict *v, const char *path)
{
    FILE *f = fopen(path, "we");
    if (!f)
        return false;
    fprintf(f, "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
               "content=\"width=device-width\"><title>otaconsole: ");
    put(f, r->log);
    fprintf(f, "</title><style>%s</style>\n", style);
    put_verdict(r, v, f);
    fputs("<h2>Phases</h2>\n", f);
    put_picture(r, f);
    put_rate(r, f);
    put_evidence(r, v, f);
    fputs("<h2>Crashes</h2><table>\n", f);
    for (size_t i = 0; i < r->crash_count; i++) {
        fprintf(f, "<tr><td>line %" PRIu64 "</td><td><code>", r->crash_lines[i]);
        put(f, r->crashes[i]);
        fputs("</code></td></tr>\n", f);
    }
    for (size_t i = 0; i < r->frame_count; i++) {
        fprintf(f, "<tr><td>line %" PRIu64 "</td><td><code>", r->frame_lines[i]);
        put(f, r->frames[i]);
        fputs("</code></td></tr>\n", f);
    }
    fprintf(f, "</table><p>%s<code>", r->crash_count ? "" : "none. ");
    put(f, r->log);
    fprintf(f, "</code>: %" PRIu64 " lines, %u boots. Secrets are masked.</p></html>\n", r->lines,
            r->boots);
    bool ok = !ferror(f);
    return fclose(f) == 0 && ok;
}
