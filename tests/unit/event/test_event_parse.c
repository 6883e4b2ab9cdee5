/* Events to JSON and back: nothing is lost, and a hostile line does no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "event/event_json.h"
#include "event/event_parse.h"

static struct event_parsed *parsed;

static int set_up(void **state)
{
    (void)state;
    parsed = event_parsed_new();
    return parsed ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    event_parsed_free(parsed);
    return 0;
}

/* From a copy of its own, so that a read behind the end is seen. */
static const struct event *parse_bytes(const char *line, size_t n, const char **why)
{
    char *copy = malloc(n ? n : 1);
    assert_non_null(copy);
    memcpy(copy, line, n);
    const struct event *event = event_from_json(parsed, copy, n, why);
    free(copy);
    assert_true(!event == !!*why);
    return event;
}

static const struct event *parse(const char *line)
{
    const char *why;
    return parse_bytes(line, strlen(line), &why);
}

static const char *refusal(const char *line)
{
    const char *why;
    assert_null(parse_bytes(line, strlen(line), &why));
    return why;
}

static const struct event *round_trip(const struct event *event)
{
    const char *why = "";
    char *json = event_to_json(event);
    assert_non_null(json);
    const struct event *back = parse_bytes(json, strlen(json), &why);
    if (!back)
        print_error("%s: %s\n", json, why);
    assert_non_null(back);
    char *again = event_to_json(back);
    assert_string_equal(json, again);
    free(json);
    free(again);
    return back;
}

static void check_text(const char *a, const char *b)
{
    assert_true(!a == !b);
    if (a)
        assert_string_equal(a, b);
}

static void check_same(const struct event *a, const struct event *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->time_us, b->time_us);
    assert_int_equal(a->wall_us, b->wall_us);
    check_text(a->name, b->name);
    check_text(a->state, b->state);
    check_text(a->text, b->text);
    check_text(a->meaning, b->meaning);
    check_text(a->module, b->module);
    assert_int_equal(a->unfinished, b->unfinished);
    assert_int_equal(a->level, b->level);
    assert_int_equal(a->step, b->step);
    assert_int_equal(a->steps, b->steps);
    assert_int_equal(a->attempt, b->attempt);
    assert_int_equal(a->elapsed_us, b->elapsed_us);
    assert_int_equal(a->done, b->done);
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->rate, b->rate);
    assert_int_equal(a->eta_us, b->eta_us);
    assert_true(!a->problem == !b->problem);
    if (a->problem) {
        assert_int_equal(a->problem->code, b->problem->code);
        assert_string_equal(a->problem->where, b->problem->where);
        assert_string_equal(a->problem->what, b->problem->what);
        assert_string_equal(a->problem->hint, b->problem->hint);
    }
    assert_true(!a->verdict == !b->verdict);
    if (a->verdict) {
        assert_string_equal(a->verdict->kind, b->verdict->kind);
        assert_string_equal(a->verdict->cause, b->verdict->cause);
        assert_string_equal(a->verdict->what, b->verdict->what);
        assert_string_equal(a->verdict->why, b->verdict->why);
        assert_string_equal(a->verdict->guide_step, b->verdict->guide_step);
        assert_string_equal(a->verdict->running_version, b->verdict->running_version);
        assert_string_equal(a->verdict->target_version, b->verdict->target_version);
        assert_int_equal(a->verdict->advice_count, b->verdict->advice_count);
        for (unsigned i = 0; i < a->verdict->advice_count; i++)
            assert_string_equal(a->verdict->advice[i], b->verdict->advice[i]);
    }
}

static const struct problem refused = {PROBLEM_OTA_REFUSED, "0x13200", "The board said no.",
                                       "Push a newer version."};
static const struct problem fine = PROBLEM_INIT;
static const struct event_verdict verdict = {
    .kind = "refused",
    .cause = "ota-refused",
    .what = "The device refused it: “同样的版本”.",
    .why = "line 17",
    .guide_step = "cloud",
    .running_version = "app-1.0.0",
    .target_version = "app-1.0.0",
    .advice = {"one", "two", "", "four", "five", "six"},
    .advice_count = 6,
};

