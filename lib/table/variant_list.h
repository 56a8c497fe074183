/* Models and their optimised variants, as others measured them: a small file of its own.
 */
#ifndef OD_TABLE_VARIANT_LIST_H
#define OD_TABLE_VARIANT_LIST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The header line of such a file. */
#define OD_VARIANT_COLUMNS "model,variant,accuracy,latency_ms,size_mb"

/* One line. Texts are owned; the numbers are kept as they are written, NULL: empty. */
struct od_variant {
    char *model;
    char *variant;
    char *accuracy;
    int64_t latency_ns; /* -1: empty */
    char *size_mb;
};

/* A zeroed one is empty. */
struct od_variant_list {
    struct od_variant *items;
    size_t count;
    size_t capacity;
};

/* True for a regular file whose first line is OD_VARIANT_COLUMNS. */
bool od_variant_file(const char *path);

/*
 * Appends the lines of such a file. Fails with OD_ENOENT, OD_ESYS, OD_ELIMIT (1 MiB), or
 * OD_EINPUT naming file and line: another header, not five fields, a number that is none.
 * Fields are without quotes.
 */
int od_variant_list_read(struct od_variant_list *list, const char *path,
                         struct od_err *err) OD_MUST_CHECK;
void od_variant_list_release(struct od_variant_list *list);

#endif
