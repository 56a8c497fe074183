/* The first request of each image on each side, its detections, and their evaluation. */
#include "compare/found.h"

#include "accuracy/accuracy.h"
#include "base/alloc.h"
#include "base/file.h"
#include "record/meta.h"

#include <stdlib.h>
#include <string.h>

/* A request whose detections are wanted. Texts are the gather's: equal ones are one. */
struct wanted {
    size_t place; /* of the cell in sides */
    int side;
    uint32_t run; /* number of the run on its side */
    uint32_t file;
    const char *run_id;
    const char *cell_id;
    int64_t seq;
    int64_t image_id;
    size_t first; /* of its detections in struct join */
    size_t count;
};

struct join {
    const struct od_gather *g;
    struct od_accuracy accuracy;
    size_t *line_end;     /* of each file: its lines end here in accuracy.recorded */
    int64_t *annotated;   /* ids, ascending */
    struct wanted *items; /* by place, side and image */
    size_t count;
    struct wanted **by_key;
    struct od_found *found; /* in the order of items, then of the file */
    int64_t asked;          /* images of cells that both sides answered */
    int64_t kept;           /* of these the annotated ones */
};

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

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_number(const void *a, const void *b)
{
    return order_of(*(const int64_t *)a, *(const int64_t *)b);
}

static int by_image(const void *a, const void *b)
{
    const struct wanted *x = a;
    const struct wanted *y = b;
    int order = order_of((int64_t)x->place, (int64_t)y->place);
    order = order != 0 ? order : x->side - y->side;
    return order != 0 ? order : order_of(x->image_id, y->image_id);
}

/* Earliest first within an image. */
static int by_time(const void *a, const void *b)
{
    const struct wanted *x = a;
    const struct wanted *y = b;
    int order = by_image(a, b);
    order = order != 0 ? order : order_of(x->run, y->run);
    order = order != 0 ? order : order_of(x->seq, y->seq);
    return order != 0 ? order : order_of(x->file, y->file);
}

static int text_order(const char *a, const char *b)
{
    return a == b ? 0 : (uintptr_t)a < (uintptr_t)b ? -1 : 1;
}

/* By what a line of detections names. */
static int by_key(const void *a, const void *b)
{
    const struct wanted *x = *(struct wanted *const *)a;
    const struct wanted *y = *(struct wanted *const *)b;
    int order = order_of(x->file, y->file);
    order = order != 0 ? order : order_of(x->seq, y->seq);
    order = order != 0 ? order : order_of(x->image_id, y->image_id);
    order = order != 0 ? order : text_order(x->run_id, y->run_id);
    return order != 0 ? order : text_order(x->cell_id, y->cell_id);
}

/* All files, and where the lines of each end. */
static int read_files(struct join *j, struct od_err *err)
{
    const struct od_gather *g = j->g;
    j->line_end = od_xcalloc(g->file_count + 1, sizeof *j->line_end);
    for (size_t i = 0; i < g->file_count; i++) {
        if (od_accuracy_add(&j->accuracy, g->files[i].path, err) != 0) {
            return -1;
        }
        j->line_end[i] = j->accuracy.recorded.count;
    }
    return 0;
}

static int read_annotations(struct join *j, struct od_err *err)
{
    struct od_accuracy *a = &j->accuracy;
    struct od_truths *truths = &a->truths;
    if (od_accuracy_annotate(a, j->g->options->annotations, err) != 0) {
        return -1;
    }
    if (a->annotations == NULL && a->named != NULL) {
        return od_fail(err, OD_EINPUT, "--metric map needs --annotations FILE: %s%s",
                       a->several ? "the runs name several, one of them " : a->named,
                       a->several ? a->named : ", which a run names, is not there");
    }
    if (a->annotations == NULL) {
        return od_fail(err, OD_EINPUT,
                       "--metric map needs --annotations FILE: no run names one");
    }
    j->annotated = od_xcalloc(truths->image_count + 1, sizeof *j->annotated);
    for (size_t i = 0; i < truths->image_count; i++) {
        j->annotated[i] = truths->image_ids[i];
    }
    qsort(j->annotated, truths->image_count, sizeof *j->annotated, by_number);
    return 0;
}

