#!/bin/sh
# Firmware files: recognised, verified, named, packed and taken apart; hostile ones refused at once.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

d=$work/files
mkdir "$d"
"$tool" sim size=16k --images "$d" >/dev/null || exit 2
low=$d/low-otaapp@mk3060.bin
update=$d/high-otaapp@mk3060.ota.md5.bin
seq 1 400 | awk '{printf "%c", 65 + ($1 * 7) % 50}' >"$d/boot.raw"
seq 1 3000 | awk '{printf "%c", 65 + ($1 * 11) % 50}' >"$d/app.raw"

same() { # same FILE FILE NAME
    cmp -s "$1" "$2"
    result $? "$3"
}

begins() { # begins FILE FILE NAME: the first begins with all of the second
    n=$(wc -c <"$2")
    head -c "$n" "$1" | cmp -s - "$2"
    result $? "$3"
}

refuse() { # refuse STATUS NAME PATTERN ARGUMENTS...
    status=$1
    what=$2
    pattern=$3
    shift 3
    run "$status" "$what: exit status $status" image "$@"
    one_message "$what: one message"
    says "$work/err" "$pattern" "$what: names it"
}

# --- info, verify, hash ------------------------------------------------------------------------
run 0 "info on the file to be flashed" image info "$low"
says "$work/out" "use +flash: .*0x13200" "it says where the file goes"
says "$work/out" "512 groups of 34 bytes, all intact" "and that its groups are intact"
says "$work/out" "version +app-1.0.0-" "and which version it is"
run 0 "info on the file to be uploaded" image info "$update"
says "$work/out" "use +upload: .*1.3 to 2.0" "it says upload, and for which generation"
says "$work/out" "trailer MD5 +[0-9a-f]{32}" "and explains the trailer"
run 0 "info --json" image info --json "$update"
says "$work/out" '^\{"file":.*"format":"moc108-crc".*"use":"upload".*"broken":false.*\}$' "one object a file"
run 0 "verify of both" image verify "$low" "$update"
says "$work/out" "low-otaapp@mk3060.bin: intact" "says intact"
cp "$low" "$d/damaged.bin"
printf X | dd of="$d/damaged.bin" bs=1 seek=$((34 * 7 + 5)) conv=notrunc 2>/dev/null
refuse 9 "a damaged group" \
    "damaged.bin: damaged group 7 of code at offset 0xee \(flash 0x132ee if at 0x13200\): CRC 0x[0-9a-f]{4} stored, 0x[0-9a-f]{4} computed" \
    verify "$d/damaged.bin"
refuse 9 "the same by crc verify" "damaged group 7 " crc verify "$d/damaged.bin"
head -c 5000 "$update" >"$d/cut.bin"
refuse 9 "a cut file" "left over at offset 0x[0-9a-f]+: .* bytes behind the last whole group" verify "$d/cut.bin"
run 0 "hash" image hash "$update"
says "$work/out" "md5 +$(md5sum "$update" | cut -d' ' -f1)\$" "the MD5 of md5sum"
says "$work/out" "sha256 +$(sha256sum "$update" | cut -d' ' -f1)\$" "the SHA-256 of sha256sum"

# --- which, upload-name ------------------------------------------------------------------------
run 0 "which file of the guide" image which --board mk3060
says "$work/out" "flash over serial +otaapp@mk3060.bin at 0x13200" "the file for the serial port"
says "$work/out" "upload to the cloud +otaapp@mk3060.ota.md5.bin" "the file for the cloud"
says "$work/out" "under the name +otaapp_mk3060_ota_md5.bin" "and its name there"
run 0 "which file of another generation" image which --board mk3060 --generation 3.0 blink
says "$work/out" "upload to the cloud +blink@mk3060_ota.bin" "its file for the cloud"
run 0 "which file of a board that is not flashed over serial" image which --board mk3080 --json
says "$work/out" '"upload":"ota_all.bin","uploadName":"ota_all.bin"' "ota_all.bin"
refuse 3 "which of no generation" "no generation" which --board mk3060 --generation 9
run 0 "upload-name" image upload-name "$update"
says "$work/out" "^high-otaapp_mk3060_ota_md5.bin\$" "the name alone on standard output"
says "$work/err" "1 @ and 2 of its dots became _" "what changed on standard error"
run 0 "upload-name of an odd name" image upload-name "a b.bin"
says "$work/err" "warning: \" \"" "warns of other characters"

