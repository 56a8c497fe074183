/* What --list-protocols and --list-columns print. */
#ifndef OD_BENCH_LISTS_H
#define OD_BENCH_LISTS_H

#include "base/buf.h"

/* Each appends a line an entry: its name and what it is. */
void od_list_protocols(struct od_buf *out);
void od_list_columns(struct od_buf *out);

#endif
