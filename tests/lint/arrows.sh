#!/bin/sh
# The picture of docs/architecture.md as a check: a module may include only what the table allows.
# Prints one line per forbidden include; silent and 0 when all arrows point down.
set -eu
cd "$(dirname "$0")/../.."

# module: the modules it may include (itself is always allowed)
table='
base:
event: base
yaml: base
ymodem: base/clock.h
device: ymodem
board: base yaml ymodem
image: base board device ymodem
diagnose: base yaml event device
workflow: base event yaml ymodem board image diagnose
sim: base ymodem device
link: base sim
session: base event yaml ymodem device board image diagnose workflow link sim
ui: base event yaml ymodem board image diagnose workflow link session
cli: base event yaml ymodem device board image diagnose workflow sim link session ui
'
found=$(
    find src ymodem ui -name '*.[ch]' | sort | while read -r file; do
        case $file in
        src/*) module=${file#src/} module=${module%%/*} ;;
        *) module=${file%%/*} ;;
        esac
        allowed=$(printf '%s' "$table" | sed -n "s/^$module://p")
        sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file" | while read -r header; do
            target=${header%%/*}
            [ "$target" = "$module" ] && continue
            ok=no
            for a in $allowed; do
                if [ "$a" = "$target" ] || [ "$a" = "$header" ]; then ok=yes; fi
            done
            [ $ok = yes ] || echo "$file: $module may not include \"$header\""
        done
    done
)
[ -z "$found" ] || { printf '%s\n' "$found"; exit 1; }
