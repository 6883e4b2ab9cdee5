/*
 * Keys, actions, and which key does what: one table for dispatch, help and palette.
 *
 * Three ways to every action: the prefix key and a key (Ctrl-T x), a plain key while
 * a pane other than the command line has the focus, and the palette. Function keys
 * are a fourth for some. The prefix pressed twice sends itself to the board.
 */
#ifndef OTACONSOLE_UI_KEYS_H
#define OTACONSOLE_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- what the terminal delivers ------------------------------------------------------ */

enum key_special {
    KEY_NONE = 0,
    KEYS_SPECIAL = 0x110000, /* beyond Unicode */
    KEY_SPECIAL_UP,
    KEY_SPECIAL_DOWN,
    KEY_SPECIAL_LEFT,
    KEY_SPECIAL_RIGHT,
    KEY_SPECIAL_HOME,
    KEY_SPECIAL_END,
    KEY_SPECIAL_PAGE_UP,
    KEY_SPECIAL_PAGE_DOWN,
    KEY_SPECIAL_INSERT,
    KEY_SPECIAL_DELETE,
    KEY_SPECIAL_BACKSPACE,
    KEY_SPECIAL_BACKTAB,
    KEY_SPECIAL_F1, /* F1..F12 follow each other */
    KEY_SPECIAL_F12 = KEY_SPECIAL_F1 + 11,
    KEYS_SPECIAL_END
};

#define KEY_CODE_ENTER 0x0D
#define KEY_CODE_TAB 0x09
#define KEY_CODE_ESCAPE 0x1B
#define KEY_CONTROL(letter) ((uint32_t)(letter)&0x1F)

struct key {
    uint32_t code; /* code point (Ctrl-A = 1 ...), or enum key_special */
    bool alt;
};

