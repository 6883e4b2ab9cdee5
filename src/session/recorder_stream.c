#include "session/recorder_stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Held-back text is let go after this long without a new byte. */
#define HOLD_TIME (200 * TIME_MS)
/* Shorter values are no secrets to the redactor either: they would hit innocent text. */
#define SECRET_LENGTH_MIN 4
/* So much of an unfinished secret is masked; less gives nothing away. */
#define PARTIAL_LENGTH_MIN 3

/* --- secrets --------------------------------------------------------------------------------- */

bool recorder_secrets_add(struct recorder_secrets *s, const char *secret)
{
    if (strlen(secret) < SECRET_LENGTH_MIN)
        return true;
    char **grown = realloc(s->texts, (s->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    s->texts = grown;
    s->texts[s->count] = strdup(secret);
    if (!s->texts[s->count])
        return false;
    s->count++;
    return true;
}

void recorder_secrets_free(struct recorder_secrets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        explicit_bzero(s->texts[i], strlen(s->texts[i]));
        free(s->texts[i]);
    }
    free(s->texts);
    s->texts = NULL;
    s->count = 0;
}

/* How many bytes at the end are the beginning of a secret that is not complete. */
static size_t unfinished(const struct recorder_secrets *secrets, const uint8_t *bytes, size_t n)
{
    size_t longest = 0;
    for (size_t i = 0; i < secrets->count; i++) {
        size_t length = strlen(secrets->texts[i]) - 1;
        for (length = length < n ? length : n; length > longest; length--) {
            if (memcmp(bytes + n - length, secrets->texts[i], length) == 0)
                longest = length;
        }
    }
    return longest;
}

/* --- one line of stream.jsonl ---------------------------------------------------------------- */

static bool is_plain(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t c = bytes[i];
        if ((c < 0x20 || c > 0x7E) && c != '\r' && c != '\n' && c != '\t')
            return false;
    }
    return true;
}

static void append_text(struct buffer *line, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = (char)bytes[i];
        switch (c) {
        case '\r':
            buffer_append_text(line, "\\r");
            break;
        case '\n':
            buffer_append_text(line, "\\n");
            break;
        case '\t':
            buffer_append_text(line, "\\t");
            break;
        case '"':
        case '\\':
            buffer_append(line, "\\", 1);
            buffer_append(line, &c, 1);
            break;
        default:
            buffer_append(line, &c, 1);
        }
    }
}

static void append_base64(struct buffer *line, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                     (left > 2 ? bytes[i + 2] : 0);
        char group[4] = {digits[v >> 18], digits[v >> 12 & 63],
                         left > 1 ? digits[v >> 6 & 63] : '=', left > 2 ? digits[v & 63] : '='};
        buffer_append(line, group, sizeof group);
    }
}

static void write_piece(struct recorder_stream *s, uint64_t time, const uint8_t *bytes, size_t n)
{
    struct buffer line = {0};
    bool plain = is_plain(bytes, n);
    buffer_format(&line, "{\"t\":%llu.%06llu,\"dir\":\"%s\",\"%s\":\"",
                  (unsigned long long)(time / TIME_S), (unsigned long long)(time % TIME_S),
                  s->direction, plain ? "text" : "base64");
    if (plain)
        append_text(&line, bytes, n);
    else
        append_base64(&line, bytes, n);
    buffer_append_text(&line, "\"}");
    s->write(s->user, line.failed ? NULL : (const char *)line.data, line.length);
    buffer_free(&line);
}

/* --- holding back and letting go -------------------------------------------------------------- */

void recorder_stream_init(struct recorder_stream *s, const char *direction,
                          const struct redactor *redactor, const struct recorder_secrets *secrets,
                          void (*write)(void *user, const char *line, size_t n), void *user)
{
    memset(s, 0, sizeof *s);
    s->direction = direction;
    s->redactor = redactor;
    s->secrets = secrets;
    s->write = write;
    s->user = user;
}

/* Forget `n` bytes at the front and move the marks along; the last mark in front stays valid. */
static void forget(struct recorder_stream *s, size_t n)
{
    size_t kept = 0;
    buffer_consume(&s->bytes, n);
    s->context -= n;
    for (size_t i = 0; i < s->mark_count; i++) {
        bool over = i + 1 < s->mark_count && s->marks[i + 1].offset <= s->context + n;
        if (over)
            continue;
        s->marks[kept] = s->marks[i];
        s->marks[kept].offset = s->marks[i].offset > n ? s->marks[i].offset - n : 0;
        kept++;
    }
    s->mark_count = kept;
}

/* Writes all but the last `keep` bytes, each stretch of equal time as a line. */
static void let_go(struct recorder_stream *s, size_t keep, size_t mask_tail)
{
    size_t end = s->bytes.length - keep, at = s->context;
    if (end <= at)
        return;
    /* Masked aside: what is kept must stay as it came, to be recognised with what follows. */
    uint8_t *masked = malloc(s->bytes.length);
    if (!masked) {
        s->write(s->user, NULL, 0);
        return;
    }
    memcpy(masked, s->bytes.data, s->bytes.length);
    redact_bytes(s->redactor, masked, s->bytes.length);
    memset(masked + s->bytes.length - mask_tail, '*', mask_tail);
    for (size_t i = 0; i < s->mark_count && at < end; i++) {
        size_t next = i + 1 < s->mark_count ? s->marks[i + 1].offset : end;
        next = next < end ? next : end;
        if (next <= at)
            continue;
        write_piece(s, s->marks[i].time, masked + at, next - at);
        at = next;
    }
    free(masked);
    s->context = end;
    forget(s, end > RECORDER_CONTEXT_MAX ? end - RECORDER_CONTEXT_MAX : 0);
}

static size_t held(const struct recorder_stream *s)
{
    return s->bytes.length - s->context;
}

static void add_mark(struct recorder_stream *s, uint64_t now)
{
    if (s->mark_count && s->marks[s->mark_count - 1].time == now)
        return;
    s->marks[s->mark_count].offset = s->bytes.length;
    s->marks[s->mark_count].time = now;
    s->mark_count++;
}

void recorder_stream_put(struct recorder_stream *s, uint64_t now, const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return;
    if (s->mark_count == RECORDER_MARKS_MAX)
        let_go(s, 0, 0);
    add_mark(s, now);
    s->last = now;
    buffer_append(&s->bytes, bytes, n);
    if (s->bytes.failed) {
        s->write(s->user, NULL, 0);
        s->bytes.failed = false;
        return;
    }
    size_t keep = redact_holdback(s->redactor, s->bytes.data, s->bytes.length);
    if (keep > RECORDER_HOLD_MAX)
        keep = RECORDER_HOLD_MAX;
    let_go(s, keep < held(s) ? keep : held(s), 0);
}

void recorder_stream_tick(struct recorder_stream *s, uint64_t now)
{
    if (held(s) == 0 || now - s->last < HOLD_TIME)
        return;
    size_t keep = unfinished(s->secrets, s->bytes.data, s->bytes.length);
    let_go(s, keep < held(s) ? keep : held(s), 0);
}

void recorder_stream_end(struct recorder_stream *s)
{
    if (held(s) == 0)
        return;
    size_t partial = unfinished(s->secrets, s->bytes.data, s->bytes.length);
    let_go(s, 0, partial >= PARTIAL_LENGTH_MIN ? partial : 0);
}

void recorder_stream_free(struct recorder_stream *s)
{
    if (s->bytes.data)
        explicit_bzero(s->bytes.data, s->bytes.capacity);
    buffer_free(&s->bytes);
}
