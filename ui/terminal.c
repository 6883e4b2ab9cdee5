#include "ui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <openssl/evp.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "ui/terminal_guard.h"
#include "ui/terminal_keys.h"
#include "ui/terminal_paint.h"

/* How long one frame may wait for a slow terminal before the program goes on. */
#define FRAME_PATIENCE_MS 100
/* A window larger than this is a mistake of whoever set its size. */
#define SIZE_MAX_CELLS 1000u
/* xterm takes OSC 52 up to about 100,000 characters, of base64. */
#define COPY_MAX ((size_t)72 * 1024)
/* Reads in one call; more waits for the next, so that a flood of input starves nobody. */
#define READS_MAX 16

struct terminal {
    const struct theme *theme;
    int out; /* our own way to the terminal, which does not block */
    unsigned rows, columns, told_rows, told_columns;
    struct paint *paint;
    struct screen_cell *shown; /* rows * columns of the last frame */
    bool all;                  /* `shown` is not what stands there */
    bool unpainted;            /* ncurses holds a frame that was not asked for yet */
    bool cursor;
    unsigned cursor_row, cursor_column;
    struct buffer pending; /* on its way to the terminal */
    bool stuck, gone;
    bool taken_back; /* the screen is ours again, which was not told yet */
    struct key_stream keys;
};

static uint64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

/* --- the way out ------------------------------------------------------------------------------ */

/*
 * O_NONBLOCK belongs to the open file, which the shell shares with us: an open file of our
 * own is needed. Where none can be had (a terminal of another user) writes are made small and
 * only when there is room.
 */
