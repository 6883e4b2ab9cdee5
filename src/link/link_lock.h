/*
 * Exclusive use of a port, in every way other programs know: the UUCP lock file
 * (minicom), flock (tio, picocom, pyserial) and TIOCEXCL (espflash).
 * facts/peers-host.md §3 "Locking".
 */
#ifndef OTACONSOLE_LINK_LINK_LOCK_H
#define OTACONSOLE_LINK_LINK_LOCK_H

#include "link/link_internal.h"

struct link_lock {
    char file[LINK_PATH_MAX + 64]; /* the UUCP lock file that is ours, "" = none */
};

/* Before opening: a lock file of a living process means hands off. */
enum problem_code link_lock_check(const struct link_places *places, const char *path,
                                  struct problem *problem);
/* On the open port, before anything on it is changed. On failure nothing is held. */
enum problem_code link_lock_take(const struct link_places *places, const char *path, int fd,
                                 struct link_lock *lock, struct problem *problem);
/* Before close(fd). */
void link_lock_release(struct link_lock *lock, int fd);
/* The message for a port that is held; finds out by whom. */
enum problem_code link_lock_busy(const struct link_places *places, const char *path,
                                 struct problem *problem);

#endif
