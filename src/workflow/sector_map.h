/*
 * Which erase sectors of an image still need attention.
 *
 * The loaders erase whole 4 KiB sectors and only those of the declared range
 * (facts/peers-host.md §4.2), so a flash job is a set of sectors: to be written,
 * or to be read back. Sector i covers the image bytes between two 4 KiB
 * boundaries of the flash; the first one is short when the image starts inside
 * a sector, as 0x13200 does.
 */
#ifndef OTACONSOLE_WORKFLOW_SECTOR_MAP_H
#define OTACONSOLE_WORKFLOW_SECTOR_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 16 MiB of 4 KiB sectors; board files with larger flash are refused at load. */
#define SECTOR_MAP_MAX 4096

struct sector_map {
    uint32_t address; /* of the image's first byte */
    uint32_t size;    /* of the image, > 0 */
    uint32_t sector;  /* erase sector size, a power of two */
    uint32_t count;   /* sectors the image touches, <= SECTOR_MAP_MAX */
    uint8_t marked[SECTOR_MAP_MAX];
};

/* False when the image needs more than SECTOR_MAP_MAX sectors or wraps the address space. */
bool sector_map_init(struct sector_map *m, uint32_t address, uint32_t size, uint32_t sector);
void sector_map_mark_all(struct sector_map *m, bool marked);
uint32_t sector_map_marked_count(const struct sector_map *m);
/* Bytes of the image that marked sectors hold. */
uint32_t sector_map_marked_bytes(const struct sector_map *m);
/* Image offset and length of one sector's bytes. */
void sector_map_extent(const struct sector_map *m, uint32_t index, uint32_t *offset,
                       uint32_t *length);
/*
 * The first run of adjacent marked sectors: its index range and its bytes of the
 * image. False when nothing is marked.
 */
bool sector_map_first_run(const struct sector_map *m, uint32_t *first, uint32_t *count,
                          uint32_t *offset, uint32_t *length);
void sector_map_mark(struct sector_map *m, uint32_t first, uint32_t count, bool marked);
/* Marks in *m exactly the sectors among `first..first+count` whose bytes differ. */
uint32_t sector_map_compare(struct sector_map *m, uint32_t first, uint32_t count,
                            const uint8_t *wanted, const uint8_t *found);

#endif
