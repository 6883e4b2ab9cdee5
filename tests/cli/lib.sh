# Helpers of the command line tests; sourced. Each check prints one TAP line.
# shellcheck shell=sh
tool=${OTACONSOLE:?set OTACONSOLE to the tool}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$0")/../.." || exit 2
unset OTACONSOLE_PORT OTACONSOLE_BAUD NO_COLOR
failures=0

result() { # result STATUS NAME
    if [ "$1" -eq 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        failures=$((failures + 1))
    fi
}

# run EXPECTED_STATUS NAME ARGUMENTS...: standard output in $work/out, standard error in $work/err.
run() {
    wanted=$1
    name=$2
    shift 2
    status=0
    timeout 120 "$tool" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "# exit status $status instead of $wanted: $*"
        tail -n 20 "$work/out" "$work/err" | sed 's/^/# /'
    fi
    [ "$status" -eq "$wanted" ]
    result $? "$name"
}

# says FILE PATTERN NAME: the file holds the (extended) pattern.
says() {
    grep -qE -e "$2" "$1"
    found=$?
    [ $found -eq 0 ] || sed 's/^/# /' "$1" | head -n 20
    result $found "$3"
}

# one_message NAME: standard error is one sentence with a hint below it, and no more.
one_message() {
    lines=$(wc -l <"$work/err")
    [ "$lines" -eq 2 ] && head -n 1 "$work/err" | grep -q '^otaconsole: ' &&
        tail -n 1 "$work/err" | grep -q '^  [A-Z`]'
    status=$?
    [ $status -eq 0 ] || sed 's/^/# /' "$work/err"
    result $status "$1"
}

finish() {
    [ "$failures" -eq 0 ]
    exit $?
}
