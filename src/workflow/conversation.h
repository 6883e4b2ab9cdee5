/*
 * What a workflow step may know and ask of the conversation it runs in.
 *
 * Steps are pure: they see the time, what the board said (transcript), what the
 * last transfer came to, and what the diagnosis concluded; they ask through
 * `services`. They know no ports, screens or files. The session implements the
 * services (src/session); tests can implement them with a script.
 */
#ifndef OTACONSOLE_WORKFLOW_CONVERSATION_H
#define OTACONSOLE_WORKFLOW_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/problem.h"
#include "board/board.h"
#include "event/event.h"
#include "workflow/transcript.h"
#include "workflow/variables.h"
#include "ymodem/preset.h"

/* Every step and helper of a step is polled and answers with one of these. */
enum progress { PROGRESS_RUNNING, PROGRESS_DONE, PROGRESS_FAILED };

enum board_condition {
    BOARD_UNKNOWN,     /* nothing recognised yet */
    BOARD_APPLICATION, /* the application's shell answered */
    BOARD_LOADER,      /* a first-stage loader or second boot; see dialect */
};

struct transfer_request {
    const struct ymodem_preset *preset;
    bool receive;         /* false = send to the board */
    const char *activity; /* for progress events: "write", "verify", "read" */
    const char *name;     /* file name to announce (send) */
    const uint8_t *data;  /* bytes to send; must outlive the transfer */
    uint8_t *into;        /* where to receive; must outlive the transfer */
    uint32_t size;        /* bytes to send, or capacity and expected size to receive */
    uint32_t done_before; /* progress already made by earlier transfers of one job */
    uint32_t total;       /* of the whole job, for progress */
};

enum transfer_state { TRANSFER_IDLE, TRANSFER_RUNNING, TRANSFER_DONE, TRANSFER_FAILED };

struct transfer_result {
    enum transfer_state state;
    uint32_t bytes;  /* sent and acknowledged for certain, or received */
    char words[160]; /* why it failed */
};

enum operator_request {
    OPERATOR_ENTER_DOWNLOAD, /* press the buttons that lead to the loader */
    OPERATOR_RESET,          /* press reset */
    OPERATOR_PUSH,           /* start the update in the cloud console */
    OPERATOR_CONFIRM,        /* read the message, then confirm (pause step) */
};

enum operator_answer { OPERATOR_WAITING, OPERATOR_CONFIRMED, OPERATOR_NOBODY };

struct conversation;

struct conversation_services {
    /* Queue bytes for the board. `shown` (may be NULL) is what the SENT event says. */
    void (*send)(struct conversation *c, const char *bytes, size_t n, const char *shown);
    /* Hold (true) or release (false) the board's reset line; false when the port has none. */
    bool (*hold_reset)(struct conversation *c, bool held);
    void (*begin_transfer)(struct conversation *c, const struct transfer_request *request);
    void (*abort_transfer)(struct conversation *c);
    /* Ask a person for something; answered later in c->operator_answer. */
    void (*ask_operator)(struct conversation *c, enum operator_request request, const char *text);
    void (*emit)(struct conversation *c, struct event *event);
    /* Write a file for the user (the `read` step). */
    enum problem_code (*save_file)(struct conversation *c, const char *path, const uint8_t *bytes,
                                   size_t n, struct problem *problem);
};

struct diagnose;

struct conversation {
    const struct conversation_services *services;
    void *user; /* the implementation's own */
    const struct board *board;
    const char *generation; /* id of the partition table in force */
    struct variables *variables;
    struct diagnose *diagnose;
    struct transcript heard;
    struct transfer_result transfer;
    enum operator_answer operator_answer;
    bool interactive; /* a person can be asked */
    bool chinese;     /* and reads Chinese */
    enum board_condition condition;
    const struct board_dialect *dialect; /* when condition is BOARD_LOADER */
    uint64_t since; /* transcript position from which `expect` looks: set when a command is sent */
    uint32_t baud;  /* of the wire now, for deadlines that include wire time */
};

void conversation_note(struct conversation *c, char level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Record what the board is now and tell it when that is news. */
void conversation_set_condition(struct conversation *c, enum board_condition condition,
                                const struct board_dialect *dialect);
/* Time the wire needs for n bytes at the conversation's baud rate, 8N1. */
uint64_t conversation_wire_time(const struct conversation *c, size_t n);

#endif
