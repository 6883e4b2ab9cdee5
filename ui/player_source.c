#include <stdlib.h>
#include <string.h>
#include <cJSON.h>
#include <openssl/evp.h>

#include "base/clock.h"
#include "ui/player_internal.h"

/* Pieces of a log: small enough that a log without line ends keeps its pace. */
#define LOG_PIECE 4096u
/* So much without an event is enough for one call: the screen must not wait for it. */
#define WORK_BYTES ((size_t)1024 * 1024)
#define SECONDS_MAX (10.0 * 366 * 86400)

/* --- events as they are --------------------------------------------------------------------- */

static enum player_fetched fetch_event(struct player *p)
{
    const uint8_t *bytes;
    size_t n, work = 0;
    while (work < WORK_BYTES) {
        bool rest = p->reader.inside;
        enum player_piece piece = player_read(&p->reader, PLAYER_LINE_MAX, &bytes, &n);
        if (piece == PIECE_END)
            return FETCHED_END;
        work += n;
        const char *why = NULL;
        if (piece == PIECE_LINE && !rest && n > 1)
            p->next = event_from_json(p->parsed, (const char *)bytes, n, &why);
        if (p->next) {
            p->next_us = p->next->time_us > p->next_us ? p->next->time_us : p->next_us;
            return FETCHED_EVENT;
        }
        p->about.skipped += n > 1 && !rest;
    }
    return FETCHED_LATER;
}

/* --- what is judged -------------------------------------------------------------------------- */

static bool fetch_judged(struct player *p)
{
    const struct event *event = player_judge_next(p->judge);
    if (!event)
        return false;
    p->next_us = event->time_us > p->next_us ? event->time_us : p->next_us;
    p->next = event;
    return true;
}

static void finish(struct player *p, uint64_t now)
{
    p->finished = true;
    player_judge_finish(p->judge, now);
}

static enum player_fetched fetch_log(struct player *p)
{
    const uint8_t *bytes;
    size_t n, work = 0;
    while (!fetch_judged(p)) {
        if (p->finished)
            return FETCHED_END;
        if (work >= WORK_BYTES)
            return FETCHED_LATER;
        bool first = !p->reader.inside;
        if (player_read(&p->reader, LOG_PIECE, &bytes, &n) == PIECE_END) {
            finish(p, p->clock.position);
            continue;
        }
        work += n;
        player_judge_input(p->judge, player_clock_take(&p->clock, bytes, n, first), bytes, n);
    }
    return FETCHED_EVENT;
}

/* --- the bytes of a recording ---------------------------------------------------------------- */

static bool number_time(const cJSON *object, uint64_t *time_us)
{
    const cJSON *t = cJSON_GetObjectItemCaseSensitive(object, "t");
    if (!cJSON_IsNumber(t) || !(t->valuedouble >= 0 && t->valuedouble <= SECONDS_MAX))
        return false;
    *time_us = (uint64_t)(t->valuedouble * (double)TIME_S + 0.5);
    return true;
}

bool player_line_time(const char *line, size_t n, uint64_t *time_us)
{
    cJSON *o = cJSON_ParseWithLength(line, n);
    bool has = number_time(o, time_us);
    cJSON_Delete(o);
    return has;
}

/* Bytes into p->piece, which holds a whole line's worth. */
static size_t decode(uint8_t *out, const char *text, const char *base64)
{
    size_t n = strlen(text ? text : base64), padding = 0;
    if (text) {
        memcpy(out, text, n);
        return n;
    }
    int decoded = EVP_DecodeBlock(out, (const unsigned char *)base64, (int)n);
    while (padding < 2 && padding < n && base64[n - 1 - padding] == '=')
        padding++;
    return decoded > (int)padding ? (size_t)decoded - padding : 0;
}

/* What the board said in that line; false when it is none of its lines. */
static bool take_stream_line(struct player *p, const uint8_t *bytes, size_t n)
{
    cJSON *o = cJSON_ParseWithLength((const char *)bytes, n);
    const char *dir = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "dir"));
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "text"));
    const char *base64 = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "base64"));
    uint64_t time_us = 0;
    bool fine = dir && (text || base64) && number_time(o, &time_us);
    if (fine && strcmp(dir, "rx") == 0) {
        p->piece_length = decode(p->piece, text, base64);
        p->piece_us = time_us > p->piece_us ? time_us : p->piece_us;
    }
    cJSON_Delete(o);
    return fine;
}

/* A prompt has no line end: as in a session, it is let go when nothing follows it in time. */
static void judge_piece(struct player *p)
{
    uint64_t deadline = player_judge_deadline(p->judge);
    if (deadline < p->piece_us && !p->ticked) {
        p->ticked = true;
        player_judge_tick(p->judge, deadline);
        return;
    }
    p->ticked = false;
    player_judge_input(p->judge, p->piece_us, p->piece, p->piece_length);
    p->piece_length = 0;
}

static enum player_fetched fetch_stream(struct player *p)
{
    const uint8_t *bytes;
    size_t n, work = 0;
    while (!fetch_judged(p)) {
        if (p->finished)
            return FETCHED_END;
        if (work >= WORK_BYTES)
            return FETCHED_LATER;
        if (p->piece_length) {
            judge_piece(p);
            continue;
        }
        bool rest = p->reader.inside;
        enum player_piece piece = player_read(&p->reader, PLAYER_LINE_MAX, &bytes, &n);
        if (piece == PIECE_END) {
            finish(p, p->piece_us);
            continue;
        }
        work += n;
        bool fine = piece == PIECE_LINE && !rest && take_stream_line(p, bytes, n);
        p->about.skipped += !fine && n > 1 && !rest;
    }
    return FETCHED_EVENT;
}

enum player_fetched player_fetch(struct player *p)
{
    p->next = NULL;
    if (p->kind == PLAYER_EVENTS)
        return fetch_event(p);
    return p->kind == PLAYER_LOG ? fetch_log(p) : fetch_stream(p);
}
