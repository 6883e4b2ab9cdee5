/* What is no update file of a known board, but turns up in its place. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <lzma.h>

#include "base/text.h"
#include "image/little_endian.h"
#include "image/recognise_internal.h"

/* --- ELF and archives ------------------------------------------------------------------------ */

static const char *machine_name(unsigned machine)
{
    return machine == 40    ? "ARM"
           : machine == 94  ? "Xtensa (esp8266, esp32)"
           : machine == 62  ? "x86-64 (linuxhost)"
           : machine == 3   ? "x86 (linuxhost)"
           : machine == 183 ? "AArch64"
                            : "another one";
}

bool recognise_elf(struct look *look)
{
    const uint8_t *b = look->bytes.data;
    if (look->bytes.size < 20 || memcmp(b,
                                        "\x7f"
                                        "ELF",
                                        4) != 0)
        return false;
    unsigned machine = b[5] == 2 ? (unsigned)(b[18] << 8 | b[19]) : (unsigned)(b[18] | b[19] << 8);
    look->report->broken = true;
    look_is(look, "elf", "ELF file, %s", machine_name(machine));
    look_field(look, 0, 4, "magic", true, "the linker's output with its symbols; no board runs it",
               "7F ELF");
    look_field(look, 18, 2, "machine", false, "", "%u, %s", machine, machine_name(machine));
    look_use(look, USE_NEITHER,
             "Take the .bin beside it (out/APP@BOARD/binary/). This one is for `diagnose --elf`: "
             "addresses of a crash become functions and lines.");
    return true;
}

bool recognise_archive(struct look *look)
{
    static const struct {
        const char *magic;
        size_t n;
        const char *name;
    } kinds[] = {{"PK\x03\x04", 4, "ZIP"},
                 {"\x1f\x8b", 2, "gzip"},
                 {"BZh", 3, "bzip2"},
                 {"7z\xbc\xaf", 4, "7z"}};
    struct bytes b = look->bytes;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (b.size < 8 || memcmp(b.data, kinds[i].magic, kinds[i].n) != 0)
            continue;
        look_is(look, "archive", "%s archive", kinds[i].name);
        look_field(look, 0, kinds[i].n, "magic", true, "devices unpack xz, and no other archive",
                   "%s", kinds[i].name);
        look_use(look, USE_NEITHER, "Unpack it; the firmware is inside.");
        return true;
    }
    return false;
}

/* --- text ------------------------------------------------------------------------------------ */

static bool is_text(struct bytes b)
{
    for (size_t i = 0; i < b.size;) {
        uint32_t c;
        size_t n = text_utf8_length(b.data + i, b.size - i, &c);
        if (n == 0 || (c < 32 && !strchr("\t\r\n\f\x1b", (int)c)) || c == 0)
            return false;
        i += n;
    }
    return true;
}

/* Where `word` stands in the first bytes, whatever its case; b.size when it does not. */
static size_t find_word(struct bytes b, const char *word)
{
    size_t n = strlen(word), most = b.size < 4096 ? b.size : 4096;
    for (size_t i = 0; i + n <= most; i++) {
        size_t k = 0;
        while (k < n && tolower(b.data[i + k]) == tolower((unsigned char)word[k]))
            k++;
        if (k == n)
            return i;
    }
    return b.size;
}

/* <Code>AccessDenied</Code>: what a file server says instead of the file. */
static void describe_element(struct look *look, const char *open, const char *name)
{
    struct bytes b = look->bytes;
    size_t at = find_word(b, open), n = 0;
    if (at == b.size)
        return;
    at += strlen(open);
    while (at + n < b.size && b.data[at + n] != '<' && n < 100)
        n++;
    look_field_text(look, at, n, name, "what the server answered");
}

static void describe_first_line(struct look *look)
{
    struct bytes b = look->bytes;
    size_t n = 0;
    while (n < b.size && n < 60 && b.data[n] != '\n' && b.data[n] != '\r')
        n++;
    look_field_text(look, 0, n, "first line", "");
}

bool recognise_text(struct look *look)
{
    struct bytes b = look->bytes;
    if (!is_text(b))
        return false;
    bool html = find_word(b, "<html") != b.size || find_word(b, "<!doctype html") != b.size;
    bool xml = !html && (find_word(b, "<?xml") != b.size || find_word(b, "<error>") != b.size);
    bool hex = b.data[0] == ':' || (b.data[0] == 'S' && b.size > 1 && isdigit(b.data[1]));
    look->report->broken = true;
    describe_first_line(look);
    if (html || xml) {
        look_is(look, html ? "html" : "xml", "%s page, not firmware", html ? "an HTML" : "an XML");
        describe_element(look, "<code>", "code");
        describe_element(look, "<message>", "message");
        describe_element(look, "<title>", "title");
        look_use(look, USE_NEITHER,
                 "A server sent this page instead of a file: the address has expired or is wrong. "
                 "Download it again.");
    } else {
        look_is(look, "text", hex ? "text that looks like Intel HEX or S-records" : "text");
        look_use(look, USE_NEITHER, "It is no firmware.%s",
                 hex ? " Take the .bin of the same build." : "");
    }
    return true;
}

/* --- Cortex-M: developerkit, STM32, atsam ---------------------------------------------------- */

#define STM32_FLASH 0x08000000u
#define DEVELOPERKIT_BANK 0x80000u

struct vectors {
    uint32_t stack, reset;
    bool stm32;
};

static bool is_handler(uint32_t address, uint32_t flash)
{
    return address == 0 || ((address & 1) && address >= flash && address < flash + 0x400000);
}

