#!/bin/sh
# new: the folder it makes is used: explained, rehearsed, refused until it is filled in.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
umask 022
root=$PWD
case $tool in /*) ;; *) tool=$root/$tool ;; esac

run 0 "a project" new "$work/bench"
says "$work/out" "credentials.yaml +network and device" "it lists what it wrote"
says "$work/out" "otaconsole explain update.yaml" "and the next commands"
says "$work/out" "image keygen .*no key was made" "and makes no keys"
[ "$(stat -c %a "$work/bench/credentials.yaml")" = 600 ]
result $? "credentials are for their owner alone"
[ "$(wc -l <"$work/bench/README.md")" -eq 5 ]
result $? "README.md has five lines"
says "$work/bench/.gitignore" "^/credentials.yaml$" "git keeps out the credentials"
says "$work/bench/.gitignore" '^\*\.pem$' "and private keys"
says "$work/bench/partitions.txt" "0x013000 .. 0x100000" "the map is the board's"
if command -v git >/dev/null 2>&1; then
    git -C "$work/bench" init -q && touch "$work/bench/key.pem" &&
        git -C "$work/bench" add -A && ! git -C "$work/bench" ls-files | grep -E 'credentials|pem'
    result $? "git adds neither"
fi

cd "$work/bench" || exit 2
run 0 "the profile is explained" explain update.yaml
run 0 "rehearsal images" sim size=16k --images firmware
run 3 "not filled in" run update.yaml --dry-run --secret-file credentials.yaml \
    --set low=firmware/low-otaapp@mk3060.bin
says "$work/err" "credentials.yaml:3:[0-9]+: not filled in yet: ssid, password, pk, dn, ds" "by name"
one_message "one message"
run 3 "given otherwise, they are not missed" run update.yaml --dry-run --secret-file credentials.yaml \
    --set low=firmware/low-otaapp@mk3060.bin --set ssid=x --set pk=x --set dn=x --set ds=x
says "$work/err" "not filled in yet: password$" "but the last one is"
sed -i 's/"<fill in>"/abc/' credentials.yaml
run 0 "filled in, a dry run" run update.yaml --dry-run --secret-file credentials.yaml \
    --set low=firmware/low-otaapp@mk3060.bin
says "$work/out" "netmgr connect abc \*\*\*" "with its values"
run 0 "the rehearsal that README.md names" run update.yaml \
    --port sim:start=blank,push=firmware/high-otaapp@mk3060.ota.md5.bin \
    --set low=firmware/low-otaapp@mk3060.bin --quiet
says "$work/out" "success" "the update succeeds"
grep -q 'sim:start=blank,push=firmware/high-otaapp@mk3060.ota.md5.bin' README.md
result $? "README.md names it"
cd "$root" || exit 2

run 3 "not over a folder with something in it" new "$work/bench"
says "$work/err" "not empty" "it says so"
one_message "one message"
cp "$work/bench/credentials.yaml" "$work/credentials"
echo mine >"$work/bench/README.md"
run 0 "--force" new "$work/bench" --force
cmp -s "$work/bench/credentials.yaml" "$work/credentials"
result $? "what was typed stays"
says "$work/out" "credentials.yaml +was there and is left as it is" "it says so"
grep -q otaconsole "$work/bench/README.md"
result $? "the others are written over"

mkdir "$work/fresh" && mkdir "$work/fresh/.git"
run 0 "a fresh repository counts as empty" new "$work/fresh"
mkdir "$work/linked" && echo precious >"$work/precious"
ln -s "$work/precious" "$work/linked/update.yaml"
run 0 "a link in its way" new "$work/linked" --force
grep -q precious "$work/precious"
result $? "is not followed"

run 0 "a board that is flashed otherwise" new "$work/esp" --board esp8266 --generation 2m
! grep -q enter-download "$work/esp/update.yaml"
result $? "its workflow does not flash"
says "$work/esp/README.md" "--generation 2m" "its commands name the generation"
sed -i 's/"<fill in>"/abc/' "$work/esp/credentials.yaml"
run 0 "a dry run of it" run "$work/esp/update.yaml" --dry-run --secret-file "$work/esp/credentials.yaml"
cp boards/mk3060/board.yaml "$work/it's mine.yaml"
run 0 "a board file of one's own" new "$work/own" --board "$work/it's mine.yaml"
run 0 "is found from the project" explain "$work/own/update.yaml"
says "$work/out" "it's mine.yaml" "by its whole path"

run 3 "no such board" new "$work/x" --board mk3061
[ ! -e "$work/x" ]
result $? "nothing is made then"
run 3 "no such generation" new "$work/x" --generation 9
run 3 "no folder above it" new "$work/a/b/c"
run 3 "a file" new "$work/precious"
run 2 "no folder named" new
finish
