/* What the files of the model share; nobody else includes it. */
#ifndef OTACONSOLE_UI_MODEL_INTERNAL_H
#define OTACONSOLE_UI_MODEL_INTERNAL_H

#include "ui/model.h"

/* Room in the queue is always made for the newest: an old key is worth less. */
struct ui_request *model_ask(struct ui_model *m, enum ui_request_kind kind);

/* model_events.c */
void model_log(struct ui_model *m, enum log_kind kind, char level, uint64_t time_us,
               uint64_t wall_us, const char *text);

/* What was typed and is not echoed gets a line of its own. */
void model_flush_sent(struct ui_model *m);

/* model_keys.c */
void model_enter_field(struct ui_model *m, enum ui_field field);
void model_leave_field(struct ui_model *m);
void model_set_focus(struct ui_model *m, enum pane pane);

/* model_actions.c: true when the model did it by itself. */
bool model_act(struct ui_model *m, enum action action, const char *argument);
/* ":name argument"; a problem is told. */
void model_command(struct ui_model *m, const char *line);
void model_answer(struct ui_model *m, enum overlay_result result);
void model_send_queued(struct ui_model *m);
/* The line under the cursor, with all that is known about it. */
void model_show_line(struct ui_model *m);

#endif
