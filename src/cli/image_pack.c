/* `image pack FORMAT`: puts files together as the vendors' build scripts do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "cli/image_commands.h"
#include "image/moc108.h"
#include "image/trailer.h"

#define FILES_MAX 16

/* FILE or FILE@NUMBER, read. */
struct input {
    char path[1024];
    struct bytes bytes;
    uint32_t number;
    bool numbered;
};

struct job {
    const struct options *options;
    size_t count; /* words behind the format */
    const char *const *words;
    struct input inputs[FILES_MAX];
    size_t loaded;
    struct buffer out;
};

/* As for `flash`: build output has an '@' in its name, so only a number behind the last one counts,
 * and an existing file of that name wins. */
static void split(const char *word, struct input *in)
{
    const char *at = strrchr(word, '@');
    snprintf(in->path, sizeof in->path, "%s", word);
    if (!at || access(word, F_OK) == 0 || !parse_size(at + 1, 0, UINT32_MAX, &in->number))
        return;
    in->numbered = true;
    in->path[at - word < (long)sizeof in->path ? at - word : 0] = '\0';
}

static enum problem_code load(struct job *job, size_t word, struct problem *problem)
{
    struct input *in = &job->inputs[job->loaded];
    split(job->words[word], in);
    if (image_load(in->path, &in->bytes, problem) == PROBLEM_NONE)
        job->loaded++;
    return problem->code;
}

static enum problem_code load_all(struct job *job, struct problem *problem)
{
    for (size_t i = 0; i < job->count; i++) {
        if (load(job, i, problem) != PROBLEM_NONE)
            break;
    }
    return problem->code;
}

static enum problem_code number(const char *word, const char *what, uint32_t *out,
                                struct problem *problem)
{
    if (parse_size(word, 0, UINT32_MAX, out))
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_USAGE, NULL, "For example 0x8000000 or 512k.",
                       "\"%.40s\" is no number for %s", word, what);
}

/* True when --kind is this one. */
static bool kind_is(const struct job *job, const char *name)
{
    return job->options->kind && strcmp(job->options->kind, name) == 0;
}

static enum problem_code unknown_kind(const struct job *job, const char *known,
                                      struct problem *problem)
{
    char hint[120];
    snprintf(hint, sizeof hint, "It takes %s.", known);
    return problem_set(problem, PROBLEM_USAGE, NULL, hint, "this format has no --kind \"%.40s\"",
                       job->options->kind);
}

/* --- the formats ----------------------------------------------------------------------------- */

static enum problem_code merge(struct job *job, struct problem *problem)
{
    uint32_t last = 0;
    if (job->options->offset && number(job->options->offset, "--offset", &last, problem))
        return problem->code;
    if (load_all(job, problem) != PROBLEM_NONE)
        return problem->code;
    for (size_t i = 0; i < job->loaded; i++) {
        struct input *in = &job->inputs[i];
        bool is_last = i + 1 == job->loaded && job->options->offset;
        uint32_t offset = in->numbered ? in->number : is_last ? last : (uint32_t)job->out.length;
        bool displaced = false;
        if ((in->numbered || is_last) && offset < job->out.length && !job->options->force)
            return problem_set(problem, PROBLEM_IMAGE_REFUSED, in->path,
                               "Is it the right file, and the right offset? --force appends it "
                               "behind, as the build script does.",
                               "its place is 0x%x, but what is in front ends at 0x%zx",
                               (unsigned)offset, job->out.length);
        pack_merge(&job->out, offset, in->bytes, &displaced);
    }
    return PROBLEM_NONE;
}

/* The CRC tool's input must not have been through it already. */
static enum problem_code check_raw(const struct job *job, const struct input *in,
                                   struct problem *problem)
{
    struct moc108_layout layout;
    if (job->options->force || !moc108_layout(in->bytes, &layout))
        return PROBLEM_NONE;
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, in->path,
                       "Give the linker's output, or take them out with `otaconsole image crc "
                       "remove`; --force packs it all the same.",
                       "its CRCs are in already, and would be twice");
}

static enum problem_code mk3060(struct job *job, struct problem *problem)
{
    if (load_all(job, problem) != PROBLEM_NONE ||
        check_raw(job, &job->inputs[0], problem) != PROBLEM_NONE ||
        check_raw(job, &job->inputs[1], problem) != PROBLEM_NONE)
        return problem->code;
    return pack_mk3060_flash(job->inputs[0].bytes, job->inputs[1].bytes, &job->out, problem);
}

static void add_trailer(struct job *job, enum trailer_version version)
{
    struct buffer whole = {0};
    trailer_append(job->out.data, job->out.length, version, 0, &whole);
    buffer_free(&job->out);
    job->out = whole;
}