/* Stack in RAM, Thumb code in flash for reset, NMI and the faults. */
static bool vectors_at(struct bytes b, size_t at, struct vectors *v)
{
    if (at > b.size || b.size - at < 64)
        return false;
    v->stack = le32_read(b.data + at);
    v->reset = le32_read(b.data + at + 4);
    v->stm32 = v->reset >> 24 == 0x08;
    uint32_t flash = v->stm32 ? STM32_FLASH : 0;
    bool ram = (v->stack >> 20) >= 0x200 && (v->stack >> 20) < 0x210;
    bool coupled = (v->stack >> 20) == 0x100;
    if ((!ram && !coupled) || v->stack % 4 || v->reset < 64 || !is_handler(v->reset, flash))
        return false;
    for (size_t i = 2; i < 7; i++) {
        if (!is_handler(le32_read(b.data + at + i * 4), flash))
            return false;
    }
    return true;
}

static bool dual_bank(struct bytes b, size_t *bank)
{
    static const size_t banks[] = {DEVELOPERKIT_BANK, 0x40000, 0x20000, 0x100000};
    for (size_t i = 0; i < sizeof banks / sizeof banks[0]; i++) {
        if (b.size >= banks[i] + 256 && memcmp(b.data, b.data + banks[i], 256) == 0) {
            *bank = banks[i];
            return true;
        }
    }
    return false;
}

static void describe_vectors(struct look *look, size_t at, const char *what,
                             const struct vectors *v)
{
    look_field(look, at, 8, what, false, "stack and reset vector", "stack 0x%08x, starts at 0x%08x",
               v->stack, v->reset & ~1u);
}

static void describe_banks(struct look *look, size_t bank)
{
    static const size_t places[] = {0x1800, 0x4000, 0x9000};
    struct vectors v;
    look_field(look, bank, 0, "second bank", false, "boot and application once more",
               "the same loader at 0x%zx", bank);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (vectors_at(look->bytes, places[i], &v))
            describe_vectors(look, places[i], "part behind the loader", &v);
        if (vectors_at(look->bytes, bank + places[i], &v))
            describe_vectors(look, bank + places[i], "the same in bank 2", &v);
    }
    look_is(look, "stm32-dual", "STM32 dual-bank flash (X_all.bin)");
    look_use(look, USE_FLASH,
             "developerkit and other STM32: st-flash writes it at 0x08000000; not "
             "over serial, and never uploaded.");
    if (look->trailer)
        look_warn(look, "A whole flash with a trailer: the upload is the application alone.");
}

static bool has_crc32(struct bytes b)
{
    return b.size > 8 && b.size % 4 == 0 &&
           lzma_crc32(b.data, b.size - 4, 0) == le32_read(b.data + b.size - 4);
}

bool recognise_cortex_m(struct look *look)
{
    struct vectors v;
    size_t bank;
    bool vectors = vectors_at(look->bytes, 0, &v), crc = has_crc32(look->bytes);
    if (!vectors && !crc)
        return false;
    if (vectors)
        describe_vectors(look, 0, "vectors", &v);
    if (crc) {
        look_field(look, look->bytes.size - 4, 4, "CRC-32", false, "of everything in front",
                   "0x%08x", le32_read(look->bytes.data + look->bytes.size - 4));
        look_is(look, "atsam", "image with the CRC-32 of SAM boards (X_crc.bin)");
        look_use(look, USE_FLASH, "saml21, same54: atprogram writes it; not over serial.");
    } else if (dual_bank(look->bytes, &bank)) {
        describe_banks(look, bank);
    } else if (look->trailer) {
        look_is(look, v.stm32 ? "stm32" : "cortex-m", "%s application with an update trailer",
                v.stm32 ? "STM32" : "Cortex-M");
        look_use(look, USE_UPLOAD, "%s; nothing in it names the board.",
                 v.stm32 ? "developerkit or another STM32 board" : "a Cortex-M board");
    } else {
        look_is(look, v.stm32 ? "stm32" : "cortex-m", "%s application",
                v.stm32 ? "STM32" : "Cortex-M");
        look_use(look, USE_FLASH,
                 "%s, at the address it was linked for; not over serial. The upload is the same "
                 "file with a trailer.",
                 v.stm32 ? "developerkit or another STM32 board, with st-flash"
                         : "a Cortex-M board");
        look_warn_no_trailer(look);
    }
    look_version(look, 0, look->bytes.size, false);
    return true;
}

/* --- what the linker wrote ------------------------------------------------------------------- */

bool recognise_raw_arm(struct look *look)
{
    unsigned branches = 0;
    if (look->bytes.size < 32)
        return false;
    for (size_t i = 0; i < 8; i++) {
        uint32_t word = le32_read(look->bytes.data + i * 4);
        /* LDR PC,[PC,#n] or B. */
        branches += (word & 0xFFFFF000u) == 0xE59FF000u || word >> 24 == 0xEA;
    }
    if (branches < 6)
        return false;
    look_is(look, "raw-arm", "ARM code as the linker wrote it, without CRCs");
    look_field(look, 0, 32, "vectors", false, "of an ARM9 like MOC108's", "%u of 8 are jumps",
               branches);
    look_field(look, 32, 0, "code groups", true, "MOC108 runs only groups of 34 bytes", "none");
    look_use(look, USE_NEITHER,
             "mk3060 wants the file with CRCs: X@mk3060.bin, or `otaconsole image "
             "crc insert` on this one.");
    look_version(look, 0, look->bytes.size, false);
    return true;
}
