/* Rows made by hand, for the tests of tables. */
#ifndef TABLE_ROWS_H
#define TABLE_ROWS_H

#include "base/alloc.h"
#include "record/rows.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Records that can still be changed; zeroed it is empty. */
struct made_rows {
    struct od_record *items;
    size_t count;
    size_t capacity;
    struct od_rows rows;
};

/* A good row of the main phase: rows borrows the texts. Valid until the next row. */
static inline struct od_record *add_row(struct made_rows *rows, const char *client,
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

/* The records as rows, in which they stay as they are now; valid until the next call. */
static inline const struct od_rows *rows_of(struct made_rows *made)
{
    od_rows_release(&made->rows);
    for (size_t i = 0; i < made->count; i++) {
        if (od_rows_add(&made->rows, &made->items[i], NULL) != 0) {
            abort();
        }
    }
    return &made->rows;
}

static inline void made_rows_release(struct made_rows *made)
{
    free(made->items);
    od_rows_release(&made->rows);
    *made = (struct made_rows){0};
}

#endif
