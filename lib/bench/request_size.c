/* How large a cell's requests are. */
#include "bench/request_size.h"

#include "base/alloc.h"
#include "bench/prepare.h"

#include <stdlib.h>

struct entry {
    int64_t size;
    size_t image;
};

static int by_size(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->size != y->size) {
        return (x->size > y->size) - (x->size < y->size);
    }
    return (x->image > y->image) - (x->image < y->image);
}

static const struct od_sample *middle(const struct od_dataset *dataset, bool files)
{
    size_t count = od_dataset_count(dataset);
    struct entry *entries = od_xcalloc(count, sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        const struct od_sample *sample = od_dataset_at(dataset, i);
        int64_t pixels = (int64_t)sample->width * sample->height;
        entries[i] = (struct entry){files ? sample->file_bytes : pixels, i};
    }
    qsort(entries, count, sizeof *entries, by_size);
    const struct od_sample *found =
        od_dataset_at(dataset, entries[(count - 1) / 2].image);
    free(entries);
    return found;
}

int od_request_bytes(const struct od_plan *plan, const struct od_cell *cell, size_t *out,
                     struct od_err *err)
{
    struct od_prepared *prepared = od_xcalloc(1, sizeof *prepared);
    bool files = cell->payload == OD_PAYLOAD_JPEG || cell->payload == OD_PAYLOAD_B64;
    od_prepare(plan, cell, middle(plan->dataset, files), prepared);
    int rc = prepared->prepare_ns >= 0
                 ? 0
                 : od_fail(err, prepared->err.code, "%s", prepared->err.msg);
    if (rc == 0) {
        *out = od_message_bytes(&prepared->message);
    }
    od_prepared_release(prepared);
    free(prepared);
    return rc;
}
