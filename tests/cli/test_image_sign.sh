#!/bin/sh
# Keys and signatures of update packages, with openssl at the other end.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

key=$work/key.pem
file=$work/v2.ota.md5.bin
header=$work/ota_public_key_config.h
pass=$work/pass
secret='correct horse: battery'
head -c 70000 /dev/urandom >"$file"
(umask 077 && printf '%s\n' "$secret" >"$pass")

# --- keygen
run 0 "a key with a passphrase from a file" image keygen "$key" --passphrase-file "$pass"
says "$work/out" 'pubkey-header' "what to do next is said"
says "$work/out" 'encrypted with AES-256' "and that it is encrypted"
grep -q "$secret" "$work/out" "$work/err"
[ $? -eq 1 ]
result $? "the passphrase is not in the output"
[ "$(stat -c %a "$key")" = 600 ]
result $? "the key's mode is 600"
says "$key" 'BEGIN ENCRYPTED PRIVATE KEY' "PKCS#8, encrypted"
openssl asn1parse -in "$key" | grep -q aes-256-cbc
result $? "with AES-256-CBC"
openssl pkey -in "$key" -passin "file:$pass" -check -noout >/dev/null 2>&1
result $? "openssl takes key and passphrase"
before=$(cksum <"$key")
run 3 "a key is never written over" image keygen "$key" --passphrase-file "$pass" --force
one_message "in one message"
[ "$before" = "$(cksum <"$key")" ]
result $? "and it is still the same"
setsid -w "$tool" image keygen "$work/none.pem" >"$work/out" 2>"$work/err" </dev/null
[ $? -eq 3 ] && [ ! -e "$work/none.pem" ]
result $? "nobody to ask for a passphrase: no key"
one_message "and a message"
chmod 644 "$pass"
run 3 "a passphrase others may read is refused" image sign "$file" --key "$key" --passphrase-file "$pass"
says "$work/err" 'chmod 600' "with what to do"
chmod 600 "$pass"

# --- sign, judged by openssl
run 0 "sign" image sign "$file" --key "$key" --passphrase-file "$pass" -o "$work/sig64"
says "$work/out" "$(sha256sum <"$file" | cut -d' ' -f1)" "the SHA-256 is shown"
says "$work/out" '^digestsign  [A-Za-z0-9+/]{342}==$' "digestsign is shown"
openssl pkey -in "$key" -passin "file:$pass" -pubout -out "$work/public.pem" 2>/dev/null
openssl base64 -d -A -in "$work/sig64" -out "$work/sig"
openssl dgst -sha256 -binary "$file" >"$work/hash"
openssl dgst -sha256 -verify "$work/public.pem" -signature "$work/sig" "$work/hash" >/dev/null
result $? "openssl dgst verifies it over the binary SHA-256"
openssl dgst -sha256 -binary "$work/hash" >"$work/hash2"
openssl pkeyutl -verify -pubin -inkey "$work/public.pem" -sigfile "$work/sig" -in "$work/hash2" \
    -pkeyopt digest:sha256 -pkeyopt rsa_padding_mode:pkcs1 >/dev/null
result $? "and so does pkeyutl"
run 0 "sign for MD5" image sign "$file" --key "$key" --passphrase-file "$pass" --hash md5 -o "$work/md5.sig64"
says "$work/out" "$(md5sum <"$file" | cut -d' ' -f1)" "the MD5 is shown"
openssl base64 -d -A -in "$work/md5.sig64" -out "$work/md5.sig"
openssl dgst -md5 -binary "$file" >"$work/md5"
openssl dgst -sha256 -verify "$work/public.pem" -signature "$work/md5.sig" "$work/md5" >/dev/null
result $? "openssl verifies it over the binary MD5"
run 0 "sign in JSON" image sign "$file" --key "$key" --passphrase-file "$pass" --json
says "$work/out" "\"signMethod\":\"SHA256\",\"sign\":\"[0-9a-f]{64}\",\"digestsign\":\"[A-Za-z0-9+/]{342}==\"" \
    "fields as in the push"
