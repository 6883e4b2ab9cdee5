#include "ui/theme.h"

#include <string.h>
#include <strings.h>

enum colour { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, BRIGHT, OWN = -1 };

#define LOOK(style, foreground, background, attributes)                                            \
    [STYLE_##style] = {foreground, background, attributes}

/*
 * Bright black is invisible in some palettes (Solarized), so what is dimmed is so by
 * attribute. What must be told apart differs by more than colour wherever it can.
 */
static const struct theme_look dark[STYLE_COUNT] = {
    LOOK(NORMAL, OWN, OWN, 0),
    LOOK(DIM, OWN, OWN, THEME_DIM),
    LOOK(BOLD, OWN, OWN, THEME_BOLD),
    LOOK(STATUS, WHITE, BLUE, 0),
    LOOK(STATUS_GOOD, BRIGHT + GREEN, BLUE, THEME_BOLD),
    LOOK(STATUS_WARN, BRIGHT + YELLOW, BLUE, THEME_BOLD),
    LOOK(STATUS_BAD, BRIGHT + WHITE, RED, THEME_BOLD),
    LOOK(TITLE, CYAN, OWN, 0),
    LOOK(TITLE_FOCUS, BRIGHT + CYAN, OWN, THEME_BOLD),
    LOOK(BORDER, CYAN, OWN, THEME_DIM),
    LOOK(GOOD, GREEN, OWN, 0),
    LOOK(WARN, YELLOW, OWN, 0),
    LOOK(BAD, BRIGHT + RED, OWN, 0),
    LOOK(FATAL, BRIGHT + WHITE, RED, THEME_BOLD),
    LOOK(INFO, OWN, OWN, 0),
    LOOK(DEBUG, OWN, OWN, THEME_DIM),
    LOOK(TIME, CYAN, OWN, THEME_DIM),
    LOOK(MODULE, MAGENTA, OWN, 0),
    LOOK(MEANING, CYAN, OWN, THEME_ITALIC),
    LOOK(SENT, BRIGHT + BLUE, OWN, THEME_BOLD),
    LOOK(TOOL, MAGENTA, OWN, THEME_ITALIC),
    LOOK(ESCAPED, YELLOW, OWN, THEME_DIM),
    LOOK(CURSOR_LINE, OWN, OWN, THEME_UNDERLINE),
    LOOK(SELECTED, BLACK, WHITE, 0),
    LOOK(MATCH, BLACK, YELLOW, 0),
    LOOK(MATCH_CURRENT, BLACK, BRIGHT + YELLOW, THEME_BOLD | THEME_UNDERLINE),
    LOOK(HIGHLIGHT, BLACK, CYAN, 0),
    LOOK(BOOKMARK, BRIGHT + YELLOW, OWN, THEME_BOLD),
    LOOK(KEY, BRIGHT + YELLOW, OWN, 0),
    LOOK(INPUT, OWN, OWN, THEME_BOLD),
    LOOK(BAR, GREEN, OWN, 0),
    LOOK(OVERLAY, OWN, OWN, 0),
    LOOK(CHOSEN, BLACK, CYAN, THEME_BOLD),
};

static const struct theme_look light[STYLE_COUNT] = {
    LOOK(NORMAL, OWN, OWN, 0),
    LOOK(DIM, OWN, OWN, THEME_DIM),
    LOOK(BOLD, OWN, OWN, THEME_BOLD),
    LOOK(STATUS, BRIGHT + WHITE, BLUE, 0),
    LOOK(STATUS_GOOD, BRIGHT + GREEN, BLUE, THEME_BOLD),
    LOOK(STATUS_WARN, BRIGHT + YELLOW, BLUE, THEME_BOLD),
    LOOK(STATUS_BAD, BRIGHT + WHITE, RED, THEME_BOLD),
    LOOK(TITLE, BLUE, OWN, 0),
    LOOK(TITLE_FOCUS, BLUE, OWN, THEME_BOLD),
    LOOK(BORDER, BLUE, OWN, THEME_DIM),
    LOOK(GOOD, GREEN, OWN, 0),
    LOOK(WARN, MAGENTA, OWN, 0),
    LOOK(BAD, RED, OWN, 0),
    LOOK(FATAL, BRIGHT + WHITE, RED, THEME_BOLD),
    LOOK(INFO, OWN, OWN, 0),
    LOOK(DEBUG, OWN, OWN, THEME_DIM),
    LOOK(TIME, BLUE, OWN, THEME_DIM),
    LOOK(MODULE, MAGENTA, OWN, 0),
    LOOK(MEANING, BLUE, OWN, THEME_ITALIC),
    LOOK(SENT, BLUE, OWN, THEME_BOLD),
    LOOK(TOOL, MAGENTA, OWN, THEME_ITALIC),
    LOOK(ESCAPED, MAGENTA, OWN, THEME_DIM),
    LOOK(CURSOR_LINE, OWN, OWN, THEME_UNDERLINE),
    LOOK(SELECTED, BRIGHT + WHITE, BLACK, 0),
    LOOK(MATCH, BLACK, YELLOW, 0),
    LOOK(MATCH_CURRENT, BLACK, BRIGHT + YELLOW, THEME_BOLD | THEME_UNDERLINE),
    LOOK(HIGHLIGHT, BLACK, CYAN, 0),
    LOOK(BOOKMARK, RED, OWN, THEME_BOLD),
    LOOK(KEY, BLUE, OWN, THEME_BOLD),
    LOOK(INPUT, OWN, OWN, THEME_BOLD),
    LOOK(BAR, BLUE, OWN, 0),
    LOOK(OVERLAY, OWN, OWN, 0),
    LOOK(CHOSEN, BRIGHT + WHITE, BLUE, THEME_BOLD),
};

static const struct theme_look mono[STYLE_COUNT] = {
    LOOK(NORMAL, OWN, OWN, 0),
    LOOK(DIM, OWN, OWN, THEME_DIM),
    LOOK(BOLD, OWN, OWN, THEME_BOLD),
    LOOK(STATUS, OWN, OWN, THEME_REVERSE),
    LOOK(STATUS_GOOD, OWN, OWN, THEME_REVERSE),
    LOOK(STATUS_WARN, OWN, OWN, THEME_REVERSE | THEME_UNDERLINE),
    LOOK(STATUS_BAD, OWN, OWN, THEME_REVERSE | THEME_BOLD | THEME_UNDERLINE),
    LOOK(TITLE, OWN, OWN, 0),
    LOOK(TITLE_FOCUS, OWN, OWN, THEME_BOLD | THEME_REVERSE),
    LOOK(BORDER, OWN, OWN, THEME_DIM),
    LOOK(GOOD, OWN, OWN, 0),
    LOOK(WARN, OWN, OWN, THEME_UNDERLINE),
    LOOK(BAD, OWN, OWN, THEME_BOLD),
    LOOK(FATAL, OWN, OWN, THEME_BOLD | THEME_REVERSE),
    LOOK(INFO, OWN, OWN, 0),
    LOOK(DEBUG, OWN, OWN, THEME_DIM),
    LOOK(TIME, OWN, OWN, THEME_DIM),
    LOOK(MODULE, OWN, OWN, 0),
    LOOK(MEANING, OWN, OWN, THEME_ITALIC),
    LOOK(SENT, OWN, OWN, THEME_BOLD),
    LOOK(TOOL, OWN, OWN, THEME_ITALIC),
    LOOK(ESCAPED, OWN, OWN, THEME_DIM),
    LOOK(CURSOR_LINE, OWN, OWN, THEME_UNDERLINE),
    LOOK(SELECTED, OWN, OWN, THEME_REVERSE),
    LOOK(MATCH, OWN, OWN, THEME_REVERSE),
    LOOK(MATCH_CURRENT, OWN, OWN, THEME_REVERSE | THEME_BOLD | THEME_UNDERLINE),
    LOOK(HIGHLIGHT, OWN, OWN, THEME_BOLD | THEME_UNDERLINE),
    LOOK(BOOKMARK, OWN, OWN, THEME_BOLD),
    LOOK(KEY, OWN, OWN, THEME_BOLD),
    LOOK(INPUT, OWN, OWN, THEME_BOLD),
    LOOK(BAR, OWN, OWN, 0),
    LOOK(OVERLAY, OWN, OWN, 0),
    LOOK(CHOSEN, OWN, OWN, THEME_REVERSE | THEME_BOLD),
};

bool theme_named(const char *name, struct theme *theme)
{
    static const struct {
        const char *name;
        const struct theme_look *looks;
        bool colour, light;
    } themes[] = {
        {"dark", dark, true, false}, {"light", light, true, true}, {"mono", mono, false, false}};
    for (size_t i = 0; i < sizeof themes / sizeof themes[0]; i++) {
        if (strcmp(name, themes[i].name) == 0) {
            memcpy(theme->looks, themes[i].looks, sizeof theme->looks);
            theme->colour = themes[i].colour;
            theme->light = themes[i].light;
            return true;
        }
    }
    return false;
}

/* --- looks as words
 * -------------------------------------------------------------------------------- */

static bool same_word(const char *word, size_t n, const char *name)
{
    return strlen(name) == n && strncasecmp(word, name, n) == 0;
}

static bool parse_colour(const char *word, size_t n, int8_t *colour)
{
    static const char *const names[] = {"black", "red",     "green", "yellow",
                                        "blue",  "magenta", "cyan",  "white"};
    int bright = 0;
    if (same_word(word, n, "default")) {
        *colour = OWN;
        return true;
    }
    if (same_word(word, n, "grey") || same_word(word, n, "gray")) {
        *colour = BRIGHT + BLACK;
        return true;
    }
    if (n > 7 && strncasecmp(word, "bright-", 7) == 0) {
        bright = BRIGHT;
        word += 7;
        n -= 7;
    }
    for (int i = 0; i < 8; i++) {
        if (same_word(word, n, names[i])) {
            *colour = (int8_t)(i + bright);
            return true;
        }
    }
    return false;
}

static uint8_t parse_attribute(const char *word, size_t n)
{
    static const struct {
        const char *name;
        enum theme_attribute attribute;
    } names[] = {{"bold", THEME_BOLD},
                 {"dim", THEME_DIM},
                 {"underline", THEME_UNDERLINE},
                 {"reverse", THEME_REVERSE},
                 {"italic", THEME_ITALIC}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (same_word(word, n, names[i].name))
            return (uint8_t)names[i].attribute;
    }
    return 0;
}

bool theme_parse_look(const char *text, struct theme_look *look)
{
    struct theme_look found = {OWN, OWN, 0};
    bool foreground = false, background = false, on = false, any = false;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t n = strcspn(text, " ");
        bool *said = on ? &background : &foreground;
        uint8_t attribute = on ? 0 : parse_attribute(text, n);
        if (attribute) {
            found.attributes |= attribute;
        } else if (!on && !background && same_word(text, n, "on")) {
            on = true;
        } else {
            /* One colour of each: in "red blue" one would be passed over without a word. */
            if (*said || !parse_colour(text, n, on ? &found.background : &found.foreground))
                return false;
            *said = true;
            on = false;
        }
        any = true;
        text += n;
    }
    if (!any || on)
        return false;
    *look = found;
    return true;
}

