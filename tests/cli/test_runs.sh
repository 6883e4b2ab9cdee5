#!/bin/sh
# The main job as a user or a CI job calls it: phases, exit statuses, reports, no secrets.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

password=rehearsal-password
secret=0123456789abcdef0123456789abcdef

run 0 "run mk3060-ota --json exits 0" run profiles/mk3060-ota.yaml --port sim: --json \
    --junit "$work/junit.xml" --record "$work/record" --trace "$work/trace"
cp "$work/out" "$work/events"
says "$work/events" '^\{"schema":1,"event":"run-started","t":0,"time":"20[0-9T:.-]+Z"' "the stream names its schema and the time"
python3 - "$work/events" <<'PY'
import json, sys
phases = []
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    if event["event"] == "phase" and event["name"] not in phases:
        phases.append(event["name"])
wanted = ["wifi", "mqtt", "ota-notify", "version", "download", "verify-hash", "verify-image-md5",
          "write", "reboot", "report"]
positions = [phases.index(p) for p in wanted if p in phases]
sys.exit(0 if len(positions) == len(wanted) and positions == sorted(positions) else print("#", phases) or 1)
PY
result $? "every line is JSON, and the phases are in order"
says "$work/events" '"kind":"success-unsigned"' "the verdict says that the signature was not checked"
python3 -c 'import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); sys.exit(len(d.getElementsByTagName("testcase")) != 7)' \
    "$work/junit.xml"
result $? "the JUnit report has a test case per step"
[ -s "$work/record/stream.jsonl" ] && [ -s "$work/record/events.jsonl" ] && [ -s "$work/record/recording.json" ]
result $? "the recording is complete"
says "$work/trace" ' > text: OTA_APP' "the trace shows what was typed"
cat "$work/record/"* "$work/trace" "$work/events" "$work/junit.xml" "$work/err" >"$work/all"
python3 - "$work/record/stream.jsonl" >>"$work/all" <<'PY'
import base64, json, sys
whole = {}
for line in open(sys.argv[1], encoding="utf-8"):
    piece = json.loads(line)
    data = base64.b64decode(piece["base64"]) if "base64" in piece else piece["text"].encode()
    whole[piece["dir"]] = whole.get(piece["dir"], b"") + data
for data in whole.values():
    sys.stdout.buffer.write(data)
PY
! grep -aqF -e "$password" -e "$secret" "$work/all"
result $? "no secret in events, report, recording, trace"
run 0 "run in words" run mk3060-ota --port sim: -v
! grep -aqF -e "$password" -e "$secret" "$work/out" "$work/err"
result $? "no secret on the screen"
says "$work/out" 'ssid:rehearsal-net key:' "the vendor's line with the password is shown, masked"

fault() { # fault NAME STATUS WORDS
    run "$2" "fault $1: exit status $2" run mk3060-ota --port "sim:fault=$1"
    says "$work/out" "VERDICT .*$3" "fault $1: its cause in words"
    says "$work/out" "  next" "fault $1: what to do next"
    ! grep -aqF -e "$password" -e "$secret" "$work/out" "$work/err"
    result $? "fault $1: no secret"
}
fault wrong-password 20 '[Pp]assword'
fault wrong-credentials 21 '(credential|DeviceSecret|refused|identity)'
fault refused-version 22 'APP-2.0.0'
fault cut-download 23 'download'
fault error-page 24 '(error page|403)'
fault bad-hash 25 'not the one the cloud announced'
fault bad-trailer 27 'trailer'
fault bad-image-md5 27 'MD5'

"$tool" sim --images "$work/i" >/dev/null
run 0 "flash with noise and log lines ends verified" flash --non-interactive \
    -p sim:start=loader,noise=2000,log-every=50,seed=7 "$work/i/low-otaapp@mk3060.bin"
says "$work/out" 'read back and equal' "and says so"
run 7 "a worn out cell is found: exit status 7" flash --non-interactive \
    -p sim:start=loader,fault=stuck-bit "$work/i/high-otaapp@mk3060.bin"
says "$work/err" '0x[0-9a-f]+ .*34-byte group [0-9]+' "and its place is named"
run 5 "a silent board: exit status 5" flash --non-interactive -p sim:fault=silent "$work/i/low-otaapp@mk3060.bin"
says "$work/err" 'stays silent' "and the message says so"
run 5 "nobody to press the buttons: exit status 5" flash --non-interactive \
    -p sim:operator=absent "$work/i/low-otaapp@mk3060.bin"
run 0 "flash without verification" flash --no-verify -p sim:start=loader "$work/i/low-otaapp@mk3060.bin"
says "$work/out" 'not verified' "and what is lost is said"
run 0 "read" read 0x13200 40k -o "$work/flash" -p sim:
cmp -s -n 40960 "$work/flash" "$work/i/low-otaapp@mk3060.bin"
result $? "what was read is what is there"
run 4 "an adapter pulled for good: exit status 4" flash --non-interactive --reconnect 2s \
    -p sim:start=loader,unplug=2s "$work/i/low-otaapp@mk3060.bin"
run 0 "an adapter pulled and put back" flash --non-interactive \
    -p sim:start=loader,unplug=2s,replug=1s "$work/i/low-otaapp@mk3060.bin"
run 0 "two versions, the guide from flashing to the report" run mk3060-two-versions \
    -p "sim:start=blank,push=$work/i/high-otaapp@mk3060.ota.md5.bin" \
    --set "low=$work/i/low-otaapp@mk3060.bin" --set version=app-2.0.0-20180820.1600
run 1 "another version than expected: exit status 1" run mk3060-ota -p sim: --set version=app-9.9.9
run 0 "dry run" run mk3060-ota -p sim: --dry-run
! grep -qF -e "$password" -e "$secret" "$work/out"
result $? "the dry run shows no secret"
run 0 "explain" explain mk3060-ota
run 0 "monitor until words are said" monitor -p sim: --for 20s --until 'app version'
run 8 "monitor without them: exit status 8" monitor -p sim: --for 3s --until 'never said'

# A secret given in each of the ways ends up nowhere.
printf 'ssid: rehearsal-net\npassword: %s\npk: a1otaCons01\ndn: bench01\nds: "%s"\n' 'qu"o te;d\x' "$secret" \
    >"$work/secrets.yaml"
chmod 600 "$work/secrets.yaml"
run 20 "a password with quotes and spaces is typed as it is, and refused by the network" \
    run mk3060-ota -p sim: --secret-file "$work/secrets.yaml" -v --record "$work/record2"
! grep -rqF -e 'qu"o te;d' -e 'qu\"o\ te\;d' -e 'qu\\"o te' "$work/out" "$work/err" "$work/record2"
result $? "and is not shown, quoted or not"
OTACONSOLE_VAR_PASSWORD=from-the-environment "$tool" run mk3060-ota -p sim: -v >"$work/out" 2>&1
! grep -qF from-the-environment "$work/out"
result $? "nor one from the environment"
finish