# --- trailer, crc ------------------------------------------------------------------------------
cp "$low" "$d/otaapp@mk3060.ota.bin"
run 0 "trailer" image trailer "$d/otaapp@mk3060.ota.bin"
begins "$d/otaapp@mk3060.ota.md5.bin" "$low" "the build script's name, the image in front"
run 0 "the result is an update image" image verify "$d/otaapp@mk3060.ota.md5.bin"
refuse 3 "trailer over a file that is there" "is there already" trailer "$d/otaapp@mk3060.ota.bin"
refuse 9 "a second trailer" "there is a trailer already, at offset 0x4400" trailer "$update" -o "$d/twice.bin"
run 0 "a second trailer by force" image trailer "$update" --force -o "$d/twice.bin"
refuse 9 "a doubled trailer" "second trailer at offset 0x4400" verify "$d/twice.bin"
run 0 "trailer --remove" image trailer --remove "$update" -o "$d/plain.bin"
same "$d/plain.bin" "$d/high-otaapp@mk3060.bin" "what was there before"
refuse 9 "no trailer to remove" "there is no trailer" trailer --remove "$low" -o "$d/x.bin"
for kind in v4 mico; do
    run 0 "trailer --kind $kind" image trailer "$low" --kind $kind -o "$d/$kind.bin"
    run 0 "$kind is verified" image verify "$d/$kind.bin"
    run 0 "$kind is removed" image trailer --remove "$d/$kind.bin" -o "$d/$kind.back"
    same "$d/$kind.back" "$low" "$kind: what was there before"
done
refuse 2 "a trailer of no kind" "no trailer of kind \"v9\"" trailer "$low" --kind v9 -o "$d/x.bin"
run 0 "crc insert" image crc insert "$d/app.raw" -o "$d/app.crc"
run 0 "crc verify" image crc verify "$d/app.crc"
run 0 "crc remove" image crc remove "$d/app.crc" -o "$d/app.back"
begins "$d/app.back" "$d/app.raw" "what was there before, and FF"
refuse 9 "CRCs twice" "are there already" crc insert "$d/app.crc" -o "$d/x.bin"
refuse 9 "no CRCs to remove" "no groups of 34 bytes" crc remove "$d/app.raw" -o "$d/x.bin"
refuse 2 "crc of an unknown verb" "does not know \"frob\"" crc frob "$d/app.raw"

# --- pack, unpack ------------------------------------------------------------------------------
run 0 "pack lists its formats" image pack
says "$work/out" "image pack rtl-ota OTA1" "each with its usage"
run 0 "pack mk3060" image pack mk3060 "$d/boot.raw" "$d/app.raw" -o "$d/flash.bin"
run 0 "its result is known" image info "$d/flash.bin"
says "$work/out" "format +moc108-flash\$" "second boot and application"
run 0 "unpack" image unpack "$d/flash.bin" -o "$d/parts"
begins "$d/parts/second_boot.bin" "$d/boot.raw" "the second boot comes out"
begins "$d/parts/application.bin" "$d/app.raw" "the application comes out"
refuse 3 "unpack over files that are there" "is there already" unpack "$d/flash.bin" -o "$d/parts"
refuse 9 "pack of what has its CRCs" "CRCs are in already" pack mk3060 "$d/boot.raw" "$d/app.crc" -o "$d/x.bin"
run 0 "pack mk3060-update" image pack mk3060-update "$d/app.raw" -o "$d/update.bin"
run 0 "its result is known" image verify "$d/update.bin"
says "$work/out" "update image of AliOS 2.1 or later with its trailer" "with its trailer"
run 0 "without its trailer" image pack mk3060-update "$d/app.raw" --kind plain -o "$d/plain-update.bin"
refuse 9 "an update image without its trailer" "trailer at offset 0x.*missing" verify "$d/plain-update.bin"
run 0 "flash would refuse the update image too" image info "$d/update.bin"
says "$work/out" "Never over serial" "and info says so"
run 0 "pack xz" image pack xz "$d/update.bin" -o "$d/update.xz"
run 0 "its result is known" image info "$d/update.xz"
says "$work/out" "dictionary +32 KiB" "its dictionary"
says "$work/out" "inside: trailer MD5" "and what is inside"
run 0 "unpack xz" image unpack "$d/update.xz" -o "$d/xz"
same "$d/xz/content.bin" "$d/update.bin" "what was packed"
run 0 "pack mico" image pack mico "$d/app.crc" -o "$d/mico.ota.bin"
run 0 "its result is known" image verify "$d/mico.ota.bin"
run 0 "pack merge" image pack merge "$d/app.crc@0" "$d/app.crc" --offset 0x13200 -o "$d/x.all.bin"
run 0 "its result is known" image info "$d/x.all.bin"
says "$work/out" "format +moc108-all\$" "a whole flash"
says "$work/out" "use +neither" "not to be uploaded"
refuse 9 "merge of files that overlap" "its place is 0x10" pack merge "$d/app.crc" "$d/boot.raw@0x10" -o "$d/x.bin"
run 9 "flash refuses a whole flash" flash -p sim:start=loader "$d/x.all.bin"
says "$work/err" "whole flash" "and says why"

