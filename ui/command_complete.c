#include "ui/command_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "ui/typed_text.h"

#define WORD_LENGTH_MAX 255u
#define HELP_LENGTH_MAX 160u
/* A board can not push our own words out. */
#define BOARD_WORDS_MAX (COMMAND_WORDS_MAX / 2)
/* So many lines that are no commands end a listing: log lines come in between. */
#define LISTING_PATIENCE 8u

/* --- words -------------------------------------------------------------------------------------
 */

static void free_word(struct command_known *w)
{
    free(w->word);
    free(w->help);
}

void command_completion_free(struct command_completion *k)
{
    for (size_t i = 0; i < k->count; i++)
        free_word(&k->words[i]);
    k->count = 0;
}

void command_completion_close(struct command_completion *k)
{
    k->open = k->tab_before = false;
    k->candidate_count = k->chosen = 0;
}

static char *safe_help(const char *help, size_t n)
{
    char safe[HELP_LENGTH_MAX + 1];
    if (!help || n == 0)
        return NULL;
    text_make_safe(safe, sizeof safe, (const uint8_t *)help, n);
    return strdup(safe);
}

static size_t count_kind(const struct command_completion *k, enum command_word kind)
{
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++)
        n += k->words[i].kind == kind;
    return n;
}

static void learn(struct command_completion *k, enum command_word kind, const char *word, size_t n,
                  const char *help, size_t help_length)
{
    char copy[WORD_LENGTH_MAX + 1];
    if (n == 0 || n > WORD_LENGTH_MAX || memchr(word, ' ', n) || !typed_text_is_clean(word, n))
        return;
    memcpy(copy, word, n);
    copy[n] = '\0';
    size_t at = 0;
    while (at < k->count && strcmp(k->words[at].word, copy) < 0)
        at++;
    for (size_t i = at; i < k->count && strcmp(k->words[i].word, copy) == 0; i++) {
        if (k->words[i].kind != kind)
            continue;
        if (!k->words[i].help)
            k->words[i].help = safe_help(help, help_length);
        return;
    }
    if (k->count == COMMAND_WORDS_MAX ||
        (kind == WORD_BOARD && count_kind(k, kind) == BOARD_WORDS_MAX))
        return;
    struct command_known new = {strdup(copy), safe_help(help, help_length), kind};
    if (!new.word) {
        free_word(&new);
        return;
    }
    /* An open list holds places in this table. */
    command_completion_close(k);
    memmove(k->words + at + 1, k->words + at, (k->count - at) * sizeof k->words[0]);
    k->words[at] = new;
    k->count++;
}

void command_line_learn(struct command_line *c, enum command_word kind, const char *word,
                        const char *help)
{
    if (kind == WORD_OURS && word[0] == ':')
        word++;
    learn(&c->completion, kind, word, strlen(word), help, help ? strlen(help) : 0);
}

void command_line_forget(struct command_line *c, enum command_word kind)
{
    struct command_completion *k = &c->completion;
    size_t kept = 0;
    command_completion_close(k);
    for (size_t i = 0; i < k->count; i++) {
        if (k->words[i].kind == kind)
            free_word(&k->words[i]);
        else
            k->words[kept++] = k->words[i];
    }
    k->count = kept;
}

/* --- what a board's help says --------------------------------------------------------------------
 */

static bool is_command_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
}

/*
 * "name: help" or "name      : help" (facts/alios-device.md §5.1, §6.3). *name is how long the
 * name is, *help where the help begins.
 */
static bool parse_listed(const char *line, size_t n, size_t *name, size_t *help)
{
    size_t i = 0;
    while (i < n && i < 32 && is_command_character(line[i]))
        i++;
    *name = i;
    while (i < n && i < 64 && (line[i] == ' ' || line[i] == '\t'))
        i++;
    if (*name == 0 || i >= n || line[i] != ':' || (i + 1 < n && line[i + 1] != ' '))
        return false;
    for (i++; i < n && line[i] == ' ';)
        i++;
    *help = i;
    return true;
}

