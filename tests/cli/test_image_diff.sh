#!/bin/sh
# Diff packages as a user makes and applies them, between two builds of one small program.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Two versions of a program: a constant, a function and a table change, and it grows.
cat >"$work/program.c" <<'PROGRAM'
#ifndef VERSION
#define VERSION 1
#endif
#define STEP(n) \
    int step##n(int x) { for (int i = 0; i < n % 7 + 2; i++) x = x * (n + 3) ^ (x >> (n % 5 + 1)); return x; }
#define STEPS(n) STEP(n##0) STEP(n##1) STEP(n##2) STEP(n##3) STEP(n##4) STEP(n##5) STEP(n##6) STEP(n##7)
STEPS(1) STEPS(2) STEPS(3) STEPS(4) STEPS(5) STEPS(6) STEPS(7) STEPS(8)
#if VERSION > 1
STEPS(9) STEPS(11)
const char added[] = "what the second version brought";
int table[9000] = {3, 1, 4};
const char version[] = "app-1.0.0-20180702.1000";
#else
int table[8000] = {3, 1, 4, 1, 5};
const char version[] = "app-1.0.0-20180620.1151";
#endif
int (*volatile steps[])(int) = {step10, step27, step33, step44, step55, step66, step77, step84};
int main(void)
{
    int x = VERSION;
    for (int i = 0; i < 8; i++)
        x = steps[i](x + version[i]) + table[i];
    return x;
}
PROGRAM

# update_image FILE: the image with the 28 bytes of a trailer behind it.
update_image() {
    python3 - "$1" <<'PYTHON'
import hashlib, struct, sys
image = open(sys.argv[1], "rb").read()
trailer = struct.pack("<II", 0xEFEFEFEF, len(image)) + hashlib.md5(image).digest() + b"\xff" * 4
open(sys.argv[1], "wb").write(image + trailer)
PYTHON
}

# build NAME COMPILER OBJCOPY FLAGS...: $work/NAME-1.bin and -2.bin.
build() {
    name=$1
    cc=$2
    objcopy=$3
    shift 3
    for v in 1 2; do
        "$cc" "$@" -DVERSION=$v -o "$work/$name.elf" "$work/program.c" &&
            "$objcopy" -O binary "$work/$name.elf" "$work/$name-$v.bin" &&
            update_image "$work/$name-$v.bin" || return 1
    done
}

round_trip() { # round_trip NAME SLICE
    old=$work/$1-1.bin
    new=$work/$1-2.bin
    run 0 "$1, slices of $2: a diff" image diff "$old" "$new" -s "$2" -o "$work/$1-$2.diff"
    says "$work/out" "^Proven: " "$1, slices of $2: proven"
    says "$work/out" "^MD5 +[0-9a-f]{32}$" "$1, slices of $2: the hash for the console"
    [ "$(wc -c <"$work/$1-$2.diff")" -lt $(($(wc -c <"$new") / 2)) ]
    result $? "$1, slices of $2: smaller than half of the image"
    run 0 "$1, slices of $2: applied" image patch "$old" "$work/$1-$2.diff" -s "$2" -o "$work/$1-$2.bin"
    cmp -s "$new" "$work/$1-$2.bin"
    result $? "$1, slices of $2: the new image came out"
    says "$work/out" "^trailer +good" "$1, slices of $2: its trailer is good"
}

build host gcc objcopy -O2 -static || exit 2
round_trip host 64k
round_trip host 16k
if command -v arm-none-eabi-gcc >/dev/null; then
    if build arm arm-none-eabi-gcc arm-none-eabi-objcopy -mcpu=arm968e-s -mthumb -Os -nostdlib -nostartfiles \
        -Wl,-emain,-Ttext=0x1c000,-z,noexecstack -lgcc; then
        round_trip arm 64k
        round_trip arm 16k
    else
        result 1 "the program builds for ARM"
    fi
else
    echo "ok - round trip of ARM code # SKIP arm-none-eabi-gcc is not installed"
fi
old=$work/host-1.bin
new=$work/host-2.bin
diff=$work/host-64k.diff

