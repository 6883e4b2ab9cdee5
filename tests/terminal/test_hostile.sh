#!/bin/sh
# What a device prints cannot touch the terminal, and nothing that happens leaves it broken.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
line=$work/line

# --- hostile bytes -----------------------------------------------------------------------------
{
    printf 'before\r\n'
    printf '\033]0;OWNED\007\033]2;OWNED\033\\\r\n'
    printf '\033]52;c;T1dORUQ=\007clipboard\r\n'
    printf '\033[2J\033[H\033[?1049l\033[?25l\033c\r\n'
    printf '\033[6n\033[c\033]10;?\007query\r\n'
    printf '\033P+q544e\033\\\033_Gi=1\033\\device control\r\n'
    printf '\000\000nul\000\000\r\n'
    printf '\302\233 31mC1\302\205next\r\n'
    printf '\377\376\300\200bad utf-8 \355\240\200\r\n'
    printf 'abc\342\200\256txt.exe bidi\r\n'
    printf '\033[31mred as it wished\033[0m\r\n'
    head -c 1000000 /dev/zero | tr '\0' 'L'
    printf '\r\n'
    printf 'unfinished \033[3'
    sleep 0
    printf '\r\nall is said\r\n'
} >"$work/hostile"
beside "$work/sent" "$board" "$line" file "$work/hostile"
sleep 0.3
start 100 30 --port "$line"
shows 'all is said' "hostile bytes: the UI is alive at their end" 40
title=$(tmux -S "$socket" display -p -t ui '#{pane_title}')
case $title in *OWNED*) false ;; *) true ;; esac
result $? "the title is not the device's"
! tmux -S "$socket" show-buffer 2>/dev/null | grep -q OWNED
result $? "the clipboard is not the device's"
[ "$(tmux -S "$socket" display -p -t ui '#{alternate_on}')" = 1 ]
result $? "the screen was not switched"
prefix '['
keys g
shows 'x1b\]0;OWNED' "escape sequences are shown in words"
shows 'x1b\[2J' "so are movements"
hides 'x1b\[31m' "a colour is a colour, not text"
shows 'red as it wished' "and its text is there"
shows 'bad utf-8' "invalid UTF-8 is shown safely"
capture hostile-100x30
keys /
text zzz
keys Escape
sleep 0.2
prefix q
shows 'status 0' "it quits as usual"
hides 'x1b' "and the screen of before is back"

# --- the end comes unasked ----------------------------------------------------------------------
# broken_by SIGNAL STATUS: the terminal is as it was.
broken_by() {
    rm -rf "$work/record"
    start 80 24 --port sim: --record "$work/record"
    await 'application'
    text version
    keys Enter
    await 'app version'
    sleep 1
    pid=$(ui_pid)
    kill -"$1" "$pid"
    shows "status $2" "SIG$1: the shell has the terminal again"
    tmux -S "$socket" send-keys -t ui -l 'stty -a | grep -c " echo " ; echo sane'
    keys Enter
    shows '^sane' "SIG$1: lines are echoed and edited as before"
    [ "$(tmux -S "$socket" display -p -t ui '#{alternate_on}#{mouse_any_flag}#{cursor_flag}')" = 001 ]
    result $? "SIG$1: no alternate screen, no mouse, a cursor"
    grep -q 'app version' "$work/record/events.jsonl" && tail -c 1 "$work/record/stream.jsonl" | od -c | grep -q '\\n'
    result $? "SIG$1: the recording is there to its last line"
}
broken_by TERM 0
broken_by HUP 0
broken_by SEGV '1[0-9][0-9]'
broken_by ABRT '1[0-9][0-9]'

# A closed terminal: the pane goes, the UI ends in order.
rm -rf "$work/record"
start 80 24 --port sim: --record "$work/record"
await 'application'
pid=$(ui_pid)
tmux -S "$socket" kill-session -t ui
tries=60
while kill -0 "$pid" 2>/dev/null && [ $tries -gt 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
done
! kill -0 "$pid" 2>/dev/null
result $? "a closed terminal ends the UI"
"$tool" diagnose "$work/record" >"$work/out" 2>&1
grep -q 'no-ota\|no update' "$work/out"
result $? "and its recording can be read"

# Stopped and continued.
start 80 24 --port sim:
await 'application'
prefix C-z
shows 'READY|[Ss]topped' "suspended: the shell is there"
text fg
keys Enter
shows 'application' "continued: the UI is there again"
prefix q
await 'status'

# --- a full disk ----------------------------------------------------------------------------------
start 100 30 version # the limit holds for what the shell starts next
await status
tmux -S "$socket" send-keys -t ui -l "ulimit -f 200; $tool --port $line --record $work/full; echo \"status \$?\""
beside "$work/sent" "$board" "$line" flood 200000 6
sleep 0.3
keys Enter
shows 'recording is incomplete' "a full disk is told when it happens" 30
shows 'of a long day' "and the log goes on"
prefix q
shows 'status 3' "the exit status says that the recording is not whole"
python3 - "$work/full/stream.jsonl" <<'PY'
import json, sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
good = 0
for line in lines[:-1]:
    json.loads(line)
    good += 1
print("#", good, "whole lines")
sys.exit(0 if good > 5 else 1)
PY
result $? "what was written before is whole lines"
finish
