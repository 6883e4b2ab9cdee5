#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <cJSON.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/player_internal.h"

/* So many lines without an event at the beginning and the file is no record of events. */
#define LINES_TRIED 64
#define ABOUT_MAX 65536u

static enum problem_code cannot_play(const char *path, const char *why, struct problem *problem)
{
    return problem_set(problem, PROBLEM_INPUT_FILE, path,
                       "Name a folder made by --record, a file of --json, or a log.",
                       "cannot be played: %s", why);
}

static const char *reason(int error)
{
    return error == EINVAL ? "it is no file" : strerror(error);
}

/* --- what the file says of itself ----------------------------------------------------------------
 */

static void take_text(const cJSON *object, const char *key, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    if (text)
        text_make_safe(out, size, (const uint8_t *)text, strlen(text));
}

static uint64_t wall_of(const char *started)
{
    struct tm parts = {0};
    const char *end = strptime(started, "%Y-%m-%dT%H:%M:%SZ", &parts);
    time_t seconds = end && *end == '\0' ? timegm(&parts) : 0;
    return seconds > 0 ? (uint64_t)seconds * TIME_S : 0;
}

/* recording.json; a recording without it is played all the same. */
static void read_about(struct player *p, const char *path)
{
    struct player_reader reader;
    if (player_reader_open(&reader, path) != 0)
        return;
    size_t n = player_read_tail(&reader, reader.bytes, ABOUT_MAX);
    cJSON *o = cJSON_ParseWithLength((const char *)reader.bytes, n);
    const cJSON *baud = cJSON_GetObjectItemCaseSensitive(o, "baud");
    take_text(o, "board", p->about.board, sizeof p->about.board);
    take_text(o, "port", p->about.port, sizeof p->about.port);
    take_text(o, "command", p->about.command, sizeof p->about.command);
    take_text(o, "started", p->about.started, sizeof p->about.started);
    if (cJSON_IsNumber(baud) && baud->valuedouble >= 1 && baud->valuedouble <= 100e6)
        p->about.baud = (uint32_t)baud->valuedouble;
    p->started_wall_us = wall_of(p->about.started);
    cJSON_Delete(o);
    player_reader_close(&reader);
}

/* The time of the last whole line, which is how long it took. */
static uint64_t duration(const struct player_reader *r)
{
    uint8_t *tail = malloc(PLAYER_LINE_MAX);
    size_t end = tail ? player_read_tail(r, tail, PLAYER_LINE_MAX) : 0;
    uint64_t time_us = 0;
    /* The last may be cut; further back than a few there is no use in looking. */
    for (int tries = 0; end && tries < 8; tries++) {
        size_t start = end;
        while (start && tail[start - 1] != '\n')
            start--;
        if (player_line_time((const char *)tail + start, end - start, &time_us))
            break;
        end = start ? start - 1 : 0;
    }
    free(tail);
    return time_us;
}

/* --- which kind of file it is
 * ---------------------------------------------------------------------- */

static bool begins_with_events(struct player *p)
{
    const uint8_t *bytes;
    const char *why;
    size_t n;
    bool found = false;
    for (int i = 0; i < LINES_TRIED && !found; i++) {
        bool rest = p->reader.inside;
        enum player_piece piece = player_read(&p->reader, PLAYER_LINE_MAX, &bytes, &n);
        if (piece == PIECE_END)
            break;
        if (piece == PIECE_LINE && !rest)
            found = event_from_json(p->parsed, (const char *)bytes, n, &why) != NULL;
    }
    player_rewind(&p->reader);
    return found;
}

static enum problem_code judge(struct player *p, enum player_kind kind,
                               const struct player_options *options, struct problem *problem)
{
    p->kind = kind;
    p->judge = options->rules ? player_judge_new(options->rules) : NULL;
    p->piece = kind == PLAYER_STREAM ? malloc(PLAYER_LINE_MAX) : NULL;
    p->about.from_stream = kind == PLAYER_STREAM;
    p->about.plain_log = kind == PLAYER_LOG;
    if (p->judge && (p->piece || kind == PLAYER_LOG))
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

/* Events where there are any, else the bytes. */
static enum problem_code open_recording(struct player *p, const struct player_options *options,
                                        struct problem *problem)
{
    char path[1024];
    snprintf(path, sizeof path, "%.1000s/recording.json", options->path);
    read_about(p, path);
    snprintf(path, sizeof path, "%.1000s/events.jsonl", options->path);
    int error = player_reader_open(&p->reader, path);
    if (error == 0 && begins_with_events(p)) {
        p->kind = PLAYER_EVENTS;
        p->about.duration_us = duration(&p->reader);
        return PROBLEM_NONE;
    }
    bool there = error == 0;
    player_reader_close(&p->reader);
    snprintf(path, sizeof path, "%.1000s/stream.jsonl", options->path);
    error = player_reader_open(&p->reader, path);
    if (error)
        return cannot_play(options->path,
                           there             ? "its events.jsonl holds no event of this version"
                           : error == ENOENT ? "there is no recording in this folder"
                                             : reason(error),
                           problem);
    p->about.duration_us = duration(&p->reader);
    return judge(p, PLAYER_STREAM, options, problem);
}

static enum problem_code open_file(struct player *p, const struct player_options *options,
                                   struct problem *problem)
{
    int error = player_reader_open(&p->reader, options->path);
    if (error)
        return cannot_play(options->path, reason(error), problem);
    if (!begins_with_events(p))
        return judge(p, PLAYER_LOG, options, problem);
    p->kind = PLAYER_EVENTS;
    p->about.duration_us = duration(&p->reader);
    return PROBLEM_NONE;
}

enum problem_code player_open(const struct player_options *options, struct player **out,
                              struct problem *problem)
{
    struct stat st;
    struct player *p = calloc(1, sizeof *p);
    *out = NULL;
    if (p) {
        p->reader.fd = -1;
        p->parsed = event_parsed_new();
    }
    if (!p || !p->parsed) {
        player_close(p);
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    }
    enum problem_code code;
    if (stat(options->path, &st) != 0)
        code = cannot_play(options->path, reason(errno), problem);
    else if (S_ISDIR(st.st_mode))
        code = open_recording(p, options, problem);
    else
        code = open_file(p, options, problem);
    if (code != PROBLEM_NONE) {
        player_close(p);
        return code;
    }
    player_set_speed(p, options->speed, 0);
    *out = p;
    return PROBLEM_NONE;
}

void player_close(struct player *p)
{
    if (!p)
        return;
    player_reader_close(&p->reader);
    event_parsed_free(p->parsed);
    player_judge_free(p->judge);
    free(p->piece);
    free(p);
}
