#include "image/recognise.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "device/code_crc.h"
#include "image/flash_image.h"
#include "image/recognise_internal.h"

#define V4_PADDING 4u /* of FF between image and trailer */

/* --- writing the report --------------------------------------------------------------------- */

void look_is(struct look *look, const char *format, const char *title, ...)
{
    va_list args;
    va_start(args, title);
    look->report->format = format;
    vsnprintf(look->report->title, sizeof look->report->title, title, args);
    va_end(args);
}

void look_use(struct look *look, enum image_use use, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    look->report->use = use;
    vsnprintf(look->report->use_text, sizeof look->report->use_text, format, args);
    va_end(args);
}

void look_warn(struct look *look, const char *format, ...)
{
    struct image_report *r = look->report;
    va_list args;
    if (r->warning_count == sizeof r->warnings / sizeof r->warnings[0])
        return;
    va_start(args, format);
    vsnprintf(r->warnings[r->warning_count++], sizeof r->warnings[0], format, args);
    va_end(args);
}

static struct image_field *new_field(struct look *look, size_t offset, size_t size,
                                     const char *name, bool wrong, const char *meaning)
{
    struct image_report *r = look->report;
    r->broken |= wrong;
    if (r->field_count == IMAGE_FIELDS_MAX)
        return NULL;
    struct image_field *f = &r->fields[r->field_count++];
    *f = (struct image_field){.offset = offset, .size = size, .wrong = wrong};
    snprintf(f->name, sizeof f->name, "%s%s", look->inside ? "inside: " : "", name);
    snprintf(f->meaning, sizeof f->meaning, "%s", meaning);
    return f;
}

void look_field(struct look *look, size_t offset, size_t size, const char *name, bool wrong,
                const char *meaning, const char *value, ...)
{
    struct image_field *f = new_field(look, offset, size, name, wrong, meaning);
    va_list args;
    if (!f)
        return;
    va_start(args, value);
    vsnprintf(f->value, sizeof f->value, value, args);
    va_end(args);
}

