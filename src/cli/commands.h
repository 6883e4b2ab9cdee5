/* One function a command: does it, and returns PROBLEM_NONE or fills *problem. */
#ifndef OTACONSOLE_CLI_COMMANDS_H
#define OTACONSOLE_CLI_COMMANDS_H

#include "base/problem.h"
#include "cli/options.h"

typedef enum problem_code (*command_function)(const struct options *options,
                                              struct problem *problem);

enum problem_code command_run(const struct options *options, struct problem *problem);
enum problem_code command_explain(const struct options *options, struct problem *problem);
enum problem_code command_flash(const struct options *options, struct problem *problem);
enum problem_code command_read(const struct options *options, struct problem *problem);
enum problem_code command_monitor(const struct options *options, struct problem *problem);
enum problem_code command_ports(const struct options *options, struct problem *problem);
enum problem_code command_boards(const struct options *options, struct problem *problem);
enum problem_code command_profiles(const struct options *options, struct problem *problem);
enum problem_code command_sim(const struct options *options, struct problem *problem);
enum problem_code command_help(const struct options *options, struct problem *problem);
enum problem_code command_version(const struct options *options, struct problem *problem);
enum problem_code command_diagnose(const struct options *options, struct problem *problem);
enum problem_code command_image(const struct options *options, struct problem *problem);
enum problem_code command_board(const struct options *options, struct problem *problem);
enum problem_code command_new(const struct options *options, struct problem *problem);
enum problem_code command_ui(const struct options *options, struct problem *problem);
enum problem_code command_replay(const struct options *options, struct problem *problem);
enum problem_code command_redact(const struct options *options, struct problem *problem);
enum problem_code command_rules(const struct options *options, struct problem *problem);

#endif
