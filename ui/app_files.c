/* Recordings, exports, the clipboard, files sent by hand, commands of the shell, history. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ui/app_internal.h"
#include "ui/locale.h"
#include "ymodem/preset.h"

#define COPY_MAX ((size_t)64 * 1024)

/* --- recording ----------------------------------------------------------------------------- */

/* STATE/recordings/BOARD_2026-01-31T12-34-56 */
static void name_recording(struct app *a, char *out, size_t n)
{
    char stamp[32] = "";
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local))
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H-%M-%S", &local);
    snprintf(out, n, "%.700s/recordings", a->state_directory[0] ? a->state_directory : ".");
    mkdir(out, 0700);
    size_t used = strlen(out);
    snprintf(out + used, n - used, "/%.60s_%s", a->board->name, stamp);
}

static bool open_recording(struct app *a, struct problem *problem)
{
    struct recorder_info info = {
        .board = a->board->name,
        .port = a->link ? link_name(a->link) : "",
        .command = "ui",
        .baud = a->baud,
    };
    if (recorder_open(a->record_directory, &info, NULL, 0, &a->recorder, problem) != PROBLEM_NONE)
        return false;
    if (a->session)
        session_set_recorder(a->session, a->recorder);
    return true;
}

void app_toggle_recording(struct app *a, const char *directory)
{
    struct problem problem = PROBLEM_INIT;
    if (a->recorder) {
        app_stop_recording(a, &problem);
        if (problem.code != PROBLEM_NONE)
            ui_model_say_problem(&a->model, &problem);
        else
            ui_model_say(&a->model, STYLE_STATUS, true, _("the recording is in %s"),
                         a->record_directory);
        return;
    }
    if (directory[0])
        snprintf(a->record_directory, sizeof a->record_directory, "%s", directory);
    else
        name_recording(a, a->record_directory, sizeof a->record_directory);
    if (!open_recording(a, &problem)) {
        ui_model_say_problem(&a->model, &problem);
        return;
    }
    const char *slash = strrchr(a->record_directory, '/');
    snprintf(a->model.status.recording, sizeof a->model.status.recording, "%.60s",
             slash ? slash + 1 : a->record_directory);
    ui_model_say(&a->model, STYLE_STATUS_GOOD, true, _("recording to %s"), a->record_directory);
}

void app_stop_recording(struct app *a, struct problem *problem)
{
    struct problem closing = PROBLEM_INIT;
    if (!a->recorder)
        return;
    if (a->session)
        session_set_recorder(a->session, NULL);
    if (recorder_close(a->recorder, &closing) != PROBLEM_NONE && problem->code == PROBLEM_NONE)
        *problem = closing;
    a->recorder = NULL;
    a->model.status.recording[0] = '\0';
    a->model.status.recording_failed = false;
}

/* A full disk is told when it happens, not when the recording is closed. */
void app_tend_recording(struct app *a)
{
    const struct problem *problem = a->recorder ? recorder_problem(a->recorder) : NULL;
    if (!problem || a->model.status.recording_failed)
        return;
    a->model.status.recording_failed = true;
    a->dirty = true;
    ui_model_say_problem(&a->model, problem);
}

/* --- export, copy ---------------------------------------------------------------------------- */

static bool write_piece(void *user, const char *text, size_t n)
{
    return fwrite(text, 1, n, user) == n;
}

void app_export(struct app *a, const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0) {
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, _("%s is there already; name another"),
                     path);
        return;
    }
    FILE *f = fopen(path, "wxe");
    bool ok = f && log_view_export(a->model.log, write_piece, f);
    int error = errno;
    if (f && fclose(f) != 0) {
        ok = false;
        error = errno;
    }
    if (ok)
        ui_model_say(&a->model, STYLE_STATUS_GOOD, false, _("written to %s"), path);
    else
        ui_model_say(&a->model, STYLE_STATUS_BAD, false, _("%s cannot be written: %s"), path,
                     strerror(error));
}

static bool keep_piece(void *user, const char *text, size_t n)
{
    struct buffer *b = user;
    buffer_append(b, text, n);
    return !b->failed;
}

