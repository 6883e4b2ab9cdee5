#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/json_line.h"
#include "link/adapters.h"

static void print_adapter(const struct adapter *a)
{
    printf("%s\n", a->path);
    if (a->product[0])
        printf("    what      %s%s\n", a->product,
               a->likely ? "  (the bridge of an mk3060 kit looks like this)" : "");
    if (a->vid_pid[0])
        printf("    id        %s%s%s\n", a->vid_pid, a->serial[0] ? ":" : "", a->serial);
    if (a->driver[0])
        printf("    driver    %s%s%s\n", a->driver, a->location[0] ? ", at " : "", a->location);
    if (a->by_id[0])
        printf("    stable    %s\n", a->by_id);
    if (a->holder_pid)
        printf("    held by   %s (pid %d): end it, or use another adapter\n", a->holder_name,
               a->holder_pid);
    if (!a->readable)
        printf("    access    you may not open it\n");
}

static void print_json(const struct adapter *a)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "path", a->path);
    cJSON_AddStringToObject(o, "id", a->vid_pid);
    cJSON_AddStringToObject(o, "serial", a->serial);
    cJSON_AddStringToObject(o, "product", a->product);
    cJSON_AddStringToObject(o, "driver", a->driver);
    cJSON_AddStringToObject(o, "location", a->location);
    cJSON_AddStringToObject(o, "byId", a->by_id);
    cJSON_AddBoolToObject(o, "accessible", a->readable);
    cJSON_AddBoolToObject(o, "likely", a->likely);
    if (a->holder_pid) {
        cJSON_AddNumberToObject(o, "holderPid", a->holder_pid);
        cJSON_AddStringToObject(o, "holder", a->holder_name);
    }
    json_line_print(o, stdout);
}

enum problem_code command_ports(const struct options *options, struct problem *problem)
{
    struct adapter *list = NULL;
    char hint[512] = "";
    (void)problem;
    size_t count = adapters_list(&list);
    for (size_t i = 0; i < count; i++) {
        if (options->json)
            print_json(&list[i]);
        else
            print_adapter(&list[i]);
    }
    adapters_hint(list, count, hint, sizeof hint);
    if (!options->json && hint[0])
        printf("%s\n", hint);
    free(list);
    return PROBLEM_NONE;
}
