#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write_all.h"
#include "cli/commands.h"
#include "cli/new_files.h"
#include "cli/paths.h"

#define BOARD_DEFAULT "mk3060"

struct making {
    const struct options *options;
    const char *dir;
    int dir_fd;
    struct new_project project;
    struct board *board;
    char board_path[4096]; /* of a board file of one's own */
    bool kept[16];
};

static enum problem_code cannot(struct problem *problem, const char *where, const char *what,
                                int error)
{
    return problem_set(problem, PROBLEM_OUTPUT_FILE, where,
                       error == ENOSPC   ? "Make room on the disk, or choose another one."
                       : error == ENOENT ? "Make the folder above it first."
                                         : "Choose a folder that can be written.",
                       "%s: %s", what, strerror(error));
}

/* --- the board ---------------------------------------------------------------------------- */

static enum problem_code load_board(struct making *m, struct problem *problem)
{
    struct paths paths;
    const struct options *o = m->options;
    const char *name = o->board ? o->board : BOARD_DEFAULT;
    paths_find(&paths);
    if (board_load(name, paths.board_dirs, paths.count, &m->board, NULL, problem) != PROBLEM_NONE)
        return problem->code;
    m->project.board = m->board;
    m->project.generation = board_generation(m->board, o->generation);
    if (!m->project.generation)
        return problem_set(problem, PROBLEM_CONFIG, m->board->name,
                           "`otaconsole boards NAME` lists them.",
                           "there is no generation \"%.40s\"", o->generation);
    m->project.generation_given =
        strcmp(m->project.generation->id, m->board->default_generation) != 0;
    m->project.board_word = m->board->name;
    /* A file of one's own is found from the project's folder too when its path is whole. */
    if (strchr(name, '/') || strstr(name, ".yaml"))
        m->project.board_word = realpath(name, m->board_path) ? m->board_path : name;
    return PROBLEM_NONE;
}

/* The folder's own name, of characters that need no quotes anywhere. */
static void name_project(struct making *m)
{
    char path[4096], *out = m->project.name;
    const char *name = realpath(m->dir, path) ? path : m->dir;
    const char *slash = strrchr(name, '/');
    size_t n = 0;
    for (const char *p = slash ? slash + 1 : name; *p && n + 1 < sizeof m->project.name; p++) {
        if (isalnum((unsigned char)*p) || (n && (*p == '-' || *p == '_')))
            out[n++] = *p;
    }
    out[n] = '\0';
    if (!n || strspn(out, "0123456789") == n)
        snprintf(out, sizeof m->project.name, "update");
}

/* --- the folder --------------------------------------------------------------------------- */

/* A fresh git repository counts as empty. */
static bool is_empty(int fd)
{
    int copy = dup(fd);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    const struct dirent *e;
    bool empty = true;
    if (!dir) {
        if (copy >= 0)
            close(copy);
        return false;
    }
    while (empty && (e = readdir(dir)) != NULL)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
                strcmp(e->d_name, ".git") == 0;
    closedir(dir);
    return empty;
}

static enum problem_code open_folder(struct making *m, struct problem *problem)
{
    if (mkdir(m->dir, 0777) != 0 && errno != EEXIST)
        return cannot(problem, m->dir, "cannot be created", errno);
    m->dir_fd = open(m->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m->dir_fd < 0)
        return cannot(problem, m->dir, "cannot be opened", errno);
    if (!m->options->force && !is_empty(m->dir_fd))
        return problem_set(problem, PROBLEM_OUTPUT_FILE, m->dir,
                           "Name another one, or say --force: files of the project's names are "
                           "written over then, but never credentials.yaml.",
                           "the folder is not empty");
    return PROBLEM_NONE;
}

/* Never through a link that was put there, and never half over what was there. */
static enum problem_code put(struct making *m, size_t i, struct problem *problem)
{
    const struct new_file *file = &new_files[i];
    struct buffer text = {0};
    char part[64], where[300];
    snprintf(where, sizeof where, "%.200s/%s", m->dir, file->name);
    if (file->kept && faccessat(m->dir_fd, file->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        m->kept[i] = true;
        return PROBLEM_NONE;
    }
    snprintf(part, sizeof part, "%s.part", file->name);
    unlinkat(m->dir_fd, part, 0);
    file->write(&m->project, &text);
    int fd =
        openat(m->dir_fd, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file->mode);
    bool ok = fd >= 0 && !text.failed && write_all(fd, text.data, text.length);
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        error = errno;
    }
    if (ok && renameat(m->dir_fd, part, m->dir_fd, file->name) != 0) {
        ok = false;
        error = errno;
    }
    if (!ok && fd >= 0)
        unlinkat(m->dir_fd, part, 0);
    buffer_free(&text);
    return ok ? PROBLEM_NONE : cannot(problem, where, "cannot be written", error);
}

static void tell(const struct making *m)
{
    struct buffer rehearsal = {0};
    printf("%s\n", m->dir);
    for (size_t i = 0; i < new_file_count; i++)
        printf("  %-17s %s\n", new_files[i].name,
               m->kept[i] ? "was there and is left as it is" : new_files[i].meaning);
    printf("\nNext:\n  cd %s\n  otaconsole explain update.yaml\n", m->dir);
    if (new_can_rehearse(&m->project)) {
        new_write_rehearsal(&m->project, &rehearsal);
        printf("  %s\n", buffer_text(&rehearsal));
    }
    printf("  otaconsole image keygen key.pem   # for signed updates; no key was made\n"
           "README.md has the command for the real board.\n");
    buffer_free(&rehearsal);
}

enum problem_code command_new(const struct options *options, struct problem *problem)
{
    struct making m = {.options = options, .dir_fd = -1};
    if (options->word_count != 1 || !options->words[0][0])
        return problem_set(problem, PROBLEM_USAGE, NULL,
                           "For example: otaconsole new my-bench --board mk3060",
                           "new takes one folder");
    m.dir = options->words[0];
    if (load_board(&m, problem) == PROBLEM_NONE && open_folder(&m, problem) == PROBLEM_NONE) {
        name_project(&m);
        for (size_t i = 0; i < new_file_count && problem->code == PROBLEM_NONE; i++)
            put(&m, i, problem);
        if (problem->code == PROBLEM_NONE)
            tell(&m);
    }
    if (m.dir_fd >= 0)
        close(m.dir_fd);
    board_free(m.board);
    return problem->code;
}
