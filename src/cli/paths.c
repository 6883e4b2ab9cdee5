#include "cli/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_catalogues(struct paths *p, const char *directory)
{
    size_t i = p->catalogue_count;
    if (i == PATHS_MAX || access(directory, F_OK) != 0)
        return;
    snprintf(p->catalogues[i], sizeof p->catalogues[i], "%.1000s", directory);
    p->catalogue_dirs[i] = p->catalogues[i];
    p->catalogue_count++;
}

static void add(struct paths *p, const char *base)
{
    char probe[1024], catalogues[1024];
    int n = snprintf(probe, sizeof probe, "%s/boards", base);
    snprintf(catalogues, sizeof catalogues, "%.1000s/locale", base);
    add_catalogues(p, catalogues);
    if (p->count == PATHS_MAX || n < 0 || n >= 1000 || access(probe, F_OK) != 0)
        return;
    size_t i = p->count++;
    snprintf(p->boards[i], sizeof p->boards[i], "%s", probe);
    snprintf(p->profiles[i], sizeof p->profiles[i], "%.1000s/profiles", base);
    snprintf(p->rules[i], sizeof p->rules[i], "%.1000s/profiles/rules", base);
    p->board_dirs[i] = p->boards[i];
    p->profile_dirs[i] = p->profiles[i];
    p->rule_dirs[i] = p->rules[i];
}

/* Removes `levels` names from the end of a path. */
static void climb(char *path, int levels)
{
    while (levels-- > 0) {
        char *slash = strrchr(path, '/');
        if (slash)
            *slash = '\0';
    }
}

void paths_find(struct paths *p)
{
    char self[1024], base[1100], catalogues[1100];
    const char *data = getenv("OTACONSOLE_DATA");
    memset(p, 0, sizeof *p);
    if (data && data[0])
        add(p, data);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) {
        self[n] = '\0';
        snprintf(base, sizeof base, "%s", self);
        climb(base, 3); /* build/release/otaconsole */
        climb(self, 2); /* build, or the prefix of bin/otaconsole */
        snprintf(catalogues, sizeof catalogues, "%s/locale", self);
        add(p, base);
        add_catalogues(p, catalogues);
        snprintf(base, sizeof base, "%s/share/otaconsole", self);
        add(p, base);
    }
    add(p, OTACONSOLE_DATADIR);
}
