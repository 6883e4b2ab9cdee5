/* What the files of the application model share; nobody else includes it. */
#ifndef OTACONSOLE_SIM_APP_INTERNAL_H
#define OTACONSOLE_SIM_APP_INTERNAL_H

#include "sim/app.h"

/* `[%06d]<L> text`, or raw text when level is 0. */
void sim_app_log(struct sim_app *a, uint64_t now, char level, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void sim_app_raw(struct sim_app *a, uint64_t now, const char *text);
void sim_app_schedule(struct sim_app *a, uint64_t at, sim_app_task run);

/* Settings kept in PARAMETER_2. Missing ones are "". */
struct sim_app_settings {
    char ssid[64], key[80], pushed[65];
};
void sim_app_load_settings(const struct sim_flash *flash, struct sim_app_settings *s);
void sim_app_save_settings(struct sim_flash *flash, const struct sim_app_settings *s);

void sim_app_connect(struct sim_app *a, uint64_t now, const char *ssid, const char *key);
/* OTA_APP pk dn ds tr dl */
void sim_app_ota_command(struct sim_app *a, uint64_t now, int count, char **words);

#endif