void look_field_text(struct look *look, size_t offset, size_t size, const char *name,
                     const char *meaning)
{
    struct image_field *f = new_field(look, offset, size, name, false, meaning);
    if (!f)
        return;
    text_make_safe(f->value, sizeof f->value, look->bytes.data + offset, size);
    for (char *tab = f->value; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
}

void look_warn_no_trailer(struct look *look)
{
    look_warn(look, "There is no trailer: uploaded like this, a device of AliOS 2.0 or later says "
                    "\"image magic error\". `otaconsole image trailer FILE` appends it.");
}

/* --- the application's version -------------------------------------------------------------- */

static uint8_t code_byte(struct bytes b, size_t offset, size_t i, bool groups)
{
    return b.data[offset + (groups ? i / CODE_CRC_DATA * CODE_CRC_GROUP + i % CODE_CRC_DATA : i)];
}

static bool version_character(int c)
{
    return isalnum(c) || c == '.' || c == '-' || c == '_';
}

void look_version(struct look *look, size_t offset, size_t size, bool groups)
{
    static const char start[] = "app-";
    size_t n = groups ? size / CODE_CRC_GROUP * CODE_CRC_DATA : size;
    for (size_t i = 0; i + sizeof start < n; i++) {
        char text[64];
        size_t k = 0;
        while (k < 4 && tolower(code_byte(look->bytes, offset, i + k, groups)) == start[k])
            k++;
        if (k < 4 || !isdigit(code_byte(look->bytes, offset, i + 4, groups)))
            continue;
        for (k = 0; k + 1 < sizeof text && i + k < n; k++) {
            int c = code_byte(look->bytes, offset, i + k, groups);
            if (!version_character(c))
                break;
            text[k] = (char)c;
        }
        text[k] = '\0';
        size_t at = groups ? i / CODE_CRC_DATA * CODE_CRC_GROUP + i % CODE_CRC_DATA : i;
        look_field(look, offset + at, k, "version", false,
                   "the first text that looks like an application's version", "%s", text);
        return;
    }
}

/* --- the trailer ---------------------------------------------------------------------------- */

static void hex(const uint8_t *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void describe_mico(struct look *look, const struct trailer_found *t)
{
    char md5[33];
    hex(t->trailer.md5, 16, md5);
    look->mico = true;
    look_field(look, t->offset, 16, "MXCHIP MD5", false,
               "MiCO's own suffix: the MD5 of everything in front, nothing else", "%s", md5);
    look_warn(look, "This is MXCHIP's MiCO suffix, not AliOS's trailer: an AliOS device says "
                    "\"image magic error\".");
}

static void describe_size(struct look *look, const struct trailer_found *t)
{
    bool wrong = t->fault == TRAILER_SIZE;
    look_field(look, t->offset + 4, 4, "trailer size", wrong,
               wrong ? "the device says \"image size error!\": the file was cut or changed after "
                       "its trailer was made"
                     : "of everything in front of the trailer",
               wrong ? "%u, but the trailer stands at %zu" : "%u", t->trailer.size, t->offset);
}

static void describe_md5(struct look *look, const struct trailer_found *t)
{
    char stored[33], computed[33];
    bool wrong = memcmp(t->md5, t->trailer.md5, 16) != 0;
    hex(t->trailer.md5, 16, stored);
    hex(t->md5, 16, computed);
    if (wrong)
        look_field(
            look, t->offset + 8, 16, "trailer MD5", true,
            "the device says \"update_packet md5 check FAIL!\": the image is not the one the "
            "trailer was made for",
            "%s stored, %s computed", stored, computed);
    else
        look_field(look, t->offset + 8, 16, "trailer MD5", false, "of everything in front of it",
                   "%s", stored);
}

static void describe_end(struct look *look, const struct trailer_found *t)
{
    if (t->version == TRAILER_V4) {
        bool wrong = t->trailer.crc16 != t->crc16;
        look_field(look, t->offset + 24, 2, "image number", false, "version 4 of the script", "1");
        look_field(look, t->offset + 26, 2, "CRC-16", wrong, "CRC-16/XMODEM of everything in front",
                   wrong ? "0x%04x stored, 0x%04x computed" : "0x%04x", t->trailer.crc16, t->crc16);
    } else {
        look_field(look, t->offset + 24, 4, "reserved, CRC-16", false,
                   "never computed, never checked", "CRC-16 0x%04x", t->trailer.crc16);
    }
}

/* Takes what is behind the image off, and what a second run of the script left there too. */
static void take_off(struct look *look, const struct trailer_found *t)
{
    size_t end = t->offset;
    if (t->version == TRAILER_V4 && end >= V4_PADDING &&
        memcmp(look->bytes.data + end - V4_PADDING, "\xff\xff\xff\xff", V4_PADDING) == 0)
        end -= V4_PADDING;
    look->bytes.size = end;
}

static void look_at_trailer(struct look *look)
{
    struct trailer_found t;
    trailer_find(look->bytes.data, look->bytes.size, &t);
    if (t.fault == TRAILER_NONE)
        return;
    if (t.version == TRAILER_MICO) {
        describe_mico(look, &t);
        look->bytes.size = t.offset;
        return;
    }
    look->trailer = true;
    look_field(look, t.offset, 4, "trailer magic", false, "what kind of image this is", "%s",
               trailer_magic_name(t.trailer.magic));
    describe_size(look, &t);
    describe_md5(look, &t);
    describe_end(look, &t);
    take_off(look, &t);
    if (t.fault != TRAILER_DOUBLED)
        return;
    trailer_find(look->bytes.data, look->bytes.size, &t);
    look_field(look, t.offset, IMAGE_TRAILER_SIZE, "second trailer", true,
               "the script ran twice; the device would take the first trailer for code",
               "another trailer stands in front of the last one");
    look_warn(look, "The trailer is doubled: `otaconsole image trailer --remove FILE` takes the "
                    "last one off.");
    take_off(look, &t);
}

/* --- what is in front of it ----------------------------------------------------------------- */

static void nothing(struct look *look)
{
    look->report->broken = true;
    if (look->trailer || look->mico)
        look_is(look, "trailer", "a trailer with nothing in front of it");
    else
        look_is(look, "empty", "an empty file");
    look_use(look, USE_NEITHER,
             "There is no firmware in it. Build again; look at the free space "
             "of the disk.");
}

/* All bytes the same: what erased flash, or a hole in a file, looks like. */
static bool recognise_blank(struct look *look)
{
    const uint8_t *b = look->bytes.data;
    size_t n = look->bytes.size;
    if ((b[0] != 0xFF && b[0] != 0) || n < 2 || memcmp(b, b + 1, n - 1) != 0)
        return false;
    look_is(look, "blank", "nothing but %02X", b[0]);
    look_field(look, 0, n, "content", true,
               b[0] ? "erased flash reads like this" : "a hole in a file reads like this",
               "%zu x %02X", n, b[0]);
    look_use(look, USE_NEITHER, "There is no firmware in it.");
    return true;
}

static void unknown(struct look *look)
{
    char start[33] = "";
    size_t n = look->bytes.size < 16 ? look->bytes.size : 16;
    hex(look->bytes.data, n, start);
    look_is(look, "unknown", "no format known here%s",
            look->trailer ? ", with an update trailer" : "");
    look_field(look, 0, n, "first bytes", false, "", "%s", start);
    if (look->trailer)
        look_use(look, USE_UNKNOWN,
                 "Its trailer makes it an update image; what is in front of the trailer is no "
                 "format known here.");
    else
        look_use(look, USE_UNKNOWN, "Nothing in it says what it is for.");
}

typedef bool (*recogniser)(struct look *look);

static bool any_of(struct look *look, const recogniser *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i](look))
            return true;
    }
    return false;
}

