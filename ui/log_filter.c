#include "ui/log_filter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* --- lines --- */

bool log_filter_any(const struct log_filter *f)
{
    return f->least_level || f->no_device || f->no_sent || f->no_tool || f->module[0] || f->text[0];
}

/* How bad, from 1 (verbose) up; 0 = no such level. */
static unsigned severity(char level)
{
    static const char order[] = "VDIWEF";
    const char *at = level ? strchr(order, level) : NULL;
    return at ? (unsigned)(at - order) + 1 : 0;
}

static bool level_passes(char least, const struct log_line *line)
{
    unsigned s = severity(line->level ? line->level : 'I');
    /* What a rule calls a failure must not disappear among errors. */
    if (line->failure && s < severity('E'))
        s = severity('E');
    return s >= severity(least);
}

static bool kind_passes(const struct log_filter *f, enum log_kind kind)
{
    return !(kind == LOG_DEVICE ? f->no_device : kind == LOG_SENT ? f->no_sent : f->no_tool);
}

bool log_filter_passes(const struct log_filter *f, struct log_matcher *text,
                       const struct log_line *line)
{
    size_t begin, end;
    if (f->least_level && !level_passes(f->least_level, line))
        return false;
    if (!kind_passes(f, line->kind))
        return false;
    if (f->module[0] && (!line->module || strcasecmp(f->module, line->module) != 0))
        return false;
    return !text || log_matcher_find(text, line->text, line->length, 0, &begin, &end) != f->invert;
}

/* --- from text --- */

#define HINT "Write for example: level:W module:mqtt timeout, or !text, or /pattern/."

static enum problem_code wrong(struct problem *problem, const char *what)
{
    return problem_set(problem, PROBLEM_USAGE, "filter", HINT, "%s", what);
}

/* The word at *at up to a space goes to `word`; false when it is too long. */
static bool take_word(const char **at, char *word, size_t size)
{
    size_t n = strcspn(*at, " ");
    if (n >= size)
        return false;
    memcpy(word, *at, n);
    word[n] = '\0';
    *at += n;
    return true;
}

static bool parse_level(const char **at, struct log_filter *f, struct problem *problem)
{
    static const struct {
        const char *name;
        char level;
    } names[] = {{"F", 'F'},       {"E", 'E'},     {"W", 'W'},      {"I", 'I'},    {"D", 'D'},
                 {"V", 'V'},       {"fatal", 'F'}, {"error", 'E'},  {"warn", 'W'}, {"info", 'I'},
                 {"warning", 'W'}, {"debug", 'D'}, {"verbose", 'V'}};
    char word[16];
    if (take_word(at, word, sizeof word))
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (strcasecmp(names[i].name, word) == 0) {
                f->least_level = names[i].level;
                return true;
            }
    wrong(problem, "a level is one of F, E, W, I, D and V");
    return false;
}

static bool parse_module(const char **at, struct log_filter *f, struct problem *problem)
{
    if (take_word(at, f->module, sizeof f->module) && f->module[0])
        return true;
    wrong(problem, "module: stands before a module's name of at most 63 characters");
    return false;
}

static bool parse_kind(const char **at, struct log_filter *f, struct problem *problem)
{
    char word[16];
    bool *kind = NULL;
    if (take_word(at, word, sizeof word))
        kind = strcmp(word, "device") == 0 ? &f->no_device
               : strcmp(word, "sent") == 0 ? &f->no_sent
               : strcmp(word, "tool") == 0 ? &f->no_tool
                                           : NULL;
    if (kind)
        *kind = true;
    else
        wrong(problem, "no: stands before device, sent or tool");
    return kind;
}

static const struct filter_key {
    const char *prefix;
    bool (*parse)(const char **at, struct log_filter *f, struct problem *problem);
} keys[] = {{"level:", parse_level}, {"module:", parse_module}, {"no:", parse_kind}};

static const struct filter_key *key_at(const char *at)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strncmp(at, keys[i].prefix, strlen(keys[i].prefix)) == 0)
            return &keys[i];
    return NULL;
}

/* "/pattern/" up to a slash before a space or the end; 0 = none, "/etc/passwd" is a text. */
static size_t pattern_length(const char *at)
{
    if (at[0] != '/')
        return 0;
    for (size_t i = 1; at[i]; i++) {
        if (at[i] == '\\' && at[i + 1])
            i++;
        else if (i > 1 && at[i] == '/' && (at[i + 1] == ' ' || at[i + 1] == '\0'))
            return i + 1;
    }
    return 0;
}

