/* How each style looks: dark, light and mono, and what a configuration file changes. */
#ifndef OTACONSOLE_UI_THEME_H
#define OTACONSOLE_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen.h"

enum theme_attribute {
    THEME_BOLD = 1,
    THEME_DIM = 2,
    THEME_UNDERLINE = 4,
    THEME_REVERSE = 8,
    THEME_ITALIC = 16
};

struct theme_look {
    int8_t foreground, background; /* 0..15, -1 = the terminal's own */
    uint8_t attributes;
};

struct theme {
    struct theme_look looks[STYLE_COUNT];
    bool colour; /* false: mono, NO_COLOR */
    bool light;  /* the terminal's background is light */
};

/* "dark", "light", "mono"; false when there is none of that name. */
bool theme_named(const char *name, struct theme *theme);
/* "bold red on blue", "bright-green", "reverse", "default"; false when it is no look. */
bool theme_parse_look(const char *text, struct theme_look *look);
/* Also for STYLE_DEVICE colours; in mono only bold is left of those. */
struct theme_look theme_look(const struct theme *theme, uint16_t style);

#endif
