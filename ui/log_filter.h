/* Whether a line passes a filter. What people type for one is in log_view.h. */
#ifndef OTACONSOLE_UI_LOG_FILTER_H
#define OTACONSOLE_UI_LOG_FILTER_H

#include "ui/log_matcher.h"
#include "ui/log_view.h"

/* False: it lets everything pass. */
bool log_filter_any(const struct log_filter *filter);
/* `text` is the compiled filter->text, or NULL. */
bool log_filter_passes(const struct log_filter *filter, struct log_matcher *text,
                       const struct log_line *line);

#endif
