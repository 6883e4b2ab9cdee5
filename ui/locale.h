/*
 * Languages: gettext, with message catalogues made from ui/po. English is in the source.
 *
 * A UTF-8 locale is needed for wide characters; on a system without the user's locale
 * (a bare Debian has only C.UTF-8) the language still comes from LC_ALL, LC_MESSAGES,
 * LANG or LANGUAGE.
 */
#ifndef OTACONSOLE_UI_LOCALE_H
#define OTACONSOLE_UI_LOCALE_H

#include <libintl.h>
#include <stdbool.h>

#define _(text) gettext(text)
/* Marks a text of a table for xgettext; translate it where it is shown. */
#define N_(text) text

/*
 * `language` NULL = the environment's. `catalogue_dirs`: where LANG/LC_MESSAGES/
 * otaconsole.mo may be, first that has one wins. False when there is no UTF-8 locale at
 * all (then boxes and Chinese cannot be shown; the caller says so).
 */
bool ui_locale_init(const char *language, const char *const *catalogue_dirs, unsigned count);

#endif
