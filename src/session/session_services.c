#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/write_all.h"
#include "session/session_internal.h"

static void service_send(struct conversation *c, const char *bytes, size_t n, const char *shown)
{
    struct session *s = c->user;
    buffer_append(&s->out, bytes, n);
    if (shown && shown[0]) {
        struct event event = {.kind = EVENT_SENT, .text = shown};
        session_emit(s, &event);
    }
}

static bool service_hold_reset(struct conversation *c, bool held)
{
    struct session *s = c->user;
    return link_set_reset(s->options.link, held);
}

static void service_begin_transfer(struct conversation *c, const struct transfer_request *request)
{
    transfer_begin(c->user, request);
}

static void service_abort_transfer(struct conversation *c)
{
    transfer_abort(c->user);
}

/* In a rehearsal somebody may stand at the simulated bench. */
static bool simulated_hand(struct session *s, enum operator_request request)
{
    const struct sim_config *sim = link_simulation(s->options.link);
    if (!sim || !sim->operator_present)
        return false;
    if (request == OPERATOR_ENTER_DOWNLOAD)
        return link_press_download(s->options.link);
    if (request == OPERATOR_RESET)
        return link_press_reset(s->options.link);
    return true;
}

static void service_ask_operator(struct conversation *c, enum operator_request request,
                                 const char *text)
{
    static const char *const names[] = {
        [OPERATOR_ENTER_DOWNLOAD] = "enter-download",
        [OPERATOR_RESET] = "reset",
        [OPERATOR_PUSH] = "push",
        [OPERATOR_CONFIRM] = "confirm",
    };
    struct session *s = c->user;
    struct event event = {.kind = EVENT_OPERATOR, .name = names[request], .text = text};
    bool done_by_simulation = simulated_hand(s, request);
    event.state = done_by_simulation ? "simulated" : "asked";
    session_emit(s, &event);
    c->operator_answer = OPERATOR_WAITING;
    s->waiting_for_operator = false;
    if (done_by_simulation) {
        if (request == OPERATOR_CONFIRM)
            c->operator_answer = OPERATOR_CONFIRMED;
    } else if (!s->options.interactive) {
        /* A push may come from a script or a colleague; only for the rest a hand is needed here. */
        if (request != OPERATOR_PUSH)
            c->operator_answer = OPERATOR_NOBODY;
    } else {
        s->waiting_for_operator = request == OPERATOR_CONFIRM;
    }
}

static void service_emit(struct conversation *c, struct event *event)
{
    session_emit(c->user, event);
}

/* --- files ------------------------------------------------------------------------------- */

/* Under another name first: a full disk must not leave half a file where the user's was. */
static enum problem_code service_save_file(struct conversation *c, const char *path,
                                           const uint8_t *bytes, size_t n, struct problem *problem)
{
    (void)c;
    char *temporary = malloc(strlen(path) + 16);
    bool ok = false;
    int error = ENOMEM, fd = -1;
    if (temporary) {
        sprintf(temporary, "%s.part", path);
        fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        ok = fd >= 0 && write_all(fd, bytes, n);
        error = errno;
    }
    if (fd >= 0 && close(fd) != 0) {
        ok = false;
        error = errno;
    }
    if (ok && rename(temporary, path) != 0) {
        ok = false;
        error = errno;
    }
    if (!ok && fd >= 0)
        unlink(temporary);
    free(temporary);
    return ok ? PROBLEM_NONE
              : problem_set(problem, PROBLEM_OUTPUT_FILE, path,
                            "Choose a path that can be written, on a disk with room.",
                            "the file could not be written: %s", strerror(error));
}

const struct conversation_services session_services = {
    .send = service_send,
    .hold_reset = service_hold_reset,
    .begin_transfer = service_begin_transfer,
    .abort_transfer = service_abort_transfer,
    .ask_operator = service_ask_operator,
    .emit = service_emit,
    .save_file = service_save_file,
};
