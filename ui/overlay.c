#include "ui/overlay_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Longer texts of items are cut: they come from devices and files. */
#define ITEM_TEXT_MAX 2048u

/* --- opening and closing ------------------------------------------------------------------------
 */

static void wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

void overlay_close(struct overlay *o)
{
    for (size_t i = 0; i < o->count; i++) {
        wipe(o->items[i].text);
        wipe(o->items[i].detail);
    }
    free(o->items);
    free(o->shown);
    explicit_bzero(o, sizeof *o);
}

/* Safe line by line; the line ends stay. */
static void copy_lines(char *out, size_t out_size, const char *text)
{
    size_t used = 0;
    while (used + 1 < out_size) {
        size_t n = strcspn(text, "\n");
        used += text_make_safe(out + used, out_size - used, (const uint8_t *)text, n);
        if (text[n] == '\0' || used + 1 >= out_size)
            break;
        out[used++] = '\n';
        text += n + 1;
    }
    out[used] = '\0';
}

static void open_kind(struct overlay *o, enum overlay_kind kind, int purpose, const char *title)
{
    char copy[sizeof o->title]; /* the title may be that of what is closed now */
    text_make_safe(copy, sizeof copy, (const uint8_t *)title, strlen(title));
    overlay_close(o);
    o->kind = kind;
    o->purpose = purpose;
    memcpy(o->title, copy, sizeof copy);
}

void overlay_open_list(struct overlay *o, int purpose, const char *title, bool free_text)
{
    open_kind(o, OVERLAY_LIST, purpose, title);
    o->free_text = free_text;
}

void overlay_open_ask(struct overlay *o, int purpose, const char *title, const char *text,
                      const char *initial, bool hidden)
{
    open_kind(o, OVERLAY_ASK, purpose, title);
    copy_lines(o->text, sizeof o->text, text ? text : "");
    o->edit.hidden = hidden;
    line_edit_set(&o->edit, initial ? initial : "");
}

void overlay_open_confirm(struct overlay *o, int purpose, const char *title, const char *text)
{
    open_kind(o, OVERLAY_CONFIRM, purpose, title);
    copy_lines(o->text, sizeof o->text, text ? text : "");
}

void overlay_open_page(struct overlay *o, int purpose, const char *title)
{
    open_kind(o, OVERLAY_PAGE, purpose, title);
}

static char *safe_copy(const char *text)
{
    char safe[ITEM_TEXT_MAX];
    text_make_safe(safe, sizeof safe, (const uint8_t *)text, strnlen(text, sizeof safe));
    return strdup(safe);
}

static bool make_room(struct overlay *o)
{
    if (o->count % 32 != 0)
        return true;
    size_t room = o->count + 32;
    struct overlay_item *items = realloc(o->items, room * sizeof *items);
    if (items)
        o->items = items;
    size_t *shown = items ? realloc(o->shown, room * sizeof *shown) : NULL;
    if (shown)
        o->shown = shown;
    return shown != NULL;
}

bool overlay_add(struct overlay *o, const char *text, const char *detail, long value)
{
    if ((o->kind != OVERLAY_LIST && o->kind != OVERLAY_PAGE) || o->count == OVERLAY_ITEMS_MAX ||
        !make_room(o))
        return false;
    struct overlay_item item = {safe_copy(text), detail ? safe_copy(detail) : NULL, value, NULL};
    if (!item.text || (detail && !item.detail)) {
        wipe(item.text);
        wipe(item.detail);
        return false;
    }
    o->items[o->count++] = item;
    if (o->edit.length)
        overlay_find(o);
    else
        o->shown[o->shown_count++] = o->count - 1;
    return true;
}

/* --- keys
 * ------------------------------------------------------------------------------------------ */

static bool is_cancel(struct key key)
{
    return !key.alt && (key.code == KEY_CODE_ESCAPE || key.code == KEY_CONTROL('C') ||
                        key.code == KEY_CONTROL('G'));
}

/* Up, Down and the like on *at, 0..count-1; false when it is no such key. */
static bool move(size_t *at, size_t count, size_t page, struct key key)
{
    size_t last = count ? count - 1 : 0, far = page > 1 ? page - 1 : 1;
    switch (key.alt ? KEY_NONE : key.code) {
    case KEY_SPECIAL_UP:
    case KEY_SPECIAL_BACKTAB:
    case KEY_CONTROL('P'):
        *at -= *at > 0;
        return true;
    case KEY_SPECIAL_DOWN:
    case KEY_CODE_TAB:
    case KEY_CONTROL('N'):
        *at += *at < last;
        return true;
    case KEY_SPECIAL_PAGE_UP:
        *at -= far < *at ? far : *at;
        return true;
    case KEY_SPECIAL_PAGE_DOWN:
        *at = far < last - *at ? *at + far : last;
        return true;
    default:
        return false;
    }
}

