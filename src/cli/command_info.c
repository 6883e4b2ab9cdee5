#include "cli/options.h"

/* What `help` and the man page say about each command; examples first. */
static const struct command_info infos[COMMAND_COUNT] = {
    [COMMAND_NONE] =
        {"", "[--board NAME] [--port PORT] [--profile NAME]", "the terminal UI",
         "Examples:\n"
         "  otaconsole --board mk3060 --port /dev/ttyUSB0\n"
         "  otaconsole --port sim: --profile mk3060-ota        # a rehearsal: Ctrl-T r runs it\n\n"
         "Without --port the only serial adapter is taken. Ctrl-T ? lists the keys; settings are "
         "in\n"
         "~/.config/otaconsole/config.yaml and, for a project, .otaconsole.yaml.\n"},
    [COMMAND_RUN] =
        {"run", "run PROFILE [--port PORT] [--set NAME=VALUE]...",
         "run a workflow: flash, connect, update, judge",
         "Examples:\n"
         "  otaconsole run mk3060-ota --port sim:\n"
         "  otaconsole run mk3060-two-versions -p /dev/ttyUSB0 --set low=v1/otaapp@mk3060.bin \\\n"
         "      --set version=app-2.0.0-20180820.1600 --secret-file credentials.yaml\n"
         "  otaconsole run my-bench.yaml -p adapter:A50285BI --json --junit report.xml\n\n"
         "PROFILE is a file, or the name of one that `otaconsole profiles` lists. Values of its\n"
         "variables come from --set, --secret-file, the environment (OTACONSOLE_VAR_NAME) or, for\n"
         "what is still missing, a question on the terminal. Before the first byte is sent, all\n"
         "files, addresses and commands are checked.\n"},
    [COMMAND_EXPLAIN] = {"explain", "explain PROFILE",
                         "say what a profile wants and does, without running it", NULL},
    [COMMAND_FLASH] =
        {"flash", "flash FILE[@ADDR]... [--board mk3060] [--port PORT]",
         "download mode, write, prove by reading back",
         "Examples:\n"
         "  otaconsole flash --board mk3060 -p /dev/ttyUSB0 otaapp@mk3060.bin\n"
         "  otaconsole flash -p /dev/ttyUSB0 otaapp@mk3060.bin ate.bin@0x100000 --boot\n\n"
         "ADDR is a physical flash address (0x13200, 1m); left out, it is the board's. The loader\n"
         "checks no CRC and reports success over a broken image, so the flash is read back and\n"
         "compared, and sectors that differ are written again.\n"},
    [COMMAND_READ] = {"read", "read ADDR SIZE -o FILE [--port PORT]", "save flash to a file",
                      "Example:\n"
                      "  otaconsole read 0x0 2m -o flash.bin -p /dev/ttyUSB0\n\n"
                      "Code read from a mk3060 holds 34 bytes for every 32 (a CRC-16 follows).\n"},
    [COMMAND_MONITOR] =
        {"monitor", "monitor [--port PORT] [--until WORDS] [--for TIME]",
         "plain terminal, for pipes and CI too",
         "Examples:\n"
         "  otaconsole monitor -p /dev/ttyUSB0\n"
         "  echo version | otaconsole monitor -p /dev/ttyUSB0 --until 'app version'\n\n"
         "What the board says goes to standard output, a line at a time with control characters\n"
         "made visible and secrets masked; lines of standard input are typed to the board.\n"},
    [COMMAND_DIAGNOSE] =
        {"diagnose", "diagnose LOG|-", "tell from a stored log what happened, why, and what to do",
         "Examples:\n"
         "  otaconsole diagnose capture.log\n"
         "  otaconsole diagnose run-42/ --html report.html    # a recording (--record)\n"
         "  otaconsole diagnose crash.log --elf otaapp@mk3060.elf\n"
         "  tio /dev/ttyUSB0 | otaconsole diagnose -\n\n"
         "Time stamps of terminals, colours, spliced lines, UTF-8 and GBK are understood. The "
         "exit\n"
         "status is 0 for a success or a log without an update, else that of the cause.\n"},
    [COMMAND_REPLAY] =
        {"replay", "replay DIR|FILE [--speed 10]", "play a recording or a log in the terminal UI",
         "Examples:\n"
         "  otaconsole replay run-42/                          # a folder made by --record\n"
         "  otaconsole replay capture.log --speed max          # any log, at once, with its "
         "verdict\n\n"
         "In the UI: p holds and goes on, . is faster and , slower. A log without times is played\n"
         "as fast as a line at 921600 baud.\n"},
    [COMMAND_REDACT] = {"redact", "redact LOG [-o FILE]", "make a log safe to post: secrets masked",
                        NULL},
    [COMMAND_RULES] = {"rules", "rules list | lint FILE... | test LINE", "the log rules", NULL},
    [COMMAND_PORTS] = {"ports", "ports [--json]",
                       "serial adapters, who holds them, and what is in the way", NULL},
    [COMMAND_BOARDS] = {"boards", "boards [NAME]", "known boards; with NAME one in full", NULL},
    [COMMAND_PROFILES] = {"profiles", "profiles", "known profiles", NULL},
    [COMMAND_IMAGE] =
        {"image", "image PART ...", "firmware files: inspect, pack, name, sign, diff",
         "Examples:\n"
         "  otaconsole image info otaapp@mk3060.ota.md5.bin\n"
         "  otaconsole image diff v1.ota.md5.bin v2.ota.md5.bin -s 64k -o v1-v2.diff\n"
         "  otaconsole image sign v2.ota.md5.bin --key key.pem\n\n"
         "`otaconsole image` lists the parts.\n"},
    [COMMAND_BOARD] =
        {"board", "board lint FILE.c|NAME [-D NAME[=VALUE]]...", "look a partition table over",
         "Examples:\n"
         "  otaconsole board lint board/mk3060/board.c --svg map.svg\n"
         "  otaconsole board lint flash_partitions.c -D CONFIG_SPIFFS --board mk3060\n"
         "  otaconsole board lint mk3060 --generation 3.1\n\n"
         "Draws the map and names overlaps, settings inside the update's area, an update's area "
         "that\n"
         "is too small, borders inside a sector, gaps. What neither the file nor a -D defines is "
         "tried\n"
         "both ways: one table each. Exit status 3 when there are errors.\n"},
    [COMMAND_NEW] =
        {"new", "new DIR [--board NAME] [--generation ID]",
         "a project folder: workflow, credentials, settings",
         "Example:\n"
         "  otaconsole new my-bench --board mk3060\n\n"
         "Writes update.yaml, credentials.yaml (for you alone, to be filled in), .otaconsole.yaml, "
         "a map\n"
         "of the flash, README.md and .gitignore. Makes no keys: `otaconsole image keygen` "
         "does.\n"},
    [COMMAND_SIM] =
        {"sim", "sim [key=value,...] [--link PATH]",
         "a simulated board on a pseudo-terminal, for any program",
         "Examples:\n"
         "  otaconsole sim start=loader --link /tmp/board     # in one terminal\n"
         "  minicom -D /tmp/board                             # in another\n"
         "  otaconsole sim --images rehearsal/                # firmware files to play with\n\n"
         "While it runs, d and Enter presses the buttons for download mode, r and Enter resets,\n"
         "q and Enter ends. `otaconsole help sim` lists the settings.\n"},
    [COMMAND_HELP] =
        {"help", "help [COMMAND|exit-codes|ymodem|profile|board-files|rule-files|keys|settings]",
         "this text, or more on one thing", NULL},
    [COMMAND_VERSION] =
        {"version", "version [check NEW --running OLD | next VERSION [--running OLD]]",
         "version of otaconsole; versions as devices compare them",
         "Examples:\n"
         "  otaconsole version check app-2.0.0-20180820.1600 --running app-1.0.0-20180601.1234\n"
         "  otaconsole version next app-1.0.0-20180601.1234\n\n"
         "Devices compare byte by byte: APP-2 is less than app-1, and 1.10 less than 1.9. Exit "
         "status\n"
         "22 when the device would refuse it. `next` prints nothing but the version on standard\n"
         "output; a build can take it from there.\n"},
};

const struct command_info *command_info(enum command command)
{
    return &infos[(unsigned)command < COMMAND_COUNT ? command : COMMAND_NONE];
}
