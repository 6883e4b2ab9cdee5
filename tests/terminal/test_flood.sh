#!/bin/sh
# A board that prints as fast as the line can, while its user works: no byte is lost.
# FLOOD_SECONDS (default 8; the full measure is 60) and 92000 bytes a second.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
line=$work/line
seconds=${FLOOD_SECONDS:-8}

beside "$work/sent" "$board" "$line" flood 92000 "$seconds"
sleep 0.3
start 120 40 --port "$line" --record "$work/record"
shows 'of a long day' "the flood is shown"
began=$(date +%s)
round=0
while [ $(($(date +%s) - began)) -lt "$seconds" ]; do
    round=$((round + 1))
    case $((round % 6)) in
    0) resize 80 24 ;;
    1) prefix / && text "line $round" && keys Enter ;;
    2) resize 200 60 && keys n ;;
    3) prefix Space && keys PageUp PageUp ;;
    4) resize 40 10 && prefix f && text "level:W" && keys Enter ;;
    5) prefix F && prefix Space && resize 120 40 ;;
    esac
    sleep 0.15
done
prefix F
prefix '>'
tries=200
while ! [ -s "$work/sent" ] && [ $tries -gt 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
done
sleep 1
prefix D
shows 'keyboard' "figures of the session"
capture figures-120x40
longest=$(screen | sed -n 's/.*at most \([0-9]*\) ms between.*/\1/p')
echo "# longest time away from the keyboard: $longest ms; line: $(cat "$work/sent")"
keys Escape
sleep 0.2
prefix q
shows 'status 0' "it quits as usual"
sent=$(cut -d' ' -f1,2 "$work/sent")
recorded=$("$board" - digest "$work/record")
[ -n "$sent" ] && [ "$sent" = "$recorded" ]
result $? "every byte that was sent is in the recording ($recorded)"
finish
