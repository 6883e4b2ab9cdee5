#!/bin/sh
# Real peers: the simulated board on a pseudo-terminal, with the tool and with lrzsz at the other end.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$tool" sim size=16k --images "$work/i" >/dev/null || exit 2
low=$work/i/low-otaapp@mk3060.bin
port=$work/board

start() {
    "$tool" sim "$1" --link "$port" </dev/null >"$work/sim.out" 2>&1 &
    simulator=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -e "$port" ] && break
        sleep 0.1
    done
    sleep 0.3
}
stop() {
    kill "$simulator" 2>/dev/null
    wait "$simulator" 2>/dev/null
}

start start=loader
run 0 "flash over a pseudo-terminal, in real time" flash --non-interactive -p "$port" "$low" --boot
says "$work/out" 'read back and equal' "verified"
stop

start start=loader
# Two programs on one port: the second is turned away, and told by whom.
"$tool" monitor -p "$port" --for 20s </dev/null >/dev/null 2>&1 &
holder=$!
sleep 0.7
run 4 "a port that another program holds: exit status 4" flash --non-interactive -p "$port" "$low"
says "$work/err" "pid $holder" "its holder is named"
kill $holder
wait $holder 2>/dev/null
stop

if command -v sb >/dev/null && command -v rb >/dev/null; then
    start start=loader,flash-time=no
    # As a person does it: the command, its words, then sb.
    (
        exec 3<>"$port"
        printf 'write 0x13200\r' >&3
        timeout 5 sh -c 'while IFS= read -r line; do case $line in *abort*) break;; esac; done' <&3
        sleep 0.5
        timeout 60 sb -k -q "$low" <&3 >&3 2>/dev/null
    )
    result $? "lrzsz sends into the simulated loader"
    run 0 "and the flash is read back" read 0x13200 17408 -o "$work/back" -p "$port"
    cmp -s "$work/back" "$low"
    result $? "equal"
    mkdir -p "$work/rb"
    # The board's clock is the real one: a machine that is busy just then may lose bytes, as a
    # real line would, and rb gives up sooner than the loader does.
    received=1
    for attempt in 1 2 3; do
        [ $received -eq 0 ] && break
        [ "$attempt" -eq 1 ] || sleep 12
        rm -f "$work/rb/"*
        (
            exec 3<>"$port"
            printf '\rread 0x13200 17408\r' >&3
            timeout 5 sh -c 'while IFS= read -r line; do case $line in *Receive*) break;; esac; done' <&3
            cd "$work/rb" && timeout 60 rb -q <&3 >&3 2>/dev/null
        )
        cmp -s -n 17408 "$work/rb/image.bin" "$low"
        received=$?
    done
    result $received "lrzsz receives from the simulated loader"
    stop
else
    echo "ok - lrzsz # SKIP not installed"
fi
finish