static int open_out(void)
{
    int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = tcgetpgrp(STDOUT_FILENO) >= 0 ? open("/dev/tty", flags) : -1;
    if (fd < 0)
        fd = open("/proc/self/fd/1", flags);
    return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static bool has_room(const struct terminal *t, int wait_ms)
{
    struct pollfd p = {.fd = t->out, .events = POLLOUT};
    return poll(&p, 1, wait_ms) > 0 && (p.revents & POLLOUT);
}

/* Sends what is pending, waiting at most so long in all for a terminal that is slow. */
static void flush(struct terminal *t, int patience_ms)
{
    uint64_t until = clock_us() + (uint64_t)patience_ms * TIME_MS;
    size_t piece = fcntl(t->out, F_GETFL) & O_NONBLOCK ? SIZE_MAX : 64;
    while (t->pending.length && !t->gone && guard_is_inside()) {
        uint64_t now = clock_us();
        int wait = t->stuck || now >= until ? 0 : (int)((until - now) / TIME_MS) + 1;
        if (!has_room(t, wait)) {
            t->stuck = true;
            return;
        }
        size_t n = t->pending.length < piece ? t->pending.length : piece;
        ssize_t done = write(t->out, t->pending.data, n);
        if (done > 0) {
            buffer_consume(&t->pending, (size_t)done);
            t->stuck = false;
        } else if (done < 0 && errno == EAGAIN) {
            t->stuck = true;
            return;
        } else if (done < 0 && errno != EINTR) {
            t->gone = true;
        }
    }
}

static void notice_return(struct terminal *t)
{
    if (!guard_is_inside() || !guard_take_entered())
        return;
    t->taken_back = true;
    terminal_redraw(t);
}

/* A frame is made only when the one before has gone out: it holds all changes since then. */
static void present(struct terminal *t)
{
    notice_return(t);
    flush(t, FRAME_PATIENCE_MS);
    if (!t->unpainted || t->pending.length || t->gone || !guard_is_inside())
        return;
    t->unpainted = false;
    paint_frame(t->paint, t->cursor, t->cursor_row, t->cursor_column, &t->pending);
    if (t->pending.failed) {
        buffer_free(&t->pending);
        terminal_redraw(t);
    }
    flush(t, FRAME_PATIENCE_MS);
}

/* --- opening and closing -----------------------------------------------------------------------
 */

static void append(char *out, size_t *used, const char *text)
{
    size_t n = strlen(text);
    if (*used + n < GUARD_BYTES) {
        memcpy(out + *used, text, n);
        *used += n;
    }
}

static void append_capability(const struct paint *p, const char *name, char *out, size_t *used)
{
    char text[128];
    paint_capability(p, name, text, sizeof text);
    append(out, used, text);
}

/* Bracketed paste and mouse have no name in terminfo; what speaks ECMA-48 skips them if unknown. */
static void make_sequences(const struct paint *p, bool mouse, struct guard *g)
{
    char place[64];
    paint_capability(p, "cup", place, sizeof place);
    bool ansi = strncmp(place, "\x1b[", 2) == 0;
    append_capability(p, "smcup", g->enter, &g->enter_length);
    append_capability(p, "smkx", g->enter, &g->enter_length);
    append_capability(p, "sgr0", g->enter, &g->enter_length);
    if (ansi) {
        append(g->enter, &g->enter_length, mouse ? "\x1b[?1000h\x1b[?1006h" : "");
        append(g->enter, &g->enter_length, "\x1b[?2004h");
        append(g->leave, &g->leave_length, "\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[?7h");
    }
    append_capability(p, "sgr0", g->leave, &g->leave_length);
    append_capability(p, "op", g->leave, &g->leave_length);
    append_capability(p, "cnorm", g->leave, &g->leave_length);
    append_capability(p, "rmkx", g->leave, &g->leave_length);
    append_capability(p, "clear", g->leave, &g->leave_length);
    append_capability(p, "rmcup", g->leave, &g->leave_length);
}

/* Every byte as it comes: Ctrl-C, Ctrl-S, Ctrl-Z and Enter (CR) belong to the program. */
static struct termios raw_modes(const struct termios *shell)
{
    struct termios raw = *shell;
    raw.c_iflag &= ~(tcflag_t)(IXON | IXOFF | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ISIG | IEXTEN | ECHO | ECHONL);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return raw;
}

static void learn_keys(struct terminal *t, const struct termios *shell)
{
    static const struct {
        const char *name;
        uint32_t code;
    } keys[] = {{"kcuu1", KEY_SPECIAL_UP},     {"kcud1", KEY_SPECIAL_DOWN},
                {"kcub1", KEY_SPECIAL_LEFT},   {"kcuf1", KEY_SPECIAL_RIGHT},
                {"khome", KEY_SPECIAL_HOME},   {"kend", KEY_SPECIAL_END},
                {"kpp", KEY_SPECIAL_PAGE_UP},  {"knp", KEY_SPECIAL_PAGE_DOWN},
                {"kich1", KEY_SPECIAL_INSERT}, {"kdch1", KEY_SPECIAL_DELETE},
                {"kcbt", KEY_SPECIAL_BACKTAB}, {"kent", KEY_CODE_ENTER}};
    char text[32], name[8];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        paint_capability(t->paint, keys[i].name, text, sizeof text);
        key_stream_learn(&t->keys, text, keys[i].code);
    }
    for (unsigned i = 1; i <= 12; i++) {
        snprintf(name, sizeof name, "kf%u", i);
        paint_capability(t->paint, name, text, sizeof text);
        key_stream_learn(&t->keys, text, KEY_SPECIAL_F1 + i - 1);
    }
    paint_capability(t->paint, "kbs", text, sizeof text);
    t->keys.erase_is_ctrl_h = strcmp(text, "\b") == 0 || shell->c_cc[VERASE] == '\b';
}

static enum problem_code no_terminal(struct problem *problem)
{
    return problem_set(problem, PROBLEM_USAGE, NULL,
                       "Run it in a terminal; for scripts and pipes there is "
                       "`otaconsole monitor`.",
                       "the terminal UI needs a terminal for input and output");
}

