#include "workflow/sector_map.h"

#include <string.h>

bool sector_map_init(struct sector_map *m, uint32_t address, uint32_t size, uint32_t sector)
{
    uint32_t end;
    memset(m, 0, sizeof *m);
    if (size == 0 || sector == 0 || (sector & (sector - 1)) != 0 ||
        __builtin_add_overflow(address, size, &end))
        return false;
    m->address = address;
    m->size = size;
    m->sector = sector;
    uint32_t first = address / sector, last = (end - 1) / sector;
    if (last - first + 1 > SECTOR_MAP_MAX)
        return false;
    m->count = last - first + 1;
    return true;
}

void sector_map_mark_all(struct sector_map *m, bool marked)
{
    sector_map_mark(m, 0, m->count, marked);
}

void sector_map_mark(struct sector_map *m, uint32_t first, uint32_t count, bool marked)
{
    for (uint32_t i = first; i < first + count && i < m->count; i++)
        m->marked[i] = marked;
}

uint32_t sector_map_marked_count(const struct sector_map *m)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->count; i++)
        n += m->marked[i];
    return n;
}

void sector_map_extent(const struct sector_map *m, uint32_t index, uint32_t *offset,
                       uint32_t *length)
{
    uint32_t head = m->address % m->sector;
    uint32_t begin = index ? index * m->sector - head : 0;
    uint32_t end = (index + 1) * m->sector - head;
    if (end > m->size)
        end = m->size;
    *offset = begin;
    *length = end - begin;
}

uint32_t sector_map_marked_bytes(const struct sector_map *m)
{
    uint32_t total = 0, offset, length;
    for (uint32_t i = 0; i < m->count; i++) {
        sector_map_extent(m, i, &offset, &length);
        total += m->marked[i] ? length : 0;
    }
    return total;
}

bool sector_map_first_run(const struct sector_map *m, uint32_t *first, uint32_t *count,
                          uint32_t *offset, uint32_t *length)
{
    uint32_t i = 0, n = 0, last_offset, last_length;
    while (i < m->count && !m->marked[i])
        i++;
    while (i + n < m->count && m->marked[i + n])
        n++;
    if (n == 0)
        return false;
    *first = i;
    *count = n;
    sector_map_extent(m, i, offset, length);
    sector_map_extent(m, i + n - 1, &last_offset, &last_length);
    *length = last_offset + last_length - *offset;
    return true;
}

uint32_t sector_map_compare(struct sector_map *m, uint32_t first, uint32_t count,
                            const uint8_t *wanted, const uint8_t *found)
{
    uint32_t bad = 0, offset, length;
    for (uint32_t i = first; i < first + count && i < m->count; i++) {
        sector_map_extent(m, i, &offset, &length);
        m->marked[i] = memcmp(wanted + offset, found + offset, length) != 0;
        bad += m->marked[i];
    }
    return bad;
}
