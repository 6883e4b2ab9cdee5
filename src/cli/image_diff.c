/* `otaconsole image diff` and `image patch`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "cli/context.h"
#include "cli/image_commands.h"
#include "cli/json_line.h"
#include "device/image_check.h"
#include "image/diff.h"

static int read_bytes(void *user, uint32_t offset, uint8_t *into, uint32_t n)
{
    const struct bytes *b = user;
    if (offset > b->size || n > b->size - offset)
        return -1;
    memcpy(into, b->data + offset, n);
    return 0;
}

/* What a device says to a file when it looks for the trailer; NULL = it takes it. */
static const char *trailer_fault(struct bytes file)
{
    struct image_storage storage = {read_bytes, &file};
    struct image_trailer trailer;
    uint8_t md5[16];
    switch (image_check_file(&storage, (uint32_t)file.size, &trailer, md5)) {
    case IMAGE_CHECK_OK:
        return NULL;
    case IMAGE_CHECK_SIZE:
        return "its trailer is that of a file of another size";
    case IMAGE_CHECK_MD5:
        return "its trailer's MD5 is not that of the image";
    default:
        return "it has no trailer";
    }
}

/* The device verifies what it restored by its trailer, after it has spent the update on it. */
static enum problem_code check_trailer(const struct options *options, const char *name,
                                       struct bytes file, struct problem *problem)
{
    const char *fault = trailer_fault(file);
    if (!fault)
        return PROBLEM_NONE;
    if (options->force) {
        fprintf(stderr, "otaconsole: warning: %s: %s; devices verify images by their trailers.\n",
                name, fault);
        return PROBLEM_NONE;
    }
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, name,
                       "Take the files that are uploaded (`otaconsole image which`), or append a "
                       "trailer with `otaconsole image trailer`; --force goes on without.",
                       "no update image: %s", fault);
}

/* -s, else the board's; 0 when neither was named. */
static enum problem_code slice_size(const struct options *options, const struct board *board,
                                    uint32_t *size, struct problem *problem)
{
    *size = board ? board->diff_slice : 0;
    if (options->slice && !parse_size(options->slice, 4096, 1024 * 1024, size))
        return problem_set(problem, PROBLEM_USAGE, "-s",
                           "Say -s 64k for mk3060 and mk3080, -s 16k for esp8266.",
                           "\"%.40s\" is no slice size from 4k to 1m", options->slice);
    return PROBLEM_NONE;
}

static void hex(const uint8_t *bytes, size_t n, char *text)
{
    for (size_t i = 0; i < n; i++)
        snprintf(text + i * 2, 3, "%02x", bytes[i]);
}

/* Both hashes of a file, as the console shows them. */
static void hashes(struct bytes file, char md5[33], char sha256[65])
{
    struct image_storage storage = {read_bytes, &file};
    uint8_t hash[32];
    image_check_hash(&storage, (uint32_t)file.size, IMAGE_HASH_MD5, hash);
    hex(hash, 16, md5);
    image_check_hash(&storage, (uint32_t)file.size, IMAGE_HASH_SHA256, hash);
    hex(hash, 32, sha256);
}

/* --- diff --- */

struct diff_run {
    struct context context;
    struct bytes old_file, new_file;
    struct buffer package;
    uint32_t slice;
};

static void print_diff(const struct options *options, const struct diff_run *run)
{
    char md5[33], sha256[65];
    struct bytes package = {run->package.data, run->package.length};
    size_t slices = (run->new_file.size + run->slice - 1) / run->slice;
    double percent = 100.0 * (double)package.size / (double)run->new_file.size;
    hashes(package, md5, sha256);
    if (options->json) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "file", options->output);
        cJSON_AddNumberToObject(o, "old_size", (double)run->old_file.size);
        cJSON_AddNumberToObject(o, "new_size", (double)run->new_file.size);
        cJSON_AddNumberToObject(o, "diff_size", (double)package.size);
        cJSON_AddNumberToObject(o, "percent", percent);
        cJSON_AddNumberToObject(o, "slices", (double)slices);
        cJSON_AddNumberToObject(o, "slice_size", run->slice);
        cJSON_AddStringToObject(o, "md5", md5);
        cJSON_AddStringToObject(o, "sha256", sha256);
        json_line_print(o, stdout);
        return;
    }
    printf("old     %9zu bytes  %s\n", run->old_file.size, options->words[1]);
    printf("new     %9zu bytes  %s\n", run->new_file.size, options->words[2]);
    printf("diff    %9zu bytes  %s\n", package.size, options->output);
    printf("        %9.1f %%      of the new image, in %zu slice%s of %" PRIu32 "k\n", percent,
           slices, slices == 1 ? "" : "s", run->slice / 1024);
    printf("MD5     %s\nSHA256  %s\n", md5, sha256);
    printf("Proven: the device's code restores the new image from it. In the console choose "
           "\"diff\", the version of the old image as the base, and slices of %" PRIu32 "k.\n",
           run->slice / 1024);
}

