#include "link/link_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* LCK..NAME, NAME being the real device below /dev with '/' turned to '_' (as picocom). */
static bool lock_file_name(const struct link_places *places, const char *path, char *out,
                           size_t out_size)
{
    char real[PATH_MAX], devices[PATH_MAX];
    if (!realpath(path, real) || !realpath(places->devices, devices))
        return false;
    size_t n = strlen(devices);
    const char *name;
    if (strncmp(real, devices, n) == 0 && real[n] == '/')
        name = real + n + 1;
    else
        name = strrchr(real, '/') + 1;
    int written = snprintf(out, out_size, "%s/LCK..%s", places->locks, name);
    if (written < 0 || (size_t)written >= out_size)
        return false;
    for (char *c = out + strlen(places->locks) + 1; *c; c++) {
        if (*c == '/')
            *c = '_';
    }
    return true;
}

/* The PID in a lock file: 10 columns of ASCII (FHS 3.0 §5.9), or a binary int; 0 = none. */
static int lock_file_pid(const char *file)
{
    char text[32];
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    char *end;
    errno = 0;
    long pid = strtol(text, &end, 10);
    if (end != text && errno == 0)
        return pid > 0 && pid <= INT_MAX ? (int)pid : 0;
    int binary = 0;
    if (n == (ssize_t)sizeof binary)
        memcpy(&binary, text, sizeof binary);
    return binary > 0 ? binary : 0;
}

static bool is_alive(int pid)
{
    return kill(pid, 0) == 0 || errno == EPERM;
}

/* Somebody else's living lock; our own number in the file is left from an earlier life. */
static int foreign_owner(const char *file)
{
    int pid = lock_file_pid(file);
    return pid != 0 && pid != (int)getpid() && is_alive(pid) ? pid : 0;
}

static enum problem_code held_by(struct problem *problem, const char *path, const char *name,
                                 int pid)
{
    char hint[256];
    snprintf(hint, sizeof hint,
             "End that program (`kill %d` if it has no window), or use another port.%s", pid,
             strcmp(name, "ModemManager") == 0
                 ? " ModemManager lets go by itself after some seconds; a udev rule with "
                   "ID_MM_DEVICE_IGNORE keeps it away."
                 : "");
    return problem_set(problem, PROBLEM_PORT_BUSY, path, hint, "%s (pid %d) holds the port", name,
                       pid);
}

static enum problem_code held_by_lock_file(const struct link_places *places,
                                           struct problem *problem, const char *path,
                                           const char *file, int pid)
{
    char name[64], hint[448];
    adapter_process_name(places, pid, name);
    snprintf(hint, sizeof hint,
             "End that program; if it does not use the port, delete the lock file %s.", file);
    return problem_set(problem, PROBLEM_PORT_BUSY, path, hint,
                       "%s (pid %d) holds the port, says its lock file", name, pid);
}

enum problem_code link_lock_busy(const struct link_places *places, const char *path,
                                 struct problem *problem)
{
    char name[64];
    int pid = adapter_holder_in(places, path, name);
    if (pid)
        return held_by(problem, path, name, pid);
    return problem_set(problem, PROBLEM_PORT_BUSY, path,
                       "`sudo fuser -v` on the port shows programs of other users too; end it, or "
                       "use another port.",
                       "another program holds the port, and this user may not see which");
}

enum problem_code link_lock_check(const struct link_places *places, const char *path,
                                  struct problem *problem)
{
    char file[sizeof((struct link_lock *)0)->file];
    if (!lock_file_name(places, path, file, sizeof file))
        return PROBLEM_NONE;
    int pid = foreign_owner(file);
    return pid ? held_by_lock_file(places, problem, path, file, pid) : PROBLEM_NONE;
}

/* Written aside and linked into place, so that nobody ever reads half a PID. */
static bool create_lock_file(const struct link_places *places, const char *file)
{
    char aside[sizeof((struct link_lock *)0)->file], text[16];
    int n = snprintf(aside, sizeof aside, "%s/LTMP.%d", places->locks, (int)getpid());
    if (n < 0 || (size_t)n >= sizeof aside)
        return false;
    int length = snprintf(text, sizeof text, "%10d\n", (int)getpid());
    /* Others must be able to read who holds the port, whatever our umask. */
    int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return false;
    bool written = write(fd, text, (size_t)length) == length;
    (void)fchmod(fd, 0644);
    close(fd);
    bool created = written && link(aside, file) == 0;
    int error = errno;
    unlink(aside);
    errno = error;
    return created;
}

/*
 * Only after flock succeeded: then a file with our own number cannot be ours, and
 * one without a living owner is stale. A directory we may not write to is no
 * failure: systemd makes it so, and flock and TIOCEXCL still hold.
 */
static enum problem_code take_lock_file(const struct link_places *places, const char *path,
                                        struct link_lock *lock, struct problem *problem)
{
    char file[sizeof lock->file];
    if (!lock_file_name(places, path, file, sizeof file))
        return PROBLEM_NONE;
    for (int attempt = 0; attempt < 2; attempt++) {
        if (create_lock_file(places, file)) {
            memcpy(lock->file, file, sizeof file);
            return PROBLEM_NONE;
        }
        if (errno != EEXIST)
            return PROBLEM_NONE;
        int pid = foreign_owner(file);
        if (pid)
            return held_by_lock_file(places, problem, path, file, pid);
        if (unlink(file) != 0)
            return PROBLEM_NONE;
    }
    return PROBLEM_NONE;
}

static bool is_exclusive(int fd)
{
    int exclusive = 0;
    return ioctl(fd, TIOCGEXCL, &exclusive) == 0 && exclusive;
}

enum problem_code link_lock_take(const struct link_places *places, const char *path, int fd,
                                 struct link_lock *lock, struct problem *problem)
{
    char name[64];
    lock->file[0] = '\0';
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return link_lock_busy(places, path, problem);
    /* Not everybody uses locks (cat, screen), and root gets past all of them: look who is there. */
    int pid = adapter_stranger(places, path, name);
    if (pid) {
        flock(fd, LOCK_UN);
        return held_by(problem, path, name, pid);
    }
    /*
     * Only on hardware does TIOCEXCL end with its program. On a pty the mark of a killed program
     * stays as long as the other end lives, so there it is neither believed nor made.
     */
    struct adapter adapter;
    bool hardware = adapter_describe(places, path, &adapter);
    if (hardware && is_exclusive(fd)) {
        flock(fd, LOCK_UN);
        return link_lock_busy(places, path, problem);
    }
    if (take_lock_file(places, path, lock, problem) != PROBLEM_NONE) {
        flock(fd, LOCK_UN);
        return problem->code;
    }
    if (hardware)
        (void)ioctl(fd, TIOCEXCL);
    return PROBLEM_NONE;
}

void link_lock_release(struct link_lock *lock, int fd)
{
    if (lock->file[0])
        unlink(lock->file);
    lock->file[0] = '\0';
    if (fd >= 0) {
        (void)ioctl(fd, TIOCNXCL);
        flock(fd, LOCK_UN);
    }
}