enum problem_code terminal_open(const struct terminal_options *options, struct terminal **out,
                                struct problem *problem)
{
    struct guard guard = {.fd = -1};
    const char *why = "out of memory", *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        tcgetattr(STDOUT_FILENO, &guard.shell) != 0)
        return no_terminal(problem);
    struct terminal *t = calloc(1, sizeof *t);
    bool memory = t && key_stream_init(&t->keys);
    if (memory)
        t->paint = paint_open(&why);
    if (!memory || !t->paint || (t->out = open_out()) < 0) {
        if (t && t->paint)
            why = "it cannot be opened again";
        if (t)
            t->out = -1;
        terminal_close(t);
        return problem_set(problem, memory ? PROBLEM_USAGE : PROBLEM_INTERNAL, NULL,
                           "Set TERM to the terminal in use, for example: TERM=xterm-256color",
                           "TERM is \"%.80s\": %s", term ? term : "", why);
    }
    t->theme = options->theme;
    guard.fd = t->out;
    guard.raw = raw_modes(&guard.shell);
    make_sequences(t->paint, options->mouse, &guard);
    learn_keys(t, &guard.shell);
    guard_begin(&guard);
    guard_take_entered();
    *out = t;
    return PROBLEM_NONE;
}

void terminal_close(struct terminal *t)
{
    if (!t)
        return;
    if (t->out >= 0) {
        guard_end();
        close(t->out);
    }
    paint_close(t->paint);
    key_stream_free(&t->keys);
    buffer_free(&t->pending);
    free(t->shown);
    free(t);
}

/* --- size --------------------------------------------------------------------------------------
 */

static unsigned bounded(unsigned value, unsigned missing)
{
    value = value ? value : missing;
    return value < SIZE_MAX_CELLS ? value : SIZE_MAX_CELLS;
}

static void real_size(const struct terminal *t, unsigned *rows, unsigned *columns)
{
    struct winsize size = {0};
    unsigned default_rows, default_columns;
    if (ioctl(t->out, TIOCGWINSZ, &size) != 0)
        memset(&size, 0, sizeof size);
    paint_default_size(t->paint, &default_rows, &default_columns);
    *rows = bounded(size.ws_row, default_rows);
    *columns = bounded(size.ws_col, default_columns);
}

bool terminal_fit(struct terminal *t, struct screen *screen)
{
    unsigned rows, columns;
    real_size(t, &rows, &columns);
    if (rows != t->rows || columns != t->columns) {
        size_t count = (size_t)rows * columns;
        struct screen_cell *shown = realloc(t->shown, count * sizeof *shown);
        if (shown)
            t->shown = shown;
        /* Without memory the old, maybe larger, one is kept, but nothing is shown any more. */
        t->rows = t->columns = 0;
        if (!shown || !paint_resize(t->paint, rows, columns))
            return false;
        t->rows = rows;
        t->columns = columns;
        t->all = true;
    }
    t->told_rows = rows;
    t->told_columns = columns;
    return (screen->rows == rows && screen->columns == columns) ||
           screen_resize(screen, rows, columns);
}

static bool tell_size(struct terminal *t, struct input *input)
{
    unsigned rows, columns;
    real_size(t, &rows, &columns);
    if (!t->taken_back && rows == t->told_rows && columns == t->told_columns)
        return false;
    t->taken_back = false;
    t->told_rows = rows;
    t->told_columns = columns;
    memset(input, 0, sizeof *input);
    input->kind = INPUT_RESIZE;
    input->row = rows;
    input->column = columns;
    return true;
}

/* --- input --------------------------------------------------------------------------------------
 */

int terminal_fd(const struct terminal *t)
{
    return !t->gone && guard_is_inside() ? STDIN_FILENO : -1;
}

bool terminal_gone(const struct terminal *t)
{
    return t->gone;
}

