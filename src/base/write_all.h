/* All of a block of bytes to a descriptor, however the kernel takes it. */
#ifndef OTACONSOLE_BASE_WRITE_ALL_H
#define OTACONSOLE_BASE_WRITE_ALL_H

#include <stdbool.h>
#include <stddef.h>

/* False when it did not all go out; errno says why. For blocking descriptors. */
bool write_all(int fd, const void *bytes, size_t n);

#endif
