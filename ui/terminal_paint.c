#include "ui/terminal_paint.h"

/*
 * ncurses calls its own type `struct screen`, a tag ui/screen.h has too. Its macros would
 * take names such as `clear` away.
 */
#define NCURSES_NOMACROS
#define screen ncurses_screen
#include <curses.h>
#undef screen

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#define COLOURS 16
#define REPLACEMENT 0xFFFDu

struct paint {
    SCREEN *curses;
    FILE *memory;
    unsigned rows, columns;
    cchar_t *row; /* `columns` of them */
    bool cursor_known, cursor_shown;
    char hide[64], show[64];
    /* Pair of foreground and background; 0 = not made yet. Index 0 = the terminal's own. */
    short pairs[COLOURS + 1][COLOURS + 1];
    short pairs_made;
};

/* --- opening ---------------------------------------------------------------------------------- */

/*
 * newterm puts handlers of its own in place of ours; they are put back at once. It leaves
 * SIGTSTP alone for good only when it is not at its default: else every update would ignore
 * it for a moment, and a stop from outside would get lost.
 */
static SCREEN *open_curses(FILE *memory)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction before[sizeof signals / sizeof signals[0]];
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], NULL, &before[i]);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTSTP, &ignore, NULL);
    SCREEN *curses = newterm(NULL, memory, stdin);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &before[i], NULL);
    return curses;
}

static FILE *open_memory(void)
{
    int fd = memfd_create("otaconsole-frame", MFD_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file && fd >= 0)
        close(fd);
    return file;
}

static void take_written(struct paint *p, struct buffer *out)
{
    int fd = fileno(p->memory);
    off_t length = lseek(fd, 0, SEEK_CUR), at = 0;
    uint8_t piece[4096];
    ssize_t n;
    while (out && at < length && (n = pread(fd, piece, sizeof piece, at)) > 0) {
        buffer_append(out, piece, (size_t)n);
        at += n;
    }
    if (ftruncate(fd, 0) == 0)
        lseek(fd, 0, SEEK_SET);
}

static bool has(const char *name)
{
    const char *value = tigetstr(name);
    return value && value != (const char *)-1 && *value;
}

static const char *begin(struct paint *p)
{
    p->memory = open_memory();
    if (!p->memory)
        return "there is no memory for the screen";
    p->curses = open_curses(p->memory);
    if (!p->curses)
        return "this kind of terminal is not known here";
    if (!has("cup") || !has("clear"))
        return "this kind of terminal cannot place its cursor";
    start_color();
    use_default_colors();
    typeahead(-1);
    leaveok(stdscr, FALSE);
    paint_capability(p, "civis", p->hide, sizeof p->hide);
    paint_capability(p, "cnorm", p->show, sizeof p->show);
    /* It begins by entering the alternate screen, which is done elsewhere. */
    doupdate();
    take_written(p, NULL);
    return paint_resize(p, (unsigned)LINES, (unsigned)COLS) ? NULL : "out of memory";
}

struct paint *paint_open(const char **why)
{
    struct paint *p = calloc(1, sizeof *p);
    *why = p ? begin(p) : "out of memory";
    if (!*why)
        return p;
    paint_close(p);
    return NULL;
}

void paint_close(struct paint *p)
{
    if (!p)
        return;
    if (p->curses) {
        endwin(); /* into the memory: the terminal is restored elsewhere */
        delscreen(p->curses);
    }
    if (p->memory)
        fclose(p->memory);
    free(p->row);
    free(p);
}

void paint_capability(const struct paint *p, const char *name, char *out, size_t n)
{
    const char *value = tigetstr(name);
    size_t used = 0;
    (void)p;
    out[0] = '\0';
    if (!value || value == (const char *)-1)
        return;
    while (*value && used + 1 < n) {
        const char *end = strncmp(value, "$<", 2) == 0 ? strchr(value, '>') : NULL;
        if (end)
            value = end + 1;
        else
            out[used++] = *value++;
    }
    out[used] = '\0';
    if (*value) /* half a sequence is worse than none */
        out[0] = '\0';
}

void paint_default_size(const struct paint *p, unsigned *rows, unsigned *columns)
{
    int lines = tigetnum("lines"), cols = tigetnum("cols");
    (void)p;
    *rows = lines > 0 ? (unsigned)lines : 24;
    *columns = cols > 0 ? (unsigned)cols : 80;
}

bool paint_resize(struct paint *p, unsigned rows, unsigned columns)
{
    cchar_t *row = realloc(p->row, columns * sizeof *row);
    if (!row)
        return false;
    p->row = row;
    if (resize_term((int)rows, (int)columns) == ERR)
        return false;
    p->rows = rows;
    p->columns = columns;
    werase(stdscr);
    paint_forget(p);
    return true;
}

