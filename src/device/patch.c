#include "device/patch.h"

#include "device/patch_section.h"
#include "ymodem/crc16.h"

enum patch_result patch_init(struct patch *p, const struct patch_port *port,
                             const struct patch_decoder *const decoders[3], uint32_t package_size,
                             uint32_t old_size, uint32_t slice_size, uint8_t *slice,
                             uint32_t slice_capacity)
{
    *p = (struct patch){
        .port = port,
        .package_size = package_size,
        .old_size = old_size,
        .slice_size = slice_size,
        .slice = slice,
    };
    if (!port || !decoders || !slice || old_size == 0 || slice_size == 0)
        return p->result = PATCH_PARAMETERS;
    for (unsigned i = 0; i < 3; i++) {
        p->decoder[i] = decoders[i];
        if (!decoders[i] || decoders[i] == decoders[(i + 1) % 3])
            return p->result = PATCH_PARAMETERS;
    }
    return p->result = slice_capacity < slice_size ? PATCH_MEMORY : PATCH_OK;
}

/* The header of the next section; its lengths lie inside the package, its slice in the buffer. */
static enum patch_result next_section(struct patch *p, struct patch_section *section)
{
    uint8_t header[PATCH_HEADER];
    uint32_t left = p->package_size - p->package_at;
    p->bad_offset = p->package_at;
    if (p->package_at > p->package_size || left < PATCH_HEADER)
        return PATCH_FORMAT;
    if (p->port->read_package(p->port->user, p->package_at, header, PATCH_HEADER) != 0)
        return PATCH_FLASH;
    if (patch_section_read(header, section) != PATCH_OK || patch_section_length(section) > left)
        return PATCH_FORMAT;
    /* Only the last slice may be short: the others decide where in flash the next one goes. */
    bool last = patch_section_length(section) == left;
    if (section->size > p->slice_size || (!last && section->size != p->slice_size) ||
        section->size > UINT32_MAX - p->new_at)
        return PATCH_BOUNDS;
    return PATCH_OK;
}

static enum patch_result next_slice(struct patch *p)
{
    struct patch_section section;
    enum patch_result result = next_section(p, &section);
    if (result == PATCH_OK)
        result = patch_section_rebuild(p, &section);
    if (result != PATCH_OK)
        return result;
    p->crc_meant = section.crc;
    p->crc_found = ymodem_crc16(0, p->slice, section.size);
    if (p->crc_found != p->crc_meant)
        return PATCH_CRC;
    if (p->port->write_slice(p->port->user, p->index, p->new_at, p->slice, section.size) != 0)
        return PATCH_FLASH;
    p->package_at += (uint32_t)patch_section_length(&section);
    p->new_at += section.size;
    p->index++;
    return PATCH_OK;
}

enum patch_result patch_next(struct patch *p, bool *done)
{
    *done = false;
    if (p->result != PATCH_OK)
        return p->result;
    /* A package without a section is none, so the end is only where a slice was before. */
    if (p->index == 0 || p->package_at != p->package_size)
        p->result = next_slice(p);
    *done = p->result == PATCH_OK && p->package_at == p->package_size;
    return p->result;
}

const char *patch_result_text(enum patch_result result)
{
    switch (result) {
    case PATCH_OK:
        return "it was restored";
    case PATCH_PARAMETERS:
        return "it was called with impossible parameters";
    case PATCH_MEMORY:
        return "there is no memory for a slice of this size";
    case PATCH_FLASH:
        return "the flash could not be read or written";
    case PATCH_FORMAT:
        return "the package is damaged, or none at all";
    case PATCH_BOUNDS:
        return "the package is not cut into the slices that were agreed";
    case PATCH_CRC:
        return "what comes out is not what was meant: wrong base";
    }
    return "unknown";
}
