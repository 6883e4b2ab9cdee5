/* The shipped boards: partition tables equal the facts, loaders are told apart, writes are judged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/board.h"
#include "ymodem/preset.h"

static const char *const dirs[] = {"boards"};

static struct board *load(const char *name)
{
    struct board *b = NULL;
    struct problem p = PROBLEM_INIT;
    if (board_load(name, dirs, 1, &b, NULL, &p) != PROBLEM_NONE)
        fail_msg("%s: %s (%s)", p.where, p.what, p.hint);
    return b;
}

static void every_shipped_board_loads(void **state)
{
    (void)state;
    char **names;
    size_t count = board_list(dirs, 1, &names);
    assert_int_equal(count, 4);
    static const char *const wanted[] = {"esp8266", "linuxhost", "mk3060", "mk3080"};
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(names[i], wanted[i]);
        struct board *b = load(names[i]);
        assert_string_equal(b->name, names[i]);
        assert_non_null(board_generation(b, NULL));
        assert_null(board_generation(b, "no-such"));
        board_free(b);
        free(names[i]);
    }
    free(names);
    board_free(NULL);
}

/* --- tables of facts/alios-build-boards.md B.3 ------------------------------------------------ */

struct row {
    const char *name;
    uint32_t start, size;
};

static void expect_table(const struct board *b, const char *id, const struct row *rows)
{
    const struct board_generation *g = board_generation(b, id);
    size_t n = 0;
    if (!g)
        fail_msg("%s has no generation %s", b->name, id);
    for (; rows[n].name; n++) {
        const struct board_partition *p = board_partition(g, rows[n].name);
        if (!p || p->start != rows[n].start || p->size != rows[n].size)
            fail_msg("%s %s: %s is not 0x%x + 0x%x", b->name, id, rows[n].name, rows[n].start,
                     rows[n].size);
    }
    assert_int_equal(g->partition_count, n);
}

#define TABLE(...) ((const struct row[]){__VA_ARGS__, {NULL, 0, 0}})
#define OLD_PARAMETERS                                                                             \
    {"BOOTLOADER", 0, 0x10000}, {"PARAMETER_4", 0xD000, 0x1000},                                   \
    {                                                                                              \
        "PARAMETER_1", 0x10000, 0x1000                                                             \
    }

static void mk3060_tables(void **state)
{
    (void)state;
    struct board *b = load("mk3060");
    expect_table(b, "1.0",
                 TABLE(OLD_PARAMETERS, {"PARAMETER_2", 0x11000, 0x1000},
                       {"PARAMETER_3", 0x12000, 0x1000}, {"APPLICATION", 0x13000, 0x8E000},
                       {"OTA_TEMP", 0xB7200, 0x8E000}));
    expect_table(b, "1.3.2",
                 TABLE(OLD_PARAMETERS, {"PARAMETER_2", 0x11000, 0x1000},
                       {"PARAMETER_3", 0x12000, 0x1000}, {"APPLICATION", 0x13000, 0xCE000},
                       {"OTA_TEMP", 0xB7200, 0xCE000}, {"SPIFFS", 0x185200, 0x40000}));
    expect_table(b, "1.3-2.0",
                 TABLE(OLD_PARAMETERS, {"PARAMETER_2", 0x11000, 0x1000},
                       {"PARAMETER_3", 0x12000, 0x1000}, {"APPLICATION", 0x13000, 0xED000},
                       {"OTA_TEMP", 0x100000, 0xED000}));
    expect_table(b, "2.1",
                 TABLE(OLD_PARAMETERS, {"PARAMETER_2", 0x11000, 0x1000},
                       {"PARAMETER_3", 0x12000, 0x1000}, {"RECOVERY", 0x13000, 0x5000},
                       {"APPLICATION", 0x18000, 0xE8000}, {"OTA_TEMP", 0x100000, 0xE8000}));
    expect_table(b, "3.0",
                 TABLE(OLD_PARAMETERS, {"PARAMETER_2", 0x11000, 0x2000},
                       {"RECOVERY", 0x13000, 0x7000}, {"RECOVERY_BACK_PARA", 0x1A000, 0x2000},
                       {"APPLICATION", 0x1C000, 0xE5000}, {"OTA_TEMP", 0x101000, 0xE5000}));
    expect_table(b, "3.1",
                 TABLE({"BOOTLOADER", 0, 0x10000}, {"PARAMETER_2", 0x11000, 0x2000},
                       {"2ND_BOOT", 0x13000, 0x6000}, {"PARAMETER_3", 0x19000, 0x1000},
                       {"PARAMETER_4", 0x1A000, 0x2000}, {"APPLICATION", 0x1C000, 0xE5000},
                       {"OTA_TEMP", 0x101000, 0xE5000}, {"PARAMETER_1", 0x1F1000, 0x1000}));
    assert_int_equal(b->generation_count, 6);
    for (size_t i = 0; i < b->generation_count; i++)
        assert_int_equal(b->generations[i].write_address, 0x13200);
    assert_int_equal(b->flash.size, 0x200000);
    assert_int_equal(b->flash.sector, 0x1000);
    assert_int_equal(b->diff_slice, 0x10000);
    assert_int_equal(b->console_baud, 921600);
    assert_true(b->code_crc_groups);
    board_free(b);
}

