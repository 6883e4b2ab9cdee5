/* The parts of `otaconsole image`: options.words[0] is the part's name, the rest its words. */
#ifndef OTACONSOLE_CLI_IMAGE_COMMANDS_H
#define OTACONSOLE_CLI_IMAGE_COMMANDS_H

#include "cli/commands.h"
#include "image/pack.h"
#include "image/recognise.h"

/* image_files.c */
enum problem_code image_info(const struct options *options, struct problem *problem);
enum problem_code image_verify(const struct options *options, struct problem *problem);
enum problem_code image_hash(const struct options *options, struct problem *problem);
/* image_names.c */
enum problem_code image_which(const struct options *options, struct problem *problem);
enum problem_code image_upload_name(const struct options *options, struct problem *problem);
/* image_pack.c */
enum problem_code image_pack(const struct options *options, struct problem *problem);
/* image_unpack.c */
enum problem_code image_unpack(const struct options *options, struct problem *problem);
/* image_build.c */
enum problem_code image_trailer(const struct options *options, struct problem *problem);
enum problem_code image_crc(const struct options *options, struct problem *problem);
/* image_sign.c */
enum problem_code image_keygen(const struct options *options, struct problem *problem);
enum problem_code image_sign(const struct options *options, struct problem *problem);
enum problem_code image_verify_sign(const struct options *options, struct problem *problem);
enum problem_code image_pubkey_header(const struct options *options, struct problem *problem);
/* image_diff.c */
enum problem_code image_diff(const struct options *options, struct problem *problem);
enum problem_code image_patch(const struct options *options, struct problem *problem);

/* --- shared: image_io.c --- */
/* A whole file, at most 64 MiB; `file->data` is malloc'ed. */
enum problem_code image_load(const char *path, struct bytes *file, struct problem *problem);
/* Under another name first; never over an input (a word of the command line), and over an existing
 * file only with --force. */
enum problem_code image_save(const struct options *options, const char *path, const void *bytes,
                             size_t n, struct problem *problem);
/* The same, and says on standard output what was written. */
enum problem_code image_write(const struct options *options, const char *path,
                              const struct buffer *bytes, struct problem *problem);
/* -o, or a usage problem. */
enum problem_code image_output(const struct options *options, struct problem *problem);
/* The words behind the part's name; a usage problem unless there are between least and most. */
enum problem_code image_words(const struct options *options, size_t least, size_t most,
                              struct problem *problem);

/* --- shared: image_files.c --- */
/* Every field for people, without the head. */
void image_print_fields(const struct image_report *report);

#endif
