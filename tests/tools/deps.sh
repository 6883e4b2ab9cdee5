#!/bin/sh
# Install the Debian packages a target needs, saying which. Usage: deps.sh GROUP...
# Nothing is done, and no root is needed, when everything is there already.
set -eu

# Each package earns its place in README.md, "What it is built on".
build="gcc libc6-dev make pkg-config ca-certificates libssl-dev libyaml-dev libcjson-dev libpcre2-dev libbearssl-dev libdw-dev libncurses-dev gettext"
check="libcmocka-dev lrzsz clang libclang-rt-14-dev clang-format clang-tidy cppcheck shellcheck procps git python3-minimal tmux"
bench="tio"

wanted=""
for group in "$@"; do
    case $group in
    build) wanted="$wanted $build" ;;
    check) wanted="$wanted $check" ;;
    bench) wanted="$wanted $bench" ;;
    *) echo "deps.sh: unknown group '$group' (build, check, bench)" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps: this is not a Debian system; please install the equivalents of:$wanted" >&2
    exit 0
fi

missing=""
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "deps: installing Debian packages:$missing"
if [ "$(id -u)" = 0 ]; then
    sudo=""
elif command -v sudo >/dev/null 2>&1; then
    sudo=sudo
else
    echo "deps: not root and no sudo here; run as root: apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the list is meant to be split
if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends $missing; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    echo "deps: apt-get failed (its words are above); install by hand:$missing" >&2
    exit 1
fi
echo "deps: done"
