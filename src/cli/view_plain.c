#include "cli/views.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

enum style { STYLE_PLAIN, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_BAD, STYLE_BOLD };

static void print_styled(struct view_plain *v, enum style style, const char *text)
{
    static const char *const codes[] = {"",         "\x1b[2m",  "\x1b[32m",
                                        "\x1b[33m", "\x1b[31m", "\x1b[1m"};
    if (v->colour && style != STYLE_PLAIN)
        fprintf(v->out, "%s%s\x1b[0m", codes[style], text);
    else
        fputs(text, v->out);
}

void view_plain_finish(struct view_plain *v)
{
    if (v->progress_on_line) {
        fputs("\r\x1b[K", v->out);
        v->progress_on_line = false;
    }
}

static void stamp(struct view_plain *v, uint64_t us)
{
    char text[32];
    view_plain_finish(v);
    snprintf(text, sizeof text, "%8.3f  ", (double)us / (double)TIME_S);
    print_styled(v, STYLE_DIM, text);
}

static void line(struct view_plain *v, uint64_t us, enum style style, const char *tag,
                 const char *text)
{
    char label[24];
    stamp(v, us);
    snprintf(label, sizeof label, "%-8s ", tag);
    print_styled(v, style, label);
    fputs(text ? text : "", v->out);
    fputc('\n', v->out);
    fflush(v->out);
}

static void format_bytes(char *out, size_t size, uint64_t n)
{
    if (n < 10000)
        snprintf(out, size, "%" PRIu64 " B", n);
    else
        snprintf(out, size, "%.1f kB", (double)n / 1000.0);
}

/* --- progress ------------------------------------------------------------------------ */

static void progress_text(const struct event *e, char *out, size_t size)
{
    char done[24], total[24], rate[32] = "", eta[32] = "";
    format_bytes(done, sizeof done, e->done);
    format_bytes(total, sizeof total, e->total);
    if (e->rate)
        snprintf(rate, sizeof rate, ", %.1f kB/s", (double)e->rate / 1000.0);
    if (e->eta_us && e->done < e->total)
        snprintf(eta, sizeof eta, ", %.0f s left", (double)e->eta_us / (double)TIME_S);
    unsigned percent = e->total ? (unsigned)(e->done * 100 / e->total) : 100;
    snprintf(out, size, "%s %3u %%  %s of %s%s%s", e->name ? e->name : "", percent, done, total,
             rate, eta);
}

