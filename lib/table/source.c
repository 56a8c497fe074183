/* Result files with their companions. */
#include "table/source.h"

int od_source_read(struct od_source *source, const char *path, size_t *cut,
                   struct od_err *err)
{
    return od_rows_read(&source->rows, path, cut, err) == 0
               ? od_validity_set_add(&source->validity, path, err)
               : -1;
}

void od_source_keep(struct od_source *source, const struct od_where *where)
{
    struct od_rows *rows = &source->rows;
    size_t kept = 0;
    for (size_t i = 0; where != NULL && i < rows->count; i++) {
        if (od_where_holds(where, &rows->items[i])) {
            rows->items[kept++] = rows->items[i];
        }
    }
    rows->count = where != NULL ? kept : rows->count;
}

void od_source_release(struct od_source *source)
{
    od_rows_release(&source->rows);
    od_validity_set_release(&source->validity);
}
