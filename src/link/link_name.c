/* From what the user typed to a device file, with help when there is none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "link/link_internal.h"

#define SUGGESTIONS_MAX 6

static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* How much of what was asked for an adapter shares, in its best-fitting name. */
static size_t likeness(const struct adapter *a, const char *wanted)
{
    size_t best = common_prefix(last_part(a->path), wanted);
    size_t by_id = common_prefix(last_part(a->by_id), wanted);
    size_t serial = common_prefix(a->serial, wanted);
    best = by_id > best ? by_id : best;
    return serial > best ? serial : best;
}

void link_name_suggest(const struct link_places *places, const char *wanted, char *out,
                       size_t out_size)
{
    struct adapter *list;
    size_t count = adapters_list_in(places, &list);
    bool told[64] = {false};
    struct buffer text = {.limit = 4096};
    wanted = last_part(wanted);
    for (unsigned n = 0; n < SUGGESTIONS_MAX && n < count; n++) {
        size_t best = count;
        for (size_t i = 0; i < count && i < 64; i++) {
            if (!told[i] &&
                (best == count || likeness(&list[i], wanted) > likeness(&list[best], wanted)))
                best = i;
        }
        if (best == count)
            break;
        told[best] = true;
        const struct adapter *a = &list[best];
        buffer_format(&text, "%s%s", n ? ", " : "Plugged in: ", a->path);
        if (a->serial[0])
            buffer_format(&text, " (serial %s)", a->serial);
        else if (a->product[0])
            buffer_format(&text, " (%s)", a->product);
    }
    if (count == 0)
        buffer_append_text(&text, "No serial adapter is plugged in: check the USB cable (some only "
                                  "charge), or use `--port sim:` for a simulated board.");
    else
        buffer_append_text(&text, "; `otaconsole ports` tells more.");
    snprintf(out, out_size, "%s", buffer_text(&text));
    buffer_free(&text);
    free(list);
}

static enum problem_code not_found(const struct link_places *places, const char *name,
                                   const char *what, struct problem *problem)
{
    char hint[sizeof problem->hint];
    link_name_suggest(places, name, hint, sizeof hint);
    return problem_set(problem, PROBLEM_PORT_NOT_FOUND, name, hint, "%s", what);
}

static enum problem_code check_device(const struct link_places *places, const char *name,
                                      const char *path, struct problem *problem)
{
    struct stat s;
    if (stat(path, &s) != 0) {
        if (errno == EACCES)
            return problem_set(problem, PROBLEM_PORT_PERMISSION, name,
                               "Give this user access to the folder the port is in, or name the "
                               "port by its path below /dev.",
                               "this user may not look at the port");
        return not_found(places, name, "there is no such port", problem);
    }
    if (!S_ISCHR(s.st_mode))
        return not_found(places, name,
                         S_ISDIR(s.st_mode) ? "this is a directory, not a serial port"
                                            : "this is a file, not a serial port",
                         problem);
    return PROBLEM_NONE;
}

static bool copy_path(char path[LINK_PATH_MAX], const char *folder, const char *name)
{
    int n = snprintf(path, LINK_PATH_MAX, "%s%s", folder, name);
    return n >= 0 && n < LINK_PATH_MAX;
}

/* A path as it is; a bare name below /dev or among the by-id names. */
static enum problem_code resolve_path(const struct link_places *places, const char *name,
                                      char path[LINK_PATH_MAX], struct problem *problem)
{
    static const char *const folders[] = {"/", "/serial/by-id/"};
    struct stat s;
    if (name[0] != '/' && name[0] != '.') {
        for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
            char folder[LINK_PATH_MAX];
            snprintf(folder, sizeof folder, "%.200s%s", places->devices, folders[i]);
            if (copy_path(path, folder, name) && stat(path, &s) == 0)
                return check_device(places, name, path, problem);
        }
    }
    if (!copy_path(path, "", name))
        return problem_set(problem, PROBLEM_PORT_NOT_FOUND, "--port",
                           "Name a device file; `otaconsole ports` lists them.",
                           "the name of the port is too long");
    return check_device(places, name, path, problem);
}