static void live_progress(struct view_plain *v, const struct event *e)
{
    char text[160], bar[32];
    unsigned width = 24, filled = e->total ? (unsigned)(e->done * width / e->total) : width;
    for (unsigned i = 0; i < width; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[width] = '\0';
    progress_text(e, text, sizeof text);
    fprintf(v->out, "\r\x1b[K          [%s] %.*s", bar, v->columns > 40 ? (int)v->columns - 38 : 60,
            text);
    fflush(v->out);
    v->progress_on_line = true;
}

/* Without a terminal: a line when an activity starts, every quarter, and at its end. */
static void logged_progress(struct view_plain *v, const struct event *e)
{
    const char *activity = e->name ? e->name : "";
    bool fresh = strcmp(v->last_activity, activity) != 0 || e->done < v->last_done;
    bool quarter = e->total && e->done * 4 / e->total != v->last_done * 4 / e->total;
    if (fresh || quarter) {
        char text[160];
        progress_text(e, text, sizeof text);
        line(v, e->time_us, STYLE_DIM, "progress", text);
    }
    v->last_done = e->done;
    snprintf(v->last_activity, sizeof v->last_activity, "%s", activity);
}

/* --- events --------------------------------------------------------------------------- */

static void step_started(struct view_plain *v, const struct event *e)
{
    char text[256];
    snprintf(text, sizeof text, "[%u/%u] %s", e->step, e->steps, e->name ? e->name : "");
    stamp(v, e->time_us);
    print_styled(v, STYLE_BOLD, text);
    fputc('\n', v->out);
    fflush(v->out);
}

static void step_finished(struct view_plain *v, const struct event *e)
{
    char text[320];
    bool passed = e->state && strcmp(e->state, "passed") == 0;
    bool skipped = e->state && strcmp(e->state, "skipped") == 0;
    snprintf(text, sizeof text, "%s (%.1f s)", e->name ? e->name : "",
             (double)e->elapsed_us / (double)TIME_S);
    line(v, e->time_us,
         passed    ? STYLE_GOOD
         : skipped ? STYLE_DIM
                   : STYLE_BAD,
         passed    ? "ok"
         : skipped ? "skipped"
                   : "FAILED",
         text);
}

static void verdict(struct view_plain *v, const struct event *e)
{
    const struct event_verdict *d = e->verdict;
    bool good = strncmp(d->kind, "success", 7) == 0;
    char head[640];
    snprintf(head, sizeof head, "%s: %s", d->kind, d->what);
    line(v, e->time_us, good ? STYLE_GOOD : STYLE_BAD, "VERDICT", head);
    if (d->why && d->why[0])
        line(v, e->time_us, STYLE_PLAIN, "  why", d->why);
    if (d->guide_step && d->guide_step[0])
        line(v, e->time_us, STYLE_PLAIN, "  where", d->guide_step);
    for (unsigned i = 0; i < d->advice_count; i++)
        line(v, e->time_us, STYLE_PLAIN, "  next", d->advice[i]);
}

static void device_line(struct view_plain *v, const struct event *e)
{
    enum style style = STYLE_DIM;
    if (e->level == 'E' || e->level == 'F')
        style = STYLE_BAD;
    else if (e->level == 'W')
        style = STYLE_WARN;
    line(v, e->time_us, style, "  |", e->text);
}

static void finished(struct view_plain *v, const struct event *e)
{
    char text[96];
    snprintf(text, sizeof text, "finished in %.1f s", (double)e->elapsed_us / (double)TIME_S);
    if (!e->problem || e->problem->code == PROBLEM_NONE)
        line(v, e->time_us, STYLE_GOOD, "PASSED", text);
    else
        line(v, e->time_us, STYLE_BAD, "FAILED", problem_name(e->problem->code));
}

static void emit_quiet(struct view_plain *v, const struct event *e)
{
    if (e->kind == EVENT_OPERATOR)
        line(v, e->time_us, STYLE_WARN, "PLEASE", e->text);
    else if (e->kind == EVENT_VERDICT)
        verdict(v, e);
}

/* Lines to standard output as they are; what the tool has to say goes beside them. */
static void emit_monitor(struct view_plain *v, const struct event *e)
{
    if (e->kind == EVENT_LINE) {
        fprintf(v->out, "%s\n", e->text);
        fflush(v->out);
    } else if (e->kind == EVENT_LINK) {
        fprintf(stderr, "otaconsole: %s\n", e->text);
    }
}

static void emit(void *user, const struct event *e)
{
    struct view_plain *v = user;
    if (v->monitor) {
        emit_monitor(v, e);
        return;
    }
    if (v->quiet) {
        emit_quiet(v, e);
        return;
    }
    switch (e->kind) {
    case EVENT_RUN_STARTED:
        line(v, e->time_us, STYLE_BOLD, "run", e->text);
        break;
    case EVENT_RUN_FINISHED:
        finished(v, e);
        break;
    case EVENT_STEP_STARTED:
        step_started(v, e);
        break;
    case EVENT_STEP_FINISHED:
        step_finished(v, e);
        break;
    case EVENT_STEP_RETRIED:
        line(v, e->time_us, STYLE_WARN, "retry", e->problem ? e->problem->what : "");
        break;
    case EVENT_STATE:
        line(v, e->time_us, STYLE_PLAIN, "board", e->text && e->text[0] ? e->text : e->name);
        break;
    case EVENT_LINE:
        if (v->show_log)
            device_line(v, e);
        break;
    case EVENT_SENT:
        line(v, e->time_us, STYLE_PLAIN, "typed", e->text);
        break;
    case EVENT_PROGRESS:
        if (v->live)
            live_progress(v, e);
        else
            logged_progress(v, e);
        break;
    case EVENT_TRANSFER:
        line(v, e->time_us, STYLE_WARN, e->name ? e->name : "transfer", e->text);
        break;
    case EVENT_OPERATOR:
        line(v, e->time_us, STYLE_WARN, "PLEASE", e->text);
        break;
    case EVENT_PHASE: {
        char text[400];
        snprintf(text, sizeof text, "%-18s %s%s%s", e->name ? e->name : "",
                 e->state ? e->state : "", e->text && e->text[0] ? "  " : "",
                 e->text ? e->text : "");
        line(v, e->time_us, e->state && strcmp(e->state, "failed") == 0 ? STYLE_BAD : STYLE_PLAIN,
             "phase", text);
        break;
    }
    case EVENT_VERDICT:
        verdict(v, e);
        break;
    case EVENT_NOTE:
        line(v, e->time_us, e->level == 'W' ? STYLE_WARN : STYLE_DIM,
             e->level == 'W' ? "warning" : "note", e->text);
        break;
    case EVENT_LINK:
        line(v, e->time_us, STYLE_WARN, "port", e->text);
        break;
    case EVENT_KIND_COUNT:
        break;
    }
}

void view_plain_init(struct view_plain *v, FILE *out, bool colour, bool show_log, bool quiet)
{
    struct winsize size;
    memset(v, 0, sizeof *v);
    v->out = out;
    v->colour = colour;
    v->live = isatty(fileno(out)) != 0;
    v->show_log = show_log;
    v->quiet = quiet;
    v->columns = 80;
    if (v->live && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col)
        v->columns = size.ws_col;
}

struct event_sink view_plain_sink(struct view_plain *v)
{
    return (struct event_sink){emit, v};
}

void view_plain_problem(FILE *out, bool colour, const struct problem *problem)
{
    fprintf(out, "%sotaconsole:%s %s%s%s\n", colour ? "\x1b[31m" : "", colour ? "\x1b[0m" : "",
            problem->where, problem->where[0] ? ": " : "", problem->what);
    if (problem->hint[0])
        fprintf(out, "  %s\n", problem->hint);
}