for start in 0 0x0800B020; do
    run 0 "rtl-pick of the code in flash, from $start" \
        image pack rtl-pick "$d/app.raw" $start $start --force -o "$d/xip$start"
    run 0 "rtl-pick of the code in RAM" \
        image pack rtl-pick "$d/boot.raw" 0x10005000 0x10005190 -o "$d/ram$start"
    run 0 "both together" image pack merge "$d/xip$start" "$d/ram$start" -o "$d/image2$start"
    run 0 "rtl-checksum" image pack rtl-checksum "$d/image2$start" -o "$d/image2$start.bin"
done
good=$d/image20.bin
linux=$d/image20x0800B020.bin
run 0 "an image2 is known" image info "$good"
says "$work/out" "warning .*ota_all.bin" "and that it is not for the cloud"
refuse 9 "an image2 built on Linux" "claims 3000 bytes, but the next header follows at once" verify "$linux"
refuse 9 "ota_all.bin of it" "would not run" pack rtl-ota "$linux" "$linux" -o "$d/x.bin"
run 0 "ota_all.bin" image pack rtl-ota "$good" "$good" -o "$d/ota_all.bin"
run 0 "ota_all.bin is verified" image verify "$d/ota_all.bin"
run 0 "ota_all.bin is taken apart" image unpack "$d/ota_all.bin" -o "$d/ota"
same "$d/ota/image2_all_ota2.bin" "$good" "into its halves"
refuse 9 "rtl-pick as builds on Linux call it" "nothing would be copied" \
    pack rtl-pick "$d/app.raw" 0x0800B020 0x0800B020 -o "$d/x.bin"

run 0 "pack esp8266" image pack esp8266 "$d/app.raw" "$d/boot.raw@0x40100004" "$d/boot.raw@0x3ffe8000" \
    "$d/boot.raw@0x3ffe8010" -o "$d/esp.bin"
run 0 "its result is known" image verify "$d/esp.bin"
refuse 2 "esp8266 without an address" "its address is missing" \
    pack esp8266 "$d/app.raw" "$d/boot.raw" "$d/boot.raw" "$d/boot.raw" -o "$d/x.bin"
run 0 "pack rda5981" image pack rda5981 "$d/app.raw" -o "$d/rda.bin"
run 0 "its result is known" image verify "$d/rda.bin"
run 0 "pack stm32" image pack stm32 "$d/boot.raw" "$d/app.raw" -o "$d/stm_all.bin"
[ "$(wc -c <"$d/stm_all.bin")" -eq $((0x84000 + 3000)) ]
result $? "both banks"
refuse 9 "stm32 with a loader that is too large" "runs over its place" \
    pack stm32 "$d/app.raw" "$d/boot.raw" 0x80000 0x100 -o "$d/x.bin"