static enum problem_code mk3060_update(struct job *job, struct problem *problem)
{
    if (job->options->kind && !kind_is(job, "plain"))
        return unknown_kind(job, "plain: without the trailer", problem);
    if (load_all(job, problem) != PROBLEM_NONE ||
        check_raw(job, &job->inputs[0], problem) != PROBLEM_NONE)
        return problem->code;
    pack_mk3060_update(job->inputs[0].bytes, &job->out);
    if (!job->options->kind && !job->out.failed)
        add_trailer(job, TRAILER_V1);
    return PROBLEM_NONE;
}

static enum problem_code rtl_pick(struct job *job, struct problem *problem)
{
    uint32_t start, end;
    enum pick_mode mode = kind_is(job, "boot")  ? PICK_BOOT
                          : kind_is(job, "raw") ? PICK_RAW
                                                : PICK_IMAGE;
    if (job->options->kind && mode == PICK_IMAGE && !kind_is(job, "image"))
        return unknown_kind(job, "image (the usual), boot or raw", problem);
    if (number(job->words[1], "START", &start, problem) != PROBLEM_NONE ||
        number(job->words[2], "END", &end, problem) != PROBLEM_NONE ||
        load(job, 0, problem) != PROBLEM_NONE)
        return problem->code;
    if (start == end && start && !job->options->force)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, NULL,
                           "Give 0 as END for all of it; --force does as builds on Linux do, and "
                           "the result does not run.",
                           "START and END are the same, so nothing would be copied");
    return pack_rtl_pick(start, end, job->inputs[0].bytes, mode, &job->out, problem);
}

static enum problem_code rtl_checksum(struct job *job, struct problem *problem)
{
    struct rtl_image image;
    if (load_all(job, problem) != PROBLEM_NONE)
        return problem->code;
    struct input *in = &job->inputs[0];
    if (!job->options->force && rtl_image_walk(in->bytes, &image) && image.has_sum && image.sum_ok)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, in->path, "--force appends another one.",
                           "the sum is there already");
    buffer_append(&job->out, in->bytes.data, in->bytes.size);
    if (!job->out.failed)
        pack_rtl_checksum(&job->out);
    return PROBLEM_NONE;
}

static enum problem_code rtl_ota(struct job *job, struct problem *problem)
{
    /* facts/alios-build-boards.md A.5: the places of both halves, and what Linux builds write. */
    static const uint32_t places[2] = {0x0800B000, 0x08100000};
    uint32_t version = 0x20170111, address[2];
    if (job->count == 3 && number(job->words[2], "VERSION", &version, problem) != PROBLEM_NONE)
        return problem->code;
    for (size_t i = 0; i < 2; i++) {
        struct rtl_image image;
        if (load(job, i, problem) != PROBLEM_NONE)
            return problem->code;
        struct input *in = &job->inputs[i];
        address[i] = in->numbered ? in->number : places[i];
        bool walked = rtl_image_walk(in->bytes, &image);
        if (job->options->force || (walked && !image.linux_bug && image.has_sum && image.sum_ok))
            continue;
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, in->path,
                           "`otaconsole image info FILE` says more; --force packs it all the same.",
                           !walked           ? "is no image2 (it does not begin with 81958711)"
                           : image.linux_bug ? "its XIP payload is missing (a build on Linux); it "
                                               "would not run"
                                             : "its sum is missing or wrong");
    }
    return pack_rtl_ota(job->inputs[0].bytes, address[0], job->inputs[1].bytes, address[1], version,
                        &job->out, problem);
}

static enum problem_code rda5981(struct job *job, struct problem *problem)
{
    struct buffer lzma = {0};
    if (load_all(job, problem) != PROBLEM_NONE)
        return problem->code;
    struct bytes app = job->inputs[0].bytes, packed = job->inputs[1].bytes;
    if (job->loaded == 1 && pack_lzma_alone(app, &lzma, problem) == PROBLEM_NONE)
        packed = (struct bytes){lzma.data, lzma.length};
    if (problem->code == PROBLEM_NONE)
        pack_rda5981(app, packed, &job->out);
    buffer_free(&lzma);
    return problem->code;
}

static enum problem_code stm32(struct job *job, struct problem *problem)
{
    uint32_t bank = 0x80000, offset = 0x4000; /* developerkit */
    if (job->options->kind && !kind_is(job, "once"))
        return unknown_kind(job, "once: the application in the first bank only", problem);
    if ((job->count > 2 && number(job->words[2], "BANK", &bank, problem) != PROBLEM_NONE) ||
        (job->count > 3 && number(job->words[3], "OFFSET", &offset, problem) != PROBLEM_NONE) ||
        load(job, 0, problem) != PROBLEM_NONE || load(job, 1, problem) != PROBLEM_NONE)
        return problem->code;
    return pack_stm32_dual(bank, offset, job->inputs[0].bytes, job->inputs[1].bytes,
                           kind_is(job, "once"), &job->out, problem);
}

