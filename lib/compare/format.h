/* A comparison as text, for people and for programs. */
#ifndef OD_COMPARE_FORMAT_H
#define OD_COMPARE_FORMAT_H

#include "base/buf.h"
#include "compare/comparison.h"

/* An output format of odbench-compare. The same comparison gives the same bytes. */
struct od_compare_format {
    const char *name;
    const char *summary; /* one line for --help and the manual */
    void (*render)(const struct od_comparison *comparison, struct od_buf *out);
};

/* text, markdown, json, csv, junit, github; NULL behind the last. */
const struct od_compare_format *od_compare_format_at(size_t i);
const struct od_compare_format *od_compare_format_find(const char *name);

#endif