struct pattern {
    char vid_pid[16]; /* "" = any */
    char serial[128]; /* "" = any */
};

static bool matches(const struct adapter *a, const struct pattern *p)
{
    return (!p->vid_pid[0] || strcasecmp(a->vid_pid, p->vid_pid) == 0) &&
           (!p->serial[0] || strcmp(a->serial, p->serial) == 0);
}

static enum problem_code resolve_pattern(const struct link_places *places, const char *name,
                                         const struct pattern *pattern, char path[LINK_PATH_MAX],
                                         struct problem *problem)
{
    struct adapter *list;
    size_t count = adapters_list_in(places, &list), found = 0;
    struct buffer others = {.limit = 1024};
    for (size_t i = 0; i < count; i++) {
        if (!matches(&list[i], pattern))
            continue;
        if (found++ == 0)
            snprintf(path, LINK_PATH_MAX, "%s", list[i].path);
        buffer_format(&others, "%s%s", found > 1 ? ", " : "", list[i].path);
    }
    free(list);
    enum problem_code code = PROBLEM_NONE;
    if (found == 0) {
        code = not_found(places, name, "no plugged-in adapter matches", problem);
    } else if (found > 1) {
        code = problem_set(problem, PROBLEM_PORT_NOT_FOUND, name,
                           "Name one of them by its path or its serial number.",
                           "%zu ports match: %s", found, buffer_text(&others));
    }
    buffer_free(&others);
    return code;
}

/* One to four hexadecimal digits, padded to the four that sysfs and lsusb print. */
static const char *parse_hex4(const char *text, char out[5])
{
    size_t n = strspn(text, "0123456789abcdefABCDEF");
    if (n < 1 || n > 4)
        return NULL;
    snprintf(out, 5, "%04lx", strtoul(text, NULL, 16));
    return text + n;
}

/* "0403:6015" or "0403:6015:SERIAL". */
static bool parse_vid_pid(const char *name, struct pattern *pattern)
{
    char vid[5], pid[5];
    const char *rest = parse_hex4(name, vid);
    if (!rest || *rest != ':')
        return false;
    rest = parse_hex4(rest + 1, pid);
    if (!rest || (*rest != '\0' && *rest != ':'))
        return false;
    if (*rest == ':' && strlen(rest + 1) >= sizeof pattern->serial)
        return false;
    snprintf(pattern->vid_pid, sizeof pattern->vid_pid, "%s:%s", vid, pid);
    snprintf(pattern->serial, sizeof pattern->serial, "%s", *rest == ':' ? rest + 1 : "");
    return true;
}

enum problem_code link_name_resolve(const struct link_places *places, const char *name,
                                    char path[LINK_PATH_MAX], struct problem *problem)
{
    static const char adapter[] = "adapter:";
    struct pattern pattern = {"", ""};
    size_t prefix = sizeof adapter - 1;
    if (strncmp(name, adapter, prefix) == 0) {
        size_t n = strlen(name + prefix);
        if (n == 0 || n >= sizeof pattern.serial)
            return problem_set(problem, PROBLEM_USAGE, name,
                               "`otaconsole ports` shows the serial numbers of adapters.",
                               "adapter: wants a serial number behind it");
        memcpy(pattern.serial, name + prefix, n + 1);
        return resolve_pattern(places, name, &pattern, path, problem);
    }
    if (parse_vid_pid(name, &pattern))
        return resolve_pattern(places, name, &pattern, path, problem);
    if (strstr(name, "://") || strncmp(name, "unix:", 5) == 0)
        return problem_set(problem, PROBLEM_NOT_AVAILABLE, name,
                           "Bring the port to this machine as a pty first, for instance with "
                           "`socat pty,raw,echo=0,link=board.tty tcp:HOST:PORT`.",
                           "ports on the network are not in this build");
    return resolve_path(places, name, path, problem);
}
