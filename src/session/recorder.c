#include "session/recorder.h"

#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "event/event_json.h"
#include "session/recorder_stream.h"

#define RECORDING_SCHEMA_VERSION 1

struct recorder {
    char directory[192];
    FILE *stream, *events;
    struct redactor *redactor;
    struct recorder_secrets secrets;
    struct recorder_stream rx, tx;
    struct problem first; /* first write error */
};

static const char *const file_names[] = {"recording.json", "stream.jsonl", "events.jsonl"};
enum { FILE_ABOUT, FILE_STREAM, FILE_EVENTS, FILE_COUNT };

static enum problem_code cannot_write(struct problem *problem, const char *directory,
                                      const char *what, int error)
{
    return problem_set(problem, PROBLEM_OUTPUT_FILE, directory,
                       error == ENOSPC || error == EFBIG || error == EDQUOT
                           ? "Make room on the disk, or record to another one."
                           : "Check the path and its permissions.",
                       "%s: %s", what, strerror(error));
}

/* A write error is kept, not shouted: the conversation with the board goes on. */
static void note_error(struct recorder *r, int error)
{
    if (r->first.code == PROBLEM_NONE)
        cannot_write(&r->first, r->directory, "the recording is incomplete", error);
}

static void write_line(struct recorder *r, FILE *file, const char *text, size_t n)
{
    if (fwrite(text, 1, n, file) != n || putc('\n', file) == EOF || fflush(file) != 0)
        note_error(r, errno);
}

static void write_stream_line(void *user, const char *line, size_t n)
{
    struct recorder *r = user;
    if (line)
        write_line(r, r->stream, line, n);
    else
        note_error(r, ENOMEM);
}

/* --- opening ------------------------------------------------------------------------------ */

static void add_masked(struct recorder *r, cJSON *object, const char *key, const char *value)
{
    char masked[1024];
    if (!value)
        return;
    redact_text(r->redactor, value, strlen(value), masked, sizeof masked);
    cJSON_AddStringToObject(object, key, masked);
}

/* The command line may hold a secret (--set ds=...), so it goes through the mask as well. */
static char *describe(struct recorder *r, const struct recorder_info *info)
{
    char started[32] = "";
    time_t now = time(NULL);
    struct tm utc;
    cJSON *o = cJSON_CreateObject();
    if (!o)
        return NULL;
    if (gmtime_r(&now, &utc))
        strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    cJSON_AddNumberToObject(o, "schema", RECORDING_SCHEMA_VERSION);
    cJSON_AddStringToObject(o, "tool", "otaconsole " OTACONSOLE_VERSION);
    cJSON_AddStringToObject(o, "started", started);
    add_masked(r, o, "command", info->command);
    add_masked(r, o, "board", info->board);
    add_masked(r, o, "port", info->port);
    cJSON_AddNumberToObject(o, "baud", info->baud);
    char *text = cJSON_Print(o);
    cJSON_Delete(o);
    return text;
}

static enum problem_code write_about(struct recorder *r, FILE *file,
                                     const struct recorder_info *info, struct problem *problem)
{
    char *text = describe(r, info);
    if (!text)
        return cannot_write(problem, r->directory, "the recording cannot be begun", ENOMEM);
    bool fine = fputs(text, file) >= 0 && putc('\n', file) != EOF && fflush(file) == 0;
    int error = errno;
    free(text);
    return fine ? PROBLEM_NONE
                : cannot_write(problem, r->directory, "the recording cannot be begun", error);
}

/* A new folder is for this user only; one that exists keeps its mode, the files are private. */
static int open_directory(const char *path, struct problem *problem)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        int error = errno;
        cannot_write(problem, path, "the folder for the recording cannot be made", error);
        if (error == ENOENT)
            problem_hint(problem, "Make the folder it is to be in first, or name another place.");
        return -1;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        cannot_write(problem, path, "the folder for the recording cannot be used", errno);
    return fd;
}

