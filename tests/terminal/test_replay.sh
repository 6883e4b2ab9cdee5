#!/bin/sh
# Recordings and logs play back in the same UI, with their verdict.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$tool" run mk3060-ota --port sim: --record "$work/run" >/dev/null 2>&1
start 120 40 replay "$work/run" --speed max
shows 'success' "a recording at once: its verdict"
shows 'follow the update' "its steps"
shows 'end of the recording|end' "its end"
capture replay-120x40
prefix r
shows 'no board' "nothing can be sent in a replay"
keys q
shows 'status 0' "q quits"

start 120 40 replay "$work/run" --speed 10
sleep 0.8
hides 'success' "ten times as fast is not at once"
keys .
shows 'success' "faster, by key" 30
keys q
await status

"$tool" run mk3060-ota --port sim:fault=bad-hash -v >"$work/plain.log" 2>&1
start 120 40 replay "$work/plain.log" --speed max
shows 'failed' "any log: judged by the rules"
keys q
await status

cp -r "$work/run" "$work/cut"
rm "$work/cut/events.jsonl"
start 120 40 replay "$work/cut" --speed max
shows 'success' "a recording without its events is judged anew"
keys q
await status

head -c 3000 "$work/run/events.jsonl" >"$work/cut/events.jsonl"
start 120 40 replay "$work/cut" --speed max
shows 'end|read' "a recording cut in the middle of a line plays to there"
keys q
shows 'status 0' "and quits as usual"
finish
