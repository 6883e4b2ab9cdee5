/*
 * The UI as data: events, keys and the time go in; a screen and requests come out.
 *
 * Nothing here touches a terminal, a port or a file, so the whole UI runs in tests:
 * feed it, draw it, compare the text. What the outside has to do (send a line, open
 * a port, run a profile) is asked for as a request, taken by the rim (app.h).
 */
#ifndef OTACONSOLE_UI_MODEL_H
#define OTACONSOLE_UI_MODEL_H

#include "event/event.h"
#include "session/doctor.h"
#include "ui/command_line.h"
#include "ui/config.h"
#include "ui/layout.h"
#include "ui/log_view.h"
#include "ui/overlay.h"
#include "ui/status_line.h"
#include "ui/verdict_pane.h"
#include "ui/workflow_pane.h"

/* What an answer of an overlay is for. Those from PURPOSE_ASKED on are the rim's own. */
enum ui_purpose {
    PURPOSE_READ, /* a page; nothing follows */
    PURPOSE_PALETTE,
    PURPOSE_HIGHLIGHT,
    PURPOSE_ASKED,
    PURPOSE_PORT = PURPOSE_ASKED,
    PURPOSE_BOARD,
    PURPOSE_PROFILE,
    PURPOSE_BAUD,
    PURPOSE_VARIABLE, /* a value the profile needs */
    PURPOSE_SEND_FILE,
    PURPOSE_EXPORT,
    PURPOSE_EXTERNAL,
    PURPOSE_EXTERNAL_SURE,
    PURPOSE_QUIT_SURE,
};

enum ui_request_kind {
    REQUEST_NOTHING,
    REQUEST_LINE,   /* text: a line for the board, to be ended by CR */
    REQUEST_BYTES,  /* text, n: keys for the board, as they are */
    REQUEST_ACTION, /* action, text: its argument from the command line, "" = none */
    REQUEST_ANSWER, /* purpose, value, text: what was answered */
    REQUEST_CANCEL, /* purpose: the overlay was closed without an answer */
};

struct ui_request {
    enum ui_request_kind kind;
    enum action action;
    enum ui_purpose purpose;
    long value;
    size_t n;
    char text[LINE_EDIT_MAX]; /* terminated; wiped by ui_model_request_done */
};

#define UI_REQUESTS_MAX 64

/* Which field under the log takes the keys. */
enum ui_field { FIELD_COMMAND, FIELD_SEARCH, FIELD_FILTER };

struct ui_model {
    const struct ui_config *config;
    struct bindings bindings;
    struct log_store *store;
    struct log_view *log;
    struct command_line *command;
    struct workflow_pane workflow;
    struct verdict_pane verdict;
    struct status_line status;
    struct overlay overlay;
    struct layout_wish wish;
    struct layout layout;
    enum pane focus;
    enum ui_field field;
    struct line_edit edit; /* of search and filter */
    bool search_backwards, search_complained;
    bool prefix_pending, raw_keys;
    bool replay;           /* nothing can be sent */
    uint64_t now_us;       /* the UI's axis */
    uint64_t wall_zero_us; /* the time of day at its zero; 0 = not known */
    uint64_t real_us;      /* for remarks: people read no faster when a simulated clock is fast */
    bool real_clock;       /* real_us is kept by the rim; otherwise the axis is taken */
    uint64_t message_until_us; /* by real_us */

    char doctor_what[512], doctor_next[512]; /* shown above the log; "" = all is well */
    enum doctor_offer offer;

    char last_verdict[640];
    bool last_unfinished; /* the newest line of the log goes on */
    size_t last_length;
    char sent[512]; /* typed behind a prompt, until its echo says so; "" = nothing */
    uint64_t sent_us, sent_wall_us;
    bool prompt_seen; /* the board showed its prompt after the last line was sent */
    uint64_t line_sent_us;
    char prompt[32]; /* of the board's shell */

    struct ui_request requests[UI_REQUESTS_MAX];
    unsigned request_first, request_count;
};

struct ui_model_options {
    const struct ui_config *config; /* stays the caller's */
    const char *spill_directory;    /* NULL = none */
    bool replay;
};

/* False when out of memory. */
bool ui_model_init(struct ui_model *m, const struct ui_model_options *options);
void ui_model_free(struct ui_model *m);

/* The session's events (an event_sink's emit; user = the model). */
void ui_model_event(void *user, const struct event *event);
void ui_model_input(struct ui_model *m, const struct input *input);
/* The axis: microseconds since the UI began; events count on the same. */
void ui_model_tick(struct ui_model *m, uint64_t now_us);
uint64_t ui_model_deadline(const struct ui_model *m);
/* Work in the background (filter, counting matches); true when more is left. */
bool ui_model_work(struct ui_model *m);
void ui_model_draw(struct ui_model *m, struct screen *screen);

/* The oldest request, or NULL; borrowed until ui_model_request_done. */
const struct ui_request *ui_model_request(struct ui_model *m);
void ui_model_request_done(struct ui_model *m);

/* A remark in the bottom line for some seconds; also a line of the log when `log`. */
void ui_model_say(struct ui_model *m, enum style style, bool log, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A problem: what and hint. */
void ui_model_say_problem(struct ui_model *m, const struct problem *problem);
void ui_model_set_doctor(struct ui_model *m, const struct doctor *doctor);
/* As if the key of this action had been pressed, with an argument ("" = none). */
void ui_model_do(struct ui_model *m, enum action action, const char *argument);

#endif
