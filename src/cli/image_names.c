/* `image which|upload-name`: which file goes where, and under which name. */
#include <stdio.h>
#include <string.h>

#include "cli/context.h"
#include "cli/image_commands.h"
#include "cli/json_line.h"
#include "image/upload_name.h"

#define GUIDE_APPLICATION "otaapp"

/* "X@mk3060.bin" with the application for the X; names without one stay. */
static void fill_in(const char *pattern, const char *application, char *out, size_t size)
{
    if (!pattern)
        out[0] = '\0';
    else if (pattern[0] == 'X' && (pattern[1] == '@' || pattern[1] == '_' || pattern[1] == '.'))
        snprintf(out, size, "%s%s", application, pattern + 1);
    else
        snprintf(out, size, "%s", pattern);
}

struct answer {
    char target[128]; /* otaapp@mk3060 */
    char flash[256], upload[256];
    struct upload_name as;
};

/* The word may be "otaapp" or "otaapp@mk3060". */
static void make_answer(const struct board *board, const struct board_generation *g,
                        const char *word, struct answer *a)
{
    char application[64];
    snprintf(application, sizeof application, "%.*s", (int)strcspn(word, "@"), word);
    snprintf(a->target, sizeof a->target, "%s@%.60s", application, board->name);
    fill_in(g->flash_file, application, a->flash, sizeof a->flash);
    fill_in(g->upload_file, application, a->upload, sizeof a->upload);
    upload_name_make(a->upload, &a->as);
}

static void print_answer(const struct board *board, const struct board_generation *g,
                         const struct answer *a)
{
    bool serial = strcmp(board->flash_method, "ymodem") == 0;
    printf("%s, generation %s: %s\n", board->title, g->id, g->title);
    printf("  folder               out/%s/binary/\n", a->target);
    if (serial && a->flash[0])
        printf("  flash over serial    %s at 0x%x\n", a->flash, g->write_address);
    else if (a->flash[0])
        printf("  flash, not serial    %s, with %s\n", a->flash, board->flash_method);
    else
        printf("  flash                nothing\n");
    if (a->upload[0])
        printf("  upload to the cloud  %s\n  under the name       %s\n", a->upload, a->as.name);
    else
        printf("  upload to the cloud  nothing\n");
    if (g->note)
        printf("  note                 %s\n", g->note);
}

static void print_answer_json(const struct board *board, const struct board_generation *g,
                              const struct answer *a)
{
    bool serial = strcmp(board->flash_method, "ymodem") == 0;
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "board", board->name);
    cJSON_AddStringToObject(o, "generation", g->id);
    cJSON_AddStringToObject(o, "flashMethod", board->flash_method);
    cJSON_AddStringToObject(o, "flash", a->flash);
    if (serial)
        cJSON_AddNumberToObject(o, "address", g->write_address);
    cJSON_AddStringToObject(o, "upload", a->upload);
    cJSON_AddStringToObject(o, "uploadName", a->as.name);
    json_line_print(o, stdout);
}

enum problem_code image_which(const struct options *options, struct problem *problem)
{
    struct context c;
    if (image_words(options, 0, 1, problem) != PROBLEM_NONE)
        return problem->code;
    context_init(&c, options);
    if (context_load_board(&c, NULL, problem) == PROBLEM_NONE) {
        const struct board_generation *g = board_generation(c.board, options->generation);
        struct answer a;
        make_answer(c.board, g, options->word_count > 1 ? options->words[1] : GUIDE_APPLICATION,
                    &a);
        if (options->json)
            print_answer_json(c.board, g, &a);
        else
            print_answer(c.board, g, &a);
    }
    return context_close(&c, problem->code, problem);
}

/* The name alone goes to standard output, so that $(...) can use it. */
static void print_upload_name(const struct options *options, const char *path)
{
    struct upload_name u;
    upload_name_make(path, &u);
    if (options->json) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "file", path);
        cJSON_AddStringToObject(o, "uploadName", u.name);
        cJSON_AddNumberToObject(o, "changed", u.ats + u.dots);
        cJSON_AddNumberToObject(o, "otherCharacters", u.others);
        json_line_print(o, stdout);
        return;
    }
    printf("%s\n", u.name);
    if (u.ats + u.dots == 0)
        fprintf(stderr, "%s: nothing had to change\n", path);
    else
        fprintf(stderr, "%s: %u @ and %u of its dots became _\n", path, u.ats, u.dots);
    if (u.others)
        fprintf(stderr,
                "  warning: \"%s\"%s: the rule does not speak of it, and the console may not take "
                "it\n",
                u.other, u.others > 1 ? " and other characters" : "");
    if (!strchr(u.name, '.'))
        fprintf(stderr, "  warning: the name has no ending such as .bin\n");
}

enum problem_code image_upload_name(const struct options *options, struct problem *problem)
{
    if (image_words(options, 1, OPTION_LIST_MAX, problem) != PROBLEM_NONE)
        return problem->code;
    fflush(stdout);
    for (size_t i = 1; i < options->word_count; i++) {
        if (options->words[i][0] == '\0' || options->words[i][strlen(options->words[i]) - 1] == '/')
            return problem_set(problem, PROBLEM_USAGE, NULL, "Give the name of a file.",
                               "\"%.60s\" is no file name", options->words[i]);
        print_upload_name(options, options->words[i]);
    }
    return PROBLEM_NONE;
}