/* One of each kind, with the members a session gives it. */
static const struct event one_of_each[] = {
    {.kind = EVENT_RUN_STARTED, .name = "flash", .text = "mk3060 on /dev/ttyUSB0"},
    {.kind = EVENT_RUN_FINISHED, .problem = &fine, .elapsed_us = 12345 * TIME_MS},
    {.kind = EVENT_STEP_STARTED, .name = "write", .step = 3, .steps = 7, .attempt = 1},
    {.kind = EVENT_STEP_FINISHED,
     .name = "write",
     .state = "failed",
     .step = 3,
     .steps = 7,
     .attempt = 2,
     .elapsed_us = 1 * TIME_MS,
     .problem = &refused},
    {.kind = EVENT_STEP_RETRIED,
     .name = "write",
     .step = 3,
     .steps = 7,
     .attempt = 2,
     .problem = &refused},
    {.kind = EVENT_STATE, .name = "loader", .text = "ROM"},
    {.kind = EVENT_LINE,
     .name = "ota-start",
     .state = "progress",
     .text = "固件 \\x1b[31m \"quoted\" \\ back\tslash",
     .meaning = "The download begins.",
     .module = "MQTT",
     .unfinished = true,
     .level = 'W'},
    {.kind = EVENT_SENT, .text = "netmgr connect *** ***"},
    {.kind = EVENT_PROGRESS,
     .name = "verify",
     .done = 4294967296u,
     .total = 5000000000u,
     .rate = 85000,
     .eta_us = 8320 * TIME_MS},
    {.kind = EVENT_TRANSFER, .name = "retry", .text = "block 12 again"},
    {.kind = EVENT_OPERATOR, .name = "enter-download", .state = "asked", .text = "Press."},
    {.kind = EVENT_PHASE, .name = "download", .state = "begun", .text = ""},
    {.kind = EVENT_VERDICT, .verdict = &verdict},
    {.kind = EVENT_NOTE, .level = 'I', .text = "a remark"},
    {.kind = EVENT_LINK, .name = "lost", .text = "gone"},
};

static void every_kind_comes_back_whole(void **state)
{
    (void)state;
    assert_int_equal(sizeof one_of_each / sizeof one_of_each[0], EVENT_KIND_COUNT);
    for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
        struct event event = one_of_each[i];
        assert_int_equal(event.kind, i);
        event.time_us = 86399999 * TIME_MS;
        event.wall_us = 1767225599123 * TIME_MS;
        check_same(&event, round_trip(&event));
    }
}

static void times_keep_their_millisecond(void **state)
{
    (void)state;
    for (uint64_t ms = 0; ms < 100000000; ms += 7919) {
        struct event event = {.kind = EVENT_NOTE, .text = "x", .time_us = ms * TIME_MS};
        assert_int_equal(round_trip(&event)->time_us, ms * TIME_MS);
    }
}

static void what_a_later_version_adds_is_skipped(void **state)
{
    (void)state;
    const struct event *e =
        parse("{\"event\":\"line\",\"t\":1.5,\"new\":{\"a\":[1]},\"text\":\"x\"}");
    assert_non_null(e);
    assert_int_equal(e->time_us, 1500000);
    assert_string_equal(e->text, "x");
    assert_null(e->name);
    assert_string_equal(refusal("{\"event\":\"dance\",\"t\":1}"), "the kind of event is not known");
    assert_string_equal(refusal("{\"event\":\"unknown\",\"t\":1}"),
                        "the kind of event is not known");
    assert_string_equal(refusal("{\"event\":\"run-started\",\"t\":0,\"schema\":2,\"name\":\"x\"}"),
                        "a later version of otaconsole wrote it");
    e = parse("{\"event\":\"step-finished\",\"t\":1,\"name\":\"a\",\"state\":\"failed\","
              "\"problem\":{\"code\":\"new-trouble\",\"what\":\"w\"}}");
    assert_non_null(e);
    assert_int_equal(e->problem->code, PROBLEM_INTERNAL);
    assert_string_equal(e->problem->what, "w");
    assert_string_equal(e->problem->hint, "");
}

static void what_is_no_event_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        " ",
        "null",
        "17",
        "[]",
        "\"text\"",
        "{",
        "{\"event\":\"line\",\"t\":1,\"text\":\"cut",
        "{}",
        "{\"event\":7,\"t\":1}",
        "{\"event\":\"line\"}",
        "{\"event\":\"line\",\"t\":\"1\"}",
        "{\"event\":\"verdict\",\"t\":1}",
        "{\"event\":\"verdict\",\"t\":1,\"verdict\":[]}",
        "{\"event\":\"verdict\",\"t\":1,\"verdict\":{\"what\":\"x\"}}",
        "{\"event\":\"run-finished\",\"t\":1}",
        "{\"event\":\"step-retried\",\"t\":1,\"name\":\"x\",\"problem\":{}}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_true(strlen(refusal(lines[i])) > 5);
}

/* A view may use these without looking. */
static void what_sessions_always_give_is_never_null(void **state)
{
    (void)state;
    static const char *const kinds[] = {"run-started", "step-started", "step-finished",
                                        "state",       "progress",     "transfer",
                                        "operator",    "phase",        "link"};
    char line[128];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        snprintf(line, sizeof line, "{\"event\":\"%s\",\"t\":0}", kinds[i]);
        const struct event *e = parse(line);
        assert_non_null(e);
        assert_string_equal(e->name, "");
        if (e->kind == EVENT_PHASE || e->kind == EVENT_STEP_FINISHED)
            assert_string_equal(e->state, "");
    }
    assert_string_equal(parse("{\"event\":\"line\",\"t\":0}")->text, "");
    assert_string_equal(parse("{\"event\":\"sent\",\"t\":0,\"text\":7}")->text, "");
}

