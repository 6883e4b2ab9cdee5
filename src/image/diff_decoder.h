/*
 * What device/patch.h asks of a decoder, by liblzma on a package in memory, with the limits of
 * the decoder on the boards (xz-embedded; facts/alios-device.md §2): a dictionary of at most
 * 16 KiB, no check or CRC32, LZMA2 alone.
 */
#ifndef OTACONSOLE_IMAGE_DIFF_DECODER_H
#define OTACONSOLE_IMAGE_DIFF_DECODER_H

#include <lzma.h>

#include "device/patch.h"
#include "image/pack.h"

struct diff_decoder {
    struct patch_decoder decoder; /* hand this to patch_init */
    struct bytes package;
    lzma_stream stream;
    bool ended;
    const char *reason; /* why it refused, as part of a sentence; NULL = it did not */
};

/* The package must outlive the decoder; the struct must not move. */
void diff_decoder_open(struct diff_decoder *d, struct bytes package);
void diff_decoder_close(struct diff_decoder *d);

#endif
