/* `image info|verify|hash`: what a file is, whether it is whole, and its hashes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "cli/image_commands.h"
#include "cli/json_line.h"

static const char *use_name(enum image_use use)
{
    static const char *const names[] = {"unknown", "flash", "upload", "flash-or-upload", "neither"};
    return names[use];
}

/* --- for people ------------------------------------------------------------------------------ */

static void print_field(const struct image_field *f)
{
    char place[32] = "", size[24] = "";
    if (f->size || f->offset)
        snprintf(place, sizeof place, "0x%06zx", f->offset);
    if (f->size)
        snprintf(size, sizeof size, "%zu", f->size);
    printf("  %-5s %-9s %8s  %-25s %s\n", f->wrong ? "WRONG" : "", place, size, f->name, f->value);
    if (f->meaning[0])
        printf("  %-51s %s\n", "", f->meaning);
}

void image_print_fields(const struct image_report *report)
{
    printf("  %-5s %-9s %8s  %-25s %s\n", "", "offset", "size", "field", "value");
    for (unsigned i = 0; i < report->field_count; i++)
        print_field(&report->fields[i]);
}

static void print_head(const char *path, size_t size, const struct image_report *report)
{
    printf("%s: %s\n", path, report->title);
    printf("  size     %zu bytes\n", size);
    printf("  format   %s%s\n", report->format, report->broken ? " (broken)" : "");
    printf("  use      %s: %s\n", use_name(report->use), report->use_text);
    for (unsigned i = 0; i < report->warning_count; i++)
        printf("  warning  %s\n", report->warnings[i]);
}

/* --- for programs ---------------------------------------------------------------------------- */

static cJSON *field_object(const struct image_field *f)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "offset", (double)f->offset);
    cJSON_AddNumberToObject(o, "size", (double)f->size);
    cJSON_AddStringToObject(o, "name", f->name);
    cJSON_AddStringToObject(o, "value", f->value);
    cJSON_AddStringToObject(o, "meaning", f->meaning);
    cJSON_AddBoolToObject(o, "wrong", f->wrong);
    return o;
}

static void print_json(const char *path, size_t size, const struct image_report *report)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "file", path);
    cJSON_AddNumberToObject(o, "size", (double)size);
    cJSON_AddStringToObject(o, "format", report->format);
    cJSON_AddStringToObject(o, "title", report->title);
    cJSON_AddStringToObject(o, "use", use_name(report->use));
    cJSON_AddStringToObject(o, "useText", report->use_text);
    cJSON_AddBoolToObject(o, "broken", report->broken);
    cJSON *fields = cJSON_AddArrayToObject(o, "fields");
    for (unsigned i = 0; i < report->field_count; i++)
        cJSON_AddItemToArray(fields, field_object(&report->fields[i]));
    cJSON *warnings = cJSON_AddArrayToObject(o, "warnings");
    for (unsigned i = 0; i < report->warning_count; i++)
        cJSON_AddItemToArray(warnings, cJSON_CreateString(report->warnings[i]));
    json_line_print(o, stdout);
}

/* --- the parts ------------------------------------------------------------------------------- */

typedef enum problem_code (*file_function)(const struct options *options, const char *path,
                                           struct bytes file, struct problem *problem);

/* Each file in turn; what is wrong with one ends it. */
static enum problem_code every_file(const struct options *options, file_function function,
                                    struct problem *problem)
{
    if (image_words(options, 1, OPTION_LIST_MAX, problem) != PROBLEM_NONE)
        return problem->code;
    for (size_t i = 1; i < options->word_count && problem->code == PROBLEM_NONE; i++) {
        struct bytes file;
        if (image_load(options->words[i], &file, problem) != PROBLEM_NONE)
            break;
        function(options, options->words[i], file, problem);
        free((void *)file.data);
    }
    return problem->code;
}

static enum problem_code info(const struct options *options, const char *path, struct bytes file,
                              struct problem *problem)
{
    struct image_report report;
    image_recognise(file, path, &report);
    if (options->json) {
        print_json(path, file.size, &report);
    } else {
        print_head(path, file.size, &report);
        if (report.field_count)
            printf("\n");
        if (report.field_count)
            image_print_fields(&report);
    }
    return problem->code;
}