enum mouse_button { MOUSE_LEFT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input {
    enum { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE, INPUT_RESIZE } kind;
    struct key key;
    const char *text; /* INPUT_PASTE: what was pasted, n bytes, unchecked; borrowed */
    size_t n;
    enum mouse_button button; /* INPUT_MOUSE */
    unsigned row, column;     /* INPUT_MOUSE: where; INPUT_RESIZE: new size */
};

/* "Ctrl-T", "Alt-x", "F5", "PgUp", "Space", "x" for people; at most n bytes. */
void key_describe(struct key key, char *out, size_t n);
/* The same backwards, also "C-t", "^T", "M-x"; false when it is no key. */
bool key_parse(const char *name, struct key *key);
bool key_same(struct key a, struct key b);

/* --- actions --------------------------------------------------------------------------- */

/*
 * ACTION(symbol, name, prefix key, pane key, function key, group, title)
 * `name` is stable: configuration files bind keys to it. Keys are key_parse texts, ""
 * = none. A pane key works while the log, workflow or verdict pane has the focus; what
 * breaks off a run has none, as j and k are how people scroll. Titles and groups are
 * gettext message ids (xgettext --keyword=ACTION:6 --keyword=ACTION:7).
 */
#define ACTIONS(ACTION)                                                                            \
    ACTION(HELP, "help", "?", "?", "F1", "General", "Help: all keys")                              \
    ACTION(PALETTE, "palette", ":", ":", "F2", "General", "All actions: type to find")             \
    ACTION(QUIT, "quit", "q", "q", "F10", "General", "Quit")                                       \
    ACTION(SUSPEND, "suspend", "Ctrl-Z", "", "", "General", "Suspend to the shell")                \
    ACTION(REDRAW, "redraw", "Ctrl-L", "Ctrl-L", "", "General", "Redraw the screen")               \
    ACTION(FOCUS_NEXT, "focus-next", "Tab", "Tab", "F6", "Panes", "Next pane")                     \
    ACTION(FOCUS_COMMAND, "focus-command", "Enter", "i", "", "Panes", "To the command line")       \
    ACTION(FOCUS_LOG, "focus-log", "[", "", "", "Panes", "To the log")                             \
    ACTION(FOCUS_WORKFLOW, "focus-workflow", "w", "", "", "Panes", "To the workflow")              \
    ACTION(FOCUS_VERDICT, "focus-verdict", "v", "", "", "Panes", "To the verdict")                 \
    ACTION(ZOOM, "zoom", "z", "z", "F11", "Panes", "Zoom the pane, or back")                       \
    ACTION(TOGGLE_SIDE, "toggle-side", "s", "", "", "Panes", "Hide or show workflow and verdict")  \
    ACTION(GROW, "grow", "+", "+", "", "Panes", "Make the side panes larger")                      \
    ACTION(SHRINK, "shrink", "-", "-", "", "Panes", "Make the side panes smaller")                 \
    ACTION(SEARCH, "search", "/", "/", "", "Log", "Search")                                        \
    ACTION(SEARCH_BACK, "search-back", "\\", "\\", "", "Log", "Search backwards")                  \
    ACTION(SEARCH_NEXT, "search-next", "n", "n", "F3", "Log", "Next match")                        \
    ACTION(SEARCH_PREVIOUS, "search-previous", "N", "N", "", "Log", "Previous match")              \
    ACTION(FILTER, "filter", "f", "f", "F4", "Log", "Filter by text, level:W, module:mqtt")        \
    ACTION(FILTER_LEVEL, "filter-level", "l", "l", "", "Log", "Filter by level: all, W, E")        \
    ACTION(FILTER_CLEAR, "filter-clear", "F", "F", "", "Log", "Show all lines again")              \
    ACTION(FIRST_ERROR, "first-error", "e", "e", "F7", "Log", "To the first error")                \
    ACTION(NEXT_ERROR, "next-error", "E", "E", "", "Log", "To the next error")                     \
    ACTION(PAUSE, "pause", "Space", "Space", "", "Log", "Pause or follow")                         \
    ACTION(LOG_HOME, "log-home", "<", "g", "", "Log", "To the first line")                         \
    ACTION(LOG_END, "log-end", ">", "G", "", "Log", "To the last line, and follow")                \
    ACTION(STAMPS, "stamps", "t", "t", "", "Log", "Time stamps: clock, start, delta, off")         \
    ACTION(WRAP, "wrap", "W", "W", "", "Log", "Wrap long lines, or scroll sideways")               \
    ACTION(HEX, "hex", "x", "x", "", "Log", "Bytes in hexadecimal")                                \
    ACTION(MEANINGS, "meanings", "m", "m", "", "Log", "Show what lines mean")                      \
    ACTION(BOOKMARK, "bookmark", "B", "b", "", "Log", "Set or remove a bookmark")                  \
    ACTION(BOOKMARK_NEXT, "bookmark-next", "'", "'", "", "Log", "To the next bookmark")            \
    ACTION(SELECT, "select", "V", "V", "", "Log", "Begin or end a selection")                      \
    ACTION(COPY, "copy", "Y", "y", "", "Log", "Copy the selection to the clipboard")               \
    ACTION(EXPORT, "export", "o", "o", "", "Log", "Write selection or view to a file")             \
    ACTION(HIGHLIGHT, "highlight", "h", "h", "", "Log", "Highlight a word")                        \
    ACTION(CLEAR, "clear", "L", "", "", "Log", "Clear the view; F shows all again")                \
    ACTION(PROFILE, "profile", "p", "", "F8", "Workflow", "Open a profile")                        \
    ACTION(RUN, "run", "r", "r", "F5", "Workflow", "Run the profile")                              \
    ACTION(STOP, "stop", "k", "", "F9", "Workflow", "Stop the run")                                \
    ACTION(RETRY, "retry", "R", "R", "", "Workflow", "Run from the chosen step")                   \
    ACTION(SKIP, "skip", "K", "", "", "Workflow", "Skip the step under way")                       \
    ACTION(CONFIRM, "confirm", "y", "", "", "Workflow", "Confirm what was asked")                  \
    ACTION(OFFER, "offer", "g", "", "", "Board", "Do what is suggested")                           \
    ACTION(RAW_KEYS, "raw-keys", "i", "", "", "Board", "Every key to the board, or line by line")  \
    ACTION(SEND_BREAK, "break", "b", "", "", "Board", "Send a break")                              \
    ACTION(TOGGLE_RTS, "rts", "1", "", "", "Board", "Toggle RTS")                                  \
    ACTION(TOGGLE_DTR, "dtr", "2", "", "", "Board", "Toggle DTR")                                  \
    ACTION(RESET, "reset", "Ctrl-R", "", "", "Board", "Reset pulse")                               \
    ACTION(DOWNLOAD, "download", "d", "", "", "Board", "Enter download mode")                      \
    ACTION(SEND_FILE, "send-file", "S", "", "", "Board", "Send a file by Ymodem")                  \
    ACTION(BAUD, "baud", "u", "", "", "Board", "Change the baud rate")                             \
    ACTION(FIND_BAUD, "find-baud", "U", "", "", "Board", "Find the baud rate by trying")           \
    ACTION(BOARD, "board", "a", "", "", "Board", "Pick the board")                                 \
    ACTION(PORT, "port", "P", "", "", "Board", "Pick the port")                                    \
    ACTION(RECONNECT, "reconnect", "c", "", "", "Board", "Close and open the port again")          \
    ACTION(PLAY_PAUSE, "play-pause", "J", "p", "", "Replay", "Hold the replay, or go on")          \
    ACTION(PLAY_FASTER, "play-faster", ".", ".", "", "Replay", "Faster: x1, x10, at once")         \
    ACTION(PLAY_SLOWER, "play-slower", ",", ",", "", "Replay", "Slower")                           \
    ACTION(RECORD, "record", "C", "", "F12", "Session", "Recording on or off")                     \
    ACTION(EXTERNAL, "external", "!", "", "", "Session", "Run a command of the shell")             \
    ACTION(STATISTICS, "statistics", "D", "", "", "Session", "Figures of this session")

enum action {
    ACTION_NONE,
#define ACTION(symbol, name, prefix, pane, function, group, title) ACTION_##symbol,
    ACTIONS(ACTION)
#undef ACTION
        ACTION_COUNT
};

struct action_info {
    const char *name, *group, *title; /* group and title: message ids, to be translated */
};
const struct action_info *action_info(enum action action);
enum action action_named(const char *name); /* ACTION_NONE when there is none */

/* --- bindings ------------------------------------------------------------------------------ */

struct bindings {
    struct key prefix; /* code KEY_NONE = no prefix key */
    struct key after_prefix[ACTION_COUNT];
    struct key in_pane[ACTION_COUNT];
    struct key function[ACTION_COUNT];
};

void bindings_default(struct bindings *b);
/*
 * Binds from a configuration file: "F5" or any key with Ctrl, Alt or a name alone is
 * direct (but for those a line is typed with: Enter, Tab, Space, Esc, Backspace), "prefix x"
 * follows the prefix, "pane x" works in panes; "none" unbinds all three. A key taken away from
 * another action is told in `taken` (ACTION_NONE = none). False when the text is no binding.
 */
bool bindings_set(struct bindings *b, enum action action, const char *text, enum action *taken);
/* Which of the ways a text of a configuration file means, and its key. */
enum bindings_way {
    BINDING_INVALID,
    BINDING_UNBIND,
    BINDING_AFTER_PREFIX,
    BINDING_IN_PANE,
    BINDING_DIRECT
};
enum bindings_way bindings_way(const char *text, struct key *key);
/* "Ctrl-A", "F12", "none"; false when it is no key, or one that is needed for typing. */
bool bindings_set_prefix(struct bindings *b, const char *text);
/* Whether any key at all leads to the action. */
bool bindings_reach(const struct bindings *b, enum action action);
enum action bindings_after_prefix(const struct bindings *b, struct key key);
/* `in_pane` = a pane that is no text field has the focus. */
enum action bindings_direct(const struct bindings *b, struct key key, bool in_pane);
/* All keys of an action for people: "Ctrl-T n, n, F3"; "" when unbound. */
void bindings_describe(const struct bindings *b, enum action action, char *out, size_t n);

#endif