static void mk3080_tables(void **state)
{
    (void)state;
    struct board *b = load("mk3080");
    expect_table(b, "1.3-2.0",
                 TABLE({"BOOTLOADER", 0, 0x8000}, {"APPLICATION", 0xB000, 0xF2000},
                       {"PARAMETER_1", 0xFD000, 0x1000}, {"PARAMETER_2", 0xFE000, 0x2000},
                       {"OTA_TEMP", 0x100000, 0x8E000}, {"PARAMETER_3", 0x1FD000, 0x1000},
                       {"PARAMETER_4", 0x1FE000, 0x2000}));
    expect_table(b, "2.1",
                 TABLE({"BOOTLOADER", 0, 0x8000}, {"APPLICATION", 0xB000, 0xF2000},
                       {"PARAMETER_1", 0xFD000, 0x1000}, {"PARAMETER_2", 0xFE000, 0x2000},
                       {"OTA_TEMP", 0x100000, 0xF2000}, {"PARAMETER_3", 0x1FD000, 0x1000},
                       {"PARAMETER_4", 0x1FE000, 0x2000}));
    expect_table(b, "sdk",
                 TABLE({"BOOTLOADER", 0xB000, 0x8000}, {"APPLICATION", 0x13000, 0xB5000},
                       {"PARAMETER_1", 0xC8000, 0x4000}, {"PARAMETER_2", 0xCC000, 0x4000},
                       {"OTA_TEMP", 0x110000, 0xB5000}, {"PARAMETER_3", 0x1C5000, 0x1000},
                       {"PARAMETER_4", 0x1C6000, 0x1000}, {"LINK_KEY", 0x1FF000, 0x1000}));
    expect_table(b, "3.0",
                 TABLE({"BOOTLOADER", 0, 0x8000}, {"RECOVERY", 0xB000, 0x6000},
                       {"RECOVERY_BACK_PARA", 0x11000, 0x2000}, {"PARAMETER_1", 0x13000, 0x1000},
                       {"APPLICATION", 0x19000, 0xE5000}, {"PARAMETER_2", 0xFE000, 0x2000},
                       {"OTA_TEMP", 0x100000, 0xE5000}, {"PARAMETER_3", 0x1FD000, 0x1000},
                       {"PARAMETER_4", 0x1FE000, 0x2000}));
    expect_table(b, "3.1",
                 TABLE({"BOOTLOADER", 0, 0x8000}, {"2ND_BOOT", 0xB000, 0x6000},
                       {"PARAMETER_1", 0x13000, 0x1000}, {"APPLICATION", 0x19000, 0xE5000},
                       {"PARAMETER_2", 0xFE000, 0x2000}, {"OTA_TEMP", 0x100000, 0xE5000},
                       {"PARAMETER_3", 0x1FD000, 0x1000}, {"PARAMETER_4", 0x1FE000, 0x2000}));
    board_free(b);
}

