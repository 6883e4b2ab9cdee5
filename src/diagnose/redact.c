#include "diagnose/redact.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/line.h"
#include "diagnose/redact_internal.h"

#define SECRETS_MAX 64
#define EXACT_MIN 4

struct redactor {
    char *secrets[SECRETS_MAX];
    size_t lengths[SECRETS_MAX];
    size_t count;
    bool enabled;
};

struct redactor *redactor_new(void)
{
    struct redactor *r = calloc(1, sizeof *r);
    if (r)
        r->enabled = true;
    return r;
}

void redactor_free(struct redactor *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++) {
        explicit_bzero(r->secrets[i], r->lengths[i]);
        free(r->secrets[i]);
    }
    free(r);
}

void redactor_set_enabled(struct redactor *r, bool enabled)
{
    r->enabled = enabled;
}

static void add_one(struct redactor *r, const char *secret, size_t n)
{
    if (n < EXACT_MIN || r->count == SECRETS_MAX)
        return;
    for (size_t i = 0; i < r->count; i++) {
        if (r->lengths[i] == n && memcmp(r->secrets[i], secret, n) == 0)
            return;
    }
    char *copy = malloc(n + 1);
    if (!copy)
        return;
    memcpy(copy, secret, n);
    copy[n] = '\0';
    r->secrets[r->count] = copy;
    r->lengths[r->count++] = n;
}

void redactor_add_secret(struct redactor *r, const char *secret)
{
    size_t n = secret ? strlen(secret) : 0, used = 0;
    add_one(r, secret, n);
    /* As the shell's echo shows it: blank, quote and semicolon with a backslash. */
    char *quoted = n && strpbrk(secret, " \";") ? malloc(2 * n) : NULL;
    if (!quoted)
        return;
    for (size_t i = 0; i < n; i++) {
        if (strchr(" \";", secret[i]))
            quoted[used++] = '\\';
        quoted[used++] = secret[i];
    }
    add_one(r, quoted, used);
    explicit_bzero(quoted, used);
    free(quoted);
}

/* --- text without escape sequences ------------------------------------------------------------ */

/*
 * Colour codes may stand in the middle of a secret. `text` is the input without
 * them, `at` where each of its bytes came from; both NULL when there were none.
 */
struct view {
    uint8_t *text;
    uint32_t *at;
    size_t length;
};

static bool has_escapes(const uint8_t *bytes, size_t n)
{
    return memchr(bytes, 0x1B, n) || memchr(bytes, '\b', n) || memchr(bytes, '\0', n) ||
           memmem(bytes, n, "\\x1b[", 5) || memmem(bytes, n, "\\033[", 5) ||
           memmem(bytes, n, "^[[", 3) || memmem(bytes, n, "\\e[", 3) ||
           memmem(bytes, n, "\\u001b[", 7);
}

static bool view_init(struct view *v, const uint8_t *bytes, size_t n)
{
    v->text = NULL;
    v->at = NULL;
    v->length = n;
    if (!bytes || n == 0 || n > UINT32_MAX || !has_escapes(bytes, n))
        return n <= UINT32_MAX;
    v->text = malloc(n);
    v->at = malloc(n * sizeof *v->at);
    if (!v->text || !v->at)
        return false;
    v->length = 0;
    for (size_t i = 0; i < n;) {
        size_t escape = line_escape_length(bytes + i, n - i);
        if (escape || bytes[i] == '\0' || bytes[i] == '\b') {
            i += escape ? escape : 1;
            continue;
        }
        v->text[v->length] = bytes[i];
        v->at[v->length++] = (uint32_t)i++;
    }
    return true;
}

static void view_free(struct view *v)
{
    free(v->text);
    free(v->at);
}

static size_t place(const struct view *v, size_t i)
{
    return v->at ? v->at[i] : i;
}

/* --- what to mask ------------------------------------------------------------------------ */

/* Walks over the ranges of a text in order, shapes and exact secrets merged. */
struct walk {
    const struct redactor *r;
    const uint8_t *text;
    size_t n, position;
    struct redact_range shape;
    bool shape_known, shapes_done;
    size_t next[SECRETS_MAX]; /* where each exact secret comes next; n = nowhere */
};

static size_t find_exact(const struct walk *w, size_t k, size_t from)
{
    const uint8_t *p = memmem(w->text + from, w->n - from, w->r->secrets[k], w->r->lengths[k]);
    return p ? (size_t)(p - w->text) : w->n;
}

static void walk_init(struct walk *w, const struct redactor *r, const uint8_t *text, size_t n)
{
    w->r = r;
    w->text = text;
    w->n = n;
    w->position = 0;
    w->shape_known = w->shapes_done = false;
    for (size_t k = 0; k < r->count; k++)
        w->next[k] = find_exact(w, k, 0);
}

static bool walk_next(struct walk *w, size_t *start, size_t *end)
{
    if (!w->shapes_done && !w->shape_known) {
        w->shape_known = redact_next_shape(w->text, w->n, w->position, &w->shape);
        w->shapes_done = !w->shape_known;
    }
    *start = w->shape_known ? w->shape.start : w->n;
    *end = w->shape_known ? w->shape.end : w->n;
    for (size_t k = 0; k < w->r->count; k++) {
        if (w->next[k] < w->position)
            w->next[k] = find_exact(w, k, w->position);
        if (w->next[k] < *start) {
            *start = w->next[k];
            *end = *start + w->r->lengths[k];
        }
    }
    if (*start >= w->n)
        return false;
    /* Another one may begin inside and reach further. */
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t k = 0; k < w->r->count; k++) {
            size_t at = w->next[k] < *start ? find_exact(w, k, *start) : w->next[k];
            while (at < *end && at + w->r->lengths[k] <= *end)
                at = find_exact(w, k, at + 1);
            w->next[k] = at;
            if (at < *end) {
                *end = at + w->r->lengths[k];
                grown = true;
            }
        }
    }
    if (w->shape_known && w->shape.start < *end) {
        *end = w->shape.end > *end ? w->shape.end : *end;
        w->shape_known = false;
    }
    w->position = *end;
    return true;
}

