#include "board/board.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/parse.h"
#include "ymodem/preset.h"

/* Copies a checked tree into the structs of board.h; the schema has settled types and ranges. */
struct loader {
    struct arena *arena;
    const struct yaml_doc *doc;
    struct schema_report *report;
    bool failed; /* out of memory */
};

static void *allocate(struct loader *l, size_t count, size_t size)
{
    void *p = arena_alloc(l->arena, count, size);
    l->failed |= p == NULL;
    return p;
}

static const char *text_of(struct loader *l, const struct yaml_node *map, const char *key,
                           const char *missing)
{
    const char *text = yaml_get_text(map, key, missing);
    const char *copy = arena_copy(l->arena, text);
    l->failed |= text && !copy;
    return copy;
}

static uint32_t size_of(const struct yaml_node *map, const char *key, uint32_t missing)
{
    uint32_t value = missing;
    const char *text = yaml_get_text(map, key, NULL);
    if (text)
        parse_size(text, 0, UINT32_MAX, &value);
    return value;
}

static size_t children(const struct yaml_node *list)
{
    return list ? list->count : 0;
}

static const char **texts_of(struct loader *l, const struct yaml_node *list, size_t *count)
{
    *count = children(list);
    const char **texts = allocate(l, *count, sizeof *texts);
    size_t i = 0;
    for (const struct yaml_node *n = list ? list->first : NULL; n && texts; n = n->next) {
        texts[i] = arena_copy(l->arena, n->text);
        l->failed |= !texts[i++];
    }
    return texts;
}

/* Every mistake of a list in which two entries answer to one name. */
static void unique_ids(struct loader *l, const struct yaml_node *list, const char *key,
                       const char *what)
{
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        const char *id = yaml_get_text(n, key, "");
        for (const struct yaml_node *m = list->first; m != n; m = m->next) {
            if (strcmp(yaml_get_text(m, key, ""), id) == 0) {
                schema_report_add(l->report, l->doc, yaml_get(n, key), "Give each its own.",
                                  "%s \"%.60s\" stands twice; first in line %u", what, id, m->line);
                break;
            }
        }
    }
}

static void load_partitions(struct loader *l, const struct yaml_node *list,
                            struct board_generation *g, uint32_t flash_size)
{
    g->partition_count = children(list);
    g->partitions = allocate(l, g->partition_count, sizeof *g->partitions);
    if (!g->partitions)
        return;
    struct board_partition *p = g->partitions;
    for (const struct yaml_node *n = list->first; n; n = n->next, p++) {
        uint32_t end;
        p->name = text_of(l, n, "name", "");
        p->start = size_of(n, "start", 0);
        p->size = size_of(n, "size", 0);
        p->line = n->line;
        if (__builtin_add_overflow(p->start, p->size, &end) || end > flash_size)
            schema_report_add(l->report, l->doc, n, "Check start and size against flash.size.",
                              "partition %s (0x%x + 0x%x) ends behind the flash of 0x%x bytes",
                              p->name, p->start, p->size, flash_size);
    }
    unique_ids(l, list, "name", "partition");
}

static void load_generations(struct loader *l, const struct yaml_node *list, struct board *b)
{
    b->generation_count = children(list);
    b->generations = allocate(l, b->generation_count, sizeof *b->generations);
    if (!b->generations)
        return;
    struct board_generation *g = b->generations;
    for (const struct yaml_node *n = list->first; n; n = n->next, g++) {
        g->id = text_of(l, n, "id", "");
        g->title = text_of(l, n, "title", "");
        g->write_address = size_of(n, "write-address", 0);
        g->flash_file = text_of(l, n, "flash-file", NULL);
        g->upload_file = text_of(l, n, "upload-file", NULL);
        g->note = text_of(l, n, "note", NULL);
        load_partitions(l, yaml_get(n, "partitions"), g, b->flash.size);
        if (g->write_address >= b->flash.size)
            schema_report_add(l->report, l->doc, yaml_get(n, "write-address"),
                              "Check it against flash.size.",
                              "write-address 0x%x lies behind the flash of 0x%x bytes",
                              g->write_address, b->flash.size);
    }
    unique_ids(l, list, "id", "generation");
}