/* A run has its detections beside the file with its rows, and they are its own. */
static int check_recorded(const struct join *j, const struct wanted *w,
                          struct od_err *err)
{
    const char *path = j->g->files[w->file].path;
    char *lines = od_companion_path(path, ".detections.jsonl");
    bool there = strcmp(path, "-") != 0 && od_file_exists(lines);
    int rc = 0;
    if (!there) {
        rc = od_fail(err, OD_EINPUT,
                     "%s: no detections beside it, which --metric map needs: "
                     "odbench-run --detections records them",
                     path);
    } else if (!od_accuracy_recorded(&j->accuracy, w->run_id)) {
        rc = od_fail(err, OD_EINPUT,
                     "%s: no detections of run %s, which --metric map needs: "
                     "odbench-run --detections records them",
                     lines, w->run_id != NULL ? w->run_id : "without an id");
    }
    free(lines);
    return rc;
}

/* The first requests of the cells that are on both sides, one an image and side. */
static int choose(struct join *j, struct od_err *err)
{
    const struct od_gather *g = j->g;
    const struct od_firsts *firsts = g->firsts;
    size_t count = 0;
    if (firsts->count == 0 && g->origin_count > 0) {
        return od_fail(err, OD_EINPUT,
                       "no request has a number and an image's id, which "
                       "--metric map needs");
    }
    j->items = od_xcalloc(firsts->count + 1, sizeof *j->items);
    for (size_t i = 0; i < firsts->count; i++) {
        const struct od_first *first = &firsts->items[i];
        const struct od_origin *o = &g->origins[first->origin];
        if (g->cells[o->cell].place == OD_NOWHERE) {
            continue;
        }
        struct wanted *w = &j->items[count++];
        *w = (struct wanted){.place = g->cells[o->cell].place,
                             .side = o->side,
                             .run = g->runs[o->run].number[o->side],
                             .file = first->file,
                             .run_id = g->runs[o->run].id,
                             .cell_id = o->cell_id,
                             .seq = first->seq,
                             .image_id = first->image_id};
        bool again = count > 1 && w[-1].file == w->file && w[-1].run_id == w->run_id;
        if (!again && check_recorded(j, w, err) != 0) {
            return -1;
        }
    }
    qsort(j->items, count, sizeof *j->items, by_time);
    for (size_t i = 0; i < count; i++) {
        if (j->count == 0 || by_image(&j->items[j->count - 1], &j->items[i]) != 0) {
            j->items[j->count++] = j->items[i];
        }
    }
    return 0;
}

static bool is_annotated(const struct join *j, int64_t image_id)
{
    return bsearch(&image_id, j->annotated, j->accuracy.truths.image_count,
                   sizeof *j->annotated, by_number) != NULL;
}

/* Leaves those out that are not annotated, or not on the other side. */
static int keep_common(struct join *j, struct od_sides *sides, struct od_err *err)
{
    bool *keep = od_xcalloc(j->count + 1, sizeof *keep);
    size_t count = 0;
    for (size_t i = 0; i < j->count; i++) {
        struct wanted other = j->items[i];
        other.side = OD_NEW;
        struct wanted *twin =
            j->items[i].side == OD_BASE
                ? bsearch(&other, j->items, j->count, sizeof other, by_image)
                : NULL;
        if (twin == NULL) {
            continue;
        }
        bool annotated = is_annotated(j, other.image_id);
        struct od_cell_found *found = &sides->cells[other.place].found;
        found->images += annotated;
        found->unannotated += !annotated;
        j->asked++;
        j->kept += annotated;
        keep[i] = keep[twin - j->items] = annotated;
    }
    for (size_t i = 0; i < j->count; i++) {
        if (keep[i]) {
            j->items[count++] = j->items[i];
        }
    }
    j->count = count;
    free(keep);
    return j->asked > 0 && j->kept == 0
               ? od_fail(err, OD_EINPUT,
                         "%s: it has none of the images that both sides answered",
                         j->accuracy.annotations)
               : 0;
}

/* A text of a line as the gather knows it. */
static const char *known(const struct join *j, const char *text)
{
    return text != NULL && *text != '\0' ? od_intern_add(j->g->pool, text) : NULL;
}

