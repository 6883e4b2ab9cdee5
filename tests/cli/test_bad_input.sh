#!/bin/sh
# Bad input: one clear message each, the right exit status, and nothing written to flash.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$tool" sim size=16k --images "$work/images" >/dev/null || exit 2
good=$work/images/low-otaapp@mk3060.bin
: >"$work/empty.bin"
head -c 1100000 /dev/zero >"$work/large.bin"
head -c 40000 /dev/urandom >"$work/raw.bin"
printf 'profile: [\n' >"$work/broken.yaml"
printf 'profile: x\nsteps:\n  - expct: {text: y}\n' >"$work/unknown-key.yaml"
printf 'profile: x\nsteps:\n  - expect: {regex: "("}\n' >"$work/bad-regex.yaml"
printf 'ssid: a\n' >"$work/secrets.yaml"
chmod 644 "$work/secrets.yaml"

# The flash file shows whether anything was written: it must stay as it was.
"$tool" flash -q --non-interactive -p "sim:start=loader,flash-file=$work/flash" "$good" >/dev/null 2>&1
cp "$work/flash" "$work/flash.before"
sim=sim:start=loader,flash-file=$work/flash

refuse() { # refuse STATUS NAME PATTERN ARGUMENTS...
    status=$1
    what=$2
    pattern=$3
    shift 3
    run "$status" "$what: exit status $status" "$@"
    one_message "$what: one message"
    says "$work/err" "$pattern" "$what: names it"
    cmp -s "$work/flash" "$work/flash.before"
    result $? "$what: nothing written"
}

refuse 3 "missing file" "nosuch.bin: cannot be read" flash -p "$sim" "$work/nosuch.bin"
refuse 3 "empty file" "empty.bin: the file is empty" flash -p "$sim" "$work/empty.bin"
refuse 3 "a directory" "not a regular file" flash -p "$sim" "$work"
refuse 9 "image larger than the partition" "larger than the partition APPLICATION" \
    flash -p "$sim" "$work/large.bin"
refuse 9 "address that is not the board's" "0x4000 is not an address to flash" \
    flash -p "$sim" "$good@0x4000"
refuse 9 "address inside a sector" "not at the start of a flash sector" flash -p "$sim" "$good@0x13201"
refuse 9 "file without code groups" "no code group" flash -p "$sim" "$work/raw.bin"
refuse 2 "address that is none" "is no flash address" flash -p "$sim" "$good@0xZZ"
refuse 3 "unreadable YAML" "broken.yaml:[0-9]+:[0-9]+: not valid YAML" run "$work/broken.yaml" -p "$sim"
refuse 3 "unknown key" "unknown-key.yaml:3:[0-9]+: .*expct" run "$work/unknown-key.yaml" -p "$sim"
refuse 3 "pattern that is wrong" "bad-regex.yaml:3:[0-9]+: the pattern is wrong" \
    run "$work/bad-regex.yaml" -p "$sim"
refuse 3 "missing profile" "no such profile" run no-such-profile -p "$sim"
refuse 3 "missing values" "values are missing for: .*image" run mk3060-flash -p "$sim"
refuse 3 "unknown variable" "no variable \"imgae\"" run mk3060-flash -p "$sim" --set imgae=x
refuse 3 "secrets that others may read" "other users may read" \
    run mk3060-ota -p "$sim" --secret-file "$work/secrets.yaml"
refuse 3 "unknown board" "no such board" flash --board mk3061 -p "$sim" "$good"
refuse 3 "unknown generation" "no generation" flash --generation 9 -p "$sim" "$good"
refuse 69 "board of another flash method" "not flashed by Ymodem" flash --board esp8266 -p "$sim" "$good"
refuse 4 "port that does not exist" "there is no such port" flash -p /dev/ttyUSB77 "$good"
refuse 4 "adapter that does not exist" "adapter:NOSUCH" flash -p adapter:NOSUCH "$good"
refuse 2 "simulation setting that does not exist" "has no setting" flash -p sim:frobnicate=1 "$good"
refuse 2 "unknown option" "no option --prot" flash --prot x "$good"
refuse 2 "unknown command" "no command \"flsh\"" flsh
refuse 2 "option of another command" "does not take --until" flash --until x "$good"
refuse 2 "no file" "at least one file" flash -p "$sim"
refuse 3 "area outside the flash" "not inside the flash" read 0x1ff000 8k -o "$work/x" -p "$sim"
refuse 3 "output that cannot be made" "cannot be created" \
    flash -p "$sim" "$good" --trace /nonexistent/trace
finish
