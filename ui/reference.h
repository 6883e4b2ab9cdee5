/* The UI's reference pages, printed from its tables: keys (docs/keys.md), settings
 * (docs/settings.md). */
#ifndef OTACONSOLE_UI_REFERENCE_H
#define OTACONSOLE_UI_REFERENCE_H

#include "base/buffer.h"

void ui_write_keys(struct buffer *out);
void ui_write_settings(struct buffer *out);

#endif
