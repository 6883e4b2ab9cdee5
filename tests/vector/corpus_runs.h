/*
 * Whole updates of generations A to E, good and failed, written from the facts
 * (facts/alios-device.md §3 and §4, facts/alios-log-lines.tsv). A line that begins
 * with one letter and a blank is a log line of that level; '=' is a raw print.
 */
#ifndef TESTS_VECTOR_CORPUS_RUNS_H
#define TESTS_VECTOR_CORPUS_RUNS_H

#define SHA_A "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
#define SHA_B "FEDCBA9876543210FEDCBA9876543210FEDCBA9876543210FEDCBA9876543210"
#define MD5_A "20ADE91AF06A627911D2C3F6BCC80E41"
#define MD5_B "11ADE91AF06A627911D2C3F6BCC80E42"
#define OLD "app-1.0.0-20180601.1200"
#define NEW "app-2.0.0-20180820.1600"
#define URL "https://iotx-ota.oss-cn-shanghai.aliyuncs.com/f.bin?Expires=1&Signature=x"
#define PUSH_JSON                                                                                  \
    "{\"code\":\"1000\",\"data\":{\"size\":500000,\"version\":\"" NEW "\",\"url\":\"" URL "\","    \
    "\"signMethod\":\"SHA256\",\"sign\":\"" SHA_A "\"},\"id\":1534750000000,"                      \
    "\"message\":\"success\"}"
#define INFORM(version) "{\"id\":0,\"params\":{\"version\":\"" version "\"}}"
#define STEP(step, text) "{\"id\":0,\"params\":{\"step\": \"" step "\",\"desc\":\"" text "\"}}"

#define BOOT "=start-----------hal\n=             Welcome to AliOS Things           \n"
#define ONLINE                                                                                     \
    "I Got ip : 192.168.1.20, gw : 192.168.1.1, mask : 255.255.255.0\nI mqtt connect success!\n"

#define B_PUSH                                                                                     \
    BOOT ONLINE "I ota_post_version_msg  [" OLD "][]\n"                                            \
                "I parse response " PUSH_JSON "\nI download file size:500000\n"                    \
                "I ota_do_update_packet hash:3 value:" SHA_A " \n"
#define B_ACCEPT B_PUSH "I req:" OLD " res:" NEW " need:1\n"
#define B_SIGNED                                                                                   \
    BOOT ONLINE "I ota_post_version_msg  [" OLD "][]\n"                                            \
                "I parse response {\"data\":{\"size\":500000,\"version\":\"" NEW                   \
                "\",\"url\":\"" URL "\",\"digestsign\":\"abc=\"},\"message\":\"success\"}\n"       \
                "I sign value = abc=\nI req:" OLD " res:" NEW " need:1\n"
#define B_FETCH                                                                                    \
    "I hash mode:3  value:" SHA_A " \nI task update start\nI send GET /f.bin HTTP/1.1\n"           \
    "I 299 bytes send OK!\nI s:1024 512\nI s:250000 512\n"                                         \
    "I s:499288 512\nI s:499800 512\nI s:499900 100\nI s:499950 50\n"
#define B_HASH_OK "I url SHA256=" SHA_A "\nI digestSHA256=" SHA_A "\n"
#define B_IMAGE                                                                                    \
    "I bin_size = 500000\nI bin_size = 500000\nI off_set = 499972\n"                               \
    "I ota_image_identity.image_magic=efefefef\nI ota_image_identity.image_size=7a104\n"           \
    "I ota_image_identity.image_md5_value=" MD5_A "\nI ota_image_identity.image_crc16=ffff\n"
#define B_IMAGE_OK                                                                                 \
    B_IMAGE "I url md5=" MD5_A "\nI digestMD5=" MD5_A "\nI Great! OTA image is ok ....\n"
#define B_END "I reboot system after 3 second!\nI task update over\n"
#define B_SET "V moc108 set boot\n"
#define B_REPORT                                                                                   \
    BOOT ONLINE "I ota_post_version_msg  [" NEW "][" NEW "]\n"                                     \
                "I public topic=/ota/device/inform/p/d ,payload=" INFORM(                          \
                    NEW) "\n"                                                                      \
                         "I OTA finished, clear ota version in config\n"