static void esp8266_tables(void **state)
{
    (void)state;
    struct board *b = load("esp8266");
    expect_table(b, "4m",
                 TABLE({"BOOTLOADER", 0, 0x1000}, {"APPLICATION", 0x1000, 0x100000},
                       {"OTA_TEMP", 0x101000, 0x100000}, {"PARAMETER_1", 0x310000, 0x1000},
                       {"PARAMETER_2", 0x311000, 0x2000}, {"PARAMETER_3", 0x313000, 0x1000},
                       {"PARAMETER_4", 0x314000, 0x1000}));
    expect_table(b, "2m",
                 TABLE({"APPLICATION", 0x1000, 0xF4000}, {"OTA_TEMP", 0x101000, 0xF4000},
                       {"PARAMETER_1", 0x1F6000, 0x1000}, {"PARAMETER_2", 0x1F7000, 0x2000},
                       {"PARAMETER_3", 0x1F9000, 0x1000}, {"PARAMETER_4", 0x1FA000, 0x1000}));
    expect_table(b, "1m",
                 TABLE({"APPLICATION", 0x1000, 0x75000}, {"OTA_TEMP", 0x81000, 0x75000},
                       {"PARAMETER_1", 0xF6000, 0x1000}, {"PARAMETER_2", 0xF7000, 0x2000},
                       {"PARAMETER_3", 0xF9000, 0x1000}, {"PARAMETER_4", 0xFA000, 0x1000}));
    expect_table(b, "2m-512",
                 TABLE({"APPLICATION", 0x1000, 0x7B000}, {"OTA_TEMP", 0x81000, 0x7B000},
                       {"PARAMETER_1", 0x1F6000, 0x1000}));
    expect_table(b, "4m-512",
                 TABLE({"APPLICATION", 0x1000, 0x7B000}, {"OTA_TEMP", 0x81000, 0x7B000},
                       {"PARAMETER_1", 0x3F6000, 0x1000}));
    assert_int_equal(b->diff_slice, 0x4000);
    board_free(b);
}

/* --- loaders ----------------------------------------------------------------------------- */

/* The rule of workflow/enter_download.c: most help texts, all of them found, first one on a tie. */
static const char *identified(const struct board *b, const char *prompt, const char *help)
{
    const struct board_dialect *best = NULL;
    for (size_t i = 0; i < b->dialect_count; i++) {
        const struct board_dialect *d = &b->dialects[i];
        bool all = d->help_text_count > 0 && strcmp(d->prompt, prompt) == 0;
        for (size_t k = 0; k < d->help_text_count; k++)
            all &= strstr(help, d->help_texts[k]) != NULL;
        if (all && (!best || d->help_text_count > best->help_text_count))
            best = d;
    }
    return best ? best->id : "none";
}

static void loaders_are_told_apart_by_their_help(void **state)
{
    (void)state;
    struct board *b = load("mk3060");
    static const char b0[] = "help: print help\r\nread: usage: read [address] [size]. read flash "
                             "with Ymodem.\r\nwrite: usage: read [address] [size]. write flash "
                             "with Ymodem.\r\nerase: usage: erase [address] [size]. erase "
                             "flash\r\nlock: usage: lock\r\n";
    char b1[600];
    snprintf(b1, sizeof b1, "%sboot: usage: boot [APP|ATE|QC]\r\nreboot: reboot\r\n", b0);
    assert_string_equal(identified(b, "$ ", b0), "b0");
    assert_string_equal(identified(b, "$ ", b1), "b1");
    assert_string_equal(identified(b, "MXCHIP> ", "| 0:BOOTUPDATE | 7:REBOOT |"), "menu");
    assert_string_equal(identified(b, "aos boot# ", "aos second bootloader version: 1.0"),
                        "second-boot-1");
    assert_string_equal(identified(b, "aos boot# ",
                                   "aos 2nd bootloader ver: aos-2nd_boot-1.0.0\r\n"
                                   "Please input 1-6 to select functions"),
                        "second-boot-2");
    assert_string_equal(identified(b, "aos boot# ",
                                   "aos 2nd bootloader ver: aos-2nd_boot-1.0.0\r\n"
                                   "Please input 1-3 to select functions"),
                        "second-boot-3");
    assert_string_equal(
        identified(b, "aos boot# ", "2ndboot ver: 3.3\r\nPlease input 1-4 to select functions"),
        "second-boot-4");
    assert_string_equal(
        identified(b, "2ndboot# ", "2ndboot ver: 3.3\r\nPlease input 1-2 to select functions"),
        "second-boot-4-short");
    board_free(b);
}