static enum board_entry_kind entry_kind(const char *word)
{
    for (int k = BOARD_ENTRY_PROBE; k <= BOARD_ENTRY_OPERATOR; k++) {
        if (strcmp(word, board_entry_name((enum board_entry_kind)k)) == 0)
            return (enum board_entry_kind)k;
    }
    return BOARD_ENTRY_PROBE;
}

static void load_entries(struct loader *l, const struct yaml_node *list, struct board *b)
{
    b->entry_count = children(list);
    b->entries = allocate(l, b->entry_count, sizeof *b->entries);
    if (!b->entries || !list)
        return;
    struct board_entry *e = b->entries;
    for (const struct yaml_node *n = list->first; n; n = n->next, e++) {
        e->kind = entry_kind(yaml_get_text(n, "kind", "probe"));
        e->hold_us = yaml_get_duration(n, "hold", 100000);
        e->spaces_us = yaml_get_duration(n, "spaces", 1000000);
        e->text = text_of(l, n, "text", "Put the board into download mode.");
        e->text_zh = text_of(l, n, "text-zh", e->text);
    }
}

static void load_failures(struct loader *l, const struct yaml_node *list, struct board_dialect *d)
{
    d->failure_count = children(list);
    d->failures = allocate(l, d->failure_count, sizeof *d->failures);
    if (!d->failures || !list)
        return;
    struct board_failure *f = d->failures;
    for (const struct yaml_node *n = list->first; n; n = n->next, f++) {
        f->text = text_of(l, n, "text", "");
        f->meaning = text_of(l, n, "meaning", "");
        f->code = problem_named(yaml_get_text(n, "code", ""), PROBLEM_TRANSFER_FAILED);
    }
}

/* A loader entry and, behind it, those it says it is like. */
struct ancestry {
    const struct yaml_node *list, *node;
};

static const struct yaml_node *like(const struct ancestry *a, const struct yaml_node *node)
{
    const char *id = yaml_get_text(node, "like", NULL);
    /* Only entries above count, so there is no circle. */
    for (const struct yaml_node *n = a->list->first; id && n != node; n = n->next) {
        if (strcmp(yaml_get_text(n, "id", ""), id) == 0)
            return n;
    }
    return NULL;
}

/* The map that holds the key: the entry itself, or the nearest it is like. */
static const struct yaml_node *holder(const struct ancestry *a, const char *key)
{
    for (const struct yaml_node *n = a->node; n; n = like(a, n)) {
        if (yaml_get(n, key))
            return n;
    }
    return NULL;
}

static const char *dialect_text(struct loader *l, const struct ancestry *a, const char *key,
                                const char *missing)
{
    return text_of(l, holder(a, key), key, missing);
}

static void check_dialect(struct loader *l, const struct ancestry *a, const struct board_dialect *d)
{
    const struct yaml_node *n = a->node;
    if (yaml_get(n, "like") && !like(a, n))
        schema_report_add(l->report, l->doc, yaml_get(n, "like"),
                          "Name the id of a loader that stands further up.",
                          "like \"%.60s\" is no loader above this one",
                          yaml_get_text(n, "like", ""));
    if (!ymodem_preset_find(d->receiver_preset)) {
        char words[256] = "", near[64], hint[320];
        size_t used = 0;
        for (size_t i = 0; ymodem_preset_at(i) && used < sizeof words; i++)
            used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", i ? "|" : "",
                                     ymodem_preset_at(i)->name);
        schema_nearest(d->receiver_preset, words, near, sizeof near);
        if (near[0])
            snprintf(hint, sizeof hint, "Did you mean \"%s\"?", near);
        else
            snprintf(hint, sizeof hint, "Known are %s.", words);
        schema_report_add(l->report, l->doc, yaml_get(n, "receiver"), hint,
                          "receiver \"%.60s\" is no preset", d->receiver_preset);
    }
    if (d->flashable &&
        (!d->commands.write || !d->commands.read || !d->ready_to_receive || !d->ready_to_send))
        schema_report_add(l->report, l->doc, n,
                          "Add commands.write, commands.read, ready-to-receive and ready-to-send, "
                          "or say flashable: false.",
                          "loader %s is flashable but lacks the words to write and read back",
                          d->id);
    if (!d->prompt || d->prompt[0] == '\0')
        schema_report_add(l->report, l->doc, n, "Give the prompt as printed, in quotes.",
                          "loader %s has no prompt", d->id);
}