run 0 "pack atsam" image pack atsam "$d/app.raw" -o "$d/sam_crc.bin"
run 0 "its result is known" image verify "$d/sam_crc.bin"
refuse 2 "a format that does not exist" "no format \"zip\"" pack zip "$d/app.raw" -o "$d/x.bin"
refuse 2 "too few files" "does not take 1 words" pack mk3060 "$d/app.raw" -o "$d/x.bin"
refuse 2 "no output" "there is no -o" pack xz "$d/app.raw"

# --- nothing is lost ---------------------------------------------------------------------------
cp "$d/app.raw" "$d/app.before"
refuse 3 "an output that is there" "is there already" pack xz "$d/boot.raw" -o "$d/app.raw"
refuse 3 "an output that is the input" "is the input" pack xz "$d/app.raw" -o "$d/../files/app.raw" --force
refuse 3 "the same with an address" "is the input" pack merge "$d/app.raw@0x10" -o "$d/app.raw" --force
refuse 3 "an output in no folder" "cannot be written" pack xz "$d/app.raw" -o "$d/nosuch/x"
refuse 3 "a folder that is a file" "folder cannot be made" unpack "$update" -o "$d/app.raw"
same "$d/app.raw" "$d/app.before" "the file is as before"
[ ! -e "$d/x.bin" ] && [ -z "$(find "$d" -name '*.part')" ]
result $? "what was refused left no file behind"

# --- hostile files -----------------------------------------------------------------------------
: >"$d/empty"
printf A >"$d/one"
printf '<?xml version="1.0"?><Error><Code>AccessDenied</Code>\033[2J</Error>' >"$d/page"
printf 'BSDIFF40\377\377\377\377\377\377\377\177%032d' 0 >"$d/huge.diff"
printf '81958711\377\377\377\377\000\000\000\000%032d' 0 >"$d/huge.rtl"
printf '\000\000\000\000\002\000\000\000OTA1\030\000\000\000AAAA\377\377\377\377\377\377\377\377AAAAOTA2\030\000\000\000AAAA\377\377\377\377\377\377\377\377AAAA' >"$d/huge.ota"
printf '\352\004\001\137\004\000\020\100\000\000\000\000\377\377\377\377%032d' 0 >"$d/huge.esp"
head -c 12 "$d/update.xz" >"$d/stub.xz"
truncate -s 2G "$d/sparse"
truncate -s 60M "$d/hole"
refuse 9 "an empty file" "empty file" verify "$d/empty"
refuse 9 "one byte" "text" verify "$d/one"
refuse 9 "an error page" "XML page" verify "$d/page"
run 0 "its code is shown, and no escape" image info "$d/page"
says "$work/out" "code +AccessDenied" "its code"
! grep -q "$(printf '\033')" "$work/out"
result $? "no escape of the file reaches the terminal"
refuse 9 "a diff of huge lengths" "claims more bytes than the file has" verify "$d/huge.diff"
refuse 9 "an image2 of a huge length" "claims 4294967295 bytes" verify "$d/huge.rtl"
refuse 9 "an ota_all.bin of huge lengths" "points out of the file" verify "$d/huge.ota"
refuse 9 "taking it apart" "OTA1 claims 4294967295 bytes" unpack "$d/huge.ota" -o "$d/huge"
refuse 9 "an esp8266 image of huge lengths" "irom length at offset 0xc: 4294967295" verify "$d/huge.esp"
refuse 9 "a stub of an archive" "cannot be unpacked" verify "$d/stub.xz"
refuse 9 "a file of zeros" "62914560 x 00" verify "$d/hole"
refuse 3 "a directory" "not a regular file" info "$d"
refuse 3 "a file of 2 GB" "more than any image" info "$d/sparse"
refuse 3 "a file that is not there" "cannot be read" info "$d/nosuch"
refuse 2 "no file" "takes 1 to" info
head -c 40000 /dev/zero | xz -9 >"$d/zeros.xz" 2>/dev/null
refuse 9 "an archive that no device can unpack" "CRC32 only" verify "$d/zeros.xz"
finish
