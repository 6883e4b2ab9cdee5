/* What the recognisers share. Private to recognise*.c. */
#ifndef OTACONSOLE_IMAGE_RECOGNISE_INTERNAL_H
#define OTACONSOLE_IMAGE_RECOGNISE_INTERNAL_H

#include "image/recognise.h"
#include "image/trailer.h"

/* More than any image unpacks to; an archive that claims more is refused. */
#define RECOGNISE_UNPACK_MAX ((size_t)16 * 1024 * 1024)

struct look {
    struct image_report *report;
    struct bytes bytes; /* without its trailer */
    const char *name;   /* never NULL */
    bool trailer;       /* AliOS's 28 bytes were behind it, right or wrong */
    bool mico;          /* MXCHIP's 16 bytes were */
    bool inside;        /* came out of an archive: offsets are of the content */
};

void look_is(struct look *look, const char *format, const char *title, ...)
    __attribute__((format(printf, 3, 4)));
void look_use(struct look *look, enum image_use use, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void look_warn(struct look *look, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `wrong` makes the report broken. */
void look_field(struct look *look, size_t offset, size_t size, const char *name, bool wrong,
                const char *meaning, const char *value, ...) __attribute__((format(printf, 7, 8)));
/* Text of the file, made safe to show. */
void look_field_text(struct look *look, size_t offset, size_t size, const char *name,
                     const char *meaning);
/* The rule of every AliOS board from 2.0 on: no trailer, no update. */
void look_warn_no_trailer(struct look *look);
/* The first "app-1.0..." in it: `group` 0 for plain bytes, or 34 to leave out CRCs. */
void look_version(struct look *look, size_t offset, size_t size, bool groups);

/* Each says whether it is its format, and has described it then. */
bool recognise_moc108(struct look *look);
bool recognise_rtl(struct look *look);
bool recognise_esp(struct look *look);
bool recognise_xz(struct look *look);
bool recognise_rda5981(struct look *look);
bool recognise_diff(struct look *look);
bool recognise_elf(struct look *look);
bool recognise_archive(struct look *look);
bool recognise_text(struct look *look);
bool recognise_cortex_m(struct look *look);
bool recognise_raw_arm(struct look *look);
/* The trailer and the content of something that is unpacked already. */
void recognise_content(struct look *look);

#endif
