/* `image unpack`: takes a file apart into a folder. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/image_commands.h"
#include "image/crc_groups.h"
#include "image/moc108.h"

#define UNPACK_MAX ((size_t)64 * 1024 * 1024)

struct unpacking {
    const struct options *options;
    const char *folder;
    struct bytes content; /* in front of the trailer */
    struct problem *problem;
    bool folder_made;
};

static enum problem_code make_folder(struct unpacking *u)
{
    struct stat st;
    if (u->folder_made)
        return PROBLEM_NONE;
    if (mkdir(u->folder, 0777) != 0) {
        int error = errno;
        bool is_folder = error == EEXIST && stat(u->folder, &st) == 0 && S_ISDIR(st.st_mode);
        if (!is_folder)
            return problem_set(u->problem, PROBLEM_OUTPUT_FILE, u->folder,
                               "Name another folder with -o.", "the folder cannot be made: %s",
                               error == EEXIST ? "a file has this name" : strerror(error));
    }
    u->folder_made = true;
    return PROBLEM_NONE;
}

static enum problem_code put(struct unpacking *u, const char *name, struct bytes part)
{
    char path[1024];
    struct buffer b = {0};
    if (u->problem->code != PROBLEM_NONE || make_folder(u) != PROBLEM_NONE)
        return u->problem->code;
    if (snprintf(path, sizeof path, "%s/%s", u->folder, name) >= (int)sizeof path)
        return problem_set(u->problem, PROBLEM_OUTPUT_FILE, u->folder,
                           "Name a shorter folder with -o.", "the name is too long");
    buffer_append(&b, part.data, part.size);
    image_write(u->options, path, &b, u->problem);
    buffer_free(&b);
    return u->problem->code;
}

/* --- by format ------------------------------------------------------------------------------- */

/* All parts are looked at before the first one is written. */
static bool groups_intact(struct unpacking *u, const struct moc108_layout *layout)
{
    for (unsigned i = 0; i < layout->count && !u->options->force; i++) {
        struct moc108_bad_group bad;
        char text[160];
        if (!moc108_first_bad(u->content, layout, i, &bad))
            continue;
        moc108_describe_bad(layout, &bad, text, sizeof text);
        problem_set(u->problem, PROBLEM_IMAGE_REFUSED, u->options->words[1],
                    "--force takes it apart all the same.", "%s", text);
        return false;
    }
    return true;
}

static void unpack_groups(struct unpacking *u)
{
    struct moc108_layout layout;
    if (!moc108_layout(u->content, &layout) || !groups_intact(u, &layout))
        return;
    for (unsigned i = 0; i < layout.count && u->problem->code == PROBLEM_NONE; i++) {
        const struct moc108_part *part = &layout.parts[i];
        struct buffer code = {0};
        char name[40];
        snprintf(name, sizeof name, "%s.bin", moc108_part_name(&layout, i));
        for (char *space = name; (space = strchr(space, ' ')) != NULL;)
            *space = '_';
        if (crc_groups_remove(u->content.data + part->offset, part->size, u->options->force, &code,
                              u->problem) == PROBLEM_NONE)
            put(u, name, (struct bytes){code.data, code.length});
        else
            problem_where(u->problem, "%s", u->options->words[1]);
        buffer_free(&code);
    }
}

static void unpack_rtl_image(struct unpacking *u)
{
    struct rtl_image image;
    if (!rtl_image_walk(u->content, &image))
        return;
    for (unsigned i = 0; i < image.count; i++) {
        const struct rtl_segment *s = &image.segments[i];
        char name[48];
        size_t at = s->offset + 32, room = u->content.size - at;
        size_t n = s->empty ? 0 : s->length < room ? s->length : room;
        snprintf(name, sizeof name, "segment%u_%08x.bin", i + 1, (unsigned)s->address);
        put(u, name, (struct bytes){u->content.data + at, n});
    }
}