/* --- the three forms --------------------------------------------------------------------- */

struct output {
    char *text;
    size_t used, size;
};

static void put(struct output *o, const void *bytes, size_t n)
{
    size_t room = o->size - 1 - o->used;
    n = n < room ? n : room;
    memcpy(o->text + o->used, bytes, n);
    o->used += n;
}

/*
 * With escape codes about, a text can be read in two ways: without them, as a terminal
 * shows it, and letter by letter, as a file holds it. What is a secret in either is masked.
 */
static void mark(const struct redactor *r, const struct view *v, const uint8_t *bytes, size_t n,
                 uint8_t *marks)
{
    struct walk w;
    size_t start, end;
    walk_init(&w, r, v->text, v->length);
    while (walk_next(&w, &start, &end)) {
        size_t from = place(v, start), to = place(v, end - 1) + 1;
        memset(marks + from, 1, to - from);
    }
    walk_init(&w, r, bytes, n);
    while (walk_next(&w, &start, &end))
        memset(marks + start, 1, end - start);
}

static void put_unmarked(struct output *o, const char *text, size_t n, const uint8_t *marks)
{
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && marks[i] == marks[from])
            i++;
        if (marks[from])
            put(o, "***", 3);
        else
            put(o, text + from, i - from);
    }
}

static void put_plain(struct output *o, const struct redactor *r, const uint8_t *bytes, size_t n)
{
    struct walk w;
    size_t start, end, done = 0;
    walk_init(&w, r, bytes, n);
    while (walk_next(&w, &start, &end)) {
        put(o, bytes + done, start - done);
        put(o, "***", 3);
        done = end;
    }
    put(o, bytes + done, n - done);
}

size_t redact_text(const struct redactor *r, const char *text, size_t n, char *out, size_t out_size)
{
    struct output o = {out, 0, out_size};
    const uint8_t *bytes = (const uint8_t *)text;
    struct view v = {NULL, NULL, 0};
    uint8_t *marks = NULL;
    if (out_size == 0)
        return 0;
    if (!r->enabled)
        put(&o, text, n);
    else if (!view_init(&v, bytes, n) || (v.text && !(marks = calloc(n, 1))))
        put(&o, "***", 3); /* without the memory to look, nothing is shown */
    else if (v.text) {
        mark(r, &v, bytes, n, marks);
        put_unmarked(&o, text, n, marks);
    } else {
        put_plain(&o, r, bytes, n);
    }
    view_free(&v);
    free(marks);
    out[o.used] = '\0';
    return o.used;
}

void redact_bytes(const struct redactor *r, uint8_t *bytes, size_t n)
{
    struct view v;
    struct walk w;
    size_t start, end;
    if (!r->enabled || n == 0)
        return;
    if (!view_init(&v, bytes, n)) {
        memset(bytes, '*', n);
        view_free(&v);
        return;
    }
    if (v.text) {
        walk_init(&w, r, v.text, v.length);
        while (walk_next(&w, &start, &end)) {
            for (size_t i = start; i < end; i++)
                bytes[place(&v, i)] = '*';
        }
    }
    view_free(&v);
    walk_init(&w, r, bytes, n);
    while (walk_next(&w, &start, &end))
        memset(bytes + start, '*', end - start);
}

/* The longest end of text that begins one of the exact secrets. */
static size_t exact_prefix(const struct redactor *r, const uint8_t *text, size_t n)
{
    size_t longest = 0;
    for (size_t k = 0; k < r->count; k++) {
        size_t most = r->lengths[k] - 1 < n ? r->lengths[k] - 1 : n;
        for (size_t i = most; i > longest; i--) {
            if (memcmp(text + n - i, r->secrets[k], i) == 0) {
                longest = i;
                break;
            }
        }
    }
    return longest;
}

static size_t holdback_of_text(const struct redactor *r, const uint8_t *text, size_t n)
{
    size_t hold = exact_prefix(r, text, n), more = redact_trigger_prefix(text, n), from = 0;
    hold = more > hold ? more : hold;
    /* A shape whose value goes on to the end of the text is not over yet. */
    struct redact_range range;
    while (from < n && redact_next_shape(text, n, from, &range)) {
        if (range.end == n && n - range.trigger > hold)
            hold = n - range.trigger;
        from = range.end;
    }
    return hold;
}

size_t redact_holdback(const struct redactor *r, const uint8_t *bytes, size_t n)
{
    struct view v;
    if (!r->enabled || n == 0)
        return 0;
    if (!view_init(&v, bytes, n)) {
        view_free(&v);
        return n;
    }
    size_t hold = holdback_of_text(r, v.text ? v.text : bytes, v.length);
    size_t result = hold ? n - place(&v, v.length - hold) : 0;
    if (v.at) {
        /* An escape sequence that is cut may go on inside a secret. */
        size_t last = v.length ? place(&v, v.length - 1) + 1 : 0;
        result = result > n - last ? result : n - last;
        result = result < 4096 || hold ? result : 0;
    }
    view_free(&v);
    return result;
}