#define B_FAILED(step, text)                                                                       \
    "I public topic=/ota/device/progress/p/d ,payload=" STEP(step, text) "\n" B_END

#define C_READY BOOT ONLINE "I ota init success, ver:" OLD " type:0\n"
#define C_PUSH C_READY "I mqtt cb evt:12 " PUSH_JSON "\n"
#define C_FETCH                                                                                    \
    "I 299 bytes send.\nI s:1024 512 per:0\nI s:498976 512 per:99\n"                               \
    "I s:499488 512 per:99\nI s:499788 300 per:100\nI s:500000 212 per:100\n"
#define C_DONE "I download finish ret:0 err:0.\n"
#define C_IMAGE                                                                                    \
    "I bin s:500000 off:499972\nI magic:0xefefefef size:499972 md5:" MD5_A " crc16:0xffff\n"
#define V_READY BOOT ONLINE "I OTA service success, ver:" OLD " dev_type:0\n"
#define V_PUSH                                                                                     \
    V_READY "I ota upgrade start: pk:p dn:d app ver:" OLD "\nI ver:" NEW " url:" URL "\n"          \
            "I mqtt parse success, sign_en:0 hash_type:1 \n"
#define E_PUSH                                                                                     \
    BOOT ONLINE "I ota init success, ret:0\nI Parse ota version:" NEW " url:" URL " ret:0\n"       \
                "I download start upg_flag:0x9669\n"

struct run {
    const char *name, *text, *verdict, *cause;
};