static bool add_char(struct log_filter *f, char c)
{
    size_t n = strlen(f->text);
    if (n + 1 >= sizeof f->text)
        return false;
    f->text[n] = c;
    f->text[n + 1] = '\0';
    return true;
}

/* "a \"b\" \\ c" in quotes: the text as it stands there. */
static bool take_quoted(const char **at, struct log_filter *f, struct problem *problem)
{
    const char *p = *at + 1;
    for (; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1])
            p++;
        if (!add_char(f, *p)) {
            wrong(problem, "the text is too long");
            return false;
        }
    }
    if (*p != '"') {
        wrong(problem, "the quotation mark at the end is missing");
        return false;
    }
    *at = p + 1;
    return true;
}

/* Words up to the next key, with one space between them. */
static bool take_words(const char **at, struct log_filter *f, struct problem *problem)
{
    bool fits = true;
    while (**at && !key_at(*at)) {
        size_t n = strcspn(*at, " ");
        if (f->text[0])
            fits = fits && add_char(f, ' ');
        for (size_t i = 0; i < n; i++)
            fits = fits && add_char(f, (*at)[i]);
        *at += n;
        *at += strspn(*at, " ");
    }
    if (!fits)
        wrong(problem, "the text is too long");
    return fits;
}

static bool parse_text(const char **at, struct log_filter *f, struct problem *problem)
{
    if (f->text[0]) {
        wrong(problem, "there is more than one text to look for");
        return false;
    }
    f->invert = **at == '!';
    *at += f->invert;
    size_t n = pattern_length(*at);
    if (n) {
        if (n - 2 >= sizeof f->text) {
            wrong(problem, "the pattern is too long");
            return false;
        }
        memcpy(f->text, *at + 1, n - 2);
        f->text[n - 2] = '\0';
        f->regex = true;
        *at += n;
    } else if (**at == '"') {
        if (!take_quoted(at, f, problem))
            return false;
    } else if (!take_words(at, f, problem)) {
        return false;
    }
    if (!f->text[0]) {
        wrong(problem, "the text to look for is missing");
        return false;
    }
    return true;
}

bool log_filter_parse(const char *text, struct log_filter *out, struct problem *problem)
{
    struct log_filter f = {0};
    const char *at = text + strspn(text, " ");
    while (*at) {
        const struct filter_key *key = key_at(at);
        if (key)
            at += strlen(key->prefix);
        if (!(key ? key->parse : parse_text)(&at, &f, problem))
            return false;
        at += strspn(at, " ");
    }
    *out = f;
    return true;
}

/* --- to text --- */

/* True when the words would be read as something else. */
static bool needs_quotes(const char *text)
{
    if (strchr("!\"/ ", text[0]) || strstr(text, "  ") || text[strlen(text) - 1] == ' ')
        return true;
    for (const char *word = text; word; word = strchr(word, ' ')) {
        word += *word == ' ';
        if (key_at(word))
            return true;
    }
    return false;
}

static void describe_text(const struct log_filter *f, char *out, size_t n)
{
    char body[2 * sizeof f->text + 4];
    size_t used = 0;
    bool quotes = !f->regex && needs_quotes(f->text);
    char mark = f->regex ? '/' : '"';
    if (f->regex || quotes)
        body[used++] = mark;
    for (const char *p = f->text; *p; p++) {
        if (quotes && (*p == '"' || *p == '\\'))
            body[used++] = '\\';
        body[used++] = *p;
    }
    if (f->regex || quotes)
        body[used++] = mark;
    body[used] = '\0';
    snprintf(out, n, "%s%s", f->invert ? "!" : "", body);
}

void log_filter_describe(const struct log_filter *f, char *out, size_t n)
{
    char level[16] = "", module[sizeof f->module + 16] = "", text[2 * sizeof f->text + 8] = "";
    if (f->least_level)
        snprintf(level, sizeof level, "level:%c ", f->least_level);
    if (f->module[0])
        snprintf(module, sizeof module, "module:%s ", f->module);
    if (f->text[0])
        describe_text(f, text, sizeof text);
    char all[sizeof level + sizeof module + sizeof text + 64];
    int length =
        snprintf(all, sizeof all, "%s%s%s%s%s%s", level, module, f->no_device ? "no:device " : "",
                 f->no_sent ? "no:sent " : "", f->no_tool ? "no:tool " : "", text);
    if (length > 0 && all[length - 1] == ' ' && !f->text[0])
        all[length - 1] = '\0';
    text_make_safe(out, n, (const uint8_t *)all, strlen(all));
}
