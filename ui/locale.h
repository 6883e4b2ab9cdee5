/*
 * Languages: message catalogues made by gettext's tools from ui/po. English is in the source.
 *
 * A UTF-8 locale is needed for wide characters; the language is taken from the environment
 * as gettext(3) does (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), whether or not the system has
 * that locale. A bare Debian has C.UTF-8 alone, and under that name glibc from 2.39 on never
 * translates: so the catalogue is read here, not by the C library.
 */
#ifndef OTACONSOLE_UI_LOCALE_H
#define OTACONSOLE_UI_LOCALE_H

#include <stdbool.h>
#include <stddef.h>

#define _(text) ui_text(text)
/* Marks a text of a table for xgettext; translate it where it is shown. */
#define N_(text) text

/*
 * Once, before the first text is taken. `language` ("zh_CN", "zh-CN", "en") NULL = the
 * environment's. `catalogue_dirs`: where LANG/LC_MESSAGES/otaconsole.mo may be, first that
 * has one wins. False when there is no UTF-8 locale at all (then boxes and Chinese cannot be
 * shown; the caller says so).
 */
bool ui_locale_init(const char *language, const char *const *catalogue_dirs, unsigned count);
/* The text in the user's language, or itself. Valid until the program ends. */
const char *ui_text(const char *english) __attribute__((format_arg(1)));
/*
 * The same for what the lower layers say, which has values in it and may be several sentences
 * (see ui/phrase.h). Writes at most n bytes to `out`, which may not overlap `english`, and
 * returns it. Never for what a board says.
 */
const char *ui_phrase(const char *english, char *out, size_t n);
/* "zh_CN", "en": the language of the texts. */
const char *ui_language(void);

#endif