/* True when bytes came. */
static bool read_some(struct terminal *t, int wait_ms)
{
    uint8_t bytes[1024];
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    size_t room = KEY_STREAM_BYTES - (t->keys.end - t->keys.start);
    if (t->gone || room == 0 || poll(&p, 1, wait_ms) <= 0)
        return false;
    if (!(p.revents & POLLIN)) {
        t->gone = true; /* POLLHUP, POLLERR or POLLNVAL alone */
        return false;
    }
    ssize_t n = read(STDIN_FILENO, bytes, room < sizeof bytes ? room : sizeof bytes);
    if (n > 0) {
        key_stream_add(&t->keys, clock_us(), bytes, (size_t)n);
        return true;
    }
    t->gone = n == 0 || (errno != EAGAIN && errno != EINTR);
    return false;
}

/* A key that may be the beginning of more is waited for here; it is a few milliseconds. */
static int escape_wait(const struct terminal *t)
{
    uint64_t deadline = key_stream_deadline(&t->keys), now = clock_us();
    if (t->keys.pasting || deadline == TIME_NEVER || deadline <= now)
        return 0;
    return (int)((deadline - now) / TIME_MS) + 1;
}

bool terminal_input(struct terminal *t, struct input *input)
{
    notice_return(t);
    if (t->pending.length || t->unpainted)
        present(t);
    if (tell_size(t, input))
        return true;
    for (int i = 0; i < READS_MAX; i++) {
        if (key_stream_next(&t->keys, t->gone ? TIME_NEVER : clock_us(), input))
            return true;
        if (!guard_is_inside())
            return false;
        int wait = escape_wait(t);
        if (!read_some(t, wait) && wait == 0)
            return false;
    }
    return false;
}

/* --- output --------------------------------------------------------------------------------------
 */

void terminal_show(struct terminal *t, const struct screen *screen)
{
    unsigned rows = screen->rows < t->rows ? screen->rows : t->rows;
    unsigned columns = screen->columns < t->columns ? screen->columns : t->columns;
    if (t->gone || rows == 0 || columns == 0)
        return;
    for (unsigned row = 0; row < rows; row++) {
        const struct screen_cell *cells = screen->cells + (size_t)row * screen->columns;
        struct screen_cell *shown = t->shown + (size_t)row * t->columns;
        if (!t->all && memcmp(shown, cells, columns * sizeof *cells) == 0)
            continue;
        memcpy(shown, cells, columns * sizeof *cells);
        paint_row(t->paint, t->theme, row, cells, columns);
        t->unpainted = true;
    }
    t->unpainted |= t->cursor != screen->cursor_shown || t->cursor_row != screen->cursor_row ||
                    t->cursor_column != screen->cursor_column;
    t->cursor = screen->cursor_shown;
    t->cursor_row = screen->cursor_row;
    t->cursor_column = screen->cursor_column;
    t->all = false;
    present(t);
}

bool terminal_is_behind(const struct terminal *t)
{
    return !t->gone && guard_is_inside() && (t->pending.length > 0 || t->unpainted);
}

void terminal_redraw(struct terminal *t)
{
    /* What still waits was made for a terminal that showed something else. */
    paint_forget(t->paint);
    t->all = t->unpainted = true;
}

void terminal_suspend(struct terminal *t)
{
    buffer_clear(&t->pending);
    guard_suspend();
    terminal_redraw(t);
}

void terminal_leave(struct terminal *t)
{
    buffer_clear(&t->pending);
    t->stuck = false;
    guard_leave();
}

void terminal_return(struct terminal *t)
{
    guard_enter();
    terminal_redraw(t);
}

bool terminal_copy(struct terminal *t, const char *text, size_t n)
{
    static const char begin[] = "\x1b]52;c;";
    unsigned char *base64 = n <= COPY_MAX ? malloc(n / 3 * 4 + 8) : NULL;
    if (!base64)
        return false;
    int length = EVP_EncodeBlock(base64, (const unsigned char *)text, (int)n);
    buffer_append(&t->pending, begin, sizeof begin - 1);
    buffer_append(&t->pending, base64, (size_t)length);
    buffer_append(&t->pending, "\a", 1);
    free(base64);
    present(t);
    return true;
}
