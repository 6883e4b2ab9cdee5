#!/bin/sh
# `diagnose` on a large log beside `wc -l` and `grep -E` with the same words, in one run.
# Usage: log_file.sh TOOL [MEGABYTES]
set -eu
tool=$1
megabytes=${2:-256}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tool" run mk3060-ota -p sim: --quiet --record "$work/run" >/dev/null
python3 - "$work/run/stream.jsonl" "$work/log" "$megabytes" <<'PY'
import base64, json, sys
update = b""
for line in open(sys.argv[1], encoding="utf-8"):
    piece = json.loads(line)
    if piece["dir"] == "rx":
        update += base64.b64decode(piece["base64"]) if "base64" in piece else piece["text"].encode()
own = b"".join(
    b"[%06d]<I> sensor %d: temperature %d.%d humidity %d, battery %d mV, link quality %d\r\n"
    % (i * 10, i % 7, i % 40, i % 10, i % 100, 3000 + i % 900, i % 100)
    for i in range(600)
)
block = own + update
with open(sys.argv[2], "wb") as out:
    for _ in range(int(sys.argv[3]) * 1000000 // len(block) + 1):
        out.write(block)
PY
# The longest literal part of every rule's format, as one alternation.
"$tool" rules list | cut -c64- | sed 's/%[-0-9.]*l*[a-zA-Z]/\n/g' | grep -E '.{8}' |
    sed 's/[][\.*^$()+?{}|\\/]/\\&/g' | sort -u | paste -sd'|' - >"$work/words"

measure() { # measure NAME COMMAND...
    name=$1
    shift
    start=$(date +%s%N)
    "$@" >"$work/out" 2>&1 || true # not /dev/null: grep would stop at the first match
    end=$(date +%s%N)
    echo "  $name: $((megabytes * 1000000000 / ((end - start) / 1000 + 1) / 1000)) MB/s"
}
cat "$work/log" >/dev/null
measure "wc -l" wc -l "$work/log"
measure "otaconsole diagnose" "$tool" diagnose "$work/log"
measure "grep -E (stopped after 60 s)" env LC_ALL=C timeout 60 grep -cE "$(cat "$work/words")" "$work/log"
