#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/image_commands.h"
#include "cli/json_line.h"
#include "image/partition_lint.h"

#define COLUMNS_DEFAULT 100

/* What is looked over: tables of one file. */
struct lint {
    const struct options *options;
    struct paths paths;
    const char *file;
    struct lint_table *tables;
    unsigned count;
    struct lint_flash flash;
    char taken_for[160]; /* the board whose flash it is, "" = unknown */
    struct board *board;
};

/* --- what is looked over ------------------------------------------------------------------ */

static bool is_source(const char *word)
{
    size_t n = strlen(word);
    return n > 2 && word[n - 2] == '.' && strchr("chCH", word[n - 1]) != NULL;
}

static enum problem_code load_board(struct lint *l, const char *name, struct problem *problem)
{
    return board_load(name, l->paths.board_dirs, l->paths.count, &l->board, NULL, problem);
}

static enum problem_code unknown_generation(const struct lint *l, struct problem *problem)
{
    char ids[200] = "", hint[240];
    size_t used = 0;
    for (size_t i = 0; i < l->board->generation_count && used < sizeof ids; i++)
        used += (size_t)snprintf(ids + used, sizeof ids - used, "%s%s", i ? ", " : "",
                                 l->board->generations[i].id);
    snprintf(hint, sizeof hint, "It has %s.", ids);
    return problem_set(problem, PROBLEM_CONFIG, l->board->name, hint,
                       "there is no generation \"%.40s\"", l->options->generation);
}

static enum problem_code take_board(struct lint *l, const char *name, struct problem *problem)
{
    const struct board_generation *g;
    if (l->options->define_count)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Leave it away, or name a C file.",
                           "-D is for C files; %.60s is a board", name);
    if (load_board(l, name, problem) != PROBLEM_NONE)
        return problem->code;
    g = board_generation(l->board, l->options->generation);
    if (!g)
        return unknown_generation(l, problem);
    l->tables = calloc(1, sizeof *l->tables);
    if (!l->tables)
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    l->count = 1;
    l->file = l->board->path;
    partition_from_board(l->board, g, l->tables, &l->flash);
    return PROBLEM_NONE;
}

/* board/mk3060/board.c is mk3060's: a folder on its path has a known board's name. */
static bool board_in_path(const struct lint *l, const char *path, char *out, size_t size)
{
    char **names = NULL;
    size_t count = board_list(l->paths.board_dirs, l->paths.count, &names);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(names[i]);
        for (const char *p = strstr(path, names[i]); p && !found; p = strstr(p + 1, names[i]))
            found = (p == path || p[-1] == '/') && p[n] == '/';
        if (found && !out[0])
            snprintf(out, size, "%s", names[i]);
        free(names[i]);
    }
    free(names);
    return found || out[0];
}

static enum problem_code take_flash(struct lint *l, const char *path, struct problem *problem)
{
    char name[64] = "";
    const char *board = l->options->board;
    if (!board && board_in_path(l, path, name, sizeof name))
        board = name;
    if (!board)
        return PROBLEM_NONE;
    if (load_board(l, board, problem) != PROBLEM_NONE)
        return problem->code;
    l->flash = (struct lint_flash){.size = l->board->flash.size,
                                   .sector = l->board->flash.sector,
                                   .crc_groups = l->board->code_crc_groups};
    snprintf(l->taken_for, sizeof l->taken_for, "%.60s%s", l->board->name,
             l->options->board ? "" : ", by its path; --board names another");
    return PROBLEM_NONE;
}

static enum problem_code take_source(struct lint *l, const char *path, struct problem *problem)
{
    struct bytes file;
    if (l->options->generation)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Leave it away, or name a board.",
                           "--generation is for boards; %.100s is a C file", path);
    if (image_load(path, &file, problem) != PROBLEM_NONE) {
        problem_hint(problem, "Name a board's C source, such as board/mk3060/board.c, or a board "
                              "that `otaconsole boards` lists.");
        return problem->code;
    }
    l->file = path;
    if (take_flash(l, path, problem) == PROBLEM_NONE)
        partition_parse_c(path, (const char *)file.data, file.size, l->options->defines,
                          l->options->define_count, &l->tables, &l->count, problem);
    free((void *)file.data);
    return problem->code;
}

/* --- what is said ------------------------------------------------------------------------- */

static unsigned columns_of_terminal(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        return size.ws_col;
    return COLUMNS_DEFAULT;
}

/* Names come from a file of anybody's: nothing of it reaches the terminal raw. */
static void print_safe(const char *text)
{
    char safe[1024];
    text_make_safe(safe, sizeof safe, (const uint8_t *)text, strlen(text));
    fputs(safe, stdout);
}

static void print_findings(const struct lint *l, const struct lint_table *t)
{
    for (unsigned i = 0; i < t->finding_count; i++) {
        const struct lint_finding *f = &t->findings[i];
        char text[1400];
        if (f->line)
            snprintf(text, sizeof text, "%.800s:%u: %s: %s [%s]\n", l->file, f->line,
                     partition_weight_name(f->weight), f->what, f->code);
        else
            snprintf(text, sizeof text, "%.800s: %s: %s [%s]\n", l->file,
                     partition_weight_name(f->weight), f->what, f->code);
        text[strlen(text) - 1] = '\0';
        print_safe(text);
        printf("\n");
    }
}