run 3 "an existing signature is not written over" image sign "$file" --key "$key" --passphrase-file "$pass" -o "$work/sig64"
run 2 "nor the key, even by force" image sign "$file" --key "$key" --passphrase-file "$pass" -o "$key" --force
run 2 "nor the file" image sign "$file" --key "$key" --passphrase-file "$pass" -o "$file" --force
run 2 "sign without a key" image sign "$file"
one_message "says what to name"
run 2 "a hash no device knows" image sign "$file" --key "$key" --hash sha1
(umask 077 && echo wrong >"$work/wrong")
run 3 "a wrong passphrase" image sign "$file" --key "$key" --passphrase-file "$work/wrong"
says "$work/err" 'passphrase is wrong' "is said to be one"
run 3 "a public key does not sign" image sign "$file" --key "$work/public.pem"
run 3 "a key in a file that is not there" image sign "$file" --key "$work/nothing.pem"
one_message "in one message"
: >"$work/empty"
run 3 "an empty package" image sign "$work/empty" --key "$key" --passphrase-file "$pass"

# --- pubkey-header
run 0 "the header" image pubkey-header "$key" --passphrase-file "$pass" -o "$header"
says "$work/out" 'encrypted private key' "says what the key file is"
fingerprint=$(sed -n 's/^fingerprint \([0-9a-f]*\).*/\1/p' "$work/out")
modulus=$(openssl rsa -pubin -in "$work/public.pem" -noout -modulus | cut -d= -f2)
arrays=$(sed -n '/ota_pubn_buf/,/};/p' "$header" | grep -o '0x..' | cut -c3- | tr -d '\n')
[ "$modulus" = "$arrays" ]
result $? "its modulus is openssl's"
printf '#include <stdio.h>\n#include "ota_public_key_config.h"\n%s\n' \
    'int main(void) { return !(sizeof ota_pubn_buf == 256 && sizeof ota_pube_buf == 3 && ota_pube_buf[2] == 1); }' \
    >"$work/use.c"
cc -Wall -Werror -o "$work/use" "$work/use.c" && "$work/use"
result $? "a compiler takes it"
run 0 "a header read back" image pubkey-header "$header"
says "$work/out" "public key header" "is told to be one"
says "$work/out" "$fingerprint" "with the same fingerprint"
run 0 "a public key as header on standard output" image pubkey-header "$work/public.pem"
cmp -s "$work/out" "$header"
result $? "is the same file"
run 2 "a header is not written over the key" image pubkey-header "$work/public.pem" -o "$work/public.pem" --force
run 0 "in JSON" image pubkey-header "$header" --json
says "$work/out" "\"kind\":\"public key header\",\"fingerprint\":\"$fingerprint\"" "fields"

