#!/bin/sh
# Logs after the fact: verdicts as exit statuses, reports without secrets, rules, redaction, crashes.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
logs=tests/vector/logs

run 27 "a real log of a wrong upload: exit status 27" diagnose \
    $logs/01-esp8266-linkkitapp-image-magic-error.log --html "$work/report.html"
says "$work/out" '0x3ffe8c18' "its magic is named"
says "$work/out" 'line 21 .*image magic error' "with the line"
says "$work/out" 'device check and write' "and where to look"
says "$work/report.html" '<svg ' "the HTML report has its picture"
! grep -qE 'https?://|<script|src=' "$work/report.html"
result $? "and fetches nothing"
run 0 "a log without an update" diagnose $logs/12-esp8266-linkkitapp-dev-identity-banner.log
run 20 "a wrong Wi-Fi password" diagnose $logs/17-esp8266-awss-password-error.log --json
python3 -c 'import json, sys; o = json.load(open(sys.argv[1])); sys.exit(o["verdict"] != "failed" or o["cause"] != "wifi-failed")' "$work/out"
result $? "as JSON"
status=0
"$tool" diagnose - <$logs/05-esp8266-esp-aliyun-ota-empty-recv-reset.log >"$work/out" 2>&1 || status=$?
[ $status -eq 23 ]
result $? "standard input"

"$tool" run mk3060-ota -p sim:fault=bad-image-md5 --record "$work/record" --quiet >/dev/null 2>&1
run 27 "a recording gives the verdict that the run gave" diagnose "$work/record"
says "$work/out" 'MD5' "in words"

# Secrets planted in every shape: none may survive in any output.
secret=Sup3rSecretValue0123456789abcdef
{
    echo "ssid:office key:$secret"
    echo "[000100]<E> mqtt init pk:a1abc dn:bench ds:$secret"
    echo "# netmgr connect office $secret"
    echo "# OTA_APP a1abc bench $secret 0 3"
    echo "DeviceSecret : $secret"
    echo "{\"deviceSecret\":\"$secret\"}"
    echo "[000200]<I> parse response {\"url\":\"https://x.y/z?Expires=1&OSSAccessKeyId=$secret&Signature=$secret%3D\"}"
    printf '\033[32m[000300]<I> ssid:office key:%s\033[0m\r\n' "$secret"
} >"$work/secrets.log"
run 0 "redact" redact "$work/secrets.log" -o "$work/safe.log"
! grep -q "$secret" "$work/safe.log"
result $? "no secret left"
[ "$(wc -l <"$work/safe.log")" -eq 8 ] && grep -q 'ssid:office' "$work/safe.log"
result $? "and the rest is still there"
"$tool" diagnose "$work/secrets.log" -v --html "$work/secrets.html" >"$work/out" 2>&1
"$tool" diagnose "$work/secrets.log" --json >>"$work/out" 2>&1
! grep -q "$secret" "$work/out" "$work/secrets.html"
result $? "no secret in a report"

# The same log as other terminals store it.
log=$logs/01-esp8266-linkkitapp-image-magic-error.log
sed 's/^\[[0-9_:-]*\]/[12:34:56.789] /' $log >"$work/tio.log"
run 27 "stamped by tio" diagnose "$work/tio.log"
sed 's/^\[[0-9_:-]*\]/12:34:56.789 > /' $log >"$work/pio.log"
run 27 "stamped by pio" diagnose "$work/pio.log"
tr -d '\r' <$log | tr '\n' '\r' >"$work/cr.log"
run 27 "with lone carriage returns" diagnose "$work/cr.log"

run 0 "rules list" rules list
[ "$(wc -l <"$work/out")" -gt 400 ]
result $? "hundreds of them"
run 0 "rules test" rules test 'image parse malloc failed!'
says "$work/out" 'MD5' "says what the words mean"
run 1 "rules test with an unknown line" rules test 'nothing that any firmware prints'
printf 'rules:\n  - id: mine\n    format: "my sensor %%d failed"\n    captures: ["_"]\n    phase: boot\n    outcome: fail\n    meaning: The sensor is broken.\n' >"$work/mine.yaml"
run 0 "rules lint" rules lint "$work/mine.yaml"
run 0 "rules of one's own" rules test --rules "$work/mine.yaml" 'my sensor 7 failed'
says "$work/out" 'The sensor is broken' "are used"
printf 'rules:\n  - id: x\n    formt: y\n' >"$work/wrong.yaml"
run 3 "rules lint finds mistakes" rules lint "$work/wrong.yaml"
says "$work/err" 'wrong.yaml:3:' "and names their place"

printf 'int deep(int x) { return x * 3; }\nint main(void) { return deep(1); }\n' >"$work/crash.c"
if cc -g -no-pie -o "$work/crash.elf" "$work/crash.c" 2>/dev/null; then
    address=$(nm "$work/crash.elf" | awk '$3 == "deep" {print substr($1, 9)}')
    printf 'panic 2!\r\n0x%s 0x00000001 deadbeef\r\n' "$address" >"$work/crash.log"
    run 0 "crash with an ELF file" diagnose "$work/crash.log" --elf "$work/crash.elf"
    says "$work/out" "$address  deep.* at crash.c:1" "the function and the line are named"
fi
run 3 "a file that is no ELF file" diagnose $log --elf $log
finish