/* --- looks ------------------------------------------------------------------------------------ */

/* What the terminal has for colour 0..15, -1 its own; bright ones of eight are made bold. */
static int available_colour(int colour, attr_t *attributes)
{
    if (colour < 0 || colour >= COLOURS || COLORS < 8)
        return -1;
    if (COLORS >= COLOURS || colour < 8)
        return colour;
    *attributes |= A_BOLD;
    return colour - 8;
}

static short pair_of(struct paint *p, int foreground, int background)
{
    short *pair = &p->pairs[foreground + 1][background + 1];
    if (foreground < 0 && background < 0)
        return 0;
    if (*pair == 0 && p->pairs_made + 1 < COLOR_PAIRS && p->pairs_made < 1000 &&
        init_pair((short)(p->pairs_made + 1), (short)foreground, (short)background) == OK)
        *pair = ++p->pairs_made;
    return *pair;
}

static attr_t look_of(struct paint *p, const struct theme *theme, uint16_t style, short *pair)
{
    static const struct {
        uint8_t theme;
        attr_t curses;
    } map[] = {{THEME_BOLD, A_BOLD},
               {THEME_DIM, A_DIM},
               {THEME_UNDERLINE, A_UNDERLINE},
               {THEME_REVERSE, A_REVERSE},
               {THEME_ITALIC, A_ITALIC}};
    struct theme_look look = theme_look(theme, style);
    attr_t attributes = A_NORMAL, ignored = A_NORMAL;
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (look.attributes & map[i].theme)
            attributes |= map[i].curses;
    }
    int foreground = available_colour(look.foreground, &attributes);
    int background = available_colour(look.background, &ignored);
    *pair = pair_of(p, foreground, background);
    return attributes;
}

/* --- cells ------------------------------------------------------------------------------------ */

/* Characters that would do something to the terminal instead of standing in the cell. */
static bool acts(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
           (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF;
}

/* The characters of a cell of that width; what does not fit it is shown as U+FFFD. */
static void cell_text(const struct screen_cell *cell, int width, wchar_t out[CCHARW_MAX])
{
    size_t used = 1;
    uint32_t first = cell->text[0] ? cell->text[0] : ' ';
    out[0] = (wchar_t)first;
    if (acts(first) || wcwidth((wchar_t)first) != width)
        out[0] = REPLACEMENT;
    for (size_t i = 1; i < SCREEN_CELL_CHARS && used + 1 < CCHARW_MAX && out[0] != REPLACEMENT;
         i++) {
        uint32_t c = cell->text[i];
        if (c && !acts(c) && wcwidth((wchar_t)c) == 0)
            out[used++] = (wchar_t)c;
    }
    out[used] = L'\0';
}

void paint_row(struct paint *p, const struct theme *theme, unsigned row,
               const struct screen_cell *cells, unsigned count)
{
    static const struct screen_cell blank = {.width = 1};
    unsigned used = 0, column = 0, style = UINT16_MAX + 1u;
    short pair = 0;
    attr_t attributes = A_NORMAL;
    if (row >= p->rows)
        return;
    while (column < p->columns) {
        const struct screen_cell *cell = column < count ? &cells[column] : &blank;
        if (cell->style != style)
            attributes = look_of(p, theme, cell->style, &pair);
        style = cell->style;
        bool wide = cell->width == 2 && column + 1 < p->columns && column + 1 < count;
        const struct screen_cell *shown = cell->width == 1 || wide ? cell : &blank;
        wchar_t text[CCHARW_MAX];
        cell_text(shown, wide ? 2 : 1, text);
        if (wide && text[0] == REPLACEMENT) /* one column: the other half stays blank */
            setcchar(&p->row[used + 1], L" ", attributes, pair, NULL);
        setcchar(&p->row[used++], text, attributes, pair, NULL);
        used += wide && text[0] == REPLACEMENT;
        column += wide ? 2 : 1;
    }
    mvwadd_wchnstr(stdscr, (int)row, 0, p->row, (int)used);
}

/* --- frames ----------------------------------------------------------------------------------- */

void paint_forget(struct paint *p)
{
    p->cursor_known = false;
    clearok(curscr, TRUE);
}

void paint_frame(struct paint *p, bool cursor, unsigned row, unsigned column, struct buffer *out)
{
    bool change = !p->cursor_known || p->cursor_shown != cursor;
    /* Hidden before anything moves, shown when everything stands. */
    if (change && !cursor)
        buffer_append_text(out, p->hide);
    if (row < p->rows && column < p->columns)
        wmove(stdscr, (int)row, (int)column);
    wnoutrefresh(stdscr);
    doupdate();
    take_written(p, out);
    if (change && cursor)
        buffer_append_text(out, p->show);
    p->cursor_known = true;
    p->cursor_shown = cursor;
}
