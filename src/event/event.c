#include "event/event.h"

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[EVENT_KIND_COUNT] = {
        [EVENT_RUN_STARTED] = "run-started",
        [EVENT_RUN_FINISHED] = "run-finished",
        [EVENT_STEP_STARTED] = "step-started",
        [EVENT_STEP_FINISHED] = "step-finished",
        [EVENT_STEP_RETRIED] = "step-retried",
        [EVENT_STATE] = "state",
        [EVENT_LINE] = "line",
        [EVENT_SENT] = "sent",
        [EVENT_PROGRESS] = "progress",
        [EVENT_TRANSFER] = "transfer",
        [EVENT_OPERATOR] = "operator",
        [EVENT_PHASE] = "phase",
        [EVENT_VERDICT] = "verdict",
        [EVENT_NOTE] = "note",
        [EVENT_LINK] = "link",
    };
    return (unsigned)kind < EVENT_KIND_COUNT ? names[kind] : "unknown";
}