static void print_table(const struct lint *l, const struct lint_table *t)
{
    struct buffer map = {0};
    print_safe(t->title);
    printf("\n");
    partition_draw_text(t, columns_of_terminal(), &map);
    for (char *line = (char *)buffer_text(&map), *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        print_safe(line);
        printf("\n");
    }
    buffer_free(&map);
    print_findings(l, t);
    printf("\n");
}

static void add_text(cJSON *object, const char *name, const char *text)
{
    char safe[1024];
    text_make_safe(safe, sizeof safe, (const uint8_t *)text, strlen(text));
    cJSON_AddStringToObject(object, name, safe);
}

static void print_json(const struct lint *l, const struct lint_table *t)
{
    cJSON *o = cJSON_CreateObject(), *partitions, *findings;
    add_text(o, "table", t->title);
    add_text(o, "file", l->file);
    if (l->board)
        add_text(o, "board", l->board->name);
    partitions = cJSON_AddArrayToObject(o, "partitions");
    for (unsigned i = 0; i < t->count; i++) {
        cJSON *p = cJSON_CreateObject();
        add_text(p, "name", t->partitions[i].name);
        add_text(p, "owner", t->partitions[i].owner);
        cJSON_AddNumberToObject(p, "start", (double)t->partitions[i].start);
        cJSON_AddNumberToObject(p, "size", (double)t->partitions[i].size);
        cJSON_AddNumberToObject(p, "line", t->partitions[i].line);
        cJSON_AddItemToArray(partitions, p);
    }
    findings = cJSON_AddArrayToObject(o, "findings");
    for (unsigned i = 0; i < t->finding_count; i++) {
        cJSON *f = cJSON_CreateObject();
        cJSON_AddStringToObject(f, "weight", partition_weight_name(t->findings[i].weight));
        cJSON_AddStringToObject(f, "code", t->findings[i].code);
        cJSON_AddNumberToObject(f, "line", t->findings[i].line);
        add_text(f, "text", t->findings[i].what);
        cJSON_AddItemToArray(findings, f);
    }
    json_line_print(o, stdout);
}

static enum problem_code save_picture(const struct lint *l, struct problem *problem)
{
    struct buffer picture = {0};
    struct options over = *l->options;
    partition_draw_svg(l->tables, l->count, &picture);
    over.force = true; /* a picture is made again as often as the table is changed */
    if (picture.failed)
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    else
        image_save(&over, l->options->svg, picture.data, picture.length, problem);
    buffer_free(&picture);
    return problem->code;
}

static unsigned count_all(const struct lint *l, enum lint_weight weight)
{
    unsigned n = 0;
    for (unsigned i = 0; i < l->count; i++)
        n += partition_count_findings(&l->tables[i], weight);
    return n;
}

static const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

static void print_sum(const struct lint *l)
{
    unsigned errors = count_all(l, LINT_ERROR), warnings = count_all(l, LINT_WARNING),
             notes = count_all(l, LINT_NOTE);
    printf("%u table%s: %u error%s, %u warning%s, %u note%s\n", l->count, plural(l->count), errors,
           plural(errors), warnings, plural(warnings), notes, plural(notes));
    if (l->taken_for[0])
        printf("The flash is taken for that of %s.\n", l->taken_for);
    else if (!l->board)
        printf("The flash's size is not known: --board NAME checks against a board's.\n");
    else if (l->board->generation_count > 1 && !l->options->generation)
        printf("Other generations of %s: --generation ID; `otaconsole boards %s` lists them.\n",
               l->board->name, l->board->name);
}

static enum problem_code report(const struct lint *l, struct problem *problem)
{
    unsigned errors = count_all(l, LINT_ERROR);
    for (unsigned i = 0; i < l->count; i++) {
        if (l->options->json)
            print_json(l, &l->tables[i]);
        else
            print_table(l, &l->tables[i]);
    }
    if (!l->options->json)
        print_sum(l);
    if (l->options->svg && save_picture(l, problem) != PROBLEM_NONE)
        return problem->code;
    if (errors)
        return problem_set(problem, PROBLEM_CONFIG, l->file,
                           l->board && l->file == l->board->path
                               ? "Each is named above with its line of the board file."
                               : "Each is named above with its line; -D NAME=VALUE, as in the "
                                 "build, chooses among #if branches.",
                           "%u error%s in its partitions", errors, plural(errors));
    return PROBLEM_NONE;
}

static enum problem_code lint(const struct options *options, struct problem *problem)
{
    const char *word = options->words[1];
    struct lint l = {.options = options};
    paths_find(&l.paths);
    if (is_source(word) ? take_source(&l, word, problem) == PROBLEM_NONE
                        : take_board(&l, word, problem) == PROBLEM_NONE) {
        for (unsigned i = 0; i < l.count; i++)
            partition_lint(&l.tables[i], &l.flash);
        report(&l, problem);
    }
    free(l.tables);
    board_free(l.board);
    return problem->code;
}

enum problem_code command_board(const struct options *options, struct problem *problem)
{
    if (options->word_count == 2 && strcmp(options->words[0], "lint") == 0)
        return lint(options, problem);
    return problem_set(problem, PROBLEM_USAGE, NULL,
                       "For example: otaconsole board lint board/mk3060/board.c",
                       "board takes `lint` and one C file or board");
}
