#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/log_source.h"
#include "diagnose/redact.h"

/* A line longer than this is masked in pieces; no firmware prints one. */
#define LINE_LIMIT ((size_t)1024 * 1024)

static bool write_line(const struct redactor *r, const uint8_t *line, size_t n, FILE *out)
{
    static char masked[LINE_LIMIT * 2];
    size_t length = redact_text(r, (const char *)line, n, masked, sizeof masked);
    return fwrite(masked, 1, length, out) == length;
}

/* Whole lines only: a secret must not hide in the seam of two reads. */
static bool write_lines(const struct redactor *r, struct buffer *b, bool all, FILE *out)
{
    bool ok = true;
    const uint8_t *end;
    size_t done = 0;
    while (ok && (end = memchr(b->data + done, '\n', b->length - done)) != NULL) {
        size_t n = (size_t)(end - (b->data + done));
        ok = write_line(r, b->data + done, n, out) && fputc('\n', out) != EOF;
        done += n + 1;
    }
    if (ok && b->length > done && (all || b->length - done > LINE_LIMIT / 2)) {
        ok = write_line(r, b->data + done, b->length - done, out);
        done = b->length;
    }
    buffer_consume(b, done);
    return ok;
}

static enum problem_code redact(struct context *c, struct redactor *r, struct log_source *source,
                                FILE *out, struct problem *problem)
{
    struct buffer held = {0};
    const uint8_t *bytes;
    uint64_t now = 0;
    long n;
    bool ok = true;
    while (ok && (n = log_source_read(source, &bytes, &now, c->stop)) > 0) {
        buffer_append(&held, bytes, (size_t)n);
        ok = !held.failed && write_lines(r, &held, false, out);
    }
    ok = ok && (held.length == 0 || write_lines(r, &held, true, out)) && fflush(out) == 0;
    buffer_free(&held);
    return ok ? PROBLEM_NONE
              : problem_set(problem, PROBLEM_OUTPUT_FILE, c->options->output, "Is the disk full?",
                            "the redacted log could not be written: %s", strerror(errno));
}

enum problem_code command_redact(const struct options *options, struct problem *problem)
{
    struct context c;
    struct log_source *source = NULL;
    if (options->word_count != 1)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole redact capture.log -o safe.log",
                           "redact takes one log, not %zu", options->word_count);
    context_init(&c, options);
    struct redactor *r = redactor_new();
    FILE *out = stdout;
    if (!r)
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    else if (log_source_open(options->words[0], false, &source, problem) == PROBLEM_NONE &&
             options->output && !(out = fopen(options->output, "we")))
        problem_set(problem, PROBLEM_OUTPUT_FILE, options->output,
                    "Choose a path that can be written.", "cannot be created: %s", strerror(errno));
    if (problem->code == PROBLEM_NONE)
        redact(&c, r, source, out, problem);
    if (out && out != stdout)
        fclose(out);
    log_source_close(source);
    redactor_free(r);
    return context_close(&c, problem->code, problem);
}
