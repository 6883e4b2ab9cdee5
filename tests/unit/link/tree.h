/* A folder of its own for a test: a fake sysfs, /dev and lock folder, gone at the end. */
#ifndef OTACONSOLE_TESTS_LINK_TREE_H
#define OTACONSOLE_TESTS_LINK_TREE_H

#include <fcntl.h>
#include <ftw.h>
#include <pty.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link/link_internal.h"

struct tree {
    char root[128];
    char tty_class[160], devices[160], locks[160];
    struct link_places places;
};

static inline int tree_remove_one(const char *path, const struct stat *s, int kind, struct FTW *f)
{
    (void)s;
    (void)kind;
    (void)f;
    return remove(path);
}

static inline void tree_remove(const struct tree *t)
{
    nftw(t->root, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* "name below the root"; every folder on the way is made. */
__attribute__((format(printf, 3, 0))) static inline void
tree_path(const struct tree *t, char out[512], const char *format, va_list args)
{
    int n = snprintf(out, 512, "%s/", t->root);
    vsnprintf(out + n, 512 - (size_t)n, format, args);
    for (char *c = out + n; (c = strchr(c, '/')) != NULL; c++) {
        *c = '\0';
        mkdir(out, 0755);
        *c = '/';
    }
}

__attribute__((format(printf, 3, 4))) static inline void
tree_file(const struct tree *t, const char *content, const char *format, ...)
{
    char path[512];
    va_list args;
    va_start(args, format);
    tree_path(t, path, format, args);
    va_end(args);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    fclose(f);
}

__attribute__((format(printf, 3, 4))) static inline void
tree_link(const struct tree *t, const char *target, const char *format, ...)
{
    char path[512];
    va_list args;
    va_start(args, format);
    tree_path(t, path, format, args);
    va_end(args);
    unlink(path);
    assert_int_equal(symlink(target, path), 0);
}

static inline void tree_make(struct tree *t)
{
    const char *base = getenv("TMPDIR");
    snprintf(t->root, sizeof t->root, "%.80s/otaconsole-link-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(t->root));
    snprintf(t->tty_class, sizeof t->tty_class, "%s/class", t->root);
    snprintf(t->devices, sizeof t->devices, "%s/dev", t->root);
    snprintf(t->locks, sizeof t->locks, "%s/locks", t->root);
    mkdir(t->tty_class, 0755);
    mkdir(t->devices, 0755);
    mkdir(t->locks, 0755);
    t->places = (struct link_places){t->tty_class, t->devices, "/proc", t->locks};
}

/*
 * A USB adapter as sysfs shows it, interface 0 of the device in socket `socket`, and its
 * device file as a link to `target` (a pty's slave).
 */
static inline void tree_plug(const struct tree *t, const char *name, const char *socket,
                             const char *vid, const char *pid, const char *serial,
                             const char *target)
{
    char text[256];
    snprintf(text, sizeof text, "../devices/%s/%s:1.0/%s", socket, socket, name);
    tree_file(t, "", "devices/%s/%s:1.0/%s/uevent", socket, socket, name);
    tree_file(t, "", "drivers/ftdi_sio/uevent");
    tree_link(t, "../../../../drivers/ftdi_sio", "devices/%s/%s:1.0/%s/driver", socket, socket,
              name);
    tree_file(t, vid, "devices/%s/idVendor", socket);
    tree_file(t, pid, "devices/%s/idProduct", socket);
    tree_file(t, "FTDI\n", "devices/%s/manufacturer", socket);
    tree_file(t, "FT230X Basic\x1b[31m UART\n", "devices/%s/product", socket);
    if (serial)
        tree_file(t, serial, "devices/%s/serial", socket);
    tree_file(t, "", "class/%s/uevent", name);
    snprintf(text, sizeof text, "../../devices/%s/%s:1.0/%s", socket, socket, name);
    tree_link(t, text, "class/%s/device", name);
    tree_link(t, target, "dev/%s", name);
}

static inline void tree_unplug(const struct tree *t, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/class/%s/device", t->root, name);
    unlink(path);
    snprintf(path, sizeof path, "%s/dev/%s", t->root, name);
    unlink(path);
}

/* A pty whose slave nobody has open; returns the master. */
static inline int tree_pty(char slave_name[64])
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, slave_name, 64), 0);
    return master;
}

#endif
