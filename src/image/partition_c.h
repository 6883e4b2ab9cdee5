/* Between partition_c.c and partition_collect.c: the arrays of one reading of a C source. */
#ifndef OTACONSOLE_IMAGE_PARTITION_C_H
#define OTACONSOLE_IMAGE_PARTITION_C_H

#include "image/c_preprocess.h"
#include "image/partition_lint.h"

#define C_DEFINES_MAX 64

struct partition_arrays {
    struct lint_table tables[LINT_TABLES_MAX]; /* title: the array's name */
    unsigned count;
};

/* Tells the source which of its words make up tables. */
bool partition_want(struct c_source *source);
/* False when there is no memory. Arrays beyond LINT_TABLES_MAX are left out. */
bool partition_collect(const struct c_unit *unit, size_t *budget, struct partition_arrays *arrays);

#endif
