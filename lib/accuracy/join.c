/* Annotations as the evaluation takes them, and the images and detections of a cell. */
#include "accuracy/join.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/sort.h"
#include "dataset/coco.h"

#include <stdlib.h>
#include <string.h>

/* An image that a cell sent, and the request that did so first. */
struct sent {
    int64_t image_id;
    int64_t seq;
};

static struct od_truth truth_of(int64_t image_id, const struct od_object *object)
{
    return (struct od_truth){
        .image_id = image_id,
        .category_id = object->category,
        .box = {object->x, object->y, object->width, object->height},
        .area = object->area,
        .crowd = object->crowd != 0,
    };
}

/* A file without a list of categories has those of its objects; some stand there more
 * than once, which the evaluation does not mind. */
static void take_categories(struct od_truths *truths, const struct od_coco *coco)
{
    bool listed = coco->category_count > 0;
    truths->category_count = listed ? coco->category_count : truths->count;
    truths->category_ids =
        od_xcalloc(truths->category_count, sizeof *truths->category_ids);
    for (size_t i = 0; i < truths->category_count; i++) {
        truths->category_ids[i] =
            listed ? coco->categories[i].id : truths->items[i].category_id;
    }
}

static void take_all(struct od_truths *truths, const struct od_coco *coco)
{
    truths->items = od_xcalloc(coco->object_count, sizeof *truths->items);
    truths->image_ids = od_xcalloc(coco->image_count, sizeof *truths->image_ids);
    truths->image_count = coco->image_count;
    for (size_t i = 0; i < coco->image_count; i++) {
        const struct od_coco_image *image = &coco->images[i];
        truths->image_ids[i] = image->id;
        for (size_t k = 0; k < image->count; k++) {
            truths->items[truths->count++] =
                truth_of(image->id, &coco->objects[image->first + k]);
        }
    }
    take_categories(truths, coco);
}

int od_truths_read(struct od_truths *truths, const char *path, struct od_err *err)
{
    struct od_coco coco = {0};
    *truths = (struct od_truths){0};
    if (od_coco_load(path, &coco, err) != 0) {
        return -1;
    }
    take_all(truths, &coco);
    od_coco_release(&coco);
    return 0;
}

void od_truths_release(struct od_truths *truths)
{
    free(truths->items);
    free(truths->image_ids);
    free(truths->category_ids);
    *truths = (struct od_truths){0};
}

/* Equal texts of one list are one pointer, which is the usual case. */
static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int by_image(const void *a, const void *b)
{
    const struct sent *x = a;
    const struct sent *y = b;
    return (x->image_id > y->image_id) - (x->image_id < y->image_id);
}

static int by_image_and_seq(const void *a, const void *b)
{
    const struct sent *x = a;
    const struct sent *y = b;
    int order = by_image(a, b);
    return order != 0 ? order : (x->seq > y->seq) - (x->seq < y->seq);
}

int64_t *od_truths_sorted_ids(const struct od_truths *truths)
{
    size_t n = truths->image_count;
    int64_t *ids = od_xcalloc(n + 1, sizeof *ids);
    for (size_t i = 0; i < n; i++) {
        ids[i] = truths->image_ids[i];
    }
    od_sort_i64(ids, n);
    return ids;
}

/* One flag a kind of the rows: they count and are of the cell. */
static bool *kinds_of_cell(const struct od_joined_cell *of)
{
    const struct od_shared_list *kinds = &of->rows->kinds;
    bool *chosen = od_xcalloc(kinds->count, sizeof *chosen);
    for (size_t i = 0; i < kinds->count; i++) {
        const struct od_shared *kind = kinds->items[i];
        chosen[i] = kind->main && kind->ok && same(kind->record.cell_id, of->cell_id) &&
                    same(kind->record.run_id, of->run_id);
    }
    return chosen;
}

