/* The first request of each image: noted while rows are read, then chosen. */
#include "compare/firsts.h"

#include "base/alloc.h"
#include "base/sort.h"

#include <stdlib.h>

void od_firsts_release(struct od_firsts *firsts)
{
    free(firsts->items);
    od_index_release(&firsts->index);
    *firsts = (struct od_firsts){0};
}

void od_firsts_note(struct od_gather *g, const struct od_record *record)
{
    struct od_firsts *f = g->firsts;
    bool fresh = false;
    if (record->image_id == OD_NONE || record->seq == OD_NONE) {
        return;
    }
    uint32_t number = od_index_add(&f->index, g->last_origin, (uint64_t)record->image_id,
                                   g->file, &fresh);
    if (fresh) {
        f->items = od_xgrow(f->items, f->count, &f->capacity, sizeof *f->items);
        f->items[f->count++] = (struct od_first){g->last_origin, (uint32_t)g->file,
                                                 record->image_id, record->seq};
    } else if (record->seq < f->items[number].seq) {
        f->items[number].seq = record->seq;
    }
}

static int by_image(const void *a, const void *b)
{
    const struct od_wanted *x = a;
    const struct od_wanted *y = b;
    int order = od_order_i64((int64_t)x->place, (int64_t)y->place);
    order = order != 0 ? order : x->side - y->side;
    return order != 0 ? order : od_order_i64(x->image_id, y->image_id);
}

/* Earliest first within an image. */
static int by_time(const void *a, const void *b)
{
    const struct od_wanted *x = a;
    const struct od_wanted *y = b;
    int order = by_image(a, b);
    order = order != 0 ? order : od_order_i64(x->run, y->run);
    order = order != 0 ? order : od_order_i64(x->seq, y->seq);
    return order != 0 ? order : od_order_i64(x->file, y->file);
}

static int text_order(const char *a, const char *b)
{
    return a == b ? 0 : (uintptr_t)a < (uintptr_t)b ? -1 : 1;
}

/* By what a line of detections names. */
static int by_line(const void *a, const void *b)
{
    const struct od_wanted *x = *(struct od_wanted *const *)a;
    const struct od_wanted *y = *(struct od_wanted *const *)b;
    int order = od_order_i64(x->file, y->file);
    order = order != 0 ? order : od_order_i64(x->seq, y->seq);
    order = order != 0 ? order : od_order_i64(x->image_id, y->image_id);
    order = order != 0 ? order : text_order(x->run_id, y->run_id);
    return order != 0 ? order : text_order(x->cell_id, y->cell_id);
}

void od_wanted_release(struct od_wanted_list *wanted)
{
    free(wanted->items);
    free((void *)wanted->by_line);
    *wanted = (struct od_wanted_list){0};
}

void od_firsts_choose(const struct od_gather *g, struct od_wanted_list *out)
{
    const struct od_firsts *firsts = g->firsts;
    size_t count = 0;
    out->items = od_xcalloc(firsts->count + 1, sizeof *out->items);
    for (size_t i = 0; i < firsts->count; i++) {
        const struct od_first *first = &firsts->items[i];
        const struct od_origin *o = &g->origins[first->origin];
        if (g->cells[o->cell].place != OD_NOWHERE) {
            out->items[count++] =
                (struct od_wanted){.place = g->cells[o->cell].place,
                                   .side = o->side,
                                   .run = g->runs[o->run].number[o->side],
                                   .file = first->file,
                                   .run_id = g->runs[o->run].id,
                                   .cell_id = o->cell_id,
                                   .seq = first->seq,
                                   .image_id = first->image_id};
        }
    }
    qsort(out->items, count, sizeof *out->items, by_time);
    for (size_t i = 0; i < count; i++) {
        if (out->count == 0 ||
            by_image(&out->items[out->count - 1], &out->items[i]) != 0) {
            out->items[out->count++] = out->items[i];
        }
    }
}

struct od_wanted *od_wanted_twin(const struct od_wanted_list *wanted,
                                 const struct od_wanted *base)
{
    struct od_wanted key = *base;
    key.side = OD_NEW;
    return bsearch(&key, wanted->items, wanted->count, sizeof key, by_image);
}

void od_wanted_index(struct od_wanted_list *wanted)
{
    wanted->by_line = od_xcalloc(wanted->count + 1, sizeof *wanted->by_line);
    for (size_t i = 0; i < wanted->count; i++) {
        wanted->by_line[i] = &wanted->items[i];
    }
    qsort(wanted->by_line, wanted->count, sizeof *wanted->by_line, by_line);
}

struct od_wanted *od_wanted_find(const struct od_wanted_list *wanted,
                                 const struct od_wanted *key)
{
    struct od_wanted **of =
        bsearch(&key, wanted->by_line, wanted->count, sizeof *wanted->by_line, by_line);
    return of != NULL ? *of : NULL;
}
