/*
 * Sentences of the lower layers in the user's language. They come in English with values
 * in them ("The device refused app-1.0.1."); the catalogue has the sentence they were made
 * from ("The device refused %s."). It is found again by the text around its values, and its
 * translation gets the values put in. Nothing here is ever a printf format.
 *
 * A catalogue may be anything: a translation with other places for values than its original,
 * or that is no plain UTF-8 text, counts as none.
 */
#ifndef OTACONSOLE_UI_PHRASE_H
#define OTACONSOLE_UI_PHRASE_H

#include "ui/catalogue.h"

/*
 * The whole text if the catalogue has it; else sentence by sentence, those it does not have
 * as they are. Values of several words ("the update") are translated too. `out` always holds
 * a text that ends within n and between characters; n > 0, and it may not overlap `english`.
 */
void phrase_translate(const struct catalogue *c, const char *english, char *out, size_t n);

#endif