/* The request that a line belongs to; NULL: none that is wanted. */
static struct wanted *find(const struct join *j, const struct od_detection_line *line,
                           size_t file)
{
    struct wanted key = {.file = (uint32_t)file,
                         .run_id = known(j, line->run_id),
                         .cell_id = known(j, line->cell_id),
                         .seq = line->seq,
                         .image_id = line->found.image_id};
    const struct wanted *at = &key;
    struct wanted **of = bsearch(&at, j->by_key, j->count, sizeof *j->by_key, by_key);
    return of != NULL ? *of : NULL;
}

/* Puts the detections into the order of the requests. */
static void sort_found(struct join *j)
{
    const struct od_recorded *recorded = &j->accuracy.recorded;
    struct wanted **of = od_xcalloc(recorded->count + 1, sizeof(struct wanted *));
    j->by_key = od_xcalloc(j->count + 1, sizeof *j->by_key);
    for (size_t i = 0; i < j->count; i++) {
        j->by_key[i] = &j->items[i];
    }
    qsort(j->by_key, j->count, sizeof *j->by_key, by_key);
    size_t file = 0;
    for (size_t i = 0; i < recorded->count; i++) {
        while (i >= j->line_end[file]) {
            file++;
        }
        of[i] = find(j, &recorded->items[i], file);
        if (of[i] != NULL) {
            of[i]->count++;
        }
    }
    size_t all = 0;
    for (size_t i = 0; i < j->count; i++) {
        j->items[i].first = all;
        all += j->items[i].count;
        j->items[i].count = 0;
    }
    j->found = od_xcalloc(all + 1, sizeof *j->found);
    for (size_t i = 0; i < recorded->count; i++) {
        if (of[i] != NULL) {
            j->found[of[i]->first + of[i]->count++] = recorded->items[i].found;
        }
    }
    free((void *)of);
}

static bool same_found(const struct join *j, const struct wanted *a,
                       const struct wanted *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct od_found *x = &j->found[a->first + i];
        const struct od_found *y = &j->found[b->first + i];
        same = x->category_id == y->category_id && x->score == y->score;
        for (int k = 0; k < 4; k++) {
            same = same && x->box[k] == y->box[k];
        }
    }
    return same;
}

/* The requests of one side of a cell stand together, by image. */
static struct od_coco_eval *evaluate(const struct join *j, const struct wanted *items,
                                     size_t count)
{
    const struct od_truths *truths = &j->accuracy.truths;
    int64_t *image_ids = od_xcalloc(count, sizeof *image_ids);
    for (size_t i = 0; i < count; i++) {
        image_ids[i] = items[i].image_id;
    }
    const struct wanted *last = &items[count - 1];
    const struct od_coco_input in = {
        .image_ids = image_ids,
        .image_count = count,
        .category_ids = truths->category_ids,
        .category_count = truths->category_count,
        .truths = truths->items,
        .truth_count = truths->count,
        .found = &j->found[items->first],
        .found_count = last->first + last->count - items->first,
    };
    struct od_coco_eval *eval = od_coco_eval_new(&in);
    free(image_ids);
    return eval;
}

/* Each cell has as many requests of one side as of the other. */
static void evaluate_cells(const struct join *j, struct od_sides *sides)
{
    for (size_t i = 0; i < j->count;) {
        struct od_cell_found *found = &sides->cells[j->items[i].place].found;
        size_t images = (size_t)found->images;
        const struct wanted *base = &j->items[i];
        const struct wanted *new = base + images;
        for (size_t k = 0; k < images; k++) {
            found->differ += !same_found(j, &base[k], &new[k]);
        }
        found->eval[OD_BASE] = evaluate(j, base, images);
        found->eval[OD_NEW] = evaluate(j, new, images);
        i += 2 * images;
    }
}

int od_found_join(const struct od_gather *g, struct od_sides *sides, struct od_err *err)
{
    struct join j = {.g = g};
    int rc = read_files(&j, err);
    rc = rc == 0 ? choose(&j, err) : rc;
    rc = rc == 0 ? read_annotations(&j, err) : rc;
    rc = rc == 0 ? keep_common(&j, sides, err) : rc;
    if (rc == 0) {
        sort_found(&j);
        evaluate_cells(&j, sides);
    }
    od_accuracy_release(&j.accuracy);
    free(j.line_end);
    free(j.annotated);
    free(j.items);
    free((void *)j.by_key);
    free(j.found);
    return rc;
}