static bool starts(const char *text, size_t n, const char *with)
{
    size_t length = strlen(with);
    return n >= length && memcmp(text, with, length) == 0;
}

/* "====Build-in Commands====", "====User Commands====" and what stands between them. */
static bool is_heading(const char *line, size_t n)
{
    return starts(line, n, "====") &&
           (memmem(line, n, "ommands", 7) || memmem(line, n, " cmds ", 6));
}

static bool is_prompt(const char *line, size_t n)
{
    return n > 0 && (line[0] == '#' || line[0] == '$') && (n == 1 || line[1] == ' ');
}

bool command_line_hear(struct command_line *c, const char *line)
{
    struct command_completion *k = &c->completion;
    size_t n = strnlen(line, 512), name, help;
    while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n' || line[n - 1] == ' '))
        n--;
    if (is_heading(line, n)) {
        k->listing = LISTING_PATIENCE;
        return false;
    }
    if (!parse_listed(line, n, &name, &help)) {
        if (is_prompt(line, n))
            k->listing = 0;
        else if (k->listing && n > 0)
            k->listing--;
        return false;
    }
    /* The loader's listing has no heading; its first line is that of help, or says "usage:". */
    bool opens =
        starts(line + help, n - help, "usage: ") ||
        (name == 4 && memcmp(line, "help", 4) == 0 && starts(line + help, n - help, "print "));
    if (!k->listing && !opens)
        return false;
    k->listing = LISTING_PATIENCE;
    learn(k, WORD_BOARD, line, name, line + help, n - help);
    return true;
}

/* --- the word at the cursor
 * ------------------------------------------------------------------------ */

struct spot {
    size_t begin, end; /* of the word; the cursor is within */
    enum command_word kind;
    bool known; /* there is something to complete here */
};

static struct spot find_spot(const struct line_edit *e)
{
    bool ours = e->text[0] == ':';
    size_t least = ours ? 1 : 0;
    struct spot s = {e->cursor, e->cursor, WORD_BOARD, e->cursor >= least};
    while (s.begin > least && e->text[s.begin - 1] != ' ' && (ours || e->text[s.begin - 1] != ';'))
        s.begin--;
    while (s.end < e->length && e->text[s.end] != ' ' && (ours || e->text[s.end] != ';'))
        s.end++;
    size_t before = s.begin;
    while (before > least && e->text[before - 1] == ' ')
        before--;
    bool first = before == least || (!ours && e->text[before - 1] == ';');
    if (ours)
        s.kind = first ? WORD_OURS : WORD_FILE;
    else if (!first)
        s.known = false;
    return s;
}

static void collect(struct command_completion *k, const struct line_edit *e, const struct spot *s,
                    bool fold)
{
    const char *typed = e->text + s->begin;
    size_t n = e->cursor - s->begin;
    k->candidate_count = 0;
    for (size_t i = 0; s->known && i < k->count; i++) {
        const struct command_known *w = &k->words[i];
        if (w->kind == s->kind &&
            (fold ? strncasecmp(w->word, typed, n) : strncmp(w->word, typed, n)) == 0)
            k->candidates[k->candidate_count++] = i;
    }
}

/* As typed; else with another case: `ota` finds OTA_APP where there is no other. */
static struct spot find_candidates(struct command_completion *k, const struct line_edit *e)
{
    struct spot s = find_spot(e);
    collect(k, e, &s, false);
    if (k->candidate_count == 0)
        collect(k, e, &s, true);
    return s;
}

static void take(struct line_edit *e, const struct spot *s, const char *word)
{
    char text[WORD_LENGTH_MAX + 2];
    size_t length = s->end - s->begin, end = e->cursor;
    /* In the middle of the very word: all of it is replaced. */
    if (strncmp(word, e->text + s->begin, length) == 0)
        end = s->end;
    bool space = e->text[end] != ' ';
    snprintf(text, sizeof text, "%s%s", word, space ? " " : "");
    if (line_edit_replace(e, s->begin, end, text) && !space)
        e->cursor++;
}

