#!/bin/sh
# The whole job on the simulated board by keys alone, small and large screen, both languages.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$tool" sim --images "$work/images" >/dev/null
low=$work/images/low-otaapp@mk3060.bin

# job COLUMNS ROWS: from the empty screen to the verdict.
job() {
    start "$1" "$2" --board mk3060 --port sim:speed=40
    shows 'application' "$1x$2: the board is recognised"
    capture "start-$1x$2"
    prefix p
    shows 'two-versions' "$1x$2: profiles to choose from"
    capture "profiles-$1x$2"
    text two-versions
    keys Enter
    shows 'write and prove' "$1x$2: the steps are shown"
    prefix r
    shows 'Value of low' "$1x$2: a missing value is asked for"
    text "$low"
    capture "value-$1x$2"
    keys Enter
    await 'kB/s'
    capture "transfer-$1x$2"
    await 'Download' 60
    prefix v
    shows 'success' "$1x$2: flashed, updated, judged" 90
    await 'finished in'
    capture "verdict-$1x$2"
    prefix w
    await 'follow the update'
    capture "workflow-$1x$2"
    prefix z
    sleep 0.3
    capture "workflow-zoomed-$1x$2"
    prefix z
}

job 80 24
# The panes and what opens over them, once.
prefix '['
keys e
keys /
text mqtt
shows 'search: mqtt' "the search is typed under the log"
capture search-80x24
keys Enter
keys x
shows '0000 ' "bytes in hexadecimal"
capture hex-80x24
keys x
keys '?'
shows 'Ctrl-T' "help made from the key table"
capture help-80x24
keys Escape
sleep 0.2
prefix :
shows 'All actions|actions' "the palette"
text baud
capture palette-80x24
keys Escape
sleep 0.2
prefix q
shows 'status 0' "quitting leaves with 0"

job 200 60
prefix q
shows 'status 0' "quitting leaves with 0 again"

ui_language=zh_CN.UTF-8 # tmux itself needs a locale that is there
# chinese COLUMNS ROWS
chinese() {
    start "$1" "$2" --board mk3060 --port sim:speed=60 --profile mk3060-ota
    shows '应用' "Chinese, $1x$2: the board is recognised"
    capture "start-zh-$1x$2"
    prefix r
    await '完成' 60
    prefix v
    shows '成功' "Chinese, $1x$2: the verdict" 30
    capture "verdict-zh-$1x$2"
    prefix '?'
    shows '帮助' "Chinese, $1x$2: help"
    capture "help-zh-$1x$2"
    keys Escape
    sleep 0.2
    prefix q
    shows 'status 0' "Chinese, $1x$2: quitting"
}
chinese 80 24
chinese 200 60
finish
