#!/bin/sh
# board lint: shipped tables and made ones, what it says of them, and its exit status.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

entry() { # entry NAME START LENGTH
    printf '    [HAL_PARTITION_%s] =\n    {\n' "$1"
    printf '        .partition_owner = HAL_FLASH_EMBEDDED,\n'
    printf '        .partition_start_addr = %s,\n        .partition_length = %s, // 4k\n    },\n' "$2" "$3"
}

begin() {
    printf '#include <aos/kernel.h>\nconst hal_logic_partition_t hal_partitions[] =\n{\n'
}

# facts: release 1.3.2 as it was shipped, release 3.1, and 3.1 with an OTA_TEMP that is too long.
mkdir -p "$work/board/mk3060"
{
    begin
    entry BOOTLOADER 0x0 0x10000
    entry PARAMETER_1 0x10000 0x1000
    entry PARAMETER_2 0x11000 0x1000
    entry APPLICATION 0x13000 0xCE000
    entry OTA_TEMP 0xB7200 0xCE000
    entry PARAMETER_3 0x12000 0x1000
    entry PARAMETER_4 0xD000 0x1000
    entry SPIFFS 0x185200 0x40000
    printf '};\n'
} >"$work/board/mk3060/board.c"

table_310() { # table_310 OTA_LENGTH
    begin
    entry BOOTLOADER 0x0 0x10000
    entry PARAMETER_2 0x11000 0x2000
    entry 2ND_BOOT 0x13000 0x6000
    entry PARAMETER_3 0x19000 0x1000
    entry PARAMETER_4 0x1A000 0x2000
    entry APPLICATION 0x1C000 0xE5000
    entry OTA_TEMP 0x101000 "$1"
    entry PARAMETER_1 0x1F1000 0x1000
    printf '};\n'
}
table_310 0xE5000 >"$work/clean.c"
table_310 0xF1000 >"$work/faq3.c"

run 3 "the shipped table of 1.3.2" board lint "$work/board/mk3060/board.c"
says "$work/out" "board.c:[0-9]+: error: APPLICATION \(0x13000..0xe1000\) and OTA_TEMP \(0xb7200..0x185200\) share 0x29e00 \(171520\) bytes" \
    "it names the overlap, with its line"
says "$work/out" "note: .*0x13200" "it names the first usable address"
says "$work/out" "taken for that of mk3060, by its path" "it says whose flash it takes it for"
says "$work/err" "2 errors in its partitions" "the sum is the problem"
one_message "one message"
run 0 "the table of 3.1 is clean" board lint "$work/clean.c" --board mk3060
says "$work/out" "1 table: 0 errors, 0 warnings" "it says so"
run 3 "FAQ 3: the update's area runs over the boot record" board lint "$work/faq3.c"
says "$work/out" "0x1000 bytes of PARAMETER_1 .*0xf0000 is the most it may have \[boot-record-inside-ota\]" \
    "it names what is lost and how much there is room for"
run 3 "past the flash's end" board lint "$work/faq3.c" --board esp8266 --json
says "$work/out" '^\{"table":"hal_partitions".*"partitions":\[\{"name":"BOOTLOADER".*"findings":\[\{"weight":"error","code":"' \
    "JSON: one object a table"

run 0 "a board of ours" board lint mk3060
says "$work/out" "board.yaml:[0-9]+: note: BOOTLOADER" "with lines of the board file"
run 3 "a generation that is known to overlap" board lint mk3060 --generation 1.3.2
run 3 "a generation that there is not" board lint mk3060 --generation 9
says "$work/err" "It has 1.3-2.0, 1.3.2" "it lists those that there are"
one_message "one message"

cat >"$work/choices.c" <<'C'
#define CAPACITY 0x200000UL
#ifdef CONFIG_SPIFFS
#define OTA_LENGTH 0xB0000
#else
#define OTA_LENGTH 0xE5000
#endif
hal_logic_partition_t hal_partitions[HAL_PARTITION_MAX];
void board_init(void) {
    hal_partitions[HAL_PARTITION_APPLICATION].partition_start_addr = 0x19000;
    hal_partitions[HAL_PARTITION_APPLICATION].partition_length = 0xE5000,
    hal_partitions[HAL_PARTITION_OTA_TEMP].partition_start_addr = 0x100000;
    hal_partitions[HAL_PARTITION_OTA_TEMP].partition_length = OTA_LENGTH;
    hal_partitions[HAL_PARTITION_PARAMETER_1].partition_start_addr = BOOT_RECORD;
    hal_partitions[HAL_PARTITION_PARAMETER_1].partition_length = 0x1000;
    hal_partitions[HAL_PARTITION_PARAMETER_2].partition_start_addr = CAPACITY - 2 * 0x1000;
    hal_partitions[HAL_PARTITION_PARAMETER_2].partition_length = 0x2000;
}
C
run 3 "a symbol that nobody defines" board lint "$work/choices.c"
says "$work/out" "choices.c:13: error: BOOT_RECORD, .*-D BOOT_RECORD=VALUE" "it says how to define it"
run 0 "defined, both alternatives are tables" board lint "$work/choices.c" -D BOOT_RECORD=0x13000
says "$work/out" "CONFIG_SPIFFS not defined" "the one"
says "$work/out" "CONFIG_SPIFFS defined" "the other"
says "$work/out" "2 tables: 0 errors, 1 warning" "with what is odd in one of them"
says "$work/out" "note: .*',' instead of ';'" "a comma for a semicolon is seen"
run 0 "-D chooses" board lint "$work/choices.c" -DBOOT_RECORD=0x13000 -D CONFIG_SPIFFS
says "$work/out" "^1 table: " "one table"

run 0 "a picture" board lint "$work/clean.c" --svg "$work/map.svg"
if command -v python3 >/dev/null 2>&1; then
    python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$work/map.svg"
    result $? "the picture is well-formed XML"
fi
run 3 "a picture of the faulty one, over the first" board lint "$work/faq3.c" --svg "$work/map.svg"
says "$work/map.svg" "class=\"shared\"" "it marks what is shared"
run 3 "a picture that cannot be written" board lint "$work/clean.c" --svg /nonexistent/map.svg

: >"$work/empty.c"
head -c 300000 /dev/urandom >"$work/noise.c"
awk 'BEGIN { for (i = 0; i < 100000; i++) print "#ifdef A" i "\n#define B" i " (B" i - 1 " + B" i - 1 ")" }' >"$work/hostile.c"
run 3 "an empty file" board lint "$work/empty.c"
run 3 "noise" board lint "$work/noise.c"
run 3 "a hostile file" board lint "$work/hostile.c"
one_message "one message"
run 3 "no such file" board lint "$work/nosuch.c"
says "$work/err" "Name a board's C source" "it says what is wanted"
run 3 "no such board" board lint mk3061
run 2 "-D without a name" board lint "$work/clean.c" -D =1
run 2 "-D for a board" board lint mk3060 -D X
run 2 "a generation of a C file" board lint "$work/clean.c" --generation 3.1
run 2 "no file" board lint
run 2 "no such part" board frobnicate x
finish
