#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "yaml/schema.h"

#define HOUR_US (3600ull * 1000000)
#define BIT(command) (1u << (command))
#define TALKS (BIT(COMMAND_RUN) | BIT(COMMAND_FLASH) | BIT(COMMAND_READ) | BIT(COMMAND_MONITOR))
#define UI BIT(COMMAND_NONE)
#define WORKSHOP (BIT(COMMAND_IMAGE) | BIT(COMMAND_BOARD) | BIT(COMMAND_NEW) | BIT(COMMAND_VERSION))
#define PLANS (BIT(COMMAND_RUN) | BIT(COMMAND_FLASH) | BIT(COMMAND_READ))
#define READS_LOGS (TALKS | UI | BIT(COMMAND_DIAGNOSE) | BIT(COMMAND_RULES) | BIT(COMMAND_REPLAY))
#define EVERY ((1u << COMMAND_COUNT) - 1)

enum kind { FLAG, TEXT, TEXTS, BAUD, DURATION };

struct option {
    char letter; /* 0 = none */
    const char *name;
    const char *argument; /* as help names it; NULL for flags */
    enum kind kind;
    size_t offset, count_offset;
    unsigned commands;
    const char *meaning;
};

#define AT(field) offsetof(struct options, field)

static const struct option table[] = {
    {'p', "port", "PORT", TEXT, AT(port), 0, TALKS | UI,
     "device path, adapter:SERIAL, vid:pid[:serial], or sim:[key=value,...]"},
    {'d', "device", "PORT", TEXT, AT(port), 0, TALKS | UI, "the same as --port"},
    {'b', "baud", "RATE", BAUD, AT(baud), 0, TALKS | UI, "instead of the board's own rate"},
    {0, "board", "NAME", TEXT, AT(board), 0,
     TALKS | UI | BIT(COMMAND_EXPLAIN) | BIT(COMMAND_PROFILES) | WORKSHOP,
     "board, or a board.yaml; otherwise the profile's, or mk3060"},
    {0, "generation", "ID", TEXT, AT(generation), 0, TALKS | UI | WORKSHOP,
     "partition table in force; `boards NAME` lists them"},
    {0, "set", "NAME=VALUE", TEXTS, AT(sets), AT(set_count), BIT(COMMAND_RUN) | UI,
     "value of a profile's variable; secrets belong in --secret-file instead"},
    {0, "secret-file", "FILE", TEXT, AT(secret_file), 0, BIT(COMMAND_RUN) | UI,
     "YAML file of names and values that only you may read (chmod 600)"},
    {0, "profile", "NAME", TEXT, AT(profile), 0, UI, "profile to open, ready to run"},
    {0, "speed", "FACTOR", TEXT, AT(speed), 0, BIT(COMMAND_REPLAY),
     "1 as it was (default), 10 ten times as fast, max at once"},
    {0, "dry-run", NULL, FLAG, AT(dry_run), 0, PLANS, "check everything, say what would be done"},
    {0, "no-verify", NULL, FLAG, AT(no_verify), 0, BIT(COMMAND_RUN) | BIT(COMMAND_FLASH),
     "do not read back; nothing is then known about what the flash holds"},
    {0, "force-address", NULL, FLAG, AT(force_address), 0, BIT(COMMAND_RUN) | BIT(COMMAND_FLASH),
     "write where the board file does not expect it"},
    {0, "force-image", NULL, FLAG, AT(force_image), 0, BIT(COMMAND_RUN) | BIT(COMMAND_FLASH),
     "write a file that does not look like an image for this board"},
    {0, "boot", NULL, FLAG, AT(boot), 0, BIT(COMMAND_FLASH), "start the application afterwards"},
    {'o', "output", "FILE", TEXT, AT(output), 0,
     BIT(COMMAND_READ) | BIT(COMMAND_REDACT) | BIT(COMMAND_DIAGNOSE) | BIT(COMMAND_IMAGE),
     "where the result goes"},
    {0, "json", NULL, FLAG, AT(json), 0,
     TALKS | BIT(COMMAND_PORTS) | BIT(COMMAND_BOARDS) | BIT(COMMAND_DIAGNOSE) | BIT(COMMAND_IMAGE) |
         BIT(COMMAND_BOARD),
     "one JSON object a line on standard output (docs/json-events.md)"},
    {0, "html", "FILE", TEXT, AT(html), 0, BIT(COMMAND_DIAGNOSE), "a report as one HTML file"},
    {0, "elf", "FILE", TEXT, AT(elf), 0, BIT(COMMAND_DIAGNOSE),
     "the firmware's ELF file: addresses of a crash become functions and lines"},
    {0, "follow", NULL, FLAG, AT(follow), 0, BIT(COMMAND_DIAGNOSE),
     "go on reading as the file grows"},
    {0, "junit", "FILE", TEXT, AT(junit), 0, PLANS, "a JUnit report, one test case a step"},
    {0, "record", "DIR", TEXT, AT(record), 0, TALKS | UI,
     "keep all bytes with their times, and the events; secrets are masked"},
    {0, "trace", "FILE", TEXT, AT(trace), 0, TALKS, "every byte in readable form; - = stderr"},
    {0, "rules", "FILE", TEXTS, AT(rules), AT(rule_count), READS_LOGS,
     "more log rules, of your own firmware"},
    {0, "reconnect", "TIME", DURATION, AT(reconnect_us), 0, TALKS,
     "how long to wait for an unplugged adapter (default 10s; monitor 1h)"},
    {0, "for", "TIME", DURATION, AT(for_us), 0, BIT(COMMAND_MONITOR), "stop after this long"},
    {0, "until", "WORDS", TEXT, AT(until), 0, BIT(COMMAND_MONITOR),
     "stop when the board has said this; exit status 8 when it has not"},
    {0, "grace", "TIME", DURATION, AT(grace_us), 0, BIT(COMMAND_MONITOR),
     "how long to listen after the end of standard input (default 2s)"},
    {0, "force", NULL, FLAG, AT(force), 0, BIT(COMMAND_IMAGE) | BIT(COMMAND_NEW),
     "write over what is there; go on where it would refuse"},
    {0, "offset", "BYTES", TEXT, AT(offset), 0, BIT(COMMAND_IMAGE),
     "pack merge: where the last file goes"},
    {0, "kind", "NAME", TEXT, AT(kind), 0, BIT(COMMAND_IMAGE),
     "variant of a format; `image pack` lists them"},
    {0, "remove", NULL, FLAG, AT(remove), 0, BIT(COMMAND_IMAGE), "trailer: take it off"},
    {'s', "slice", "SIZE", TEXT, AT(slice), 0, BIT(COMMAND_IMAGE),
     "diff, patch: slice size, 64k on mk3060, 16k on esp8266"},
    {0, "key", "FILE", TEXT, AT(key), 0, BIT(COMMAND_IMAGE), "private key, PEM or a pkcs11: URI"},
    {0, "passphrase-file", "FILE", TEXT, AT(passphrase_file), 0, BIT(COMMAND_IMAGE),
     "its passphrase, in a file only you may read; otherwise it is asked for"},
    {0, "public", "FILE", TEXT, AT(public_key), 0, BIT(COMMAND_IMAGE),
     "public key: PEM, or ota_public_key_config.h"},
    {0, "signature", "TEXT", TEXT, AT(signature), 0, BIT(COMMAND_IMAGE),
     "digestsign in base64, or the file that holds it"},
    {0, "hash", "KIND", TEXT, AT(hash), 0, BIT(COMMAND_IMAGE), "sha256 (default) or md5"},
    {0, "running", "VERSION", TEXT, AT(running), 0, BIT(COMMAND_VERSION),
     "version check, next: what the device runs"},
    {'D', "define", "NAME", TEXTS, AT(defines), AT(define_count), BIT(COMMAND_BOARD),
     "board lint of a C file: as for the compiler"},
    {0, "svg", "FILE", TEXT, AT(svg), 0, BIT(COMMAND_BOARD), "board lint: the map as a picture"},
    {0, "images", "DIR", TEXT, AT(images), 0, BIT(COMMAND_SIM),
     "only write the rehearsal images (low, high, with and without trailer) there"},
    {0, "link", "PATH", TEXT, AT(link_path), 0, BIT(COMMAND_SIM),
     "make this a symbolic link to the pseudo-terminal"},
    {0, "non-interactive", NULL, FLAG, AT(non_interactive), 0, TALKS, "ask nobody anything"},
    {0, "show-secrets", NULL, FLAG, AT(show_secrets), 0, TALKS | UI | BIT(COMMAND_DIAGNOSE),
     "do not mask passwords and keys on the screen"},
    {0, "color", "WHEN", TEXT, AT(color), 0, EVERY, "auto, always or never; NO_COLOR is respected"},
    {'q', "quiet", NULL, FLAG, AT(quiet), 0, TALKS, "only results and problems"},
    {'v', "verbose", NULL, FLAG, AT(verbose), 0, TALKS | BIT(COMMAND_DIAGNOSE),
     "the device's log lines too"},
    {'h', "help", NULL, FLAG, AT(help), 0, EVERY, "help on the command"},
    {'V', "version", NULL, FLAG, AT(version), 0, BIT(COMMAND_NONE), "the version"},
};
#define TABLE_COUNT (sizeof table / sizeof table[0])

