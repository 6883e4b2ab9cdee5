#include "sim/cloud_package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/firmware.h"

/* Newer than the default of `version`, and the form the guide uses. */
#define NEXT_VERSION "app-2.0.0-20180820.1600"
/* Upper case sorts below lower case: the first question of the guide's FAQ. */
#define REFUSED_VERSION "APP-2.0.0-20180820.1600"

static void choose_version(const struct sim_config *config, struct sim_cloud_package *p)
{
    if (config->push_version[0])
        snprintf(p->version, sizeof p->version, "%s", config->push_version);
    else if (config->fault == SIM_FAULT_REFUSED_VERSION)
        snprintf(p->version, sizeof p->version, "%s", REFUSED_VERSION);
    else if (!config->push_bytes ||
             !sim_firmware_find_version(config->push_bytes, (uint32_t)config->push_length,
                                        p->version))
        snprintf(p->version, sizeof p->version, "%s", NEXT_VERSION);
}

static bool take_file(const struct sim_config *config, struct sim_cloud_package *p)
{
    p->length = (uint32_t)config->push_length;
    p->bytes = malloc(p->length + IMAGE_TRAILER_SIZE);
    if (p->bytes)
        memcpy(p->bytes, config->push_bytes, p->length);
    return p->bytes != NULL;
}

static bool make_image(const struct sim_config *config, struct sim_cloud_package *p)
{
    uint32_t size = sim_firmware_size(config->size);
    uint8_t *work = malloc(config->size);
    p->bytes = malloc(size + IMAGE_TRAILER_SIZE);
    if (work && p->bytes) {
        sim_firmware_make(p->version, config->size, 1, work, p->bytes);
        sim_firmware_add_trailer(p->bytes, size);
        p->length = size + IMAGE_TRAILER_SIZE;
    }
    free(work);
    return p->length != 0;
}

bool sim_cloud_package_make(const struct sim_config *config, struct sim_cloud_package *p)
{
    memset(p, 0, sizeof *p);
    choose_version(config, p);
    if (!(config->push_bytes ? take_file(config, p) : make_image(config, p)))
        return false;
    if (config->fault == SIM_FAULT_BAD_TRAILER && p->length > IMAGE_TRAILER_SIZE)
        p->length -= IMAGE_TRAILER_SIZE;
    if (config->fault == SIM_FAULT_BAD_IMAGE_MD5 && p->length > IMAGE_TRAILER_SIZE)
        p->bytes[p->length - IMAGE_TRAILER_SIZE + 8] ^= 0x01;
    return true;
}

void sim_cloud_package_free(struct sim_cloud_package *p)
{
    free(p->bytes);
    memset(p, 0, sizeof *p);
}
