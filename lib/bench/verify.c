/* Whether answers for the same image are the same. */
#include "bench/verify.h"

#include "base/alloc.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

struct od_verify {
    const struct od_cell *cells;
    size_t cell_count;
    size_t image_count;
    size_t *groups; /* of each cell */
    size_t group_count;
    /* Of each group and image the hash of the first answer, 0 for none, and its cell. */
    _Atomic uint64_t *firsts;
    atomic_uint *first_cells;
    atomic_uchar *differs;        /* bits of each cell and image */
    atomic_size_t *differ_counts; /* of each cell */
};

static bool decoded(enum od_payload payload)
{
    return payload == OD_PAYLOAD_TENSOR || payload == OD_PAYLOAD_JSON;
}

static bool same_group(const struct od_cell *a, const struct od_cell *b)
{
    return a->target == b->target && a->model == b->model &&
           decoded(a->payload) == decoded(b->payload);
}

static void make_groups(struct od_verify *v)
{
    for (size_t i = 0; i < v->cell_count; i++) {
        size_t k = 0;
        while (k < i && !same_group(&v->cells[k], &v->cells[i])) {
            k++;
        }
        v->groups[i] = k < i ? v->groups[k] : v->group_count++;
    }
}

/* Bytes of the bits of a cell. */
static size_t row_bytes(const struct od_verify *v)
{
    return v->image_count / 8 + 1;
}

struct od_verify *od_verify_new(const struct od_cell *cells, size_t cell_count,
                                size_t image_count)
{
    struct od_verify *v = od_xcalloc(1, sizeof *v);
    v->cells = cells;
    v->cell_count = cell_count;
    v->image_count = image_count;
    v->groups = od_xcalloc(cell_count + 1, sizeof *v->groups);
    make_groups(v);
    size_t answers = v->group_count * image_count + 1;
    v->firsts = od_xcalloc(answers, sizeof *v->firsts);
    v->first_cells = od_xcalloc(answers, sizeof *v->first_cells);
    v->differs = od_xcalloc(cell_count + 1, row_bytes(v) * sizeof *v->differs);
    v->differ_counts = od_xcalloc(cell_count + 1, sizeof *v->differ_counts);
    return v;
}

void od_verify_free(struct od_verify *v)
{
    if (v == NULL) {
        return;
    }
    free(v->groups);
    free(v->firsts);
    free(v->first_cells);
    free(v->differs);
    free(v->differ_counts);
    free(v);
}

void od_verify_add(struct od_verify *v, size_t cell, size_t image, const char *hash)
{
    assert(cell < v->cell_count && image < v->image_count);
    if (hash[0] == '\0') {
        return;
    }
    uint64_t value = strtoull(hash, NULL, 16);
    value = value != 0 ? value : 1;
    size_t at = v->groups[cell] * v->image_count + image;
    uint64_t first = 0;
    if (atomic_compare_exchange_strong(&v->firsts[at], &first, value)) {
        atomic_store(&v->first_cells[at], (unsigned)cell);
        return;
    }
    if (first != value) {
        unsigned char bit = (unsigned char)(1U << image % 8);
        atomic_uchar *bits = &v->differs[cell * row_bytes(v) + image / 8];
        if ((atomic_fetch_or(bits, bit) & bit) == 0) {
            atomic_fetch_add(&v->differ_counts[cell], 1);
        }
    }
}

int64_t od_verify_differing(const struct od_verify *v, size_t cell)
{
    return (int64_t)atomic_load(&v->differ_counts[cell]);
}

void od_verify_describe(const struct od_verify *v, const struct od_dataset *dataset,
                        size_t cell, struct od_buf *out)
{
    const struct od_cell *c = &v->cells[cell];
    size_t image = 0;
    if (od_verify_differing(v, cell) == 0) {
        return;
    }
    while ((atomic_load(&v->differs[cell * row_bytes(v) + image / 8]) &
            1U << image % 8) == 0) {
        image++;
    }
    unsigned from =
        atomic_load(&v->first_cells[v->groups[cell] * v->image_count + image]);
    od_buf_printf(out,
                  "%s (%s, %s, %s, %s): answers for %" PRId64
                  " of %zu images differ from the first ones, e.g. %s (%s)",
                  c->id, c->target->name, c->model->name, c->protocol->name,
                  od_payload_name(c->payload), od_verify_differing(v, cell),
                  v->image_count, od_dataset_at(dataset, image)->file_name,
                  v->cells[from].id);
}
