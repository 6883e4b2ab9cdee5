#!/bin/sh
# What `make bench` measures. Ratios within one run count; the machine's speed does not.
set -eu
build=${1:-build}
cd "$(dirname "$0")/../.."

echo "== on the wire"
"$build/release/tests/bench/bench_wire" "$build/otaconsole"
if [ -x "$build/release/tests/bench/bench_diagnose" ]; then
    echo
    echo "== reading logs"
    "$build/release/tests/bench/bench_diagnose"
fi
tests/bench/log_file.sh "$build/otaconsole" "${LOG_MB:-256}"
echo
echo "== the terminal UI beside a board that prints 92 kB/s (${UI_SECONDS:-20} s each)"
TERM=xterm-256color LANG=C.UTF-8 "$build/release/tests/bench/bench_ui" "${UI_SECONDS:-20}" otaconsole type \
    "$build/otaconsole" --port '{port}'
if command -v tio >/dev/null; then
    TERM=xterm-256color "$build/release/tests/bench/bench_ui" "${UI_SECONDS:-20}" tio none tio -b 921600 '{port}'
else
    echo "  tio is not installed: nothing to compare with"
fi
echo
echo "== diff packages"
tests/bench/bench_diff.sh "$build"
echo
echo "== whole simulated runs (flash over a bad line, read back, boot)"
start=$(date +%s%N)
SEEDS=300 "$build/release/tests/sim/test_whole_runs" | grep 'runs,'
end=$(date +%s%N)
echo "  $((300 * 1000000000 / (end - start))) runs a second on one core"
echo
echo "== size"
size "$build/otaconsole" | awk 'NR == 2 {printf "  otaconsole: %d kB of code and constants\n", $1 / 1024}'