/* The trailer was looked at first, but stands last. */
static void put_behind(struct image_report *report, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct image_field trailer = report->fields[first];
        memmove(&report->fields[first], &report->fields[first + 1],
                (report->field_count - first - 1) * sizeof trailer);
        report->fields[report->field_count - 1] = trailer;
    }
}

static void recognise_body(struct look *look)
{
    static const recogniser others[] = {recognise_blank,   recognise_rtl,      recognise_esp,
                                        recognise_rda5981, recognise_diff,     recognise_elf,
                                        recognise_xz,      recognise_archive,  recognise_text,
                                        recognise_moc108,  recognise_cortex_m, recognise_raw_arm};
    const struct board any = {.code_crc_groups = true};
    struct flash_image flash;
    if (look->bytes.size == 0) {
        nothing(look);
        return;
    }
    /* What flashing would say comes first, so that both never disagree. */
    flash_image_examine(&any, look->bytes.data, look->bytes.size, &flash);
    bool groups = flash.kind == FLASH_IMAGE_GROUPS || flash.kind == FLASH_IMAGE_PADDED ||
                  flash.kind == FLASH_IMAGE_WHOLE;
    if (groups && recognise_moc108(look))
        return;
    if (!any_of(look, others, sizeof others / sizeof others[0]))
        unknown(look);
}

void recognise_content(struct look *look)
{
    unsigned first = look->report->field_count;
    look_at_trailer(look);
    unsigned count = look->report->field_count - first;
    recognise_body(look);
    put_behind(look->report, first, count);
}

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

/* The name promises something that the bytes do not keep. */
static void compare_name(struct look *look)
{
    const char *base = strrchr(look->name, '/');
    base = base ? base + 1 : look->name;
    bool promised = has(base, ".md5.bin") || has(base, "_md5.bin");
    if (promised && !look->trailer && look->report->use != USE_NEITHER)
        look_warn(look, "The name says that the trailer is there (md5), but it is not: the script "
                        "did not run, or the file is cut.");
}

void image_recognise(struct bytes file, const char *name, struct image_report *report)
{
    struct look look = {.report = report, .bytes = file, .name = name ? name : ""};
    memset(report, 0, sizeof *report);
    report->format = "unknown";
    recognise_content(&look);
    report->content_size = look.bytes.size;
    compare_name(&look);
}
