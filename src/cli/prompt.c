#include "cli/prompt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A terminal gives at most 4095 characters and the line's end. */
#define ANSWER_MAX 4096

static volatile sig_atomic_t caught;

static void catch_signal(int number)
{
    caught = number;
}

/* While the echo is off, Ctrl-C must not leave the terminal without it. */
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define SIGNAL_COUNT (sizeof signals / sizeof signals[0])

/* read(2), not stdio: a secret is to stand in no buffer but ours. */
static char *read_line(int tty)
{
    char line[ANSWER_MAX + 1] = "", *answer = NULL;
    size_t n = 0;
    ssize_t k = 1;
    while (n < ANSWER_MAX && k > 0 && !memchr(line, '\n', n)) {
        k = read(tty, line + n, ANSWER_MAX - n);
        n += k > 0 ? (size_t)k : 0; /* a signal ends the question, as does the end of the input */
    }
    if (n > 0 && k > 0) {
        line[n] = '\0';
        line[strcspn(line, "\n")] = '\0';
        answer = strdup(line);
    }
    explicit_bzero(line, sizeof line);
    return answer;
}

static char *read_hidden(int tty, const struct termios *before)
{
    struct sigaction old[SIGNAL_COUNT], action = {.sa_handler = catch_signal};
    struct termios quiet = *before;
    sigemptyset(&action.sa_mask);
    caught = 0;
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i], &action, &old[i]);
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(tty, TCSAFLUSH, &quiet);
    char *answer = read_line(tty);
    tcsetattr(tty, TCSAFLUSH, before);
    dprintf(tty, "\n");
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i], &old[i], NULL);
    if (caught)
        raise(caught);
    return answer;
}

/* /dev/tty, so that a secret can be typed even when standard input is a pipe. */
char *prompt_ask(const char *name, const char *description, bool secret)
{
    struct termios before;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        return NULL;
    fflush(stdout);
    dprintf(tty, "%s%s%s%s: ", name, description ? " (" : "", description ? description : "",
            description ? ")" : "");
    char *answer =
        secret && tcgetattr(tty, &before) == 0 ? read_hidden(tty, &before) : read_line(tty);
    close(tty);
    return answer;
}
