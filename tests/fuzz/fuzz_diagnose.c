/*
 * Anything on the wire: the first byte sets the size of the pieces, the rest is the
 * log. The verdict must not depend on the pieces, and no byte may upset the redactor.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "diagnose/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct rule_set *load_once(void)
{
    static struct rule_set *rules;
    static const char *const paths[] = {"profiles/rules"};
    struct problem problem = PROBLEM_INIT;
    if (!rules && rules_load(paths, 1, &rules, NULL, &problem) != PROBLEM_NONE) {
        fprintf(stderr, "%s: %s\n", problem.where, problem.what);
        abort();
    }
    return rules;
}

static struct diagnose_verdict judge(const uint8_t *data, size_t size, size_t piece)
{
    struct diagnose *d = diagnose_create(load_once());
    struct diagnose_event event;
    if (!d)
        abort();
    for (size_t at = 0; at < size; at += piece) {
        diagnose_input(d, at, data + at, piece < size - at ? piece : size - at);
        while (diagnose_next_event(d, &event)) {
            if (event.length && memchr(event.text, '\n', event.length))
                abort();
        }
    }
    diagnose_finish(d, size);
    while (diagnose_next_event(d, &event))
        continue;
    struct diagnose_verdict verdict = *diagnose_verdict(d);
    diagnose_free(d);
    return verdict;
}

static void redact(const uint8_t *data, size_t size)
{
    struct redactor *r = redactor_new();
    uint8_t *copy = malloc(size);
    char *out = malloc(3 * size + 8);
    if (!r || !copy || !out)
        abort();
    redactor_add_secret(r, "secret");
    memcpy(copy, data, size);
    redact_text(r, (const char *)data, size, out, 3 * size + 8);
    if (memmem(out, strlen(out), "secret", 6) || redact_holdback(r, data, size) > size)
        abort();
    redact_bytes(r, copy, size);
    if (memmem(copy, size, "secret", 6))
        abort();
    free(copy);
    free(out);
    redactor_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct diagnose_verdict whole = judge(data + 1, size - 1, size - 1);
    struct diagnose_verdict pieces = judge(data + 1, size - 1, 1u + data[0] % 64);
    if (whole.kind != pieces.kind || whole.cause != pieces.cause ||
        strcmp(whole.why, pieces.why) != 0)
        abort();
    redact(data + 1, size - 1);
    return 0;
}
