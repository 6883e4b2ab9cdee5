/*
 * The one table of everything that can go wrong.
 *
 * PROBLEM(symbol, name, exit status, meaning). `name` is stable: it appears in
 * --json output, JUnit files and documentation, and is never reused. Exit
 * statuses are what scripts branch on; several names may share one status.
 * `otaconsole help exit-codes` and docs/exit-codes.md are printed from here.
 *
 * Groups: 1-10 the tool and the cable, 20-29 the update as the device told it,
 * 70 our own fault. 128+n (killed by signal n) is left to the shell.
 */
PROBLEM(NONE, "ok", 0, "Everything asked for was done and checked.")
PROBLEM(ASSERT_FAILED, "assert-failed", 1, "An assert or expect step of the profile did not hold.")
PROBLEM(USAGE, "usage", 2, "The command line is wrong.")
PROBLEM(CONFIG, "config", 3,
        "A board file, profile, rule file, variable or secret is wrong or missing.")
PROBLEM(INPUT_FILE, "input-file", 3, "A file that was named cannot be read or is empty.")
PROBLEM(OUTPUT_FILE, "output-file", 3,
        "A file to be written cannot be created or the disk is full.")
PROBLEM(PORT_NOT_FOUND, "port-not-found", 4, "The port does not exist, or no adapter matches.")
PROBLEM(PORT_PERMISSION, "port-permission", 4, "The port exists but this user may not open it.")
PROBLEM(PORT_BUSY, "port-busy", 4, "Another program holds the port.")
PROBLEM(PORT_LOST, "port-lost", 4, "The port went away while it was in use.")
PROBLEM(PORT_ERROR, "port-error", 4, "The operating system refused an operation on the port.")
PROBLEM(LOADER_NOT_REACHED, "loader-not-reached", 5, "The board did not enter download mode.")
PROBLEM(BOARD_SILENT, "board-silent", 5, "The board does not answer at all.")
PROBLEM(TRANSFER_FAILED, "transfer-failed", 6, "The Ymodem transfer did not complete.")
PROBLEM(VERIFY_MISMATCH, "verify-mismatch", 7, "The flash does not hold the image that was sent.")
PROBLEM(STEP_TIMEOUT, "step-timeout", 8, "A step did not finish in its time.")
PROBLEM(IMAGE_REFUSED, "image-refused", 9,
        "The image or its address does not fit the board; nothing was written.")
PROBLEM(COMMAND_REFUSED, "command-refused", 9,
        "A shell command cannot be expressed on the board; it was not sent.")
PROBLEM(OPERATOR_ABORT, "operator-abort", 10, "The operator stopped the run.")
PROBLEM(WIFI_FAILED, "wifi-failed", 20, "The device did not get onto the wireless network.")
PROBLEM(CLOUD_FAILED, "cloud-failed", 21,
        "The device did not get through to the cloud with its credentials.")
PROBLEM(OTA_REFUSED, "ota-refused", 22, "The device refused the pushed version.")
PROBLEM(OTA_DOWNLOAD_FAILED, "ota-download-failed", 23, "The download broke off.")
PROBLEM(OTA_ERROR_PAGE, "ota-error-page", 24,
        "The server sent an error page and the device took it for the package.")
PROBLEM(OTA_HASH_MISMATCH, "ota-hash-mismatch", 25,
        "The downloaded package is not the one the cloud announced.")
PROBLEM(OTA_SIGNATURE, "ota-signature", 26, "The RSA signature of the package did not verify.")
PROBLEM(OTA_IMAGE_INVALID, "ota-image-invalid", 27,
        "The package arrived intact, but the image in it fails its own check.")
PROBLEM(OTA_FAILED, "ota-failed", 28, "The update failed for another reason, named in words.")
PROBLEM(OTA_INCOMPLETE, "ota-incomplete", 29, "The log ended before the update had a result.")
PROBLEM(NOT_AVAILABLE, "not-available", 69,
        "This feature is not in this build; the message says what is missing.")
PROBLEM(INTERNAL, "internal", 70, "A fault of otaconsole itself.")