static void texts_are_made_safe_again(void **state)
{
    (void)state;
    const struct event *e = parse("{\"event\":\"line\",\"t\":0,\"name\":\"a\\u001b[2J\","
                                  "\"text\":\"\\u001b]52;c;eA==\\u0007 \\u202e \\r\\n\",\"level\":"
                                  "\"\\u001b\",\"meaning\":\"\\u009b31m\",\"module\":\"m\\b\"}");
    assert_non_null(e);
    assert_string_equal(e->name, "a\\x1b[2J");
    assert_string_equal(e->text, "\\x1b]52;c;eA==\\x07 \\u{202e} \\x0d\\x0a");
    assert_string_equal(e->meaning, "\\x9b31m");
    assert_string_equal(e->module, "m\\x08");
    assert_int_equal(e->level, 0);
    e = parse("{\"event\":\"line\",\"t\":0,\"text\":\"\x1b[31m\xff\"}");
    if (e) {
        assert_null(strchr(e->text, '\x1b'));
        assert_null(strchr(e->text, '\xff'));
    }
    e = parse("{\"event\":\"verdict\",\"t\":0,\"verdict\":{\"kind\":\"\\u001bk\",\"cause\":\"c\","
              "\"advice\":[1,\"\\u001b\",null]}}");
    assert_non_null(e);
    assert_string_equal(e->verdict->kind, "\\x1bk");
    assert_int_equal(e->verdict->advice_count, 1);
    assert_string_equal(e->verdict->advice[0], "\\x1b");
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    size_t size = 200000;
    char *line = malloc(size);
    assert_non_null(line);
    size_t used = (size_t)snprintf(line, size, "{\"event\":\"line\",\"t\":0,\"text\":\"x");
    while (used < size - 16) {
        memcpy(line + used, "中", 3);
        used += 3;
    }
    memcpy(line + used, "\"}", 3);
    const struct event *e = parse(line);
    assert_non_null(e);
    assert_true(strlen(e->text) > 2048 && strlen(e->text) < 5000);
    assert_int_equal(strlen(e->text) % 3, 1);
    free(line);
}

static void numbers_outside_of_reason_are_dropped(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "-1", "1e300", "1e999", "-1e999", "99999999999999999999", "\"3\"", "true", "{}"};
    char line[256];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *v = numbers[i];
        snprintf(line, sizeof line,
                 "{\"event\":\"progress\",\"t\":0,\"name\":\"write\",\"done\":%s,\"total\":%s,"
                 "\"rate\":%s,\"eta\":%s,\"step\":%s,\"attempt\":%s,\"elapsed\":%s}",
                 v, v, v, v, v, v, v);
        const struct event *e = parse(line);
        if (!e)
            continue;
        assert_int_equal(e->done | e->total | e->rate | e->eta_us | e->elapsed_us, 0);
        assert_int_equal(e->step | e->attempt, 0);
    }
    static const char *const times[] = {"2026-01-31",
                                        "2026-13-01T00:00:00.000Z",
                                        "",
                                        "1969-12-31T23:59:59.000Z",
                                        "2026-01-31T12:34:56.7890Z",
                                        "2026-01-31T12:34:56.789+01:00"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        snprintf(line, sizeof line, "{\"event\":\"note\",\"t\":0,\"time\":\"%s\"}", times[i]);
        assert_int_equal(parse(line)->wall_us, 0);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    size_t n = 1000000;
    char *line = malloc(n);
    const char *why;
    assert_non_null(line);
    memset(line, '[', n);
    assert_null(parse_bytes(line, n, &why));
    memcpy(line, "{\"a\":", 5);
    assert_null(parse_bytes(line, n, &why));
    free(line);
}

/* Cut anywhere, and changed at random: refused or sound, and the next line is read again. */
static void damage_of_any_kind_does_no_harm(void **state)
{
    (void)state;
    struct random_source random;
    random_seed(&random, 3);
    for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
        char *json = event_to_json(&one_of_each[i]);
        size_t n = strlen(json);
        const char *why;
        for (size_t cut = 0; cut < n; cut++)
            assert_null(parse_bytes(json, cut, &why));
        for (int k = 0; k < 2000; k++) {
            char *copy = strdup(json);
            copy[random_below(&random, (uint32_t)n)] = (char)random_below(&random, 256);
            copy[random_below(&random, (uint32_t)n)] = "\"{}[]:,\\u0"[random_below(&random, 10)];
            const struct event *e = parse_bytes(copy, n, &why);
            if (e && e->text)
                for (const char *c = e->text; *c; c++)
                    assert_true((unsigned char)*c >= 0x20 || *c == '\t');
            free(copy);
        }
        free(json);
        check_same(&one_of_each[11], round_trip(&one_of_each[11]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_whole),
        cmocka_unit_test(times_keep_their_millisecond),
        cmocka_unit_test(what_a_later_version_adds_is_skipped),
        cmocka_unit_test(what_is_no_event_is_refused_with_a_reason),
        cmocka_unit_test(what_sessions_always_give_is_never_null),
        cmocka_unit_test(texts_are_made_safe_again),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(numbers_outside_of_reason_are_dropped),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(damage_of_any_kind_does_no_harm),
    };
    return cmocka_run_group_tests_name("event_parse", tests, set_up, tear_down);
}