static enum overlay_result list_key(struct overlay *o, struct key key)
{
    if (move(&o->chosen, o->shown_count, o->page, key))
        return OVERLAY_OPEN;
    switch (key.alt ? KEY_NONE : key.code) {
    case KEY_CODE_ENTER:
        return o->shown_count || (o->free_text && o->edit.length) ? OVERLAY_ANSWERED : OVERLAY_OPEN;
    case KEY_SPECIAL_HOME:
        o->chosen = 0;
        return OVERLAY_OPEN;
    case KEY_SPECIAL_END:
        o->chosen = o->shown_count ? o->shown_count - 1 : 0;
        return OVERLAY_OPEN;
    default: {
        size_t before = o->edit.length;
        line_edit_key(&o->edit, key);
        if (o->edit.length != before)
            overlay_find(o);
        return OVERLAY_OPEN;
    }
    }
}

static enum overlay_result ask_key(struct overlay *o, struct key key)
{
    if (key.code == KEY_CODE_ENTER && !key.alt)
        return OVERLAY_ANSWERED;
    /* The text above scrolls; drawing knows how far. */
    if (!move(&o->first, sizeof o->text, o->page, key))
        line_edit_key(&o->edit, key);
    return OVERLAY_OPEN;
}

static enum overlay_result confirm_key(struct overlay *o, struct key key)
{
    if (move(&o->first, sizeof o->text, o->page, key) || key.alt)
        return OVERLAY_OPEN;
    switch (key.code) {
    case 'y':
    case 'Y':
        return OVERLAY_ANSWERED;
    case 'n':
    case 'N':
    case KEY_CODE_ENTER:
        return OVERLAY_CANCELLED;
    default:
        return OVERLAY_OPEN;
    }
}

/* Pages scroll as in less. */
static enum overlay_result page_key(struct overlay *o, struct key key)
{
    static const struct {
        char letter;
        uint32_t code;
    } letters[] = {{'k', KEY_SPECIAL_UP},        {'j', KEY_SPECIAL_DOWN},
                   {' ', KEY_SPECIAL_PAGE_DOWN}, {'b', KEY_SPECIAL_PAGE_UP},
                   {'g', KEY_SPECIAL_HOME},      {'G', KEY_SPECIAL_END}};
    for (size_t i = 0; !key.alt && i < sizeof letters / sizeof letters[0]; i++) {
        if (key.code == (uint32_t)letters[i].letter) {
            key.code = letters[i].code;
            break;
        }
    }
    if (move(&o->first, o->count, o->page, key) || key.alt)
        return OVERLAY_OPEN;
    switch (key.code) {
    case KEY_SPECIAL_HOME:
        o->first = 0;
        return OVERLAY_OPEN;
    case KEY_SPECIAL_END:
        o->first = o->count ? o->count - 1 : 0;
        return OVERLAY_OPEN;
    case 'q':
    case KEY_CODE_ENTER:
        return OVERLAY_CANCELLED;
    default:
        return OVERLAY_OPEN;
    }
}

enum overlay_result overlay_key(struct overlay *o, struct key key)
{
    if (is_cancel(key))
        return OVERLAY_CANCELLED;
    switch (o->kind) {
    case OVERLAY_LIST:
        return list_key(o, key);
    case OVERLAY_ASK:
        return ask_key(o, key);
    case OVERLAY_CONFIRM:
        return confirm_key(o, key);
    case OVERLAY_PAGE:
        return page_key(o, key);
    default:
        return OVERLAY_CANCELLED;
    }
}

enum overlay_result overlay_paste(struct overlay *o, const char *text, size_t n)
{
    size_t length = 0;
    while (length < n && text[length] != '\n' && text[length] != '\r')
        length++;
    if (o->kind != OVERLAY_LIST && o->kind != OVERLAY_ASK)
        return OVERLAY_OPEN;
    line_edit_insert(&o->edit, text, length);
    if (o->kind == OVERLAY_LIST)
        overlay_find(o);
    return OVERLAY_OPEN;
}

/* --- the answer
 * -------------------------------------------------------------------------------------- */

static const struct overlay_item *chosen_item(const struct overlay *o)
{
    if (o->kind != OVERLAY_LIST || o->chosen >= o->shown_count)
        return NULL;
    return &o->items[o->shown[o->chosen]];
}

long overlay_value(const struct overlay *o)
{
    const struct overlay_item *item = chosen_item(o);
    return item ? item->value : -1;
}

const char *overlay_text(const struct overlay *o)
{
    const struct overlay_item *item = chosen_item(o);
    return item ? item->text : o->edit.text;
}
