/*
 * The vocabulary between rules and story: what a log line can state, and the
 * names its captured values go by. Rules (data) say which fact a line is, the
 * story (code) knows facts only; so a rule file for another firmware can drive
 * the same story. The meanings are printed in the rule reference.
 */
#ifndef OTACONSOLE_DIAGNOSE_FACTS_H
#define OTACONSOLE_DIAGNOSE_FACTS_H

/* FACT(symbol, name, meaning) */
#define FACTS(FACT)                                                                                \
    FACT(NONE, "none", "Says nothing the story needs.")                                            \
    FACT(BOOT_EARLY, "boot-early", "First words after a reset: ROM, loader or second boot.")       \
    FACT(BOOT_APP, "boot-app", "The application is starting.")                                     \
    FACT(BOOT_SLOT, "boot-slot", "The slot that boots; `offset` when it has one.")                 \
    FACT(LOADER, "loader", "The board is in its loader, not in the application.")                  \
    FACT(VERSION, "version", "The running `version`.")                                             \
    FACT(BUILD, "build", "A stamp (`version`) that differs from build to build.")                  \
    FACT(CRASH, "crash", "The firmware crashed.")                                                  \
    FACT(WIFI_BEGIN, "wifi-begin", "A connection attempt to an access point begins.")              \
    FACT(WIFI_OK, "wifi-ok", "Associated; the address is still to come.")                          \
    FACT(WIFI_IP, "wifi-ip", "The network is up; `ip`.")                                           \
    FACT(WIFI_PASSWORD, "wifi-password", "The access point refused the password.")                 \
    FACT(WIFI_FAIL, "wifi-fail", "The connection attempt failed.")                                 \
    FACT(WIFI_NONE, "wifi-none", "No network settings are stored.")                                \
    FACT(WIFI_LOST, "wifi-lost", "The connection to the access point is lost.")                    \
    FACT(USAGE, "usage", "The OTA command was typed with too few arguments.")                      \
    FACT(CLOUD_BEGIN, "cloud-begin", "The cloud client starts.")                                   \
    FACT(CLOUD_HOST, "cloud-host", "A connection to `host` begins.")                               \
    FACT(CLOUD_ONLINE, "cloud-online", "Logged in to the cloud.")                                  \
    FACT(CLOUD_REFUSED, "cloud-refused", "The cloud refused the login; `code`.")                   \
    FACT(CLOUD_FAIL, "cloud-fail", "The cloud was not reached.")                                   \
    FACT(CLOUD_LOST, "cloud-lost", "The session was lost.")                                        \
    FACT(TLS_FAIL, "tls-fail", "TLS failed; `code`. The host decides which channel it was.")       \
    FACT(MESSAGE, "message", "A message arrived; `topic`.")                                        \
    FACT(PAYLOAD, "payload", "A line (`json`) of the message before.")                             \
    FACT(PUSH, "push", "An update was pushed; `json`, `version`, `running`, `size`, `url`.")       \
    FACT(PUSH_BAD, "push-bad", "The push was thrown away as unreadable.")                          \
    FACT(PUSH_SIZE, "push-size", "The announced `size`.")                                          \
    FACT(DECISION, "decision", "`running` and `pushed` versions; `need` 0 = refused.")             \
    FACT(ACCEPTED, "accepted", "The pushed version is accepted.")                                  \
    FACT(REFUSED, "refused", "The pushed version is refused.")                                     \
    FACT(DOWNLOAD_BEGIN, "download-begin", "The download starts.")                                 \
    FACT(DOWNLOAD_PROGRESS, "download-progress", "`received` bytes, of `total` when known.")       \
    FACT(DOWNLOAD_RETRY, "download-retry", "A read failed and is tried again.")                    \
    FACT(DOWNLOAD_RESUME, "download-resume", "The download goes on at `received`.")                \
    FACT(DOWNLOAD_FAIL, "download-fail", "The download failed.")                                   \
    FACT(DOWNLOAD_STALL, "download-stall", "Reads return nothing.")                                \
    FACT(DOWNLOAD_CANCEL, "download-cancel", "The download was cancelled.")                        \
    FACT(DOWNLOAD_DONE, "download-done", "The download ended; a negative `code` is a failure.")    \
    FACT(HTTP_STATUS, "http-status", "The server's `code`; not 2xx is an error page.")             \
    FACT(HASH_EXPECTED, "hash-expected", "The announced `hash`; after an image header its own.")   \
    FACT(HASH_ACTUAL, "hash-actual", "The computed `hash`; after an image header the image's.")    \
    FACT(HASH_PAIR, "hash-pair", "`expected` and `actual` hash.")                                  \
    FACT(HASH_OK, "hash-ok", "The package is the one that was announced.")                         \
    FACT(HASH_FAIL, "hash-fail", "Package hash differs; after an image header the image's.")       \
    FACT(SIGN_PRESENT, "sign-present", "The push carries a signature.")                            \
    FACT(SIGN_FLAG, "sign-flag", "`code` 1: the push carries a signature, 0: it does not.")        \
    FACT(SIGN_OFF, "sign-off", "The signature is not checked.")                                    \
    FACT(SIGN_OK, "sign-ok", "The signature is good.")                                             \
    FACT(SIGN_FAIL, "sign-fail", "The signature is bad.")                                          \
    FACT(SIGN_RESULT, "sign-result", "`code` 0 and, when there, `result` 1: good.")                \
    FACT(IMAGE_BEGIN, "image-begin", "The image itself is looked at; `size`.")                     \
    FACT(IMAGE_MAGIC, "image-magic", "`magic` of the image's trailer.")                            \
    FACT(IMAGE_NO_TRAILER, "image-no-trailer", "The image has no trailer.")                        \
    FACT(IMAGE_BAD_SIZE, "image-bad-size", "The trailer's size does not fit the file.")            \
    FACT(IMAGE_BAD_MD5, "image-bad-md5", "The image is not what its trailer says.")                \
    FACT(IMAGE_BAD, "image-bad", "The image check failed.")                                        \
    FACT(IMAGE_RESULT, "image-result", "`code` 0: the image is good.")                             \
    FACT(IMAGE_OK, "image-ok", "The image is good.")                                               \
    FACT(INSTALLED, "installed", "The boot record is written: the next boot takes the image.")     \
    FACT(WRITE_FAIL, "write-fail", "Writing flash failed.")                                        \
    FACT(OVER, "over", "The attempt ended, good or bad; a negative `code` is a failure.")          \
    FACT(REBOOT, "reboot", "A reboot was asked for.")                                              \
    FACT(RESTORE_BEGIN, "restore-begin", "The boot loader restores, copies or swaps.")             \
    FACT(RESTORE_RESULT, "restore-result", "Its result; `code` 0 is good.")                        \
    FACT(RESTORE_OK, "restore-ok", "It succeeded.")                                                \
    FACT(RESTORE_FAIL, "restore-fail", "It failed.")                                               \
    FACT(RESTORE_BASE, "restore-base", "A rebuilt slice is wrong: not the base the diff is for.")  \
    FACT(RESTORE_VERIFY, "restore-verify", "Check of the rebuilt image; `code` 0 is good.")        \
    FACT(ROLLBACK, "rollback", "The boot loader goes back to the old image.")                      \
    FACT(POST_VERSION, "post-version", "After a boot: `running` and `pushed`; equal = success.")   \
    FACT(REPORT, "report", "A report: `topic` and `json`.")                                        \
    FACT(REPORT_FAIL, "report-fail", "A report could not be sent.")                                \
    FACT(FINISHED, "finished", "The update's result was reported.")