run 0 "the slice is known from the package" image patch "$old" "$diff" -o "$work/again.bin"
cmp -s "$new" "$work/again.bin"
result $? "the same image"
run 0 "as JSON" image diff "$old" "$new" --board mk3060 -o "$work/json.diff" --json
python3 - "$work/out" "$work/json.diff" <<'PYTHON'
import hashlib, json, sys
facts = json.load(open(sys.argv[1]))
data = open(sys.argv[2], "rb").read()
sys.exit(facts["diff_size"] != len(data) or facts["sha256"] != hashlib.sha256(data).hexdigest()
         or facts["slice_size"] != 65536)
PYTHON
result $? "JSON tells size, slice and hash"
cmp -s "$diff" "$work/json.diff"
result $? "--board mk3060 is -s 64k"

refuse() { # refuse STATUS NAME PATTERN ARGUMENTS...
    wanted_status=$1
    what=$2
    pattern=$3
    shift 3
    rm -f "$work/no.bin"
    run "$wanted_status" "$what: exit status $wanted_status" "$@" -o "$work/no.bin"
    one_message "$what: one message"
    grep -qE "$pattern" "$work/err"
    result $? "$what: it says why"
    [ ! -e "$work/no.bin" ]
    result $? "$what: nothing written"
}

refuse 9 "wrong base" "host-64k.diff: wrong base: slice 0 " image patch "$new" "$diff" -s 64k
says "$work/err" 'cal [0-9a-f]+ != crc [0-9a-f]+.*sec err:6' "what a device would print"
refuse 9 "wrong slice" "wrong slice size: slice 0 " image patch "$old" "$diff" -s 16k
says "$work/err" 'sec err:5' "what a device would print"
refuse 9 "smaller slices than agreed" "wrong slice size: slice 0 " image patch "$old" "$work/host-16k.diff" -s 64k
refuse 9 "not the board's slice" "mk3060 takes slices of 64k" image diff "$old" "$new" -s 16k --board mk3060
refuse 9 "the same file twice" "are the same" image diff "$old" "$old" -s 64k
refuse 9 "an image without trailer" "program.c: no update image: it has no trailer" \
    image diff "$old" "$work/program.c" -s 64k
refuse 2 "no slice size" "needs -s" image diff "$old" "$new"
refuse 2 "slice size that is none" "no slice size" image diff "$old" "$new" -s 63q
refuse 2 "one file" "takes 2 words" image diff "$old" -s 64k
refuse 3 "missing file" "nosuch: cannot be read" image diff "$old" "$work/nosuch" -s 64k
refuse 9 "no diff package" "program.c, byte 0: no diff package" image patch "$old" "$work/program.c"
head -c 3000 "$diff" >"$work/cut.diff"
refuse 9 "a diff cut off" "cut.diff, byte [0-9]+: " image patch "$old" "$work/cut.diff"
refuse 9 "a board without diffs" "linuxhost does not take diff packages" image diff "$old" "$new" --board linuxhost

run 0 "without trailer by force" image diff "$old" "$work/program.c" -s 64k -o "$work/forced.diff" --force
says "$work/err" "warning: .*program.c: it has no trailer" "with a warning"
refuse 9 "restored, but without trailer" "the restored image: no update image" \
    image patch "$old" "$work/forced.diff"
run 0 "written by force" image patch "$old" "$work/forced.diff" -o "$work/forced.c" --force
cmp -s "$work/forced.c" "$work/program.c"
result $? "and it is what it was"

cp "$diff" "$work/kept.diff"
run 3 "an existing file stays" image diff "$old" "$new" -s 16k -o "$work/kept.diff"
cmp -s "$work/kept.diff" "$diff"
result $? "as it was"

# OTA_TEMP of mk3060 1.0 is 0x8E000 bytes: a diff of unlike images does not fit.
head -c 700000 /dev/urandom >"$work/noise.bin"
update_image "$work/noise.bin"
refuse 9 "a diff too large for OTA_TEMP" "the diff is larger than the partition OTA_TEMP: [0-9]+ bytes of 581632" \
    image diff "$old" "$work/noise.bin" --board mk3060 --generation 1.0
# With a second boot, package and slices share OTA_TEMP: 14 slots of 64k, and no odd one.
head -c 900000 /dev/zero >"$work/large.bin"
update_image "$work/large.bin"
refuse 9 "no slots for a second boot" "14 slices and the diff do not fit into the 14 slots" \
    image diff "$old" "$work/large.bin" --board mk3060 --generation 3.1
says "$work/err" "find space err" "what a device would print"
finish
