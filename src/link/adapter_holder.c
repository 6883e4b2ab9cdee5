/*
 * Who has a device open: what /proc shows of the descriptors of every process we
 * may look into.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/text.h"
#include "link/link_internal.h"

/* Documentation/admin-guide/devices.txt: 136-143 char are the slaves of Unix98 ptys. */
#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST 143

static bool is_pty(const struct stat *device)
{
    unsigned number = major(device->st_rdev);
    return number >= PTY_MAJOR_FIRST && number <= PTY_MAJOR_LAST;
}

static size_t read_small_file(const char *path, char *out, size_t out_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, out, out_size - 1);
    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

void adapter_process_name(const struct link_places *places, int pid, char name[64])
{
    char path[LINK_PATH_MAX + 32], text[64];
    snprintf(path, sizeof path, "%s/%d/comm", places->processes, pid);
    size_t n = read_small_file(path, text, sizeof text);
    while (n > 0 && text[n - 1] == '\n')
        n--;
    if (text_make_safe(name, 64, (const uint8_t *)text, n) == 0)
        snprintf(name, 64, "?");
}

/* fdinfo of a pty's other end says "tty-index:\t7" (Linux 4.14 and later). */
static bool is_master_of(const char *process, const char *fd_name, const struct stat *device)
{
    char path[LINK_PATH_MAX + 64], text[512];
    snprintf(path, sizeof path, "%.200s/fdinfo/%.20s", process, fd_name);
    read_small_file(path, text, sizeof text);
    const char *index = strstr(text, "tty-index:");
    if (!index)
        return false;
    /* Eight majors of 256 minors each, in a row. */
    unsigned long number =
        (major(device->st_rdev) - PTY_MAJOR_FIRST) * 256ul + minor(device->st_rdev);
    return strtoul(index + strlen("tty-index:"), NULL, 10) == number;
}

struct process_ends {
    bool device; /* has the device itself open */
    bool master; /* has the other end of this pty open */
};

static struct process_ends look_into(const char *process, const struct stat *device)
{
    struct process_ends ends = {false, false};
    char path[LINK_PATH_MAX + 64];
    snprintf(path, sizeof path, "%.200s/fd", process);
    DIR *fds = opendir(path);
    if (!fds)
        return ends;
    for (struct dirent *e; (e = readdir(fds));) {
        struct stat open_file;
        /* Following the link looks at the open file; it opens nothing. */
        if (e->d_name[0] == '.' || fstatat(dirfd(fds), e->d_name, &open_file, 0) != 0 ||
            !S_ISCHR(open_file.st_mode))
            continue;
        if (open_file.st_rdev == device->st_rdev) {
            /* Pty numbers repeat between containers; their file systems differ. */
            ends.device |= !is_pty(device) || open_file.st_dev == device->st_dev;
        } else if (is_pty(device)) {
            ends.master |= is_master_of(process, e->d_name, device);
        }
    }
    closedir(fds);
    return ends;
}

/* The first process that `wanted` agrees to; processes other than ours come first. */
static int find_process(const struct link_places *places, const char *device_path,
                        bool strangers_only)
{
    struct stat device;
    DIR *processes = stat(device_path, &device) == 0 && S_ISCHR(device.st_mode)
                         ? opendir(places->processes)
                         : NULL;
    int found = 0, own = 0, self = (int)getpid();
    if (!processes)
        return 0;
    for (struct dirent *e; !found && (e = readdir(processes));) {
        uint32_t pid;
        char path[LINK_PATH_MAX + 32];
        if (!parse_u32(e->d_name, 1, INT32_MAX, &pid) || (strangers_only && (int)pid == self))
            continue;
        snprintf(path, sizeof path, "%.200s/%u", places->processes, (unsigned)pid);
        struct process_ends ends = look_into(path, &device);
        if (!ends.device || (strangers_only && ends.master))
            continue;
        if ((int)pid == self)
            own = self;
        else
            found = (int)pid;
    }
    closedir(processes);
    return found ? found : own;
}

/*
 * Who has a flock on the device, from lines such as
 * "3: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF" (device numbers in hexadecimal).
 */
static int flock_owner(const struct link_places *places, const char *device_path)
{
    struct stat device;
    char path[LINK_PATH_MAX + 32], line[256];
    snprintf(path, sizeof path, "%.200s/locks", places->processes);
    FILE *locks = stat(device_path, &device) == 0 ? fopen(path, "re") : NULL;
    int owner = 0;
    while (locks && !owner && fgets(line, sizeof line, locks)) {
        unsigned device_major, device_minor;
        unsigned long inode;
        int pid;
        /* Numbers of our own kernel; a line that does not fit is skipped.
         * NOLINTNEXTLINE(cert-err34-c) */
        if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%lu", &pid, &device_major, &device_minor,
                   &inode) == 4 &&
            pid > 0 && device_major == major(device.st_dev) &&
            device_minor == minor(device.st_dev) && inode == device.st_ino)
            owner = pid;
    }
    if (locks)
        fclose(locks);
    return owner;
}

int adapter_holder_in(const struct link_places *places, const char *path, char name[64])
{
    /* On a pty its owner has it open too, so the one who locked it or uses it is the answer. */
    int pid = flock_owner(places, path);
    if (!pid)
        pid = find_process(places, path, true);
    if (!pid)
        pid = find_process(places, path, false);
    name[0] = '\0';
    if (pid)
        adapter_process_name(places, pid, name);
    return pid;
}

int adapter_stranger(const struct link_places *places, const char *path, char name[64])
{
    int pid = find_process(places, path, true);
    name[0] = '\0';
    if (pid)
        adapter_process_name(places, pid, name);
    return pid;
}

int adapter_holder(const char *path, char name[64])
{
    return adapter_holder_in(&link_places_system, path, name);
}