/* CAPTURE(symbol, name, type, meaning): type TEXT, WORD, HEX or JSON says where it may end. */
#define CAPTURES(CAPTURE)                                                                          \
    CAPTURE(ANY, "_", TEXT, "not used")                                                            \
    CAPTURE(VERSION, "version", WORD, "a version string")                                          \
    CAPTURE(RUNNING, "running", WORD, "the version that runs")                                     \
    CAPTURE(PUSHED, "pushed", WORD, "the version that was pushed")                                 \
    CAPTURE(NEED, "need", TEXT, "1 = take it, 0 = refuse it")                                      \
    CAPTURE(SIZE, "size", TEXT, "bytes")                                                           \
    CAPTURE(RECEIVED, "received", TEXT, "bytes so far")                                            \
    CAPTURE(TOTAL, "total", TEXT, "bytes in all")                                                  \
    CAPTURE(HASH, "hash", HEX, "a hash in hex")                                                    \
    CAPTURE(EXPECTED, "expected", HEX, "the hash that should be")                                  \
    CAPTURE(ACTUAL, "actual", HEX, "the hash that is")                                             \
    CAPTURE(MAGIC, "magic", HEX, "magic number in hex")                                            \
    CAPTURE(CODE, "code", TEXT, "a result; unsigned prints of -1 are understood")                  \
    CAPTURE(RESULT, "result", TEXT, "a second result")                                             \
    CAPTURE(IP, "ip", WORD, "IP address")                                                          \
    CAPTURE(HOST, "host", WORD, "host name")                                                       \
    CAPTURE(OFFSET, "offset", HEX, "flash offset in hex")                                          \
    CAPTURE(TOPIC, "topic", WORD, "MQTT topic")                                                    \
    CAPTURE(URL, "url", WORD, "URL")                                                               \
    CAPTURE(JSON, "json", JSON, "a JSON text")                                                     \
    CAPTURE(NAME, "name", WORD, "a name")

enum fact {
#define FACT(symbol, name, meaning) FACT_##symbol,
    FACTS(FACT)
#undef FACT
        FACT_COUNT
};

enum capture {
#define CAPTURE(symbol, name, type, meaning) CAPTURE_##symbol,
    CAPTURES(CAPTURE)
#undef CAPTURE
        CAPTURE_COUNT
};

#endif
