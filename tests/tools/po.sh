#!/bin/sh
# Bring ui/po/*.po up to date with the texts of the sources. Usage: po.sh [FOLDER]
# FOLDER: write the catalogues there instead, to compare. The result depends on the sources
# alone: no dates, no line numbers, no names.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8
out=${1:-ui/po}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
template=$folder/template
printf 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n' >"$template"

texts() { # texts FILE OPTION...: adds to the template
    file=$1
    shift
    xgettext --language=C --from-code=UTF-8 --package-name=otaconsole "$@" \
        --add-comments=Translators: --add-location=file --sort-by-file --width=100 \
        --join-existing -o "$template" "$file"
}

find ui src/session/doctor_words.c -name '*.[ch]' | LC_ALL=C sort | while read -r source; do
    texts "$source" --keyword --keyword=_ --keyword=N_
done
# Tables of texts, with the number of the argument; xgettext takes one a run.
texts ui/keys.h --keyword --keyword=ACTION:6
texts ui/keys.h --keyword --keyword=ACTION:7
texts ui/verdict_pane.h --keyword --keyword=PHASE:3

# Mistakes are told in English and translated where they are shown.
for source in $(grep -l 'problem_set(' ui/*.c); do
    texts "$source" --keyword --keyword=problem_set:4
    texts "$source" --keyword --keyword=problem_set:5
done

# The lower layers know nothing of languages: ui_phrase finds their sentences. Of all their
# strings those that have two words are taken, the rest are names, patterns and formats.
sentence='[[:alpha:]]{2}.* .*[[:alpha:]]{2}|^[,;] [[:alpha:]]|^cloud$'
for source in src/diagnose/story_verdict.c src/diagnose/story_words.c \
    src/image/flash_image.c src/link/adapters.c src/link/link.c src/link/link_lock.c \
    src/link/link_name.c src/link/link_serial.c src/link/link_sim.c src/link/serial_settings.c \
    src/link/sim_files.c src/session/recorder.c src/session/session.c \
    src/session/session_live.c src/session/session_pump.c src/session/session_services.c \
    src/session/session_transfer.c src/workflow/enter_download.c src/workflow/flash_job.c \
    src/workflow/flash_read.c src/workflow/loader_shell.c src/workflow/loader_text.c \
    src/workflow/runner.c src/workflow/runner_prepare.c src/workflow/step*.c \
    src/workflow/typist.c src/workflow/variables.c ui/log_filter.c ymodem/frame.c; do
    # Escape sequences in what is sent to a board are no mistake.
    xgettext --language=C --from-code=UTF-8 --extract-all --add-location=file --width=100 \
        -o "$folder/all" "$source" 2>"$folder/warnings" || { cat "$folder/warnings" >&2; exit 1; }
    sed -i -e "s/charset=CHARSET/charset=UTF-8/" "$folder/all"
    msggrep --msgid --extended-regexp -e "$sentence" --force-po -o "$folder/some" "$folder/all"
    msgcat --use-first --add-location=file --sort-by-file --width=100 -o "$folder/sum" \
        "$template" "$folder/some"
    mv "$folder/sum" "$template"
done

# What the profiles, rules and boards that come along show: one line, or folded over several; values
# are %s. Names of boards are names.
for source in profiles/*.yaml profiles/rules/*.yaml boards/*/board.yaml; do
    printf '#line 1 "%s"\n' "$source"
    awk '
        function show(text) {
            if (text ~ /^".*"$/) { printf "N_(%s)\n", text; return } # YAML quotes as C does
            gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); gsub(/\$\{[^}]*\}/, "%s", text)
            if (text != "") printf "N_(\"%s\")\n", text
        }
        folded && match($0, /^ */) && RLENGTH > depth { text = text (text == "" ? "" : " ") \
            substr($0, RLENGTH + 1); next }
        folded { show(text); folded = 0 }
        match($0, /^ *-? *(name|description|message|hint|meaning|advice): /) {
            value = substr($0, RLENGTH + 1); match($0, /^ */); depth = RLENGTH; text = ""
            if (value ~ /^>/) folded = 1; else show(value)
        }
        END { if (folded) show(text) }' "$source"
done >"$folder/profiles.c"
texts "$folder/profiles.c" --keyword --keyword=N_

# Sentences that are put together from pieces.
printf '#line 1 "src/link/link_name.c"\nN_("Plugged in: %%s; `otaconsole ports` tells more.")\n' \
    >"$folder/composed.c"
texts "$folder/composed.c" --keyword --keyword=N_

# A format without words has nothing to translate.
msggrep --invert-match --msgid --extended-regexp -e '^(%s)+$' --force-po --add-location=file \
    --sort-by-file --width=100 -o "$folder/words" "$template"

for po in ui/po/*.po; do
    msgmerge --quiet --no-fuzzy-matching --add-location=file --sort-by-file --width=100 \
        -o "$folder/po" "$po" "$folder/words"
    sed -e '/^"POT-Creation-Date:/d' "$folder/po" >"$out/$(basename "$po")"
done
