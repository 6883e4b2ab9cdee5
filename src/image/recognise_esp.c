/* esp8266 and esp32 applications (facts/alios-build-boards.md A.8). */
#include "image/esp8266_format.h"
#include "image/little_endian.h"
#include "image/recognise_internal.h"

#define ESP32_HEADER 24u
#define ESP32_SEGMENTS_MAX 16u

static void use_esp(struct look *look, const char *board, const char *address)
{
    if (look->trailer)
        look_use(look, USE_UPLOAD, "%s (X@%s.ota.md5.bin).", board, board);
    else {
        look_use(look, USE_FLASH,
                 "%s, with esptool.py at %s; the upload is the same file with the "
                 "trailer.",
                 board, address);
        look_warn_no_trailer(look);
    }
}

static bool recognise_esp8266(struct look *look)
{
    struct esp8266_app app;
    size_t n = look->bytes.size;
    if (!esp8266_app_walk(look->bytes, &app))
        return false;
    bool whole = app.segments > 0 && n >= ESP8266_IROM_AT + app.irom_length + 5;
    look_is(look, "esp8266", "esp8266 application%s", look->trailer ? " with its trailer" : "");
    look_field(look, 0, 2, "magic", false, "code that runs from flash comes first", "EA 04");
    look_field(look, 2, 2, "flash mode, size and clock", false, "as gen_appbin.py was called",
               "%u, 0x%02x", look->bytes.data[2], look->bytes.data[3]);
    look_field(look, 4, 4, "entry", false, "where it starts", "0x%08x", app.entry);
    look_field(look, 12, 4, "irom length", app.irom_length > n - ESP8266_IROM_AT,
               "code in flash, the rest is loaded to RAM", "%u", app.irom_length);
    look_field(look, 0, 0, "segments", !whole, whole ? "loaded to RAM" : "the file is cut", "%u",
               app.segments);
    if (whole) {
        look_field(look, n - 5, 1, "checksum", !app.checksum_ok, "0xEF and all segment bytes, xor",
                   app.checksum_ok ? "0x%02x" : "0x%02x stored, 0x%02x computed", app.checksum,
                   app.computed_checksum);
        look_field(look, n - 4, 4, "CRC-32", !app.crc_ok,
                   "of everything in front, through the script's signed arithmetic",
                   app.crc_ok ? "0x%08x" : "0x%08x stored, 0x%08x computed", app.crc,
                   app.computed_crc);
    }
    use_esp(look, "esp8266", "0x1000");
    look_version(look, 0, n, false);
    return true;
}

/* Both chips' loaders know E9; their entry points lie in different RAM. */
static bool recognise_e9(struct look *look)
{
    struct bytes b = look->bytes;
    if (b.size < ESP32_HEADER || b.data[0] != ESP8266_FLASH_MAGIC || b.data[1] == 0 ||
        b.data[1] > ESP32_SEGMENTS_MAX)
        return false;
    uint32_t entry = le32_read(b.data + 4);
    bool esp8266 = entry >= ESP8266_TEXT_ADDRESS && entry < ESP8266_TEXT_ADDRESS + 0x10000;
    if (!esp8266 && entry >> 24 != 0x40)
        return false;
    size_t at = esp8266 ? ESP8266_HEADER : ESP32_HEADER;
    unsigned found = 0;
    while (found < b.data[1] && b.size - at >= ESP8266_SEGMENT_HEADER &&
           le32_read(b.data + at + 4) <= b.size - at - ESP8266_SEGMENT_HEADER) {
        at += ESP8266_SEGMENT_HEADER + le32_read(b.data + at + 4);
        found++;
    }
    const char *chip = esp8266 ? "esp8266" : "esp32";
    look_is(look, esp8266 ? "esp8266-e9" : "esp32", "%s application (only recognised)%s", chip,
            look->trailer ? " with its trailer" : "");
    look_field(look, 0, 1, "magic", false, "", "E9");
    look_field(look, 1, 1, "segments", found < b.data[1],
               found < b.data[1] ? "the file is cut or damaged" : "", "%u, %u of them whole",
               b.data[1], found);
    look_field(look, 4, 4, "entry", false, "where it starts", "0x%08x", entry);
    use_esp(look, chip, esp8266 ? "the address of its build" : "0x10000");
    look_version(look, 0, b.size, false);
    return true;
}

bool recognise_esp(struct look *look)
{
    return recognise_esp8266(look) || recognise_e9(look);
}