static size_t common_length(const struct command_completion *k)
{
    const char *first = k->words[k->candidates[0]].word;
    size_t n = strlen(first);
    for (size_t i = 1; i < k->candidate_count; i++) {
        const char *other = k->words[k->candidates[i]].word;
        size_t same = 0;
        while (same < n && first[same] == other[same])
            same++;
        n = same;
    }
    while (n > 0 && ((uint8_t)first[n] & 0xC0) == 0x80)
        n--;
    return n;
}

void command_completion_tab(struct command_completion *k, struct line_edit *e)
{
    bool again = k->tab_before;
    k->tab_before = false;
    struct spot s = find_candidates(k, e);
    if (k->candidate_count == 0)
        return;
    if (k->candidate_count == 1) {
        take(e, &s, k->words[k->candidates[0]].word);
        return;
    }
    char common[WORD_LENGTH_MAX + 1];
    size_t n = common_length(k);
    snprintf(common, sizeof common, "%.*s", (int)n, k->words[k->candidates[0]].word);
    if (n > e->cursor - s.begin)
        line_edit_replace(e, s.begin, e->cursor, common);
    else if (again)
        k->open = true;
    k->chosen = 0;
    k->tab_before = true;
}

void command_completion_refresh(struct command_completion *k, const struct line_edit *e)
{
    find_candidates(k, e);
    k->chosen = 0;
    k->open = k->candidate_count > 0;
}

bool command_completion_key(struct command_completion *k, struct line_edit *e, struct key key)
{
    size_t n = k->candidate_count;
    switch (key.alt ? KEY_NONE : key.code) {
    case KEY_CODE_TAB:
    case KEY_SPECIAL_DOWN:
    case KEY_CONTROL('N'):
        k->chosen = (k->chosen + 1) % n;
        return true;
    case KEY_SPECIAL_BACKTAB:
    case KEY_SPECIAL_UP:
    case KEY_CONTROL('P'):
        k->chosen = (k->chosen + n - 1) % n;
        return true;
    case KEY_CODE_ENTER: {
        struct spot s = find_spot(e);
        take(e, &s, k->words[k->candidates[k->chosen]].word);
        command_completion_close(k);
        return true;
    }
    case KEY_CODE_ESCAPE:
    case KEY_CONTROL('G'):
        command_completion_close(k);
        return true;
    default:
        return false;
    }
}

/* --- drawing
 * ----------------------------------------------------------------------------------------- */

static unsigned word_columns(const struct command_completion *k, unsigned columns)
{
    unsigned most = 0;
    for (size_t i = 0; i < k->candidate_count; i++) {
        const char *word = k->words[k->candidates[i]].word;
        unsigned width = screen_text_width(word, strlen(word));
        most = width > most ? width : most;
    }
    return most < columns / 2 ? most : columns / 2;
}

void command_completion_draw(const struct command_completion *k, struct screen *s, struct rect list)
{
    if (!k->open || list.rows == 0 || list.columns == 0)
        return;
    size_t rows = k->candidate_count < list.rows ? k->candidate_count : list.rows, first = 0;
    if (k->chosen >= rows)
        first = k->chosen - rows + 1;
    unsigned wide = word_columns(k, list.columns);
    for (unsigned i = 0; i < rows; i++) {
        const struct command_known *w = &k->words[k->candidates[first + i]];
        bool chosen = first + i == k->chosen;
        unsigned row = list.row + list.rows - (unsigned)rows + i, right = list.columns;
        enum style style = chosen ? STYLE_CHOSEN : STYLE_OVERLAY;
        screen_fill(s, (struct rect){row, list.column, 1, list.columns}, style);
        if (chosen && rows < k->candidate_count && list.columns > 20) {
            right -= 10;
            screen_print(s, row, list.column + right + 1, 9, style, "%zu/%zu", k->chosen + 1,
                         k->candidate_count);
        }
        screen_put_text(s, row, list.column, right, style, w->word);
        if (w->help && wide + 2 < right)
            screen_put_text(s, row, list.column + wide + 2, right - wide - 2, style, w->help);
    }
}
