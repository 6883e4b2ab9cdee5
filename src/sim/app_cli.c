#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/app_internal.h"

/* The AliOS command line, rule by rule from facts/alios-device.md §5.1. */
#define ARGUMENTS_MAX 16
#define COMMANDS_MAX 6

struct command {
    char *words[ARGUMENTS_MAX];
    int count;
};

static bool is_special(char c)
{
    return c == ' ' || c == '"' || c == ';';
}

/*
 * Splits one line in place. A quote opens only at the start of an argument; a
 * backslash goes only before space, quote and semicolon. Returns the number of
 * commands, or -1 for a syntax error.
 */
static int split(char *in, struct command commands[COMMANDS_MAX])
{
    char *out = in;
    int n = 0;
    memset(commands, 0, COMMANDS_MAX * sizeof *commands);
    while (n < COMMANDS_MAX) {
        struct command *c = &commands[n];
        while (*in == ' ')
            in++;
        if (*in == ';' || *in == '\0') {
            n += c->count > 0;
            if (*in++ == '\0')
                return n;
            continue;
        }
        bool quoted = *in == '"', closed = !quoted;
        if (c->count == ARGUMENTS_MAX)
            return n + 1;
        c->words[c->count++] = out;
        in += quoted;
        for (; *in; in++) {
            if (*in == '\\' && is_special(in[1])) {
                *out++ = *++in;
            } else if (quoted && *in == '"') {
                closed = true;
                in++;
                break;
            } else if (quoted && *in == ';') {
                return -1;
            } else if (!quoted && (*in == ' ' || *in == ';')) {
                break;
            } else {
                *out++ = *in;
            }
        }
        if (!closed)
            return -1;
        /* The terminator may land on the separator itself, so step over that first. */
        char separator = *in;
        if (separator)
            in++;
        *out++ = '\0';
        if (separator == ';')
            n++;
        if (separator == '\0')
            return n + 1;
    }
    return n;
}

static void run_help(struct sim_app *a, uint64_t now)
{
    sim_app_raw(a, now,
                "====Build-in Commands====\r\n"
                "====Support six cmds once, seperate by ; ====\r\n"
                "help: print this\r\necho: echo for command\r\nexit: CLI exit\r\n"
                "devname: print device name\r\nsysver: system version\r\nreboot: reboot system\r\n"
                "time: system time\r\nloglevel: set log level\r\nversion: version\r\n"
                "====User Commands====\r\n"
                "netmgr: netmgr [start|clear|connect ssid password]\r\n"
                "OTA_APP: OTA_APP pk dn ps tr dl\r\n");
}

static void run_netmgr(struct sim_app *a, uint64_t now, const struct command *c)
{
    if (c->count >= 2 && strcmp(c->words[1], "connect") == 0) {
        /* Another number of arguments is passed over without a word (facts §5.2). */
        if (c->count == 4)
            sim_app_connect(a, now, c->words[2], c->words[3]);
    } else if (c->count >= 2 && strcmp(c->words[1], "clear") == 0) {
        struct sim_app_settings s;
        sim_app_load_settings(a->flash, &s);
        s.ssid[0] = s.key[0] = '\0';
        sim_app_save_settings(a->flash, &s);
    } else {
        sim_app_log(a, now, 'W', "net mgr none config policy");
    }
}

static void run_command(struct sim_app *a, uint64_t now, struct command *c)
{
    const char *word = c->words[0];
    char text[200];
    if (strcmp(word, "help") == 0) {
        run_help(a, now);
    } else if (strcmp(word, "version") == 0) {
        snprintf(text, sizeof text, "kernel version :AOS-R-1.3.2\r\napp version :%s\r\n",
                 a->version);
        sim_app_raw(a, now, text);
    } else if (strcmp(word, "sysver") == 0) {
        sim_app_raw(a, now, "kernel version :12000\r\n");
    } else if (strcmp(word, "devname") == 0) {
        sim_app_raw(a, now, "device name: mk3060\r\n");
    } else if (strcmp(word, "reboot") == 0) {
        sim_app_raw(a, now, "reboot\r\n");
        a->wants_reboot = true;
    } else if (strcmp(word, "netmgr") == 0) {
        run_netmgr(a, now, c);
    } else if (strcmp(word, "OTA_APP") == 0) {
        sim_app_ota_command(a, now, c->count, c->words);
    } else {
        snprintf(text, sizeof text, "command '%.150s' not found\r\n", word);
        sim_app_raw(a, now, text);
    }
}

static void run_line(struct sim_app *a, uint64_t now)
{
    struct command commands[COMMANDS_MAX];
    a->line[a->line_length] = '\0';
    a->line_length = 0;
    sim_app_raw(a, now, "\r\n");
    if (a->line_overflow) {
        sim_app_raw(a, now, "Error: input buffer overflow\r\n");
        a->line_overflow = false;
    } else {
        int n = split(a->line, commands);
        if (n < 0)
            sim_app_raw(a, now, "syntax error\r\n");
        for (int i = 0; i < n && !a->wants_reboot; i++)
            run_command(a, now, &commands[i]);
    }
    if (!a->wants_reboot)
        sim_app_raw(a, now, "\r\n# ");
}

void sim_app_byte(struct sim_app *a, uint64_t now, uint8_t byte)
{
    if (a->wants_reboot || now < a->boot_us + 60 * TIME_MS)
        return; /* the UART is not set up yet */
    if (byte == '\r' || byte == '\n') {
        run_line(a, now);
    } else if (byte == '\b' || byte == 0x7F) {
        if (a->line_length) {
            a->line_length--;
            sim_app_raw(a, now, "\b \b");
        }
    } else if (byte == '\t' || byte == 0x1B || byte == 0) {
        return; /* completion and cursor keys: they never become part of the line */
    } else if (a->line_length + 1 < sizeof a->line) {
        a->line[a->line_length++] = (char)byte;
        a->emit(a->user, now, &byte, 1);
    } else {
        a->line_overflow = true;
    }
}
