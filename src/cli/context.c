#include "cli/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "link/adapters.h"
#include "session/secrets.h"

/* No image for these boards comes near; anything larger is a mistake. */
#define FILE_MAX ((size_t)64 * 1024 * 1024)
#define RECONNECT_DEFAULT (10 * TIME_S)

static volatile sig_atomic_t stop_requested;

static void on_signal(int number)
{
    /* The second time the person means it: leave now, the kernel closes the port. */
    if (stop_requested)
        _exit(128 + number);
    stop_requested = 1;
}

static bool wants_colour(const struct options *o, FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    if (o->color && strcmp(o->color, "auto") != 0)
        return strcmp(o->color, "always") == 0;
    return isatty(fileno(stream)) && !(no_color && no_color[0]);
}

void context_init(struct context *c, const struct options *options)
{
    struct sigaction action = {.sa_handler = on_signal};
    memset(c, 0, sizeof *c);
    c->options = options;
    c->colour_out = wants_colour(options, stdout);
    c->colour_err = wants_colour(options, stderr);
    c->interactive = isatty(STDIN_FILENO) && !options->non_interactive;
    c->stop = &stop_requested;
    paths_find(&c->paths);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

enum problem_code context_close(struct context *c, enum problem_code code, struct problem *problem)
{
    struct problem closing = PROBLEM_INIT;
    if (c->recorder)
        recorder_close(c->recorder, &closing);
    if (c->junit && closing.code == PROBLEM_NONE)
        view_junit_write(c->junit, c->options->junit, &closing);
    if (c->json.failed && closing.code == PROBLEM_NONE)
        problem_set(&closing, PROBLEM_OUTPUT_FILE, "standard output", "Is the pipe still read?",
                    "not all events could be written");
    if (c->trace && c->trace != stderr && fclose(c->trace) != 0 && closing.code == PROBLEM_NONE)
        problem_set(&closing, PROBLEM_OUTPUT_FILE, c->options->trace, "Is the disk full?",
                    "the trace could not be written: %s", strerror(errno));
    view_junit_free(c->junit);
    link_close(c->link);
    variables_free(c->variables);
    rules_free(c->rules);
    board_free(c->board);
    if (code == PROBLEM_NONE && closing.code != PROBLEM_NONE) {
        *problem = closing;
        return closing.code;
    }
    return code;
}

enum problem_code context_load_file(void *user, const char *path, uint8_t **bytes, size_t *n,
                                    struct problem *problem)
{
    struct stat st;
    (void)user;
    FILE *f = fopen(path, "rb");
    if (!f || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
        int error = f ? EISDIR : errno;
        if (f)
            fclose(f);
        return problem_set(problem, PROBLEM_INPUT_FILE, path,
                           "Check the name; a build puts images into out/APP@BOARD/binary/.",
                           "cannot be read: %s",
                           error == EISDIR ? "not a regular file" : strerror(error));
    }
    if ((uint64_t)st.st_size > FILE_MAX) {
        fclose(f);
        return problem_set(problem, PROBLEM_INPUT_FILE, path, "Is it the right file?",
                           "%lld bytes are more than any image", (long long)st.st_size);
    }
    *n = (size_t)st.st_size;
    *bytes = malloc(*n + 1);
    bool ok = *bytes && fread(*bytes, 1, *n, f) == *n;
    fclose(f);
    if (ok)
        return PROBLEM_NONE;
    free(*bytes);
    *bytes = NULL;
    return problem_set(problem, PROBLEM_INPUT_FILE, path, "Try again.",
                       "could not be read to its end");
}

enum problem_code context_load_board(struct context *c, const char *preferred,
                                     struct problem *problem)
{
    const char *name = c->options->board ? c->options->board : preferred ? preferred : "mk3060";
    if (board_load(name, c->paths.board_dirs, c->paths.count, &c->board, NULL, problem) !=
        PROBLEM_NONE)
        return problem->code;
    if (!board_generation(c->board, c->options->generation)) {
        char hint[160];
        snprintf(hint, sizeof hint, "`otaconsole boards %.60s` lists its generations.",
                 c->board->name);
        return problem_set(problem, PROBLEM_CONFIG, "--generation", hint,
                           "%s has no generation \"%.40s\"", c->board->name,
                           c->options->generation);
    }
    return PROBLEM_NONE;
}

enum problem_code context_load_rules(struct context *c, struct problem *problem)
{
    const char *all[PATHS_MAX + OPTION_LIST_MAX];
    size_t n = 0;
    /* The first place that has rules is the one; mixing two releases would define ids twice. */
    if (c->paths.count)
        all[n++] = c->paths.rule_dirs[0];
    for (size_t i = 0; i < c->options->rule_count; i++)
        all[n++] = c->options->rules[i];
    if (c->paths.count == 0)
        return problem_set(problem, PROBLEM_CONFIG, NULL,
                           "Set OTACONSOLE_DATA to the directory that holds boards/ and profiles/.",
                           "the board files, profiles and rules are not where they should be");
    return rules_load(all, n, &c->rules, NULL, problem);
}

/* --- the port ---------------------------------------------------------------------------- */

enum problem_code context_port(const struct context *c, char *out, size_t size,
                               struct problem *problem)
{
    const char *port = c->options->port ? c->options->port : getenv("OTACONSOLE_PORT");
    if (port && port[0]) {
        snprintf(out, size, "%s", port);
        return PROBLEM_NONE;
    }
    size_t usb = adapters_only_one(out, size);
    if (usb == 1)
        return PROBLEM_NONE;
    return problem_set(problem, usb ? PROBLEM_USAGE : PROBLEM_PORT_NOT_FOUND, NULL,
                       "Name one with --port; `otaconsole ports` lists them, --port sim: is a "
                       "simulated board.",
                       usb ? "%zu serial adapters are plugged in: which one is the board's?"
                           : "no serial adapter is plugged in",
                       usb);
}

static enum problem_code open_link(struct context *c, struct problem *problem)
{
    char port[1024];
    if (context_port(c, port, sizeof port, problem) != PROBLEM_NONE)
        return problem->code;
    struct link_options options = {
        .port = port,
        .baud = c->options->baud ? c->options->baud : c->board->console_baud,
        .interactive = c->options->command == COMMAND_MONITOR && c->interactive,
    };
    return link_open(&options, &c->link, problem);
}

/* --- views ------------------------------------------------------------------------------- */

static unsigned open_views(struct context *c, const char *name, struct event_sink *sinks)
{
    unsigned n = 0;
    if (c->options->json) {
        c->json.out = stdout;
        sinks[n++] = view_json_sink(&c->json);
    } else {
        view_plain_init(&c->plain, stdout, c->colour_out, c->options->verbose, c->options->quiet);
        sinks[n++] = view_plain_sink(&c->plain);
    }
    if (c->options->junit && (c->junit = view_junit_new(name)) != NULL)
        sinks[n++] = view_junit_sink(c->junit);
    return n;
}

static enum problem_code open_trace(struct context *c, struct problem *problem)
{
    const char *path = c->options->trace;
    if (!path)
        return PROBLEM_NONE;
    c->trace = strcmp(path, "-") == 0 ? stderr : fopen(path, "we");
    if (c->trace)
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_OUTPUT_FILE, path, "Choose a path that can be written.",
                       "the trace cannot be created: %s", strerror(errno));
}

