#!/bin/sh
# The main job on the simulated mk3060: flash the low version, prove it, connect, update over the
# air to the high one, and judge. Usage: demo.sh BUILD
set -eu
build=${1:-build}
cd "$(dirname "$0")/../.."
tool=$build/otaconsole
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "== two rehearsal firmware versions (make your own with the AliOS build)"
"$tool" sim --images "$work"
echo
echo "== the whole job on a simulated mk3060 (its clock runs faster than yours)"
echo "   otaconsole run mk3060-two-versions --port sim:start=blank,push=HIGH --set low=LOW"
echo
status=0
"$tool" run profiles/mk3060-two-versions.yaml \
    --port "sim:start=blank,push=$work/high-otaapp@mk3060.ota.md5.bin" \
    --set "low=$work/low-otaapp@mk3060.bin" --set version=app-2.0.0-20180820.1600 || status=$?
echo
[ "$status" -eq 0 ] || exit "$status"
echo "== the same with a damaged download: every failure has a cause, a next step, an exit status"
"$tool" run profiles/mk3060-ota.yaml --port sim:fault=bad-hash --quiet || status=$?
echo "   exit status $status"
echo
echo "Next: build/otaconsole help, and README.md for a real board."
