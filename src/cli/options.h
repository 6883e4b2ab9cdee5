/*
 * The command line as data: one table of options, each with the commands that
 * take it. Parsing, `help` and shell completion read the same table.
 */
#ifndef OTACONSOLE_CLI_OPTIONS_H
#define OTACONSOLE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

enum command {
    COMMAND_NONE,
    COMMAND_RUN,
    COMMAND_EXPLAIN,
    COMMAND_FLASH,
    COMMAND_READ,
    COMMAND_MONITOR,
    COMMAND_DIAGNOSE,
    COMMAND_REPLAY,
    COMMAND_REDACT,
    COMMAND_RULES,
    COMMAND_PORTS,
    COMMAND_BOARDS,
    COMMAND_PROFILES,
    COMMAND_IMAGE,
    COMMAND_BOARD,
    COMMAND_NEW,
    COMMAND_SIM,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COUNT
};

#define OPTION_LIST_MAX 64

/* Texts point into argv. */
struct options {
    enum command command;
    const char *program;
    const char *words[OPTION_LIST_MAX]; /* what is neither command nor option */
    size_t word_count;

    const char *port;  /* NULL = OTACONSOLE_PORT, or the only adapter */
    const char *board; /* NULL = the profile's, or mk3060 */
    const char *generation;
    const char *output; /* -o */
    const char *junit, *record, *trace, *secret_file, *html;
    const char *until;     /* monitor */
    const char *images;    /* sim */
    const char *link_path; /* sim */
    const char *color;     /* auto, always, never */
    const char *profile;   /* UI */
    const char *speed;     /* replay */
    /* image, board, version, new; each part reads what it takes */
    const char *offset, *slice, *key, *passphrase_file, *signature, *public_key, *running, *kind;
    const char *svg, *hash, *defines[OPTION_LIST_MAX];
    size_t define_count;
    bool force, remove;
    const char *elf;                   /* diagnose */
    const char *sets[OPTION_LIST_MAX]; /* --set, in order */
    size_t set_count;
    const char *rules[OPTION_LIST_MAX]; /* --rules */
    size_t rule_count;
    uint32_t baud; /* 0 = the board's */
    uint64_t for_us, reconnect_us, grace_us;
    bool json, dry_run, no_verify, force_address, force_image, non_interactive, boot;
    bool quiet, verbose, show_secrets, help, version, follow;
};

struct command_info {
    const char *name;
    const char *usage;   /* behind the program's name */
    const char *summary; /* one line */
    const char *details; /* paragraphs, examples first; may be NULL */
};

const struct command_info *command_info(enum command command);
/* COMMAND_NONE when there is none of that name. */
enum command command_named(const char *name);

/* usage problems name the option and what to write instead. */
enum problem_code options_parse(int argc, char **argv, struct options *options,
                                struct problem *problem);
/* Lines of the form "  -p, --port NAME   meaning" for the options a command takes. */
void options_print(enum command command, void (*line)(void *user, const char *text), void *user);

#endif
