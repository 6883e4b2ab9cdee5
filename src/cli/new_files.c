#include "cli/new_files.h"

#include <string.h>

#include "image/partition_lint.h"
#include "workflow/variables.h"

#define MAP_COLUMNS 100

static bool flashes(const struct new_project *p)
{
    return strcmp(p->board->flash_method, "ymodem") == 0;
}

bool new_can_rehearse(const struct new_project *p)
{
    /* The simulated board is an mk3060. */
    return flashes(p) && strcmp(p->board->name, "mk3060") == 0;
}

void new_write_rehearsal(const struct new_project *p, struct buffer *out)
{
    (void)p;
    buffer_append_text(out, "otaconsole sim --images firmware && otaconsole run update.yaml "
                            "--port sim:start=blank,push=firmware/high-otaapp@mk3060.ota.md5.bin "
                            "--set low=firmware/low-otaapp@mk3060.bin");
}

static void write_real_run(const struct new_project *p, struct buffer *out)
{
    buffer_format(out,
                  "otaconsole run update.yaml --port PORT --secret-file credentials.yaml%s%s%s",
                  flashes(p) ? " --set low=FILE" : "", p->generation_given ? " --generation " : "",
                  p->generation_given ? p->generation->id : "");
}

/* --- update.yaml ------------------------------------------------------------------------- */

static const char flash_variable[] =
    "  low:\n"
    "    type: file\n"
    "    required: true\n"
    "    description: image of the low version for the serial port, such as %s\n";

static const char variables[] = "  ssid:\n"
                                "    required: true\n"
                                "    description: name of the wireless network\n"
                                "  password:\n"
                                "    type: secret\n"
                                "    required: true\n"
                                "    description: its password; empty for an open network\n"
                                "  pk:\n"
                                "    required: true\n"
                                "    description: ProductKey\n"
                                "  dn:\n"
                                "    required: true\n"
                                "    description: DeviceName\n"
                                "  ds:\n"
                                "    type: secret\n"
                                "    required: true\n"
                                "    description: DeviceSecret\n"
                                "  version:\n"
                                "    default: \"\"\n"
                                "    description: version that must run in the end; empty = "
                                "whatever was pushed\n"
                                "\n"
                                "steps:\n";

static const char flash_steps[] = "  - name: enter download mode\n"
                                  "    enter-download: {}\n"
                                  "  - name: write the low version and prove it\n"
                                  "    write: {file: \"${low}\"}\n"
                                  "    retries: 1\n"
                                  "  - name: start the application\n"
                                  "    boot: {}\n";

static const char update_steps[] =
    "  - name: connect to the network\n"
    "    send: [netmgr, connect, \"${ssid}\", \"${password}\"]\n"
    "  - name: wait for the address\n"
    "    expect: {regex: \"Got ip : ([0-9.]+)\", capture: device.ip}\n"
    "    timeout: 60s\n"
    "  - name: start the update service\n"
    "    send: [OTA_APP, \"${pk}\", \"${dn}\", \"${ds}\", \"0\", \"3\"]\n"
    "  - name: follow the update until it is installed\n"
    "    watch-ota:\n"
    "      until: installed\n"
    "      expect-version: \"${version}\"\n"
    "      message: >-\n"
    "        Push the update now: in the cloud console choose the firmware, \"verify\" or a "
    "batch,\n"
    "        and this device (${dn}).\n"
    "    timeout: 15m\n"
    "  - name: wait for the network after the reboot\n"
    "    expect: {regex: \"Got ip : ([0-9.]+)\", capture: device.ip}\n"
    "    timeout: 90s\n"
    "  - name: start the service again, so that the version is reported\n"
    "    send: [OTA_APP, \"${pk}\", \"${dn}\", \"${ds}\", \"0\", \"3\"]\n"
    "  - name: follow the update until it is reported\n"
    "    watch-ota: {until: reported, expect-version: \"${version}\"}\n"
    "    timeout: 2m\n";