enum command command_named(const char *name)
{
    for (int c = COMMAND_NONE + 1; c < COMMAND_COUNT; c++) {
        if (strcmp(command_info((enum command)c)->name, name) == 0)
            return (enum command)c;
    }
    return COMMAND_NONE;
}

static const struct option *find(const char *name, size_t n)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (strlen(table[i].name) == n && memcmp(table[i].name, name, n) == 0)
            return &table[i];
    }
    return NULL;
}

static const struct option *find_letter(char letter)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (table[i].letter == letter)
            return &table[i];
    }
    return NULL;
}

static enum problem_code unknown_option(const char *word, struct problem *problem)
{
    char words[1024] = "", near[64], hint[160];
    size_t used = 0;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s--%s", used ? "|" : "",
                                 table[i].name);
    schema_nearest(word, words, near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean %s?", near);
    else
        snprintf(hint, sizeof hint, "`otaconsole help COMMAND` lists the options of a command.");
    return problem_set(problem, PROBLEM_USAGE, NULL, hint, "there is no option %.60s", word);
}

static enum problem_code set_value(struct options *o, const struct option *option,
                                   const char *value, struct problem *problem)
{
    char *base = (char *)o + option->offset;
    size_t *count;
    switch (option->kind) {
    case FLAG:
        *(bool *)base = true;
        return PROBLEM_NONE;
    case TEXT:
        *(const char **)base = value;
        return PROBLEM_NONE;
    case TEXTS:
        count = (size_t *)((char *)o + option->count_offset);
        if (*count == OPTION_LIST_MAX)
            return problem_set(problem, PROBLEM_USAGE, NULL, "Use a --secret-file or a profile.",
                               "--%s stands more than %d times", option->name, OPTION_LIST_MAX);
        ((const char **)base)[(*count)++] = value;
        return PROBLEM_NONE;
    case BAUD:
        if (parse_u32(value, 50, 12000000, (uint32_t *)base))
            return PROBLEM_NONE;
        return problem_set(problem, PROBLEM_USAGE, NULL, "For example --baud 921600.",
                           "\"%.40s\" is no baud rate", value);
    case DURATION:
        if (parse_duration(value, 24 * HOUR_US, (uint64_t *)base))
            return PROBLEM_NONE;
        return problem_set(problem, PROBLEM_USAGE, NULL, "Write it as 500ms, 30s, 5m or 1h.",
                           "\"%.40s\" is no time for --%s", value, option->name);
    }
    return PROBLEM_NONE;
}

