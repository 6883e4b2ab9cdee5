/* `otaconsole image PART ...`: the firmware workshop. */
#include <stdio.h>
#include <string.h>

#include "cli/image_commands.h"
#include "yaml/schema.h"

struct part {
    const char *name;
    command_function function;
    const char *usage, *meaning;
};

static const struct part parts[] = {
    {"info", image_info, "info FILE", "what a file is, field by field, and what it is for"},
    {"verify", image_verify, "verify FILE", "check it; the first bad group or field is named"},
    {"hash", image_hash, "hash FILE", "MD5 and SHA-256 as the console shows them"},
    {"which", image_which, "which --board NAME [--generation ID]", "which file goes where"},
    {"upload-name", image_upload_name, "upload-name FILE...", "the name the console takes"},
    {"pack", image_pack, "pack FORMAT FILE... -o FILE", "put files together as a build does"},
    {"unpack", image_unpack, "unpack FILE [-o DIR]", "take a file apart"},
    {"trailer", image_trailer, "trailer FILE [-o FILE]", "append the 28 bytes, or take them off"},
    {"crc", image_crc, "crc insert|remove|verify FILE [-o FILE]", "the groups of 34 bytes"},
    {"keygen", image_keygen, "keygen KEY.pem", "an RSA-2048 key for secure upgrade"},
    {"sign", image_sign, "sign FILE --key KEY", "the digestsign of a package"},
    {"verify-sign", image_verify_sign, "verify-sign FILE --signature TEXT --public FILE",
     "by the device's own code"},
    {"pubkey-header", image_pubkey_header, "pubkey-header KEY [-o FILE]",
     "ota_public_key_config.h, or read one back"},
    {"diff", image_diff, "diff OLD NEW -s 64k|16k -o FILE", "a diff package, proven"},
    {"patch", image_patch, "patch OLD DIFF -o FILE", "what a device would restore"},
};
#define PART_COUNT (sizeof parts / sizeof parts[0])

static void print_parts(void)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        printf("  otaconsole image %-52s %s\n", parts[i].usage, parts[i].meaning);
}

static enum problem_code unknown(const char *word, struct problem *problem)
{
    char names[256] = "", near[64], hint[160];
    size_t used = 0;
    for (size_t i = 0; i < PART_COUNT; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? "|" : "",
                                 parts[i].name);
    schema_nearest(word, names, near, sizeof near);
    if (near[0])
        snprintf(hint, sizeof hint, "Did you mean `otaconsole image %s`?", near);
    else
        snprintf(hint, sizeof hint, "`otaconsole image` lists what there is.");
    return problem_set(problem, PROBLEM_USAGE, NULL, hint, "`image` has no part \"%.40s\"", word);
}

enum problem_code command_image(const struct options *options, struct problem *problem)
{
    if (options->word_count == 0) {
        print_parts();
        return PROBLEM_NONE;
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        if (strcmp(options->words[0], parts[i].name) == 0)
            return parts[i].function(options, problem);
    }
    return unknown(options->words[0], problem);
}

enum problem_code image_words(const struct options *options, size_t least, size_t most,
                              struct problem *problem)
{
    size_t count = options->word_count - 1;
    if (count >= least && count <= most)
        return PROBLEM_NONE;
    char wanted[48];
    if (least == most)
        snprintf(wanted, sizeof wanted, "%zu word%s", least, least == 1 ? "" : "s");
    else
        snprintf(wanted, sizeof wanted, "%zu to %zu words", least, most);
    return problem_set(problem, PROBLEM_USAGE, NULL, "`otaconsole image` shows how each is called.",
                       "`image %s` takes %s, not %zu", options->words[0], wanted, count);
}