/* A path may hold anything: single quotes, doubled inside, keep it one scalar. */
static void write_scalar(const char *text, struct buffer *out)
{
    buffer_append_text(out, "'");
    for (; *text; text++)
        buffer_append(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    buffer_append_text(out, "'");
}

static void write_profile(const struct new_project *p, struct buffer *out)
{
    const char *file = p->generation->flash_file;
    buffer_append_text(out,
                       "# `otaconsole explain update.yaml` says this in words; every key is in "
                       "docs/profile-reference.md.\n"
                       "# Change it freely: more expect, assert and send steps make it your "
                       "own test.\n");
    buffer_format(out, "profile: %s\ndescription: %s\nboard: ", p->name,
                  flashes(p) ? "Flash the low version, then update over the air to the high one"
                             : "Connect, update over the air, and judge");
    write_scalar(p->board_word, out);
    buffer_append_text(out, "\n\nvariables:\n");
    if (flashes(p))
        buffer_format(out, flash_variable, file ? file : "X.bin");
    buffer_append_text(out, variables);
    if (flashes(p))
        buffer_append_text(out, flash_steps);
    buffer_append_text(out, update_steps);
}

/* --- the others --------------------------------------------------------------------------- */

static void write_credentials(const struct new_project *p, struct buffer *out)
{
    static const struct {
        const char *name, *meaning;
    } lines[] = {
        {"ssid", "name of the wireless network; the board knows 2.4 GHz only"},
        {"password", "its password; \"\" for an open network"},
        {"pk", "ProductKey, from the cloud console"},
        {"dn", "DeviceName"},
        {"ds", "DeviceSecret"},
    };
    (void)p;
    buffer_append_text(out,
                       "# Only you may read this file (chmod 600), and .gitignore keeps it out "
                       "of git.\n"
                       "# Put your own values in the places of \"" VARIABLES_PLACEHOLDER
                       "\"; a run refuses them until then.\n");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        buffer_format(out, "%s: \"" VARIABLES_PLACEHOLDER "\" # %s\n", lines[i].name,
                      lines[i].meaning);
}

static void write_settings(const struct new_project *p, struct buffer *out)
{
    buffer_append_text(out, "# What the terminal UI opens with in this folder; see "
                            "docs/settings.md.\nboard: ");
    write_scalar(p->board_word, out);
    buffer_append_text(out, "\nprofile: update.yaml\n"
                            "# highlight: [selftest, \"my word\"]\n");
}

static void write_readme(const struct new_project *p, struct buffer *out)
{
    buffer_format(out, "# %s: updates of %s, rehearsed and judged by otaconsole\n", p->name,
                  p->board->name);
    if (new_can_rehearse(p)) {
        buffer_append_text(out, "Rehearse without a board: `");
        new_write_rehearsal(p, out);
    } else {
        buffer_append_text(out, "Look first: `otaconsole explain update.yaml");
    }
    buffer_append_text(out, "`\nFor real: put your values into credentials.yaml, then `");
    write_real_run(p, out);
    buffer_append_text(out,
                       "`\nBefore a build: `otaconsole version next RUNNING` names a version "
                       "that the device takes; partitions.txt is the map of its flash.\n"
                       "Signed updates: `otaconsole image keygen` makes a key pair; .gitignore "
                       "keeps private keys and credentials out of git.\n");
}

static void write_partitions(const struct new_project *p, struct buffer *out)
{
    struct lint_table table;
    struct lint_flash flash;
    partition_from_board(p->board, p->generation, &table, &flash);
    partition_lint(&table, &flash);
    buffer_format(out, "%s: %s\n", table.title, p->generation->title);
    partition_draw_text(&table, MAP_COLUMNS, out);
    for (unsigned i = 0; i < table.finding_count; i++)
        buffer_format(out, "%s: %s\n", partition_weight_name(table.findings[i].weight),
                      table.findings[i].what);
    buffer_append_text(out, "Your own table: otaconsole board lint board.c\n");
}

static void write_gitignore(const struct new_project *p, struct buffer *out)
{
    (void)p;
    buffer_append_text(out,
                       "# Secrets\n/credentials.yaml\n*.pem\n*.key\n*.p12\n"
                       "# What runs and builds leave\n/firmware/\n*.log\n/run-*/\n/report.*\n");
}

const struct new_file new_files[] = {
    {"update.yaml", 0666, false, "the workflow: what is done, step by step", write_profile},
    {"credentials.yaml", 0600, true, "network and device: put your values in; only you may read it",
     write_credentials},
    {".otaconsole.yaml", 0666, false, "what the terminal UI opens with here", write_settings},
    {"partitions.txt", 0666, false, "the map of the board's flash", write_partitions},
    {"README.md", 0666, false, "the commands, in five lines", write_readme},
    {".gitignore", 0666, false, "keeps credentials and private keys out of git", write_gitignore},
};
const size_t new_file_count = sizeof new_files / sizeof new_files[0];