static const struct board_dialect *dialect(const struct board *b, const char *id)
{
    for (size_t i = 0; i < b->dialect_count; i++) {
        if (strcmp(b->dialects[i].id, id) == 0)
            return &b->dialects[i];
    }
    fail_msg("no loader %s", id);
    return NULL;
}

static void each_second_boot_has_its_own_ymodem_key(void **state)
{
    static const char *const keys[][3] = {
        {"second-boot-1", "2", "6"}, {"second-boot-2", "2", "6"},
        {"second-boot-3", "1", "3"}, {"second-boot-3b", "1", "3"},
        {"second-boot-4", "1", "2"}, {"second-boot-4-short", "1", "2"},
    };
    (void)state;
    struct board *b = load("mk3060");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct board_dialect *d = dialect(b, keys[i][0]);
        assert_string_equal(d->commands.write, keys[i][1]);
        assert_string_equal(d->commands.reboot, keys[i][2]);
        assert_string_equal(d->commands.help, "h");
        assert_string_equal(d->receiver_preset, "alios-2nd-boot");
        assert_false(d->flashable);
        assert_non_null(strstr(d->ready_to_receive, "Please start"));
        assert_true(d->failure_count > 0);
    }
    for (size_t i = 0; i < b->dialect_count; i++)
        assert_non_null(ymodem_preset_find(b->dialects[i].receiver_preset));
    board_free(b);
}

static void b0_takes_from_b1_what_it_does_not_say(void **state)
{
    (void)state;
    struct board *b = load("mk3060");
    const struct board_dialect *b0 = dialect(b, "b0"), *b1 = dialect(b, "b1");
    assert_string_equal(b0->prompt, "$ ");
    assert_string_equal(b0->receiver_preset, "mk3060");
    assert_string_equal(b0->ready_to_receive, b1->ready_to_receive);
    assert_int_equal(b0->failure_count, 7);
    assert_int_equal(b0->failure_count, b1->failure_count);
    assert_string_equal(b0->failures[6].text, "no such command");
    assert_true(b0->flashable);
    assert_null(b0->commands.boot);
    assert_null(b0->commands.reboot);
    assert_string_equal(b1->commands.boot, "boot APP");
    assert_string_equal(b0->commands.help, "help");
    assert_null(b1->note);
    assert_int_equal(b0->banner_count, 1);
    assert_string_equal(b0->banners[0], "Bootloader firmware build at");
    board_free(b);
}

/* --- writes ------------------------------------------------------------------------------ */

static enum problem_code writes(const struct board *b, const char *id, uint32_t address,
                                uint32_t length, bool force, const char *what)
{
    struct problem p = PROBLEM_INIT;
    enum problem_code code =
        board_check_write(b, board_generation(b, id), address, length, force, &p);
    if (code != PROBLEM_NONE && !strstr(p.what, what))
        fail_msg("\"%s\" does not say \"%s\"", p.what, what);
    assert_true(code == PROBLEM_NONE || p.hint[0]);
    return code;
}

