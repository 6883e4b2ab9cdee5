/* `image trailer|crc`: the 28 bytes behind an update image, the CRC in every 34 bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/image_commands.h"
#include "image/crc_groups.h"
#include "image/moc108.h"
#include "image/trailer.h"

/* --- trailer --------------------------------------------------------------------------------- */

static bool trailer_kind(const char *kind, enum trailer_version *version)
{
    static const struct {
        const char *name;
        enum trailer_version version;
    } kinds[] = {{"v1", TRAILER_V1},
                 {"v2", TRAILER_V1},
                 {"v3", TRAILER_V1},
                 {"v4", TRAILER_V4},
                 {"mico", TRAILER_MICO}};
    *version = TRAILER_V1;
    for (size_t i = 0; kind && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i].name) == 0) {
            *version = kinds[i].version;
            return true;
        }
    }
    return kind == NULL;
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n > k && strcmp(text + n - k, end) == 0;
}

/* Without -o the names of the build script: X.bin and X.md5.bin. */
static bool trailer_output(const struct options *options, char *out, size_t size)
{
    const char *in = options->words[1], *end = options->remove ? ".md5.bin" : ".bin";
    int n;
    if (options->output)
        n = snprintf(out, size, "%s", options->output);
    else if (ends_in(in, end))
        n = snprintf(out, size, "%.*s%s", (int)(strlen(in) - strlen(end)), in,
                     options->remove ? ".bin" : ".md5.bin");
    else
        return false;
    return n > 0 && (size_t)n < size;
}

static enum problem_code append_trailer(const struct options *options, struct bytes file,
                                        const char *path, struct problem *problem)
{
    enum trailer_version version;
    struct trailer_found found;
    struct buffer out = {0};
    if (!trailer_kind(options->kind, &version))
        return problem_set(problem, PROBLEM_USAGE, NULL, "Choose v1 (the usual), v4 or mico.",
                           "there is no trailer of kind \"%.40s\"", options->kind);
    if (file.size == 0)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[1], "Build it again.",
                           "the file is empty; a trailer would make it look like an image");
    trailer_find(file.data, file.size, &found);
    if (found.fault != TRAILER_NONE && !options->force)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[1],
                           "Take it off first with --remove; --force appends a second one, which "
                           "no device accepts.",
                           "there is a trailer already, at offset 0x%zx", found.offset);
    trailer_append(file.data, file.size, version, 0, &out);
    image_write(options, path, &out, problem);
    buffer_free(&out);
    return problem->code;
}

static enum problem_code remove_trailer(const struct options *options, struct bytes file,
                                        const char *path, struct problem *problem)
{
    static const uint8_t ff[4] = {0xFF, 0xFF, 0xFF, 0xFF};
    struct trailer_found found;
    struct buffer out = {0};
    trailer_find(file.data, file.size, &found);
    if (found.fault == TRAILER_NONE)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[1],
                           "`otaconsole image info FILE` says what the file is.",
                           "there is no trailer at its end");
    size_t n = found.offset;
    if (found.version == TRAILER_V4 && n >= 4 && memcmp(file.data + n - 4, ff, 4) == 0)
        n -= 4;
    buffer_append(&out, file.data, n);
    image_write(options, path, &out, problem);
    buffer_free(&out);
    if (problem->code == PROBLEM_NONE && found.fault == TRAILER_DOUBLED)
        fprintf(stderr, "%s: another trailer stood in front of it; run --remove on the result\n",
                options->words[1]);
    return problem->code;
}

enum problem_code image_trailer(const struct options *options, struct problem *problem)
{
    char path[1024];
    struct bytes file;
    if (image_words(options, 1, 1, problem) != PROBLEM_NONE)
        return problem->code;
    if (!trailer_output(options, path, sizeof path))
        return problem_set(problem, PROBLEM_USAGE, NULL, "Say where the result goes with -o FILE.",
                           "the name does not end in %s, so none can be made of it",
                           options->remove ? ".md5.bin" : ".bin");
    if (image_load(options->words[1], &file, problem) != PROBLEM_NONE)
        return problem->code;
    if (options->remove)
        remove_trailer(options, file, path, problem);
    else
        append_trailer(options, file, path, problem);
    free((void *)file.data);
    return problem->code;
}

/* --- crc ------------------------------------------------------------------------------------- */

