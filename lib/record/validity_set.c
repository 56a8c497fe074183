/* The validity records of several runs. */
#include "record/validity_set.h"

#include "base/alloc.h"
#include "record/meta.h"

#include <stdlib.h>
#include <string.h>

struct od_validity_run {
    char run_id[64];
    struct od_cell_validity *cells; /* owned, by cell_id */
    size_t count;
};

static int by_cell(const void *a, const void *b)
{
    const struct od_cell_validity *x = a;
    const struct od_cell_validity *y = b;
    return strcmp(x->cell_id, y->cell_id);
}

int od_validity_set_add(struct od_validity_set *set, const char *rows_path,
                        struct od_err *err)
{
    struct od_validity_run run = {.count = 0};
    char *path = od_companion_find(rows_path, ".meta.json");
    int rc = path != NULL
                 ? od_validity_read(path, run.run_id, &run.cells, &run.count, err)
                 : 0;
    free(path);
    if (run.count > 0) {
        qsort(run.cells, run.count, sizeof *run.cells, by_cell);
        set->runs =
            od_xgrow(set->runs, set->run_count, &set->run_capacity, sizeof *set->runs);
        set->runs[set->run_count++] = run;
    }
    return rc;
}

const struct od_cell_validity *od_validity_set_find(const struct od_validity_set *set,
                                                    const char *run_id,
                                                    const char *cell_id)
{
    struct od_cell_validity key = {.counted = 0};
    if (run_id == NULL || cell_id == NULL || strlen(cell_id) >= sizeof key.cell_id) {
        return NULL;
    }
    memcpy(key.cell_id, cell_id, strlen(cell_id) + 1);
    for (size_t i = 0; i < set->run_count; i++) {
        const struct od_validity_run *run = &set->runs[i];
        if (strcmp(run->run_id, run_id) == 0) {
            const struct od_cell_validity *found =
                bsearch(&key, run->cells, run->count, sizeof *run->cells, by_cell);
            if (found != NULL) {
                return found;
            }
        }
    }
    return NULL;
}

void od_validity_set_release(struct od_validity_set *set)
{
    for (size_t i = 0; i < set->run_count; i++) {
        for (size_t c = 0; c < set->runs[i].count; c++) {
            od_cell_validity_release(&set->runs[i].cells[c]);
        }
        free(set->runs[i].cells);
    }
    free(set->runs);
    *set = (struct od_validity_set){0};
}
