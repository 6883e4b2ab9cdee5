#!/bin/sh
# When nothing sensible arrives the UI says which of the reasons it is, and what to do.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
line=$work/line

start 100 30 --port "$work/nowhere"
shows 'port not found' "a port that is not there"
shows 'no such port' "in words"
prefix q
await status

# Held by another program.
beside /dev/null "$tool" sim --link "$line"
sleep 0.5
beside /dev/null "$tool" monitor --port "$line" --for 60s
holder=$!
sleep 0.7
start 100 30 --port "$line"
shows 'port busy' "a port that another program holds"
shows "$holder" "with its process id"
kill $holder
shows 'application' "and it is taken as soon as it is free" 30
prefix q
await status

start 100 30 --port sim:fault=silent
shows 'silent' "a silent board"
shows '[Pp]ower' "and what to check"
prefix q
await status

start 100 30 --port sim: --baud 115200
text version
keys Enter
shows 'garbage' "garbage: likely the baud rate"
capture garbage-100x30
prefix U
shows '921600' "the rate is found by trying" 60
shows 'application' "and the board is recognised then" 30
prefix q
await status

start 100 30 --port sim:start=loader
text ' '
keys Enter
shows 'loader' "a loader is recognised"
prefix q
await status

start 100 30 --port sim:unplug=4s,replug=4s
await 'application'
shows 'adapter gone' "an adapter that goes away is told"
shows 'application|talking|listening' "and taken back when it returns" 30
prefix q
shows 'status 0' "quits as usual"
finish