static enum problem_code esp8266(struct job *job, struct problem *problem)
{
    if (load_all(job, problem) != PROBLEM_NONE)
        return problem->code;
    for (size_t i = 1; i < 4; i++) {
        if (!job->inputs[i].numbered)
            return problem_set(problem, PROBLEM_USAGE, job->inputs[i].path,
                               "`nm` tells them: call_user_start, _data_start, _rodata_start.",
                               "its address is missing: FILE@0x40100004");
    }
    struct esp8266_parts parts = {
        .irom = job->inputs[0].bytes,
        .text = job->inputs[1].bytes,
        .data = job->inputs[2].bytes,
        .rodata = job->inputs[3].bytes,
        .entry = job->inputs[1].number,
        .data_address = job->inputs[2].number,
        .rodata_address = job->inputs[3].number,
        .flash_mode = 1, /* as the build calls gen_appbin.py: ELF 2 1 15 5 */
        .clock_divider = 15,
        .size_map = 5,
    };
    return pack_esp8266(&parts, &job->out, problem);
}

static enum problem_code atsam(struct job *job, struct problem *problem)
{
    if (load_all(job, problem) == PROBLEM_NONE)
        pack_atsam(job->inputs[0].bytes, &job->out);
    return problem->code;
}

static enum problem_code xz(struct job *job, struct problem *problem)
{
    if (load_all(job, problem) != PROBLEM_NONE)
        return problem->code;
    return pack_xz(job->inputs[0].bytes, 32 * 1024, &job->out, problem);
}

static enum problem_code mico(struct job *job, struct problem *problem)
{
    if (xz(job, problem) == PROBLEM_NONE && !job->out.failed)
        add_trailer(job, TRAILER_MICO);
    return problem->code;
}

static const struct format {
    const char *name;
    size_t least, most; /* words */
    enum problem_code (*function)(struct job *job, struct problem *problem);
    const char *usage, *meaning;
} formats[] = {
    {"mk3060", 2, 2, mk3060, "SECOND_BOOT APP",
     "AliOS 3.x, what is flashed at 0x13200; linker output without CRCs"},
    {"mk3060-update", 1, 1, mk3060_update, "APP [--kind plain]",
     "AliOS 2.1 on, what is uploaded; plain: without its trailer"},
    {"merge", 1, FILES_MAX, merge, "FILE[@OFFSET]... [--offset BYTES]",
     "FF up to the offset, then the file; --offset is the last file's"},
    {"rtl-pick", 3, 3, rtl_pick, "FILE START END [--kind image|boot|raw]",
     "mk3080: header and bytes; END 0 = all of the file"},
    {"rtl-checksum", 1, 1, rtl_checksum, "FILE", "mk3080: appends the sum of all bytes"},
    {"rtl-ota", 2, 3, rtl_ota, "OTA1[@ADDRESS] OTA2[@ADDRESS] [VERSION]",
     "mk3080: ota_all.bin of both halves"},
    {"rda5981", 1, 2, rda5981, "APP [APP.lzma]", "header and packed application"},
    {"stm32", 2, 4, stm32, "BOOT APP [BANK [OFFSET]] [--kind once]",
     "both banks; developerkit's 0x80000 and 0x4000 when not given"},
    {"esp8266", 4, 4, esp8266, "IROM TEXT@ENTRY DATA@ADDRESS RODATA@ADDRESS",
     "what gen_appbin.py makes of an ELF's sections"},
    {"atsam", 1, 1, atsam, "FILE", "FF to a multiple of 4, then the CRC-32"},
    {"xz", 1, 1, xz, "FILE", "with the options that devices unpack: 32 KiB, CRC32"},
    {"mico", 1, 1, mico, "FILE", "xz and MXCHIP's MD5 behind it"},
};
#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

static void print_formats(void)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        printf("  otaconsole image pack %s %s -o FILE\n      %s\n", formats[i].name,
               formats[i].usage, formats[i].meaning);
}

static enum problem_code run(const struct format *format, const struct options *options,
                             struct problem *problem)
{
    struct job job = {
        .options = options, .count = options->word_count - 2, .words = options->words + 2};
    if (job.count < format->least || job.count > format->most) {
        char hint[160];
        snprintf(hint, sizeof hint, "`otaconsole image pack %s %s -o FILE`", format->name,
                 format->usage);
        return problem_set(problem, PROBLEM_USAGE, NULL, hint, "`pack %s` does not take %zu words",
                           format->name, job.count);
    }
    if (image_output(options, problem) != PROBLEM_NONE)
        return problem->code;
    if (format->function(&job, problem) == PROBLEM_NONE)
        image_write(options, options->output, &job.out, problem);
    for (size_t i = 0; i < job.loaded; i++)
        free((void *)job.inputs[i].bytes.data);
    buffer_free(&job.out);
    return problem->code;
}

enum problem_code image_pack(const struct options *options, struct problem *problem)
{
    if (options->word_count == 1) {
        print_formats();
        return PROBLEM_NONE;
    }
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(options->words[1], formats[i].name) == 0)
            return run(&formats[i], options, problem);
    }
    return problem_set(problem, PROBLEM_USAGE, NULL, "`otaconsole image pack` lists the formats.",
                       "`image pack` has no format \"%.40s\"", options->words[1]);
}
