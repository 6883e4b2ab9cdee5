#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_line.h"
#include "cli/paths.h"
#include "board/board.h"

static void print_generation(const struct board *b, const struct board_generation *g)
{
    printf("\n  generation %s%s: %s\n", g->id,
           strcmp(g->id, b->default_generation) == 0 ? " (default)" : "", g->title);
    if (g->flash_file)
        printf("    flash over serial  %s at 0x%x\n", g->flash_file, g->write_address);
    if (g->upload_file)
        printf("    upload to cloud    %s\n", g->upload_file);
    if (g->note)
        printf("    note               %s\n", g->note);
    for (size_t i = 0; i < g->partition_count; i++) {
        const struct board_partition *p = &g->partitions[i];
        printf("    %-18s 0x%06x .. 0x%06x  (0x%x)\n", p->name, p->start, p->start + p->size,
               p->size);
    }
}

static void print_board(const struct board *b)
{
    printf("%s: %s\n  %s\n  file               %s\n", b->name, b->title, b->chip ? b->chip : "",
           b->path);
    printf("  console, loader    %u, %u baud\n", b->console_baud, b->loader_baud);
    printf("  flash              0x%x bytes, sectors of 0x%x\n", b->flash.size, b->flash.sector);
    if (b->diff_slice)
        printf("  diff slice         %u KiB\n", b->diff_slice / 1024);
    if (strcmp(b->flash_method, "ymodem") != 0)
        printf("  flashed with       %s\n",
               b->flash_method_hint ? b->flash_method_hint : b->flash_method);
    for (size_t i = 0; i < b->entry_count; i++)
        printf("  download mode %zu    %s%s%s\n", i + 1, board_entry_name(b->entries[i].kind),
               b->entries[i].kind == BOARD_ENTRY_OPERATOR ? ": " : "",
               b->entries[i].kind == BOARD_ENTRY_OPERATOR ? b->entries[i].text : "");
    for (size_t i = 0; i < b->dialect_count; i++) {
        const struct board_dialect *d = &b->dialects[i];
        printf("  loader %-11s %s, prompt \"%s\"%s\n", d->id, d->title, d->prompt,
               d->flashable ? "" : " (recognised only)");
    }
    for (size_t i = 0; i < b->generation_count; i++)
        print_generation(b, &b->generations[i]);
}

static void print_json(const struct board *b)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "board", b->name);
    cJSON_AddStringToObject(o, "title", b->title);
    cJSON_AddStringToObject(o, "file", b->path);
    cJSON_AddNumberToObject(o, "baud", b->console_baud);
    cJSON_AddStringToObject(o, "flashMethod", b->flash_method);
    cJSON_AddStringToObject(o, "defaultGeneration", b->default_generation);
    cJSON *list = cJSON_AddArrayToObject(o, "generations");
    for (size_t i = 0; i < b->generation_count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(b->generations[i].id));
    json_line_print(o, stdout);
}

static enum problem_code show(const struct paths *paths, const char *name, bool in_full,
                              const struct options *options, struct problem *problem)
{
    struct board *b = NULL;
    if (board_load(name, paths->board_dirs, paths->count, &b, NULL, problem) != PROBLEM_NONE)
        return problem->code;
    if (options->json)
        print_json(b);
    else if (in_full)
        print_board(b);
    else
        printf("%-12s %-45s %s\n", b->name, b->title,
               strcmp(b->flash_method, "ymodem") == 0 ? "flashed by otaconsole"
                                                      : "known, flashed with another tool");
    board_free(b);
    return PROBLEM_NONE;
}

enum problem_code command_boards(const struct options *options, struct problem *problem)
{
    struct paths paths;
    char **names = NULL;
    paths_find(&paths);
    for (size_t i = 0; i < options->word_count && problem->code == PROBLEM_NONE; i++)
        show(&paths, options->words[i], true, options, problem);
    if (options->word_count)
        return problem->code;
    size_t count = board_list(paths.board_dirs, paths.count, &names);
    for (size_t i = 0; i < count; i++) {
        if (problem->code == PROBLEM_NONE)
            show(&paths, names[i], false, options, problem);
        free(names[i]);
    }
    free(names);
    return problem->code;
}