struct arguments {
    int argc;
    char **argv;
    int at;
    unsigned seen[TABLE_COUNT]; /* options given, to be checked against the command at the end */
};

static enum problem_code take(struct options *o, struct arguments *a, const struct option *option,
                              const char *attached, struct problem *problem)
{
    const char *value = attached;
    a->seen[option - table]++;
    if (option->kind == FLAG && attached)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Leave the = away.", "--%s takes no value",
                           option->name);
    if (option->kind != FLAG && !value) {
        if (a->at + 1 >= a->argc)
            return problem_set(problem, PROBLEM_USAGE, NULL, "Put it behind the option.",
                               "--%s wants a value: %s", option->name, option->argument);
        value = a->argv[++a->at];
    }
    return set_value(o, option, value, problem);
}

static enum problem_code take_long(struct options *o, struct arguments *a, const char *word,
                                   struct problem *problem)
{
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    const struct option *option = find(word + 2, n - 2);
    if (!option)
        return unknown_option(word, problem);
    return take(o, a, option, equals ? equals + 1 : NULL, problem);
}

/* -qv are two flags; -pPORT and -p PORT are one option. */
static enum problem_code take_short(struct options *o, struct arguments *a, const char *word,
                                    struct problem *problem)
{
    for (const char *p = word + 1; *p; p++) {
        const struct option *option = find_letter(*p);
        if (!option)
            return unknown_option(word, problem);
        bool rest = option->kind != FLAG && p[1];
        if (take(o, a, option, rest ? p + 1 : NULL, problem) != PROBLEM_NONE)
            return problem->code;
        if (option->kind != FLAG)
            break;
    }
    return PROBLEM_NONE;
}

