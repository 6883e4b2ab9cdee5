/*
 * What `diagnose` tells about a log: the verdict with its evidence, and the phases
 * in the order they went. Text in it is safe to print and redacted.
 */
#ifndef OTACONSOLE_CLI_REPORT_H
#define OTACONSOLE_CLI_REPORT_H

#include <stdio.h>

#include "cli/symbols.h"
#include "diagnose/diagnose.h"
#include "diagnose/redact.h"

/* A log may go round a reboot loop for days; the report shows the first and counts the rest. */
#define REPORT_PHASES_MAX 400
#define REPORT_CRASHES_MAX 16
#define REPORT_FRAMES_MAX 64
#define REPORT_SAMPLES_MAX 512

struct report_phase {
    char name[24], state[12], text[160];
    uint64_t line;
    long long milliseconds; /* of the device's own clock, -1 = not known */
    unsigned boot;          /* how many boots were seen before it */
};

/* How far the download was at a moment. */
struct report_sample {
    uint64_t line, received;
    long long milliseconds;
};

struct report {
    const char *log; /* its name */
    const struct redactor *redactor;
    uint64_t lines, known, errors; /* lines; those a rule knows; those at level E or F */
    unsigned boots;
    long long milliseconds; /* of the device's clock, as last seen */
    const char *line;       /* the line that the phases of this moment come from */
    size_t line_length;
    struct report_sample samples[REPORT_SAMPLES_MAX]; /* of the download, thinned out when full */
    size_t sample_count;
    unsigned sample_every, sample_skipped;
    struct report_phase *phases;
    size_t phase_count, phases_dropped;
    char crashes[REPORT_CRASHES_MAX][200]; /* lines of a crash, as they stand */
    uint64_t crash_lines[REPORT_CRASHES_MAX];
    size_t crash_count;
    uint64_t crash_until;    /* lines up to here may belong to the dump of the last crash */
    struct symbols *symbols; /* --elf, or NULL */
    char frames[REPORT_FRAMES_MAX][200]; /* addresses of a dump that lie in a function */
    uint64_t frame_lines[REPORT_FRAMES_MAX];
    size_t frame_count;
};

/* False when out of memory. `redactor` NULL = show secrets. */
bool report_begin(struct report *r, const char *log, const struct redactor *redactor);
void report_take(struct report *r, const struct diagnose_event *event);
void report_free(struct report *r);

/* Redacted, safe, and in UTF-8. */
void report_clean(const struct report *r, const char *text, size_t n, char *out, size_t size);

void report_print(const struct report *r, const struct diagnose_verdict *v, bool colour, FILE *out);
void report_print_json(const struct report *r, const struct diagnose_verdict *v, FILE *out);
/* One self-contained file. False when it could not be written (errno). */
bool report_write_html(const struct report *r, const struct diagnose_verdict *v, const char *path);

#endif
