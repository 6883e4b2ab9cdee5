#include "ui/locale.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/catalogue.h"
#include "ui/phrase.h"

#define LANGUAGE_MAX 32

static struct catalogue catalogue;
static char language_now[LANGUAGE_MAX] = "en";

static bool is_utf8(const char *name)
{
    return setlocale(LC_CTYPE, name) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Only characters: numbers and system messages stay as scripts and recordings know them. */
static bool use_utf8(void)
{
    return is_utf8("") || is_utf8("C.UTF-8") || is_utf8("C.utf8") || is_utf8("en_US.UTF-8");
}

/* --- which language ------------------------------------------------------------------------ */

/* "zh-CN.UTF-8@pinyin" -> "zh_CN"; false when it is no name a path may be made of. */
static bool plain_name(const char *from, size_t n, char out[LANGUAGE_MAX])
{
    size_t used = 0;
    for (; used < n && from[used] != '.' && from[used] != '@'; used++) {
        char c = from[used];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (used + 1 >= LANGUAGE_MAX || (!letter && c != '_' && c != '-'))
            return false;
        out[used] = c;
        if (c == '-')
            out[used] = '_';
    }
    out[used] = '\0';
    return used > 0;
}

static bool is_c(const char *name)
{
    return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

static bool open_catalogue(const char *name, const char *const *dirs, unsigned count)
{
    char path[1024];
    for (unsigned i = 0; i < count; i++) {
        int n = snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/otaconsole.mo", dirs[i], name);
        if (n > 0 && (size_t)n < sizeof path && catalogue_open(path, &catalogue)) {
            snprintf(language_now, sizeof language_now, "%s", name);
            return true;
        }
    }
    return false;
}

/* True when this language settles it: it is English, or there is a catalogue. */
static bool take_language(const char *name, size_t n, const char *const *dirs, unsigned count)
{
    char plain[LANGUAGE_MAX];
    if (!plain_name(name, n, plain))
        return false;
    if (is_c(plain) || strcmp(plain, "en") == 0 || strncmp(plain, "en_", 3) == 0)
        return true;
    if (open_catalogue(plain, dirs, count))
        return true;
    char *territory = strchr(plain, '_');
    if (territory) {
        *territory = '\0';
        return open_catalogue(plain, dirs, count);
    }
    /* "zh" alone says nothing of the script; the simplified one is what there is. */
    return strcmp(plain, "zh") == 0 && open_catalogue("zh_CN", dirs, count);
}

static void take_list(const char *list, const char *const *dirs, unsigned count)
{
    while (*list) {
        size_t n = strcspn(list, ":");
        if (take_language(list, n, dirs, count))
            return;
        list += n + (list[n] == ':');
    }
}

static const char *from_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = NULL, *list = getenv("LANGUAGE");
    for (size_t i = 0; !locale && i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        locale = value && *value ? value : NULL;
    }
    /* LC_ALL=C is how scripts ask for English; it outweighs the list, as in gettext(3). */
    if (list && *list && !(locale && is_c(locale)))
        return list;
    return locale ? locale : "en";
}

bool ui_locale_init(const char *language, const char *const *catalogue_dirs, unsigned count)
{
    bool wide = use_utf8();
    catalogue_free(&catalogue);
    snprintf(language_now, sizeof language_now, "en");
    if (wide)
        take_list(language ? language : from_environment(), catalogue_dirs, count);
    return wide;
}

const char *ui_language(void)
{
    return language_now;
}

const char *ui_text(const char *english)
{
    const char *found = english && *english ? catalogue_find(&catalogue, english) : NULL;
    return found && *found ? found : english;
}

const char *ui_phrase(const char *english, char *out, size_t n)
{
    if (n)
        phrase_translate(&catalogue, english ? english : "", out, n);
    return out;
}
