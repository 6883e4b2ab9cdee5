#include "workflow/typist.h"

#include <stdio.h>
#include <string.h>

#define ATTEMPTS 6
/* An echo is a matter of microseconds on the board; the rest is the cable and its driver. */
#define ECHO_PATIENCE (300 * TIME_MS)
#define WIPE_QUIET (60 * TIME_MS)

void typist_start(struct typist *t, enum typist_echo echo, const char *line, const char *shown)
{
    memset(t, 0, sizeof *t);
    t->state = TYPIST_TYPE;
    t->echo = echo;
    snprintf(t->line, sizeof t->line, "%s", line);
    snprintf(t->shown, sizeof t->shown, "%s", shown ? shown : line);
    t->length = strlen(t->line);
}

void typist_wipe_line(struct conversation *c)
{
    static const char leftover[] = {' ', '~', '\r'};
    char wipe[TYPIST_LINE_MAX + sizeof leftover];
    /* As many as a line can hold: half a `netmgr connect` must not become a shorter one. */
    for (size_t i = 0; i < TYPIST_LINE_MAX; i++)
        wipe[i] = '\b';
    /* The space makes a line of leftovers carry one argument too many, which the loader refuses. */
    for (size_t i = 0; i < sizeof leftover; i++)
        wipe[TYPIST_LINE_MAX + i] = leftover[i];
    c->services->send(c, wipe, sizeof wipe, NULL);
}

/* Whether `line` appears, in order but possibly with other text between its characters. */
static bool echoed_spliced(const char *text, size_t n, const char *line, size_t length)
{
    size_t found = 0;
    for (size_t i = 0; i < n && found < length; i++)
        found += text[i] == line[found];
    return found == length;
}

static bool echo_complete(const struct typist *t, const struct conversation *c)
{
    size_t n;
    const char *text = transcript_from(&c->heard, t->mark, &n);
    if (t->echo == ECHO_SPLICED)
        return echoed_spliced(text, n, t->line, t->length);
    return n >= t->length && memcmp(text + n - t->length, t->line, t->length) == 0;
}

static enum progress give_up(const struct typist *t, const struct conversation *c,
                             struct problem *problem)
{
    if (transcript_end(&c->heard) == t->mark)
        problem_set(problem, PROBLEM_BOARD_SILENT, NULL,
                    "Check power, that the cable's TX and RX are not swapped, and the baud rate.",
                    "the board does not echo what is typed");
    else
        problem_set(problem, PROBLEM_LOADER_NOT_REACHED, NULL,
                    "The line is noisy or something else talks on it: try a shorter cable or "
                    "another adapter.",
                    "the board echoes something other than \"%s\", so it was not sent", t->shown);
    return PROGRESS_FAILED;
}

static void type_line(struct typist *t, struct conversation *c, uint64_t now)
{
    t->mark = transcript_end(&c->heard);
    t->attempt++;
    c->services->send(c, t->line, t->length, NULL);
    t->deadline = now + ECHO_PATIENCE + 2 * conversation_wire_time(c, t->length);
    t->state = TYPIST_ECHO_WAIT;
}

enum progress typist_poll(struct typist *t, struct conversation *c, uint64_t now,
                          struct problem *problem)
{
    switch (t->state) {
    case TYPIST_TYPE:
        type_line(t, c, now);
        return PROGRESS_RUNNING;
    case TYPIST_ECHO_WAIT:
        if (echo_complete(t, c)) {
            t->mark = transcript_end(&c->heard);
            c->services->send(c, "\r", 1, t->shown);
            t->state = TYPIST_ENTERED;
            return PROGRESS_DONE;
        }
        if (now < t->deadline)
            return PROGRESS_RUNNING;
        if (t->attempt >= ATTEMPTS)
            return give_up(t, c, problem);
        t->state = TYPIST_WIPE;
        return typist_poll(t, c, now, problem);
    case TYPIST_WIPE:
        typist_wipe_line(c);
        t->mark = transcript_end(&c->heard);
        t->deadline = now + ECHO_PATIENCE;
        t->state = TYPIST_WIPE_WAIT;
        return PROGRESS_RUNNING;
    case TYPIST_WIPE_WAIT:
        if (c->heard.heard_us && transcript_end(&c->heard) > t->mark &&
            now < c->heard.heard_us + WIPE_QUIET) {
            t->deadline = c->heard.heard_us + WIPE_QUIET;
            return PROGRESS_RUNNING;
        }
        if (now < t->deadline)
            return PROGRESS_RUNNING;
        type_line(t, c, now);
        return PROGRESS_RUNNING;
    case TYPIST_ENTERED:
        return PROGRESS_DONE;
    }
    return PROGRESS_RUNNING;
}