static void load_dialect(struct loader *l, const struct ancestry *a, struct board_dialect *d)
{
    const struct yaml_node *c = yaml_get(holder(a, "commands"), "commands");
    d->id = text_of(l, a->node, "id", "");
    d->title = text_of(l, a->node, "title", "");
    d->prompt = dialect_text(l, a, "prompt", NULL);
    d->banners = texts_of(l, yaml_get(holder(a, "banners"), "banners"), &d->banner_count);
    d->help_texts =
        texts_of(l, yaml_get(holder(a, "help-texts"), "help-texts"), &d->help_text_count);
    d->commands = (struct board_commands){
        .write = text_of(l, c, "write", NULL),
        .read = text_of(l, c, "read", NULL),
        .erase = text_of(l, c, "erase", NULL),
        .boot = text_of(l, c, "boot", NULL),
        .reboot = text_of(l, c, "reboot", NULL),
        .help = text_of(l, c, "help", "help"),
    };
    d->flashable = yaml_get_bool(holder(a, "flashable"), "flashable", true);
    d->receiver_preset = dialect_text(l, a, "receiver", "mk3060");
    d->ready_to_receive = dialect_text(l, a, "ready-to-receive", NULL);
    d->ready_to_send = dialect_text(l, a, "ready-to-send", NULL);
    d->write_success = dialect_text(l, a, "write-success", NULL);
    d->read_success = dialect_text(l, a, "read-success", NULL);
    d->booting = dialect_text(l, a, "booting", NULL);
    d->note = dialect_text(l, a, "note", NULL);
    load_failures(l, yaml_get(holder(a, "failures"), "failures"), d);
    if (!l->failed)
        check_dialect(l, a, d);
}

static void load_dialects(struct loader *l, const struct yaml_node *list, struct board *b)
{
    b->dialect_count = children(list);
    b->dialects = allocate(l, b->dialect_count, sizeof *b->dialects);
    if (!b->dialects || !list)
        return;
    struct ancestry a = {list, list->first};
    for (struct board_dialect *d = b->dialects; a.node; a.node = a.node->next, d++)
        load_dialect(l, &a, d);
    unique_ids(l, list, "id", "loader");
}

static void load_board(struct loader *l, const struct yaml_node *root, struct board *b)
{
    const struct yaml_node *flash = yaml_get(root, "flash"), *shell = yaml_get(root, "shell");
    b->name = text_of(l, root, "board", "");
    b->title = text_of(l, root, "title", "");
    b->chip = text_of(l, root, "chip", NULL);
    b->path = arena_copy(l->arena, yaml_name(l->doc));
    b->flash_method = text_of(l, root, "flash-method", "ymodem");
    b->flash_method_hint = text_of(l, root, "flash-method-hint", NULL);
    b->console_baud = size_of(root, "console-baud", 115200);
    b->loader_baud = size_of(root, "loader-baud", b->console_baud);
    b->flash.size = size_of(flash, "size", 0);
    b->flash.sector = size_of(flash, "sector", 4096);
    b->code_crc_groups = yaml_get_bool(flash, "code-crc-groups", false);
    b->diff_slice = size_of(root, "diff-slice", 0);
    b->default_generation = text_of(l, root, "default-generation", "");
    b->shell.prompt = text_of(l, shell, "prompt", "# ");
    b->shell.reboot_command = text_of(l, shell, "reboot", "reboot");
    b->shell.line_max = size_of(shell, "line-max", 256);
    b->shell.arguments_max = size_of(shell, "arguments-max", 16);
    if (b->flash.sector & (b->flash.sector - 1))
        schema_report_add(l->report, l->doc, flash, "NOR flash is erased in 4 KiB sectors: 4k.",
                          "flash.sector 0x%x is not a power of two", b->flash.sector);
    load_generations(l, yaml_get(root, "generations"), b);
    load_entries(l, yaml_get(root, "enter-download"), b);
    load_dialects(l, yaml_get(root, "loaders"), b);
    if (!l->failed && !board_generation(b, NULL))
        schema_report_add(l->report, l->doc, yaml_get(root, "default-generation"),
                          "Name the id of one of the generations below.",
                          "default-generation \"%s\" is not among the generations",
                          b->default_generation);
}