/* O_EXCL: neither an older recording nor something a symbolic link points at is overwritten. */
static FILE *create_file(int directory, const char *path, const char *name, struct problem *problem)
{
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file)
        return file;
    if (errno == EEXIST)
        problem_set(problem, PROBLEM_OUTPUT_FILE, path, "Name a new folder after --record.",
                    "there is a recording in this folder already");
    else
        cannot_write(problem, path, "the recording cannot be begun", errno);
    if (fd >= 0)
        close(fd);
    return NULL;
}

static enum problem_code create_files(struct recorder *r, const char *path,
                                      const struct recorder_info *info, struct problem *problem)
{
    FILE *files[FILE_COUNT] = {NULL};
    int directory = open_directory(path, problem), made = 0;
    if (directory < 0)
        return problem->code;
    while (made < FILE_COUNT &&
           (files[made] = create_file(directory, path, file_names[made], problem)) != NULL)
        made++;
    if (made == FILE_COUNT && write_about(r, files[FILE_ABOUT], info, problem) == PROBLEM_NONE) {
        fclose(files[FILE_ABOUT]);
        r->stream = files[FILE_STREAM];
        r->events = files[FILE_EVENTS];
        close(directory);
        return PROBLEM_NONE;
    }
    while (made-- > 0) {
        fclose(files[made]);
        unlinkat(directory, file_names[made], 0);
    }
    close(directory);
    return problem->code;
}

static void release(struct recorder *r)
{
    recorder_stream_free(&r->rx);
    recorder_stream_free(&r->tx);
    recorder_secrets_free(&r->secrets);
    redactor_free(r->redactor);
    free(r);
}

enum problem_code recorder_open(const char *directory, const struct recorder_info *info,
                                const char *const *secrets, size_t secret_count,
                                struct recorder **out, struct problem *problem)
{
    *out = NULL;
    struct recorder *r = calloc(1, sizeof *r);
    if (r)
        r->redactor = redactor_new();
    if (!r || !r->redactor) {
        free(r);
        return cannot_write(problem, directory, "the recording cannot be begun", ENOMEM);
    }
    snprintf(r->directory, sizeof r->directory, "%s", directory);
    recorder_stream_init(&r->rx, "rx", r->redactor, &r->secrets, write_stream_line, r);
    recorder_stream_init(&r->tx, "tx", r->redactor, &r->secrets, write_stream_line, r);
    for (size_t i = 0; i < secret_count; i++)
        recorder_add_secret(r, secrets[i]);
    if (create_files(r, directory, info, problem) != PROBLEM_NONE) {
        release(r);
        return problem->code;
    }
    *out = r;
    return PROBLEM_NONE;
}

/* --- running ------------------------------------------------------------------------------ */

void recorder_add_secret(struct recorder *r, const char *secret)
{
    if (!secret || !secret[0])
        return;
    redactor_add_secret(r->redactor, secret);
    if (!recorder_secrets_add(&r->secrets, secret))
        note_error(r, ENOMEM);
}

void recorder_bytes(struct recorder *r, uint64_t now, char direction, const uint8_t *bytes,
                    size_t n)
{
    recorder_stream_put(direction == '<' ? &r->rx : &r->tx, now, bytes, n);
}

void recorder_tick(struct recorder *r, uint64_t now)
{
    recorder_stream_tick(&r->rx, now);
    recorder_stream_tick(&r->tx, now);
}

void recorder_event(struct recorder *r, const struct event *event)
{
    char *line = event_to_json(event);
    if (line)
        write_line(r, r->events, line, strlen(line));
    else
        note_error(r, ENOMEM);
    free(line);
}

const struct problem *recorder_problem(const struct recorder *r)
{
    return r->first.code == PROBLEM_NONE ? NULL : &r->first;
}

static void close_file(struct recorder *r, FILE *file)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0)
        note_error(r, errno);
    else if (failed)
        note_error(r, EIO);
}

enum problem_code recorder_close(struct recorder *r, struct problem *problem)
{
    if (!r)
        return PROBLEM_NONE;
    recorder_stream_end(&r->rx);
    recorder_stream_end(&r->tx);
    close_file(r, r->stream);
    close_file(r, r->events);
    enum problem_code code = r->first.code;
    if (code != PROBLEM_NONE)
        *problem = r->first;
    release(r);
    return code;
}