enum problem_code image_info(const struct options *options, struct problem *problem)
{
    return every_file(options, info, problem);
}

/* The damaged group says more than the MD5 that it breaks. */
static const struct image_field *worst_field(const struct image_report *report, unsigned *wrong)
{
    const struct image_field *first = NULL, *group = NULL;
    *wrong = 0;
    for (unsigned i = 0; i < report->field_count; i++) {
        const struct image_field *f = &report->fields[i];
        if (!f->wrong)
            continue;
        ++*wrong;
        if (!first)
            first = f;
        if (!group && strstr(f->name, "first damaged group"))
            group = f;
    }
    return group ? group : first;
}

static enum problem_code refuse(const char *path, const struct image_report *report,
                                struct problem *problem)
{
    unsigned wrong;
    char hint[224];
    const struct image_field *f = worst_field(report, &wrong);
    if (!f)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, path,
                           report->use_text[0] ? report->use_text : "Is it the right file?",
                           "this is %s", report->title);
    snprintf(hint, sizeof hint, "`otaconsole image info FILE` shows every field; %u %s wrong.",
             wrong, wrong == 1 ? "is" : "are");
    if (strstr(f->name, "first damaged group"))
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, path, hint, "%s", f->value);
    return problem_set(problem, PROBLEM_IMAGE_REFUSED, path, hint, "%s at offset 0x%zx: %s%s%s",
                       f->name, f->offset, f->value, f->meaning[0] ? "; " : "", f->meaning);
}

static enum problem_code verify(const struct options *options, const char *path, struct bytes file,
                                struct problem *problem)
{
    struct image_report report;
    image_recognise(file, path, &report);
    bool known = report.use != USE_UNKNOWN || report.content_size < file.size;
    if (options->json)
        print_json(path, file.size, &report);
    if (report.broken)
        return refuse(path, &report, problem);
    if (!known)
        return problem_set(problem, PROBLEM_IMAGE_REFUSED, path,
                           "`otaconsole image info FILE` shows its first bytes.",
                           "no format known here: there is nothing in it to be checked");
    if (!options->json) {
        printf("%s: intact (%s)\n  use      %s: %s\n", path, report.title, use_name(report.use),
               report.use_text);
        for (unsigned i = 0; i < report.warning_count; i++)
            printf("  warning  %s\n", report.warnings[i]);
    }
    return PROBLEM_NONE;
}

enum problem_code image_verify(const struct options *options, struct problem *problem)
{
    return every_file(options, verify, problem);
}

static bool digest(const EVP_MD *kind, struct bytes file, char text[2 * EVP_MAX_MD_SIZE + 1])
{
    uint8_t bytes[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!EVP_Digest(file.data, file.size, bytes, &n, kind, NULL))
        return false;
    for (unsigned i = 0; i < n; i++)
        snprintf(text + (size_t)i * 2, 3, "%02x", bytes[i]);
    return true;
}

static enum problem_code hash(const struct options *options, const char *path, struct bytes file,
                              struct problem *problem)
{
    char md5[2 * EVP_MAX_MD_SIZE + 1], sha256[2 * EVP_MAX_MD_SIZE + 1];
    if (!digest(EVP_md5(), file, md5) || !digest(EVP_sha256(), file, sha256))
        return problem_set(problem, PROBLEM_INTERNAL, NULL, "Is OpenSSL in FIPS mode?",
                           "the hashes could not be computed");
    if (options->json) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "file", path);
        cJSON_AddNumberToObject(o, "size", (double)file.size);
        cJSON_AddStringToObject(o, "md5", md5);
        cJSON_AddStringToObject(o, "sha256", sha256);
        json_line_print(o, stdout);
    } else {
        printf("%s: %zu bytes\n  md5     %s\n  sha256  %s\n", path, file.size, md5, sha256);
    }
    return PROBLEM_NONE;
}

enum problem_code image_hash(const struct options *options, struct problem *problem)
{
    return every_file(options, hash, problem);
}
