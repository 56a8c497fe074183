/* What rows share: kinds and images, each once; for their reader and their store only. */
#ifndef OD_RECORD_ROWS_SHARED_H
#define OD_RECORD_ROWS_SHARED_H

#include "record/rows.h"

/* A column that rows share; all of them take one word. */
struct od_rows_part {
    size_t offset; /* in struct od_record */
    enum od_at at;
};

enum { OD_ROWS_PARTS = 21 }; /* most of a home */

/* Those of a home that is not OD_HOME_ROW; *count of them. */
const struct od_rows_part *od_rows_parts(enum od_home home, size_t *count);

/* The place of what record shares in rows->kinds or rows->images; last: a guess. */
uint32_t od_rows_share(struct od_rows *rows, enum od_home home,
                       const struct od_record *record, uint32_t last);

void od_shared_list_release(struct od_shared_list *list);

#endif
