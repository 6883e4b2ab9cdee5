#include "link/adapters.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "link/link_internal.h"

#define ADAPTERS_MAX 256

/* The first line of a sysfs attribute, made safe to print; false when there is none. */
static bool read_attribute(const char *folder, const char *name, char *out, size_t out_size)
{
    char path[PATH_MAX + 32], text[256];
    out[0] = '\0';
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, text, sizeof text);
    close(fd);
    size_t length = got > 0 ? (size_t)got : 0;
    const char *line_end = memchr(text, '\n', length);
    if (line_end)
        length = (size_t)(line_end - text);
    text_make_safe(out, out_size, (const uint8_t *)text, length);
    return true;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* What the symbolic link `name` in `folder` points at, last part only. */
static void read_link_name(const char *folder, const char *name, char *out, size_t out_size)
{
    char path[PATH_MAX + 32], target[PATH_MAX];
    out[0] = '\0';
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (n < 0 || (size_t)n >= sizeof path || !realpath(path, target))
        return;
    const char *last = last_part(target);
    text_make_safe(out, out_size, (const uint8_t *)last, strlen(last));
}

/*
 * From the tty's device up to the USB device that carries it. The part in between is the
 * interface ("1-2.3:1.0"): it tells the ports of a multi-port adapter apart.
 */
static void describe_usb(const char *device, struct adapter *a)
{
    char folder[PATH_MAX], vid[8], pid[8], maker[48], product[72];
    snprintf(folder, sizeof folder, "%s", device);
    for (char *slash; (slash = strrchr(folder, '/')) && slash != folder; *slash = '\0') {
        const char *last = slash + 1;
        if (!read_attribute(folder, "idVendor", vid, sizeof vid)) {
            const char *colon = strchr(last, ':');
            if (colon && strchr(last, '-'))
                snprintf(a->interface, sizeof a->interface, "%.15s", colon + 1);
            continue;
        }
        read_attribute(folder, "idProduct", pid, sizeof pid);
        read_attribute(folder, "serial", a->serial, sizeof a->serial);
        read_attribute(folder, "manufacturer", maker, sizeof maker);
        read_attribute(folder, "product", product, sizeof product);
        snprintf(a->vid_pid, sizeof a->vid_pid, "%.4s:%.4s", vid, pid);
        snprintf(a->location, sizeof a->location, "%.63s", last);
        /* "Silicon Labs" + "Silicon Labs CP2102" would say it twice. */
        bool twice = strncmp(product, maker, strlen(maker)) == 0;
        snprintf(a->product, sizeof a->product, "%s%s%s", twice ? "" : maker,
                 twice || !maker[0] || !product[0] ? "" : " ", product);
        return;
    }
}

/* Bridges on the boards we know; FTDI 0403:6015 is the mk3060 kit (facts/peers-host.md §0). */
static bool is_likely(const struct adapter *a)
{
    static const char *const bridges[] = {"0403:6015"};
    for (size_t i = 0; i < sizeof bridges / sizeof bridges[0]; i++) {
        if (strcmp(a->vid_pid, bridges[i]) == 0)
            return true;
    }
    return false;
}

static void find_by_id(const struct link_places *places, struct adapter *a)
{
    char folder[LINK_PATH_MAX + 16], real[PATH_MAX], wanted[PATH_MAX];
    snprintf(folder, sizeof folder, "%.200s/serial/by-id", places->devices);
    DIR *names = opendir(folder);
    if (!names || !realpath(a->path, wanted)) {
        if (names)
            closedir(names);
        return;
    }
    for (struct dirent *e; !a->by_id[0] && (e = readdir(names));) {
        char path[sizeof folder + 257];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' && strlen(path) < sizeof a->by_id && realpath(path, real) &&
            strcmp(real, wanted) == 0)
            memcpy(a->by_id, path, strlen(path) + 1);
    }
    closedir(names);
}

/* A 8250 driver makes ttyS0..ttyS3 whether there is a chip or not; type 0 = none found. */
static bool is_empty_slot(const char *entry)
{
    char type[16];
    return read_attribute(entry, "type", type, sizeof type) && strcmp(type, "0") == 0;
}

/* Fills everything but the holder; false for names that are no hardware. */
static bool describe_entry(const struct link_places *places, const char *name, struct adapter *a)
{
    char entry[LINK_PATH_MAX + 300], link_path[sizeof entry + 16], device[PATH_MAX];
    memset(a, 0, sizeof *a);
    snprintf(entry, sizeof entry, "%.200s/%.250s", places->tty_class, name);
    snprintf(link_path, sizeof link_path, "%s/device", entry);
    if (!realpath(link_path, device) || is_empty_slot(entry))
        return false;
    int n = snprintf(a->path, sizeof a->path, "%s/%s", places->devices, name);
    if (n < 0 || (size_t)n >= sizeof a->path)
        return false;
    /* "tty!name" stands for a folder below /dev. */
    for (char *c = a->path; *c; c++) {
        if (*c == '!')
            *c = '/';
    }
    read_link_name(device, "driver", a->driver, sizeof a->driver);
    describe_usb(device, a);
    find_by_id(places, a);
    a->readable = access(a->path, R_OK | W_OK) == 0;
    a->likely = is_likely(a);
    return true;
}

