/* Result files with their companions. */
#include "table/source.h"

int od_source_read(struct od_source *source, const char *path, size_t *cut,
                   struct od_err *err)
{
    if (od_variant_file(path)) {
        return od_variant_list_read(&source->variants, path, err);
    }
    if (od_rows_read(&source->rows, path, cut, err) != 0 ||
        od_validity_set_add(&source->validity, path, err) != 0) {
        return -1;
    }
    return od_meta_runs_add(&source->runs, path, err);
}

void od_source_release(struct od_source *source)
{
    od_rows_release(&source->rows);
    od_validity_set_release(&source->validity);
    od_meta_runs_release(&source->runs);
    od_variant_list_release(&source->variants);
}