static const struct run runs[] = {
    {"A success",
     BOOT ONLINE
     "I ----------------------ota_mqtt_sub_callback--------------------,payload=" PUSH_JSON "\n"
     "I ===========response =" PUSH_JSON "==========\nI ota_version " NEW "\nI ota status 5\n"
     "I ota_post_version_msg  [" NEW "][" NEW "] [" OLD "]\n",
     "incomplete", "ota-incomplete"},
    {"A success after reboot",
     BOOT ONLINE
     "I ----------------------ota_mqtt_sub_callback--------------------,payload=" PUSH_JSON "\n"
     "I ota_version " NEW "\nI ota status 5\n" BOOT ONLINE "I ota_post_version_msg  [" NEW "][" NEW
     "] [" OLD "]\n",
     "success-unsigned", "ok"},
    {"A hash",
     BOOT ONLINE "I ===========response =" PUSH_JSON "==========\nI ota_version " NEW
                 "\nE ota check md5 error\nI ota status -3\n",
     "failed", "ota-hash-mismatch"},
    {"A download",
     BOOT ONLINE "I ===========response =" PUSH_JSON "==========\n"
                 "E download system error Connection reset\nI ota status -2\n",
     "failed", "ota-download-failed"},

    {"B success", B_ACCEPT B_FETCH B_HASH_OK B_IMAGE_OK B_SET B_END B_REPORT, "success-unsigned",
     "ok"},
    {"B success without boot record line", B_ACCEPT B_FETCH B_HASH_OK B_IMAGE_OK B_END B_REPORT,
     "success-unsigned", "ok"},
    {"B signed",
     B_SIGNED B_FETCH B_HASH_OK
     "I RSA sign/verify success!\nI rsa verify finished\n" B_IMAGE_OK B_SET B_END B_REPORT,
     "success", "ok"},
    {"B signature off",
     B_ACCEPT "W set download signature: ota rsa verify function close\n" B_FETCH B_HASH_OK
         B_IMAGE_OK B_SET B_END B_REPORT,
     "success-unsigned", "ok"},
    {"B bad signature",
     B_SIGNED B_FETCH B_HASH_OK
     "E RSA sign/verify fail!\n"
     "I rsa verify finished\nE ota verify rsa error\n" B_FAILED("-7", "ota rsa verify failed"),
     "failed", "ota-signature"},
    {"B refused",
     B_PUSH "I req:" OLD " res:APP-2.0.0 need:0\nI ######!!! FW Version is too old, "
            "please upload a newer FW to cloud and redo OTA update!!! ######  \n"
            "E ota cancel,ota version don't match dev version ! \n"
            "I public topic=/ota/device/progress/p/d ,payload=" STEP("-1", "ota init failed") "\n",
     "refused", "ota-refused"},
    {"B hash",
     B_ACCEPT B_FETCH "I url SHA256=" SHA_A "\nI digestSHA256=" SHA_B "\n"
                      "E update_packet SHA256 check FAIL!\nE ota check signature error\n" B_FAILED(
                          "-4", "ota check hash failed") BOOT ONLINE "I ota_post_version_msg  [" OLD
                                                                     "][" NEW "]\n",
     "failed", "ota-hash-mismatch"},
    {"B error page",
     B_ACCEPT "I task update start\nI 299 bytes send OK!\nI s:240 240\n"
              "I url SHA256=" SHA_A "\nI digestSHA256=" SHA_B
              "\nE update_packet SHA256 check FAIL!\n"
              "E ota check signature error\n" B_FAILED("-4", "ota check hash failed"),
     "failed", "ota-error-page"},
    {"B error page in one read",
     B_ACCEPT "I task update start\nI 299 bytes send OK!\n"
              "I url SHA256=" SHA_A "\nI digestSHA256=" SHA_B
              "\nE update_packet SHA256 check FAIL!\n"
              "E ota check signature error\n" B_FAILED("-4", "ota check hash failed"),
     "failed", "ota-error-page"},
    {"B image md5",
     B_ACCEPT B_FETCH B_HASH_OK B_IMAGE
     "I url md5=" MD5_A "\nI digestMD5=" MD5_B
     "\nE update_packet md5 check FAIL!\nE image parse malloc failed!\nE ota check image "
     "failed\n" B_FAILED("-8", "ota check image failed"),
     "failed", "ota-image-invalid"},
    {"B package md5",
     B_ACCEPT B_FETCH "I url md5=" MD5_A "\nI digestMD5=" MD5_B
                      "\nE update_packet md5 check FAIL!\nE ota check signature error\n" B_FAILED(
                          "-4", "ota check hash failed"),
     "failed", "ota-hash-mismatch"},
    {"B image size",
     B_ACCEPT B_FETCH B_HASH_OK B_IMAGE
     "E image size error!\n"
     "E ota check image failed\n" B_FAILED("-8", "ota check image failed"),
     "failed", "ota-image-invalid"},
    {"B download",
     B_ACCEPT
     "I task update start\nI s:1024 512\nI retry cn:1\nI retry cn:6\n"
     "I ota_socket_recv nbytes < 0\nE download read error reset\nE ota download error\n" B_FAILED(
         "-2", "ota download failed"),
     "failed", "ota-download-failed"},
    {"B installed, not taken",
     B_ACCEPT B_FETCH B_HASH_OK B_IMAGE_OK B_SET B_END BOOT ONLINE "I ota_post_version_msg  [" OLD
                                                                   "][" NEW "]\n",
     "failed", "ota-failed"},
    {"B installed, log ends", B_ACCEPT B_FETCH B_HASH_OK B_IMAGE_OK B_SET B_END BOOT, "incomplete",
     "ota-incomplete"},
    {"B diff to the wrong base",
     B_ACCEPT B_FETCH B_HASH_OK
     "I diff dst:0x00000001 src:0x00000003 len:0x00000000, crc:0x1234 pcrc:0x1234 "
     "splict:65536.\n" B_END
     "=Press key 'w' into 2nd boot cmd, Waiting 100ms ... \n=flag = 0x52455659\n"
     "=120: pendsize 1, num 0, pos 0, psize 1 pstatus 0\n=210: cal 1234 != crc 4321\n"
     "=215: nb section:6 num:0\n=300: nbpatch suc:4294967295\n=310: nbpatch end:4294967294\n"
     "=40: rec fail!\n" BOOT ONLINE "I ota_post_version_msg  [" OLD "][" NEW "]\n",
     "failed", "ota-failed"},
    {"B diff success",
     B_ACCEPT B_FETCH B_HASH_OK
     "I diff dst:0x00000001 src:0x00000003 len:0x00000000, crc:0x1234 pcrc:0x1234 "
     "splict:65536.\n" B_END
     "=Press key 'w' into 2nd boot cmd, Waiting 100ms ... \n=flag = 0x52455659\n"
     "=120: pendsize 1, num 0, pos 0, psize 1 pstatus 0\n=215: nb section:0 num:0\n"
     "=300: nbpatch suc:0\n=320: verify fw adr:0x101000 len:0x7a120 ret:0x0\n"
     "=310: nbpatch end:0\n=40: rec succ!\n=reboot ...\n" B_REPORT,
     "success-unsigned", "ok"},
    {"B rolled back",
     B_ACCEPT B_FETCH B_HASH_OK B_IMAGE_OK B_SET B_END BOOT
     "=Press key 'w' into 2nd boot cmd, Waiting 100ms ... \n=12: rec rollback.\n" BOOT,
     "failed", "ota-failed"},
    {"B credentials",
     BOOT "I Got ip : 192.168.1.20, gw : 192.168.1.1, mask : 255.255.255.0\n"
          "=Hello OTA.\nE mqtt init pk:p dn:d ds:s\nE recvConnackProc error,result = -35\n"
          "E wait connect ACK timeout, or receive a ACK indicating error!\n",
     "failed", "cloud-failed"},
    {"B password",
     BOOT "=ssid:net key:secret\n=---------SM_CONNECT_IND_fail\n=wpas_auth_failed\n"
          "=Connect failed\n",
     "failed", "wifi-failed"},
    {"B password wrong, then right",
     BOOT "=ssid:net key:secret\n=wpas_auth_failed\n"
          "=Connect failed\n=ssid:net key:right\n=---------SM_CONNECT_IND_ok\n" ONLINE,
     "no-ota", "ok"},
    {"B fails, then succeeds",
     B_ACCEPT B_FETCH "I url SHA256=" SHA_A "\nI digestSHA256=" SHA_B "\n"
                      "E update_packet SHA256 check FAIL!\nE ota check signature error\n" B_FAILED(
                          "-4", "ota check hash failed")
                          B_ACCEPT B_FETCH B_HASH_OK B_IMAGE_OK B_SET B_END B_REPORT,
     "success-unsigned", "ok"},
    {"B push cut",
     BOOT ONLINE "I parse response {\"code\":\"1000\",\"data\":{\"si\n"
                 "E Error before: [x]\nE parse_json failed.\n",
     "failed", "ota-failed"},
    {"B nothing pushed",
     BOOT ONLINE "I ota_post_version_msg  [" OLD "][]\n"
                 "I public topic=/ota/device/inform/p/d ,payload=" INFORM(OLD) "\n",
     "no-ota", "ok"},

    {"C verbose success",
     V_PUSH "E A new OTA update ready, will be enter OTA download.\n"
            "I http header found bp:0\nI s:1024 512\nI download finish ret:0.\nI SHA256 src=" SHA_A
            " dst:" SHA_A "\n" C_IMAGE "I md5 src=" MD5_A " dst=" MD5_A "\nI OTA md5 ret:0\n"
            "I OTA finish dst:0x0 src:0x0 len:0x0, crc:0x0000.\n" BOOT ONLINE
            "I OTA service success, ver:" NEW " dev_type:0\n"
            "I mqtt pub name:/ota/device/inform/p/d msg:" INFORM(NEW) "\n",
     "success-unsigned", "ok"},
    {"C verbose refused",
     V_PUSH
     "E ota version is older than system version, discard it.\n"
     "I mqtt pub name:/ota/device/progress/p/d msg:" STEP("-2", "ota version not match") "\n",
     "refused", "ota-refused"},
    {"C verbose hash",
     V_PUSH "E A new OTA update ready, will be enter OTA download.\n"
            "I http header found bp:0\nI s:500000 512\nI SHA256 src=" SHA_A " dst:" SHA_B "\n"
            "E SHA256 check FAIL!\nE ota check hash error\n",
     "failed", "ota-hash-mismatch"},
    {"C terse success",
     C_PUSH C_FETCH C_DONE
     "I SHA256 src=" SHA_A " dst:" SHA_A "\n"
     "I rsa verify OK:0 res:1\n" C_IMAGE "I md5 src=" MD5_A " dst=" MD5_A "\nI OTA md5 ret:0\n"
     "I OTA finish dst:0x00000000 src:0x00000000 len:0x00000000, crc:0x0000.\n"
     "E upgrade over err:0\n" BOOT ONLINE "I ota init success, ver:" NEW " type:0\n"
     "I Public name:/ota/device/inform/p/d msg:" INFORM(NEW) "\n",
     "success", "ok"},
    {"C terse bad signature, though OK",
     C_PUSH C_FETCH C_DONE "I SHA256 src=" SHA_A " dst:" SHA_A
                           "\nI rsa verify OK:-1 res:0\nE upgrade over err:-12\n",
     "failed", "ota-signature"},
    {"C terse refused", C_PUSH "E ota version is too old, discard it.\n", "refused", "ota-refused"},
    {"C terse hash",
     C_PUSH C_FETCH C_DONE "I SHA256 src=" SHA_A " dst:" SHA_B
                           "\nE SHA256 check FAIL!\nE upgrade over err:-11\n",
     "failed", "ota-hash-mismatch"},
    {"C terse download hidden by err:0",
     C_PUSH "I 299 bytes send.\nI s:1024 512 per:0\n"
            "I ota read nbytes < 0\nI download finish ret:-8 err:104.\nE upgrade over err:0\n",
     "failed", "ota-download-failed"},
    {"C terse image",
     C_PUSH C_FETCH C_DONE "I SHA256 src=" SHA_A " dst:" SHA_A "\n" C_IMAGE "I md5 src=" MD5_A
                           " dst=" MD5_B "\nE hash check err.\nI OTA md5 ret:-1\n"
                           "E upgrade over err:-10\n",
     "failed", "ota-image-invalid"},
    {"C terse out of memory", C_PUSH "E upgrade over err:-17\n=reboot!\n", "failed", "ota-failed"},
    {"C payload in lines",
     BOOT ONLINE "I Downstream Topic: '/ota/device/upgrade/p/d'\n"
                 "I Downstream Payload:\n=< {\n=<     \"code\": \"1000\",\n=<     \"data\": {\n"
                 "=<         \"size\": 584064,\n=<         \"version\": \"" NEW
                 "\"\n=<     }\n=< }\n",
     "incomplete", "ota-incomplete"},

    {"E success",
     E_PUSH
     "I image header magic:0xefefefef ret:0\nI ota init over\n"
     "I ota recv data(512/500000) off:512 \nI ota recv data(500000/500000) off:500000 \n"
     "E download complete:0\nI SHA256 src:" SHA_A " dst:" SHA_A "\nE verify rsa ret:0\n"
     "I bin size:500000 off:499972\nI magic:0xefefefef, size:499972, crc16:0xffff\n"
     "I md5 src:" MD5_A " dst:" MD5_A "\nI OTA finish dst:0x0 src:0x0 len:0x0, crc:0x0000.\n"
     "I Download complete, rebooting ret:0.\n"
     "=Press key 'w' to 2ndboot cli menu in 100ms.\n=ota upg_flag:0x9669 count:1 crc;0x1234 \n"
     "=ota update complete ret:0 \n" BOOT ONLINE
     "I Public topic:/ota/device/inform/p/d msg:" INFORM(NEW) "\n",
     "success", "ok"},
    {"E hash",
     E_PUSH "I ota recv data(500000/500000) off:500000 \nE download complete:0\n"
            "I SHA256 src:" SHA_A " dst:" SHA_B "\nI Download complete, rebooting ret:-11.\n",
     "failed", "ota-hash-mismatch"},
    {"E download",
     E_PUSH "I reconnect retry:1 ret:-1 rx_size:512\nE download complete:-9\n"
            "I Download complete, rebooting ret:-9.\n",
     "failed", "ota-download-failed"},
    {"E bad key",
     E_PUSH "I ota recv data(500000/500000) off:500000 \nI SHA256 src:" SHA_A " dst:" SHA_A
            "\nE rsa verify err:-1\nI Download complete, rebooting ret:-12.\n",
     "failed", "ota-signature"},
    {"E restore",
     E_PUSH "I ota recv data(500000/500000) off:500000 \nI SHA256 src:" SHA_A " dst:" SHA_A
            "\nI OTA finish dst:0x0 src:0x0 len:0x0, crc:0x0000.\n"
            "I Download complete, rebooting ret:0.\n=Press key 'w' to 2ndboot cli menu in 100ms.\n"
            "=CRC fail.\n=ota update complete ret:4294967295 \n" BOOT,
     "failed", "ota-failed"},
};
#define RUN_COUNT (sizeof runs / sizeof runs[0])

#endif
