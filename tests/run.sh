#!/bin/sh
# What `make check` runs: build every flavour, run every suite, end with one summary line.
# Environment: MAKE, BUILD, SEEDS (whole-run simulations), FUZZ_SECONDS (per target).
set -u
cd "$(dirname "$0")/.." || exit 2
MAKE=${MAKE:-make}
BUILD=${BUILD:-build}
SEEDS=${SEEDS:-1000}
FUZZ_SECONDS=${FUZZ_SECONDS:-5}
export SEEDS FUZZ_SECONDS
jobs=$(nproc 2>/dev/null || echo 2)
logs=$BUILD/logs
mkdir -p "$logs"
passed=0
failed=0
skipped=0
broken=""

build() {
    printf '== build: %s\n' "$1"
    shift
    if ! "$MAKE" --no-print-directory -s -j"$jobs" "$@" >"$logs/build.log" 2>&1; then
        tail -n 60 "$logs/build.log"
        failed=$((failed + 1))
        broken="$broken build:$*"
        return 1
    fi
}

# count FILE: add up cmocka's closing lines and TAP's ok / not ok.
count() {
    ok=$(awk '/^\[  PASSED  \] [0-9]+ test/ {n += $4} /^ok( |$)/ && !/# SKIP/ {n++} END {print n + 0}' "$1")
    bad=$(awk '/^\[  FAILED  \] [0-9]+ test/ {n += $4} /^not ok/ {n++} END {print n + 0}' "$1")
    skip=$(awk '/^\[  SKIPPED \] [0-9]+ test/ {n += $4} /^ok.*# SKIP/ {n++} END {print n + 0}' "$1")
}

# suite NAME COMMAND...: a suite that dies or runs no test has failed.
suite() {
    name=$1
    shift
    log=$logs/$(echo "$name" | tr '/ ' '__').log
    start=$(date +%s)
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    count "$log"
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi
    if [ $((ok + bad + skip)) -eq 0 ]; then
        bad=1
        echo "no test was run" >>"$log"
    fi
    passed=$((passed + ok))
    failed=$((failed + bad))
    skipped=$((skipped + skip))
    printf '%-34s %4d passed %3d failed %3d skipped  %3ds\n' "$name" "$ok" "$bad" "$skip" \
        $(($(date +%s) - start))
    if [ "$bad" -ne 0 ]; then
        broken="$broken $name"
        grep -v '^\[ *\(RUN\|OK\) *\]' "$log" | tail -n 60 | sed 's/^/    /'
    fi
}

programs() {
    find "$1" -maxdepth 2 -type f -name "$2" -perm -u+x 2>/dev/null | sort
}

if build "tool, and unit, vector and peer tests (ASan, UBSan)" FLAVOUR=asan \
    "$BUILD/asan/otaconsole" catalogues build-unit build-peer build-terminal; then
    for t in $(programs "$BUILD/asan/tests/unit" 'test_*') $(programs "$BUILD/asan/tests/vector" 'test_*'); do
        suite "${t#"$BUILD"/asan/tests/}" "$t"
    done
    for t in $(programs "$BUILD/asan/tests/peer" 'test_*'); do
        suite "${t#"$BUILD"/asan/tests/}" "$t"
    done
    for t in tests/cli/test_*.sh; do
        OTACONSOLE=$PWD/$BUILD/asan/otaconsole suite "${t#tests/}" sh "$t"
    done
    for t in tests/terminal/test_*.sh; do
        OTACONSOLE=$PWD/$BUILD/asan/otaconsole LINE_BOARD=$PWD/$BUILD/asan/tests/terminal/line_board \
            suite "${t#tests/}" sh "$t"
    done
fi
if build "whole-run simulation and benchmarks (optimised)" tool build-sim build-bench; then
    for t in $(programs "$BUILD/release/tests/sim" 'test_*'); do
        suite "sim/$(basename "$t") ($SEEDS seeds)" "$t"
    done
fi
if build "fuzz targets (clang, libFuzzer)" CC=clang FLAVOUR=fuzz build-fuzz; then
    for t in $(programs "$BUILD/fuzz/tests/fuzz" 'fuzz_*'); do
        FUZZ_SEED=1 suite "fuzz/$(basename "$t")" tests/tools/fuzz-one.sh "$t" "$FUZZ_SECONDS"
    done
fi
if build "the same sources under clang, no warning" CC=clang FLAVOUR=clang "$BUILD/clang/otaconsole"; then
    passed=$((passed + 1))
fi
suite "lint" tests/lint/run.sh

[ -z "$broken" ] || printf '\nFailed:%s\n' "$broken"
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
