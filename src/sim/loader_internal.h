/* What the three files of the loader model share; nobody else includes it. */
#ifndef OTACONSOLE_SIM_LOADER_INTERNAL_H
#define OTACONSOLE_SIM_LOADER_INTERNAL_H

#include "sim/loader.h"

void sim_loader_say(struct sim_loader *l, uint64_t now, const char *text);
void sim_loader_prompt(struct sim_loader *l, uint64_t now);
void sim_loader_shell_byte(struct sim_loader *l, uint64_t now, uint8_t byte);

bool sim_loader_begin_write(struct sim_loader *l, uint64_t now);
void sim_loader_receive_byte(struct sim_loader *l, uint64_t now, uint8_t byte);
void sim_loader_receive_timeout(struct sim_loader *l, uint64_t now);
void sim_loader_report(struct sim_loader *l, uint64_t now);

bool sim_loader_begin_read(struct sim_loader *l, uint64_t now);
void sim_loader_send_byte(struct sim_loader *l, uint64_t now, uint8_t byte);
void sim_loader_send_timeout(struct sim_loader *l, uint64_t now);

#endif