void app_copy(struct app *a)
{
    struct buffer b = {.limit = COPY_MAX};
    uint64_t first, last;
    if (!log_view_selection(a->model.log, &first, &last)) {
        ui_model_say(&a->model, STYLE_STATUS, false, "%s",
                     _("nothing is selected: V begins a selection in the log"));
        return;
    }
    if (log_view_export(a->model.log, keep_piece, &b) && !b.failed &&
        terminal_copy(a->terminal, buffer_text(&b), b.length)) {
        ui_model_say(&a->model, STYLE_STATUS_GOOD, false,
                     _("copied %zu bytes (if the terminal lets programs do that)"), b.length);
        log_view_clear_selection(a->model.log);
    } else {
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s",
                     _("too much for the clipboard; export it to a file instead"));
    }
    buffer_free(&b);
}

/* --- a file by hand -----------------------------------------------------------------------------
 */

/* The receiver's habits: those of the loader that was recognised, else of any careful one. */
static const struct ymodem_preset *receiver(const struct app *a)
{
    const struct ymodem_preset *p = NULL;
    for (size_t i = 0; i < a->board->dialect_count && !p; i++) {
        if (strcmp(a->board->dialects[i].title, a->doctor.loader) == 0 &&
            a->board->dialects[i].receiver_preset)
            p = ymodem_preset_find(a->board->dialects[i].receiver_preset);
    }
    return p ? p : ymodem_preset_find("generic");
}

void app_send_file(struct app *a, const char *path)
{
    struct problem problem = PROBLEM_INIT;
    size_t n = 0;
    const char *slash = strrchr(path, '/');
    if (!a->session || a->file) {
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s",
                     _("no file can be sent now: the port is closed or a transfer runs"));
        return;
    }
    if (a->options->load_file(a->options->load_user, path, &a->file, &n, &problem) !=
        PROBLEM_NONE) {
        a->file = NULL;
        ui_model_say_problem(&a->model, &problem);
        return;
    }
    if (!session_send_file(a->session, receiver(a), slash ? slash + 1 : path, a->file,
                           (uint32_t)n)) {
        free(a->file);
        a->file = NULL;
        ui_model_say(&a->model, STYLE_STATUS_WARN, false, "%s",
                     _("no file can be sent now: a run or a transfer is under way"));
    }
}

/* --- a command of the shell
 * ------------------------------------------------------------------------ */

static pid_t start_shell(const struct app *a)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    setenv("OTACONSOLE_PORT", a->model.status.port, 1);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execl("/bin/sh", "sh", "-c", a->external, (char *)NULL);
    _exit(127);
}

static bool enter_was_pressed(void)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    char key;
    if (poll(&p, 1, 0) <= 0)
        return false;
    return read(STDIN_FILENO, &key, 1) <= 0 || key == '\n' || key == '\r';
}

/* The board goes on talking meanwhile, and is heard: nothing is lost to the command. */
void app_external(struct app *a)
{
    int status = 0;
    /* Ctrl-C is for the command. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGINT, &ignore, &before);
    terminal_leave(a->terminal);
    printf("$ %s\n", a->external);
    fflush(stdout);
    pid_t child = start_shell(a);
    if (child > 0) {
        while (waitpid(child, &status, WNOHANG) == 0)
            app_turn(a, -1);
        printf(_("-- ended with status %d; Enter goes back --"),
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        fflush(stdout);
        while (!enter_was_pressed())
            app_turn(a, STDIN_FILENO);
    }
    terminal_return(a->terminal);
    sigaction(SIGINT, &before, NULL);
    a->dirty = true;
}

/* --- history
 * ------------------------------------------------------------------------------------------ */

static bool history_path(const struct app *a, char *out, size_t n)
{
    snprintf(out, n, "%s/history", a->state_directory);
    return a->state_directory[0] != '\0';
}

void app_load_history(struct app *a)
{
    char path[APP_PATH_MAX + 16];
    if (history_path(a, path, sizeof path))
        command_line_load_history(a->model.command, path);
    a->history_loaded = true;
}

void app_save_history(struct app *a)
{
    struct problem ignored = PROBLEM_INIT;
    char path[APP_PATH_MAX + 16];
    /* Not being able to remember is no reason to complain at the end of a day. */
    if (a->history_loaded && history_path(a, path, sizeof path))
        command_line_save_history(a->model.command, path, &ignored);
}