static enum problem_code load(struct yaml_doc *doc, struct board **out,
                              struct schema_report *report, struct problem *problem)
{
    struct schema_report own = {.count = 0};
    struct loader l = {.doc = doc, .report = report ? report : &own};
    enum problem_code code = PROBLEM_NONE;
    if (!schema_check(board_schema(), doc, yaml_root(doc), l.report)) {
        code = schema_report_problem(l.report, problem);
        yaml_close(doc);
        return code;
    }
    l.arena = arena_new();
    struct board *b = l.arena ? arena_alloc(l.arena, 1, sizeof *b) : NULL;
    if (b) {
        b->arena = l.arena;
        load_board(&l, yaml_root(doc), b);
    }
    if (!b || l.failed)
        code = problem_set(problem, PROBLEM_INTERNAL, yaml_name(doc), "Free some memory.",
                           "out of memory");
    else
        code = schema_report_problem(l.report, problem);
    yaml_close(doc);
    if (code != PROBLEM_NONE) {
        arena_free(l.arena);
        return code;
    }
    *out = b;
    return PROBLEM_NONE;
}

enum problem_code board_load_memory(const char *name, const char *text, size_t n,
                                    struct board **out, struct schema_report *report,
                                    struct problem *problem)
{
    struct yaml_doc *doc;
    enum problem_code code = yaml_load_memory(name, text, n, &doc, problem);
    return code == PROBLEM_NONE ? load(doc, out, report, problem) : code;
}

static enum problem_code unknown_board(const char *name, const char *const *dirs, size_t dir_count,
                                       struct problem *problem)
{
    char words[512] = "", near[64], hint[256];
    char **names;
    size_t count = board_list(dirs, dir_count, &names), used = 0;
    for (size_t i = 0; i < count; i++) {
        int n = snprintf(words + used, sizeof words - used, "%s%s", used ? "|" : "", names[i]);
        used = n > 0 && used + (size_t)n < sizeof words ? used + (size_t)n : used;
        free(names[i]);
    }
    free(names);
    schema_nearest(name, words, near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean %s? `otaconsole boards` lists them all.", near);
    else
        snprintf(hint, sizeof hint,
                 "`otaconsole boards` lists those that are; a file name works "
                 "too.");
    return problem_set(problem, PROBLEM_CONFIG, name, hint, "no such board");
}

enum problem_code board_load(const char *name, const char *const *dirs, size_t dir_count,
                             struct board **out, struct schema_report *report,
                             struct problem *problem)
{
    struct yaml_doc *doc;
    char path[512];
    bool is_path = strchr(name, '/') || strstr(name, ".yaml");
    for (size_t i = 0; i < dir_count && !is_path; i++) {
        int n = snprintf(path, sizeof path, "%s/%s/board.yaml", dirs[i], name);
        if (n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0) {
            enum problem_code code = yaml_load_file(path, &doc, problem);
            return code == PROBLEM_NONE ? load(doc, out, report, problem) : code;
        }
    }
    if (!is_path)
        return unknown_board(name, dirs, dir_count, problem);
    enum problem_code code = yaml_load_file(name, &doc, problem);
    return code == PROBLEM_NONE ? load(doc, out, report, problem) : code;
}

void board_free(struct board *board)
{
    if (board)
        arena_free(board->arena);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_name(char ***names, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp((*names)[i], name) == 0)
            return true;
    }
    char **grown = realloc(*names, (*count + 1) * sizeof *grown);
    if (!grown)
        return false;
    *names = grown;
    grown[*count] = strdup(name);
    *count += grown[*count] != NULL;
    return true;
}

size_t board_list(const char *const *dirs, size_t dir_count, char ***names)
{
    size_t count = 0;
    *names = NULL;
    for (size_t i = 0; i < dir_count; i++) {
        DIR *dir = opendir(dirs[i]);
        if (!dir)
            continue;
        const struct dirent *e;
        while ((e = readdir(dir)) != NULL) {
            char path[1024];
            int n = snprintf(path, sizeof path, "%s/%s/board.yaml", dirs[i], e->d_name);
            if (e->d_name[0] != '.' && n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0)
                add_name(names, &count, e->d_name);
        }
        closedir(dir);
    }
    if (count)
        qsort(*names, count, sizeof **names, by_name);
    return count;
}
