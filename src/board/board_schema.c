#include "board/board.h"

static const struct schema_field partition_fields[] = {
    {"name", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL,
     "Name as in the firmware's table, such as APPLICATION or OTA_TEMP."},
    {"start", SCHEMA_SIZE, true, 0, 0, NULL, NULL, NULL, "Physical flash address."},
    {"size", SCHEMA_SIZE, true, 1, 0, NULL, NULL, NULL, "Length in bytes."},
};
static const struct schema partition_schema = SCHEMA("partition", partition_fields);

static const struct schema_field generation_fields[] = {
    {"id", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "What --generation takes."},
    {"title", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "The firmware releases it stands for."},
    {"write-address", SCHEMA_SIZE, false, 0, 0, NULL, NULL, "0",
     "Where the loader's write puts the image to flash."},
    {"flash-file", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "Which file of a build is flashed over serial."},
    {"upload-file", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "Which file of a build is uploaded to the cloud."},
    {"note", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What to know about it."},
    {"partitions", SCHEMA_LIST, true, 0, 0, NULL, &partition_schema, NULL,
     "The partition table, in the firmware's own order."},
};
static const struct schema generation_schema = SCHEMA("generation", generation_fields);

static const struct schema_field entry_fields[] = {
    {"kind", SCHEMA_WORD, true, 0, 0, "probe|reboot-spaces|rts-pulse-spaces|operator", NULL, NULL,
     "What is done to get into download mode."},
    {"hold", SCHEMA_DURATION, false, 0, 10000000, NULL, NULL, "100ms",
     "How long reset is held (rts-pulse-spaces)."},
    {"spaces", SCHEMA_DURATION, false, 0, 10000000, NULL, NULL, "1s",
     "How long spaces are sent while the loader starts."},
    {"text", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What the operator is asked to do."},
    {"text-zh", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "text", "The same in Simplified Chinese."},
};
static const struct schema entry_schema = SCHEMA("entry", entry_fields);

static const struct schema_field failure_fields[] = {
    {"text", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Words the loader prints."},
    {"meaning", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL,
     "What they mean, as part of a sentence."},
    {"code", SCHEMA_WORD, true, 0, 0,
     "transfer-failed|image-refused|verify-mismatch|loader-not-reached|operator-abort", NULL, NULL,
     "The problem they amount to."},
};
static const struct schema failure_schema = SCHEMA("failure", failure_fields);

static const struct schema_field command_fields[] = {
    {"write", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Receive a file into flash."},
    {"read", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Send flash as a file."},
    {"erase", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Erase flash."},
    {"boot", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Start the application."},
    {"reboot", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Restart the board."},
    {"help", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "help", "List the commands."},
};
static const struct schema command_schema = SCHEMA("commands", command_fields);

static const struct schema_field dialect_fields[] = {
    {"id", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Short name of the dialect."},
    {"title", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "What people call it."},
    {"like", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "Id of a loader above: keys that are left out here are taken from there."},
    {"prompt", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "that of like",
     "Its prompt, with trailing spaces."},
    {"banners", SCHEMA_LIST, false, 0, 0, NULL, NULL, "none", "Lines it prints when it starts."},
    {"help-texts", SCHEMA_LIST, false, 0, 0, NULL, NULL, "none",
     "Words of its help that, all together, prove this dialect."},
    {"commands", SCHEMA_MAP, false, 0, 0, NULL, &command_schema, "none",
     "Command lines; {address} and {size} are filled in."},
    {"flashable", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "true",
     "Whether otaconsole flashes through it."},
    {"receiver", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "mk3060",
     "How its Ymodem behaves; the name of a preset."},
    {"ready-to-receive", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "What it says when it waits for a file."},
    {"ready-to-send", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "What it says when it is about to send one."},
    {"write-success", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Its words after a write."},
    {"read-success", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Its words after a read."},
    {"booting", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Its words when it boots."},
    {"failures", SCHEMA_LIST, false, 0, 0, NULL, &failure_schema, "none",
     "Its words when something failed."},
    {"note", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "What to know about it."},
};
static const struct schema dialect_schema = SCHEMA("dialect", dialect_fields);

static const struct schema_field shell_fields[] = {
    {"prompt", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "The application's prompt."},
    {"reboot", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "reboot", "Its reboot command."},
    {"line-max", SCHEMA_NUMBER, false, 16, 256, NULL, NULL, "256", "Longest line it takes."},
    {"arguments-max", SCHEMA_NUMBER, false, 1, 64, NULL, NULL, "16", "Most arguments it takes."},
};
static const struct schema shell_schema = SCHEMA("shell", shell_fields);

static const struct schema_field flash_fields[] = {
    {"size", SCHEMA_SIZE, true, 4096, 16777216, NULL, NULL, NULL, "Size of the flash."},
    {"sector", SCHEMA_SIZE, true, 256, 65536, NULL, NULL, NULL, "Erase unit, a power of two."},
    {"code-crc-groups", SCHEMA_BOOL, false, 0, 0, NULL, NULL, "false",
     "Images carry a CRC-16 behind every 32 bytes."},
};
static const struct schema flash_schema = SCHEMA("flash", flash_fields);

static const struct schema_field board_fields[] = {
    {"board", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "Name, as --board takes it."},
    {"title", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL, "What people call it."},
    {"chip", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none", "Chip and core."},
    {"flash-method", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "ymodem",
     "ymodem, or the tool that flashes this board."},
    {"flash-method-hint", SCHEMA_TEXT, false, 0, 0, NULL, NULL, "none",
     "The command line of that tool."},
    {"console-baud", SCHEMA_NUMBER, true, 300, 4000000, NULL, NULL, NULL,
     "Baud rate of the application's console."},
    {"loader-baud", SCHEMA_NUMBER, false, 300, 4000000, NULL, NULL, "console-baud",
     "Baud rate of the loader."},
    {"flash", SCHEMA_MAP, true, 0, 0, NULL, &flash_schema, NULL, "The flash."},
    {"diff-slice", SCHEMA_SIZE, false, 0, 0, NULL, NULL, "0",
     "Slice size of diff packages; 0 = none."},
    {"default-generation", SCHEMA_TEXT, true, 0, 0, NULL, NULL, NULL,
     "The generation taken unless --generation says otherwise."},
    {"generations", SCHEMA_LIST, true, 0, 0, NULL, &generation_schema, NULL,
     "Partition tables by firmware generation."},
    {"enter-download", SCHEMA_LIST, false, 0, 0, NULL, &entry_schema, "none",
     "Ways into download mode, tried in turn."},
    {"loaders", SCHEMA_LIST, false, 0, 0, NULL, &dialect_schema, "none", "Loader dialects."},
    {"shell", SCHEMA_MAP, true, 0, 0, NULL, &shell_schema, NULL, "The application's shell."},
};
static const struct schema schema = SCHEMA("board", board_fields);

const struct schema *board_schema(void)
{
    return &schema;
}
