#include "diagnose/story.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "device/ota_version.h"

/* The guide's four steps of trouble-shooting (facts/guide.md). */
#define CLOUD "cloud"
#define CONNECTION "connection channel"
#define DOWNLOAD "download channel"
#define DEVICE "device check and write"

static const struct story_words table[REASON_COUNT] = {
    [REASON_NONE] = {PROBLEM_NONE, "", "", {NULL}},
    [REASON_PUSH_BAD] =
        {PROBLEM_OTA_FAILED,
         CLOUD,
         "The device could not read the push of %s.",
         {"Look at the push in the console: it needs a URL, a version, a size and a "
          "hash by Md5 or SHA256.",
          "A push that is cut off means the device's MQTT buffer is too small: raise "
          "it in the firmware."}},
    [REASON_REFUSED] =
        {PROBLEM_OTA_REFUSED,
         CLOUD,
         "The device refused %s.",
         {"Give the new firmware a version of the same form that is larger character "
          "by character, build again and upload again.",
          "Keep the letters' case, and write numbers with as many digits as before."}},
    [REASON_DOWNLOAD] =
        {PROBLEM_OTA_DOWNLOAD_FAILED,
         DOWNLOAD,
         "The download of %s broke off.",
         {"Push again: the URL of a push is valid for a limited time.",
          "Fetch the URL from a computer in the same network: if that fails too, it "
          "is the network, not the board.",
          "A build without TLS cannot fetch from an https-only server, whatever the "
          "URL says."}},
    [REASON_STALL] =
        {PROBLEM_OTA_DOWNLOAD_FAILED,
         DOWNLOAD,
         "The server stopped sending %s and the device gave up.",
         {"Push again with a better Wi-Fi signal.",
          "Fetch the URL from a computer in the same network to see whether the server "
          "sends it to the end."}},
    [REASON_TLS] = {PROBLEM_OTA_DOWNLOAD_FAILED,
                    DOWNLOAD,
                    "TLS with the download server failed, so %s was not fetched.",
                    {"-0x7200: plain HTTP on the TLS port, or a receive buffer smaller than a TLS "
                     "record; -0x7f00: out of memory.",
                     "-0x2700: the server's certificate is not under a root that is built into the "
                     "firmware, or the clock is wrong."}},
    [REASON_CANCELLED] = {PROBLEM_OTA_FAILED,
                          CLOUD,
                          "The download of %s was cancelled.",
                          {"Push again when it was not meant to be."}},
    [REASON_ERROR_PAGE] = {PROBLEM_OTA_ERROR_PAGE,
                           DOWNLOAD,
                           "The device downloaded an error page instead of %s.",
                           {"Push again and let the device fetch at once: a signed URL expires.",
                            "Check that the file is still in the console and that the device may "
                            "reach the server."}},
    [REASON_TRUNCATED] =
        {PROBLEM_OTA_HASH_MISMATCH,
         DOWNLOAD,
         "Only a part of %s arrived, so its hash does not match.",
         {"Push again; when it happens again at another size, look at the network, "
          "at the same size, at the server."}},
    [REASON_HASH] = {PROBLEM_OTA_HASH_MISMATCH,
                     DEVICE,
                     "The package of %s arrived, but it is not the one the cloud announced.",
                     {"Push again: a single wrong download may be noise on the way.",
                      "If it repeats, upload the file again: it was exchanged or damaged after its "
                      "hash was made."}},
    [REASON_SIGNATURE] =
        {PROBLEM_OTA_SIGNATURE,
         DEVICE,
         "The signature of %s did not verify.",
         {"Put the public key of this product into ota_public_key_config.h and "
          "flash a firmware built with it.",
          "The source tree comes with a test key: a firmware built without changing "
          "it refuses every real signature."}},
    [REASON_NO_TRAILER] =
        {PROBLEM_OTA_IMAGE_INVALID,
         DEVICE,
         "The package of %s has no valid trailer: it is not the file for the cloud.",
         {"Upload the build's .ota.md5.bin (mk3060) or ota_all.bin (mk3080), not "
          "the .bin for the serial line.",
          "The last 28 bytes of the right file begin with EF EF EF EF: tail -c 28 FILE | xxd."}},
    [REASON_IMAGE_SIZE] =
        {PROBLEM_OTA_IMAGE_INVALID,
         DEVICE,
         "The trailer of %s does not fit the file's size.",
         {"Upload the build's own output: this file was cut, padded, or got its "
          "trailer twice.",
          "The last 28 bytes of the right file begin with EF EF EF EF: tail -c 28 FILE | xxd."}},
    [REASON_IMAGE_MD5] = {PROBLEM_OTA_IMAGE_INVALID,
                          DEVICE,
                          "The image in the package of %s does not have the MD5 of its trailer.",
                          {"Upload the build's own output, unchanged.",
                           "If the file is good, the flash of the "
                           "update area is failing."}},
    [REASON_IMAGE] = {PROBLEM_OTA_IMAGE_INVALID,
                      DEVICE,
                      "The image in the package of %s failed its check.",
                      {"Upload the build's file with trailer, unchanged; see the lines before."}},
    [REASON_WRITE] = {PROBLEM_OTA_FAILED,
                      DEVICE,
                      "%s could not be written to flash.",
                      {"Compare the image's size with the update partition.",
                       "Check the partition table for overlaps, then try another board."}},
    [REASON_RESTORE] = {PROBLEM_OTA_FAILED,
                        DEVICE,
                        "The boot loader could not install %s.",
                        {"For a diff: slice size 64k on mk3060, 16k on esp8266, and made from the "
                         "version that runs.",
                         "Send the whole image instead."}},
    [REASON_WRONG_BASE] = {PROBLEM_OTA_FAILED,
                           DEVICE,
                           "The diff to %s does not fit the firmware that runs.",
                           {"In the console, name the firmware file that really runs on the device "
                            "as the one to be upgraded.",
                            "Check the slice size: 64k on mk3060, 16k on esp8266.",
                            "Send the whole image instead."}},
    [REASON_ROLLBACK] =
        {PROBLEM_OTA_FAILED,
         DEVICE,
         "The boot loader went back from %s to the firmware before.",
         {"The new firmware did not confirm itself within its first boots: read what "
          "it said when it started."}},
    [REASON_NOT_TAKEN] =
        {PROBLEM_OTA_FAILED,
         DEVICE,
         "After the reboot the device does not run %s.",
         {"Compare the version compiled into the uploaded file with the version "
          "entered in the console.",
          "Look at the boot loader's lines: a failed restore or copy leaves the old "
          "firmware."}},
    [REASON_CRASH] = {PROBLEM_OTA_FAILED,
                      DEVICE,
                      "The firmware crashed during the update to %s.",
                      {"Save the whole log: the dump tells where.",
                       "Give the update task more memory or stack, or try again after a reset."}},
    [REASON_RESET] = {PROBLEM_OTA_FAILED,
                      DEVICE,
                      "The board restarted in the middle of the update to %s.",
                      {"Check the power supply, then push again."}},
    [REASON_STEP] = {PROBLEM_OTA_FAILED,
                     DEVICE,
                     "The device reported that the update to %s failed.",
                     {"Look at the lines before the report."}},
    [REASON_WIFI_PASSWORD] =
        {PROBLEM_WIFI_FAILED,
         CONNECTION,
         "The access point refused the device: the password is most likely wrong.",
         {"Check SSID and password; a blank, a quote or a semicolon needs a "
          "backslash when it is typed by hand.",
          "otaconsole does the quoting when the password is given as a variable "
          "of a profile."}},
    [REASON_WIFI] =
        {PROBLEM_WIFI_FAILED,
         CONNECTION,
         "The device did not get onto the wireless network.",
         {"Check the SSID, letter by letter; the board knows 2.4 GHz only.",
          "Bring board and access point closer; look for a MAC filter or a full address "
          "pool."}},
    [REASON_CLOUD_REFUSED] =
        {PROBLEM_CLOUD_FAILED,
         CLOUD,
         "The cloud refused the device's login.",
         {"Copy ProductKey, DeviceName and DeviceSecret again from the console.",
          "Check that the device is enabled and that the region is the one of "
          "the product.",
          "Reset the board before typing OTA_APP again."}},
    [REASON_CLOUD] =
        {PROBLEM_CLOUD_FAILED,
         CONNECTION,
         "The device did not reach the cloud.",
         {"Connect the device to the network first and wait for its IP address.",
          "Check DNS, firewall (ports 1883 and 443) and, for TLS, the device's clock."}},
};

