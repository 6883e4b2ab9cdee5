#include "cli/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/prompt.h"

/* OpenSSL's own limit for a passphrase is 1024. */
#define PASSPHRASE_MAX 1023u

void passphrase_free(char *passphrase)
{
    if (passphrase)
        explicit_bzero(passphrase, strlen(passphrase));
    free(passphrase);
}

static enum problem_code bad_file(struct problem *problem, const char *path, const char *hint,
                                  const char *what)
{
    return problem_set(problem, PROBLEM_CONFIG, path, hint, "%s", what);
}

/* One line, with or without its end. */
static enum problem_code take_line(const char *path, char *text, size_t n, char **passphrase,
                                   struct problem *problem)
{
    if (n > 0 && text[n - 1] == '\n')
        n--;
    if (n > 0 && text[n - 1] == '\r')
        n--;
    text[n] = '\0';
    if (n == 0)
        return bad_file(problem, path, "Write the passphrase into it, as one line.",
                        "there is no passphrase in this file");
    if (n > PASSPHRASE_MAX || strlen(text) != n || strpbrk(text, "\r\n"))
        return bad_file(problem, path, "A passphrase is one line of at most 1023 bytes.",
                        "this is no file with a passphrase");
    *passphrase = strdup(text);
    return *passphrase
               ? PROBLEM_NONE
               : problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
}

static enum problem_code from_file(const char *path, char **passphrase, struct problem *problem)
{
    struct stat st;
    char text[PASSPHRASE_MAX + 4], hint[320];
    size_t n = 0;
    ssize_t k = 1;
    /* The file that is looked at is the one that is read: all through one descriptor. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) != 0) {
        snprintf(hint, sizeof hint, "cannot be read: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return bad_file(problem, path, "Check the name of --passphrase-file.", hint);
    }
    if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        close(fd);
        snprintf(hint, sizeof hint, "Run: chmod 600 %.250s", path);
        return bad_file(problem, path, hint, "other users may read this passphrase");
    }
    while (n < sizeof text - 1 && k > 0) {
        k = read(fd, text + n, sizeof text - 1 - n);
        if (k > 0)
            n += (size_t)k;
        else if (k < 0 && errno == EINTR)
            k = 1;
    }
    if (k < 0)
        bad_file(problem, path, "Name a file with the passphrase in it.", strerror(errno));
    else
        take_line(path, text, n, passphrase, problem);
    explicit_bzero(text, sizeof text);
    close(fd);
    return problem->code;
}

static enum problem_code ask(const char *question, char **passphrase, struct problem *problem)
{
    *passphrase = prompt_ask(question, NULL, true);
    if (!*passphrase)
        return problem_set(problem, PROBLEM_CONFIG, NULL,
                           "Put it as one line into a file only you may read (chmod 600), and name "
                           "that with --passphrase-file.",
                           "there is nobody at a terminal to ask for the passphrase");
    if (strlen(*passphrase) <= PASSPHRASE_MAX)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_CONFIG, NULL, "Take a shorter one.",
                       "the passphrase is longer than 1023 bytes");
}

enum problem_code passphrase_get(const struct options *options, const char *question,
                                 char **passphrase, struct problem *problem)
{
    *passphrase = NULL;
    return options->passphrase_file ? from_file(options->passphrase_file, passphrase, problem)
                                    : ask(question, passphrase, problem);
}

enum problem_code passphrase_get_new(const struct options *options, const char *question,
                                     char **passphrase, struct problem *problem)
{
    char *again = NULL;
    if (passphrase_get(options, question, passphrase, problem) != PROBLEM_NONE ||
        options->passphrase_file || !*passphrase || !**passphrase)
        return problem->code;
    if (ask("Once more", &again, problem) == PROBLEM_NONE && strcmp(*passphrase, again) != 0)
        problem_set(problem, PROBLEM_CONFIG, NULL, "Nothing was written; try again.",
                    "the two passphrases differ");
    passphrase_free(again);
    return problem->code;
}
