#include "workflow/loader_text.h"

#include <stdio.h>
#include <string.h>

bool loader_text_command(const char *template, uint32_t address, uint32_t size, char *out,
                         size_t out_size)
{
    size_t used = 0;
    while (*template) {
        char number[16];
        const char *piece = template;
        size_t length = 1, taken = 1;
        if (strncmp(template, "{address}", 9) == 0) {
            length = (size_t)snprintf(number, sizeof number, "0x%x", address);
            piece = number;
            taken = 9;
        } else if (strncmp(template, "{size}", 6) == 0) {
            length = (size_t)snprintf(number, sizeof number, "0x%x", size);
            piece = number;
            taken = 6;
        }
        if (used + length >= out_size)
            return false;
        memcpy(out + used, piece, length);
        used += length;
        template += taken;
    }
    out[used] = '\0';
    return true;
}

unsigned loader_text_answers(const struct board_dialect *d, const char *wanted,
                             const char *answers[LOADER_ANSWERS_MAX])
{
    unsigned n = 0;
    answers[n++] = wanted;
    for (size_t i = 0; i < d->failure_count && n < LOADER_ANSWERS_MAX; i++)
        answers[n++] = d->failures[i].text;
    return n;
}

const struct board_failure *loader_text_failure(const struct board_dialect *d,
                                                const struct transcript *heard, uint64_t mark)
{
    for (size_t i = 0; i < d->failure_count; i++) {
        if (transcript_find(heard, mark, d->failures[i].text, NULL))
            return &d->failures[i];
    }
    return NULL;
}

enum progress loader_text_refused(const struct board_dialect *d, const struct loader_command *k,
                                  struct problem *problem)
{
    const struct board_failure *f = NULL;
    for (size_t i = 0; i < d->failure_count; i++) {
        if (k->answer >= 0 && strcmp(d->failures[i].text, k->answers[k->answer]) == 0)
            f = &d->failures[i];
    }
    problem_set(problem, f ? f->code : PROBLEM_LOADER_NOT_REACHED, d->title,
                "Type the command by hand with `otaconsole monitor` to see what this loader "
                "accepts; `help` lists its commands.",
                "\"%s\" was answered with \"%s\": %s", k->line, f ? f->text : "?",
                f ? f->meaning : "unknown");
    return PROGRESS_FAILED;
}
