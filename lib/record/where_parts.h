/* What a filter is made of: shared by its parser and its reader only. */
#ifndef OD_RECORD_WHERE_PARTS_H
#define OD_RECORD_WHERE_PARTS_H

#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum od_op {
    OD_OP_EQUAL,
    OD_OP_UNEQUAL,
    OD_OP_HOLDS,
    OD_OP_LACKS,
    OD_OP_LESS,
    OD_OP_UPTO,
    OD_OP_MORE,
    OD_OP_FROM
};

enum { OD_MADE_PIXELS = 1, OD_MADE_IMAGE = 2 }; /* what is made out of columns */

/* One of the values with | between. */
struct od_condition_value {
    char *text; /* "": not measured */
    double real;
    int64_t whole; /* when is_whole: exact beyond 2^53 */
    bool is_whole;
};

struct od_condition {
    const struct od_column *column; /* NULL: pixels */
    int made;
    enum od_op op;
    struct od_condition_value *values;
    size_t count;
    size_t capacity;
};

struct od_where {
    struct od_condition *items;
    size_t count;
    size_t capacity;
};

/* Compares numbers, not texts. */
bool od_condition_is_number(const struct od_condition *c);
/* One of < <= > >=. */
bool od_condition_is_order(enum od_op op);

#endif