static enum problem_code make_diff(const struct options *options, struct diff_run *run,
                                   struct problem *problem)
{
    struct context *c = &run->context;
    if ((options->board || options->generation) &&
        context_load_board(c, NULL, problem) != PROBLEM_NONE)
        return problem->code;
    if (slice_size(options, c->board, &run->slice, problem) != PROBLEM_NONE)
        return problem->code;
    if (run->slice == 0)
        return problem_set(
            problem, c->board ? PROBLEM_IMAGE_REFUSED : PROBLEM_USAGE, NULL,
            c->board ? "Send the whole image instead."
                     : "Say -s 64k for mk3060 and mk3080, -s 16k for esp8266, or --board.",
            c->board ? "%s does not take diff packages" : "`image diff` needs -s",
            c->board ? c->board->name : "");
    if (image_load(options->words[1], &run->old_file, problem) != PROBLEM_NONE ||
        image_load(options->words[2], &run->new_file, problem) != PROBLEM_NONE ||
        check_trailer(options, options->words[1], run->old_file, problem) != PROBLEM_NONE ||
        check_trailer(options, options->words[2], run->new_file, problem) != PROBLEM_NONE ||
        diff_make(run->old_file, run->new_file, run->slice, &run->package, problem) != PROBLEM_NONE)
        return problem->code;
    struct bytes package = {run->package.data, run->package.length};
    if (c->board && !options->force &&
        diff_check_board(c->board, board_generation(c->board, options->generation), run->slice,
                         package, problem) != PROBLEM_NONE)
        return problem->code;
    if (image_save(options, options->output, package.data, package.size, problem) == PROBLEM_NONE)
        print_diff(options, run);
    return problem->code;
}

enum problem_code image_diff(const struct options *options, struct problem *problem)
{
    struct diff_run run = {0};
    if (image_words(options, 2, 2, problem) != PROBLEM_NONE ||
        image_output(options, problem) != PROBLEM_NONE)
        return problem->code;
    context_init(&run.context, options);
    enum problem_code code = make_diff(options, &run, problem);
    free((void *)run.old_file.data);
    free((void *)run.new_file.data);
    buffer_free(&run.package);
    return context_close(&run.context, code, problem);
}

/* --- patch --- */

struct patch_run {
    struct context context;
    struct bytes old_file, package;
    struct diff_slice *slices;
    struct diff_facts facts;
    struct buffer restored;
    uint32_t slice;
};

static void print_patch(const struct options *options, const struct patch_run *run, bool trailer)
{
    char md5[33], sha256[65];
    hashes((struct bytes){run->restored.data, run->restored.length}, md5, sha256);
    if (options->json) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "file", options->output);
        cJSON_AddNumberToObject(o, "size", (double)run->restored.length);
        cJSON_AddNumberToObject(o, "slices", run->facts.count);
        cJSON_AddNumberToObject(o, "slice_size", run->slice);
        cJSON_AddBoolToObject(o, "trailer", trailer);
        cJSON_AddStringToObject(o, "md5", md5);
        cJSON_AddStringToObject(o, "sha256", sha256);
        json_line_print(o, stdout);
        return;
    }
    printf("restored %zu bytes from %u slice%s of %" PRIu32 "k: %s\n", run->restored.length,
           run->facts.count, run->facts.count == 1 ? "" : "s", run->slice / 1024, options->output);
    printf("trailer  %s\n", trailer ? "good: the device takes it" : "none that a device takes");
    printf("MD5      %s\nSHA256   %s\n", md5, sha256);
}

static enum problem_code restore(const struct options *options, struct patch_run *run,
                                 struct problem *problem)
{
    struct context *c = &run->context;
    const char *name = options->words[2];
    if (options->board && context_load_board(c, NULL, problem) != PROBLEM_NONE)
        return problem->code;
    if (slice_size(options, c->board, &run->slice, problem) != PROBLEM_NONE ||
        image_load(options->words[1], &run->old_file, problem) != PROBLEM_NONE ||
        image_load(name, &run->package, problem) != PROBLEM_NONE)
        return problem->code;
    if (diff_walk(run->package, &run->slices, &run->facts, problem) != PROBLEM_NONE) {
        const struct problem found = *problem;
        problem_where(problem, "%s, %s", name, found.where);
        return problem->code;
    }
    /* Nobody named it: the package does, unless it has one slice, and then it does not matter. */
    if (run->slice == 0)
        run->slice = run->slices[0].size;
    if (diff_apply(run->old_file, run->package, run->slice, &run->restored, problem) !=
        PROBLEM_NONE) {
        problem_where(problem, "%s", name);
        return problem->code;
    }
    struct bytes restored = {run->restored.data, run->restored.length};
    if (check_trailer(options, "the restored image", restored, problem) == PROBLEM_NONE &&
        image_save(options, options->output, restored.data, restored.size, problem) == PROBLEM_NONE)
        print_patch(options, run, trailer_fault(restored) == NULL);
    return problem->code;
}

enum problem_code image_patch(const struct options *options, struct problem *problem)
{
    struct patch_run run = {0};
    if (image_words(options, 2, 2, problem) != PROBLEM_NONE ||
        image_output(options, problem) != PROBLEM_NONE)
        return problem->code;
    context_init(&run.context, options);
    enum problem_code code = restore(options, &run, problem);
    free((void *)run.old_file.data);
    free((void *)run.package.data);
    free(run.slices);
    buffer_free(&run.restored);
    return context_close(&run.context, code, problem);
}