/* One flag an image of the rows: it is annotated, and asked for. */
static bool *annotated_images(const struct od_truths *truths,
                              const struct od_joined_cell *of)
{
    const struct od_shared_list *images = &of->rows->images;
    bool *chosen = od_xcalloc(images->count, sizeof *chosen);
    int64_t *ids = od_truths_sorted_ids(truths);
    for (size_t i = 0; i < images->count; i++) {
        const struct od_record *image = &images->items[i]->record;
        const char *name = od_path_base(image->file_name != NULL ? image->file_name : "");
        bool asked = of->image == NULL || strcmp(name, of->image) == 0;
        chosen[i] = asked && od_sorted_has_i64(ids, truths->image_count, image->image_id);
    }
    free(ids);
    return chosen;
}

/* The annotated images that the cell sent, by id; each with its first request. */
static struct sent *find_sent(const struct od_truths *truths,
                              const struct od_joined_cell *of, size_t *count)
{
    const struct od_rows *rows = of->rows;
    size_t images = rows->images.count;
    bool *kinds = kinds_of_cell(of);
    bool *wanted = annotated_images(truths, of);
    bool *met = od_xcalloc(images, sizeof *met);
    int64_t *first = od_xcalloc(images, sizeof *first);
    struct sent *sent = od_xcalloc(images, sizeof *sent);
    size_t n = 0;
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t image = rows->image_of[i];
        int64_t seq = od_rows_int(rows, OD_AT_seq, i);
        if (kinds[rows->kind_of[i]] && wanted[image]) {
            first[image] = met[image] && first[image] < seq ? first[image] : seq;
            met[image] = true;
        }
    }
    for (size_t i = 0; i < images; i++) {
        if (met[i]) {
            sent[n++] = (struct sent){rows->images.items[i]->record.image_id, first[i]};
        }
    }
    free(kinds);
    free(wanted);
    free(met);
    free(first);
    /* Images may differ in other columns than the id. */
    if (n > 0) {
        qsort(sent, n, sizeof *sent, by_image_and_seq);
    }
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (*count == 0 || sent[*count - 1].image_id != sent[i].image_id) {
            sent[(*count)++] = sent[i];
        }
    }
    return sent;
}

/* The detections of those requests, in the order of the file. */
static struct od_found *find_found(const struct od_recorded *recorded,
                                   const struct od_joined_cell *of,
                                   const struct sent *sent, size_t sent_count,
                                   size_t *count)
{
    struct od_found *found = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < recorded->count; i++) {
        const struct od_detection_line *line = &recorded->items[i];
        if (!same(line->cell_id, of->cell_id) || !same(line->run_id, of->run_id)) {
            continue;
        }
        const struct sent key = {.image_id = line->found.image_id};
        const struct sent *by = bsearch(&key, sent, sent_count, sizeof *sent, by_image);
        if (by != NULL && by->seq == line->seq) {
            found = od_xgrow(found, *count, &capacity, sizeof *found);
            found[(*count)++] = line->found;
        }
    }
    return found;
}

struct od_coco_eval *od_cell_accuracy(const struct od_recorded *recorded,
                                      const struct od_truths *truths,
                                      const struct od_joined_cell *of)
{
    size_t sent_count = 0;
    size_t found_count = 0;
    struct sent *sent = find_sent(truths, of, &sent_count);
    if (sent_count == 0) {
        free(sent);
        return NULL;
    }
    struct od_found *found = find_found(recorded, of, sent, sent_count, &found_count);
    int64_t *image_ids = od_xcalloc(sent_count, sizeof *image_ids);
    for (size_t i = 0; i < sent_count; i++) {
        image_ids[i] = sent[i].image_id;
    }
    const struct od_coco_input in = {
        .image_ids = image_ids,
        .image_count = sent_count,
        .category_ids = truths->category_ids,
        .category_count = truths->category_count,
        .truths = truths->items,
        .truth_count = truths->count,
        .found = found,
        .found_count = found_count,
    };
    struct od_coco_eval *eval = od_coco_eval_new(&in);
    free(image_ids);
    free(found);
    free(sent);
    return eval;
}