# --- verify-sign, of openssl's signatures and of ours
verify() { # verify STATUS NAME SIGNATURE PUBLIC ARGUMENTS...
    wanted_status=$1
    title=$2
    by=$3
    public=$4
    shift 4
    run "$wanted_status" "$title" image verify-sign "$file" --signature "$by" --public "$public" "$@"
}
openssl dgst -sha256 -sign "$key" -passin "file:$pass" -out "$work/openssl.sig" "$work/hash"
openssl base64 -in "$work/openssl.sig" -out "$work/openssl.sig64"
verify 0 "openssl's signature, base64 in lines" "$work/openssl.sig64" "$header"
says "$work/out" 'device says RSA sign/verify success!' "in the device's words"
verify 0 "openssl's signature, bytes" "$work/openssl.sig" "$work/public.pem"
verify 0 "ours, as text" "$(cat "$work/sig64")" "$header"
verify 0 "ours for MD5" "$work/md5.sig64" "$header" --hash md5
verify 26 "the other hash" "$work/md5.sig64" "$header"
says "$work/out" 'device says RSA sign/verify fail!' "in the device's words"
says "$work/err" 'MD5' "the reason is said"
one_message "in one message"
verify 26 "the other hash in JSON" "$work/md5.sig64" "$header" --json
says "$work/out" '"result":"mismatch","deviceSays":"RSA sign/verify fail!","why":' "fields"
verify 26 "truncated base64" "$(cut -c1-341 "$work/sig64")" "$header"
says "$work/out" 'decode base64 failed' "a device refuses the push"
verify 26 "truncated by whole groups" "$(cut -c1-340 "$work/sig64")" "$header"
says "$work/err" 'not 256 bytes' "is told to be short"
verify 3 "neither file nor base64" "$work/no-such-file" "$header"
openssl dgst -sha256 -sign "$key" -passin "file:$pass" -out "$work/direct.sig" "$file"
verify 26 "over the file itself" "$work/direct.sig" "$header"
says "$work/err" 'over the file itself' "is told"
flip() { # flip FILE: a bit in its middle
    python3 - "$1" <<'EOF'
import sys
b = bytearray(open(sys.argv[1], 'rb').read())
b[len(b) // 2] ^= 4
open(sys.argv[1], 'wb').write(b)
EOF
}
cp "$work/sig" "$work/flipped.sig"
flip "$work/flipped.sig"
verify 26 "a bit of the signature flipped" "$work/flipped.sig" "$header"
says "$work/err" 'another key, or is damaged' "is told"
cp "$file" "$work/kept"
flip "$file"
verify 26 "a bit of the file flipped" "$work/sig64" "$header"
says "$work/err" 'another file' "is told"
cp "$work/kept" "$file"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/other.pem" 2>/dev/null
chmod 600 "$work/other.pem"
run 0 "a key made by openssl signs" image sign "$file" --key "$work/other.pem"
[ ! -s "$work/err" ]
result $? "without a word on standard error"
verify 26 "another key" "$work/sig64" "$work/other.pem"
chmod 644 "$work/other.pem"
run 0 "a private key that others may read signs" image sign "$file" --key "$work/other.pem"
says "$work/err" 'chmod 600' "with a warning"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out "$work/small.pem" 2>/dev/null
run 3 "RSA-1024 is refused" image sign "$file" --key "$work/small.pem"
says "$work/err" 'RSA-1024.*RSA-2048' "by name"

# --- keys that are none of ours
zeros='static unsigned char ota_pubn_buf[256] = {0x00};'
exponent='static const unsigned char ota_pube_buf[3] = {0x01, 0x00, 0x01};'
printf '%s\n%s\n' "$zeros" "$exponent" >"$work/zero.h"
verify 26 "the zero placeholder" "$work/sig64" "$work/zero.h"
says "$work/err" 'warning.*zero placeholder' "is warned of"
run 0 "it reads back" image pubkey-header "$work/zero.h"
says "$work/err" 'zero placeholder' "with the warning"
run 3 "but makes no header" image pubkey-header "$work/zero.h" -o "$work/never.h"
sed '/ota_pubn_buf/,/};/s/^    0x.., 0x.., 0x.., 0x.., 0x.., 0x../    0xA9, 0x82, 0x89, 0x44, 0x46, 0xC3/;t first
b
:first
n
b first' "$header" >"$work/test.h"
verify 26 "what begins like the vendor's test key" "$work/sig64" "$work/test.h"
says "$work/err" "vendor's test key" "is warned of"
printf '%s\n\n#if A\n%s, 1, 2};\n#endif\n' "$exponent" 'char ota_pubn_buf[256] = {7' >"$work/short.h"
verify 3 "a half-pasted header" "$work/sig64" "$work/short.h"
says "$work/err" 'short.h:4: .*3 bytes instead of 256' "is named with its line"

# --- at a terminal
if command -v tmux >/dev/null; then
    at() { tmux -S "$work/tmux" "$@"; }
    screen_says() {
        for _ in $(seq 200); do
            at capture-pane -p -t s 2>/dev/null | grep -qF -e "$1" && return 0
            sleep 0.1
        done
        at capture-pane -p -t s | sed 's/^/# /'
        return 1
    }
    type_line() { at send-keys -t s -l "$1" && at send-keys -t s Enter; }
    begin() { # begin NUMBER ARGUMENTS...: its exit status is written as "status-NUMBER N"
        mark=$1
        shift
        type_line "'$tool' $*; echo status-$mark \$?"
    }
    at -f /dev/null new-session -d -s s -x 120 -y 60 "env PS1='READY> ' sh -i"
    screen_says 'READY>'
    begin 1 image keygen "$work/typed.pem"
    screen_says 'Passphrase for' && sleep 0.2 && type_line "$secret" && screen_says 'Once more' &&
        sleep 0.2 && type_line "$secret" && screen_says 'status-1 0'
    result $? "a passphrase typed twice makes a key"
    at capture-pane -p -t s | grep -q "$secret"
    [ $? -eq 1 ]
    result $? "and is not on the screen"
    openssl pkey -in "$work/typed.pem" -passin "file:$pass" -noout
    result $? "openssl takes it with that passphrase"
    at send-keys -t s -R && at clear-history -t s
    begin 2 image keygen "$work/differ.pem"
    screen_says 'differ.pem (' && sleep 0.2 && type_line one && screen_says 'Once more' &&
        sleep 0.2 && type_line two && screen_says 'status-2 3' && [ ! -e "$work/differ.pem" ]
    result $? "two that differ make none"
    at send-keys -t s -R && at clear-history -t s
    begin 3 image keygen "$work/open.pem"
    screen_says 'open.pem (' && sleep 0.2 && type_line '' && screen_says 'NOT encrypted' &&
        screen_says 'status-3 0' && grep -q 'BEGIN PRIVATE KEY' "$work/open.pem" &&
        [ "$(stat -c %a "$work/open.pem")" = 600 ]
    result $? "an empty answer makes a key without one"
    at send-keys -t s -R && at clear-history -t s
    begin 4 image sign "$file" --key "$work/typed.pem"
    screen_says 'Passphrase of' && sleep 0.2 && at send-keys -t s C-c && screen_says 'READY>'
    sleep 0.2
    type_line 'stty -a | grep -o " echo "; echo echoed'
    screen_says 'echo echoed'
    result $? "Ctrl-C at the question leaves the terminal with its echo"
    at kill-server 2>/dev/null
else
    echo "ok - questions at a terminal # SKIP tmux is not installed"
fi

# --- a token
module=/usr/lib/softhsm/libsofthsm2.so
if command -v softhsm2-util >/dev/null && [ -e $module ] && openssl engine pkcs11 >/dev/null 2>&1; then
    mkdir "$work/tokens"
    printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$work/tokens" >"$work/hsm.conf"
    # What the engine and the module leave behind when a key is not found is not ours to free.
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
    export SOFTHSM2_CONF="$work/hsm.conf" PKCS11_MODULE_PATH=$module
    softhsm2-util --init-token --free --label bench --pin 4711 --so-pin 0000 >/dev/null &&
        softhsm2-util --import "$work/other.pem" --token bench --label ota --id 01 --pin 4711 >/dev/null
    result $? "a token with a key in it"
    uri='pkcs11:token=bench;object=ota'
    (umask 077 && echo 4711 >"$work/pin" && echo 1111 >"$work/bad-pin")
    run 0 "a token signs" image sign "$file" --key "$uri" --passphrase-file "$work/pin" -o "$work/hsm.sig"
    verify 0 "and its signature verifies" "$work/hsm.sig" "$work/other.pem"
    run 0 "a token's public half" image pubkey-header "$uri" -o "$work/hsm.h"
    verify 0 "verifies too" "$work/hsm.sig" "$work/hsm.h"
    run 3 "a wrong PIN" image sign "$file" --key "$uri" --passphrase-file "$work/bad-pin"
    says "$work/err" 'PIN is wrong' "is told"
else
    echo "ok - a key in a token # SKIP softhsm2 or libengine-pkcs11-openssl is not installed"
fi
finish
