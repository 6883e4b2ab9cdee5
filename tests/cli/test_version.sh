#!/bin/sh
# version check and next: the device's rule, its reasons, and a version that passes it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

low=app-1.0.0-20180601.1234

run 0 "a larger version" version check app-2.0.0-20180820.1600 --running $low
says "$work/out" "^accepted: " "it is accepted"
says "$work/out" '^ {15}\^ this character decides' "the deciding character is marked"
run 22 "upper case (FAQ 1)" version check APP-2.0.0-20180820.1600 --running $low
says "$work/err" "upper-case letter sorts before" "the reason"
says "$work/err" "Name it app-2.0.0-20180820.1600" "and what to name it"
one_message "one message"
run 22 "1.10 after 1.9" version check app-1.10.0 --running app-1.9.0
says "$work/err" "not by number.*10 counts as less than 9" "the reason"
says "$work/err" "Name it app-1.9.1" "and what to name it"
run 22 "a prefix" version check app-1.0.0 --running $low
says "$work/err" "is the beginning of the running" "the reason"
run 22 "the same" version check $low --running $low
says "$work/err" "already" "the reason"
run 22 "several images" version check AOS-R-1.3.1_app-2.0.0 --running AOS-R-1.3.1_app-1.0.0
says "$work/err" "Name it AOS-R-1.3.2_app-2.0.0" "what to name it"
run 0 "an empty variable" version check app-2.0.0- --running $low
says "$work/out" "warning: It ends with '-'.*CURRENT_TME.*CURRENT_TIME" "the guide's misspelling is named"
# shellcheck disable=SC2016
run 0 "a variable that was not expanded" version check 'app-2.0.0-$(CURRENT_TME)' --running $low
says "$work/out" "warning: The build did not put a value in" "it is named"
run 0 "too long" version check "app-2.0.0-$(printf '%070d' 0)" --running $low
says "$work/out" "warning: It has 80 characters; devices keep 64" "it is named"
run 0 "control characters" version check "$(printf 'zz\033[31m')" --running $low
says "$work/out" '\\x1b' "they are shown, not sent"

run 0 "the next one" version next $low
says "$work/out" "^app-1\.0\.1-20[0-9]{6}\.[0-9]{4}$" "numbers keep their digits, the time is today's"
says "$work/err" "last number is one up" "it is explained"
next=$(cat "$work/out")
run 0 "the device takes it" version check "$next" --running $low
run 0 "with seconds, as 3.1 writes it" version next app-1.0.9-20180601.123456
says "$work/out" "^app-1\.1\.0-20[0-9]{6}\.[0-9]{6}$" "with seconds, and the 9 carried"
run 0 "when all digits are 9" version next app-9.9.9
says "$work/out" "^app-9\.9\.9\.1$" "one more number"
run 0 "what runs is larger" version next APP-2.0.0 --running app-1.0.0
says "$work/out" "^app-1\.0\.1$" "it goes on from what runs"
run 22 "no next one" version next "$(printf '%070d' 9)"
one_message "one message"

run 0 "the tool's own" version
says "$work/out" "^otaconsole [0-9]" "it is printed"
run 2 "no running version" version check app-2.0.0
run 2 "nothing to check" version check --running $low
run 2 "nothing to go on from" version next
run 2 "another word" version frobnicate
finish
