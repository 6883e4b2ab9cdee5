#include "cli/log_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cJSON.h>
#include <openssl/evp.h>

#include "base/clock.h"

#define CHUNK 65536u
/* How often a followed file is looked at. */
#define LOOK_AGAIN_US 200000u

struct log_source {
    int fd;
    bool follow;
    FILE *recording; /* stream.jsonl, instead of fd */
    char *line;      /* of the recording */
    size_t line_size;
    uint8_t *bytes;
};

static enum problem_code cannot_read(const char *path, const char *why, struct problem *problem)
{
    return problem_set(problem, PROBLEM_INPUT_FILE, path,
                       "Name a log file, a recording directory, or - for standard input.",
                       "cannot be read: %s", why);
}

static bool open_path(struct log_source *s, const char *path)
{
    struct stat st;
    char stream[1024];
    if (strcmp(path, "-") == 0) {
        s->fd = STDIN_FILENO;
        return true;
    }
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        snprintf(stream, sizeof stream, "%s/stream.jsonl", path);
        s->recording = fopen(stream, "re");
        return s->recording != NULL;
    }
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    return s->fd >= 0;
}

enum problem_code log_source_open(const char *path, bool follow, struct log_source **out,
                                  struct problem *problem)
{
    struct log_source *s = calloc(1, sizeof *s);
    if (s) {
        s->fd = -1;
        s->follow = follow;
        s->bytes = malloc(CHUNK);
    }
    if (!s || !s->bytes) {
        log_source_close(s);
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    }
    if (!open_path(s, path)) {
        cannot_read(path, strerror(errno), problem);
        log_source_close(s);
        return problem->code;
    }
    *out = s;
    return PROBLEM_NONE;
}

void log_source_close(struct log_source *s)
{
    if (!s)
        return;
    if (s->recording)
        fclose(s->recording);
    if (s->fd > STDERR_FILENO)
        close(s->fd);
    free(s->line);
    free(s->bytes);
    free(s);
}

/* The bytes of one line of stream.jsonl; 0 when it is not received text or not understood. */
static size_t decode(struct log_source *s, const char *json, uint64_t *time_us)
{
    size_t n = 0;
    cJSON *o = cJSON_Parse(json);
    const char *dir = cJSON_GetStringValue(cJSON_GetObjectItem(o, "dir"));
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(o, "text"));
    const char *base64 = cJSON_GetStringValue(cJSON_GetObjectItem(o, "base64"));
    const cJSON *t = cJSON_GetObjectItem(o, "t");
    if (cJSON_IsNumber(t) && t->valuedouble >= 0)
        *time_us = (uint64_t)(t->valuedouble * (double)TIME_S);
    if (dir && strcmp(dir, "rx") == 0 && text) {
        n = strnlen(text, CHUNK);
        memcpy(s->bytes, text, n);
    } else if (dir && strcmp(dir, "rx") == 0 && base64 && strlen(base64) < CHUNK) {
        size_t length = strlen(base64), padding = 0;
        int decoded = EVP_DecodeBlock(s->bytes, (const unsigned char *)base64, (int)length);
        while (padding < 2 && padding < length && base64[length - 1 - padding] == '=')
            padding++;
        n = decoded > 0 ? (size_t)decoded - padding : 0;
    }
    cJSON_Delete(o);
    return n;
}

static long read_recording(struct log_source *s, uint64_t *time_us)
{
    while (getline(&s->line, &s->line_size, s->recording) > 0) {
        size_t n = decode(s, s->line, time_us);
        if (n)
            return (long)n;
    }
    return ferror(s->recording) ? -1 : 0;
}

long log_source_read(struct log_source *s, const uint8_t **bytes, uint64_t *time_us,
                     const volatile sig_atomic_t *stop)
{
    *bytes = s->bytes;
    if (s->recording)
        return read_recording(s, time_us);
    while (!*stop) {
        ssize_t n = read(s->fd, s->bytes, CHUNK);
        if (n > 0)
            return n;
        if (n < 0 && errno != EINTR)
            return -1;
        if (n == 0 && (!s->follow || s->fd == STDIN_FILENO))
            return 0;
        if (n == 0)
            usleep(LOOK_AGAIN_US);
    }
    return 0;
}