static enum problem_code open_recorder(struct context *c, const char *name, struct problem *problem)
{
    struct secrets secrets;
    if (!c->options->record)
        return PROBLEM_NONE;
    struct recorder_info info = {
        .board = c->board->name,
        .port = link_name(c->link),
        .command = name,
        .baud = c->options->baud ? c->options->baud : c->board->console_baud,
    };
    if (!secrets_collect(c->variables, &secrets))
        problem_set(problem, PROBLEM_INTERNAL, NULL, "Free some memory.", "out of memory");
    else
        recorder_open(c->options->record, &info, (const char *const *)secrets.texts, secrets.count,
                      &c->recorder, problem);
    secrets_free(&secrets);
    return problem->code;
}

static bool reads_chinese(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return strncmp(value, "zh", 2) == 0;
    }
    return false;
}

static uint64_t time_of_day(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * TIME_S + (uint64_t)t.tv_nsec / 1000;
}

struct session *context_session(struct context *c, const char *name, struct problem *problem)
{
    struct session_options options = {
        .board = c->board,
        .generation = c->options->generation,
        .variables = c->variables,
        .rules = c->rules,
        .name = name,
        .baud = c->options->baud ? c->options->baud : c->board->console_baud,
        .wall_start_us = time_of_day(),
        .interactive = c->interactive,
        .chinese = reads_chinese(),
        .show_secrets = c->options->show_secrets,
        .operator_fd = c->interactive ? STDIN_FILENO : -1,
        .stop = c->stop,
        .reconnect_patience =
            c->options->reconnect_us ? c->options->reconnect_us : RECONNECT_DEFAULT,
    };
    if (c->options->command == COMMAND_MONITOR && !c->options->reconnect_us)
        options.reconnect_patience = 3600 * TIME_S;
    if (open_trace(c, problem) != PROBLEM_NONE || open_link(c, problem) != PROBLEM_NONE ||
        open_recorder(c, name, problem) != PROBLEM_NONE)
        return NULL;
    options.link = c->link;
    options.recorder = c->recorder;
    options.trace = c->trace;
    options.sink_count = open_views(c, name, options.sinks);
    return session_create(&options, problem);
}

/* --- a run ------------------------------------------------------------------------------- */

static void print_line(void *user, const char *text)
{
    fprintf(user, "%s\n", text);
}

static void dry_run(const struct context *c, const struct profile *profile,
                    const struct runner *runner)
{
    const char *generation =
        c->options->generation ? c->options->generation : c->board->default_generation;
    printf("%s, on %s (generation %s); nothing is sent:\n", profile->name, c->board->title,
           generation);
    runner_explain(runner, print_line, stdout);
}

enum problem_code context_run(struct context *c, const struct profile *profile,
                              struct problem *problem)
{
    struct runner_options options = {
        .profile = profile,
        .variables = c->variables,
        .board = c->board,
        .generation = c->options->generation,
        .load_file = context_load_file,
        .no_verify = c->options->no_verify,
        .force_address = c->options->force_address,
        .force_image = c->options->force_image,
    };
    struct runner *runner = runner_prepare(&options, problem);
    if (!runner)
        return problem->code;
    if (c->options->dry_run) {
        dry_run(c, profile, runner);
    } else {
        struct session *s = context_session(c, profile->name, problem);
        if (s)
            session_run(s, runner, problem);
        if (!c->options->json)
            view_plain_finish(&c->plain);
        session_free(s);
    }
    runner_free(runner);
    return problem->code;
}
