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
echo "== whole simulated runs (flash over a bad line, read back, boot)"
start=$(date +%s%N)
SEEDS=300 "$build/release/tests/sim/test_whole_runs" | grep 'runs,'
end=$(date +%s%N)
echo "  $((300 * 1000000000 / (end - start))) runs a second on one core"
echo
echo "== size"
size "$build/otaconsole" | awk 'NR == 2 {printf "  otaconsole: %d kB of code and constants\n", $1 / 1024}'
