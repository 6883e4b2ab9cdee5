/*
 * What the board is, told from what it says by itself: while no plan runs that
 * would find out (enter-download, expect), a person works with the board by hand.
 */
#include <string.h>

#include "session/session_internal.h"
#include "workflow/prompts.h"

/* The longest banner or prompt that may have been cut by the last look. */
#define OVERLAP 64u

static const struct board_dialect *banner_since(const struct session *s, uint64_t mark)
{
    const struct board *board = s->options.board;
    const struct board_dialect *last = NULL;
    uint64_t where = 0, after;
    for (size_t i = 0; i < board->dialect_count; i++) {
        const struct board_dialect *d = &board->dialects[i];
        for (size_t k = 0; k < d->banner_count; k++) {
            if (transcript_find(&s->conversation.heard, mark, d->banners[k], &after) &&
                after > where) {
                where = after;
                last = d;
            }
        }
    }
    return last;
}

/* A loader with the same prompt that was recognised for certain stays what it is. */
static bool same_prompt(const struct session *s, const struct board_dialect *d)
{
    const struct conversation *c = &s->conversation;
    return c->condition == BOARD_LOADER && c->dialect && strcmp(c->dialect->prompt, d->prompt) == 0;
}

void session_recognise(struct session *s)
{
    struct conversation *c = &s->conversation;
    uint64_t end = transcript_end(&c->heard);
    if (!s->options.board || end == s->recognised)
        return;
    /* What was said during a plan is the plan's; what it found out is told already. */
    if (s->runner || s->transfer.running) {
        s->recognised = end;
        s->stage = diagnose_stage(s->diagnose);
        return;
    }
    uint64_t mark = s->recognised > OVERLAP ? s->recognised - OVERLAP : 0;
    s->recognised = end;
    const struct board_dialect *loader = banner_since(s, mark);
    if (!loader) {
        loader = prompts_loader(c, mark);
        if (loader && same_prompt(s, loader))
            return;
    }
    enum diagnose_stage stage = diagnose_stage(s->diagnose);
    bool news = stage != s->stage;
    s->stage = stage;
    if (loader)
        conversation_set_condition(c, BOARD_LOADER, loader);
    else if (prompts_application(c, mark) || (news && stage == STAGE_APPLICATION))
        conversation_set_condition(c, BOARD_APPLICATION, NULL);
    else if (news && stage == STAGE_STARTING)
        conversation_set_condition(c, BOARD_UNKNOWN, NULL);
}