const struct story_words *story_words_of(enum story_reason reason)
{
    return &table[reason < REASON_COUNT ? reason : REASON_NONE];
}

/* The number that a digit at text[i] belongs to. */
static unsigned long number_around(const char *text, size_t i)
{
    unsigned long value = 0;
    while (i > 0 && isdigit((unsigned char)text[i - 1]))
        i--;
    for (; isdigit((unsigned char)text[i]) && value < 100000000; i++)
        value = value * 10 + (unsigned long)(text[i] - '0');
    return value;
}

void story_explain_refusal(const char *running, const char *offered, char *out, size_t out_size)
{
    size_t i = ota_version_common(running, offered);
    if (!running[0] || !offered[0]) {
        snprintf(out, out_size, "The log does not show both versions.");
        return;
    }
    char a = offered[i], b = running[i];
    if (ota_version_accepts(running, offered)) {
        snprintf(
            out, out_size,
            "By byte order %s is larger than %s, so the device compares in another way (a part "
            "of the version, or one it stored earlier).",
            offered, running);
    } else if (!a && !b) {
        snprintf(out, out_size, "The device runs %s already.", running);
    } else if (!a) {
        snprintf(out, out_size,
                 "The device compares only as many characters as the new version has: %s is the "
                 "beginning of the running %s, so the two count as equal.",
                 offered, running);
    } else if (isalpha((unsigned char)a) && isalpha((unsigned char)b) &&
               (tolower((unsigned char)a) == tolower((unsigned char)b) ||
                (isupper((unsigned char)a) && islower((unsigned char)b)))) {
        snprintf(out, out_size,
                 "The device compares byte by byte, and there every upper-case letter sorts before "
                 "every lower-case one: '%c' of %s comes before '%c' of the running %s.",
                 a, offered, b, running);
    } else if ((isdigit((unsigned char)a) || isdigit((unsigned char)b)) &&
               number_around(offered, i) > number_around(running, i)) {
        snprintf(
            out, out_size,
            "The device compares byte by byte, not by number: where %s has '%c' the running %s "
            "has '%c', so %lu counts as less than %lu.",
            offered, a, running, b ? b : ' ', number_around(offered, i), number_around(running, i));
    } else {
        snprintf(out, out_size,
                 "Compared byte by byte %s is smaller than the running %s: '%c' comes before '%c'.",
                 offered, running, a, b ? b : ' ');
    }
}
