#!/bin/sh
# Diff packages between real builds of this very tool, beside other programs that make diffs.
# Usage: bench_diff.sh BUILD
set -eu
build=${1:-build}
cd "$(dirname "$0")/../.."
tool=$build/otaconsole
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure NAME COMMAND...: size and time of what it writes to $work/result.
measure() {
    name=$1
    shift
    if ! command -v "$1" >/dev/null; then
        printf '    %-26s not installed: nothing to compare with\n' "$name"
        return 0
    fi
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1
    end=$(date +%s%N)
    awk -v name="$name" -v size="$(wc -c <"$work/result")" -v new="$(wc -c <"$work/new")" \
        -v ms=$(((end - start) / 1000000)) \
        'BEGIN {printf "    %-26s %8d bytes %6.2f %% of the new image %6d ms\n", name, size, 100 * size / new, ms}'
    rm "$work/result"
}

xz_file() {
    xz -9 -c "$1" >"$2"
}

pair() { # pair WHAT: between $work/old and $work/new
    printf '  %s (%d and %d bytes)\n' "$1" "$(wc -c <"$work/old")" "$(wc -c <"$work/new")"
    for slice in 64k 16k; do
        measure "otaconsole, slices of $slice" "$tool" image diff "$work/old" "$work/new" -s $slice \
            --force -o "$work/result"
    done
    measure "bsdiff" bsdiff "$work/old" "$work/new" "$work/result"
    measure "xdelta3 -9" xdelta3 -9 -e -f -s "$work/old" "$work/new" "$work/result"
    measure "xz -9 of the new image" xz_file "$work/new" "$work/result"
}

# image RESULT FOLDER FLAGS...: the tool, with the sources of FOLDER compiled once more with FLAGS.
image() {
    result=$1
    folder=$2
    shift 2
    objects=
    for c in $(find src ymodem ui -name '*.c' | sort); do
        o=$build/release/obj/${c%.c}.o
        case $c in
        "$folder"/*)
            o=$work/$(echo "${c%.c}" | tr / -).o
            # shellcheck disable=SC2046 # flags are meant to be split
            ${CC:-cc} -std=c11 -D_GNU_SOURCE -I. -Isrc $(pkg-config --cflags $packages) \
                -DOTACONSOLE_VERSION='"0.1.1"' -DOTACONSOLE_DATADIR='"/usr/share"' "$@" -c -o "$o" "$c"
            ;;
        esac
        objects="$objects $o"
    done
    # shellcheck disable=SC2046,SC2086 # lists are meant to be split
    ${CC:-cc} -o "$work/elf" $objects $(pkg-config --libs $packages) -lbearssl
    objcopy -O binary "$work/elf" "$work/whole"
    head -c 1048576 "$work/whole" >"$result"
}

packages="libcrypto yaml-0.1 libcjson libpcre2-8 libdw ncursesw liblzma libdivsufsort"
image "$work/old" none
image "$work/new" src/cli -O3 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -DNDEBUG
pair "another version number"
image "$work/new" src/workflow -Os
pair "one module compiled for size"
image "$work/new" src -Os
pair "nearly everything compiled for size"