/* --- looks of cells
 * ----------------------------------------------------------------------------------- */

/* A colour the device chose, made visible on the background we believe in. */
static struct theme_look device_look(const struct theme *theme, unsigned colour)
{
    bool bold = colour >= BRIGHT;
    struct theme_look look = {OWN, OWN, bold ? THEME_BOLD : 0};
    if (!theme->colour)
        return look;
    look.foreground = (int8_t)colour;
    if (theme->light) {
        if (colour % BRIGHT == WHITE)
            look.foreground = OWN;
        else if (bold) /* pale on white; the plain colour in bold is as loud */
            look.foreground = (int8_t)(colour - BRIGHT);
    } else if (colour == BLACK) {
        look.foreground = BRIGHT + BLACK;
    }
    return look;
}

struct theme_look theme_look(const struct theme *theme, uint16_t style)
{
    if (style >= STYLE_DEVICE && style < STYLE_DEVICE_END)
        return device_look(theme, style - STYLE_DEVICE);
    if (style >= STYLE_COUNT)
        style = STYLE_NORMAL;
    struct theme_look look = theme->looks[style];
    /* Without colour, what lived by colour looks as in mono; what is said in attributes stays. */
    if (!theme->colour && (look.foreground != OWN || look.background != OWN))
        return mono[style];
    return look;
}