static void unpack_rtl_ota(struct unpacking *u)
{
    struct rtl_ota ota;
    if (!rtl_ota_walk(u->content, &ota))
        return;
    for (uint32_t i = 0; i < ota.count; i++) {
        const struct rtl_ota_entry *e = &ota.entries[i];
        if (!e->inside) {
            problem_set(u->problem, PROBLEM_IMAGE_REFUSED, u->options->words[1],
                        "The file is cut or damaged.",
                        "%s claims %u bytes at offset 0x%x; the file ends before that",
                        e->signature, (unsigned)e->length, (unsigned)e->offset);
            return;
        }
        put(u, i == 0 ? "image2_all_ota1.bin" : "image2_all_ota2.bin",
            (struct bytes){u->content.data + e->offset, e->length});
    }
}

static void unpack_xz_archive(struct unpacking *u)
{
    struct bytes archive = u->content;
    struct buffer out = {0};
    /* asr5501mk puts the raw size behind it; the archive itself ends in "YZ". */
    if (archive.size > 6 && memcmp(archive.data + archive.size - 6, "YZ", 2) == 0 &&
        memcmp(archive.data + archive.size - 2, "YZ", 2) != 0)
        archive.size -= 4;
    if (unpack_xz(archive, UNPACK_MAX, &out, u->problem) == PROBLEM_NONE)
        put(u, "content.bin", (struct bytes){out.data, out.length});
    else
        problem_where(u->problem, "%s", u->options->words[1]);
    buffer_free(&out);
}

static void unpack_rda(struct unpacking *u)
{
    put(u, "application.lzma", (struct bytes){u->content.data + 36, u->content.size - 36});
}

/* A package's slices are of use only to a device: they are listed. */
static void list_diff(struct unpacking *u)
{
    struct image_report report;
    image_recognise(u->content, NULL, &report);
    printf("%s: %s\n", u->options->words[1], report.title);
    image_print_fields(&report);
}

static const struct {
    const char *format;
    void (*unpack)(struct unpacking *u);
} unpackers[] = {
    {"moc108-crc", unpack_groups},
    {"moc108-update", unpack_groups},
    {"moc108-flash", unpack_groups},
    {"moc108-all", unpack_groups},
    {"rtl8710bn-image2", unpack_rtl_image},
    {"rtl8710bn-boot", unpack_rtl_image},
    {"rtl8710bn-ota", unpack_rtl_ota},
    {"xz", unpack_xz_archive},
    {"rda5981", unpack_rda},
    {"diff", list_diff},
};

static void unpack(struct unpacking *u, struct bytes file)
{
    struct image_report report;
    bool known = false;
    image_recognise(file, u->options->words[1], &report);
    u->content = (struct bytes){file.data, report.content_size};
    for (size_t i = 0; i < sizeof unpackers / sizeof unpackers[0]; i++) {
        if (strcmp(report.format, unpackers[i].format) == 0) {
            unpackers[i].unpack(u);
            known = true;
        }
    }
    bool trailer = report.content_size < file.size;
    if (!known && !trailer) {
        problem_set(u->problem, PROBLEM_IMAGE_REFUSED, u->options->words[1],
                    "`otaconsole image info FILE` says what the file is.",
                    "there is nothing in it to be taken apart (%s)", report.title);
        return;
    }
    if (!known)
        put(u, "content.bin", u->content);
    if (trailer)
        put(u, "trailer.bin",
            (struct bytes){file.data + report.content_size, file.size - report.content_size});
}

enum problem_code image_unpack(const struct options *options, struct problem *problem)
{
    char folder[1024];
    struct bytes file;
    struct unpacking u = {.options = options, .folder = options->output, .problem = problem};
    if (image_words(options, 1, 1, problem) != PROBLEM_NONE)
        return problem->code;
    if (!u.folder) {
        const char *base = strrchr(options->words[1], '/');
        snprintf(folder, sizeof folder, "%.1000s.parts", base ? base + 1 : options->words[1]);
        u.folder = folder;
    }
    if (image_load(options->words[1], &file, problem) != PROBLEM_NONE)
        return problem->code;
    unpack(&u, file);
    free((void *)file.data);
    return problem->code;
}
