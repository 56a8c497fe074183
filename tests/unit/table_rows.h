/* Rows made by hand, for the tests of tables. */
#ifndef TABLE_ROWS_H
#define TABLE_ROWS_H

#include "base/alloc.h"
#include "record/rows.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A good row of the main phase: rows borrows the texts. Valid until the next row. */
static inline struct od_record *add_row(struct od_rows *rows, const char *client,
                                        const char *target, const char *model, int64_t ns)
{
    rows->items =
        od_xgrow(rows->items, rows->count, &rows->capacity, sizeof *rows->items);
    struct od_record *record = &rows->items[rows->count++];
    od_record_init(record);
    record->phase = "main";
    record->status = "ok";
    record->client = client;
    record->target = target;
    record->placement = strcmp(client, target) == 0 ? "local" : "remote";
    record->model = model;
    record->protocol = "tfs-grpc";
    record->file_name = "a.jpg";
    record->service_ns = ns;
    return record;
}

#endif
