#include "cli/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

/* /dev/tty, so that a secret can be typed even when standard input is a pipe. */
char *prompt_ask(const char *name, const char *description, bool secret)
{
    struct termios before, quiet;
    char line[1024], *answer = NULL;
    FILE *tty = fopen("/dev/tty", "r+e");
    if (!tty)
        return NULL;
    bool echo_off = secret && tcgetattr(fileno(tty), &before) == 0;
    fprintf(tty, "%s%s%s%s: ", name, description ? " (" : "", description ? description : "",
            description ? ")" : "");
    fflush(tty);
    if (echo_off) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
    }
    if (fgets(line, sizeof line, tty)) {
        line[strcspn(line, "\n")] = '\0';
        answer = strdup(line);
    }
    if (echo_off) {
        tcsetattr(fileno(tty), TCSAFLUSH, &before);
        fputc('\n', tty);
    }
    explicit_bzero(line, sizeof line);
    fclose(tty);
    return answer;
}
