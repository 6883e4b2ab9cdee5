/*
 * How fast a log is read: the whole diagnosis, and counting line ends, over the same
 * bytes in memory. Prints one line of key=value pairs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "diagnose/diagnose.h"

#define LOG_SIZE ((size_t)64 * 1024 * 1024)
#define CHUNK ((size_t)64 * 1024)

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A device's day: keep-alives, sensor lines, payload dumps, now and then an update. */
static void make_log(struct buffer *b)
{
    unsigned ms = 0;
    for (unsigned i = 0; b->length < LOG_SIZE; i++) {
        ms += 10;
        if (i % 4000 < 1000) {
            buffer_format(b, "[%06u]<I> s:%u 512\r\n", ms, (i % 4000) * 512);
            continue;
        }
        switch (i % 8) {
        case 0:
            buffer_format(b, "[%06u]<I> send MQTT ping...\r\n", ms);
            break;
        case 1:
            buffer_format(b, "[%06u]<I> receive ping response!\r\n", ms);
            break;
        case 2:
            buffer_format(b, "[%06u]<V> sensor: temperature %u.%u humidity %u\r\n", ms, i % 40,
                          i % 10, i % 100);
            break;
        case 3:
            buffer_format(b, "[inf] iotx_mc_cycle(1284): PUBLISH state=%u, remaining=%u\r\n", i % 3,
                          i);
            break;
        case 4:
            buffer_format(b, "> {\"id\":%u,\"params\":{\"LightSwitch\":%u,\"Brightness\":%u}}\r\n",
                          i, i % 2, i % 100);
            break;
        case 5:
            buffer_format(b, "[%06u]<D> heap free %u min %u tasks %u\r\n", ms, 30000 + i % 999,
                          21000, 12);
            break;
        case 6:
            buffer_format(b, "chan %u rssi -%u\r\n", i % 13, 40 + i % 30);
            break;
        default:
            buffer_format(b, "[%06u]<I> task update start of something else number %u\r\n", ms, i);
        }
    }
}

static double count_lines(const struct buffer *b, size_t *lines)
{
    double begin = seconds();
    const uint8_t *p = b->data, *end = p + b->length;
    for (*lines = 0; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        ++*lines;
    return seconds() - begin;
}

static double diagnose_all(const struct rule_set *rules, const struct buffer *b, size_t *lines)
{
    struct diagnose *d = diagnose_create(rules);
    struct diagnose_event event;
    double begin = seconds();
    if (!d)
        exit(1);
    *lines = 0;
    for (size_t at = 0; at < b->length; at += CHUNK) {
        size_t n = b->length - at < CHUNK ? b->length - at : CHUNK;
        diagnose_input(d, at, b->data + at, n);
        while (diagnose_next_event(d, &event))
            *lines += event.kind == DIAGNOSE_LINE;
    }
    diagnose_finish(d, b->length);
    double took = seconds() - begin;
    diagnose_free(d);
    return took;
}

int main(void)
{
    static const char *const paths[] = {"profiles/rules"};
    struct rule_set *rules = NULL;
    struct problem problem = PROBLEM_INIT;
    struct buffer log = {.limit = LOG_SIZE * 2};
    size_t counted = 0, seen = 0;
    double best = 1e9, plain = 1e9;
    if (rules_load(paths, 1, &rules, NULL, &problem) != PROBLEM_NONE) {
        fprintf(stderr, "%s: %s\n", problem.where, problem.what);
        return 1;
    }
    make_log(&log);
    for (int round = 0; round < 3; round++) {
        double t = count_lines(&log, &counted);
        plain = t < plain ? t : plain;
        t = diagnose_all(rules, &log, &seen);
        best = t < best ? t : best;
    }
    double megabytes = (double)log.length / 1e6;
    printf("diagnose_MB_per_s=%.0f count_lines_MB_per_s=%.0f ratio=%.1f lines=%zu seen=%zu\n",
           megabytes / best, megabytes / plain, best / plain, counted, seen);
    buffer_free(&log);
    rules_free(rules);
    return 0;
}
