#include <bearssl/bearssl_hash.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "device/image_check.h"
#include "device/ota_version.h"
#include "sim/app_internal.h"
#include "sim/loader.h"
#include "ymodem/crc16.h"

/*
 * A whole update as generation B does it: words and order of facts/alios-device.md
 * §3.3 and §4. The package is fetched, stored and checked for real.
 *
 * As on the real board, the OTA service runs only once OTA_APP was typed, also
 * after the reboot: the network comes back by itself (its settings are kept), the
 * version report waits for OTA_APP.
 */
#define CHUNK 512u
#define CHUNK_TIME (8 * TIME_MS)

static const char error_page[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>AccessDenied</Code>\n"
    "  <Message>Request has expired.</Message>\n  <Expires>2018-08-20T08:00:00.000Z</Expires>\n"
    "</Error>\n";

static void hex(const uint8_t *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02X", bytes[i]);
}

static int read_temp(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    const struct sim_app *a = user;
    sim_flash_read(a->flash, SIM_APP_OTA_TEMP + offset, into, n);
    return 0;
}

static void publish(struct sim_app *a, uint64_t now, const char *kind, const char *payload)
{
    sim_app_log(a, now, 'I', "public topic=/ota/device/%s/%s/%s ,payload=%s", kind, a->config->pk,
                a->config->dn, payload);
}

static void report_step(struct sim_app *a, uint64_t now, int step, const char *description)
{
    char payload[160];
    snprintf(payload, sizeof payload, "{\"id\":0,\"params\":{\"step\": \"%d\",\"desc\":\"%s\"}}",
             step, description);
    publish(a, now, "progress", payload);
}

/* --- the end ------------------------------------------------------------------------------- */

static void reboot(struct sim_app *a, uint64_t now)
{
    (void)now;
    a->wants_reboot = true;
}

static void over(struct sim_app *a, uint64_t now)
{
    sim_app_log(a, now, 'I', "reboot system after 3 second!");
    sim_app_log(a, now, 'I', "task update over");
    sim_app_schedule(a, now + 3 * TIME_S, reboot);
}

static void failed(struct sim_app *a, uint64_t now, int step, const char *description)
{
    report_step(a, now, step, description);
    over(a, now);
}

/* --- checks --------------------------------------------------------------------------------- */

static bool check_package(struct sim_app *a, uint64_t now)
{
    struct image_storage storage = {read_temp, a};
    uint8_t digest[32];
    char text[65];
    image_check_hash(&storage, a->ota.received, IMAGE_HASH_SHA256, digest);
    hex(a->ota.sign, 32, text);
    sim_app_log(a, now, 'I', "url SHA256=%s", text);
    hex(digest, 32, text);
    sim_app_log(a, now, 'I', "digestSHA256=%s", text);
    if (memcmp(digest, a->ota.sign, 32) == 0)
        return true;
    sim_app_log(a, now, 'E', "update_packet SHA256 check FAIL!");
    sim_app_log(a, now, 'E', "ota check signature error");
    failed(a, now, -4, "ota check hash failed");
    return false;
}

static bool check_image(struct sim_app *a, uint64_t now)
{
    struct image_storage storage = {read_temp, a};
    struct image_trailer t = {0};
    uint8_t computed[16];
    char text[65];
    uint32_t size = a->ota.announced;
    enum image_check_result result = image_check_file(&storage, size, &t, computed);
    sim_app_log(a, now, 'I', "bin_size = %u", size);
    sim_app_log(a, now, 'I', "bin_size = %u", size);
    if (result == IMAGE_CHECK_TOO_SMALL) {
        sim_app_log(a, now, 'E', "check image input parameters error!");
    } else {
        sim_app_log(a, now, 'I', "off_set = %u", size - IMAGE_TRAILER_SIZE);
        sim_app_log(a, now, 'I', "ota_image_identity.image_magic=%x", t.magic);
        sim_app_log(a, now, 'I', "ota_image_identity.image_size=%x", t.size);
        hex(t.md5, 16, text);
        sim_app_log(a, now, 'I', "ota_image_identity.image_md5_value=%s", text);
        sim_app_log(a, now, 'I', "ota_image_identity.image_crc16=%x", t.crc16);
    }
    if (result == IMAGE_CHECK_MAGIC)
        sim_app_log(a, now, 'E', "image magic error");
    if (result == IMAGE_CHECK_SIZE)
        sim_app_log(a, now, 'E', "image size error!");
    if (result == IMAGE_CHECK_OK || result == IMAGE_CHECK_MD5) {
        sim_app_log(a, now, 'I', "url md5=%s", text);
        hex(computed, 16, text);
        sim_app_log(a, now, 'I', "digestMD5=%s", text);
    }
    if (result == IMAGE_CHECK_MD5) {
        sim_app_log(a, now, 'E', "update_packet md5 check FAIL!");
        sim_app_log(a, now, 'E', "image parse malloc failed!");
    }
    if (result == IMAGE_CHECK_OK) {
        sim_app_log(a, now, 'I', "Great! OTA image is ok ....");
        return true;
    }
    sim_app_log(a, now, 'E', "ota check image failed");
    failed(a, now, -8, "ota check image failed");
    return false;
}

static void put_u32(uint8_t *b, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(value >> (8 * i));
}

/* {dst, src, size, crc16}: what the loader B1 acts on at the next reset (facts §6.5). */
static void write_boot_record(struct sim_app *a, uint64_t now)
{
    uint8_t record[14];
    uint32_t size = a->ota.announced;
    uint16_t crc = ymodem_crc16(0, a->flash->bytes + SIM_APP_OTA_TEMP, size);
    put_u32(record, SIM_APP_ADDRESS);
    put_u32(record + 4, SIM_APP_OTA_TEMP);
    put_u32(record + 8, size);
    record[12] = (uint8_t)crc;
    record[13] = (uint8_t)(crc >> 8);
    sim_flash_erase(a->flash, SIM_PARAMETER_1, 1);
    sim_flash_program(a->flash, SIM_PARAMETER_1, record, sizeof record);
    sim_app_log(a, now, 'V',
                "OTA destination = 0x%08x, source address = 0x%08x, size = 0x%08x, CRC "
                "= 0x%04x",
                SIM_APP_ADDRESS, SIM_APP_OTA_TEMP, size, crc);
    sim_app_log(a, now, 'V', "moc108 set boot");
}

static void check(struct sim_app *a, uint64_t now)
{
    if (!check_package(a, now))
        return;
    /* The push carries no digestsign: the signature is not looked at (facts §3.5). */
    if (!check_image(a, now))
        return;
    write_boot_record(a, now);
    report_step(a, now, 100, "");
    over(a, now);
}

/* --- the download ------------------------------------------------------------------------ */

static void download_retry(struct sim_app *a, uint64_t now)
{
    if (++a->ota.retries <= 6) {
        sim_app_log(a, now, 'I', "retry cn:%u", a->ota.retries);
        sim_app_schedule(a, now + 500 * TIME_MS, download_retry);
        return;
    }
    sim_app_log(a, now, 'I', "ota_socket_recv nbytes < 0");
    sim_app_log(a, now, 'E', "download read error connection reset");
    sim_app_log(a, now, 'E', "ota download error");
    failed(a, now, -2, "ota download failed");
}

static void download(struct sim_app *a, uint64_t now)
{
    uint32_t left = a->ota.size - a->ota.received, n = left < CHUNK ? left : CHUNK;
    uint8_t piece[CHUNK];
    uint32_t before = a->ota.received * 10 / a->ota.announced;
    if (a->config->fault == SIM_FAULT_CUT_DOWNLOAD && a->ota.received > a->ota.size * 2 / 5) {
        sim_app_raw(a, now, "E: 402 HAL_TCP_Read() | connection is closed\r\n");
        download_retry(a, now);
        return;
    }
    if (n == 0) {
        sim_app_schedule(a, now + 200 * TIME_MS, check);
        return;
    }
    memcpy(piece, a->ota.package + a->ota.received, n);
    if (a->config->fault == SIM_FAULT_BAD_HASH &&
        a->ota.received == a->ota.size / 2 / CHUNK * CHUNK)
        piece[n / 2] ^= 0x10;
    sim_flash_program(a->flash, SIM_APP_OTA_TEMP + a->ota.received, piece, n);
    a->ota.received += n;
    sim_app_log(a, now, 'I', "s:%u %u", a->ota.received, n);
    uint32_t after = a->ota.received * 10 / a->ota.announced;
    if (after != before && after < 10)
        report_step(a, now, (int)after * 10, "");
    sim_app_schedule(a, now + CHUNK_TIME, download);
}

static void begin_download(struct sim_app *a, uint64_t now)
{
    char text[65];
    hex(a->ota.sign, 32, text);
    sim_app_log(a, now, 'I', "hash mode:3  value:%s ", text);
    sim_app_log(a, now, 'I', "task update start");
    sim_app_log(a, now, 'I',
                "send GET /firmware/otaapp_mk3060_ota_md5.bin?Expires=1534752000&OSSAccessKeyId="
                "LTAIrehearsal0001&Signature=c2lnbmF0dXJlK3JlaGVhcnNhbA%%3D%%3D HTTP/1.1\r\n"
                "Accept:*/*\r\nUser-Agent: Mozilla/5.0\r\nCache-Control: no-cache\r\n"
                "Connection: close\r\nHost:iotx-ota.oss-cn-shanghai.aliyuncs.com:443\r\n\r\n");
    sim_app_log(a, now, 'I', "299 bytes send OK!");
    a->ota.received = 0;
    a->ota.retries = 0;
    sim_flash_erase(a->flash, SIM_APP_OTA_TEMP, a->ota.announced);
    if (a->config->fault == SIM_FAULT_ERROR_PAGE) {
        a->ota.package = (const uint8_t *)error_page;
        a->ota.size = sizeof error_page - 1;
    }
    sim_app_schedule(a, now + 300 * TIME_MS, download);
}

/* --- the push ---------------------------------------------------------------------------- */

static void refuse(struct sim_app *a, uint64_t now)
{
    sim_app_log(a, now, 'I',
                "######!!! FW Version is too old, please upload a newer FW to cloud and redo OTA "
                "update!!! ######  ");
    sim_app_log(a, now, 'E', "ota cancel,ota version don't match dev version ! ");
    report_step(a, now, -1, "ota init failed");
}

static void pushed(struct sim_app *a, uint64_t now)
{
    char sign[65];
    br_sha256_context context;
    a->ota.package = a->cloud_package;
    a->ota.size = a->ota.announced = a->cloud_size;
    snprintf(a->ota.version, sizeof a->ota.version, "%s", a->cloud_version);
    br_sha256_init(&context);
    br_sha256_update(&context, a->ota.package, a->ota.size);
    br_sha256_out(&context, a->ota.sign);
    hex(a->ota.sign, 32, sign);
    sim_app_log(
        a, now, 'I',
        "parse response {\"code\":\"1000\",\"data\":{\"size\":%u,\"version\":\"%s\",\"url\":"
        "\"https://iotx-ota.oss-cn-shanghai.aliyuncs.com/firmware/otaapp_mk3060_ota_md5.bin?"
        "Expires=1534752000&OSSAccessKeyId=LTAIrehearsal0001&Signature=c2lnbmF0dXJlK3JlaGVh"
        "cnNhbA%%3D%%3D\",\"signMethod\":\"SHA256\",\"sign\":\"%s\"},\"id\":1534750000000,"
        "\"message\":\"success\"}",
        a->ota.announced, a->ota.version, sign);
    sim_app_log(a, now, 'I', "download file size:%u", a->ota.announced);
    sim_app_log(a, now, 'I', "ota_do_update_packet hash:3 value:%s ", sign);
    struct sim_app_settings s;
    sim_app_load_settings(a->flash, &s);
    snprintf(s.pushed, sizeof s.pushed, "%s", a->ota.version);
    sim_app_save_settings(a->flash, &s);
    bool accepted = ota_version_accepts(a->version, a->ota.version);
    sim_app_log(a, now, 'I', "req:%s res:%s need:%d", a->version, a->ota.version, accepted);
    if (a->ota.announced > SIM_APP_OTA_TEMP_SIZE) {
        sim_app_log(a, now, 'E', "hal init error.");
        failed(a, now, -2, "ota download failed");
    } else if (accepted) {
        begin_download(a, now);
    } else {
        refuse(a, now);
    }
}

static void online(struct sim_app *a, uint64_t now)
{
    struct sim_app_settings s;
    char payload[160];
    a->ota.online = true;
    sim_app_log(a, now, 'I', "mqtt connect success!");
    sim_app_log(a, now, 'I', "mqtt subscribe packet sent,topic = /ota/device/upgrade/%s/%s!",
                a->config->pk, a->config->dn);
    sim_app_load_settings(a->flash, &s);
    sim_app_log(a, now, 'I', "ota_post_version_msg  [%s][%s]", a->version, s.pushed);
    snprintf(payload, sizeof payload, "{\"id\":0,\"params\":{\"version\":\"%s\"}}", a->version);
    publish(a, now, "inform", payload);
    if (s.pushed[0]) {
        if (strcmp(s.pushed, a->version) == 0)
            report_step(a, now, 100, "");
        s.pushed[0] = '\0';
        sim_app_save_settings(a->flash, &s);
        sim_app_log(a, now, 'I', "OTA finished, clear ota version in config");
    }
    bool wanted = strcmp(a->cloud_version, a->version) != 0;
    if (wanted && a->config->fault != SIM_FAULT_NO_PUSH)
        sim_app_schedule(a, now + a->config->push_delay_us, pushed);
}

static void connect_cloud(struct sim_app *a, uint64_t now)
{
    if (!a->has_ip) {
        sim_app_log(a, now, 'E', "run iotx_mqtt_connect() error!");
        sim_app_log(a, now, 'E', "mqtt_init_instance failed");
        sim_app_schedule(a, now + 3 * TIME_S, connect_cloud);
        return;
    }
    if (a->config->fault == SIM_FAULT_WRONG_CREDENTIALS || !a->ota.running) {
        sim_app_log(a, now, 'E', "recvConnackProc error,result = -34");
        sim_app_log(a, now, 'E', "wait connect ACK timeout, or receive a ACK indicating error!");
        sim_app_log(a, now, 'E', "mqtt_init_instance failed");
        return;
    }
    online(a, now);
}

void sim_app_ota_command(struct sim_app *a, uint64_t now, int count, char **words)
{
    const struct sim_config *c = a->config;
    if (count <= 4) {
        sim_app_raw(a, now, "usage:0.0.1 [OPTIONS] \r\n");
        return;
    }
    sim_app_raw(a, now, "Hello OTA.\r\n");
    if (a->ota.online)
        return; /* a second OTA_APP changes nothing until the next reset */
    /* The DeviceSecret is printed in clear (facts §4.5). */
    sim_app_log(a, now, 'E', "mqtt init pk:%.64s dn:%.64s ds:%.64s", words[1], words[2], words[3]);
    a->ota.running = strcmp(words[1], c->pk) == 0 && strcmp(words[2], c->dn) == 0 &&
                     strcmp(words[3], c->ds) == 0;
    sim_app_schedule(a, now + 900 * TIME_MS, connect_cloud);
}
