#!/bin/sh
# Bring ui/po/*.po up to date with the texts of the sources. Usage: po.sh [FOLDER]
# FOLDER: write the catalogues there instead, to compare. The result depends on the sources
# alone: no dates, no line numbers, no names.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8
out=${1:-ui/po}
template=$(mktemp)
trap 'rm -f "$template" "$template.po"' EXIT
printf 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n' >"$template"
texts() { # texts FILE KEYWORD...: adds to the template
    file=$1
    shift
    xgettext --language=C --from-code=UTF-8 --package-name=otaconsole --keyword "$@" \
        --add-comments=Translators: --add-location=file --sort-by-file --width=100 \
        --join-existing -o "$template" "$file"
}
find ui src/session/doctor_words.c -name '*.[ch]' | LC_ALL=C sort | while read -r source; do
    texts "$source" --keyword=_ --keyword=N_
done
# Tables of texts, with the number of the argument; xgettext takes one a run.
texts ui/keys.h --keyword=ACTION:6
texts ui/keys.h --keyword=ACTION:7
texts ui/verdict_pane.h --keyword=PHASE:3
for po in ui/po/*.po; do
    msgmerge --quiet --no-fuzzy-matching --add-location=file --sort-by-file --width=100 \
        -o "$template.po" "$po" "$template"
    sed -e '/^"POT-Creation-Date:/d' "$template.po" >"$out/$(basename "$po")"
done