static enum problem_code crc_insert(const struct options *options, struct bytes file,
                                    struct problem *problem)
{
    struct moc108_layout layout;
    struct buffer out = {0};
    if (image_output(options, problem) != PROBLEM_NONE)
        return problem->code;
    if (!options->force && moc108_layout(file, &layout))
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[2],
                           "It is the linker's output that gets CRCs; --force inserts them again.",
                           "the CRCs are there already");
    crc_groups_insert(file.data, file.size, &out);
    image_write(options, options->output, &out, problem);
    buffer_free(&out);
    return problem->code;
}

static enum problem_code no_groups(const struct options *options, struct problem *problem)
{
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[2],
                       "`otaconsole image info FILE` says what the file is.",
                       "there are no groups of 34 bytes with their CRCs at its start");
}

static enum problem_code bad_group(const struct options *options,
                                   const struct moc108_layout *layout, struct bytes image,
                                   struct problem *problem)
{
    for (unsigned i = 0; i < layout->count; i++) {
        const struct moc108_part *part = &layout->parts[i];
        struct moc108_bad_group bad;
        char text[160];
        if (moc108_first_bad(image, layout, i, &bad)) {
            moc108_describe_bad(layout, &bad, text, sizeof text);
            return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[2],
                               "Build it again, or compare it with the build's own copy.",
                               "%s (%zu of %zu groups)", text, part->groups.bad,
                               part->groups.groups);
        }
        if (part->groups.tail)
            return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[2],
                               "The file is cut, or something was appended to it.",
                               "%zu bytes are left over behind the last whole group, at offset "
                               "0x%zx",
                               part->groups.tail, part->offset + part->size - part->groups.tail);
    }
    return PROBLEM_NONE;
}

/* What stands in front of a trailer, if there is one. */
static bool find_groups(struct bytes file, struct bytes *image, struct moc108_layout *layout)
{
    struct image_report report;
    image_recognise(file, NULL, &report);
    *image = (struct bytes){file.data, report.content_size};
    return moc108_layout(*image, layout);
}

static enum problem_code crc_remove(const struct options *options, struct bytes file,
                                    struct problem *problem)
{
    struct moc108_layout layout;
    struct bytes image;
    struct buffer out = {0};
    if (image_output(options, problem) != PROBLEM_NONE)
        return problem->code;
    if (!find_groups(file, &image, &layout)) {
        if (!options->force)
            return no_groups(options, problem);
        layout = (struct moc108_layout){.count = 1, .parts[0].size = image.size};
    }
    if (layout.count > 1)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, options->words[2],
                           "`otaconsole image unpack FILE` takes the CRCs out of each.",
                           "%u pieces of code stand in it, one behind the other", layout.count);
    if (!options->force && bad_group(options, &layout, image, problem) != PROBLEM_NONE)
        return problem->code;
    const struct moc108_part *part = &layout.parts[0];
    if (crc_groups_remove(image.data + part->offset, part->size, options->force, &out, problem) ==
        PROBLEM_NONE)
        image_write(options, options->output, &out, problem);
    buffer_free(&out);
    return problem->code;
}

static enum problem_code crc_verify(const struct options *options, struct bytes file,
                                    struct problem *problem)
{
    struct moc108_layout layout;
    struct bytes image;
    if (!find_groups(file, &image, &layout))
        return no_groups(options, problem);
    if (bad_group(options, &layout, image, problem) != PROBLEM_NONE)
        return problem->code;
    for (unsigned i = 0; i < layout.count; i++)
        printf("%s: %zu groups from offset 0x%zx, all intact\n", options->words[2],
               layout.parts[i].groups.groups, layout.parts[i].offset);
    return PROBLEM_NONE;
}

enum problem_code image_crc(const struct options *options, struct problem *problem)
{
    static const struct {
        const char *name;
        enum problem_code (*function)(const struct options *, struct bytes, struct problem *);
    } verbs[] = {{"insert", crc_insert}, {"remove", crc_remove}, {"verify", crc_verify}};
    struct bytes file;
    if (image_words(options, 2, 2, problem) != PROBLEM_NONE)
        return problem->code;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(options->words[1], verbs[i].name) != 0)
            continue;
        if (image_load(options->words[2], &file, problem) == PROBLEM_NONE) {
            verbs[i].function(options, file, problem);
            free((void *)file.data);
        }
        return problem->code;
    }
    return problem_set(problem, PROBLEM_USAGE, NULL,
                       "`otaconsole image crc insert FILE -o FILE`, remove or verify.",
                       "`image crc` does not know \"%.40s\"", options->words[1]);
}
