#include "workflow/conversation.h"

#include <stdarg.h>
#include <stdio.h>

void conversation_note(struct conversation *c, char level, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct event event = {.kind = EVENT_NOTE, .level = level, .text = text};
    c->services->emit(c, &event);
}

void conversation_set_condition(struct conversation *c, enum board_condition condition,
                                const struct board_dialect *dialect)
{
    static const char *const names[] = {[BOARD_UNKNOWN] = "unknown",
                                        [BOARD_APPLICATION] = "application",
                                        [BOARD_LOADER] = "loader"};
    if (condition == c->condition && dialect == c->dialect)
        return;
    c->condition = condition;
    c->dialect = dialect;
    struct event event = {.kind = EVENT_STATE,
                          .name = names[condition],
                          .state = dialect ? dialect->id : NULL,
                          .text = dialect ? dialect->title : NULL};
    c->services->emit(c, &event);
}

uint64_t conversation_wire_time(const struct conversation *c, size_t n)
{
    return c->baud ? (uint64_t)n * 10u * TIME_S / c->baud : 0;
}
