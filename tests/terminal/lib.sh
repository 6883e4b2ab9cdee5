# Helpers of the terminal tests; sourced. The UI runs in a tmux of its own, is driven by keys
# and read as text. Each check prints one TAP line.
# shellcheck shell=sh
tool=${OTACONSOLE:?set OTACONSOLE to the tool}
# shellcheck disable=SC2034 # used by the tests
board=${LINE_BOARD:?set LINE_BOARD to the test program that prints}
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
socket=$work/tmux
unset OTACONSOLE_PORT OTACONSOLE_BAUD OTACONSOLE_CONFIG NO_COLOR TMUX LC_ALL LANGUAGE
export LANG=C.UTF-8 HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"
export OTACONSOLE_DATA="$PWD" ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_segv=0:handle_abort=0"
failures=0
background=""

# hold: standard input for what must run on until the test ends; neither an end nor a byte.
mkfifo "$work/hold"
exec 9<>"$work/hold"

end() {
    tmux -S "$socket" kill-server 2>/dev/null
    # What was started in the background must not outlive the test.
    for job in $background; do kill "$job" 2>/dev/null; done
    [ -z "${KEEP:-}" ] && rm -rf "$work"
}
trap end EXIT

result() { # result STATUS NAME
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        failures=$((failures + 1))
    fi
}

# screen: the screen as text.
screen() {
    tmux -S "$socket" capture-pane -p -t ui 2>/dev/null
}

# start COLUMNS ROWS ARGUMENTS...: a shell in a terminal of that size, and the UI in it.
start() {
    columns=$1
    rows=$2
    shift 2
    tmux -S "$socket" kill-server 2>/dev/null
    # A server of its own each time: the old one may still be going.
    socket=$work/tmux$((sockets = ${sockets:-0} + 1))
    tmux -S "$socket" -f /dev/null new-session -d -s ui -x "$columns" -y "$rows" \
        "env LANG=${ui_language:-C.UTF-8} PS1='READY> ' sh -i"
    tmux -S "$socket" set -g set-clipboard on
    tmux -S "$socket" set -g allow-passthrough on
    await 'READY>' >/dev/null
    words=""
    for word in "$@"; do words="$words '$word'"; done
    tmux -S "$socket" send-keys -t ui -l "$tool$words; echo \"status \$?\""
    tmux -S "$socket" send-keys -t ui Enter
}

# await PATTERN [SECONDS]: until the screen shows it (extended regular expression).
await() {
    tries=$((${2:-20} * 20))
    while [ $tries -gt 0 ]; do
        screen | grep -qE -e "$1" && return 0
        sleep 0.05
        tries=$((tries - 1))
    done
    return 1
}

# shows PATTERN NAME [SECONDS]: a check that it comes.
shows() {
    await "$1" "${3:-20}"
    found=$?
    [ $found -eq 0 ] || screen | sed 's/^/# |/'
    result $found "$2"
}

# hides PATTERN NAME: a check that it is not there now.
hides() {
    ! screen | grep -qE -e "$1"
    found=$?
    [ $found -eq 0 ] || screen | sed 's/^/# |/'
    result $found "$2"
}

keys() { tmux -S "$socket" send-keys -t ui "$@"; }
text() { tmux -S "$socket" send-keys -t ui -l "$1"; }
prefix() { tmux -S "$socket" send-keys -t ui C-t "$@"; }
resize() { tmux -S "$socket" resize-window -t ui -x "$1" -y "$2"; }

# beside OUTPUT COMMAND...: in the background, until the test ends.
beside() {
    output=$1
    shift
    "$@" <"$work/hold" >"$output" 2>&1 &
    background="$background $!"
}

# ui_pid: of the UI under the shell of the terminal.
ui_pid() {
    shell=$(tmux -S "$socket" list-panes -t ui -F '#{pane_pid}')
    pgrep -P "$shell" | head -n 1
}

# capture NAME: the screen into SCREENS/NAME.txt, when SCREENS is set (make screens).
capture() {
    [ -z "${SCREENS:-}" ] || screen >"$SCREENS/$1.txt"
}

finish() {
    [ "$failures" -eq 0 ]
    exit $?
}
