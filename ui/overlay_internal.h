/* The parts of an overlay that its files share. */
#ifndef OTACONSOLE_UI_OVERLAY_INTERNAL_H
#define OTACONSOLE_UI_OVERLAY_INTERNAL_H

#include "ui/overlay.h"

/* LIST: `shown` anew from what was typed; the best is chosen. */
void overlay_find(struct overlay *o);

#endif
