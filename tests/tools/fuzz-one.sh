#!/bin/sh
# Run one libFuzzer target for a bounded time on its stored corpus. Usage: fuzz-one.sh PROGRAM SECONDS
# FUZZ_SEED: 0 (or none) = another way each time; `make check` takes a fixed one, so that it
# judges the change at hand and not its luck.
# Crashing inputs are written to build/fuzz/crashes/ and their path is printed by libFuzzer.
set -eu
program=$1
seconds=$2
name=$(basename "$program")
seeds=$(dirname "$0")/../fuzz/corpus/$name
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
crashes=$(dirname "$program")/../../crashes
mkdir -p "$crashes"
set -- "$work"
[ ! -d "$seeds" ] || set -- "$work" "$seeds"
if "$program" -max_total_time="$seconds" -seed="${FUZZ_SEED:-0}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$crashes/$name-" "$@" >"$work/log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    echo "ok - $name: ${runs:-?} inputs in ${seconds}s, no finding"
else
    tail -n 40 "$work/log" >&2
    echo "not ok - $name: a finding; the input is kept under $crashes"
    exit 1
fi
