/*
 * Where board files, profiles and rules are found: $OTACONSOLE_DATA, the source
 * tree the program was built in, the share/ beside it, and the place it was
 * configured for; in this order.
 */
#ifndef OTACONSOLE_CLI_PATHS_H
#define OTACONSOLE_CLI_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#define PATHS_MAX 4

struct paths {
    char boards[PATHS_MAX][1024], profiles[PATHS_MAX][1024], rules[PATHS_MAX][1024];
    char catalogues[PATHS_MAX][1024]; /* message catalogues: LANG/LC_MESSAGES/otaconsole.mo */
    const char *board_dirs[PATHS_MAX], *profile_dirs[PATHS_MAX], *rule_dirs[PATHS_MAX];
    const char *catalogue_dirs[PATHS_MAX];
    size_t catalogue_count;
    size_t count;
};

void paths_find(struct paths *paths);

#endif
