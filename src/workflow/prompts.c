#include "workflow/prompts.h"

#include <string.h>

const struct board_dialect *prompts_loader(const struct conversation *c, uint64_t mark)
{
    const struct board_dialect *best = NULL;
    for (size_t i = 0; i < c->board->dialect_count; i++) {
        const struct board_dialect *d = &c->board->dialects[i];
        if (transcript_ends_with(&c->heard, mark, d->prompt) &&
            (!best || strlen(d->prompt) > strlen(best->prompt)))
            best = d;
    }
    return best;
}

bool prompts_application(const struct conversation *c, uint64_t mark)
{
    return !prompts_loader(c, mark) &&
           transcript_ends_with(&c->heard, mark, c->board->shell.prompt);
}
