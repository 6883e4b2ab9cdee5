/* Any bytes as a firmware file: recognised, explained, and never believed beyond their end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/flash_image.h"
#include "image/recognise.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct image_report *r, size_t size)
{
    bool wrong = false;
    must(r->format && r->title[0] && r->use_text[0] && r->content_size <= size);
    for (unsigned i = 0; i < r->field_count; i++) {
        const struct image_field *f = &r->fields[i];
        wrong |= f->wrong;
        must(f->name[0] != '\0');
        if (strncmp(f->name, "inside: ", 8) != 0)
            must(f->offset <= size && f->size <= size - f->offset);
        for (const char *c = f->value; *c; c++)
            must((unsigned char)*c >= 32 && *c != 127);
    }
    must(!wrong || r->broken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct image_report report;
    const struct board board = {.name = "mk3060", .code_crc_groups = true};
    struct problem problem = PROBLEM_INIT;
    struct bytes file = {malloc(size), size};
    must(file.data != NULL);
    memcpy((uint8_t *)(uintptr_t)file.data, data, size);
    image_recognise(file, "otaapp@mk3060.ota.md5.bin", &report);
    check(&report, size);
    /* What may be flashed is what the recogniser says may be flashed (or is a mere update file). */
    if (flash_image_check(&board, "x", file.data, size, &problem) == PROBLEM_NONE && size)
        must(strncmp(report.format, "moc108-", 7) == 0 &&
             strcmp(report.format, "moc108-update") != 0);
    free((uint8_t *)(uintptr_t)file.data);
    return 0;
}