/* The part of a path below the devices' folder, or NULL. */
static const char *below(const char *path, const char *devices)
{
    size_t n = strlen(devices);
    return strncmp(path, devices, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

bool adapter_describe(const struct link_places *places, const char *path, struct adapter *adapter)
{
    char real[PATH_MAX], devices[PATH_MAX], name[LINK_PATH_MAX];
    const char *found = below(path, places->devices);
    memset(adapter, 0, sizeof *adapter);
    /* "/dev/ttyUSB0" as it is; a by-id name or other symbolic link by where it leads. */
    for (int attempt = 0; attempt < 2; attempt++) {
        if (found) {
            snprintf(name, sizeof name, "%.250s", found);
            for (char *c = name; *c; c++) {
                if (*c == '/')
                    *c = '!';
            }
            if (describe_entry(places, name, adapter))
                return true;
        }
        found = realpath(path, real) && realpath(places->devices, devices) ? below(real, devices)
                                                                           : NULL;
    }
    return false;
}

bool adapter_is_same(const struct adapter *a, const struct adapter *b)
{
    if (!a->vid_pid[0] || strcmp(a->vid_pid, b->vid_pid) != 0 ||
        strcmp(a->interface, b->interface) != 0)
        return false;
    /* Cheap bridges have no serial number; their socket is all there is to know them by. */
    return a->serial[0] ? strcmp(a->serial, b->serial) == 0
                        : !b->serial[0] && strcmp(a->location, b->location) == 0;
}

static int by_path(const void *a, const void *b)
{
    const char *x = ((const struct adapter *)a)->path, *y = ((const struct adapter *)b)->path;
    size_t lx = strlen(x), ly = strlen(y);
    /* ttyUSB10 after ttyUSB9: equal up to the digits, the shorter name is the smaller number. */
    size_t nx = lx, ny = ly;
    while (nx > 0 && x[nx - 1] >= '0' && x[nx - 1] <= '9')
        nx--;
    while (ny > 0 && y[ny - 1] >= '0' && y[ny - 1] <= '9')
        ny--;
    if (nx == ny && strncmp(x, y, nx) == 0 && lx != ly)
        return lx < ly ? -1 : 1;
    return strcmp(x, y);
}

size_t adapters_list_in(const struct link_places *places, struct adapter **list)
{
    size_t count = 0;
    *list = NULL;
    DIR *entries = opendir(places->tty_class);
    if (!entries)
        return 0;
    for (struct dirent *e; count < ADAPTERS_MAX && (e = readdir(entries));) {
        struct adapter a;
        if (e->d_name[0] == '.' || !describe_entry(places, e->d_name, &a))
            continue;
        struct adapter *grown = realloc(*list, (count + 1) * sizeof **list);
        if (!grown)
            break;
        *list = grown;
        a.holder_pid = adapter_holder_in(places, a.path, a.holder_name);
        grown[count++] = a;
    }
    closedir(entries);
    if (count > 1)
        qsort(*list, count, sizeof **list, by_path);
    return count;
}

size_t adapters_list(struct adapter **list)
{
    return adapters_list_in(&link_places_system, list);
}

void adapter_permission_hint(const char *path, char *out, size_t out_size)
{
    struct stat s;
    const struct group *group = stat(path, &s) == 0 ? getgrgid(s.st_gid) : NULL;
    /* Being in root's group would be the wrong cure, and group bits may not help at all. */
    if (group && s.st_gid != 0 && (s.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP))
        snprintf(out, out_size,
                 "Run `sudo usermod -aG %s $USER`, then log out and in again (or `newgrp %s` for "
                 "this window).",
                 group->gr_name, group->gr_name);
    else
        snprintf(
            out, out_size,
            "Only root may open it: a udev rule with GROUP=\"dialout\", MODE=\"0660\" gives it "
            "to the members of dialout.");
}

void adapters_hint(const struct adapter *list, size_t count, char *out, size_t out_size)
{
    size_t readable = 0, free_ports = 0;
    if (out_size == 0)
        return;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        readable += list[i].readable;
        free_ports += list[i].readable && list[i].holder_pid == 0;
    }
    if (free_ports > 0)
        return;
    if (count == 0)
        snprintf(out, out_size,
                 "No serial adapter is plugged in: check the USB cable (some only charge), or use "
                 "`--port sim:` for a simulated board.");
    else if (readable == 0)
        adapter_permission_hint(list[0].path, out, out_size);
    else
        for (size_t i = 0; i < count; i++) {
            if (list[i].readable && list[i].holder_pid) {
                snprintf(out, out_size, "End %s (pid %d), which holds %s.", list[i].holder_name,
                         list[i].holder_pid, list[i].path);
                break;
            }
        }
}

size_t adapters_only_one(char *path, size_t size)
{
    struct adapter *list = NULL;
    size_t count = adapters_list(&list), usb = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].vid_pid[0]) {
            snprintf(path, size, "%s", list[i].path);
            usb++;
        }
    }
    free(list);
    if (usb != 1 && size)
        path[0] = '\0';
    return usb;
}
