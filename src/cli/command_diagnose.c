#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/log_source.h"
#include "cli/report.h"

struct reading {
    struct context context;
    struct diagnose *diagnose;
    struct redactor *redactor;
    struct report report;
    struct symbols *symbols; /* --elf */
    struct log_source *source;
    enum diagnose_verdict_kind told; /* --follow: the verdict on the screen */
};

static void drain(struct reading *r)
{
    struct diagnose_event e;
    while (diagnose_next_event(r->diagnose, &e)) {
        report_take(&r->report, &e);
        if (r->context.options->verbose && e.kind == DIAGNOSE_LINE && e.length) {
            char text[2048];
            report_clean(&r->report, e.text, e.length, text, sizeof text);
            printf("%6llu %s%s%s\n", (unsigned long long)e.line, text,
                   e.meaning ? "\n       = " : "", e.meaning ? e.meaning : "");
        }
    }
}

/* While following, a verdict is told when it changes. */
static void tell_change(struct reading *r)
{
    const struct diagnose_verdict *v = diagnose_verdict(r->diagnose);
    if (!r->context.options->follow || v->kind == r->told)
        return;
    r->told = v->kind;
    char what[512];
    report_clean(&r->report, v->what, strlen(v->what), what, sizeof what);
    printf("%s: %s\n", diagnose_verdict_name(v->kind), what);
    fflush(stdout);
}

static enum problem_code read_log(struct reading *r, const char *path, struct problem *problem)
{
    const uint8_t *bytes;
    uint64_t now = 0;
    long n;
    while ((n = log_source_read(r->source, &bytes, &now, r->context.stop)) > 0) {
        diagnose_input(r->diagnose, now, bytes, (size_t)n);
        drain(r);
        tell_change(r);
    }
    if (n < 0)
        return problem_set(problem, PROBLEM_INPUT_FILE, path, "Try again.",
                           "could not be read to its end: %s", strerror(errno));
    diagnose_finish(r->diagnose, now);
    drain(r);
    return PROBLEM_NONE;
}

/* What a script branches on: the cause's status for a failure, 0 for success and for no update. */
static void set_result(const struct diagnose_verdict *v, struct problem *problem)
{
    if (v->kind == VERDICT_FAILED || v->kind == VERDICT_REFUSED || v->kind == VERDICT_INCOMPLETE)
        problem->code = v->cause == PROBLEM_NONE ? PROBLEM_OTA_INCOMPLETE : v->cause;
}

static enum problem_code write_result(struct reading *r, struct problem *problem)
{
    const struct options *o = r->context.options;
    const struct diagnose_verdict *v = diagnose_verdict(r->diagnose);
    FILE *out = o->output ? fopen(o->output, "we") : stdout;
    if (!out)
        return problem_set(problem, PROBLEM_OUTPUT_FILE, o->output,
                           "Choose a path that can be written.", "cannot be created: %s",
                           strerror(errno));
    if (o->json)
        report_print_json(&r->report, v, out);
    else
        report_print(&r->report, v, r->context.colour_out && !o->output, out);
    if (o->output && fclose(out) != 0)
        return problem_set(problem, PROBLEM_OUTPUT_FILE, o->output, "Is the disk full?",
                           "could not be written: %s", strerror(errno));
    if (o->html && !report_write_html(&r->report, v, o->html))
        return problem_set(problem, PROBLEM_OUTPUT_FILE, o->html,
                           "Choose a path that can be written.",
                           "the HTML report could not be written: %s", strerror(errno));
    set_result(v, problem);
    return problem->code;
}

static enum problem_code prepare(struct reading *r, const char *path, struct problem *problem)
{
    if (context_load_rules(&r->context, problem) != PROBLEM_NONE)
        return problem->code;
    r->diagnose = diagnose_create(r->context.rules);
    r->redactor = redactor_new();
    bool masked = !r->context.options->show_secrets;
    if (!r->diagnose || !r->redactor ||
        !report_begin(&r->report, strcmp(path, "-") == 0 ? "standard input" : path,
                      masked ? r->redactor : NULL))
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    const char *elf = r->context.options->elf;
    if (elf && symbols_open(elf, &r->symbols, problem) != PROBLEM_NONE)
        return problem->code;
    r->report.symbols = r->symbols;
    return log_source_open(path, r->context.options->follow, &r->source, problem);
}

enum problem_code command_diagnose(const struct options *options, struct problem *problem)
{
    struct reading r;
    memset(&r, 0, sizeof r);
    r.told = VERDICT_UNKNOWN;
    if (options->word_count != 1)
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole diagnose capture.log",
                           "diagnose takes one log, not %zu", options->word_count);
    context_init(&r.context, options);
    if (prepare(&r, options->words[0], problem) == PROBLEM_NONE &&
        read_log(&r, options->words[0], problem) == PROBLEM_NONE)
        write_result(&r, problem);
    log_source_close(r.source);
    symbols_close(r.symbols);
    report_free(&r.report);
    diagnose_free(r.diagnose);
    redactor_free(r.redactor);
    return context_close(&r.context, problem->code, problem);
}
