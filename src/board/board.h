/*
 * What is known about a board: the one source that the tool, the simulator and
 * the documentation read.
 *
 * A board is boards/NAME/board.yaml: baud rates, flash, partition tables by
 * firmware generation, the ways into download mode, the loader dialects with
 * their words and commands, the application's shell. All text of a loaded board
 * is owned by it and lives until board_free.
 */
#ifndef OTACONSOLE_BOARD_BOARD_H
#define OTACONSOLE_BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "yaml/schema.h"

struct board_partition {
    const char *name;
    uint32_t start; /* physical flash address */
    uint32_t size;
    unsigned line; /* of the board file */
};

struct board_generation {
    const char *id; /* what --generation takes */
    const char *title;
    uint32_t write_address;  /* where `write` puts the image to flash */
    const char *flash_file;  /* name pattern of the file that is flashed */
    const char *upload_file; /* name pattern of the file that goes to the cloud */
    const char *note;
    struct board_partition *partitions;
    size_t partition_count;
};

enum board_entry_kind {
    BOARD_ENTRY_PROBE,            /* the loader may be there already */
    BOARD_ENTRY_REBOOT_SPACES,    /* application `reboot`, then spaces */
    BOARD_ENTRY_RTS_PULSE_SPACES, /* reset by RTS, then spaces */
    BOARD_ENTRY_OPERATOR,         /* ask the person at the bench */
};

struct board_entry {
    enum board_entry_kind kind;
    uint64_t hold_us;    /* how long reset is held */
    uint64_t spaces_us;  /* how long spaces are sent */
    const char *text;    /* what to ask the operator, English */
    const char *text_zh; /* and Simplified Chinese */
};

struct board_failure {
    const char *text;    /* what the loader prints */
    const char *meaning; /* what it means, as part of a sentence */
    enum problem_code code;
};

struct board_commands {
    const char *write; /* templates with {address} and {size}; NULL = there is none */
    const char *read;
    const char *erase;
    const char *boot;
    const char *reboot;
    const char *help;
};

struct board_dialect {
    const char *id;
    const char *title;
    const char *prompt;
    const char **banners;
    size_t banner_count;
    const char **help_texts; /* all of them together prove this dialect */
    size_t help_text_count;
    struct board_commands commands;
    const char *receiver_preset; /* of ymodem/preset.h */
    const char *ready_to_receive, *ready_to_send;
    const char *write_success, *read_success;
    const char *booting;
    struct board_failure *failures;
    size_t failure_count;
    bool flashable; /* false: recognised, but otaconsole does not flash through it */
    const char *note;
};

struct board_shell {
    const char *prompt;
    const char *reboot_command;
    uint32_t line_max, arguments_max; /* facts/alios-device.md §5.1 */
};

struct board_flash {
    uint32_t size;
    uint32_t sector; /* erase unit */
};

struct board {
    const char *name;
    const char *title;
    const char *chip;
    const char *path;         /* the file it came from */
    const char *flash_method; /* "ymodem", or the tool that flashes this board */
    const char *flash_method_hint;
    uint32_t console_baud, loader_baud;
    struct board_flash flash;
    uint32_t diff_slice;  /* 0 = no diff packages */
    bool code_crc_groups; /* flash images carry a CRC every 32 bytes (34-byte groups) */
    const char *default_generation;
    struct board_generation *generations;
    size_t generation_count;
    struct board_entry *entries;
    size_t entry_count;
    struct board_dialect *dialects;
    size_t dialect_count;
    struct board_shell shell;
    void *arena; /* owns all of the above */
};

/*
 * `name` is a board's name, looked up as DIR/NAME/board.yaml in `dirs`, or a path
 * to a YAML file. *out is the caller's to release. All mistakes of the file are
 * in *report when it is not NULL.
 */
enum problem_code board_load(const char *name, const char *const *dirs, size_t dir_count,
                             struct board **out, struct schema_report *report,
                             struct problem *problem);
enum problem_code board_load_memory(const char *name, const char *text, size_t n,
                                    struct board **out, struct schema_report *report,
                                    struct problem *problem);
void board_free(struct board *board);

/* Names of the boards found in `dirs`, sorted, in an array to be freed (strings too). */
size_t board_list(const char *const *dirs, size_t dir_count, char ***names);

/* The generation with this id; NULL id = the board's default; NULL result = unknown. */
const struct board_generation *board_generation(const struct board *board, const char *id);
const struct board_partition *board_partition(const struct board_generation *generation,
                                              const char *name);
const char *board_entry_name(enum board_entry_kind kind);

/*
 * Whether an image of `length` bytes may be written at `address` over serial:
 * the generation's write address, or a sector boundary inside a partition that
 * holds firmware (APPLICATION, OTA_TEMP, RECOVERY ...), and not past its end.
 * `force` skips the address rule but never the flash size.
 */
enum problem_code board_check_write(const struct board *board,
                                    const struct board_generation *generation, uint32_t address,
                                    uint32_t length, bool force, struct problem *problem);
/* Whether the board is flashed by otaconsole at all; else the message names the right tool. */
enum problem_code board_check_flashable(const struct board *board, struct problem *problem);

/* For the reference page. */
const struct schema *board_schema(void);

#endif