static void only_sensible_writes_are_let_through(void **state)
{
    (void)state;
    struct board *b = load("mk3060");
    const enum problem_code ok = PROBLEM_NONE, no = PROBLEM_IMAGE_REFUSED;
    assert_int_equal(writes(b, NULL, 0x13200, 500000, false, ""), ok);
    assert_int_equal(writes(b, NULL, 0x13200, 0, false, "empty"), no);
    /* To the last byte of the application, and not one further. */
    assert_int_equal(writes(b, NULL, 0x13200, 0x100000 - 0x13200, false, ""), ok);
    assert_int_equal(writes(b, NULL, 0x13200, 0x100000 - 0x13200 + 1, false,
                            "1 bytes larger than the partition APPLICATION"),
                     no);
    assert_int_equal(writes(b, NULL, 0x13000, 4096, false, ""), ok);
    assert_int_equal(writes(b, NULL, 0x100000, 4096, false, ""), ok);
    assert_int_equal(writes(b, NULL, 0x13400, 4096, false, "start of a flash sector"), no);
    assert_int_equal(writes(b, NULL, 0x0, 4096, false, "BOOTLOADER"), no);
    assert_int_equal(writes(b, NULL, 0xD000, 4096, false, "PARAMETER_4"), no);
    assert_int_equal(writes(b, NULL, 0x11000, 4096, false, "PARAMETER_2"), no);
    assert_int_equal(writes(b, NULL, 0x1F0000, 4096, false, "no partition"), no);
    /* Force goes past the table, never past the flash. */
    assert_int_equal(writes(b, NULL, 0x11000, 4096, true, ""), ok);
    assert_int_equal(writes(b, NULL, 0x1FF000, 4096, true, ""), ok);
    assert_int_equal(writes(b, NULL, 0x1FF000, 4097, true, "do not fit"), no);
    assert_int_equal(writes(b, NULL, 0xFFFFF000, 0x1001, true, "do not fit"), no);
    assert_int_equal(writes(b, NULL, 0x300000, 1, false, "do not fit"), no);
    /* With a second boot the image begins there and ends with the application. */
    assert_int_equal(writes(b, "3.0", 0x13200, 0x101000 - 0x13200, false, ""), ok);
    assert_int_equal(writes(b, "3.0", 0x13200, 0x101000 - 0x13200 + 1, false, "APPLICATION"), no);
    assert_int_equal(writes(b, "3.1", 0x13200, 0x101000 - 0x13200, false, ""), ok);
    assert_int_equal(writes(b, "3.0", 0x13000, 0x7001, false, "RECOVERY"), no);
    assert_int_equal(writes(b, "3.0", 0x1A000, 4096, false, "RECOVERY_BACK_PARA"), no);
    /* The table that overlaps: an image may fill the application, as the release does. */
    assert_int_equal(writes(b, "1.3.2", 0x13200, 0xE1000 - 0x13200, false, ""), ok);
    assert_int_equal(writes(b, "1.3.2", 0x13200, 0xE1000 - 0x13200 + 1, false, "APPLICATION"), no);
    board_free(b);
}

static void boards_flashed_by_other_tools_name_them(void **state)
{
    (void)state;
    struct problem p = PROBLEM_INIT;
    struct board *b = load("mk3060");
    assert_int_equal(board_check_flashable(b, &p), PROBLEM_NONE);
    board_free(b);
    b = load("esp8266");
    assert_int_equal(board_check_flashable(b, &p), PROBLEM_NOT_AVAILABLE);
    assert_non_null(strstr(p.what, "esptool"));
    assert_non_null(strstr(p.hint, "esptool.py"));
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_board_loads),
        cmocka_unit_test(mk3060_tables),
        cmocka_unit_test(mk3080_tables),
        cmocka_unit_test(esp8266_tables),
        cmocka_unit_test(loaders_are_told_apart_by_their_help),
        cmocka_unit_test(each_second_boot_has_its_own_ymodem_key),
        cmocka_unit_test(b0_takes_from_b1_what_it_does_not_say),
        cmocka_unit_test(only_sensible_writes_are_let_through),
        cmocka_unit_test(boards_flashed_by_other_tools_name_them),
    };
    return cmocka_run_group_tests_name("boards", tests, NULL, NULL);
}