static enum problem_code unknown_command(const char *word, struct problem *problem)
{
    char words[512] = "", near[64], hint[160];
    size_t used = 0;
    for (int c = COMMAND_NONE + 1; c < COMMAND_COUNT; c++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", used ? "|" : "",
                                 command_info((enum command)c)->name);
    schema_nearest(word, words, near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean `otaconsole %s`?", near);
    else
        snprintf(hint, sizeof hint, "`otaconsole help` lists the commands.");
    return problem_set(problem, PROBLEM_USAGE, NULL, hint, "there is no command \"%.60s\"", word);
}

static enum problem_code take_word(struct options *o, const char *word, struct problem *problem)
{
    if (o->command == COMMAND_NONE) {
        o->command = command_named(word);
        return o->command == COMMAND_NONE ? unknown_command(word, problem) : PROBLEM_NONE;
    }
    if (o->word_count == OPTION_LIST_MAX)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Split the command.", "more than %d words",
                           OPTION_LIST_MAX);
    o->words[o->word_count++] = word;
    return PROBLEM_NONE;
}

static enum problem_code check_commands(const struct options *o, const struct arguments *a,
                                        struct problem *problem)
{
    for (size_t i = 0; i < TABLE_COUNT && !o->help; i++) {
        if (a->seen[i] && !(table[i].commands & BIT(o->command)) && !o->version)
            return problem_set(
                problem, PROBLEM_USAGE, NULL,
                "`otaconsole help COMMAND` lists what a command takes.", "`%s` does not take --%s",
                o->command == COMMAND_NONE ? "otaconsole" : command_info(o->command)->name,
                table[i].name);
    }
    if (o->color && strcmp(o->color, "auto") != 0 && strcmp(o->color, "always") != 0 &&
        strcmp(o->color, "never") != 0)
        return problem_set(problem, PROBLEM_USAGE, NULL, "Choose auto, always or never.",
                           "--color does not know \"%.40s\"", o->color);
    return PROBLEM_NONE;
}

enum problem_code options_parse(int argc, char **argv, struct options *o, struct problem *problem)
{
    struct arguments a = {.argc = argc, .argv = argv};
    bool options_over = false;
    memset(o, 0, sizeof *o);
    o->program = argc ? argv[0] : "otaconsole";
    for (a.at = 1; a.at < argc; a.at++) {
        const char *word = argv[a.at];
        enum problem_code code;
        if (options_over || word[0] != '-' || word[1] == '\0')
            code = take_word(o, word, problem);
        else if (strcmp(word, "--") == 0) {
            options_over = true;
            continue;
        } else if (word[1] == '-')
            code = take_long(o, &a, word, problem);
        else
            code = take_short(o, &a, word, problem);
        if (code != PROBLEM_NONE)
            return code;
    }
    return check_commands(o, &a, problem);
}

void options_print(enum command command, void (*line)(void *user, const char *text), void *user)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct option *o = &table[i];
        char names[64], text[256];
        if (!(o->commands & BIT(command)) || (o->commands == EVERY && command == COMMAND_NONE &&
                                              o->letter != 'h' && strcmp(o->name, "color") != 0))
            continue;
        snprintf(names, sizeof names, "%c%c%s--%s%s%s", o->letter ? '-' : ' ',
                 o->letter ? o->letter : ' ', o->letter ? ", " : "  ", o->name,
                 o->argument ? " " : "", o->argument ? o->argument : "");
        snprintf(text, sizeof text, "  %-26s %s", names, o->meaning);
        line(user, text);
    }
}
