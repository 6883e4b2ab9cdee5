#include "cli/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/text.h"

/* The device's lines of a failed step are worth having in the report; more than this is not. */
#define STEP_LOG_LIMIT 16384

struct view_junit {
    char *suite;
    struct buffer cases;
    struct buffer log; /* of the step under way */
    unsigned tests, failures, skipped;
    uint64_t elapsed_us;
};

/* XML 1.0 allows no control characters at all, not even escaped; event text has none. */
static void append_xml(struct buffer *b, const char *text)
{
    for (; text && *text; text++) {
        switch (*text) {
        case '<':
            buffer_append_text(b, "&lt;");
            break;
        case '>':
            buffer_append_text(b, "&gt;");
            break;
        case '&':
            buffer_append_text(b, "&amp;");
            break;
        case '"':
            buffer_append_text(b, "&quot;");
            break;
        default:
            if ((unsigned char)*text >= 0x20 || *text == '\t' || *text == '\n')
                buffer_append(b, text, 1);
        }
    }
}

static void step_finished(struct view_junit *v, const struct event *e)
{
    struct buffer *b = &v->cases;
    v->tests++;
    buffer_append_text(b, "  <testcase classname=\"");
    append_xml(b, v->suite);
    buffer_append_text(b, "\" name=\"");
    append_xml(b, e->name);
    buffer_format(b, "\" time=\"%.3f\">\n", (double)e->elapsed_us / (double)TIME_S);
    if (e->state && strcmp(e->state, "skipped") == 0) {
        v->skipped++;
        buffer_append_text(b, "    <skipped/>\n");
    } else if (e->problem && e->problem->code != PROBLEM_NONE) {
        v->failures++;
        buffer_format(b, "    <failure type=\"%s\" message=\"", problem_name(e->problem->code));
        append_xml(b, e->problem->what);
        buffer_append_text(b, "\">");
        append_xml(b, e->problem->where);
        buffer_append_text(b, "\n");
        append_xml(b, e->problem->hint);
        buffer_append_text(b, "</failure>\n");
        buffer_append_text(b, "    <system-out>");
        append_xml(b, buffer_text(&v->log));
        buffer_append_text(b, "</system-out>\n");
    }
    buffer_append_text(b, "  </testcase>\n");
}

static void emit(void *user, const struct event *e)
{
    struct view_junit *v = user;
    if (e->kind == EVENT_STEP_STARTED)
        buffer_clear(&v->log);
    if (e->kind == EVENT_LINE && v->log.length < STEP_LOG_LIMIT && e->text) {
        buffer_append_text(&v->log, e->text);
        buffer_append_text(&v->log, "\n");
    }
    if (e->kind == EVENT_STEP_FINISHED)
        step_finished(v, e);
    if (e->kind == EVENT_RUN_FINISHED)
        v->elapsed_us = e->elapsed_us;
}

struct view_junit *view_junit_new(const char *suite)
{
    struct view_junit *v = calloc(1, sizeof *v);
    if (v && !(v->suite = strdup(suite))) {
        free(v);
        v = NULL;
    }
    return v;
}

struct event_sink view_junit_sink(struct view_junit *v)
{
    return (struct event_sink){emit, v};
}

enum problem_code view_junit_write(const struct view_junit *v, const char *path,
                                   struct problem *problem)
{
    struct buffer all = {0};
    buffer_append_text(&all, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                             " <testsuite name=\"");
    append_xml(&all, v->suite);
    buffer_format(&all, "\" tests=\"%u\" failures=\"%u\" skipped=\"%u\" time=\"%.3f\">\n", v->tests,
                  v->failures, v->skipped, (double)v->elapsed_us / (double)TIME_S);
    buffer_append(&all, v->cases.data, v->cases.length);
    buffer_append_text(&all, " </testsuite>\n</testsuites>\n");
    FILE *f = fopen(path, "w");
    bool ok = f && !all.failed && fwrite(all.data, 1, all.length, f) == all.length;
    int error = errno;
    if (f && fclose(f) != 0) {
        ok = false;
        error = errno;
    }
    buffer_free(&all);
    return ok ? PROBLEM_NONE
              : problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                            "Choose a path that can be written, on a disk with room.",
                            "the JUnit report could not be written: %s", strerror(error));
}

void view_junit_free(struct view_junit *v)
{
    if (!v)
        return;
    buffer_free(&v->cases);
    buffer_free(&v->log);
    free(v->suite);
    free(v);
}
