#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "board/board.h"
#include "cli/commands.h"
#include "sim/config.h"
#include "ui/reference.h"
#include "workflow/profile.h"
#include "diagnose/rules.h"
#include "ymodem/preset.h"

static void print_line(void *user, const char *text)
{
    fprintf(user, "%s\n", text);
}

static void print_overview(void)
{
    printf("otaconsole: flash, connect, update and judge boards over a serial port\n\n"
           "  otaconsole [--board NAME] [--port PORT]    the terminal UI\n"
           "  otaconsole COMMAND [OPTIONS]\n\n"
           "First steps:\n"
           "  otaconsole --port sim: --profile mk3060-ota            the UI on a simulated board\n"
           "  otaconsole run mk3060-ota --port sim:                  the whole job, no hardware\n"
           "  otaconsole ports                                       what is plugged in\n"
           "  otaconsole flash -p /dev/ttyUSB0 otaapp@mk3060.bin     flash and prove\n\n"
           "Commands:\n");
    for (int c = COMMAND_NONE + 1; c < COMMAND_COUNT; c++) {
        const struct command_info *info = command_info((enum command)c);
        printf("  %-10s %s\n", info->name, info->summary);
    }
    printf("\n`otaconsole help COMMAND` says more; `help exit-codes`, `help sim`, `help ymodem`,\n"
           "`help profile`, `help board-files`, `help rule-files`, `help keys` and `help settings` "
           "are\n"
           "references.\n");
}

static void print_command(enum command command)
{
    const struct command_info *info = command_info(command);
    printf("otaconsole %s: %s\n\n  otaconsole %s\n\n", info->name, info->summary, info->usage);
    if (info->details)
        printf("%s\n", info->details);
    printf("Options:\n");
    options_print(command, print_line, stdout);
}

/* --- references, in Markdown: docs/ is made of them -------------------------------------- */

static void print_exit_codes(void)
{
    printf("| exit status | code | meaning |\n|---|---|---|\n");
    for (int i = 0; i < PROBLEM_CODE_COUNT; i++)
        printf("| %d | `%s` | %s |\n", problem_exit_status((enum problem_code)i),
               problem_name((enum problem_code)i), problem_meaning((enum problem_code)i));
    printf("| 128 + n | | Ended by signal n (a second Ctrl-C, for instance). |\n");
}

static void print_presets(void)
{
    const struct ymodem_preset *p;
    printf("| preset | what it stands for | block | block 0 at once | NAKs duplicates | "
           "stores duplicates | checks CRC | answer within |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; (p = ymodem_preset_at(i)) != NULL; i++)
        printf("| `%s` | %s | %u | %s | %s | %s | %s | %" PRIu32 " ms |\n", p->name, p->description,
               p->block_size, p->early_header ? "yes" : "no", p->naks_duplicates ? "yes" : "no",
               p->stores_duplicates ? "yes" : "no", p->checks_crc ? "yes" : "no",
               p->reply_wait_us / 1000);
}

static void print_schema(const struct schema *schema)
{
    struct buffer b = {0};
    schema_write_reference(schema, &b);
    fputs(buffer_text(&b), stdout);
    buffer_free(&b);
}

static void print_sim(void)
{
    struct buffer b = {0};
    printf("A simulated board is named `sim:key=value,key=value,...` as a port.\n\n");
    sim_config_write_reference(&b);
    fputs(buffer_text(&b), stdout);
    buffer_free(&b);
}

static void print_made(void (*write)(struct buffer *out))
{
    struct buffer b = {0};
    write(&b);
    fputs(buffer_text(&b), stdout);
    buffer_free(&b);
}

static bool print_reference(const char *topic)
{
    if (strcmp(topic, "exit-codes") == 0)
        print_exit_codes();
    else if (strcmp(topic, "sim-settings") == 0)
        print_sim();
    else if (strcmp(topic, "ymodem") == 0)
        print_presets();
    else if (strcmp(topic, "profile") == 0)
        print_schema(profile_schema());
    else if (strcmp(topic, "board-files") == 0)
        print_schema(board_schema());
    else if (strcmp(topic, "rule-files") == 0)
        print_schema(rules_schema());
    else if (strcmp(topic, "keys") == 0)
        print_made(ui_write_keys);
    else if (strcmp(topic, "settings") == 0)
        print_made(ui_write_settings);
    else
        return false;
    return true;
}

enum problem_code command_help(const struct options *options, struct problem *problem)
{
    const char *topic = options->word_count ? options->words[0] : NULL;
    if (options->command != COMMAND_HELP && options->command != COMMAND_NONE) {
        print_command(options->command);
        return PROBLEM_NONE;
    }
    if (!topic) {
        print_overview();
        return PROBLEM_NONE;
    }
    /* "sim", "rules" and so on are commands too: the command first, its reference behind. */
    enum command command = command_named(topic);
    if (command != COMMAND_NONE) {
        print_command(command);
        if (strcmp(topic, "sim") == 0) {
            printf("\n");
            print_sim();
        }
        return PROBLEM_NONE;
    }
    if (print_reference(topic))
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_USAGE, NULL, "`otaconsole help` lists what there is.",
                       "there is no help on \"%.60s\"", topic);
}
