#!/bin/sh
# Static checks, as TAP. Each is one test; the details go to standard output.
set -u
cd "$(dirname "$0")/../.." || exit 2
status=0

check() {
    name=$1
    shift
    if out=$("$@" 2>&1); then
        echo "ok - $name"
    else
        printf '%s\n' "$out" | head -n 60
        echo "not ok - $name"
        status=1
    fi
}

sources() {
    find src ymodem ui tests -name '*.[ch]' | sort
}

formatting() {
    # shellcheck disable=SC2046
    clang-format --dry-run -Werror $(sources)
}

cppcheck_all() {
    cppcheck -q --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
        --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -I. -Isrc -j 2 \
        src ymodem ui
}

tidy_all() {
    flags="-std=c11 -D_GNU_SOURCE -I. -Isrc $(pkg-config --cflags libcrypto yaml-0.1 libcjson libpcre2-8 libdw)"
    # shellcheck disable=SC2046,SC2086
    find src ymodem ui -name '*.c' -print0 | xargs -0 -P 2 -n 8 sh -c \
        'clang-tidy --quiet --warnings-as-errors="*" "$@" -- '"$flags"' -DOTACONSOLE_VERSION=\"x\" -DOTACONSOLE_DATADIR=\"x\" 2>/dev/null' sh
}

freestanding() {
    for f in ymodem/*.c src/device/*.c; do
        [ -e "$f" ] || continue
        cc -std=c11 -ffreestanding -Wall -Wextra -Werror -I. -Isrc -fsyntax-only "$f" || return 1
        # What runs on the board must not drag in a host: no allocation, no stdio.
        if grep -nE '# *include *<(stdio|stdlib|time|unistd|errno|pthread)\.h>' "$f"; then
            return 1
        fi
    done
}

machine_paths() {
    # The tests and docs must not name the machine they were written on.
    ! git grep -nIE '(/root/|/home/[a-z]|/work/)' -- . ':!tests/lint/run.sh'
}

docs_current() {
    build=${BUILD:-build}
    [ -x "$build/otaconsole" ] || { echo "build/otaconsole is not built"; return 1; }
    pages=$(mktemp -d)
    tests/tools/docs.sh "$build" "$pages" &&
        for page in "$pages"/*.md; do
            diff -u "docs/$(basename "$page")" "$page" || { rm -rf "$pages"; return 1; }
        done
    rm -rf "$pages"
}

catalogues_current() {
    for tool in xgettext msgmerge msgattrib msggrep; do
        command -v $tool >/dev/null || { echo "skipped: $tool is missing (package gettext)"; return 0; }
    done
    fresh=$(mktemp -d)
    status_po=0
    tests/tools/po.sh "$fresh" || status_po=1
    for po in ui/po/*.po; do
        diff -u "$po" "$fresh/$(basename "$po")" || { echo "run make po"; status_po=1; }
        # All that the UI, the doctor and the verdict say is translated; rules may follow later.
        missing=$(msgattrib --no-wrap --untranslated "$po" 2>/dev/null |
            msggrep --location='ui/*' --location='src/session/doctor_words.c' \
                --location='src/diagnose/story_*.c' - 2>/dev/null | grep '^msgid ".')
        [ -z "$missing" ] || { echo "$po: not translated:"; echo "$missing"; status_po=1; }
    done
    rm -rf "$fresh"
    return $status_po
}

check "module arrows point down" tests/lint/arrows.sh
check "formatting (clang-format)" formatting
check "device code is freestanding" freestanding
check "cppcheck" cppcheck_all
check "clang-tidy" tidy_all
# shellcheck disable=SC2046
check "shellcheck" shellcheck -x -S warning $(find tests .ci -name '*.sh' -o -path .ci/run | sort)
check "no machine paths" machine_paths
check "message catalogues are current and translated (make po)" catalogues_current
check "reference pages are current (make docs)" docs_current
exit $status
